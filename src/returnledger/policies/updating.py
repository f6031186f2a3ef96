"""Writes into a file of cases what a policy makes of them, and leaves everything else in the file as it stands.

Only the values of `expect` that differ are replaced, at their place; a case that expects nothing yet gets an `expect`
below what it is given. Comments, order and layout stay.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from returnledger.batch import replace_file
from returnledger.money import show
from returnledger.policies.cases import NONE, UNKNOWN, Case, CaseFile
from returnledger.policies.observed import Difference, observed, shown
from returnledger.policy.judging import Judgement
from returnledger.terms import Goods, Verdict
from returnledger.textfile import decode
from returnledger.yamlfile import Node

_PLAIN = re.compile(r"[\w./+-][\w./+ -]*")
_WIDTH = 120
# What the first expectation of a case says of an effect that a row decides.
_KEYS = {
    "goods": "goods",
    "freight": "freight",
    "shipping": "shipping",
    "approvals": "approvals",
    "fee": "fee",
    "refund_when": "refund_when",
    "inspection": "inspection",
    "advance": "advance_retain",
}


@dataclass(frozen=True, slots=True)
class _Edit:
    """A piece of text, from one place to another (lines and columns from 1, the end excluded), and what replaces it."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str


def write(file: CaseFile, failures: Sequence[tuple[Case, Judgement, Sequence[Difference]]]) -> None:
    """Write into `file` what the policy makes of each of the failed cases; raises Refused where it can't be written."""
    raw = file.path.read_bytes()
    text, _ = decode(raw, file.file)
    assert text is not None
    lines = text.splitlines(keepends=True)
    by_place = {file.node.at("cases", i, "name"): case for i, case in enumerate(_cases(file.node))}
    edits = [
        edit
        for case, judgement, differences in failures
        for edit in _edits(by_place[case.place], judgement, differences, lines)
    ]
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        _apply(lines, edit)
    replace_file(file.path, _encoded("".join(lines), raw))


def _cases(node: Node) -> Sequence[Node]:
    cases = node.get("cases")
    return () if cases is None else cases.items


def _encoded(text: str, raw: bytes) -> bytes:
    """Return `text` in the encoding of `raw`, with its mark where it has one."""
    if raw.startswith(b"\xef\xbb\xbf"):
        return b"\xef\xbb\xbf" + text.encode()
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return text.encode("gb18030")
    return text.encode()


def _edits(case: Node, judgement: Judgement, differences: Sequence[Difference], lines: Sequence[str]) -> list[_Edit]:
    expect = case.get("expect")
    if expect is None:
        return [_insertion(case, judgement, lines)]
    edits = []
    for difference in differences:
        found = expect.find(*difference.key.split(".", 1))
        assert found is not None
        value = _value(judgement, difference.key)
        edits.append(_Edit((found.line, found.column), _end(found, lines), value))
    return edits


def _value(judgement: Judgement, key: str) -> str:
    """Return what `judgement` says of `key`, as the file writes it."""
    return _written(observed(judgement, key), judgement.policy.currency if key in ("fee", "advance_retain") else None)


def _written(value: Any, currency: str | None = None) -> str:
    if isinstance(value, list):
        texts = [_written(part) for part in value]
        return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_written(part)}" for key, part in value.items()) + "}"
    if isinstance(value, Decimal) and currency:
        return show(value, currency)
    text = shown(value)
    if _PLAIN.fullmatch(text) and not text.endswith(" "):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


# --- a case that expects nothing yet


def _insertion(case: Node, judgement: Judgement, lines: Sequence[str]) -> _Edit:
    """Return the text that adds an `expect` below what a case is given."""
    key, given = next((key, value) for key, value in case.entries if key.text == "given")
    end = _end(given, lines)
    pairs = [f"{name}: {value}" for name, value in proposal(judgement)]
    if lines[case.line - 1][case.column - 1] == "{":
        return _Edit(end, end, ", expect: {" + ", ".join(pairs) + "}")
    text = _wrapped(pairs, " " * (key.column - 1))
    line = lines[end[0] - 1].rstrip("\r\n")
    ending = lines[end[0] - 1][len(line) :]
    # The last line of a file may have no ending, and then gets none.
    after = (end[0], len(line) + 1)
    return _Edit(after, after, (ending or "\n") + text.replace("\n", ending or "\n"))


def _wrapped(pairs: Sequence[str], indent: str) -> str:
    """Return `expect:` with its pairs, in as many lines as it takes."""
    lines = [f"{indent}expect: {{{pairs[0]}"]
    for pair in pairs[1:]:
        if len(lines[-1]) + len(pair) + 3 > _WIDTH:
            lines[-1] += ","
            lines.append(f"{indent}  {pair}")
        else:
            lines[-1] += f", {pair}"
    return "\n".join(lines) + "}"


def proposal(judgement: Judgement) -> list[tuple[str, str]]:
    """Return a first expectation for a case: what rows of its policy decide, and which rows these are.

    Of a return that is denied only the verdict and the window matter.
    """
    denied = judgement.value("verdict") is Verdict.DENY
    keys = ["verdict", *(["because"] if observed(judgement, "because") != NONE else [])]
    if isinstance(observed(judgement, "last_day"), date):
        keys.append("last_day")
    rows = {"window": "window", "verdict": "verdict"}
    if not denied:
        decided = {key: judgement.picked[effect].row is not None for effect, key in _KEYS.items()}
        keys += [key for key, by_row in decided.items() if by_row and observed(judgement, key) != UNKNOWN]
        if observed(judgement, "goods") == Goods.RETURNED:
            keys.append("disposition")
        keys += [key for key in ("refund_by", "authorisation_until") if observed(judgement, key) != NONE]
        keys += ["evidence"] if observed(judgement, "evidence") else []
        rows |= {effect: effect for effect, key in _KEYS.items() if decided[key] and effect in ("fee", "approvals")}
    pairs = [(key, _value(judgement, key)) for key in keys]
    return [*pairs, ("rows", _written({effect: observed(judgement, f"rows.{effect}") for effect in rows}))]


# --- places in the text


def _end(node: Node, lines: Sequence[str]) -> tuple[int, int]:
    """Return the place after a value: of one that spans lines, after its last part and the bracket that closes it."""
    if node.end_column:
        return node.line, node.end_column
    inner = node.items[-1] if node.items else node.entries[-1][1] if node.entries else None
    if inner is None:
        return _end_of_text(node, lines)
    line, column = _end(inner, lines)
    if lines[node.line - 1][node.column - 1] not in "[{":
        return line, column
    while True:
        rest = lines[line - 1][column - 1 :].partition("#")[0]
        closing = re.search(r"[\]}]", rest)
        if closing:
            return line, column + closing.end()
        line, column = line + 1, 1


def _end_of_text(node: Node, lines: Sequence[str]) -> tuple[int, int]:
    """Return the place after a text that spans lines: where the lines that are indented deeper end."""
    indent = len(lines[node.line - 1]) - len(lines[node.line - 1].lstrip())
    last = node.line
    while last < len(lines):
        following = lines[last]
        if following.strip() and len(following) - len(following.lstrip()) <= indent:
            break
        last += 1
    while last > node.line and not lines[last - 1].strip():
        last -= 1
    return last, len(lines[last - 1].rstrip("\r\n")) + 1


def _apply(lines: list[str], edit: _Edit) -> None:
    (first, start), (last, end) = edit.start, edit.end
    lines[first - 1 : last] = [lines[first - 1][: start - 1] + edit.text + lines[last - 1][end - 1 :]]
