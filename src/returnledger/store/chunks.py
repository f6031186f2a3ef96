"""Looks up many names in a store with a few statements."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

_NAMES = 400  # in one statement


def rows_in(db: sqlite3.Connection, sql: str, names: Iterable[Any], order: str = "") -> Iterator[tuple[Any, ...]]:
    """Yield the rows of `sql`, which ends in `IN`, for all names; `order` holds within each part of the names."""
    every = sorted(names)
    for i in range(0, len(every), _NAMES):
        part = every[i : i + _NAMES]
        yield from db.execute(f"{sql} ({','.join('?' * len(part))}){order}", part)
