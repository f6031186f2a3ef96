"""Windows of a shop that end before those of a law: each row of the one beside each of the other, over a fortnight.

A window that a law gives to sales with a tag (the customer was not told of the right) is compared only where the shop's
own conditions know the tag: no shop writes a window for what it means never to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from returnledger.findings import Phrase
from returnledger.policies.lints.made_up_sales import dates_of, sales_for, where_it_gives
from returnledger.policy import Policy
from returnledger.policy.conditions import ALWAYS, Choice, Condition, FactValue, Test
from returnledger.policy.judgement import Judgement
from returnledger.policy.judging import Given, judge_alone
from returnledger.policy.lawful import binds, gives, later
from returnledger.policy.regions import Effort, tests_of
from returnledger.policy.states import TooMany
from returnledger.policy.windows import Window

_FORTNIGHT = 14  # so that a last day falls on each day of a week, also two that roll otherwise
# A window of ten years is as good as none, beside a law that ends on no day.
_AS_GOOD_AS_NONE = 3650
# Rolls move no last day further than this: a window that is longer by more is longer on every day.
_ROLLS = 20
# What judging one sale costs beside taking conditions apart: the same for all, and one for so many windows.
_JUDGING, _WINDOWS = 4, 5


class Shorter(NamedTuple):
    """A window of the shop that ends before the law's, which row of the law gives more, and both in words."""

    own: Window
    said: Judgement
    row: str
    statute: str | None
    mine: str
    theirs: object


def shorter_windows(policy: Policy, law: Policy, day: date, effort: Effort) -> Iterator[Shorter]:
    """Yield each window of `policy` that ends before one of `law`, once for each statute that gives more."""
    told: set[tuple[str, str | None]] = set()
    try:
        for found in _found(policy, law, day, effort):
            key = found.own.row, found.statute if found.said.window else None
            if key not in told:
                told.add(key)
                yield found
    except TooMany:
        return


def _found(policy: Policy, law: Policy, day: date, effort: Effort) -> Iterator[Shorter]:
    applies = law.applies or ALWAYS
    for theirs in _windows(law, known=_tags(policy)):
        for giving in where_it_gives(law):
            for mine in _windows(policy):
                for given in sales_for([*mine, applies, *theirs, *giving], day, effort):
                    found = _first(policy, law, given, day, effort)
                    if found is not None:
                        yield found


def _windows(policy: Policy, known: frozenset[FactValue] | None = None) -> Iterator[list[Condition]]:
    """Yield what must hold for each row of the windows to apply, but for those that ask for a tag that is not `known`."""
    rules = policy.windows
    yield []
    for fact, rows in (("category", rules.by_category), ("fault", rules.by_fault)):
        for name in rows:
            yield [Test(fact, (Choice("=", name),))]
    for row in policy.tables["window.cases"]:
        if known is None or known.issuperset(_tags_of(row.asks)):
            yield [row.asks]


def _tags(policy: Policy) -> frozenset[FactValue]:
    """Return the tags of sales that conditions of a policy ask for."""
    return frozenset(tag for rows in policy.tables.values() for row in rows for tag in _tags_of(row.asks))


def _tags_of(condition: Condition) -> Iterator[FactValue]:
    for test in tests_of(condition):
        if test.fact == "order_tags":
            yield from (choice.low for choice in test.choices)


def _first(policy: Policy, law: Policy, given: Given, day: date, effort: Effort) -> Shorter | None:
    """Return the first day of a fortnight on which a sale of these facts has less of the shop than of the law."""
    for later_by in range(_FORTNIGHT):
        effort.spend(_JUDGING + len(policy.windows.cases) // _WINDOWS)
        item = Given(given.facts, dates_of(day + timedelta(later_by)))
        said = judge_alone(law, item)
        if not binds(law, said.facts).holds or not gives(said):
            return None
        own = judge_alone(policy, item).window
        if own is None:
            return None
        if said.window is None:
            if own.last_day is not None and (own.last_day - day).days >= _AS_GOOD_AS_NONE:
                return None
            chosen = said.picked["verdict"].chosen
            return Shorter(own, said, chosen.row, chosen.statute, _days(own), Phrase("no last day"))
        if later(own, said.window) is not own:
            return Shorter(own, said, said.window.row, said.window.statute, _days(own), _days(said.window))
        if own.last_day and said.window.last_day and (own.last_day - said.window.last_day).days > _ROLLS:
            return None
    return None


def _days(window: Window) -> str:
    return f"{window.start} → {window.last_day}"
