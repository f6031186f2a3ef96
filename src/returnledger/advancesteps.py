"""Which step in the refund of an advance may come when, and what stands in the way of the others."""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.advancecase import AdvanceFacts
from returnledger.events.advances import AdvanceStage
from returnledger.facts import Facts
from returnledger.findings import Phrase

Obstacle = tuple[str, Phrase, Phrase]  # the key it stands at, what is in the way, what to write instead

# What may follow the last stage of a case; what is approved is paid in one part or several, until nothing is due.
AFTER: dict[AdvanceStage | None, frozenset[AdvanceStage]] = {
    None: frozenset((AdvanceStage.REQUESTED, AdvanceStage.APPROVED, AdvanceStage.PAID)),
    AdvanceStage.REQUESTED: frozenset((AdvanceStage.APPROVED, AdvanceStage.PAID, AdvanceStage.REJECTED)),
    AdvanceStage.APPROVED: frozenset((AdvanceStage.PAID,)),
    AdvanceStage.PAID: frozenset((AdvanceStage.PAID,)),
    AdvanceStage.REJECTED: frozenset(),
}
_SETTLED = ("retain", "retain_as", "double", "outcome", "tax_rate")


def obstacles(facts: Facts) -> Iterator[Obstacle]:
    """Yield what stands in the way of a step in the refund of an advance."""
    event, known = facts.event, facts.advance
    if known is None:
        return
    key = event.kind.value
    if facts.target:
        yield key, Phrase("the case was voided"), Phrase("name the advance, which opens a new case")
        return
    if facts.case and not known.stages:
        said = {"kind": facts.case[0].kind, "case": facts.case[0].case}
        yield key, Phrase("it is a {kind} of case {case}", said), Phrase("name an advance, or a case of one")
        return
    yield from _stage(facts, known)
    last = max((entry.dated for entry in facts.case), default=None)
    if last is not None and facts.dated is not None and facts.dated < last:
        days = {"day": facts.dated, "last": last}
        obstacle = Phrase("it is dated {day}, before the last step of the case on {last}", days)
        yield "date", obstacle, Phrase("write {last} or a later day", days)
    if known.paying:
        written = [name for name in _SETTLED if name in event.canonical]
        if written:
            said = {"keys": ", ".join(written)}
            obstacle = Phrase("what was approved of the advance is settled; {keys} would change it", said)
            yield written[0], obstacle, Phrase("leave it out, or void the approval first and approve anew")
    if known.said is not None and known.said.moved_to and facts.sale and known.said.moved_to == facts.sale.order:
        yield "outcome", Phrase("the money is moved to the order it came in for"), Phrase("name another order")


def _stage(facts: Facts, known: AdvanceFacts) -> Iterator[Obstacle]:
    last, stage = (known.stages[-1] if known.stages else None), known.stage
    key = "stage" if "stage" in facts.event.canonical else facts.event.kind.value
    if last is AdvanceStage.REJECTED:
        obstacle = Phrase("the case is closed: it was rejected on {day}", {"day": facts.case[-1].dated})
        yield key, obstacle, Phrase("void the rejection, or name the advance, which opens a new case")
    elif known.stages and (last is AdvanceStage.PAID or stage is AdvanceStage.PAID) and _nothing_due(known):
        obstacle = Phrase("the case is closed: nothing is due any more")
        yield key, obstacle, Phrase("name the advance, which opens a new case")
    elif stage not in AFTER[last]:
        said = {"stage": stage, "last": last or "", "stages": sorted(AFTER[last])}
        if last is AdvanceStage.APPROVED and stage is AdvanceStage.REJECTED:
            yield key, Phrase("it is approved already"), Phrase("void the approval first")
        elif last is None:
            yield key, Phrase("nobody has asked for the money yet"), Phrase("name the case that was requested")
        else:
            obstacle = Phrase("it is {last} already", said)
            yield key, obstacle, Phrase("write one of these stages: {stages}", said)


def _nothing_due(known: AdvanceFacts) -> bool:
    return AdvanceStage.REQUESTED not in known.stages[-1:] and known.due <= 0
