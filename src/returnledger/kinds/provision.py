"""Plans a provision: what is expected to come back of an order or a cohort is set aside, estimated anew or released.

The provisions of one owner are the steps of one case, which has the id of the first. One that changes nothing is noted.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from returnledger import checks, rules
from returnledger.decision import Decision
from returnledger.entry import Head, entry, note
from returnledger.estimates import Estimate
from returnledger.events.canonical import canonical_text
from returnledger.facts import Facts
from returnledger.findings import Severity
from returnledger.legs import joined
from returnledger.money import plain, round_to, show
from returnledger.openday import on_open_day
from returnledger.planned import PlannedEvent
from returnledger.planrun import Run, once, refused
from returnledger.provisioning import estimate_facts

_MANY = 12  # SKUs told by name


def provision(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of a provision."""
    event = base.event
    facts = on_open_day(base, lambda own: [estimate_facts(own, run.books, run.context)], run)[0]
    decision = Decision()
    found = [*checks.ask_found(facts), *checks.ask_before(facts)]
    if facts.estimate is not None:
        found += checks.ask_decided(facts, decision)
    if any(finding.severity is Severity.ERROR for finding in found) or facts.estimate is None:
        return refused(event, [facts], found)
    estimate = facts.estimate
    case = next((each.case for each in estimate.pool.provisions), event.id)
    step = estimate.pool.steps.get(case, 0) + 1
    legs = list(rules.provide(facts, estimate))
    said = _said(estimate)
    head = _head(facts, estimate, case, step)
    directive = entry(head, legs, said) if joined(legs) else note(head, said)
    planned = PlannedEvent(event, "refused", case, (facts,), (decision,), directives=(directive,))
    late = list(checks.ask_written(facts, decision, (directive,), run.books))
    every = tuple(once([*found, *late]))
    status = "refused" if any(finding.severity is Severity.ERROR for finding in every) else "new"
    return replace(planned, status=status, findings=every)


def _said(estimate: Estimate) -> dict[str, str]:
    """Return what a provision says beside its postings: whose it is, how many are expected, what a unit costs to take back."""
    said = {"owner": estimate.owner}
    if estimate.closes:
        said["stage"] = "closed"
    if estimate.expected:
        said["expected"] = _units(estimate)
    if estimate.recovery:
        said["recovery"] = estimate.recovery
    return said


def _units(estimate: Estimate) -> str:
    if len(estimate.expected) > _MANY:
        return _number(sum((n for _, n in estimate.expected), Fraction(0)))
    return "; ".join(f"{sku} {_number(n)}" for sku, n in estimate.expected)


def _number(units: Fraction) -> str:
    return plain(round_to(units, 4))


def _head(facts: Facts, estimate: Estimate, case: str, step: int) -> Head:
    event, day = facts.event, facts.day
    assert day is not None
    return Head(
        id=event.id,
        kind=event.kind,
        step=step,
        case=case,
        order=estimate.order,
        date=day,
        said=facts.dated,
        payee=None,
        narration=_narration(facts, estimate),
        event=canonical_text(event.canonical),
        source=event.file,
        decision=_decision(estimate),
        links=estimate.links,
        tags=event.body.tags,
        more=event.body.meta,
    )


def _narration(facts: Facts, estimate: Estimate) -> str:
    chinese = facts.settings.language == "zh"
    units = _number(sum((n for _, n in estimate.expected), Fraction(0)))
    if estimate.closes:
        return (
            f"退货期满，转回 {estimate.owner} 预计退货"
            if chinese
            else f"Returns of {estimate.owner}: nothing more can come"
        )
    if facts.event.body.model_dump().get("figures"):
        return f"计提 {estimate.owner}" if chinese else f"Provision for {estimate.owner}"
    of = plain(estimate.sold)
    if chinese:
        return f"预计退货 {estimate.owner}：{of} 件中尚有 {units} 件"
    return f"Returns expected of {estimate.owner}: {units} of {of}"


def _decision(estimate: Estimate) -> str:
    """Return how the figures were found: units sold, back and expected, and the balances that are wanted."""
    parts = [f"sold {plain(estimate.sold)}", f"back {plain(estimate.back)}"]
    if estimate.expected:
        parts.append(f"expected {_units(estimate)}")
    for wanted in estimate.wanted:
        foreign = f" ({show(wanted.units, wanted.of)} {wanted.of})" if wanted.of else ""
        parts.append(f"{wanted.role} {show(wanted.amount, wanted.currency)} {wanted.currency}{foreign}")
    if estimate.closes:
        parts.append("closed")
    return "; ".join(parts)
