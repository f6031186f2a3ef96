"""Stock as others keep it: SKUs that are no commodity, lots named and priced in every way, packs, gifts, plain value."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledgers import apply, effect, make, posted
from undoing import SAME, assert_undone

from returnledger.products import commodity_of

BOUGHT = """\
2026-01-02 * "Supplier" "Purchase"
  Assets:Inventory    20 {mug} {{30.00 CNY, 2026-01-02, "A-1"}}
  Assets:Inventory    20 {tee} {{50.00 CNY, 2026-01-02}}
  Equity:Opening

2026-01-09 * "Supplier" "Purchase"
  Assets:Inventory    20 {mug} {{33.00 CNY, 2026-01-09, "A-2"}}
  Equity:Opening

"""
SALE = """\
2026-02-01 * "Ann" "Order" ^inv-1
  Assets:Bank                180.80 CNY
  Income:Sales              -100.00 CNY
    sku: "{mug}"
    qty: 2
  Income:Sales               -60.00 CNY
    sku: "{tee}"
    qty: 1
  Liabilities:Output-VAT     -20.80 CNY
  Expenses:COGS              113.00 CNY
  Assets:Inventory               -1 {mug_in_stock} {{30.00 CNY}}
  Assets:Inventory               -1 {mug_in_stock} {{33.00 CNY}}
  Assets:Inventory               -1 {tee_in_stock} {{50.00 CNY}}
"""


@pytest.mark.parametrize(
    ("mug", "tee"),
    [("6901234567890", "6901234567891"), ("mug-blue", "tee-xl"), ("杯子-蓝", "T恤-XL"), ("MUG/1", "tee 2")],
)
def test_a_sku_that_is_no_commodity_is_found_under_the_one_made_from_it(tmp_path: Path, mug: str, tee: str) -> None:
    own = {"mug_in_stock": commodity_of(mug), "tee_in_stock": commodity_of(tee)}
    bought = BOUGHT.format(mug=own["mug_in_stock"], tee=own["tee_in_stock"])
    first, *_ = assert_undone(
        tmp_path,
        bought,
        SALE.format(mug=mug, tee=tee, **own),
        f'- {{return: 1, date: 2026-02-02, sku: "{mug}", qty: 1}}',
        f'- {{return: 1, date: 2026-02-03, sku: "{own["tee_in_stock"]}"}}',
        "- {return: 1, date: 2026-02-04}",
    )
    assert first == {
        "Income:Sales": "50.00",
        "Liabilities:Output-VAT": "6.50",
        "Assets:Inventory": "33.00",
        "Expenses:COGS": "-33.00",
        "Assets:Bank": "-56.50",
    }


def test_a_sku_is_found_by_the_products_file_or_by_the_directive_of_its_commodity(tmp_path: Path) -> None:
    bought = BOUGHT.format(mug="CUP1", tee="SHIRT2")
    sale = SALE.format(mug="6901234567890", tee="衬衫", mug_in_stock="CUP1", tee_in_stock="SHIRT2")
    events = (
        '- {return: 1, date: 2026-02-02, sku: "6901234567890", qty: 1}',
        "- {return: 1, date: 2026-02-03, sku: CUP1}",
        "- {return: 1, date: 2026-02-04, sku: 衬衫}",
    )
    for folder, more in (("before", ""), ("after", sale)):
        settings = make(tmp_path / folder, bought + more, more=SAME + "products: products.yaml\n")
        (settings.parent / "products.yaml").write_text('"6901234567890": {commodity: CUP1}\n', encoding="utf-8")
        with (settings.parent / "main.beancount").open("a", encoding="utf-8") as file:
            file.write('2000-01-01 commodity SHIRT2\n  sku: "衬衫"\n')
    effects = [effect(posted(settings, event, f"{n}.yaml")) for n, event in enumerate(events)]
    assert [each["Income:Sales"] for each in effects] == ["50.00", "50.00", "60.00"]


ONE = """\
2026-02-01 * "Ann" "Sale" ^inv-1
  Assets:Bank                226.00 CNY
  Income:Sales              -200.00 CNY
  Liabilities:Output-VAT     -26.00 CNY
  Expenses:COGS              126.00 CNY
  Assets:Inventory               -2 MUG {30.00 CNY}
  Assets:Inventory               -2 MUG {33.00 CNY}
