"""Ids of posted events that are like those that no event has, so that a finding can name what was meant."""

from __future__ import annotations

import sqlite3

from returnledger.books import Books

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
