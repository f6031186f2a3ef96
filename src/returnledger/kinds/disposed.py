"""Plans what is done with goods of a case: moved, scrapped, given away, sold off, or given up.

Goods are scrapped in one step where the policy asks nobody. Else scrapping is proposed first, and the cost waits until
somebody approves it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from returnledger import rules
from returnledger.absent import Absent, absent
from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase
from returnledger.kinds.counted import approved_count
from returnledger.kinds.disposal_obstacles import approved_wrong, of_a_loss, said_wrong
from returnledger.kinds.onestep import (
    asked_of_policy,
    case_of_step,
    failed,
    needs_approval,
    settled,
    stopped,
    with_entry,
    without_approvals,
)
from returnledger.kinds.proposals import not_as_proposed
from returnledger.legs import Leg
from returnledger.losses import Loss, pending_of, too_much_borne
from returnledger.money import ZERO
from returnledger.moves import Moved
from returnledger.planned import PlannedEvent
from returnledger.planrun import Run
from returnledger.roles import PLACE_OF_DISPOSITION
from returnledger.rows import PART_OF
from returnledger.stepfindings import step_refused
from returnledger.taking import WAITING, taken
from returnledger.terms import Approval, Condition, Disposition, Kind

_PARTING = {
    Disposition.DONATE: rules.donate,
    Disposition.LIQUIDATE: rules.sell_off,
    Disposition.RETURN_TO_CUSTOMER: rules.hand_back,
}

GivesUp = Callable[[Facts, Sequence[Absent]], Iterator[Leg]]

# What moves goods to another place and loses nothing of them: nobody has to approve it.
_BACK = Disposition.RETURN_TO_CUSTOMER
_PARKED = {to.value for to in PLACE_OF_DISPOSITION} - {to.value for to in _PARTING} | {_BACK.value}


def disposed(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of a disposal."""
    facts, found = case_of_step(base, run)
    if failed(found) or facts.now is None:
        return stopped(facts, found)
    pending = pending_of(facts.now.entries)
    given = {item.disposition for item in facts.event.items if item.disposition is not None}
    stage = facts.event.body.stage  # type: ignore[attr-defined]
    whole = approved_count(facts, found, run) if not given and stage is not Approval.PROPOSED else None
    if whole is not None:
        return whole
    approves = stage is Approval.APPROVED and given == {Disposition.SCRAP}
    if pending and stage is not Approval.PROPOSED and (not given or approves or _means_pending(facts, given, run)):
        found += [*not_as_proposed(facts, run.context), *approved_wrong(facts)]
        return stopped(facts, found) if failed(found) else _approved(facts, found, pending, run)
    if stage is Approval.APPROVED and not given:
        obstacle = Phrase("nothing was proposed to be scrapped")
        instead = Phrase("write what is done with the goods, such as `disposition: scrap`, or leave the event out")
        return stopped(facts, [*found, step_refused(facts, "stage", obstacle, instead)])
    awaited = any(line.awaited for line in facts.now.lines)
    gone = bool(given) and given <= {Disposition.MISSING, Disposition.CUSTOMER_KEEPS}
    if awaited and (gone or not facts.now.piles):
        return _given_up(facts, found, run)
    return _placed(facts, found, run)


def _means_pending(facts: Facts, given: set[Disposition], run: Run) -> bool:
    """Return True if an event that scraps goods can only mean those that were proposed: the case has no others of them."""
    if given != {Disposition.SCRAP}:
        return False
    _, short = taken(facts, run.context, WAITING)
    approves = facts.event.body.stage is Approval.APPROVED  # type: ignore[attr-defined]
    named = any(item.qty is not None or item.sku or item.line for item in facts.event.items)
    return bool(short) or (approves and not named)


def _approved(facts: Facts, found: list[Finding], pending: list[Loss], run: Run) -> PlannedEvent:
    """Return the plan of an approval: losses that waited are borne."""
    found += too_much_borne(facts, pending)
    lost = (loss.amount for loss in pending if loss.amount > 0)
    amount = sum(lost, gone_before(facts, but=Approval.PROPOSED))
    document = asked_of_policy(facts, "dispose", amount, disposition=Disposition.SCRAP.value)
    planned, kept = settled(facts, found, [(facts, Decision())], document)
    if failed(kept):
        return planned
    return with_entry(planned, facts, rules.approve_scrap(facts, pending), run, said={"stage": Approval.APPROVED.value})


def _placed(facts: Facts, found: list[Finding], run: Run) -> PlannedEvent:
    """Return the plan of goods that leave where they are."""
    moves, short = taken(facts, run.context, WAITING)
    moves = [_decided(facts, moved) for moved in moves]
    if short or not moves:
        return stopped(facts, [*found, *short])
    amount = sum((moved.amount for moved in moves), gone_before(facts))
    to = {moved.to.value for moved in moves if moved.to}
    document = asked_of_policy(facts, "dispose", amount, disposition=min(to))
    proposed = _is_proposed(facts, needs_approval(document))
    found += said_wrong(facts, moves, proposed)
    if failed(found):
        return stopped(facts, found)
    if to <= _PARKED or (proposed and to == {Disposition.SCRAP.value}):
        document = without_approvals(document)
    pairs = [(_of_item(facts, moved), _decision(facts, moved)) for moved in moves]
    planned, kept = settled(facts, found, pairs, document)
    if failed(kept):
        return planned
    items = [(moved.units, moved.sku) for moved in moves]
    scraps = to == {Disposition.SCRAP.value} and facts.event.body.proceeds is None  # type: ignore[attr-defined]
    stage = Approval.PROPOSED if proposed else Approval.APPROVED
    cause = facts.event.body.cause  # type: ignore[attr-defined]
    said = {"stage": stage.value, **({"cause": cause.value} if cause else {})} if scraps else None
    return with_entry(planned, facts, _legs(facts, moves, proposed), run, items, said)


