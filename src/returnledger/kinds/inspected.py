"""Plans an inspection: what waits of a case goes where its condition sends it, or back to the customer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from returnledger import checks, rules
from returnledger.entry import entry, note
from returnledger.events.canonical import canonical_text
from returnledger.facts import Facts
from returnledger.findings import Severity
from returnledger.inspecting import decide_seen, seen_items, with_met
from returnledger.kinds.returned import asked, case_of, named_items, of_old_year, passing
from returnledger.kinds.stepped import Pairs, document_of, finished, following
from returnledger.legs import Leg
from returnledger.openday import on_open_day
from returnledger.planned import PlannedEvent, decision_text
from returnledger.planrun import Run, head_of, may_restock_in, once, refused, waive
from returnledger.refeeing import FeeChange, fee_changes, obstacles
from returnledger.rows import OwnDirective
from returnledger.rules.inspect_goods import item_seen
from returnledger.terms import Disposition


def inspected(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of an inspection."""
    event = base.event
    items = on_open_day(base, lambda own: seen_items(own, run.books, run.context), run)
    found, before = asked(items)
    unclear = any(facts.line is None or not facts.quantity or facts.policy is None for facts in items)
    if found or unclear or any(finding.severity is Severity.ERROR for finding in before):
        return refused(event, items, waive(event, items, [*found, *before], None)[0])
    decided = with_met([(facts, decide_seen(facts, may_restock_in(run))) for facts in items])
    document = document_of(decided)
    pairs = [(facts, replace(decision, document=document)) for facts, decision in decided]
    changes = fee_changes(pairs)
    pairs = [
        (facts, replace(decision, chosen=(*decision.chosen, change.chosen)) if change and change.amount else decision)
        for (facts, decision), change in zip(pairs, changes, strict=True)
    ]
    before += obstacles(pairs, changes)
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
    return finished(planned, tuple(_inspections(planned, pairs, changes, run)), kept, run)


def _inspections(
    planned: PlannedEvent, pairs: Pairs, changes: Sequence[FeeChange | None], run: Run
) -> Iterator[OwnDirective]:
    """Yield the entry of an inspection, and a note of each item whose goods no account keeps."""
    event, first = planned.event, pairs[0][0]
    assert first.sale is not None and planned.document is not None
    head = head_of(event, first, 1, first.sale.order, named_items(pairs), run)
    head = replace(head, event=canonical_text(event.canonical), decision=decision_text(planned))
    body = event.body
    said = {"by": body.by} if body.by else {}
    if found := getattr(body, "found", None):
        said["found"] = found.value
    if checklist := getattr(body, "checklist", ()):
        said["checklist"] = "; ".join(checklist)
    legs: list[Leg] = []
    before: list[Leg] = []  # of the last day of the old year
    noted = []
    for (facts, decision), change in zip(pairs, changes, strict=True):
        sent = decision.disposition is Disposition.RETURN_TO_CUSTOMER
        made = list(rules.send_back(facts, decision) if sent else rules.inspect_goods(facts, decision))
        made, of_year = rules.book_in_old_year(made, facts)
        legs, before = legs + rules.adjust_prior_period(made, facts), before + of_year
        noted += [] if made else [(facts, decision)]
        legs += rules.change_fee(facts, change) if change is not None else ()
    legs += rules.close_prior_period(legs, run.context.settings, first.day, planned.document.decimals)
    if legs:
        yield entry(head, passing(legs, first.sale.order, planned.document, run), said)
        head = following(head)
    for own in of_old_year(head, first, before):
        yield own
        head = following(head)
    for facts, decision in noted:
        assert facts.line is not None
        yield note(head, {"line": facts.line.line, **item_seen(facts, decision), **said})
        head = following(head)
