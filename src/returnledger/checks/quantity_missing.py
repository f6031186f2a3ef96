"""The event does not say how many units come back.

A single unit needs no `qty`. Where several can still come back, one and all are both likely, and a wrong guess would
be booked without a word.

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
- {return: SO-1, date: 2026-10-25, sku: MUG, qty: all}
```

Refused:

```yaml
- {return: SO-1, date: 2026-10-25, sku: MUG}
```
```finding
events.yaml:1:41: error[quantity-missing]: 2 MUG can come back
hint: write `qty: 1` or `qty: all`
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.terms import OPENING

TEMPLATE = Template("{left} {sku} can come back", "write `qty: 1` or `qty: all`")


def quantity_missing(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where an item has no quantity and more than one unit can come back."""
    item, line = facts.item, facts.line
    if facts.event.kind not in OPENING or item is None or line is None:
        return
    if item.qty is None and facts.quantity is None and facts.can_return > 0:
        place = facts.at("sku") if item.sku is not None else facts.place
        yield Finding("quantity-missing", place, {"left": facts.can_return, "sku": line.sku})
