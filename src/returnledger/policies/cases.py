"""Reads the cases of a policy, `tests/NAME.yaml` beside its file: what is given, and what the policy must make of it.

    policy: standard
    cases:
      - name: the seventh day is the last
        given: {delivered: 2026-03-03, requested: 2026-03-10, reason: changed_mind, line_amount: 100.00}
        expect: {verdict: allow, last_day: 2026-03-10, fee: 0.00, rows: {window: window.default}}

`given` has facts by the names of conditions, and days by the names that windows count from; what is left out is unknown.
Only what `expect` names is compared.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field
from pydantic_core import PydanticCustomError

from returnledger.configfields import OneOrMany, Part
from returnledger.events.fields import (
    Code,
    Name,
    Percent,
    Quantity,
    Reads,
    Text,
    Truth,
    day_of,
    number_of,
    text_of,
    truth_of,
)
from returnledger.events.suggest import nearest
from returnledger.findings import Finding, Span
from returnledger.policy.conditions import FactValue
from returnledger.policy.fact_names import FACTS, FactType, words_of
from returnledger.policy.judging import Dates, Given
from returnledger.policy.model_base import Step
from returnledger.terms import Condition, Disposition, Goods, Verdict
from returnledger.yamlfile import Node

UNKNOWN, NONE = "unknown", "none"
# What limits ask of a customer's history, for days of their own.
_HISTORY: Final = re.compile(r"(customer|order|sku)_(rate|returns|amount|orders)_[0-9]{1,5}d")
_MORE_FACTS: Final = ("line_net",)


def _or(word: str, read: Any) -> Any:
    """Return a reader that takes `word` as it stands and gives everything else to `read`."""
    return Reads(lambda value: value if value == word else read(value), {"type": ["string", "number"]})


DayOrNone = Annotated[date | str, _or(NONE, day_of)]
AmountOrUnknown = Annotated[Decimal | str, _or(UNKNOWN, number_of)]
Names = Annotated[list[Name], OneOrMany]
Effect = Literal[
    "window",
    "condition",
    "verdict",
    "goods",
    "freight",
    "shipping",
    "approvals",
    "one_step",
    "fee",
    "disposition",
    "inspection",
    "refund_when",
    "limits",
    "refunds",
    "deadline",
    "coupons",
    "evidence",
    "authorisation",
    "advance",
    "blind",
    "cost",
    "closed_period",
]


class Expect(Part):
    """What a policy must make of a case; only what is named is compared."""

    verdict: Annotated[Verdict, Code(Verdict)] | None = None
    because: Name | None = None
    goods: Annotated[Goods, Code(Goods)] | None = None
    freight: Literal["merchant", "customer", "none"] | None = None
    shipping: Literal["all", "standard", "pro_rata", "none"] | None = None
    last_day: DayOrNone | None = None
    in_window: Literal["true", "false", "unknown"] | None = None
    days_late: Quantity | None = None
    fee: AmountOrUnknown | None = None
    approvals: Names | None = None
    one_step: Truth | None = None
    condition: Annotated[Condition, Code(Condition)] | None = None
    disposition: Annotated[Disposition, Code(Disposition)] | None = None
    methods: Names | None = None
    bonus_percent: Percent | None = None
    refund_by: DayOrNone | None = None
    refund_when: Literal["requested", "proof_sent", "received", "inspected", "none"] | None = None
    evidence: dict[Step, Names] | None = None
    limits: Annotated[Verdict, Code(Verdict)] | None = None
    inspection: Literal["accept", "refuse"] | None = None
    coupons: Literal["pro_rata", "clawback"] | None = None
    advance_retain: AmountOrUnknown | None = None
    authorisation_until: DayOrNone | None = None
    rows: dict[Effect, Names] | None = None


class CaseRow(Part):
    """One case as it is written."""

    name: Text = Field(examples=["the seventh day is the last"])
    given: dict[str, Any] = Field(examples=["{delivered: 2026-03-03, requested: 2026-03-10}"])
    expect: Expect | None = None
    note: Text | None = None


class CaseTable(Part):
    """A file of cases."""

    policy: Name = Field(examples=["standard"])
    version: Name | None = None
    cases: list[CaseRow] = Field(examples=["[{name: ..., given: {...}, expect: {...}}]"])


@dataclass(frozen=True)
class Case:
    """One case: its name, what is known of it, what must come of it (None where nobody has said yet), and its place."""

    name: str
    given: Given
    expect: Expect | None
    place: Span


@dataclass(frozen=True)
class CaseFile:
    """The cases of one policy, and the file they stand in as read."""

    file: str
    path: Path
    policy: str
    version: str | None
    cases: tuple[Case, ...]
    node: Node


def cases_of(table: CaseTable, node: Node, methods: Collection[str]) -> tuple[list[Case], list[Finding]]:
    """Return the cases of a file with what is wrong in them; `methods` are the tenders that the settings name."""
    cases: list[Case] = []
    findings: list[Finding] = []
    first: dict[str, int] = {}
    for position, row in enumerate(table.cases):
        given, wrong = given_of(row.given, node, ("cases", position, "given"), methods)
        findings += wrong
        place = node.at("cases", position, "name")
        if row.name in first:
            findings.append(Finding("case-name-twice", place, {"name": row.name, "line": first[row.name]}))
        first.setdefault(row.name, place.line)
        cases.append(Case(row.name, given, row.expect, place))
    return cases, findings


def given_of(
    data: Mapping[str, Any], node: Node, path: tuple[str | int, ...], methods: Collection[str] = ()
) -> tuple[Given, list[Finding]]:
    """Return the facts and days of the map `data` at `path`, with a finding for each that can't be read."""
    facts: dict[str, FactValue] = {}
    days: dict[str, date] = {}
    findings: list[Finding] = []
    for key, value in data.items():
        try:
            if key in Dates._fields:
                days[key] = day_of(value)
            elif key in FACTS or key in _MORE_FACTS or _HISTORY.fullmatch(key):
                facts[key] = _fact(key, value, methods)
            else:
                known = [*FACTS, *Dates._fields]
                values = {"fact": key, "nearest": nearest(key, known), "known": known}
                findings.append(Finding("case-fact-unknown", node.key_at(*path, key), values))
        except PydanticCustomError as error:
            found = {"key": key, **(error.context or {})}
            findings.append(Finding(error.type, node.at(*path, key), found))
        except _NotAWord as error:
            words = words_of(key, methods)
            values = {
                "fact": key,
                "text": error.text[:100],
                "nearest": words[nearest(error.text, words)],
                "known": list(dict.fromkeys(words.values())),
            }
            findings.append(Finding("condition-word-unknown", node.at(*path, key), values))
    return Given(facts, Dates(**days)), findings


class _NotAWord(Exception):
    """Raised for a text that is no word of its fact."""

    def __init__(self, text: str) -> None:
        """Hold the text."""
        super().__init__(text)
        self.text = text


def _fact(name: str, value: Any, methods: Collection[str]) -> FactValue:
    kind = FACTS.get(name, FactType.NUMBER)
    if kind is FactType.NUMBER:
        return number_of(value)
    if kind is FactType.DAY:
        return day_of(value) if value != "" else ""
    if kind is FactType.FLAG:
        return truth_of(value)
    if kind is FactType.WORDS:
        texts = value if isinstance(value, list) else [value]
        return frozenset(text_of(text) for text in texts if text != "")
    text = text_of(value)
    if kind is not FactType.WORD:
        return text
    word = words_of(name, methods).get(text)
    if word is None:
        raise _NotAWord(text)
    return word
