"""Charges the customer for sending the goods back, where the policy's row has an amount: it comes off what is given back.

It makes the expense of freight less; with `freight_charged: sale` in the settings it is a sale of its own, with the tax of the
goods. A case is charged once, however its goods are credited, and never more than is given back.

```policy
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window: {default: {days: 60, from: sold}}
return_freight:
  - {id: ours, when: {fault: merchant}, pays: merchant}
  - {id: theirs, when: {}, pays: customer, amount: 12.00}
dispositions:
  new: {to: restock}
```
```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```
```yaml
- {return: SO-1, id: R-1, date: 2026-11-02, reason: changed_mind, condition: new}
```
```beancount
2026-11-02 * "Ann" "Return of SO-1: 1 MUG (changed mind)" #return ^R-1 ^inv-SO-1
  rl-id: "R-1"
  rl-kind: "return"
  rl-step: 1
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-number: "CN-A-2026-0001"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  rl-window-end: 2026-12-25
  Income:Sales-Returns                                  100.00 CNY
    rl-role: "sales_returns"
    rl-line: "1"
  Liabilities:Output-VAT                                 13.00 CNY
    rl-role: "output_vat"
    rl-line: "1"
  Assets:Inventory                                           1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory"
    rl-line: "1"
    rl-sku: "MUG"
    rl-qty: 1
    rl-reason: "changed_mind"
    rl-condition: "new"
    rl-disposition: "restock"
  Expenses:COGS                                         -60.00 CNY
    rl-role: "cogs"
    rl-line: "1"
  Liabilities:Refund-Payable                           -101.00 CNY
    rl-role: "refund_payable"
  Liabilities:Refund-Payable                            101.00 CNY
    rl-role: "refund_payable"
  Assets:Bank                                          -101.00 CNY
    rl-role: "cash_bank"
  Expenses:Return-Freight                               -12.00 CNY
    rl-role: "return_freight_expense"
    rl-freight: 12
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Document
from returnledger.facts import Facts
from returnledger.freight import CHARGED, account_of_charge, freight_tax
from returnledger.legs import Leg, customer
from returnledger.roles import Role


def charge_freight(facts: Facts, document: Document) -> Iterator[Leg]:
    """Yield what the customer is charged, as less expense or as revenue with its tax."""
    if not document.freight:
        return
    role, account = account_of_charge(facts)
    tax = freight_tax(facts, document.freight)
    said = {CHARGED: document.freight}
    yield Leg(role.value, account, tax - document.freight, document.currency, item=said, pile=CHARGED)
    if tax:
        vat = Role.OUTPUT_VAT
        line = facts.line
        accounts = [part.account for part in line.parts if part.role is vat] if line is not None else []
        own = accounts[0] if accounts else facts.settings.account_for(vat)
        yield Leg(vat.value, own, -tax, document.currency, pile=CHARGED)
    yield customer(facts, document.freight)
