"""Gives goods of a case away: what they cost, less what was written down, is a donation.

Where giving away counts as a sale for the tax, the item says what the goods would sell for (`value`, without tax). The tax
is at its `tax_rate`, else at the rate of the sale, and belongs to the donation.

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
- {dispose: R-1, id: D-1, date: 2026-11-05, disposition: donate, sku: MUG, value: 40.00, tax_rate: 0.13}
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
  Liabilities:Output-VAT                                 -5.20 CNY
    rl-role: "output_vat"
  Assets:Inventory-Hold                                     -1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory_hold"
    rl-line: "1"
    rl-condition: "damaged"
    rl-disposition: "hold"
  Expenses:Donations                                     65.20 CNY
    rl-role: "donation_expense"
    rl-line: "1"
    rl-sku: "MUG"
    rl-disposed: 1
    rl-condition: "damaged"
    rl-disposition: "donate"
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.moves import Moved, key_of, out, released, told
from returnledger.proceeds import deemed_tax, tax_account
from returnledger.roles import Role
from returnledger.terms import Disposition


def donate(facts: Facts, moves: Sequence[Moved]) -> Iterator[Leg]:
    """Yield the goods out of stock and the donation, with output tax where it is deemed a sale."""
    role, tax_role = Role.DONATION_EXPENSE, Role.OUTPUT_VAT
    for moved in moves:
        yield out(facts, moved)
        yield from released(facts, moved)
        tax = deemed_tax(facts, moved)
        line, account = moved.pile.line, facts.settings.account_for(role)
        said = told(moved, Disposition.DONATE)
        amount = moved.amount - moved.allowance + tax
        yield Leg(role.value, account, amount, moved.currency, line, item=said, pile=key_of(moved))
        if tax:
            yield Leg(tax_role.value, tax_account(facts, moved), -tax, moved.currency)
