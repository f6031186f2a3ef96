"""Puts good returned units away: from where they wait back to the account they are sold from, at the lot they were sold from.

That is done on a day on which it changes the cost of no sale that is booked.

```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```
```posted
- {return: SO-1, id: R-1, date: 2026-11-02, condition: opened, disposition: hold}
- {dispose: R-1, id: D-1, date: 2026-11-03, disposition: restock}
```
```yaml
- {put_away: R-1, id: A-1, date: 2026-11-05}
```
```beancount
2026-11-05 * "Ann" "Put away from SO-1: 1 MUG" #put_away ^R-1 ^inv-SO-1
  rl-id: "A-1"
  rl-kind: "put_away"
  rl-step: 3
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  Assets:Inventory                                           1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory"
    rl-line: "1"
    rl-sku: "MUG"
    rl-disposed: 1
    rl-condition: "opened"
    rl-disposition: "restock"
  Assets:Inventory-Returned                                 -1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory_returned"
    rl-line: "1"
    rl-condition: "opened"
    rl-disposition: "restock"
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.moves import Moved, key_of, out, selling_account, told
from returnledger.roles import Role
from returnledger.terms import Disposition


def put_away(facts: Facts, moves: Sequence[Moved]) -> Iterator[Leg]:
    """Yield each pile out of its account and in to the one that its goods are sold from."""
    role = Role.INVENTORY
    for moved in moves:
        yield out(facts, moved)
        pile, said = moved.pile, told(moved, Disposition.RESTOCK)
        units = None if pile.lot is None else moved.units
        commodity = None if pile.lot is None else pile.commodity
        account = selling_account(facts, pile)
        yield Leg(
            role.value, account, moved.amount, moved.currency, pile.line, commodity, units, pile.lot, said,
            pile=key_of(moved),
        )  # fmt: skip
