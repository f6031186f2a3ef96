"""Payments as shops write them: split, prepaid, shared, net of fees, with a discount for paying early."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import pytest
from ledgers import apply, balances, effect, make, posted, refused

from returnledger import app
from returnledger.findings_text import sentences

STOCK = """
2026-01-02 * "入库"
  Assets:Inventory:MUG     20 MUG {30.00 CNY}
  Equity:Opening         -600.00 CNY
"""

# Four mugs for 226.00; what paid for them stands in its place.
SALE = """
2026-02-01 * "张三" "马克杯" ^inv-{order}{meta}
{paid}
  Income:Sales                -200.00 CNY
  Liabilities:Output-VAT       -26.00 CNY
  Expenses:COGS                120.00 CNY
  Assets:Inventory:MUG             -4 MUG {{}}
"""

GOODS = {
    "Income:Sales": "50.00",
    "Liabilities:Output-VAT": "6.50",
    "Assets:Inventory:MUG": "30.00",
    "Expenses:COGS": "-30.00",
}
ACCOUNTS = ", platform_receivable: Assets:Platform, store_credit_liability: Liabilities:Gift-Cards"
ONE = "- {return: 1001, date: 2026-02-20, sku: MUG, qty: 1}"


def sale(paid: str, order: str = "1001", meta: str = "") -> str:
    rows = "\n".join(f"  {row.strip()}" for row in paid.strip().splitlines())
    return SALE.format(paid=rows, order=order, meta=f"\n  {meta}" if meta else "")


def shop(folder: Path, ledger: str) -> Path:
    return make(folder, STOCK + dedent(ledger), more="revenue_account: same\n", accounts=ACCOUNTS)


def in_parts(settings: Path, order: str = "1001") -> list[dict[str, str]]:
    """Return four mugs one, two and one at a time; what each part did to the accounts of the money."""
    done = [
        effect(posted(settings, f"- {{return: {order}, date: 2026-02-2{n}, sku: MUG, qty: {qty}}}", f"{n}.yaml"))
        for n, qty in enumerate((1, 2, 1))
    ]
    after = balances(settings)
    assert {"Income:Sales", "Liabilities:Output-VAT", "Expenses:COGS"}.isdisjoint(after)
    assert after["Assets:Inventory:MUG"] == 600
    return [{name: amount for name, amount in each.items() if name not in GOODS} for each in done]


def test_a_cash_sale_goes_back_in_cash(tmp_path: Path) -> None:
    settings = shop(tmp_path / "shop", sale("Assets:Cash 226.00 CNY"))
    assert [each["Assets:Cash"] for each in in_parts(settings)] == ["-56.50", "-113.00", "-56.50"]


def test_a_split_tender_goes_back_by_the_tenders_each_capped(tmp_path: Path) -> None:
    settings = shop(tmp_path / "shop", sale("Assets:Card 130.00 CNY\nLiabilities:Gift-Cards 96.00 CNY"))
    assert in_parts(settings) == [
        {"Assets:Card": "-56.50"},
        {"Assets:Card": "-73.50", "Liabilities:Gift-Cards": "-39.50"},
        {"Liabilities:Gift-Cards": "-56.50"},
    ]
    assert "Liabilities:Gift-Cards" not in balances(settings) and "Assets:Card" not in balances(settings)


def test_what_the_marketplace_added_goes_back_to_it_in_proportion(tmp_path: Path) -> None:
    settings = shop(
        tmp_path / "shop",
        sale("Assets:Alipay 206.00 CNY\nAssets:Platform:Taobao 20.00 CNY")
        + """
2026-02-08 * "淘宝" "结算" ^inv-1001
  Assets:Bank                   19.00 CNY
  Expenses:Platform-Fees         1.00 CNY
  Assets:Platform:Taobao       -20.00 CNY
