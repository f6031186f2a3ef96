"""Goods as others book them: lots, places, free and fractional units, cost of goods in every form, kits, value-only stock.

Every sale goes back in parts, and afterwards each account, commodity and lot must be as before the sale.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from ledgers import apply, effect, make, posted, refused
from undoing import SAME, assert_undone

from returnledger import app
from returnledger.findings_text import sentences

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
    first, second, third = assert_undone(
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
    effects = assert_undone(tmp_path, BOUGHT, MARGIN, *THREE)
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
    first, *_ = assert_undone(tmp_path, BOUGHT, sale, *THREE)
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
        mug, tee, _ = assert_undone(
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
    first, *_ = assert_undone(tmp_path, BOUGHT, sale, *THREE)
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
    first, *_ = assert_undone(tmp_path, BOUGHT, sale, *THREE)
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
    for each in assert_undone(tmp_path, bought, sale, *THREE):
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
    assert_undone(tmp_path / "a", bought, sale, *THREE)
    settings = make(tmp_path / "b", bought + sale, more=SAME + "restock: returned_account\n")
    places = [
        [a for a in effect(posted(settings, event, f"{n}.yaml")) if "Returned" in a] for n, event in enumerate(THREE)
    ]
    north, south = "Assets:Inventory-Returned:North", "Assets:Inventory-Returned:South"
    assert places == [[south], [south], [north]]


SET = """\
2026-01-02 * "Supplier" "Purchase"
  Assets:Inventory    10 POT {30.00 CNY, 2026-01-02}
  Assets:Inventory    3 CUP {10.00 CNY, 2026-01-02}
  Assets:Inventory    10 CUP {12.00 CNY, 2026-01-03}
  Equity:Opening

"""
SETS = """\
2026-02-01 * "Ann" "2 tea sets" ^inv-1
  Assets:Receivable          226.00 CNY
  Income:Sales              -200.00 CNY
    sku: "TEA-SET"
    qty: 2
  Liabilities:Output-VAT     -26.00 CNY
  Expenses:COGS              102.00 CNY
  Assets:Inventory               -2 POT {}
    sku: "TEA-SET"
  Assets:Inventory               -4 CUP {}
    sku: "TEA-SET"
