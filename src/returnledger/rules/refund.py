"""Pays what is payable to the customer, out of the accounts that the method names.

Every refund debits refund payable, whether it follows its return at once or months later. Cash is rounded only where the
settings say so (`cash_rounding`); the difference goes to the account of rounding.

```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```
```posted
- {return: SO-1, id: R-1, date: 2026-11-02, method: later}
```
```yaml
- {refund: R-1, id: P-1, date: 2026-11-05, amount: 100.00}
```
```beancount
2026-11-05 * "Ann" "Refund for SO-1" #refund ^R-1 ^inv-SO-1
  rl-id: "P-1"
  rl-kind: "refund"
  rl-step: 2
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  Liabilities:Refund-Payable                            100.00 CNY
    rl-role: "refund_payable"
  Assets:Bank                                          -100.00 CNY
    rl-role: "cash_bank"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.cash import account_of_rounding
from returnledger.decision import Document
from returnledger.facts import Facts
from returnledger.legs import Leg, money_leg
from returnledger.roles import Role


def refund(facts: Facts, document: Document) -> Iterator[Leg]:
    """Yield the payments, what cash was rounded by, and the debit of refund payable they settle."""
    for payment in document.payments:
        if payment.units is not None:
            role, account, amount = payment.role.value, payment.account, -payment.amount
            yield Leg(role, account, amount, document.currency, None, payment.commodity, -payment.units)
            continue
        out, weight = payment.handed_over, payment.weight
        if weight is not None:  # cash of the books is rounded as what it weighs
            out, weight = payment.amount, -(weight + payment.rounding)
        yield money_leg(payment.role, payment.account, -out, weight, document, payment.in_books)
        if payment.rounding:
            account = account_of_rounding(facts.settings)
            yield Leg(Role.CASH_ROUNDING.value, account, payment.rounding, document.currency)
    if document.paid:
        role = Role.REFUND_PAYABLE
        yield money_leg(role, facts.settings.account_for(role), document.paid, document.leaving, document)
