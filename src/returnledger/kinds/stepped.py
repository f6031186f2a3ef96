"""Plans the steps that bring goods in and credit them, one at a time: `receive` and `credit_note`.

Either may come first, for any part of the units; where the other half is posted already the two meet on a clearing
account, at the lots and amounts of that half.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from returnledger import checks, rules
from returnledger.approving import controls_of, credited_before, signed_in
from returnledger.decide import decide_item
from returnledger.decision import Decision, Document
from returnledger.entry import Head, entry, note
from returnledger.events.canonical import canonical_text
from returnledger.facts import Facts
from returnledger.findings import Finding, Severity
from returnledger.kinds.returned import asked, case_of, incomplete, named_items, passing, plan_items
from returnledger.legs import Leg
from returnledger.money import ZERO
from returnledger.onward import step_items
from returnledger.openday import on_open_day
from returnledger.planned import PlannedEvent, decision_text
from returnledger.planrun import Run, head_of, may_restock_in, once, refused, waive
from returnledger.rows import OwnDirective
from returnledger.rules.receive_goods import item_received

Pairs = Sequence[tuple[Facts, Decision]]


def credited(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of a credit note: units are credited, before or after they come in."""
    items = on_open_day(base, lambda own: step_items(own, run.books, run.context), run)
    return plan_items(items[0].event, items, run)


def received(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of a receipt: units come in and wait for inspection."""
    event = base.event
    items = on_open_day(base, lambda own: step_items(own, run.books, run.context), run)
    found, before = asked(items)
    if found or incomplete(items) or any(facts.policy is None for facts in items):
        return refused(event, items, waive(event, items, [*found, *before], None)[0])
    decided = [(facts, decide_item(facts, may_restock_in(run))) for facts in items]
    document = document_of(decided)
    pairs = [(facts, replace(decision, document=document)) for facts, decision in decided]
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
    return finished(planned, tuple(_receipts(planned, pairs, run)), kept, run)


def finished(planned: PlannedEvent, made: tuple[OwnDirective, ...], findings: list[Finding], run: Run) -> PlannedEvent:
    """Return the plan with its directives, asked by the last checks; refused where these find something."""
    late = [
        finding
        for facts, decision in zip(planned.facts, planned.decisions)
        for finding in checks.ask_written(facts, decision, made, run.books)
    ]
    every = tuple(once([*findings, *late]))
    if any(finding.severity is Severity.ERROR for finding in every):
        return replace(planned, findings=every)
    return replace(planned, status="new", directives=made, findings=every)


def document_of(items: Pairs) -> Document:
    """Return what is decided as a whole of a step that credits nothing: what evidence and approval it needs, and by whom."""
    first = items[0][0]
    sale, policy = first.sale, first.policy
    assert sale is not None and policy is not None
    stake = sum((facts.gross for facts, _ in items), ZERO) + credited_before([facts for facts, _ in items])
    chosen = tuple(controls_of(policy, items, stake))
    document = Document(sale.currency, sale.decimals, first.order, sale, approval_amount=stake, chosen=chosen)
    return replace(document, signed=signed_in(items, document))


def _receipts(planned: PlannedEvent, pairs: Pairs, run: Run) -> Iterator[OwnDirective]:
    """Yield the entry of a receipt, and a note of each item whose goods no account keeps."""
    event, first = planned.event, pairs[0][0]
    sale = first.sale
    assert sale is not None
    head = head_of(event, first, 1, sale.order, named_items(pairs), run)
    text, decision = canonical_text(event.canonical), decision_text(planned)
    head = replace(head, event=text, decision=decision, window_end=planned.window_end)
    body = event.body
    said = {key: value for key in ("carrier", "tracking", "by") if (value := getattr(body, key, None))}
    legs: list[Leg] = []
    noted = []
    for facts, own in pairs:
        made = list(rules.receive_goods(facts, own))
        legs += made
        noted += [] if made else [facts]
    if legs:
        assert planned.document is not None
        yield entry(head, passing(legs, sale.order, planned.document, run), said)
        head = following(head)
    for facts in noted:
        assert facts.line is not None
        yield note(head, {"line": facts.line.line, **item_received(facts), **said})
        head = following(head)


def following(head: Head) -> Head:
    """Return the head of the next directive of one event."""
    return replace(head, step=head.step + 1, event="", decision="", window_end=None)
