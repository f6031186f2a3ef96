"""What a step takes from a customer or gives them after the credit: by the one rule of money, the other way round too."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.money import ZERO
from returnledger.roles import Role


def customer_owes(facts: Facts, back: Decimal) -> Iterator[Leg]:
    """Yield what the customer was given and is no longer: off what is payable, the rest back on the receivable."""
    now, sale, settings = facts.now, facts.sale, facts.settings
    assert now is not None and sale is not None
    payable = min(back, max(ZERO, now.payable))
    accounts = [money.account for money in sale.receivable] or [settings.account_for(Role.ACCOUNTS_RECEIVABLE)]
    for role, account, amount in (
        (Role.REFUND_PAYABLE, settings.account_for(Role.REFUND_PAYABLE), payable),
        (Role.ACCOUNTS_RECEIVABLE, accounts[0], back - payable),
    ):
        if amount:
            yield Leg(role.value, account, amount, sale.currency)


def customer_gets(facts: Facts, amount: Decimal) -> Iterator[Leg]:
    """Yield what goes back to the customer: off what is owed, the rest is payable."""
    sale, settings, order = facts.sale, facts.settings, facts.order
    assert sale is not None
    for account, part in order.off_owed(amount):
        amount -= part
        yield Leg(Role.ACCOUNTS_RECEIVABLE.value, account, -part, sale.currency)
    if amount:
        role = Role.REFUND_PAYABLE
        yield Leg(role.value, settings.account_for(role), -amount, sale.currency)
