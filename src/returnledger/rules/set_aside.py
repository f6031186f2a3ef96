"""Sets units aside that cannot be sold as they are: on hold, or waiting for repair, the supplier or scrap.

They keep the cost of their lot, in the sibling account of what is to be done with them.

```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```
```yaml
- {return: SO-1, id: R-1, date: 2026-11-02, reason: damaged_in_transit, condition: damaged, disposition: hold}
```
```beancount
2026-11-02 * "Ann" "Return of SO-1: 1 MUG (damaged in transit)" #return ^R-1 ^inv-SO-1
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
  Assets:Inventory-Hold                                      1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory_hold"
    rl-line: "1"
    rl-sku: "MUG"
    rl-qty: 1
    rl-reason: "damaged_in_transit"
    rl-condition: "damaged"
    rl-disposition: "hold"
  Expenses:COGS                                         -60.00 CNY
    rl-role: "cogs"
    rl-line: "1"
  Liabilities:Refund-Payable                           -113.00 CNY
    rl-role: "refund_payable"
  Liabilities:Refund-Payable                            113.00 CNY
    rl-role: "refund_payable"
  Assets:Bank                                          -113.00 CNY
    rl-role: "cash_bank"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.legs import Leg, stock_legs


def set_aside(facts: Facts, decision: Decision) -> Iterator[Leg]:
    """Yield the units by lot into the account of their disposition, and cost of goods out of expense."""
    yield from stock_legs(facts, decision)
