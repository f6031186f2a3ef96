"""Compares a count with the books: what should lie in a place, what was found, and which units are missing or too many.

    Assets:Inventory-Hold    3 MUG in the books, 2 of them of cases; 1 counted
    two are missing: first the unit that no case knows, then the one that came first

A count of an SKU is of all its units in the place; where it names a lot or a condition, of these alone, and another count
without is of the rest. What is not listed was not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from returnledger.books import Books
from returnledger.context import Context
from returnledger.events.stock import Count
from returnledger.facts import Facts
from returnledger.instock import MovedIn, Stood, held_in, standing_cases, stood
from returnledger.linefacts import lot_is
from returnledger.money import ZERO, decimals_of, filled, plain, round_to
from returnledger.roles import DERIVED, Role
from returnledger.rows import Lot, LotUnits

STOCK = (Role.INVENTORY, *DERIVED)


@dataclass(frozen=True, slots=True)
class Holding:
    """Units of one lot in one account: a pile of a case, or what no case knows of."""

    account: str
    role: str
    commodity: str
    sku: str
    lot: Lot | None
    units: Decimal
    stood: Stood | None = None

    @property
    def condition(self) -> str:
        """What the inspector saw; "" where nobody looked."""
        return self.stood.pile.condition if self.stood else ""


@dataclass(frozen=True, slots=True)
class Found:
    """Units that are there and not in the books, and the lot that they are taken to be of."""

    account: str
    role: str
    commodity: str
    sku: str
    lot: Lot
    units: Decimal
    condition: str = ""

    @property
    def amount(self) -> Decimal:
        """What they cost."""
        return round_to(Fraction(self.lot.number) * Fraction(self.units), decimals_of(self.lot.currency))


@dataclass(frozen=True, slots=True)
class Compared:
    """One count beside the books: what was found, what should be there, which units are missing, which too many."""

    index: int
    count: Count
    counted: Decimal
    booked: Decimal
    missing: tuple[tuple[Holding, Decimal], ...] = ()
    found: Found | None = None

    @property
    def text(self) -> str:
        """The count in a few words, as entries keep it: `MUG 1 of 3`."""
        of = " ".join(filter(None, (self.count.sku, self.count.lot, self.count.condition)))
        return f"{of} {plain(self.counted)} of {plain(self.booked)}"


def accounts_of(facts: Facts, books: Books) -> list[str]:
    """Return the stock accounts that a count is of: the one that it names, and those below."""
    place = facts.event.reference
    named = [name for name in books.accounts if name == place or name.startswith(f"{place}:")]
    return [name for name in named if facts.settings.role_of(name) in STOCK]


def holdings(facts: Facts, books: Books, context: Context, moved_in: MovedIn) -> list[Holding]:
    """Return what should lie in the place at the end of the day: by lot, units that no case knows of first."""
    accounts, place = accounts_of(facts, books), facts.event.reference
    piles = [
        each
        for each in stood(standing_cases(books), moved_in, facts.day)
        if each.left and (each.pile.account in accounts or (not accounts and each.pile.location == place))
    ]
    skus = {each.pile.commodity: each.pile.sku for each in piles if each.pile.sku}
    found = []
    for account in accounts:
        role = facts.settings.role_of(account)
        for (commodity, lot), units in sorted(held_in(moved_in(account), facts.day).items(), key=_by_lot):
            known = sum(
                (e.left for e in piles if (e.pile.account, e.pile.commodity, e.pile.lot) == (account, commodity, lot)),
                ZERO,
            )
            product = context.products.by_commodity.get(commodity)
            sku = skus.get(commodity) or (product.sku if product else commodity)
            if units > known:
                found.append(Holding(account, role.value if role else "", commodity, sku, lot, units - known))
    found += [
        Holding(p.account, p.role, p.commodity, p.sku, p.lot, each.left, each) for each in piles for p in (each.pile,)
    ]
    return found


def _by_lot(item: tuple[tuple[str, Lot], Decimal]) -> tuple[object, ...]:
    (commodity, lot), _ = item
    return lot.date, commodity, lot.number, lot.label or ""


def compared(
    facts: Facts, counts: Sequence[Count], shelf: Sequence[Holding], books: Books, context: Context, moved_in: MovedIn
) -> list[Compared]:
    """Return each count beside the books, in the order of the event; counts of the same goods are one."""
    whose = {n: _count_of(each, counts, context) for n, each in enumerate(shelf)}
    totals: dict[tuple[object, ...], tuple[int, Decimal]] = {}
    for index, count in enumerate(counts):
        key = count.sku, count.lot, count.condition
        first, so_far = totals.get(key, (index, ZERO))
        totals[key] = first, so_far + (units_of(count, context) or ZERO)
    made = []
    for index, counted in totals.values():
        own = [each for n, each in enumerate(shelf) if whose[n] == index]
        each = Compared(index, counts[index], counted, sum((held.units for held in own), ZERO))
        if counted < each.booked:
            each = replace(each, missing=tuple(filled(each.booked - counted, ((held, held.units) for held in own))))
        elif counted > each.booked:
            surplus = _found(facts, counts[index], counted - each.booked, own, shelf, books, context, moved_in)
            each = replace(each, found=surplus)
        made.append(each)
    return made


def units_of(count: Count, context: Context) -> Decimal | None:
    """Return how many units a count found; None where the pack that it counts in is unknown."""
    if count.unit is None:
        return count.qty
    product = context.products.get(count.sku)
    pack = product.packs.get(count.unit) if product else None
    return None if pack is None else count.qty * pack


def _count_of(each: Holding, counts: Sequence[Count], context: Context) -> int | None:
    """Return the count that units belong to: of those that can mean them the one that says most."""
    mine = [
        (count.lot is None, count.condition is None, n)
        for n, count in enumerate(counts)
        if _means(count, each, context)
    ]
    return min(mine)[2] if mine else None


def _means(count: Count, each: Holding, context: Context) -> bool:
    if each.commodity != context.products.of(count.sku).commodity and count.sku not in (each.sku, each.commodity):
        return False
    if count.condition is not None and each.condition != count.condition.value:
        return False
    if count.lot is None:
        return True
    return each.lot is not None and lot_is(LotUnits(each.account, each.commodity, each.lot, each.units), count.lot)


def _found(
    facts: Facts,
    count: Count,
    units: Decimal,
    own: Sequence[Holding],
    shelf: Sequence[Holding],
    books: Books,
    context: Context,
    moved_in: MovedIn,
) -> Found | None:
    """Return the lot that units too many are taken to be of, None where nothing tells what they cost.

    That is the newest lot of the goods in the place, else the last that was there, else the last that any account had;
    a `cost` makes a lot of the day.
    """
    commodity = context.products.of(count.sku).commodity
    commodity = next((each.commodity for each in own), commodity)
    accounts = list(dict.fromkeys(each.account for each in own)) or accounts_of(facts, books)
    if not accounts:
        accounts = list(dict.fromkeys(each.account for each in shelf))
    if not accounts:
        return None
    known = [each.lot for each in own if each.lot is not None]
    others = [account for account, kept in books.held.get(count.sku, ()) if kept == commodity]
    for account in [*accounts, *others]:
        if not known:
            known = [
                moved.lot
                for moved in moved_in(account)
                if moved.commodity == commodity and (facts.day is None or moved.date <= facts.day)
            ]
            known = [lot for lot in known if _named(lot, count, commodity)]
    lot = max(known, key=lambda each: (each.date, each.number), default=None)
    if count.cost is not None and facts.day is not None:
        currency = lot.currency if lot else facts.settings.operating_currency
        lot = lot if lot is not None and lot.number == count.cost else Lot(count.cost, currency, facts.day)
    if lot is None:
        return None
    role = facts.settings.role_of(accounts[0])
    condition = count.condition.value if count.condition else ""
    return Found(accounts[0], role.value if role else "", commodity, count.sku, lot, units, condition)


def _named(lot: Lot, count: Count, commodity: str) -> bool:
    return count.lot is None or lot_is(LotUnits("", commodity, lot, Decimal(1)), count.lot)
