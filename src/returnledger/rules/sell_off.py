"""Sells goods of a case off, or as scrap: a sale of its own with its tax, never netted against a loss.

Their cost, less what was written down, is cost of goods sold.

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
- {dispose: R-1, id: D-1, date: 2026-11-05, disposition: liquidate, proceeds: 33.90, tax_rate: 0.13}
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
  Income:Other-Revenue                                  -30.00 CNY
    rl-role: "other_revenue"
  Liabilities:Output-VAT                                 -3.90 CNY
    rl-role: "output_vat"
  Assets:Inventory-Hold                                     -1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory_hold"
    rl-line: "1"
    rl-condition: "damaged"
    rl-disposition: "hold"
  Expenses:COGS                                          60.00 CNY
    rl-role: "cogs"
    rl-line: "1"
    rl-sku: "MUG"
    rl-disposed: 1
    rl-condition: "damaged"
    rl-disposition: "liquidate"
  Assets:Bank                                            33.90 CNY
    rl-role: "cash_bank"
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.moves import Moved, key_of, out, released, told
from returnledger.proceeds import brought, cost_account, received_on, tax_account
from returnledger.roles import Role
from returnledger.terms import Disposition


def sell_off(facts: Facts, moves: Sequence[Moved]) -> Iterator[Leg]:
    """Yield the proceeds with their tax, the goods out of stock, and their cost."""
    role, cost = Role.OTHER_REVENUE, Role.COGS
    for moved in moves:
        yield out(facts, moved)
        yield from released(facts, moved)
        said = told(moved, moved.to or Disposition.LIQUIDATE)
        amount, account = moved.amount - moved.allowance, cost_account(facts, moved)
        yield Leg(cost.value, account, amount, moved.currency, moved.pile.line, item=said, pile=key_of(moved))
    proceeds, tax, currency = brought(facts, moves)
    if proceeds:
        yield Leg(Role.CASH_BANK.value, received_on(facts), proceeds, currency)
        yield Leg(role.value, facts.settings.account_for(role), tax - proceeds, currency)
    if tax:
        yield Leg(Role.OUTPUT_VAT.value, tax_account(facts, moves[0]), -tax, currency)
