"""Adds a batch of ours to the rows without reading the ledger: its postings name their lots in full.

A batch that another copy of the books proved may still meet entries here that it did not know. Where it could change
what they were booked at, or an assertion, the whole ledger is read instead.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from beancount.core.data import Directive, Open, Transaction
from beancount.core.number import MISSING

from returnledger.books import is_batch, is_own, lot_of
from returnledger.includes import Include, includes_of, unmatched
from returnledger.ledger import INERT_PLUGINS, parse_file
from returnledger.money import ZERO
from returnledger.sales.exchanged import sold_in_exchange
from returnledger.sales.postings import booked
from returnledger.store import asserted
from returnledger.store.build import CONTENT, POSTED, WRITTEN, opened, posted_rows, save_names
from returnledger.store.changes import TooMuch
from returnledger.store.content import content_of, starts_of
from returnledger.store.salerows import Numbers
from returnledger.store.stockrows import PLAIN, Held, save_movements

_FULL = re.compile(r"\S+ [A-Z][A-Z0-9'._-]*, ?\d{4}-\d\d-\d\d")


def absorb(db: sqlite3.Connection, path: Path, folder: Path, *, proven: bool) -> bool:
    """Add the rows of the file at `path`; return False, with rows half added, where that is not ours or not safe."""
    if folder not in path.parents:
        return False
    try:
        content = content_of(path.read_bytes())
    except OSError:
        return False
    before = content.sha256
    known = db.execute("SELECT sha256 FROM file WHERE path = ?", (str(path),)).fetchone()
    if known is not None and known[0] is not None:
        return bool(known[0] == before)  # another process was quicker
    entries, errors = parse_file(path)
    if errors or any(True for _ in includes_of(path)) or not _is_ours(entries):
        return False
    transactions = [entry for entry in entries if isinstance(entry, Transaction)]
    if any(map(sold_in_exchange, transactions)):
        return False  # a sale comes or goes
    if not all(map(_is_full, transactions)) or (transactions and not proven and not _is_harmless(db, transactions)):
        return False
    accounts = Numbers({name: number for number, name in db.execute("SELECT id, name FROM account")})
    files = Numbers({name: number for number, name in db.execute("SELECT id, path FROM file")})
    (booking,) = db.execute("SELECT value FROM meta WHERE key = 'booking'").fetchone()
    new = opened(entries, booking)
    for name in new:
        accounts[name]
    files[str(path)]
    held = Held()
    save_movements(db, transactions, accounts, files, held)
    db.executemany(POSTED, list(posted_rows(entries, files)))
    if proven:
        asserted.add(db, transactions, accounts)
    elif not _holds(db, transactions, accounts):
        return False
    db.executemany(PLAIN, [(accounts[account], commodity) for account, commodity in held.plain])
    save_names(db, accounts, files, new, {str(path): before})
    db.executemany(WRITTEN, [(name,) for name in new])
    starts = starts_of(entries)[str(path)].tobytes()
    db.execute("DELETE FROM content WHERE file = ?", (files[str(path)],))
    db.execute(CONTENT, (files[str(path)], content.packed, starts))
    for include in (Include(*row) for row in db.execute("SELECT file, pattern FROM include").fetchall()):
        if include.covers(path):
            db.execute("DELETE FROM error WHERE message = ?", (unmatched(include),))
    if not proven and db.execute("SELECT 1 FROM error").fetchone():
        return False  # this file may be what was missing: only a reading of the whole ledger knows
    db.execute("UPDATE file SET sha256 = ? WHERE path = ?", (before, str(path)))
    return proven or _has_stock(db, transactions)


def _is_ours(entries: Sequence[Directive]) -> bool:
    """Return True if the file holds a batch, or nothing but accounts that a batch needs."""
    for entry in entries:
        if not (isinstance(entry, Open) or is_own(entry) or is_batch(entry)):
            return False
    return all(isinstance(entry, Open) for entry in entries) or any(is_batch(entry) for entry in entries)


def _is_full(transaction: Transaction) -> bool:
    """Return True if every amount and every lot is written, as we write them; a hand may have taken some away."""
    missing: Any = MISSING
    for posting in transaction.postings:
        units: Any = posting.units
        cost: Any = posting.cost
        if units is None or units is missing or missing in units:
            return False
        if cost is not None and (cost.number_per in (None, missing) or cost.number_total or cost.currency is missing):
            return False
    return True


def _is_harmless(db: sqlite3.Connection, transactions: Sequence[Transaction]) -> bool:
    """Return True if no entry of the ledger can be booked differently by these."""
    if any(name not in INERT_PLUGINS for (name,) in db.execute("SELECT name FROM plugin")):
        return False
    for account, day in asserted.first_days(transactions).items():
        later = db.execute(
            "SELECT m.spec FROM movement m JOIN account a ON a.id = m.account WHERE a.name = ? AND m.date >= ?",
            (account, day),
        )
        if any(spec is None or not _FULL.match(spec) for (spec,) in later):
            return False
    return True


def _holds(db: sqlite3.Connection, transactions: Sequence[Transaction], accounts: Numbers) -> bool:
    """Return True if every assertion holds with these, and every pad stays; adds them to the sums."""
    try:
        asserted.follow(db, asserted.Change(asserted.first_days(transactions), transactions), accounts)
    except TooMuch:
        return False
    return True


def _has_stock(db: sqlite3.Connection, transactions: Sequence[Transaction]) -> bool:
    """Return True if every lot that these take from has the units: else Beancount has something to say."""
    taken = {
        (p.account, p.units.currency, lot_of(p.cost, t.date))
        for t in transactions
        for p in booked(t)
        if p.cost is not None and p.units.number < 0
    }
    for account, commodity, lot in taken:
        rows = db.execute(
            "SELECT m.units, m.number FROM movement m JOIN account a ON a.id = m.account WHERE a.name = ? "
            "AND m.commodity = ? AND m.currency = ? AND m.lot_date = ? AND m.label IS ?",
            (account, commodity, lot.currency, lot.date.isoformat(), lot.label),
        )
        if sum((Decimal(units) for units, number in rows if Decimal(number) == lot.number), ZERO) < 0:
            return False
    return True
