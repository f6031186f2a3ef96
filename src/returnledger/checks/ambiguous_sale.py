"""Two orders go by the name that the event gives.

Shops and hand-written entries may use one number for two things: a link `inv-1` and metadata `order: "1"`. Nobody but
the user can tell which is meant.

```beancount
2026-10-20 * "Ann" "Sale" ^inv-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}

2026-10-21 * "Ben" "Sale"
  order: "1"
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```

Passes:

```yaml
- {return: inv-1, date: 2026-10-25}
```

Refused:

```yaml
- {return: 1, date: 2026-10-25}
```
```finding
events.yaml:1:12: error[ambiguous-sale]: 2 orders go by 1: inv-1 (main.beancount:15), order:1 (main.beancount:22)
hint: write `return: inv-1`, or another of them in full
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.facts import Facts
from returnledger.findings import Finding, Template

TEMPLATE = Template("{count} orders go by {reference}: {orders}", "write `{kind}: {first}`, or another of them in full")


def ambiguous_sale(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where several orders go by the reference."""
    event = facts.event
    if len(facts.orders) > 1 and facts.sale is None:
        yield Finding(
            "ambiguous-sale",
            event.place,
            {
                "count": len(facts.orders),
                "reference": event.reference,
                "orders": [
                    f"{order} ({facts.in_books(at)})" if (at := facts.places_of_orders.get(order)) else order
                    for order in facts.orders
                ],
                "kind": event.kind.value,
                "first": facts.orders[0],
            },
        )
