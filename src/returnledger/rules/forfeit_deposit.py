"""Books earnest money (定金) that a customer lost by breaking the contract: at most a fifth of the contract, without tax.

What was performed of the contract lowers it; the rest of the deposit goes back. Outside the ordinary business under asbe
and asbe_small, revenue under ifrs and us_gaap, where money of a contract that is kept is revenue of it.

```settings
framework: asbe
```
```beancount
2026-05-06 * "Huadong" "Earnest money" ^inv-HT-01
  Assets:Bank                         250000.00 CNY
  Liabilities:Contract-Liability     -250000.00 CNY
```
```yaml
- {advance_refund: HT-01, id: AR-1, date: 2026-06-10, deposit: earnest, broken_by: customer, contract_total: 1000000.00, retain_as: forfeiture}
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
  Liabilities:Contract-Liability                     250000.00 CNY
    rl-role: "contract_liability"
    rl-retained: 200000
  Income:Forfeited-Deposits                         -200000.00 CNY
    rl-role: "forfeiture_income"
  Assets:Bank                                        -50000.00 CNY
    rl-role: "cash_bank"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Document
from returnledger.events.advances import RetainAs
from returnledger.facts import Facts
from returnledger.legs import Leg, customer
from returnledger.roles import Role


def forfeit_deposit(facts: Facts, document: Document) -> Iterator[Leg]:
    """Yield the credit of income for earnest money that is lost."""
    back = document.advance
    if back is None or not back.retained_weight or back.retain_as is not RetainAs.FORFEITURE:
        return
    chinese = facts.settings.framework in ("asbe", "asbe_small")
    role = Role.FORFEITURE_INCOME if chinese else Role.REVENUE
    yield Leg(role.value, facts.settings.account_for(role), -back.retained_weight, document.currency)
    yield customer(facts, back.retained_weight)
