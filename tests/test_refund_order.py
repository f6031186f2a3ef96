"""The order of credit and refund: which step the policy waits for, money that goes first, and what a refusal names."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledgers import apply, balances, effect, load, make, posted

from returnledger import app, books
from returnledger.findings_text import render

SALE = """\
2026-01-05 * "Supplier" "Purchase"
  Assets:Inventory:MUG    10 MUG {60.00 CNY, 2026-01-05}
  Equity:Opening

2026-03-01 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank             452.00 CNY
  Income:Sales           -400.00 CNY
  Liabilities:Output-VAT  -52.00 CNY
  Expenses:COGS           240.00 CNY
  Assets:Inventory:MUG        -4 MUG {60.00 CNY, 2026-01-05}
"""
POLICY = """\
policy: test
version: 1
valid_from: 2000-01-01
currency: CNY
window: {default: {days: 365, from: sold}}
"""
PAYABLE, BANK = "Liabilities:Refund-Payable", "Assets:Bank"
ASK = "- {request: SO-1, id: R-1, date: 2026-03-02, sku: MUG, qty: 2, reason: quality, by: li}\n"
RECEIVE = "- {receive: R-1, id: W-1, date: 2026-03-04}\n"
INSPECT = "- {inspect: R-1, id: I-1, date: 2026-03-05, condition: new}\n"
CREDIT = "- {credit_note: R-1, id: C-1, date: 2026-03-06}\n"


def shop_of(folder: Path, *rows: str, sale: str = SALE, more: str = "") -> Path:
    policy = POLICY + "".join(row + "\n" for row in rows)
    return make(folder / "shop", sale, policy=policy.replace("{", "{{").replace("}", "}}"), more=more)


def at(step: str) -> str:
    return f"refund_when: [{{id: w, when: {{}}, at: {step}}}]"


def said(shop: Path, events: str, name: str = "x.yaml") -> str:
    done = apply(shop, events, name)
    assert not done.file, [event.status for event in done.planned.events]
    return render(done.findings, {}, "full", "en")


def meta(shop: Path, event: str) -> dict[str, str]:
    return next(dict(entry.meta) for entry in load(shop) if (entry.meta or {}).get("rl-id") == event)


@pytest.mark.parametrize(
    ("step", "before", "words"),
    [
        ("received", ASK, ["2 of MUG would be credited", "0 have come that far", "post `receive: R-1` first"]),
        ("inspected", ASK + RECEIVE, ["waits for inspected", "post `inspect: R-1` first"]),
        ("proof_sent", ASK, ["`{attach: R-1, evidence: [{path: FILE, type: proof_sent}]}` first"]),
    ],
)
def test_a_credit_note_waits_for_the_step_of_the_goods_and_the_refusal_names_it(
    tmp_path: Path, step: str, before: str, words: list[str]
) -> None:
    shop = shop_of(tmp_path, at(step))
    posted(shop, before, "a.yaml")
    text = said(shop, CREDIT)
    assert "refund-too-early" in text and all(word in text for word in words), text


@pytest.mark.parametrize(
    ("step", "before"),
    [
        ("requested", ASK),
        ("received", ASK + RECEIVE),
        ("inspected", ASK + RECEIVE + INSPECT),
        ("proof_sent", ASK + "- {attach: R-1, date: 2026-03-03, evidence: {path: a.pdf, type: proof_sent}}\n"),
        ("proof_sent", ASK + RECEIVE),
    ],
)
def test_a_credit_note_goes_once_the_step_is_taken(tmp_path: Path, step: str, before: str) -> None:
    shop = shop_of(tmp_path, at(step))
    posted(shop, before + CREDIT)
    done = posted(shop, "- {refund: R-1, id: P-1, date: 2026-03-07, by: fang}\n", "p.yaml")
    assert effect(done) == {PAYABLE: "226.00", BANK: "-226.00"}
    assert meta(shop, "P-1")["rl-by"] == "fang"
    assert f"refund_when {step} w" in meta(shop, "P-1")["rl-decision"]


def test_units_are_credited_as_far_as_they_were_inspected(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, at("inspected"))
    posted(shop, ASK + RECEIVE.replace("W-1,", "W-1, qty: 1, sku: MUG,") + INSPECT)
    assert "1 have come that far" in said(shop, CREDIT.replace("C-1,", "C-1, sku: MUG, qty: 2,"))
    posted(shop, CREDIT.replace("C-1,", "C-1, sku: MUG, qty: 1,"), "c.yaml")
    assert "refund-too-early" in said(shop, CREDIT.replace("C-1,", "C-2, sku: MUG, qty: 1,"))


def test_what_waits_can_be_waived_and_is_asked_again_when_money_leaves(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, at("inspected"))
    waived = ", allow: [refund-too-early], approved_by: boss, note: an old customer}"
    posted(shop, ASK + CREDIT.replace("}", waived))
    pay = "- {refund: R-1, id: P-1, date: 2026-03-07}\n"
    assert "money would be paid, and the policy waits for inspected" in said(shop, pay)
    posted(shop, RECEIVE.replace("-04", "-07") + INSPECT.replace("-05", "-07") + pay, "b.yaml")


def test_nothing_is_due_before_the_credit_and_the_refusal_names_the_missing_step(tmp_path: Path) -> None:
    pay = "- {refund: R-1, id: P-1, date: 2026-03-05, amount: 100.00}\n"
    for n, (rows, before, step) in enumerate(
        (
            ((), ASK, "credit_note"),
            ((at("received"),), ASK, "receive"),
            ((at("inspected"),), ASK + RECEIVE, "inspect"),
            ((at("requested"), "approvals: [{id: a, when: {}, by: [boss]}]"), ASK, "approve"),
        )
    ):
        shop = shop_of(tmp_path / str(n), *rows, more="people: {bo: [boss]}\n")
        posted(shop, before, "a.yaml")
        text = said(shop, pay)
        assert "0.00 CNY is due before its credit" in text and f"hint: post `{step}: R-1` first" in text, text


def test_money_that_goes_first_is_cleared_by_the_credit_that_comes_later(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, at("requested"))
    done = posted(shop, ASK + "- {refund: R-1, id: P-1, date: 2026-03-03, amount: 100.00}\n", "a.yaml")
    assert effect(done) == {PAYABLE: "100.00", BANK: "-100.00"}
    text = said(shop, "- {refund: R-1, date: 2026-03-03, amount: 126.01}\n")
    assert "126.01 CNY would be paid out; 126.00 is due" in text
    posted(shop, "- {refund: R-1, id: P-2, date: 2026-03-03}\n", "b.yaml")
    assert balances(shop)[PAYABLE] == Decimal("226.00")
    (case,) = app.status(settings=shop, day=date(2026, 3, 4)).cases
    assert case.refund_due == Decimal("-226.00") and case.next_step == "receive: R-1"
    assert "refund-too-early" not in said(shop, "- {refund: R-1, date: 2026-03-03, amount: 1.00}\n")
    posted(shop, RECEIVE + INSPECT + CREDIT, "c.yaml")
    assert PAYABLE not in balances(shop)
    (case,) = app.status(settings=shop, day=date(2026, 3, 7)).cases
    assert (case.money, case.refund_due) == ("settled", 0)
    assert "nothing is due any more" in said(shop, "- {refund: R-1, date: 2026-03-08}\n")


def test_a_return_in_one_step_pays_only_what_was_not_paid_ahead(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, at("requested"))
    posted(shop, ASK + "- {refund: R-1, id: P-1, date: 2026-03-03, amount: 100.00}\n", "a.yaml")
    done = posted(shop, "- {return: R-1, id: B-1, date: 2026-03-06, condition: new}\n", "b.yaml")
    assert (effect(done)[PAYABLE], effect(done)[BANK]) == ("-100.00", "-126.00")
    assert PAYABLE not in balances(shop)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ahead=st.integers(1, 22_600),
    parts=st.lists(st.integers(1, 22_600), max_size=2),
    first=st.integers(1, 2),
)
def test_whatever_goes_first_the_customer_gets_what_is_credited_and_payable_ends_nil(
    tmp_path_factory: pytest.TempPathFactory, ahead: int, parts: list[int], first: int
) -> None:
    shop = shop_of(tmp_path_factory.mktemp("order"), at("requested"))
    left, events = (
        22_600 - ahead,
        ASK + f"- {{refund: R-1, id: P-0, date: 2026-03-03, amount: {Decimal(ahead) / 100}}}\n",
    )
    events += f"- {{credit_note: R-1, id: C-1, date: 2026-03-04, sku: MUG, qty: {first}}}\n"
    if first == 1:
        events += "- {credit_note: R-1, id: C-2, date: 2026-03-04, sku: MUG, qty: 1}\n"
    for n, part in enumerate(parts):
        paid = min(part, left)
        left -= paid
        if paid:
            events += f"- {{refund: R-1, id: P-{n + 1}, date: 2026-03-05, amount: {Decimal(paid) / 100}}}\n"
    if left:
        events += "- {refund: R-1, id: P-9, date: 2026-03-06}\n"
    posted(shop, events)
    after = balances(shop)
    assert PAYABLE not in after and after[BANK] == Decimal("226.00")


def test_a_payment_ahead_that_fails_is_due_again_and_one_that_was_only_ordered_leaves_no_money(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, at("requested"), more="methods: {wechat: {account: Assets:Bank, paid: by_statement}}\n")
    posted(shop, ASK + "- {refund: R-1, id: P-1, date: 2026-03-03, by: fang}\n", "a.yaml")
    posted(shop, "- {refund: R-1, id: F-1, date: 2026-03-04, stage: failed, by: fang}\n", "b.yaml")
    assert PAYABLE not in balances(shop) and meta(shop, "F-1")["rl-by"] == "fang"
    done = posted(shop, "- {refund: R-1, id: O-1, date: 2026-03-05, stage: pending, by: fang}\n", "c.yaml")
    assert effect(done) == {} and meta(shop, "O-1")["rl-by"] == "fang"
    posted(
        shop, "- {refund: R-1, id: P-2, date: 2026-03-06, method: wechat}\n" + CREDIT.replace("-06", "-07"), "d.yaml"
    )
    assert PAYABLE not in balances(shop)


def test_what_was_ordered_fails_before_what_was_paid(tmp_path: Path) -> None:
    shop = shop_of(tmp_path)
    posted(shop, "- {return: SO-1, id: R-1, date: 2026-03-05, sku: MUG, qty: 1, method: later}\n", "a.yaml")
    posted(shop, "- {refund: R-1, id: P-1, date: 2026-03-06, amount: 13.00}\n", "b.yaml")
    posted(shop, "- {refund: R-1, id: O-1, date: 2026-03-07, amount: 100.00, stage: pending}\n", "c.yaml")
    assert effect(posted(shop, "- {refund: R-1, id: F-1, date: 2026-03-08, stage: failed}\n", "d.yaml")) == {}
    done = posted(shop, "- {refund: R-1, id: F-2, date: 2026-03-09, stage: failed}\n", "e.yaml")
    assert effect(done) == {PAYABLE: "-13.00", BANK: "13.00"}


def test_a_request_that_money_went_for_is_not_withdrawn(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, at("requested"))
    posted(shop, ASK + "- {refund: R-1, id: P-1, date: 2026-03-03}\n", "a.yaml")
    assert "goods or money have moved: P-1" in said(shop, "- {cancel: R-1, date: 2026-03-04}\n")


def test_what_the_order_owes_comes_off_before_anything_is_due(tmp_path: Path) -> None:
    owed = SALE.replace("Assets:Bank             452.00", "Assets:Receivable       452.00")
    paid = '\n2026-03-02 * "Ann" "Part" ^inv-SO-1\n  Assets:Bank   300.00 CNY\n  Assets:Receivable  -300.00 CNY\n'
    shop = shop_of(tmp_path, at("requested"), sale=owed + paid)
    posted(shop, ASK, "a.yaml")
    assert "74.01 CNY would be paid out; 74.00 is due" in said(
        shop, "- {refund: R-1, date: 2026-03-03, amount: 74.01}\n"
    )
    posted(shop, "- {refund: R-1, id: P-1, date: 2026-03-03}\n" + CREDIT, "b.yaml")
    after = balances(shop)
    assert PAYABLE not in after and "Assets:Receivable" not in after


APPROVALS = """\
approvals:
  - {id: claims, when: {kind: request, reason: quality}, by: [claims]}
  - {id: rest, when: {}, by: [boss]}"""
PEOPLE = "people: {bo: [boss], cleo: [claims]}\n"


def test_rows_about_requests_say_who_approves_and_status_names_the_role(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, APPROVALS, more=PEOPLE)
    posted(shop, ASK, "a.yaml")
    assert "approvals claims claims" in meta(shop, "R-1")["rl-decision"]
    (case,) = app.status(settings=shop, day=date(2026, 3, 3)).cases
    assert (case.next_step, case.by) == ("approve: R-1", ("claims",))
    assert "needs the approval of claims; it has that of bo" in said(
        shop, "- {approve: R-1, date: 2026-03-03, by: bo}\n"
    )
    posted(shop, "- {approve: R-1, date: 2026-03-03, by: cleo}\n", "b.yaml")


def test_a_request_that_nobody_need_approve_says_so(tmp_path: Path) -> None:
    rows = "approvals: [{id: small, when: {kind: request}, by: []}, {id: rest, when: {}, by: [boss]}]"
    shop = shop_of(tmp_path, rows, more=PEOPLE)
    posted(shop, ASK, "a.yaml")
    assert meta(shop, "R-1")["rl-approval"] == "automatic"
    (case,) = app.status(settings=shop, day=date(2026, 3, 3)).cases
    assert case.next_step == "receive: R-1"


def test_money_ahead_of_an_unasked_credit_needs_the_approval_that_the_credit_needs(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, at("received"), "approvals: [{id: rest, when: {}, by: [boss]}]", more=PEOPLE)
    posted(shop, "- {receive: SO-1, id: R-1, date: 2026-03-04, sku: MUG, qty: 2}\n", "a.yaml")
    assert "needs the approval of boss" in said(shop, "- {refund: R-1, date: 2026-03-05, by: fang}\n")
    posted(shop, "- {refund: R-1, date: 2026-03-05, by: fang, approved_by: bo}\n", "b.yaml")


def test_every_refund_says_who_paid(tmp_path: Path) -> None:
    shop = shop_of(tmp_path)
    posted(shop, "- {return: SO-1, id: R-1, date: 2026-03-05, sku: MUG, qty: 1, method: later}\n", "a.yaml")
    posted(shop, "- {refund: R-1, id: P-1, date: 2026-03-06, amount: 13.00, by: fang}\n", "b.yaml")
    (entry,) = [row for each in load(shop) if (row := books.posted(each)) is not None and row.id == "P-1"]
    assert entry.told["by"] == "fang"


BILLED = '\n2026-03-07 * "Ann" "Freight, billed later" ^inv-SO-1\n  Assets:Receivable   60.00 CNY\n  Income:Freight     -60.00 CNY\n'


def test_what_is_payable_is_set_off_against_what_the_order_owes_by_now(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, sale=SALE + BILLED)
    posted(shop, "- {return: SO-1, id: R-1, date: 2026-03-05, sku: MUG, qty: 1, method: later}\n", "a.yaml")
    more = "- {refund: R-1, date: 2026-03-08, method: offset}\n"
    assert "113.00 would be set off, and the order owes 60.00" in said(shop, more)
    done = posted(shop, "- {refund: R-1, date: 2026-03-08, method: offset, amount: 60.00}\n", "b.yaml")
    assert effect(done) == {PAYABLE: "60.00", "Assets:Receivable": "-60.00"}
    assert "method-not-allowed" in said(shop, more)
    assert effect(posted(shop, "- {refund: R-1, date: 2026-03-08}\n", "c.yaml")) == {PAYABLE: "53.00", BANK: "-53.00"}


def test_items_of_one_line_are_together_credited_no_sooner_than_they_come(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, at("received"))
    posted(shop, ASK + "- {receive: R-1, id: W-0, date: 2026-03-04, sku: MUG, qty: 1}\n", "a.yaml")
    twice = "- {credit_note: R-1, date: 2026-03-06, items: [{sku: MUG, qty: 1}, {sku: MUG, qty: 1}]}\n"
    assert "1 have come that far" in said(shop, twice)
    posted(shop, RECEIVE + twice.replace("R-1", "R-1, id: C-1"), "b.yaml")


def test_where_nothing_is_due_any_more_nothing_is_said_to_be_set_off(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, sale=SALE + BILLED)
    posted(shop, "- {return: SO-1, id: R-1, date: 2026-03-05, sku: MUG, qty: 1}\n", "a.yaml")
    text = said(shop, "- {refund: R-1, date: 2026-03-08, method: offset}\n")
    assert "nothing is due any more" in text and "set off" not in text
