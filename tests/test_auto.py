"""`return: auto` finds the sale of a return, says what else would have done, and refuses where nobody could know."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ledgers import apply, effect, make, posted, refused

from returnledger.cli import main
from returnledger.cli.words import cells
from returnledger.findings_text import sentences

BUY = """\
2026-01-05 * "Supplier" "Purchase"
  Assets:Inventory             10 MUG {60.00 CNY, 2026-01-05}
  Equity:Opening

2026-03-02 * "Supplier" "Purchase"
  Assets:Inventory             10 MUG {65.00 CNY, 2026-03-02}
  Equity:Opening

"""


def sale(
    order: str, day: str, units: int = 1, price: int = 100, cost: int = 60, customer: str = "Ann", more: str = ""
) -> str:
    lot = {60: "{60.00 CNY, 2026-01-05}", 65: "{65.00 CNY, 2026-03-02}"}[cost]
    net = units * price
    return f"""\
{day} * "{customer}" "Sale" ^inv-{order}
{more}  Assets:Bank                {net * 1.13:.2f} CNY
  Income:Sales              -{net}.00 CNY
  Liabilities:Output-VAT    -{net * 0.13:.2f} CNY
  Expenses:COGS              {units * cost}.00 CNY
  Assets:Inventory                   -{units} MUG {lot}

"""


TWO = BUY + sale("SO-1", "2026-04-01", 3, cost=60) + sale("SO-2", "2026-05-01", 2, cost=65)
EVENT = "- {return: auto, id: A-1, date: 2026-06-01, customer: Ann, sku: MUG, qty: %s}\n"


def decision(done: object) -> str:
    return str(done.planned.plan.directives[0].meta["rl-decision"])  # type: ignore[attr-defined]


def told(done: object) -> tuple[str, str]:
    (finding,) = done.findings  # type: ignore[attr-defined]
    return sentences(finding, "en")


def test_the_most_recent_sale_gives_the_units_and_the_choice_is_kept(tmp_path: Path) -> None:
    done = posted(make(tmp_path / "a", TWO), EVENT % 1)
    assert done.planned.plan.directives[0].meta["rl-order"] == "SO-2"
    assert effect(done)["Expenses:COGS"] == "-65.00"
    assert decision(done).endswith("auto SO-2 2026-05-01 1 at 65 not SO-1 2026-04-01 3 at 60 (-5); policy test 1")


def test_units_are_taken_from_several_sales_if_need_be(tmp_path: Path) -> None:
    done = posted(make(tmp_path / "a", TWO), EVENT % 4)
    assert [d.meta["rl-order"] for d in done.planned.plan.directives] == ["SO-2", "SO-1"]
    assert effect(done)["Expenses:COGS"] == "-250.00"
    assert decision(done).endswith("auto SO-2 2026-05-01 2 at 65, SO-1 2026-04-01 2 at 60; policy test 1")


def test_too_few_units_refuse_the_whole_event(tmp_path: Path) -> None:
    settings = make(tmp_path / "a", TWO)
    assert refused(settings, EVENT % 6) == ["more-than-sold"]
    posted(settings, EVENT % "all", "b.yaml")
    assert refused(settings, EVENT.replace("A-1", "A-2") % 1, "c.yaml") == ["unknown-sale"]


def test_sales_at_different_prices_are_ambiguous_until_the_price_is_given(tmp_path: Path) -> None:
    settings = make(tmp_path / "a", TWO + sale("SO-3", "2026-05-02", 1, price=90))
    done = apply(settings, EVENT % 1)
    assert told(done) == (
        "3 orders sold MUG to customer Ann at different prices: SO-3 (2026-05-02, at 101.70 CNY), SO-2 (2026-05-01, "
        "at 113.00 CNY), SO-1 (2026-04-01, at 113.00 CNY)",
        "write `price_incl_tax: 101.70`, or another of these prices, or the order itself: `return: SO-3`",
    )
    priced = (EVENT % 1).replace("qty: 1", "qty: 1, price_incl_tax: 113.00")
    assert decision(posted(settings, priced, "b.yaml")).endswith(
        "auto SO-2 2026-05-01 1 at 65 not SO-1 2026-04-01 3 at 60 (-5); policy test 1"
    )
    # Where every unit comes back there is nothing to choose.
    assert posted(settings, EVENT.replace("A-1", "A-2") % "all", "c.yaml").exit_code == 0


def test_a_price_that_division_does_not_end_is_known_by_its_rounding(tmp_path: Path) -> None:
    ledger = (
        BUY
        + """\
