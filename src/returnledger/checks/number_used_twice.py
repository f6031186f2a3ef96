"""The number of the document belongs to another one.

Credit notes are numbered once each; a number that comes from outside must be free.

```beancount
2026-10-20 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            226.00 CNY
  Income:Sales                          -200.00 CNY
  Liabilities:Output-VAT                 -26.00 CNY
  Expenses:COGS                          120.00 CNY
  Assets:Inventory                           -2 MUG {60.00 CNY, 2026-01-05}
```

Passes:

```yaml
- {return: SO-1, id: R-1, date: 2026-10-25, sku: MUG, qty: 1, number: CN-7}
- {return: SO-1, id: R-2, date: 2026-10-26, sku: MUG, qty: 1, number: CN-8}
```

Refused:

```yaml
- {return: SO-1, id: R-1, date: 2026-10-25, sku: MUG, qty: 1, number: CN-7}
- {return: SO-1, id: R-2, date: 2026-10-26, sku: MUG, qty: 1, number: CN-7}
```
```finding
events.yaml:2:71: error[number-used-twice]: number CN-7 is that of R-1
hint: give one of the two another number; an event without `number` gets the next one
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.facts import Facts
from returnledger.findings import Finding, Template

TEMPLATE = Template(
    "number {number} is that of {other}",
    "give one of the two another number; an event without `number` gets the next one",
)


def number_used_twice(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where the number that the event gives is another event's."""
    other = facts.number_used_by
    if other is not None and other != facts.event.id:
        number = getattr(facts.event.body, "number", None) or ""
        yield Finding("number-used-twice", facts.event.at("number"), {"number": number, "other": other})
