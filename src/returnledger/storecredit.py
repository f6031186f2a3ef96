"""Store credit of a case: how much of it is left, and until when it can be spent.

What the shop's own sales took of a customer's credit is not told by case: the account of store credit says what is left in
all, a case what its own events left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from returnledger.cases import Case, day_of
from returnledger.money import ZERO
from returnledger.roles import Role

ROLE = Role.STORE_CREDIT_LIABILITY


@dataclass(frozen=True, slots=True)
class Credit:
    """Store credit of one case: what is left, where it stands, and the last day on which it can be spent."""

    left: Decimal
    account: str
    expires: date | None = None


def credit_of(case: Case, account: str) -> Credit:
    """Return the store credit of a case; `account` is where it would stand if it has none."""
    legs = [leg for entry in case.entries for leg in entry.legs if leg.role == ROLE]
    days = [day for entry in case.entries if (day := day_of(entry.told.get("expires")))]
    return Credit(
        -sum((leg.amount for leg in legs), ZERO),
        legs[-1].account if legs else account,
        days[-1] if days else None,
    )
