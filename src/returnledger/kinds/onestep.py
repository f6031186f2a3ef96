"""What the planners of a single step of a case have in common: its facts, what the policy asks of it, its entry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from returnledger import checks
from returnledger.approving import moved
from returnledger.casefacts import case_facts
from returnledger.decision import Decision, Document
from returnledger.entry import Said, entry
from returnledger.events.canonical import canonical_text
from returnledger.facts import Facts
from returnledger.findings import Finding, Severity
from returnledger.kinds.returned import passing
from returnledger.legs import Leg
from returnledger.money import ZERO
from returnledger.openday import on_open_day
from returnledger.planned import PlannedEvent, decision_text
from returnledger.planrun import Run, head_of, once, refused, waive
from returnledger.policy import Chosen, FactValue, duties, evaluate
from returnledger.policyfacts import policy_facts
from returnledger.signing import Signed


def case_of_step(base: Facts, run: Run) -> tuple[Facts, list[Finding]]:
    """Return the facts of a step of a case, and what the checks find before anything is decided."""
    facts = on_open_day(base, lambda own: [case_facts(own, run.books, run.context)], run)[0]
    own = checks.ask_found(facts)
    return facts, [*own, *(checks.ask_before(facts) if not own else ())]


def asked_of_policy(facts: Facts, step: str, amount: Decimal, **names: FactValue) -> Document:
    """Return what the policy asks of a step worth `amount`: approvals, evidence, other people."""
    sale, policy = facts.sale, facts.policy
    currency = sale.currency if sale is not None else ""
    document = Document(currency, facts.decimals, facts.order, sale, approval_amount=amount)
    day, event = facts.dated or date.min, facts.event
    people = (
        Signed(step, event.body.by or "", day),
        *(Signed("approve", name, day) for name in event.body.approved_by),
    )
    document = replace(document, signed=(*facts.recorded, *people))
    if policy is None:
        return document
    known = policy_facts(facts, kind=event.kind.value, amount=amount, **names)
    chosen: list[Chosen] = [evaluate.approvals(policy, known), *evaluate.evidence(policy, step, known)]
    chosen += filter(None, [duties.separation(policy, known), moved(facts)])
    return replace(document, chosen=tuple(chosen))


def needs_approval(document: Document) -> bool:
    """Return True if the policy wants somebody to approve."""
    return any(chosen.effect == "approvals" and chosen.value for chosen in document.chosen)


def without_approvals(document: Document) -> Document:
    """Return what is asked of a step that is proposed: nobody has to approve it yet."""
    return replace(document, chosen=tuple(chosen for chosen in document.chosen if chosen.effect != "approvals"))


def settled(
    facts: Facts, found: Sequence[Finding], decisions: Iterable[tuple[Facts, Decision]], document: Document
) -> tuple[PlannedEvent, list[Finding]]:
    """Return the plan of a step before its entry, refused where something was found, and what stands after waivers."""
    pairs = [(own, replace(decision, document=document)) for own, decision in decisions]
    every = [*found, *(finding for own, decision in pairs for finding in checks.ask_decided(own, decision))]
    kept, waived = waive(facts.event, [facts], every, document)
    case = facts.now.id if facts.now else facts.event.id
    planned = PlannedEvent(
        facts.event, "refused", case, tuple(own for own, _ in pairs), tuple(d for _, d in pairs), None, waived=waived
    )
    return replace(planned, findings=tuple(once(kept))), kept


def failed(findings: Iterable[Finding]) -> bool:
    """Return True if anything was found that refuses the event."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def with_entry(
    planned: PlannedEvent,
    facts: Facts,
    legs: Iterable[Leg],
    run: Run,
    items: Sequence[tuple[Decimal, str]] = (),
    said: Said | None = None,
    order: str | None = None,
    about: str = "",
) -> PlannedEvent:
    """Return the plan of a step with its entry, asked by the last checks; `order` is that of the case, if not said.

    `about` is what its narration names instead of the order or the case.
    """
    event = facts.event
    order = (facts.now.order if facts.now is not None else "") if order is None else order
    document = planned.decisions[0].document
    assert document is not None
    named: dict[str, Decimal] = {}
    for units, sku in items:
        named[sku] = named.get(sku, ZERO) + units
    told = [(units, sku) for sku, units in named.items()]
    about = about or order or planned.case
    head = head_of(event, facts, 1, about, told, run)
    head = replace(head, order=order, event=canonical_text(event.canonical), decision=decision_text(planned))
    made = entry(head, passing(list(legs), order, document, run), said)
    late = checks.ask_written(facts, planned.decisions[0], (made,), run.books)
    every = tuple(once([*planned.findings, *late]))
    status = "refused" if failed(every) else "new"
    return replace(planned, status=status, directives=(made,) if status == "new" else (), findings=every)


def stopped(facts: Facts, found: Sequence[Finding]) -> PlannedEvent:
    """Return a step that is refused."""
    return refused(facts.event, [facts], found)
