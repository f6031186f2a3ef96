"""More would be paid out than is due, or than was ever paid in.

Money goes back only for what was credited, and only as far as the order was paid; what the customer still owes is
offset first.

Passes:

```yaml
- {return: SO-1, id: R-1, date: 2026-11-02, method: later}
- {refund: R-1, date: 2026-11-03, amount: 113.00}
```

Refused:

```yaml
- {return: SO-1, id: R-1, date: 2026-11-02, method: later}
- {refund: R-1, date: 2026-11-03, amount: 131.00}
```
```finding
events.yaml:2:43: error[more-than-paid]: 131.00 CNY would be paid out; 113.00 is due
hint: pay 113.00 at most
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.money import show
from returnledger.terms import Kind

TEMPLATE = Template("{asked} {currency} would be paid out; {most} {limit}", "pay {most} at most")


def more_than_paid(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where a payment is above what is due, or above what the order paid in and has not got back."""
    document = decision.document
    if document is None:
        return
    is_refund = facts.event.kind is Kind.REFUND
    asked = max(document.payable, document.paid) if is_refund else document.paid
    # Nobody knows what was paid for goods without a sale: what was credited for them is the only limit.
    caps = [] if facts.blind else [(document.order.refundable, Phrase("was paid in and has not gone back"))]
    if is_refund:
        caps.insert(0, (document.due, Phrase("is due")))
    for most, limit in caps:
        if asked > most:
            shown = show(asked, document.money_currency)
            yield Finding(
                "more-than-paid",
                facts.event.at("amount") if is_refund else facts.event.at("method"),
                {
                    "asked": shown,
                    "currency": document.money_currency,
                    "most": show(most, document.money_currency),
                    "limit": limit,
                },
            )
            return
