"""What goods cost as they came in, where a repair or a lower value has given their lot another cost since."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from returnledger.facts import Facts
from returnledger.lots import lot_key
from returnledger.money import round_to
from returnledger.moves import Moved
from returnledger.rows import PART_OF, LotUnits
from returnledger.steps import between


def came_as(facts: Facts, moved: Moved) -> LotUnits | None:
    """Return the lot that units came in at: their own, or of another cost by now the one that was bought on its day.

    Of several lots of that day it is one that waits for its credit; None where the sale knows no such lot.
    """
    pile, sale = moved.pile, facts.sale
    line = sale.line(pile.line.partition(PART_OF)[0]) if sale is not None else None
    if pile.lot is None or line is None:
        return None
    sold = [lot for lot in line.lots if lot.commodity == pile.commodity]
    same = [lot for lot in sold if lot.lot == pile.lot]
    if not same:
        waits = dict(between(line, facts.now.entries).waiting.lots) if facts.now is not None else {}
        near = [lot for lot in sold if lot.lot.date == pile.lot.date]
        same = [lot for lot in near if waits.get(lot_key(lot))] or near
    return replace(same[0], units=moved.units) if same else None


def cost_of(facts: Facts, lot: LotUnits) -> Decimal:
    """Return what units of a lot cost."""
    return round_to(Fraction(lot.lot.number) * Fraction(lot.units), facts.decimals)


def cost_as_came(facts: Facts, moved: Moved) -> Decimal:
    """Return what units cost when they came in, else what they cost now."""
    came = came_as(facts, moved)
    return moved.amount if came is None else cost_of(facts, came)
