"""Sales that say two things at once, or too little: what can't be known is named with both places, what is concluded is said."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from ledgers import apply, balances, effect, make, posted, refused

from returnledger import app
from returnledger.findings_text import sentences

BUY = """
2026-01-02 * "Supplier" "Goods"
  Assets:Inventory   100 MUG {30.00 CNY}
  Assets:Inventory   100 TEE {20.00 CNY}
  Liabilities:Payable  -5000.00 CNY
"""

GOODS = """\
  Assets:Inventory  -2 MUG {30.00 CNY}
"""

SALE = """
2026-02-01 * "Ann" "Sale" ^inv-1001
  Assets:Receivable  113.00 CNY
  Income:Sales  -100.00 CNY
    sku: "MUG"
    qty: 2
  Liabilities:Output-VAT  -13.00 CNY
  Expenses:COGS  60.00 CNY
  Assets:Inventory  -2 MUG {30.00 CNY}
"""

ALL = "- {return: '1001', date: 2026-02-20}\n"
ONE = "- {return: '1001', date: 2026-02-20, sku: MUG, qty: 1}\n"


def said(settings: Path, events: str) -> list[str]:
    """Return the findings of a refused file as sentences, hints included."""
    done = apply(settings, events)
    assert not done.file
    return [" | ".join(sentences(finding, "en")) for finding in done.findings]


def concluded(settings: Path, order: str = "1001") -> dict[str, dict[str, str]]:
    """Return what `sale` says it concluded, by code."""
    return {code: dict(phrase.values) for code, phrase in app.sale(order, settings=settings).inferred}


CREDIT = """
2026-02-05 * "Ann" "Half off, scratched" ^inv-1001
  Income:Sales  50.00 CNY
  Liabilities:Output-VAT  6.50 CNY
  Assets:Receivable  -56.50 CNY
"""


def test_what_was_credited_by_hand_is_not_credited_again(tmp_path: Path) -> None:
    settings = make(tmp_path, BUY + SALE + CREDIT)
    done = posted(settings, ONE + ALL.replace("date:", "id: rest, date:"))
    assert effect(done) == {
        "Assets:Inventory": "60.00",
        "Assets:Receivable": "-56.50",
        "Expenses:COGS": "-60.00",
        "Income:Sales-Returns": "50.00",
        "Liabilities:Output-VAT": "6.50",
    }
    assert balances(settings)["Assets:Inventory"] == Decimal("5000.00")
    assert "Assets:Receivable" not in balances(settings)
    values = concluded(settings)["credited-by-hand"]
    assert values["amount"] == "56.50" and values["where"].endswith("main.beancount:26")


def test_a_credit_by_hand_that_names_a_sku_is_that_line_s(tmp_path: Path) -> None:
    sale = """
2026-02-01 * "Ann" "Sale" ^inv-1001
  Assets:Receivable  200.00 CNY
  Income:Sales  -100.00 CNY
    sku: "MUG"
  Income:Sales  -100.00 CNY
    sku: "TEE"
  Expenses:COGS  100.00 CNY
  Assets:Inventory  -2 MUG {30.00 CNY}
  Assets:Inventory  -2 TEE {20.00 CNY}

2026-02-05 * "Ann" "Scratched" ^inv-1001
  Income:Sales-Allowances  40.00 CNY
    sku: "TEE"
  Assets:Receivable  -40.00 CNY
"""
    settings = make(tmp_path, BUY + sale)
    both = posted(settings, ONE + ONE.replace("MUG", "TEE").replace("date:", "id: tee, date:"))
    assert effect(both)["Income:Sales-Returns"] == "80.00"  # 50 of the mugs, 30 of the shirts


def test_a_credit_note_by_hand_for_goods_booked_apart_counts_once(tmp_path: Path) -> None:
    apart = """
2026-02-05 * "Ann" "One came back" ^inv-1001
  Assets:Inventory  1 MUG {30.00 CNY, 2026-01-02}
  Expenses:COGS  -30.00 CNY

2026-02-06 * "Ann" "Credit note" ^inv-1001
  Income:Sales  50.00 CNY
  Liabilities:Output-VAT  6.50 CNY
  Assets:Receivable  -56.50 CNY
"""
    settings = make(tmp_path, BUY + SALE + apart)
    assert effect(posted(settings, ALL))["Assets:Receivable"] == "-56.50"
    assert "Assets:Receivable" not in balances(settings)


def test_a_credit_by_hand_counts_beside_goods_by_hand_where_only_the_margin_is_booked(tmp_path: Path) -> None:
    sale = """
