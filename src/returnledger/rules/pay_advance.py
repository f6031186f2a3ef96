"""Pays what goes back of an advance: at once, or what was approved and owed before.

What was owed in another currency leaves at what it weighed when it was approved, the money at the rate of the day.

```beancount
2026-05-06 * "Huadong" "Advance" ^inv-HT-01
  Assets:Bank                         113000.00 CNY
  Liabilities:Contract-Liability     -100000.00 CNY
  Liabilities:Output-VAT-Pending      -13000.00 CNY
```
```posted
- {advance_refund: HT-01, id: AR-1, date: 2026-12-28, stage: approved}
```
```yaml
- {advance_refund: AR-1, id: AR-2, date: 2027-01-06}
```
```beancount
2027-01-06 * "Huadong" "Refund of advance HT-01" #advance_refund ^AR-1 ^inv-HT-01
  rl-id: "AR-2"
  rl-kind: "advance_refund"
  rl-step: 2
  rl-case: "AR-1"
  rl-order: "HT-01"
  rl-customer: "Huadong"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  rl-stage: "paid"
  Liabilities:Refund-Payable                         113000.00 CNY
    rl-role: "refund_payable"
  Assets:Bank                                       -113000.00 CNY
    rl-role: "cash_bank"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.advancecase import AdvanceBack
from returnledger.decision import Document
from returnledger.facts import Facts
from returnledger.legs import Leg, customer
from returnledger.money import ZERO, round_to
from returnledger.roles import Role


def pay_advance(facts: Facts, document: Document) -> Iterator[Leg]:
    """Yield the payments, and the debit of refund payable where they settle what was approved before."""
    back = document.advance
    if back is None:
        return
    foreign = back.facts.left.advance.foreign if back.facts.left else None
    total = back.today(document.paid)
    paid = ZERO
    for n, payment in enumerate(document.payments):
        weight = total - paid if n == len(document.payments) - 1 else back.today(payment.amount)
        paid += weight
        if foreign is None:
            yield Leg(payment.role.value, payment.account, -weight, document.currency)
        else:
            yield Leg(
                payment.role.value, payment.account, -weight, document.currency, None, foreign[0], -payment.amount
            )
    if total:
        yield customer(facts, total)
    if back.facts.paying and back.back:
        yield from _settled(facts, document, back, foreign[0] if foreign else None)


def _settled(facts: Facts, document: Document, back: AdvanceBack, foreign: str | None) -> Iterator[Leg]:
    """Yield the debit of what was owed, and what the rate has changed since."""
    known = back.facts
    weight = known.due_weight
    if back.back != known.due and known.due:
        weight = round_to(known.due_weight * back.back / known.due, document.decimals)
    role, account = Role.REFUND_PAYABLE.value, facts.settings.account_for(Role.REFUND_PAYABLE)
    if foreign is None:
        yield Leg(role, account, weight, document.currency)
    else:
        yield Leg(role, account, weight, document.currency, None, foreign, back.back)
    yield customer(facts, -weight)
    difference = back.today(back.back) - weight
    if difference:
        role = Role.FX_GAIN_LOSS.value
        yield Leg(role, facts.settings.account_for(Role.FX_GAIN_LOSS), difference, document.currency)
        yield customer(facts, -difference)
