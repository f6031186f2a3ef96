"""Orders are found however a ledger names them: in metadata, on postings, by links that only some transactions carry."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import pytest
from beancount.core.data import Transaction
from ledgers import apply, balances, effect, load, make, posted, refused

STOCK = """
2026-01-02 * "入库"
  Assets:Inventory:MUG     20 MUG {30.00 CNY}
  Assets:Inventory:TEE     20 TEE {50.00 CNY}
  Assets:Bank           -1600.00 CNY

2026-01-03 * "入库"
  Assets:Inventory:MUG     10 MUG {33.00 CNY}
  Assets:Bank            -330.00 CNY
"""

SALE = """
2026-02-01 * "张三" "马克杯"{link}{meta}
  Assets:Receivable            226.00 CNY{on}
  Income:Sales                -200.00 CNY{on}
  Liabilities:Output-VAT       -26.00 CNY{on}
  Expenses:COGS                120.00 CNY
  Assets:Inventory:MUG             -4 MUG {{}}{on}
"""

ONE_BACK = {
    "Income:Sales": "50.00",
    "Liabilities:Output-VAT": "6.50",
    "Assets:Inventory:MUG": "30.00",
    "Expenses:COGS": "-30.00",
    "Assets:Receivable": "-56.50",
}
SAME = "revenue_account: same\n"


def shop(folder: Path, ledger: str, more: str = "", **options: str) -> Path:
    return make(folder, STOCK + dedent(ledger), more=SAME + more, **options)  # type: ignore[arg-type]


def sale(link: str = "", meta: str = "", on: str = "") -> str:
    return SALE.format(
        link=f" ^{link}" if link else "", meta=f"\n  {meta}" if meta else "", on=f"\n    {on}" if on else ""
    )


def as_before(settings: Path, events: list[str]) -> None:
    """Apply the events one by one; afterwards every account but the tenders' is as it was before the sale."""
    for n, event in enumerate(events):
        posted(settings, event, f"events{n}.yaml")


@pytest.mark.parametrize(
    ("ledger", "more", "order"),
    [
        (sale(meta='order: "1001"'), "", "1001"),
        (sale(meta='bestellung: "B-7"'), "sales: {order: [{metadata: bestellung}]}\n", "B-7"),
        (sale(link="verkauf-2026-7"), 'sales: {order: [{link: "verkauf-{}"}]}\n', "2026-7"),
        (sale(on='order: "1001"'), "", "1001"),
        (sale(on='order: "1001"', link="unrelated"), "", "1001"),
        (sale(meta="order: 1001"), "", "1001"),
    ],
)
def test_an_order_is_found_by_its_name_wherever_it_stands(tmp_path: Path, ledger: str, more: str, order: str) -> None:
    settings = shop(tmp_path / "shop", ledger, more)
    done = posted(settings, f"- {{return: {order}, date: 2026-02-10, sku: MUG, qty: 1}}")
    assert effect(done) == ONE_BACK
    posted(settings, f"- {{return: {order}, date: 2026-02-11, sku: MUG, qty: 2}}", "b.yaml")
    posted(settings, f"- {{return: {order}, date: 2026-02-12}}", "c.yaml")
    assert balances(settings) == {
        "Assets:Bank": Decimal("-1930"),
        "Assets:Inventory:MUG": Decimal("930"),
        "Assets:Inventory:TEE": Decimal("1000"),
    }


THREE = """
2026-02-01 * "张三" "发票" ^inv-1001
  order: "SO-1"
  Assets:Receivable            452.00 CNY
  Income:Sales                -200.00 CNY
    sku: "MUG"
  Income:Sales                -200.00 CNY
    sku: "TEE"
  Liabilities:Output-VAT       -52.00 CNY

2026-02-03 * "仓库" "发货"
  order: "SO-1"
  Expenses:COGS                120.00 CNY
  Assets:Inventory:MUG             -4 MUG {}
  Expenses:COGS                100.00 CNY
  Assets:Inventory:TEE             -2 TEE {}

2026-02-05 * "张三" "付款" ^inv-1001
  Assets:Bank                  200.00 CNY
  Assets:Receivable           -200.00 CNY
"""


