"""Movements of stock at cost, as the ledger booked and wrote them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from returnledger.rows import Lot


@dataclass(frozen=True, slots=True)
class Movement:
    """One at-cost posting of the ledger as Beancount booked it, with its cost as written where a file shows it.

    `spec` is the text between the braces, None where no file has it. Units have Beancount's sign.
    """

    account: str
    date: datetime.date
    file: str
    lineno: int  # of the transaction: Beancount orders a day by it
    posting: int  # line of the posting
    commodity: str
    units: Decimal
    lot: Lot
    spec: str | None
