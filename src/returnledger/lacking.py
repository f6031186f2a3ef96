"""Units that a count did not find: of a case, or of goods that no case knows of."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from returnledger.facts import Facts
from returnledger.money import ZERO, decimals_of, round_to
from returnledger.moves import Moved
from returnledger.rows import Lot


@dataclass(frozen=True, slots=True)
class Lacking:
    """Units that are missing: what they cost, what of it was written down, and the input tax that is lost with them."""

    sku: str
    units: Decimal
    amount: Decimal
    currency: str
    allowance: Decimal = ZERO
    tax: Decimal = ZERO
    facts: Facts | None = None  # of their case
    moved: Moved | None = None  # out of the pile of their case
    account: str = ""  # of goods that no case knows of
    role: str = ""
    commodity: str = ""
    lot: Lot | None = None

    @property
    def lost(self) -> Decimal:
        """What is lost with them."""
        return self.amount - self.allowance + self.tax

    @staticmethod
    def of_case(facts: Facts, moved: Moved) -> Lacking:
        """Return units that a case put where they should be."""
        pile = moved.pile
        return Lacking(pile.sku, moved.units, moved.amount, moved.currency, moved.allowance, facts=facts, moved=moved)

    @staticmethod
    def of_lot(account: str, role: str, commodity: str, sku: str, lot: Lot, units: Decimal) -> Lacking:
        """Return units of a lot that no case knows of."""
        amount = round_to(Fraction(lot.number) * Fraction(units), decimals_of(lot.currency))
        return Lacking(sku, units, amount, lot.currency, account=account, role=role, commodity=commodity, lot=lot)
