"""Keeps what a ledger moves of money paid in advance: one row a transaction, and one for each way to write its names.

The rows are what the transactions say, and no more: which receipts and uses belong together is worked out when they are
read, so that a changed file costs its own rows.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from beancount.core.data import Transaction

from returnledger.advances import Name, Prepaid
from returnledger.rows import Money
from returnledger.sales import Recognition
from returnledger.sales.prepaid import PrepaidReader
from returnledger.terms import Role

_ROW = "INSERT INTO prepaid VALUES (NULL,?,?,?,?)"
_NAME = "INSERT INTO prepaid_name VALUES (?,?,?)"
_ROUNDS = 12
_CHUNK = 400


def save(
    db: sqlite3.Connection, transactions: Iterable[Transaction], how: Recognition, file: Callable[[str], int]
) -> None:
    """Add the rows of transactions; `file` gives the number of a file."""
    reader = PrepaidReader(how)
    for transaction in transactions:
        for flow in reader.read(transaction):
            at = file(flow.place[0]), flow.place[1]
            number = db.execute(_ROW, (flow.date.isoformat(), *at, json.dumps(_body(flow), ensure_ascii=False)))
            names = [(name.kind, spelling) for name in flow.names for spelling in name.spellings]
            db.executemany(_NAME, [(spelling, kind, number.lastrowid) for kind, spelling in names])


def delete(db: sqlite3.Connection, places: Iterable[tuple[int, int]]) -> None:
    """Take away the rows of the transactions at these places."""
    for file, line in places:
        rows = db.execute("SELECT id FROM prepaid WHERE file = ? AND lineno = ?", (file, line)).fetchall()
        db.executemany("DELETE FROM prepaid_name WHERE prepaid = ?", rows)
        db.execute("DELETE FROM prepaid WHERE file = ? AND lineno = ?", (file, line))


def read(db: sqlite3.Connection, names: Iterable[str]) -> list[Prepaid]:
    """Return the transactions that go by these names, with those they share an order, a contract or a link with.

    By a customer's name only what names nothing else is drawn in: a customer pays for many orders.
    """
    found: dict[int, Prepaid] = {}
    asked: set[str] = set()
    wanted = set(names)
    for _ in range(_ROUNDS):
        wanted -= asked
        if not wanted:
            break
        asked |= wanted
        fresh = {n: flow for n, flow in _named(db, sorted(wanted)) if n not in found}
        found.update(fresh)
        wanted = {s for flow in fresh.values() for name in _joining(flow) for s in name.spellings}
    return list(found.values())


def _joining(flow: Prepaid) -> list[Name]:
    """Return the names of a transaction by which others belong with it."""
    telling = [name for name in flow.names if name.kind != "customer"]
    return telling or list(flow.names)


def like(db: sqlite3.Connection, names: Iterable[str]) -> Iterator[str]:
    """Yield names of advances that begin like these, else any."""
    for name in names:
        start = name[: (len(name) + 1) // 2]
        rows = db.execute(
            "SELECT DISTINCT name FROM prepaid_name WHERE name >= ? AND name < ? LIMIT 50",
            (start, f"{start}\U0010ffff"),
        )
        yield from (row[0] for row in rows.fetchall())
    yield from (row[0] for row in db.execute("SELECT DISTINCT name FROM prepaid_name LIMIT 50").fetchall())


def everything(db: sqlite3.Connection) -> list[Prepaid]:
    """Return every transaction that moves money paid in advance."""
    return [flow for _, flow in _rows(db, db.execute("SELECT id, date, file, lineno, body FROM prepaid"))]


def _named(db: sqlite3.Connection, names: list[str]) -> Iterator[tuple[int, Prepaid]]:
    for i in range(0, len(names), _CHUNK):
        part = names[i : i + _CHUNK]
        rows = db.execute(
            "SELECT DISTINCT p.id, date, file, lineno, body FROM prepaid_name n JOIN prepaid p ON p.id = n.prepaid "
            f"WHERE n.name IN ({','.join('?' * len(part))})",
            part,
        )
        yield from _rows(db, rows)


def _rows(db: sqlite3.Connection, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, Prepaid]]:
    files = dict(db.execute("SELECT id, path FROM file"))
    for number, day, file, line, body in rows:
        yield number, _flow(date.fromisoformat(day), (files[file], line), json.loads(body))


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