2026-05-01 * "Ann" "Three for 10.00" ^inv-SO-9
  Assets:Bank                10.00 CNY
  Income:Sales              -10.00 CNY
  Expenses:COGS             180.00 CNY
  Assets:Inventory                   -3 MUG {60.00 CNY, 2026-01-05}
"""
    )
    event = (EVENT % 1).replace("qty: 1", "qty: 1, price_incl_tax: 3.33")
    assert effect(posted(make(tmp_path / "a", ledger), event))["Income:Sales-Returns"] == "3.33"


def test_only_sales_on_or_before_the_day_count(tmp_path: Path) -> None:
    settings = make(tmp_path / "a", TWO + sale("SO-3", "2026-07-01"))
    assert decision(posted(settings, EVENT % 1)).startswith("window")
    assert "SO-3" not in decision(posted(settings, EVENT.replace("A-1", "A-2") % 1, "b.yaml"))


def test_a_customer_goes_by_code_or_by_name(tmp_path: Path) -> None:
    ledger = BUY + sale("SO-1", "2026-04-01", customer="Ann", more='  customer: "C-7"\n')
    for n, customer in enumerate(("C-7", "Ann")):
        settings = make(tmp_path / str(n), ledger)
        done = posted(settings, (EVENT % 1).replace("customer: Ann", f"customer: {customer}"))
        assert done.planned.plan.directives[0].meta["rl-customer"] == "C-7"
    assert refused(settings, (EVENT % 1).replace("A-1", "A-2").replace("Ann", "Bob"), "b.yaml") == ["unknown-sale"]


def test_a_serial_number_names_its_sale(tmp_path: Path) -> None:
    def serial(text: str, number: str) -> str:
        return text.rstrip("\n") + f'\n    serial: "{number}"\n\n'

    ledger = BUY + serial(sale("SO-1", "2026-04-01"), "A-77") + serial(sale("SO-2", "2026-05-01", cost=65), "A-78")
    settings = make(tmp_path / "a", ledger)
    event = (EVENT % 1).replace("qty: 1", "serial: A-77")
    done = posted(settings, event)
    assert done.planned.plan.directives[0].meta["rl-order"] == "SO-1"
    assert refused(settings, event.replace("A-1,", "A-2,"), "b.yaml") == ["serial-unknown"]


def test_packs_are_counted_in_units(tmp_path: Path) -> None:
    settings = make(tmp_path / "a", TWO, more="products: products.yaml\n")
    (settings.parent / "products.yaml").write_text("MUG: {packs: {pair: 2}}\n", encoding="utf-8")
    done = posted(settings, (EVENT % 1).replace("qty: 1", "qty: 1, unit: pair"))
    assert effect(done)["Expenses:COGS"] == "-130.00"
    assert refused(settings, (EVENT % 1).replace("A-1", "A-2").replace("qty: 1", "qty: 1, unit: box"), "b.yaml") == [
        "facts-missing"
    ]


def test_a_part_of_a_kit_is_not_chosen_for_the_part(tmp_path: Path) -> None:
    ledger = (
        BUY
        + """\
2026-05-01 * "Ann" "A pair of mugs, sold as one" ^inv-SO-5
  Assets:Bank               203.40 CNY
  Income:Sales             -180.00 CNY
    sku: "PAIR"
    qty: 1
  Liabilities:Output-VAT    -23.40 CNY
  Expenses:COGS             120.00 CNY
  Assets:Inventory                   -2 MUG {60.00 CNY, 2026-01-05}
    sku: "PAIR"

"""
    )
    settings = make(tmp_path / "a", ledger + sale("SO-1", "2026-04-01"))
    done = posted(settings, EVENT % 1)
    assert done.planned.plan.directives[0].meta["rl-order"] == "SO-1"
    assert "auto SO-1 2026-04-01 1 at 60" in decision(done)


def test_what_can_not_be_read_or_has_no_stock_is_never_chosen_by_itself(tmp_path: Path) -> None:
    service = """\
2026-05-20 * "Ann" "Engraving" ^inv-SO-8
  Assets:Bank                11.30 CNY
  Income:Sales              -10.00 CNY
    sku: "ENGRAVE"
  Liabilities:Output-VAT     -1.30 CNY

2026-05-21 * "Ann" "Nobody knows whose amounts are whose" ^inv-SO-9
  Assets:Bank               180.80 CNY
  Income:Sales             -160.00 CNY
  Liabilities:Output-VAT    -20.80 CNY
  Expenses:COGS             125.00 CNY
  Assets:Inventory                   -1 MUG {60.00 CNY, 2026-01-05}
  Assets:Inventory                   -1 MUG-2 {65.00 CNY, 2026-03-02}

