"""Sets apart what the shop owes somebody for a sale: no part of what the customer pays, and it stays when goods come back.

    2026-03-01 * "Ann" "Sofa" ^inv-1001
      Assets:Receivable            535.00 USD
      Income:Sales                -500.00 USD
      Liabilities:Sales-Tax        -35.00 USD
      Expenses:Commissions          25.00 USD
      Liabilities:Commissions-Due  -25.00 USD

An expense against a liability of just that amount, both of no role, with input tax on it or without: commission, points,
postage that is paid later. What becomes of it is between the shop and whom it owes, and each return says so. Cost of goods
against such a debt is of goods that somebody else delivered, or of a service: what they are worth here nobody says.
"""

from __future__ import annotations

from returnledger.money import ZERO
from returnledger.sales.account_words import names_input_tax
from returnledger.sales.postings import Flow, shown_at


def set_apart(flow: Flow) -> None:
    """Take out of a sale what the shop owes for it by an expense of the same amount, and say it."""
    for owed in [p for p in flow.unnamed if p.account.startswith("Liabilities:") and p.units.number < 0]:
        amount, currency = -owed.units.number, owed.units.currency
        taxes = [p for p in flow.other if names_input_tax(p.account) and p.units.currency == currency]
        tax = sum([p.units.number for p in taxes], ZERO)
        cost = [p for p in flow.cogs if p.units.currency == currency]
        if not flow.out and not flow.value and sum([p.units.number for p in cost], ZERO) == amount:
            flow.bought.append(owed)
            flow.cogs = [p for p in flow.cogs if p not in cost]
            flow.unnamed = [p for p in flow.unnamed if p is not owed]
            continue
        spent = [p for p in flow.fees if p.units.currency == currency]
        own = next((p for p in spent if p.units.number == amount), None)
        with_tax = next((p for p in spent if tax > 0 and p.units.number + tax == amount), None)
        found = own or with_tax
        if found is None:
            continue
        taken = [owed, found, *(taxes if own is None else [])]
        for postings in (flow.unnamed, flow.fees, flow.other):
            postings[:] = [p for p in postings if not any(p is each for each in taken)]
        said = {"amount": f"{amount:f} {currency}", "account": owed.account, "where": shown_at(owed)}
        flow.inferred.append(("stays-with-us", said))
