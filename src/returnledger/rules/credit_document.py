"""Takes the cost of goods back on paper, with the credit note: against clearing where the goods came in, else as an asset.

The cost goes back as it was booked. What came in before leaves returns clearing with the amount it came in at; what is
still to come is an asset, the right to get the goods back, until they are received.

```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            226.00 CNY
  Income:Sales                          -200.00 CNY
  Liabilities:Output-VAT                 -26.00 CNY
  Expenses:COGS                          120.00 CNY
  Assets:Inventory                           -2 MUG {60.00 CNY, 2026-01-05}
```
```posted
- {receive: SO-1, id: R-1, date: 2026-11-01, sku: MUG, qty: 1}
```
```yaml
- {credit_note: R-1, id: C-1, date: 2026-11-02, sku: MUG, qty: 2, reason: changed_mind}
```
```beancount
2026-11-02 * "Ann" "Credit note on SO-1: 2 MUG (changed mind)" #credit_note ^R-1 ^inv-SO-1
  rl-id: "C-1"
  rl-kind: "credit_note"
  rl-step: 2
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-number: "CN-A-2026-0001"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  Income:Sales-Returns                                  200.00 CNY
    rl-role: "sales_returns"
    rl-line: "1"
    rl-sku: "MUG"
    rl-qty: 2
    rl-reason: "changed_mind"
    rl-condition: "unknown"
    rl-lots: "2 {60.00 CNY, 2026-01-05}"
  Liabilities:Output-VAT                                 26.00 CNY
    rl-role: "output_vat"
    rl-line: "1"
  Liabilities:Returns-Clearing                           60.00 CNY
    rl-role: "returns_clearing"
    rl-line: "1"
  Assets:Return-Asset                                    60.00 CNY
    rl-role: "return_asset"
    rl-line: "1"
  Expenses:COGS                                        -120.00 CNY
    rl-role: "cogs"
    rl-line: "1"
  Liabilities:Refund-Payable                           -226.00 CNY
    rl-role: "refund_payable"
```
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from returnledger.clearing import released
from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.legs import Leg, cost_account
from returnledger.money import ZERO, round_to
from returnledger.roles import Role


def credit_document(facts: Facts, decision: Decision) -> Iterator[Leg]:
    """Yield cost of goods out of expense, against clearing for what came in and the return asset for the rest."""
    sale, line, settings = facts.sale, facts.line, facts.settings
    assert sale is not None and line is not None
    back: dict[str, Decimal] = {}
    for lot in facts.afloat:
        weight = round_to(Fraction(lot.lot.number) * Fraction(lot.units), sale.decimals)
        back[lot.lot.currency] = back.get(lot.lot.currency, ZERO) + weight
        role = Role.GOODS_SHIPPED.value
        yield Leg(role, lot.account, -weight, lot.lot.currency, line.line, lot.commodity, -lot.units, lot.lot)
    for part in facts.cost:
        if part.role is Role.INVENTORY:
            continue
        back[part.currency] = back.get(part.currency, ZERO) - part.amount
        account, own = cost_account(facts, part), sale.dimensions(part.place)
        yield Leg(part.role.value, account, part.amount, part.currency, line.line, carried=own)
    for currency, amount in released(facts, Role.RETURNS_CLEARING):
        back[currency] = back.get(currency, ZERO) + amount
        role = Role.RETURNS_CLEARING.value
        yield Leg(role, settings.account_for(Role.RETURNS_CLEARING), -amount, currency, line.line)
    if facts.met_units == facts.quantity:
        return
    for currency, amount in back.items():
        if amount:
            account = settings.account_for(Role.RETURN_ASSET)
            yield Leg(Role.RETURN_ASSET.value, account, amount, currency, line.line)
