"""Gives shipping back: the delivery charge of the order, or the part of it that the policy or the event says.

It comes out of the accounts the sale booked it to, its tax with it, and never more than was charged.

```policy
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window: {default: {days: 7, from: delivered}}
shipping_refund:
  - {id: ours, when: {fault: merchant}, pays: all}
  - {id: theirs, when: {}, pays: none}
```
```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            124.30 CNY
  Income:Sales                          -100.00 CNY
  Income:Shipping                        -10.00 CNY
  Liabilities:Output-VAT                 -14.30 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```
```yaml
- {return: SO-1, id: R-1, date: 2026-11-02, reason: wrong_item, condition: new}
```
```beancount
2026-11-02 * "Ann" "Return of SO-1: 1 MUG (wrong item)" #return ^R-1 ^inv-SO-1
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
  Income:Shipping                                        10.00 CNY
    rl-role: "shipping_revenue"
  Liabilities:Output-VAT                                 13.00 CNY
    rl-role: "output_vat"
    rl-line: "1"
  Liabilities:Output-VAT                                  1.30 CNY
    rl-role: "output_vat"
  Assets:Inventory                                           1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory"
    rl-line: "1"
    rl-sku: "MUG"
    rl-qty: 1
    rl-reason: "wrong_item"
    rl-condition: "new"
    rl-disposition: "restock"
  Expenses:COGS                                         -60.00 CNY
    rl-role: "cogs"
    rl-line: "1"
  Liabilities:Refund-Payable                           -124.30 CNY
    rl-role: "refund_payable"
  Liabilities:Refund-Payable                            124.30 CNY
    rl-role: "refund_payable"
  Assets:Bank                                          -124.30 CNY
    rl-role: "cash_bank"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Document
from returnledger.facts import Facts
from returnledger.legs import Leg, customer, leg_of
from returnledger.money import ZERO


def refund_shipping(facts: Facts, document: Document) -> Iterator[Leg]:
    """Yield debits of shipping revenue and its tax, and what they are worth to the customer."""
    for part in document.shipping:
        yield leg_of(part, carried=facts.sale.dimensions(part.place) if facts.sale else ())
    if document.shipping:
        yield customer(facts, -sum((part.amount for part in document.shipping), ZERO))
