"""Plans how returned goods come to be for sale again: put away as they are, or refurbished first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from returnledger import rules
from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase
from returnledger.kinds.onestep import asked_of_policy, case_of_step, failed, settled, stopped, with_entry
from returnledger.kinds.recovered import paid_from
from returnledger.money import ZERO, shares
from returnledger.moves import Moved, selling_account
from returnledger.planned import PlannedEvent
from returnledger.planrun import Run, may_restock_in
from returnledger.roles import Role
from returnledger.rows import LotUnits
from returnledger.rules.refurbish import Bettered
from returnledger.stepfindings import step_refused
from returnledger.taking import WAITING, taken
from returnledger.terms import Condition, Disposition


def put_away(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of good returned units that go back to the account they are sold from."""
    facts, found = case_of_step(base, run)
    if failed(found) or facts.now is None:
        return stopped(facts, found)
    moves, short = taken(facts, run.context, (Role.INVENTORY_RETURNED,))
    found += [*short, *_unsafe(facts, moves, run)]
    if failed(found) or not moves:
        return stopped(facts, found)
    planned, kept = settled(facts, found, [(facts, Decision())], asked_of_policy(facts, "put_away", ZERO))
    if failed(kept):
        return planned
    items = [(moved.units, moved.sku) for moved in moves]
    return with_entry(planned, facts, rules.put_away(facts, moves), run, items)


def _unsafe(facts: Facts, moves: Sequence[Moved], run: Run) -> Iterator[Finding]:
    """Yield the finding that units put away on the day would change the cost of a later sale."""
    may_restock = may_restock_in(run)
    for moved in moves:
        account, pile = selling_account(facts, moved.pile), moved.pile
        if pile.lot is None or may_restock(facts, LotUnits(account, pile.commodity, pile.lot, moved.units)):
            continue
        said = {"sku": pile.sku, "account": account, "day": facts.day}
        obstacle = Phrase("on {day}, {sku} in {account} would change the cost of a later sale", said)
        yield step_refused(facts, "date", obstacle, Phrase("write a day after the last sale of it"))
        return


def refurbished(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of units that are made good for sale again."""
    facts, found = case_of_step(base, run)
    if failed(found) or facts.now is None:
        return stopped(facts, found)
    moves, short = taken(facts, run.context, WAITING, Disposition.REFURBISH)
    role, account, unknown = paid_from(facts)
    found += [*short, *unknown]
    body = facts.event.body
    spent: Decimal = body.refurbishing_cost or ZERO  # type: ignore[attr-defined]
    if spent < 0:
        instead = Phrase("write what it cost, without tax")
        found.append(step_refused(facts, "refurbishing_cost", Phrase("the cost is below zero"), instead))
    if failed(found) or not moves:
        return stopped(facts, found)
    result: Condition = body.result or Condition.OPENED  # type: ignore[attr-defined]
    parts = shares(spent, [moved.units for moved in moves], facts.decimals)
    to = _after(facts, result)
    bettered = [
        Bettered(replace(moved, to=to), part, result, role.value, account)
        for moved, part in zip(moves, parts, strict=True)
    ]
    planned, kept = settled(facts, found, [(facts, Decision())], asked_of_policy(facts, "refurbish", spent))
    if failed(kept):
        return planned
    items = [(moved.units, moved.sku) for moved in moves]
    return with_entry(planned, facts, rules.refurbish(facts, bettered), run, items)


def _after(facts: Facts, result: Condition) -> Disposition:
    """Return what is done with goods in the condition that they have now: as the policy says, else for sale as opened."""
    policy = facts.policy
    row = policy.says.dispositions.get(result) if policy is not None else None
    if row is not None:
        return row.to
    return Disposition.RESTOCK if result is Condition.NEW else Disposition.RESTOCK_OPEN_BOX
