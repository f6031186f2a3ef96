"""Moves what would go back of an advance to another order of the customer, on the same accounts.

```beancount
2026-05-06 * "Huadong" "Advance" ^inv-HT-01
  Assets:Bank                         113000.00 CNY
  Liabilities:Contract-Liability     -100000.00 CNY
  Liabilities:Output-VAT-Pending      -13000.00 CNY
```
```yaml
- {advance_refund: HT-01, id: AR-1, date: 2026-05-20, outcome: {transfer: HT-02}}
```
```beancount
2026-05-20 * "Huadong" "Refund of advance HT-01" #advance_refund ^AR-1 ^inv-HT-01
  rl-id: "AR-1"
  rl-kind: "advance_refund"
  rl-step: 1
  rl-case: "AR-1"
  rl-order: "HT-01"
  rl-customer: "Huadong"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  rl-stage: "paid"
  Liabilities:Contract-Liability                     100000.00 CNY
    rl-role: "contract_liability"
  Liabilities:Contract-Liability                    -100000.00 CNY
    rl-role: "contract_liability"
    rl-advance: "HT-02"
  Liabilities:Output-VAT-Pending                      13000.00 CNY
    rl-role: "output_vat_pending"
  Liabilities:Output-VAT-Pending                     -13000.00 CNY
    rl-role: "output_vat_pending"
    rl-advance: "HT-02"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.advances import MOVED_TO
from returnledger.decision import Document
from returnledger.facts import Facts
from returnledger.legs import Leg, customer


def move_advance(facts: Facts, document: Document) -> Iterator[Leg]:
    """Yield credits of the accounts of the receipt, each naming the order that the money is for now."""
    back = document.advance
    if back is None or not back.moved_to:
        return
    for part in back.moved:
        units = None if part.units is None else -part.units
        item = {MOVED_TO: back.moved_to}
        yield Leg(
            part.role.value, part.account, -part.amount, document.currency, None, part.commodity, units, item=item
        )
        yield customer(facts, part.amount)
