"""Kits in the places of returned goods: piles of components that are counted and taken as the kits they make up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from returnledger.events import Item
from returnledger.facts import Facts
from returnledger.money import ZERO, places, round_to
from returnledger.piles import Pile
from returnledger.rows import PART_OF, SaleLine


def kit_of(facts: Facts, item: Item | None, piles: Iterable[Pile]) -> SaleLine | None:
    """Return the kit that an item counts in: its piles are all components of it, and it names none of these."""
    lines = {pile.line for pile in piles}
    name = next(iter(lines)) if len(lines) == 1 else ""
    line = facts.sale.line(name) if facts.sale is not None and name and PART_OF not in name else None
    if line is None or not line.is_kit:
        return None
    named = {lot.commodity for lot in line.lots}
    return line if item is None or item.sku is None or item.sku not in named else None


def per_kit(line: SaleLine, commodity: str) -> Fraction:
    """Return how many units of a component one kit has, as it was sold."""
    return Fraction(sum((lot.units for lot in line.lots if lot.commodity == commodity), ZERO)) / Fraction(line.units)


def kits_in(line: SaleLine, piles: Iterable[tuple[Pile, Decimal]]) -> Decimal:
    """Return how many whole kits the units of piles make up."""
    sums: dict[str, Decimal] = {}
    for pile, units in piles:
        sums[pile.commodity] = sums.get(pile.commodity, ZERO) + units
    every = {lot.commodity for lot in line.lots}
    return Decimal(int(min((Fraction(sums.get(c, ZERO)) / per_kit(line, c) for c in every), default=Fraction(0))))


def dealt(line: SaleLine, piles: Mapping[int, Pile], left: Mapping[int, Decimal], kits: Decimal) -> dict[int, Decimal]:
    """Return how many units of each pile so many kits take: of every component its share, the first piles first."""
    found: dict[int, Decimal] = {}
    for commodity in dict.fromkeys(pile.commodity for pile in piles.values()):
        own = [n for n, pile in piles.items() if pile.commodity == commodity]
        finest = max(places(left[n]) for n in own)
        wanted = round_to(per_kit(line, commodity) * Fraction(kits), finest)
        for n in own:
            found[n] = min(wanted, left[n])
            wanted -= found[n]
    return found


def as_kits(line: SaleLine, piles: Iterable[tuple[Decimal, Pile]]) -> list[tuple[Decimal, Pile]]:
    """Return the piles of one component alone, each counted in kits: what tells them apart is the same for all."""
    counted = [(units, pile) for units, pile in piles if pile.commodity == line.lots[0].commodity]
    each = per_kit(line, line.lots[0].commodity)
    return [(Decimal(int(Fraction(units) / each)), replace(pile, sku=line.sku)) for units, pile in counted]


def units_as_sold(facts: Facts, name: str, piles: Iterable[tuple[Pile, Decimal]]) -> Decimal:
    """Return how many units of a line the units of piles are: of a kit how many kits."""
    own = list(piles)
    line = facts.sale.line(name) if facts.sale is not None and PART_OF not in name else None
    if line is None or not line.is_kit:
        return sum((units for _, units in own), ZERO)
    first = own[0][0].commodity
    units = sum((units for pile, units in own if pile.commodity == first), ZERO)
    share = Fraction(units) / per_kit(line, first)
    return Decimal(share.numerator) / Decimal(share.denominator)
