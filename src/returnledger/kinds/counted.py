"""Plans a count: noted, or with what differs booked, and the approval of what a count found missing.

The event opens a case of its own, which keeps the count and what no other case knows of. Units that a case put there leave
in that case, so that it knows of it; their loss waits there until somebody approves it, alone or with all of the count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from returnledger import checks, rules
from returnledger.casefacts import facts_of_case
from returnledger.counting import Compared, Holding, compared, holdings
from returnledger.countobstacles import obstacles, wrong
from returnledger.decision import Decision
from returnledger.entry import entry, note
from returnledger.events.canonical import canonical_text
from returnledger.facts import Facts
from returnledger.findings import Finding
from returnledger.kinds.onestep import asked_of_policy, failed, settled, stopped
from returnledger.lacking import Lacking
from returnledger.losses import Loss, pending_of, too_much_borne
from returnledger.money import ZERO, shares
from returnledger.moves import Moved, of_pile
from returnledger.openday import on_open_day
from returnledger.planned import PlannedEvent, decision_text
from returnledger.planrun import Run, head_of, once
from returnledger.revaluing import with_policy
from returnledger.rows import OwnDirective
from returnledger.terms import Approval, Disposition, Kind


def counted(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of a count."""

    def facts_of(own: Facts) -> list[Facts]:
        shelf = holdings(own, run.books, run.context, run.moved_in)
        return [with_policy(own, [each.stood.case for each in shelf if each.stood], run.books, run.context)]

    facts = on_open_day(base, facts_of, run)[0]
    found = [*checks.ask_found(facts), *checks.ask_before(facts)]
    if failed(found):
        return stopped(facts, found)
    shelf = holdings(facts, run.books, run.context, run.moved_in)
    found += obstacles(facts, shelf, run.books, run.context)
    if failed(found):
        return stopped(facts, found)
    counts = facts.event.body.counts  # type: ignore[attr-defined]
    made = compared(facts, counts, shelf, run.books, run.context, run.moved_in)
    if facts.event.body.post:  # type: ignore[attr-defined]
        found += wrong(facts, made)
    if failed(found):
        return stopped(facts, found)
    planned = PlannedEvent(facts.event, "refused", facts.event.id, (facts,), (Decision(),))
    return finished(planned, tuple(_directives(planned, made, run)), found, run)


def finished(planned: PlannedEvent, made: tuple[OwnDirective, ...], found: Sequence[Finding], run: Run) -> PlannedEvent:
    """Return the plan with its directives, asked by the last checks."""
    late = checks.ask_written(planned.facts[0], Decision(), made, run.books)
    every = tuple(once([*found, *late]))
    status = "refused" if failed(every) else "new"
    return replace(planned, status=status, directives=made if status == "new" else (), findings=every)


def _directives(planned: PlannedEvent, made: Sequence[Compared], run: Run) -> Iterator[OwnDirective]:
    """Yield the step of the case of the count, then one of each case of which units are missing."""
    facts, body = planned.facts[0], planned.event.body
    said: dict[str, str] = {"counted": "; ".join(each.text for each in made)}
    head = replace(
        head_of(planned.event, facts, 1, planned.event.reference, [], run),
        order="",
        event=canonical_text(planned.event.canonical),
        decision=decision_text(planned),
    )
    lacking = list(_lacking(facts, made, run)) if body.post else []  # type: ignore[attr-defined]
    found = [each.found for each in made if each.found is not None] if body.post else []  # type: ignore[attr-defined]
    told = {"cause": body.cause.value} if body.cause else {}  # type: ignore[attr-defined]
    unknown = [each for each in lacking if each.facts is None]
    legs = [*rules.count_off(facts, unknown), *rules.count_in(facts, found)]
    yield entry(head, legs, {**said, **told}) if legs else note(head, said)
    for case in dict.fromkeys(each.facts.now.id for each in lacking if each.facts is not None and each.facts.now):
        own = [each for each in lacking if each.facts is not None and each.facts.now and each.facts.now.id == case]
        first = own[0].facts
        assert first is not None and first.now is not None
        items = [(each.units, each.sku) for each in own]
        of_case = head_of(planned.event, first, 1, first.now.order or case, items, run)
        of_case = replace(of_case, order=first.now.order, decision=head.decision)
        yield entry(of_case, rules.count_off(first, own), {"count": planned.event.id, **told})


