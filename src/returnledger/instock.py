"""Which of the goods that cases put into stock are still there: what the cases know, beside what the books hold.

    open box, lot of 60.00: 3 MUG of cases, 1 MUG in the books      two are gone: the shop's own postings sold them

A posting of the shop's own names a lot and no case. What an account lacks of a lot is gone, from the pile that came
first; other units of the lot go first, those that no case knows of. Of a day it is what lacked at its end and lacks now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from returnledger.books import Books
from returnledger.estimates import is_month
from returnledger.money import ZERO, decimals_of, places, round_to
from returnledger.movements import Movement
from returnledger.piles import Pile, piles_of
from returnledger.roles import DERIVED, Role
from returnledger.rows import Lot, Posted

Key = tuple[object, ...]
MovedIn = Callable[[str], Iterable[Movement]]

# Where goods stand that came back and were looked at; elsewhere they are among others, or nobody knows their condition.
GRADED = frozenset(role.value for role in DERIVED) - {Role.INVENTORY_INSPECTION.value}


@dataclass(frozen=True, slots=True)
class Stood:
    """A pile of a case, and how many of its units are gone though no entry of the case took them."""

    case: str
    pile: Pile
    gone: Decimal = ZERO

    @property
    def left(self) -> Decimal:
        """Units that are still there."""
        return self.pile.units - self.gone

    @property
    def released(self) -> Decimal:
        """What was written down on the units that are gone: by share, and all of it with the last unit."""
        if not self.left or not self.gone:
            return self.pile.allowance if self.gone else ZERO
        share = Fraction(self.pile.allowance) * Fraction(self.gone) / Fraction(self.pile.units)
        currency = self.pile.lot.currency if self.pile.lot else ""
        return round_to(share, max(decimals_of(currency), places(self.pile.allowance)))


def stood(cases: Mapping[str, Sequence[Posted]], moved_in: MovedIn, day: date | None = None) -> list[Stood]:
    """Return the piles of cases with what of each is gone by the end of `day`; the oldest first.

    `cases` are the entries that stand, by case; what came in after the day is left out.
    """
    now = _gone(_piles(cases, None), moved_in, None)
    if day is None:
        return now
    then = {(each.case, _key(each.pile)): each for each in _gone(_piles(cases, day), moved_in, day)}
    found = []
    for each in now:
        before = then.get((each.case, _key(each.pile)))
        if before is not None:
            found.append(Stood(each.case, each.pile, min(each.gone, before.gone)))
    return found


def _piles(cases: Mapping[str, Sequence[Posted]], day: date | None) -> list[tuple[str, Pile]]:
    found = [
        (case, pile)
        for case, entries in cases.items()
        for pile in piles_of([entry for entry in entries if day is None or entry.date <= day])
    ]
    return sorted(found, key=lambda pair: (pair[1].since or date.min, pair[0]))


def _key(pile: Pile) -> Key:
    """Return what tells a pile from the others of its case."""
    return pile.line, pile.commodity, pile.account, pile.lot, pile.condition, pile.disposition, pile.location


def _gone(piles: Sequence[tuple[str, Pile]], moved_in: MovedIn, day: date | None) -> list[Stood]:
    held = {account: held_in(moved_in(account), day) for account in {pile.account for _, pile in piles if pile.lot}}
    lacking: dict[tuple[str, str, Lot], Decimal] = {}
    for _, pile in piles:
        if pile.lot is not None:
            key = pile.account, pile.commodity, pile.lot
            lacking[key] = lacking.get(key, ZERO) + pile.units
    for account, commodity, lot in lacking:
        lacking[account, commodity, lot] -= held[account].get((commodity, lot), ZERO)
    found = []
    for case, pile in piles:
        gone = ZERO
        if pile.lot is not None:
            key = pile.account, pile.commodity, pile.lot
            gone = max(ZERO, min(pile.units, lacking[key]))
            lacking[key] -= gone
        found.append(Stood(case, pile, gone))
    return found


def held_in(movements: Iterable[Movement], day: date | None = None) -> dict[tuple[str, Lot], Decimal]:
    """Return the units that an account holds at the end of a day, by commodity and lot.

    Where lots are not matched as they are booked, a sale may stand below zero under a lot of its own: it comes off the
    lots of the same cost first, the oldest before the others.
    """
    found: dict[tuple[str, Lot], Decimal] = {}
    for moved in movements:
        if day is None or moved.date <= day:
            key = moved.commodity, moved.lot
            found[key] = found.get(key, ZERO) + moved.units
    for (commodity, lot), units in list(found.items()):
        if units >= 0:
            continue
        alike = [key for key, n in found.items() if key[0] == commodity and n > 0]
        alike.sort(key=lambda key: ((key[1].number, key[1].currency) != (lot.number, lot.currency), key[1].date))
        for key in alike:
            part = min(found[key], -found[commodity, lot])
            found[key] -= part
            found[commodity, lot] += part
    return {key: units for key, units in found.items() if units}


def of_reference(reference: str, each: Stood) -> bool:
    """Return True if a revaluation of `reference`, an SKU or a month for all, is about a pile."""
    return reference in (each.pile.sku, each.pile.commodity) or is_month(reference)


def standing_cases(books: Books) -> dict[str, list[Posted]]:
    """Return the entries that stand of every case of the books."""
    return {case: books.case_of(case) for case in books.by_case}
