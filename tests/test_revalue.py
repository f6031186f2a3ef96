"""The write-down allowance fits the goods: it leaves with units that the shop sold, and follows what the rest will fetch.

DI-001 is a worked example of the rules on net realisable value (IAS 2.28-33, ASBE 1 article 15); its ledger is ours.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st
from ledgers import balances, effect, make, posted, refused

from returnledger import app
from returnledger.cli import main

SALE = """\
2025-01-05 * "Supplier" "Purchase"
  Assets:Inventory    20 MUG {60.00 CNY, 2025-01-05}
  Assets:Inventory    20 MUG {63.33 CNY, 2025-02-05}
  Assets:Inventory    10 TEE {25.00 CNY, 2025-01-05}
  Equity:Opening

2025-03-01 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank             1130.00 CNY
  Income:Sales           -1000.00 CNY
  Liabilities:Output-VAT  -130.00 CNY
  Expenses:COGS            600.00 CNY
  Assets:Inventory            -10 MUG {60.00 CNY, 2025-01-05}

2025-03-02 * "Bob" "Sale" ^inv-SO-2
  Assets:Bank              565.00 CNY
  Income:Sales            -500.00 CNY
  Liabilities:Output-VAT   -65.00 CNY
  Expenses:COGS-Web        309.99 CNY
  Assets:Inventory             -2 MUG {60.00 CNY, 2025-01-05}
  Assets:Inventory             -3 MUG {63.33 CNY, 2025-02-05}

2025-03-03 * "Cai" "Sale" ^inv-SO-3
  Assets:Bank              113.00 CNY
  Income:Sales            -100.00 CNY
  Liabilities:Output-VAT   -13.00 CNY
  Expenses:COGS             50.00 CNY
  Assets:Inventory             -2 TEE {25.00 CNY, 2025-01-05}
"""
POLICY = """\
policy: test
version: 1
valid_from: 2000-01-01
currency: {currency}
window: {{default: {{days: 365, from: sold}}}}
dispositions:
  new: {{to: restock}}
  opened: {{to: restock_open_box, allowed: [hold, scrap, liquidate]}}
  damaged: {{to: hold, allowed: [scrap, donate, liquidate, restock]}}
