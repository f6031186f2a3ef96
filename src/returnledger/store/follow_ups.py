"""Keeps what a ledger holds of orders that it does not sell: rows of the table `follow_up`, by transaction.

They are asked for only where the settings name a register or archives, and made only then.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from beancount.core.data import Transaction

from returnledger.roles import Role
from returnledger.rows import Money
from returnledger.sales import Recognition
from returnledger.sales.follow_ups import FollowUp, follow_ups_of

_FOLLOW_UP = "INSERT INTO follow_up VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
_BETWEEN = "\x1f"  # names of one transaction


def save(
    db: sqlite3.Connection, transactions: Iterable[Transaction], how: Recognition, file: Callable[[str], int]
) -> None:
    """Add the rows of transactions; `file` gives the number of a file."""
    db.executemany(_FOLLOW_UP, _rows(transactions, how, file))


def _rows(
    transactions: Iterable[Transaction], how: Recognition, file: Callable[[str], int]
) -> Iterator[tuple[Any, ...]]:
    for row in follow_ups_of(transactions, how):
        money = row.money
        at = (file(money.place[0]), money.place[1]) if money.place else (None, 0)
        yield (
            row.name, _BETWEEN.join(row.names), file(row.source[0]), row.source[1], row.purpose, money.account,
            str(money.amount), money.currency, row.line, money.date.isoformat(), *at, int(row.opening),
            money.role and money.role.value, _text(money.units), money.commodity, _text(money.settled),
        )  # fmt: skip


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def read(db: sqlite3.Connection, names: Iterable[str]) -> Iterator[FollowUp]:
    """Yield the rows of the orders of these names, in their order in the ledger."""
    wanted = sorted(set(names))
    rows = db.execute(
        "SELECT name, names, f.path, lineno, purpose, line, opening, account, number, currency, date, g.path, posting, role, "
        "units, commodity, settled FROM follow_up l JOIN file f ON f.id = l.file LEFT JOIN file g ON g.id = l.posting_file "
        f"WHERE l.name IN ({','.join('?' * len(wanted))}) ORDER BY date, lineno, f.path, l.rowid",
        wanted,
    )
    for name, every, file, line, purpose, of, opening, *rest in rows:
        yield FollowUp(name, tuple(every.split(_BETWEEN)), (file, line), purpose, _money(*rest), of, bool(opening))


def _money(
    account: str, number: str, currency: str, day: str, path: str, posting: int, role: str, *priced: str | None
) -> Money:
    units, commodity, settled = priced
    return Money(
        account, Decimal(number), currency, date.fromisoformat(day), (path, posting) if path else None,
        Role.of(role) if role else None, _number(units), commodity, _number(settled),
    )  # fmt: skip
