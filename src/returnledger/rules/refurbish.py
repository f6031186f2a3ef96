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
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.lot import Lot
from returnledger.money import average, places, quantum, round_to
from returnledger.moves import Moved, destination, key_of, out, told
from returnledger.roles import Role
from returnledger.terms import Condition
from returnledger.worth import Worth, worth_legs, worth_of


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
        pile, amount = moved.pile, moved.amount
        lots = [(moved.units, pile.lot)]
        if capitalise and each.spent:
            amount += each.spent
            lots = list(_dearer(facts, pile.lot, moved.units, each.spent)) if pile.lot is not None else lots
        elif each.spent:
            expense = Role.REFURBISHMENT_EXPENSE
            yield Leg(expense.value, facts.settings.account_for(expense), each.spent, moved.currency, pile.line)
        if each.spent:
            yield Leg(each.paid_role, each.paid_from, -each.spent, moved.currency)
        worth = worth_of(facts, moved, amount, lots[0][1])
        if worth.lot != lots[0][1]:
            lots = [(moved.units, worth.lot)]
        yield from _placed(facts, each, lots, worth)
        yield from worth_legs(facts, moved, worth, each.result.value)


def _dearer(facts: Facts, lot: Lot, units: Decimal, spent: Decimal) -> Iterator[tuple[Decimal, Lot]]:
    """Yield the lot with what was spent on its units: of whole units each bears whole cents, some of them one more."""
    label = facts.now.id if facts.now else lot.label
    by_unit, cent = average(spent, units), quantum(facts.decimals)
    if places(by_unit) <= facts.decimals or units != int(units):
        yield units, replace(lot, number=lot.number + by_unit, label=label)
        return
    least = by_unit.quantize(cent, ROUND_DOWN)
    more = Decimal(int((spent - least * units) / cent))
    for number, of in ((least, units - more), (least + cent, more)):
        if of:
            yield of, replace(lot, number=lot.number + number, label=label)


def _placed(facts: Facts, each: Bettered, lots: Sequence[tuple[Decimal, Lot | None]], worth: Worth) -> Iterator[Leg]:
    """Yield the units in their new place, lot by lot; the first posting says what they are."""
    moved, (role, account) = each.moved, destination(facts, each.moved)
    assert moved.to is not None
    line, key = moved.pile.line, key_of(moved)
    said = {**told(moved, moved.to), "condition": each.result.value}
    for n, (units, lot) in enumerate(lots):
        item = said if n == 0 else None
        if lot is None:
            yield Leg(role.value, account, worth.amount, moved.currency, line, item=item, pile=key)
            continue
        amount = worth.amount if len(lots) == 1 else round_to(Fraction(lot.number) * Fraction(units), facts.decimals)
        commodity = moved.pile.commodity
        yield Leg(role.value, account, amount, moved.currency, line, commodity, units, lot, item, pile=key)
