"""Books what somebody pays of the cost of a return: first what is claimed of them, then less of what it cost.

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
- {supplier_return: R-1, id: S-1, date: 2026-11-09, supplier: Pottery, sku: MUG, expect: 55.00, tax_rate: 0.13}
```
```yaml
- {recovery: R-1, id: C-1, date: 2026-11-30, party: supplier, amount: 62.15}
```
```beancount
2026-11-30 * "Ann" "Recovery on SO-1" #recovery ^R-1 ^inv-SO-1
  rl-id: "C-1"
  rl-kind: "recovery"
  rl-step: 3
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  Assets:Bank                                            62.15 CNY
    rl-role: "cash_bank"
  Assets:Supplier-Claims                                -62.15 CNY
    rl-role: "supplier_claim"
    rl-line: "1"
    rl-party: "supplier"
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from returnledger.claims import Recovered
from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.proceeds import received_on
from returnledger.roles import Role


def recover(facts: Facts, parts: Sequence[Recovered]) -> Iterator[Leg]:
    """Yield what came in, and the claims or losses that it settles."""
    for part in parts:
        yield Leg(
            part.role, part.account, -part.amount, part.currency, part.line or None, item=part.said, pile=part.party
        )
        yield Leg(Role.CASH_BANK.value, received_on(facts), part.amount, part.currency)
