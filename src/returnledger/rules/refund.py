'''Pays what is payable to the customer, out of the accounts that the method names.

Every refund debits refund payable, whether it follows its return at once or months later.
'''

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decide import Document
from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.terms import Role


def refund(facts: Facts, document: Document) -> Iterator[Leg]:
    """Yield the payments and the debit of refund payable they settle."""
    for payment in document.payments:
        yield Leg(payment.role.value, payment.account, -payment.amount, document.currency)
    if document.paid:
        role = Role.REFUND_PAYABLE
        yield Leg(role.value, facts.settings.account_for(role), document.paid, document.currency)
