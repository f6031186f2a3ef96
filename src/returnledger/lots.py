"""Units of lots: taken from the front of a list, and written as one line of metadata."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from returnledger.money import ZERO
from returnledger.rows import Lot, LotUnits

LotKey = tuple[str, Lot]  # account and lot
_UNITS = re.compile(r"[0-9]{1,28}(\.[0-9]{1,28})?")


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


def lots_text(lots: Iterable[LotUnits]) -> str:
    """Return lots as one line of metadata, for items whose stock posting does not show them: `2 {60 CNY, 2026-01-03}`."""
    return "; ".join(f"{lot.units:f} {{{str(lot.lot).replace(chr(34), '')}}}" for lot in lots)


def lots_of_text(text: str, sold: Iterable[LotUnits]) -> Mapping[LotKey, Decimal]:
    """Read `lots_text` back, as lots of the sale; what names no lot of the sale is left out."""
    found: dict[LotKey, Decimal] = defaultdict(lambda: ZERO)
    by_text = {f"{{{str(lot.lot).replace(chr(34), '')}}}": (lot.account, lot.lot) for lot in sold}
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
