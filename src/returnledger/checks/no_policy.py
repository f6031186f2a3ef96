"""No policy was in force on the day of the sale.

A return is judged by the policy in force when the goods were sold, so every version stays in the settings.

```policy
policy: doc
version: 1
valid_from: 2026-10-01
currency: CNY
window:
  default: {days: 60, from: sold}
```
```beancount
2026-09-20 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}

2026-10-01 * "Ann" "Sale" ^inv-SO-2
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```

Passes:

```yaml
- {return: SO-2, date: 2026-11-02}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-02}
```
```finding
events.yaml:1:12: error[no-policy]: no policy is in force on 2026-09-20, the day of the sale
hint: add one with `valid_from: 2026-09-20` or earlier to `policies:` in the settings
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.terms import OPENING, Kind

TEMPLATE = Template(
    "no policy is in force on {sold}, the day of the sale",
    "add one with `valid_from: {sold}` or earlier to `policies:` in the settings",
)


def no_policy(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where no policy judges the sale."""
    judged = (*OPENING, Kind.ALLOWANCE, Kind.ADVANCE_REFUND)
    if facts.sale is not None and facts.policy is None and facts.event.kind in judged:
        yield Finding("no-policy", facts.event.place, {"sold": facts.sale.date})