""",
    )
    assert in_parts(settings) == [
        {"Assets:Alipay": "-51.50", "Assets:Platform:Taobao": "-5.00"},
        {"Assets:Alipay": "-103.00", "Assets:Platform:Taobao": "-10.00"},
        {"Assets:Alipay": "-51.50", "Assets:Platform:Taobao": "-5.00"},
    ]


def test_change_comes_off_what_was_tendered(tmp_path: Path) -> None:
    settings = shop(tmp_path / "shop", sale("Assets:Cash 300.00 CNY\nAssets:Cash -74.00 CNY"))
    assert [each["Assets:Cash"] for each in in_parts(settings)] == ["-56.50", "-113.00", "-56.50"]


@pytest.mark.parametrize("account", ["Assets:Receivable:Zhang-San", "Assets:1122-应收账款:张三公司"])
def test_a_customer_may_have_an_account_of_their_own(tmp_path: Path, account: str) -> None:
    names = ", accounts_receivable: [Assets:Receivable, Assets:1122]"
    text = STOCK + sale(f"{account} 226.00 CNY")
    settings = make(tmp_path / "shop", text, more="revenue_account: same\n", accounts=names)
    assert [each[account] for each in in_parts(settings)] == ["-56.50", "-113.00", "-56.50"]
    assert account not in balances(settings)


ADVANCE = """
2026-01-20 * "张三" "订金"{link}{meta}
  Assets:Bank                          {amount} CNY
  Liabilities:Contract-Liability      -{amount} CNY
