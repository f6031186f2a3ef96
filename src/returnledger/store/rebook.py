"""Books a few transactions of a ledger anew, and finds the others whose lots that changes.

Beancount books them, one after the other, each on top of what its accounts held just before, which the movements of
all the others tell. Where movements were taken out or put in, the later ones of the account are booked again from
their costs as written: those that come to other lots have to be read anew too, and so on until nothing changes.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from beancount.core.amount import Amount
from beancount.core.data import Booking, Transaction
from beancount.core.inventory import Inventory
from beancount.core.number import MISSING
from beancount.core.position import Cost
from beancount.parser import booking, booking_full

from returnledger.movements import Movement
from returnledger.replay.booking import has_number, rebook, says_currency, transactions_of
from returnledger.rows import Lot
from returnledger.store.changes import TooMuch
from returnledger.store.salerows import Numbers
from returnledger.store.stockrows import Held, movement_rows

Place = tuple[int, int]  # number of the file, line of the transaction
Row = tuple[
    Any, ...
]  # id, account, date, file, lineno, posting, commodity, units, number, currency, lot_date, label, spec

_TIE = "two entries of one account and day stand in the same line of two files"
_ROWS = "SELECT * FROM movement WHERE account = ? ORDER BY date, lineno, id"


@dataclass
class Rebooked:
    """What booking anew gave."""

    booked: dict[Place, Transaction]
    changed: set[Place]  # of these, the ones that are new or come to other lots than before
    rows: list[tuple[Any, ...]]  # movements of what changed
    removed: list[int]  # numbers of the rows that stand no longer
    more: set[Place]  # of others, those that would come to other lots
    held: Held = field(default_factory=Held)  # by what changed


class Stock:
    """The movements of accounts, read when first asked for, and how accounts are booked."""

    def __init__(self, db: sqlite3.Connection, accounts: Numbers, files: Numbers) -> None:
        """Read from this database."""
        self._db, self.accounts, self.files = db, accounts, files
        self._rows: dict[str, list[Row]] = {}
        (default,) = db.execute("SELECT value FROM meta WHERE key = 'booking'").fetchone()
        self.default = Booking[default]
        self.methods: dict[str, Booking] = defaultdict(lambda: self.default)
        for name, method in db.execute("SELECT name, booking FROM account WHERE booking != ''"):
            self.methods[name] = Booking[method]

    def rows(self, account: str) -> list[Row]:
        """Return the movements of an account, in Beancount's order."""
        found = self._rows.get(account)
        if found is None:
            number = self.accounts.get(account)
            found = [] if number is None else self._db.execute(_ROWS, (number,)).fetchall()
            self._rows[account] = found
        return found


class _Shelf:
    """What one account holds, as far as its movements have been followed."""

    def __init__(self, rows: Iterable[Row], held: Inventory) -> None:
        self.rows, self.held, self.at = list(rows), held, 0

    def follow(self, day: str, line: int) -> None:
        """Add the movements before a transaction of that day and line."""
        rows, at = self.rows, self.at
        while at < len(rows) and (rows[at][2], rows[at][4]) < (day, line):
            _, _, _, _, _, _, commodity, units, number, currency, bought, label, _ = rows[at]
            cost = Cost(Decimal(number), currency, date.fromisoformat(bought), label)
            self.held.add_amount(Amount(Decimal(units), commodity), cost)
            at += 1
        self.at = at
        if at < len(rows) and (rows[at][2], rows[at][4]) == (day, line):
            raise TooMuch(_TIE)


def at_cost(transaction: Transaction) -> set[str]:
    """Return the accounts in which a transaction moves something at cost."""
    return {posting.account for posting in transaction.postings if posting.cost is not None}


def book_anew(
    reading: Mapping[Place, Transaction], new: set[Place], gone: Mapping[Place, Transaction], stock: Stock, options: Any
) -> Rebooked:
    """Book the transactions of `reading`, of which those in `new` were not in the books, and those in `gone` no longer are.

    Raises TooMuch where Beancount finds an error, or where the outcome can't be told from what is known.
    """
    ordered = sorted(reading.items(), key=lambda item: (item[1].date, item[0][1]))
    _refuse_ties(ordered)
    out = reading.keys() | gone.keys()
    booked = _booked(ordered, out, stock, options)
    result = Rebooked(booked, set(), [], [], set())
    was: dict[str, dict[Place, list[Row]]] = {}
    for account in set().union(*map(at_cost, gone.values()), *map(at_cost, reading.values())):
        places: dict[Place, list[Row]] = {}
        for row in stock.rows(account):
            place = (row[3], row[4])
            if place in out:
                places.setdefault(place, []).append(row)
        was[account] = places
    now: dict[str, dict[Place, list[tuple[Any, ...]]]] = defaultdict(dict)
    made = list(movement_rows(booked.values(), stock.accounts, stock.files))
    names = {number: name for name, number in stock.accounts.items()}
    for row in made:
        now[names[row[0]]].setdefault((row[2], row[3]), []).append(row)
    result.changed |= new
    differing: dict[str, set[Place]] = {}
    for account in was.keys() | now.keys():
        before, after = was.get(account, {}), now.get(account, {})
        found = {
            place
            for place in before.keys() | after.keys()
            if [row[1:] for row in before.get(place, ())] != after.get(place, [])
        }
        if found:
            differing[account] = found
            result.changed |= found & reading.keys()
    rewritten = result.changed | gone.keys()
    for places in was.values():
        result.removed += [row[0] for place, rows in places.items() if place in rewritten for row in rows]
    changed = [booked[place] for place in booked if place in result.changed]
    result.rows = list(movement_rows(changed, stock.accounts, stock.files, result.held))
    for account, places_of in differing.items():
        result.more |= _moved(account, places_of, was.get(account, {}), now.get(account, {}), out, stock)
    return result


