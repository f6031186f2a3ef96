'''Undoes a posted entry by its exact mirror: every posting with the opposite sign, in the same accounts and lots.'''

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from returnledger.books import Posted, negated
from returnledger.legs import Leg


def void(entry: Posted) -> Iterator[Leg]:
    """Yield the legs of a posted entry, turned round."""
    for leg in negated(entry):
        item = None if leg.item is None else {**leg.item, "qty": Decimal(leg.item["qty"])}
        yield Leg(leg.role, leg.account, leg.amount, leg.currency, leg.line, leg.commodity, leg.units, leg.lot, item)
