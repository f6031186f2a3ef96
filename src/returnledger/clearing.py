"""What goods and credit that meet take off the clearing accounts: by share, so that the last takes the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

from returnledger.facts import Facts
from returnledger.lots import LotKey, weight_of
from returnledger.money import ZERO, cumulative, decimals_of, places, round_to
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
    """Yield by currency what the units of an item, kept by value alone, stand at among those that wait."""
    now, line = facts.now, facts.line
    known = now.line(line.line) if now is not None and line is not None else None
    if now is None or line is None or known is None or not known.uninspected:
        return
    for pile in now.piles_of(line.line, Role.INVENTORY_INSPECTION):
        if pile.lot is None:
            share = Fraction(facts.quantity or ZERO) / Fraction(pile.units)
            yield (
                facts.cost[0].currency,
                round_to(Fraction(pile.amount) * share, facts.decimals),
            )
