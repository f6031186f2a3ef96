"""Takes the revenue and the tax of returned goods back, in the customer's favour.

The amounts are the line's own: its share of revenue, discounts and tax as the sale booked them. With a contra account
for returns the net goes there, else to the revenue account of the sale. Here one of two units comes back, and the
customer has not paid yet.

```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Receivable                      226.00 CNY
  Income:Sales                          -200.00 CNY
  Liabilities:Output-VAT                 -26.00 CNY
  Expenses:COGS                          120.00 CNY
  Assets:Inventory                           -2 MUG {60.00 CNY, 2026-01-05}
```
```yaml
- {return: SO-1, id: R-1, date: 2026-11-02, sku: MUG, qty: 1, reason: changed_mind, condition: new}
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
  rl-window-end: 2026-11-02
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
  Assets:Receivable                                    -113.00 CNY
    rl-role: "accounts_receivable"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.legs import Leg, customer, money_legs


def credit(facts: Facts, decision: Decision) -> Iterator[Leg]:
    """Yield debits of revenue and tax for one item, and what they are worth to the customer."""
    yield from money_legs(facts, decision, kept=False)
    yield customer(facts, -facts.gross)
