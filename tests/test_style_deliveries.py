"""Goods that leave before they are sold, and invoices that differ from what was delivered."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import pytest
from ledgers import balances, effect, make, posted, refused

from returnledger import app

STOCK = """
2026-01-02 * "入库"
  Assets:Inventory:MUG     10 MUG {30.00 CNY}
  Assets:Inventory:TEE     10 TEE {50.00 CNY}
  Equity:Opening         -800.00 CNY

2026-01-03 * "入库"
  Assets:Inventory:MUG     10 MUG {33.00 CNY}
  Equity:Opening         -330.00 CNY
"""
BEFORE = {"Assets:Inventory:MUG": 630, "Assets:Inventory:TEE": 500, "Equity:Opening": -1130}


def shop(folder: Path, ledger: str) -> Path:
    return make(folder, STOCK + dedent(ledger), more="revenue_account: same\n")


def back(settings: Path, n: int, *items: str) -> list[dict[str, str]]:
    """Apply returns of order 1001 on three days running; return what each did."""
    return [
        effect(posted(settings, f"- {{return: 1001, date: 2026-02-{20 + i}{item}}}", f"{n}{i}.yaml"))
        for i, item in enumerate(items)
    ]


INVOICE = """
2026-02-10 * "张三" "发票" ^inv-1001
  Assets:Receivable            {gross} CNY
  Income:Sales                -{net} CNY{on}
  Liabilities:Output-VAT       -{tax} CNY
{cost}
"""

BY_VALUE = """
2026-02-01 * "张三" "发货" ^inv-1001
  Assets:Goods-Shipped         306.00 CNY
  Assets:Inventory:MUG             -8 MUG {30.00 CNY, 2026-01-02}
  Assets:Inventory:MUG             -2 MUG {33.00 CNY, 2026-01-03}
"""
AT_COST = """
2026-02-01 * "张三" "发货" ^inv-1001
  Assets:Inventory:MUG             -8 MUG {30.00 CNY, 2026-01-02}
  Assets:Inventory:MUG             -2 MUG {33.00 CNY, 2026-01-03}
  Assets:Goods-Shipped:MUG          8 MUG {30.00 CNY, 2026-01-02}
  Assets:Goods-Shipped:MUG          2 MUG {33.00 CNY, 2026-01-03}
