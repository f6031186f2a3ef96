"""Reads the conditions of a policy's rows: from the text of a file to what a row asks, with a finding for each slip."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from returnledger.events.suggest import nearest
from returnledger.findings import Finding
from returnledger.places import Path, Places
from returnledger.policy.conditions import All, AnyOf, Choice, Condition, Not, Operator, Test
from returnledger.policy.fact_names import EXAMPLES, FACTS, TABLE_FACTS, Combination, FactType, words_of

# More comparisons than any shop writes; a bound on the work that one event can cause.
MOST_COMPARISONS = 5000
# More than anybody mends at once; a bound on the work that a hostile file can cause.
MOST_FINDINGS = 1000

_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,10})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COMPARISON = re.compile(r"(>=|<=|>|<)\s*(\S.*)")
_OPERATORS: dict[str, Operator] = {">": ">", ">=": ">=", "<": "<", "<=": "<="}


@dataclass(slots=True)
class ConditionReader:
    """Reads conditions of one file and gathers what is wrong with them."""

    places: Places
    methods: Collection[str] = ()
    findings: list[Finding] = field(default_factory=list)
    comparisons: int = 0

    def read(self, data: Mapping[str, Any], table: str, path: Path) -> Condition:
        """Return what the map `data` at `path` asks: every key must hold. What can't be read never holds."""
        parts: list[Condition] = []
        for key, value in data.items():
            if key == "any" and isinstance(value, list) and all(isinstance(part, Mapping) for part in value):
                parts.append(AnyOf(tuple(self.read(part, table, (*path, key, i)) for i, part in enumerate(value))))
            elif key == "not" and isinstance(value, Mapping):
                parts.append(Not(self.read(value, table, (*path, key))))
            elif key in ("any", "not"):
                self._unreadable(key, value, path)
                parts.append(AnyOf(()))
            else:
                allowed = self._allowed(key, table, (*path, key))
                parts.append(Test(key, self._choices(key, value, (*path, key)) if allowed else ()))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _say(self, finding: Finding) -> None:
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)

    def _unreadable(self, key: str, value: object, path: Path) -> None:
        example = "[{reason: defective}, {amount: '<30'}]" if key == "any" else "{customer_group: gold}"
        kind = Combination.ANY if key == "any" else Combination.NOT
        values = {"fact": key, "text": _shown(value), "type": kind, "example": example}
        self._say(Finding("condition-unreadable", self.places.at(*path, key), values))

    def _allowed(self, fact: str, table: str, path: Path) -> bool:
        allowed = TABLE_FACTS[table]
        if fact in allowed:
            return True
        if len(self.findings) >= MOST_FINDINGS:
            return False
        known = sorted(allowed)
        values: dict[str, object] = {"fact": fact, "table": table, "known": known}
        if fact in FACTS:
            self._say(Finding("fact-not-here", self.places.key_at(*path), values))
        else:
            values["nearest"] = nearest(fact, [*known, "any", "not"])
            self._say(Finding("fact-unknown", self.places.key_at(*path), values))
        return False

    def _choices(self, fact: str, value: object, path: Path) -> tuple[Choice, ...]:
        texts = value if isinstance(value, list) else [value]
        if not texts or value == "":
            self._say(Finding("condition-empty", self.places.at(*path), {"fact": fact}))
        self._count(len(texts), path)
        choices = []
        for position, text in enumerate(texts):
            choice = choice_of(fact, text, self.methods) if isinstance(text, str) and text else None
            if choice is not None:
                choices.append(choice)
            elif text != "":
                self._not_a_choice(fact, text, (*path, position) if isinstance(value, list) else path)
        return tuple(choices)

    def _count(self, number: int, path: Path) -> None:
        before = self.comparisons
        self.comparisons += number
        if before <= MOST_COMPARISONS < self.comparisons:
            values = {"count": f"more than {MOST_COMPARISONS}", "limit": MOST_COMPARISONS}
            self._say(Finding("condition-too-long", self.places.at(*path), values))

    def _not_a_choice(self, fact: str, text: object, path: Path) -> None:
        if len(self.findings) >= MOST_FINDINGS:
            return
        values: dict[str, object] = {"fact": fact, "text": _shown(text)}
        if FACTS[fact] is FactType.WORD and isinstance(text, str):
            codes = list(dict.fromkeys(words_of(fact, self.methods).values()))
            spelling = nearest(text, words_of(fact, self.methods))
            values |= {"nearest": words_of(fact, self.methods)[spelling], "known": codes}
            self._say(Finding("condition-word-unknown", self.places.at(*path), values))
        else:
            values |= {"type": FACTS[fact], "example": _turned(text, FACTS[fact]) or EXAMPLES[FACTS[fact]]}
            self._say(Finding("condition-unreadable", self.places.at(*path), values))


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "{…}"
    return "[…]" if isinstance(value, list) else str(value)[:100]


def _turned(text: object, kind: FactType) -> str:
    """Return a range that ends before it begins the other way round; "" for anything else."""
    first, dots, last = str(text).partition("..")
    turned = f"{last.strip()}..{first.strip()}"
    return turned if dots and kind in (FactType.NUMBER, FactType.DAY) and _ordered(turned, kind) else ""


def choice_of(fact: str, text: str, methods: Collection[str] = ()) -> Choice | None:
    """Return what `text` asks of `fact`, or None where it can't be read.

    Numbers are ASCII digits with at most one dot, dates are `YYYY-MM-DD`; `a..b` includes both ends.
    """
    kind = FACTS[fact]
    if kind is FactType.WORD:
        word = words_of(fact, methods).get(text)
        return None if word is None else Choice("=", word)
    if kind is FactType.FLAG:
        return Choice("=", text == "true") if text in ("true", "false") else None
    if kind is FactType.PATTERN and "*" in text:
        return Choice("*", text)
    if kind is FactType.NUMBER or kind is FactType.DAY:
        return _ordered(text, kind)
    return Choice("=", text)


def _ordered(text: str, kind: FactType) -> Choice | None:
    low_text, dots, high_text = text.partition("..")
    if dots:
        return _range(_value(low_text.strip(), kind), _value(high_text.strip(), kind))
    comparison = _COMPARISON.fullmatch(text)
    operator: Operator = _OPERATORS[comparison[1]] if comparison else "="
    value = _value(comparison[2].strip() if comparison else text, kind)
    return None if value is None else Choice(operator, value)


def _range(low: Decimal | date | None, high: Decimal | date | None) -> Choice | None:
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        return Choice("..", low, high) if low <= high else None
    if isinstance(low, date) and isinstance(high, date):
        return Choice("..", low, high) if low <= high else None
    return None


def _value(text: str, kind: FactType) -> Decimal | date | None:
    if kind is FactType.NUMBER:
        return Decimal(text) if _NUMBER.fullmatch(text) else None
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
