"""What was posted wrong is amended: undone and posted again with its changed fields, in one pair of steps."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from beancount.core.data import Transaction
from ledgers import balances, effect, load, make, posted, refused

from returnledger import app
from returnledger.books import posted as meaning
from returnledger.cli import main
from returnledger.verification import verify

SALE = """\
2026-01-05 * "Pottery" "Mugs"
  Assets:Inventory    9 MUG {60.00 CNY, 2026-01-05}
  Assets:Bank

2026-10-26 * "张三" "卖出" ^inv-SO-1
  Assets:Bank                            339.00 CNY
  Income:Sales                          -300.00 CNY
  Liabilities:Output-VAT                 -39.00 CNY
  Expenses:COGS                          180.00 CNY
  Assets:Inventory                           -3 MUG {60.00 CNY, 2026-01-05}
"""
RETURN = "- {return: SO-1, id: R-1, date: 2026-11-02, sku: MUG, qty: 2, reason: changed_mind, by: li.na}\n"


def shop(folder: Path, events: str = RETURN) -> Path:
    settings = make(folder, SALE)
    posted(settings, events)
    return settings


def ours(settings: Path) -> list:
    found = [row for entry in load(settings) if (row := meaning(entry)) is not None]
    return sorted(found, key=lambda row: (row.case, row.step))


def steps(settings: Path) -> list[tuple[str, str, int, str, str]]:
    return [(row.id, row.kind, row.step, row.case, str(row.date)) for row in ours(settings)]


def test_a_changed_quantity(tmp_path: Path) -> None:
    settings = shop(tmp_path / "amended")
    done = posted(settings, "- {amend: R-1, id: E-1, date: 2026-11-05, set: {qty: 1}}\n", "more.yaml")
    assert steps(settings) == [
        ("R-1", "return", 1, "R-1", "2026-11-02"),
        ("E-1", "amend", 2, "R-1", "2026-11-05"),
        ("R-1/2", "return", 3, "R-1", "2026-11-05"),
    ]
    assert effect(done) == {
        "Assets:Bank": "113.00",
        "Assets:Inventory": "-60.00",
        "Expenses:COGS": "60.00",
        "Income:Sales-Returns": "-100.00",
        "Liabilities:Output-VAT": "-13.00",
    }
    plain = shop(tmp_path / "plain", RETURN.replace("qty: 2", "qty: 1"))
    assert balances(settings) == balances(plain)
    first, mirror, again = ours(settings)
    assert (mirror.voids, again.voids, again.told, again.said) == ("R-1", "", {"amends": "R-1"}, date(2026, 11, 2))
    assert mirror.event == "{amend: R-1, id: E-1, date: 2026-11-05, set: {qty: 1}}"
    assert again.event == (
        "{return: SO-1, id: R-1/2, date: 2026-11-02, sku: MUG, qty: 1, reason: changed_mind, by: li.na}"
    )
    assert [leg.amount for leg in mirror.legs] == [-leg.amount for leg in first.legs]
    assert verify(tmp_path / "amended" / "returns").findings == ()


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ("reason: quality", RETURN.replace("changed_mind", "quality")),
        ("原因: x", ""),
        ("condition: damaged, disposition: hold", RETURN.replace("by:", "condition: damaged, disposition: hold, by:")),
        ("fee: 5.00", RETURN.replace("by:", "fee: 5.00, by:")),
        ("items: [{sku: MUG, qty: 3}]", RETURN.replace("qty: 2, reason: changed_mind", "qty: 3")),
        ("qty: all, goods: kept", RETURN.replace("qty: 2", "qty: all, goods: kept")),
        ("method: later", RETURN.replace("by:", "method: later, by:")),
    ],
)
def test_the_books_are_as_if_it_had_been_posted_right_at_once(tmp_path: Path, changes: str, same: str) -> None:
    settings = shop(tmp_path / "amended")
    event = f"- {{amend: R-1, date: 2026-11-02, set: {{{changes}}}}}\n"
    if not same:
        assert refused(settings, event, "more.yaml") == ["key-unknown"]
        return
    posted(settings, event, "more.yaml")
    assert balances(settings) == balances(shop(tmp_path / "plain", same))
    assert ours(settings)[-1].said is None


def test_an_amended_amount_of_an_allowance_and_of_a_refund(tmp_path: Path) -> None:
    settings = shop(
        tmp_path, "- {allowance: SO-1, id: A-1, date: 2026-11-02, sku: MUG, amount: 20.00, method: later}\n"
    )
    posted(settings, "- {amend: A-1, date: 2026-11-03, set: {amount: 11.30}}\n", "b.yaml")
    assert balances(settings)["Liabilities:Refund-Payable"] == Decimal("-11.30")
    posted(settings, "- {refund: A-1, id: P-1, date: 2026-11-04, amount: 11.30}\n", "c.yaml")
    posted(settings, "- {amend: P-1, date: 2026-11-05, set: {amount: 1.30}}\n", "d.yaml")
    assert balances(settings)["Liabilities:Refund-Payable"] == Decimal("-10.00")
    assert [row.id for row in ours(settings) if row.kind == "refund"] == ["P-1", "P-1/2"]


def test_a_changed_date_is_the_day_the_event_stands_on(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    posted(settings, "- {amend: R-1, date: 2026-11-05, set: {date: 2026-11-03}}\n", "b.yaml")
    *_, mirror, again = ours(settings)
    assert (str(mirror.date), str(again.date), again.said) == ("2026-11-05", "2026-11-03", None)
    assert "date: 2026-11-03" in again.event


def test_an_amend_of_an_amend_and_what_then_stands(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    posted(settings, "- {amend: R-1, date: 2026-11-05, set: {qty: 1}}\n", "b.yaml")
    assert refused(settings, "- {amend: R-1, date: 2026-11-06, set: {qty: 3}}\n", "c.yaml") == ["step-not-allowed"]
    posted(settings, "- {amend: R-1/2, date: 2026-11-06, set: {qty: 3}}\n", "c.yaml")
    assert [row.id for row in ours(settings) if row.kind == "return"] == ["R-1", "R-1/2", "R-1/3"]
    assert {row.case for row in ours(settings)} == {"R-1"}
    (case,) = app.status(settings=settings).cases
    assert (case.case, case.returned, case.returnable) == ("R-1", 3, 0)
    posted(settings, "- {void: R-1/3, date: 2026-11-07}\n", "d.yaml")
    (case,) = app.status(settings=settings).cases
    assert (case.returned, case.returnable, case.authorisation) == (0, 3, "void")


def test_two_amends_in_one_file(tmp_path: Path) -> None:
    settings = make(tmp_path, SALE)
    more = "- {amend: R-1, date: 2026-11-03, set: {qty: 1}}\n- {amend: R-1/2, date: 2026-11-04, set: {qty: 3}}\n"
    posted(settings, RETURN + more)
    assert balances(settings)["Assets:Inventory"] == Decimal(9 * 60)
    assert verify(tmp_path / "returns").findings == ()


def test_a_name_that_somebody_has_taken_is_passed_over(tmp_path: Path) -> None:
    settings = shop(tmp_path, RETURN + "- {return: SO-1, id: R-1/2, date: 2026-11-02, sku: MUG, qty: 1}\n")
    posted(settings, "- {amend: R-1, date: 2026-11-05, set: {reason: quality}}\n", "b.yaml")
    posted(settings, "- {amend: R-1/2, date: 2026-11-05, set: {reason: quality}}\n", "c.yaml")
    assert [(row.id, row.case) for row in ours(settings) if row.told] == [("R-1/3", "R-1"), ("R-1/2/2", "R-1/2")]


def test_later_steps_are_named_in_the_order_in_which_to_void_them(tmp_path: Path) -> None:
    settings = shop(tmp_path, RETURN.replace("by:", "method: later, by:"))
    posted(settings, "- {refund: R-1, id: P-1, date: 2026-11-03, amount: 26.00}\n", "b.yaml")
    posted(settings, "- {refund: R-1, id: P-2, date: 2026-11-04, amount: 200.00}\n", "c.yaml")
    file = tmp_path / "d.yaml"
    file.write_text("- {amend: R-1, date: 2026-11-05, set: {qty: 1}}\n", "utf-8")
    (finding,) = app.plan([file], settings=settings).findings
    assert finding.code == "step-not-allowed" and finding.values["instead"].values["ids"] == ("P-2", "P-1")
    posted(settings, "- {void: P-2, date: 2026-11-05}\n- {void: P-1, date: 2026-11-05}\n", "e.yaml")
    posted(settings, "- {amend: R-1, date: 2026-11-05, set: {qty: 1}}\n", "d.yaml")
    assert balances(settings)["Liabilities:Refund-Payable"] == Decimal("-113.00")


def test_what_is_wrong_with_the_change_is_said_at_its_place(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    for event, code, column in (
        ("- {amend: R-1, date: 2026-11-05, set: {qty: 4}}\n", "more-than-sold", 45),
        ("- {amend: R-1, date: 2026-11-05, set: {amount: 4}}\n", "key-unknown", 48),
        ("- {amend: R-1, date: 2026-11-05, set: {qty: 2}}\n", "step-not-allowed", 39),
        ("- {amend: R-1, date: 2026-11-05}\n", "step-not-allowed", 11),
        ("- {amend: R-9, date: 2026-11-05, set: {qty: 1}}\n", "unknown-case", 11),
        ("- {amend: R-1, date: 2026-11-01, set: {qty: 1}}\n", "step-not-allowed", 22),
        ("- {amend: R-1, set: {qty: 1}}\n", "date-missing", 11),
        ("- {amend: R-1, date: 2026-11-05, set: {date: 2026-10-20}}\n", "returned-before-sold", 46),
    ):
        file = tmp_path / "x.yaml"
        file.write_text(event, "utf-8")
        findings = app.plan([file], settings=settings).findings
        assert [(f.code, f.span.column) for f in findings] == [(code, column)], event


def test_voids_and_amends_are_not_amended(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    posted(settings, "- {amend: R-1, id: E-1, date: 2026-11-05, set: {qty: 1}}\n", "b.yaml")
    assert refused(settings, "- {amend: E-1, date: 2026-11-05, set: {date: 2026-11-06}}\n", "c.yaml") == [
        "step-not-allowed"
    ]
    assert refused(settings, "- {void: E-1, date: 2026-11-05}\n", "c.yaml") == ["step-not-allowed"]


def test_the_same_amend_again_is_posted_already_and_so_is_the_event_it_amended(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    amend = "- {amend: R-1, date: 2026-11-05, set: {qty: 1}}\n"
    posted(settings, amend, "b.yaml")
    for text, name in ((amend, "b.yaml"), (RETURN, "events.yaml")):
        (tmp_path / name).write_text(text, "utf-8")
        done = app.plan([tmp_path / name], settings=settings)
        assert [(event.status, event.case) for event in done.events] == [("posted", "R-1")]
    assert refused(settings, RETURN.replace("qty: 2", "qty: 1"), "events.yaml") == ["id-already-used"]


def test_an_event_without_an_id_of_its_own_that_is_mended_in_its_file_as_well_is_not_posted_twice(
    tmp_path: Path,
) -> None:
    settings = shop(tmp_path, RETURN.replace("id: R-1, ", ""))
    name = ours(settings)[0].id
    posted(settings, f"- {{amend: {name}, date: 2026-11-05, set: {{qty: 1}}}}\n", "b.yaml")
    assert refused(settings, RETURN.replace("id: R-1, ", "").replace("qty: 2", "qty: 1")) == ["duplicate-event"]


def test_the_number_given_to_a_document_stays_its_number(tmp_path: Path) -> None:
    settings = shop(tmp_path, RETURN.replace("by:", "number: CN-7, by:"))
    posted(settings, "- {amend: R-1, date: 2026-11-05, set: {qty: 1}}\n", "b.yaml")
    posted(settings, "- {amend: R-1/2, date: 2026-11-05, set: {qty: 3}}\n", "c.yaml")
    assert [row.number for row in ours(settings) if row.kind == "return"] == ["CN-7"] * 3
    assert verify(tmp_path / "returns").findings == ()
    posted(settings, "- {void: R-1/3, date: 2026-11-06}\n", "d.yaml")
    event = "- {return: SO-1, date: 2026-11-06, sku: MUG, qty: 1, number: CN-7}\n"
    assert refused(settings, event, "e.yaml") == ["number-used-twice"]


def test_an_approval_was_of_what_was_approved(tmp_path: Path) -> None:
    policy = (
        "policy: test\nversion: 1\nvalid_from: 2000-01-01\ncurrency: {currency}\n"
        "window: {{default: {{days: 365, from: sold}}}}\n"
        "approvals:\n  - {{id: small, when: {{amount: '<=20'}}, by: []}}\n  - {{id: large, when: {{}}, by: [supervisor]}}\n"
    )
    settings = make(tmp_path, SALE, policy=policy, more="people: {zhao.min: {roles: [supervisor]}, li.na: [service]}\n")
    posted(settings, RETURN.replace("by:", "approved_by: zhao.min, by:"))
    amend = "- {amend: R-1, date: 2026-11-05, set: {qty: 3}}\n"
    assert refused(settings, amend, "b.yaml") == ["approval-missing"]
    posted(settings, amend.replace("set:", "approved_by: zhao.min, set:"), "b.yaml")
    assert "approved_by: zhao.min" in ours(settings)[-1].event


def test_closed_books_refuse_an_amend_or_move_it(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    ledger = tmp_path / "main.beancount"
    ledger.write_text(ledger.read_text("utf-8") + '\n2026-11-30 custom "returnledger" "lock"\n', "utf-8")
    amend = "- {amend: R-1, date: 2026-11-05, set: {qty: 1}}\n"
    assert refused(settings, amend, "b.yaml") == ["period-closed"]
    late = "- {amend: R-1, date: 2026-12-01, set: {date: 2026-11-03}}\n"
    assert refused(settings, late, "b.yaml") == ["period-closed"]
    policy = tmp_path / "policy.yaml"
    policy.write_text(policy.read_text("utf-8") + "choices: {closed_period: next_open_day}\n", "utf-8")
    posted(settings, amend, "b.yaml")
    *_, mirror, again = ours(settings)
    assert (str(mirror.date), str(mirror.said), str(again.date)) == ("2026-12-01", "2026-11-05", "2026-12-01")
    assert str(again.said) == "2026-11-02"


def test_the_plan_shows_what_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop(tmp_path)
    monkeypatch.chdir(tmp_path)
    text = "- {amend: R-1, id: E-1, date: 2026-11-05, set: {qty: 1, reason: quality}}\n"
    (tmp_path / "b.yaml").write_text(text, "utf-8")
    assert main(["plan", "b.yaml", "--json"]) == 0
    (event,) = json.loads(capsys.readouterr().out)["events"]
    assert (event["kind"], event["case"], event["becomes"]) == ("amend", "R-1", "R-1/2")
    assert event["changes"] == {"qty": ["2", "1"], "reason": ["changed_mind", "quality"]}
    assert main(["--lang", "en", "plan", "b.yaml"]) == 0
    shown = capsys.readouterr().out
    assert "R-1/2" in shown and "qty: 2 → 1" in shown and "reason: changed_mind → quality" in shown
    assert main(["--lang", "zh", "plan", "b.yaml"]) == 0
    assert "更正 R-1" in capsys.readouterr().out
    assert main(["apply", "b.yaml"]) == 0
    capsys.readouterr()
    assert main(["--lang", "en", "show", "R-1"]) == 0
    shown = capsys.readouterr().out
    assert "stands as  R-1/2" in shown and shown.count("rl-amends") == 1
    assert main(["verify"]) == 0


def test_the_mirror_of_an_amend_is_exact_and_the_reports_count_once(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    posted(settings, "- {amend: R-1, date: 2026-11-05, set: {qty: 1}}\n", "b.yaml")
    from returnledger.session import open_session

    rows = list(open_session(settings).store.rows("returns"))
    assert sum(row[21] if isinstance(row[21], Decimal) else 0 for row in rows) == sum(
        row[21] if isinstance(row[21], Decimal) else 0 for row in rows[-1:]
    )
    entries = [entry for entry in load(settings) if isinstance(entry, Transaction) and "rl-id" in entry.meta]
    assert [sorted(entry.tags) for entry in entries] == [["return"], ["amend"], ["return"]]
    assert [sorted(entry.links) for entry in entries] == [["R-1", "inv-SO-1"]] * 3
