"""Keeps what a ledger says of purchases: goods that came, what they cost, and what was paid and sent back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from beancount.core.data import Transaction

from returnledger.books import Books
from returnledger.purchases import TELLING, Bought, BoughtGoods, BoughtMoney, purchases_of
from returnledger.roles import Role
from returnledger.rows import Lot
from returnledger.sales import Recognition
from returnledger.sales.bought import BoughtReader
from returnledger.store.named import NamedRows, Row


def save(
    db: sqlite3.Connection, transactions: Iterable[Transaction], how: Recognition, file: Callable[[str], int]
) -> None:
    """Add the rows of transactions; `file` gives the number of a file."""
    ROWS.add(db, _rows(transactions, BoughtReader(how), file))


def _rows(transactions: Iterable[Transaction], reader: BoughtReader, file: Callable[[str], int]) -> Iterator[Row]:
    for transaction in transactions:
        for flow in reader.read(transaction):
            names = [(kind, spelling) for kind, spellings in flow.names for spelling in spellings]
            yield flow.date, (file(flow.place[0]), flow.place[1]), _body(flow), names


def read(db: sqlite3.Connection, names: Iterable[str]) -> list[Bought]:
    """Return the transactions that go by these names or lots, with those they share an order, an invoice or a link with.

    By a payee's name only what brings goods draws others in: a supplier is paid for many purchases.
    """

    def joining(flow: Bought) -> Iterable[str]:
        telling = (*TELLING, "payee") if flow.brings else TELLING
        return (spelling for kind, spellings in flow.names if kind in telling for spelling in spellings)

    return ROWS.read(db, names, joining)


def gather(db: sqlite3.Connection, names: frozenset[str], books: Books) -> frozenset[str]:
    """Add to `books` what goes by these names or lots; return the cases of our own entries on these purchases."""
    flows = read(db, names)
    books.bought.update({flow.place: flow for flow in flows})
    books.known_purchases = tuple(dict.fromkeys((*books.known_purchases, *ROWS.like(db, sorted(names), _OF_MANY))))
    cases: set[str] = set()
    for purchase in purchases_of(flows):
        written = f'rl-purchase: "{purchase.name}"'
        rows = db.execute("SELECT casus FROM posted WHERE kind = 'supplier_return' AND instr(text, ?) > 0", (written,))
        cases.update(casus for (casus,) in rows)
    return frozenset(cases)


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


_OF_MANY = ("lot", "payee")  # names that many purchases share
ROWS = NamedRows("bought", _flow)
