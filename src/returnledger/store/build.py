"""Turns a loaded ledger into the rows of the store, in one pass and without keeping them in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from beancount.core.data import Balance, Directive, Open, Transaction
from beancount.core.position import Cost

from returnledger.books import lot_of, posted
from returnledger.eventsfile import parse_canonical
from returnledger.findings import Refused
from returnledger.ledger import Loaded, account_of
from returnledger.money import ZERO
from returnledger.rows import Account, Posted, Sale
from returnledger.sales import Recognition, read_sales
from returnledger.sales.drafts import NO_META
from returnledger.sales.postings import booked
from returnledger.sales.values import text_of
from returnledger.store import loose, schema
from returnledger.store.encode import dump
from returnledger.store.sources import Specs
from returnledger.terms import Role

_CHUNK = 500  # sales inserted at a time

_MOVEMENT = "INSERT INTO movement VALUES (NULL,?,?,?,?,?,?,?,?,?,?,?,?)"
_POSTED = "INSERT INTO posted VALUES (NULL,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"


class Numbers(dict[str, int]):
    """The number of each name of one table, given at first use; `new` are those not in the table yet."""

    def __init__(self, known: Mapping[str, int]) -> None:
        """Start with the numbers that are in the table."""
        super().__init__(known)
        self.new: list[tuple[int, str]] = []

    def __missing__(self, name: str) -> int:
        """Give a new name the next number."""
        number = self[name] = len(self) + 1
        self.new.append((number, name))
        return number


def build(
    db: sqlite3.Connection,
    loaded: Loaded,
    how: Recognition,
    digests: Mapping[str, str],
    key: str,
    *,
    with_loose: bool = False,
) -> None:
    """Fill an empty database with the rows of a ledger; `with_loose` keeps what it holds of orders sold elsewhere."""
    schema.create(db)
    db.execute("BEGIN")
    accounts, files = Numbers({}), Numbers({})
    for name in loaded.accounts:
        accounts[name]
    for path in loaded.files:
        files[path]
    transactions = [entry for entry in loaded.entries if type(entry) is Transaction]
    _sales(db, read_sales(transactions, how), how, accounts, files)
    loose.save(db, transactions if with_loose else (), how, files.__getitem__)
    specs = Specs()
    db.executemany(_MOVEMENT, _movements(transactions, specs, accounts, files))
    db.executemany(_POSTED, posted_rows(transactions, files))
    db.executemany("INSERT INTO mixed VALUES (?)", [(name,) for name in _mixed(transactions)])
    _heads(db, loaded, digests, key)
    db.executemany(
        "INSERT INTO commodity VALUES (?,?,?,?,?)",
        [
            (name, how.skus.get(name), *(text_of(meta.get(key)) or None for key in ("name", "category", "supplier")))
            for name, meta in loaded.commodities.items()
        ],
    )
    save_names(db, accounts, files, loaded.accounts, digests)
    db.execute("COMMIT")
    schema.index(db)


def save_names(
    db: sqlite3.Connection, accounts: Numbers, files: Numbers, opened: Mapping[str, Account], digests: Mapping[str, str]
) -> None:
    """Insert the accounts and files that have no row yet; an account is posted to before the file that opens it is read."""
    db.executemany("INSERT INTO account VALUES (?,?,NULL,NULL,'','')", accounts.new)
    db.executemany(
        "UPDATE account SET opened = ?, closed = ?, currencies = ?, booking = ? WHERE name = ?",
        [
            (a.opened.isoformat(), a.closed and a.closed.isoformat(), " ".join(a.currencies), a.booking, name)
            for name, a in opened.items()
        ],
    )
    db.executemany("INSERT INTO file VALUES (?,?,?)", [(n, path, digests.get(path)) for n, path in files.new])
    accounts.new, files.new = [], []


def _heads(db: sqlite3.Connection, loaded: Loaded, digests: Mapping[str, str], key: str) -> None:
    db.executemany(
        "INSERT INTO meta VALUES (?,?)",
        [("key", key), ("booking", loaded.options["booking_method"].value)],
    )
    db.executemany("INSERT INTO include VALUES (?,?)", [(i.file, i.pattern) for i in loaded.includes])
    db.executemany("INSERT INTO plugin VALUES (?)", [(name,) for name in loaded.plugins])
    db.executemany("INSERT INTO error VALUES (?,?,?)", [(e.file, e.line, e.message) for e in loaded.errors])
    db.executemany(
        "INSERT INTO assertion VALUES (?,?,?,?,?)",
        [
            (
                "balance" if isinstance(a, Balance) else "pad",
                a.account,
                a.date.isoformat(),
                a.meta["filename"],
                a.meta["lineno"],
            )
            for a in loaded.assertions
        ],
    )
    db.executemany(
        "INSERT INTO period_lock VALUES (?,?,?)",
        [(lock.date.isoformat(), lock.meta["filename"], lock.meta["lineno"]) for lock in loaded.locks],
    )


def _sales(
    db: sqlite3.Connection,
    sales: Iterator[tuple[Sale, tuple[str, ...]]],
    how: Recognition,
    accounts: Numbers,
    files: Numbers,
) -> None:
    channel, country = how.key("channel"), how.key("country")
    number = 0
    while chunk := list(islice(sales, _CHUNK)):
        heads: list[tuple[Any, ...]] = []
        lines: list[tuple[Any, ...]] = []
        names: list[tuple[str, int]] = []
        for sale, aliases in chunk:
            number += 1
            meta = sale.metadata
            head = (sale.customer, meta.get(channel), meta.get(country), sale.currency)
            heads.append(
                (number, sale.order, sale.date.isoformat(), *head, dump(sale, accounts.__getitem__, files.__getitem__))
            )
            names.extend((name, number) for name in {sale.order, *aliases})
            for n, line in enumerate(sale.lines):
                revenue = tax = cost = ZERO
                for part in line.parts:
                    if part.role is Role.OUTPUT_VAT:
                        tax -= part.amount
                    else:
                        revenue -= part.amount
                for part in line.cogs:
                    cost += part.amount
                day = line.date.isoformat()
                amounts = (str(line.units), str(revenue), str(tax), str(cost))
                lines.append((number, n, line.line, line.sku, line.commodity, day, *amounts))
        db.executemany("INSERT INTO sale VALUES (?,?,?,?,?,?,?,?)", heads)
        db.executemany("INSERT INTO sale_line VALUES (?,?,?,?,?,?,?,?,?,?)", lines)
        db.executemany("INSERT INTO order_name VALUES (?,?)", names)


def insert_sales(db: sqlite3.Connection, sales: Iterator[tuple[Sale, tuple[str, ...]]]) -> None:
    """Insert sales that come from no ledger, with the accounts and files that they name."""
    accounts, files = Numbers({}), Numbers({})
    _sales(db, sales, Recognition(lambda account: None, (), {}), accounts, files)
    save_names(db, accounts, files, {}, {})


def _movements(
    transactions: Iterable[Transaction], specs: Specs, accounts: Numbers, files: Numbers
) -> Iterator[tuple[Any, ...]]:
    """Yield one row per posting at cost, in Beancount's order."""
    for transaction in transactions:
        head: tuple[str, int, int] | None = None
        for posting in booked(transaction):
            cost = posting.cost
            if cost is None:
                continue
            account, meta = posting.account, posting.meta or NO_META
            if head is None:
                name = str(transaction.meta.get("filename", ""))
                head = (transaction.date.isoformat(), files[name], transaction.meta.get("lineno") or 0)
                lines = specs[name]
            line = meta.get("lineno") or 0
            written = (lines if meta.get("filename", name) == name else specs[meta["filename"]]).get(line)
            lot = cost if type(cost) is Cost else lot_of(cost, transaction.date)
            yield (
                accounts[account], *head, line, posting.units.currency, str(posting.units.number), str(lot.number),
                lot.currency, lot.date.isoformat(), lot.label,
                written[1] if written is not None and written[0] == account else None,
            )  # fmt: skip


