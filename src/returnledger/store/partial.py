"""Brings the rows up to date where some files of the ledger changed, without reading the others.

The rows come out the same as those of a ledger read whole, or TooMuch is raised and the ledger is read whole. What
changed is told by the text of the files; which other entries that touches, by the movements (see `rebook`) and by the
names that draw transactions into one order: those orders are read anew, each from all its transactions.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from beancount.core.data import Balance, Directive, Transaction

from returnledger.books import is_own
from returnledger.ledger import absolute, parse_part
from returnledger.sales import Recognition, read_sales
from returnledger.sales.references import References
from returnledger.store import asserted, estimated, follow_ups, months, prepaid, purchased, structure
from returnledger.store.build import POSTED, posted_rows, save_names
from returnledger.store.changes import TooMuch
from returnledger.store.content import relevant
from returnledger.store.ondisk import OnDisk
from returnledger.store.rebook import Place, Rebooked, Stock, book_anew, booked_before
from returnledger.store.salerows import REFERENCE, Numbers, reference_rows, save_sales
from returnledger.store.stockrows import PLAIN, add_movements

# Transactions gone, come or booked again that are worth it: as many as the ledger has, which takes about half the time
# of reading it whole, and at most so many. Of a small ledger any change is.
_MOST_TRANSACTIONS = 20_000
_FEW = 500
_ROUNDS = 12


@dataclass(frozen=True)
class Followed:
    """The ledger that the rows are of."""

    root: Path
    returns: Path  # the folder of what is written
    how: Callable[[Mapping[str, Mapping[str, Any]]], Recognition]  # from the metadata of commodities
    with_follow_ups: bool  # True if rows are kept of what names an order and sells nothing


def update(db: sqlite3.Connection, ledger: Followed) -> None:
    """Bring the rows up to date with the files; raises TooMuch, with rows half written, where that can't be done."""
    _Update(db, ledger).run()


@dataclass
class _Read:
    """What was read: the transactions gone and come, and those of other files that must be read with them."""

    gone: dict[Place, Transaction] = field(default_factory=dict)
    come: dict[Place, Transaction] = field(default_factory=dict)
    notes_gone: Sequence[Directive] = ()  # of ours that post nothing
    notes_come: Sequence[Directive] = ()
    moved: dict[Place, Transaction] = field(default_factory=dict)  # unchanged, but to other lots
    mates: dict[Place, Transaction] = field(default_factory=dict)  # unchanged, of an order that changed
    names: set[str] = field(default_factory=set)  # of orders that changed

    @property
    def all(self) -> dict[Place, Transaction]:
        """Every transaction that stands in the ledger now."""
        return {**self.mates, **self.moved, **self.come}


def _said(how: Recognition) -> dict[str, Any]:
    return {name: value for name, value in vars(how).items() if not callable(value)}


def _is_note(directive: Directive) -> bool:
    """Return True for a directive of ours that posts nothing."""
    return is_own(directive) and not isinstance(directive, Transaction)


