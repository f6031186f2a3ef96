"""Which returns have used what a provision set aside, so that it can't be undone before them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from returnledger.books import Books, standing
from returnledger.estimates import ROLES, Pool
from returnledger.facts import Facts
from returnledger.rows import Posted
from returnledger.terms import Kind


def with_uses(facts: Facts, books: Books) -> Facts:
    """Return the facts of a void with the returns that rest on the provision it undoes."""
    if not facts.target or facts.target_voided:
        return facts
    later = uses_of_provision(facts.target, books)
    return replace(facts, dependants=tuple(dict.fromkeys((*facts.dependants, *later)))) if later else facts


def uses_of_provision(target: Sequence[Posted], books: Books) -> list[str]:
    """Return the events that a void of a provision must wait for, the last first: none where enough is left without it."""
    owner = target[0].told.get("owner", "")
    if target[0].kind != Kind.PROVISION or not owner or books.estimated is None:
        return []
    entries = books.by_order.get(target[0].order, ()) if target[0].order else books.estimated.entries.values()
    without = [entry for entry in entries if entry not in target]
    pool = books.estimated.pool(owner, without, books.sales.get(target[0].order), without=target)
    if not any(_turns(pool, role) for role in ROLES):
        return []
    using = [e for e in standing(without) if any(leg.owner == owner for leg in e.legs) and e.date >= target[0].date]
    using.sort(key=lambda entry: (entry.date, entry.step), reverse=True)
    return list(dict.fromkeys(entry.id for entry in using))


def _turns(pool: Pool, role: str) -> bool:
    """Return True if a balance of the role would be below nil at the end of some day."""
    return any(
        stand.amount < 0
        for currency, of in pool.monies(role)
        for day in sorted({row.date for row in pool.rows})
        for stand in pool.stands(role, currency, day, of)
    )
