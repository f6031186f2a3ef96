"""Takes goods in for inspection at the cost of the lots they were sold from, before or after they are credited.

Before the credit they stand against returns clearing; after it they fulfil the return asset that the credit note set up.
They stay on the account beside the selling account until somebody has looked at them.

```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            226.00 CNY
  Income:Sales                          -200.00 CNY
  Liabilities:Output-VAT                 -26.00 CNY
  Expenses:COGS                          120.00 CNY
  Assets:Inventory:MUG                       -2 MUG {60.00 CNY, 2026-01-05}
```
```posted
- {credit_note: SO-1, id: R-1, date: 2026-11-01, sku: MUG, qty: 1}
```
```yaml
- {receive: R-1, id: G-1, date: 2026-11-02, sku: MUG, qty: 2, carrier: SF Express}
```
```beancount
2026-11-02 * "Ann" "Goods received of SO-1: 2 MUG" #receive ^R-1 ^inv-SO-1
  rl-id: "G-1"
  rl-kind: "receive"
  rl-step: 2
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  rl-carrier: "SF Express"
  Assets:Inventory-Inspection:MUG                            2 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory_inspection"
    rl-line: "1"
    rl-sku: "MUG"
    rl-received: 2
  Liabilities:Returns-Clearing                          -60.00 CNY
    rl-role: "returns_clearing"
    rl-line: "1"
  Assets:Return-Asset                                   -60.00 CNY
    rl-role: "return_asset"
    rl-line: "1"
```
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from returnledger.clearing import released
from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.money import ZERO, round_to
from returnledger.roles import Role


def receive_goods(facts: Facts, decision: Decision) -> Iterator[Leg]:
    """Yield the units into inspection, out of the return asset where they were credited, else against clearing."""
    sale, line, settings = facts.sale, facts.line, facts.settings
    assert sale is not None and line is not None
    item = item_received(facts)
    came: dict[str, Decimal] = {}
    for n, lot in enumerate(facts.lots):
        account = settings.derived_account(Role.INVENTORY_INSPECTION, lot.account)
        weight = round_to(Fraction(lot.lot.number) * Fraction(lot.units), sale.decimals)
        came[lot.lot.currency] = came.get(lot.lot.currency, ZERO) + weight
        said, role, own = item if n == 0 else None, Role.INVENTORY_INSPECTION.value, sale.dimensions(lot.place)
        yield Leg(role, account, weight, lot.lot.currency, line.line, lot.commodity, lot.units, lot.lot, said, own)
    met = dict(released(facts, Role.RETURN_ASSET))
    if not facts.lots:
        for part in facts.cost:
            if part.role is not Role.INVENTORY:
                came[part.currency] = came.get(part.currency, ZERO) - part.amount
        for account in line.value_accounts[:1]:
            kept = settings.derived_account(Role.INVENTORY_INSPECTION, account, line.sku)
            for currency, amount in came.items():
                yield Leg(Role.INVENTORY_INSPECTION.value, kept, amount, currency, line.line, item=item)
        came = came if line.value_accounts else {}
    for role, amounts in ((Role.RETURN_ASSET, met), (Role.RETURNS_CLEARING, _rest(facts, came, met))):
        for currency, amount in amounts.items():
            if amount:
                yield Leg(role.value, settings.account_for(role), -amount, currency, line.line)


def _rest(facts: Facts, came: dict[str, Decimal], met: dict[str, Decimal]) -> dict[str, Decimal]:
    """Return what stands against clearing: nothing where all that came was credited before."""
    sale = facts.sale
    if sale is None or facts.met_units == facts.quantity:
        return {}
    if not facts.lots:
        return {currency: amount - met.get(currency, ZERO) for currency, amount in came.items()}
    known: dict[str, Decimal] = {}
    for lot in facts.met:
        weight = round_to(Fraction(lot.lot.number) * Fraction(lot.units), sale.decimals)
        known[lot.lot.currency] = known.get(lot.lot.currency, ZERO) + weight
    return {currency: amount - known.get(currency, ZERO) for currency, amount in came.items()}


def item_received(facts: Facts) -> dict[str, str | Decimal]:
    """Return the metadata that says what came in: on exactly one posting per item."""
    assert facts.line is not None
    said: dict[str, str | Decimal] = {"sku": facts.line.sku, "received": facts.quantity or ZERO}
    if facts.item is not None and facts.item.serial:
        said["serial"] = facts.item.serial
    if facts.reason:
        said["reason"] = facts.reason.value
    if facts.item is not None and facts.item.condition:
        said["condition"] = facts.item.condition.value
    if facts.item is not None and facts.item.location:
        said["location"] = facts.item.location
    return said
