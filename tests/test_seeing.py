"""What people see of the cases: where each stands, what comes next, and the reports on what became of goods and money."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import POLICY, make, posted
from rich.cells import cell_len

from returnledger import app, reports
from returnledger.cli import main
from returnledger.cli import report as report_command
from returnledger.findings import Refused
from returnledger.i18n import catalogue
from returnledger.relations import column_names
from returnledger.reporting import Source
from returnledger.reports.cycle import _share
from returnledger.reports.goods import _Line
from returnledger.reports.render import FORMATS, render
from returnledger.reports.table import Report
from returnledger.session import open_session
from returnledger.views import cases as views_cases


def sale(order: str, day: str, *lines: tuple[str, int, int, int], paid: bool = True) -> str:
    """Return a sale at 13 % tax: lines of (sku, units, net of a unit, cost of a unit), paid at once or owed."""
    net = sum(units * price for _, units, price, _ in lines)
    text = f'{day} * "c-{order}" "Sale" ^inv-{order}\n  Assets:{"Bank" if paid else "Receivable"}  {net * Decimal("1.13"):.2f} CNY\n'
    for n, (sku, units, price, cost) in enumerate(lines, 1):
        about = f'    sku: "{sku}"\n    line: "{n}"\n'
        text += f"  Income:Sales  -{units * price:.2f} CNY\n{about}    qty: {units}\n"
        text += f"  Liabilities:Output-VAT  -{units * price * Decimal('0.13'):.2f} CNY\n{about}"
        text += f"  Expenses:COGS  {units * cost:.2f} CNY\n{about}"
        text += f"  Assets:Inventory  -{units} {sku} {{{cost}.00 CNY, 2026-01-02}}\n{about}"
    return text + "\n"


LEDGER = (
    '2026-01-02 * "Purchase"\n  Assets:Inventory  100 MUG {60.00 CNY, 2026-01-02}\n'
    "  Assets:Inventory  100 TEE {25.00 CNY, 2026-01-02}\n  Equity:Opening\n\n"
    + sale("SO-1", "2026-03-01", ("MUG", 4, 100, 60))
    + sale("SO-2", "2026-03-02", ("MUG", 2, 100, 60), ("TEE", 3, 50, 25))
    + sale("SO-3", "2026-03-03", ("TEE", 10, 50, 25), paid=False)
)
METHODS = "methods: {bank: {account: Assets:Bank}}\n"
LATE = (
    POLICY
    + "refunds:\n  - {{id: week, when: {{}}, methods: [original, later, bank], counted_from: received, within_days: 7}}\n"
)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Return the settings of a small shop with three sales."""
    return make(tmp_path, LEDGER, policy=LATE, more=METHODS)


def run(settings: Path, name: str, **options: str) -> Report:
    """Return a report over the ledger of `settings`."""
    return reports.run(
        name, {key.replace("_", "-"): value for key, value in options.items()}, Source(open_session(settings))
    )


def lines(report: Report, key: str) -> dict[Any, dict[str, Any]]:
    """Return the rows of a report by one of their columns."""
    names = [column.key for column in report.columns]
    return {row[names.index(key)]: dict(zip(names, row)) for row in report.rows}


def cases(settings: Path) -> dict[str, Mapping[str, Any]]:
    """Return the rows of the relation `cases` by case."""
    rows = [dict(zip(column_names("cases"), row)) for row in open_session(settings).store.rows("cases")]
    return {str(row["case"]): row for row in rows}


def test_the_command_knows_every_report_and_says_what_it_is() -> None:
    assert sorted(report_command.REPORTS) == sorted(reports.REPORTS)
    listed = (report_command.report.__doc__ or "").partition("```")[2]
    assert [name for name in reports.REPORTS if f"\n    {name} " not in listed] == []


# ── the days of a case ──

STEPS = """
- {return: SO-1, id: R-1, date: 2026-03-20, requested: 2026-03-10, received: 2026-03-18, sku: MUG, qty: 1}
- {return: SO-2, id: R-2, date: 2026-03-21, sku: MUG, qty: 1, method: later}
- {allowance: SO-3, id: A-1, date: 2026-03-22, sku: TEE, amount: 11.30, reason: quality}
- {return: SO-2, id: R-3, date: 2026-03-23, sku: TEE, qty: 1, goods: kept}
"""


