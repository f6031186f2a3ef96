"""Lets store credit pay what an order still owes, where the shop's own sale has not booked it.

```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}

2026-11-10 * "Ann" "Sale" ^inv-SO-2
  Assets:Receivable                       56.50 CNY
  Income:Sales                           -50.00 CNY
  Liabilities:Output-VAT                  -6.50 CNY
```
```posted
- {return: SO-1, id: R-1, date: 2026-11-02, method: store_credit}
```
```yaml
- {store_credit: R-1, id: C-2, date: 2026-11-12, stage: redeemed, order: SO-2}
```
```beancount
2026-11-12 * "Ann" "Store credit for SO-2" #store_credit ^R-1 ^inv-SO-2
  rl-id: "C-2"
  rl-kind: "store_credit"
  rl-step: 2
  rl-case: "R-1"
  rl-order: "SO-2"
  rl-customer: "Ann"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  rl-stage: "redeemed"
  Assets:Receivable                                     -56.50 CNY
    rl-role: "accounts_receivable"
  Liabilities:Store-Credit                               56.50 CNY
    rl-role: "store_credit_liability"
```
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.money import filled
from returnledger.roles import Role
from returnledger.storecredit import ROLE, Credit


def redeem_credit(facts: Facts, amount: Decimal, credit: Credit) -> Iterator[Leg]:
    """Yield the store credit that is spent, and the receivables of the order that it pays."""
    role, currency = Role.ACCOUNTS_RECEIVABLE, facts.sale.currency if facts.sale is not None else ""
    yield Leg(ROLE.value, credit.account, amount, currency)
    for account, part in filled(amount, facts.order.receivables):
        yield Leg(role.value, account, -part, currency)
