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


class Specs:
    """The cost of each posting as written, read from the files once and a file at a time."""

    def __init__(self) -> None:
        """Start with no file read."""
        self._files: dict[str, dict[int, tuple[str, str]]] = {}
        self._same: dict[tuple[str, str], tuple[str, str]] = {}

    def of(self, file: str, line: int, account: str) -> str | None:
        """Return the text between the braces of the posting of `account` at `line`, None where no such line is."""
        lines = self._files.get(file)
        if lines is None:
            lines = self._files[file] = self._read(file)
        found = lines.get(line)
        return found[1] if found and found[0] == account else None

    def _read(self, file: str) -> dict[int, tuple[str, str]]:
        found: dict[int, tuple[str, str]] = {}
        same = self._same
        try:
            with Path(file).open(encoding="utf-8", errors="replace", newline="\n") as lines:
                for number, text in enumerate(lines, 1):
                    if "{" in text:
                        match = _COST.match(text)
                        if match:
                            pair = match.groups()
                            found[number] = same.setdefault(pair, pair)  # type: ignore[arg-type]
        except OSError:
            pass
        return found
