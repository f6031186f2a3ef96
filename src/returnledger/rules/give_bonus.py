"""Adds the bonus that the policy grants for taking store credit; it lowers revenue.

```policy
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window: {default: {days: 7, from: delivered}}
refunds:
  - {id: credit, when: {}, methods: [original, store_credit], bonus_percent: 5}
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
- {return: SO-1, id: R-1, date: 2026-11-02, method: store_credit}
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
  Income:Sales                                            5.65 CNY
    rl-role: "revenue"
  Liabilities:Output-VAT                                 13.00 CNY
    rl-role: "output_vat"
    rl-line: "1"
  Assets:Inventory-Hold                                      1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory_hold"
    rl-line: "1"
    rl-sku: "MUG"
    rl-qty: 1
    rl-condition: "unknown"
    rl-disposition: "hold"
  Expenses:COGS                                         -60.00 CNY
    rl-role: "cogs"
    rl-line: "1"
  Liabilities:Store-Credit                             -118.65 CNY
    rl-role: "store_credit_liability"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Document
from returnledger.facts import Facts
from returnledger.legs import Leg, money_leg
from returnledger.roles import Role


def give_bonus(facts: Facts, document: Document) -> Iterator[Leg]:
    """Yield the bonus as a debit of revenue and a credit of the store credit."""
    if not document.bonus:
        return
    exchange = document.order.exchange
    weight = document.bonus if exchange is None else exchange.today(document.bonus)
    yield Leg(Role.REVENUE.value, facts.revenue_account, weight, document.currency)
    role = Role.STORE_CREDIT_LIABILITY
    yield money_leg(role, facts.settings.account_for(role), -document.bonus, -weight, document)
