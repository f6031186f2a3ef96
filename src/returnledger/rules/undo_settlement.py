"""Takes back the share of a discount that the customer got for paying early.

The customer paid less than the invoice, and gets back less in the same proportion: what comes back of the order, tax
and delivery included, against all of it that was still out when the discount was taken. The last part takes the rest.

```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Receivable                      226.00 CNY
  Income:Sales                          -200.00 CNY
  Liabilities:Output-VAT                 -26.00 CNY
  Expenses:COGS                          120.00 CNY
  Assets:Inventory                           -2 MUG {60.00 CNY, 2026-01-05}

2026-10-28 * "Ann" "Payment, 2 % discount" ^inv-SO-1
  Assets:Bank                            222.00 CNY
  Expenses:Settlement-Discounts            4.00 CNY
  Assets:Receivable                     -226.00 CNY
```
```yaml
- {return: SO-1, id: R-1, date: 2026-11-02, sku: MUG, qty: 1, condition: new}
```
```beancount
2026-11-02 * "Ann" "Return of SO-1: 1 MUG" #return ^R-1 ^inv-SO-1
  rl-id: "R-1"
  rl-kind: "return"
  rl-step: 1
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-number: "CN-A-2026-0001"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  rl-window-end: 2026-11-02
  Income:Sales-Returns                                  100.00 CNY
    rl-role: "sales_returns"
    rl-line: "1"
  Liabilities:Output-VAT                                 13.00 CNY
    rl-role: "output_vat"
    rl-line: "1"
  Expenses:Settlement-Discounts                          -2.00 CNY
    rl-role: "settlement_discount"
  Assets:Inventory                                           1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory"
    rl-line: "1"
    rl-sku: "MUG"
    rl-qty: 1
    rl-condition: "new"
    rl-disposition: "restock"
  Expenses:COGS                                         -60.00 CNY
    rl-role: "cogs"
    rl-line: "1"
  Liabilities:Refund-Payable                           -111.00 CNY
    rl-role: "refund_payable"
  Liabilities:Refund-Payable                            111.00 CNY
    rl-role: "refund_payable"
  Assets:Bank                                          -111.00 CNY
    rl-role: "cash_bank"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Document
from returnledger.facts import Facts
from returnledger.legs import Leg, customer, leg_of


def undo_settlement(facts: Facts, document: Document) -> Iterator[Leg]:
    """Yield the share of the discounts that comes back, and what the customer gets less for it."""
    for part in document.settled:
        yield leg_of(part)
        yield customer(facts, -part.amount)
