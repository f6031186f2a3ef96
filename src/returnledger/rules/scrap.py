"""Scraps returned units in one step: their cost leaves cost of goods for the loss, and no stock moves.

The units count as returned. Ordinary loss is an expense of its own; for small enterprises under their own standard it
is a non-operating loss.

```policy
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window: {default: {days: 7, from: delivered}}
dispositions:
  damaged: {to: hold, allowed: [scrap]}
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
- {return: SO-1, id: R-1, date: 2026-11-02, condition: damaged, disposition: scrap}
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
    rl-sku: "MUG"
    rl-qty: 1
    rl-condition: "damaged"
    rl-disposition: "scrap"
    rl-lots: "1 {60.00 CNY, 2026-01-05}"
  Liabilities:Output-VAT                                 13.00 CNY
    rl-role: "output_vat"
    rl-line: "1"
  Expenses:Scrap-Loss                                    60.00 CNY
    rl-role: "scrap_loss"
    rl-line: "1"
  Expenses:COGS                                         -60.00 CNY
    rl-role: "cogs"
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
from returnledger.legs import Leg, cost_account
from returnledger.roles import Role


def scrap(facts: Facts, decision: Decision) -> Iterator[Leg]:
    """Yield the loss at cost and cost of goods out of expense, for one item."""
    line = facts.line
    assert line is not None
    role = Role.NON_OPERATING_LOSS if facts.settings.framework == "asbe_small" else Role.SCRAP_LOSS
    for part in (part for part in facts.cost if part.role is not Role.INVENTORY):
        yield Leg(role.value, facts.settings.account_for(role), -part.amount, part.currency, line.line)
        yield Leg(part.role.value, cost_account(facts, part), part.amount, part.currency, line.line)
