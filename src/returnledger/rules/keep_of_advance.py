"""Books what is kept of an advance as income: pay for services with its own tax, or revenue at the rate of the receipt.

Service income has the tax rate of the event (`tax_rate`), else that of the receipt.

```beancount
2026-05-06 * "Huadong" "Advance" ^inv-HT-01
  Assets:Bank                         113000.00 CNY
  Liabilities:Contract-Liability     -100000.00 CNY
  Liabilities:Output-VAT-Pending      -13000.00 CNY
```
```yaml
- {advance_refund: HT-01, id: AR-1, date: 2026-05-20, retain: 10600.00, tax_rate: 0.06}
```
```beancount
2026-05-20 * "Huadong" "Refund of advance HT-01" #advance_refund ^AR-1 ^inv-HT-01
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
  Liabilities:Contract-Liability                     100000.00 CNY
    rl-role: "contract_liability"
    rl-retained: 10600
  Liabilities:Output-VAT-Pending                      13000.00 CNY
    rl-role: "output_vat_pending"
  Income:Other-Revenue                               -10000.00 CNY
    rl-role: "other_revenue"
  Liabilities:Output-VAT                               -600.00 CNY
    rl-role: "output_vat"
  Assets:Bank                                       -102400.00 CNY
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


def keep_of_advance(facts: Facts, document: Document) -> Iterator[Leg]:
    """Yield credits of income and its tax for what is kept; nothing for earnest money that is lost."""
    back = document.advance
    if back is None or not back.retained_weight or back.retain_as is RetainAs.FORFEITURE:
        return
    role = Role.REVENUE if back.retain_as is RetainAs.REVENUE else Role.OTHER_REVENUE
    net = back.retained_weight - back.retained_tax
    yield Leg(role.value, facts.settings.account_for(role), -net, document.currency)
    if back.retained_tax:
        yield Leg(Role.OUTPUT_VAT.value, back.tax_account, -back.retained_tax, document.currency)
    yield customer(facts, back.retained_weight)
