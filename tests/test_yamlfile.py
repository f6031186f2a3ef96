"""YAML is read as text and nothing else; each fault of form is said at its line and column."""

from __future__ import annotations

import time

import pytest

from returnledger import textfile, yamlfile
from returnledger.findings import Span
from returnledger.problems import READING
from returnledger.yamlfile import MAX_DEPTH, MAX_FINDINGS, Node, decode, read_yaml

# Code, text, line, column (both from 1).
FAULTS = [
    ("control-character", "a: x\n\tb\n- \x07", 3, 3),
    ("control-character", "a: x\x00", 1, 5),
    ("control-character", "a: x\x85y", 1, 5),
    ("control-character", 'a: "\\0"', 1, 4),
    ("bidi-override", "a: 1\nnote: x\u202ey", 2, 8),
    ("bidi-override", 'a: "\\u2066x"', 1, 4),
    ("invisible-character", "sku: MUG\u200b", 1, 9),
    ("quote-open", "- {a: 'x", 1, 7),
    ("quote-open", 'a: "x\nb: 1', 1, 4),
    ("quote-open", "a: 'b\n---\n'", 1, 4),
    ("bracket-open", "- {a: 1\n- {b: 2}", 1, 3),
    ("bracket-open", "a: {b: 1 c: 2}", 1, 4),
    ("bracket-never-closed", "a: [1, 2", 1, 4),
    ("file-ends-early", "- {a: b,\n", 1, 8),
    ("bracket-unexpected", "a: ]", 1, 4),
    ("bracket-unexpected", "- [a]]", 1, 6),
    ("tab-used", "a:\n\tb: 1", 2, 1),
    ("tab-used", "a: |\n\tx", 2, 1),
    ("colon-unexpected", "a: b: c", 1, 5),
    ("colon-unexpected", "note: 时间: 三点", 1, 9),
    ("colon-missing", "- a\nb", 2, 1),
    ("colon-without-space", "- {a:1}", 1, 4),
    ("text-after-value", "a: 'x' y", 1, 8),
    ("full-width-colon", "- {退货：SO-1, a: b}", 1, 4),
    ("indentation-differs", "a: |\n  b\n c", 3, 2),
    ("dash-unexpected", "a: - b", 1, 4),
    ("character-reserved", "a: @x", 1, 4),
    ("character-reserved", "a: %x", 1, 4),
    ("escape-unknown", 'a: "\\q"', 1, 5),
    ("escape-unknown", 'a: "\\ud83d"', 1, 5),
    ("block-text-head", "a: >-x\n b", 1, 6),
    ("directive-used", "%x", 1, 1),
    ("directive-used", "%YAML 3.0\n---\na: 1", 1, 1),
    ("directive-used", "%YAML 1.2\n---\na: 1", 1, 1),
    ("text-after-end", "{a: 1}\n{b: 2}", 2, 1),
    ("yaml-unread", "%TAG ! x", 2, 1),
    ("alias-used", "a: &b 1\nc: *b", 2, 4),
    ("alias-used", "a: *", 1, 4),
    ("anchor-used", "a: &b 1", 1, 4),
    ("tag-used", "a: !!str 1", 1, 4),
    ("tag-used", "a: ! 1", 1, 4),
    ("tag-used", "a: !x!y z", 1, 4),
    ("merge-key", "a: 1\n<<: {b: 2}", 2, 1),
    ("repeated-key", "a: 1\nb: 2\na: 3", 3, 1),
    ("key-not-text", "? [a]\n: b", 1, 3),
    ("key-empty", ": x", 1, 1),
    ("too-deep", "[" * (MAX_DEPTH + 1), 1, MAX_DEPTH + 1),
    ("too-deep", "- " * 100_000, 1, 2 * MAX_DEPTH + 1),
    ("too-deep", "{a: " * 100_000, 1, 4 * MAX_DEPTH + 1),
]


@pytest.mark.parametrize(("code", "text", "line", "column"), FAULTS)
def test_a_fault_is_said_at_its_line_and_column(code: str, text: str, line: int, column: int) -> None:
    _, findings = read_yaml(text.encode(), "f.yaml")
    found = {(finding.code, finding.span.line, finding.span.column) for finding in findings if finding.span}
    assert (code, line, column) in found
    for finding in findings:
        READING[finding.code].message.format_map(finding.values)
        READING[finding.code].hint.format_map(finding.values)


@pytest.mark.parametrize(
    "text",
    ["0123", "NO", "12:30", "19.90", "1_000", "2026-11-02", "true", "0x1F", "1e3", "=", "0o17", ".inf", "190:20:30"],
)
def test_every_scalar_is_the_text_that_was_written(text: str) -> None:
    documents, findings = read_yaml(f"- {text}\n- {{a: {text}}}\n- '{text}'".encode(), "f")
    assert not findings
    assert documents[0].data() == [text, {"a": text}, text]


