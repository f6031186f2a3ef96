"""Keeps a restocking fee from what the customer gets back, with its tax.

The policy's row says how much and how it is taxed; a fee typed on the event includes its tax, at the rate of the sale.
A fee of the whole order (`per: order`) is kept once, however its return is split: the entry says in `rl-order-fees` what
each row kept, and of how much.

```policy
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window: {default: {days: 7, from: delivered}}
fees:
  - {id: opened, when: {condition: opened}, percent: 10}
  - {id: none, when: {}, percent: 0}
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
- {return: SO-1, id: R-1, date: 2026-11-02, condition: opened}
```
```beancount
2026-11-02 * "Ann" "Return of SO-1: 1 MUG" #return ^R-1 ^inv-SO-1
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
  rl-window-end: 2026-11-02
  Income:Sales-Returns                                  100.00 CNY
    rl-role: "sales_returns"
    rl-line: "1"
  Liabilities:Output-VAT                                 13.00 CNY
    rl-role: "output_vat"
    rl-line: "1"
  Liabilities:Output-VAT                                 -1.30 CNY
    rl-role: "output_vat"
    rl-line: "1"
  Income:Restocking-Fees                                -10.00 CNY
    rl-role: "restocking_fee_revenue"
    rl-line: "1"
  Assets:Inventory-Hold                                      1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory_hold"
    rl-line: "1"
    rl-sku: "MUG"
    rl-qty: 1
    rl-condition: "opened"
    rl-disposition: "hold"
  Expenses:COGS                                         -60.00 CNY
    rl-role: "cogs"
    rl-line: "1"
  Liabilities:Refund-Payable                           -101.70 CNY
    rl-role: "refund_payable"
  Liabilities:Refund-Payable                            101.70 CNY
    rl-role: "refund_payable"
  Assets:Bank                                          -101.70 CNY
    rl-role: "cash_bank"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.legs import Leg, customer
from returnledger.money import shares
from returnledger.roles import Role


def keep_fee(facts: Facts, decision: Decision) -> Iterator[Leg]:
    """Yield the fee as revenue and tax, charged to the customer."""
    line, sale, settings = facts.line, facts.sale, facts.settings
    assert line is not None and sale is not None
    if not decision.fee:
        return
    account = settings.account_for(Role.RESTOCKING_FEE_REVENUE)
    yield Leg(Role.RESTOCKING_FEE_REVENUE.value, account, decision.fee_tax - decision.fee, sale.currency, line.line)
    taxes = [part for part in line.parts if part.role is Role.OUTPUT_VAT]
    accounts = [part.account for part in taxes] or [settings.account_for(Role.OUTPUT_VAT)]
    weights = [-part.amount for part in taxes] or [decision.fee_tax]
    for tax_account, tax in zip(accounts, shares(decision.fee_tax, weights, sale.decimals), strict=True):
        if tax:
            yield Leg(Role.OUTPUT_VAT.value, tax_account, -tax, sale.currency, line.line)
    yield customer(facts, decision.fee)