"""
OUT_BY_VALUE = "  Expenses:COGS {cost} CNY\n  Assets:Goods-Shipped -{cost} CNY"


@pytest.mark.parametrize("at_cost", [False, True])
def test_goods_shipped_before_revenue_come_back_to_stock(tmp_path: Path, at_cost: bool) -> None:
    cost = OUT_BY_VALUE.format(cost="306.00")
    if at_cost:
        cost = "  Expenses:COGS 306.00 CNY\n  Assets:Goods-Shipped:MUG -10 MUG {}"
    invoice = INVOICE.format(gross="565.00", net="500.00", tax="65.00", cost=cost, on="")
    settings = shop(tmp_path / "shop", (AT_COST if at_cost else BY_VALUE) + invoice)
    first, second, rest = back(settings, 0, ", sku: MUG, qty: 1", ", sku: MUG, qty: 4", "")
    assert first == {
        "Income:Sales": "50.00",
        "Liabilities:Output-VAT": "6.50",
        "Assets:Inventory:MUG": "33.00",
        "Expenses:COGS": "-33.00",
        "Assets:Receivable": "-56.50",
    }
    assert (second["Assets:Inventory:MUG"], rest["Assets:Inventory:MUG"]) == ("123.00", "150.00")
    assert balances(settings) == BEFORE


@pytest.mark.parametrize("at_cost", [False, True])
def test_goods_shipped_and_not_invoiced_come_back_without_credit(tmp_path: Path, at_cost: bool) -> None:
    settings = shop(tmp_path / "shop", AT_COST if at_cost else BY_VALUE)
    shipped = "Assets:Goods-Shipped" + ":MUG" * at_cost
    assert back(settings, 0, ", sku: MUG, qty: 3", "") == [
        {"Assets:Inventory:MUG": "96.00", shipped: "-96.00"},
        {"Assets:Inventory:MUG": "210.00", shipped: "-210.00"},
    ]
    assert balances(settings) == BEFORE


@pytest.mark.parametrize("at_cost", [False, True])
@pytest.mark.parametrize("on", ["", '\n    sku: "MUG"\n    qty: 6'])
def test_of_goods_partly_invoiced_the_others_come_back_first(tmp_path: Path, at_cost: bool, on: str) -> None:
    cost = OUT_BY_VALUE.format(cost="180.00")
    if at_cost:
        cost = "  Expenses:COGS 180.00 CNY\n  Assets:Goods-Shipped:MUG -6 MUG {30.00 CNY, 2026-01-02}"
    invoice = INVOICE.format(gross="339.00", net="300.00", tax="39.00", cost=cost, on=on)
    settings = shop(tmp_path / "shop", (AT_COST if at_cost else BY_VALUE) + invoice)
    shipped = "Assets:Goods-Shipped" + ":MUG" * at_cost
    first, second, rest = back(settings, 0, ", sku: MUG, qty: 3", ", sku: MUG, qty: 3", "")
    assert first == {"Assets:Inventory:MUG": "96.00", shipped: "-96.00"}
    assert second == {
        "Income:Sales": "100.00",
        "Liabilities:Output-VAT": "13.00",
        "Assets:Inventory:MUG": "90.00",
        shipped: "-30.00",
        "Expenses:COGS": "-60.00",
        "Assets:Receivable": "-113.00",
    }
    assert rest["Assets:Receivable"] == "-226.00"
    assert balances(settings) == BEFORE


DELIVERED = """
2026-02-01 * "张三" "发货" ^inv-1001
  Expenses:COGS                306.00 CNY
  Assets:Inventory:MUG             -8 MUG {30.00 CNY, 2026-01-02}
  Assets:Inventory:MUG             -2 MUG {33.00 CNY, 2026-01-03}
