'''Adds the bonus that the policy grants for taking store credit; it lowers revenue.'''

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decide import Document
from returnledger.facts import Facts
from returnledger.legs import Leg, revenue_account
from returnledger.terms import Role


def give_bonus(facts: Facts, document: Document) -> Iterator[Leg]:
    """Yield the bonus as a debit of revenue and a credit of the store credit."""
    if not document.bonus:
        return
    yield Leg(Role.REVENUE.value, revenue_account(facts), document.bonus, document.currency)
    role = Role.STORE_CREDIT_LIABILITY
    yield Leg(role.value, facts.settings.account_for(role), -document.bonus, document.currency)
