"""Decides how much of the delivery charge goes back: as the event or the policy says, never more than is left of it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import partial

from returnledger import legal
from returnledger.facts import Facts
from returnledger.money import ZERO, round_to, shares
from returnledger.policy import Chosen, FactValue, evaluate
from returnledger.rows import Part


def shipping_of(
    facts: Facts, gross: Decimal, names: Mapping[str, FactValue]
) -> tuple[tuple[Part, ...], Decimal | None, tuple[Chosen, ...]]:
    """Return the shipping to refund as debits, what was asked beyond what is left, and the deciding row."""
    sale, left = facts.sale, facts.order.shipping_left
    assert sale is not None and facts.policy is not None
    available = -sum((part.amount for part in left), ZERO)
    typed = getattr(facts.event.body, "shipping", None)
    chosen: tuple[Chosen, ...] = ()
    if typed == "all":
        wanted = available
    elif typed is not None:
        wanted = facts.at_sale(typed, available)
    elif not facts.credits_units:
        return (), None, ()
    else:
        own = evaluate.shipping(facts.policy, names)
        comes_to = partial(_shipping_by_policy, facts, gross, available)
        (row,), _ = legal.better(facts, names, legal.bound(facts, names), own, delivery=comes_to)
        chosen = (row,)
        wanted = comes_to(str(row.value))
    if wanted > available:
        return (), wanted, chosen
    return _parts_of(left, wanted, sale.decimals), None, chosen


def _shipping_by_policy(facts: Facts, gross: Decimal, available: Decimal, pays: str) -> Decimal:
    """Return how much shipping `all`, `standard`, `pro_rata` or `none` means, tax included."""
    sale = facts.sale
    assert sale is not None
    if pays == "none" or not available:
        return ZERO
    if pays == "pro_rata":
        charged = -sum((part.amount for part in sale.shipping), ZERO)
        whole = sum((line.net + line.tax for line in sale.lines), ZERO)
        so_far = facts.order.goods_credited + gross
        share = round_to(Fraction(charged) * Fraction(so_far) / Fraction(whole), sale.decimals) if whole else ZERO
        return max(ZERO, min(available, share - (charged - available)))
    standard = sale.metadata.get("shipping_standard")
    return min(available, Decimal(standard)) if pays == "standard" and standard else available


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
