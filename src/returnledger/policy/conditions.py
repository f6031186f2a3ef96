"""What a row of a policy asks before it decides: values to be equal to, comparisons, ranges, and their combinations.

A condition is yes, no or unknown: a fact that nobody has makes it unknown, and so its `not`. A fact known to be nothing
is the empty text, which equals no value.

    when: {category: [digital, gift_card], amount: ">100", not: {customer_group: gold}}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from returnledger.money import plain

FactValue = str | Decimal | date | bool | frozenset[str] | None
Facts = Mapping[str, FactValue]
Operator = Literal["=", ">", ">=", "<", "<=", "..", "*"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value to be equal to, one comparison, one range or one pattern."""

    operator: Operator
    low: FactValue
    high: FactValue = None

    def matches(self, value: FactValue) -> bool:
        """Return True if the known `value` is what this choice asks for."""
        if isinstance(value, frozenset):
            return self.low in value
        if self.operator == "*":
            return _matches_pattern(str(self.low), str(value))
        if self.operator == "=":
            return value == self.low
        return _compares(self.operator, value, self.low, self.high)


def _compares(operator: Operator, value: FactValue, low: FactValue, high: FactValue) -> bool:
    if isinstance(value, Decimal | int) and isinstance(low, Decimal) and not isinstance(value, bool):
        number = Decimal(value)
        if operator == "..":
            return low <= number <= (high if isinstance(high, Decimal) else low)
        return {">": number > low, ">=": number >= low, "<": number < low, "<=": number <= low}[operator]
    if isinstance(value, date) and isinstance(low, date):
        if operator == "..":
            return low <= value <= (high if isinstance(high, date) else low)
        return {">": value > low, ">=": value >= low, "<": value < low, "<=": value <= low}[operator]
    return False


def _matches_pattern(pattern: str, text: str) -> bool:
    """Return True if `text` has the shape of `pattern`, where each `*` stands for any text; time is linear in both."""
    first, *middle, last = pattern.split("*")
    if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
        return False
    start, end = len(first), len(text) - len(last)
    for piece in middle:
        found = text.find(piece, start, end)
        if found < 0:
            return False
        start = found + len(piece)
    return True


@dataclass(frozen=True, slots=True)
class Test:
    """One fact that must be any of the choices."""

    fact: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class All:
    """Every part must hold; without parts it always holds."""

    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part must hold; without parts it never holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not hold."""

    part: Condition


Condition = Test | All | AnyOf | Not
ALWAYS = All()


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes, no, or None where facts are missing; `missing` names them."""

    holds: bool | None
    missing: tuple[str, ...] = ()


_YES, _NO = Answer(True), Answer(False)


def answer(condition: Condition, facts: Facts) -> Answer:
    """Return whether `condition` holds for `facts`; what only a missing fact could decide is unknown."""
    if isinstance(condition, Test):
        value = facts.get(condition.fact)
        if value is None:
            return Answer(None, (condition.fact,))
        return _YES if any(choice.matches(value) for choice in condition.choices) else _NO
    if isinstance(condition, Not):
        inner = answer(condition.part, facts)
        return inner if inner.holds is None else Answer(not inner.holds)
    decides = isinstance(condition, AnyOf)  # one yes decides an any, one no decides an all
    missing: list[str] = []
    for part in condition.parts:
        inner = answer(part, facts)
        if inner.holds is decides:
            return Answer(decides)
        missing.extend(fact for fact in inner.missing if fact not in missing)
    return Answer(None, tuple(missing)) if missing else Answer(not decides)


def facts_of(condition: Condition) -> Iterator[str]:
    """Yield the facts that `condition` asks for, in the order written, each once."""
    yield from dict.fromkeys(_asked(condition))


def _asked(condition: Condition) -> Iterator[str]:
    if isinstance(condition, Test):
        yield condition.fact
    elif isinstance(condition, Not):
        yield from _asked(condition.part)
    else:
        for part in condition.parts:
            yield from _asked(part)


def text_of(value: FactValue) -> str:
    """Return a fact as people write it: dates in ISO form, plain decimals, sets in alphabetical order."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return ", ".join(sorted(value))
    return "" if value is None else str(value)


def used(condition: Condition, facts: Facts) -> tuple[tuple[str, str], ...]:
    """Return the known facts that `condition` asks for, as (name, text)."""
    return tuple((fact, text_of(facts[fact])) for fact in facts_of(condition) if facts.get(fact) is not None)
