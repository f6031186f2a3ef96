"""The sale has an invoice, and no red invoice takes its tax back.

Where a tax invoice was issued, output tax may be lowered only by a red invoice (红字发票); its number stands on the
event, or `red_invoice: pending` where it comes later: the tax then waits on an account of its own until `tax_credit`
brings it. What takes no tax back needs none: sales that bear no tax, and sales booked tax included whose tax is split off at
the end of the month (`tax: month_end`).

```settings
red_invoice: required
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
- {return: SO-1, date: 2026-11-02, red_invoice: "25442000000098765432"}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-02}
```
```finding
events.yaml:1:12: error[red-invoice-missing]: order SO-1 has invoice 25442000000012345678, and no red invoice takes its tax back
hint: add `red_invoice:` with its number, or `red_invoice: pending` on a credit whose red invoice comes later
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.roles import Role

TEMPLATE = Template(
    "order {order} has invoice {invoice}, and no red invoice takes its tax back",
    "add `red_invoice:` with its number, or `red_invoice: pending` on a credit whose red invoice comes later",
)


def red_invoice_missing(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where tax of an invoiced sale would be taken back without the number of a red invoice."""
    sale, body = facts.sale, facts.event.body
    said = getattr(body, "red_invoice", None)
    back = decision.document.advance if decision.document is not None else None
    if sale is None or facts.settings.red_invoice != "required" or said:
        return
    if back is not None and any(part.role is Role.OUTPUT_VAT for part in back.parts) and not back.moved_to:
        values = {"order": sale.order, "invoice": sale.invoice or Phrase("of an unknown number")}
        yield Finding("red-invoice-missing", facts.event.place, values)
        return
    invoice = getattr(body, "invoice", None) or sale.invoice
    shipping = decision.document.shipping if decision.document is not None else ()
    if invoice and any(part.role is Role.OUTPUT_VAT for part in (*facts.credit, *shipping)):
        order = Phrase("of these goods") if facts.blind else sale.order
        yield Finding("red-invoice-missing", facts.event.place, {"order": order, "invoice": invoice})
