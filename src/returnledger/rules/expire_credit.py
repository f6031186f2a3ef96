"""Takes store credit that was not spent in time as other revenue, where the law lets it expire.

```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```
```posted
- {return: SO-1, id: R-1, date: 2026-11-02, method: later}
- {store_credit: R-1, id: C-1, date: 2026-11-03, expires: 2027-11-03}
```
```yaml
- {store_credit: R-1, id: C-2, date: 2027-11-04, stage: expired}
```
```beancount
2027-11-04 * "Ann" "Store credit for SO-1" #store_credit ^R-1 ^inv-SO-1
  rl-id: "C-2"
  rl-kind: "store_credit"
  rl-step: 3
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  rl-stage: "expired"
  Income:Other-Revenue                                 -113.00 CNY
    rl-role: "other_revenue"
  Liabilities:Store-Credit                              113.00 CNY
    rl-role: "store_credit_liability"
```
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from returnledger.facts import Facts
from returnledger.legs import Leg, in_money
from returnledger.roles import Role
from returnledger.storecredit import ROLE, Credit


def expire_credit(facts: Facts, amount: Decimal, credit: Credit) -> Iterator[Leg]:
    """Yield the store credit that is lost, and the revenue it becomes."""
    role, currency = Role.OTHER_REVENUE, facts.sale.currency if facts.sale is not None else ""
    exchange = facts.order.exchange
    weight = amount if exchange is None else credit.weigh(amount, exchange.decimals)
    yield in_money(facts, ROLE, credit.account, amount, weight)
    yield Leg(role.value, facts.settings.account_for(role), -weight, currency)
