"""Turns a loaded ledger into the rows of the store, in one pass and without keeping them in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from beancount.core.data import Balance, Custom, Directive, Open, Price, Transaction
from pydantic_core import to_json

from returnledger.books import is_own, posted
from returnledger.events.amended import AMENDS, digest_again
from returnledger.eventsfile import parse_canonical
from returnledger.findings import Refused
from returnledger.ledger import Loaded, account_of
from returnledger.rows import Account, Posted, Sale
from returnledger.sales import Recognition, read_sales
from returnledger.sales.prepaid import ADVANCE
from returnledger.sales.references import References
from returnledger.sales.values import text_of
from returnledger.store import estimated, follow_ups, months, prepaid, purchased, schema
from returnledger.store.asserted import ASSERTION, DAY_SUM, assertion_row, day_sums, sum_rows
from returnledger.store.content import Content, option_lines, relevant, starts_of
from returnledger.store.salerows import REFERENCE, Numbers, reference_rows, save_sales
from returnledger.store.stockrows import PLAIN, Held, save_movements

POSTED = "INSERT INTO posted VALUES (NULL,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
COMMODITY = "INSERT INTO commodity VALUES (?,?,?,?,?,?)"
CONTENT = "INSERT INTO content VALUES (?,?,?)"
WRITTEN = "UPDATE account SET written = 1 WHERE name = ?"
LOCK = "INSERT INTO period_lock VALUES (?,?,?)"
PRICE = "INSERT INTO price VALUES (?,?,?,?,?,?)"


def build(
    db: sqlite3.Connection,
    loaded: Loaded,
    how: Recognition,
    contents: Mapping[str, Content],
    key: str,
    *,
    with_follow_ups: bool = False,
) -> None:
    """Fill an empty database with the rows of a ledger; `with_follow_ups` keeps what it holds of orders sold elsewhere."""
    schema.create(db)
    db.execute("BEGIN")
    accounts, files = Numbers({}), Numbers({})
    for name in loaded.accounts:
        accounts[name]
    for path in loaded.files:
        files[path]
    transactions = [entry for entry in loaded.entries if type(entry) is Transaction]
    estimates = any(name in how.estimates for name in loaded.accounts)
    save_sales(db, read_sales(transactions, how, estimates=estimates), how, accounts, files)
    prepays = any(how.role_of(name) in ADVANCE for name in loaded.accounts)
    references = References(
        how, advances=prepays and any(map(References(how, advances=False).is_advance, transactions))
    )
    nameless: list[Transaction] = []
    db.executemany(REFERENCE, reference_rows(transactions, references, files, nameless))
    months.save(db, nameless, how, files.__getitem__)
    if estimates:
        estimated.save(db, transactions, how, references, files.__getitem__)
    follow_ups.save(db, transactions if with_follow_ups else (), how, files.__getitem__)
    prepaid.save(db, transactions if prepays else (), how, files.__getitem__)
    purchased.save(db, transactions, how, files.__getitem__)
    held = Held()
    save_movements(db, transactions, accounts, files, held)
    db.executemany(PLAIN, [(accounts[account], commodity) for account, commodity in held.plain])
    db.executemany("INSERT INTO mixed VALUES (?)", [(name,) for name in held.mixed])
    db.executemany(POSTED, posted_rows(filter(is_own, loaded.entries), files))
    asserted = {entry.account for entry in loaded.assertions if isinstance(entry, Balance)}
    db.executemany(DAY_SUM, sum_rows(day_sums(transactions, asserted), accounts))
    _heads(db, loaded, key, references)
    db.executemany(
        COMMODITY, [commodity_row(name, meta, how.skus.get(name)) for name, meta in loaded.commodities.items()]
    )
    save_names(db, accounts, files, loaded.accounts, {path: content.sha256 for path, content in contents.items()})
    db.executemany(
        WRITTEN, [(e.account,) for e in loaded.entries if type(e) is Open and not e.meta["filename"].startswith("<")]
    )
    starts = starts_of(loaded.entries)
    db.executemany(
        CONTENT, [(files[path], content.packed, starts[path].tobytes()) for path, content in contents.items()]
    )
    db.execute("COMMIT")
    schema.index(db)


def save_names(
    db: sqlite3.Connection, accounts: Numbers, files: Numbers, opened: Mapping[str, Account], digests: Mapping[str, str]
) -> None:
    """Insert the accounts and files that have no row yet; an account is posted to before the file that opens it is read."""
    db.executemany("INSERT INTO account VALUES (?,?,NULL,NULL,'','',NULL)", accounts.new)
    db.executemany(
        "UPDATE account SET opened = ?, closed = ?, currencies = ?, booking = ? WHERE name = ?",
        [
            (a.opened.isoformat(), a.closed and a.closed.isoformat(), " ".join(a.currencies), a.booking, name)
            for name, a in opened.items()
        ],
    )
    db.executemany("INSERT INTO file VALUES (?,?,?)", [(n, path, digests.get(path)) for n, path in files.new])
    accounts.new, files.new = [], []


def _heads(db: sqlite3.Connection, loaded: Loaded, key: str, references: References) -> None:
    db.executemany(
        "INSERT INTO meta VALUES (?,?)",
        [
            ("key", key),
            ("booking", loaded.options["booking_method"].value),
            ("advances", "1" if references.advances else ""),
            ("options", option_lines(loaded.root)),
            ("relevant", relevant(loaded.options)),
        ],
    )
    db.executemany("INSERT INTO include VALUES (?,?)", [(i.file, i.pattern) for i in loaded.includes])
    db.executemany("INSERT INTO plugin VALUES (?)", [(name,) for name in loaded.plugins])
    db.executemany("INSERT INTO error VALUES (?,?,?)", [(e.file, e.line, e.message) for e in loaded.errors])
    db.executemany(ASSERTION, [assertion_row(assertion, loaded.options) for assertion in loaded.assertions])
    db.executemany(LOCK, [lock_row(lock) for lock in loaded.locks])
    db.executemany(PRICE, [price_row(price) for price in loaded.prices])


def insert_sales(db: sqlite3.Connection, sales: Iterator[tuple[Sale, tuple[str, ...]]]) -> None:
    """Insert sales that come from no ledger, with the accounts and files that they name."""
    accounts, files = Numbers({}), Numbers({})
    save_sales(db, sales, Recognition(lambda account: None, (), {}), accounts, files)
    save_names(db, accounts, files, {}, {})


def posted_rows(directives: Iterable[Directive], files: Numbers) -> Iterator[tuple[Any, ...]]:
    """Yield one row per directive of ours, with its text as it stands in its file."""
    texts: dict[str, list[str]] = {}
    for directive in directives:
        entry = posted(directive)
        if entry is None or entry.place is None:
            continue
        lines = texts.get(entry.place.file)
        if lines is None:
            lines = texts[entry.place.file] = _lines(entry.place.file)
        kind, reference, digest = _identity(entry)
        yield (
            entry.id, kind, entry.step, entry.case, entry.order, entry.date.isoformat(), entry.source, reference,
            digest, entry.voids, entry.number, entry.customer, files[entry.place.file], entry.place.line,
            directive_text(lines, entry.place.line), entry.moved_to, entry.voucher, entry.invoice,
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


def _identity(entry: Posted) -> tuple[str, str, str]:
    """Return kind, reference and digest of the event that a directive carries; its own kind and nothing on later ones."""
    if not entry.event:
        return entry.kind, "", ""
    try:
        event = parse_canonical(entry.event)
    except Refused:
        return entry.kind, "", ""
    return event.kind.value, event.reference, digest_again(event.canonical) if AMENDS in entry.told else event.digest


def opened(entries: Iterable[Directive], booking: str) -> dict[str, Account]:
    """Return the accounts that the directives open."""
    return {entry.account: account_of(entry, booking) for entry in entries if isinstance(entry, Open)}


def commodity_row(name: str, meta: Mapping[str, Any], sku: str | None = None) -> tuple[str | None, ...]:
    """Return the row of a commodity directive; its metadata is kept as text, for sales that are read later."""
    shown = (text_of(meta.get(key)) or None for key in ("name", "category", "supplier"))
    return name, sku, *shown, to_json(commodity_said(meta)).decode()


def commodity_said(meta: Mapping[str, Any]) -> dict[str, str]:
    """Return the metadata of a commodity as text, without where it stands."""
    return {key: text_of(value) for key, value in meta.items() if key not in ("filename", "lineno")}


def lock_row(lock: Custom) -> tuple[str, str, int]:
    """Return the row of a lock."""
    return lock.date.isoformat(), *_place(lock)


def price_row(price: Price) -> tuple[str, str, str, str, str, int]:
    """Return the row of a price."""
    return price.currency, price.amount.currency, price.date.isoformat(), str(price.amount.number), *_place(price)


def _place(directive: Directive) -> tuple[str, int]:
    return directive.meta["filename"], directive.meta["lineno"]
