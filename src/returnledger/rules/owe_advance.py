"""Owes what was approved of an advance and is not paid yet, so that the year in which it was approved shows it.

```beancount
2026-05-06 * "Huadong" "Advance" ^inv-HT-01
  Assets:Bank                         113000.00 CNY
  Liabilities:Contract-Liability     -100000.00 CNY
  Liabilities:Output-VAT-Pending      -13000.00 CNY
```
```yaml
- {advance_refund: HT-01, id: AR-1, date: 2026-12-28, stage: approved}
```
```beancount
2026-12-28 * "Huadong" "Refund of advance HT-01 approved" #advance_refund ^AR-1 ^inv-HT-01
  rl-id: "AR-1"
  rl-kind: "advance_refund"
  rl-step: 1
  rl-case: "AR-1"
  rl-order: "HT-01"
  rl-customer: "Huadong"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  rl-stage: "approved"
  Liabilities:Contract-Liability                     100000.00 CNY
    rl-role: "contract_liability"
  Liabilities:Output-VAT-Pending                      13000.00 CNY
    rl-role: "output_vat_pending"
  Liabilities:Refund-Payable                        -113000.00 CNY
    rl-role: "refund_payable"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Document
from returnledger.facts import Facts
from returnledger.legs import Leg, customer
from returnledger.money import ZERO
from returnledger.roles import Role


def owe_advance(facts: Facts, document: Document) -> Iterator[Leg]:
    """Yield the credit of refund payable for what is not paid at once, and the difference of rates where there is one."""
    back = document.advance
    if back is None or back.facts.paying or not back.payable:
        return
    weight = back.today(back.payable)
    booked = (ZERO if back.moved_to else back.weight) + back.today(back.beyond)
    if not document.payments:
        foreign = back.facts.left.advance.foreign if back.facts.left else None
        role, account = Role.REFUND_PAYABLE.value, facts.settings.account_for(Role.REFUND_PAYABLE)
        if foreign is None:
            yield Leg(role, account, -weight, document.currency)
        else:
            yield Leg(role, account, -weight, document.currency, None, foreign[0], -back.payable)
        yield customer(facts, weight)
    if weight != booked:
        role = Role.FX_GAIN_LOSS.value
        yield Leg(role, facts.settings.account_for(Role.FX_GAIN_LOSS), weight - booked, document.currency)
        yield customer(facts, booked - weight)
