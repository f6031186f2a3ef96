"""Turns what is due of a case into store credit; a bonus beyond it is less revenue.

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
```
```yaml
- {store_credit: R-1, id: C-1, date: 2026-11-03, bonus: 10.00, expires: 2027-11-03}
```
```beancount
2026-11-03 * "Ann" "Store credit for SO-1" #store_credit ^R-1 ^inv-SO-1
  rl-id: "C-1"
  rl-kind: "store_credit"
  rl-step: 2
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  rl-stage: "issued"
  rl-expires: 2027-11-03
  Income:Sales                                           10.00 CNY
    rl-role: "revenue"
  Liabilities:Store-Credit                             -123.00 CNY
    rl-role: "store_credit_liability"
  Liabilities:Refund-Payable                            113.00 CNY
    rl-role: "refund_payable"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Document
from returnledger.facts import Facts
from returnledger.legs import Leg, money_leg
from returnledger.roles import Role


def issue_credit(facts: Facts, document: Document) -> Iterator[Leg]:
    """Yield what was payable, and the store credit that it becomes: in the customer's currency, as a refund would be."""
    payable, credit = Role.REFUND_PAYABLE, Role.STORE_CREDIT_LIABILITY
    yield money_leg(payable, facts.settings.account_for(payable), document.paid, document.leaving, document)
    for payment in document.payments:
        weight = None if payment.weight is None else -payment.weight
        yield money_leg(credit, payment.account, -payment.amount, weight, document)
