"""What the laws that bind a return say of one item, and whether the shop's policy or a law is better for the customer.

A law is judged by the facts of the sale and of the event, never by what the shop's policy made of them: who answers for
a reason, and whether the return is in time, the law says itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from returnledger.facts import Facts
from returnledger.policy import Chosen, FactValue, Window
from returnledger.policy.due import refund_deadline
from returnledger.policy.judgement import Bound, Judgement, Picked, law_chosen
from returnledger.policy.judging import Given, laws_over
from returnledger.policy.lawful import combine
from returnledger.policyfacts import dates_of

# What the shop's policy says, which is not the law's to use.
_POLICY_SAYS = ("fault", "in_window", "days_late", "disposition")


def bound(facts: Facts, names: Mapping[str, FactValue]) -> tuple[Bound, ...]:
    """Return what each law that the item's policy names says of it by itself, and whether it binds."""
    policy, sale = facts.policy, facts.sale
    if policy is None or not policy.laws or sale is None or sale.blind:
        return ()
    known = {name: value for name, value in names.items() if name not in _POLICY_SAYS}
    return laws_over(policy.laws, Given(known, dates_of(facts), sale.currency))


def told(laws: tuple[Bound, ...]) -> tuple[Chosen, ...]:
    """Return each law as a choice: its name where it binds and gives the right to return, else what kept it from it."""
    return tuple(law_chosen(each) for each in laws)


def better(
    facts: Facts,
    names: Mapping[str, FactValue],
    laws: tuple[Bound, ...],
    *chosen: Chosen,
    window: Window | None = None,
    fee: Decimal | None = None,
    delivery: Callable[[str], Decimal] | None = None,
) -> tuple[tuple[Chosen, ...], Window | None]:
    """Return `chosen` and `window` of the shop's policy, each replaced where a law that binds is better for the customer.

    `fee` is what the policy's row keeps, where a fee is among the choices; `delivery` tells what each answer for shipping
    comes to, where that is among them.
    """
    assert facts.policy is not None
    picked = {each.effect: Picked(each) for each in chosen}
    own = Judgement(facts.policy, names, dates_of(facts), window, picked, fee_amount=fee, delivery=delivery)
    for each in laws:
        if each.asked.holds:
            own = combine(own, each.judged)
    return tuple(own.picked[each.effect].chosen for each in chosen), own.window


def deadline(facts: Facts, names: Mapping[str, FactValue], laws: tuple[Bound, ...], refunds: Chosen) -> Chosen:
    """Return the day by which the refund of an item is due: the policy's row `refunds` says it, or a law that is earlier."""
    assert facts.policy is not None
    own = refund_deadline(facts.policy, refunds, dates_of(facts))
    (found, _), _ = better(facts, names, laws, own, refunds)
    return replace(found, effect="deadline")