@pytest.mark.parametrize("name", ["1001", "inv-1001", "SO-1"])
def test_invoice_delivery_and_payment_join_by_any_name(tmp_path: Path, name: str) -> None:
    settings = shop(tmp_path / "shop", THREE)
    before = balances(settings)
    done = posted(settings, f"- {{return: {name}, date: 2026-02-10, sku: TEE, qty: 1}}")
    assert effect(done) == {
        "Income:Sales": "100.00",
        "Liabilities:Output-VAT": "13.00",
        "Assets:Inventory:TEE": "50.00",
        "Expenses:COGS": "-50.00",
        "Assets:Receivable": "-113.00",
    }
    posted(settings, f"- {{return: {name}, date: 2026-02-11, sku: MUG, qty: 3}}", "b.yaml")
    done = posted(settings, f"- {{return: {name}, date: 2026-02-12}}", "c.yaml")
    assert effect(done)["Assets:Bank"] == "-169.50"
    after = balances(settings)
    assert after["Assets:Bank"] == before["Assets:Bank"] - 200
    assert {name: amount for name, amount in after.items() if not name.startswith("Assets:")} == {}
    assert (after["Assets:Inventory:MUG"], after["Assets:Inventory:TEE"]) == (930, 1000)


def test_a_payment_that_names_the_invoice_and_the_order_joins_what_names_only_one(tmp_path: Path) -> None:
    ledger = THREE.replace('  order: "SO-1"\n', "", 1).replace(
        "^inv-1001\n  Assets:Bank", '^inv-1001\n  order: "SO-1"\n  Assets:Bank'
    )
    settings = shop(tmp_path / "shop", ledger)
    done = posted(settings, "- {return: SO-1, date: 2026-02-10}")
    assert (effect(done)["Assets:Receivable"], effect(done)["Assets:Bank"]) == ("-252.00", "-200.00")
    assert effect(done)["Assets:Inventory:MUG"] == "120.00"


def test_two_invoices_of_one_order_are_two_sales_and_a_payment_of_the_order_is_shared(tmp_path: Path) -> None:
    ledger = (
        sale(link="inv-1", meta='order: "SO-9"')
        + sale(link="inv-2", meta='order: "SO-9"').replace("02-01", "02-02")
        + '\n2026-02-05 * "张三" "付款"\n  order: "SO-9"\n  Assets:Bank  300.00 CNY\n  Assets:Receivable  -300.00 CNY\n'
    )
    settings = shop(tmp_path / "shop", ledger)
    assert refused(settings, "- {return: SO-9, date: 2026-02-10}") == ["ambiguous-sale"]
    done = posted(settings, "- {return: 1, date: 2026-02-10}\n- {return: inv-2, date: 2026-02-10}")
    assert (effect(done)["Assets:Receivable"], effect(done)["Assets:Bank"]) == ("-152.00", "-300.00")


def test_two_orders_on_one_link_are_told_apart_by_their_order_numbers(tmp_path: Path) -> None:
    ledger = sale(link="inv-7", meta='order: "A"') + sale(link="inv-7", meta='order: "B"').replace("02-01", "02-02")
    settings = shop(tmp_path / "shop", ledger)
    file = settings.parent / "x.yaml"
    file.write_text("- {return: inv-7, date: 2026-02-10}\n", encoding="utf-8")
    (finding,) = apply(settings, "- {return: inv-7, date: 2026-02-10}").findings
    assert finding.code == "ambiguous-sale"
    assert [str(each).partition("(")[0].strip() for each in finding.values["orders"]] == ["A", "B"]  # type: ignore[attr-defined]
    assert all("main.beancount:" in str(each) for each in finding.values["orders"])  # type: ignore[attr-defined]
    assert effect(posted(settings, "- {return: A, date: 2026-02-10, sku: MUG, qty: 1}")) == ONE_BACK


def test_two_customers_on_one_link_are_a_contradiction_with_both_places(tmp_path: Path) -> None:
    ledger = sale(link="inv-7") + sale(link="inv-7").replace("张三", "李四")
    settings = shop(tmp_path / "shop", ledger)
    (finding,) = apply(settings, "- {return: inv-7, date: 2026-02-10, sku: MUG, qty: 1}").findings
    assert finding.code == "facts-missing"
    text = str(finding.values["missing"].render() if hasattr(finding.values["missing"], "render") else finding.values)
    assert text.count("main.beancount") >= 2


def test_one_order_number_on_two_unrelated_sales_is_ambiguous(tmp_path: Path) -> None:
    ledger = sale(link="inv-7", meta='order: "A"') + sale(meta='order: "A"').replace("张三", "李四")
    settings = shop(tmp_path / "shop", ledger)
    assert refused(settings, "- {return: A, date: 2026-02-10, sku: MUG, qty: 1}") == ["ambiguous-sale"]
    assert effect(posted(settings, "- {return: inv-7, date: 2026-02-10, sku: MUG, qty: 1}")) == ONE_BACK


