"""Undoes a posted entry by its exact mirror: every posting with the opposite sign, in the same accounts and lots.

```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```
```posted
- {return: SO-1, id: R-1, date: 2026-11-02, reason: changed_mind, condition: new}
```
```yaml
- {void: R-1, id: V-1, date: 2026-11-03}
```
```beancount
2026-11-03 * "Ann" "Void of R-1" #void ^R-1 ^inv-SO-1
  rl-id: "V-1"
  rl-kind: "void"
  rl-step: 2
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-voids: "R-1"
  rl-event: "…"
  rl-source: "…"
  Income:Sales-Returns                                 -100.00 CNY
    rl-role: "sales_returns"
    rl-line: "1"
  Liabilities:Output-VAT                                -13.00 CNY
    rl-role: "output_vat"
    rl-line: "1"
  Assets:Inventory                                          -1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory"
    rl-line: "1"
    rl-sku: "MUG"
    rl-qty: -1
    rl-reason: "changed_mind"
    rl-condition: "new"
    rl-disposition: "restock"
  Expenses:COGS                                          60.00 CNY
    rl-role: "cogs"
    rl-line: "1"
  Liabilities:Refund-Payable                            113.00 CNY
    rl-role: "refund_payable"
  Liabilities:Refund-Payable                           -113.00 CNY
    rl-role: "refund_payable"
  Assets:Bank                                           113.00 CNY
    rl-role: "cash_bank"
```
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from returnledger.credits import negated
from returnledger.events.amended import AMENDS
from returnledger.legs import Leg
from returnledger.rows import COUNTED, Posted


def void(entry: Posted) -> Iterator[Leg]:
    """Yield the legs of a posted entry, turned round."""
    for leg in negated(entry):
        item: dict[str, str | Decimal] | None = None if leg.item is None else dict(leg.item)
        if item is not None and leg.item is not None:
            item |= {key: Decimal(leg.item[key]) for key in COUNTED if key in leg.item}
        yield Leg(
            leg.role,
            leg.account,
            leg.amount,
            leg.currency,
            leg.line,
            leg.commodity,
            leg.units,
            leg.lot,
            item,
            leg.carried,
            owner=leg.owner,
            instead=leg.instead,
            tax_account=leg.tax_account,
        )


def void_note(directive: Posted) -> dict[str, str | Decimal | date]:
    """Return what a step that posts nothing said, turned round: its units are below zero, as those of a void are."""
    meta = directive.directive.meta if directive.directive is not None else {}
    said: dict[str, str | Decimal | date] = {}
    for key, text in directive.told.items():
        if key == AMENDS:
            continue  # the step was another form of an event; its void is not
        value = meta.get(f"rl-{key}", text)
        said[key] = -value if isinstance(value, Decimal) else value if isinstance(value, date) else text
    return said
