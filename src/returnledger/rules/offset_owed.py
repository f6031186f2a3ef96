"""Sets what is payable off against what the order owes by now, where the refund says `method: offset`.

A credit comes off what the order owes on its day; what became payable then may later stand against something the customer
was billed since. No money moves, and never more than is owed.

```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}

2026-11-03 * "Ann" "Charged back by the bank" ^inv-SO-1
  Assets:Receivable                       50.00 CNY
  Assets:Bank                            -50.00 CNY
```
```posted
- {return: SO-1, id: R-1, date: 2026-11-02, method: later}
```
```yaml
- {refund: R-1, id: P-1, date: 2026-11-05, amount: 50.00, method: offset}
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
  Assets:Receivable                                     -50.00 CNY
    rl-role: "accounts_receivable"
  Liabilities:Refund-Payable                             50.00 CNY
    rl-role: "refund_payable"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Document
from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.roles import Role


def offset_owed(facts: Facts, document: Document) -> Iterator[Leg]:
    """Yield credits of the receivables that a refund is set off against, and the debit of refund payable."""
    payable = Role.REFUND_PAYABLE
    for account, amount in document.offset:
        yield Leg(Role.ACCOUNTS_RECEIVABLE.value, account, -amount, document.currency)
        yield Leg(payable.value, facts.settings.account_for(payable), amount, document.currency)
