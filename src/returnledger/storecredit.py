"""Store credit of a case: how much of it is left, and until when it can be spent.

What the shop's own sales took of a customer's credit is not told by case: the account of store credit says what is left in
all, a case what its own events left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from returnledger.cases import Case, day_of
from returnledger.exchange import of_leg
from returnledger.money import ZERO, round_to
from returnledger.roles import Role
from returnledger.rows import Sale

ROLE = Role.STORE_CREDIT_LIABILITY


@dataclass(frozen=True, slots=True)
class Credit:
    """Store credit of one case: what is left of it in the customer's currency, where, and until when it can be spent."""

    left: Decimal
    account: str
    expires: date | None = None
    weight: Decimal = ZERO  # of what is left, in the books

    def weigh(self, amount: Decimal, decimals: int) -> Decimal:
        """Return what a part of it weighs in the books: its share of what is left there, the last part all of that."""
        return round_to(Fraction(self.weight) * Fraction(amount) / Fraction(self.left), decimals) if self.left else ZERO


def credit_of(case: Case, account: str, sale: Sale | None = None) -> Credit:
    """Return the store credit of a case; `account` is where it would stand if it has none."""
    abroad = sale.money_currency if sale is not None and sale.invoiced is not None else None
    legs = [leg for entry in case.entries for leg in entry.legs if leg.role == ROLE]
    days = [day for entry in case.entries if (day := day_of(entry.told.get("expires")))]
    return Credit(
        -sum((leg.amount if abroad is None else of_leg(leg, abroad) for leg in legs), ZERO),
        legs[-1].account if legs else account,
        days[-1] if days else None,
        -sum((leg.amount for leg in legs), ZERO),
    )
