"""Books what exchange rates made of a credit or a refund, where the customer was invoiced in another currency.

Revenue goes back at the sale's rate, what is still owed leaves the receivable at what it weighs there, and what was
paid goes back at the day's rate. The three differ, and this is the difference. Here half of the order is paid, and the
dollar has risen since.

```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Receivable                      100.00 USD @ 7.20 CNY
  Income:Sales                          -720.00 CNY
  Expenses:COGS                          400.00 CNY
  Assets:Inventory                           -1 MUG {400.00 CNY, 2026-01-05}

2026-10-28 * "Ann" "Payment" ^inv-SO-1
  Assets:Bank:USD                         50.00 USD @ 7.25 CNY
  Assets:Receivable                      -50.00 USD @ 7.20 CNY
  Income:FX-Gain-Loss                     -2.50 CNY

2026-10-31 price USD 7.30 CNY
```
```yaml
- {return: SO-1, id: R-1, date: 2026-11-02}
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
  Income:Sales-Returns                                  720.00 CNY
    rl-role: "sales_returns"
    rl-line: "1"
  Assets:Inventory-Hold                                      1 MUG {400.00 CNY, 2026-01-05}
    rl-role: "inventory_hold"
    rl-line: "1"
    rl-sku: "MUG"
    rl-qty: 1
    rl-condition: "unknown"
    rl-disposition: "hold"
  Expenses:COGS                                        -400.00 CNY
    rl-role: "cogs"
    rl-line: "1"
  Assets:Receivable                                     -50.00 USD @@ 360.00 CNY
    rl-role: "accounts_receivable"
  Liabilities:Refund-Payable                            -50.00 USD @@ 365.00 CNY
    rl-role: "refund_payable"
  Liabilities:Refund-Payable                             50.00 USD @@ 365.00 CNY
    rl-role: "refund_payable"
  Assets:Bank:USD                                       -50.00 USD @@ 365.00 CNY
    rl-role: "cash_bank"
  Income:FX-Gain-Loss                                     5.00 CNY
    rl-role: "fx_gain_loss"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.carrying import difference
from returnledger.decision import Document
from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.roles import Role


def exchange_difference(facts: Facts, document: Document) -> Iterator[Leg]:
    """Yield what exchange rates took from us as a debit, what they brought as a credit."""
    amount = difference(document)
    if amount:
        account = facts.settings.account_for(Role.FX_GAIN_LOSS)
        yield Leg(Role.FX_GAIN_LOSS.value, account, amount, document.currency)
