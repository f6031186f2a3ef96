"""Keeps what a ledger holds of orders that it does not sell: rows of the table `loose`, by transaction.

They are asked for only where the settings name a register or archives, and made only then.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from beancount.core.data import Transaction

from returnledger.sales import Recognition
from returnledger.sales.loose import Loose, loose_of

_LOOSE = "INSERT INTO loose VALUES (?,?,?,?,?,?,?,?,?,?)"


def save(
    db: sqlite3.Connection, transactions: Iterable[Transaction], how: Recognition, file: Callable[[str], int]
) -> None:
    """Add the rows of transactions; `file` gives the number of a file."""
    db.executemany(_LOOSE, _rows(transactions, how, file))


def _rows(
    transactions: Iterable[Transaction], how: Recognition, file: Callable[[str], int]
) -> Iterator[tuple[Any, ...]]:
    for row in loose_of(transactions, how):
        name, lineno = row.place or ("", 0)
        yield (
            row.name, row.purpose, row.account, str(row.number), row.currency, row.line, row.date.isoformat(),
            file(name) if name else None, lineno, int(row.opening),
        )  # fmt: skip


def read(db: sqlite3.Connection, names: Iterable[str]) -> Iterator[Loose]:
    """Yield the rows of the orders of these names, in their order in the ledger."""
    wanted = sorted(set(names))
    rows = db.execute(
        "SELECT l.name, purpose, account, number, currency, line, date, f.path, lineno, opening FROM loose l "
        f"LEFT JOIN file f ON f.id = l.file WHERE l.name IN ({','.join('?' * len(wanted))}) ORDER BY date, lineno, f.path, l.rowid",
        wanted,
    )
    for name, purpose, account, number, currency, line, day, path, lineno, opening in rows:
        place = (path, lineno) if path else None
        yield Loose(
            name, purpose, account, Decimal(number), currency, line, date.fromisoformat(day), place, bool(opening)
        )
