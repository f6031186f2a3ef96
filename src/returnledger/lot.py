"""Lots of stock, as Beancount tells them apart, and the units of them that left with a sale."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from decimal import Decimal

from returnledger.frozen import quick


@quick
@dataclass(frozen=True, slots=True)
class Lot:
    """A lot as Beancount tells lots apart: unit cost, currency, date, label."""

    number: Decimal
    currency: str
    date: datetime.date
    label: str | None = None

    def __str__(self) -> str:
        """Return the lot as it stands between the braces of a posting: `1.77 GBP, 2010-11-30`."""
        text = f"{self.number:f} {self.currency}, {self.date.isoformat()}"
        return f'{text}, "{self.label}"' if self.label else text


_WRITTEN = re.compile(r'([0-9.]+) ([^ ,]+), ([0-9-]{10})(?:, "(.*)")?')


def lot_read(text: str) -> Lot | None:
    """Return the lot that is written like this, as `str` writes it; None for another text."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    number, currency, day, label = found.groups()
    try:
        return Lot(Decimal(number), currency, datetime.date.fromisoformat(day), label)
    except (ValueError, ArithmeticError):
        return None


@quick
@dataclass(frozen=True, slots=True)
class LotUnits:
    """Units of one lot that left a stock account with a sale, as a positive number."""

    account: str
    commodity: str
    lot: Lot
    units: Decimal
    place: tuple[str, int] | None = field(default=None, compare=False)  # file and line of the posting
    shipped: datetime.date | None = field(default=None, compare=False)  # where it left later than the line was sold
