"""Says in our words what PyYAML's C parser could not read, at the character where the user has to look."""

from __future__ import annotations

import re
from typing import Any, Final

from yaml.error import MarkedYAMLError

from returnledger.findings import Finding, Span

_LINE_END: Final = re.compile("\r\n|\r|\n")
_CLOSING: Final = {"[": "]", "{": "}"}

# What the parser says in its own words, by the part that does not vary, and the code that it has here.
_PROBLEMS: Final = (
    ("found unexpected end of stream", "quote-open"),
    ("found unexpected document indicator", "quote-open"),
    ("found unknown escape character", "escape-unknown"),
    ("did not find expected hexdecimal number", "escape-unknown"),
    ("found invalid Unicode character escape code", "escape-unknown"),
    ("expected ',' or", "bracket-open"),
    ("mapping values are not allowed", "colon-unexpected"),
    ("block sequence entries are not allowed", "dash-unexpected"),
    ("could not find expected ':'", "colon-missing"),
    ("found a tab character", "tab-used"),
    ("found character that cannot start any token", "character-reserved"),
    ("found an indentation indicator", "block-text-head"),
    ("did not find expected comment or line break", "block-text-head"),
    ("did not find expected node content", "bracket-unexpected"),
    ("did not find expected key", "indentation-differs"),
    ("did not find expected '-' indicator", "indentation-differs"),
    ("expected <document start>", "text-after-end"),
    ("found undefined tag handle", "tag-used"),
    ("incompatible YAML document", "directive-used"),
    ("found duplicate %", "directive-used"),
)
_CONTEXTS: Final = (
    ("directive", "directive-used"),
    ("scanning a tag", "tag-used"),
    ("parsing a tag", "tag-used"),
    ("scanning an alias", "alias-used"),
    ("scanning an anchor", "anchor-used"),
)


def explain(error: MarkedYAMLError, text: str, file: str, first: int = 1) -> Finding:
    """Return the finding for `error`, which ended the reading of `text`; its first column counts as `first`."""
    code = _code(error)
    here: Any = error.problem_mark
    opened: Any = error.context_mark or here
    if here is None:
        return Finding("yaml-unread", Span(file, 1))
    lines = _LINE_END.split(text)
    if code in (
        "quote-open",
        "bracket-open",
        "tag-used",
        "alias-used",
        "anchor-used",
        "directive-used",
        "colon-missing",
    ):
        line, column = opened.line, opened.column
    elif code == "escape-unknown":
        # The parser points behind the backslash where digits are due, and at it where the letter is unknown.
        line, column = here.line, lines[here.line].rfind("\\", 0, here.column + 1)
    else:
        line, column = here.line, here.column
    finding = _at(code, lines, line, max(column, 0), here, opened, file)
    span = finding.span
    if first == 1 or span is None:
        return finding
    moved = Span(file, span.line, max(span.column + first - 1, 1), max(span.end_column + first - 1, 0))
    return Finding(finding.code, moved, finding.values)


def _code(error: MarkedYAMLError) -> str:
    for part, code in _CONTEXTS:
        if part in (error.context or ""):
            return code
    for part, code in _PROBLEMS:
        if part in (error.problem or ""):
            return code
    return "yaml-unread"


def _at(code: str, lines: list[str], line: int, column: int, here: Any, opened: Any, file: str) -> Finding:
    """Return the finding with the values that the sentence of `code` names."""
    row = lines[line] if line < len(lines) else ""
    found = row[column : column + 1]
    if code == "character-reserved" and found == "\t":
        code = "tab-used"
    if code in ("bracket-unexpected", "indentation-differs") and not found:
        return _file_ends(lines, here, file)
    if code == "indentation-differs":
        code = _not_aligned(row, column)
    width, values = 1, {"found": found}
    if code == "quote-open":
        values = {"quote": found, "inside": "''" if found == "'" else '\\"'}
    elif code == "bracket-open":
        last = lines[here.line] if here.line < len(lines) else ""
        values = {"bracket": found, "closing": _CLOSING.get(found, ""), "found": _word(last, here.column)}
        if not values["found"]:
            code = "bracket-never-closed"
    elif code == "escape-unknown":
        values = {"found": row[column : column + 2]}
        width = 2
    elif code in ("colon-missing", "text-after-end", "text-after-value", "tag-used", "alias-used", "anchor-used"):
        word = row[column:].strip() if code == "colon-missing" else _word(row, column)
        width = max(1, len(word))
        values = {"found": word, "tag": word, "name": word[1:]}
        if not word:
            code = "yaml-unread"
    elif code == "indentation-differs":
        values = {"column": str(opened.column + 1)}
    return Finding(code, Span(file, line + 1, column + 1, column + 1 + width), values)


def _not_aligned(row: str, column: int) -> str:
    """Return the code for what stands at `column` of `row` where a key or an item is due."""
    found, before = row[column], row[:column].strip(" -")
    if found in ",]}":
        return "bracket-unexpected"
    if found == ":":
        return "key-empty"
    return "text-after-value" if before else "indentation-differs"


def _file_ends(lines: list[str], here: Any, file: str) -> Finding:
    """Return the finding for a file that ends where a value is due: point behind the last text."""
    line = min(here.line, len(lines) - 1)
    while line > 0 and not lines[line].strip():
        line -= 1
    column = len(lines[line].rstrip())
    return Finding(
        "file-ends-early", Span(file, line + 1, max(1, column), column + 1), {"found": lines[line].strip()[-20:]}
    )


def _word(row: str, column: int) -> str:
    """Return the text from `column` to the next space."""
    rest = row[column:].split(maxsplit=1)
    return rest[0] if rest else ""
