"""Lots below zero: what Beancount does not check in accounts booked NONE, and not always in others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from returnledger.money import ZERO
from returnledger.movements import Movement
from returnledger.rows import Lot


@dataclass(frozen=True, slots=True)
class Below:
    """A lot that would hold less than nothing at the end of a day."""

    account: str
    commodity: str
    lot: Lot
    date: date
    units: Decimal


def below_zero(movements: Sequence[Movement], from_day: date | None = None) -> tuple[Below, ...]:
    """Return each lot that is below zero at the end of a day, once, with the first such day (from `from_day` on)."""
    held: dict[tuple[str, Lot], Decimal] = defaultdict(lambda: ZERO)
    found: dict[tuple[str, Lot], Below] = {}
    for day, run in groupby(sorted(movements, key=lambda m: m.date), key=lambda m: m.date):
        moved: dict[tuple[str, Lot], str] = {}
        for m in run:
            held[m.commodity, m.lot] += m.units
            moved[m.commodity, m.lot] = m.account
        for (commodity, lot), account in moved.items():
            if held[commodity, lot] < 0 and (from_day is None or day >= from_day):
                found.setdefault((commodity, lot), Below(account, commodity, lot, day, held[commodity, lot]))
    return tuple(found.values())


def never_below_zero(movements: Sequence[Movement]) -> bool:
    """Return True if no lot is below zero at the end of any day: what Beancount does not check under NONE."""
    return not below_zero(movements)
