"""Stock by value whose cost no sale books: metadata says it, the month does, the event does, or the policy leaves it out.

Whatever it is taken from, a whole return gives back exactly that, and a month's returns never more than the month's cost.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from ledgers import POLICY, apply, balances, effect, make, posted, refused
from undoing import SAME, holdings

from returnledger import app, starting

BOUGHT = """\
2026-01-02 * "Supplier" "Purchase"
  Assets:Inventory        20000.00 CNY
  Equity:Opening

"""
SALE = """\
2026-01-05 * "Ann" "3 mugs" ^inv-1
  Assets:Bank                169.50 CNY
  Income:Sales              -150.00 CNY
    sku: "MUG"
    qty: 3{meta}
  Liabilities:Output-VAT     -19.50 CNY

"""
LUMP = """\
2026-01-31 * "COGS January"
  Expenses:COGS             1000.00 CNY{meta}
  Assets:Inventory         -1000.00 CNY

"""
THREE = (
    "- {return: 1, date: 2026-02-02, sku: MUG, qty: 1}",
    "- {return: 1, date: 2026-02-03, qty: 1}",
    "- {return: 1, date: 2026-02-04}",
)


def other(order: str, sku: str, qty: str, net: str, day: str = "2026-01-20") -> str:
    """Return a sale of goods whose cost nothing says; `qty` empty for one that is not counted."""
    counted = f"    qty: {qty}\n" if qty else ""
    return f"""\
{day} * "Bob" "Order" ^inv-{order}
  Assets:Bank                {net} CNY
  Income:Sales              -{net} CNY
    sku: "{sku}"
{counted}
"""


def choosing(cost: str) -> str:
    return POLICY + f"choices: {{{{cost: {cost}}}}}\n"


def shop(folder: Path, ledger: str, cost: str = "", products: str = "", more: str = SAME) -> Path:
    policy = choosing(cost) if cost else POLICY
    settings = make(
        folder, BOUGHT + ledger, more=more + ("products: products.yaml\n" if products else ""), policy=policy
    )
    if products:
        (folder / "products.yaml").write_text(products, encoding="utf-8")
    return settings


@pytest.mark.parametrize("meta", ["cost: 100.00", "cost: 100.00 CNY", 'cost: "100.00"', "unit_cost: 33.33333333"])
def test_cost_that_metadata_says_goes_back_by_value_and_by_share(tmp_path: Path, meta: str) -> None:
    settings = shop(tmp_path, SALE.format(meta=f"\n    {meta}"))
    effects = [effect(posted(settings, event, f"{n}.yaml")) for n, event in enumerate(THREE)]
    assert effects[0] == {
        "Income:Sales": "50.00",
        "Liabilities:Output-VAT": "6.50",
        "Assets:Inventory": "33.33",
        "Expenses:COGS": "-33.33",
        "Assets:Bank": "-56.50",
    }
    assert [each["Assets:Inventory"] for each in effects] == ["33.33", "33.34", "33.33"]
    assert balances(settings)["Expenses:COGS"] == -100


def test_the_settings_may_name_the_metadata_otherwise(tmp_path: Path) -> None:
    more = SAME + "sales: {metadata: {cost: einstand, unit_cost: ek}}\n"
    for n, meta in enumerate(("einstand: 90.00", "ek: 30.00")):
        settings = shop(tmp_path / str(n), SALE.format(meta=f"\n    {meta}"), more=more)
        assert effect(posted(settings, THREE[0]))["Assets:Inventory"] == "30.00"


def test_cost_on_the_transaction_is_for_its_line_or_shared_by_revenue(tmp_path: Path) -> None:
    head = '2026-01-05 * "Ann" "3 mugs" ^inv-1\n'
    one = SALE.format(meta="").replace(head, head + "  cost: 90.00\n")
    settings = shop(tmp_path / "one", one)
    assert effect(posted(settings, THREE[0]))["Assets:Inventory"] == "30.00"
    tee = '  Income:Sales               -50.00 CNY\n    sku: "TEE"\n'
    two = one.replace("169.50", "226.00").replace("-19.50", "-26.00").replace("  Liab", tee + "  Liab", 1)
    settings = shop(tmp_path / "two", two)
    done = posted(settings, "- {return: 1, date: 2026-02-02, sku: TEE}")
    assert effect(done)["Assets:Inventory"] == "22.50"
    assert "said-cost-shared" in {code for event in done.planned.events for code, _ in event.inferred}
    assert effect(posted(settings, THREE[2], "b.yaml"))["Assets:Inventory"] == "67.50"


def test_two_skus_have_each_their_own_cost(tmp_path: Path) -> None:
    sale = """\
