"""Reads from posted entries what has happened to one line of a sale, step by step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from returnledger.books import standing
from returnledger.given import Given, GivenLeg
from returnledger.history import LineHistory, Step
from returnledger.lots import LotKey, likeness, lot_key, lots_of_text
from returnledger.money import ZERO
from returnledger.rows import PART_OF, Posted, PostedLeg, Sale, SaleLine
from returnledger.terms import Goods, Role

STOCK_ROLES = frozenset(
    role.value
    for role in (
        Role.INVENTORY,
        Role.INVENTORY_INSPECTION,
        Role.INVENTORY_RETURNED,
        Role.INVENTORY_HOLD,
        Role.INVENTORY_OPEN_BOX,
        Role.INVENTORY_DEFECTIVE,
    )
)
NET_ROLES = frozenset(
    role.value for role in (Role.REVENUE, Role.SALES_RETURNS, Role.SALES_ALLOWANCES, Role.SALES_DISCOUNTS)
)
COST_ROLES = frozenset({Role.COGS.value, Role.COST_ROUNDING.value, Role.GOODS_SHIPPED.value})
ALLOWANCE_ROLES = frozenset({Role.SALES_ALLOWANCES.value, Role.REVENUE.value})


def history_of(line: SaleLine, sale: Sale, entries: Iterable[Posted]) -> LineHistory:
    """Fold the posted entries of an order into the history of one of its lines.

    What entries that are not ours brought back or credited for goods kept counts as the first steps.
    """
    units = sale.returned_by_hand.get(line.line, ZERO)
    steps = [Step(units=units)] if units else []
    if line.line in sale.credited_by_hand:
        net, tax = sale.credited_by_hand[line.line]
        steps.append(Step(net=net, tax=tax))
    for entry in standing(entries):
        steps += _steps(line, entry)
    return LineHistory(line, tuple(steps), sale.decimals)


def _steps(line: SaleLine, entry: Posted) -> Iterable[Step]:
    if line.is_kit:
        prefix = f"{line.line}{PART_OF}"
        alone: dict[str, list[PostedLeg]] = {}
        for leg in entry.legs:
            if leg.line is not None and leg.line.startswith(prefix):
                alone.setdefault(leg.line, []).append(leg)
        for name, legs in alone.items():
            component = replace(line, lots=tuple(lot for lot in line.lots if lot.commodity == name[len(prefix) :]))
            for step in _step_of(component, entry, legs):
                yield replace(step, units=ZERO, unshipped=ZERO, part=True)
    yield from _step_of(line, entry, [leg for leg in entry.legs if leg.line == line.line])


def _step_of(line: SaleLine, entry: Posted, own: list[PostedLeg]) -> Iterable[Step]:
    if entry.kind == "allowance":
        net = sum((leg.amount for leg in own if leg.role in ALLOWANCE_ROLES), ZERO)
        tax = sum((leg.amount for leg in own if leg.role == Role.OUTPUT_VAT), ZERO)
        if net or tax:
            yield Step(net=net, tax=tax)
        return
    units, with_goods, never = ZERO, True, False
    net, tax, cost = ZERO, ZERO, ZERO
    given: list[GivenLeg] = []
    lots: dict[LotKey, Decimal] = defaultdict(lambda: ZERO)
    for leg in own:
        if leg.item:
            units += Decimal(leg.item.get("qty") or 0)
            with_goods = leg.item.get("goods") != Goods.KEPT
            never = leg.item.get("goods") == Goods.NEVER_SHIPPED
            for key, n in lots_of_text(leg.item.get("lots", ""), line.lots).items():
                lots[key] += n
        if leg.lot and leg.units and leg.role in STOCK_ROLES:
            sold = _sold_as(line, leg)
            if sold:
                lots[sold] += leg.units
        is_tax = leg.role == Role.OUTPUT_VAT and leg.amount > 0  # below zero: the tax of a fee
        net += leg.amount if leg.role in NET_ROLES else ZERO
        tax += leg.amount if is_tax else ZERO
        if is_tax or leg.role in NET_ROLES:
            given.append(GivenLeg(leg.role, leg.account, leg.amount, leg.units))
        cost -= leg.amount if leg.role in COST_ROLES and leg.lot is None else ZERO
    if units:
        agreed = "price" in entry.event  # a lower price by agreement settles the units
        yield Step(
            units=units,
            net=net if agreed else ZERO,
            tax=tax if agreed else ZERO,
            lots=tuple(lots.items()),
            with_goods=with_goods,
            unshipped=max(ZERO, units - sum(lots.values(), ZERO)) if never and line.lots and not line.is_kit else ZERO,
            given=None if agreed else Given(net, tax, cost, tuple(given)),
        )


def _sold_as(line: SaleLine, leg: PostedLeg) -> LotKey | None:
    """Return the account and lot a returned unit was sold from: the same lot, whatever account it came back to.

    Of two accounts that sold it, it is the one whose name is most like that of the account it came back to.
    """
    lot, account = leg.lot, leg.account
    assert lot is not None
    mine = [sold for sold in line.lots if sold.commodity == leg.commodity]
    same = [sold for sold in mine if sold.lot == lot or (sold.lot.date, sold.lot.label) == (lot.date, lot.label)]
    same = [sold for sold in same if sold.lot == lot] or same
    found = same[0] if len(same) == 1 else max(same, key=lambda sold: likeness(sold.account, account), default=None)
    return lot_key(found) if found else None