2026-02-01 * "Ann" "Sale" ^inv-1001
  Assets:Receivable  200.00 CNY
  Income:Sales  -40.00 CNY
    sku: "MUG"
  Income:Sales  -60.00 CNY
    sku: "TEE"
  Assets:Inventory  -2 MUG {30.00 CNY}
  Assets:Inventory  -2 TEE {20.00 CNY}

2026-02-05 * "Ann" "The mugs came back, and the shirts were poor" ^inv-1001
  Assets:Inventory  2 MUG {30.00 CNY, 2026-01-02}
  Income:Sales  40.00 CNY
    sku: "MUG"
  Income:Sales  15.00 CNY
    sku: "TEE"
  Assets:Receivable  -115.00 CNY
"""
    settings = make(tmp_path, BUY + sale)
    assert effect(posted(settings, ALL))["Assets:Receivable"] == "-85.00"
    assert "Assets:Receivable" not in balances(settings)


def test_delivery_given_back_by_hand_is_not_given_back_again(tmp_path: Path) -> None:
    sale = SALE.replace("113.00", "123.00").replace("  Liabilities", "  Income:Shipping  -10.00 CNY\n  Liabilities")
    given = """
2026-02-05 * "Ann" "Delivery was late" ^inv-1001
  Income:Shipping  4.00 CNY
  Assets:Receivable  -4.00 CNY
"""
    settings = make(tmp_path, BUY + sale + given, accounts=", shipping_revenue: 'Income:Shipping'")
    done = posted(settings, ALL.replace("}", ", shipping: all}"))
    assert effect(done)["Income:Shipping"] == "6.00"
    assert "Assets:Receivable" not in balances(settings)


def test_a_discount_above_the_revenue_of_its_line_shows_both_places(tmp_path: Path) -> None:
    sale = SALE.replace(
        "  Liabilities:Output-VAT", '  Income:Sales-Discounts  150.00 CNY\n    sku: "MUG"\n  Liabilities:Output-VAT'
    ).replace("113.00", "-37.00")
    settings = make(tmp_path, BUY + sale)
    (told,) = [line for line in said(settings, ONE) if "discount" in line]
    assert "its discount of 150.00 at" in told and "is more than its revenue of 100.00 at" in told
    assert "main.beancount:19" in told and "main.beancount:22" in told


TWICE = """
2026-02-01 * "Ann" "Sale" ^inv-1001
  Assets:Receivable 200.00 CNY
  Income:Sales -100.00 CNY
    sku: "MUG"
    line: 1
  Income:Sales -100.00 CNY
    sku: "TEE"
    line: 1
"""


def test_one_line_number_for_two_skus_shows_both_places(tmp_path: Path) -> None:
    settings = make(tmp_path, TWICE)
    (told,) = said(settings, ONE)
    assert "which of MUG, TEE line 1 of order 1001 is" in told
    assert "main.beancount:9" in told and "main.beancount:12" in told
    ledger = tmp_path / "main.beancount"
    text = ledger.read_text()
    ledger.write_text(text[: text.rindex("line: 1")] + "line: 2\n")
    assert effect(posted(settings, ONE))["Assets:Receivable"] == "-100.00"


def test_two_commodities_under_one_line_are_asked_about_at_both_places(tmp_path: Path) -> None:
    sale = (
        TWICE.rstrip("\n").replace('sku: "TEE"', 'sku: "MUG"')
        + """
  Expenses:COGS 100.00 CNY
  Assets:Inventory -2 MUG {30.00 CNY}
    line: 1
  Assets:Inventory -2 TEE {20.00 CNY}
    line: 1
"""
    )
    (told,) = said(make(tmp_path, BUY + sale), ONE)
    assert "whether MUG, TEE of order 1001 are one line or several" in told and "price_incl_tax" not in told
    assert "main.beancount:24" in told and "main.beancount:26" in told


def test_a_quantity_of_nothing_against_goods_is_a_contradiction(tmp_path: Path) -> None:
    assert refused(make(tmp_path, BUY + SALE.replace("qty: 2", "qty: 0")), ONE) == ["quantities-disagree"]


@pytest.mark.parametrize("value", ["", '""'])
def test_an_empty_sku_is_no_sku(tmp_path: Path, value: str) -> None:
    settings = make(tmp_path, BUY + SALE.replace('"MUG"', value))
    assert [line.line.sku for line in app.sale("1001", settings=settings).lines] == ["MUG"]
    assert effect(posted(settings, ONE))["Assets:Receivable"] == "-56.50"


def test_an_empty_line_is_no_line(tmp_path: Path) -> None:
    settings = make(tmp_path, BUY + SALE.replace("qty: 2", "qty: 2\n    line:"))
    assert [line.line.line for line in app.sale("1001", settings=settings).lines] == ["1"]


def test_cost_booked_to_the_wrong_line_is_said(tmp_path: Path) -> None:
    sale = """
