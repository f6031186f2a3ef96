"""Lowers the price of goods that the customer keeps: an allowance, or a return whose goods are not sent back.

Revenue and tax are taken back; stock and cost of goods never move. The tax is the share that tax has in the amount.
A credit note of an `amount` does the same and leaves the money to `refund`; with `correction: true`, for a document
that was wrong, it goes back to the very accounts of the sale.

```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```
```yaml
- {allowance: SO-1, id: A-1, date: 2026-11-02, amount: 20.00, reason: quality}
```
```beancount
2026-11-02 * "Ann" "Allowance on SO-1: 1 MUG (quality)" #allowance ^A-1 ^inv-SO-1
  rl-id: "A-1"
  rl-kind: "allowance"
  rl-step: 1
  rl-case: "A-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-number: "CN-A-2026-0001"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  Income:Sales-Allowances                                17.70 CNY
    rl-role: "sales_allowances"
    rl-line: "1"
    rl-sku: "MUG"
    rl-reason: "quality"
  Liabilities:Output-VAT                                  2.30 CNY
    rl-role: "output_vat"
    rl-line: "1"
  Liabilities:Refund-Payable                            -20.00 CNY
    rl-role: "refund_payable"
  Liabilities:Refund-Payable                             20.00 CNY
    rl-role: "refund_payable"
  Assets:Bank                                           -20.00 CNY
    rl-role: "cash_bank"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.legs import Leg, customer, money_legs


def allow(facts: Facts, decision: Decision) -> Iterator[Leg]:
    """Yield debits of allowances (or revenue) and tax for one item, and what they are worth to the customer."""
    yield from money_legs(facts, decision, kept=True)
    yield customer(facts, -facts.gross)
