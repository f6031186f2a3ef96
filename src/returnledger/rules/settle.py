'''Settles what the customer gets: what the order still owes is taken off the receivable, the rest becomes payable.

One rule for every credit. With store credit as the method the rest becomes credit to spend in the shop.
'''

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decide import Document
from returnledger.facts import Facts
from returnledger.legs import Leg, customer
from returnledger.terms import Role


def settle(facts: Facts, document: Document) -> Iterator[Leg]:
    """Yield credits of receivable, store credit and refund payable for what is due."""
    settings = facts.settings
    yield customer(facts, document.due)
    for account, amount in document.offset:
        yield Leg(Role.ACCOUNTS_RECEIVABLE.value, account, -amount, document.currency)
    if document.store_credit:
        role = Role.STORE_CREDIT_LIABILITY
        yield Leg(role.value, settings.account_for(role), -document.store_credit, document.currency)
    if document.payable:
        role = Role.REFUND_PAYABLE
        yield Leg(role.value, settings.account_for(role), -document.payable, document.currency)
