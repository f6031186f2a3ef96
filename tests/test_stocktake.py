"""Counts of goods that came back: compared with the books, booked where they differ, and nothing is left pending.

DI-003 is a worked example of the rules on abnormal losses (Cai Kuai [2016] No. 22; account 1901); its ledger is ours.
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
  Assets:Inventory    40 JAM {50.00 CNY, 2025-01-05}
  Assets:Inventory    10 JAM {52.25 CNY, 2025-02-05}
  Assets:Inventory    10 TEE {25.00 CNY, 2025-01-05}
  Equity:Opening

2025-03-01 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank             3390.00 CNY
  Income:Sales           -3000.00 CNY
  Liabilities:Output-VAT  -390.00 CNY
  Expenses:COGS           1500.00 CNY
  Assets:Inventory            -30 JAM {50.00 CNY, 2025-01-05}

2025-03-02 * "Bob" "Sale" ^inv-SO-2
  Assets:Bank              226.00 CNY
  Income:Sales            -200.00 CNY
  Liabilities:Output-VAT   -26.00 CNY
  Expenses:COGS            104.50 CNY
  Assets:Inventory             -2 JAM {52.25 CNY, 2025-02-05}
"""
POLICY = """\
policy: test
version: 1
valid_from: 2000-01-01
currency: {currency}
window: {{default: {{days: 365, from: sold}}}}
dispositions:
  opened: {{to: restock_open_box, allowed: [hold, scrap, liquidate]}}
  damaged: {{to: hold, allowed: [scrap, donate, liquidate, restock]}}
approvals:
  - {{id: dear, when: {{kind: dispose, amount: ">500"}}, by: [finance]}}
  - {{id: others, when: {{}}, by: []}}
"""
HOLD, OPEN_BOX = "Assets:Inventory-Hold", "Assets:Inventory-OpenBox"
PENDING, ALLOWANCE, VAT = (
    "Assets:Pending-Asset-Loss",
    "Assets:Inventory-Allowance",
    "Liabilities:Input-VAT-Transfer-Out",
)
CAME = """\
- {return: SO-1, id: R-1, date: 2025-04-01, qty: 20, condition: damaged}
- {return: SO-2, id: R-2, date: 2025-04-02, qty: 2, condition: damaged, value: 32.25}
- {return: SO-1, id: R-3, date: 2025-04-03, qty: 5, condition: opened, value: 40.00}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return _shop(tmp_path / "shop")


def _shop(folder: Path, framework: str = "asbe") -> Path:
    more = f"framework: {framework}\npeople: {{fin: [finance]}}\n"
    settings = make(folder, SALE, policy=POLICY, more=more)
    posted(settings, CAME, "came.yaml")
    return settings


def count(place: str, counts: str, more: str = "", name: str = "S-1", day: str = "2025-05-03") -> str:
    return f"- {{stocktake: {place}, id: {name}, date: {day}, counts: [{counts}]{more}}}\n"


def test_di_003_goods_lost_through_negligence_are_missing_at_the_count_and_borne(tmp_path: Path) -> None:
    settings = make(tmp_path / "shop", SALE, policy=POLICY, more="people: {fin: [finance]}\n")
    posted(settings, "- {return: SO-1, id: R-1, date: 2025-04-01, qty: 20, condition: damaged}")
    done = posted(
        settings,
        count(HOLD, "{sku: JAM, qty: 0}", ", post: true, cause: mismanagement, input_vat: 130.00"),
        "b.yaml",
    )
    assert effect(done) == {HOLD: "-1000.00", PENDING: "1130.00", VAT: "-130.00"}
    assert refused(settings, "- {dispose: S-1, date: 2025-05-20, stage: approved}", "c.yaml") == ["approval-missing"]
    done = posted(
        settings,
        "- {dispose: S-1, date: 2025-05-20, stage: approved, approved_by: fin, salvage: 30.00,\n"
        "   charge: [{party: keeper, amount: 200.00}]}\n",
        "d.yaml",
    )
    assert effect(done) == {
        PENDING: "-1130.00",
        "Assets:Scrap-Materials": "30.00",
        "Assets:Other-Receivable": "200.00",
        "Expenses:Administration": "900.00",
    }
    assert PENDING not in balances(settings)


def test_a_count_without_post_is_noted_and_changes_nothing(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = balances(shop)
    done = posted(shop, count(HOLD, "{sku: JAM, qty: 20}"), "b.yaml")
    assert not effect(done) and balances(shop) == before
    (note,) = done.planned.plan.events[0].directives
    assert note.meta["rl-counted"] == "JAM 20 of 22"
    assert main(["--settings", str(shop), "--lang", "en", "status"]) == 0
    assert "S-1" not in capsys.readouterr().out


def test_what_is_missing_leaves_the_cases_that_put_it_there_with_what_was_written_down(shop: Path) -> None:
    done = posted(
        shop,
        count(HOLD, "{sku: JAM, lot: 2025-01-05, qty: 17}, {sku: JAM, lot: 52.25, qty: 1}", ", post: true"),
        "b.yaml",
    )
    # Three at 50.00 of R-1; one of R-2 at 52.25, of which 20.00 were written down.
    assert effect(done) == {HOLD: "-202.25", ALLOWANCE: "20.00", PENDING: "182.25"}
    assert [d.meta["rl-case"] for d in done.planned.plan.events[0].directives] == ["S-1", "R-1", "R-2"]
    done = posted(
        shop, "- {dispose: S-1, date: 2025-05-20, stage: approved, charge: [{party: keeper, amount: 50.00}]}", "c.yaml"
    )
    assert effect(done) == {PENDING: "-182.25", "Assets:Other-Receivable": "50.00", "Expenses:Administration": "132.25"}
    assert refused(shop, "- {dispose: S-1, date: 2025-05-21, stage: approved}", "d.yaml") == ["step-not-allowed"]
    done = posted(shop, "- {dispose: R-2, date: 2025-05-22, disposition: scrap}", "e.yaml")
    assert effect(done) == {HOLD: "-52.25", ALLOWANCE: "20.00", "Expenses:Scrap-Loss": "32.25"}


def test_each_case_can_be_decided_by_itself_and_voids_are_exact(shop: Path) -> None:
    before = balances(shop)
    posted(
        shop,
        count(HOLD, "{sku: JAM, lot: 2025-01-05, qty: 17}, {sku: JAM, lot: 52.25, qty: 1}", ", post: true"),
        "b.yaml",
    )
    posted(shop, "- {dispose: R-1, id: D-1, date: 2025-05-20, stage: approved, cause: disaster}", "c.yaml")
    assert balances(shop)["Expenses:Non-Operating-Loss"] == Decimal("150.00")
    posted(shop, "- {dispose: S-1, id: D-2, date: 2025-05-21, stage: approved}", "d.yaml")
    assert PENDING not in balances(shop)
    assert refused(shop, "- {void: S-1, date: 2025-05-22}", "e.yaml") == ["step-not-allowed"]
    posted(
        shop,
        "- {void: D-2, date: 2025-05-22}\n- {void: D-1, date: 2025-05-22}\n- {void: S-1, date: 2025-05-22}",
        "f.yaml",
    )
    assert balances(shop) == before
    assert not app.verify(settings=shop).findings


def test_what_is_too_many_comes_in_at_the_last_known_lot_or_at_a_cost(shop: Path) -> None:
    counts = "{sku: JAM, qty: 24}, {sku: TEE, qty: 1, condition: damaged}"
    done = posted(shop, count(HOLD, counts, ", post: true"), "b.yaml")
    assert effect(done) == {HOLD: "129.50", PENDING: "-129.50"}  # two at 52.25, one at 25.00
    again = count(HOLD, "{sku: TEE, qty: 3, cost: 7.50}", ", post: true", "S-2")
    assert effect(posted(shop, again, "b2.yaml")) == {HOLD: "15.00", PENDING: "-15.00"}
    assert effect(posted(shop, "- {dispose: S-2, date: 2025-05-20, stage: approved}", "b3.yaml"))[PENDING] == "15.00"
    done = posted(shop, "- {dispose: S-1, date: 2025-05-20, stage: approved}", "c.yaml")
    assert effect(done) == {PENDING: "129.50", "Expenses:Administration": "-129.50"}
    done = posted(shop, "- {dispose: S-1, date: 2025-05-21, sku: TEE, qty: 1, disposition: scrap}", "d.yaml")
    assert effect(done) == {HOLD: "-25.00", "Expenses:Scrap-Loss": "25.00"}


def test_what_is_too_many_of_one_lot_and_missing_of_another_are_both_said(shop: Path) -> None:
    counts = "{sku: JAM, lot: 2025-01-05, qty: 22}, {sku: JAM, lot: 52.25, qty: 0}"
    done = posted(shop, count(HOLD, counts, ", post: true"), "b.yaml")
    assert effect(done) == {HOLD: "-4.50", ALLOWANCE: "40.00", PENDING: "-35.50"}
    posted(shop, "- {dispose: S-1, date: 2025-05-20, stage: approved}", "c.yaml")
    assert PENDING not in balances(shop)


def test_units_that_no_case_knows_go_first_and_stock_for_sale_can_be_counted(shop: Path) -> None:
    done = posted(shop, count("Assets:Inventory", "{sku: JAM, qty: 15}", ", post: true, cause: disaster"), "b.yaml")
    assert effect(done) == {"Assets:Inventory": "-150.00", PENDING: "150.00"}
    done = posted(shop, "- {dispose: S-1, date: 2025-05-20, stage: approved}", "c.yaml")
    assert effect(done) == {PENDING: "-150.00", "Expenses:Non-Operating-Loss": "150.00"}


def test_a_place_that_the_inspector_named_is_counted_by_what_cases_put_there(tmp_path: Path) -> None:
    settings = make(tmp_path / "shop", SALE, policy=POLICY)
    posted(
        settings,
        "- {receive: SO-1, id: R-1, date: 2025-04-01, qty: 6}\n"
        "- inspect: R-1\n  date: 2025-04-02\n  items:\n"
        "    - {sku: JAM, qty: 4, condition: damaged, location: A-3}\n"
        "    - {sku: JAM, qty: 2, condition: damaged, location: B-1}\n",
    )
    done = posted(settings, count("A-3", "{sku: JAM, qty: 3, condition: damaged}", ", post: true"), "b.yaml")
    assert effect(done) == {HOLD: "-50.00", PENDING: "50.00"}
    assert not effect(posted(settings, count("A-3", "{sku: JAM, qty: 3}", ", post: true", "S-2"), "c.yaml"))
    assert not effect(posted(settings, count("B-1", "{sku: JAM, qty: 2}", ", post: true", "S-3"), "d.yaml"))


def test_the_count_sheet_is_a_file_of_counts_that_agrees(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*words: str) -> str:
        assert main(["--settings", str(shop), *words]) == 0
        return capsys.readouterr().out

    sheet = shop.parent / "counts.yaml"
    run("report", "stocktake", "--as-of", "2025-05-31", "-o", str(sheet))
    assert "{sku: JAM, qty: 22}" in sheet.read_text("utf-8")
    before = balances(shop)
    run("apply", str(sheet))
    assert balances(shop) == before
    second = sheet.with_name("second.yaml")
    second.write_text(sheet.read_text("utf-8").replace("qty: 22}", "qty: 21}\n  post: true"), "utf-8")
    second.write_text(second.read_text("utf-8").partition("- stocktake: 'Assets:Inventory-Open")[0], "utf-8")
    run("apply", str(second))
    assert balances(shop)[PENDING] == Decimal("50.00")
    rows = json.loads(run("report", "stocktake", "--json"))["rows"]
    assert [(row["account"], row["booked"], row["difference"]) for row in rows] == [
        (HOLD, "21", "0"),
        (OPEN_BOX, "5", "0"),
    ]
    (case,) = json.loads(run("status", "--json", "--role", "warehouse"))["cases"][:1]
    assert "dispose" in {step["step"] for step in case["next_steps"]}
    assert main(["--settings", str(shop), "report", "cost", "-O", "yaml"]) == 2


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (count("Assets:Nowhere", "{sku: JAM, qty: 1}"), "no stock account or place"),
        (count("Assets:Bank", "{sku: JAM, qty: 1}"), "no stock account or place"),
        (f"- {{stocktake: {HOLD}, date: 2025-05-03}}", "nothing is counted"),
        (count(HOLD, "{sku: JAM, qty: -1}"), "fewer than none"),
        (count(HOLD, "{sku: JAM, qty: 1, unit: box}"), "how many JAM one box holds"),
        (count(HOLD, "{sku: CUP, qty: 1}", ", post: true"), "nothing says what they cost"),
        (count(HOLD, "{sku: JAM, qty: 1}", ", post: true, cause: mismanagement"), "what input tax"),
        (count(HOLD, "{sku: JAM, qty: 1}", ", post: true, input_vat: 6.50"), "cause: mismanagement"),
        (
            count(HOLD, "{sku: JAM, qty: 22}", ", post: true, cause: mismanagement, input_vat: 6.50"),
            "nothing is missing",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_words(
    shop: Path, capsys: pytest.CaptureFixture[str], event: str, words: str
) -> None:
    (shop.parent / "e.yaml").write_text(event, "utf-8")
    assert main(["--settings", str(shop), "--lang", "en", "plan", str(shop.parent / "e.yaml")]) == 1
    said = capsys.readouterr()
    assert words in " ".join((said.out + said.err).split())


@trials(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["2025-01-05", "52.25", ""]), st.integers(0, 24)), max_size=4))
def test_after_a_count_the_books_have_what_was_counted_and_nothing_is_left_pending(
    tmp_path_factory: pytest.TempPathFactory, counted: list[tuple[str, int]]
) -> None:
    settings = _shop(tmp_path_factory.mktemp("shop") / "shop", "asbe_small")
    day = 3
    for lot, units in counted:
        day += 1
        of = f", lot: {lot}" if lot else ""
        event = count(HOLD, f"{{sku: JAM{of}, qty: {units}}}", ", post: true", f"S-{day}", f"2025-05-{day:02}")
        done = posted(settings, event, f"{day}.yaml")
        if effect(done):
            assert effect(done)[HOLD].lstrip("-") == effect(done)[PENDING].lstrip("-")
            more = ", approved_by: fin"
            posted(settings, f"- {{dispose: S-{day}, date: 2025-05-{day:02}, stage: approved{more}}}", f"{day}a.yaml")
        assert not effect(posted(settings, event.replace(f"S-{day}", f"T-{day}"), f"{day}b.yaml"))
        assert PENDING not in balances(settings)


def test_in_a_currency_without_minor_units_nothing_is_shared_below_one(tmp_path: Path) -> None:
    ledger = """\