"""


def test_delivered_not_invoiced_gives_stock_against_cost_and_no_credit(tmp_path: Path) -> None:
    tees = "  Expenses:COGS 50.00 CNY\n  Assets:Inventory:TEE  -1 TEE {}\n"
    settings = shop(tmp_path / "shop", DELIVERED + tees)
    assert back(settings, 0, ", sku: MUG, qty: 3", "") == [
        {"Assets:Inventory:MUG": "96.00", "Expenses:COGS": "-96.00"},
        {"Assets:Inventory:MUG": "210.00", "Assets:Inventory:TEE": "50.00", "Expenses:COGS": "-260.00"},
    ]
    assert balances(settings) == BEFORE


def test_part_of_a_delivery_was_invoiced(tmp_path: Path) -> None:
    invoice = INVOICE.format(gross="339.00", net="300.00", tax="39.00", cost="", on="\n    qty: 6")
    settings = shop(tmp_path / "shop", DELIVERED + invoice.rstrip() + "\n")
    assert refused(settings, "- {return: 1001, date: 2026-02-20, sku: MUG, qty: 11}") == ["more-than-sold"]
    first, second, rest = back(settings, 0, ", sku: MUG, qty: 3", ", sku: MUG, qty: 2", "")
    assert first == {"Assets:Inventory:MUG": "96.00", "Expenses:COGS": "-96.00"}
    assert second == {
        "Income:Sales": "50.00",
        "Liabilities:Output-VAT": "6.50",
        "Assets:Inventory:MUG": "60.00",
        "Expenses:COGS": "-60.00",
        "Assets:Receivable": "-56.50",
    }
    assert rest["Assets:Receivable"] == "-282.50"
    assert balances(settings) == BEFORE


def test_invoiced_and_never_delivered(tmp_path: Path) -> None:
    invoice = INVOICE.format(gross="678.00", net="600.00", tax="78.00", cost="", on='\n    sku: "MUG"\n    qty: 12')
    settings = shop(tmp_path / "shop", DELIVERED + invoice.rstrip() + "\n")
    assert refused(settings, "- {return: 1001, date: 2026-02-20, sku: MUG, qty: 11}") == ["more-than-sold"]
    never = ", goods: never_shipped"
    text = f"- {{return: 1001, date: 2026-02-20, sku: MUG, qty: 3{never}}}"
    assert refused(settings, text) == ["more-than-sold"]
    first, second, third = back(settings, 0, ", sku: MUG, qty: 4", f", sku: MUG, qty: 1{never}", never)
    assert (first["Assets:Receivable"], first["Assets:Inventory:MUG"]) == ("-226.00", "126.00")
    assert (
        second
        == third
        == {
            "Income:Sales": "50.00",
            "Liabilities:Output-VAT": "6.50",
            "Assets:Receivable": "-56.50",
        }
    )
    back(settings, 1, "")
    assert balances(settings) == BEFORE


def test_an_invoice_without_any_delivery(tmp_path: Path) -> None:
    invoice = INVOICE.format(gross="113.00", net="100.00", tax="13.00", cost="", on='\n    sku: "MUG"\n    qty: 2')
    settings = shop(tmp_path / "shop", invoice.rstrip() + "\n")
    first, second = back(settings, 0, ", sku: MUG, qty: 1, goods: never_shipped", "")
    assert (
        first
        == second
        == {
            "Income:Sales": "50.00",
            "Liabilities:Output-VAT": "6.50",
            "Assets:Receivable": "-56.50",
        }
    )


def test_two_skus_shipped_and_invoiced_apart(tmp_path: Path) -> None:
    ledger = """
    2026-02-01 * "仓库" "发货" ^inv-1001
      Assets:Goods-Shipped         220.00 CNY
      Assets:Inventory:MUG             -4 MUG {30.00 CNY, 2026-01-02}
      Assets:Inventory:TEE             -2 TEE {50.00 CNY, 2026-01-02}

    2026-02-10 * "张三" "发票" ^inv-1001
      Assets:Receivable            339.00 CNY
      Income:Sales                -200.00 CNY
        sku: "MUG"
        qty: 4
      Income:Sales                -100.00 CNY
        sku: "TEE"
        qty: 1
      Liabilities:Output-VAT       -39.00 CNY
      Expenses:COGS                120.00 CNY
        sku: "MUG"
      Expenses:COGS                 50.00 CNY
        sku: "TEE"
      Assets:Goods-Shipped        -120.00 CNY
        sku: "MUG"
      Assets:Goods-Shipped         -50.00 CNY
        sku: "TEE"
    """
    settings = shop(tmp_path / "shop", ledger)
    first, second, rest = back(settings, 0, ", sku: TEE, qty: 1", ", sku: MUG, qty: 1", "")
    assert first == {"Assets:Inventory:TEE": "50.00", "Assets:Goods-Shipped": "-50.00"}
    assert second["Assets:Receivable"] == "-56.50" and second["Expenses:COGS"] == "-30.00"
    assert rest["Assets:Receivable"] == "-282.50"
    assert balances(settings) == BEFORE


@pytest.mark.parametrize("price", ["price: 50.00", "price_incl_tax: 56.50"])
def test_a_line_partly_invoiced_is_found_by_the_price_of_its_invoice(tmp_path: Path, price: str) -> None:
    ledger = """
    2026-02-01 * "张三" "发货" ^inv-1001
      Expenses:COGS                 90.00 CNY
      Assets:Inventory:MUG             -3 MUG {30.00 CNY}

    2026-02-02 * "张三" "发票" ^inv-1001
      Assets:Receivable            113.00 CNY
      Income:Sales                -100.00 CNY
        sku: "MUG"
        qty: 2
      Liabilities:Output-VAT       -13.00 CNY
    """
    settings = shop(tmp_path / "shop", ledger)
    (line,) = app.sale("1001", settings=settings).lines
    assert (line.price, line.price_incl_tax) == (Decimal(50), Decimal("56.5"))
    done = posted(settings, f"- {{return: auto, customer: 张三, date: 2026-02-03, sku: MUG, qty: 3, {price}}}")
    assert effect(done)["Assets:Receivable"] == "-113.00"
    assert balances(settings) == BEFORE


def test_auto_takes_no_more_of_a_sale_than_was_delivered(tmp_path: Path) -> None:
    ledger = """
    2026-01-20 * "张三" "销售" ^inv-1000
      Assets:Receivable             56.50 CNY
      Income:Sales                 -50.00 CNY
        sku: "MUG"
        qty: 1
      Liabilities:Output-VAT        -6.50 CNY
      Expenses:COGS                 30.00 CNY
      Assets:Inventory:MUG             -1 MUG {30.00 CNY}

    2026-02-01 * "张三" "发货" ^inv-1001
      Expenses:COGS                 60.00 CNY
      Assets:Inventory:MUG             -2 MUG {30.00 CNY}

    2026-02-02 * "张三" "发票" ^inv-1001
      Assets:Receivable            169.50 CNY
      Income:Sales                -150.00 CNY
        sku: "MUG"
        qty: 3
      Liabilities:Output-VAT       -19.50 CNY
    """
    settings = shop(tmp_path / "shop", ledger)
    done = posted(settings, "- {return: auto, customer: 张三, date: 2026-02-03, sku: MUG, qty: 3}")
    assert effect(done)["Assets:Receivable"] == "-169.50"
    left = balances(settings)
    assert (left["Assets:Receivable"], left["Assets:Inventory:MUG"]) == (Decimal("56.50"), 630)


LATE = """
2026-02-01 * "张三" "发货" ^inv-1001
  Assets:Inventory:MUG  -2 MUG {30.00 CNY}
    sku: "MUG"
  Expenses:COGS  60.00 CNY

