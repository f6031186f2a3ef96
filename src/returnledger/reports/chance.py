"""How likely it is that so much comes back by chance, in exact decimal arithmetic.

Two counts of rare events, each out of its own number of chances: if nothing has changed, the sum of both falls on the
later count like a coin that shows heads as often as the later chances are among all. What is returned is the weight of
all outcomes that are as high or higher. It knows how little is known of a few events, so that one of two never alarms.
This is the conditional test of two Poisson rates (Przyborowski and Wilenski 1940).

    tail(8, 6, Decimal(100), Decimal(600)) is the chance of 8 or more of these 14 in the last of seven equal periods
"""

from __future__ import annotations

from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal

# Fifty digits, and exponents without a bound that a shop could reach: nothing is ever rounded to nothing.
_EXACT = Context(prec=50, Emin=MIN_EMIN, Emax=MAX_EMAX)
_ONE = Decimal(1)
_NOTHING = _EXACT.create_decimal("1E-45")  # beside the sum so far: further terms no longer show


def tail(found: int, before: int, chances: Decimal, chances_before: Decimal) -> Decimal:
    """Return the chance of at least `found` events out of `chances` where `before` came out of `chances_before`.

    1 where nothing was found, or where there were no chances before to compare with.
    """
    if found <= 0 or chances_before <= 0:
        return _ONE
    if chances <= 0:
        return Decimal(0)
    every = found + before
    share = _EXACT.divide(chances, _EXACT.add(chances, chances_before))
    odds = _EXACT.divide(chances, chances_before)
    term = _EXACT.multiply(_choose(every, found), _EXACT.power(share, found))
    term = _EXACT.multiply(term, _EXACT.power(_EXACT.subtract(_ONE, share), before))
    total = Decimal(0)
    for number in range(found, every + 1):
        total = _EXACT.add(total, term)
        ratio = _EXACT.divide(_EXACT.multiply(Decimal(every - number), odds), Decimal(number + 1))
        term = _EXACT.multiply(term, ratio)
        if ratio < 1 and term < _EXACT.multiply(total, _NOTHING):
            break
    return min(_ONE, total)


def _choose(every: int, some: int) -> Decimal:
    """Return in how many ways `some` of `every` can be chosen."""
    ways = _ONE
    for number in range(1, min(some, every - some) + 1):
        ways = _EXACT.divide(_EXACT.multiply(ways, Decimal(every - number + 1)), Decimal(number))
    return ways


def times(found: int, before: int, chances: Decimal, chances_before: Decimal) -> Decimal | None:
    """Return how many times the rate before the rate is; None where nothing came before."""
    if not before or chances <= 0 or chances_before <= 0:
        return None
    above = _EXACT.multiply(Decimal(found), chances_before)
    return _EXACT.divide(above, _EXACT.multiply(Decimal(before), chances))
