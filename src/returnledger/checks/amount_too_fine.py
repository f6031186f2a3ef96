"""An amount has more decimals than its currency, so that it could not be paid as written.

Amounts of money are taken to the last decimal that the sale used, at least the minor unit of the currency. Unit prices
may have more.

Passes:

```yaml
- {allowance: SO-1, date: 2026-11-02, amount: 20.50}
```

Refused:

```yaml
- {allowance: SO-1, date: 2026-11-02, amount: 20.505}
```
```finding
events.yaml:1:47: error[amount-too-fine]: `amount` is 20.505; the most decimals of the sale are 2
hint: write `amount: 20.51`, or the amount that was agreed
```
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.money import places, plain, round_to

TEMPLATE = Template(
    "`{field}` is {given}; the most decimals of the sale are {most}",
    "write `{field}: {near}`, or the amount that was agreed",
)

FIELDS = ("amount", "fee", "shipping", "retain", "penalty", "interest")  # what is paid or kept


def amount_too_fine(facts: Facts) -> Iterator[Finding]:
    """Yield a finding for each amount of the event with more decimals than the sale has."""
    if facts.sale is None:
        return
    most = facts.sale.money_decimals
    for name in FIELDS:
        for part in (facts.item, facts.event.body):
            number = getattr(part, name, None)
            if isinstance(number, Decimal) and places(number) > most:
                near = f"{round_to(number, most):f}"
                values = {"field": name, "given": plain(number), "most": most, "near": near}
                yield Finding("amount-too-fine", facts.at(name), values)
