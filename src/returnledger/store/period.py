"""Which events were posted within a period."""

from __future__ import annotations

from datetime import date

from returnledger.store.gather import Source


def posted_on(source: Source, first: date | None, last: date | None) -> tuple[str, ...]:
    """Return the ids of the events that have an entry dated in a period, which is open at an end that is None."""
    sql = "SELECT DISTINCT event FROM posted WHERE date >= ? AND date <= ? ORDER BY event"
    days = (first or date.min).isoformat(), (last or date.max).isoformat()
    return tuple(str(row[0]) for row in source.db.execute(sql, days))
