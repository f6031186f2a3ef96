"""Balance assertions: what the accounts under them hold by day, and whether they still hold after a change.

Beancount adds up an account and those below it, in one commodity, over all the days before the assertion. The same
sums are kept here by account, commodity and day, for the accounts that an assertion speaks of; so a change is told by
what its entries were booked at before and what they are booked at now. What a pad put in stays as long as nothing
touches what it was worked out from: if something does, the whole ledger is read.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from beancount.core.data import Balance, Pad, Transaction
from beancount.ops.balance import get_balance_tolerance

from returnledger.money import ZERO
from returnledger.sales.postings import booked
from returnledger.store.changes import TooMuch
from returnledger.store.salerows import Numbers

ASSERTION = "INSERT INTO assertion VALUES (?,?,?,?,?,?,?,?)"
DAY_SUM = "INSERT INTO day_sum VALUES (?,?,?,?)"

FAILED = "Balance failed for "  # how Beancount's message of an assertion that fails begins

Sums = defaultdict[tuple[str, str, str], Decimal]  # by account, commodity and day


class Asserted(NamedTuple):
    """A row of the table of assertions; number, commodity and tolerance are those of a balance."""

    kind: str
    account: str
    date: str
    file: str
    lineno: int
    number: str = ""
    commodity: str = ""
    tolerance: str = ""

    @property
    def place(self) -> tuple[str, int]:
        """The file and the line."""
        return self.file, self.lineno

    @property
    def order(self) -> tuple[str, str, int]:
        """Where it stands in Beancount's order: the balances of a day come before its pads."""
        return self.date, self.kind, self.lineno


def assertion_row(assertion: Balance | Pad, options: Mapping[str, Any]) -> Asserted:
    """Return the row of an assertion."""
    place = assertion.meta["filename"], assertion.meta["lineno"]
    day = assertion.date.isoformat()
    if not isinstance(assertion, Balance):
        return Asserted("pad", assertion.account, day, *place)
    tolerance: Decimal = get_balance_tolerance(assertion, options)  # type: ignore[no-untyped-call]
    amount: Any = assertion.amount
    return Asserted("balance", assertion.account, day, *place, str(amount.number), amount.currency, str(tolerance))


class _Under(dict[str, bool]):
    """Which accounts are these, or below one of these."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__()
        self._names = frozenset(names)

    def __missing__(self, account: str) -> bool:
        parts = account.split(":")
        found = self[account] = any(":".join(parts[:n]) in self._names for n in range(len(parts), 0, -1))
        return found


def day_sums(transactions: Iterable[Transaction], asserted: Collection[str]) -> Sums:
    """Return what the transactions add to the accounts that are asserted, and to those below them."""
    sums: defaultdict[tuple[str, str, date], Decimal] = defaultdict(Decimal)
    under = _Under(asserted)
    for transaction in transactions if asserted else ():
        for posting in booked(transaction):
            if under[posting.account]:
                units = posting.units
                sums[posting.account, units.currency, transaction.date] += units.number
    found: Sums = defaultdict(Decimal)
    for (account, commodity, day), number in sums.items():
        found[account, commodity, day.isoformat()] = number
    return found


def sum_rows(sums: Sums, accounts: Numbers) -> list[tuple[int, str, str, str]]:
    """Return the rows of sums; a day that adds nothing has none."""
    return [
        (accounts[account], commodity, day, f"{number.normalize():f}")
        for (account, commodity, day), number in sums.items()
        if number
    ]


def asserted_accounts(rows: Iterable[Asserted]) -> set[str]:
    """Return the accounts whose balance is asserted."""
    return {row.account for row in rows if row.kind == "balance"}


def assertions(db: sqlite3.Connection) -> list[Asserted]:
    """Return the assertions of the ledger."""
    return [Asserted(*row) for row in db.execute("SELECT * FROM assertion")]


def listed(db: sqlite3.Connection) -> Iterator[tuple[str, str, str, str, int]]:
    """Yield kind, account, day, file and line of each assertion, in Beancount's order."""
    yield from db.execute("SELECT kind, account, date, file, lineno FROM assertion ORDER BY date, kind, lineno, file")


