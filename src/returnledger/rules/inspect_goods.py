"""Moves goods from inspection to the account of what is done with them, at the cost of their lots.

Good goods go back where they were sold from, others aside; what they are worth less is written down as the settings'
framework has it. Goods that are to be scrapped wait among the defective until `dispose`.

```policy
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window: {default: {days: 30, from: sold}}
dispositions:
  new: {to: restock}
  opened: {to: restock_open_box}
```
```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            226.00 CNY
  Income:Sales                          -200.00 CNY
  Liabilities:Output-VAT                 -26.00 CNY
  Expenses:COGS                          120.00 CNY
  Assets:Inventory:MUG                       -2 MUG {60.00 CNY, 2026-01-05}
```
```posted
- {receive: SO-1, id: R-1, date: 2026-11-01, sku: MUG, qty: 2}
```
```yaml
- inspect: R-1
  id: I-1
  date: 2026-11-02
  items:
    - {sku: MUG, qty: 1, condition: new}
    - {sku: MUG, qty: 1, condition: opened, value: 45.00, selling_cost: 5.00}
```
```beancount
2026-11-02 * "Ann" "Inspection of SO-1: 2 MUG" #inspect ^R-1 ^inv-SO-1
  rl-id: "I-1"
  rl-kind: "inspect"
  rl-step: 2
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  Assets:Inventory:MUG                                       1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory"
    rl-line: "1"
    rl-sku: "MUG"
    rl-inspected: 1
    rl-condition: "new"
    rl-disposition: "restock"
  Assets:Inventory-Inspection:MUG                           -2 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory_inspection"
    rl-line: "1"
  Assets:Inventory-OpenBox:MUG                               1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory_open_box"
    rl-line: "1"
    rl-sku: "MUG"
    rl-inspected: 1
    rl-condition: "opened"
    rl-disposition: "restock_open_box"
  Expenses:Inventory-Write-Down                          20.00 CNY
    rl-role: "inventory_write_down"
    rl-line: "1"
  Assets:Inventory-Allowance                            -20.00 CNY
    rl-role: "write_down_allowance"
    rl-line: "1"
    rl-condition: "opened"
```
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from returnledger.clearing import value_waiting
from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.legs import Leg, place_by_value
from returnledger.money import ZERO, round_to
from returnledger.roles import Role

INSPECTION = Role.INVENTORY_INSPECTION.value


def inspect_goods(facts: Facts, decision: Decision) -> Iterator[Leg]:
    """Yield the units out of inspection, into their places, and what they lose in value."""
    sale, line = facts.sale, facts.line
    assert sale is not None and line is not None
    item = item_seen(facts, decision)
    kind = f"{item.get('condition')}/{item.get('disposition')}/{item.get('location', '')}"
    for n, placed in enumerate(decision.placed):
        sold, carried = placed.sold, sale.dimensions(placed.sold.place)
        weight = round_to(Fraction(placed.lot.number) * Fraction(sold.units), sale.decimals)
        said = item if n == 0 else None
        currency = placed.lot.currency
        role, account = placed.role.value, placed.account
        yield Leg(
            role, account, weight, currency, line.line, sold.commodity, sold.units, placed.lot, said, carried, kind
        )
        yield from _leaving(facts, n)
    if not decision.placed and decision.disposition is not None and line.value_accounts:
        role_of, account = place_by_value(facts, line.value_accounts[0], decision.disposition)
        for currency, amount in value_waiting(facts):
            yield Leg(role_of.value, account, amount, currency, line.line, item=item, pile=kind)
            kept = facts.settings.derived_account(Role.INVENTORY_INSPECTION, line.value_accounts[0], line.sku)
            yield Leg(INSPECTION, kept, -amount, currency, line.line)
    loss = decision.write_down
    if loss:
        down = Role.INVENTORY_WRITE_DOWN
        yield Leg(down.value, facts.settings.account_for(down), loss, sale.currency, line.line)
    allowance = sum((placed.write_down for placed in decision.placed if placed.lot == placed.sold.lot), ZERO)
    if allowance:
        kept_on, said_of = Role.WRITE_DOWN_ALLOWANCE, {"condition": decision.condition.value}
        account = facts.settings.account_for(kept_on)
        yield Leg(kept_on.value, account, -allowance, sale.currency, line.line, item=said_of, pile=kind)


def _leaving(facts: Facts, n: int) -> Iterator[Leg]:
    sale, line, lot = facts.sale, facts.line, facts.lots[n]
    assert sale is not None and line is not None
    account = facts.settings.derived_account(Role.INVENTORY_INSPECTION, lot.account)
    weight = round_to(Fraction(lot.lot.number) * Fraction(lot.units), sale.decimals)
    carried = sale.dimensions(lot.place)
    yield Leg(
        INSPECTION,
        account,
        -weight,
        lot.lot.currency,
        line.line,
        lot.commodity,
        -lot.units,
        lot.lot,
        None,
        carried,
    )


def item_seen(facts: Facts, decision: Decision) -> dict[str, str | Decimal]:
    """Return the metadata that says what was looked at: on exactly one posting per item."""
    assert facts.line is not None
    said: dict[str, str | Decimal] = {"sku": facts.line.sku, "inspected": facts.quantity or ZERO}
    if facts.item is not None and facts.item.serial:
        said["serial"] = facts.item.serial
    if facts.reason:
        said["reason"] = facts.reason.value
    said["condition"] = decision.condition.value
    if decision.disposition:
        said["disposition"] = decision.disposition.value
    if facts.item is not None and facts.item.location:
        said["location"] = facts.item.location
    return said