2026-01-05 * "Ann" "Order" ^inv-1
  Assets:Bank                226.00 CNY
  Income:Sales              -150.00 CNY
    sku: "MUG"
    qty: 3
    cost: 100.00
  Income:Sales               -50.00 CNY
    sku: "TEE"
    unit_cost: 21.00
  Liabilities:Output-VAT     -26.00 CNY

"""
    settings = shop(tmp_path, sale)
    before = holdings(shop(tmp_path / "before", ""))
    assert effect(posted(settings, "- {return: 1, date: 2026-02-02, sku: TEE}"))["Assets:Inventory"] == "21.00"
    assert effect(posted(settings, "- {return: 1, date: 2026-02-03}", "b.yaml"))["Assets:Inventory"] == "100.00"
    after = holdings(settings)
    assert after.pop(("Expenses:COGS", "CNY")) == -121
    assert after.pop(("Assets:Inventory", "CNY")) == before[("Assets:Inventory", "CNY")] + 121
    assert after == {("Equity:Opening", "CNY"): before[("Equity:Opening", "CNY")]}


def test_cost_and_unit_cost_that_disagree_are_a_finding_that_shows_both(tmp_path: Path) -> None:
    settings = shop(tmp_path, SALE.format(meta="\n    cost: 90.00\n    unit_cost: 45.00"))
    (finding,) = apply(settings, THREE[0]).findings
    assert finding.code == "cost-unknown"
    assert effect(posted(settings, THREE[0].replace("}", ", cost: 30.00}")))["Assets:Inventory"] == "30.00"


def test_value_that_metadata_says_goes_where_the_goods_go(tmp_path: Path) -> None:
    settings = shop(tmp_path, SALE.format(meta="\n    cost: 90.00"))
    hold = effect(posted(settings, THREE[0].replace("}", ", condition: damaged}")))
    assert hold["Assets:Inventory-Hold"] == "30.00" and "Assets:Inventory" not in hold
    scrap = effect(posted(settings, THREE[1].replace("}", ", condition: damaged, disposition: scrap}"), "b.yaml"))
    assert (scrap["Expenses:Scrap-Loss"], scrap["Expenses:COGS"]) == ("30.00", "-30.00")
    kept = effect(posted(settings, THREE[2].replace("}", ", goods: kept}"), "c.yaml"))
    assert "Expenses:COGS" not in kept and kept["Assets:Bank"] == "-56.50"


def test_a_month_costs_by_unit_and_gives_back_all_of_it_and_no_more(tmp_path: Path) -> None:
    ledger = SALE.format(meta="") + other("2", "MUG", "4", "200.00") + other("3", "MUG", "2", "90.00")
    settings = shop(
        tmp_path, ledger + other("9", "MUG", "50", "2000.00", "2026-02-01") + LUMP.format(meta=""), "month_average"
    )
    done = posted(settings, THREE[0])
    first = effect(done)
    assert first == {  # 1000.00 for nine mugs
        "Income:Sales": "50.00",
        "Liabilities:Output-VAT": "6.50",
        "Assets:Inventory": "111.11",
        "Expenses:COGS": "-111.11",
        "Assets:Bank": "-56.50",
    }
    (event,) = done.planned.events
    assert ("cost", "month_average", "choices.cost") in [(c.effect, c.value, c.row) for c in event.chosen]
    told = {code: sentence.values for code, sentence in event.inferred}["cost-of-month"]
    assert (told["units"], told["each"], told["cost"], told["month"]) == ("9", "111.1111", "1000", "2026-01")
    for n, event_text in enumerate(
        (THREE[1], "- {return: 2, date: 2026-02-04}", THREE[2], "- {return: 3, date: 2026-02-05}")
    ):
        posted(settings, event_text, f"{n}.yaml")
    after = balances(settings)
    assert "Expenses:COGS" not in after and after["Assets:Inventory"] == 20000


def test_a_lump_that_names_skus_costs_each_its_own(tmp_path: Path) -> None:
    lump = """\