"""


def test_kits_come_back_with_their_share_of_every_component(tmp_path: Path) -> None:
    first, second = assert_undone(
        tmp_path,
        SET,
        SETS,
        "- {return: 1, date: 2026-02-02, sku: TEA-SET, qty: 1}",
        "- {return: 1, date: 2026-02-03}",
    )
    assert first == {
        "Income:Sales": "100.00",
        "Liabilities:Output-VAT": "13.00",
        "Assets:Inventory": "52.00",
        "Expenses:COGS": "-52.00",
        "Assets:Receivable": "-113.00",
    }
    assert (second["Income:Sales"], second["Expenses:COGS"]) == ("100.00", "-50.00")


def test_a_component_alone_brings_its_share_by_cost(tmp_path: Path) -> None:
    cup, kit, rest = assert_undone(
        tmp_path,
        SET,
        SETS,
        "- {return: 1, date: 2026-02-02, sku: CUP, qty: 1}",
        "- {return: 1, date: 2026-02-03, sku: TEA-SET, qty: 1}",
        "- {return: 1, date: 2026-02-04}",
    )
    assert cup == {  # a quarter of the cups' 42 of 102 CNY
        "Income:Sales": "20.59",
        "Liabilities:Output-VAT": "2.68",
        "Assets:Inventory": "12.00",
        "Expenses:COGS": "-12.00",
        "Assets:Receivable": "-23.27",
    }
    assert kit["Assets:Inventory"] == "50.00" and rest["Assets:Inventory"] == "40.00"


def test_a_component_may_come_back_at_a_price_of_its_own_up_to_what_is_left_of_the_kit(tmp_path: Path) -> None:
    settings = make(tmp_path / "a", SET + SETS, more=SAME)
    over = "- {return: 1, date: 2026-02-02, sku: POT, price_incl_tax: 226.01, qty: 1}"
    assert refused(settings, over) == ["more-than-invoiced"]
    first, second = assert_undone(
        tmp_path / "b",
        SET,
        SETS,
        "- {return: 1, date: 2026-02-02, sku: POT, qty: 2, price_incl_tax: 90.40}",
        "- {return: 1, date: 2026-02-03}",
    )
    assert (first["Income:Sales"], first["Liabilities:Output-VAT"]) == ("160.00", "20.80")
    assert (second["Income:Sales"], second["Liabilities:Output-VAT"]) == ("40.00", "5.20")


def test_each_component_has_its_own_cap(tmp_path: Path) -> None:
    settings = make(tmp_path / "a", SET + SETS, more=SAME)
    assert refused(settings, "- {return: 1, date: 2026-02-02, sku: POT, qty: 3}") == ["more-than-sold"]
    posted(settings, "- {return: 1, date: 2026-02-02, sku: POT, qty: 1}", "b.yaml")
    assert refused(settings, "- {return: 1, date: 2026-02-03, sku: TEA-SET, qty: 2}", "c.yaml") == ["more-than-sold"]
    posted(settings, "- {return: 1, date: 2026-02-03, sku: TEA-SET, qty: 1}", "d.yaml")
    assert refused(settings, "- {return: 1, date: 2026-02-04, sku: POT, qty: 1}", "e.yaml") == ["more-than-sold"]
    posted(settings, "- {return: 1, date: 2026-02-04, sku: CUP, qty: all}", "f.yaml")
    assert refused(settings, "- {return: 1, date: 2026-02-05}", "g.yaml") == ["more-than-sold"]


def test_parts_of_kits_come_back_in_any_order(tmp_path: Path) -> None:
    day = "- {{return: 1, date: 2026-02-0{}, {}}}"
    for n, parts in enumerate(
        (
            ("sku: TEA-SET, qty: 1", "sku: CUP, qty: 2", "sku: POT"),
            ("sku: POT, qty: 1", "sku: TEA-SET, qty: 1", "sku: CUP, qty: 1", "sku: CUP"),
            ("sku: CUP, qty: 3", "sku: POT, qty: 1", "sku: CUP, qty: 1", "sku: POT, qty: 1"),
            ("sku: CUP, qty: 1, goods: kept", "sku: TEA-SET, qty: 1", "sku: POT", "sku: CUP"),
        )
    ):
        events = [day.format(i + 2, part) for i, part in enumerate(parts)]
        if "kept" in parts[0]:
            settings = make(tmp_path / str(n), SET + SETS, more=SAME)
            done = [effect(posted(settings, event, f"{i}.yaml")) for i, event in enumerate(events)]
            assert sum(Decimal(each["Assets:Receivable"]) for each in done) == -226
            assert sum(Decimal(each.get("Expenses:COGS", 0)) for each in done) == -90
        else:
            assert_undone(tmp_path / str(n), SET, SETS, *events)


def test_a_kit_and_a_part_of_another_may_come_back_in_one_event(tmp_path: Path) -> None:
    both = """\
return: 1
date: 2026-02-02
items:
  - {sku: TEA-SET, qty: 1}
  - {sku: POT, qty: 1}
"""
    assert_undone(tmp_path, SET, SETS, both, "- {return: 1, date: 2026-02-03}")


def test_components_of_one_cost_in_one_account_are_told_apart(tmp_path: Path) -> None:
    bought = SET.replace("30.00", "10.00")
    sale = SETS.replace("102.00", "62.00")
    assert_undone(
        tmp_path,
        bought,
        sale,
        "- {return: 1, date: 2026-02-02, sku: POT, qty: 1}",
        "- {return: 1, date: 2026-02-03, sku: CUP, qty: 1}",
        "- {return: 1, date: 2026-02-04}",
    )
    settings = make(tmp_path / "scrap", bought + sale, more=SAME)
    for n, sku in enumerate(("POT", "CUP", "TEA-SET")):
        event = f"- {{return: 1, date: 2026-02-0{n + 2}, sku: {sku}, qty: 1, condition: damaged, disposition: scrap}}"
        posted(settings, event, f"{n}.yaml")
    posted(settings, "- {return: 1, date: 2026-02-06}", "all.yaml")
    assert refused(settings, "- {return: 1, date: 2026-02-07}", "over.yaml") == ["more-than-sold"]


def test_a_pack_with_a_sku_of_its_own_is_counted_in_packs(tmp_path: Path) -> None:
    sale = """\
