"""Undoes the rounding of the sale's document with the last unit that comes back, sign and all.

It is taken as booked and never rounded anew, so that an order that comes back whole leaves nothing behind.

```settings
accounts: {preset: general, cash_bank: Assets:Bank, rounding: Income:Rounding}
```
```beancount
2026-10-26 * "Ann" "Sale, the total rounded down" ^inv-SO-1
  Assets:Bank                            112.00 CNY
  Income:Sales                          -100.00 CNY
  Income:Rounding                          1.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```
```yaml
- {return: SO-1, id: R-1, date: 2026-11-02, condition: new}
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
  Income:Rounding                                        -1.00 CNY
    rl-role: "rounding"
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
  Liabilities:Refund-Payable                           -112.00 CNY
    rl-role: "refund_payable"
  Liabilities:Refund-Payable                            112.00 CNY
    rl-role: "refund_payable"
  Assets:Bank                                          -112.00 CNY
    rl-role: "cash_bank"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Document
from returnledger.facts import Facts
from returnledger.legs import Leg, customer, leg_of
from returnledger.money import ZERO


def undo_rounding(facts: Facts, document: Document) -> Iterator[Leg]:
    """Yield the rounding of the sale turned round, and what that is worth to the customer."""
    for part in document.rounding:
        yield leg_of(part, carried=facts.sale.dimensions(part.place) if facts.sale else ())
    if document.rounding:
        yield customer(facts, -sum((part.amount for part in document.rounding), ZERO))
