"""Sales that are made up so that a condition holds for them, or no row of a table does."""

from __future__ import annotations

from returnledger.policy import Policy
from returnledger.policy.conditions import Condition, FactValue
from returnledger.policy.cover import Cover
from returnledger.policy.fact_names import FACTS, FactType
from returnledger.policy.regions import Box, Effort, Space
from returnledger.policy.states import MISSING, TooMany

_EFFORT = 100_000


def facts_for(condition: Condition, *, holds: bool = True) -> dict[str, FactValue] | None:
    """Return facts for which `condition` holds, or with `holds` false fails; None where none can be made up."""
    try:
        space = Space.of([condition], Effort(_EFFORT))
        region = space.holds(condition) if holds else space.fails(condition)
        for box in region:
            known = space.known(box)
            if all(known.values()):
                return facts_in(space, known)
    except TooMany:
        return None
    return None


def facts_outside(policy: Policy, table: str) -> dict[str, FactValue]:
    """Return facts for which no row of `table` holds, or could hold; nothing where there are none."""
    rows = policy.tables[table]
    try:
        space = Space.of((row.asks for row in rows), Effort(_EFFORT))
        cover = Cover(((i, box) for i, row in enumerate(rows) for box in space.may_hold(row.asks)), space)
        left = cover.leaves([space.known({})], len(rows))[0]
    except TooMany:
        return {}
    return {} if left is None else facts_in(space, left)


def facts_in(space: Space, box: Box) -> dict[str, FactValue]:
    """Return facts that lie in `box`: of numbers the least that is listed, of words one that no condition names."""
    facts: dict[str, FactValue] = {}
    for key, states in box.items():
        samples = space.facts[key].samples
        bits = [bit for bit in samples if states & ~MISSING & 1 << bit]
        if not bits:
            continue
        fact = key.partition(" ")[0]
        kind = FACTS[fact]
        value = samples[min(bits) if kind in (FactType.NUMBER, FactType.DAY) else max(bits)]
        before = facts.get(fact)
        facts[fact] = before | value if isinstance(before, frozenset) and isinstance(value, frozenset) else value
    return facts
