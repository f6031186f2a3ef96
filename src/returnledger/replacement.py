"""Which lots go out for goods that come back: those that the account's booking method takes first, as held on the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from returnledger.facts import Facts
from returnledger.findings import Phrase
from returnledger.linefacts import lot_is
from returnledger.money import ZERO, filled, plain
from returnledger.movements import Movement
from returnledger.rows import Account, LotUnits


@dataclass(frozen=True, slots=True)
class Wanted:
    """Goods that are to go out: their commodity, how many, from which account, and of which lot where one is named."""

    sku: str
    commodity: str
    account: str
    units: Decimal
    lot: str | None = None


def held(movements: Sequence[Movement], wanted: Wanted, day: date) -> list[LotUnits]:
    """Return the lots of a commodity that an account holds on a day."""
    lots: dict[object, LotUnits] = {}
    for moved in movements:
        if moved.commodity == wanted.commodity and moved.date <= day:
            own = lots.get(moved.lot)
            units = moved.units + (own.units if own else ZERO)
            lots[moved.lot] = LotUnits(wanted.account, wanted.commodity, moved.lot, units)
    return [lot for lot in lots.values() if lot.units > 0]


def picked(
    lots: Sequence[LotUnits], wanted: Wanted, account: Account | None
) -> tuple[list[LotUnits], tuple[Phrase, Phrase] | None]:
    """Return the lots that go out, or what stands in the way and what to do instead."""
    if wanted.lot is not None:
        lots = [lot for lot in lots if lot_is(lot, wanted.lot)]
    total = sum((lot.units for lot in lots), ZERO)
    said = {"wanted": plain(wanted.units), "sku": wanted.sku, "held": plain(total), "account": wanted.account}
    if total < wanted.units:
        obstacle = Phrase("{wanted} {sku} are to go out, and {account} holds {held} on the day", said)
        if not wanted.account:
            obstacle = Phrase("{wanted} {sku} are to go out, and no account of the books ever held any", said)
        return [], (obstacle, Phrase("write what is there, another lot or day, or credit the goods: `return: ORDER`"))
    booking = account.booking if account is not None else "STRICT"
    if booking == "STRICT" and len(lots) > 1 and total > wanted.units:
        names = [lot.lot.label or lot.lot.date.isoformat() for lot in lots]
        obstacle = Phrase("{account} holds {sku} in several lots: {lots}", {**said, "lots": names})
        return [], (obstacle, Phrase("add `lot:` to what goes out"))
    first = sorted(lots, key=_ORDER.get(booking, _oldest))
    return [replace(lot, units=part) for lot, part in filled(wanted.units, ((lot, lot.units) for lot in first))], None


def _oldest(lot: LotUnits) -> tuple[object, ...]:
    return (lot.lot.date, lot.lot.number)


_ORDER = {
    "LIFO": lambda lot: (-lot.lot.date.toordinal(), lot.lot.number),
    "HIFO": lambda lot: (-lot.lot.number, lot.lot.date),
}


def wanted_of(
    facts: Facts, sku: str | None, units: Decimal | None, lot: str | None, where: Sequence[tuple[str, str]]
) -> Wanted:
    """Return what goes out for an item: the same goods, or those of another SKU from where they were held last."""
    line = facts.line
    assert line is not None
    same = sku is None or sku in (line.sku, line.commodity)
    account, commodity = (line.lots[0].account, line.lots[0].commodity) if line.lots else ("", line.commodity)
    if not same:
        account, commodity = where[0] if where else ("", sku or "")
    return Wanted(sku or line.sku, commodity, account, units if units is not None else facts.quantity or ZERO, lot)
