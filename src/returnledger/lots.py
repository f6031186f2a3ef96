"""Lots of a sale: what was taken of them, what they cost, and how they are written where no posting shows them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from returnledger.money import ZERO, places, round_to
from returnledger.rows import Lot, LotUnits, SaleLine

LotKey = tuple[str, str, Lot]  # account, commodity and lot
_UNITS = re.compile(r"[0-9]{1,28}(\.[0-9]{1,28})?")


def lot_key(lot: LotUnits) -> LotKey:
    """Return what tells a lot from the others of its sale."""
    return lot.account, lot.commodity, lot.lot


def weight_of(lots: Iterable[LotUnits]) -> Fraction:
    """Return what lots cost."""
    return sum((Fraction(lot.units) * Fraction(lot.lot.number) for lot in lots), Fraction(0))


def take_units(lots: list[LotUnits], units: Decimal) -> tuple[tuple[LotUnits, ...], list[LotUnits]]:
    """Take `units` from the front of `lots`; return what was taken and what is left."""
    taken, left = [], []
    for lot in lots:
        n = min(lot.units, units)
        units -= n
        if n:
            taken.append(lot if n == lot.units else replace(lot, units=n))
        if lot.units > n:
            left.append(lot if not n else replace(lot, units=lot.units - n))
    return tuple(taken), left


def by_lot(lots: Iterable[LotUnits]) -> tuple[LotUnits, ...]:
    """Return lots with those that are one and the same added up, in the order in which each comes first."""
    found: dict[LotKey, LotUnits] = {}
    for lot in lots:
        own = found.get(lot_key(lot))
        found[lot_key(lot)] = lot if own is None else replace(own, units=own.units + lot.units)
    return tuple(found.values())


def kits_of(line: SaleLine, left: list[LotUnits], kits: Decimal, before: Decimal) -> tuple[LotUnits, ...]:
    """Return the lots of `kits` of a line, `before` of which came back earlier: their share of every component.

    The share is cumulative and whole where the sale took whole units; of a component's lots the first of `left` go.
    """
    taken: list[LotUnits] = []
    for commodity in dict.fromkeys(lot.commodity for lot in line.lots):
        sold = [lot.units for lot in line.lots if lot.commodity == commodity]
        per_kit = Fraction(sum(sold, ZERO)) / Fraction(line.units)
        finest = max(places(units) for units in sold)
        start, end = per_kit * Fraction(before), per_kit * Fraction(before + kits)
        units = round_to(end, finest) - round_to(start, finest)
        taken += take_units([lot for lot in left if lot.commodity == commodity], units)[0]
    return tuple(taken)


def whole_kits(line: SaleLine, left: Iterable[LotUnits]) -> Decimal:
    """Return how many kits of a line the lots left still make up."""
    out: dict[str, Decimal] = defaultdict(lambda: ZERO)
    sold: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for lot in left:
        out[lot.commodity] += lot.units
    for lot in line.lots:
        sold[lot.commodity] += lot.units
    whole = min(Fraction(out[commodity]) * Fraction(line.units) / Fraction(units) for commodity, units in sold.items())
    return Decimal(int(whole))


def without(lots: Iterable[LotUnits], gone: Iterable[LotUnits]) -> list[LotUnits]:
    """Return what is left of lots without others."""
    used: dict[LotKey, Decimal] = defaultdict(lambda: ZERO)
    for lot in gone:
        used[lot_key(lot)] += lot.units
    return [replace(lot, units=lot.units - used[lot_key(lot)]) for lot in lots if lot.units > used[lot_key(lot)]]


def share_of(line: SaleLine, lots: Sequence[LotUnits], left: Sequence[LotUnits]) -> Fraction:
    """Return which part of the lots left others are, by cost; by units where all of the line was free."""
    if weight_of(line.lots):
        whole = weight_of(left)
        return weight_of(lots) / whole if whole else Fraction(0)
    units = sum((Fraction(lot.units) for lot in left), Fraction(0))
    return sum((Fraction(lot.units) for lot in lots), Fraction(0)) / units if units else Fraction(0)


def likeness(one: str, other: str) -> tuple[bool, int]:
    """Return how alike two accounts are: the same, else by the letters they begin and end with alike."""
    first = next((n for n, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))
    last = next((n for n, (a, b) in enumerate(zip(one[::-1], other[::-1])) if a != b), min(len(one), len(other)))
    return one == other, first + last


def lots_text(lots: Iterable[LotUnits]) -> str:
    """Return lots as one line of metadata, for items whose stock posting does not show them: `2 {60 CNY, 2026-01-03}`.

    Lots of several commodities, as a kit has them, are told apart by the commodity: `2 CUP {60 CNY, 2026-01-03}`.
    """
    lots = list(lots)
    several = len({lot.commodity for lot in lots}) > 1
    return "; ".join(f"{lot.units:f} {_lot_text(lot, several)}" for lot in lots)


def _lot_text(lot: LotUnits, several: bool) -> str:
    text = f"{{{str(lot.lot).replace(chr(34), '')}}}"
    return f"{lot.commodity} {text}" if several else text


def lots_of_text(text: str, sold: Iterable[LotUnits]) -> Mapping[LotKey, Decimal]:
    """Read `lots_text` back, as lots of the sale; what names no lot of the sale is left out."""
    found: dict[LotKey, Decimal] = defaultdict(lambda: ZERO)
    sold = list(sold)
    by_text = {_lot_text(lot, True): lot_key(lot) for lot in sold} | {
        _lot_text(lot, False): lot_key(lot) for lot in sold
    }
    while text:
        units, _, text = text.partition(" ")
        # A label may hold what stands between lots, so a lot is known by its own text and not by where it ends.
        named = max((lot for lot in by_text if text.startswith(lot)), key=len, default=None)
        if named is None or not _UNITS.fullmatch(units):
            text = text.partition("; ")[2]
        else:
            found[by_text[named]] += Decimal(units)
            text = text[len(named) :].removeprefix("; ")
    return found
