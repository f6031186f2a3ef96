'''Lowers the price of goods that the customer keeps: an allowance, or a return whose goods are not sent back.

Revenue and tax are taken back; stock and cost of goods never move.
'''

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decide import Decision
from returnledger.facts import Facts
from returnledger.legs import Leg, customer, money_legs


def allow(facts: Facts, decision: Decision) -> Iterator[Leg]:
    """Yield debits of allowances (or revenue) and tax for one item, and what they are worth to the customer."""
    yield from money_legs(facts, decision, kept=True)
    yield customer(facts, -facts.gross)