"""


@pytest.mark.parametrize(
    ("link", "meta", "on_sale"),
    [
        (" ^inv-1001", "", ""),
        ("", '\n  order: "1001"', ""),
        ("", '\n  contract: "HT-9"', 'contract: "HT-9"'),
    ],
)
@pytest.mark.parametrize("amount", ["226.00", "500.00"])
def test_a_prepaid_sale_was_paid_by_the_bank_and_the_rest_of_the_advance_stays(
    tmp_path: Path, link: str, meta: str, on_sale: str, amount: str
) -> None:
    advance = ADVANCE.format(link=link, meta=meta, amount=amount)
    settings = shop(tmp_path / "shop", advance + sale("Liabilities:Contract-Liability 226.00 CNY", meta=on_sale))
    assert [each["Assets:Bank"] for each in in_parts(settings)] == ["-56.50", "-113.00", "-56.50"]
    assert balances(settings).get("Liabilities:Contract-Liability", Decimal(0)) == Decimal(226) - Decimal(amount)
    assert "Liabilities:Refund-Payable" not in balances(settings)


def test_an_advance_found_by_a_link_that_names_no_order(tmp_path: Path) -> None:
    advance = ADVANCE.format(link=" ^contract-9", meta="", amount="300.00")
    ledger = advance + sale("Liabilities:Contract-Liability 226.00 CNY").replace("^inv-1001", "^inv-1001 ^contract-9")
    settings = shop(tmp_path / "shop", ledger)
    assert [each["Assets:Bank"] for each in in_parts(settings)] == ["-56.50", "-113.00", "-56.50"]


def test_an_advance_whose_receipt_is_unknown_stays_payable(tmp_path: Path) -> None:
    advance = ADVANCE.format(link="", meta="", amount="226.00")
    settings = shop(tmp_path / "shop", advance + sale("Liabilities:Contract-Liability 226.00 CNY"))
    assert effect(posted(settings, ONE)) == GOODS | {"Liabilities:Refund-Payable": "-56.50"}


def test_an_advance_for_part_of_the_price(tmp_path: Path) -> None:
    paid = "Liabilities:Contract-Liability 100.00 CNY\nAssets:Receivable 126.00 CNY"
    advance = ADVANCE.format(link=" ^inv-1001", meta="", amount="100.00")
    settings = shop(tmp_path / "shop", advance + sale(paid))
    assert in_parts(settings) == [
        {"Assets:Receivable": "-56.50"},
        {"Assets:Receivable": "-69.50", "Assets:Bank": "-43.50"},
        {"Assets:Bank": "-56.50"},
    ]


OWED = "Assets:Receivable 226.00 CNY"


@pytest.mark.parametrize(
    "payment",
    [
        '2026-02-10 * "张三" "两单" ^inv-1001 ^inv-1002\n  Assets:Bank 300.00 CNY\n  Assets:Receivable -300.00 CNY\n',
        '2026-02-10 * "张三" "两单"\n  order: "1001, 1002"\n  Assets:Bank 300.00 CNY\n  Assets:Receivable -300.00 CNY\n',
        '2026-02-10 * "张三" "两单"\n  Assets:Bank 300.00 CNY\n  Assets:Receivable -226.00 CNY\n    order: "1001"\n'
        '  Assets:Receivable -74.00 CNY\n    order: "1002"\n',
    ],
)
def test_one_payment_of_two_orders_is_dealt_out(tmp_path: Path, payment: str) -> None:
    settings = shop(tmp_path / "shop", sale(OWED) + sale(OWED, "1002") + "\n" + payment)
    done = posted(settings, "- {return: 1001, date: 2026-02-20}\n- {return: 1002, date: 2026-02-20}")
    assert (effect(done)["Assets:Bank"], effect(done)["Assets:Receivable"]) == ("-300.00", "-152.00")


def test_a_shared_payment_is_told_with_its_place(tmp_path: Path) -> None:
    payment = (
        '2026-02-10 * "张三" "两单" ^inv-1001 ^inv-1002\n  Assets:Bank 300.00 CNY\n  Assets:Receivable -300.00 CNY\n'
    )
    settings = shop(tmp_path / "shop", sale(OWED) + sale(OWED, "1002") + "\n" + payment)
    (event,) = posted(settings, "- {return: 1002, date: 2026-02-20, sku: MUG, qty: 1}").planned.plan.events
    told = dict(event.inferred)["payment-shared"].values
    assert told["orders"] == "1001, 1002" and str(told["where"]).startswith("main.beancount:")


def test_part_payments_and_too_much(tmp_path: Path) -> None:
    rows = "".join(
        f'\n2026-02-{day} * "张三" "付款" ^inv-1001\n  Assets:Bank {n} CNY\n  Assets:Receivable -{n} CNY\n'
        for day, n in (("05", "100.00"), ("15", "150.00"))
    )
    settings = shop(tmp_path / "shop", sale(OWED) + rows)
    assert [each["Assets:Bank"] for each in in_parts(settings)] == ["-56.50", "-113.00", "-56.50"]
    assert balances(settings)["Assets:Receivable"] == Decimal("-24.00")


def test_a_payment_without_a_link_is_not_guessed(tmp_path: Path) -> None:
    rows = '\n2026-02-05 * "张三" "付款"\n  Assets:Bank 226.00 CNY\n  Assets:Receivable -226.00 CNY\n'
    settings = shop(tmp_path / "shop", sale(OWED) + rows)
    assert effect(posted(settings, ONE)) == GOODS | {"Assets:Receivable": "-56.50"}


def test_a_payment_net_of_the_fee_of_the_marketplace_was_paid_in_full(tmp_path: Path) -> None:
    rows = """
    2026-02-05 * "淘宝" "结算" ^inv-1001
      Assets:Bank                  220.00 CNY
      Expenses:Platform-Fees         6.00 CNY
      Assets:Receivable           -226.00 CNY
    """
    settings = shop(tmp_path / "shop", sale(OWED) + dedent(rows))
    assert [each["Assets:Bank"] for each in in_parts(settings)] == ["-56.50", "-113.00", "-56.50"]
    assert balances(settings)["Expenses:Platform-Fees"] == 6


def test_a_card_sale_net_of_its_fee(tmp_path: Path) -> None:
    settings = shop(tmp_path / "shop", sale("Assets:Bank 222.61 CNY\nExpenses:Card-Fees 3.39 CNY"))
    assert [each["Assets:Bank"] for each in in_parts(settings)] == ["-56.50", "-113.00", "-56.50"]


DESKS = """
2026-01-02 * "入库"
  Assets:Inventory:DESK   200 DESK {2250.00 CNY}
  Equity:Opening     -450000.00 CNY

2026-02-01 * "客户" "办公桌" ^inv-SR-1
  Assets:Receivable         666900.00 CNY
  Income:Sales             -570000.00 CNY
  Liabilities:Output-VAT    -96900.00 CNY
  Expenses:COGS             450000.00 CNY
  Assets:Inventory:DESK          -200 DESK {}

