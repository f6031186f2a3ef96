"""What goods and credit that meet take off the clearing accounts: by share of units, so that the last takes the rest."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from returnledger.facts import Facts
from returnledger.money import cumulative, decimals_of, places
from returnledger.terms import Role


def released(facts: Facts, role: Role) -> Iterator[tuple[str, Decimal]]:
    """Yield by currency what the units of an item take off `role`, with the sign of what stands there.

    Of what is open for the line, as many parts as units wait: those of earlier items of the same event come before.
    """
    now, line, history = facts.now, facts.line, facts.history
    if now is None or line is None or history is None or not facts.met_units:
        return
    known = now.line(line.line)
    if known is None:
        return
    whole = Fraction(known.awaited if role is Role.RETURN_ASSET else known.waiting)
    before = whole - Fraction(history.first.units)
    for name, of, currency, amount in now.clearing:
        if (name, of) == (role.value, line.line) and whole:
            after = before + Fraction(facts.met_units)
            decimals = max(decimals_of(currency), places(amount))
            yield currency, cumulative(Fraction(amount), before / whole, after / whole, decimals)
