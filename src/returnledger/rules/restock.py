'''Puts good units back at the cost of the lot they were sold from, against the cost of goods as it was booked.

They go to the account they were sold from where that changes no booked lot, else to its sibling for returned goods.
'''

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decide import Decision
from returnledger.facts import Facts
from returnledger.legs import Leg, stock_legs


def restock(facts: Facts, decision: Decision) -> Iterator[Leg]:
    """Yield the units by lot into stock and cost of goods out of expense."""
    yield from stock_legs(facts, decision)
