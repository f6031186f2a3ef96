"""Goods as others book them: lots, places, free and fractional units, cost of goods in every form, kits, value-only stock.

Every sale goes back in parts, and afterwards each account, commodity and lot must be as before the sale.
"""

from __future__ import annotations

from pathlib import Path

from ledgers import effect, make, posted
from undoing import SAME, undone

BOUGHT = """\
2026-01-02 * "Supplier" "Purchase"
  Assets:Inventory    10 MUG {30.00 CNY, 2026-01-02}
  Assets:Inventory    10 TEE {50.00 CNY, 2026-01-02}
  Equity:Opening

2026-01-09 * "Supplier" "Purchase"
  Assets:Inventory    10 MUG {33.00 CNY, 2026-01-09}
  Equity:Opening

"""


def test_fifo_lots_come_back_newest_first(tmp_path: Path) -> None:
    sale = """\
2026-02-01 * "Ann" "Sale" ^inv-1
  Assets:Receivable          678.00 CNY
  Income:Sales              -600.00 CNY
  Liabilities:Output-VAT     -78.00 CNY
  Expenses:COGS              366.00 CNY
  Assets:Inventory              -12 MUG {}
"""
    first, second, third = undone(
        tmp_path,
        BOUGHT,
        sale,
        "- {return: 1, date: 2026-02-02, qty: 1}",
        "- {return: 1, date: 2026-02-03, qty: 3}",
        "- {return: 1, date: 2026-02-03, qty: all}",
    )
    assert first == {
        "Income:Sales": "50.00",
        "Liabilities:Output-VAT": "6.50",
        "Assets:Inventory": "33.00",
        "Expenses:COGS": "-33.00",
        "Assets:Receivable": "-56.50",
    }
    assert (second["Expenses:COGS"], third["Expenses:COGS"]) == ("-93.00", "-240.00")


MARGIN = """\
2026-02-01 * "Ann" "Sale" ^inv-1
  Assets:Bank                169.50 CNY
  Income:Sales               -60.00 CNY
  Liabilities:Output-VAT     -19.50 CNY
  Assets:Inventory               -3 MUG {30.00 CNY, 2026-01-02} @ 50.00 CNY
"""
THREE = (
    "- {return: 1, date: 2026-02-02, qty: 1}",
    "- {return: 1, date: 2026-02-03, qty: 1}",
    "- {return: 1, date: 2026-02-04}",
)


def test_without_cost_of_goods_revenue_is_the_margin_and_goes_back_as_such(tmp_path: Path) -> None:
    effects = undone(tmp_path, BOUGHT, MARGIN, *THREE)
    assert (
        effects
        == [
            {
                "Income:Sales": "20.00",
                "Liabilities:Output-VAT": "6.50",
                "Assets:Inventory": "30.00",
                "Assets:Bank": "-56.50",
            }
        ]
        * 3
    )


def test_a_margin_goes_back_to_sales_returns_where_returns_have_an_account_of_their_own(tmp_path: Path) -> None:
    settings = make(tmp_path / "a", BOUGHT + MARGIN)
    assert effect(posted(settings, THREE[0]))["Income:Sales-Returns"] == "20.00"


def test_goods_kept_after_a_sale_by_margin_lower_revenue_by_the_whole_price(tmp_path: Path) -> None:
    settings = make(tmp_path / "a", BOUGHT + MARGIN)
    assert effect(posted(settings, "- {return: 1, date: 2026-02-02, qty: 1, goods: kept}")) == {
        "Income:Sales-Allowances": "50.00",
        "Liabilities:Output-VAT": "6.50",
        "Assets:Bank": "-56.50",
    }


def test_a_sale_below_cost_is_a_negative_margin(tmp_path: Path) -> None:
    sale = """\
2026-02-01 * "Ann" "Clearance" ^inv-1
  Assets:Bank                 84.75 CNY
  Income:Sales                15.00 CNY
  Liabilities:Output-VAT      -9.75 CNY
  Assets:Inventory               -3 MUG {30.00 CNY, 2026-01-02} @ 25.00 CNY
"""
    first, *_ = undone(tmp_path, BOUGHT, sale, *THREE)
    assert first == {
        "Income:Sales": "-5.00",
        "Liabilities:Output-VAT": "3.25",
        "Assets:Inventory": "30.00",
        "Assets:Bank": "-28.25",
    }


