"""Exceptions: what was done otherwise than the rule stands in one report, with who, how much and where."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from ledgers import make, posted
from rich.cells import cell_len

from returnledger import app
from returnledger.cli import main
from returnledger.reports.posted import decided

SALES = "".join(
    f"""
2026-01-{n:02} * "c-{n}" "Sale" ^inv-{n}
  order: "{n}"
  customer: "c-{n}"
  channel: "web"
  Assets:Bank             113.00 CNY
  Income:Sales           -100.00 CNY
    sku: "MUG"
    qty: 1
  Liabilities:Output-VAT  -13.00 CNY
  Assets:Inventory:Mugs       -1 MUG {{}}
    sku: "MUG"
  Expenses:COGS            20.00 CNY
"""
    for n in range(1, 20)
)
LEDGER = f"""
2026-01-01 * "Buy"
  Assets:Inventory:Mugs       40 MUG {{20.00 CNY}}
  Assets:Bank            -800.00 CNY
{SALES}"""
POLICY = """\
policy: shop
version: 1
valid_from: 2000-01-01
currency: CNY
window: {default: {days: 30, from: sold}}
condition_from_reason: {none: new, defective: defective}
fees: [{id: fee-opened, when: {condition: opened}, percent: 5}, {id: none, when: {}, percent: 0}]
approvals:
  - {id: automatic, when: {amount: "<=50"}, by: []}
  - {id: supervisor, when: {}, by: [supervisor]}
evidence: [{id: photo, at: approve, when: {reason: defective}, need: [photo]}]
refunds: [{id: all, when: {}, methods: [original, later, bank], within_days: 7, counted_from: received}]
dispositions:
  new: {to: restock, allowed: [hold, scrap]}
  opened: {to: hold}
  defective: {to: hold, allowed: [scrap]}
waivers:
  window-closed: {by: [supervisor], up_to: 2000}
  evidence-missing: {by: [supervisor], up_to: 500}
  fee-differs: {by: [supervisor], up_to: 500}
choices: {blind_returns: allow}
"""
MORE = """\
methods: {bank: {account: "Assets:Bank", paid: on_return}}
numbering: {credit_note: "CN-{seq:04}"}
people:
  li.na: [clerk]
  wang.wei: [supervisor]
  zhao.min: {roles: [supervisor], delegates: [{to: li.na, from: 2026-02-01, until: 2026-02-05}]}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return make(tmp_path, LEDGER, policy=POLICY.replace("{", "{{").replace("}", "}}"), more=MORE)


def rows(settings: Path, what: str = "", **options: str) -> list[dict[str, Any]]:
    """Return the exceptions of one kind, or all."""
    found = json.loads(app.report("exceptions", options, settings=settings, fmt="json"))
    return [row for row in found["rows"] if not what or row["what"] == what]


def test_an_ordinary_return_is_no_exception(shop: Path) -> None:
    posted(shop, "- {return: 1, date: 2026-01-20, by: li.na, approved_by: wang.wei}")
    assert rows(shop) == []
    printed = app.report("exceptions", {}, settings=shop)
    assert "nothing to show" in printed and "no exception; posted events looked at: 1" in printed


def test_a_waiver_shows_check_person_reason_amount_and_whether_the_role_was_held(shop: Path) -> None:
    text = "- {return: 2, id: W1, date: 2026-02-20, by: li.na, approved_by: wang.wei, allow: [window-closed], note: parcel was late}"
    posted(shop, text)
    found = rows(shop, "waiver")
    assert len(found) == 1
    assert {key: found[0][key] for key in ("case", "order", "who", "about", "held", "amount", "note", "date")} == {
        "case": "W1",
        "order": "2",
        "who": "wang.wei",
        "about": "window-closed",
        "held": "held",
        "amount": "113.00 CNY",
        "note": "parcel was late",
        "date": "2026-02-20",
    }
    file, _, line = found[0]["place"].rpartition(":")
    lines = (Path.cwd() / file).read_text(encoding="utf-8").splitlines()
    assert lines[int(line) - 1].startswith("2026-02-20")
    late = rows(shop, "late_return")
    assert (late[0]["days"], late[0]["about"]) == ("19", "window_end: 2026-02-01; window-closed")
    edit(shop, "wang.wei: [supervisor]", "wang.wei: [clerk]")
    assert rows(shop, "waiver")[0]["held"] == "not_held"
    assert rows(shop, "approval_missing")[0]["about"] == "supervisor"


