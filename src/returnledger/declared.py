"""The rows of what a ledger declares by itself: its accounts, and what commodities were worth."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the ledger: from when to when it is open, its currencies and booking method."""

    name: str
    opened: datetime.date
    closed: datetime.date | None = None
    currencies: tuple[str, ...] = ()
    booking: str = "STRICT"


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit of a commodity was worth in a currency on a day, as a price directive of the ledger says."""

    commodity: str
    currency: str
    date: datetime.date
    number: Decimal
