"""Takes units into stock that a count found and the books don't have, against the account of pending losses.

They are taken to be of the newest lot of the goods that was there; a `cost` on the count makes a lot of the day. Once it is
approved, by `dispose` with `stage: approved`, it makes what was lost less.

```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            226.00 CNY
  Income:Sales                          -200.00 CNY
  Liabilities:Output-VAT                 -26.00 CNY
  Expenses:COGS                          120.00 CNY
  Assets:Inventory                           -2 MUG {60.00 CNY, 2026-01-05}
```
```posted
- {return: SO-1, id: R-1, date: 2026-11-02, qty: 1, reason: defective, condition: damaged}
```
```yaml
- {stocktake: Assets:Inventory-Hold, id: S-1, date: 2026-11-30, counts: [{sku: MUG, qty: 2}], post: true}
```
```beancount
2026-11-30 * "Count of Assets:Inventory-Hold" #stocktake ^S-1
  rl-id: "S-1"
  rl-kind: "stocktake"
  rl-step: 1
  rl-case: "S-1"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  rl-counted: "MUG 2 of 1"
  Assets:Inventory-Hold                                      1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory_hold"
    rl-line: "1"
    rl-sku: "MUG"
    rl-surplus: 1
  Assets:Pending-Asset-Loss                             -60.00 CNY
    rl-role: "pending_asset_loss"
    rl-line: "1"
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from returnledger.counting import Found
from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.roles import Role


def count_in(facts: Facts, found: Sequence[Found]) -> Iterator[Leg]:
    """Yield units in to stock at the cost of their lot, and what that is worth, waiting for approval."""
    role = Role.PENDING_ASSET_LOSS
    for n, each in enumerate(found, start=1):
        item: dict[str, str | Decimal] = {"sku": each.sku, "surplus": each.units}
        if each.condition:
            item["condition"] = each.condition
        line, lot = str(n), each.lot
        yield Leg(each.role, each.account, each.amount, lot.currency, line, each.commodity, each.units, lot, item)
        yield Leg(role.value, facts.settings.account_for(role), -each.amount, lot.currency, line)
