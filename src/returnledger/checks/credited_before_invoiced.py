"""The return is dated before the invoice that it would credit.

Goods may be delivered first and invoiced later. Until then the customer owes nothing for them, and nothing can be credited:
revenue and tax would go back before they were earned, and both sides would stand open until the invoice. Once the invoice is
in the books its credit takes a day on which it was out.

```beancount
2026-10-20 * "Ann" "Delivery" ^inv-SO-1
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
    sku: "MUG"

2026-10-26 * "Ann" "Invoice" ^inv-SO-1
  Assets:Receivable                      113.00 CNY
  Income:Sales                          -100.00 CNY
    sku: "MUG"
    qty: 1
  Liabilities:Output-VAT                 -13.00 CNY
```

Passes:

```yaml
- {return: SO-1, date: 2026-10-26}
```

Refused:

```yaml
- {return: SO-1, date: 2026-10-25}
```
```finding
events.yaml:1:24: error[credited-before-invoiced]: dated 2026-10-25, before the invoice of 2026-10-26: by then 0.00 were invoiced, and 113.00 would be credited
hint: date it 2026-10-26 or later; for goods that were back before, correct the invoice instead
```
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.money import show

TEMPLATE = Template(
    "dated {day}, before the invoice of {invoiced}: by then {billed} were invoiced, and {credited} would be credited",
    "date it {invoiced} or later; for goods that were back before, correct the invoice instead",
)

_SLACK = Decimal("0.01")  # of the credit: exchange rates and roundings are no invoice


def credited_before_invoiced(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where more would be credited than was invoiced by the day, and the rest is invoiced later."""
    order, sale = facts.order, facts.sale
    later = order.billed_later
    if sale is None or facts.dated is None or later is None or not facts.credits_units:
        return
    credited = order.credited + facts.event_gross
    if credited - order.billed > facts.event_gross * _SLACK:
        amounts = {"billed": show(order.billed, sale.currency), "credited": show(credited, sale.currency)}
        yield Finding("credited-before-invoiced", facts.at("date"), {"day": facts.dated, "invoiced": later, **amounts})
