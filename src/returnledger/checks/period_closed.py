"""The entry would stand in a period that is closed.

What has been reported does not change; a later correction is booked in an open period.

```beancount
2026-10-20 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}

2026-10-24 custom "returnledger" "lock"
```

Passes:

```yaml
- {return: SO-1, date: 2026-10-25}
```

Refused:

```yaml
- {return: SO-1, date: 2026-10-24}
```
```finding
events.yaml:1:24: error[period-closed]: dated 2026-10-24; the books are closed up to 2026-10-24
hint: write a `date` after 2026-10-24; the day the customer asked goes into `requested`
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from returnledger.books import Books
from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.rows import OwnDirective

TEMPLATE = Template(
    "dated {day}; the books are closed up to {locked}",
    "write a `date` after {locked}; the day the customer asked goes into `requested`",
)


def period_closed(facts: Facts, decision: Decision, entries: Sequence[OwnDirective], books: Books) -> Iterator[Finding]:
    """Yield a finding where an entry is dated on or before the last day of the closed period."""
    locked = facts.locked_until
    if locked is not None and any(entry.date <= locked for entry in entries):
        yield Finding("period-closed", facts.event.at("date"), {"day": facts.day, "locked": locked})
