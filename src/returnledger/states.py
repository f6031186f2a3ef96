"""The table of states: which step a case allows, and what stands in the way of the others.

One row a family of steps, as data: the check `step-not-allowed` asks it, the documentation prints it, the test that
walks through the lives of cases walks by it. A row asks the case alone, on the day of the step; what an item asks
besides (so many units, of this line) is asked where the item is. `obstacles(step, case, day)` yields what stands in the
way, each with what to do instead, and nothing where the step is allowed.

A case that ended (`Case.ended`) takes no further step but those that the rows let through; a void of what ended it opens
it again, and that is the check `case-closed`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from returnledger.cases import Case
from returnledger.findings import Phrase
from returnledger.terms import Authorisation, Kind

Obstacle = tuple[Phrase, Phrase]  # what stands in the way, and what to do instead
Ask = Callable[[Case], Iterator[Obstacle]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: the steps it is about, when they are allowed, and what a finding names where they are not."""

    steps: tuple[str, ...]
    when: Phrase
    names: Phrase
    ask: Ask
    after_end: bool = False  # allowed too where the case has ended


def _decided(case: Case) -> Iterator[Obstacle]:
    own = case.authorised
    if own.state is Authorisation.NONE:
        yield Phrase("nobody asked: the case has no request"), Phrase("delete the event: there is nothing to decide")
    elif own.state not in (Authorisation.REQUESTED, Authorisation.EXPIRED) and not own.automatic:
        said = {"state": own.state, "day": own.decided, "id": own.decision}
        yield (
            Phrase("it was {state} on {day}, by {id}", said),
            Phrase("void {id} first, if it was a mistake", said),
        )


def _cancelled(case: Case) -> Iterator[Obstacle]:
    if case.authorised.state is Authorisation.NONE:
        yield Phrase("nobody asked: the case has no request"), Phrase("void its events instead")
    elif case.payable < 0 or any(line.received or line.credited for line in case.lines):
        last = {"id": case.entries[-1].id}
        yield Phrase("goods or money have moved: {id}", last), Phrase("void {id} first", last)


def _received(case: Case) -> Iterator[Obstacle]:
    asked = any(line.requested or line.credited for line in case.lines)  # else what comes in says how many there are
    if asked and not any(line.outstanding for line in case.lines):
        units = {"units": sum(line.received for line in case.lines)}
        yield (
            Phrase("nothing is outstanding: {units} units came in", units),
            Phrase("delete the event, or open another case: name the order"),
        )


def _not_decided(case: Case) -> Iterator[Obstacle]:
    if case.authorised.state is Authorisation.REQUESTED:
        said = {"case": case.id}
        yield Phrase("its request is not decided"), Phrase("post `approve: {case}` first", said)


def _inspected(case: Case) -> Iterator[Obstacle]:
    if not any(line.uninspected for line in case.lines):
        yield (
            Phrase("no units wait for inspection"),
            Phrase("post `receive: {case}` first, if goods came in", {"case": case.id}),
        )


def _returned(case: Case) -> Iterator[Obstacle]:
    yield from _not_decided(case)
    moved = next((entry.id for entry in case.entries if entry.kind in ("receive", "credit_note")), None)
    if moved is not None:
        said = {"id": moved, "case": case.id}
        yield (
            Phrase("its steps are taken one at a time: {id}", said),
            Phrase("post what is left of them: `receive: {case}`, `credit_note: {case}`", said),
        )
    elif not any(line.requested > line.credited for line in case.lines):
        yield Phrase("everything of it came back"), Phrase("name the order to open another case")


def _placed(case: Case) -> Iterator[Obstacle]:
    if case.kind == Kind.STOCKTAKE:
        return  # what it found missing waits in the cases of the goods
    if not case.piles and not case.pending and not any(line.awaited for line in case.lines):
        yield (
            Phrase("the case has no goods in any place, and none are awaited"),
            Phrase("`returnledger show {case}` shows where its goods went", {"case": case.id}),
        )


def _credited(case: Case) -> Iterator[Obstacle]:
    yield from _not_decided(case)
    if case.authorised.state is Authorisation.EXPIRED:
        said = {"until": case.authorised.until, "case": case.id}
        yield (
            Phrase("its approval ended on {until}, and no goods came in", said),
            Phrase("have it approved again: `approve: {case}`", said),
        )
        return
    for line in case.lines:
        if line.waiting or line.requested > line.credited:
            return
    yield (
        Phrase("everything of it is credited"),
        Phrase("delete the event, or open another case: name the order"),
    )


def _exchanged(case: Case) -> Iterator[Obstacle]:
    yield from _not_decided(case)
    if not any(line.waiting or line.requested > line.credited for line in case.lines):
        yield Phrase("everything of it is credited"), Phrase("delete the event, or open another case: name the order")


def _anything(case: Case) -> Iterator[Obstacle]:
    yield from ()


STATES: tuple[Row, ...] = (
    Row(
        ("approve", "reject"),
        Phrase("the case was asked for and is not decided, or its approval has ended"),
        Phrase("what is missing, or who decided"),
        _decided,
    ),
    Row(
        ("cancel",),
        Phrase("the case was asked for, and neither goods nor money have moved"),
        Phrase("what moved"),
        _cancelled,
    ),
    Row(
        ("return",),
        Phrase("the case was asked for and approved, and no step of its goods or money is taken"),
        Phrase("the step that was taken"),
        _returned,
    ),
    Row(
        ("receive",),
        Phrase("the case is open, not rejected, withdrawn or expired, and units are outstanding"),
        Phrase("the step or the units"),
        _received,
    ),
    Row(
        ("inspect",),
        Phrase("units came in that were not inspected"),
        Phrase("the units that wait"),
        _inspected,
    ),
    Row(
        ("dispose", "refurbish", "put_away"),
        Phrase("units are in a place that they can leave, or are credited and did not come"),
        Phrase("where the units are"),
        _placed,
        after_end=True,
    ),
    Row(
        ("credit_note",),
        Phrase("the case is approved or needs no approval, and its goods are as far as the policy waits for"),
        Phrase("the missing step"),
        _credited,
    ),
    Row(
        ("refund", "store_credit"),
        Phrase("something is credited and due, or the policy lets money go first"),
        Phrase("what is due"),
        _anything,
    ),
    Row(
        ("exchange",),
        Phrase("the case is approved; the replacement may go first"),
        Phrase("the missing step"),
        _exchanged,
    ),
    Row(
        ("tax_credit",),
        Phrase("tax of a credit waits for its red invoice; what is applied for can be confirmed or lapse"),
        Phrase("what is applied for, what waits, or the red invoices that are there"),
        _anything,
        after_end=True,
    ),
    Row(
        ("supplier_return", "recovery", "expense", "attach", "action"),
        Phrase("the case is in the books and not void"),
        Phrase("the void"),
        _anything,
        after_end=True,
    ),
    Row(
        ("void", "amend"),
        Phrase("the event is posted, and nothing depends on it"),
        Phrase("the events that depend on it, in the order in which to void them"),
        _anything,
        after_end=True,
    ),
)
OTHERWISE = Row(
    (), Phrase("the case is not closed"), Phrase("what closed it, and that a void opens it again"), _anything
)
BY_STEP = {step: row for row in STATES for step in row.steps}


def row_of(step: str) -> Row:
    """Return the row that says when a step is allowed."""
    return BY_STEP.get(step, OTHERWISE)


def obstacles(step: str, case: Case) -> Iterator[Obstacle]:
    """Yield what stands in the way of a step of a case that has not ended, each with what to do instead."""
    yield from row_of(step).ask(case)
