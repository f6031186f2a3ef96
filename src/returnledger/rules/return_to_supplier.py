"""Sends goods of a case back to their supplier, who owes what they cost, or what was agreed, with the tax on it.

What the supplier credits less than the goods cost is a loss.

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
- {supplier_return: R-1, id: S-1, date: 2026-11-09, supplier: Pottery, sku: MUG, expect: 55.00, tax_rate: 0.13}
```
```beancount
2026-11-09 * "Ann" "Back to the supplier from SO-1: 1 MUG" #supplier_return ^R-1 ^inv-SO-1
  rl-id: "S-1"
  rl-kind: "supplier_return"
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
  Assets:Supplier-Claims                                 62.15 CNY
    rl-role: "supplier_claim"
    rl-line: "1"
    rl-sku: "MUG"
    rl-disposed: 1
    rl-condition: "damaged"
    rl-disposition: "return_to_supplier"
    rl-supplier: "Pottery"
  Assets:Input-VAT                                       -7.15 CNY
    rl-role: "input_vat"
  Expenses:Supplier-Return-Loss                           5.00 CNY
    rl-role: "supplier_return_loss"
    rl-line: "1"
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from returnledger.claims import supplier_of
from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.moves import key_of, out, released, told
from returnledger.purchaseof import PURCHASE
from returnledger.roles import Role
from returnledger.supplierdebts import Debt
from returnledger.terms import Disposition


def return_to_supplier(facts: Facts, debts: Sequence[Debt]) -> Iterator[Leg]:
    """Yield the goods out of stock, what is owed less, the claim on the supplier, the tax given back and what is lost."""
    claim, loss = Role.SUPPLIER_CLAIM, Role.SUPPLIER_RETURN_LOSS
    settings = facts.settings
    for debt in debts:
        moved, line = debt.moved, debt.moved.pile.line
        yield out(facts, moved)
        yield from released(facts, moved)
        supplier = supplier_of(facts, moved)
        item = {**told(moved, Disposition.RETURN_TO_SUPPLIER), **({"supplier": supplier} if supplier else {})}
        of = {PURCHASE: debt.purchase} if debt.purchase else {}
        for account, amount in debt.owed:
            said, item = {**item, **of}, {}
            yield Leg(
                Role.ACCOUNTS_PAYABLE.value,
                account,
                amount,
                moved.currency,
                line,
                item=said or None,
                pile=key_of(moved),
            )
        said = {**item, **of} if item else {}
        account = settings.account_for(claim)
        yield Leg(claim.value, account, debt.claim, moved.currency, line, item=said or None, pile=key_of(moved))
        for role, account, amount in debt.taxes:
            yield Leg(role, account, -amount, moved.currency)
        lost = moved.amount - moved.allowance - debt.expected
        yield Leg(loss.value, settings.account_for(loss), lost, moved.currency, line)
