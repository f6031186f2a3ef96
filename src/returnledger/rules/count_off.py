"""Takes units that a count did not find out of stock: their cost waits on an account of its own until it is approved.

What was written down on them leaves the books with them. Where bad management lost them, their input tax may not be deducted
any more and is lost as well. `dispose` with `stage: approved` decides who bears the loss: of one case, or of all that the
count found.

```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            226.00 CNY
  Income:Sales                          -200.00 CNY
  Liabilities:Output-VAT                 -26.00 CNY
  Expenses:COGS                          120.00 CNY
  Assets:Inventory                           -2 MUG {60.00 CNY, 2026-01-05}
```
```posted
- {return: SO-1, id: R-1, date: 2026-11-02, qty: 2, reason: defective, condition: damaged}
```
```yaml
- stocktake: Assets:Inventory-Hold
  id: S-1
  date: 2026-11-30
  counts: [{sku: MUG, qty: 1}]
  post: true
  cause: mismanagement
  input_vat: 7.80
```
```beancount
2026-11-30 custom "returnledger" "stocktake"
  rl-id: "S-1"
  rl-kind: "stocktake"
  rl-step: 1
  rl-case: "S-1"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  rl-counted: "MUG 1 of 2"

2026-11-30 * "Ann" "Count of SO-1: 1 MUG" #stocktake ^R-1 ^inv-SO-1
  rl-id: "S-1"
  rl-kind: "stocktake"
  rl-step: 2
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-source: "…"
  rl-decision: "…"
  rl-count: "S-1"
  rl-cause: "mismanagement"
  Assets:Inventory-Hold                                     -1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory_hold"
    rl-line: "1"
    rl-condition: "damaged"
    rl-disposition: "hold"
  Assets:Pending-Asset-Loss                              67.80 CNY
    rl-role: "pending_asset_loss"
    rl-line: "1"
    rl-sku: "MUG"
    rl-disposed: 1
    rl-condition: "damaged"
    rl-disposition: "missing"
  Liabilities:Input-VAT-Transfer-Out                     -7.80 CNY
    rl-role: "input_vat_transfer_out"
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from returnledger.facts import Facts
from returnledger.lacking import Lacking
from returnledger.legs import Leg
from returnledger.money import ZERO
from returnledger.moves import key_of, out, released, told
from returnledger.roles import Role
from returnledger.terms import Disposition


def count_off(facts: Facts, lacking: Sequence[Lacking]) -> Iterator[Leg]:
    """Yield units out of stock with what was written down on them, input tax, and what is lost, waiting for approval."""
    pending, vat = Role.PENDING_ASSET_LOSS, Role.INPUT_VAT_TRANSFER_OUT
    for n, each in enumerate(lacking):
        said: dict[str, str | Decimal] = {"sku": each.sku, "disposed": each.units}
        said["disposition"] = Disposition.MISSING.value
        line, key = None, str(n)
        if each.moved is not None:
            yield out(facts, each.moved)
            yield from released(facts, each.moved)
            said, line, key = told(each.moved, Disposition.MISSING), each.moved.pile.line, key_of(each.moved)
        else:
            units, lot = -each.units, each.lot
            yield Leg(each.role, each.account, -each.amount, each.currency, None, each.commodity, units, lot)
        account = facts.settings.account_for(pending)
        yield Leg(pending.value, account, each.lost, each.currency, line, item=said, pile=key)
    tax = sum((each.tax for each in lacking), ZERO)
    if tax:
        yield Leg(vat.value, facts.settings.account_for(vat), -tax, lacking[0].currency)
