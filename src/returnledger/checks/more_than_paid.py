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

from returnledger.advancecase import AdvanceBack
from returnledger.decision import Decision
from returnledger.events.advances import AdvanceStage
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.money import show
from returnledger.terms import Kind

TEMPLATE = Template("{asked} {currency} would be paid out; {most} {limit}", "{instead}")


def more_than_paid(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where a payment is above what is due, or above what the order paid in and has not got back."""
    document = decision.document
    if document is None:
        return
    if document.advance is not None:
        yield from _of_advance(facts, document.advance)
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
                    "instead": _instead(facts, show(most, document.money_currency)),
                },
            )
            return


def _instead(facts: Facts, most: str) -> Phrase:
    """Return what to do: pay less, or take the step that more waits for."""
    if facts.missing is None:
        return Phrase("pay {most} at most", {"most": most})
    return Phrase("pay {most} at most; for more {missing}", {"most": most, "missing": facts.missing})


def _of_advance(facts: Facts, back: AdvanceBack) -> Iterator[Finding]:
    """Yield a finding where more would go back and be kept of an advance than is left of it, or than was approved."""
    known = back.facts
    left = known.left
    if left is None or known.stage is AdvanceStage.REJECTED:
        return
    asked, most, limit = back.taken, left.money_left, Phrase("is left of the advance")
    if known.paying:
        asked, most, limit = back.back, known.due, Phrase("is approved and not paid")
    if asked > most or (not most and known.opening):
        place = facts.event.at("amount" if "amount" in facts.event.canonical else "retain")
        shown = {"asked": show(asked, left.currency), "most": show(most, left.currency), "currency": left.currency}
        instead = Phrase("pay {most} at most", {"most": shown["most"]})
        yield Finding("more-than-paid", place, {**shown, "limit": limit, "instead": instead})
