"""Writes off goods that were credited and never came in: what the carrier or somebody else is charged comes off the loss.

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
- {dispose: R-1, id: D-1, date: 2026-11-20, disposition: missing, charge: [{party: carrier, amount: 40.00}]}
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
  Expenses:Scrap-Loss                                    20.00 CNY
    rl-role: "scrap_loss"
    rl-line: "1"
    rl-sku: "MUG"
    rl-absent: 1
    rl-disposition: "missing"
  Assets:Return-Asset                                   -60.00 CNY
    rl-role: "return_asset"
    rl-line: "1"
  Assets:Other-Receivable                                40.00 CNY
    rl-role: "other_receivable"
    rl-party: "carrier"
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from returnledger.absent import Absent, awaited
from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.losses import Loss, loss_legs, loss_role
from returnledger.terms import Disposition


def lose_on_the_way(facts: Facts, absent: Sequence[Absent]) -> Iterator[Leg]:
    """Yield the cost that waited for goods to come, and who bears its loss."""
    losses = []
    for each in absent:
        yield awaited(facts, each)
        losses.append(Loss(each.line, each.currency, each.amount, each.told(Disposition.MISSING)))
    yield from loss_legs(facts, losses, loss_role(facts, approved=False))