2026-02-01 * "Ann" "Sale" ^inv-1001
  Assets:Receivable 200.00 CNY
  Income:Sales -100.00 CNY
    sku: "MUG"
  Income:Sales -100.00 CNY
    sku: "TEE"
  Expenses:COGS 40.00 CNY
    sku: "MUG"
  Expenses:COGS 60.00 CNY
    sku: "TEE"
  Assets:Inventory -2 MUG {30.00 CNY}
  Assets:Inventory -2 TEE {20.00 CNY}
"""
    settings = make(tmp_path, BUY + sale)
    lines = [phrase for code, phrase in app.sale("1001", settings=settings).inferred if code == "cost-not-of-line"]
    assert [(p.values["skus"], p.values["cost"], p.values["lots"]) for p in lines] == [
        ("MUG", "40.00", "60.00"),
        ("TEE", "60.00", "40.00"),
    ]
    assert all("main.beancount:" in p.values["where"] and "main.beancount:" in p.values["other"] for p in lines)


def test_two_whole_sales_under_one_name_are_said(tmp_path: Path) -> None:
    settings = make(tmp_path, BUY + SALE + SALE.replace("02-01", "02-03"))
    assert concluded(settings)["sold-in-parts"]["count"] == "2"


def test_more_paid_than_invoiced_is_said(tmp_path: Path) -> None:
    paid = '\n2026-02-02 * "Ann" "Pay" ^inv-1001\n  Assets:Bank 999.00 CNY\n  Assets:Receivable -999.00 CNY\n'
    settings = make(tmp_path, BUY + SALE + paid)
    assert concluded(settings)["customer-has-credit"]["amount"] == "886.00"
    assert effect(posted(settings, ALL))["Assets:Bank"] == "-113.00"


def test_goods_of_one_sku_and_revenue_of_another_are_said_to_be_apart(tmp_path: Path) -> None:
    sale = SALE.replace('"MUG"', '"MUG-BLUE"').rstrip("\n") + '\n    sku: "CUP"\n'
    settings = make(tmp_path, BUY + sale)
    values = concluded(settings)["goods-without-revenue"]
    assert (values["skus"], values["goods"]) == ("MUG-BLUE", "CUP")


def test_units_that_nobody_counted_are_said_to_be_one(tmp_path: Path) -> None:
    sale = """
2026-02-01 * "Ann" "Sale" ^inv-1001
  Assets:Receivable 100.00 CNY
  Income:Sales -100.00 CNY
    sku: "WRAPPING"
    qty: "two"
"""
    assert "counted-as-one" in concluded(make(tmp_path, sale))


def test_a_transaction_that_names_two_orders_and_moves_no_money_of_theirs_is_left_alone(tmp_path: Path) -> None:
    freight = """
2026-02-06 * "Carrier" "Freight" ^inv-1001 ^inv-1002
  Expenses:Freight  20.00 CNY
  Liabilities:Payable  -20.00 CNY
"""
    settings = make(tmp_path, BUY + SALE + SALE.replace("1001", "1002") + freight)
    assert effect(posted(settings, ALL))["Assets:Receivable"] == "-113.00"


def test_a_sale_with_more_decimals_in_the_same_batch_changes_nothing_for_others(tmp_path: Path) -> None:
    fine = SALE.replace("30.00", "30.123").replace("60.00", "60.246").replace("1001", "1002")
    fine = fine.replace("113.00", "113.246").replace("-100.00", "-100.246").replace(" 60.246", " 60.246")
    rough = SALE.replace("60.00", "60.00").replace("{30.00 CNY}", "{29.998 CNY}")
    buy = (
        BUY
        + """
2026-01-02 * "Supplier" "Goods"
  Assets:Inventory   100 MUG {30.123 CNY}
  Assets:Inventory   100 MUG {29.998 CNY}
  Liabilities:Payable  -6012.10 CNY
"""
    )
    settings = make(tmp_path, buy + rough + fine, booking="STRICT")
    done = posted(settings, ALL + ALL.replace("1001", "1002"))
    assert [event.status for event in done.events] == ["new", "new"]


BACK = """
2026-02-05 * "Ann" "One came back" ^inv-1001
  Assets:Inventory  1 MUG {30.00 CNY, 2026-01-02}
  Expenses:COGS  -30.00 CNY
  Income:Sales  50.00 CNY
  Liabilities:Output-VAT  6.50 CNY
  Assets:Receivable  -56.50 CNY
