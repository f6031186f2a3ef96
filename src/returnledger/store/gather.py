"""Fills books from the store: what a set of events needs, in few queries whatever the size of the ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from beancount.core.data import Directive, Transaction

from returnledger.books import Books, is_own, posted
from returnledger.credits import SoldTo
from returnledger.findings import Finding, Refused, Span
from returnledger.ledger import parse_text
from returnledger.needs import Needs
from returnledger.rows import Account, Posted, Price
from returnledger.store import documentnumbers, months, moved, nearby, prepaid, purchased
from returnledger.store.chunks import rows_in
from returnledger.store.encode import read
from returnledger.textfile import gc_paused

ENTRY = "SELECT id, event, step, casus, ordr, date, source, kind, reference, digest, file, lineno, text FROM posted"


class _Names(dict[int, str]):
    """Names by number; a number that another process has added meanwhile is looked up."""

    def __init__(self, db: sqlite3.Connection, sql: str) -> None:
        super().__init__(db.execute(sql))
        self._db, self._sql = db, sql

    def __missing__(self, number: int) -> str:
        self.update(self._db.execute(self._sql))
        return self.get(number, "")


class Reader:
    """Reads rows of one store."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Read from this database, which nobody changes meanwhile."""
        self._db = db

    @cached_property
    def account_names(self) -> dict[int, str]:
        """The accounts by number."""
        return _Names(self._db, "SELECT id, name FROM account")

    @cached_property
    def account_numbers(self) -> dict[str, int]:
        """The numbers of accounts."""
        return {name: number for number, name in self.account_names.items()}

    @cached_property
    def file_names(self) -> dict[int, str]:
        """The files by number."""
        return _Names(self._db, "SELECT id, path FROM file")

    def gather(self, needs: Needs, books: Books) -> None:
        """Add to `books` what `needs` asks for."""
        with gc_paused():
            self._gather(needs, books)

    def _gather(self, needs: Needs, books: Books) -> None:
        if not books.accounts:
            self._general(books)
        orders = self._orders(needs, books)
        self._sales(orders, books)
        self._held(needs.held - books.held.keys(), books)
        self._posted(needs, set(orders.values()) | needs.orders, books)
        nearby.add_events(self._db, needs.events, books)
        wanted = needs.accounts - books.movements.keys()
        books.movements.update(moved.read(self._db, wanted, self.account_numbers, self.file_names))
        self._prices(needs.prices, books)
        self._advances(needs.advances, books)
        self._purchases(needs.purchases, books)
        self._sold_to(needs.bought, books)
        if needs.months:
            books.months = books.months.joined(months.read(self._db, needs.months, books.months))

    def _general(self, books: Books) -> None:
        """Add what is the same whatever is asked: accounts, the lock, numbers of documents."""
        for name, opened, closed, currencies, booking in self._db.execute(
            "SELECT name, opened, closed, currencies, booking FROM account WHERE opened IS NOT NULL"
        ):
            end = date.fromisoformat(closed) if closed else None
            books.accounts[name] = Account(name, date.fromisoformat(opened), end, tuple(currencies.split()), booking)
        (last,) = self._db.execute("SELECT max(date) FROM period_lock").fetchone()
        books.locked_until = date.fromisoformat(last) if last else None
        documentnumbers.read(self._db, books)

    def _orders(self, needs: Needs, books: Books) -> dict[int, str]:
        """Return the sales wanted, by number: orders by any of their names, and what customers bought of a SKU."""
        wanted: dict[int, str] = {}
        spelled: dict[str, dict[str, None]] = {}
        for name, number, order in rows_in(
            self._db,
            "SELECT n.name, s.id, s.name FROM order_name n JOIN sale s ON s.id = n.sale WHERE n.name IN",
            needs.orders,
        ):
            wanted[number] = order
            spelled.setdefault(name, {})[order] = None
            spelled.setdefault(order, {})[order] = None
        books.names.update({name: tuple(sorted(orders)) for name, orders in spelled.items()})
        unknown = [name for name in needs.orders if name not in spelled]
        if unknown:
            books.known_orders = tuple(dict.fromkeys((*books.known_orders, *nearby.orders_like(self._db, unknown))))
        skus: dict[str, set[str]] = {}
        for customer, sku in needs.pairs:
            skus.setdefault(customer, set()).add(sku)
        found: dict[tuple[str, str], dict[str, None]] = {pair: {} for pair in needs.pairs}
        for column in ("customer", "payee"):  # a customer goes by the code of the metadata or by name
            sql = f"SELECT s.{column}, l.sku, l.commodity, s.id, s.name FROM sale s JOIN sale_line l ON l.sale = s.id"
            for customer, *goods, number, order in rows_in(
                self._db, f"{sql} WHERE s.{column} IN", skus, " ORDER BY s.date, s.name"
            ):
                for sku in skus[customer].intersection(goods):
                    found[customer, sku][order] = None
                    wanted[number] = order
                    books.names.setdefault(order, (order,))
        books.candidates.update({pair: tuple(orders) for pair, orders in found.items()})
        return {number: order for number, order in wanted.items() if order not in books.sales}

    def _sales(self, orders: dict[int, str], books: Books) -> None:
        accounts, files = self.account_names.__getitem__, self.file_names.__getitem__
        for order, body in rows_in(self._db, "SELECT name, body FROM sale WHERE id IN", orders):
            books.sales[order] = read(order, body, accounts, files)

    def posted(self, orders: set[str], books: Books) -> None:
        """Absorb the directives that were posted on these orders."""
        if orders:
            self._posted(Needs(), orders, books)

    def _held(self, skus: Iterable[str], books: Books) -> None:
        """Add for each SKU the accounts that kept it at cost, the last one first, under whatever commodity it has."""
        names = self.account_names
        for sku in skus:
            rows = self._db.execute(
                "SELECT account, commodity, max(date || printf('%010d', lineno)) FROM movement WHERE commodity = ? OR commodity IN "
                "(SELECT name FROM commodity WHERE sku = ? UNION SELECT commodity FROM sale_line WHERE sku = ?) "
                "GROUP BY account, commodity",
                (sku, sku, sku),
            )
            kept = sorted((names[account], commodity, last) for account, commodity, last in rows)
            kept.sort(key=lambda row: row[2], reverse=True)
            books.held[sku] = tuple((account, commodity) for account, commodity, _ in kept)

    def _posted(self, needs: Needs, orders: set[str], books: Books, moved_to: Iterable[str] = ()) -> None:
        """Absorb the directives of the events, cases, orders, customers, contents and files asked for, by date and step."""
        rows: dict[int, tuple[Any, ...]] = {}
        for column, names in (
            ("event", needs.events),
            ("casus", needs.events),
            ("ordr", orders),
            ("customer", needs.customers),
            ("digest", needs.digests),
            ("source", needs.files),
            ("other", moved_to),
        ):
            rows.update((row[0], row) for row in rows_in(self._db, f"{ENTRY} WHERE {column} IN", names))
        cases = {row[3] for row in rows.values()}
        for text in sorted(needs.mentions):
            cases.update(
                case for (case,) in self._db.execute("SELECT DISTINCT casus FROM posted WHERE instr(text, ?)", (text,))
            )
        rows.update((row[0], row) for row in rows_in(self._db, f"{ENTRY} WHERE casus IN", cases))
        known = {(e.id, e.step, e.place) for entries in books.posted.values() for e in entries}
        ordered = sorted(rows.values(), key=lambda row: (row[5], row[2], row[1], row[11], row[0]))
        for row, entry in zip(ordered, self.entries(ordered)):
            if (entry.id, entry.step, entry.place) in known:
                continue
            books.absorb(entry, digest=row[9])
            if row[8]:
                ids = books.by_source.setdefault((row[6], row[7], row[8]), [])
                if entry.id not in ids:
                    ids.append(entry.id)

    def entries(self, rows: list[tuple[Any, ...]]) -> Iterator[Posted]:
        """Yield the entries of rows of the table `posted`, in their order."""
        starts: list[int] = []
        texts: list[str] = []
        line = 1
        for row in rows:
            starts.append(line)
            texts.append(row[12])
            line += row[12].count("\n") + 2
        directives, _ = parse_text("\n\n".join(texts)) if texts else ([], [])
        by_line = {d.meta["lineno"]: d for d in directives if is_own(d)}
        for start, row in zip(starts, rows):
            directive = by_line.get(start)
            if directive is None:
                place = Span(self.file_names[row[10]], row[11])
                raise Refused([Finding("posted-unreadable", place, {"id": row[1]})])
            _move(directive, self.file_names[row[10]], row[11] - start)
            entry = posted(directive)
            assert entry is not None
            yield entry

    def _sold_to(self, customers: Iterable[str], books: Books) -> None:
        """Add every line that these customers were sold; of an order that is there already, nothing."""
        sql = (
            "SELECT s.customer, s.name, l.date, l.sku FROM sale s JOIN sale_line l ON l.sale = s.id WHERE s.customer IN"
        )
        found: dict[str, list[SoldTo]] = {}
        for customer, order, day, sku in rows_in(self._db, sql, customers, " ORDER BY s.date, s.name, l.n"):
            found.setdefault(customer, []).append(SoldTo(order, date.fromisoformat(day), sku))
        for customer, lines in found.items():
            known = books.sold_to.get(customer, ())
            orders = {line.order for line in known}
            books.sold_to[customer] = (*known, *(line for line in lines if line.order not in orders))

    def _advances(self, names: frozenset[str], books: Books) -> None:
        """Add what moved money paid in advance under these names, and our own entries on it."""
        if not names:
            return
        flows = prepaid.read(self._db, names)
        books.prepaid.update({(flow.place, flow.names): flow for flow in flows})
        if not flows:
            books.known_advances = tuple(dict.fromkeys((*books.known_advances, *prepaid.like(self._db, sorted(names)))))
        owners = {name.spellings[0] for flow in flows for name in flow.names}
        self.posted({*names, *owners}, books)
        self._posted(Needs(), set(), books, moved_to={*names, *owners})

    def _purchases(self, names: frozenset[str], books: Books) -> None:
        """Add what has to do with purchases under these names or of these lots, and our own entries on them."""
        cases = purchased.gather(self._db, names, books) if names else frozenset()
        if cases:
            self._posted(Needs(events=cases), set(), books)

    def _prices(self, pairs: Iterable[tuple[str, str]], books: Books) -> None:
        """Add the prices of each pair, and of the pair turned round."""
        for one, other in sorted(pairs):
            rows = self._db.execute(
                "SELECT commodity, currency, date, number FROM price "
                "WHERE (commodity = ? AND currency = ?) OR (commodity = ? AND currency = ?) ORDER BY date, lineno, file",
                (one, other, other, one),
            )
            books.prices[one, other] = tuple(
                Price(commodity, currency, date.fromisoformat(day), Decimal(number))
                for commodity, currency, day, number in rows
            )


def _move(directive: Directive, file: str, lines: int) -> None:
    """Say of a directive and its postings where they really stand."""
    postings = directive.postings if isinstance(directive, Transaction) else ()
    for meta in (directive.meta, *(posting.meta for posting in postings)):
        if meta is not None:
            meta["filename"] = file
            meta["lineno"] += lines


@dataclass(frozen=True)
class Source:
    """One set of rows: those of a ledger, or of a register of sales."""

    reader: Reader
    db: sqlite3.Connection
    register: bool = False
