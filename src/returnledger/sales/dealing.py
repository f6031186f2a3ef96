"""Deals the goods of one SKU to its lines in order of posting, by the quantity that each line says or its price implies.

Where the books give several amounts of revenue for one SKU and nothing tells how many units each is for, they are one
line at their average price, and the sale says so.

    Income:Sales               -100.00 CNY
      sku: "MUG"
      qty: 2
    Income:Sales                -45.00 CNY
      sku: "MUG"
      qty: 1
    Assets:Inventory:MUG            -3 MUG {30 CNY}
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from returnledger.money import CONTEXT, ZERO, plain
from returnledger.rows import LotUnits
from returnledger.sales.drafts import Draft, earn, read_metadata, take
from returnledger.sales.postings import Flow, Posting, place_of, shown_at
from returnledger.sales.recognition import Recognition


def fill(draft: Draft, revenue: list[Posting], stock: list[Posting], flow: Flow, recognition: Recognition) -> None:
    """Give a line its postings of stock and revenue, and the quantity and price that they say."""
    day = flow.transactions[0].date
    for posting in stock:
        take(draft, posting, day, recognition)
    for posting in revenue:
        earn(draft, posting)
    draft.source = revenue[0] if revenue else stock[0]
    read_metadata(draft, revenue, recognition)
    if draft.quantity is None:
        price = draft.price
        read_metadata(draft, stock, recognition)
        draft.price = price if price is not None else draft.price


def lines_of(
    sku: str, revenue: list[Posting], stock: list[Posting], flow: Flow, recognition: Recognition
) -> list[Draft]:
    """Return the lines of one SKU that no `line` tells apart: one, or as many as there are revenue postings."""
    if len(revenue) > 1:
        made = []
        for posting in revenue:
            draft = Draft(None, sku, posting)
            fill(draft, [posting], [], flow, recognition)
            made.append(draft)
        if not stock or deal(made, stock, flow, recognition):
            return made
        values = {"sku": sku, "count": str(len(revenue)), "where": shown_at(revenue[0])}
        flow.inferred.append(("revenue-in-one-line", values))
    draft = Draft(None, sku, (revenue or stock)[0])
    fill(draft, revenue, stock, flow, recognition)
    if len(revenue) > 1 and draft.quantity is not None and len({mate.quantity for mate in made}) == 1:
        draft.quantity = made[0].quantity  # each of them says the quantity of the line
    return [draft]


def attach(mates: list[Draft], revenue: list[Posting], stock: list[Posting], flow: Flow, how: Recognition) -> None:
    """Give postings that name only the SKU to the lines that have it: stock by quantity, revenue in order of posting."""
    poor = [mate for mate in mates if not mate.gross] or mates
    for i, posting in enumerate(revenue):
        mate = poor[min(i, len(poor) - 1)]
        earn(mate, posting)
        if mate.quantity is None:
            read_metadata(mate, [posting], how)
            mate.source = posting
    empty = [mate for mate in mates if not mate.lots] or mates[-1:]
    if stock and not deal(empty, stock, flow, how):
        values = {"skus": mates[0].sku, "fields": "qty", "where": shown_at(empty[0].source)}
        flow.problems.append(("facts-missing", values))
        for posting in stock:
            take(empty[-1], posting, flow.transactions[0].date, how)


def deal(mates: list[Draft], stock: Sequence[Posting], flow: Flow, recognition: Recognition) -> bool:
    """Deal lots to lines in order of posting, each line up to its quantity; return False where that is not known."""
    day = flow.transactions[0].date
    as_written: dict[object, list[Posting]] = {}  # booking splits a posting over its lots
    for posting in stock:
        as_written.setdefault(place_of(posting) or id(posting), []).append(posting)
    if len(as_written) == len(mates) and any(mate.quantity is None for mate in mates):
        for mate, postings in zip(mates, as_written.values()):
            for posting in postings:
                take(mate, posting, day, recognition)
        return True
    pile = Draft(None, "", mates[0].source)
    for posting in stock:
        take(pile, posting, day, recognition)
    wanted = _quantities(mates, pile.units)
    if wanted is None:
        return False
    said = sum(wanted, ZERO)
    if said and pile.units % said == 0:  # in packs
        wanted = [units * (pile.units / said) for units in wanted]
    left, serials = pile.lots, pile.serials
    for i, mate in enumerate(mates):
        units = sum([lot.units for lot in left], ZERO) if i == len(mates) - 1 else wanted[i]
        part, left = split(left, units)
        mate.lots.extend(part)
        count = int(units) if len(pile.serials) == pile.units else len(serials)
        mate.serials.extend(serials[:count])
        serials = serials[count:]
    if not said or pile.units % said:
        flow.problems.append(
            (
                "quantities-disagree",
                {
                    "sku": mates[0].sku,
                    "line": "",
                    "units": plain(pile.units),
                    "quantity": plain(said),
                    "where": shown_at(mates[0].source),
                    "other": shown_at(stock[0]),
                },
            )
        )
    return True


def _quantities(mates: list[Draft], total: Decimal) -> list[Decimal] | None:
    """Return the units of each line: as it says, as its unit price gives, or all that is left for the only other."""
    wanted = [mate.quantity for mate in mates]
    for i, mate in enumerate(mates):
        if wanted[i] is None and mate.price:
            units = CONTEXT.divide(mate.amount, mate.price)
            wanted[i] = units if units == round(units, 3) else None
    known = [units for units in wanted if units is not None]
    if len(known) == len(mates) - 1 and sum(known, ZERO) < total:
        wanted = [total - sum(known, ZERO) if units is None else units for units in wanted]
        known = [units for units in wanted if units is not None]
    if len(known) < len(mates):
        return None
    alike = len(set(known)) == 1 and known[0] == total and len(mates) > 1
    return None if alike else known  # each says the whole: they are amounts of the same units


def split(lots: list[LotUnits], units: Decimal) -> tuple[list[LotUnits], list[LotUnits]]:
    """Return the first `units` of the lots, and what is left of them."""
    first: list[LotUnits] = []
    rest: list[LotUnits] = []
    for lot in lots:
        n = min(lot.units, units)
        units -= n
        if n:
            first.append(LotUnits(lot.account, lot.commodity, lot.lot, n, lot.place))
        if lot.units > n:
            rest.append(LotUnits(lot.account, lot.commodity, lot.lot, lot.units - n, lot.place))
    return first, rest