def test_null_without_quotes_is_told_from_the_word_in_quotes() -> None:
    by_key, _ = read_yaml(b"{a: ~, b: null, c: , d: 'null', e: '~', f: ''}", "f")
    assert [value.null for _, value in by_key[0].entries] == [True, True, True, False, False, False]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_of_spreadsheets_are_read(encoding: str, end: str) -> None:
    text = f"- 原因: 质量问题{end}- 备注: 客户说“坏了”{end}  x: 1{end}"
    documents, findings = read_yaml(text.encode(encoding), "f")
    assert not findings
    assert documents[0].data() == [{"原因": "质量问题"}, {"备注": "客户说“坏了”", "x": "1"}]
    assert documents[0].at(1, "x") == Span("f", 3, 6, 7)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_are_named(encoding: str) -> None:
    documents, findings = read_yaml("- {return: SO-1001}".encode(encoding), "f")
    assert not documents
    assert [finding.code for finding in findings] == ["encoding-not-read"]


def test_bytes_that_are_no_text_are_said_where_they_stand() -> None:
    _, (finding,) = decode(b"a: b\nc: \xff", "f")
    assert (finding.code, finding.span) == ("encoding-unknown", Span("f", 2, 4, 5))
    assert finding.values == {"byte": "0xFF", "offset": 8}


def test_columns_count_characters_not_bytes() -> None:
    documents, _ = read_yaml("- {备注: 😀 好, sku: A}".encode(), "f")
    assert documents[0].at(0, "sku") == Span("f", 1, 18, 19)
    assert documents[0].items[0].key_at("sku") == Span("f", 1, 13, 16)


def test_the_place_of_a_missing_value_is_that_of_the_deepest_value_on_the_way() -> None:
    documents, _ = read_yaml(b"window:\n  default: {days: 7}\n", "f")
    assert documents[0].at("window", "default", "from") == Span("f", 2, 12, 21)
    assert documents[0].at("nothing", 3) == Span("f", 1, 1, 0)


def test_documents_with_nothing_in_them_are_left_out() -> None:
    documents, findings = read_yaml(b"---\n---\na: 1\n--- # nothing\n--- [b]\n", "f")
    assert not findings
    assert [document.data() for document in documents] == [{"a": "1"}, ["b"]]
    assert read_yaml(b"", "f") == ([], [])
    assert read_yaml(b"# only a comment", "f") == ([], [])


def test_documents_before_a_fault_are_kept() -> None:
    documents, findings = read_yaml(b"a: 1\n---\nb: 'x", "f")
    assert [document.data() for document in documents] == [{"a": "1"}]
    assert len(findings) == 1


def test_a_file_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(textfile, "MAX_BYTES", 10)
    documents, (finding,) = read_yaml(b"a: 34567890", "f")
    assert (documents, finding.code, finding.values) == ([], "file-too-large", {"size": 11, "limit": 10})


def test_a_file_of_too_many_values_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yamlfile, "MAX_VALUES", 10)
    _, findings = read_yaml(b"[" + b"a," * 100, "f")
    assert [(finding.code, finding.span.column) for finding in findings if finding.span] == [("too-many-values", 20)]


def test_a_file_of_faults_is_left_after_a_thousand() -> None:
    _, findings = read_yaml(b"[" + b"*a ," * 5000, "f")
    assert len(findings) == MAX_FINDINGS + 1
    assert findings[-1].code == "too-many-findings"


def test_a_file_of_forbidden_characters_names_a_hundred() -> None:
    _, findings = read_yaml(b"\x07\n" * 100_000, "f")
    assert len(findings) == 100
    assert findings[99].span == Span("f", 100, 1, 2)


def test_the_billion_laughs_are_a_finding_in_no_time() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    started = time.monotonic()
    _, findings = read_yaml("\n".join(lines).encode(), "f")
    assert time.monotonic() - started < 1
    assert {finding.code for finding in findings} == {"anchor-used", "alias-used"}


@pytest.mark.parametrize(
    "text", ["[" * 10**6, "{" * 10**6, "? " * 10**5, "a: " * 10**5, "'" * (10**6 + 1), "&" * 10**5]
)
def test_hostile_files_take_bounded_time(text: str) -> None:
    started = time.monotonic()
    _, findings = read_yaml(text.encode(), "f")
    assert findings
    assert time.monotonic() - started < 5


def test_a_node_is_what_its_text_says() -> None:
    node = Node("scalar", "f", 1, 1, 2, "a")
    assert node.data() == "a"
    assert node.get("a") is None
    assert node.find("a", 0) is None
    assert node.key_at() == node.span
