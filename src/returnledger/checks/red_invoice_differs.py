"""A red invoice does not agree with the credit that it is of: its net amount, its tax or its reason.

Net and tax are those of the credit note, or of a part of it at the same rate; several red invoices for one credit add up to
it and never to more. One that was applied for has the figures of its application. The reason follows from the goods: 02
where they came back, 04 for those that stay and for a lower price, 03 for a service that was stopped, 01 for a document
that was wrong.

```settings
red_invoice: pending
```
```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  invoice: "25442000000012345678"
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```

Passes:

```yaml
- {return: SO-1, id: R-1, date: 2026-11-02}
- {tax_credit: R-1, date: 2026-11-05, number: "26442000000098765432", reason_code: "02", net: 100.00, tax: 13.00}
```

Refused:

```yaml
- {return: SO-1, id: R-1, date: 2026-11-02}
- {tax_credit: R-1, date: 2026-11-05, number: "26442000000098765432", reason_code: "04", net: 100.00, tax: 9.00}
```
```finding
events.yaml:2:84: error[red-invoice-differs]: reason_code of the red invoice is 04; by credit CN-A-2026-0001 it is 02
hint: write 02, or leave `reason_code` out; if the red invoice itself is wrong, have it corrected
events.yaml:2:108: error[red-invoice-differs]: tax of the red invoice is 9.00; by credit CN-A-2026-0001 it is 13.00
hint: write 13.00, or leave `tax` out; if the red invoice itself is wrong, have it corrected
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.facts import Facts
from returnledger.findings import Finding, Template

TEMPLATE = Template(
    "{field} of the red invoice is {said}; by credit {credit} it is {own}",
    "write {own}, or leave `{field}` out; if the red invoice itself is wrong, have it corrected",
)


def red_invoice_differs(facts: Facts) -> Iterator[Finding]:
    """Yield a finding for each figure of a red invoice that is not the credit's."""
    red = facts.red
    if red is None or red.credit is None:
        return
    credit = red.credit.credit
    for field, said, own in red.differs:
        values = {"field": field, "said": said, "own": own, "credit": credit.number or credit.id}
        yield Finding("red-invoice-differs", facts.event.at(field), values)