2026-01-31 * "COGS January"
  Expenses:COGS              350.00 CNY
    sku: "MUG"
  Assets:Inventory          -350.00 CNY
    sku: "MUG"
  Expenses:COGS              100.00 CNY
    sku: "TEE"
  Assets:Inventory          -100.00 CNY
    sku: "TEE"

"""
    ledger = SALE.format(meta="") + other("2", "MUG", "4", "200.00") + other("3", "TEE", "5", "250.00")
    ledger += other("4", "REPAIR", "1", "80.00")
    for n, text in enumerate((lump, "".join(_on_transactions()))):
        settings = shop(tmp_path / str(n), ledger + text, "month_average")
        assert effect(posted(settings, THREE[0]))["Assets:Inventory"] == "50.00"
        assert (
            effect(posted(settings, "- {return: 3, date: 2026-02-03, sku: TEE, qty: 2}", "b.yaml"))["Expenses:COGS"]
            == "-40.00"
        )
        done = posted(settings, "- {return: 4, date: 2026-02-03}", "c.yaml")
        assert effect(done) == {"Income:Sales": "80.00", "Assets:Bank": "-80.00"}
        assert "without-cost" in {code for event in done.planned.events for code, _ in event.inferred}


def _on_transactions() -> list[str]:
    return [
        f'2026-01-31 * "COGS January"\n  sku: "{sku}"\n  Expenses:COGS  {amount} CNY\n  Assets:Inventory\n\n'
        for sku, amount in (("MUG", "350.00"), ("TEE", "100.00"))
    ]


def test_what_several_skus_cost_together_or_uncounted_units_is_shared_by_revenue(tmp_path: Path) -> None:
    mixed = SALE.format(meta="") + other("2", "KETTLE", "1", "350.00") + LUMP.format(meta="")
    uncounted = SALE.format(meta="") + other("2", "MUG", "", "350.00") + LUMP.format(meta="")
    for n, ledger in enumerate((mixed, uncounted)):
        settings = shop(tmp_path / str(n), ledger, "month_average")
        done = posted(settings, THREE[0])
        assert effect(done)["Assets:Inventory"] == "100.00"  # a third of 150 in 500 of 1000
        assert "cost-of-month-by-revenue" in {code for event in done.planned.events for code, _ in event.inferred}
        posted(settings, THREE[2], "b.yaml")
        posted(settings, "- {return: 2, date: 2026-02-04}", "c.yaml")
        assert "Expenses:COGS" not in balances(settings)


def test_takings_that_no_order_tells_share_the_month_with_the_orders(tmp_path: Path) -> None:
    takings = '2026-01-31 * "Takings of January"\n  Assets:Bank    850.00 CNY\n  Income:Sales  -850.00 CNY\n\n'
    settings = shop(tmp_path, SALE.format(meta="") + takings + LUMP.format(meta=""), "month_average")
    assert effect(posted(settings, THREE[0]))["Assets:Inventory"] == "50.00"


def test_goods_with_a_cost_of_their_own_are_no_part_of_the_month(tmp_path: Path) -> None:
    """What the sale books, and what metadata says, is left out of the average; the metadata's cost off the lump too."""
    booked = other("2", "MUG", "4", "200.00").replace(
        "    qty: 4\n", "    qty: 4\n  Expenses:COGS  80.00 CNY\n  Assets:Inventory  -80.00 CNY\n"
    )
    said = other("3", "MUG", "2", "100.00").replace("qty: 2", "qty: 2\n    cost: 70.00")
    settings = shop(tmp_path, SALE.format(meta="") + booked + said + LUMP.format(meta=""), "month_average")
    assert effect(posted(settings, THREE[0]))["Assets:Inventory"] == "310.00"
    assert effect(posted(settings, "- {return: 2, date: 2026-02-02}", "b.yaml"))["Assets:Inventory"] == "80.00"
    assert effect(posted(settings, "- {return: 3, date: 2026-02-02}", "c.yaml"))["Assets:Inventory"] == "70.00"


