"""Goods are to come back without a sale.

Without the sale nobody knows what was paid, what the goods cost, or whether they were the shop's at all. A policy may
take them all the same, with `choices: {blind_returns: review}` where a person decides, or `allow`. Then the event says
what the sale would have: `price_incl_tax` with `tax_rate` (or `price` with `tax`), `cost` or the `lot`, and a `method`
for the money. The goods get a new lot of the day, or the named one; they count against no sale. Sales from before the
books began come back the same way.

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
hint: write the order, or `return: auto` with `customer` and `sku` to find the sale; a policy takes them with `choices: {blind_returns: review}`
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.policy import evaluate

TEMPLATE = Template(
    "goods without a sale are not taken back",
    "write the order, or `return: auto` with `customer` and `sku` to find the sale; a policy takes them with "
    "`choices: {{blind_returns: review}}`",
)


def blind_return(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where an event names no sale and the policy refuses such goods."""
    if facts.event.without_order != "none" or facts.policy is None:
        return
    chosen = evaluate.blind(facts.policy)
    if chosen.value == "refuse":
        because = (chosen.place, chosen.row) if chosen.row != "default" else None
        yield Finding("blind-return", facts.event.place, because=because)
