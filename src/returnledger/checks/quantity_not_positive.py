"""A number that must be above zero is not, or one is below zero.

Units and amounts of an event are written without a sign: the kind of the event says which way they go. To take a
return back, void it.

Passes:

```yaml
- {return: SO-1, date: 2026-11-02, sku: MUG, qty: 1}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-02, sku: MUG, qty: -1}
- {allowance: SO-1, date: 2026-11-02, amount: 0.00}
```
```finding
events.yaml:1:51: error[quantity-not-positive]: `qty` is -1; it must be above 0
hint: write the number without a sign; what is posted is undone by `void: ID`
events.yaml:2:47: error[quantity-not-positive]: `amount` is 0.00; it must be above 0
hint: write the number without a sign; what is posted is undone by `void: ID`
```
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template

TEMPLATE = Template(
    "`{field}` is {given}; it must be {least}",
    "write the number without a sign; what is posted is undone by `void: ID`",
)

ABOVE = ("qty", "amount")  # fields of which nothing is as wrong as less than nothing
AT_LEAST = (
    "contract_total",
    "retain",
    "penalty",
    "interest",
    "fee",
    "shipping",
    "price_incl_tax",
    "price",
    "tax",
    "cost",
    "value",
    "selling_cost",
)


def quantity_not_positive(facts: Facts) -> Iterator[Finding]:
    """Yield a finding for each quantity or amount of the event that is below what it can be."""
    for name in (*ABOVE, *AT_LEAST):
        for part in (facts.item, facts.event.body):
            number = getattr(part, name, None)
            enough = name in AT_LEAST or (
                facts.advance is not None and name == "amount"
            )  # all of an advance may be kept
            if not isinstance(number, Decimal) or number > 0 or (number == 0 and enough):
                continue
            least = Phrase("0 or more") if enough else Phrase("above 0")
            yield Finding(
                "quantity-not-positive", facts.at(name), {"field": name, "given": f"{number:f}", "least": least}
            )
