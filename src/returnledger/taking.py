"""Which goods of a case an event means, and what it takes of each pile; what is said where that is too little or unclear.

An item names goods by SKU, line, lot or condition; without items the step is about all that waits in the case. Units
are taken first in, first out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from returnledger.context import Context, units_of
from returnledger.events import Item
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase
from returnledger.kitpiles import as_kits, dealt, kit_of, kits_in
from returnledger.linefacts import lot_is
from returnledger.money import ZERO, plain
from returnledger.moves import Moved, of_pile
from returnledger.piles import Pile
from returnledger.roles import Role
from returnledger.rows import LotUnits
from returnledger.stepfindings import step_refused
from returnledger.terms import Condition, Disposition

# Where goods wait for somebody to do something with them; they leave the other places only where an item names them.
WAITING = (Role.INVENTORY_INSPECTION, Role.INVENTORY_HOLD, Role.INVENTORY_DEFECTIVE)
PLACES = (*WAITING, Role.INVENTORY_RETURNED, Role.INVENTORY_OPEN_BOX)


def taken(
    facts: Facts, context: Context, places: Sequence[Role], to: Disposition | None = None
) -> tuple[list[Moved], list[Finding]]:
    """Return what an event takes of the piles of its case, and what is to be said where they have too little.

    Without items it takes all from `places`; an item takes what it names from any place, and so does one that says what
    is done with goods where none wait. Without a quantity the goods that were put there for just that, `to` or the item's
    disposition, are meant, if there are any. With one they are taken first, then those in `places`, then others that
    wait. Where it takes a part of goods that differ in condition or place, and nothing says which, that is a finding.
    """
    case = facts.now
    left = {n: pile.units for n, pile in enumerate(case.piles)} if case else {}
    moved: list[Moved] = []
    found: list[Finding] = []
    items: Iterable[Item | None] = facts.event.items or (None,)
    for index, item in enumerate(items):
        own = replace(facts, item=item, index=index)
        wish = (item.disposition if item else None) or to
        fitting = [*_meant(own, item, places)]
        if not fitting and wish is not None and set(places) <= set(WAITING):
            fitting = [*_meant(own, item, PLACES)]
        wanted = _wanted(own, item, context)
        meant = sorted(fitting, key=lambda pair: _rank(pair[1], wish, places))
        if wanted is None and (item is None or item.qty is None):
            meant = [pair for pair in meant if left[pair[0]] > 0 and _rank(pair[1], wish, places) == 0] or meant
        piles = dict(meant)
        kit = kit_of(own, item, piles.values())
        here = sum((left[n] for n in piles), ZERO)
        if kit is not None and wanted is not None:
            here = kits_in(kit, [(pile, left[n]) for n, pile in piles.items()])
        if here <= 0 or (wanted is not None and not 0 < wanted <= here):
            found.append(_short(own, piles.values(), wanted, here))
            continue
        rest = here if wanted is None else wanted
        there = [(_rank(pile, wish, places), left[n], pile) for n, pile in piles.items() if left[n] > 0]
        if kit is not None and wanted is not None:
            there = [(rank, n, pile) for rank, units, pile in there for n, pile in as_kits(kit, [(units, pile)])]
        unclear = _unclear(there, rest)
        if unclear:
            found.append(_which(own, unclear, rest))
            continue
        of_kits = dealt(kit, piles, left, wanted) if kit is not None and wanted is not None else {}
        for n, pile in piles.items():
            units = of_kits[n] if of_kits else min(rest, left[n])
            if units > 0:
                part = of_pile(own, pile, units, left[n])
                product = context.products.by_commodity.get(pile.commodity) if kit is not None else None
                moved.append(part if kit is None else replace(part, of=product.sku if product else pile.commodity))
                left[n] -= units
                rest -= units
    return moved, found


def _rank(pile: Pile, wish: Disposition | None, places: Sequence[Role]) -> int:
    """Return how soon goods are taken: parked for just that, in the places meant, waiting for somebody, or for sale."""
    if wish is not None and pile.disposition == wish:
        return 0
    if pile.role in {role.value for role in places}:
        return 1
    return 2 if pile.role in {role.value for role in WAITING} else 3


def _unclear(piles: Sequence[tuple[int, Decimal, Pile]], wanted: Decimal) -> list[tuple[Decimal, Pile]]:
    """Return the piles of which some units are taken and some are not, where they differ in condition or place."""
    for rank in sorted({own for own, _, _ in piles}):
        same = [(units, pile) for own, units, pile in piles if own == rank]
        total = sum((units for units, _ in same), ZERO)
        if wanted < total:
            kinds = {(pile.condition, pile.account) for _, pile in same}
            return same if len(kinds) > 1 and wanted > 0 else []
        wanted -= total
    return []


def _meant(facts: Facts, item: Item | None, places: Sequence[Role]) -> Iterator[tuple[int, Pile]]:
    roles = {role.value for role in (PLACES if item and (item.sku or item.line) else places)}
    for n, pile in enumerate(facts.now.piles if facts.now else ()):
        if pile.role not in roles:
            continue
        if item is None or _fits(facts, item, pile):
            yield n, pile


def _fits(facts: Facts, item: Item, pile: Pile) -> bool:
    line = facts.sale.line(pile.line) if facts.sale is not None else None
    if item.sku is not None and item.sku not in (pile.sku, pile.commodity, line.sku if line is not None else ""):
        return False
    if item.line is not None and item.line != pile.line:
        return False
    if item.lot is not None and not _is_lot(pile, item.lot):
        return False
    if item.location is not None and item.location != pile.account and _is_place(facts, item.location):
        return False
    return item.condition is None or pile.condition in ("", "unknown", item.condition.value)


def _is_place(facts: Facts, location: str) -> bool:
    """Return True if a location is an account that has goods of the case, and no place in a warehouse."""
    return any(location == pile.account for pile in (facts.now.piles if facts.now else ()))


def _is_lot(pile: Pile, wanted: str) -> bool:
    return pile.lot is not None and lot_is(LotUnits(pile.account, pile.commodity, pile.lot, pile.units), wanted)


def _wanted(facts: Facts, item: Item | None, context: Context) -> Decimal | None:
    """Return how many units an item asks for, None for all there are."""
    if item is None or item.qty == "all":
        return None
    if item.qty is None:
        return Decimal(1) if item.serial is not None else None
    return units_of(item, item.sku or "", context) or ZERO


def _short(facts: Facts, piles: Iterable[Pile], wanted: Decimal | None, here: Decimal) -> Finding:
    """Return the finding that the case does not have what the event takes; it says where its goods are."""
    event = facts.event
    known = [
        Phrase("{units} {sku} at {account}", {"units": plain(p.units), "sku": p.sku, "account": p.account})
        for p in (facts.now.piles if facts.now else ())
        if p.role in {role.value for role in PLACES}
    ]
    said = {"units": plain(wanted or ZERO), "here": plain(here), "places": known or [Phrase("none in any place")]}
    obstacle = (
        Phrase("{units} units are asked for and {here} are there: the case has {places}", said)
        if wanted is not None
        else Phrase("no such goods wait there: the case has {places}", said)
    )
    said_of = {"case": event.reference}
    instead = Phrase("write what is there; `returnledger show {case}` shows where its goods went", said_of)
    if not known and facts.now is not None and any(line.awaited for line in facts.now.lines):
        instead = Phrase("post `receive: {case}` first, when the goods come", said_of)
    elif not known:
        instead = Phrase("delete the event; `returnledger show {case}` shows where its goods went", said_of)
    return step_refused(facts, "qty", obstacle, instead)


def _which(facts: Facts, piles: Sequence[tuple[Decimal, Pile]], wanted: Decimal) -> Finding:
    """Return the finding that an item could mean goods of several kinds; it lists them with what tells them apart."""
    own = [pile for _, pile in piles]
    by_condition = len({pile.condition for pile in own}) == len({(pile.condition, pile.account) for pile in own})
    listed = [
        Phrase(
            "{units} {condition} at {account}",
            {"units": plain(units), "condition": _seen(pile), "account": pile.account},
        )
        for units, pile in piles
    ]
    said = {"units": plain(wanted), "sku": own[0].sku, "piles": listed}
    obstacle = Phrase("{units} {sku} are asked for, and these are there: {piles}", said)
    example = _seen(own[0]) if by_condition else own[0].account
    key = "condition" if by_condition else "location"
    instead = Phrase("say which: add `{key}: {example}`, or another of them", {"key": key, "example": example})
    return step_refused(facts, "qty", obstacle, instead)


def _seen(pile: Pile) -> Condition:
    return Condition.of(pile.condition) if pile.condition else Condition.UNKNOWN
