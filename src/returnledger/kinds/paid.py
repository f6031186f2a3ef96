"""Plans what follows a posted event: the refund of its case, and the void that undoes it."""

from __future__ import annotations

from dataclasses import replace

from returnledger import checks, rules
from returnledger.casefacts import case_facts, void_facts
from returnledger.decision import Decision
from returnledger.entry import entry, note
from returnledger.estimateuses import with_uses
from returnledger.events import Stage
from returnledger.events.canonical import canonical_text
from returnledger.facts import Facts
from returnledger.kinds.ahead import with_due
from returnledger.kinds.onestep import failed
from returnledger.money import plain
from returnledger.openday import on_open_day
from returnledger.paying import plan_refund, plan_void
from returnledger.payments import failing, ordered
from returnledger.planned import PlannedEvent, decision_text
from returnledger.planrun import Run, head_of, once, refused


def refunded(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of a refund: what is due of a case, or a part of it, is paid."""
    facts = on_open_day(base, lambda own: [case_facts(own, run.books, run.context)], run)[0]
    stage = facts.event.body.stage  # type: ignore[attr-defined]
    if stage is not Stage.FAILED:
        facts = with_due(facts, run)
    if facts.now is not None and stage in (Stage.PENDING, Stage.FAILED):
        return _unpaid(facts, run)
    return plan_refund(facts, run)


def _unpaid(facts: Facts, run: Run) -> PlannedEvent:
    """Return the plan of a payment that was ordered and has not left, or that failed.

    A payment that failed after it was booked is turned round; what was only ordered is noted, since no money moved.
    """
    event = facts.event
    found = [*checks.ask_found(facts), *checks.ask_before(facts)]
    if failed(found) or facts.now is None:
        return refused(event, [facts], found)
    stage: Stage = event.body.stage  # type: ignore[attr-defined]
    planned = PlannedEvent(event, "refused", facts.now.id, (facts,), (Decision(),), findings=tuple(found))
    back = failing(facts) if stage is Stage.FAILED else None
    head = head_of(event, facts, 1, facts.now.order or facts.now.id, [], run)
    head = replace(head, order=facts.now.order, event=canonical_text(event.canonical), decision=decision_text(planned))
    amount = event.body.amount or (back[1] if back else ordered(facts) or facts.due)  # type: ignore[attr-defined]
    told = {"stage": stage.value, "amount": plain(amount), **({"by": event.body.by} if event.body.by else {})}
    made = entry(head, rules.void(back[0]), told) if back else note(head, told)
    late = checks.ask_written(facts, planned.decisions[0], (made,), run.books)
    every = tuple(once([*found, *late]))
    status = "refused" if failed(every) else "new"
    return replace(planned, status=status, directives=(made,) if status == "new" else (), findings=every)


def voided(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of a void: the exact mirror of what it undoes."""
    return plan_void(on_open_day(base, lambda own: [with_uses(void_facts(own, run.books), run.books)], run)[0], run)
