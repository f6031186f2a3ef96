"""Changes the fee of units that were credited before they were looked at, as the reason that the inspection found decides.

What was kept and should not have been goes back: off what is still owed, else it becomes payable. What should have been kept
and was not comes off what is payable; where that is paid, the customer owes it. Here a mug was sent back because the customer
changed their mind, and the inspection finds that it is defective.

```policy
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window: {default: {days: 60, from: sold}}
fees:
  - {id: ours, when: {fault: merchant}, percent: 0}
  - {id: theirs, when: {}, percent: 10}
```
```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```
```posted
- {credit_note: SO-1, id: R-1, date: 2026-11-01, sku: MUG, qty: 1, reason: changed_mind}
- {receive: R-1, id: C-1, date: 2026-11-03}
```
```yaml
- {inspect: R-1, id: I-1, date: 2026-11-04, found: defective, condition: defective}
```
```beancount
2026-11-04 * "Ann" "Inspection of SO-1: 1 MUG (defective)" #inspect ^R-1 ^inv-SO-1
  rl-id: "I-1"
  rl-kind: "inspect"
  rl-step: 3
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  rl-found: "defective"
  Liabilities:Output-VAT                                  1.30 CNY
    rl-role: "output_vat"
    rl-line: "1"
    rl-found: "defective"
  Income:Restocking-Fees                                 10.00 CNY
    rl-role: "restocking_fee_revenue"
    rl-line: "1"
    rl-found: "defective"
  Assets:Inventory-Inspection                               -1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory_inspection"
    rl-line: "1"
  Assets:Inventory-Hold                                      1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory_hold"
    rl-line: "1"
    rl-sku: "MUG"
    rl-inspected: 1
    rl-reason: "defective"
    rl-condition: "defective"
    rl-disposition: "hold"
  Liabilities:Refund-Payable                            -11.30 CNY
    rl-role: "refund_payable"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.money import shares
from returnledger.owing import customer_gets, customer_owes
from returnledger.refeeing import FOUND, FeeChange
from returnledger.roles import Role


def change_fee(facts: Facts, change: FeeChange) -> Iterator[Leg]:
    """Yield what is kept more or less as revenue and tax, and what the customer gets less or more."""
    line, sale, settings = facts.line, facts.sale, facts.settings
    assert line is not None and sale is not None
    said = {FOUND: facts.reason.value} if facts.reason else None
    role = Role.RESTOCKING_FEE_REVENUE
    if change.net:
        yield Leg(role.value, change.account, -change.net, sale.currency, line.line, item=said, pile=FOUND)
    taxes = [part for part in line.parts if part.role is Role.OUTPUT_VAT]
    accounts = [part.account for part in taxes] or [settings.account_for(Role.OUTPUT_VAT)]
    weights = [-part.amount for part in taxes] or [abs(change.tax)]
    for account, tax in zip(accounts, shares(change.tax, weights, sale.decimals), strict=True):
        if tax:
            yield Leg(Role.OUTPUT_VAT.value, account, -tax, sale.currency, line.line, item=said, pile=FOUND)
    if change.amount > 0:
        yield from customer_owes(facts, change.amount)
    elif change.amount:
        yield from customer_gets(facts, -change.amount)