"""


def test_a_lot_is_named_by_label_date_or_cost(tmp_path: Path) -> None:
    bought = BOUGHT.format(mug="MUG", tee="TEE")
    effects = assert_undone(
        tmp_path,
        bought,
        ONE,
        "- {return: 1, date: 2026-02-02, qty: 1, lot: A-1}",
        "- {return: 1, date: 2026-02-02, qty: 1, lot: 2026-01-09}",
        "- {return: 1, date: 2026-02-02, qty: 1, lot: 30.00}",
        "- {return: 1, date: 2026-02-02, qty: 1, lot: 33}",
    )
    assert [each["Assets:Inventory"] for each in effects] == ["30.00", "33.00", "30.00", "33.00"]


@pytest.mark.parametrize("booking", ["FIFO", "LIFO", "STRICT", "NONE"])
def test_every_booking_method_gives_the_lots_back(tmp_path: Path, booking: str) -> None:
    lots = booking in ("FIFO", "LIFO")
    sale = ONE.replace("{30.00 CNY}", "{}").replace("{33.00 CNY}", "{}") if lots else ONE
    sale = sale.replace("{30.00 CNY}", '{30.00 CNY, 2026-01-02, "A-1"}').replace(
        "{33.00 CNY}", '{33.00 CNY, 2026-01-09, "A-2"}'
    )
    cost = {"FIFO": "120.00", "LIFO": "132.00"}.get(booking, "126.00")
    assert_undone(
        tmp_path,
        BOUGHT.format(mug="MUG", tee="TEE"),
        sale.replace("126.00", cost),
        "- {return: 1, date: 2026-02-02, qty: 3}",
        "- {return: 1, date: 2026-02-02, qty: 1}",
        booking=booking,
    )


def test_goods_sold_before_they_are_bought_come_back_to_the_short_lot(tmp_path: Path) -> None:
    sale = """\
2026-02-01 * "Ann" "Sale" ^inv-1
  Assets:Bank                226.00 CNY
  Income:Sales              -200.00 CNY
  Liabilities:Output-VAT     -26.00 CNY
  Expenses:COGS               60.00 CNY
  Assets:Inventory               -2 CAP {30.00 CNY, 2026-02-01}
"""
    later = """\

2026-02-20 * "Supplier" "Purchase"
  Assets:Inventory                2 CAP {30.00 CNY, 2026-02-01}
  Equity:Opening
"""
    first, second = assert_undone(
        tmp_path,
        BOUGHT.format(mug="MUG", tee="TEE"),
        sale,
        "- {return: 1, date: 2026-02-02, qty: 1}",
        "- {return: 1, date: 2026-02-03}",
        booking="NONE",
    )
    assert first["Assets:Inventory"] == second["Assets:Inventory"] == "30.00"
    settings = make(tmp_path / "b", BOUGHT.format(mug="MUG", tee="TEE") + sale + later, more=SAME, booking="NONE")
    posted(settings, "- {return: 1, date: 2026-03-01, qty: 1}")


def test_weighed_goods_come_back_by_the_gram(tmp_path: Path) -> None:
    bought = """\
2026-01-02 * "Supplier" "Purchase"
  Assets:Inventory    20 TEA-KG {88.125 CNY, 2026-01-02}
  Equity:Opening

"""
    sale = """\
2026-02-01 * "Ann" "Tea" ^inv-1
  Assets:Bank                 84.75 CNY
  Income:Sales               -75.00 CNY
  Liabilities:Output-VAT      -9.75 CNY
  Expenses:COGS               33.05 CNY
  Assets:Inventory           -0.375 TEA-KG {}
