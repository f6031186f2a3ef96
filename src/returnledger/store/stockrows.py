"""The rows of stock: every posting at cost as booked, with its cost as written, and what is held without cost."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from beancount.core.data import Transaction
from beancount.core.position import Cost

from returnledger.books import lot_of
from returnledger.sales.drafts import NO_META
from returnledger.sales.postings import booked
from returnledger.store.salerows import Numbers
from returnledger.store.sources import Specs

PLAIN = "INSERT OR IGNORE INTO plain VALUES (?,?)"

_MOVED = "INSERT INTO moved VALUES (NULL,?,?,?,?,?,?,?,?)"
_LOT = "INSERT INTO lot VALUES (?,?,?,?,?,?)"

Pair = tuple[str, str]  # account and commodity
Booked = tuple[str, str, str, str | None, str | None]  # number, currency, date and label of a lot, its cost as written


class Held:
    """Which commodities accounts hold at cost, and which without."""

    def __init__(self) -> None:
        """Start with nothing held."""
        self.plain: set[Pair] = set()
        self.at_cost: set[Pair] = set()

    @property
    def mixed(self) -> list[str]:
        """The accounts that hold a commodity both ways: one account's replay can't tell them apart."""
        return sorted({account for account, _ in self.plain & self.at_cost})


class _Lots(dict[Booked, int]):
    """The number of each lot as booked and as written, given at first use, from `first` on."""

    def __init__(self, first: int = 1) -> None:
        super().__init__()
        self._first = first
        self._known: dict[tuple[int, str | None], tuple[Cost, int]] = {}

    def __missing__(self, lot: Booked) -> int:
        self[lot] = number = self._first + len(self)
        return number

    def of(self, cost: Any, spec: str | None, day: date) -> int:
        """Return the number of a cost; booking gives the postings of one lot the one object, which is kept here."""
        known = self._known.get((id(cost), spec))
        if known is not None:
            return known[1]
        lot = lot_of(cost, day)
        number = self[str(lot.number), lot.currency, lot.date.isoformat(), lot.label, spec]
        if type(cost) is Cost:
            self._known[id(cost), spec] = cost, number
        return number

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """The rows of the lots."""
        return [(number, *lot) for lot, number in self.items()]


def save_movements(
    db: sqlite3.Connection, transactions: Iterable[Transaction], accounts: Numbers, files: Numbers, held: Held
) -> None:
    """Insert the movements of transactions."""
    lots = _Lots(_next(db))
    db.executemany(_MOVED, _moved(transactions, accounts, files, held, lots))
    db.executemany(_LOT, lots.rows)


def add_movements(db: sqlite3.Connection, rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert movements in the form of `movement_rows`."""
    lots = _Lots(_next(db))
    db.executemany(_MOVED, [(*row[:7], lots[row[7:]]) for row in rows])
    db.executemany(_LOT, lots.rows)


def _next(db: sqlite3.Connection) -> int:
    """Return the number of the next lot."""
    (last,) = db.execute("SELECT max(id) FROM lot").fetchone()
    return (last or 0) + 1


def movement_rows(
    transactions: Iterable[Transaction], accounts: Numbers, files: Numbers, held: Held | None = None
) -> Iterator[tuple[Any, ...]]:
    """Yield one row per posting at cost, in the order of the transactions; say in `held` what is held how."""
    lots = _Lots()
    rows = list(_moved(transactions, accounts, files, held or Held(), lots))
    by_number = {number: lot for lot, number in lots.items()}
    for row in rows:
        yield (*row[:7], *by_number[row[7]])


def _moved(
    transactions: Iterable[Transaction], accounts: Numbers, files: Numbers, held: Held, lots: _Lots
) -> Iterator[tuple[Any, ...]]:
    """Yield one row per posting at cost with the number of its lot."""
    add_plain, add_at_cost, lot_number = held.plain.add, held.at_cost.add, lots.of
    specs = Specs()
    name, lines = "", specs[""]
    last, stocked = dict[str, str](), dict[str, str]()  # by account alone: nearly all have one commodity
    for transaction in transactions:
        head: tuple[str, int, int] | None = None
        for posting in booked(transaction):
            cost, account, units = posting.cost, posting.account, posting.units
            commodity = units.currency
            if cost is None:
                if last.get(account) != commodity:
                    last[account] = commodity
                    add_plain((account, commodity))
                continue
            if stocked.get(account) != commodity:
                stocked[account] = commodity
                add_at_cost((account, commodity))
            meta = posting.meta or NO_META
            if head is None:
                name = str(transaction.meta.get("filename", ""))
                head = (transaction.date.isoformat(), files[name], transaction.meta.get("lineno") or 0)
                lines = specs[name]
            line = meta.get("lineno") or 0
            written = (lines if meta.get("filename", name) == name else specs[meta["filename"]]).get(line)
            spec = written[1] if written is not None and written[0] == account else None
            yield (
                accounts[account],
                *head,
                line,
                commodity,
                str(units.number),
                lot_number(cost, spec, transaction.date),
            )
