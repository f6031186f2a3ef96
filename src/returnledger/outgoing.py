"""Goods of another kind or price that go out for those that come back: what they are, cost and are sold for.

They are a sale of their own, under an order of their own. What comes back pays for it as far as it goes.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from decimal import Decimal

from returnledger.money import ZERO
from returnledger.rows import Dimensions, LotUnits


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One line of what goes out: its units by lot, its price, and the accounts that its sale is booked to."""

    line: str  # of the new order
    sku: str
    units: Decimal
    gross: Decimal  # tax included
    tax: Decimal
    lots: tuple[LotUnits, ...]
    revenue: str
    output_vat: str
    cogs: str
    priced: bool = True  # somebody says its price
    carried: Dimensions = ()  # what postings of the sale say of themselves: line and SKU under the ledger's own keys


@dataclass(frozen=True, slots=True)
class Selling:
    """What goes out for goods that come back, and the order that it is sold under."""

    order: str
    lines: tuple[Outgoing, ...]
    links: tuple[str, ...] = ()  # by which the ledger knows the order
    metadata: tuple[tuple[str, str], ...] = ()
    receivable: str = ""
    tender: str = ""  # the account that the difference comes in to, where it is paid at once

    @property
    def gross(self) -> Decimal:
        """What all of it is sold for, tax included."""
        return sum((line.gross for line in self.lines), ZERO)

    def difference(self, swapped: Iterable[tuple[str, Decimal]], due: Decimal) -> tuple[Decimal, Decimal]:
        """Return what comes in at once of what is not paid by what came back, and what is owed: `due` is what that gave.

        At once comes no more than what is sold costs above what came back: what was owed before stays owed.
        """
        rest = self.gross - paid_in(swapped)
        now = min(rest, max(ZERO, self.gross - due)) if self.tender else ZERO
        return now, rest - now


def new_name(order: str, taken: Container[str] = ()) -> str:
    """Return the order that goods are sold under that go out for those of `order`; the first that is not taken."""
    name, n = f"{order}-EX", 1
    while name in taken:
        n += 1
        name = f"{order}-EX{n}"
    return name


def paid_in(swapped: Iterable[tuple[str, Decimal]]) -> Decimal:
    """Return what goods that came back pay of those that go out, whatever had paid for them."""
    return sum((amount for _, amount in swapped), ZERO)
