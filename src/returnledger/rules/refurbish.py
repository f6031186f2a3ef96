"""Makes returned units good for sale again: what that costs is an expense, or is added to the cost of the lot.

Added to the lot (`capitalise: true`), the units leave at their old cost and come in at the new one, under the old date
and a label that names the case. Where an item says what they will sell for (`value`, less `selling_cost`), they are
written down to it, or earlier write-downs are taken back as far as it goes; never above cost
(IAS 2.33, Accounting Standard for Business Enterprises No. 1, article 19).

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
- {refurbish: R-1, id: B-1, date: 2026-11-09, sku: MUG, refurbishing_cost: 8.00, result: opened, capitalise: true}
```
```beancount
2026-11-09 * "Ann" "Refurbished from SO-1: 1 MUG" #refurbish ^R-1 ^inv-SO-1
  rl-id: "B-1"
  rl-kind: "refurbish"
  rl-step: 2
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  Assets:Inventory-OpenBox                                   1 MUG {68.00 CNY, 2026-01-05, "R-1"}
    rl-role: "inventory_open_box"
    rl-line: "1"
    rl-sku: "MUG"
    rl-disposed: 1
    rl-condition: "opened"
    rl-disposition: "restock_open_box"
  Assets:Inventory-Hold                                     -1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory_hold"
    rl-line: "1"
    rl-condition: "damaged"
    rl-disposition: "hold"
  Assets:Bank                                            -8.00 CNY
    rl-role: "cash_bank"
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.money import average
from returnledger.moves import Moved, destination, key_of, out, told
from returnledger.roles import Role
from returnledger.terms import Condition
from returnledger.worth import worth_legs, worth_of


@dataclass(frozen=True, slots=True)
class Bettered:
    """Units that were refurbished: what it cost of them, their condition afterwards, and what paid for it."""

    moved: Moved
    spent: Decimal
    result: Condition
    paid_role: str
    paid_from: str


def refurbish(facts: Facts, bettered: Sequence[Bettered]) -> Iterator[Leg]:
    """Yield the units to their new place, what was spent on them, and what their worth makes of the allowance."""
    capitalise = facts.event.body.capitalise  # type: ignore[attr-defined]
    for each in bettered:
        moved = each.moved
        assert moved.to is not None
        yield out(facts, moved)
        pile, (role, account) = moved.pile, destination(facts, moved)
        lot, amount = pile.lot, moved.amount
        if capitalise and each.spent:
            amount += each.spent
            if lot is not None:
                label = facts.now.id if facts.now else lot.label
                lot = replace(lot, number=lot.number + average(each.spent, moved.units), label=label)
        elif each.spent:
            expense = Role.REFURBISHMENT_EXPENSE
            yield Leg(expense.value, facts.settings.account_for(expense), each.spent, moved.currency, pile.line)
        if each.spent:
            yield Leg(each.paid_role, each.paid_from, -each.spent, moved.currency)
        worth = worth_of(facts, moved, amount, lot)
        said = {**told(moved, moved.to), "condition": each.result.value}
        units, commodity = (None, None) if lot is None else (moved.units, pile.commodity)
        key = key_of(moved)
        yield Leg(
            role.value, account, worth.amount, moved.currency, pile.line, commodity, units, worth.lot, said, pile=key
        )
        yield from worth_legs(facts, moved, worth, each.result.value)
