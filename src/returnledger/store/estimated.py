"""What the ledger holds of estimates: postings that others wrote, by the names that tie them to an owner, and cohorts.

name        2026-11, or an order by any of its links or names; empty too for provisions for warranty
posting     2026-11-30  Liabilities:Refund-Liability  -300.00 CNY
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from beancount.core.data import Transaction

from returnledger.books import Books
from returnledger.estimatebooks import Estimated
from returnledger.estimates import WARRANTY, ByHand, link_of
from returnledger.money import at_price
from returnledger.needsestimates import NeedsOfEstimates
from returnledger.roles import Role
from returnledger.rows import Posted
from returnledger.sales.postings import booked, place_of
from returnledger.sales.recognition import Recognition
from returnledger.store.chunks import rows_in
from returnledger.store.encode import read
from returnledger.store.gather import ENTRY, Source

_INSERT = "INSERT INTO estimate VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
NamesOf = Callable[[Transaction], Iterable[str]]


def save(
    db: sqlite3.Connection,
    transactions: Iterable[Transaction],
    how: Recognition,
    names_of: NamesOf,
    file: Callable[[str], int],
) -> None:
    """Add the rows of transactions that are not ours; `file` gives the number of a file."""
    db.executemany(_INSERT, _rows(transactions, how, names_of, file))


def _rows(
    transactions: Iterable[Transaction], how: Recognition, names_of: NamesOf, file: Callable[[str], int]
) -> Iterator[tuple[Any, ...]]:
    for transaction in transactions:
        if "rl-id" in transaction.meta:
            continue
        own = [p for p in booked(transaction) if p.account in how.estimates and p.cost is None]
        if not own:
            continue
        names = dict.fromkeys((*sorted(transaction.links), *names_of(transaction)))
        source = file(transaction.meta["filename"]), transaction.meta["lineno"]
        for posting in own:
            place = place_of(posting)
            at = (file(place[0]), place[1]) if place else source
            amount, currency, units, commodity = posting.units.number, posting.units.currency, None, None
            if posting.price is not None:
                units, commodity = amount, currency
                amount = at_price(amount, posting.price.number, posting.price.currency)
                currency = posting.price.currency
            role = how.role_of(posting.account)
            every = ("",) if role is Role.WARRANTY_PROVISION else ()  # one fund for all sales, whatever it is tied to
            for name in (*names, *every):
                yield (
                    name, transaction.date.isoformat(), role and role.value, posting.account, str(amount), currency,
                    commodity, None if units is None else str(units), *source, *at,
                )  # fmt: skip


def by_hand(source: Source, names: Collection[str]) -> Iterator[tuple[str, ByHand]]:
    """Yield what others posted under these names, in the order of the ledger."""
    files = source.reader.file_names
    rows = rows_in(
        source.db,
        "SELECT name, date, role, account, number, currency, commodity, units, posting_file, posting FROM estimate "
        "WHERE name IN",
        names,
        " ORDER BY date, posting_file, posting",
    )
    for name, day, role, account, number, currency, commodity, units, posting_file, posting in rows:
        yield (
            name,
            ByHand(
                role, account, Decimal(number), currency, date.fromisoformat(day), (files[posting_file], posting),
                commodity, None if units is None else Decimal(units),
            ),
        )  # fmt: skip


def gather(sources: Sequence[Source], wanted: NeedsOfEstimates, books: Books) -> None:
    """Add to `books` what is expected to come back, of the owners and cohorts that are wanted.

    `sources` are the ledger's rows and those of other books, the ledger's first: an order counts once.
    """
    found = books.estimated = Estimated()
    for entries in books.posted.values():
        for entry in entries:
            found.add(entry)
    _gather(sources, found, wanted.months, wanted.cohorts)
    warranties = _of_warranties(sources, found) if wanted.warranties else frozenset()
    names = (
        wanted.names
        | warranties
        | {name for sales in found.cohorts.values() for s in sales.values() for name in s.links}
    )
    owners = {link_of(owner) for month in wanted.months for owner in found.owners(month)}
    _gather_by_hand(sources, found, names | owners, wanted.months)


def _gather(sources: Sequence[Source], wanted: Estimated, owners: Collection[str], cohorts: Collection[str]) -> None:
    """Add to `wanted` what the books hold of owners, by month, and of cohorts: their sales and what became of them."""
    for source in sources:
        for entry in _entries(source, "instr(text, ?)", [f'rl-owner: "{month}' for month in sorted(owners)]):
            wanted.add(entry)
        orders: set[str] = set()
        for month in sorted(cohorts):
            for order, body in _sales_of(source, month):
                known = wanted.cohorts.setdefault(month, {})
                accounts, files = source.reader.account_names.__getitem__, source.reader.file_names.__getitem__
                if order not in known:
                    known[order] = read(order, body, accounts, files)
                    orders.add(order)
        if orders:
            every = source.reader.entries(list(rows_in(source.db, f"{ENTRY} WHERE ordr IN", orders)))
            for entry in every:
                wanted.add(entry)
    for source in sources[1:]:
        orders = {order for sales in wanted.cohorts.values() for order in sales}
        for each in (source, sources[0]):
            for entry in each.reader.entries(list(rows_in(each.db, f"{ENTRY} WHERE ordr IN", orders))):
                wanted.add(entry)


def _of_warranties(sources: Sequence[Source], wanted: Estimated) -> frozenset[str]:
    """Add to `wanted` what was posted of provisions for warranty; return the names under which others did."""
    names = {""}
    for source in sources:
        for entry in _entries(source, "instr(text, ?)", [f'rl-role: "{WARRANTY}"']):
            wanted.add(entry)
        names.update(name for (name,) in source.db.execute("SELECT name FROM estimate WHERE role = ?", (WARRANTY,)))
    return frozenset(names)


def _gather_by_hand(
    sources: Sequence[Source], wanted: Estimated, names: Collection[str], months: Collection[str]
) -> None:
    """Add to `wanted` what others posted of estimates under these names, and under links of groups of these months."""
    for source in sources:
        groups: set[str] = set()
        for month in sorted(months):
            found = source.db.execute("SELECT DISTINCT name FROM estimate WHERE name LIKE ?", (f"{month}/%",))
            groups.update(name for (name,) in found)
        for name, row in by_hand(source, {*names, *groups}):
            own = wanted.by_hand.setdefault(name, [])
            if row not in own:
                own.append(row)


def _entries(source: Source, condition: str, values: Iterable[str]) -> Iterator[Posted]:
    for value in values:
        rows = source.db.execute(f"{ENTRY} WHERE {condition} ORDER BY date, step, event, lineno, id", (value,))
        yield from source.reader.entries(rows.fetchall())


def _sales_of(source: Source, month: str) -> list[tuple[str, Any]]:
    """Return name and body of the sales that have a line of a month."""
    return source.db.execute(
        "SELECT name, body FROM sale WHERE id IN (SELECT sale FROM sale_line WHERE date >= ? AND date <= ?) "
        "ORDER BY date, name",
        (f"{month}-01", f"{month}-31"),
    ).fetchall()