def test_a_month_that_is_not_booked_yet_is_a_finding_that_says_what_to_do(tmp_path: Path) -> None:
    settings = shop(tmp_path, SALE.format(meta=""), "month_average")
    (finding,) = apply(settings, THREE[0]).findings
    assert finding.code == "cost-unknown"
    assert finding.values["missing"].values["month"] == "2026-01"
    with (settings.parent / "main.beancount").open("a", encoding="utf-8") as file:
        file.write("\n2026-01-01 open Expenses:COGS\n" + LUMP.format(meta=""))
    assert effect(posted(settings, THREE[0], "b.yaml"))["Assets:Inventory"] == "333.33"


def test_the_event_may_say_what_a_unit_cost_where_nothing_else_does(tmp_path: Path) -> None:
    for n, cost in enumerate(("", "month_average")):
        settings = shop(tmp_path / str(n), SALE.format(meta=""), cost)
        first = effect(posted(settings, THREE[0].replace("}", ", cost: 30.00}")))
        assert (first["Assets:Inventory"], first["Expenses:COGS"]) == ("30.00", "-30.00")
        second = effect(posted(settings, "- {return: 1, date: 2026-02-03, qty: 2, cost: 31.00}", "b.yaml"))
        assert second["Assets:Inventory"] == "62.00"
    settings = shop(tmp_path / "said", SALE.format(meta="\n    cost: 90.00"))
    assert refused(settings, THREE[0].replace("}", ", cost: 31.00}")) == ["cost-not-original"]


def test_without_a_choice_goods_of_a_shop_that_books_by_the_month_ask_for_their_cost(tmp_path: Path) -> None:
    cases = {
        "lump": (SALE.format(meta="") + LUMP.format(meta=""), ""),
        "sku": (SALE.format(meta="") + LUMP.format(meta='\n    sku: "MUG"'), ""),
        "value": (SALE.format(meta=""), "MUG: {stock: value}"),
        "account": (SALE.format(meta=""), "MUG: {account: Assets:Inventory}"),
    }
    for name, (ledger, products) in cases.items():
        settings = shop(tmp_path / name, ledger, products=products)
        assert refused(settings, THREE[0]) == ["cost-unknown"], name
        assert "Expenses:COGS" not in effect(posted(settings, THREE[0].replace("}", ", goods: kept}"), "b.yaml"))


def test_a_service_has_no_cost(tmp_path: Path) -> None:
    plain = SALE.format(meta="")
    cases = {
        "no goods at all": (plain, "", ""),
        "product": (plain + LUMP.format(meta=""), "", "MUG: {stock: none}"),
        "product and choice": (plain + LUMP.format(meta=""), "month_average", "MUG: {stock: none}"),
        "other goods by the month": (plain + LUMP.format(meta='\n    sku: "TEE"'), "", ""),
    }
    for name, (ledger, cost, products) in cases.items():
        settings = shop(tmp_path / name, ledger, cost, products)
        assert effect(posted(settings, THREE[0])) == {
            "Income:Sales": "50.00",
            "Liabilities:Output-VAT": "6.50",
            "Assets:Bank": "-56.50",
        }, name


