"""The files of a ledger by content: what they are, whether they changed, and the lines in which costs are written."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

# A posting at cost: indentation, an optional flag, the account, … the text between the braces.
_COST = re.compile(r'^\s+(?:[!-~]\s+)?(\S+:\S+)\s[^;"{]*\{((?:[^{}"]|"(?:[^"\\]|\\.)*"|\{[^{}]*\})*)\}')


def digest(path: str | Path) -> str:
    """Return the sha256 of a file's content; empty where it can't be read."""
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def digests(paths: Iterable[str]) -> dict[str, str]:
    """Return the sha256 of each file."""
    return {path: digest(path) for path in paths}


class Specs(dict[str, dict[int, tuple[str, str]]]):
    """By file and line, the account of each posting at cost and the text between its braces; read a file at a time."""

    def __init__(self) -> None:
        """Start with no file read."""
        super().__init__()
        self._same: dict[tuple[str, str], tuple[str, str]] = {}

    def __missing__(self, file: str) -> dict[int, tuple[str, str]]:
        """Read a file; one that can't be read has no lines."""
        found: dict[int, tuple[str, str]] = {}
        same = self._same
        try:
            whole = Path(file).read_bytes().decode("utf-8", "replace")
        except OSError:
            whole = ""
        number, start = 1, 0  # of the line that was looked at last
        brace = whole.find("{")
        while brace >= 0:
            first = whole.rfind("\n", start, brace) + 1 or start
            number += whole.count("\n", start, first)
            start, last = first, whole.find("\n", brace)
            last = len(whole) if last < 0 else last
            pair = _spec(whole[first:last])
            if pair:
                found[number] = same.setdefault(pair, pair)
            brace = whole.find("{", last)
        self[file] = found
        return found


def _spec(text: str) -> tuple[str, str] | None:
    """Return the account of a posting at cost and the text between its braces, None for any other line."""
    if '"' not in text and ";" not in text and text.count("{") == 1:
        before, _, after = text.partition("{")
        words = before.split(None, 2)
        inside, closed, _ = after.partition("}")
        if closed and len(words) == 3 and ":" in words[0] and before[0] in " \t":
            return words[0], inside
    match = _COST.match(text)
    return (match[1], match[2]) if match else None
