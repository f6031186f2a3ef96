"""Keeps what a ledger books by the month: rows of the table `apart`, by transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from beancount.core.data import Transaction

from returnledger.monthly import Apart, Months, Sold, month_of
from returnledger.sales import Recognition
from returnledger.sales.monthly import apart

_APART = "INSERT INTO apart VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
_ROWS = (
    "SELECT is_cost, date, sku, account, number, currency, units, stock, f.path, posting FROM apart "
    "LEFT JOIN file f ON f.id = posting_file WHERE is_cost = ?"
)
_SOLD = (
    "SELECT s.name, l.line, l.sku, l.units, l.revenue, s.currency, l.unbooked FROM sale s JOIN sale_line l ON l.sale = s.id "
    "WHERE s.date >= ? AND s.date <= ? AND l.unbooked IS NOT NULL ORDER BY s.date, s.name, l.n"
)


def save(
    db: sqlite3.Connection, transactions: Iterable[Transaction], how: Recognition, file: Callable[[str], int]
) -> None:
    """Add the rows of transactions that name no order; `file` gives the number of a file."""
    db.executemany(_APART, _rows(transactions, how, file))


def _rows(
    transactions: Iterable[Transaction], how: Recognition, file: Callable[[str], int]
) -> Iterator[tuple[Any, ...]]:
    for transaction in transactions:
        for row in apart((transaction,), how):
            source = file(str(transaction.meta.get("filename", ""))), int(transaction.meta.get("lineno") or 0)
            at = (file(row.place[0]), row.place[1]) if row.place else (None, 0)
            units = None if row.units is None else str(row.units)
            yield (
                int(row.is_cost), row.date.isoformat(), row.sku, row.account, str(row.amount), row.currency, units,
                " ".join(row.stock), *source, *at,
            )  # fmt: skip


def read(db: sqlite3.Connection, months: Iterable[str], known: Months) -> Months:
    """Return the costs of all months, and of those months that have any what was sold in them.

    `known` is what other books say; a month may have its costs there.
    """
    own = tuple(
        _apart(row) for row in db.execute(f"{_ROWS} ORDER BY date, posting, f.path, account, apart.rowid", (1,))
    )
    booked = {month_of(cost.date) for cost in (*known.costs, *own)}
    return Months(own, tuple((month, tuple(_sold(db, month))) for month in sorted(months) if month in booked))


def _apart(row: tuple[Any, ...]) -> Apart:
    is_cost, day, sku, account, number, currency, units, stock, path, line = row
    return Apart(
        bool(is_cost), date.fromisoformat(day), sku, account, Decimal(number), currency,
        None if units is None else Decimal(units), tuple(stock.split()), (path, line) if path else None,
    )  # fmt: skip


def _sold(db: sqlite3.Connection, month: str) -> Iterator[Sold]:
    days = f"{month}-01", f"{month}-31"
    for order, line, sku, units, net, currency, unbooked in db.execute(_SOLD, days):
        counted, _, said = unbooked.partition(" ")
        cost = Decimal(said) if said else None
        yield Sold(order, line, sku, Decimal(units) if counted == "1" else None, Decimal(net), currency, cost)
    takings = db.execute(f"{_ROWS} AND date >= ? AND date <= ? ORDER BY date, posting, f.path, apart.rowid", (0, *days))
    for taking in map(_apart, takings):
        yield Sold("", "", taking.sku, taking.units, -taking.amount, taking.currency)