def gone_before(facts: Facts, *, but: Approval | None = None) -> Decimal:
    """Return what goods cost that earlier disposals of the case took out of stock, so that parts need the same approval.

    Those of the stage `but` are left out.
    """
    earlier = [entry for entry in facts.now.entries if entry.kind == Kind.DISPOSE] if facts.now else []
    legs = (leg for entry in earlier if but is None or entry.told.get("stage") != but for leg in entry.legs)
    return -sum((leg.amount for leg in legs if leg.units is not None and leg.lot is not None), ZERO)


def _is_proposed(facts: Facts, needed: bool) -> bool:
    """Return True if scrapping is only proposed: as the event says, else where the policy wants an approval."""
    stage = facts.event.body.stage  # type: ignore[attr-defined]
    return stage is Approval.PROPOSED or (stage is None and needed)


def _decided(facts: Facts, moved: Moved) -> Moved:
    """Return goods with what is done with them: as the event says, else what their place waits for, else the policy."""
    if moved.to is not None:
        return moved
    if moved.pile.disposition == Disposition.REPAIR_AND_RETURN:
        return replace(moved, to=_BACK)
    if moved.pile.disposition and moved.pile.disposition != Disposition.HOLD:
        return replace(moved, to=Disposition.of(moved.pile.disposition))
    return replace(moved, to=_of_policy(facts, moved))


def _of_policy(facts: Facts, moved: Moved) -> Disposition:
    policy = facts.policy
    row = policy.says.dispositions.get(_condition(moved)) if policy is not None else None
    return row.to if row is not None else Disposition.HOLD


def _condition(moved: Moved) -> Condition:
    return Condition.of(moved.condition) if moved.condition else Condition.UNKNOWN


def _of_item(facts: Facts, moved: Moved) -> Facts:
    return replace(facts, item=moved.item, index=moved.index)


def _decision(facts: Facts, moved: Moved) -> Decision:
    repaired = moved.pile.disposition == Disposition.REPAIR_AND_RETURN and moved.to is _BACK
    allowed = _BACK if repaired else _of_policy(facts, moved)
    return Decision(condition=_condition(moved), disposition=moved.to, allowed=allowed)


def _legs(facts: Facts, moves: Sequence[Moved], proposed: bool) -> Iterator[Leg]:
    """Yield the legs of goods by what is done with them."""
    by: dict[Disposition, list[Moved]] = {}
    for moved in moves:
        assert moved.to is not None
        by.setdefault(moved.to, []).append(moved)
    for to, own in by.items():
        yield from _rule(facts, to, proposed)(facts, own)


def _rule(facts: Facts, to: Disposition, proposed: bool) -> Callable[[Facts, Sequence[Moved]], Iterator[Leg]]:
    if to is Disposition.SCRAP and facts.event.body.proceeds is not None:  # type: ignore[attr-defined]
        return rules.sell_off
    if to in (Disposition.SCRAP, Disposition.MISSING):
        return rules.propose_scrap if proposed else rules.write_off
    return _PARTING.get(to) or rules.place_goods


def _given_up(facts: Facts, found: list[Finding], run: Run) -> PlannedEvent:
    """Return the plan of goods that were credited and will not come in."""
    given = {item.disposition for item in facts.event.items}
    if not given <= {Disposition.MISSING, Disposition.CUSTOMER_KEEPS} or len(given) != 1:
        obstacle = Phrase("its goods have not come in")
        instead = Phrase(
            "post `receive: {case}` first, or write missing or customer_keeps", {"case": facts.event.reference}
        )
        return stopped(facts, [*found, step_refused(facts, "disposition", obstacle, instead)])
    gone, short = absent(facts)
    keeps = given == {Disposition.CUSTOMER_KEEPS}
    losses = [Loss(each.line, each.currency, each.amount) for each in gone]
    found += [*short, *of_a_loss(facts, not keeps, False), *([] if keeps or short else too_much_borne(facts, losses))]
    if failed(found):
        return stopped(facts, found)
    amount = sum((each.amount for each in gone), ZERO)
    document = asked_of_policy(facts, "dispose", amount, disposition=min(given, key=str).value)  # type: ignore[union-attr]
    planned, kept = settled(facts, found, [(facts, Decision())], document)
    if failed(kept):
        return planned
    rule: GivesUp = rules.leave_with_customer if keeps else rules.lose_on_the_way
    items = {each.line: (each.units, each.sku) for each in gone}
    legs = _of_its_year(facts, gone, rule) if keeps else rule(facts, gone)
    return with_entry(planned, facts, legs, run, list(items.values()))


def _of_its_year(facts: Facts, gone: Sequence[Absent], rule: GivesUp) -> list[Leg]:
    """Return the cost of goods that stay with the customer: last year's where its return was, and may still be."""
    legs: list[Leg] = []
    for each in gone:
        line = facts.sale.line(each.line.partition(PART_OF)[0]) if facts.sale is not None else None
        legs += rules.adjust_prior_period(rule(facts, [each]), replace(facts, line=line))
    return [*legs, *rules.close_prior_period(legs, facts.settings, facts.day, facts.decimals)]