2026-02-20 * "张三" "发票" ^inv-1001
  Assets:Receivable  113.00 CNY
  Income:Sales  -100.00 CNY
    sku: "MUG"
    qty: 2
  Liabilities:Output-VAT  -13.00 CNY

2026-03-01 * "张三" "付款" ^inv-1001
  Assets:Bank  113.00 CNY
  Assets:Receivable  -113.00 CNY
"""


def test_what_is_invoiced_later_is_credited_from_the_day_of_the_invoice(tmp_path: Path) -> None:
    settings = shop(tmp_path, LATE)
    early = "- {return: 1001, date: 2026-02-19, sku: MUG, qty: 1}"
    assert refused(settings, early) == ["credited-before-invoiced"]
    assert effect(posted(settings, early.replace("19", "20")))["Assets:Receivable"] == "-56.50"


def test_of_two_invoices_only_the_first_can_be_credited_before_the_second(tmp_path: Path) -> None:
    part = (
        LATE.replace("113.00 CNY", "56.50 CNY")
        .replace("-100.00", "-50.00")
        .replace("-13.00", "-6.50")
        .replace("qty: 2", "qty: 1")
    )
    again = part[part.index("2026-02-20") : part.index("2026-03-01")].replace("2026-02-20", "2026-02-10")
    settings = shop(tmp_path, part + "\n" + again)
    assert refused(settings, "- {return: 1001, date: 2026-02-12}") == ["credited-before-invoiced"]
    assert effect(posted(settings, "- {return: 1001, date: 2026-02-12, sku: MUG, qty: 1}"))["Income:Sales"] == "50.00"
    more = "- {return: 1001, id: again, date: 2026-02-13, sku: MUG, qty: 1}"
    assert refused(settings, more, "b.yaml") == ["credited-before-invoiced"]
    assert effect(posted(settings, more.replace("02-13", "02-21"), "b.yaml"))["Income:Sales"] == "50.00"


def test_a_payment_in_advance_or_after_is_no_invoice(tmp_path: Path) -> None:
    ledger = LATE.replace("2026-02-20", "2026-02-02")
    ahead = """
    2026-01-30 * "张三" "预付" ^inv-1001
      Assets:Bank  20.00 CNY
      Assets:Receivable  -20.00 CNY
    """
    settings = shop(
        tmp_path,
        ledger.replace("113.00 CNY\n  Assets:Receivable  -113", "93.00 CNY\n  Assets:Receivable  -93") + dedent(ahead),
    )
    assert effect(posted(settings, "- {return: 1001, date: 2026-02-02}"))["Income:Sales"] == "100.00"
