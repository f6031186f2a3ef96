"""Keeps what a ledger moves of money paid in advance: receipts, uses and what was given back, by their names."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from beancount.core.data import Transaction

from returnledger.advances import Name, Prepaid
from returnledger.roles import Role
from returnledger.rows import Money
from returnledger.sales import Recognition
from returnledger.sales.prepaid import PrepaidReader
from returnledger.store.named import NamedRows, Row


def save(
    db: sqlite3.Connection, transactions: Iterable[Transaction], how: Recognition, file: Callable[[str], int]
) -> None:
    """Add the rows of transactions; `file` gives the number of a file."""
    ROWS.add(db, _rows(transactions, PrepaidReader(how), file))


def _rows(transactions: Iterable[Transaction], reader: PrepaidReader, file: Callable[[str], int]) -> Iterator[Row]:
    for transaction in transactions:
        for flow in reader.read(transaction):
            names = [(name.kind, spelling) for name in flow.names for spelling in name.spellings]
            yield flow.date, (file(flow.place[0]), flow.place[1]), _body(flow), names


def read(db: sqlite3.Connection, names: Iterable[str]) -> list[Prepaid]:
    """Return the transactions that go by these names, with those they share an order, a contract or a link with.

    By a customer's name only what names nothing else is drawn in: a customer pays for many orders.
    """
    return ROWS.read(db, names, lambda flow: (spelling for name in _joining(flow) for spelling in name.spellings))


def _joining(flow: Prepaid) -> list[Name]:
    """Return the names of a transaction by which others belong with it."""
    telling = [name for name in flow.names if name.kind != "customer"]
    return telling or list(flow.names)


def like(db: sqlite3.Connection, names: Iterable[str]) -> Iterator[str]:
    """Yield names of advances that begin like these, else any."""
    yield from ROWS.like(db, names)
    yield from (row[0] for row in db.execute("SELECT DISTINCT name FROM prepaid_name LIMIT 50").fetchall())


def _body(flow: Prepaid) -> list[Any]:
    return [
        [[name.kind, list(name.spellings)] for name in flow.names],
        [_money(money) for money in flow.money],
        [_money(money) for money in flow.tenders],
        flow.sells,
        flow.customer,
        flow.payee,
        list(flow.links),
        list(flow.tags),
        dict(flow.metadata),
    ]


def _money(money: Money) -> list[Any]:
    line = money.place[1] if money.place else None
    units = None if money.units is None else str(money.units)
    role = money.role.value if money.role else None
    return [money.account, str(money.amount), money.currency, line, role, units, money.commodity]


def _flow(day: date, place: tuple[str, int], body: list[Any]) -> Prepaid:
    names, money, tenders, sells, customer, payee, links, tags, metadata = body

    def read_money(row: list[Any]) -> Money:
        account, amount, currency, line, role, units, commodity = row
        at = (place[0], line) if line is not None else None
        known = Role.of(role) if role else None
        return Money(
            account, Decimal(amount), currency, day, at, known, None if units is None else Decimal(units), commodity
        )

    return Prepaid(
        day,
        place,
        tuple(Name(kind, tuple(spellings)) for kind, spellings in names),
        tuple(map(read_money, money)),
        tuple(map(read_money, tenders)),
        sells,
        customer,
        payee,
        tuple(links),
        tuple(tags),
        metadata,
    )


ROWS = NamedRows("prepaid", _flow)
