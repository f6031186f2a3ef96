"""Books what a return cost besides the goods, with the input tax in it.

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
- {expense: R-1, id: E-1, date: 2026-11-03, amount: 10.60, tax: 0.60, type: freight, paid_from: Assets:Bank}
```
```beancount
2026-11-03 * "Ann" "Expense of SO-1" #expense ^R-1 ^inv-SO-1
  rl-id: "E-1"
  rl-kind: "expense"
  rl-step: 2
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  Assets:Bank                                           -10.60 CNY
    rl-role: "cash_bank"
  Expenses:Return-Freight                                10.00 CNY
    rl-role: "return_freight_expense"
    rl-spent: "freight"
  Assets:Input-VAT                                        0.60 CNY
    rl-role: "input_vat"
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from returnledger.claims import Spending
from returnledger.draws import Use
from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.money import ZERO
from returnledger.roles import Role


def spend(facts: Facts, spent: Sequence[Spending], accrued: Sequence[Use] = ()) -> Iterator[Leg]:
    """Yield the expense, its input tax, and what paid it or is owed for it; what was accrued for it comes first."""
    for each in spent:
        said = {"spent": each.kind}
        rest = each.amount - each.tax
        for use in accrued:
            part = min(use.amount, rest) if use.currency == each.currency else ZERO
            if part > 0:
                rest -= part
                yield Leg(use.role, use.account, part, use.currency, item=said, pile=each.kind, owner=use.owner)
        if rest or each.tax == each.amount:
            yield Leg(each.role, each.account, rest, each.currency, item=said, pile=each.kind)
        if each.tax:
            yield Leg(Role.INPUT_VAT.value, facts.settings.account_for(Role.INPUT_VAT), each.tax, each.currency)
        yield Leg(each.paid_role, each.paid_from, -each.amount, each.currency)
