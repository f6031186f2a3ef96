"""Money is exact: Decimal from text to text, rounded once, half away from zero, with shares that add up to the whole.

All amounts follow Beancount's sign: debits are positive, credits negative. Rounding treats both signs alike, so that a
return is the mirror of its sale.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cache
from math import lcm
from typing import TypeVar

Name = TypeVar("Name")

CONTEXT = Context(prec=60, rounding=ROUND_HALF_UP)
ZERO = Decimal(0)
FINER = 2  # decimals that people give a cost beyond those of money
_ROOM = CONTEXT.prec - 2  # digits that rounding may leave
_AVERAGE_DECIMALS = 10
_DIGITS = 28  # of Beancount's arithmetic
_BEANCOUNT = Context(prec=_DIGITS)
_TOTAL = Context(prec=22, rounding=ROUND_HALF_UP)  # of an amount of money that a division to 28 digits leaves legible

# ISO 4217 minor units that are not two decimals.
_MINOR_UNITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_DECIMALS = {code: decimals for decimals, codes in _MINOR_UNITS.items() for code in codes.split()}


def decimals_of(currency: str) -> int:
    """Return how many decimals the minor unit of `currency` has (ISO 4217; two where the code is unknown)."""
    return _DECIMALS.get(currency, 2)


def places(number: Decimal) -> int:
    """Return how many decimals `number` is written with, trailing zeros not counted."""
    exponent = number.normalize(CONTEXT).as_tuple().exponent
    return max(0, -int(exponent))


def round_to(number: Decimal | Fraction, decimals: int) -> Decimal:
    """Return `number` rounded to `decimals` places, half away from zero, the same for both signs."""
    if type(number) is Decimal and number.is_finite() and number.adjusted() + decimals < _ROOM:
        # Nearly all: twenty times as fast as fractions, and as exact. Nothing is zero, not minus zero.
        rounded = number.quantize(quantum(decimals), context=CONTEXT)
        return rounded if rounded else rounded.copy_abs()
    exact = Fraction(number) * 10**decimals
    whole = (2 * abs(exact) + 1) // 2
    sign = -1 if exact < 0 else 1
    return CONTEXT.scaleb(Decimal(sign * int(whole)), -decimals)


def at_price(units: Decimal, price: Decimal, currency: str) -> Decimal:
    """Return what units weigh at a price per unit, exactly, with at least the decimals of the currency's minor unit.

    A total price (`-3.00 USD @@ 10.00 CNY`) Beancount divides by the units, to 28 digits: the total is found again.
    """
    weight = CONTEXT.multiply(units, price)
    if len(price.as_tuple().digits) >= _DIGITS:
        weight = _TOTAL.plus(weight)
    return round_to(weight, max(decimals_of(currency), places(weight)))


def average(amount: Decimal, units: Decimal) -> Decimal:
    """Return an amount by unit, exact where division ends, else with ten decimals; nothing for no units."""
    exact = CONTEXT.divide(amount, units) if units else ZERO
    return exact if places(exact) <= _AVERAGE_DECIMALS else round(exact, _AVERAGE_DECIMALS)


def per_unit(total: Decimal, units: Decimal) -> Decimal:
    """Return the price per unit that Beancount makes of a total price; both with their sign."""
    return _BEANCOUNT.divide(total, units) if units else ZERO


@cache
def quantum(decimals: int) -> Decimal:
    """Return one unit of the last of `decimals` places: 0.01 for 2."""
    return CONTEXT.scaleb(Decimal(1), -decimals)


def shares(whole: Decimal, weights: Sequence[Decimal], decimals: int) -> list[Decimal]:
    """Split `whole` by `weights` into parts of `decimals` places that add up to it exactly (largest remainder).

    `whole` must itself have no more than `decimals` places. Ties of remainders go to the earliest weight, and both signs
    are split alike. With no weight at all the first part takes everything.
    """
    if not weights:
        return []
    # Whole numbers over one denominator: this divides millions of amounts, and Fraction is ten times slower.
    ratios = [weight.as_integer_ratio() for weight in weights]
    common = lcm(*(below for _, below in ratios))
    scaled = [above * (common // below) for above, below in ratios]
    total = sum(scaled)
    if total == 0:
        return [whole, *([ZERO] * (len(weights) - 1))]
    if whole < 0:
        return [-part for part in shares(-whole, weights, decimals)]
    above, below = whole.as_integer_ratio()
    above *= 10**decimals
    if total < 0:
        total, scaled = -total, [-weight for weight in scaled]
    divided = [divmod(above * weight, below * total) for weight in scaled]
    parts = [floor for floor, _ in divided]
    missing = above // below - sum(parts)
    if missing:
        order = sorted(range(len(parts)), key=lambda i: (-divided[i][1], i))
        for i in order[:missing]:
            parts[i] += 1
    return [CONTEXT.scaleb(Decimal(value), -decimals) for value in parts]


def filled(amount: Decimal, room: Iterable[tuple[Name, Decimal]]) -> Iterator[tuple[Name, Decimal]]:
    """Yield what of an amount goes to each that has room for it, the first before the others."""
    for name, most in room:
        part = min(amount, most)
        if part > 0:
            yield name, part
            amount -= part


def cumulative(whole: Fraction, before: Fraction, after: Fraction, decimals: int) -> Decimal:
    """Return what the part from `before` to `after` (shares of 1) of `whole` gets, rounded cumulatively.

    The part is round(whole · after) − round(whole · before): never off by more than half a unit, and the parts of any
    division of the whole add up to it exactly.
    """
    return round_to(whole * after, decimals) - round_to(whole * before, decimals)


def plain(number: Decimal) -> str:
    """Return `number` as plain digits without exponent and without trailing zeros: `20.00` is `20`, `1E+2` is `100`."""
    text = f"{number.normalize(CONTEXT):f}"
    return "0" if text in ("-0", "") else text


def show(number: Decimal, currency: str) -> str:
    """Return `number` with at least the minor unit's decimals of `currency`: `20` CNY is `20.00`."""
    decimals = max(decimals_of(currency), places(number))
    return f"{round_to(number, decimals):f}"