"""
OPEN_BOX, HOLD = "Assets:Inventory-OpenBox", "Assets:Inventory-Hold"
ALLOWANCE, LOSS = "Assets:Inventory-Allowance", "Expenses:Inventory-Write-Down"
COGS = "Expenses:COGS"
TEN = "- {return: SO-1, id: R-1, date: 2025-05-01, qty: 10, condition: opened, value: 45.00, selling_cost: 5.00}\n"


def shop(folder: Path, framework: str = "asbe", events: str = TEN, more: str = "") -> Path:
    settings = make(
        folder, SALE, policy=POLICY, more=f"framework: {framework}\n{more}", accounts=", cogs: Expenses:COGS"
    )
    posted(settings, events, "first.yaml")
    return settings


def sold(
    settings: Path, units: int, day: str = "2025-05-20", account: str = OPEN_BOX, lot: str = "60.00 CNY, 2025-01-05"
) -> None:
    """Let the shop sell units by a posting of its own."""
    ledger = settings.parent / "main.beancount"
    cost = Decimal(lot.split()[0]) * units
    text = (
        f'\n{day} * "Walk-in" "Sold by hand"\n  Assets:Bank  45.00 CNY\n  Income:Sales  -45.00 CNY\n'
        f"  {account}  -{units} MUG {{{lot}}}\n  Expenses:COGS  {cost} CNY\n"
    )
    ledger.write_text(ledger.read_text("utf-8") + text, "utf-8")


def test_di_001_the_allowance_leaves_with_the_goods_that_the_shop_sold(tmp_path: Path) -> None:
    settings = shop(tmp_path / "shop")
    assert balances(settings)[ALLOWANCE] == Decimal("-200.00")
    sold(settings, 4)
    done = posted(settings, "- {revalue: MUG, date: 2025-05-31}")
    assert effect(done) == {ALLOWANCE: "80.00", COGS: "-80.00"}
    posted(settings, "- {revalue: MUG, id: V-2, date: 2025-05-31}", "again.yaml")
    assert balances(settings)[ALLOWANCE] == Decimal("-120.00")
    sold(settings, 6, "2025-06-03")
    assert effect(posted(settings, "- {revalue: 2025-06, date: 2025-06-30}", "june.yaml")) == {
        ALLOWANCE: "120.00",
        COGS: "-120.00",
    }
    assert ALLOWANCE not in balances(settings)


@pytest.mark.parametrize(
    ("value", "change"),
    [("35.00", "100.00"), ("50.00", "-50.00"), ("65.00", "-200.00"), ("99.00", "-200.00"), ("1", "400.00")],
)
def test_what_is_left_is_worth_what_it_will_fetch_and_never_more_than_it_cost(
    tmp_path: Path, value: str, change: str
) -> None:
    settings = shop(tmp_path / "shop")
    done = posted(settings, f"- {{revalue: MUG, date: 2025-05-31, value: {value}, selling_cost: 5.00}}")
    assert effect(done) == {LOSS: change, ALLOWANCE: f"{-Decimal(change)}"}


def test_units_gone_and_units_left_are_told_apart_by_lot_and_condition(tmp_path: Path) -> None:
    more = (
        "- {return: SO-2, id: R-2, date: 2025-05-02, sku: MUG, qty: 4, condition: opened, value: 43.33}\n"
        "- {return: SO-2, id: R-3, date: 2025-05-02, sku: MUG, qty: 1, condition: damaged, value: 10.00}\n"
    )
    settings = shop(tmp_path / "shop", events=TEN + more)
    sold(settings, 2, lot="63.33 CNY, 2025-02-05")
    assert refused(settings, "- {revalue: MUG, id: V-1, date: 2025-05-31, value: 30.00}") == ["step-not-allowed"]
    done = posted(
        settings,
        "- revalue: MUG\n  id: V-1\n  date: 2025-05-31\n  items:\n"
        "    - {sku: MUG, condition: opened, lot: 2025-02-05, value: 50.33}\n"
        "    - {sku: MUG, condition: damaged, value: 0.00}\n",
        "b.yaml",
    )
    # Two of the three at 63.33 are gone: 40.00 to the cost account of their sale. The third is worth 7.00 more, and
    # the damaged one 10.00 less.
    assert effect(done) == {"Expenses:COGS-Web": "-40.00", LOSS: "3.00", ALLOWANCE: "37.00"}
    entries = done.planned.plan.events[0].directives
    assert [entry.meta["rl-case"] for entry in entries] == ["R-2", "R-3"]


def test_a_void_and_an_amend_undo_it_in_every_case(tmp_path: Path) -> None:
    more = "- {return: SO-2, id: R-2, date: 2025-05-02, sku: MUG, qty: 2, condition: opened, value: 40.00}\n"
    settings = shop(tmp_path / "shop", events=TEN + more)
    sold(settings, 10)
    sold(settings, 1, lot="63.33 CNY, 2025-02-05")
    before = balances(settings)
    posted(settings, "- {revalue: 2025-05, id: V-1, date: 2025-05-31}", "b.yaml")
    assert balances(settings)[ALLOWANCE] == Decimal("-23.33")
    assert refused(settings, "- {void: R-2, date: 2025-06-01}", "c.yaml") == ["step-not-allowed"]
    amended = "- {amend: V-1, id: A-1, date: 2025-06-01, set: {items: [{sku: MUG, condition: opened, value: 30.00}]}}"
    done = posted(settings, amended, "d.yaml")
    assert effect(done) == {LOSS: "10.00", ALLOWANCE: "-10.00"}
    assert {entry.meta["rl-case"] for entry in done.planned.plan.events[0].directives} == {"R-1", "R-2"}
    posted(settings, "- {void: V-1/2, date: 2025-06-02}", "e.yaml")
    assert balances(settings) == before
    assert not app.verify(settings=settings).findings
    posted(settings, "- {revalue: 2025-06, date: 2025-06-30}", "f.yaml")
    assert balances(settings)[ALLOWANCE] == Decimal("-23.33")


def test_what_is_left_of_an_allowance_leaves_with_the_goods_left(tmp_path: Path) -> None:
    settings = shop(tmp_path / "shop")
    sold(settings, 7)
    posted(settings, "- {revalue: MUG, date: 2025-05-31, value: 33.00}", "b.yaml")
    assert balances(settings)[ALLOWANCE] == Decimal("-81.00")
    done = posted(settings, "- {dispose: R-1, date: 2025-06-02, sku: MUG, qty: all, disposition: scrap}", "c.yaml")
    assert effect(done) == {OPEN_BOX: "-180.00", "Expenses:Scrap-Loss": "99.00", ALLOWANCE: "81.00"}


def test_what_came_or_went_after_the_day_is_of_no_matter(tmp_path: Path) -> None:
    settings = shop(tmp_path / "shop")
    sold(settings, 4, "2025-06-01")
    done = posted(settings, "- {revalue: MUG, date: 2025-05-31}", "b.yaml")
    assert not effect(done)
    (note,) = done.planned.plan.events[0].directives
    assert note.meta["rl-revalued"] == "MUG"


def test_a_new_cost_never_comes_back_and_a_further_loss_lowers_it(tmp_path: Path) -> None:
    settings = shop(tmp_path / "shop", "us_gaap")
    assert ALLOWANCE not in balances(settings)
    sold(settings, 4, lot="40.00 CNY, 2025-01-05")
    assert not effect(posted(settings, "- {revalue: MUG, id: V-1, date: 2025-05-31, value: 55.00}", "b.yaml"))
    done = posted(settings, "- {revalue: MUG, id: V-2, date: 2025-06-30, value: 34.00, selling_cost: 1.00}", "c.yaml")
    assert effect(done) == {OPEN_BOX: "-42.00", LOSS: "42.00"}
    assert not effect(posted(settings, "- {revalue: MUG, id: V-3, date: 2025-07-31, value: 33.00}", "d.yaml"))


@pytest.mark.parametrize(
    ("framework", "event", "words"),
    [
        ("asbe_small", "{revalue: MUG, date: 2025-05-31, value: 30.00}", "books no write-down"),
        ("asbe", "{revalue: CUP, date: 2025-05-31}", "no returned units of CUP"),
        ("asbe", "{revalue: 2025-05, date: 2025-06-01}", "not in 2025-05"),
        ("asbe", "{revalue: 2025-05, date: 2025-05-31, value: 30.00}", "names a price and no SKU"),
        ("asbe", "{revalue: MUG, date: 2025-05-31, condition: damaged, value: 30.00}", "there are: opened"),
        ("asbe", "{revalue: 2025-05, date: 2025-05-31, sku: TEE, value: 3.00}", "no returned units of TEE"),
        ("asbe", "{revalue: MUG, date: 2025-05-31, value: -1.00}", "below zero"),
        ("asbe", "{revalue: MUG, date: 2025-05-31, selling_cost: 1.00}", "not the price"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], framework: str, event: str, words: str
) -> None:
    settings = shop(tmp_path / "shop", framework)
    (settings.parent / "e.yaml").write_text(f"- {event}\n", "utf-8")
    assert main(["--settings", str(settings), "--lang", "en", "plan", str(settings.parent / "e.yaml")]) == 1
    said = capsys.readouterr()
    assert words in " ".join((said.out + said.err).split())


def test_goods_sold_unknown_to_their_case_are_told_by_status_and_reports_agree(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = shop(tmp_path / "shop")

    def run(*words: str) -> str:
        assert main(["--settings", str(settings), *words]) == 0
        return capsys.readouterr().out

    assert json.loads(run("status", "--json"))["proposed"] == []
    sold(settings, 4)
    (step,) = json.loads(run("status", "--json", "--role", "finance"))["proposed"]
    assert (step["event"], step["units"], step["amount"]) == ("revalue: MUG", "4", "80.00 CNY")
    assert json.loads(run("status", "--json", "--role", "warehouse"))["proposed"] == []
    assert "revalue: MUG" in run("--lang", "en", "status") and "跌价" in run("--lang", "zh", "status")
    (sheet,) = json.loads(run("report", "stocktake", "--json"))["rows"]
    assert (sheet["booked"], sheet["of_cases"], sheet["difference"]) == ("6", "10", "-4")
    posted(settings, "- {revalue: MUG, date: 2025-05-31, value: 50.00}", "b.yaml")
    assert json.loads(run("status", "--json"))["proposed"] == []
    (sheet,) = json.loads(run("report", "stocktake", "--json"))["rows"]
    assert (sheet["booked"], sheet["of_cases"], sheet["difference"]) == ("6", "6", "0")
    inventory = json.loads(run("report", "inventory", "--account", OPEN_BOX, "--json"))
    assert [(row["quantity"], row["write_down"]) for row in inventory["rows"]] == [("6", "60.00 CNY")]
    assert all(tie["ok"] for tie in inventory["ties"])
    (goods,) = json.loads(run("report", "disposition", "--json"))["rows"]
    (cost,) = json.loads(run("report", "cost", "--json"))["rows"]
    assert goods["lost"] == cost["net_cost"] == "140.00 CNY"


_LIVES = st.lists(
    st.one_of(
        st.tuples(st.just("sold"), st.integers(1, 4)),
        st.tuples(st.just("worth"), st.integers(0, 70)),
        st.tuples(st.just("gone"), st.just(0)),
        st.tuples(st.just("scrap"), st.integers(1, 3)),
    ),
    max_size=6,
)


@trials(max_examples=12, deadline=None)
@given(_LIVES)
def test_the_allowance_is_nil_when_the_goods_are_gone_and_never_negative(
    tmp_path_factory: pytest.TempPathFactory, life: list[tuple[str, int]]
) -> None:
    settings = shop(tmp_path_factory.mktemp("shop") / "shop")
    left, day = 10, 1
    for what, n in [*life, ("sold", 10), ("gone", 0)]:
        day += 1
        n = min(n, left) if what in ("sold", "scrap") else n
        if what in ("sold", "scrap") and not n:
            continue
        if what == "sold":
            sold(settings, n, f"2025-06-{day:02}")
            left -= n
            continue
        event = f"revalue: MUG, date: 2025-06-{day:02}"
        if what == "worth" and left:
            event += f", value: {n}.00"
        if what == "scrap":
            # What is gone is told first: the case would else give up units that are not there.
            posted(settings, f"- {{revalue: MUG, date: 2025-06-{day:02}}}", f"{day}a.yaml")
            event = f"dispose: R-1, date: 2025-06-{day:02}, sku: MUG, qty: {n}, disposition: scrap"
            left -= n
        posted(settings, f"- {{{event}}}", f"{day}.yaml")
        held = balances(settings)
        assert held.get(ALLOWANCE, 0) <= 0
        assert -held.get(ALLOWANCE, 0) <= held.get(OPEN_BOX, 0)
    held = balances(settings)
    assert ALLOWANCE not in held and OPEN_BOX not in held