def booked_before(old: Mapping[Place, Transaction], stock: Stock, options: Any) -> list[Transaction]:
    """Return transactions as they were booked when the rows were made, each on top of what its accounts then held."""
    ordered = sorted(old.items(), key=lambda item: (item[1].date, item[0][1]))
    _refuse_ties(ordered)
    booked = _booked(ordered, set(old), stock, options)
    made: dict[tuple[int, Place], list[tuple[Any, ...]]] = defaultdict(list)
    for row in movement_rows(booked.values(), stock.accounts, stock.files):
        made[row[0], (row[2], row[3])].append(row[4:-1])
    for place, transaction in booked.items():
        for account in at_cost(transaction):
            was = [row[5:-1] for row in stock.rows(account) if (row[3], row[4]) == place]
            if was != made[stock.accounts[account], place]:
                raise TooMuch("what was taken out can't be booked as it was")
    return list(booked.values())


def _refuse_ties(ordered: Sequence[tuple[Place, Transaction]]) -> None:
    taken: set[tuple[date, int, str]] = set()
    for (_, line), transaction in ordered:
        mine = {(transaction.date, line, account) for account in at_cost(transaction)}
        if mine & taken:
            raise TooMuch(_TIE)
        taken |= mine


def _booked(
    ordered: Sequence[tuple[Place, Transaction]], out: set[Place], stock: Stock, options: Any
) -> dict[Place, Transaction]:
    balances: dict[str, Inventory] = defaultdict(Inventory)
    shelves: dict[str, _Shelf] = {}
    found: dict[Place, Transaction] = {}
    for place, transaction in ordered:
        _refuse_incomplete(transaction)
        for account in at_cost(transaction):
            shelf = shelves.get(account)
            if shelf is None:
                rows = (row for row in stock.rows(account) if (row[3], row[4]) not in out)
                shelf = shelves[account] = _Shelf(rows, balances[account])
            shelf.follow(transaction.date.isoformat(), place[1])
        made, errors = booking_full.book([transaction], options, stock.methods, balances)  # type: ignore[no-untyped-call]
        errors += booking.validate_missing_eliminated(made, options)  # type: ignore[no-untyped-call]
        if errors or len(made) != 1:
            raise TooMuch("an entry can't be booked")
        found[place] = made[0]
    return found


def _refuse_incomplete(transaction: Transaction) -> None:
    """Refuse what Beancount completes from the whole of an account: a currency that is not written."""
    missing: Any = MISSING
    for posting in transaction.postings:
        units: Any = posting.units
        price: Any = posting.price
        if units is missing:
            if posting.cost is not None or price is not None:
                raise TooMuch("an amount is not written")
        elif units is None or missing in units:
            raise TooMuch("an amount is not written")
        if price is missing or (price is not None and missing in price):
            raise TooMuch("a price is not written")


def _moved(
    account: str,
    differing: set[Place],
    was: Mapping[Place, Sequence[Row]],
    now: Mapping[Place, Sequence[tuple[Any, ...]]],
    out: set[Place],
    stock: Stock,
) -> set[Place]:
    """Return the places of the later movements of an account that come to other lots."""
    method = stock.methods[account]
    if method is Booking.NONE:
        return set()
    rows = [row[1:] for place in differing for row in was.get(place, ())]
    rows += [row for place in differing for row in now.get(place, ())]
    first = min((row[1], row[3]) for row in rows)
    commodities = {row[5] for row in rows}
    others = [row[1:] for row in stock.rows(account) if (row[3], row[4]) not in out]
    later = [row for row in others if (row[1], row[3]) >= first and row[5] in commodities]
    if not later:
        return set()
    fresh = [row for each in now.values() for row in each]
    every = [row for row in (*others, *fresh) if row[5] in commodities]
    currencies = {row[8] for row in (*others, *fresh)} | {row[8] for row in rows}
    if len(currencies) > 1 and not all(says_currency(row[11]) for row in later):
        raise TooMuch("an account holds costs in several currencies, and a cost is written without one")
    files = {number: name for name, number in stock.files.items()}
    movements = [_movement(account, row, files) for row in every]
    again = rebook(movements, method.value, date.fromisoformat(first[0]))
    if again.unknown:
        raise TooMuch(again.unknown)
    ours = {(files[file], line) for file, line in now}
    moved = set()
    for group in (group for entry in transactions_of(_from(movements, first[0])) for group in entry):
        one = again.groups[group.key]
        same = one.lots == group.lots and not one.error
        if (group.key[0], group.key[1]) in ours:
            if not same:
                raise TooMuch("booking the account again does not give the lots of the ledger")
            continue
        if same and not (one.reduced or one.units >= 0 or has_number(group.spec)):
            raise TooMuch("a cost that is not written would be worked out anew")
        if same:
            continue
        moved.add((stock.files[group.key[0]], group.key[1]))
    return moved


def _from(movements: Iterable[Movement], day: str) -> list[Movement]:
    return sorted((m for m in movements if m.date.isoformat() >= day), key=lambda m: (m.date, m.lineno))


def _movement(account: str, row: tuple[Any, ...], files: Mapping[int, str]) -> Movement:
    _, day, file, lineno, posting, commodity, units, number, currency, bought, label, spec = row
    lot = Lot(Decimal(number), currency, date.fromisoformat(bought), label)
    return Movement(
        account, date.fromisoformat(day), files[file], lineno, posting, commodity, Decimal(units), lot, spec
    )
