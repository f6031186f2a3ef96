"""Makes the write-down allowance fit the goods: what is gone takes its part along, what is left is worth what it will fetch.

The shop sells returned goods by postings of its own, at the cost of their lot; these know nothing of the allowance. What was
written down on the units sold comes off cost of goods sold. Units that are left are written down further, or an earlier
write-down is taken back, to `value` less `selling_cost` a unit, never above cost. Under US GAAP a loss lowers the cost of the
lot and never comes back. The posting of the allowance names the goods it is of: their account, lot and condition, and how
many are gone. Here three opened mugs were written down to 40.00 each; two were sold, and the third will fetch 50.00.

```policy
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window: {default: {days: 60, from: sold}}
dispositions:
  opened: {to: restock_open_box}
```
```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            339.00 CNY
  Income:Sales                          -300.00 CNY
  Liabilities:Output-VAT                 -39.00 CNY
  Expenses:COGS                          180.00 CNY
  Assets:Inventory                           -3 MUG {60.00 CNY, 2026-01-05}

2026-11-20 * "Bob" "Two of the opened ones" ^inv-SO-2
  Assets:Bank                            101.70 CNY
  Income:Sales                           -90.00 CNY
  Liabilities:Output-VAT                 -11.70 CNY
  Expenses:COGS                          120.00 CNY
  Assets:Inventory-OpenBox                   -2 MUG {2026-01-05, 60.00 CNY}
```
```posted
- {return: SO-1, id: R-1, date: 2026-11-02, condition: opened, value: 45.00, selling_cost: 5.00}
```
```yaml
- {revalue: MUG, id: V-1, date: 2026-11-30, condition: opened, value: 55.00, selling_cost: 5.00}
```
```beancount
2026-11-30 * "Ann" "Revaluation of goods of SO-1: 3 MUG" #revalue ^R-1 ^inv-SO-1
  rl-id: "V-1"
  rl-kind: "revalue"
  rl-step: 2
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  Expenses:COGS                                         -40.00 CNY
    rl-role: "cogs"
    rl-line: "1"
  Expenses:Inventory-Write-Down                         -10.00 CNY
    rl-role: "inventory_write_down"
    rl-line: "1"
  Assets:Inventory-Allowance                             40.00 CNY
    rl-role: "write_down_allowance"
    rl-line: "1"
    rl-sku: "MUG"
    rl-gone: 2
    rl-condition: "opened"
    rl-disposition: "restock_open_box"
    rl-stands: "Assets:Inventory-OpenBox"
    rl-lot: "60.00 CNY, 2026-01-05"
  Assets:Inventory-Allowance                             10.00 CNY
    rl-role: "write_down_allowance"
    rl-line: "1"
    rl-sku: "MUG"
    rl-condition: "opened"
    rl-disposition: "restock_open_box"
    rl-stands: "Assets:Inventory-OpenBox"
    rl-lot: "60.00 CNY, 2026-01-05"
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.money import ZERO, round_to
from returnledger.piles import LOT, STANDS
from returnledger.proceeds import cost_of_line
from returnledger.revaluing import Revalued
from returnledger.roles import Role
from returnledger.rows import Lot


def revalue(facts: Facts, piles: Sequence[Revalued]) -> Iterator[Leg]:
    """Yield what leaves the allowance with goods that are gone, and what the worth of those left makes of it."""
    for each in piles:
        pile, units = each.stood.pile, each.stood.gone
        if each.released:
            yield _allowance(facts, each, each.released, units)
            cost = cost_of_line(facts, pile.line)
            yield Leg(Role.COGS.value, cost, -each.released, each.currency, pile.line, pile=_key(each))
        if each.change:
            yield _loss(facts, each, each.change)
            yield _allowance(facts, each, -each.change)
        if each.lower is not None:
            yield from _cheaper(facts, each, each.lower)


def _loss(facts: Facts, each: Revalued, amount: Decimal) -> Leg:
    role = Role.INVENTORY_WRITE_DOWN
    return Leg(
        role.value, facts.settings.account_for(role), amount, each.currency, each.stood.pile.line, pile=_key(each)
    )


def _allowance(facts: Facts, each: Revalued, amount: Decimal, gone: Decimal = ZERO) -> Leg:
    """Return a posting of the allowance, with the goods that it is of."""
    pile, role = each.stood.pile, Role.WRITE_DOWN_ALLOWANCE
    said: dict[str, str | Decimal] = {"sku": pile.sku}
    if gone:
        said["gone"] = gone
    said |= {name: text for name in ("condition", "disposition", "location") if (text := getattr(pile, name))}
    said[STANDS] = pile.account
    if pile.lot is not None:
        said[LOT] = str(pile.lot)
    account, kept_apart = facts.settings.account_for(role), f"{_key(each)}/{bool(gone)}"
    return Leg(role.value, account, amount, each.currency, pile.line, item=said, pile=kept_apart)


def _cheaper(facts: Facts, each: Revalued, cost: Decimal) -> Iterator[Leg]:
    """Yield the units left out at the cost of their lot and in at a lower one, and the loss."""
    pile, units = each.stood.pile, each.stood.left
    assert pile.lot is not None
    said: dict[str, str | Decimal] = {
        name: text for name in ("condition", "disposition", "location") if (text := getattr(pile, name))
    }
    lot = Lot(round_to(cost, max(each.decimals, 2)), pile.lot.currency, pile.lot.date, pile.lot.label)
    loss = ZERO
    for sign, own, item in ((1, lot, {"sku": pile.sku, **said}), (-1, pile.lot, said)):
        weight = sign * round_to(Fraction(own.number) * Fraction(units), each.decimals)
        loss -= weight
        yield Leg(
            pile.role,
            pile.account,
            weight,
            own.currency,
            pile.line,
            pile.commodity,
            sign * units,
            own,
            item,
            pile=_key(each),
        )
    yield _loss(facts, each, loss)


def _key(each: Revalued) -> str:
    pile = each.stood.pile
    return "/".join((pile.account, str(pile.lot or ""), pile.condition, pile.disposition, pile.location))
