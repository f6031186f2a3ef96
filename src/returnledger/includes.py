"""The include lines of a ledger: which files they name now, and whether one would take in a file that is yet to come."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_INCLUDE = re.compile(rb'^include[ \t]+"((?:[^"\\]|\\.)*)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Include:
    """One include line of the ledger: the file it stands in and the pattern as written."""

    file: str
    pattern: str

    @property
    def search(self) -> str:
        """The pattern as a path from the root of the file system."""
        return str(Path(self.file).parent / self.pattern)

    def files(self) -> set[str]:
        """Return the files that the pattern names now."""
        return {os.path.normpath(found) for found in glob.glob(self.search, recursive=True)}  # noqa: PTH207 - as Beancount finds them

    def covers(self, path: Path) -> bool:
        """Return True if the pattern would include a file at `path`, whether or not it exists."""
        return re.fullmatch(_regex(os.path.normpath(self.search)), str(path)) is not None


def includes_of(file: Path) -> Iterator[Include]:
    """Yield the include lines of a file as it stands on disk."""
    try:
        raw = file.read_bytes()
    except OSError:
        return
    if b"include" in raw:
        for match in _INCLUDE.finditer(raw):
            text = match.group(1).decode("utf-8", "replace")
            yield Include(str(file), re.sub(r"\\(.)", r"\1", text))


def closure(root: str, includes: list[Include]) -> set[str]:
    """Return the files that the root and these include lines name now."""
    return {root}.union(*(include.files() for include in includes))


def covered(includes: Iterable[Include], folder: Path) -> bool:
    """Return True if a new batch under `folder` would be part of the ledger."""
    probe = Path(os.path.normpath(folder)) / "2026" / "2026-01-31-0123456789ab.beancount"
    return any(include.covers(probe) for include in includes)


def unmatched(include: Include) -> str:
    """Return what Beancount says of an include line that names no file yet."""
    return f'File glob "{include.pattern}" does not match any files'


def _regex(pattern: str) -> str:
    """Return the regular expression of a glob pattern in which `**` spans folders and hidden names stay hidden."""
    out, i = "", 0
    while i < len(pattern):
        if pattern.startswith("**/", i):
            out, i = out + r"(?:[^/.][^/]*/)*", i + 3
        elif pattern.startswith("**", i):
            out, i = out + r"[^/.].*", i + 2
        elif pattern[i] == "*":
            out, i = out + (r"(?!\.)[^/]*" if i and pattern[i - 1] == "/" else "[^/]*"), i + 1
        elif pattern[i] == "?":
            out, i = out + "[^/]", i + 1
        elif pattern[i] == "[" and "]" in pattern[i + 2 :]:
            end = pattern.index("]", i + 2)
            out, i = out + "[" + pattern[i + 1 : end].replace("!", "^", 1) + "]", end + 1
        else:
            out, i = out + re.escape(pattern[i]), i + 1
    return out
