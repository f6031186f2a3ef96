"""Names that are like those that nothing has, of posted events and of orders, so that a finding can name what was meant."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from returnledger.books import Books

_NAMES = 2_000  # names of orders that are looked at
_MOST = 50  # ids of which those that are alike are looked up


def add_events(db: sqlite3.Connection, names: frozenset[str], books: Books) -> None:
    """Add to `books` a few ids of events, and those of them that are cases, like each name that is neither."""
    unknown = names - books.posted.keys() - books.by_case.keys() - books.names.keys()
    events, cases = list(books.known_events), list(books.known_cases)
    for name in sorted(unknown)[:_MOST]:
        start = name[: max(1, len(name) // 2)]
        rows = db.execute(
            "SELECT DISTINCT event, casus FROM posted WHERE event >= ? AND event < ? LIMIT 100",
            (start, f"{start}\U0010ffff"),
        ).fetchall()
        events += [event for event, _ in rows]
        cases += [event for event, casus in rows if event == casus]
    books.known_events, books.known_cases = tuple(dict.fromkeys(events)), tuple(dict.fromkeys(cases))


def orders_like(db: sqlite3.Connection, names: list[str]) -> Iterator[str]:
    """Yield names of orders that look like these: with the same beginning, else any."""
    each = max(20, _NAMES // len(names))
    for name in sorted(names)[: _NAMES // 20]:
        for length in (len(name) - 1, len(name) - 2, (len(name) + 1) // 2):
            if length > 0:
                start = name[:length]
                rows = db.execute(
                    "SELECT DISTINCT name FROM order_name WHERE name >= ? AND name < ? LIMIT ?",
                    (start, f"{start}\U0010ffff", each),
                ).fetchall()
                yield from (row[0] for row in rows)
    yield from (row[0] for row in db.execute("SELECT name FROM sale ORDER BY name LIMIT ?", (each,)))
