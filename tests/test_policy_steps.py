"""A policy over the steps of a case: each step is judged by its rows, by the day the customer asked, and told to the next."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledgers import apply, make, posted

from returnledger import app
from returnledger.findings_text import sentences

POLICY = """\
policy: steps
version: 1
valid_from: 2026-01-01
currency: {currency}
window: {{default: {{days: 7, from: sold}}}}
fees:
  - {{id: late, when: {{in_window: false}}, percent: 20}}
  - {{id: opened, when: {{condition: opened, in_window: true}}, percent: 10}}
  - {{id: none, when: {{}}, percent: 0}}
shipping_refund: [{{id: in-time, when: {{in_window: true}}, pays: all}}, {{id: no, when: {{}}, pays: none}}]
return_freight: [{{id: ours, when: {{fault: merchant}}, pays: merchant}}, {{id: theirs, when: {{}}, pays: customer}}]
approvals:
  - {{id: late, when: {{in_window: false}}, by: [manager]}}
  - {{id: large, when: {{amount: ">300"}}, by: [finance_manager]}}
  - {{id: usual, when: {{}}, by: [supervisor]}}
refund_when: [{{id: seen, when: {{}}, at: inspected}}]
refunds:
  - {{id: month, when: {{}}, methods: [original], within_days: 30, counted_from: inspected}}
waivers: {{window-closed: {{by: supervisor}}}}
condition_from_reason: {{none: new, changed_mind: new}}
dispositions:
  new: {{to: restock}}
  opened: {{to: restock_open_box, sells_at: "85%"}}
"""
LEDGER = """\
2026-01-02 * "Stock"
  Assets:Inventory            50 MUG {60.00 CNY, 2026-01-02}
  Equity:Opening

2026-06-01 * "ann" "Sale" ^inv-SO-1
  Assets:Bank             463.30 CNY
  Income:Sales           -400.00 CNY
    sku: "MUG"
    line: "1"
    qty: 4
  Income:Shipping         -10.00 CNY
  Liabilities:Output-VAT  -53.30 CNY
  Expenses:COGS           240.00 CNY
  Assets:Inventory            -4 MUG {60.00 CNY, 2026-01-02}
    sku: "MUG"
    line: "1"