HAND = """
2026-02-05 * "张三" "手工退货"
  order: "1001"
  Income:Sales                  50.00 CNY
  Liabilities:Output-VAT         6.50 CNY
  Assets:Receivable            -56.50 CNY
  Assets:Inventory:MUG              1 MUG {30.00 CNY, 2026-01-02}
  Expenses:COGS                -30.00 CNY

2026-02-06 * "顺丰" "运费" ^inv-1001
  Expenses:Freight              20.00 CNY
  Assets:Bank                  -20.00 CNY

2026-02-07 price MUG 35.00 CNY
"""


@pytest.mark.parametrize("meta", ['order: "1001"', 'order: "SO-1"'])
def test_a_return_by_hand_uses_up_what_can_come_back(tmp_path: Path, meta: str) -> None:
    ledger = sale(link="inv-1001", meta='order: "SO-1"') + HAND.replace('order: "1001"', meta)
    settings = shop(tmp_path / "shop", ledger)
    assert refused(settings, "- {return: SO-1, date: 2026-02-10, sku: MUG, qty: 4}") == ["more-than-sold"]
    done = posted(settings, "- {return: SO-1, date: 2026-02-10}")
    assert effect(done) == {
        "Income:Sales": "150.00",
        "Liabilities:Output-VAT": "19.50",
        "Assets:Inventory:MUG": "90.00",
        "Expenses:COGS": "-90.00",
        "Assets:Receivable": "-169.50",
    }
    assert "Assets:Receivable" not in balances(settings)


def test_delivered_and_shipped_come_from_the_transaction_that_has_them(tmp_path: Path) -> None:
    ledger = THREE.replace('"仓库" "发货"\n', '"仓库" "发货"\n  delivered: 2026-02-20\n')
    settings = shop(
        tmp_path / "shop",
        ledger,
        policy="policy: test\nversion: 1\nvalid_from: 2000-01-01\ncurrency: {currency}\n"
        "window: {{default: {{days: 7, from: delivered}}}}\n",
    )
    posted(settings, "- {return: SO-1, date: 2026-02-26, sku: TEE, qty: 1}")
    assert refused(settings, "- {return: SO-1, date: 2026-02-28, sku: TEE, qty: 1}", "b.yaml") == ["window-closed"]


SPLIT = """
2026-02-01 * "张三" "发票" ^inv-1001
  order: "SO-1"
  Assets:Receivable            678.00 CNY
  Income:Sales                -600.00 CNY
    sku: "MUG"
    qty: 12
  Liabilities:Output-VAT       -78.00 CNY

2026-02-03 * "仓库" "发货"
  order: "SO-1"
  Expenses:COGS                240.00 CNY
  Assets:Inventory:MUG             -8 MUG {30.00 CNY, 2026-01-02}

2026-02-20 * "仓库" "发货"
  order: "SO-1"
  Expenses:COGS                132.00 CNY
  Assets:Inventory:MUG             -4 MUG {33.00 CNY, 2026-01-03}
"""


def test_only_what_was_shipped_by_the_day_can_come_back(tmp_path: Path) -> None:
    settings = shop(tmp_path / "shop", SPLIT)
    assert refused(settings, "- {return: SO-1, date: 2026-02-10, sku: MUG, qty: 9}") == ["more-than-sold"]
    done = posted(settings, "- {return: SO-1, date: 2026-02-10, sku: MUG, qty: 3}")
    assert effect(done) == {
        "Income:Sales": "150.00",
        "Liabilities:Output-VAT": "19.50",
        "Assets:Inventory:MUG": "90.00",
        "Expenses:COGS": "-90.00",
        "Assets:Receivable": "-169.50",
    }
    done = posted(settings, "- {return: SO-1, date: 2026-02-21, sku: MUG, qty: 5}", "b.yaml")
    assert effect(done)["Assets:Inventory:MUG"] == "162.00"  # the four of the later lot, and one more
    done = posted(settings, "- {return: SO-1, date: 2026-02-22}", "c.yaml")
    assert effect(done) == {
        "Income:Sales": "200.00",
        "Liabilities:Output-VAT": "26.00",
        "Assets:Inventory:MUG": "120.00",
        "Expenses:COGS": "-120.00",
        "Assets:Receivable": "-226.00",
    }


