"""The money would go back the way it was paid, and nobody says how that was.

A register of sales may say what was paid without saying how. Then the event names the method, or the register gets a
column `method`.

```settings
sales: {register: sales.csv}
methods: {bank: {account: Assets:Bank}, cash: {account: Assets:Cash}}
```
```register
order,date,customer,line,sku,qty,net,tax,cost,paid
SO-9,2026-10-26,Ann,1,TEA,1,100.00,13.00,60.00,113.00
```
```beancount
2026-10-31 * "Sales of October"
  Assets:Cash                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 TEA {60.00 CNY, 2026-01-05}
```

Passes:

```yaml
- {return: SO-9, date: 2026-11-02, method: cash}
```

Refused:

```yaml
- {return: SO-9, date: 2026-11-02}
```
```finding
events.yaml:1:12: error[tender-unknown]: nobody says how 113.00 CNY of order SO-9 were paid
hint: add `method:` to the event, one of bank, cash or later, or a column `method` to the register at sales.csv:2:1
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Decision, Document
from returnledger.events.advances import AdvanceStage
from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.money import ZERO, show
from returnledger.terms import Method

TEMPLATE = Template(
    "nobody says how {amount} of order {order} were paid",
    "add `method:` to the event, one of {methods} or later, or a column `method` to the register at {where}",
)


def tender_unknown(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where more is to be paid the original way than the known tenders took in."""
    document, sale = decision.document, facts.sale
    if document is not None and document.advance is not None and sale is not None:
        yield from _of_advance(facts, document)
        return
    if document is None or sale is None or document.method != Method.ORIGINAL or not facts.order.untold:
        return
    known = sum((capacity for _, capacity in facts.order.tenders), ZERO)
    if getattr(facts.event.body, "account", None) or document.payable <= known:
        return
    values = {
        "amount": f"{show(facts.order.untold, sale.currency)} {sale.currency}",
        "order": sale.order,
        "methods": list(facts.settings.methods),
        "where": facts.in_books(sale.place),
    }
    yield Finding("tender-unknown", facts.event.place, values)


def _of_advance(facts: Facts, document: Document) -> Iterator[Finding]:
    """Yield a finding where an advance is paid back and nobody knows how it came in."""
    back, sale = document.advance, facts.sale
    if back is None or sale is None or back.facts.stage is not AdvanceStage.PAID or document.method != Method.ORIGINAL:
        return
    if back.payable > document.paid:
        amount = f"{show(back.payable, document.money_currency)} {document.money_currency}"
        where = facts.in_books(sale.place)
        methods = list(facts.settings.methods)
        yield Finding(
            "tender-unknown",
            facts.event.place,
            {"amount": amount, "order": sale.order, "methods": methods, "where": where},
        )
