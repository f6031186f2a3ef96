"""Books what the customer gets beyond the advance: earnest money returned double, a penalty, interest.

Earnest money that goes back double costs us as much again as counts of it: the deposit, at most a fifth of the contract,
of which the share that was performed is taken off.

```beancount
2026-05-06 * "Huadong" "Earnest money" ^inv-HT-01
  Assets:Bank                         200000.00 CNY
  Liabilities:Contract-Liability     -200000.00 CNY
```
```yaml
- {advance_refund: HT-01, id: AR-1, date: 2026-06-10, deposit: earnest, broken_by: us, contract_total: 1000000.00, performed: 0.25, double: true, interest: 120.00}
```
```beancount
2026-06-10 * "Huadong" "Refund of advance HT-01" #advance_refund ^AR-1 ^inv-HT-01
  rl-id: "AR-1"
  rl-kind: "advance_refund"
  rl-step: 1
  rl-case: "AR-1"
  rl-order: "HT-01"
  rl-customer: "Huadong"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  rl-stage: "paid"
  Liabilities:Contract-Liability                     200000.00 CNY
    rl-role: "contract_liability"
  Expenses:Penalties                                 150000.00 CNY
    rl-role: "penalty_expense"
  Expenses:Interest                                     120.00 CNY
    rl-role: "interest_expense"
  Assets:Bank                                       -350120.00 CNY
    rl-role: "cash_bank"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Document
from returnledger.facts import Facts
from returnledger.legs import Leg, customer
from returnledger.roles import Role


def pay_beyond_advance(facts: Facts, document: Document) -> Iterator[Leg]:
    """Yield debits of expense for what comes on top, at what it weighs on the day."""
    back = document.advance
    if back is None:
        return
    for role, money in (
        (Role.PENALTY_EXPENSE, back.double + back.penalty),
        (Role.INTEREST_EXPENSE, back.interest),
    ):
        if money:
            weight = back.today(money)
            yield Leg(role.value, facts.settings.account_for(role), weight, document.currency)
            yield customer(facts, -weight)
