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
from dataclasses import replace
from decimal import Decimal

from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.money import places, plain, round_to

TEMPLATE = Template(
    "`{field}` is {given}; the most decimals of the sale are {most}",
    "write `{field}: {near}`, or the amount that was agreed",
)

FIELDS = (
    "amount", "fee", "shipping", "retain", "penalty", "interest",  # what is paid or kept
    "tax", "expect", "proceeds", "salvage", "input_vat", "refurbishing_cost",  # what becomes of goods
)  # fmt: skip
OF_BOOKS = ("input_vat",)  # what a count costs, in the currency of the books


def amount_too_fine(facts: Facts) -> Iterator[Finding]:
    """Yield a finding for each amount of the event with more decimals than the sale has, without one the books."""
    most, body, event = facts.money_decimals, facts.event.body, facts.event
    items = [(facts.index, facts.item)] if facts.item is not None else list(enumerate(event.items))
    fields = FIELDS if facts.sale is not None else OF_BOOKS
    given = [
        (name, getattr(part, name, None), replace(facts, index=index).at(name))
        for name in fields
        for index, part in (*items, (facts.index, body))
    ]
    given += [("amount", charge.amount, facts.at("charge")) for charge in getattr(body, "charge", ())]
    for name, number, place in given:
        if isinstance(number, Decimal) and places(number) > most:
            near = f"{round_to(number, most):f}"
            yield Finding("amount-too-fine", place, {"field": name, "given": plain(number), "most": most, "near": near})
