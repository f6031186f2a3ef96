"""Swaps goods for others of the same price: what comes back and what goes out are booked at the cost of their lots.

No revenue moves; what the replacement costs more or less is cost of goods sold. It stands under the line of the sale and
can come back itself, at the price of that line.

```beancount
2026-10-20 * "Works" "Purchase"
  Assets:Inventory                             1 MUG {62.00 CNY, 2026-10-20}
  Equity:Opening

2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                            -1 MUG {60.00 CNY, 2026-01-05}
```
```yaml
- {exchange: SO-1, id: X-1, date: 2026-11-02, reason: changed_mind, condition: new}
```
```beancount
2026-11-02 * "Ann" "Exchange on SO-1: 1 MUG (changed mind)" #exchange ^X-1 ^inv-SO-1
  rl-id: "X-1"
  rl-kind: "exchange"
  rl-step: 1
  rl-case: "X-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  rl-window-end: 2026-11-02
  rl-as: "like_for_like"
  Assets:Inventory                                           1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory"
    rl-line: "1"
    rl-sku: "MUG"
    rl-exchanged: 1
    rl-reason: "changed_mind"
    rl-condition: "new"
    rl-disposition: "restock"
  Assets:Inventory                                          -1 MUG {62.00 CNY, 2026-10-20}
    rl-role: "inventory"
    rl-line: "1"
  Expenses:COGS                                           2.00 CNY
    rl-role: "cogs"
    rl-line: "1"
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.legs import Leg, stock_legs
from returnledger.money import ZERO, round_to
from returnledger.proceeds import cost_of_line
from returnledger.roles import Role
from returnledger.rows import LotUnits


def swap_goods(facts: Facts, decision: Decision, out: Sequence[LotUnits]) -> Iterator[Leg]:
    """Yield goods in and out, and what the ones cost more than the others."""
    sale, line = facts.sale, facts.line
    assert sale is not None and line is not None
    cost = ZERO
    for leg in stock_legs(facts, decision):
        if leg.lot is None or leg.units is None or leg.units < 0:
            continue
        item = None if leg.item is None else {("exchanged" if k == "qty" else k): v for k, v in leg.item.items()}
        cost -= leg.amount
        yield replace(leg, item=item)
    currency = sale.currency
    for lot in out:
        weight = round_to(Fraction(lot.lot.number) * Fraction(lot.units), sale.decimals)
        currency, cost = lot.lot.currency, cost + weight
        role = Role.INVENTORY.value
        yield Leg(role, lot.account, -weight, currency, line.line, lot.commodity, -lot.units, lot.lot)
    if cost:
        yield Leg(Role.COGS.value, cost_of_line(facts, line.line), cost, currency, line.line)
