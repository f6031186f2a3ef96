'''Sets units aside that cannot be sold as they are: on hold, or waiting for repair, the supplier or scrap.

They keep the cost of their lot, in the sibling account of the condition.
'''

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decide import Decision
from returnledger.facts import Facts
from returnledger.legs import Leg, stock_legs


def set_aside(facts: Facts, decision: Decision) -> Iterator[Leg]:
    """Yield the units by lot into the account of their disposition, and cost of goods out of expense."""
    yield from stock_legs(facts, decision)