2026-02-20 * "客户" "收款，现金折扣" ^inv-SR-1
  Assets:Bank                  622725.00 CNY
  Expenses:Settlement-Discounts 10830.00 CNY
  Assets:Receivable           -633555.00 CNY
"""


def test_a_settlement_discount_comes_off_in_proportion(tmp_path: Path) -> None:
    settings = make(tmp_path / "shop", DESKS, more="revenue_account: same\n")
    done = posted(settings, "- {return: SR-1, date: 2026-02-10, sku: DESK, qty: 10}")
    assert effect(done) == {
        "Income:Sales": "28500.00",
        "Liabilities:Output-VAT": "4845.00",
        "Assets:Inventory:DESK": "22500.00",
        "Expenses:COGS": "-22500.00",
        "Assets:Receivable": "-33345.00",
    }
    done = posted(settings, "- {return: SR-1, date: 2026-02-25, sku: DESK, qty: 10}", "b.yaml")
    assert effect(done) == {
        "Income:Sales": "28500.00",
        "Liabilities:Output-VAT": "4845.00",
        "Expenses:Settlement-Discounts": "-570.00",
        "Assets:Inventory:DESK": "22500.00",
        "Expenses:COGS": "-22500.00",
        "Assets:Bank": "-32775.00",
    }
    posted(settings, "- {return: SR-1, date: 2026-02-26, sku: DESK, qty: 7}", "c.yaml")
    posted(settings, "- {return: SR-1, date: 2026-02-27}", "d.yaml")
    assert balances(settings) == {"Assets:Inventory:DESK": Decimal(450000), "Equity:Opening": Decimal(-450000)}


def test_a_discount_at_payment_that_lowers_its_tax_too(tmp_path: Path) -> None:
    rows = """
    2026-02-05 * "Müller" "Zahlung, 2 % Skonto" ^inv-1001
      Assets:Bank                      221.48 CNY
      Expenses:Settlement-Discounts      4.00 CNY
      Liabilities:Output-VAT             0.52 CNY
      Assets:Receivable               -226.00 CNY
    """
    settings = shop(tmp_path / "shop", sale(OWED) + dedent(rows))
    assert effect(posted(settings, ONE)) == {
        "Income:Sales": "50.00",
        "Liabilities:Output-VAT": "6.37",
        "Expenses:Settlement-Discounts": "-1.00",
        "Assets:Inventory:MUG": "30.00",
        "Expenses:COGS": "-30.00",
        "Assets:Bank": "-55.37",
    }
    posted(settings, "- {return: 1001, date: 2026-02-21}", "b.yaml")
    assert balances(settings) == {"Assets:Inventory:MUG": Decimal(600), "Equity:Opening": Decimal(-600)}


def test_cash_rounding_at_payment_goes_back_with_the_last_unit(tmp_path: Path) -> None:
    rows = """
    2026-02-05 * "张三" "现金" ^inv-1001
      Assets:Cash                  225.97 CNY
      Expenses:Rounding              0.03 CNY
      Assets:Receivable           -226.00 CNY
    """
    settings = shop(tmp_path / "shop", sale(OWED) + dedent(rows))
    assert in_parts(settings) == [
        {"Assets:Cash": "-56.50"},
        {"Assets:Cash": "-113.00"},
        {"Assets:Cash": "-56.47", "Expenses:Rounding": "-0.03"},
    ]


def test_never_more_is_paid_back_than_came_in(tmp_path: Path) -> None:
    advance = ADVANCE.format(link=" ^inv-1001", meta="", amount="500.00")
    settings = shop(tmp_path / "shop", advance + sale("Liabilities:Contract-Liability 226.00 CNY"))
    posted(settings, "- {return: 1001, id: R-1, date: 2026-02-20, method: later}")
    assert refused(settings, "- {refund: R-1, date: 2026-02-21, amount: 300.00}", "b.yaml") == ["more-than-paid"]
    assert effect(posted(settings, "- {refund: R-1, date: 2026-02-21}", "c.yaml"))["Assets:Bank"] == "-226.00"


def test_a_settlement_discount_on_a_rounded_invoice_comes_off_to_the_cent(tmp_path: Path) -> None:
    ledger = """
    2026-02-01 * "Ann" "Lamp" ^inv-1001
      Assets:Receivable               977.00 CNY
      Income:Sales                   -864.31 CNY
      Liabilities:Output-VAT         -112.36 CNY
      Expenses:Rounding                -0.33 CNY
      Expenses:COGS                    30.00 CNY
      Assets:Inventory:MUG                -1 MUG {}

    2026-02-03 * "Ann" "Payment" ^inv-1001
      Assets:Bank                     957.46 CNY
      Expenses:Settlement-Discounts    19.54 CNY
      Assets:Receivable              -977.00 CNY
    """
    settings = shop(tmp_path / "shop", ledger)
    posted(settings, "- {return: 1001, date: 2026-02-20}")
    assert balances(settings) == {"Assets:Inventory:MUG": 600, "Equity:Opening": -600}


def test_a_card_fee_on_a_sale_whose_revenue_is_the_margin(tmp_path: Path) -> None:
    ledger = """
    2026-02-01 * "Ann" "4 mugs" ^inv-1001
      Assets:Bank                     222.61 CNY
      Expenses:Card-Fees                3.39 CNY
      Income:Sales                    -80.00 CNY
      Liabilities:Output-VAT          -26.00 CNY
      Assets:Inventory:MUG                -4 MUG {} @ 50.00 CNY
    """
    settings = shop(tmp_path / "shop", ledger)
    assert [each["Assets:Bank"] for each in in_parts(settings)] == ["-56.50", "-113.00", "-56.50"]
    assert "Liabilities:Refund-Payable" not in balances(settings)


INVOICE = sale("Assets:Receivable 226.00 CNY")
BY_CARD = """
2026-02-04 * "张三" "收款" ^inv-1001
  {account}        76.00 CNY
  Assets:Bank     150.00 CNY
  Assets:Receivable  -226.00 CNY
