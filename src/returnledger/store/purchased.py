"""Keeps what a ledger says of purchases: one row a transaction, and one for each way to write its names.

As with money paid in advance, the rows are what each transaction says; which belong together is worked out when they are
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

from returnledger.books import Books
from returnledger.purchases import TELLING, Bought, BoughtGoods, BoughtMoney, purchases_of
from returnledger.rows import Lot
from returnledger.sales import Recognition
from returnledger.sales.bought import BoughtReader
from returnledger.terms import Role

_ROW = "INSERT INTO bought VALUES (NULL,?,?,?,?)"
_NAME = "INSERT INTO bought_name VALUES (?,?,?)"
_ROUNDS = 12
_CHUNK = 400


def save(
    db: sqlite3.Connection, transactions: Iterable[Transaction], how: Recognition, file: Callable[[str], int]
) -> None:
    """Add the rows of transactions; `file` gives the number of a file."""
    reader = BoughtReader(how)
    for transaction in transactions:
        for flow in reader.read(transaction):
            at = file(flow.place[0]), flow.place[1]
            row = db.execute(_ROW, (flow.date.isoformat(), *at, json.dumps(_body(flow), ensure_ascii=False)))
            names = [(spelling, kind, row.lastrowid) for kind, spellings in flow.names for spelling in spellings]
            db.executemany(_NAME, names)


def delete(db: sqlite3.Connection, places: Iterable[tuple[int, int]]) -> None:
    """Take away the rows of the transactions at these places."""
    for file, line in places:
        rows = db.execute("SELECT id FROM bought WHERE file = ? AND lineno = ?", (file, line)).fetchall()
        db.executemany("DELETE FROM bought_name WHERE bought = ?", rows)
        db.execute("DELETE FROM bought WHERE file = ? AND lineno = ?", (file, line))


def read(db: sqlite3.Connection, names: Iterable[str]) -> list[Bought]:
    """Return the transactions that go by these names or lots, with those they share an order, an invoice or a link with."""
    found: dict[int, Bought] = {}
    asked: set[str] = set()
    wanted = set(names)
    for _ in range(_ROUNDS):
        wanted -= asked
        if not wanted:
            break
        asked |= wanted
        fresh = {n: flow for n, flow in _named(db, sorted(wanted)) if n not in found}
        found.update(fresh)
        kinds = {n: TELLING if not flow.brings else (*TELLING, "payee") for n, flow in fresh.items()}
        wanted = {s for n, flow in fresh.items() for kind, own in flow.names if kind in kinds[n] for s in own}
    return list(found.values())


def gather(db: sqlite3.Connection, names: frozenset[str], books: Books) -> frozenset[str]:
    """Add to `books` what goes by these names or lots; return the cases of our own entries on these purchases."""
    flows = read(db, names)
    books.bought.update({flow.place: flow for flow in flows})
    books.known_purchases = tuple(dict.fromkeys((*books.known_purchases, *like(db, sorted(names)))))
    cases: set[str] = set()
    for purchase in purchases_of(flows):
        written = f'rl-purchase: "{purchase.name}"'
        rows = db.execute("SELECT casus FROM posted WHERE kind = 'supplier_return' AND instr(text, ?) > 0", (written,))
        cases.update(casus for (casus,) in rows)
    return frozenset(cases)


def like(db: sqlite3.Connection, names: Iterable[str]) -> Iterator[str]:
    """Yield names of purchases that begin like these, else any."""
    for name in names:
        start = name[: (len(name) + 1) // 2]
        rows = db.execute(
            "SELECT DISTINCT name FROM bought_name WHERE kind NOT IN ('lot', 'payee') AND name >= ? AND name < ? LIMIT 50",
            (start, f"{start}\U0010ffff"),
        )
        yield from (row[0] for row in rows.fetchall())


def everything(db: sqlite3.Connection) -> list[Bought]:
    """Return every transaction that has to do with a purchase."""
    return [flow for _, flow in _rows(db, db.execute("SELECT id, date, file, lineno, body FROM bought"))]


def _named(db: sqlite3.Connection, names: list[str]) -> Iterator[tuple[int, Bought]]:
    for i in range(0, len(names), _CHUNK):
        part = names[i : i + _CHUNK]
        rows = db.execute(
            "SELECT DISTINCT b.id, date, file, lineno, body FROM bought_name n JOIN bought b ON b.id = n.bought "
            f"WHERE n.name IN ({','.join('?' * len(part))})",
            part,
        )
        yield from _rows(db, rows)


def _rows(db: sqlite3.Connection, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, Bought]]:
    files = dict(db.execute("SELECT id, path FROM file"))
    for number, day, file, line, body in rows:
        yield number, _flow(date.fromisoformat(day), (files[file], line), json.loads(body))


def _body(flow: Bought) -> list[Any]:
    return [
        flow.names,
        [_goods(goods) for goods in flow.goods],
        [
            [m.role.value, m.account, str(m.amount), m.currency, m.units and str(m.units), m.commodity, m.of]
            for m in flow.money
        ],
        flow.supplier,
        flow.payee,
        flow.links,
        flow.tags,
        dict(flow.metadata),
    ]


def _goods(goods: BoughtGoods) -> list[Any]:
    lot = goods.lot
    booked = lot and [str(lot.number), lot.currency, lot.date.isoformat(), lot.label]
    rate = None if goods.rate is None else str(goods.rate)
    return [goods.sku, goods.commodity, goods.account, str(goods.units), booked, rate]


def _flow(day: date, place: tuple[str, int], body: list[Any]) -> Bought:
    names, goods, money, supplier, payee, links, tags, metadata = body
    return Bought(
        day,
        place,
        tuple((kind, tuple(spellings)) for kind, spellings in names),
        tuple(_read_goods(row) for row in goods),
        tuple(
            BoughtMoney(Role.of(role), account, Decimal(amount), currency, units and Decimal(units), commodity, of)
            for role, account, amount, currency, units, commodity, of in money
        ),
        supplier,
        payee,
        tuple(links),
        tuple(tags),
        metadata,
    )


def _read_goods(row: list[Any]) -> BoughtGoods:
    sku, commodity, account, units, booked, rate = row
    lot = booked and Lot(Decimal(booked[0]), booked[1], date.fromisoformat(booked[2]), booked[3])
    return BoughtGoods(sku, commodity, account, Decimal(units), lot, rate and Decimal(rate))
