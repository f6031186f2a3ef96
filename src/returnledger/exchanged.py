"""Sales as exchanges left them: what went out for goods that came back stands under their line, and can come back itself.

An exchange gives no money back. The line keeps its price; its lots are now those that went out, and its cost of goods is
what those cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from returnledger.books import standing
from returnledger.lots import LotKey, lot_key, lots_of_text
from returnledger.money import ZERO, places, round_to
from returnledger.roles import Role
from returnledger.rows import LotUnits, Part, Posted, PostedLeg, Sale, SaleLine
from returnledger.steps import STOCK_ROLES, sold_as
from returnledger.terms import Kind

AFTER = "after"  # what an exchange says of the one before it on its order: its id
# Roles of accounts that bear what a warranty costs, and with it what the goods that came back were written down by.
OF_WARRANTY = (Role.WARRANTY_EXPENSE.value, Role.WARRANTY_PROVISION.value)


def as_exchanged(sale: Sale, entries: Iterable[Posted]) -> Sale:
    """Return a sale with the lots and the cost of goods that exchanges gave its lines."""
    swaps = exchanges_in_order(entries)
    if not swaps:
        return sale
    lines = sale.lines
    for entry in swaps:
        lines = tuple(_line(line, [leg for leg in entry.legs if leg.line == line.line]) for line in lines)
    return replace(sale, lines=lines)


def exchanges_in_order(entries: Iterable[Posted]) -> list[Posted]:
    """Return the exchanges of an order that stand, the first one first; those of one day by which came after which.

    An exchange says in `rl-after` which one stood before it: batch files of one day are in no certain order.
    """
    every = list(entries)
    before = {entry.id: entry.told.get(AFTER, "") for entry in every if entry.kind == Kind.EXCHANGE}
    depth: dict[str, int] = {"": 0}

    def rank(name: str) -> int:
        chain = []
        while name not in depth and name not in chain:
            chain.append(name)
            name = before.get(name, "")
        at = depth.get(name, 0)
        for n, each in enumerate(reversed(chain), start=1):
            depth[each] = at + n
        return depth.get(chain[0] if chain else name, 0)

    swaps = [entry for entry in standing(every) if entry.kind == Kind.EXCHANGE]
    return sorted(swaps, key=lambda entry: (entry.date, rank(entry.id)))


def _line(line: SaleLine, legs: list[PostedLeg]) -> SaleLine:
    """Return a line after one exchange: what came back is gone from it, what went out is of it."""
    stock = [leg for leg in legs if leg.role in STOCK_ROLES and leg.lot is not None and leg.units]
    if not stock:
        return line
    lots = list(line.lots)
    for leg in legs:
        for key, units in replaced(leg, lots).items():  # they came in before, or are still to come
            lots = _less(lots, key, units)
    for leg in stock:
        assert leg.lot is not None and leg.units is not None and leg.commodity is not None
        if leg.units < 0:
            lots.append(LotUnits(leg.account, leg.commodity, leg.lot, -leg.units))
            continue
        lots = _less(lots, sold_as(replace(line, lots=tuple(lots)), leg), leg.units)
    kept = tuple(lot for lot in lots if lot.units)
    more = tuple(Part(Role.COGS, leg.account, leg.amount, leg.currency) for leg in legs if leg.role == Role.COGS)
    more += tuple(_of_warranty(line, legs, stock))
    commodities = {lot.commodity for lot in kept}
    commodity = commodities.pop() if len(commodities) == 1 and not line.is_kit else line.commodity
    return replace(line, lots=kept, cogs=_merged((*line.cogs, *more)), commodity=commodity)


def _of_warranty(line: SaleLine, legs: list[PostedLeg], stock: list[PostedLeg]) -> Iterator[Part]:
    """Yield what a replacement under warranty cost more than what came back: that is of its line, a write-down is not."""
    bears = [leg for leg in legs if leg.role in OF_WARRANTY]
    if not bears:
        return
    account = next((leg.account for leg in bears if leg.role == Role.WARRANTY_EXPENSE), bears[0].account)
    cost: dict[str, Decimal] = {}
    for leg in stock:
        cost[leg.currency] = cost.get(leg.currency, ZERO) - leg.amount
    for leg in legs:
        for (*_, lot), units in replaced(leg, line.lots).items():
            cost[lot.currency] = cost.get(lot.currency, ZERO) - units * lot.number
    for currency, amount in cost.items():
        if more := round_to(amount, max(places(leg.amount) for leg in bears)):
            yield Part(Role.COGS, account, more, currency)


def _less(lots: list[LotUnits], key: LotKey | None, units: Decimal) -> list[LotUnits]:
    """Return lots less so many units of one of them."""
    left = list(lots)
    for n, lot in enumerate(lots):
        taken = min(units, lot.units) if key == lot_key(lot) else ZERO
        left[n] = replace(lot, units=lot.units - taken)
        units -= taken
    return left


def replaced(leg: PostedLeg, lots: Iterable[LotUnits]) -> Mapping[LotKey, Decimal]:
    """Return the lots of units that other goods went out for, before or after they come in, as a leg names them."""
    item = leg.item or {}
    return lots_of_text(item["lots"], lots) if item.get("replaced") and item.get("lots") else {}


def sent_for(line: SaleLine, entries: Iterable[Posted]) -> Iterator[tuple[LotKey, Decimal]]:
    """Yield the lots that exchanges sent for units of a line, with how many."""
    for entry in entries:
        for leg in entry.legs if entry.kind == Kind.EXCHANGE else ():
            if leg.line == line.line and leg.lot is not None and leg.units is not None and leg.units < 0:
                yield (leg.account, leg.commodity or "", leg.lot), -leg.units


def _merged(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Return parts with what an exchange adds put to the first of its account."""
    found: dict[tuple[Role, str, str], Part] = {}
    apart: list[Part] = []
    for part in parts:
        key = part.role, part.account, part.currency
        if key not in found:
            found[key] = part
        elif part.place is None:
            found[key] = replace(found[key], amount=found[key].amount + part.amount)
        else:
            apart.append(part)
    return (*found.values(), *apart)


def cost(lots: Iterable[LotUnits]) -> Decimal:
    """Return what lots cost."""
    return sum((lot.units * lot.lot.number for lot in lots), ZERO)