def edit(settings: Path, old: str, new: str) -> None:
    text = settings.read_text(encoding="utf-8")
    assert old in text
    settings.write_text(text.replace(old, new), encoding="utf-8")


def test_a_role_that_was_lent_counts_on_its_days_only(shop: Path) -> None:
    posted(shop, "- {return: 3, date: 2026-02-01, by: chen.xi, approved_by: li.na}")
    assert rows(shop) == []
    edit(shop, "from: 2026-02-01", "from: 2026-02-02")
    assert [row["about"] for row in rows(shop, "approval_missing")] == ["supervisor"]


def test_one_person_who_asks_and_approves(shop: Path) -> None:
    posted(shop, "- {return: 4, id: S1, date: 2026-01-20, by: wang.wei, approved_by: wang.wei}")
    posted(shop, "- {return: 5, id: S2, date: 2026-01-20, by: li.na, approved_by: wang.wei, method: later}", "b.yaml")
    posted(shop, "- {refund: S2, id: S3, date: 2026-01-21, by: wang.wei}", "c.yaml")
    found = {(row["case"], row["about"], row["who"]) for row in rows(shop, "same_person")}
    assert found == {
        ("S1", "request/approve, inspect/approve, approve/refund", "wang.wei"),
        ("S2", "approve/refund", "wang.wei"),
    }


def test_what_the_policy_exempts_and_who_acts_for_another(tmp_path: Path) -> None:
    kept = "separation_of_duties: {pairs: [[request, approve]], exempt: {amount: '<=200'}}\n"
    settings = make(tmp_path, LEDGER, policy=(POLICY + kept).replace("{", "{{").replace("}", "}}"), more=MORE)
    posted(settings, "- {return: 4, id: S1, date: 2026-01-20, by: wang.wei, approved_by: wang.wei}")
    posted(settings, "- {return: 5, id: S2, date: 2026-02-01, by: li.na, approved_by: zhao.min}", "b.yaml")
    found = {(row["case"], row["about"], row["who"]) for row in rows(settings, "same_person")}
    assert found == {
        ("S1", "request/approve; exempt", "wang.wei"),
        ("S2", "request/approve; exempt", "li.na, zhao.min"),
    }


def test_refunds_late_and_not_paid_at_all(shop: Path) -> None:
    ready = "by: li.na, approved_by: wang.wei, method: later"
    posted(
        shop, f"- {{return: 6, id: L1, date: 2026-01-20, {ready}}}\n- {{return: 7, id: L2, date: 2026-01-22, {ready}}}"
    )
    posted(shop, "- {refund: L1, id: L1-paid, date: 2026-02-02, by: chen.xi}", "b.yaml")
    late = rows(shop, "late_refund")
    assert [(row["case"], row["date"], row["days"], row["about"], row["who"], row["amount"]) for row in late] == [
        ("L1", "2026-02-02", "6", "deadline: 2026-01-27", "chen.xi", "113.00 CNY")
    ]
    due = rows(shop, "refund_overdue")
    assert [(row["case"], row["date"], row["days"], row["amount"]) for row in due] == [
        ("L2", "2026-01-29", "4", "113.00 CNY")
    ]
    assert rows(shop, "refund_overdue", period="2026-01")[0]["days"] in ("2", "4")
    assert [row["case"] for row in rows(shop, "refund_overdue", to="2026-01-28")] == ["L1"]


