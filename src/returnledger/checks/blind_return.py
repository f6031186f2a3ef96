"""Goods are to come back without a sale.

Without the sale nobody knows what was paid, what the goods cost, or whether they were the shop's at all.

Passes:

```yaml
- {return: auto, customer: Ann, sku: MUG, date: 2026-11-02}
```

Refused:

```yaml
- {return: none, sku: MUG, price_incl_tax: 113.00, date: 2026-11-02}
```
```finding
events.yaml:1:12: error[blind-return]: goods without a sale are not taken back
hint: write the order, or `return: auto` with `customer` and `sku` to find the sale
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.terms import Kind

TEMPLATE = Template(
    "goods without a sale are not taken back",
    "write the order, or `return: auto` with `customer` and `sku` to find the sale",
)


def blind_return(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where a return names no sale."""
    if facts.event.kind is Kind.RETURN and facts.event.reference == "none":
        yield Finding("blind-return", facts.event.place)
