"""Where the units of a case are: what came to a stock account, less what left it, pile by pile.

A posting to stock without an item of its own belongs to the item before it on the same line and account. A posting that
takes units out draws them from the piles of its line, lot and account, first in first out; where it names `rl-condition`
or `rl-disposition`, from those alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from returnledger.money import ZERO, decimals_of, places, round_to
from returnledger.roles import PLACE_OF_DISPOSITION, Role
from returnledger.rows import Lot, Posted, PostedLeg
from returnledger.steps import STOCK_ROLES

# Where goods are put by what is done with them; good stock may wait to be put away.
_PLACES = {to.value: (role.value,) for to, role in PLACE_OF_DISPOSITION.items()} | {
    "restock": (Role.INVENTORY.value, Role.INVENTORY_RETURNED.value)
}

STANDS = "stands"  # metadata of a posting that revalues goods where they stand: the account
LOT = "lot"  # and their lot


@dataclass(frozen=True, slots=True)
class Pile:
    """Units of a case in one place: by line, commodity, lot, account, condition and disposition."""

    line: str
    sku: str
    commodity: str
    account: str
    role: str
    units: Decimal
    lot: Lot | None = None  # None for goods that are kept by value alone
    condition: str = ""  # what the inspector saw; "" or unknown before
    disposition: str = ""
    since: date | None = None  # the day of the entry that put the first of them there
    amount: Decimal = ZERO  # what they cost, as booked
    allowance: Decimal = ZERO  # by how much they were written down, positive
    location: str = ""  # where the inspector put them


def counted(item: Mapping[str, str] | None, key: str) -> Decimal:
    """Return the units that the metadata of an item says under `key`, nil where it says none."""
    return Decimal(item.get(key) or 0) if item else ZERO


def items_of(entry: Posted) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the line and the metadata of each item of an entry."""
    for leg in entry.legs:
        if leg.item and leg.line is not None and "sku" in leg.item:
            yield leg.line, leg.item
    if "line" in entry.told and "sku" in entry.told:
        yield entry.told["line"], entry.told


def piles_of(entries: Iterable[Posted]) -> tuple[Pile, ...]:
    """Return where the units of a case are: what came to a stock account less what left it."""
    piles: dict[tuple[object, ...], Pile] = {}
    for entry in entries:
        filled: list[tuple[object, ...]] = []
        drawn: list[tuple[tuple[object, ...], Decimal]] = []  # with what of its allowance goes along
        for leg, item in _stock(entry):
            units = leg.units if leg.lot is not None else _units_by_value(entry, leg)
            if not units or not leg.line:
                continue
            if units < 0:
                drawn += _draw(piles, leg, item, -units)
                continue
            condition, disposition = item.get("condition", ""), item.get("disposition", "")
            location = item.get("location", "")
            key = (leg.line, leg.commodity, leg.account, leg.role, leg.lot, condition, disposition, location)
            own = piles.get(key)
            filled.append(key)
            piles[key] = (
                replace(own, units=own.units + units, amount=own.amount + leg.amount)
                if own
                else Pile(
                    leg.line,
                    item.get("sku", ""),
                    leg.commodity or "",
                    leg.account,
                    leg.role,
                    units,
                    leg.lot,
                    condition,
                    disposition,
                    entry.date,
                    leg.amount,
                    location=location,
                )
            )
        _write_down(piles, entry, filled, drawn)
        for leg in entry.legs:
            if leg.role == Role.WRITE_DOWN_ALLOWANCE and leg.item and STANDS in leg.item:
                _revalue(piles, leg, leg.item)
    return tuple(pile for pile in piles.values() if pile.units)


def _stock(entry: Posted) -> Iterator[tuple[PostedLeg, Mapping[str, str]]]:
    """Yield the postings to stock of an entry, each with the metadata of the item that it belongs to."""
    of_line = dict(items_of(entry))
    last: dict[tuple[str | None, str, bool], Mapping[str, str]] = {}
    for leg in entry.legs:
        if leg.role not in STOCK_ROLES or (leg.lot is None and leg.units is not None):
            continue
        key = leg.line, leg.account, leg.amount > 0
        if leg.item:
            last[key] = leg.item
        # What leaves a place is told by its own words alone: the item says where it goes.
        into = (leg.units or leg.amount) > 0
        known = of_line.get(leg.line or "", {})
        if into and leg.lot is None and not leg.item:
            known = next(iter(_told_of(entry, leg)), known)
        yield leg, leg.item or last.get(key) or (known if into else {})


# What counts the units that a step moved, the best first: of goods that go on `moved`, of those that came the rest.
_MOVES = ("moved", "sent-back", "received", "inspected", "disposed", "exchanged", "qty")


def _units_by_value(entry: Posted, leg: PostedLeg) -> Decimal:
    """Return the units that a posting of value alone is of, below zero where they leave.

    What it says itself counts; else what the items of its line say, of goods that came in those of its place.
    """
    units = sum((_first_count(item) for item in ([leg.item] if leg.item else _told_of(entry, leg))), ZERO)
    return units if leg.amount > 0 else -units


def _first_count(item: Mapping[str, str]) -> Decimal:
    return next((number for key in _MOVES if (number := counted(item, key))), ZERO)