"""
    first, *_ = assert_undone(
        tmp_path,
        bought,
        sale,
        "- {return: 1, date: 2026-02-02, qty: 0.125}",
        "- {return: 1, date: 2026-02-03, qty: 0.2}",
        "- {return: 1, date: 2026-02-04}",
    )
    assert (first["Income:Sales"], first["Expenses:COGS"]) == ("25.00", "-11.02")


def test_free_goods_and_goods_that_cost_nothing_come_back_as_they_went(tmp_path: Path) -> None:
    bought = BOUGHT.format(mug="MUG", tee="TEE").replace("50.00", "0.00")
    for n, zero in enumerate(("", '  Income:Sales                 0.00 CNY\n    sku: "TEE"\n')):
        sale = f"""\
2026-02-01 * "Ann" "Sale" ^inv-1
  Assets:Bank                113.00 CNY
  Income:Sales              -100.00 CNY
    sku: "MUG"
{zero}  Liabilities:Output-VAT     -13.00 CNY
  Expenses:COGS               60.00 CNY
  Assets:Inventory               -2 MUG {{30.00 CNY}}
  Assets:Inventory               -1 TEE {{0.00 CNY}}
"""
        gift, *_ = assert_undone(
            tmp_path / str(n),
            bought,
            sale,
            "- {return: 1, date: 2026-02-02, sku: TEE}",
            "- {return: 1, date: 2026-02-03, sku: MUG, qty: 1}",
            "- {return: 1, date: 2026-02-04}",
        )
        assert gift == {}


BOXES = """\
2026-02-01 * "Ann" "2 boxes" ^inv-1
  Assets:Bank               1356.00 CNY
  Income:Sales             -1200.00 CNY
    sku: "MUG"
    qty: 2
  Liabilities:Output-VAT    -156.00 CNY
  Expenses:COGS              360.00 CNY
  Assets:Inventory              -12 MUG {30.00 CNY}
"""


def test_a_pack_is_what_the_sale_counted_where_the_products_file_has_none(tmp_path: Path) -> None:
    settings = make(tmp_path / "a", BOUGHT.format(mug="MUG", tee="TEE") + BOXES, more=SAME)
    first = effect(posted(settings, "- {return: 1, date: 2026-02-02, sku: MUG, qty: 1, unit: 箱}"))
    assert (first["Income:Sales"], first["Assets:Inventory"]) == ("600.00", "180.00")
    second = effect(posted(settings, "- {return: 1, date: 2026-02-03, sku: MUG, qty: 1}", "b.yaml"))
    assert (second["Income:Sales"], second["Assets:Inventory"]) == ("100.00", "30.00")


def test_quantities_that_disagree_show_both_places(tmp_path: Path) -> None:
    sale = BOXES.replace("qty: 2", "qty: 5")
    settings = make(tmp_path / "a", BOUGHT.format(mug="MUG", tee="TEE") + sale, more=SAME)
    done = apply(settings, "- {return: 1, date: 2026-02-02, sku: MUG, qty: 1}")
    (finding,) = done.findings
    assert finding.code == "quantities-disagree"
    text = (settings.parent / "main.beancount").read_text(encoding="utf-8").split("\n")
    revenue = next(n for n, line in enumerate(text, 1) if "-1200.00" in line)
    stock = next(n for n, line in enumerate(text, 1) if "-12 MUG" in line)
    assert (finding.values["where"], finding.values["other"]) == (
        f"main.beancount:{revenue}",
        f"main.beancount:{stock}",
    )


def test_cost_of_goods_far_from_the_lots_is_told_with_both_places(tmp_path: Path) -> None:
    sale = ONE.replace("126.00", "156.00").replace("-200.00", "-230.00")
    from returnledger import app

    settings = make(tmp_path / "a", BOUGHT.format(mug="MUG", tee="TEE") + sale, more=SAME)
    codes = {code for code, _ in app.sale("1", settings=settings).sale.inferred}
    assert "cost-not-of-lots" in codes
    assert effect(posted(settings, "- {return: 1, date: 2026-02-02}"))["Expenses:COGS"] == "-156.00"


VALUE = """\
2026-01-02 * "Supplier" "Purchase"
  Assets:Inventory          1000.00 CNY
  Equity:Opening

"""
BY_VALUE = """\
2026-02-01 * "Ann" "3 mugs" ^inv-1
  Assets:Bank                169.50 CNY
  Income:Sales              -150.00 CNY
    sku: "MUG"
    qty: 3
  Liabilities:Output-VAT     -19.50 CNY
  Expenses:COGS              100.00 CNY
  Assets:Inventory          -100.00 CNY
