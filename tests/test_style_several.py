"""Several orders in one entry, each named on postings: every order is read from what is its own, or the finding says why not."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import apply, balances, effect, make, posted
from shop import half_away

from returnledger import app
from returnledger.findings_text import sentences

BUY = """
2026-01-02 * "Supplier" "Goods"
  Assets:Inventory   100 MUG {30.00 CNY}
  Assets:Inventory   100 TEE {20.00 CNY}
  Liabilities:Payable  -5000.00 CNY
"""

IN_FULL = """
2026-02-01 * "Sales of the day"
  Assets:Receivable  113.00 CNY
    order: "1001"
  Income:Sales  -100.00 CNY
    order: "1001"
    sku: "MUG"
    qty: 2
  Liabilities:Output-VAT  -13.00 CNY
    order: "1001"
  Assets:Inventory  -2 MUG {30.00 CNY}
    order: "1001"
  Expenses:COGS  60.00 CNY
    order: "1001"
  Assets:Receivable  56.50 CNY
    order: "1002"
  Income:Sales  -50.00 CNY
    order: "1002"
    sku: "MUG"
    qty: 1
  Liabilities:Output-VAT  -6.50 CNY
    order: "1002"
  Assets:Inventory  -1 MUG {30.00 CNY}
    order: "1002"
  Expenses:COGS  30.00 CNY
    order: "1002"
"""

IN_COMMON = """
2026-02-01 * "Sales of the day"
  Assets:Bank  180.80 CNY
  Income:Sales  -100.00 CNY
    order: "1001"
    sku: "MUG"
    qty: 2
  Income:Sales  -60.00 CNY
    order: "1002"
    sku: "TEE"
    qty: 1
  Liabilities:Output-VAT  -20.80 CNY
  Assets:Inventory  -2 MUG {30.00 CNY}
  Assets:Inventory  -1 TEE {20.00 CNY}
  Expenses:COGS  80.00 CNY
"""


def back(order: str) -> str:
    return f"- {{return: {order!r}, date: 2026-02-20}}\n"


def said(folder: Path, ledger: str, order: str = "1002") -> str:
    done = apply(make(folder, BUY + ledger), back(order))
    assert not done.file
    return " | ".join(text for finding in done.findings for text in sentences(finding, "en"))


def test_orders_whose_postings_are_all_named_come_back_one_by_one(tmp_path: Path) -> None:
    books = make(tmp_path, BUY + IN_FULL)
    assert effect(posted(books, back("1002"))) == {
        "Assets:Inventory": "30.00",
        "Assets:Receivable": "-56.50",
        "Expenses:COGS": "-30.00",
        "Income:Sales-Returns": "50.00",
        "Liabilities:Output-VAT": "6.50",
    }
    assert effect(posted(books, back("1001"), "other.yaml"))["Assets:Receivable"] == "-113.00"
    assert "Assets:Receivable" not in balances(books)


def test_what_is_common_is_shared_where_the_sums_leave_one_way(tmp_path: Path) -> None:
    books = make(tmp_path, BUY + IN_COMMON)
    assert effect(posted(books, back("1002"))) == {
        "Assets:Bank": "-67.80",
        "Assets:Inventory": "20.00",
        "Expenses:COGS": "-20.00",
        "Income:Sales-Returns": "60.00",
        "Liabilities:Output-VAT": "7.80",
    }
    view = app.sale("1001", settings=books)
    assert [each.line.sku for each in view.lines] == ["MUG"]
    assert view.order.paid_in == Decimal("113.00")


def test_an_order_paid_in_the_entry_of_another_has_its_money(tmp_path: Path) -> None:
    sale = """
2026-02-01 * "Ann" "Sale"
  order: "1001"
  Assets:Receivable  113.00 CNY
  Income:Sales  -100.00 CNY
    sku: "MUG"
    qty: 2
  Liabilities:Output-VAT  -13.00 CNY
  Assets:Inventory  -2 MUG {30.00 CNY}
  Expenses:COGS  60.00 CNY

2026-02-03 * "Ann" "Another, and the first is paid"
  Assets:Bank  169.50 CNY
  Assets:Receivable  -113.00 CNY
    order: "1001"
  Income:Sales  -50.00 CNY
    order: "1002"
    sku: "MUG"
    qty: 1
  Liabilities:Output-VAT  -6.50 CNY
    order: "1002"
  Assets:Inventory  -1 MUG {30.00 CNY}
    order: "1002"
  Expenses:COGS  30.00 CNY
    order: "1002"
