'''Keeps a restocking fee from what the customer gets back, with its tax.

The policy's row says how much and how it is taxed; a fee typed on the event includes its tax, at the rate of the sale.
'''

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decide import Decision
from returnledger.facts import Facts
from returnledger.legs import Leg, customer
from returnledger.terms import Role


def keep_fee(facts: Facts, decision: Decision) -> Iterator[Leg]:
    """Yield the fee as revenue and tax, charged to the customer."""
    line, sale, settings = facts.line, facts.sale, facts.settings
    assert line is not None and sale is not None
    if not decision.fee:
        return
    account = settings.account_for(Role.RESTOCKING_FEE_REVENUE)
    yield Leg(Role.RESTOCKING_FEE_REVENUE.value, account, decision.fee_tax - decision.fee, sale.currency, line.line)
    if decision.fee_tax:
        taxes = [part.account for part in line.parts if part.role is Role.OUTPUT_VAT]
        tax_account = taxes[0] if taxes else settings.account_for(Role.OUTPUT_VAT)
        yield Leg(Role.OUTPUT_VAT.value, tax_account, -decision.fee_tax, sale.currency, line.line)
    yield customer(facts, decision.fee)