def test_what_was_booked_after_its_closed_period(tmp_path: Path) -> None:
    ledger = LEDGER + '\n2026-01-31 custom "returnledger" "lock"\n'
    text = POLICY.replace("blind_returns: allow", "closed_period: next_open_day")
    settings = make(tmp_path, ledger, policy=text.replace("{", "{{").replace("}", "}}"), more=MORE)
    posted(settings, "- {return: 6, id: C1, date: 2026-01-28, by: li.na, approved_by: wang.wei}")
    posted(settings, "- {return: 7, id: C2, date: 2026-02-03, by: chen.xi, approved_by: wang.wei}", "b.yaml")
    found = [(row["case"], row["date"], row["about"], row["days"]) for row in rows(settings)]
    assert found == [("C1", "2026-02-01", "date: 2026-01-28", "4")]


def test_papers_asked_for_and_papers_that_are_gone(shop: Path) -> None:
    photo = shop.parent / "photos" / "a.jpg"
    photo.parent.mkdir()
    photo.write_bytes(b"picture")
    digest = hashlib.sha256(b"picture").hexdigest()
    ready = "by: li.na, approved_by: wang.wei, reason: defective"
    posted(
        shop,
        f"""\
- {{return: 8, id: E1, date: 2026-01-20, {ready}, evidence: [{{path: photos/a.jpg, type: photo, sha256: {digest}}}]}}
- {{return: 9, id: E2, date: 2026-01-20, {ready}, evidence: photos/none.jpg}}
- {{return: 10, id: E3, date: 2026-01-20, {ready}, allow: [evidence-missing], note: seen in the shop}}
""",
    )
    assert [(row["case"], row["about"]) for row in rows(shop, "evidence_lost")] == [("E2", "photos/none.jpg")]
    assert [(row["case"], row["about"]) for row in rows(shop, "evidence_missing")] == [("E3", "photo (photo)")]
    assert rows(shop, "evidence_changed") == []
    photo.write_bytes(b"another")
    assert [(row["case"], row["about"]) for row in rows(shop, "evidence_changed")] == [("E1", "photos/a.jpg")]


def test_voids_say_who_why_and_how_many_days_after(shop: Path) -> None:
    posted(shop, "- {return: 11, id: V1, date: 2026-01-20, by: wang.wei, approved_by: wang.wei}")
    posted(shop, "- {void: V1, id: V1-void, date: 2026-01-25, by: li.na, note: wrong order}", "b.yaml")
    found = rows(shop)
    assert [row["what"] for row in found] == ["void"], "what was undone stands as a void only"
    row = found[0]
    assert (row["about"], row["who"], row["note"], row["days"], row["amount"]) == (
        "V1",
        "li.na",
        "wrong order",
        "5",
        "113.00 CNY",
    )


def test_fees_and_dispositions_that_no_row_decided(shop: Path) -> None:
    ready = "by: li.na, approved_by: wang.wei"
    posted(
        shop,
        f"""\
- {{return: 12, id: F1, date: 2026-01-20, {ready}, condition: opened, fee: 1.00, allow: [fee-differs], note: loyal}}
- {{return: 13, id: F2, date: 2026-01-20, {ready}, disposition: hold}}
- {{return: 14, id: F3, date: 2026-01-20, {ready}, condition: opened, fee: 5.65}}
""",
    )
    assert [(row["case"], row["about"]) for row in rows(shop, "fee_typed")] == [("F1", "1 CNY; 5% (fee-opened)")]
    assert [(row["case"], row["about"]) for row in rows(shop, "disposition_typed")] == [("F2", "hold")]


def test_a_return_without_a_sale(shop: Path) -> None:
    blind = "sku: MUG, qty: 1, price_incl_tax: 40.00, tax_rate: 0.13, cost: 20.00, method: bank"
    posted(shop, f"- {{return: none, id: B1, date: 2026-01-25, by: li.na, {blind}}}")
    assert [(row["case"], row["who"], row["amount"]) for row in rows(shop, "no_sale")] == [("B1", "li.na", "40.00 CNY")]


