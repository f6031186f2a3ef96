"""Leaves goods that were credited with the customer: their cost, which waited for them to come, is cost of goods sold again.

```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```
```posted
- {credit_note: SO-1, id: R-1, date: 2026-11-02}
```
```yaml
- {dispose: R-1, id: D-1, date: 2026-11-20, disposition: customer_keeps}
```
```beancount
2026-11-20 * "Ann" "Disposal of goods of SO-1: 1 MUG" #dispose ^R-1 ^inv-SO-1
  rl-id: "D-1"
  rl-kind: "dispose"
  rl-step: 2
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  Assets:Return-Asset                                   -60.00 CNY
    rl-role: "return_asset"
    rl-line: "1"
  Expenses:COGS                                          60.00 CNY
    rl-role: "cogs"
    rl-line: "1"
    rl-sku: "MUG"
    rl-absent: 1
    rl-disposition: "customer_keeps"
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from returnledger.absent import Absent, awaited
from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.proceeds import cost_of_line
from returnledger.roles import Role
from returnledger.terms import Disposition


def leave_with_customer(facts: Facts, absent: Sequence[Absent]) -> Iterator[Leg]:
    """Yield the cost that waited for goods to come, back to cost of goods sold."""
    for each in absent:
        yield awaited(facts, each)
        said = each.told(Disposition.CUSTOMER_KEEPS)
        account = cost_of_line(facts, each.line)
        yield Leg(Role.COGS.value, account, each.amount, each.currency, each.line, item=said)