2026-02-01 * "Ann" "2 six-packs" ^inv-1
  Assets:Bank                226.00 CNY
  Income:Sales              -200.00 CNY
    sku: "MUG-6"
    qty: 2
  Liabilities:Output-VAT     -26.00 CNY
  Expenses:COGS              366.00 CNY
  Assets:Inventory              -12 MUG {}
    sku: "MUG-6"
"""
    first, _ = assert_undone(
        tmp_path, BOUGHT, sale, "- {return: 1, date: 2026-02-02, sku: MUG-6, qty: 1}", "- {return: 1, date: 2026-02-03}"
    )
    assert (first["Income:Sales"], first["Assets:Inventory"]) == ("100.00", "186.00")
    assert_undone(
        tmp_path / "b",
        BOUGHT,
        sale,
        "- {return: 1, date: 2026-02-02, sku: MUG, qty: 5}",
        "- {return: 1, date: 2026-02-03}",
    )


def test_a_voided_component_can_come_back_again(tmp_path: Path) -> None:
    settings = make(tmp_path / "a", SET + SETS, more=SAME)
    posted(settings, "- {return: 1, id: R-1, date: 2026-02-02, sku: POT, qty: 2}")
    posted(settings, "- {void: R-1, date: 2026-02-03}", "b.yaml")
    done = posted(settings, "- {return: 1, date: 2026-02-04, sku: TEA-SET, qty: 2}", "c.yaml")
    assert effect(done)["Income:Sales"] == "200.00"


def test_odoo_kit_return_credit_note(tmp_path: Path) -> None:
    bought, sale = "", ""
    for n, cost in enumerate((10, 20, 60), start=1):
        bought += f"""\
2026-01-0{n} * "Supplier" "Purchase"
  Assets:Inventory    1 C {{{cost} CNY, 2026-01-0{n}}}
  Equity:Opening

"""
        sale += f"""\
2026-02-0{n} * "Customer" "Kit" ^inv-D{n}
  Assets:Receivable          100.00 CNY
  Income:Sales              -100.00 CNY
    sku: "K"
    qty: 1
  Expenses:COGS               {cost}.00 CNY
  Assets:Inventory               -1 C {{}}
    sku: "K"

"""
    done = posted(make(tmp_path / "a", bought + sale, more=SAME), "- {return: D2, date: 2026-03-01, sku: K, qty: 1}")
    assert effect(done) == {
        "Income:Sales": "100.00",
        "Assets:Receivable": "-100.00",
        "Assets:Inventory": "20",
        "Expenses:COGS": "-20.00",
    }


def test_the_rounding_of_a_kit_goes_back_with_its_last_component(tmp_path: Path) -> None:
    sale = SETS.replace("226.00 CNY", "225.70 CNY\n  Expenses:Rounding  0.30 CNY")
    *_, last = assert_undone(
        tmp_path,
        SET,
        sale,
        "- {return: 1, date: 2026-02-02, sku: CUP, qty: 1}",
        "- {return: 1, date: 2026-02-03, sku: TEA-SET, qty: 1}",
        "- {return: 1, date: 2026-02-04, sku: POT}",
        "- {return: 1, date: 2026-02-05, sku: CUP}",
    )
    assert last["Expenses:Rounding"] == "-0.30"


BOUGHT_TWO = """\
2026-01-05 * "S" "in"
  Assets:Inventory  30 CUP {4.00 CNY}
  Assets:Inventory  30 NOVEL {7.00 CNY}
  Equity:Opening