def _told_of(entry: Posted, leg: PostedLeg) -> list[Mapping[str, str]]:
    """Return the items of the line of a posting without one of its own: of several those that go to its place."""
    mine = [item for name, item in items_of(entry) if name == leg.line]
    here = [item for item in mine if leg.role in _PLACES.get(item.get("disposition", ""), ())]
    return here if here and leg.amount > 0 else mine


def _write_down(
    piles: dict[tuple[object, ...], Pile],
    entry: Posted,
    filled: list[tuple[object, ...]],
    drawn: list[tuple[tuple[object, ...], Decimal]],
) -> None:
    """Let what was written down go along with goods that move, and add what an entry writes down or releases.

    What a posting of the allowance says is of the piles that the entry filled on its line and condition; where goods only
    left, it is what left with them.
    """
    changes = [leg for leg in entry.legs if leg.role == Role.WRITE_DOWN_ALLOWANCE and STANDS not in (leg.item or {})]
    for line in dict.fromkeys([piles[key].line for key in filled] + [piles[key].line for key, _ in drawn]):
        into = [key for key in dict.fromkeys(filled) if piles[key].line == line]
        along = sum((part for key, part in drawn if piles[key].line == line), ZERO)
        own = [leg for leg in changes if leg.line == line]
        if not into:
            last = next(key for key, _ in reversed(drawn) if piles[key].line == line)
            _add(piles, [last], along - sum((leg.amount for leg in own), ZERO))
            continue
        for key, part in drawn:
            if piles[key].line == line:
                _add(piles, [each for each in into if piles[each].lot == piles[key].lot] or into, part)
        for leg in own:
            said = (leg.item or {}).get("condition")
            _add(piles, [key for key in into if said in (None, piles[key].condition)] or into, -leg.amount)


def _revalue(piles: dict[tuple[object, ...], Pile], leg: PostedLeg, item: Mapping[str, str]) -> None:
    """Let go of what was written down on units that are gone, and of these units; or change it for those that are left."""
    for key, pile in piles.items():
        said = [item.get(name, "") for name in (STANDS, LOT, "condition", "disposition", "location")]
        if (leg.line, said) == (pile.line, [pile.account, str(pile.lot or ""), *_words(pile)]):
            gone = min(counted(item, "gone"), pile.units)
            share = Fraction(gone) / Fraction(pile.units) if gone else Fraction(0)
            off = round_to(Fraction(pile.amount) * share, places(pile.amount))
            left = pile.allowance - leg.amount
            piles[key] = replace(pile, units=pile.units - gone, amount=pile.amount - off, allowance=left)
            return


def _add(piles: dict[tuple[object, ...], Pile], keys: list[tuple[object, ...]], amount: Decimal) -> None:
    """Add to the allowance of piles: it brings the units of all to one net value; what is taken back, from the first."""
    level = _level([piles[key] for key in keys], amount) if len(keys) > 1 and amount > 0 else None
    for key in keys:
        pile = piles[key]
        part = max(amount, -pile.allowance)
        if level is not None:
            over = Fraction(pile.amount - pile.allowance) - level * Fraction(pile.units)
            minor = decimals_of(pile.lot.currency) if pile.lot is not None else 2
            part = round_to(max(Fraction(0), over), max(places(amount), minor))
        part = amount if key == keys[-1] else part
        piles[key] = replace(pile, allowance=pile.allowance + part)
        amount -= part


def _words(pile: Pile) -> tuple[str, str, str]:
    return pile.condition, pile.disposition, pile.location


def _level(piles: Sequence[Pile], amount: Decimal) -> Fraction | None:
    """Return what a unit is worth once `amount` has come off piles that are worth the same by the unit; None for none.

    Of goods of one item in several lots the entry has one sum: the dearer units lost more.
    """
    worth = [(Fraction(p.amount - p.allowance) / Fraction(p.units), Fraction(p.units)) for p in piles if p.units]
    worth.sort(reverse=True)
    value = units = Fraction(0)
    for n, (each, of) in enumerate(worth):
        value, units = value + each * of, units + of
        level = (value - Fraction(amount)) / units
        if n + 1 == len(worth) or level >= worth[n + 1][0]:
            return level
    return None


def _draw(
    piles: dict[tuple[object, ...], Pile], leg: PostedLeg, item: Mapping[str, str], units: Decimal
) -> Iterator[tuple[tuple[object, ...], Decimal]]:
    """Take units out of the piles of a place, those that came first, first; yield each with its part of the allowance."""
    amount = -leg.amount
    for key, pile in list(piles.items()):
        alike = (pile.commodity, pile.account, pile.lot) == (leg.commodity or "", leg.account, leg.lot)
        looked = leg.role == Role.INVENTORY_INSPECTION  # before that nobody knew the condition
        said = looked or all(item.get(name) in (None, getattr(pile, name)) for name in ("condition", "disposition"))
        if not alike or not said or pile.line != leg.line:
            continue
        taken = min(units, pile.units)
        if not taken:
            continue
        part = amount if taken == units else min(amount, pile.amount)
        along = round_to(Fraction(pile.allowance) * Fraction(taken) / Fraction(pile.units), places(pile.allowance))
        left = replace(pile, units=pile.units - taken, amount=pile.amount - part, allowance=pile.allowance - along)
        piles[key] = left
        units, amount = units - taken, amount - part
        yield key, along
