'''Takes the revenue and the tax of returned goods back, in the customer's favour.

The amounts are the line's own: its share of revenue, discounts and tax as the sale booked them. With a contra account
for returns the net goes there, else to the revenue account of the sale.

```beancount
2026-10-20 * "Ann" "Sale" ^inv-SO-1
  Assets:Receivable                    113.00 CNY
  Income:Sales                        -100.00 CNY
  Liabilities:Output-VAT               -13.00 CNY
  Expenses:COGS                         60.00 CNY
  Assets:Inventory                         -1 MUG {60.00 CNY, 2026-01-05}
```
```yaml
- {return: SO-1, date: 2026-11-02, reason: changed_mind}
```
'''

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decide import Decision
from returnledger.facts import Facts
from returnledger.legs import Leg, customer, money_legs


def credit(facts: Facts, decision: Decision) -> Iterator[Leg]:
    """Yield debits of revenue and tax for one item, and what they are worth to the customer."""
    yield from money_legs(facts, decision, kept=False)
    yield customer(facts, -facts.gross)
