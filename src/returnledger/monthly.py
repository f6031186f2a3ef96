"""What a shop books by the month: cost of goods that stands under no order, and what was sold in a month.

Such a shop credits its sales one by one and the cost of goods once, at the end of the month. What one unit cost is then
known from the month alone.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from returnledger.frozen import quick
from returnledger.money import ZERO
from returnledger.rows import Place


@quick
@dataclass(frozen=True, slots=True)
class Apart:
    """One posting under no order: cost of goods (a debit), or revenue of takings that no order tells (a credit)."""

    is_cost: bool
    date: datetime.date
    sku: str  # as metadata says it, else empty
    account: str
    amount: Decimal
    currency: str
    units: Decimal | None = None  # of takings, as metadata says it
    stock: tuple[str, ...] = ()  # of cost: the accounts that gave up the goods by value, beside it
    place: Place | None = None


@quick
@dataclass(frozen=True, slots=True)
class Sold:
    """One line of a month's sales whose cost no posting of its own carries; takings have no order."""

    order: str
    line: str
    sku: str
    units: Decimal | None  # None where nothing says how many
    net: Decimal  # positive
    currency: str
    said: Decimal | None = None  # what metadata says that it cost


@dataclass(frozen=True, slots=True)
class Months:
    """What the books say of costs by the month, as far as it was asked for."""

    costs: tuple[Apart, ...] = ()  # of the whole ledger, by day
    sold: tuple[tuple[str, tuple[Sold, ...]], ...] = ()  # month, as `2026-01`, and its lines in the order of the books

    def sold_in(self, month: str) -> tuple[Sold, ...]:
        """Return what was sold in a month."""
        return tuple(line for name, lines in self.sold if name == month for line in lines)

    def costs_of(self, month: str, currency: str) -> tuple[Apart, ...]:
        """Return the cost of goods that was booked in a month by itself."""
        return tuple(c for c in self.costs if c.currency == currency and month_of(c.date) == month)

    def joined(self, other: Months) -> Months:
        """Return both, what both have once."""
        seen = {(cost.place, cost.account, cost.sku) for cost in self.costs}
        costs = [cost for cost in other.costs if (cost.place, cost.account, cost.sku) not in seen]
        orders = {line.order for _, lines in self.sold for line in lines if line.order}
        more = tuple((month, tuple(line for line in lines if line.order not in orders)) for month, lines in other.sold)
        return Months((*self.costs, *costs), (*self.sold, *more))


def month_of(day: datetime.date) -> str:
    """Return the month of a day as `2026-01`."""
    return day.isoformat()[:7]


def total(costs: tuple[Apart, ...]) -> Decimal:
    """Return what postings of cost come to."""
    return sum((cost.amount for cost in costs), ZERO)
