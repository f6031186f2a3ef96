"""The files of a ledger as they were read and as they stand on disk: which changed, and in which directives."""

from __future__ import annotations

import sqlite3
from array import array
from bisect import bisect_right
from collections.abc import Mapping
from pathlib import Path

from returnledger.includes import Include, includes_of, unmatched
from returnledger.store import asserted
from returnledger.store.build import CONTENT
from returnledger.store.changes import Changed, TooMuch, compare, offset, refuse_state
from returnledger.store.content import content_of, unpacked
from returnledger.store.salerows import Numbers
from returnledger.store.sources import digest


class OnDisk:
    """What a ledger is made of: the rows of it that the store has, brought up to date last of all."""

    def __init__(self, db: sqlite3.Connection, root: Path, files: Numbers) -> None:
        """Start with the files as they were read."""
        self._db, self._root, self._files = db, root, files
        self._known = dict(db.execute("SELECT path, sha256 FROM file WHERE sha256 IS NOT NULL"))
        self._digests: dict[str, str] = {}
        self._now: Mapping[str, list[Include]] = {}
        self._unmatched: set[str] = set()  # what Beancount said of include lines without a file
        self._changed: dict[str, Changed] = {}
        self._texts: dict[str, tuple[bytes, array[int]]] = {}

    def directives(self) -> int:
        """Return of how many directives the ledger was made."""
        (size,) = self._db.execute("SELECT sum(length(starts)) FROM content").fetchone()
        return (size or 0) // array("I").itemsize

    def compare(self, most: int) -> Mapping[str, Changed]:
        """Return by path what changed; raises TooMuch where the ledger had errors that a change may concern.

        A file of which more than `most` directives are gone and come is too much, too.
        """
        errors = {message for (message,) in self._db.execute("SELECT message FROM error")}
        old = self._includes()
        self._unmatched = errors & {unmatched(include) for includes in old.values() for include in includes}
        if errors - self._unmatched - asserted.standing(self._db):
            raise TooMuch("the ledger has errors")
        self._now = self._closure(old)
        for path in sorted(self._now.keys() | self._known.keys()):
            self._compare(path, path in self._now, most)
        return self._changed

    def _includes(self) -> dict[str, list[Include]]:
        found: dict[str, list[Include]] = {}
        for file, pattern in self._db.execute("SELECT file, pattern FROM include"):
            found.setdefault(file, []).append(Include(file, pattern))
        return found

    def _closure(self, old: Mapping[str, list[Include]]) -> dict[str, list[Include]]:
        """Return the files that the root names now, directly or by way of others, with their includes."""
        seen, queue = {str(self._root)}, [str(self._root)]
        now: dict[str, list[Include]] = {}
        while queue:
            path = queue.pop()
            self._digests[path] = digest(path)
            same = self._known.get(path) == self._digests[path]
            now[path] = old.get(path, []) if same else list(includes_of(Path(path)))
            for include in now[path]:
                for found in include.files():
                    if found in seen:
                        raise TooMuch("a file is included twice")
                    seen.add(found)
                    queue.append(found)
        return now

    def _compare(self, path: str, stands: bool, most: int) -> None:
        """Note what changed in a file, if anything did."""
        content = self._db.execute("SELECT text, starts FROM content WHERE file = ?", (self._files[path],)).fetchone()
        if path in self._known and content is None:
            raise TooMuch("the old text of a file is not known")
        starts = array("I")
        was = b""
        if path in self._known:
            if self._digests.get(path) == self._known[path]:
                return
            was = unpacked(content[0])
            starts.frombytes(content[1])
        self._changed[path] = compare(path, was, starts, Path(path).read_bytes() if stands else b"", most)

    def part(self, path: str, line: int) -> bytes:
        """Return the directive that starts at a line of a file, with what follows up to the next."""
        if path not in self._texts:
            self._texts[path] = self._text(path)
        raw, starts = self._texts[path]
        after = bisect_right(starts, line)
        return raw[offset(raw, line) : len(raw) if after == len(starts) else offset(raw, starts[after])]

    def _text(self, path: str) -> tuple[bytes, array[int]]:
        change = self._changed.get(path)
        if change is not None:
            return change.raw, change.starts
        (packed,) = self._db.execute("SELECT starts FROM content WHERE file = ?", (self._files[path],)).fetchone()
        starts = array("I")
        starts.frombytes(packed)
        raw = Path(path).read_bytes()
        refuse_state(path, raw)
        return raw, starts

    def write(self) -> None:
        """Write which files the ledger is made of now, and what they hold."""
        db, now = self._db, self._now
        for path, change in self._changed.items():
            number = self._files[path]
            db.execute("DELETE FROM content WHERE file = ?", (number,))
            content = content_of(change.raw) if path in now else None
            db.execute("UPDATE file SET sha256 = ? WHERE id = ?", (content and content.sha256, number))
            if content is not None:
                db.execute(CONTENT, (number, content.packed, change.starts.tobytes()))
            db.execute("DELETE FROM include WHERE file = ?", (path,))
            rows = [(include.file, include.pattern) for include in now.get(path, ())]
            db.executemany("INSERT INTO include VALUES (?,?)", rows)
        left = {unmatched(include) for includes in now.values() for include in includes if not include.files()}
        if left - self._unmatched:
            raise TooMuch("an include line names no file")
        db.executemany("DELETE FROM error WHERE message = ?", [(message,) for message in self._unmatched - left])