class _Update:
    def __init__(self, db: sqlite3.Connection, ledger: Followed) -> None:
        self.db, self.root, self._ledger = db, absolute(ledger.root), ledger
        self.accounts = Numbers({name: number for number, name in db.execute("SELECT id, name FROM account")})
        self.files = Numbers({name: number for number, name in db.execute("SELECT id, path FROM file")})
        self.meta = dict(db.execute("SELECT key, value FROM meta"))
        self.on_disk = OnDisk(db, self.root, self.files)
        self.most = min(_MOST_TRANSACTIONS, max(_FEW, self.on_disk.directives()))

    def run(self) -> None:
        options = self._options()
        changed = self.on_disk.compare(self.most).values()
        gone = [entry for change in changed for entry in change.gone]
        come = [entry for change in changed for entry in change.come]
        come.sort(key=lambda entry: (entry.date, entry.meta["lineno"]))
        was = self._recognition()
        structure.replace(self.db, gone, come, self.accounts, self.meta["booking"])
        how = self._recognition()
        if _said(was) != _said(how):
            raise TooMuch("sales are recognised otherwise")
        read = _Read(self._placed(gone), self._placed(come))
        read.notes_gone, read.notes_come = ([e for e in each if _is_note(e)] for each in (gone, come))
        if len(read.gone) + len(read.come) > self.most:
            raise TooMuch("much of the ledger changed")
        names_of = References(how, bool(self.meta["advances"]))
        loners = [t for t in (*read.gone.values(), *read.come.values()) if names_of.is_advance(t)]
        if loners and (not names_of.advances or any(names_of.is_advance(t) for t in read.gone.values())):
            raise TooMuch("an advance names no order")
        result = self._reread(read, names_of, options)
        self._check(gone, come, read, result, options)
        self._write(read, result, how, names_of)
        save_names(self.db, self.accounts, self.files, {}, {})
        self.on_disk.write()

    # -- what changed

    def _options(self) -> Any:
        """Return the options of the root, which must be what they were."""
        entries, errors, options = parse_part(self.meta["options"].encode(), str(self.root), 1)
        if entries or errors or relevant(options) != self.meta["relevant"]:
            raise TooMuch("the options of the ledger can't be told from their lines")
        return options

    def _recognition(self) -> Recognition:
        rows = self.db.execute("SELECT name, meta FROM commodity")
        return self._ledger.how({name: json.loads(meta) for name, meta in rows})

    def _placed(self, entries: Iterable[Directive]) -> dict[Place, Transaction]:
        return {self._place(entry): entry for entry in entries if isinstance(entry, Transaction)}

    def _place(self, entry: Directive) -> Place:
        return self.files[entry.meta["filename"]], entry.meta["lineno"]

    # -- what must be read with it

    def _reread(self, read: _Read, names_of: References, options: Any) -> Rebooked:
        """Read what the change touches, in rounds, until nothing more is touched; return all of it as booked."""
        stock = Stock(self.db, self.accounts, self.files)
        work = len(read.gone)
        for _ in range(_ROUNDS):
            for transaction in (*read.gone.values(), *read.come.values(), *read.moved.values()):
                read.names.update(names_of(transaction))
            self._gather_mates(read, names_of)
            work += len(read.all)
            if work > self.most:
                raise TooMuch("much of the ledger would be booked again")
            result = book_anew(read.all, set(read.come), read.gone, stock, options)
            more = result.more | (result.changed - read.come.keys() - read.moved.keys())
            if not more:
                return result
            if work + len(read.all) + len(more) > self.most:
                raise TooMuch("much of the ledger would be booked again")
            for place in more:
                read.moved[place] = self._transaction(place)
        raise TooMuch("every change brings another")

    def _gather_mates(self, read: _Read, names_of: References) -> None:
        """Add the transactions that share a name with those read, directly or by way of others."""
        left = set(read.names)
        while left:
            found: set[Place] = set()
            for name in left:
                found.update(self.db.execute("SELECT file, lineno FROM reference WHERE name = ?", (name,)))
            left = set()
            for place in found - read.gone.keys() - read.mates.keys():
                mate = read.come.get(place) or read.moved.get(place) or self._transaction(place)
                read.mates[place] = mate
                left.update(set(names_of(mate)) - read.names)
            read.names |= left
            if len(read.mates) > self.most:
                raise TooMuch("the orders that changed refer to much of the ledger")

    def _transaction(self, place: Place) -> Transaction:
        """Return a transaction that did not change, as it stands in its file."""
        number, line = place
        (path,) = (path for path, n in self.files.items() if n == number)
        part = self.on_disk.part(path, line)
        entries, errors, _ = parse_part(part, path, line)
        for entry in entries:
            if isinstance(entry, Transaction) and entry.meta["lineno"] == line and not errors:
                return entry
        raise TooMuch("an entry is not where it was")

    # -- whether all is in order

    def _check(
        self, gone: Sequence[Directive], come: Sequence[Directive], read: _Read, result: Rebooked, options: Any
    ) -> None:
        """Refuse what Beancount finds fault with, or what can't be told; bring assertions up to date."""
        changed = {place: result.booked[place] for place in result.changed}
        since = asserted.first_days([*read.gone.values(), *changed.values()])
        others = [entry for entry in come if not isinstance(entry, Transaction)]
        structure.check(self.db, since.keys(), [*result.booked.values(), *others], options)
        old = {**read.gone, **{place: read.all[place] for place in changed if place not in read.come}}
        change = asserted.Change(
            since,
            changed.values(),
            lambda: booked_before(old, Stock(self.db, self.accounts, self.files), options),
            *([asserted.assertion_row(e, options) for e in each if isinstance(e, Balance)] for each in (gone, come)),
        )
        asserted.follow(self.db, change, self.accounts)

    # -- what is written

    def _write(self, read: _Read, result: Rebooked, how: Recognition, names_of: References) -> None:
        db = self.db
        structure.check_held(db, result.held, self.accounts)
        db.executemany("DELETE FROM moved WHERE id = ?", [(number,) for number in result.removed])
        add_movements(db, result.rows)
        db.executemany(PLAIN, [(self.accounts[account], commodity) for account, commodity in result.held.plain])
        for own in filter(is_own, (*read.gone.values(), *read.notes_gone)):
            db.execute(
                "DELETE FROM posted WHERE event = ? AND file = ? AND lineno = ?",
                (str(own.meta["rl-id"]), *self._place(own)),
            )
        come = [result.booked[place] for place in result.booked if place in read.come]
        ours = sorted((*come, *read.notes_come), key=lambda entry: (entry.date, entry.meta["lineno"]))
        db.executemany(POSTED, list(posted_rows(ours, self.files)))
        db.executemany(
            "DELETE FROM reference WHERE name = ? AND file = ? AND lineno = ?",
            [(name, *place) for place, transaction in read.gone.items() for name in names_of(transaction)],
        )
        nameless: list[Transaction] = []
        db.executemany(REFERENCE, list(reference_rows(come, names_of, self.files, nameless)))
        db.executemany("DELETE FROM estimate WHERE file = ? AND lineno = ?", list(read.gone))
        estimated.save(db, come, how, names_of, self.files.__getitem__)
        db.executemany("DELETE FROM apart WHERE file = ? AND lineno = ?", list(read.gone))
        months.save(db, nameless, how, self.files.__getitem__)
        prepaid.ROWS.delete(db, read.gone)
        prepaid.save(db, come, how, self.files.__getitem__)
        purchased.ROWS.delete(db, {*read.gone, *result.changed})
        purchased.save(db, [result.booked[place] for place in result.changed], how, self.files.__getitem__)
        if self._ledger.with_follow_ups:
            db.executemany(
                "DELETE FROM follow_up WHERE name = ? AND file = ? AND lineno = ?",
                [(name, *place) for place, transaction in read.gone.items() for name in names_of(transaction)],
            )
            follow_ups.save(db, come, how, self.files.__getitem__)
        self._write_sales(read, result, how, names_of)

    def _write_sales(self, read: _Read, result: Rebooked, how: Recognition, names_of: References) -> None:
        """Write the orders that changed anew, each under the number it had."""
        db = self.db
        transactions = [
            (transaction.date, place[1], transaction)
            for place, transaction in result.booked.items()
            if not read.names.isdisjoint(names_of(transaction))
        ]
        transactions.sort(key=lambda item: item[:2])
        taken: set[tuple[Any, int, str]] = set()
        for day, line, transaction in transactions:
            for name in names_of(transaction):
                if (day, line, name) in taken:
                    raise TooMuch("two entries of one order and day stand in the same line of two files")
                taken.add((day, line, name))
        db.execute("CREATE TEMP TABLE IF NOT EXISTS touched (id INTEGER PRIMARY KEY)")
        db.execute("DELETE FROM touched")
        db.executemany(
            "INSERT OR IGNORE INTO touched SELECT sale FROM order_name WHERE name = ?",
            [(name,) for name in read.names],
        )
        old = dict(db.execute("SELECT name, id FROM sale WHERE id IN (SELECT id FROM touched)"))
        sales = list(read_sales([transaction for _, _, transaction in transactions], how))
        if not read.names.issuperset(old) or not read.names.issuperset(sale.order for sale, _ in sales):
            raise TooMuch("two orders go by one name")
        (last,) = db.execute("SELECT max(id) FROM sale").fetchone()
        numbers = dict(old)
        for sale, _ in sales:
            if sale.order not in numbers:
                last = (last or 0) + 1
                numbers[sale.order] = last
        for table, column in (("sale", "id"), ("sale_line", "sale"), ("order_name", "sale")):
            db.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT id FROM touched)")
        save_sales(db, iter(sales), how, self.accounts, self.files, numbers.__getitem__)