2025-01-05 * "Supplier" "Purchase"
  Assets:Inventory    10 JAM {500 JPY, 2025-01-05}
  Equity:Opening

2025-03-01 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank             3300 JPY
  Income:Sales           -3000 JPY
  Liabilities:Output-VAT  -300 JPY
  Expenses:COGS           1500 JPY
  Assets:Inventory          -3 JAM {500 JPY, 2025-01-05}
"""
    settings = make(tmp_path / "shop", ledger, currency="JPY", policy=POLICY, more="people: {fin: [finance]}\n")
    came = "- {return: SO-1, id: R-1, date: 2025-04-01, qty: 1, condition: damaged}\n"
    posted(settings, came + came.replace("R-1", "R-2").replace("04-01", "04-02"), "a.yaml")
    lost = ", post: true, cause: mismanagement, input_vat: 75"
    assert effect(posted(settings, count(HOLD, "{sku: JAM, qty: 0}", lost), "b.yaml"))[PENDING] == "1075"
    approval = "- {dispose: S-1, date: 2025-05-20, stage: approved, approved_by: fin, salvage: 31,\n"
    done = posted(settings, approval + "   charge: [{party: keeper, amount: 201}]}\n", "c.yaml")
    assert refused(settings, "- {recovery: S-1, date: 2025-06-01, party: employee, amount: 201}\n", "d.yaml") == [
        "step-not-allowed"  # what is owed stands in the cases of the goods
    ]
    paid = posted(
        settings, "".join(f"- {{recovery: {n}, date: 2025-06-01, party: employee}}\n" for n in ("R-1", "R-2")), "e.yaml"
    )
    assert effect(paid)["Assets:Other-Receivable"] == "-201"
    amounts = [p.units.number for d in done.events[0].directives for p in d.postings]
    assert all(amount == amount.to_integral_value() for amount in amounts)
    assert effect(done)[PENDING] == "-1075" and PENDING not in balances(settings)
