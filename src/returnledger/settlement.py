"""Discounts that customers took at payment: how much of each a credit gives back, and what of the money of a sale counts.

A discount was for what the order was still worth when it was taken; what comes back afterwards takes its share along.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from returnledger.books import standing
from returnledger.credits import COUPON
from returnledger.money import ZERO
from returnledger.ordermoney import Settled
from returnledger.roles import Role
from returnledger.rows import Money, Part, Posted, PostedLeg, Sale
from returnledger.steps import NET_ROLES
from returnledger.terms import CREDITING


def known_by(booked: Iterable[Money], sale: Sale, day: date | None) -> Iterator[Money]:
    """Return what of the money of a sale is known by a day, in the currency of the books or what settled it."""
    return (
        money
        for money in booked
        if (money.currency == sale.currency or money.settled is not None) and (day is None or money.date <= day)
    )


def settled_of(sale: Sale, entries: Sequence[Posted], day: date | None) -> tuple[Settled, ...]:
    """Return the discounts taken at payment, by account, with how much of each is to go back for a credit of one.

    A discount was for what the order was still worth when it was taken: less what had come back by then, and less
    allowances, which are agreed as they are.
    """
    taken = [money for money in known_by(sale.settled, sale, day) if money.role is Role.SETTLEMENT_DISCOUNT]
    whole = sum((line.net + line.tax for line in sale.lines), ZERO)
    whole -= sum((part.amount for part in (*sale.shipping, *sale.rounding)), ZERO)
    for line in sale.lines:
        by_hand = sale.returned_by_hand.get(line.line, ZERO)
        whole -= (line.net + line.tax) * by_hand / line.units if by_hand else ZERO
    kept = standing(entries)
    whole -= sum((gross_of(entry) for entry in kept if entry.price_only), ZERO)
    returns = [(entry.date, gross_of(entry)) for entry in kept if entry.kind in CREDITING and not entry.price_only]
    found: dict[str, Settled] = {}
    for money in taken:
        before = sum((gross for on, gross in returns if on < money.date), ZERO)
        base = Fraction(whole - before)
        since = Fraction(sum((gross for on, gross in returns if on >= money.date), ZERO))
        rate = Fraction(money.amount) / base if base > 0 else Fraction(0)
        old = found.get(money.account)
        amount = (old.amount if old else ZERO) + money.amount
        found[money.account] = Settled(
            money.account,
            amount,
            (old.rate if old else Fraction(0)) + rate,
            (old.earned if old else Fraction(0)) + rate * since,
            -sum((leg.amount for leg in _given_on(money.account, kept)), ZERO),
            _joined(old.part if old else None, money),
            -sum((leg.units or ZERO for leg in _given_on(money.account, kept)), ZERO),
        )
    return tuple(found.values())


def _given_on(account: str, entries: Iterable[Posted]) -> Iterator[PostedLeg]:
    """Yield what entries took off a discount again."""
    for entry in entries:
        yield from (leg for leg in entry.legs if leg.role == Role.SETTLEMENT_DISCOUNT and leg.account == account)


def _joined(part: Part | None, money: Money) -> Part:
    """Return a discount with another on the same account: in units where both have them."""
    if part is None:
        own = Part(Role.SETTLEMENT_DISCOUNT, money.account, money.amount, money.currency, money.place)
        return own if money.units is None else replace(own, units=money.units, commodity=money.commodity)
    if money.units is None or part.units is None or money.commodity != part.commodity:
        return replace(part, amount=part.amount + money.amount, units=None, commodity=None)
    return replace(part, amount=part.amount + money.amount, units=part.units + money.units)


def gross_of(entry: Posted) -> Decimal:
    """Return what an entry took back of the sale, tax and delivery included, before fees."""
    return sum(
        (
            leg.amount
            for leg in entry.legs
            if COUPON not in (leg.item or {})
            and (
                leg.means in NET_ROLES
                or leg.means in (Role.SHIPPING_REVENUE, Role.ROUNDING)
                or (leg.means == Role.OUTPUT_VAT and leg.amount > 0)
            )
        ),
        ZERO,
    )
