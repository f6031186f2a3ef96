"""Reads from posted entries what has happened to one line of a sale, step by step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from returnledger.books import standing
from returnledger.estimates import REVALUES
from returnledger.given import Given, GivenLeg
from returnledger.history import LineHistory, Step
from returnledger.lots import LotKey, likeness, lot_key, lots_of_text
from returnledger.money import ZERO
from returnledger.roles import Role
from returnledger.rows import PART_OF, Posted, PostedLeg, Sale, SaleLine
from returnledger.terms import Goods, Kind

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
_CREDITS = frozenset({Kind.CREDIT_NOTE.value, "inspect"})  # the credit itself, and what undoes it


def history_of(line: SaleLine, sale: Sale, entries: Iterable[Posted], case: str = "") -> LineHistory:
    """Fold the posted entries of an order into the history of one of its lines.

    What entries that are not ours brought back or credited for goods kept counts as the first steps. Units that came in
    with a `receive` and are not credited wait: they can't come back once more. Those of `case` are left out: it is the
    history as this case may use it, its own units among those that its credit is for.
    """
    units = sale.returned_by_hand.get(line.line, ZERO)
    steps = [Step(units=units)] if units else []
    if line.line in sale.credited_by_hand:
        net, tax = sale.credited_by_hand[line.line]
        steps.append(Step(net=net, tax=tax))
    by_case: dict[str, list[Posted]] = {}
    of_case: dict[str, list[int]] = {}
    for entry in standing(entries):
        by_case.setdefault(entry.case, []).append(entry)
        for step in _steps(line, entry):
            if step.units < 0:
                _take_back(steps, of_case.get(entry.case, []), step)
                continue
            of_case.setdefault(entry.case, []).append(len(steps))
            steps.append(step)
    others = [between(line, own) for name, own in by_case.items() if name != case and _receives(own)]
    waiting = tuple(each.waiting for each in others if each.waiting.units or each.waiting.lots)
    return LineHistory(line, tuple(steps), sale.decimals, waiting=waiting)


def _receives(entries: Iterable[Posted]) -> bool:
    return any(entry.kind == Kind.RECEIVE for entry in entries)


def _take_back(steps: list[Step], own: Iterable[int], back: Step) -> None:
    """Take units whose credit was undone, since the goods went back to the customer, out of the steps of their case."""
    for n in reversed(list(own)):
        step = steps[n]
        if not back.units or step.units <= 0:
            continue
        units = min(step.units, -back.units)
        share = Fraction(units) / Fraction(-back.units)
        left = dict(step.lots)
        for key, number in back.lots:
            left[key] = left.get(key, ZERO) + number
        lots = tuple((key, number) for key, number in left.items() if number > 0)
        given = step.given.less(back.given, share) if step.given is not None and back.given is not None else step.given
        steps[n] = replace(step, units=step.units - units, lots=lots, given=given)
        back = replace(back, units=back.units + units)


@dataclass(frozen=True, slots=True)
class Between:
    """Of one line in one case: units that came in and wait for their credit, and units credited that are awaited."""

    waiting: Step
    awaited: Step


def between(line: SaleLine, entries: Iterable[Posted]) -> Between:
    """Return what goods and credit of one case, by its entries that stand, have not met on a line."""
    units = ZERO
    lots: dict[LotKey, Decimal] = defaultdict(lambda: ZERO)
    for entry in entries:
        for key, sign in (("received", 1), ("sent-back", -1), ("qty", -1), ("replaced", -1), ("absent", 1)):
            if key == "qty" and entry.kind not in _CREDITS:
                continue
            for step in _steps(line, entry, key):
                if step.with_goods:
                    units += sign * step.units
                    for lot, number in step.lots:
                        lots[lot] += sign * number
    waiting = tuple((lot, number) for lot, number in lots.items() if number > 0)
    awaited = tuple((lot, -number) for lot, number in lots.items() if number < 0)
    return Between(Step(units=max(ZERO, units), lots=waiting), Step(units=max(ZERO, -units), lots=awaited))


def credited_lots(line: SaleLine, entries: Iterable[Posted]) -> dict[LotKey, Decimal]:
    """Return the lots of the units that a case credited on a line, by its entries, without those it turned round."""
    lots: dict[LotKey, Decimal] = defaultdict(lambda: ZERO)
    for entry in entries:
        for step in _steps(line, entry) if entry.kind in _CREDITS else ():
            for lot, number in step.lots:
                lots[lot] += number
    return {lot: number for lot, number in lots.items() if number > 0}


def _steps(line: SaleLine, entry: Posted, key: str = "qty") -> Iterable[Step]:
    if line.is_kit:
        prefix = f"{line.line}{PART_OF}"
        alone: dict[str, list[PostedLeg]] = {}
        for leg in entry.legs:
            if leg.line is not None and leg.line.startswith(prefix):
                alone.setdefault(leg.line, []).append(leg)
        for name, legs in alone.items():
            component = replace(line, lots=tuple(lot for lot in line.lots if lot.commodity == name[len(prefix) :]))
            for step in _step_of(component, entry, legs, key):
                yield replace(step, units=ZERO, unshipped=ZERO, part=True)
    yield from _step_of(line, entry, [leg for leg in entry.legs if leg.line == line.line], key)


def _step_of(line: SaleLine, entry: Posted, own: list[PostedLeg], key: str = "qty") -> Iterable[Step]:
    if entry.price_only:
        net = sum((leg.amount for leg in own if leg.means in NET_ROLES), ZERO)
        tax = sum((leg.amount for leg in own if leg.means == Role.OUTPUT_VAT), ZERO)
        if net or tax:
            yield Step(net=net, tax=tax)
        return
    said = [leg.item for leg in own if leg.item and (REVALUES not in leg.item or "sku" in leg.item)]
    units = sum((Decimal(item.get(key) or 0) for item in said), ZERO)
    if not units:
        return
    with_goods = said[-1].get("goods") != Goods.KEPT
    never = said[-1].get("goods") == Goods.NEVER_SHIPPED
    covered = any(leg.instead in NET_ROLES for leg in own)
    net, tax, cost = ZERO, ZERO, ZERO
    given: list[GivenLeg] = []
    lots = _lots_of(line, own, key, 1 if units > 0 else -1)
    for leg in own:
        # Of a credit what is below zero is the tax of a fee; of a credit undone it is the other way round.
        is_tax = leg.means == Role.OUTPUT_VAT and leg.amount * units > 0
        net += leg.amount if leg.means in NET_ROLES else ZERO
        tax += leg.amount if is_tax else ZERO
        if is_tax or leg.means in NET_ROLES:
            given.append(GivenLeg(leg.means, leg.taxed_on, leg.amount, leg.units))
        cost -= leg.amount if leg.means in COST_ROLES and leg.lot is None else ZERO
    agreed = "price" in entry.event  # a lower price by agreement settles the units
    yield Step(
        units=units,
        net=net if agreed else ZERO,
        tax=tax if agreed else ZERO,
        lots=tuple(lots.items()),
        with_goods=with_goods,
        unshipped=max(ZERO, units - sum(lots.values(), ZERO)) if never and line.lots and not line.is_kit else ZERO,
        given=None if agreed else Given(net, tax, cost, tuple(_together(given) if covered else given)),
    )


def _lots_of(line: SaleLine, own: Iterable[PostedLeg], key: str, sign: int) -> dict[LotKey, Decimal]:
    """Return the lots of the units that items count under `key`: as the items name them, else as stock moved."""
    lots: dict[LotKey, Decimal] = defaultdict(lambda: ZERO)
    named = False
    for leg in own:
        if leg.item and leg.item.get(key) and leg.item.get("lots"):
            named = True
            for lot, n in lots_of_text(leg.item["lots"], line.lots).items():
                lots[lot] += sign * n
    for leg in () if named else own:
        if leg.lot and leg.units and leg.role in STOCK_ROLES:
            sold = sold_as(line, leg)
            if sold:
                lots[sold] += leg.units
    return lots


def _together(given: Iterable[GivenLeg]) -> Iterable[GivenLeg]:
    """Yield what tax accounts got, and the rest in one: an estimate stands for parts of the sale without naming them."""
    rest = []
    for leg in given:
        if leg.role == Role.OUTPUT_VAT:
            yield leg
        else:
            rest.append(leg)
    units = sum((leg.units or ZERO for leg in rest), ZERO)
    yield GivenLeg("", "", sum((leg.amount for leg in rest), ZERO), units)


def sold_as(line: SaleLine, leg: PostedLeg) -> LotKey | None:
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