def standing(db: sqlite3.Connection) -> set[str]:
    """Return the messages of assertions that failed when they were last looked at."""
    places = {row.place for row in assertions(db)}
    rows = db.execute("SELECT file, line, message FROM error")
    return {message for file, line, message in rows if (file, line) in places and message.startswith(FAILED)}


class Change(NamedTuple):
    """What changed in the ledger, as far as assertions may depend on it."""

    since: Mapping[str, str]  # by account, the first day on which something of it changed
    after: Iterable[Transaction]  # as booked, what is new or booked otherwise
    before: Callable[[], Iterable[Transaction]] = tuple  # as booked, what these were and what is gone
    gone: Collection[Asserted] = ()
    come: Collection[Asserted] = ()


def first_days(transactions: Iterable[Transaction]) -> dict[str, str]:
    """Return by account the first day on which one of the transactions names it."""
    since: dict[str, date] = {}
    for transaction in transactions:
        for posting in transaction.postings:
            since[posting.account] = min(transaction.date, since.get(posting.account, transaction.date))
    return {account: day.isoformat() for account, day in since.items()}


def follow(db: sqlite3.Connection, change: Change, accounts: Numbers) -> None:
    """Bring assertions and sums up to date; raises TooMuch where one fails or a pad would be another."""
    old = assertions(db)
    if not old and not change.come:
        return
    _refuse_new(db, old, change)
    where = [row.place for row in change.gone]
    db.executemany("DELETE FROM assertion WHERE file = ? AND lineno = ?", where)
    _forget_errors(db, where)
    db.executemany(ASSERTION, change.come)
    rows = assertions(db)
    _refuse_pads(old, rows, change.since)
    names = asserted_accounts(rows)
    add(db, change.after, accounts, less=change.before, names=names)
    _drop_sums(db, names)
    _check(db, rows, change)


def add(
    db: sqlite3.Connection,
    transactions: Iterable[Transaction],
    accounts: Numbers,
    *,
    less: Callable[[], Iterable[Transaction]] = tuple,
    names: Collection[str] | None = None,
) -> None:
    """Add to the sums what new transactions say of the accounts asserted, less what others said of them."""
    names = asserted_accounts(assertions(db)) if names is None else names
    if not names:
        return
    sums = day_sums(transactions, names)
    for each, number in day_sums(less(), names).items():
        sums[each] -= number
    for account, commodity, day in list(sums):
        key = (accounts[account], commodity, day)
        row = db.execute("SELECT amount FROM day_sum WHERE account = ? AND commodity = ? AND date = ?", key).fetchone()
        if row is not None:
            sums[account, commodity, day] += Decimal(row[0])
            db.execute("DELETE FROM day_sum WHERE account = ? AND commodity = ? AND date = ?", key)
    db.executemany(DAY_SUM, sum_rows(sums, accounts))


def _refuse_new(db: sqlite3.Connection, old: Iterable[Asserted], change: Change) -> None:
    """Refuse an assertion of an account whose sums are not kept, or one that Beancount finds wrong in itself."""
    under = _Under(asserted_accounts(old))
    for row in change.come:
        if not under[row.account]:
            raise TooMuch("an account is asserted for the first time")
        found = db.execute("SELECT currencies FROM account WHERE name = ?", (row.account,)).fetchone()
        if found is None or (found[0] and row.commodity not in found[0].split()):
            raise TooMuch("an assertion names a commodity that its account doesn't hold")
    gone = {row.place for row in change.gone}
    said: dict[tuple[str, str, str], Decimal] = {}
    for row in (*(row for row in old if row.kind == "balance" and row.place not in gone), *change.come):
        number = Decimal(row.number)
        if said.setdefault((row.account, row.commodity, row.date), number) != number:
            raise TooMuch("an account is asserted to hold two amounts on one day")


