"""Approves what was proposed to be scrapped: material that is kept and what others are charged come off, the rest is a loss.

Ordinary losses and those of bad management are an expense of administration; a disaster, and any loss of a small
enterprise under its own standard, is a non-operating loss.

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
- {dispose: R-1, id: D-1, date: 2026-11-05, disposition: scrap, stage: proposed}
```
```yaml
- {dispose: R-1, id: D-2, date: 2026-11-20, stage: approved, salvage: 5.00, charge: [{party: keeper, amount: 20.00}]}
```
```beancount
2026-11-20 * "Ann" "Disposal of goods of SO-1" #dispose ^R-1 ^inv-SO-1
  rl-id: "D-2"
  rl-kind: "dispose"
  rl-step: 3
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  rl-stage: "approved"
  Assets:Pending-Asset-Loss                             -60.00 CNY
    rl-role: "pending_asset_loss"
    rl-line: "1"
  Assets:Scrap-Materials                                  5.00 CNY
    rl-role: "scrap_materials"
  Assets:Other-Receivable                                20.00 CNY
    rl-role: "other_receivable"
    rl-party: "keeper"
  Expenses:Administration                                35.00 CNY
    rl-role: "admin_expense"
    rl-line: "1"
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.losses import Loss, loss_legs, loss_role
from returnledger.roles import Role


def approve_scrap(facts: Facts, losses: Sequence[Loss]) -> Iterator[Leg]:
    """Yield the losses that wait for approval, turned round, and who bears them."""
    role = Role.PENDING_ASSET_LOSS
    for loss in losses:
        yield Leg(role.value, facts.settings.account_for(role), -loss.amount, loss.currency, loss.line)
    yield from loss_legs(facts, losses, loss_role(facts, approved=True))