"""


def test_goods_that_came_back_by_hand_are_said_with_their_place(tmp_path: Path) -> None:
    settings = make(tmp_path, BUY + SALE + BACK)
    values = concluded(settings)["returned-by-hand"]
    assert values["units"] == "1" and values["where"].endswith("main.beancount:26")
    assert effect(posted(settings, ALL))["Assets:Receivable"] == "-56.50"


def test_more_back_by_hand_than_was_sold_shows_both_places(tmp_path: Path) -> None:
    settings = make(tmp_path, BUY + SALE + BACK.replace("1 MUG", "50 MUG").replace("-30.00", "-1500.00"))
    (told,) = [line for line in said(settings, ALL) if "by hand" in line]
    assert "50 came in under it, from main.beancount:26 on, and 2 were sold at main.beancount:18" in told


def test_a_receivable_in_two_currencies_is_asked_about(tmp_path: Path) -> None:
    sale = """
2026-02-01 * "Ann" "Sale" ^inv-1001
  Assets:Receivable 15.00 USD @@ 105.00 CNY
  Assets:Receivable 50.00 CNY
  Income:Sales -155.00 CNY
    sku: "MUG"
  Expenses:COGS 60.00 CNY
  Assets:Inventory -2 MUG {30.00 CNY}
"""
    (told,) = said(make(tmp_path, BUY + sale), ONE.replace("}", ", rate: 7}"))
    assert "what is still owed on order 1001: 15.00 USD that weigh 155.00 CNY" in told and "main.beancount:17" in told


def test_an_amount_that_names_a_sku_of_no_line_is_said_to_be_shared(tmp_path: Path) -> None:
    sale = """
2026-02-01 * "Ann" "Sale" ^inv-1001
  Assets:Receivable 180.00 CNY
  Income:Sales -100.00 CNY
    sku: "MUG"
  Income:Sales -100.00 CNY
    sku: "TEE"
  Income:Sales-Discounts 20.00 CNY
    sku: "COUPON-10"
  Expenses:COGS 100.00 CNY
  Assets:Inventory -2 MUG {30.00 CNY}
  Assets:Inventory -2 TEE {20.00 CNY}
"""
    settings = make(tmp_path, BUY + sale, accounts=", sales_discounts: 'Income:Sales-Discounts'")
    values = concluded(settings)["names-no-line"]
    assert (values["name"], values["amount"]) == ("COUPON-10", "20.00")
    assert effect(posted(settings, ONE))["Assets:Receivable"] == "-45.00"


PRICED = """
2026-02-01 * "Ann" "Sale" ^inv-1001
  Assets:Receivable  158.20 CNY
  Income:Sales  -100.00 CNY
    sku: "MUG"
    qty: 2
  Income:Sales  -40.00 CNY
    sku: "TEE"
  Liabilities:Output-VAT  -18.20 CNY
  Expenses:COGS  100.00 CNY
  Assets:Inventory  -2 MUG {{30.00 CNY}} @ {mug} CNY
  Assets:Inventory  -2 TEE {{20.00 CNY}} @ {tee} CNY
"""


@pytest.mark.parametrize(("mug", "tee"), [("50.00", "20.00"), ("56.50", "22.60")])
def test_prices_on_goods_that_are_what_they_brought_are_not_worth_a_word(tmp_path: Path, mug: str, tee: str) -> None:
    assert "price-not-of-revenue" not in concluded(make(tmp_path, BUY + PRICED.format(mug=mug, tee=tee)))


def test_a_price_on_goods_that_is_not_what_they_brought_is_told_with_both_places(tmp_path: Path) -> None:
    settings = make(tmp_path, BUY + PRICED.format(mug="7.00", tee="20.00"))
    told = concluded(settings)["price-not-of-revenue"]
    assert {key: told[key] for key in ("key", "sku", "price", "revenue", "units")} == {
        "key": "@",
        "sku": "MUG",
        "price": "7.00",
        "revenue": "100.00",
        "units": "2",
    }
    lines = (tmp_path / "main.beancount").read_text(encoding="utf-8").splitlines()
    goods = next(n for n, line in enumerate(lines, 1) if "@ 7.00" in line)
    revenue = next(n for n, line in enumerate(lines, 1) if "-100.00 CNY" in line)
    assert (told["where"], told["other"]) == (f"main.beancount:{goods}", f"main.beancount:{revenue}")
    assert effect(posted(settings, ONE))["Assets:Receivable"] == "-56.50"


def test_a_price_on_the_only_goods_of_a_sale_is_told_too(tmp_path: Path) -> None:
    single = SALE.replace('    sku: "MUG"\n    qty: 2\n', "").replace("{30.00 CNY}", "{30.00 CNY} @ 7.00 CNY")
    told = concluded(make(tmp_path, BUY + single))["price-not-of-revenue"]
    assert (told["price"], told["revenue"]) == ("7.00", "100.00")