"""

# Revenue under the SKUs of a web shop, goods under the commodities of the books.
OWN_NAMES = """\
2026-03-01 * "Ann" "order" ^inv-1
  Assets:Bank            36.00 CNY
  Income:Sales          -10.00 CNY
    sku: "mug-red"{first}
  Income:Sales          -20.00 CNY
    sku: "book/hardcover"{second}
  Liabilities:Output-VAT -6.00 CNY
  Expenses:COGS          15.00 CNY
  Assets:Inventory          -2 CUP {{4.00 CNY}}{cup}
  Assets:Inventory          -1 NOVEL {{7.00 CNY}}{novel}
"""
MUG_BACK = "- {return: 1, date: 2026-03-10, sku: mug-red, qty: all}"


def own_names(
    folder: Path, products: str = "", first: str = "", second: str = "", cup: str = "", novel: str = ""
) -> Path:
    said = {"first": first and f"\n    {first}", "second": second and f"\n    {second}", "cup": cup, "novel": novel}
    more = "products: products.yaml\n" if products else ""
    settings = make(folder, BOUGHT_TWO + OWN_NAMES.format(**said), more="revenue_account: same\n" + more)
    if products:
        (folder / "products.yaml").write_text(products, encoding="utf-8")
    return settings


def test_goods_and_revenue_of_two_names_are_not_guessed(tmp_path: Path) -> None:
    settings = own_names(tmp_path)
    done = apply(settings, MUG_BACK)
    assert [finding.code for finding in done.findings] == ["facts-missing"]
    message, hint = sentences(done.findings[0], "en")
    assert "CUP, NOVEL" in message and "mug-red, book/hardcover" in message
    assert "`mug-red: {commodity: CUP}`" in hint
    assert "goods-without-revenue" not in dict(app.sale("1", settings=settings).inferred)


@pytest.mark.parametrize(
    "how",
    [
        {"products": "mug-red: {commodity: CUP}\nbook/hardcover: {commodity: NOVEL}\n"},
        {"products": "mug-red: {commodity: CUP}\n"},
        {"first": "qty: 2", "second": "qty: 1"},
        {"cup": " @ 5.00 CNY", "novel": " @ 20.00 CNY"},
    ],
)
def test_goods_and_revenue_of_two_names_are_tied_where_one_way_is_left(tmp_path: Path, how: dict[str, str]) -> None:
    settings = own_names(tmp_path, **how)
    lines = [(line.line.sku, line.line.commodity, line.line.units) for line in app.sale("1", settings=settings).lines]
    assert lines == [("mug-red", "CUP", 2), ("book/hardcover", "NOVEL", 1)]
    if "NOVEL" not in how.get("products", ""):
        assert "goods-by-fit" in dict(app.sale("1", settings=settings).inferred)
    assert effect(posted(settings, MUG_BACK)) == {
        "Income:Sales": "10.00",
        "Liabilities:Output-VAT": "2.00",
        "Assets:Inventory": "8.00",
        "Expenses:COGS": "-8.00",
        "Assets:Bank": "-12.00",
    }


def test_quantities_that_fit_no_way_tie_nothing(tmp_path: Path) -> None:
    settings = own_names(tmp_path, first="qty: 3", second="qty: 1")
    assert refused(settings, MUG_BACK) == ["facts-missing"]
    lines = app.sale("1", settings=settings).lines
    assert [line.line.sku for line in lines if line.line.lots] == ["CUP", "NOVEL"]


def test_a_service_that_the_products_file_names_leaves_free_goods_apart(tmp_path: Path) -> None:
    products = "mug-red: {stock: none}\nbook/hardcover: {stock: none}\n"
    settings = own_names(tmp_path, products)
    assert effect(posted(settings, MUG_BACK))["Assets:Bank"] == "-12.00"
    assert (
        effect(posted(settings, "- {return: 1, date: 2026-03-11, sku: CUP, qty: 2}", "2.yaml"))["Expenses:COGS"]
        == "-8.00"
    )
