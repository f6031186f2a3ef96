'''Scraps returned units in one step: their cost leaves cost of goods for the loss, and no stock moves.

The units count as returned. Ordinary loss is an expense of its own; for small enterprises under their own standard it
is a non-operating loss.
'''

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decide import Decision
from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.money import ZERO
from returnledger.terms import Role


def scrap(facts: Facts, decision: Decision) -> Iterator[Leg]:
    """Yield the loss at cost and cost of goods out of expense, for one item."""
    line, sale = facts.line, facts.sale
    assert line is not None and sale is not None
    cost = -sum((part.amount for part in facts.cost), ZERO)
    role = Role.NON_OPERATING_LOSS if facts.settings.framework == "asbe_small" else Role.SCRAP_LOSS
    yield Leg(role.value, facts.settings.account_for(role), cost, sale.currency, line.line)
    for part in facts.cost:
        yield Leg(part.role.value, part.account, part.amount, part.currency, line.line)
