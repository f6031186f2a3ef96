"""The rate of the day is far from every rate that is known, as if it had been turned round.

A rate says how much of the books' currency one unit of the customer's currency is worth: 7.20 where one dollar is 7.20
yuan, never 0.1389. Less than half or more than twice of the sale's own rate, and of the ledger's latest price, is
taken for a slip.

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
- {return: SO-1, date: 2026-10-25, rate: 0.1370}
```
```finding
events.yaml:1:42: error[rate-unlikely]: one USD would be worth 0.137 CNY; the sale has 7.2
hint: write how much CNY one USD is worth on the day; `rate: 7.2993` if it was turned round
```
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.money import plain, round_to

TEMPLATE = Template(
    "one {foreign} would be worth {given} {currency}; the sale has {sold}",
    "write how much {currency} one {foreign} is worth on the day{turned}",
)


def rate_unlikely(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where the rate of the event, or of the ledger's price, is out of all proportion."""
    exchange = facts.order.exchange
    if exchange is None or exchange.rate is None or not exchange.rate.far:
        return
    sold, given = exchange.sold_at, exchange.rate.value
    turned = Fraction(1, 2) <= 1 / (given * sold) <= 2
    other = {"rate": plain(round_to(1 / given, 4))}
    values = {
        "foreign": exchange.invoiced.currency,
        "currency": exchange.currency,
        "given": plain(exchange.rate.number),
        "sold": plain(round_to(sold, 4)),
        "turned": Phrase("; `rate: {rate}` if it was turned round", other) if turned else "",
    }
    yield Finding("rate-unlikely", facts.at("rate"), values)
