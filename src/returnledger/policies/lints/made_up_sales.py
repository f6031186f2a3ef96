"""Sales that are made up for two policies to judge: a few for which given conditions hold, delivered on a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice

from returnledger.policy import FactValue, Policy
from returnledger.policy.conditions import All, Condition, Not
from returnledger.policy.fact_names import FACTS, FactType
from returnledger.policy.judging import Dates, Given
from returnledger.policy.regions import Box, Effort, Space
from returnledger.policy.states import MISSING, TooMany
from returnledger.terms import Verdict

# Sales that are looked at for the same conditions.
_SALES = 3
# What follows from the days, so that a sale can't be made up with it.
_FOLLOWS = ("in_window", "days_late", "weekday", "days_since_delivered", "days_since_sale", "amount")
_COMMON: Mapping[str, FactValue] = {
    "kind": "return",
    "category": "other",
    "reason": "changed_mind",
    "condition": "new",
    "order_tags": frozenset(),
    "evidence": frozenset(),
}


def sales_for(conditions: list[Condition], day: date, effort: Effort) -> Iterator[Given]:
    """Yield a few sales for which all `conditions` hold; none where they are too many to take apart."""
    if effort.spent:
        return
    try:
        space = Space.of(conditions, effort)
        boxes = space.holds(All(tuple(conditions)))
    except TooMany:
        return
    for box in islice(boxes, _SALES):
        yield Given({"line_amount": Decimal(100), **_facts(space, box)}, dates_of(day))


def dates_of(delivered: date) -> Dates:
    """Return the days of a sale that was delivered on a day, and of its return."""
    before, after = delivered - timedelta(1), delivered + timedelta(1)
    done = delivered + timedelta(3)
    return Dates(before, before, delivered, done, before, before, before, after, done, done, done, done)


def where_it_gives(law: Policy) -> list[list[Condition]]:
    """Return what must hold for each row of the verdicts that does not deny to decide, and for none to decide."""
    found: list[list[Condition]] = []
    above: list[Condition] = []
    for row in law.tables["verdicts"]:
        if row.chosen.value is not Verdict.DENY:
            found.append([row.asks, *above])
        above.append(Not(row.asks))
    return [*found, above]


def _facts(space: Space, box: Box) -> dict[str, FactValue]:
    """Return facts that lie in a box, the first of those that have a value; others are as with most sales."""
    facts = dict(_COMMON)
    words: dict[str, frozenset[str]] = {}
    for key, states in box.items():
        known = states & ~MISSING
        if not known:
            continue
        value = space.facts[key].samples.get((known & -known).bit_length() - 1)
        fact, _, word = key.partition(" has ")
        if word:
            words[fact] = words.get(fact, frozenset()) | (value if isinstance(value, frozenset) else frozenset())
        elif fact in FACTS and FACTS[fact] is not FactType.WORDS and fact not in _FOLLOWS:
            facts[fact] = value
    return facts | words
