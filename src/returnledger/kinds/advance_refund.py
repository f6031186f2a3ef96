"""Plans the refund of an advance: requested, approved, paid or turned down, each a step of one case.

The first step names the advance, the later ones the case. Without a stage the money is paid, and what nobody recorded
before (request, approval) is part of that step. A request and a rejection post nothing.

The case shows in the ledger alone: every step says `rl-stage` (`Posted.told["stage"]`), what is approved and not paid is
the balance of refund_payable under the case, what is left of the advance is `advanceof.left_of`; the day by which the
money must be back stands in `rl-decision` as `deadline DATE`.
"""

from __future__ import annotations

from dataclasses import replace

from returnledger import checks, rules
from returnledger.advancecase import AdvanceFacts
from returnledger.advancedecide import decide_advance
from returnledger.advanceof import advance_facts
from returnledger.entry import Head, entry, note
from returnledger.events.advances import AdvanceStage
from returnledger.events.canonical import canonical_text
from returnledger.facts import Facts
from returnledger.findings import Finding, Severity
from returnledger.legs import Leg
from returnledger.openday import on_open_day
from returnledger.planned import PlannedEvent, decision_text
from returnledger.planrun import Run, head_of, next_step, once, refused, waive
from returnledger.rows import OwnDirective
from returnledger.terms import Kind

_SILENT = (AdvanceStage.REQUESTED, AdvanceStage.REJECTED)


def advance_refund(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of one step in the refund of an advance."""
    event = base.event
    (facts,) = on_open_day(base, lambda own: [advance_facts(own, run.books, run.context)], run)
    found = [*checks.ask_found(facts)] or [*checks.ask_before(facts)]
    if any(finding.severity is Severity.ERROR for finding in found) or facts.sale is None or facts.policy is None:
        return refused(event, [facts], waive(event, [facts], found, None)[0])
    decision = decide_advance(facts)
    document, known = decision.document, facts.advance
    assert document is not None and known is not None
    findings = [*found, *checks.ask_decided(facts, decision)]
    kept, waived = waive(event, [facts], findings, document)
    case = known.case[0].case if known.case else event.id
    planned = PlannedEvent(event, "refused", case, (facts,), (decision,), document, waived=waived)
    if any(finding.severity is Severity.ERROR for finding in kept):
        return replace(planned, findings=tuple(once(kept)))
    return _written(planned, _directive(planned, known, run), kept, run)


def _directive(planned: PlannedEvent, known: AdvanceFacts, run: Run) -> OwnDirective:
    """Return the entry of a step, or its note where it posts nothing."""
    facts, document = planned.facts[0], planned.document
    assert document is not None and facts.sale is not None
    event, body = planned.event, known.said
    head: Head = head_of(facts.event, facts, next_step(planned.case, run), facts.sale.order, [], run)
    head = replace(
        head,
        case=planned.case,
        payee=(body.payee if body else None) or head.payee,
        narration=_narration(head.narration, known, run.context.settings.language),
        event=canonical_text(event.canonical),
        decision=decision_text(planned),
    )
    said = {"stage": known.stage.value}
    if known.stage in _SILENT:
        return note(head, said)
    legs: list[Leg] = [leg for rule in rules.DOCUMENT[Kind.ADVANCE_REFUND] for leg in rule(facts, document)]
    return entry(head, rules.await_red_invoice(legs, facts), said)


def _narration(line: str, known: AdvanceFacts, language: str) -> str:
    """Return the line of the entry; where money is owed first it says so."""
    if known.stage is not AdvanceStage.APPROVED:
        return line
    return f"{line}（{known.stage.zh}）" if language == "zh" else f"{line} approved"


def _written(planned: PlannedEvent, directive: OwnDirective, findings: list[Finding], run: Run) -> PlannedEvent:
    late = checks.ask_written(planned.facts[0], planned.decisions[0], (directive,), run.books)
    every = tuple(once([*findings, *late]))
    status = "refused" if any(finding.severity is Severity.ERROR for finding in every) else "new"
    return replace(planned, status=status, directives=(directive,), findings=every)
