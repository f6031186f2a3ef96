"""Proposes to scrap goods of a case: their cost leaves stock and waits on an account of its own until it is approved.

What was written down leaves the books with the goods. Input tax on goods that bad management spoiled may not be deducted
any more and belongs to the loss.

```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```
```posted
- {return: SO-1, id: R-1, date: 2026-11-02, reason: defective, condition: damaged}
```
```yaml
- {dispose: R-1, id: D-1, date: 2026-11-05, disposition: scrap, stage: proposed}
```
```beancount
2026-11-05 * "Ann" "Disposal of goods of SO-1: 1 MUG" #dispose ^R-1 ^inv-SO-1
  rl-id: "D-1"
  rl-kind: "dispose"
  rl-step: 2
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  rl-stage: "proposed"
  Assets:Inventory-Hold                                     -1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory_hold"
    rl-line: "1"
    rl-condition: "damaged"
    rl-disposition: "hold"
  Assets:Pending-Asset-Loss                              60.00 CNY
    rl-role: "pending_asset_loss"
    rl-line: "1"
    rl-sku: "MUG"
    rl-disposed: 1
    rl-condition: "damaged"
    rl-disposition: "scrap"
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.moves import Moved
from returnledger.roles import Role
from returnledger.scrapping import scrapped


def propose_scrap(facts: Facts, moves: Sequence[Moved]) -> Iterator[Leg]:
    """Yield the goods out of stock, and what is lost with them on the account of losses that wait for approval."""
    yield from scrapped(facts, moves, Role.PENDING_ASSET_LOSS, keep=True)
