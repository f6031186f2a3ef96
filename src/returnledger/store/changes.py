"""What a changed file says now and no longer says: directives gone and directives come, from the text that differs.

Only the part between the first and the last difference is parsed, of the old text and of the new. It begins at a
directive whose first line stands in both, and it ends before one: what stands outside reads the same as before.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from beancount.core.data import Directive, Price

from returnledger.ledger import parse_part

_PIECE = 1 << 16
_STATE = re.compile(rb"^[ \t]*(?:push|pop)(?:tag|meta)\b", re.MULTILINE)
_COMMAND = re.compile(rb"^[ \t]*(?:option|plugin)\b.*|^[ \t]+include\b.*", re.MULTILINE)


class TooMuch(Exception):
    """Raised where only a reading of the whole ledger is sure to give the same rows; the text says why."""


@dataclass(slots=True)
class Changed:
    """One file of the ledger that is not what it was: the directives gone and come, and what it holds now."""

    path: str
    raw: bytes = b""
    starts: array[int] = field(default_factory=lambda: array("I"))
    gone: list[Directive] = field(default_factory=list)
    come: list[Directive] = field(default_factory=list)


def compare(path: str, old: bytes, starts: Sequence[int], new: bytes, most: int) -> Changed:
    """Return what changed in a file, whose old text has directives at the lines `starts`; raises TooMuch.

    More than `most` directives gone and come are too much, which shifted lines tell before anything is parsed.
    """
    refuse_state(path, old)
    refuse_state(path, new)
    first = _same_before(old, new)
    line = old.count(b"\n", 0, first) + 1
    head = bisect_left(starts, line) - 1  # of the directives whose first line is the same, the last
    begin = starts[head] if head >= 0 else 1
    at = offset(old, begin)
    end_old, end_new, tail = _end(old, new, first, line, starts)
    old_part, new_part = old[at:end_old], new[at:end_new]
    if old_part.count(b"\n") != new_part.count(b"\n") and 2 * (tail - max(head, 0)) > max(most, 2):
        raise TooMuch("much of the ledger moved to other lines")
    if sorted(_COMMAND.findall(old_part)) != sorted(_COMMAND.findall(new_part)):
        raise TooMuch("an option or plugin changed")
    before, after = _parsed(old_part, path, begin), _parsed(new_part, path, begin)
    known = {(type(entry), entry.meta["lineno"]): entry for entry in before}
    come = []
    for entry in after:
        key = (type(entry), entry.meta["lineno"])
        if known.get(key) == entry:
            del known[key]
        else:
            come.append(entry)
    lines = sorted({entry.meta["lineno"] for entry in after if type(entry) is not Price})
    now = array("I", [*starts[: max(head, 0)], *lines, *starts[tail:]])
    return Changed(path, new, now, list(known.values()), come)


def refuse_state(path: str, raw: bytes) -> None:
    """Raise TooMuch for a file whose parts can't be read by themselves."""
    if path.endswith((".gpg", ".asc")) or _STATE.search(raw):
        raise TooMuch("a file is encrypted, or gives tags and metadata to what follows")


def _parsed(raw: bytes, path: str, line: int) -> list[Directive]:
    entries, errors, _ = parse_part(raw, path, line) if raw else ([], [], {})
    if errors:
        raise TooMuch("a file can't be read as it stands")
    return entries


def _same_before(old: bytes, new: bytes) -> int:
    """Return how many bytes are the same from the beginning on."""
    shorter = min(len(old), len(new))
    at = 0
    while at < shorter and old[at : at + _PIECE] == new[at : at + _PIECE]:
        at += _PIECE
    at, end = min(at, shorter), min(at + _PIECE, shorter)
    while at < end:
        middle = (at + end + 1) // 2
        if old[at:middle] == new[at:middle]:
            at = middle
        else:
            end = middle - 1
    return at


def _same_after(old: bytes, new: bytes, most: int) -> int:
    """Return how many bytes, at most `most`, are the same up to the end."""
    length = 0
    while length < most:
        step = min(_PIECE, most - length)
        a = old[len(old) - length - step : len(old) - length]
        b = new[len(new) - length - step : len(new) - length]
        if a != b:
            return length + next(i for i in range(step) if a[step - 1 - i] != b[step - 1 - i])
        length += step
    return length


def _end(old: bytes, new: bytes, first: int, line: int, starts: Sequence[int]) -> tuple[int, int, int]:
    """Return where the difference ends in the old and in the new text, and how many directives start before that.

    Directives behind it are the same only where they stand in the same lines.
    """
    after = _same_after(old, new, min(len(old), len(new)) - first)
    lines = old.count(b"\n", first, len(old) - after)
    if lines == new.count(b"\n", first, len(new) - after):
        tail = bisect_right(starts, line + lines)
        if tail < len(starts):
            rest = len(old) - offset(old, starts[tail])
            return len(old) - rest, len(new) - rest, tail
    return len(old), len(new), len(starts)


def offset(raw: bytes, line: int) -> int:
    """Return where a line begins."""
    at, left = 0, line - 1
    while left > 0:
        count = raw.count(b"\n", at, at + _PIECE)
        if count >= left:
            for _ in range(left):
                at = raw.index(b"\n", at) + 1
            return at
        left -= count
        at += _PIECE
        if at >= len(raw):
            return len(raw)
    return at
