'''Writes units down to what they will fetch: net realisable value, the expected price less the cost of selling.

The loss is booked cost less net realisable value, never negative (IAS 2.28-33, ASBE 1 art. 15). It stands on the
allowance, so that the lots keep their cost; under US GAAP the lot itself is re-costed (ASC 330-10-35-14). Small
enterprises under their own standard book no write-down.
'''

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decide import Decision
from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.money import ZERO
from returnledger.terms import Role


def write_down(facts: Facts, decision: Decision) -> Iterator[Leg]:
    """Yield the loss of one item against the allowance, or against the re-costed lot."""
    line, settings, sale = facts.line, facts.settings, facts.sale
    assert line is not None and sale is not None
    loss = decision.write_down
    if not loss:
        return
    yield Leg(Role.INVENTORY_WRITE_DOWN.value, settings.account_for(Role.INVENTORY_WRITE_DOWN), loss, sale.currency, line.line)
    allowance = sum((p.write_down for p in decision.placed if p.lot == p.sold.lot), ZERO)
    if allowance:
        account = settings.account_for(Role.WRITE_DOWN_ALLOWANCE)
        yield Leg(Role.WRITE_DOWN_ALLOWANCE.value, account, -allowance, sale.currency, line.line)
