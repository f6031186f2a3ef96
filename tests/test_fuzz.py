"""No input hurts: whatever the bytes, the readers answer with events and findings, in bounded time, never an exception."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from returnledger.events import canonical_text
from returnledger.eventsfile import Format, parse_canonical, read_events
from returnledger.problems import READING
from returnledger.yamlfile import MAX_FINDINGS, read_yaml

SOON = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=200_000, deadline=None, suppress_health_check=list(HealthCheck))

KEYS = [
    "return",
    "refund",
    "allowance",
    "void",
    "退货",
    "kind",
    "ref",
    "defaults",
    "events",
    "items",
    "sku",
    "qty",
    "date",
]
KEYS += ["note", "meta", "source", "evidence", "tags", "allow", "id", "fee", "batch", "meta.x", "source.id", "x", ""]
TEXTS = [
    "SO-1",
    "2026-11-02",
    "1.50",
    "all",
    "质量问题",
    "wechat",
    "~",
    "null",
    "true",
    "1e5",
    "２",
    "-",
    "\u202e",
    "\x00",
]
PIECES = [
    "- ",
    ": ",
    "{",
    "}",
    "[",
    "]",
    ", ",
    "\n",
    "\n  ",
    "\t",
    "'",
    '"',
    "&a ",
    "*a",
    "!!str ",
    "<<",
    "? ",
    "|",
    ">",
    "#",
]
PIECES += [
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "\\",
    "\\ud83d",
    "\\x",
    "：",
    "\r",
    "\r\n",
    "\ufeff",
    "\u2028",
    "\x85",
    '""',
    ";",
    ",",
]

SOUP = st.lists(st.one_of(st.sampled_from(PIECES + KEYS + TEXTS), st.text(max_size=3)), max_size=40).map("".join)
BYTES = st.one_of(
    st.binary(max_size=200),
    SOUP.map(lambda text: text.encode("utf-8", "surrogatepass")),
    SOUP.map(lambda text: text.encode("gb18030", "replace")),
    SOUP.map(lambda text: text.encode("utf-16", "surrogatepass")),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(TEXTS), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)),
    max_leaves=15,
)
ROWS = st.lists(st.lists(st.sampled_from(["", *TEXTS, *KEYS]), max_size=6), max_size=6)


def assert_answered(raw: bytes, kind: Format) -> None:
    """Read `raw` and look at what is answered."""
    started = time.monotonic()
    events, findings, source = read_events(raw, "f", kind=kind)
    assert time.monotonic() - started < 5
    assert len(findings) <= MAX_FINDINGS + 1
    for finding in findings:
        template = READING[finding.code]
        template.message.format_map(finding.values)
        template.hint.format_map(finding.values)
        assert finding.span is not None
        assert 1 <= finding.span.line <= len(source.lines) + 1
        assert finding.span.column >= 1
    for event in events:
        assert parse_canonical(canonical_text(event.canonical)).digest == event.digest


def assert_bytes_are_answered(raw: bytes) -> None:
    for kind in ("yaml", "jsonl", "csv"):
        assert_answered(raw, kind)  # type: ignore[arg-type]


def assert_values_are_answered(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert_answered(text.encode("utf-8", "surrogatepass"), "yaml")
    assert_answered(json.dumps(value).encode(), "jsonl")


def assert_table_is_answered(rows: list[list[str]]) -> None:
    text = "kind,ref,sku,qty,date,id\n" + "\n".join(",".join(row) for row in rows)
    assert_answered(text.encode("utf-8", "surrogatepass"), "csv")


def assert_documents_are_read_or_refused(raw: bytes) -> None:
    documents, findings = read_yaml(raw, "f")
    for document in documents:
        assert document.data() is not None
    assert all(finding.code in READING for finding in findings)


@SOON
@given(BYTES)
def test_any_bytes_are_answered(raw: bytes) -> None:
    assert_bytes_are_answered(raw)


@SOON
@given(BYTES)
def test_any_bytes_are_read_as_yaml_or_refused(raw: bytes) -> None:
    assert_documents_are_read_or_refused(raw)


@SOON
@given(VALUES)
def test_any_values_are_answered(value: Any) -> None:
    assert_values_are_answered(value)


@SOON
@given(ROWS)
def test_any_table_is_answered(rows: list[list[str]]) -> None:
    assert_table_is_answered(rows)


@pytest.mark.long
@pytest.mark.parametrize(
    ("assert_answered_for", "inputs"),
    [
        (assert_bytes_are_answered, BYTES),
        (assert_documents_are_read_or_refused, BYTES),
        (assert_values_are_answered, VALUES),
        (assert_table_is_answered, ROWS),
    ],
)
def test_a_great_many_inputs_are_answered(
    assert_answered_for: Callable[[Any], None], inputs: st.SearchStrategy[Any]
) -> None:
    LONG(given(inputs)(assert_answered_for))()


HUGE = {
    "one event of many unknown keys": "- {return: S, " + ", ".join(f"k{i}: x" for i in range(50_000)) + "}",
    "many events without kind": "- {a: b}\n" * 50_000,
    "many items": "- {return: S, items: [" + "{sku: A, x: y}," * 20_000 + "]}",
    "many faulty tags": "- {return: S, tags: [" + "'#'," * 100_000 + "]}",
    "many faulty keys of meta": "- {return: S, meta: {" + ",".join(f"K{i}: x" for i in range(50_000)) + "}}",
    "a long text": "- {return: S, note: '" + "x" * 5_000_000 + "'}",
    "a long key": "- {return: S, " + "x" * 900 + ": y}",
    "a long number": "- {return: S, qty: " + "9" * 1_000_000 + "}",
    "many documents": "--- {return: S}\n" * 20_000,
    "many defaults": "defaults: {" + ",".join(f"k{i}: x" for i in range(50_000)) + "}\nevents: []",
}


@pytest.mark.parametrize("name", HUGE)
def test_huge_inputs_are_answered_in_bounded_time(name: str) -> None:
    assert_answered(HUGE[name].encode(), "yaml")


@pytest.mark.parametrize("columns", [3, 499, 100_000])
def test_wide_tables_are_answered_in_bounded_time(columns: int) -> None:
    head = ",".join(["kind", "ref", *(f"x{i}" for i in range(columns))])
    assert_answered(f"{head}\nreturn,S,{'a,' * columns}\n".encode(), "csv")
    assert_answered((f"kind,ref\nreturn,S{',a' * columns}\n" * 3).encode(), "csv")


def test_long_tables_of_faults_are_answered_in_bounded_time() -> None:
    assert_answered(("kind,ref,date\n" + "return,S,x\n" * 100_000).encode(), "csv")
    assert_answered(("kind,ref,id,date\n" + "return,S,1,x\n" * 50_000).encode(), "csv")
    assert_answered(b'{"a"\n' * 100_000, "jsonl")
