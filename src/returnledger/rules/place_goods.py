"""Moves goods of a case to the place of what is to be done with them, at the cost of their lots.

What they were written down stays with them.

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
- {dispose: R-1, id: D-1, date: 2026-11-05, disposition: return_to_supplier}
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
  Assets:Inventory-Hold                                     -1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory_hold"
    rl-line: "1"
    rl-condition: "damaged"
    rl-disposition: "hold"
  Assets:Inventory-Defective                                 1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory_defective"
    rl-line: "1"
    rl-sku: "MUG"
    rl-disposed: 1
    rl-condition: "damaged"
    rl-disposition: "return_to_supplier"
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.moves import Moved, destination, key_of, out, told
from returnledger.worth import worth_legs, worth_of


def place_goods(facts: Facts, moves: Sequence[Moved]) -> Iterator[Leg]:
    """Yield each pile out of its account and in to the one of its disposition, written down to what it will fetch."""
    for moved in moves:
        assert moved.to is not None
        yield out(facts, moved)
        role, account = destination(facts, moved)
        pile, said = moved.pile, told(moved, moved.to)
        worth = worth_of(facts, moved, moved.amount, pile.lot)
        units = None if pile.lot is None else moved.units
        commodity = None if pile.lot is None else pile.commodity
        yield Leg(
            role.value, account, worth.amount, moved.currency, pile.line, commodity, units, worth.lot, said,
            pile=key_of(moved),
        )  # fmt: skip
        yield from worth_legs(facts, moved, worth, moved.condition)