def test_a_number_that_was_passed_over(shop: Path) -> None:
    ready = "by: li.na, approved_by: wang.wei"
    posted(shop, f"- {{return: 15, date: 2026-01-20, {ready}, number: CN-0007}}")
    posted(shop, f"- {{return: 16, date: 2026-02-02, {ready}, number: CN-0010}}", "b.yaml")
    assert [row["about"] for row in rows(shop, "number_missing")] == ["CN-0008", "CN-0009"]
    assert rows(shop, "number_missing", period="2026-01") == []
    assert len(rows(shop, "number_missing", period="2026-02")) == 2


def test_what_was_edited_is_named_with_its_place(shop: Path) -> None:
    done = posted(shop, "- {return: 17, id: X1, date: 2026-01-20, by: li.na, approved_by: wang.wei}")
    assert rows(shop, "edited") == []
    file = shop.parent / str(done.file) if not Path(str(done.file)).is_absolute() else Path(str(done.file))
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("approved_by: wang.wei", "approved_by: wang.wex"), encoding="utf-8")
    found = rows(shop, "edited")
    assert {row["case"] for row in found} == {"X1"} and all(row["place"] for row in found)
    assert "returnledger verify" in app.report("exceptions", {}, settings=shop).replace("\n  ", " ")


def busy(shop: Path) -> None:
    posted(
        shop,
        """\
- {return: 2, date: 2026-02-20, by: wang.wei, approved_by: wang.wei, allow: [window-closed], note: 包裹在路上丢失后又找到}
- {return: 3, id: a-rather-long-id-of-a-return-from-another-system, date: 2026-02-20, by: li.na, approved_by: wang.wei,
   allow: [window-closed, evidence-missing], reason: defective, note: 客户为老客户}
""",
    )
    posted(
        shop,
        "- {return: none, date: 2026-01-25, sku: MUG, price_incl_tax: 40.00, tax_rate: 0.13, cost: 20, method: later}",
        "b.yaml",
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_text_keeps_to_eighty_cells(shop: Path, language: str) -> None:
    busy(shop)
    printed = app.report("exceptions", {}, settings=shop, language=language)
    assert [line for line in printed.splitlines() if cell_len(line) > 80] == []
    assert ("特批" in printed) == (language == "zh")


def test_totals_count_a_case_once(shop: Path) -> None:
    busy(shop)
    found = json.loads(app.report("exceptions", {}, settings=shop, fmt="json"))
    assert [row["amount"] for row in found["totals"]] == ["266.00 CNY"]
    kinds = {row["what"]: (row["count"], row["amount"]) for row in found["kinds"]}
    assert kinds["waiver"] == ("3", "226.00 CNY") and kinds["no_sale"] == ("1", "40.00 CNY")


def test_the_order_of_files_does_not_matter(shop: Path) -> None:
    busy(shop)
    first = app.report("exceptions", {}, settings=shop, fmt="csv")
    for n, path in enumerate(sorted((shop.parent / "returns").glob("2026/*.beancount"))):
        path.rename(path.with_name(f"2026-01-01-{9 - n:012}.beancount"))
    again = app.report("exceptions", {}, settings=shop, fmt="csv")
    strip = [line.rpartition(",")[0] for line in first.splitlines()]
    assert sorted(strip) == sorted(line.rpartition(",")[0] for line in again.splitlines())


def test_the_command_ends_well_with_and_without_exceptions(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    busy(shop)
    assert main(["--settings", str(shop), "report", "exceptions", "2026-02"]) == 0
    assert "waiver" in capsys.readouterr().out
    assert main(["--settings", str(shop), "report", "exceptions", "2025-02", "--lang", "zh"]) == 0
    assert "无例外" in capsys.readouterr().out
    assert main(["--settings", str(shop), "report", "exceptions", "--reveal"]) == 2


@pytest.mark.parametrize("text", ["", "; ", "verdict", "verdict allow default; ; x", "auto 1 2026-01-01 3 at 4, 5 6 7"])
def test_any_decision_can_be_read(text: str) -> None:
    assert all(each.effect for each in decided(text) if each.value)
