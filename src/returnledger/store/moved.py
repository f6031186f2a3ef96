"""Reads what moved at cost in accounts."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

from returnledger.movements import Movement
from returnledger.rows import Lot
from returnledger.store.chunks import rows_in

_SQL = (
    "SELECT account, date, file, lineno, posting, commodity, units, number, currency, lot_date, label, spec "
    "FROM movement WHERE account IN"
)


def read(
    db: sqlite3.Connection, accounts: Collection[str], numbers: Mapping[str, int], files: Mapping[int, str]
) -> dict[str, tuple[Movement, ...]]:
    """Return the movements of each account, in the order of booking; none of an account that the store does not know."""
    wanted = {numbers[name]: name for name in accounts if name in numbers}
    found: dict[str, list[Movement]] = {name: [] for name in accounts}
    days: dict[str, date] = {}
    lots: dict[tuple[str, str, str, str | None], Lot] = {}
    for account, day, file, lineno, posting, commodity, units, number, currency, bought, label, spec in rows_in(
        db, _SQL, wanted, " ORDER BY account, date, lineno, id"
    ):
        when = days.get(day)
        if when is None:
            when = days[day] = date.fromisoformat(day)
        lot = lots.get((number, currency, bought, label))
        if lot is None:
            lot = Lot(Decimal(number), currency, date.fromisoformat(bought), label)
            lots[number, currency, bought, label] = lot
        name = wanted[account]
        movement = Movement(name, when, files[file], lineno, posting, commodity, Decimal(units), lot, spec)
        found[name].append(movement)
    return {name: tuple(movements) for name, movements in found.items()}