def _refuse_pads(old: Iterable[Asserted], rows: Iterable[Asserted], since: Mapping[str, str]) -> None:
    """Refuse a change of what a pad is worked out from: the assertions it serves, or movements before them."""
    before, after = _served(old), _served(rows)
    if before != after:
        raise TooMuch("an assertion changed that a pad serves")
    for pad, served in after.items():
        last = max(row.date for row in served) if served else ""
        under = _Under([pad.account])
        if any(day < last and under[account] for account, day in since.items()):
            raise TooMuch("a pad may have changed")


def _served(rows: Iterable[Asserted]) -> dict[Asserted, list[Asserted]]:
    """Return by pad the assertions that it serves: the first in each commodity of its account and those below it."""
    known = list(rows)
    found: dict[Asserted, list[Asserted]] = {}
    for account in {row.account for row in known if row.kind == "pad"}:
        under = _Under([account])
        mine = [r for r in known if (under[r.account] if r.kind == "balance" else r.account == account)]
        mine.sort(key=lambda row: (row.order, row.file))
        if any(one.order == other.order for one, other in pairwise(mine)):
            raise TooMuch("two assertions of one day stand in the same line of two files")
        active: Asserted | None = None
        padded: set[str] = set()
        for row in mine:
            if row.kind == "pad":
                active, padded = row, set()
                found[row] = []
            elif active is not None and row.commodity not in padded:
                padded.add(row.commodity)
                found[active].append(row)
    return found


def _drop_sums(db: sqlite3.Connection, names: Collection[str]) -> None:
    """Drop the sums of accounts of which no assertion speaks any more."""
    under = _Under(names)
    rows = db.execute("SELECT DISTINCT d.account, a.name FROM day_sum d JOIN account a ON a.id = d.account").fetchall()
    db.executemany("DELETE FROM day_sum WHERE account = ?", [(n,) for n, name in rows if not under[name]])


def _check(db: sqlite3.Connection, rows: Iterable[Asserted], change: Change) -> None:
    """Check the assertions that are new or may have changed."""
    come = {row.place for row in change.come}
    asked: dict[tuple[str, str], list[Asserted]] = defaultdict(list)
    for row in rows:
        if row.kind == "balance":
            under = _Under([row.account])
            touched = any(day < row.date and under[account] for account, day in change.since.items())
            if touched or row.place in come:
                asked[row.account, row.commodity].append(row)
    for (account, commodity), asserted in asked.items():
        sums = _sums_of(db, account, commodity)
        total, at = ZERO, 0
        for row in sorted(asserted, key=lambda row: row.date):
            while at < len(sums) and sums[at][0] < row.date:
                total += sums[at][1]
                at += 1
            if abs(total - Decimal(row.number)) > Decimal(row.tolerance):
                raise TooMuch("a balance assertion fails")
        _forget_errors(db, [row.place for row in asserted])


def _sums_of(db: sqlite3.Connection, account: str, commodity: str) -> list[tuple[str, Decimal]]:
    """Return the sums by day of an account and those below it."""
    sql = (
        "SELECT d.date, d.amount FROM day_sum d JOIN account a ON a.id = d.account "
        "WHERE d.commodity = ? AND (a.name = ? OR substr(a.name, 1, ?) = ?) ORDER BY d.date"
    )
    below = f"{account}:"
    rows = db.execute(sql, (commodity, account, len(below), below))
    return [(day, Decimal(amount)) for day, amount in rows]


def _forget_errors(db: sqlite3.Connection, places: Iterable[tuple[str, int]]) -> None:
    sql = "DELETE FROM error WHERE file = ? AND line = ? AND substr(message, 1, ?) = ?"
    db.executemany(sql, [(file, line, len(FAILED), FAILED) for file, line in places])