"""
    books = make(tmp_path, BUY + sale)
    assert effect(posted(books, back("1001")))["Assets:Bank"] == "-113.00"
    assert effect(posted(books, back("1002"), "other.yaml"))["Assets:Bank"] == "-56.50"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  Assets:Inventory  -1 TEE {20.00 CNY}\n", "  Assets:Inventory  -1 MUG {30.00 CNY}\n"),
        ("20.80", "17.77"),
        ("  Assets:Bank  180.80 CNY\n", "  Assets:Bank  80.80 CNY\n  Assets:Card  100.00 CNY\n"),
        ("Expenses:COGS  80.00 CNY", "Expenses:COGS  75.00 CNY\n  Expenses:Variance  5.00 CNY"),
        ("  Assets:Bank  180.80 CNY\n", "  Assets:Bank  170.80 CNY\n  Income:Discounts  10.00 CNY\n"),
    ],
)
def test_what_can_be_shared_in_two_ways_is_refused_with_both_places(tmp_path: Path, old: str, new: str) -> None:
    sale = IN_COMMON.replace('sku: "TEE"', 'sku: "MUG"') if "1 MUG" in new else IN_COMMON
    sale = sale.replace(old, new)
    if "1 MUG" in new:
        sale = sale.replace("80.00 CNY", "90.00 CNY")
    if "17.77" in new:
        sale = sale.replace("180.80", "177.77")
    for order in ("1001", "1002"):
        text = said(tmp_path / order, sale, order)
        assert "the orders 100" in text and text.count("main.beancount:") >= 2, text


def test_an_order_that_does_not_balance_by_itself_is_refused(tmp_path: Path) -> None:
    sale = IN_FULL.replace(
        '  Assets:Receivable  113.00 CNY\n    order: "1001"', '  Assets:Receivable  112.00 CNY\n    order: "1001"'
    )
    sale = sale.replace(
        '  Assets:Receivable  56.50 CNY\n    order: "1002"', '  Assets:Receivable  57.50 CNY\n    order: "1002"'
    )
    text = said(tmp_path, sale)
    assert "1001, up to" in text and "comes to -1.00" in text and text.count("main.beancount:") == 2


def test_orders_and_invoices_of_one_sale_stay_one_sale(tmp_path: Path) -> None:
    sale = IN_FULL.replace('order: "1002"', 'invoice: "F-1"').replace(
        'sku: "MUG"\n    qty: 1', 'sku: "MUG"\n    qty: 1'
    )
    books = make(tmp_path, BUY + sale, more="sales: {order: [{metadata: order}, {metadata: invoice}]}\n")
    assert effect(posted(books, back("1001")))["Assets:Receivable"] == "-169.50"


@settings(max_examples=25)
@given(st.integers(0, 2**32))
def test_a_day_of_orders_in_one_entry_comes_back_as_if_each_had_its_own(seed: int) -> None:
    random = Random(seed)
    orders = [str(1001 + n) for n in range(random.randint(2, 4))]
    nets = [Decimal(random.randint(1000, 30000)).scaleb(-2) for _ in orders]
    units = [random.randint(1, 5) for _ in orders]
    taxes = [half_away(net * Decimal("0.13"), 2) for net in nets]
    named = {what: random.random() < 0.5 for what in ("tax", "money", "goods", "cost")}
    skus = [random.choice(["MUG", "TEE"]) for _ in orders] if named["goods"] else ["MUG", "TEE"]
    if not named["goods"]:
        orders, nets, units = orders[:2], nets[:2], units[:2]
        taxes = taxes[:2]
    costs = [Decimal("30.00") * n if sku == "MUG" else Decimal("20.00") * n for sku, n in zip(skus, units, strict=True)]
    lines = []

    def line(text: str, *meta: str) -> None:
        lines.append("\n".join([f"  {text}", *(f"    {each}" for each in meta)]))

    for order, net, n, sku, tax, cost in zip(orders, nets, units, skus, taxes, costs, strict=True):
        of = f'order: "{order}"'
        line(f"Income:Sales  {-net} CNY", of, f'sku: "{sku}"', f"qty: {n}")
        line(f"Assets:Inventory  -{n} {sku} {{{30 if sku == 'MUG' else 20}.00 CNY}}", *[of] * named["goods"])
        if named["tax"]:
            line(f"Liabilities:Output-VAT  {-tax} CNY", of)
        if named["money"]:
            line(f"Assets:Bank  {net + tax} CNY", of)
        if named["cost"]:
            line(f"Expenses:COGS  {cost} CNY", of)
    if not named["tax"]:
        line(f"Liabilities:Output-VAT  {-sum(taxes)} CNY")
    if not named["money"]:
        line(f"Assets:Bank  {sum(nets) + sum(taxes)} CNY")
    if not named["cost"]:
        line(f"Expenses:COGS  {sum(costs)} CNY")
    random.shuffle(lines)
    with TemporaryDirectory() as name:
        books = make(Path(name) / "shop", BUY + '\n2026-02-01 * "Sales"\n' + "\n".join(lines) + "\n")
        for n, (order, net, tax, cost) in enumerate(zip(orders, nets, taxes, costs, strict=True)):
            assert effect(posted(books, back(order), f"{n}.yaml")) == {
                "Assets:Bank": f"{-net - tax}",
                "Assets:Inventory": f"{cost}",
                "Expenses:COGS": f"{-cost}",
                "Income:Sales-Returns": f"{net}",
                "Liabilities:Output-VAT": f"{tax}",
            }