def test_margins_of_several_goods_are_told_by_their_prices_or_their_metadata(tmp_path: Path) -> None:
    by_price = """\
2026-02-01 * "Ann" "Order" ^inv-1
  Assets:Receivable          180.80 CNY
  Income:Sales               -50.00 CNY
  Liabilities:Output-VAT     -20.80 CNY
  Assets:Inventory               -2 MUG {30.00 CNY, 2026-01-02} @ 50.00 CNY
  Assets:Inventory               -1 TEE {50.00 CNY, 2026-01-02} @ 60.00 CNY
"""
    by_sku = by_price.replace(
        "  Income:Sales               -50.00 CNY",
        '  Income:Sales               -40.00 CNY\n    sku: "MUG"\n  Income:Sales               -10.00 CNY\n    sku: "TEE"',
    )
    for n, sale in enumerate((by_price, by_sku)):
        mug, tee, _ = undone(
            tmp_path / str(n),
            BOUGHT,
            sale,
            "- {return: 1, date: 2026-02-02, sku: MUG, qty: 1}",
            "- {return: 1, date: 2026-02-03, sku: TEE}",
            "- {return: 1, date: 2026-02-04}",
        )
        assert (mug["Income:Sales"], mug["Assets:Receivable"]) == ("20.00", "-56.50")
        assert (tee["Income:Sales"], tee["Assets:Receivable"]) == ("10.00", "-67.80")


def test_an_account_that_takes_the_cost_of_the_lots_gives_it_back(tmp_path: Path) -> None:
    sale = MARGIN.replace("-60.00 CNY", "-150.00 CNY\n  Expenses:Wareneinsatz       90.00 CNY")
    first, *_ = undone(tmp_path, BOUGHT, sale, *THREE)
    assert first == {
        "Income:Sales": "50.00",
        "Liabilities:Output-VAT": "6.50",
        "Assets:Inventory": "30.00",
        "Expenses:Wareneinsatz": "-30.00",
        "Assets:Bank": "-56.50",
    }


def test_a_standard_cost_goes_back_with_its_variance(tmp_path: Path) -> None:
    sale = MARGIN.replace(
        "-60.00 CNY", "-150.00 CNY\n  Expenses:COGS               96.00 CNY\n  Expenses:Variance  -6.00 CNY"
    )
    first, *_ = undone(tmp_path, BOUGHT, sale, *THREE)
    assert (first["Expenses:COGS"], first["Expenses:Variance"], first["Assets:Inventory"]) == (
        "-32.00",
        "2.00",
        "30.00",
    )


def test_cost_of_goods_that_the_ledger_fills_in_goes_back_as_booked(tmp_path: Path) -> None:
    bought = """\
2026-01-02 * "Supplier" "Purchase"
  Assets:Inventory    3 MUG {{100.00 CNY, 2026-01-02}}
  Equity:Opening

"""
    sale = """\
2026-02-01 * "Ann" "Sale" ^inv-1
  Assets:Bank                   339 CNY
  Income:Sales                 -300 CNY
  Liabilities:Output-VAT        -39 CNY
  Assets:Inventory               -3 MUG {}
  Expenses:COGS
"""
    for each in undone(tmp_path, bought, sale, *THREE):
        assert (each["Income:Sales"], each["Assets:Bank"]) == ("100.00", "-113.00")


def test_two_places_give_back_to_each_its_own(tmp_path: Path) -> None:
    bought = """\
2026-01-02 * "Supplier" "Purchase"
  Assets:Inventory:North    10 MUG {30.00 CNY, 2026-01-02}
  Assets:Inventory:South    10 MUG {30.00 CNY, 2026-01-02}
  Equity:Opening

"""
    sale = """\
2026-02-01 * "Ann" "Sale" ^inv-1
  Assets:Bank                169.50 CNY
  Income:Sales              -150.00 CNY
  Liabilities:Output-VAT     -19.50 CNY
  Expenses:COGS               90.00 CNY
  Assets:Inventory:North         -1 MUG {30.00 CNY, 2026-01-02}
  Assets:Inventory:South         -2 MUG {30.00 CNY, 2026-01-02}
"""
    undone(tmp_path / "a", bought, sale, *THREE)
    settings = make(tmp_path / "b", bought + sale, more=SAME + "restock: returned_account\n")
    places = [
        [a for a in effect(posted(settings, event, f"{n}.yaml")) if "Returned" in a] for n, event in enumerate(THREE)
    ]
    north, south = "Assets:Inventory-Returned:North", "Assets:Inventory-Returned:South"
    assert places == [[south], [south], [north]]