def _mixed(transactions: Iterable[Transaction]) -> list[str]:
    """Return the accounts that hold a commodity both at cost and without: one account's replay can't tell them apart."""
    held: tuple[set[tuple[str, str]], set[tuple[str, str]]] = (set(), set())
    for transaction in transactions:
        for posting in booked(transaction):
            held[posting.cost is None].add((posting.account, posting.units.currency))
    return sorted({account for account, _ in held[0] & held[1]})


def posted_rows(transactions: Iterable[Transaction], files: Numbers) -> Iterator[tuple[Any, ...]]:
    """Yield one row per directive of ours, with its text as it stands in its file."""
    texts: dict[str, list[str]] = {}
    for transaction in transactions:
        if "rl-id" not in transaction.meta:
            continue
        entry = posted(transaction)
        if entry is None or entry.place is None:
            continue
        lines = texts.get(entry.place.file)
        if lines is None:
            lines = texts[entry.place.file] = _lines(entry.place.file)
        reference, digest = _identity(entry)
        yield (
            entry.id, entry.kind, entry.step, entry.case, entry.order, entry.date.isoformat(), entry.source, reference,
            digest, entry.voids, entry.number, entry.customer, files[entry.place.file], entry.place.line,
            directive_text(lines, entry.place.line),
        )  # fmt: skip


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return []


def directive_text(lines: list[str], number: int) -> str:
    """Return the lines of the directive that starts at line `number`: all that follow and are indented or comments."""
    end = number
    while end < len(lines) and lines[end].strip() and lines[end][0] in " \t;":
        end += 1
    return "\n".join(lines[number - 1 : end])


def _identity(entry: Posted) -> tuple[str, str]:
    """Return reference and digest of the event that a directive carries; empty on its later directives."""
    if not entry.event:
        return "", ""
    try:
        event = parse_canonical(entry.event)
    except Refused:
        return "", ""
    return event.reference, event.digest


def opened(entries: Iterable[Directive], booking: str) -> dict[str, Account]:
    """Return the accounts that the directives open."""
    return {entry.account: account_of(entry, booking) for entry in entries if isinstance(entry, Open)}


def movement_rows(transactions: Iterable[Transaction], accounts: Numbers, files: Numbers) -> Iterator[tuple[Any, ...]]:
    """Yield the movements of transactions of one file of ours."""
    return _movements(transactions, Specs(), accounts, files)
