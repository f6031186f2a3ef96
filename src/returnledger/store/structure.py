"""What is not a transaction: accounts, commodities, assertions and locks that changed, and whether all is still in order.

A new account or commodity is added; one that was closed, taken away or opened otherwise asks for the whole ledger.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence, Set
from datetime import date
from typing import Any

from beancount.core import getters
from beancount.core.data import (
    Close,
    Commodity,
    Custom,
    Directive,
    Document,
    Open,
    Pad,
    Price,
    Transaction,
    entry_sortkey,
    new_metadata,
)
from beancount.ops import validation

from returnledger.books import is_lock
from returnledger.store.build import (
    COMMODITY,
    LOCK,
    PRICE,
    WRITTEN,
    commodity_row,
    commodity_said,
    lock_row,
    opened,
    price_row,
    save_names,
)
from returnledger.store.changes import TooMuch
from returnledger.store.salerows import Numbers
from returnledger.store.stockrows import Held

# Plugins that add nothing to the rows and whose errors can be told without reading the whole ledger.
_PLUGINS = frozenset(f"beancount.plugins.{name}" for name in ("auto_accounts", "check_commodity", "implicit_prices"))
_FIXED = (Close, Document, Pad)


def replace(
    db: sqlite3.Connection, gone: Iterable[Directive], come: Sequence[Directive], accounts: Numbers, booking: str
) -> None:
    """Write the rows of directives other than transactions; raises TooMuch where they change more than their own row."""
    if {name for (name,) in db.execute("SELECT name FROM plugin")} - _PLUGINS:
        raise TooMuch("a plugin may look at the whole ledger")
    lost = [entry for entry in gone if not isinstance(entry, Transaction)]
    found = [entry for entry in come if not isinstance(entry, Transaction)]
    if any(isinstance(entry, _FIXED) for entry in (*lost, *found)):
        raise TooMuch("a pad, the end of an account or a document changed")
    for entry in lost:
        if isinstance(entry, Custom) and is_lock(entry):
            db.execute("DELETE FROM period_lock WHERE date = ? AND file = ? AND lineno = ?", lock_row(entry))
    db.executemany(LOCK, [lock_row(entry) for entry in found if isinstance(entry, Custom) and is_lock(entry)])
    for entry in lost:
        if isinstance(entry, Price):
            db.execute("DELETE FROM price WHERE file = ? AND lineno = ?", price_row(entry)[4:])
    db.executemany(PRICE, [price_row(entry) for entry in found if isinstance(entry, Price)])
    _open(db, lost, found, accounts, booking)
    _declare(db, lost, found)


def _open(
    db: sqlite3.Connection,
    lost: Sequence[Directive],
    found: Sequence[Directive],
    accounts: Numbers,
    booking: str,
) -> None:
    before, after = opened(lost, booking), opened(found, booking)
    known = {name for (name,) in db.execute("SELECT name FROM account WHERE opened IS NOT NULL")}
    opens = [entry.account for entry in found if isinstance(entry, Open)]
    if len(opens) != len(after) or any(after.get(name) != account for name, account in before.items()):
        raise TooMuch("an account is opened otherwise")
    new = {name: account for name, account in after.items() if name not in before}
    if known & new.keys():
        raise TooMuch("an account is opened twice")
    for name in new:
        accounts[name]
    save_names(db, accounts, Numbers({}), new, {})
    db.executemany(WRITTEN, [(name,) for name in new])


def _declare(db: sqlite3.Connection, lost: Sequence[Directive], found: Sequence[Directive]) -> None:
    before = {entry.currency: commodity_said(entry.meta) for entry in lost if isinstance(entry, Commodity)}
    declared = [entry for entry in found if isinstance(entry, Commodity)]
    after = {entry.currency: commodity_said(entry.meta) for entry in declared}
    known = {name for (name,) in db.execute("SELECT name FROM commodity")}
    if len(declared) != len(after) or any(after.get(name) != said for name, said in before.items()):
        raise TooMuch("a commodity is declared otherwise")
    if known & (after.keys() - before.keys()):
        raise TooMuch("a commodity is declared twice")
    new = [commodity_row(entry.currency, entry.meta) for entry in declared if entry.currency not in before]
    db.executemany(COMMODITY, new)


def check(db: sqlite3.Connection, touched: Set[str], entries: Sequence[Directive], options: Any) -> None:
    """Raise TooMuch where Beancount may find fault with an entry; `touched` are the accounts of what changed."""
    if touched & {name for (name,) in db.execute("SELECT account FROM mixed")}:
        raise TooMuch("an account holds a commodity both at cost and without")
    checked = [entry for entry in entries if not isinstance(entry, (Open, Commodity))]
    used = touched | {name for entry in checked for name in getters.get_entry_accounts(entry)}
    small = sorted([*_opens(db, used), *checked], key=entry_sortkey)
    if options["plugin_processing_mode"] != "default" or validation.validate(small, options):  # type: ignore[no-untyped-call]
        raise TooMuch("Beancount finds fault with an entry")
    _check_commodities(db, checked)


def _opens(db: sqlite3.Connection, used: Iterable[str]) -> Iterable[Directive]:
    for name in used:
        row = db.execute("SELECT opened, closed, currencies, written FROM account WHERE name = ?", (name,)).fetchone()
        if row is None or not row[3]:
            raise TooMuch("an account is not opened in a file")
        meta = new_metadata("", 0)
        yield Open(meta, date.fromisoformat(row[0]), name, row[2].split(), None)
        if row[1]:
            yield Close(meta, date.fromisoformat(row[1]), name)


def _check_commodities(db: sqlite3.Connection, entries: Iterable[Directive]) -> None:
    """Refuse commodities that are not declared where a plugin asks for it."""
    if not db.execute("SELECT 1 FROM plugin WHERE name = 'beancount.plugins.check_commodity'").fetchone():
        return
    used: set[str | None] = set()
    for entry in entries:
        if isinstance(entry, Price):
            used |= {entry.currency, entry.amount.currency}
        elif isinstance(entry, Transaction):
            for posting in entry.postings:
                used |= {of.currency for of in (posting.units, posting.cost, posting.price) if of is not None}
    if used - {name for (name,) in db.execute("SELECT name FROM commodity")}:
        raise TooMuch("a commodity is not declared")


def check_held(db: sqlite3.Connection, held: Held, accounts: Numbers) -> None:
    """Raise TooMuch where an account would come to hold a commodity both at cost and without."""
    mixed = bool(held.plain & held.at_cost)
    for table, pairs in (("movement", held.plain), ("plain", held.at_cost)):
        sql = f"SELECT 1 FROM {table} WHERE account = ? AND commodity = ? LIMIT 1"
        mixed = mixed or any(db.execute(sql, (accounts[account], name)).fetchone() for account, name in pairs)
    if mixed:
        raise TooMuch("an account holds a commodity both at cost and without")
