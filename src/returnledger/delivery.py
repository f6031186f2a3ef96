"""Decides how much of the delivery charge goes back: as the event or the policy says, never more than is left of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial

from returnledger import legal
from returnledger.facts import Facts
from returnledger.money import ZERO, round_to, shares
from returnledger.policy import Chosen, FactValue, evaluate
from returnledger.rows import Part


@dataclass(frozen=True, slots=True)
class Delivery:
    """How much of the delivery charge goes back, as debits, and the row that says how much should.

    `asked` is what the event types where it is more than what is left; `by_policy` what the row comes to where the event
    types an amount beside it.
    """

    parts: tuple[Part, ...] = ()
    row: Chosen | None = None
    asked: Decimal | None = None
    by_policy: Decimal | None = None


def shipping_of(facts: Facts, gross: Decimal, names: Mapping[str, FactValue]) -> Delivery:
    """Return how much of the delivery charge goes back, and the row that says so, whether or not the event says otherwise."""
    sale, left = facts.sale, facts.order.shipping_left
    assert sale is not None and facts.policy is not None
    available = -sum((part.amount for part in left), ZERO)
    typed = getattr(facts.event.body, "shipping", None)
    row, by_policy = None, ZERO
    if facts.credits_units:
        own = evaluate.shipping(facts.policy, names)
        comes_to = partial(_shipping_by_policy, facts, gross, available)
        (row,), _ = legal.better(facts, names, legal.bound(facts, names), own, delivery=comes_to)
        by_policy = comes_to(str(row.value))
    if typed is None:
        return Delivery(_parts_of(left, by_policy, sale.decimals), row)
    given = available if typed == "all" else facts.at_sale(typed, available)
    decided = by_policy if row is not None and row.row != "default" else None
    if given > available:
        return Delivery((), row, asked=given, by_policy=decided)
    return Delivery(_parts_of(left, given, sale.decimals), row, by_policy=decided)


def _shipping_by_policy(facts: Facts, gross: Decimal, available: Decimal, pays: str) -> Decimal:
    """Return how much shipping `all`, `standard`, `pro_rata` or `none` means, tax included."""
    sale = facts.sale
    assert sale is not None
    if pays == "none" or not available:
        return ZERO
    charged = -sum((part.amount for part in sale.shipping), ZERO)
    if pays == "pro_rata":
        whole = sum((line.net + line.tax for line in sale.lines), ZERO)
        so_far = facts.order.goods_credited + gross
        share = round_to(Fraction(charged) * Fraction(so_far) / Fraction(whole), sale.decimals) if whole else ZERO
        return max(ZERO, min(available, share - (charged - available)))
    if pays == "standard" and (standard := sale.metadata.get("shipping_standard")):
        return max(ZERO, min(available, Decimal(standard) - (charged - available)))  # once, whatever came back before
    return available


def _parts_of(left: tuple[Part, ...], wanted: Decimal, decimals: int) -> tuple[Part, ...]:
    """Return `wanted` of the shipping left, as debits by part in proportion; a discount on it goes back as a credit."""
    amounts = shares(wanted, [-part.amount for part in left], decimals)
    return tuple(
        part.share(
            amount,
            round_to(Fraction(part.units or ZERO) * Fraction(amount) / Fraction(part.amount), part.unit_decimals),
        )
        for part, amount in zip(left, amounts, strict=True)
        if amount
    )