"""


def test_stock_kept_by_value_is_debited_with_what_the_sale_credited(tmp_path: Path) -> None:
    effects = assert_undone(
        tmp_path,
        VALUE,
        BY_VALUE,
        "- {return: 1, date: 2026-02-02, sku: MUG, qty: 1}",
        "- {return: 1, date: 2026-02-03, qty: 1}",
        "- {return: 1, date: 2026-02-04}",
    )
    assert effects[0] == {
        "Income:Sales": "50.00",
        "Liabilities:Output-VAT": "6.50",
        "Assets:Inventory": "33.33",
        "Expenses:COGS": "-33.33",
        "Assets:Bank": "-56.50",
    }
    assert [each["Assets:Inventory"] for each in effects] == ["33.33", "33.34", "33.33"]


def test_stock_kept_by_value_is_shared_by_line_where_the_sale_says_it_and_else_by_revenue(tmp_path: Path) -> None:
    sale = """\
2026-02-01 * "Ann" "Order" ^inv-1
  Assets:Receivable          180.80 CNY
  Income:Sales              -100.00 CNY
    sku: "MUG"
    qty: 2
  Income:Sales               -60.00 CNY
    sku: "TEE"
  Liabilities:Output-VAT     -20.80 CNY
"""
    named = """\
  Expenses:COGS               60.00 CNY
    sku: "MUG"
  Assets:Inventory           -60.00 CNY
    sku: "MUG"
  Expenses:COGS               52.00 CNY
    sku: "TEE"
  Assets:Inventory           -52.00 CNY
    sku: "TEE"
"""
    lump = "  Expenses:COGS              112.00 CNY\n  Assets:Inventory          -112.00 CNY\n"
    events = (
        "- {return: 1, date: 2026-02-02, sku: MUG, qty: 1}",
        "- {return: 1, date: 2026-02-03, sku: TEE}",
        "- {return: 1, date: 2026-02-04}",
    )
    for n, (goods, costs) in enumerate(((named, ["30.00", "52.00", "30.00"]), (lump, ["35.00", "42.00", "35.00"]))):
        effects = assert_undone(tmp_path / str(n), VALUE, sale + goods, *events)
        assert [each["Assets:Inventory"] for each in effects] == costs


def test_value_goes_where_the_goods_go(tmp_path: Path) -> None:
    settings = make(tmp_path / "a", VALUE + BY_VALUE, more=SAME)
    hold = effect(posted(settings, "- {return: 1, date: 2026-02-02, sku: MUG, qty: 1, condition: damaged}"))
    assert hold["Assets:Inventory-Hold"] == "33.33" and "Assets:Inventory" not in hold
    event = "- {return: 1, date: 2026-02-03, sku: MUG, qty: 1, condition: damaged, disposition: scrap}"
    scrapped = effect(posted(settings, event, "b.yaml"))
    assert (scrapped["Expenses:Scrap-Loss"], scrapped["Expenses:COGS"]) == ("33.34", "-33.34")
    kept = effect(posted(settings, "- {return: 1, date: 2026-02-04, sku: MUG, qty: 1, goods: kept}", "c.yaml"))
    assert "Expenses:COGS" not in kept and kept["Assets:Bank"] == "-56.50"


def test_stock_kept_by_value_may_be_delivered_in_an_entry_of_its_own(tmp_path: Path) -> None:
    delivery = """\

2026-02-02 * "Ann" "Delivery" ^inv-1
  Expenses:COGS              100.00 CNY
  Assets:Inventory          -100.00 CNY
