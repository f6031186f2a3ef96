"""Plans what people ask for and decide: `request`, `approve`, `reject`, `cancel`. Nothing is posted by them.

Whether goods may come back is judged when they are asked for, and not again: what the request, or the approval, decides
stands in its own directive, and later steps rest on it. One directive an item: what is asked for, by whom, and until when.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from returnledger import checks
from returnledger.approving import names_of
from returnledger.blind import worth_told
from returnledger.cases import AUTOMATIC
from returnledger.decide import decide_item
from returnledger.decision import Document
from returnledger.entry import note
from returnledger.events.canonical import canonical_text
from returnledger.facts import Facts
from returnledger.findings import Phrase, Severity
from returnledger.kinds.returned import asked, case_of, incomplete, named_items
from returnledger.kinds.stepped import Pairs, document_of, finished, following
from returnledger.onward import case_in, step_items
from returnledger.openday import on_open_day
from returnledger.planned import PlannedEvent, decision_text
from returnledger.planrun import Run, head_of, may_restock_in, once, refused, waive
from returnledger.policy import evaluate
from returnledger.policy.due import authorisation
from returnledger.policyfacts import dates_of, evidence_told
from returnledger.resolve import items_of
from returnledger.rows import OwnDirective
from returnledger.stepfindings import step_refused
from returnledger.terms import Kind, Verdict

Said = dict[str, str | Decimal | int | date]


def requested(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of a request: it is judged by the policy as a return of that day would be."""
    items = on_open_day(base, lambda own: items_of(own, run.books, run.context), run)
    orders = dict.fromkeys(facts.sale.order for facts in items if facts.sale is not None)
    if len(orders) > 1:  # a case is of one order
        obstacle = Phrase("the goods are of several orders: {orders}", {"orders": list(orders)})
        instead = Phrase(
            "write a request for each order: `request: {first}` with its `qty`", {"first": next(iter(orders))}
        )
        return refused(items[0].event, items, [step_refused(items[0], "qty", obstacle, instead)])
    return _judged(items, run)


def approved(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of an approval: who must approve is asked by what the request is worth."""
    items = on_open_day(base, lambda own: step_items(own, run.books, run.context), run)
    return _judged([replace(facts, event=base.event) for facts in items], run)


def decided(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of a refusal or a withdrawal of a request."""
    event = base.event
    facts = on_open_day(base, lambda own: [case_in(own, run.books, run.context)], run)[0]
    found, before = asked([facts])
    kept, waived = waive(event, [facts], [*found, *before], None)
    if facts.now is None or any(finding.severity is Severity.ERROR for finding in kept):
        return refused(event, [facts], kept)
    planned = PlannedEvent(event, "refused", facts.now.id, (facts,), waived=waived)
    head = head_of(event, facts, 1, facts.now.order, [], run)
    said: Said = _by(facts)
    if because := getattr(event.body, "because", None) or event.body.note:
        said["because"] = because
    made = note(replace(head, event=canonical_text(event.canonical)), said)
    return finished(planned, (made,), kept, run)


def _judged(items: list[Facts], run: Run) -> PlannedEvent:
    """Return the plan of a request or an approval: every item is asked and decided, and noted."""
    event = items[0].event
    found, before = asked(items)
    if found or incomplete(items) or any(facts.policy is None for facts in items):
        return refused(event, items, waive(event, items, [*found, *before], None)[0])
    decided_items = [(facts, decide_item(facts, may_restock_in(run))) for facts in items]
    document = document_of(decided_items)
    pairs = [(facts, replace(decision, document=document)) for facts, decision in decided_items]
    findings = before + [finding for facts, decision in pairs for finding in checks.ask_decided(facts, decision)]
    kept, waived = waive(event, items, findings, document)
    planned = PlannedEvent(
        event,
        "refused",
        case_of(items[0]),
        tuple(facts for facts, _ in pairs),
        tuple(decision for _, decision in pairs),
        document,
        waived=waived,
    )
    if any(finding.severity is Severity.ERROR for finding in kept):
        return replace(planned, findings=tuple(once(kept)))
    made = _approval(planned, pairs, run) if event.kind is Kind.APPROVE else _requests(planned, pairs, run)
    return finished(planned, tuple(made), kept, run)


def _requests(planned: PlannedEvent, pairs: Pairs, run: Run) -> Iterator[OwnDirective]:
    """Yield a note of each item that is asked for, the first with what was decided of all."""
    event, first = planned.event, pairs[0][0]
    assert first.sale is not None and planned.document is not None
    head = head_of(event, first, 1, first.sale.order, named_items(pairs), run)
    head = replace(
        head,
        event=canonical_text(event.canonical),
        decision=decision_text(planned),
        window_end=planned.window_end,
    )
    body = event.body
    for facts, _ in pairs:
        line, item = facts.line, facts.item
        assert line is not None
        said: Said = {"line": line.line, "sku": line.sku, "requested": facts.quantity or Decimal(0)}
        if facts.blind:
            said |= worth_told(facts)
        if item is not None and item.serial:
            said["serial"] = item.serial
        if facts.reason:
            said["reason"] = facts.reason.value
        if item is not None and item.condition:
            said["condition"] = item.condition.value
        said |= {name: str(value) for name in ("by", "wants") if (value := getattr(body, name, None))}
        if body.evidence:
            said["evidence"] = evidence_told(event)
        if body.requested and body.requested != first.dated:
            said["asked"] = body.requested
        if head.event:
            said |= _automatic(planned, pairs)
        yield note(head, said)
        head = following(head)


def _automatic(planned: PlannedEvent, pairs: Pairs) -> Said:
    """Return what says that nobody need approve, with the last day for the goods; nothing where somebody must."""
    first, document = pairs[0][0], planned.document
    assert first.policy is not None and document is not None
    if any(decision.verdict is Verdict.REVIEW for _, decision in pairs) or _roles(pairs, document):
        return {}
    until = authorisation(first.policy, dates_of(first)).value
    return {"approval": AUTOMATIC} | ({"until": until} if until else {})


def _roles(pairs: Pairs, document: Document) -> bool:
    """Return True if the policy asks somebody to approve what is requested."""
    rows = (names_of(facts, decision, document.approval_amount) for facts, decision in pairs)
    return any(evaluate.approvals(pair[0].policy, own).value for pair, own in zip(pairs, rows) if pair[0].policy)


def _approval(planned: PlannedEvent, pairs: Pairs, run: Run) -> Iterator[OwnDirective]:
    """Yield the note of an approval: by whom, and until when the goods may come."""
    event, facts = planned.event, pairs[0][0]
    assert facts.now is not None and facts.policy is not None
    head = head_of(event, facts, 1, facts.now.order, [], run)
    head = replace(head, event=canonical_text(event.canonical), decision=decision_text(planned))
    until = getattr(event.body, "expires", None)
    if until is None:
        until = authorisation(facts.policy, dates_of(facts)._replace(approved=facts.dated)).value
    said = _by(facts) | ({"until": until} if until else {})
    yield note(head, said)


def _by(facts: Facts) -> Said:
    """Return who decided."""
    body = facts.event.body
    names = body.approved_by or ((body.by,) if body.by else ())
    said: Said = {"by": body.by} if body.by else {}
    return said | ({"approved-by": ", ".join(names)} if names else {})
