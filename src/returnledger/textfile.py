"""Turns the bytes of a file into text: UTF-8 with or without a mark, or GB18030 as Chinese spreadsheets write it.

Characters that can't be seen, or that make a text look other than it is, are findings, wherever they stand.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from returnledger.findings import Finding, Span

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_NAMED: Final = 100

_MARKS: Final = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_BIDI: Final = "\u202a-\u202e\u2066-\u2069"
_UNSEEN: Final = "\u00ad\u200b\u2060-\u2064\ufeff"
_FORBIDDEN: Final = re.compile(
    f"[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\u2028\u2029\\ufffe\\uffff\\ud800-\\udfff{_BIDI}{_UNSEEN}]"
)
_BIDI_ONE: Final = re.compile(f"[{_BIDI}]")
_UNSEEN_ONE: Final = re.compile(f"[{_UNSEEN}]")
_LINE_END: Final = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class SourceText:
    """The lines of a file as the user wrote them, to show beside a finding."""

    file: str
    lines: tuple[str, ...]


def unreadable_name(path: str) -> Finding | None:
    """Return a finding where the name of a file, or of a folder above it, is not written in UTF-8."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        shown = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        return Finding("name-not-utf8", None, {"file": shown})
    return None


def source_text(text: str, file: str) -> SourceText:
    """Return the lines of `text`, ended by LF, CR LF or CR."""
    return SourceText(file, tuple(_LINE_END.split(text)))


def decode(raw: bytes, file: str) -> tuple[str | None, list[Finding]]:
    """Return the text of `raw`, or None where it can't be read, and what is to be said about its characters."""
    if len(raw) > MAX_BYTES:
        return None, [Finding("file-too-large", Span(file, 1), {"size": len(raw), "limit": MAX_BYTES})]
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return None, [Finding("encoding-not-read", Span(file, 1), {"encoding": encoding})]
    # Without a mark UTF-16 shows itself by a zero in every second byte.
    if max(raw[:100:2].count(0), raw[1:100:2].count(0)) > len(raw[:100]) // 4:
        return None, [Finding("encoding-not-read", Span(file, 1), {"encoding": "UTF-16"})]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as unread:
        try:
            text = raw.decode("gb18030").removeprefix("\ufeff")
        except UnicodeDecodeError:
            values = {"byte": f"0x{raw[unread.start]:02X}", "offset": unread.start}
            line, column = _position(raw[: unread.start].decode("utf-8", "replace"))
            return None, [Finding("encoding-unknown", Span(file, line, column, column + 1), values)]
    return _inspected(text, file)


def _inspected(text: str, file: str) -> tuple[str | None, list[Finding]]:
    """Return `text`, or None with findings where it holds a character that is not read."""
    if not _FORBIDDEN.search(text):
        return text, []
    findings = []
    line, column, before = 1, 1, 0
    for code, character, start in forbidden(text):
        lines, columns = _position(text[before:start])
        line, column, before = line + lines - 1, columns + (column - 1 if lines == 1 else 0), start
        findings.append(Finding(code, Span(file, line, column, column + 1), {"character": character}))
        if len(findings) == MAX_NAMED:
            break
    return None, findings


def forbidden(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield the code, the name (as U+202E) and the position of each character of `text` that is not read."""
    for match in _FORBIDDEN.finditer(text):
        character = match.group()
        if _BIDI_ONE.match(character):
            code = "bidi-override"
        elif _UNSEEN_ONE.match(character):
            code = "invisible-character"
        else:
            code = "control-character"
        yield code, f"U+{ord(character):04X}", match.start()


def _position(before: str) -> tuple[int, int]:
    """Return line and column, from 1, of the character that follows the text `before`."""
    ends = list(_LINE_END.finditer(before))
    return len(ends) + 1, len(before) - (ends[-1].end() if ends else 0) + 1


@contextmanager
def gc_paused() -> Iterator[None]:
    """Pause the search for cyclic garbage: a file makes millions of small values and no cycle."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
