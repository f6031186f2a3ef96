"""Whether a transaction sells: goods go out of stock, revenue is booked, or both; or whether it pays in advance."""

from __future__ import annotations

from beancount.core.data import Transaction

from returnledger.money import ZERO
from returnledger.sales.by_hand.moved import moves_goods
from returnledger.sales.postings import booked
from returnledger.sales.recognition import ADVANCE, COGS, GOODS_SENT, REVENUE, UNNAMED, Recognition


def sells(transaction: Transaction, recognition: Recognition) -> bool:
    """Return True if goods go out of stock in this transaction and do not come in elsewhere, or revenue is booked.

    Where more revenue is given back than earned and no goods go out, a fee was kept of a return.
    """
    sku_key, line_key, purpose_of = recognition.sku, recognition.line, recognition.purpose
    goes = comes = earns = False
    net = ZERO
    for posting in booked(transaction):
        number, purpose = posting.units.number, purpose_of(posting.account)
        if posting.cost is not None:
            if purpose not in (GOODS_SENT, COGS):
                goes, comes = goes or number <= 0, comes or number > 0
        elif purpose == REVENUE or (
            purpose == UNNAMED and posting.meta and (sku_key in posting.meta or line_key in posting.meta)
        ):
            net += number
            earns = earns or number <= 0
        elif recognition.gives_back(posting.account):
            net += number
        if goes and earns:
            return True  # an invoice of a thousand lines says so in its first
    if earns:
        return net <= 0
    return goes and not (comes and moves_goods(transaction))


GOODS, MONEY = 1, 2  # the halves of a sale


def halves(transaction: Transaction, recognition: Recognition) -> int:
    """Return which halves of a sale a transaction has: goods going out, revenue, or both."""
    sku_key, line_key = recognition.sku, recognition.line
    found = 0
    for posting in booked(transaction):
        purpose = recognition.purpose(posting.account)
        if posting.cost is not None:
            found |= GOODS if posting.units.number < 0 and purpose not in (GOODS_SENT, COGS) else 0
            continue
        meta = posting.meta
        if purpose == REVENUE or (purpose == UNNAMED and meta and (sku_key in meta or line_key in meta)):
            found |= MONEY if posting.units.number <= 0 else 0
    return found


def prepays(transaction: Transaction, recognition: Recognition) -> bool:
    """Return True if an advance of a customer comes in that names no order, but a contract or some link."""
    if not transaction.links and recognition.key("contract") not in transaction.meta:
        return False
    return any(recognition.purpose(posting.account) == ADVANCE for posting in booked(transaction))
