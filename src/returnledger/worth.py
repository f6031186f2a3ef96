"""What goods will fetch, as somebody saw who moved them on: makes of their cost what they stand at and what is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.lot import Lot
from returnledger.money import ZERO, round_to
from returnledger.moves import Moved
from returnledger.roles import Role


@dataclass(frozen=True, slots=True)
class Worth:
    """What units stand at in stock, and what is written down on them now: below zero what of earlier is taken back."""

    amount: Decimal
    lot: Lot | None
    change: Decimal = ZERO
    allowed: bool = True  # against the allowance; a new cost needs none


def worth_of(facts: Facts, moved: Moved, amount: Decimal, lot: Lot | None) -> Worth:
    """Return what units that cost `amount` are worth by the price that an item names, never more than they cost.

    Small enterprises write nothing down; under us_gaap the lower value is the new cost, which never rises again
    (ASC 330-10-35-14). Beside a cost in another currency than the sale's, what goods will fetch says nothing.
    """
    item, settings, sale = moved.item, facts.settings, facts.sale
    if item is None or item.value is None or settings.framework == "asbe_small":
        return Worth(amount, lot)
    if sale is not None and moved.currency != sale.currency:
        return Worth(amount, lot)
    each = max(ZERO, item.value - (item.selling_cost or ZERO))
    worth = round_to(Fraction(each) * Fraction(moved.units), facts.decimals)
    change = max(ZERO, amount - worth) - moved.allowance
    if settings.framework != "us_gaap":
        return Worth(amount, lot, change)
    if change <= 0:
        return Worth(amount, lot)
    if lot is not None:
        lot = replace(lot, number=round_to(each, max(facts.decimals, 2)))
        worth = round_to(Fraction(lot.number) * Fraction(moved.units), facts.decimals)
    return Worth(worth, lot, amount - worth, allowed=False)


def worth_legs(facts: Facts, moved: Moved, worth: Worth, condition: str) -> Iterator[Leg]:
    """Yield the write-down of units, or what is taken back of an earlier one; `condition` is theirs from now on."""
    if not worth.change:
        return
    settings, line = facts.settings, moved.pile.line
    loss, allowance = Role.INVENTORY_WRITE_DOWN, Role.WRITE_DOWN_ALLOWANCE
    yield Leg(loss.value, settings.account_for(loss), worth.change, moved.currency, line)
    if worth.allowed:
        said = {"condition": condition if worth.change > 0 else moved.pile.condition}
        item = said if said["condition"] else None
        account = settings.account_for(allowance)
        yield Leg(allowance.value, account, -worth.change, moved.currency, line, item=item)
