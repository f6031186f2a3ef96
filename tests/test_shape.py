"""What does not fit a model is said in our words, at the value or the key that is meant."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from returnledger.events.fields import Code, Day, Money, Percent, Text, Truth
from returnledger.findings import Finding
from returnledger.problems import READING
from returnledger.shape import shape
from returnledger.terms import Fault, Reason
from returnledger.yamlfile import read_yaml


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Window(Part):
    days: Money = Field(examples=["7"])
    counted_from: Literal["delivered", "sold"] = Field("sold", alias="from")
    roll: Truth = False


class Row(Part):
    id: Text
    percent: Percent | None = None
    kind: Window | Text = "x"


class Policy(Part):
    name: Text = Field(alias="policy", examples=["standard"])
    valid_from: Day | None = None
    window: Window
    by_category: dict[str, Window] = {}
    by_fault: dict[Annotated[Fault, Code(Fault)], Window] = {}
    rows: list[Row] = []
    fault: dict[Annotated[Reason, Code(Reason)] | Literal["none"], Text] = {}
    number: int = 1


GOOD = "policy: standard\nwindow: {days: 7}\n"


def findings_of(text: str) -> list[Finding]:
    (node,), unread = read_yaml(text.encode(), "f")
    assert not unread
    shaped, findings = shape(Policy, node)
    assert (shaped is None) == bool(findings)
    for finding in findings:
        READING[finding.code].message.format_map(finding.values)
        READING[finding.code].hint.format_map(finding.values)
    return findings


# Code, what is added to a good file from line 3, line, column.
FAULTS = [
    ("key-unknown", "widnow: 1", 3, 1),
    ("key-unknown", "by_category:\n  apparel: {days: 1, form: sold}", 4, 22),
    ("key-unknown", "rows: [{id: a}, {id: b, pct: 3}]", 3, 25),
    ("key-missing", "rows: [{percent: 3}]", 3, 8),
    ("key-missing", "by_category: {apparel: {}}", 3, 24),
    ("value-missing", "by_category: {apparel: {days: }}", 3, 31),
    ("word-unknown", "by_category: {apparel: {days: 1, from: recieved}}", 3, 40),
    ("word-unknown", "by_fault: {shop: {days: 1}}", 3, 12),
    ("word-unknown", "fault: {non: x}", 3, 9),
    ("text-expected", "rows: [{id: [a]}]", 3, 13),
    ("list-expected", "rows: {id: a}", 3, 7),
    ("map-expected", "by_category: [a]", 3, 14),
    ("map-expected", "by_category: {apparel: 7}", 3, 24),
    ("number-form", "by_category: {apparel: {days: 7d}}", 3, 31),
    ("number-range", "rows: [{id: a, percent: 101}]", 3, 25),
    ("date-form", "valid_from: 1.2.2026", 3, 13),
    ("truth-form", "by_category: {apparel: {days: 1, roll: yes}}", 3, 40),
    ("value-unread", "number: x", 3, 9),
]


@pytest.mark.parametrize(("code", "text", "line", "column"), FAULTS)
def test_what_does_not_fit_is_said_at_its_place(code: str, text: str, line: int, column: int) -> None:
    (finding,) = findings_of(GOOD + text)
    assert finding.span is not None
    assert (finding.code, finding.span.line, finding.span.column) == (code, line, column)


def test_a_map_without_a_value_is_named_by_what_it_was_to_be() -> None:
    (node,), _ = read_yaml(b"BOX:\n", "f")
    ((_, value),) = node.entries
    _, (finding,) = shape(Policy, value, "BOX")
    assert (finding.code, finding.values["key"]) == ("value-missing", "BOX")


def test_what_fits_is_the_model() -> None:
    (node,), _ = read_yaml((GOOD + "fault: {质量问题: a, none: b}").encode(), "f")
    policy, findings = shape(Policy, node)
    assert not findings
    assert policy is not None
    assert policy.window.days == Decimal(7)
    assert list(policy.fault) == [Reason.DEFECTIVE, "none"]


def test_the_nearest_key_and_an_example_are_given() -> None:
    by_code = {finding.code: finding.values for finding in findings_of("polcy: x\nwindow: {days: 7}")}
    assert by_code["key-unknown"]["nearest"] == "policy"
    assert by_code["key-missing"]["example"] == "standard"


def test_of_several_choices_the_one_that_came_furthest_speaks() -> None:
    (finding,) = findings_of(GOOD + "rows: [{id: a, kind: {days: 1, form: sold}}]")
    assert finding.code == "key-unknown"
    assert finding.values["key"] == "form"


def test_all_faults_of_a_file_are_said_at_once() -> None:
    codes = [finding.code for finding in findings_of("window: {days: x, from: y}\nvalid_from: 2026-02-30\nrows: 1")]
    assert sorted(codes) == ["date-not-in-calendar", "key-missing", "list-expected", "number-form", "word-unknown"]


def test_the_words_of_pydantic_are_never_shown() -> None:
    for finding in findings_of("window: 1\nrows: [1, {id: {a: b}}]\nnumber: x\nfault: 3"):
        said = READING[finding.code].message.format_map(finding.values)
        assert "nput" not in said
        assert "alid" not in said
