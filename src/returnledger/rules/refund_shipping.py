'''Gives shipping back: the delivery charge of the order, or the part of it that the policy or the event says.

It comes out of the accounts the sale booked it to, its tax with it, and never more than was charged.
'''

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decide import Document
from returnledger.facts import Facts
from returnledger.legs import Leg, customer
from returnledger.money import ZERO


def refund_shipping(facts: Facts, document: Document) -> Iterator[Leg]:
    """Yield debits of shipping revenue and its tax, and what they are worth to the customer."""
    for part in document.shipping:
        yield Leg(part.role.value, part.account, part.amount, part.currency)
    if document.shipping:
        yield customer(facts, -sum((part.amount for part in document.shipping), ZERO))
