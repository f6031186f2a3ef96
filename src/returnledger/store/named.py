"""Rows that go by several names: one row a transaction with its body as JSON, and one for each way to write its names.

The rows are what the transactions say, and no more: which of them belong together is worked out when they are read, so that
a changed file costs its own rows.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from pydantic_core import to_json

from returnledger.store.chunks import rows_in

Told = TypeVar("Told")
At = tuple[str, int]  # file and line
# The day of a transaction, the number of its file and its line, its body, and the kind and the spelling of each name.
Row = tuple[date, tuple[int, int], list[Any], Sequence[tuple[str, str]]]

_ROUNDS = 12  # how far names are followed from one transaction to the next


@dataclass(frozen=True, slots=True)
class NamedRows(Generic[Told]):
    """The rows of the tables `table` and `table_name`; `made` gives what a row tells, from its day, place and body."""

    table: str
    made: Callable[[date, At, list[Any]], Told]

    def add(self, db: sqlite3.Connection, told: Iterable[Row]) -> None:
        """Add transactions."""
        (last,) = db.execute(f"SELECT max(id) FROM {self.table}").fetchone()
        rows: list[tuple[Any, ...]] = []
        names: list[tuple[str, str, int]] = []
        for number, (day, at, body, own) in enumerate(told, (last or 0) + 1):
            rows.append((number, day.isoformat(), *at, to_json(body).decode()))
            names += [(spelling, kind, number) for kind, spelling in own]
        db.executemany(f"INSERT INTO {self.table} VALUES (?,?,?,?,?)", rows)
        db.executemany(f"INSERT INTO {self.table}_name VALUES (?,?,?)", names)

    def delete(self, db: sqlite3.Connection, places: Iterable[tuple[int, int]]) -> None:
        """Take away the rows of the transactions at these places."""
        here = f"FROM {self.table} WHERE file = ? AND lineno = ?"
        for place in places:
            rows = db.execute(f"SELECT id {here}", place).fetchall()
            db.executemany(f"DELETE FROM {self.table}_name WHERE {self.table} = ?", rows)
            db.execute(f"DELETE {here}", place)

    def read(
        self, db: sqlite3.Connection, names: Iterable[str], joining: Callable[[Told], Iterable[str]]
    ) -> list[Told]:
        """Return the transactions that go by these names, and those that go by what `joining` finds in them."""
        found: dict[int, Told] = {}
        asked: set[str] = set()
        wanted = set(names)
        for _ in range(_ROUNDS):
            wanted -= asked
            if not wanted:
                break
            asked |= wanted
            fresh = {n: told for n, told in self._named(db, sorted(wanted)) if n not in found}
            found.update(fresh)
            wanted = {name for told in fresh.values() for name in joining(told)}
        return list(found.values())

    def like(self, db: sqlite3.Connection, names: Iterable[str], but: Sequence[str] = ()) -> Iterator[str]:
        """Yield names that begin as these do, but for kinds of names that tell nobody apart."""
        for name in names:
            start = name[: (len(name) + 1) // 2]
            rows = db.execute(
                f"SELECT DISTINCT name FROM {self.table}_name "
                f"WHERE kind NOT IN ({','.join('?' * len(but))}) AND name >= ? AND name < ? LIMIT 50",
                (*but, start, f"{start}\U0010ffff"),
            )
            yield from (row[0] for row in rows.fetchall())

    def everything(self, db: sqlite3.Connection) -> list[Told]:
        """Return what all rows tell."""
        rows = db.execute(f"SELECT id, date, file, lineno, body FROM {self.table}")
        return [told for _, told in self._told(db, rows)]

    def _named(self, db: sqlite3.Connection, names: list[str]) -> Iterator[tuple[int, Told]]:
        sql = (
            f"SELECT DISTINCT t.id, date, file, lineno, body FROM {self.table}_name n "
            f"JOIN {self.table} t ON t.id = n.{self.table} WHERE n.name IN"
        )
        yield from self._told(db, rows_in(db, sql, names))

    def _told(self, db: sqlite3.Connection, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, Told]]:
        files = dict(db.execute("SELECT id, path FROM file"))
        for number, day, file, line, body in rows:
            yield number, self.made(date.fromisoformat(day), (files[file], line), json.loads(body))
