"""Goods that do not leave the books: moved from place to place, or put together from others, under the link of an order.

    2026-01-04 * "To the shop" ^inv-1001
      Assets:Inventory:Cellar    -3 MUG {30 CNY, 2026-01-02}
      Assets:Inventory:Shop       3 MUG {30 CNY, 2026-01-02}

The order is sold in an entry of its own; its goods are those that leave there.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import cast

from beancount.core.data import Transaction

from returnledger.money import ZERO
from returnledger.sales.weighed import Posting

_ROUNDING = Decimal("0.01")  # of the cost of one thing put together


def moves_goods(transaction: Transaction) -> bool:
    """Return True if as many units come in at cost as go out, or one thing comes in at the cost of several that go."""
    units: dict[str, Decimal] = defaultdict(lambda: ZERO)
    weight, made = ZERO, ZERO
    for posting in cast("list[Posting]", transaction.postings):
        if posting.cost is not None and not posting.account.startswith("Expenses:"):
            number = posting.units.number
            units[posting.units.currency] += number
            weight += number * posting.cost.number
            made += max(number, ZERO)
    if not any(units.values()):
        return True
    comes = [number for number in units.values() if number > 0]
    goes = [number for number in units.values() if number < 0]
    return len(comes) == 1 and len(goes) > 1 and abs(weight) <= _ROUNDING * made