"""
    buy = BUY.replace("10 MUG {65.00", "10 MUG-2 {65.00")
    settings = make(tmp_path / "a", buy + sale("SO-1", "2026-04-01") + service)
    done = posted(settings, EVENT % 1)
    assert decision(done).endswith("auto SO-1 2026-04-01 1 at 60 not SO-9 2026-05-21 1 at 60 unreadable; policy test 1")
    only = apply(settings, (EVENT % 1).replace("A-1", "A-2").replace("MUG", "ENGRAVE"), "b.yaml")
    assert told(only) == (
        "the books have no sale of ENGRAVE to customer Ann on or before 2026-06-01 with units still out",
        "write the order itself: SO-8 can't be read, took nothing from stock or sold it as another SKU, and so is not chosen "
        "by itself",
    )


def test_two_items_of_one_event_do_not_take_the_same_unit(tmp_path: Path) -> None:
    event = """\
- return: auto
  id: A-1
  date: 2026-06-01
  customer: Ann
  items: [{sku: MUG, qty: 2, condition: new}, {sku: MUG, qty: 1, condition: damaged}]
"""
    done = posted(make(tmp_path / "a", TWO), event)
    assert [d.meta["rl-order"] for d in done.planned.plan.directives] == ["SO-2", "SO-1"]
    assert effect(done)["Assets:Inventory"] == "130.00"
    assert effect(done)["Assets:Inventory-Hold"] == "60.00"


def test_an_event_without_customer_or_sku_says_what_is_missing(tmp_path: Path) -> None:
    settings = make(tmp_path / "a", TWO)
    assert refused(settings, "- {return: auto, date: 2026-06-01, sku: MUG}") == ["facts-missing"]
    assert refused(settings, "- {return: auto, date: 2026-06-01, customer: Ann}", "b.yaml") == ["facts-missing"]
    assert refused(settings, "- {return: auto, date: 2026-06-01, customer: Ann, qty: 1}", "c.yaml") == ["facts-missing"]


def test_sales_in_another_currency_than_the_most_recent_are_set_aside_and_named(tmp_path: Path) -> None:
    dollars = sale("SO-7", "2026-05-10").replace(" CNY\n", " USD\n").replace("60.00 USD", "60.00 CNY")
    dollars = dollars.replace("  Expenses:COGS              60.00 CNY", "  Expenses:COGS              60.00 CNY")
    settings = make(tmp_path / "a", BUY + sale("SO-1", "2026-04-01", cost=60) + dollars)
    assert refused(settings, EVENT % 2) == ["more-than-sold"]
    dollars_first = decision(posted(settings, EVENT % 1))
    assert dollars_first.endswith(
        "auto SO-7 2026-05-10 1 at 60 not SO-1 2026-04-01 1 at 60 other currency; policy test 1"
    )
    yuan = (EVENT % 1).replace("qty: 1", "qty: 1, currency: CNY").replace("A-1", "A-2")
    done = posted(settings, yuan, "b.yaml")
    assert done.planned.plan.directives[0].meta["rl-order"] == "SO-1"


def test_plan_shows_the_choice_and_its_alternatives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = make(tmp_path / "a", TWO)
    monkeypatch.chdir(settings.parent)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "RETURNLEDGER_LANG"):
        monkeypatch.delenv(name, raising=False)
    Path("e.yaml").write_text(EVENT % 1, encoding="utf-8")
    assert main(["plan", "e.yaml"]) == 0
    out = capsys.readouterr().out
    table = """\
Sales found for A-1, the most recent first
  SKU  order  date        still out  taken  unit cost  difference
  MUG  SO-2   2026-05-01          2      1      65.00
  MUG  SO-1   2026-04-01          3             60.00       -5.00
"""
    assert table in out
    assert main(["plan", "e.yaml", "--json"]) == 0
    (event,) = json.loads(capsys.readouterr().out)["events"]
    (found,) = event["auto"]
    assert [(each["order"], each["taken"], each["unit_cost"]) for each in found["chosen"]] == [
        ("SO-2", "1", "65.00 CNY")
    ]
    (other,) = found["alternatives"]
    assert (other["order"], other["left"], other["difference"]) == ("SO-1", "3", "-5.00 CNY")
    assert other["place"] == "main.beancount:20"
    assert main(["--lang", "zh", "plan", "e.yaml"]) == 0
    out = capsys.readouterr().out
    assert "A-1：找到的销售（最近的在前）\n" in out
    shown = out.partition("A-1：找到的销售")[2].partition("\n\n")[0]
    assert "SO-1" in shown
    assert [line for line in shown.splitlines() if cells(line) > 80] == []