def test_a_service_beside_goods_in_lots_needs_no_cost(tmp_path: Path) -> None:
    ledger = """\
2026-01-02 * "Supplier" "Purchase"
  Assets:Lots                     5 TEE {50.00 CNY, 2026-01-02}
  Equity:Opening

2026-01-05 * "Ann" "Order" ^inv-1
  Assets:Bank                150.00 CNY
  Income:Sales              -100.00 CNY
    sku: "TEE"
  Income:Sales               -50.00 CNY
    sku: "GIFT-WRAP"
  Expenses:COGS               50.00 CNY
  Assets:Lots                    -1 TEE {50.00 CNY, 2026-01-02}

"""
    settings = shop(tmp_path, ledger + LUMP.format(meta=""))
    assert effect(posted(settings, "- {return: 1, date: 2026-02-02, sku: GIFT-WRAP}")) == {
        "Income:Sales": "50.00",
        "Assets:Bank": "-50.00",
    }


def test_the_policy_may_take_goods_back_without_a_cost(tmp_path: Path) -> None:
    settings = shop(tmp_path, SALE.format(meta="\n    cost: 90.00") + LUMP.format(meta=""), "none")
    done = posted(settings, THREE[0])
    assert effect(done) == {"Income:Sales": "50.00", "Liabilities:Output-VAT": "6.50", "Assets:Bank": "-56.50"}
    (event,) = done.planned.events
    assert ("cost", "none", "choices.cost") in [(c.effect, c.value, c.row) for c in event.chosen]
    (entry,) = event.directives
    assert "cost none choices.cost" in entry.meta["rl-decision"]
    (item,) = [p.meta for p in entry.postings if "rl-qty" in p.meta]
    assert (item["rl-role"], item["rl-sku"], item["rl-qty"]) == ("revenue", "MUG", Decimal(1))
    assert refused(settings, THREE[1].replace("}", ", cost: 31.00}"), "b.yaml") == ["cost-not-original"]


def test_an_account_that_nobody_names_is_asked_for(tmp_path: Path) -> None:
    both = '2026-01-03 * "More"\n  Assets:Inventory:Shop  10.00 CNY\n  Assets:Inventory:Store  10.00 CNY\n  Equity:Opening\n\n'
    ledger = both + SALE.format(meta="\n    cost: 90.00")
    settings = make(tmp_path / "a", ledger, more=SAME)
    (finding,) = apply(settings, THREE[0]).findings
    assert finding.code == "cost-unknown" and "account" in str(finding.values["missing"])
    settings = make(tmp_path / "b", ledger, more=SAME + "products: products.yaml\n")
    (tmp_path / "b" / "products.yaml").write_text("MUG: {account: Assets:Inventory:Store}", encoding="utf-8")
    assert effect(posted(settings, THREE[0]))["Assets:Inventory:Store"] == "30.00"


def test_a_void_makes_room_for_the_cost_again(tmp_path: Path) -> None:
    settings = shop(
        tmp_path, SALE.format(meta="") + other("2", "MUG", "6", "300.00") + LUMP.format(meta=""), "month_average"
    )
    posted(settings, "- {return: 1, id: R-1, date: 2026-02-02, qty: 2}")
    posted(settings, "- {void: R-1, date: 2026-02-03}", "b.yaml")
    assert balances(settings)["Expenses:COGS"] == 1000
    assert effect(posted(settings, "- {return: 1, date: 2026-02-04}", "c.yaml"))["Expenses:COGS"] == "-333.33"


def test_a_month_corrected_after_a_part_came_back_is_made_good_by_the_last(tmp_path: Path) -> None:
    settings = shop(tmp_path, SALE.format(meta="") + LUMP.format(meta=""), "month_average")
    assert effect(posted(settings, THREE[0]))["Expenses:COGS"] == "-333.33"
    with (settings.parent / "main.beancount").open("a", encoding="utf-8") as file:
        file.write('\n2026-01-31 * "Correction"\n  Expenses:COGS  -100.00 CNY\n  Assets:Inventory  100.00 CNY\n')
    effect(posted(settings, THREE[1], "b.yaml"))
    posted(settings, THREE[2], "c.yaml")
    assert "Expenses:COGS" not in balances(settings)