"""


@pytest.mark.parametrize("account", ["Liabilities:Gift-Cards", "Liabilities:Points", "Liabilities:2241-储值"])
def test_a_liability_that_pays_a_part_of_the_invoice_gets_its_part_back(tmp_path: Path, account: str) -> None:
    settings = shop(tmp_path / "shop", INVOICE + BY_CARD.format(account=account))
    shown = app.sale("1001", settings=settings)
    assert {money.account: money.amount for money in shown.sale.tenders} == {account: 76, "Assets:Bank": 150}
    assert ("paid-through" in dict(shown.inferred)) == (account != "Liabilities:Gift-Cards")
    assert effect(posted(settings, "- {return: 1001, date: 2026-02-20}")) == {
        "Income:Sales": "200.00",
        "Liabilities:Output-VAT": "26.00",
        "Assets:Inventory:MUG": "120.00",
        "Expenses:COGS": "-120.00",
        account: "-76.00",
        "Assets:Bank": "-150.00",
    }
    assert set(balances(settings)) == {"Assets:Inventory:MUG", "Equity:Opening"}


@pytest.mark.parametrize("account", ["Income:Miscellaneous", "Equity:Drawings"])
def test_an_account_of_a_payment_that_may_be_anything_is_asked_for(tmp_path: Path, account: str) -> None:
    settings = shop(tmp_path / "shop", INVOICE + BY_CARD.format(account=account))
    done = apply(settings, ONE)
    assert [finding.code for finding in done.findings] == ["facts-missing"]
    assert account in sentences(done.findings[0], "en")[0]


@pytest.mark.parametrize(
    ("account", "role"),
    [("Liabilities:Gift-Cards", "store_credit_liability"), ("Liabilities:Points", "methods")],
)
def test_init_proposes_what_payments_of_orders_use_up(tmp_path: Path, account: str, role: str) -> None:
    settings = shop(tmp_path / "shop", INVOICE + BY_CARD.format(account=account))
    settings.unlink()
    app.init(settings.parent / "main.beancount", folder=settings.parent)
    written = settings.read_text(encoding="utf-8")
    line = next(line for line in written.splitlines() if account in line)
    assert ("store_credit_liability:" in line) == (role == "store_credit_liability")
    assert {m.account for m in app.sale("1001", settings=settings).sale.tenders} == {account, "Assets:Bank"}
