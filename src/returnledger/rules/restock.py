"""Puts good units back at the cost of the lot they were sold from, against the cost of goods as it was booked.

They go to the account they were sold from where that changes no booked lot, else to its sibling for returned goods.
Here three units of two lots were sold; the newest lot comes back first.

```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            339.00 CNY
  Income:Sales                          -300.00 CNY
  Liabilities:Output-VAT                 -39.00 CNY
  Expenses:COGS                          185.00 CNY
  Assets:Inventory:MUG                       -2 MUG {60.00 CNY, 2026-01-05}
  Assets:Inventory:MUG                       -1 MUG {65.00 CNY, 2026-03-02}
```
```yaml
- {return: SO-1, id: R-1, date: 2026-11-02, sku: MUG, qty: 2, condition: new}
```
```beancount
2026-11-02 * "Ann" "Return of SO-1: 2 MUG" #return ^R-1 ^inv-SO-1
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
  Income:Sales-Returns                                  200.00 CNY
    rl-role: "sales_returns"
    rl-line: "1"
  Liabilities:Output-VAT                                 26.00 CNY
    rl-role: "output_vat"
    rl-line: "1"
  Assets:Inventory:MUG                                       1 MUG {65.00 CNY, 2026-03-02}
    rl-role: "inventory"
    rl-line: "1"
    rl-sku: "MUG"
    rl-qty: 2
    rl-condition: "new"
    rl-disposition: "restock"
  Assets:Inventory:MUG                                       1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory"
    rl-line: "1"
  Expenses:COGS                                        -125.00 CNY
    rl-role: "cogs"
    rl-line: "1"
  Liabilities:Refund-Payable                           -226.00 CNY
    rl-role: "refund_payable"
  Liabilities:Refund-Payable                            226.00 CNY
    rl-role: "refund_payable"
  Assets:Bank                                          -226.00 CNY
    rl-role: "cash_bank"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.legs import Leg, stock_legs


def restock(facts: Facts, decision: Decision) -> Iterator[Leg]:
    """Yield the units by lot into stock and cost of goods out of expense."""
    yield from stock_legs(facts, decision)