def test_sales_of_last_year_cost_what_their_own_month_did(tmp_path: Path) -> None:
    make(tmp_path / "2025", BOUGHT + SALE.format(meta="") + LUMP.format(meta=""))
    start = datetime.date(2026, 7, 1)
    now = f'{start} * "Opening"\n  Assets:Inventory  500.00 CNY\n  Assets:Bank  500.00 CNY\n  Income:Sales  0.00 CNY\n  Expenses:COGS  0.00 CNY\n  Liabilities:Output-VAT  0.00 CNY\n  Equity:Opening\n'
    more = SAME + "sales: {archives: [../2025/main.beancount]}\n"
    settings = make(tmp_path / "2026", now, more=more, policy=choosing("month_average").replace("365", "900"))
    assert effect(posted(settings, "- {return: 1, date: 2026-07-02, qty: 1}"))["Assets:Inventory"] == "333.33"


def test_sale_shows_what_goods_cost_and_what_is_not_known(tmp_path: Path) -> None:
    settings = shop(tmp_path / "said", SALE.format(meta="\n    cost: 90.00"))
    view = app.sale("1", settings=settings)
    assert (view.lines[0].cost_left, [code for code, _ in view.inferred]) == (Decimal("90.00"), ["said-cost"])
    settings = shop(tmp_path / "month", SALE.format(meta="") + LUMP.format(meta=""), "month_average")
    assert app.sale("1", settings=settings).lines[0].cost_left == 1000
    settings = shop(tmp_path / "unknown", SALE.format(meta="") + LUMP.format(meta=""))
    view = app.sale("1", settings=settings)
    assert [finding.code for finding in view.problems] == ["cost-unknown"] and view.lines[0].blocked


def test_init_proposes_the_month_where_the_ledger_books_cost_by_the_month(tmp_path: Path) -> None:
    ledger = SALE.format(meta="") + other("2", "MUG", "7", "350.00") + LUMP.format(meta="")
    settings = shop(tmp_path, ledger)
    for name in ("returnledger.yaml", "policy.yaml"):
        (tmp_path / name).unlink()
    done = starting.initialise(folder=tmp_path)
    assert done.example is not None and done.example.posts
    assert done.example.accounts["Assets:Inventory", "CNY"] == Decimal("100.00")
    assert (
        effect(posted(settings, THREE[0].replace("02-02", "01-08").replace("}", ", reason: changed_mind}")))[
            "Assets:Inventory"
        ]
        == "100.00"
    )


def test_cost_of_goods_in_three_places_does_not_pay_in_tenths_of_a_cent(tmp_path: Path) -> None:
    ledger = """\
2026-01-02 * "Pottery" "Mugs"
  Assets:Inventory          30 MUG {4.005 CNY, 2026-01-02}
  Equity:Opening

2026-01-05 * "Ann" "3 mugs" ^inv-1
  Assets:Bank                 40.00 CNY
  Income:Sales               -33.33 CNY
  Liabilities:Output-VAT      -6.67 CNY
  Expenses:COGS              12.015 CNY
  Assets:Inventory               -3 MUG {4.005 CNY, 2026-01-02}

"""
    settings = make(tmp_path, ledger)
    paid = []
    for n, event in enumerate(THREE):
        moved = effect(posted(settings, event.replace(", sku: MUG", ""), f"{n}.yaml"))
        paid.append(moved["Assets:Bank"])
        assert moved["Expenses:COGS"] == "-4.005"
    assert paid == ["-13.33", "-13.34", "-13.33"]
    assert "Expenses:COGS" not in balances(settings)
