"""Takes a coupon back where the goods kept no longer reach its threshold, with its tax.

The share of the coupon on the goods that the customer keeps was given for goods that came back: the refund is less by it,
and the sale of what is kept is worth what it would have been without the coupon. Whoever brings these goods back later gets
that share too. It goes to its own account where discounts are mirrored, else to where returns are booked.

```policy
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window: {default: {days: 7, from: delivered}}
coupons: clawback
```
```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  coupon_threshold: 300.00 CNY
  Assets:Bank                            320.00 CNY
  Income:Sales                          -300.00 CNY
    sku: "LAMP"
  Income:Sales                          -100.00 CNY
    sku: "BULB"
  Income:Sales-Discounts                  80.00 CNY
  Expenses:COGS                          110.00 CNY
  Assets:Inventory                           -1 LAMP {60.00 CNY, 2026-01-05}
  Assets:Inventory                           -1 BULB {50.00 CNY, 2026-01-05}
```
```yaml
- {return: SO-1, id: R-1, date: 2026-11-02, sku: LAMP, reason: changed_mind, condition: new}
```
```beancount
2026-11-02 * "Ann" "Return of SO-1: 1 LAMP (changed mind)" #return ^R-1 ^inv-SO-1
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
  Income:Sales-Returns                                  240.00 CNY
    rl-role: "sales_returns"
    rl-line: "1"
  Income:Sales-Returns                                  -20.00 CNY
    rl-role: "sales_returns"
    rl-coupon: "net"
  Assets:Inventory                                           1 LAMP {60.00 CNY, 2026-01-05}
    rl-role: "inventory"
    rl-line: "1"
    rl-sku: "LAMP"
    rl-qty: 1
    rl-reason: "changed_mind"
    rl-condition: "new"
    rl-disposition: "restock"
  Expenses:COGS                                         -60.00 CNY
    rl-role: "cogs"
    rl-line: "1"
  Liabilities:Refund-Payable                           -220.00 CNY
    rl-role: "refund_payable"
  Liabilities:Refund-Payable                            220.00 CNY
    rl-role: "refund_payable"
  Assets:Bank                                          -220.00 CNY
    rl-role: "cash_bank"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.credits import COUPON
from returnledger.decision import Document
from returnledger.facts import Facts
from returnledger.legs import Leg, customer
from returnledger.roles import Role


def take_back_coupon(facts: Facts, document: Document) -> Iterator[Leg]:
    """Yield what is taken back of coupons, or given back, and what the customer gets less or more for it."""
    settings = facts.settings
    for part in document.coupon.parts if document.coupon else ():
        role, account = part.role, part.account
        if role is Role.SALES_DISCOUNTS and settings.discounts != "mirror":
            role = Role.SALES_RETURNS if settings.contra else Role.REVENUE
            account = settings.account_for(role) if settings.contra else facts.revenue_account
        kind = "tax" if part.role is Role.OUTPUT_VAT else "net"
        yield Leg(role.value, account, part.amount, part.currency, item={COUPON: kind})
        yield customer(facts, -part.amount)