"""
    sale = BY_VALUE[: BY_VALUE.index("  Expenses:COGS")] + delivery
    first, *_ = assert_undone(
        tmp_path,
        VALUE,
        sale,
        "- {return: 1, date: 2026-02-03, sku: MUG, qty: 1}",
        "- {return: 1, date: 2026-02-04}",
    )
    assert (first["Assets:Inventory"], first["Expenses:COGS"]) == ("33.33", "-33.33")


def test_two_items_of_one_event_share_the_value_of_a_line(tmp_path: Path) -> None:
    settings = make(tmp_path / "a", VALUE + BY_VALUE, more=SAME)
    items = "[{sku: MUG, qty: 1}, {sku: MUG, qty: 2, condition: damaged}]"
    assert effect(posted(settings, f"- {{return: 1, date: 2026-02-02, items: {items}}}")) == {
        "Income:Sales": "150.00",
        "Liabilities:Output-VAT": "19.50",
        "Assets:Inventory": "33.33",
        "Assets:Inventory-Hold": "66.67",
        "Expenses:COGS": "-100.00",
        "Assets:Bank": "-169.50",
    }


def test_value_is_whole_again_after_a_part_was_voided(tmp_path: Path) -> None:
    assert_undone(
        tmp_path,
        VALUE,
        BY_VALUE,
        "- {return: 1, id: R-1, date: 2026-02-02, sku: MUG, qty: 1}",
        "- {return: 1, id: R-2, date: 2026-02-03, sku: MUG, qty: 1}",
        "- {void: R-1, date: 2026-02-04}",
        "- {return: 1, id: R-3, date: 2026-02-05}",
    )


def test_a_line_of_two_departments_is_whole_again_after_a_part_was_voided(tmp_path: Path) -> None:
    sale = """\
2026-02-01 * "Ann" "Order" ^inv-1
  Assets:Bank                113.00 CNY
  Income:Sales               -50.00 CNY
    line: 1
    sku: "MUG"
    qty: 3
    department: "retail"
  Income:Sales               -50.00 CNY
    line: 1
    sku: "MUG"
    department: "online"
  Liabilities:Output-VAT     -13.00 CNY
  Expenses:COGS               50.00 CNY
    sku: "MUG"
    department: "retail"
  Expenses:COGS               50.00 CNY
    sku: "MUG"
    department: "online"
  Assets:Inventory          -100.00 CNY
"""
    assert_undone(
        tmp_path,
        VALUE,
        sale,
        "- {return: 1, id: R-1, date: 2026-02-02, sku: MUG, qty: 1}",
        "- {return: 1, id: R-2, date: 2026-02-03, sku: MUG, qty: 1}",
        "- {void: R-1, date: 2026-02-04}",
        "- {return: 1, id: R-3, date: 2026-02-05}",
        more=SAME + "carry: [department]\n",
    )


@pytest.mark.parametrize(
    ("cost", "stock"),
    [
        ({"MUG": "60.00", "TEE": "52.00"}, {"": "112.00"}),
        ({"": "112.00"}, {"MUG": "60.00", "TEE": "52.00"}),
        ({"MUG": "60.00", "": "52.00"}, {"": "112.00"}),
        ({"": "112.00"}, {"MUG": "60.00", "": "52.00"}),
    ],
)
def test_what_one_side_of_the_cost_says_of_lines_holds_for_the_other(
    tmp_path: Path, cost: dict[str, str], stock: dict[str, str]
) -> None:
    def postings(account: str, amounts: dict[str, str], sign: str) -> str:
        return "".join(
            f"  {account}    {sign}{amount} CNY\n" + (f'    sku: "{sku}"\n' if sku else "")
            for sku, amount in amounts.items()
        )

    sale = """\
2026-02-01 * "Ann" "Order" ^inv-1
  Assets:Receivable          180.80 CNY
  Income:Sales              -100.00 CNY
    sku: "MUG"
    qty: 2
  Income:Sales               -60.00 CNY
    sku: "TEE"
  Liabilities:Output-VAT     -20.80 CNY
"""
    sale += postings("Expenses:COGS", cost, "") + postings("Assets:Inventory", stock, "-")
    effects = assert_undone(
        tmp_path,
        VALUE,
        sale,
        "- {return: 1, date: 2026-02-02, sku: MUG, qty: 1}",
        "- {return: 1, date: 2026-02-03, sku: TEE}",
        "- {return: 1, date: 2026-02-04}",
    )
    assert [each["Assets:Inventory"] for each in effects] == ["30.00", "52.00", "30.00"]
    assert [each["Expenses:COGS"] for each in effects] == ["-30.00", "-52.00", "-30.00"]
