"""Replaces goods under warranty: the replacement, less what the faulty unit is still worth, is what the warranty costs.

The faulty unit comes in at cost; what it is worth less than that, by the `value` of the item, is written down. What was
set aside for warranty bears the cost first: a provision of the order, of its month, then any other.

```beancount
2026-10-20 * "Works" "Purchase"
  Assets:Inventory                             1 MUG {62.00 CNY, 2026-10-20}
  Equity:Opening

2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                            -1 MUG {60.00 CNY, 2026-01-05}
```
```yaml
- {exchange: SO-1, id: X-1, date: 2026-11-02, as: warranty, reason: defective, condition: defective, sku: MUG, value: 10.00}
```
```beancount
2026-11-02 * "Ann" "Exchange on SO-1: 1 MUG (defective)" #exchange ^X-1 ^inv-SO-1
  rl-id: "X-1"
  rl-kind: "exchange"
  rl-step: 1
  rl-case: "X-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  rl-window-end: 2026-11-02
  rl-as: "warranty"
  Assets:Inventory                                          -1 MUG {62.00 CNY, 2026-10-20}
    rl-role: "inventory"
    rl-line: "1"
  Assets:Inventory-Hold                                      1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory_hold"
    rl-line: "1"
    rl-sku: "MUG"
    rl-exchanged: 1
    rl-reason: "defective"
    rl-condition: "defective"
    rl-disposition: "hold"
  Assets:Inventory-Allowance                            -50.00 CNY
    rl-role: "write_down_allowance"
    rl-line: "1"
  Expenses:Warranty                                      52.00 CNY
    rl-role: "warranty_expense"
    rl-line: "1"
```
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from returnledger.decision import Decision
from returnledger.draws import Use
from returnledger.facts import Facts
from returnledger.legs import Leg, stock_legs
from returnledger.money import ZERO, round_to
from returnledger.roles import Role
from returnledger.rows import LotUnits

Provided = Callable[[Decimal, str], Iterable[Use]]


def replace_under_warranty(
    facts: Facts, decision: Decision, out: Sequence[LotUnits], provided: Provided = lambda cost, currency: ()
) -> Iterator[Leg]:
    """Yield the faulty goods in and the replacement out, the write-down, and the cost of the warranty.

    `provided` tells what of that cost was set aside.
    """
    sale, line, settings = facts.sale, facts.line, facts.settings
    assert sale is not None and line is not None
    came = ZERO
    for leg in stock_legs(facts, decision):
        if leg.lot is None or leg.units is None or leg.units < 0:
            continue
        item = None if leg.item is None else {("exchanged" if k == "qty" else k): v for k, v in leg.item.items()}
        came += leg.amount
        yield replace(leg, item=item)
    went, currency = ZERO, sale.currency
    for lot in out:
        weight = round_to(Fraction(lot.lot.number) * Fraction(lot.units), sale.decimals)
        currency, went = lot.lot.currency, went + weight
        role = Role.INVENTORY.value
        yield Leg(role, lot.account, -weight, currency, line.line, lot.commodity, -lot.units, lot.lot)
    each = facts.item.value if facts.item and facts.item.value else ZERO
    value = round_to(Fraction(each) * Fraction(facts.quantity or 0), sale.decimals)
    worth = came if settings.framework == "asbe_small" else min(came, value)
    expense, allowance = Role.WARRANTY_EXPENSE, Role.WRITE_DOWN_ALLOWANCE
    cost = went - worth
    for use in provided(cost, currency):
        cost -= use.amount
        yield Leg(use.role, use.account, use.amount, currency, line.line, owner=use.owner)
    if cost:
        yield Leg(expense.value, settings.account_for(expense), cost, currency, line.line)
    if came - worth:
        yield Leg(allowance.value, settings.account_for(allowance), worth - came, currency, line.line)