def test_a_case_has_a_day_for_each_step_that_was_taken(shop: Path) -> None:
    posted(shop, STEPS)
    found = cases(shop)
    days = [
        name for name in column_names("cases") if name.startswith("date_") and name not in ("date_opened", "date_last")
    ]
    first = {name[5:]: found["R-1"][name] for name in days}
    assert first == {
        "requested": date(2026, 3, 10),
        "approved": date(2026, 3, 20),
        "received": date(2026, 3, 18),
        "inspected": date(2026, 3, 20),
        "credited": date(2026, 3, 20),
        "refunded": date(2026, 3, 20),
    }
    assert found["R-1"]["deadline"] == date(2026, 3, 25)
    assert found["R-2"]["date_refunded"] is None and found["R-2"]["date_credited"] == date(2026, 3, 21)
    assert [found[case]["date_received"] for case in ("A-1", "R-3")] == [None, None]


def test_a_refund_in_two_parts_is_paid_with_the_last(shop: Path) -> None:
    posted(shop, STEPS)
    posted(shop, "- {refund: R-2, id: P-1, date: 2026-03-25, amount: 13.00, method: bank}", "first.yaml")
    assert cases(shop)["R-2"]["date_refunded"] is None
    posted(shop, "- {refund: R-2, id: P-2, date: 2026-03-30, method: bank}", "second.yaml")
    assert cases(shop)["R-2"]["date_refunded"] == date(2026, 3, 30)
    posted(shop, "- {void: P-2, id: V-1, date: 2026-03-31}", "third.yaml")
    assert cases(shop)["R-2"]["date_refunded"] is None


def test_cycle_counts_days_from_step_to_step_and_deadlines_missed(shop: Path) -> None:
    posted(shop, STEPS)
    posted(shop, "- {refund: R-2, id: P-2, date: 2026-03-30, method: bank}", "second.yaml")
    found = lines(run(shop, "cycle"), "step")
    assert (found["approval"]["cases"], found["approval"]["p50"], found["approval"]["longest"]) == (4, 0, 10)
    assert (found["receipt"]["cases"], found["receipt"]["out_of_order"]) == (2, 1)
    assert (found["refund"]["cases"], found["refund"]["longest"], found["refund"]["breaches"]) == (3, 9, 1)
    assert (found["whole"]["p50"], found["whole"]["longest"]) == (9, 10)
    assert lines(run(shop, "cycle", period="2026-02"), "step")["whole"]["cases"] == 0


@given(st.lists(st.integers(0, 50), min_size=1, max_size=40), st.integers(1, 100))
def test_a_percentile_is_the_least_that_so_many_did_not_exceed(days: list[int], percent: int) -> None:
    found = _share(sorted(days), percent)
    assert found is not None and 100 * sum(day <= found for day in days) >= percent * len(days)
    assert 100 * sum(day < found for day in days) < percent * len(days)


# ── what is due, what it cost, whom it concerns ──

SCRAP = """
- {return: SO-2, id: R-9, date: 2026-04-02, sku: MUG, qty: 1, condition: damaged, disposition: scrap, method: later}
- {return: SO-1, id: R-8, date: 2026-04-03, sku: MUG, qty: 2, condition: opened, fee: 11.30}
"""


def cell_of(report: Report, key: str, value: Any, column: str) -> Any:
    """Return one cell of a report: that of `column` in the row whose `key` is `value`."""
    return lines(report, key)[value][column]


def test_refunds_due_stand_by_deadline_with_the_overdue_first(shop: Path) -> None:
    posted(shop, STEPS)
    posted(shop, SCRAP, "scrap.yaml")
    report = run(shop, "aging", as_of="2026-04-05")
    names = [column.key for column in report.columns]
    rows = [dict(zip(names, row)) for row in report.rows]
    assert [(row["case"], row["days_left"], row["due"]) for row in rows] == [("R-2", -8, 113), ("R-9", 4, 113)]
    assert report.ties and all(tie.ok for tie in report.ties)
    assert [row[:3] for row in report.parts[0].rows] == [("over", 1, 113), ("within_7", 1, 113)]
    assert [row[2] for row in run(shop, "aging", as_of="2026-04-01").rows] == ["R-2"]
    posted(shop, "- {refund: R-2, id: P-2, date: 2026-04-06, method: bank}", "pay.yaml")
    assert [row[2] for row in run(shop, "aging").rows] == ["R-9"]


def test_a_payment_by_hand_belongs_to_the_case_it_links_to(shop: Path) -> None:
    posted(shop, STEPS)
    with (shop.parent / "main.beancount").open("a", encoding="utf-8") as ledger:
        ledger.write('2026-04-01 * "Paid" ^R-2\n  Liabilities:Refund-Payable  113.00 CNY\n  Assets:Bank\n')
    report = run(shop, "aging")
    assert report.rows == () and all(tie.ok for tie in report.ties)


