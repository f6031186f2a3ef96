"""What was paid in another currency goes back at a rate that nobody gives.

The customer was invoiced in a currency that the sale is not booked in, and money goes back, now or later. It weighs in
the books what it does on the day: `rate` on the event says how much that is for one unit, else the ledger's latest
price directive. What is still owed needs no rate, since it leaves the receivable at what it weighs there.

```beancount
2026-10-20 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank:USD                        100.00 USD @ 7.20 CNY
  Income:Sales                          -720.00 CNY
  Expenses:COGS                          400.00 CNY
  Assets:Inventory                           -1 MUG {400.00 CNY, 2026-01-05}
```

Passes:

```yaml
- {return: SO-1, date: 2026-10-25, rate: 7.30}
```

Refused:

```yaml
- {return: SO-1, date: 2026-10-25}
```
```finding
events.yaml:1:12: error[rate-missing]: 100.00 USD go back, and what one USD is worth in CNY on 2026-10-25 is not known
hint: add `rate:` to the event, or a price of USD in CNY to the ledger
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.advancecase import AdvanceBack
from returnledger.decision import Decision
from returnledger.events.advances import AdvanceStage
from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.money import ZERO, show

TEMPLATE = Template(
    "{amount} {foreign} go back, and what one {foreign} is worth in {currency} on {date} is not known",
    "add `rate:` to the event, or a price of {foreign} in {currency} to the ledger",
)


def rate_missing(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where money is due in another currency than the books', and no rate of the day is known."""
    document, exchange = decision.document, facts.order.exchange
    if document is None:
        return
    for each in facts.order.abroad:
        amount = sum((payment.amount for payment in document.payments if payment.account == each.account), ZERO)
        if amount and each.rate is None:
            shown = show(amount, document.currency)
            said = {"amount": shown, "foreign": document.currency, "currency": each.currency, "date": facts.day}
            yield Finding("rate-missing", facts.event.at("rate"), said)
    if document.advance is not None:
        yield from _of_advance(facts, document.advance)
        return
    if exchange is None or exchange.rate is not None:
        return
    amount = document.paid_or_payable
    if amount:
        values = {
            "amount": show(amount, document.money_currency),
            "foreign": document.money_currency,
            "currency": document.currency,
            "date": facts.day,
        }
        yield Finding("rate-missing", facts.event.place, values)


def _of_advance(facts: Facts, back: AdvanceBack) -> Iterator[Finding]:
    """Yield a finding where an advance in another currency goes back, and no rate of the day is known."""
    left = back.facts.left
    if left is None or left.advance.foreign is None or back.facts.rate is not None or not back.payable:
        return
    if back.facts.stage in (AdvanceStage.REQUESTED, AdvanceStage.REJECTED):
        return
    values = {"foreign": left.currency, "currency": left.advance.currency, "date": facts.day}
    yield Finding("rate-missing", facts.event.place, {"amount": show(back.payable, left.currency), **values})
