"""A provision would leave a balance below nil.

What is expected to be given back, and what goods are worth that are expected back, is nothing at the least. A fee above the
price, a cost of taking back above the cost of the goods, figures below nil, or returns dated later than the provision that
have used more than it leaves: each is a mistake in the figures.

Passes:

```settings
accounting_model: estimate
```
```yaml
- {provision: SO-1, date: 2026-11-02, expected_rate: 0.5, recovery_cost: 8.00}
```

Refused:

```settings
accounting_model: estimate
```
```yaml
- {provision: SO-1, date: 2026-11-02, expected_qty: 1, expected_fee: 120.00}
- {provision: SO-1, date: 2026-11-02, figures: {refund_liability: -5.00}}
```
```finding
events.yaml:1:70: error[provision-negative]: refund_liability of SO-1 would be -6.19 CNY: `expected_fee` is above the price
hint: write figures that leave it at 0 or above
events.yaml:2:48: error[provision-negative]: refund_liability of SO-1 would be -5.00 CNY: `figures` says so
hint: write figures that leave it at 0 or above
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.money import show

TEMPLATE = Template(
    "{role} of {owner} would be {amount} {currency}: {why}", "write figures that leave it at 0 or above"
)


def provision_negative(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding for each balance that a provision would leave below nil."""
    if facts.estimate is None:
        return
    for field, role, amount, currency, why in facts.estimate.negative:
        values = {
            "role": role,
            "owner": facts.estimate.owner,
            "amount": show(amount, currency),
            "currency": currency,
            "why": why,
        }
        yield Finding("provision-negative", facts.event.at(field), values)
