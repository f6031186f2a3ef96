"""Gives goods of a case that nobody credited back to the customer: repaired, or refused after all.

They leave as they came, against returns clearing; what they were written down is taken back. Of goods that were credited
the credit is voided first.

```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```
```policy
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window: {default: {days: 30, from: sold}}
dispositions: {defective: {to: repair_and_return}}
```
```posted
- {receive: SO-1, id: R-1, date: 2026-11-01, reason: defective}
- {inspect: R-1, id: I-1, date: 2026-11-02, condition: defective}
```
```yaml
- {dispose: R-1, id: D-1, date: 2026-11-09}
```
```beancount
2026-11-09 * "Ann" "Disposal of goods of SO-1: 1 MUG" #dispose ^R-1 ^inv-SO-1
  rl-id: "D-1"
  rl-kind: "dispose"
  rl-step: 3
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  Assets:Inventory-Defective                                -1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory_defective"
    rl-line: "1"
    rl-condition: "defective"
    rl-disposition: "repair_and_return"
  Liabilities:Returns-Clearing                           60.00 CNY
    rl-role: "returns_clearing"
    rl-line: "1"
    rl-sku: "MUG"
    rl-sent-back: 1
    rl-inspected: -1
    rl-condition: "defective"
    rl-disposition: "return_to_customer"
    rl-lots: "1 {60.00 CNY, 2026-01-05}"
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from returnledger.atcost import came_as, cost_of
from returnledger.facts import Facts
from returnledger.kitpiles import units_as_sold
from returnledger.legs import Leg
from returnledger.lots import lots_text
from returnledger.money import ZERO
from returnledger.moves import Moved, out, released, selling_account
from returnledger.roles import Role
from returnledger.rows import LotUnits
from returnledger.terms import Disposition


def hand_back(facts: Facts, moves: Sequence[Moved]) -> Iterator[Leg]:
    """Yield the goods out of their places against clearing, and what was written down on them."""
    by_line: dict[str, list[Moved]] = {}
    for moved in moves:
        by_line.setdefault(moved.pile.line, []).append(moved)
    for line, own in by_line.items():
        for moved in own:
            yield out(facts, moved)
            yield from released(facts, moved)
            if moved.allowance:
                role = Role.INVENTORY_WRITE_DOWN
                yield Leg(role.value, facts.settings.account_for(role), -moved.allowance, moved.currency, line)
            yield from _at_another_cost(facts, moved)
        yield from _cleared(facts, line, own)


def _at_another_cost(facts: Facts, moved: Moved) -> Iterator[Leg]:
    """Yield what made units dearer or cheaper since they came in: repair is spent, and a lower cost is no loss of ours."""
    came = came_as(facts, moved)
    change = cost_of(facts, came) - moved.amount if came is not None else ZERO
    if change:
        role = Role.INVENTORY_WRITE_DOWN if change > 0 else Role.REFURBISHMENT_EXPENSE
        yield Leg(role.value, facts.settings.account_for(role), -change, moved.currency, moved.pile.line)


def _cleared(facts: Facts, line: str, own: Sequence[Moved]) -> Iterator[Leg]:
    """Yield what the units of a line take off clearing, with how many went back: of the last all that is left."""
    now, role = facts.now, Role.RETURNS_CLEARING
    known = now.line(line) if now is not None else None
    units = units_as_sold(facts, line, [(moved.pile, moved.units) for moved in own])
    currency = own[0].currency
    waits = -now.open_on(role, line, currency) if now is not None else ZERO
    whole = known is not None and units == known.waiting
    came = [(moved, came_as(facts, moved)) for moved in own]
    at_cost = sum((moved.amount if lot is None else cost_of(facts, lot) for moved, lot in came), ZERO)
    amount = waits if whole else at_cost
    first = own[0]
    item: dict[str, str | Decimal] = {"sku": first.pile.sku, "sent-back": units}
    seen = [moved for moved in own if moved.pile.role != Role.INVENTORY_INSPECTION]
    if seen:
        item["inspected"] = -units_as_sold(facts, line, [(moved.pile, moved.units) for moved in seen])
    if first.item is not None and first.item.serial:
        item["serial"] = first.item.serial
    if first.condition:
        item["condition"] = first.condition
    item["disposition"] = Disposition.RETURN_TO_CUSTOMER.value
    lots = [
        replace(lot, account=selling_account(facts, moved.pile))
        if lot is not None
        else LotUnits(selling_account(facts, moved.pile), moved.pile.commodity, moved.pile.lot, moved.units)
        for moved, lot in came
        if moved.pile.lot is not None
    ]
    if lots:
        item["lots"] = lots_text(lots)
    yield Leg(role.value, facts.settings.account_for(role), amount, currency, line, item=item)
