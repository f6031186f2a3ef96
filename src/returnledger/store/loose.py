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
from returnledger.terms import Role

_LOOSE = "INSERT INTO loose VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
_BETWEEN = "\x1f"  # names of one transaction


def save(
    db: sqlite3.Connection, transactions: Iterable[Transaction], how: Recognition, file: Callable[[str], int]
) -> None:
    """Add the rows of transactions; `file` gives the number of a file."""
    db.executemany(_LOOSE, _rows(transactions, how, file))


def _rows(
    transactions: Iterable[Transaction], how: Recognition, file: Callable[[str], int]
) -> Iterator[tuple[Any, ...]]:
    for row in loose_of(transactions, how):
        at = (file(row.place[0]), row.place[1]) if row.place else (None, 0)
        yield (
            row.name, _BETWEEN.join(row.names), file(row.source[0]), row.source[1], row.purpose, row.account,
            str(row.number), row.currency, row.line, row.date.isoformat(), *at, int(row.opening),
            row.role and row.role.value,
        )  # fmt: skip


def read(db: sqlite3.Connection, names: Iterable[str]) -> Iterator[Loose]:
    """Yield the rows of the orders of these names, in their order in the ledger."""
    wanted = sorted(set(names))
    rows = db.execute(
        "SELECT name, names, f.path, lineno, purpose, account, number, currency, line, date, g.path, posting, opening, role "
        "FROM loose l JOIN file f ON f.id = l.file LEFT JOIN file g ON g.id = l.posting_file "
        f"WHERE l.name IN ({','.join('?' * len(wanted))}) ORDER BY date, lineno, f.path, l.rowid",
        wanted,
    )
    for name, every, file, line, purpose, account, number, currency, of, day, path, posting, opening, role in rows:
        place = (path, posting) if path else None
        yield Loose(
            name, tuple(every.split(_BETWEEN)), (file, line), purpose, account, Decimal(number), currency, of,
            date.fromisoformat(day), place, bool(opening), Role.of(role) if role else None,
        )  # fmt: skip
