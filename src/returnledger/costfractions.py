"""Keeps what lots cost in fractions of a minor unit from breaking an entry, and from staying in the books.

Three mugs bought for 10.00 cost 3.333… each. Cost of goods goes back in cents, 3.33 and 3.34 and 3.33, so that all of
it comes back; but the second entry is 0.0067 away from what its lot costs, and Beancount lets 0.005 pass. The entry
puts just so much on cost rounding that it passes, in tenths of a minor unit, and a later one takes that off again:

    2026-03-01  stock 3.333…  COGS -3.33                               0.0033 open
    2026-03-02  stock 3.333…  COGS -3.34  cost rounding  0.002        -0.0047 open
    2026-03-03  stock 3.333…  COGS -3.33  cost rounding -0.002         0.0013 open

In whole minor units that can't be done: each entry would have to take 3.33. What an entry leaves open is chosen so that
all of them together leave no more open than one may, and the last can close it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from returnledger.books import standing
from returnledger.legs import Leg, joined
from returnledger.money import CONTEXT, ZERO, places, quantum, round_to
from returnledger.roles import Role
from returnledger.rows import Posted, Sale

_OF_COST = frozenset(("cogs", "returns_clearing", "return_asset", "goods_shipped", "exchange_clearing"))
_NEXT_TO = Decimal("1e-15")  # of a minor unit
_LONG = 8  # decimals beyond those of money of a cost that has no end


@dataclass(frozen=True, slots=True)
class Open:
    """What the entries of an order so far leave open in one currency, and how far they may go."""

    left: Decimal = ZERO  # by how much they do not sum to zero
    rounded: Decimal = ZERO  # what they put on cost rounding
    aim: Decimal | None = None  # what the sale leaves open, and its return in full should, where that is little
    lines: int = 1
    endless: bool = False  # whether some lots cost fractions without end


def open_after(entries: Iterable[Posted], sale: Sale | None, currency: str, decimals: int) -> Open:
    """Return what the entries of an order, those that stand, leave open in a currency."""
    legs = [leg for entry in standing(entries) for leg in entry.legs if leg.currency == currency]
    left = _sum(leg.amount for leg in legs)
    rounded = _sum(leg.amount for leg in legs if leg.role == Role.COST_ROUNDING.value)
    lines = [line for line in sale.lines if line.lots] if sale else []
    lots = [lot for line in lines for lot in line.lots]
    aim = _sum(CONTEXT.multiply(lot.units, lot.lot.number) for lot in lots)
    aim -= _sum(part.amount for line in lines for part in line.cogs)
    endless = any(places(lot.lot.number) > decimals + _LONG for lot in lots)
    return Open(left, rounded, aim if abs(aim) <= quantum(decimals) / 2 else None, max(1, len(lines)), endless)


def cost_rounding(
    legs: Iterable[Leg], account: str, currency: str, decimals: int, before: Open | None = None
) -> Iterator[Leg]:
    """Yield what an entry must have on cost rounding to be let pass, or takes off it of what entries before it put there.

    Half a minor unit and less is what the sale itself leaves open, and what Beancount lets pass. It takes that tolerance
    from the decimals of the amounts: an entry whose amounts show none gets the exact difference.
    """
    kept = [leg for leg in joined(legs) if leg.currency == currency]
    stock = [
        CONTEXT.multiply(leg.units, leg.lot.number) for leg in kept if leg.units is not None and leg.lot is not None
    ]
    money = [leg.amount for leg in kept if leg.units is None or leg.lot is None]
    exact, unit = _sum((*money, *stock)), quantum(decimals)
    before = before or Open()
    if not exact and not stock and not any(leg.role in _OF_COST for leg in kept):
        return  # it has nothing to do with what goods cost
    if not money or not decimals:
        amount = -exact
    elif abs(exact) > unit * max(1, len(stock)) or abs(before.rounded) > unit * before.lines:
        whole = unit * max(0, math.ceil(abs(Fraction(exact)) / Fraction(unit) - Fraction(1, 2)))
        amount = -whole if exact > 0 else whole  # no fraction of a cost, but a cost that is not what the lots cost
    elif not before.rounded and ZERO < abs(abs(exact) - unit / 2) < unit * _NEXT_TO:
        amount = -round_to(exact, decimals + 1)  # Beancount's 28 digits may make more than half of that
    else:
        amount = _fraction(exact, unit, before)
    if amount:
        yield Leg(Role.COST_ROUNDING.value, account, amount, currency)


def _fraction(exact: Decimal, unit: Decimal, before: Open) -> Decimal:
    """Return what makes `exact` pass, in tenths of a unit, and leaves least on cost rounding."""
    half = unit / 2
    if before.endless:
        half -= unit * _NEXT_TO * 10
    low, high = -half, half
    if before.aim is not None and abs(before.left - before.aim) <= half:
        low, high = max(low, before.aim - half - before.left), min(high, before.aim + half - before.left)
    low, high, tenth = low - exact, high - exact, unit / 10
    wanted = -before.rounded
    if low <= wanted <= high:
        return wanted
    steps = math.ceil(Fraction(low) / Fraction(tenth)) if wanted < low else math.floor(Fraction(high) / Fraction(tenth))
    return steps * tenth


def _sum(numbers: Iterable[Decimal]) -> Decimal:
    total = ZERO
    for number in numbers:
        total = CONTEXT.add(total, number)
    return total
