"""Writes units down to what they will fetch: net realisable value, the expected price less the cost of selling.

The loss is booked cost less net realisable value, never negative (IAS 2.28-33, ASBE 1 art. 15). It stands on the
allowance, so that the lots keep their cost; under US GAAP the lot itself is re-costed (ASC 330-10-35-14). Small
enterprises under their own standard book no write-down. Here an opened mug will sell at half its price: 50.00 less 5 %
for selling it is 47.50, and 60.00 was its cost.

```policy
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window: {default: {days: 7, from: delivered}}
dispositions:
  opened: {to: restock_open_box, sells_at: 50%, of: price_net, selling_cost: 5%}
```
```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```
```yaml
- {return: SO-1, id: R-1, date: 2026-11-02, condition: opened}
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
  Assets:Inventory-OpenBox                                   1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory_open_box"
    rl-line: "1"
    rl-sku: "MUG"
    rl-qty: 1
    rl-condition: "opened"
    rl-disposition: "restock_open_box"
  Expenses:COGS                                         -60.00 CNY
    rl-role: "cogs"
    rl-line: "1"
  Expenses:Inventory-Write-Down                          12.50 CNY
    rl-role: "inventory_write_down"
    rl-line: "1"
  Assets:Inventory-Allowance                            -12.50 CNY
    rl-role: "write_down_allowance"
    rl-line: "1"
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

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.money import ZERO
from returnledger.roles import Role


def write_down(facts: Facts, decision: Decision) -> Iterator[Leg]:
    """Yield the loss of one item against the allowance, or against the re-costed lot."""
    line, settings, sale = facts.line, facts.settings, facts.sale
    assert line is not None and sale is not None
    loss = decision.write_down
    if not loss:
        return
    yield Leg(
        Role.INVENTORY_WRITE_DOWN.value, settings.account_for(Role.INVENTORY_WRITE_DOWN), loss, sale.currency, line.line
    )
    allowance = sum((p.write_down for p in decision.placed if p.lot == p.sold.lot), ZERO)
    if allowance:
        account = settings.account_for(Role.WRITE_DOWN_ALLOWANCE)
        yield Leg(Role.WRITE_DOWN_ALLOWANCE.value, account, -allowance, sale.currency, line.line)