def test_the_whole_order_before_its_second_shipment_is_the_first_shipment(tmp_path: Path) -> None:
    settings = shop(tmp_path / "shop", SPLIT)
    done = posted(settings, "- {return: SO-1, date: 2026-02-10}")
    assert (effect(done)["Assets:Inventory:MUG"], effect(done)["Assets:Receivable"]) == ("240.00", "-452.00")


CARRIED = """
2026-02-01 * "张三" "马克杯" #双十一 ^inv-1001
  store: "SH-1"
  Assets:Receivable            226.00 CNY
    department: "retail"
  Income:Sales                -200.00 CNY
    department: "retail"
  Income:Shipping              -10.00 CNY
  Liabilities:Output-VAT       -16.00 CNY
  Expenses:COGS                120.00 CNY
    department: "warehouse"
    bin: "A-7"
  Assets:Inventory:MUG             -4 MUG {}
    department: "warehouse"
"""


def dimensions(settings: Path, event: str) -> dict[str, dict[str, str]]:
    """Return the metadata of the user's own on the postings of an entry, and on the entry itself under ""."""
    (entry,) = [e for e in load(settings) if isinstance(e, Transaction) and e.meta.get("rl-id") == event]
    rows = {p.account: p.meta for p in entry.postings} | {"": entry.meta}
    return {
        name: own
        for name, meta in rows.items()
        if (own := {k: v for k, v in meta.items() if k in ("store", "department", "bin")})
    }


@pytest.mark.parametrize("contra", [False, True])
def test_dimensions_and_tags_are_carried_over_where_the_sale_has_them(tmp_path: Path, contra: bool) -> None:
    more = "carry: [store, department]\n" + ("" if contra else SAME)
    settings = make(tmp_path / "shop", STOCK + CARRIED.replace("双十一", "double-11"), more=more)
    done = posted(settings, "- {return: 1001, id: R-1, date: 2026-02-10, sku: MUG, qty: 1}")
    revenue = "Income:Sales-Returns" if contra else "Income:Sales"
    wanted = {
        "": {"store": "SH-1"},
        revenue: {"department": "retail"},
        "Assets:Receivable": {"department": "retail"},
        "Expenses:COGS": {"department": "warehouse"},
        "Assets:Inventory:MUG": {"department": "warehouse"},
    }
    assert dimensions(settings, "R-1") == wanted
    assert "double-11" in done.planned.plan.directives[0].tags
    posted(settings, "- {void: R-1, id: V-1, date: 2026-02-11}", "b.yaml")
    assert dimensions(settings, "V-1") == wanted


def test_lines_of_two_departments_on_one_account_stay_apart(tmp_path: Path) -> None:
    ledger = """
    2026-02-01 * "张三" "两部门" ^inv-1001
      Assets:Bank                  300.00 CNY
      Income:Sales                -100.00 CNY
        sku: "MUG"
        department: "home"
      Income:Sales                -200.00 CNY
        sku: "TEE"
        department: "apparel"
      Expenses:COGS                 30.00 CNY
        sku: "MUG"
      Expenses:COGS                100.00 CNY
        sku: "TEE"
      Assets:Inventory:MUG             -1 MUG {}
      Assets:Inventory:TEE             -2 TEE {}
    """
    settings = shop(tmp_path / "shop", ledger, more="carry: [department]\n")
    posted(settings, "- {return: 1001, id: R-1, date: 2026-02-10}")
    (entry,) = [e for e in load(settings) if isinstance(e, Transaction) and e.meta.get("rl-id") == "R-1"]
    found = {p.meta["department"]: str(p.units.number) for p in entry.postings if p.account == "Income:Sales"}
    assert found == {"home": "100.00", "apparel": "200.00"}


@pytest.mark.parametrize("pattern", ["inv-{}", "inv-SO-{}"])
@pytest.mark.parametrize("typed", ["SO-1001", "inv-SO-1001"])
def test_an_order_goes_by_every_part_of_its_link(tmp_path: Path, pattern: str, typed: str) -> None:
    ledger = STOCK + SALE.format(link=" ^inv-SO-1001", meta="", on="")
    settings = make(tmp_path, ledger, more=SAME + f"sales: {{order: [{{link: '{pattern}'}}]}}\n")
    done = posted(settings, f"- {{return: {typed}, date: 2026-02-03, qty: 1}}")
    assert effect(done) == ONE_BACK
