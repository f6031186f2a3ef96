"""Reads JSON lines, one event a line, with every number as the digits that were written.

Python's json says whether a line is JSON; the YAML reader, which reads JSON too, then keeps places, digits and repeated
keys in sight.
"""

from __future__ import annotations

import json
import re
from typing import Final, NoReturn

from returnledger.findings import Finding, Span
from returnledger.textfile import source_text
from returnledger.yamlfile import MAX_DEPTH, MAX_FINDINGS, Node, read_text

_TEXT: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_ESCAPE: Final = re.compile(r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|.)")
# Each line becomes an item of a YAML list.
_ITEM: Final = "- "


def read_lines(text: str, file: str) -> tuple[list[Node], list[Finding]]:
    """Return one value per line of JSON in `text`; lines that can't be read are findings, empty ones are passed over."""
    findings: list[Finding] = []
    lines = []
    for number, line in enumerate(source_text(text, file).lines, 1):
        unread = _unread(line, file, number) if line.strip() else None
        if unread and len(findings) < MAX_FINDINGS:
            findings.append(unread)
        readable = line.strip() and not unread
        lines.append(_ITEM + _as_yaml(line) if readable else "")
    documents, more = read_text("\n".join(lines), file, indent=len(_ITEM))
    return [item for document in documents for item in document.items], findings + more


def _unread(line: str, file: str, number: int) -> Finding | None:
    """Return the finding for a line that is not JSON."""
    try:
        json.loads(line, parse_constant=_no_number, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        return Finding("json-unread", Span(file, number, error.pos + 1, error.pos + 2))
    except RecursionError:
        return Finding("too-deep", Span(file, number), {"depth": f">{MAX_DEPTH}", "limit": MAX_DEPTH})
    except _NoNumber as error:
        column = line.find(str(error)) + 1
        return Finding("json-unread", Span(file, number, column, column + len(str(error))))
    return None


class _NoNumber(Exception):
    """NaN or Infinity, which Python reads and JSON does not know."""


def _no_number(text: str) -> NoReturn:
    raise _NoNumber(text)


def _as_yaml(line: str) -> str:
    """Return `line` so that YAML reads it as JSON does, each value staying in its column."""
    line = line.rstrip()
    body = line.lstrip()
    line = " " * (len(line) - len(body)) + body
    if "\\ud" in line or "\\uD" in line:
        line = _TEXT.sub(lambda found: _ESCAPE.sub(_joined, found.group()).ljust(len(found.group())), line)
    return line


def _joined(escape: re.Match[str]) -> str:
    """Return the one escape of YAML for the two by which JSON writes a character beyond U+FFFF."""
    if escape[1] is None:
        return escape.group()
    code = 0x10000 + ((int(escape[1], 16) - 0xD800) << 10) + (int(escape[2], 16) - 0xDC00)
    return f"\\U{code:08X}"
