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
from fractions import Fraction

from returnledger.facts import Facts
from returnledger.legs import Leg, in_money
from returnledger.money import ZERO, filled
from returnledger.roles import Role
from returnledger.storecredit import ROLE, Credit


def redeem_credit(facts: Facts, amount: Decimal, credit: Credit) -> Iterator[Leg]:
    """Yield the store credit that is spent, and the receivables of the order that it pays."""
    role, currency, exchange = Role.ACCOUNTS_RECEIVABLE, facts.sale.currency if facts.sale else "", facts.order.exchange
    difference = spent = amount if exchange is None else credit.weigh(amount, exchange.decimals)
    yield in_money(facts, ROLE, credit.account, amount, spent)
    for account, part in filled(amount, facts.order.receivables):
        weight = part if exchange is None else exchange.leaving(account, part, Fraction(part) * exchange.sold_at)
        yield in_money(facts, role, account, -part, -weight)
        difference -= weight
    for account, weight in exchange.apart(amount) if exchange is not None else ():
        yield in_money(facts, role, account, ZERO, -weight)
        difference -= weight
    if exchange is not None and difference:
        gains = Role.FX_GAIN_LOSS
        yield Leg(gains.value, facts.settings.account_for(gains), -difference, currency)