def test_what_returns_cost_is_taken_off_by_what_was_recovered(shop: Path) -> None:
    posted(shop, SCRAP)
    report = run(shop, "cost", period="2026-04")
    assert cell_of(report, "what", "scrap", "cost") == 60
    assert cell_of(report, "what", "fee_kept", "recovered") == 10
    total = dict(zip([column.key for column in report.columns], report.table.totals[0]))
    down = cell_of(report, "what", "write_down", "cost") if "write_down" in lines(report, "what") else 0
    assert total["net_cost"] == 60 - 10 + down and total["per_return"] == total["net_cost"] / 2
    assert total["share"] == total["net_cost"] / 300
    posted(shop, "- {void: R-9, id: V-9, date: 2026-04-30}", "void.yaml")
    assert "scrap" not in lines(run(shop, "cost", period="2026-04"), "what")


def test_one_customer_has_orders_and_cases(shop: Path) -> None:
    posted(shop, STEPS)
    report = run(shop, "customer", customer="c-SO-2")
    assert [(row[0], row[2], row[3]) for row in report.rows] == [("SO-2", 5, 1)]
    assert [row[0] for row in report.parts[0].rows] == ["R-2", "R-3"]
    assert report.parts[0].totals[0][7] == 113
    for wrong, code in (({}, "customer-missing"), ({"customer": "c-SO-9"}, "customer-unknown")):
        with pytest.raises(Refused) as refused:
            run(shop, "customer", **wrong)
        assert refused.value.findings[0].code == code


def test_open_clearing_ties_and_names_closed_cases_that_are_not_nil(shop: Path) -> None:
    posted(shop, STEPS)
    assert run(shop, "clearing").rows == ()
    with (shop.parent / "main.beancount").open("a", encoding="utf-8") as ledger:
        ledger.write("2000-01-01 open Liabilities:Returns-Clearing\n")
        ledger.write('2026-04-01 * "By hand" ^R-1\n  Liabilities:Returns-Clearing  5.00 CNY\n  Assets:Bank\n')
        ledger.write('2026-04-02 * "By hand"\n  Liabilities:Returns-Clearing  -2.00 CNY\n  Assets:Bank\n')
    report = run(shop, "clearing", as_of="2026-04-10")
    found = lines(report, "case")
    assert (found["R-1"]["open"], found["R-1"]["age"], found["R-1"]["status"]) == (5, 9, "closed")
    assert (found[None]["open"], found[None]["whose"]) == (-2, "unknown")
    assert [(tie.booked, tie.ok) for tie in report.ties] == [(3, True)]
    assert report.notes[0].values == {"count": 1}