def _lacking(facts: Facts, made: Sequence[Compared], run: Run) -> Iterator[Lacking]:
    """Yield the units that are missing with what they cost, what was written down on them, and their input tax."""
    every = [pair for each in made for pair in each.missing]
    found = [_of_holding(facts, held, units, run) for held, units in every]
    tax: Decimal = facts.event.body.input_vat or ZERO  # type: ignore[attr-defined]
    parts = shares(tax, [each.amount for each in found], facts.decimals) if tax else [ZERO] * len(found)
    yield from (replace(each, tax=part) for each, part in zip(found, parts, strict=True))


def _of_holding(facts: Facts, held: Holding, units: Decimal, run: Run) -> Lacking:
    if held.stood is None:
        assert held.lot is not None
        return Lacking.of_lot(held.account, held.role, held.commodity, held.sku, held.lot, units)
    case = held.stood.case
    own = facts_of_case(facts, tuple(run.books.case_of(case)), run.books, run.context)
    moved: Moved = of_pile(own, held.stood.pile, units, held.stood.left)
    return Lacking.of_case(own, replace(moved, to=Disposition.MISSING))


def approved_count(facts: Facts, found: list[Finding], run: Run) -> PlannedEvent | None:
    """Return the plan of the approval of all that a count found, None where nothing of it waits in another case."""
    assert facts.now is not None
    count = facts.now.id
    cases = dict.fromkeys(entry.case for entry in run.books.posted.get(count, ()) if entry.kind == Kind.STOCKTAKE)
    waits = {case: own for case in cases if (own := pending_of(run.books.case_of(case), count))}
    if not set(waits) - {count}:
        return None
    every = [loss for own in waits.values() for loss in own]
    found = [*found, *too_much_borne(facts, every)]
    if failed(found):
        return stopped(facts, found)
    amount = sum((loss.amount for loss in every if loss.amount > 0), ZERO)
    document = asked_of_policy(facts, "dispose", amount, disposition=Disposition.SCRAP.value)
    planned, kept = settled(facts, found, [(facts, Decision())], document)
    return planned if failed(kept) else finished(planned, tuple(_approvals(planned, waits, run)), kept, run)


def _approvals(planned: PlannedEvent, waits: dict[str, list[Loss]], run: Run) -> Iterator[OwnDirective]:
    """Yield the approval of each case; what is kept and what others pay is shared by what each lost."""
    facts, body = planned.facts[0], planned.event.body
    lost = [sum((loss.amount for loss in own if loss.amount > 0), ZERO) for own in waits.values()]
    salvage = shares(body.salvage or ZERO, lost, facts.decimals)  # type: ignore[attr-defined]
    charges = [shares(charge.amount, lost, facts.decimals) for charge in body.charge]  # type: ignore[attr-defined]
    text, decision = canonical_text(planned.event.canonical), decision_text(planned)
    for n, (case, own) in enumerate(waits.items()):
        of_case = facts_of_case(facts, tuple(run.books.case_of(case)), run.books, run.context)
        assert of_case.now is not None
        paid = zip(body.charge, charges, strict=True)  # type: ignore[attr-defined]
        part = body.model_copy(
            update={
                "salvage": salvage[n] or None,
                "charge": tuple(charge.model_copy(update={"amount": parts[n]}) for charge, parts in paid),
            }
        )
        of_case = replace(of_case, event=replace(facts.event, body=part))
        order = of_case.now.order if of_case.now else ""
        head = head_of(planned.event, of_case, 1, order or case, [], run)
        head = replace(head, order=order, event=text if n == 0 else "", decision=decision)
        yield entry(head, rules.approve_scrap(of_case, own), {"stage": Approval.APPROVED.value})
