"""Releases what the customer has paid too much, so that it can be refunded.

A return took its credit off the receivable, and the customer paid the whole invoice all the same. What the receivable
then owes becomes payable; the refund pays it.

```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Receivable                      113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}

2026-11-04 * "Ann" "Pays the invoice" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Assets:Receivable                     -113.00 CNY
```
```posted
- {return: SO-1, id: R-1, date: 2026-11-02, reason: changed_mind}
```
```yaml
- {refund: R-1, date: 2026-11-05}
```
```beancount
2026-11-05 * "Ann" "Refund for SO-1" #refund ^R-1 ^inv-SO-1
  rl-id: "RF-20261105-…"
  rl-kind: "refund"
  rl-step: 2
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  Assets:Receivable                                     113.00 CNY
    rl-role: "accounts_receivable"
  Liabilities:Refund-Payable                           -113.00 CNY
    rl-role: "refund_payable"
  Liabilities:Refund-Payable                            113.00 CNY
    rl-role: "refund_payable"
  Assets:Bank                                          -113.00 CNY
    rl-role: "cash_bank"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Document
from returnledger.facts import Facts
from returnledger.legs import Leg, money_leg
from returnledger.roles import Role


def release_overpayment(facts: Facts, document: Document) -> Iterator[Leg]:
    """Yield debits of the receivables that were paid too much on, and credits of refund payable."""
    payable = facts.settings.account_for(Role.REFUND_PAYABLE)
    weights = document.offset_weights or tuple((name, amount, amount) for name, amount in document.released)
    for account, amount, weight in weights:
        yield money_leg(Role.ACCOUNTS_RECEIVABLE, account, amount, weight, document)
        yield money_leg(Role.REFUND_PAYABLE, payable, -amount, -weight, document)