NAMES = {name: {} for name in ("cycle", "aging", "clearing", "cost", "disposition", "supplier", "stocktake")} | {
    "customer": {"customer": "c-SO-2"}
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", NAMES)
def test_every_report_prints_in_every_format_and_language(shop: Path, name: str, form: str, language: str) -> None:
    posted(shop, STEPS + SCRAP.lstrip())
    printed = render(run(shop, name, **NAMES[name]), form, catalogue(language).gettext, language)
    if form == "json":
        assert json.loads(printed)["rows"] or name in ("clearing", "supplier")
    if form == "text":
        assert [line for line in printed.splitlines() if cell_len(line) > 80] == []
        assert language == "en" or not re.search("[a-z]{3,} [a-z]{3,} [a-z]{3,}", printed)


# ── where the cases stand ──

HOLD = """
- {return: SO-1, id: RT-20260405-9f3a21c04b7e, date: 2026-04-05, requested: 2026-04-01, sku: MUG, qty: 1,
   condition: damaged, method: later, by: li.na, approved_by: wang.wei, note: box was crushed,
   evidence: [photos/so-1.jpg, {path: box.jpg, type: photo}]}
"""
LONG = "RT-20260405-9f3a21c04b7e"


@pytest.fixture
def open_shop(shop: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a shop with four closed cases and three open ones, from whose folder commands are run."""
    posted(shop, STEPS)
    posted(shop, SCRAP + HOLD.lstrip(), "more.yaml")
    monkeypatch.chdir(shop.parent)
    monkeypatch.setenv("COLUMNS", "80")
    return shop


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(words)
    return (code, *capsys.readouterr())


def test_status_shows_the_overdue_first_with_who_is_to_do_what(
    open_shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = said(capsys, "status", "--as-of", "2026-04-07")
    assert (code, err) == (0, "")
    assert (
        out
        == """\
overdue
  R-2                       refund   finance    2026-03-28, 10 days over
    SO-2 · approved, placed, due · due: 113.00 CNY

due within 7 days
  R-9                       refund   finance    2026-04-09
    SO-2 · approved, placed, due · due: 113.00 CNY
  RT-20260405-9f3a21c04b7e  refund   finance    2026-04-12
    SO-1 · approved, inspected, due · units to be dealt with: 1 · due: 113.00
    CNY
                            dispose  warehouse

open: 3; due: 339.00 CNY; units to be dealt with: 1
4 settled; `returnledger status --all` shows them
"""
    )


@pytest.mark.parametrize("words", [("status",), ("status", "--all"), ("show", LONG), ("status", "--role", "finance")])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_seen_keeps_to_eighty_cells_and_one_language(
    open_shop: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], language: str
) -> None:
    out = said(capsys, *words, "--lang", language)[1]
    told = out.partition("\nreturns/")[0]  # what follows is the ledger's own text
    assert told and [line for line in told.splitlines() if cell_len(line) > 80] == []
    words_left = re.findall("[a-z]{3,} [a-z]{3,} [a-z]{3,}", told.replace("box was crushed", ""))
    assert language == "en" or words_left == []


def test_a_role_sees_what_it_is_to_do(open_shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("warehouse", "仓库"):
        (case,) = json.loads(said(capsys, "status", "--json", "--role", name)[1])["cases"]
        assert (case["id"], case["next_step"], case["by"]) == (LONG, f"dispose: {LONG}", ["warehouse"])
    assert said(capsys, "status", "--role", "purchasing")[1] == "no case waits for purchasing\n"
    code, out, err = said(capsys, "status", "--role", "cook")
    assert (code, out) == (2, "") and "error[desk-unknown]" in err and "warehouse" in err
    assert said(capsys, "status", "--as-of", "2026-02-30")[0] == 2


def test_the_record_of_cases_for_scripts(open_shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, "status", "--json", "--as-of", "2026-04-07")[1])["cases"]
    assert [case["id"] for case in found][:3] == ["R-2", "R-9", LONG] and len(found) == 7
    first, held, closed = found[0], found[2], found[-1]
    assert (first["deadline"], first["days_over"], first["refund_due"]) == ("2026-03-28", 10, "113.00 CNY")
    assert [step["event"] for step in held["next_steps"]] == [f"refund: {LONG}", f"dispose: {LONG}"]
    assert (held["authorisation"], held["goods"], held["money"]) == ("approved", "inspected", "due")
    assert held["units"] == {"awaited": "0", "to_inspect": "0", "to_place": "1"}
    assert (closed["next_step"], closed["deadline"], closed["money"]) == ("", None, "settled")


def test_show_tells_a_case_from_its_request_to_its_papers(open_shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    posted(
        open_shop, f"- {{refund: {LONG}, id: P-9, date: 2026-04-20, amount: 13.00, method: bank, by: zhao}}", "p.yaml"
    )
    posted(open_shop, "- {void: P-9, id: V-9, date: 2026-04-21}", "v.yaml")
    out = said(capsys, "show", LONG)[1]
    head, _, entries = out.partition("\nreturns/")
    assert "approval   approved\ngoods      inspected; units to be dealt with: 1\n" in head
    assert "  2026-04-20  refund  P-9  undone\n      by zhao; paid: 13.00 CNY\n" in head
    assert "  2026-04-21  void  V-9  undoes P-9\n" in head
    assert "  box.jpg          photo  RT-20260405-9f3a21c04b7e\n" in head
    assert "  deadline     2026-04-12\n" in head and entries
    record = json.loads(said(capsys, "show", "P-9", "--json")[1])
    assert record["voided"] and record["case"]["id"] == LONG
    assert [(each["id"], each["stands"]) for each in record["timeline"]] == [
        (LONG, True),
        ("P-9", False),
        ("V-9", False),
    ]
    assert record["timeline"][0]["items"] == [{"qty": "1", "sku": "MUG", "condition": "damaged", "disposition": "hold"}]
    assert [paper["path"] for paper in record["evidence"]] == ["photos/so-1.jpg", "box.jpg"]
    assert {each["effect"] for each in record["decisions"][LONG]} >= {"verdict", "disposition", "deadline"}


def test_a_case_that_is_void_waits_for_nothing(open_shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    posted(open_shop, "- {void: R-2, id: V-1, date: 2026-04-21}", "v.yaml")
    found = {case["id"]: case for case in json.loads(said(capsys, "status", "--json")[1])["cases"]}
    assert {found["R-2"][track] for track in ("authorisation", "goods", "money")} == {"void"}
    assert found["R-2"]["next_steps"] == []


def test_a_closed_case_is_looked_at_again_when_its_order_changes(
    shop: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RETURNLEDGER_CACHE", str(tmp_path_factory.mktemp("cache")))

    def waiting() -> dict[str, str]:
        seen, every = (app.status(settings=shop, everything=everything) for everything in (False, True))
        found = {case.case: case.next_step for case in seen.cases}
        assert found == {case.case: case.next_step for case in every.cases if case.steps}
        assert seen.closed == len(every.cases) - len(found)
        return found

    posted(shop, STEPS)
    assert waiting() == waiting() == {"R-2": "refund: R-2"}
    posted(shop, "- {refund: R-2, id: P-2, date: 2026-03-30, method: bank}", "pay.yaml")
    assert waiting() == waiting() == {}
    posted(shop, "- {void: P-2, id: V-2, date: 2026-03-31}", "void.yaml")
    assert waiting() == {"R-2": "refund: R-2"}
    posted(shop, "- {void: R-2, id: V-3, date: 2026-03-31}", "undo.yaml")
    assert waiting() == {}
    with (shop.parent / "main.beancount").open("a", encoding="utf-8") as ledger:
        ledger.write('2026-04-01 * "Pays in spite of the allowance" ^inv-SO-3\n')
        ledger.write("  Assets:Bank  565.00 CNY\n  Assets:Receivable  -565.00 CNY\n")
    assert waiting() == {"A-1": "refund: A-1"}


def test_only_what_is_open_is_gathered(
    shop: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RETURNLEDGER_CACHE", str(tmp_path_factory.mktemp("cache")))
    posted(shop, STEPS)
    gathered: list[set[str]] = []
    real = views_cases.case_books
    monkeypatch.setattr(
        views_cases, "case_books", lambda session, cases: gathered.append(set(cases)) or real(session, cases)
    )
    for _ in range(2):
        app.status(settings=shop, everything=False)
    assert gathered == [{"R-1", "R-2", "A-1", "R-3"}, {"R-2"}]


def test_what_somebody_else_wrote_meanwhile_is_not_taken_for_closed(
    shop: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RETURNLEDGER_CACHE", str(tmp_path_factory.mktemp("cache")))
    posted(shop, STEPS)
    real = views_cases.case_books

    def late(session: Any, names: Any) -> Any:
        books = real(session, names)
        monkeypatch.setattr(views_cases, "case_books", real)
        posted(shop, "- {return: SO-1, id: R-7, date: 2026-04-02, sku: MUG, qty: 1, method: later}", "late.yaml")
        posted(shop, "- {void: R-7, id: V-7, date: 2026-04-02}", "later.yaml")
        posted(shop, "- {void: R-1, id: V-1, date: 2026-04-02}", "latest.yaml")
        return books

    monkeypatch.setattr(views_cases, "case_books", late)
    app.status(settings=shop, everything=False)
    relations = open_session(shop).store.relations
    assert relations.closed_cases()[0] == set()


# ── advances ──

ADVANCE = '2026-02-01 * "Huadong" "Advance" ^inv-HT-01\n  Assets:Bank  1130.00 CNY\n  Liabilities:Contract-Liability  -1130.00 CNY\n\n'
ADVANCE_RULES = LATE + "advance_deadline: {{within_days: 15, counted_from: approved}}\n"


def test_an_advance_waits_to_be_approved_and_then_to_be_paid(tmp_path: Path) -> None:
    settings = make(tmp_path, LEDGER + ADVANCE, policy=ADVANCE_RULES, more=METHODS)

    def step() -> tuple[str, tuple[str, ...], str, str]:
        (case,) = app.status(settings=settings).cases
        return case.next_step, case.by, case.authorisation, case.money

    ask = "advance_refund: HT-01, id: AR-1, date: 2026-03-01, stage: requested"
    posted(settings, f"- {{{ask}}}")
    assert step() == ("advance_refund: AR-1, stage: approved", ("supervisor",), "requested", "none")
    posted(
        settings, "- {advance_refund: AR-1, id: AR-1a, date: 2026-03-03, stage: approved, approved_by: wang}", "a.yaml"
    )
    assert step() == ("advance_refund: AR-1, stage: paid", ("finance",), "approved", "due")
    (row,) = run(settings, "aging").rows
    assert (row[2], row[6], row[8]) == ("AR-1", "advance_refund", 1130)
    posted(settings, "- {advance_refund: AR-1, id: AR-1b, date: 2026-03-10, method: bank}", "p.yaml")
    assert step() == ("", (), "approved", "settled")
    days = cases(settings)["AR-1"]
    assert [days[f"date_{name}"] for name in ("requested", "approved", "refunded")] == [
        date(2026, 3, 1),
        date(2026, 3, 3),
        date(2026, 3, 10),
    ]


# ── what became of the goods ──

PLACES = """
- {return: SO-1, id: R-11, date: 2026-05-02, sku: MUG, qty: 2, method: later}
- {return: SO-1, id: R-12, date: 2026-05-03, sku: MUG, qty: 1, condition: damaged, method: later}
- {return: SO-2, id: R-13, date: 2026-05-04, sku: MUG, qty: 1, condition: damaged, disposition: scrap, method: later}
- {return: SO-2, id: R-14, date: 2026-05-05, sku: TEE, qty: 2, condition: opened, value: 20.00, method: later}
- {return: SO-3, id: R-15, date: 2026-06-06, sku: TEE, qty: 3, goods: kept}
"""


def test_what_became_of_the_goods_and_of_their_cost(shop: Path) -> None:
    posted(shop, PLACES)
    report = run(shop, "disposition", period="2026-05")
    found = lines(report, "disposition")
    assert {name: (row["units"], row["cost"]) for name, row in found.items()} == {
        "restock": (2, 120),
        "hold": (1, 60),
        "scrap": (1, 60),
        "restock_open_box": (2, 50),
    }
    assert (found["scrap"]["lost"], found["scrap"]["recovered"], found["scrap"]["share"]) == (60, 0, 0)
    down = found["restock_open_box"]["lost"]
    assert found["restock_open_box"]["recovered"] == 50 - down and 0 < down < 50
    total = dict(zip([column.key for column in report.columns], report.table.totals[0]))
    assert (total["units"], total["cost"], total["recovered"]) == (6, 290, 290 - 60 - down)
    by_sku = run(shop, "disposition", by="sku", sku="TEE")
    assert [(row[0], row[1], row[2]) for row in by_sku.rows] == [("restock_open_box", "TEE", 2)]
    posted(shop, "- {void: R-13, id: V-1, date: 2026-05-30}", "void.yaml")
    assert "scrap" not in lines(run(shop, "disposition"), "disposition")


LABELS = st.lists(
    st.tuples(st.sampled_from(["hold", "scrap", "restock"]), st.integers(1, 5), st.booleans()), max_size=8
)


@given(LABELS)
def test_no_unit_is_lost_or_doubled_when_it_is_labelled_anew(steps: list[tuple[str, int, bool]]) -> None:
    line, came = _Line(), 0
    for disposition, units, new in steps:
        came += units if new else 0
        line.label(disposition, "", Decimal(units), new=new)
        assert sum((n for _, _, n in line.labels), Decimal(0)) == came
        assert all(n >= 0 for _, _, n in line.labels)


# ── suppliers ──

SUPPLIERS = '2000-01-01 commodity MUG\n  supplier: "Pottery"\n2000-01-01 commodity TEE\n  supplier: "Mill"\n\n'


def test_suppliers_have_their_rates_and_what_is_their_fault(tmp_path: Path) -> None:
    settings = make(tmp_path, SUPPLIERS + LEDGER, policy=LATE, more=METHODS)
    posted(
        settings,
        "- {return: SO-1, id: R-1, date: 2026-03-20, sku: MUG, qty: 2, reason: defective, condition: damaged}\n"
        "- {return: SO-2, id: R-2, date: 2026-03-21, sku: TEE, qty: 1, reason: changed_mind}\n",
    )
    report = run(settings, "supplier")
    found = lines(report, "supplier")
    assert [(row["sold"], row["returned"], row["quality"]) for row in (found["Pottery"], found["Mill"])] == [
        (6, 2, 2),
        (13, 1, 0),
    ]
    assert found["Pottery"]["rate"] == Decimal(1) / 3 and run(settings, "supplier", min_sold="7").rows[0][0] == "Mill"


# ── from the request on ──

ASKED = """
- {request: SO-1, id: Q-1, date: 2026-03-10, by: li.na, sku: MUG, qty: 2, reason: defective, evidence: [p.jpg]}
- {request: SO-2, id: Q-2, date: 2026-03-10, by: li.na, sku: TEE, qty: 1, reason: changed_mind}
- {request: SO-3, id: Q-3, date: 2026-03-11, by: li.na, sku: TEE, qty: 1, reason: changed_mind}
"""
DECIDED = """
- {approve: Q-1, id: Q-1a, date: 2026-03-12, by: wang, expires: 2026-03-30}
- {reject: Q-3, id: Q-3a, date: 2026-03-12, by: wang, because: worn}
"""
BY_HAND = LATE + "approvals:\n  - {{id: boss, when: {{}}, by: [manager]}}\n"


def test_a_request_waits_for_whom_the_policy_names_and_then_for_the_goods(tmp_path: Path) -> None:
    settings = make(tmp_path, LEDGER, policy=BY_HAND, more=METHODS + "people: {wang: [manager]}\n")
    posted(settings, ASKED)
    found = {case.case: case for case in app.status(settings=settings, day=date(2026, 3, 11)).cases}
    assert (found["Q-1"].next_step, found["Q-1"].by) == ("approve: Q-1", ("manager",))
    assert [case.case for case in app.status(settings=settings, role="manager").cases] == ["Q-1", "Q-2", "Q-3"]
    posted(settings, DECIDED, "decided.yaml")
    found = {case.case: case for case in app.status(settings=settings, day=date(2026, 3, 20)).cases}
    first, refused = found["Q-1"], found["Q-3"]
    assert (first.next_step, first.by, first.deadline) == ("receive: Q-1", ("warehouse",), date(2026, 3, 30))
    assert (first.goods, first.awaited) == ("awaited", 2)
    assert (refused.authorisation, refused.goods, refused.steps, refused.awaited) == ("rejected", "none", (), 0)
    late = {case.case: case for case in app.status(settings=settings, day=date(2026, 4, 1)).cases}["Q-1"]
    assert (late.authorisation, late.steps, late.awaited) == ("expired", (), 0)
    view = app.show("Q-1", settings=settings)
    assert [(moment.kind, moment.by, moment.posts) for moment in view.timeline] == [
        ("request", "li.na", False),
        ("approve", "wang", False),
    ]
    assert view.timeline[0].items == ((Decimal(2), "MUG", "", ""),) and view.papers[0].path == "p.jpg"
    days = cases(settings)
    assert (days["Q-1"]["date_approved"], days["Q-2"]["date_approved"]) == (date(2026, 3, 12), None)


# ── the ways out ──

EVERYWHERE = LATE.replace("allowed: [scrap]", "allowed: [scrap, liquidate, return_to_supplier]")
CAME = """
- {return: SO-1, id: R-1, date: 2026-05-02, sku: MUG, qty: 4, reason: defective, condition: damaged, method: later}
- {return: SO-2, id: R-2, date: 2026-05-03, sku: TEE, qty: 3, condition: opened, value: 20.00, method: later}
"""
WENT = """
- {supplier_return: R-1, id: S-1, date: 2026-05-09, supplier: Pottery, sku: MUG, qty: 2, expect: 110.00, tax_rate: 0.13}
- {dispose: R-1, id: D-1, date: 2026-05-10, sku: MUG, qty: 1, disposition: liquidate, proceeds: 33.90, tax_rate: 0.13}
- {expense: R-1, id: E-1, date: 2026-05-10, type: freight, amount: 12.00, paid_from: bank}
"""
SETTLED = """
- {recovery: R-1, id: C-1, date: 2026-05-30, party: supplier, amount: 62.15, method: bank}
- {dispose: R-1, id: D-2, date: 2026-05-30, sku: MUG, qty: 1, disposition: scrap}
"""


@pytest.fixture
def goods_shop(tmp_path: Path) -> Path:
    """Return a shop whose returned goods went back to the supplier, were sold off and scrapped."""
    settings = make(tmp_path, SUPPLIERS + LEDGER, policy=EVERYWHERE, more=METHODS)
    for n, events in enumerate((CAME, WENT, SETTLED)):
        posted(settings, events, f"{n}.yaml")
    return settings


def test_every_way_out_recovers_its_part(goods_shop: Path) -> None:
    found = lines(run(goods_shop, "disposition"), "disposition")
    figures = {
        name: tuple(row[key] for key in ("units", "cost", "lost", "proceeds", "recovered"))
        for name, row in found.items()
    }
    assert figures == {
        "restock_open_box": (3, 75, 18, 0, 57),
        "return_to_supplier": (2, 120, 10, 0, 110),
        "liquidate": (1, 60, 60, 30, 30),
        "scrap": (1, 60, 60, 0, 0),
    }


def test_claims_on_suppliers_tie_to_their_accounts(goods_shop: Path) -> None:
    report = run(goods_shop, "supplier")
    own = lines(report, "supplier")["Pottery"]
    assert [own[key] for key in ("sent_back", "claimed", "recovered", "lost", "open")] == [
        2,
        *map(Decimal, ("124.30", "62.15", "10.00", "62.15")),
    ]
    assert [(tie.booked, tie.ok) for tie in report.ties] == [(Decimal("62.15"), True)]


def test_costs_by_what_they_are_for_tie_to_accounts_that_hold_nothing_else(goods_shop: Path) -> None:
    with (goods_shop.parent / "main.beancount").open("a", encoding="utf-8") as ledger:
        ledger.write('2026-05-31 * "Carrier"\n  Expenses:Return-Freight  8.00 CNY\n  Assets:Bank\n')
    report = run(goods_shop, "cost", period="2026-05")
    names = [column.key for column in report.columns]
    rows = {(row[0], row[1]): dict(zip(names, row)) for row in report.rows}
    assert {key: row["net_cost"] for key, row in rows.items()} == {
        ("freight", None): 8,
        ("freight", "freight"): 12,
        ("write_down", None): 18,
        ("scrap", None): 60,
        ("supplier", None): 10,
    }
    assert report.ties and all(tie.ok for tie in report.ties)
    assert dict(zip(names, report.table.totals[0]))["per_return"] == 54


def test_money_of_suppliers_carriers_and_buyers_is_none_of_the_customers(goods_shop: Path) -> None:
    first, _ = app.status(settings=goods_shop, day=date(2026, 5, 5)).cases
    assert (first.money, first.paid, first.refund_due) == ("due", 0, 452)
    assert [step.event for step in first.steps] == ["refund: R-1", "recovery: R-1"]
    assert cases(goods_shop)["R-1"]["paid"] == 0 and cases(goods_shop)["R-1"]["date_refunded"] is None
    assert app.sale("SO-1", settings=goods_shop).order.paid_out == 0
    moments = {moment.id: moment for moment in app.show("R-1", settings=goods_shop).timeline}
    assert [moments[name].moved for name in ("D-1", "E-1", "C-1")] == [Decimal("33.90"), -12, Decimal("62.15")]
    posted(goods_shop, "- {refund: R-1, id: P-1, date: 2026-06-02}", "pay.yaml")
    assert app.sale("SO-1", settings=goods_shop).order.paid_out == 452
    assert cases(goods_shop)["R-1"]["date_refunded"] == date(2026, 6, 2)


# ── a whole life, posted by the commands ──


def test_a_case_is_seen_from_its_request_to_its_last_cent(tmp_path: Path) -> None:
    settings = make(tmp_path, LEDGER, policy=EVERYWHERE, more=METHODS)
    days: list[tuple[str, str, str]] = []

    def then(event: str) -> None:
        posted(settings, f"- {{{event}}}\n", f"{len(days)}.yaml")
        (case,) = app.status(settings=settings, day=date(2026, 3, 20)).cases
        days.append((case.goods, case.money, ", ".join(step.step for step in case.steps)))

    then("request: SO-1, id: Q-1, date: 2026-03-10, by: li.na, sku: MUG, qty: 2, reason: defective")
    then("receive: Q-1, id: Q-2, date: 2026-03-15, carrier: SF, by: zhao")
    open_now = lines(run(settings, "clearing"), "case")["Q-1"]
    assert (open_now["open"], open_now["status"]) == (-120, "open")
    then("inspect: Q-1, id: Q-3, date: 2026-03-18, by: zhao, sku: MUG, qty: 2, condition: new")
    then("credit_note: Q-1, id: Q-4, date: 2026-03-20")
    then("refund: Q-1, id: Q-5, date: 2026-03-24, method: bank")
    assert days == [
        ("awaited", "to_credit", "receive"),
        ("received", "to_credit", "inspect, credit_note"),
        ("placed", "to_credit", "credit_note"),
        ("placed", "due", "refund"),
        ("placed", "settled", ""),
    ]
    report = run(settings, "clearing")
    assert report.rows == () and report.ties == ()
    found = lines(run(settings, "cycle"), "step")
    assert [found[step]["longest"] for step in ("approval", "receipt", "inspection", "credit", "refund", "whole")] == [
        0, 5, 3, 2, 4, 14,
    ]  # fmt: skip
    assert lines(run(settings, "disposition"), "disposition")["restock"]["recovered"] == 120
    assert [moment.kind for moment in app.show("Q-1", settings=settings).timeline] == [
        *("request", "receive", "inspect", "credit_note", "refund"),
    ]
    posted(settings, "- {void: Q-5, id: V-5, date: 2026-03-25}", "void.yaml")
    (case,) = app.status(settings=settings).cases
    assert (case.money, case.next_step) == ("due", "refund: Q-1")


# ── counting ──


def test_the_count_sheet_says_what_lies_where_and_what_was_moved_by_hand(shop: Path) -> None:
    posted(shop, PLACES)
    report = run(shop, "stocktake")
    found = {(row[1], row[2]): row for row in report.rows}
    assert {key: row[3:6] for key, row in found.items()} == {
        ("inventory_hold", "MUG"): (1, 1, 0),
        ("inventory_open_box", "TEE"): (2, 2, 0),
    }
    assert found["inventory_hold", "MUG"][6] == "damaged 1" and found["inventory_hold", "MUG"][7] == date(2026, 5, 3)
    assert report.ties and all(tie.ok for tie in report.ties)
    with (shop.parent / "main.beancount").open("a", encoding="utf-8") as ledger:
        ledger.write('2026-05-20 * "Sold off by hand"\n  Assets:Inventory-OpenBox  -1 TEE {25.00 CNY, 2026-01-02}\n')
        ledger.write("  Expenses:COGS  25.00 CNY\n")
    report = run(shop, "stocktake", sku="TEE")
    assert [row[3:6] for row in report.rows] == [(1, 2, -1)] and all(tie.ok for tie in report.ties)
    assert report.notes[0].values == {"count": 1}
    assert run(shop, "stocktake", as_of="2026-05-03").rows[0][3] == 1
