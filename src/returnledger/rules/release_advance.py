"""Takes what goes back or is kept of an advance off the accounts that its receipt was booked on, in the same proportions.

An advance never touched profit or loss, and neither does its refund. Several parts add up to the receipt to the cent; the
last takes all that is left. Money in another currency leaves at the rate at which it was booked.

```beancount
2026-05-06 * "Huadong" "Advance" ^inv-HT-01
  Assets:Bank                         113000.00 CNY
  Liabilities:Contract-Liability     -100000.00 CNY
  Liabilities:Output-VAT-Pending      -13000.00 CNY
```
```yaml
- {advance_refund: HT-01, id: AR-1, date: 2026-05-20}
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
  Liabilities:Output-VAT-Pending                      13000.00 CNY
    rl-role: "output_vat_pending"
  Assets:Bank                                       -113000.00 CNY
    rl-role: "cash_bank"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Document
from returnledger.facts import Facts
from returnledger.legs import Leg, customer
from returnledger.money import ZERO


def release_advance(facts: Facts, document: Document) -> Iterator[Leg]:
    """Yield debits of the accounts of the receipt; what is kept and the customer's own money stand on the first of them."""
    back = document.advance
    if back is None:
        return
    left = back.facts.left
    said = {"retained": back.retained_weight} if back.retained_weight else {}
    if left is not None and left.advance.foreign is not None and back.parts:
        said["money"] = back.taken
    for n, part in enumerate(back.parts):
        item = said if n == 0 and said else None
        yield Leg(
            part.role.value, part.account, part.amount, document.currency, None, part.commodity, part.units, item=item
        )
    if back.parts:
        yield customer(facts, -sum((part.amount for part in back.parts), ZERO))
