"""What goods and credit that meet take off the clearing accounts: by share, so that the last takes the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

from returnledger.facts import Facts
from returnledger.lots import LotKey, weight_of
from returnledger.money import ZERO, cumulative, decimals_of, places
from returnledger.roles import Role
from returnledger.steps import between


def released(facts: Facts, role: Role) -> Iterator[tuple[str, Decimal]]:
    """Yield by currency what the units of an item take off `role`, with the sign of what stands there.

    Of what is open for the line it is the share that their lots have in the cost of all that wait; of goods without lots
    the share of units. Earlier items of the same event come before.
    """
    now, line, history = facts.now, facts.line, facts.history
    if now is None or line is None or history is None or not facts.met_units:
        return
    known = now.line(line.line)
    if known is None:
        return
    both = between(line, now.entries)
    every = both.awaited if role is Role.RETURN_ASSET else both.waiting
    whole, left, taken = _cost(every.lots), _cost(history.first.lots), weight_of(facts.met)
    if not whole or not taken or not left:
        whole = Fraction(known.awaited if role is Role.RETURN_ASSET else known.waiting)
        left, taken = Fraction(history.first.units), Fraction(facts.met_units)
    for name, of, currency, amount in now.clearing:
        if (name, of) == (role.value, line.line) and whole:
            before = whole - left
            decimals = max(decimals_of(currency), places(amount))
            yield currency, cumulative(Fraction(amount), before / whole, (before + taken) / whole, decimals)


def _cost(lots: Iterable[tuple[LotKey, Decimal]]) -> Fraction:
    """Return what lots cost."""
    return sum((Fraction(lot.number) * Fraction(units) for (*_, lot), units in lots), Fraction(0))


def value_waiting(facts: Facts) -> Iterator[tuple[str, Decimal]]:
    """Yield by currency what the units of an item, kept by value alone, stand at among those that wait.

    Earlier items of the same event come before; the last takes the rest.
    """
    now, line = facts.now, facts.line
    waits = now.piles_of(line.line, Role.INVENTORY_INSPECTION) if now is not None and line is not None else ()
    piles = [pile for pile in waits if pile.lot is None]
    units = Fraction(sum((pile.units for pile in piles), ZERO))
    if units > 0:
        whole = Fraction(sum((pile.amount for pile in piles), ZERO))
        upto = facts.before + (facts.quantity or ZERO)
        share = cumulative(whole, Fraction(facts.before) / units, Fraction(upto) / units, facts.decimals)
        yield facts.cost[0].currency, share