"""
MORE = "people: {chen: manager, qian: finance_manager, zhao: supervisor}\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RETURNLEDGER_CACHE", "")
    return make(tmp_path, LEDGER, policy=POLICY, accounts=", shipping_revenue: Income:Shipping", more=MORE)


def decision(settings: Path, event: str) -> dict[str, str]:
    """Return what the entry of an event keeps of its decision, effect by effect."""
    files = sorted((settings.parent / "returns").rglob("2026-*.beancount"))
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    own = text.partition(f'rl-id: "{event}"')[2].partition('rl-decision: "')[2].partition('"')[0]
    return dict(part.split(" ", 1) for part in own.split("; "))


REQUEST = "- {request: SO-1, id: R-1, date: 2026-06-06, sku: MUG, qty: %d, reason: changed_mind}\n"


def test_a_request_says_who_approves_and_who_pays_the_way_back(shop: Path) -> None:
    posted(shop, REQUEST % 4)
    said = decision(shop, "R-1")
    assert (said["approvals"], said["freight"]) == ("finance_manager large", "customer theirs")
    (case,) = app.status(settings=shop).cases
    assert [(step.step, step.by) for step in case.steps] == [("approve", ("finance_manager",))]


def test_the_window_of_the_request_is_the_one_that_later_steps_look_at(shop: Path) -> None:
    """Asked in time and sent long after: the row for those in time keeps 10 %, and delivery goes back."""
    posted(shop, REQUEST % 2 + "- {approve: R-1, id: A-1, date: 2026-06-20, approved_by: zhao}\n")
    assert decision(shop, "A-1")["approvals"] == "supervisor usual"
    posted(
        shop,
        "- {receive: R-1, date: 2026-07-03}\n- {inspect: R-1, date: 2026-07-05, condition: opened}\n"
        "- {credit_note: R-1, id: C-1, date: 2026-07-06}\n",
        "more.yaml",
    )
    said = decision(shop, "C-1")
    assert (said["fee"], said["shipping"], said["deadline"]) == ("10% opened", "all in-time", "2026-08-04")


def test_who_asks_late_is_late_at_every_step(shop: Path) -> None:
    late = "- {request: SO-1, id: R-1, date: 2026-06-20, requested: %s, sku: MUG, qty: 2, reason: changed_mind%s}\n"
    waived = ", allow: [window-closed], approved_by: zhao, note: 熟客"
    assert [f.code for f in apply(shop, late % ("2026-06-09", "")).findings] == ["window-closed"]
    posted(shop, late % ("2026-06-09", waived) + "- {approve: R-1, id: A-1, date: 2026-06-21, approved_by: chen}\n")
    assert (decision(shop, "R-1")["approvals"], decision(shop, "A-1")["approvals"]) == ("manager late", "manager late")
    posted(
        shop,
        "- {receive: R-1, date: 2026-06-25}\n- {inspect: R-1, date: 2026-06-25, condition: opened}\n"
        "- {credit_note: R-1, id: C-1, date: 2026-06-25}\n",
        "more.yaml",
    )
    said = decision(shop, "C-1")
    assert (said["fee"], said["shipping"]) == ("20% late", "none no")


def test_the_day_the_customer_asked_stays_with_the_case(shop: Path) -> None:
    asked = (
        "- {request: SO-1, id: R-1, date: 2026-06-20, requested: 2026-06-08, sku: MUG, qty: 1, reason: changed_mind}\n"
    )
    posted(shop, asked + "- {approve: R-1, date: 2026-06-21, approved_by: zhao}\n")
    posted(
        shop,
        "- {receive: R-1, date: 2026-06-25}\n- {inspect: R-1, date: 2026-06-25, condition: opened}\n"
        "- {credit_note: R-1, id: C-1, date: 2026-06-25}\n",
        "more.yaml",
    )
    assert decision(shop, "C-1")["fee"] == "10% opened"


def test_units_are_credited_once_they_have_come_as_far_as_the_policy_says(shop: Path) -> None:
    early = REQUEST % 2 + (
        "- {approve: R-1, date: 2026-06-07, approved_by: zhao}\n"
        "- {receive: R-1, date: 2026-06-10}\n"
        "- {inspect: R-1, date: 2026-06-11, sku: MUG, qty: 2, condition: opened}\n"
        "- {credit_note: R-1, date: 2026-06-12}\n"
    )
    steps = early.splitlines(keepends=True)
    (found,) = apply(shop, "".join([*steps[:3], *steps[4:]])).findings
    assert found.code == "refund-too-early" and found.because is not None and found.because[1] == "refund_when.seen"
    assert sentences(found, "en") == (
        "2 of MUG would be credited, and the policy waits for inspected: 0 have come that far",
        "post `inspect: R-1` first",
    )
    posted(shop, early, "whole.yaml")


@pytest.mark.parametrize(("at", "step"), [("received", "receive"), ("proof_sent", "attach")])
def test_what_the_policy_waits_for_is_named(tmp_path: Path, at: str, step: str) -> None:
    shop = make(
        tmp_path,
        LEDGER,
        policy=POLICY.replace("at: inspected", f"at: {at}"),
        accounts=", shipping_revenue: Income:Shipping",
        more=MORE,
    )
    asked = REQUEST % 1 + "- {approve: R-1, date: 2026-06-07, approved_by: zhao}\n"
    credit = "- {credit_note: R-1, date: 2026-06-12}\n"
    (found,) = apply(shop, asked + credit).findings
    assert found.code == "refund-too-early"
    written = sentences(found, "en")[1].removeprefix("post `").removesuffix("` first").strip("{}")
    assert written.startswith(f"{step}: R-1")
    proof = written.replace("FILE", "waybill.pdf") + ("}" if "[{" in written and not written.endswith("]") else "")
    posted(shop, f"{asked}- {{{proof}, date: 2026-06-11}}\n{credit}", "again.yaml")


def test_a_return_in_one_line_is_as_it_was(shop: Path) -> None:
    posted(
        shop, "- {return: SO-1, id: T-1, date: 2026-06-06, sku: MUG, qty: 1, condition: opened, approved_by: zhao}\n"
    )
    said = decision(shop, "T-1")
    assert (said["fee"], said["deadline"], said["window"]) == ("10% opened", "2026-07-06", "2026-06-08 window.default")
