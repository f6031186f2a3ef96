"""Makes of a condition a function that answers it: yes, no, or None where only a missing fact could decide.

A policy judges by the hundred thousand when a year is looked at again; a function made once answers ten times as fast
as a walk through the condition, and says the same (`conditions.answer`, which also names what is missing).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from operator import ge, gt, le, lt

from returnledger.policy.conditions import AnyOf, Choice, Condition, Facts, FactValue, Not, Test

Asks = Callable[[Facts], bool | None]

_COMPARE = {">": gt, ">=": ge, "<": lt, "<=": le}


def asking(condition: Condition) -> Asks:
    """Return the function that answers `condition`."""
    if isinstance(condition, Test):
        return _test(condition)
    if isinstance(condition, Not):
        return _negated(asking(condition.part))
    parts = tuple(asking(part) for part in condition.parts)
    if isinstance(condition, AnyOf):
        return _any(parts)
    if not parts:
        return _always
    return parts[0] if len(parts) == 1 else _all(parts)


def _always(facts: Facts) -> bool | None:
    return True


def _negated(part: Asks) -> Asks:
    def ask(facts: Facts) -> bool | None:
        answer = part(facts)
        return None if answer is None else not answer

    return ask


def _all(parts: tuple[Asks, ...]) -> Asks:
    def ask(facts: Facts) -> bool | None:
        answer: bool | None = True
        for part in parts:
            found = part(facts)
            if found is False:
                return False
            if found is None:
                answer = None
        return answer

    return ask


def _any(parts: tuple[Asks, ...]) -> Asks:
    def ask(facts: Facts) -> bool | None:
        answer: bool | None = False
        for part in parts:
            found = part(facts)
            if found:
                return True
            if found is None:
                answer = None
        return answer

    return ask


def _test(test: Test) -> Asks:
    fact, choices = test.fact, test.choices
    equal = frozenset(choice.low for choice in choices if choice.operator == "=" and isinstance(choice.low, str))
    if len(equal) == len({choice.low for choice in choices}) and len(equal) > 0:
        return _one_of(fact, equal)
    if len(choices) == 1 and choices[0].operator in _COMPARE and isinstance(choices[0].low, Decimal):
        return _compared(fact, choices[0])
    return _chosen(fact, tuple(choice.matches for choice in choices))


def _one_of(fact: str, words: frozenset[FactValue]) -> Asks:
    def ask(facts: Facts) -> bool | None:
        value = facts.get(fact)
        if value is None:
            return None
        return not words.isdisjoint(value) if isinstance(value, frozenset) else value in words

    return ask


def _compared(fact: str, choice: Choice) -> Asks:
    compare, low, matches = _COMPARE[choice.operator], Decimal(str(choice.low)), choice.matches

    def ask(facts: Facts) -> bool | None:
        value = facts.get(fact)
        if value is None:
            return None
        return compare(value, low) if type(value) is Decimal else matches(value)

    return ask


def _chosen(fact: str, matches: tuple[Callable[[FactValue], bool], ...]) -> Asks:
    def ask(facts: Facts) -> bool | None:
        value = facts.get(fact)
        if value is None:
            return None
        return any(match(value) for match in matches)

    return ask
