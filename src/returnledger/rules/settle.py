"""Settles what the customer gets: what the order still owes is taken off the receivable, the rest becomes payable.

One rule for every credit. With store credit as the method the rest becomes credit to spend in the shop. Here 50.00 of
the order are paid; the bank transfer waits until later.

```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Receivable                      113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}

2026-10-28 * "Ann" "Payment" ^inv-SO-1
  Assets:Bank                             50.00 CNY
  Assets:Receivable                      -50.00 CNY
```
```yaml
- {return: SO-1, id: R-1, date: 2026-11-02, method: later}
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
  Assets:Inventory-Hold                                      1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory_hold"
    rl-line: "1"
    rl-sku: "MUG"
    rl-qty: 1
    rl-condition: "unknown"
    rl-disposition: "hold"
  Expenses:COGS                                         -60.00 CNY
    rl-role: "cogs"
    rl-line: "1"
  Assets:Receivable                                     -63.00 CNY
    rl-role: "accounts_receivable"
  Liabilities:Refund-Payable                            -50.00 CNY
    rl-role: "refund_payable"
```
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from returnledger.decision import Document
from returnledger.facts import Facts
from returnledger.legs import Leg, customer, money_leg
from returnledger.roles import Role
from returnledger.rows import TENDER, Dimensions


def settle(facts: Facts, document: Document) -> Iterator[Leg]:
    """Yield credits of receivable, store credit and refund payable for what is due."""
    settings, weights = facts.settings, document.offset_weights
    yield customer(facts, document.due)
    for account, amount, weight in weights or ((name, amount, amount) for name, amount in document.offset):
        leg = money_leg(Role.ACCOUNTS_RECEIVABLE, account, -amount, -weight, document)
        yield replace(leg, carried=_of_receivable(facts, account))
    clearing = Role.EXCHANGE_CLEARING
    for tender, amount in document.swapped:  # what pays for goods that go out, by what had paid for those that came
        said = {TENDER: tender} if tender else None
        account = settings.account_for(clearing)
        yield Leg(clearing.value, account, -amount, document.currency, item=said, pile=tender)
    for role, amount in (
        (Role.STORE_CREDIT_LIABILITY, document.store_credit),
        (Role.REFUND_PAYABLE, document.payable),
    ):
        if amount:
            yield money_leg(role, settings.account_for(role), -amount, -document.weight, document)


def _of_receivable(facts: Facts, account: str) -> Dimensions:
    """Return the dimensions with which a receivable was booked, where all that was booked on it agrees."""
    sale = facts.sale
    if sale is None or not sale.carried:
        return ()
    found = {sale.dimensions(money.place) for money in sale.receivable if money.account == account and money.amount > 0}
    return next(iter(found)) if len(found) == 1 else ()
