"""Works out the facts of an item from its sale and from what has been posted since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from returnledger.events import Item
from returnledger.exchange import Exchange
from returnledger.facts import Facts
from returnledger.given import Given, given_legs, with_units
from returnledger.history import LineHistory, Step
from returnledger.lots import LotKey, by_lot, kits_of, lot_key, take_units
from returnledger.money import ZERO, plain, round_to
from returnledger.policy import Policy, policy_for
from returnledger.roles import Role
from returnledger.rows import LotUnits, Part, Sale, SaleLine
from returnledger.terms import Goods
from returnledger.unbooked import said_by_event
from returnledger.unshared import dealt, said_credit


def credit_of(
    line: SaleLine,
    history: LineHistory,
    quantity: Decimal,
    item: Item | None,
    decimals: int,
    exchange: Exchange | None = None,
    lots: Sequence[LotUnits] = (),
    kit_left: tuple[Decimal, Decimal] | None = None,
) -> tuple[Part, ...]:
    """Return what `quantity` units of a line give back by part, positive for debits: its cumulative shares.

    A price given on the event that is lower than the sale's (an agreed price) scales the parts; the difference is
    settled with the units and leaves no residue. Of a component of a kit any price will do, up to what is
    left of the kit.
    """
    entitled = [history.entitled(part, quantity, lots) for part in line.parts]
    given = _given_gross(item, quantity - history.unbilled(quantity))
    whole = sum(entitled, ZERO)
    if given is not None and exchange is not None:
        given = whole if given >= exchange.to_units(whole) else exchange.to_books(given)
    if given is not None and kit_left is not None and whole:
        left = sum(kit_left, ZERO)
        gross = min(round_to(given, decimals), left)
        tax = round_to(Fraction(gross) * Fraction(kit_left[1]) / Fraction(left), decimals) if left else ZERO
        return _written(dealt(line.parts, entitled, gross, tax, decimals), history)
    if given is not None and given < whole and not _rounds_to(whole, quantity, item, decimals, exchange):
        tax = sum((n for part, n in zip(line.parts, entitled) if part.role is Role.OUTPUT_VAT), ZERO)
        gross = round_to(given, decimals)
        return _written(dealt(line.parts, entitled, gross, round_to(given * tax / whole, decimals), decimals), history)
    return tuple(own for part, n in zip(line.parts, entitled) for own in with_units(part, n, history.units_of(part, n)))


def _written(parts: Iterable[Part], history: LineHistory) -> tuple[Part, ...]:
    """Return amounts of a line's parts with what they are in the currency that these were written in."""
    whole = {(part.role, part.account, part.commodity): part for part in history.line.parts}
    return tuple(
        part.share(part.amount, history.units_of(whole[part.role, part.account, part.commodity], part.amount))
        for part in parts
    )


def _rounds_to(
    whole: Decimal, quantity: Decimal, item: Item | None, decimals: int, exchange: Exchange | None = None
) -> bool:
    """Return True if the given unit price is the sale's, rounded: three units for 10.00 cost 3.33 each."""
    exact = Fraction(whole) if exchange is None else exchange.exact(whole)
    decimals = decimals if exchange is None else exchange.invoiced.decimals
    return item is not None and item.price_incl_tax == round_to(exact / Fraction(quantity), decimals)


def _given_gross(item: Item | None, quantity: Decimal) -> Decimal | None:
    if item is None:
        return None
    if item.price_incl_tax is not None:
        return item.price_incl_tax * quantity
    if item.price is not None and item.tax is not None:
        return item.price * quantity + item.tax
    return None


def lots_back(
    history: LineHistory, quantity: Decimal, item: Item | None, day: date
) -> tuple[tuple[LotUnits, ...], bool]:
    """Return the lots that `quantity` units come back from, newest first, and whether the lot the event names fits."""
    left = history.lots_left(day)
    if history.line.is_kit:
        return kits_of(history.line, left, quantity, history.units_taken), item is None or item.lot is None
    wanted = item.lot if item else None
    if wanted:
        left = [lot for lot in left if lot_is(lot, wanted)]
    elif item is not None and item.serial is not None:
        own = _lot_of(history.line, item.serial)
        left.sort(key=lambda lot: lot_key(lot) != own)
    taken, _ = take_units(left, quantity)
    taken = by_lot(taken) if history.first.units else taken
    have = sum((lot.units for lot in taken), ZERO)
    return taken, not wanted or have == quantity


def _lot_of(line: SaleLine, serial: str) -> LotKey | None:
    """Return the lot that a unit left: the one of that label, else where its number stands among those of all units."""
    labelled = [lot for lot in line.lots if lot.lot.label == serial]
    by_unit = [lot for lot in line.lots for _ in range(int(lot.units))] if not labelled else []
    if serial in line.serials and len(by_unit) == len(line.serials) == line.units:
        labelled = [by_unit[line.serials.index(serial)]]
    return lot_key(labelled[0]) if labelled else None


def lot_is(lot: LotUnits, wanted: str) -> bool:
    """Return True if `wanted` names the lot: its label, else its date, else its unit cost."""
    if wanted in (lot.lot.label, lot.lot.date.isoformat(), plain(lot.lot.number)):
        return True
    return wanted.replace(".", "", 1).isdecimal() and Decimal(wanted) == lot.lot.number


def line_facts(base: Facts, line: SaleLine, history: LineHistory, quantity: Decimal | None) -> dict[str, Any]:
    """Return the fields of Facts that follow from the line, its history and a quantity."""
    sale = base.sale
    assert sale is not None
    never = base.goods is Goods.NEVER_SHIPPED
    returnable = history.left(base.day, never_shipped=never)
    fields: dict[str, Any] = {"line": line, "history": history, "quantity": quantity, "returnable": returnable}
    fields["can_return"] = returnable
    fields["price"] = line.net / line.units_billed if line.units_billed else None
    fields["price_incl_tax"] = (line.net + line.tax) / line.units_billed if line.units_billed else None
    fields["allowance_left"] = max(ZERO, history.worth)
    if quantity is None or quantity <= 0 or quantity > returnable:
        return fields
    lots, fits = lots_back(history, quantity, base.item, base.day or line.date)
    if never and line.units_out(None) < line.units:
        lots, fits = (), True
    fields["afloat"] = history.afloat_back(quantity)
    fields["lots"], fields["lot_matches"] = lots, fits
    fields["met"], fields["met_units"] = tuple(history.of_first(lots)), min(quantity, history.first.units)
    if sale.unshared and not line.parts:
        fields["credit"] = said_credit(sale, base.item, quantity, base.order.exchange)
    else:
        fields["credit"] = credit_of(
            line, history, quantity, base.item, sale.decimals, base.order.exchange, lots, base.kit_left
        )
    item_cost = base.item.cost if base.item and line.unbooked and not line.cogs else None
    fields["cost"] = tuple(
        Part(part.role, part.account, -amount, part.currency, part.place)
        for part in line.cogs
        if (amount := history.cost_back(lots, part, quantity))
    )
    if item_cost is not None and line.value_accounts:
        fields["cost"] = said_by_event(base, line, item_cost, quantity)
    return fields


def allowance_facts(base: Facts, line: SaleLine, history: LineHistory, amount: Decimal | None) -> dict[str, Any]:
    """Return the fields of Facts of an allowance of `amount`, tax included, on one line.

    The tax in it is the share that tax has in what is left of the line.
    """
    sale, left = base.sale, max(ZERO, history.worth)
    assert sale is not None
    fields = line_facts(base, line, history, None) | {"quantity": ZERO, "amount_given": amount, "allowance_left": left}
    if amount is None or amount <= 0 or amount > left:
        return fields
    tax = round_to(Fraction(amount) * Fraction(history.remaining(tax=True)) / Fraction(left), sale.decimals)
    parts = [part for part in line.parts if part.role is not Role.SALES_DISCOUNTS or base.corrects]
    fields["credit"] = _written(dealt(parts, [-part.amount for part in parts], amount, tax, sale.decimals), history)
    return fields


def with_step(history: LineHistory, facts: Facts, with_goods: bool) -> LineHistory:
    """Return the history after an item of the same event, so that the next item of that line gets the rest."""
    lots = tuple((lot_key(lot), lot.units) for lot in facts.lots)
    agreed = facts.item is not None and (facts.item.price is not None or facts.item.price_incl_tax is not None)
    booked = [part.amount for part in facts.cost if part.role is not Role.INVENTORY]
    cost = -sum(booked, ZERO) if with_goods else ZERO
    legs = given_legs(facts.credit, facts.settings, facts.revenue_account, kept=not with_goods)
    given = None if agreed else Given(facts.net, facts.gross - facts.net, cost, tuple(legs))
    step = Step(units=facts.quantity or ZERO, lots=lots, with_goods=with_goods, given=given)
    if facts.goods is Goods.NEVER_SHIPPED and history.line.lots and not history.line.is_kit:
        step = replace(step, unshipped=step.units - sum((units for _, units in lots), ZERO))
    return history.after(step)


def chosen_policy(policies: tuple[Policy, ...], sale: Sale | None, requested: date | None) -> Policy | None:
    """Return the policy in force on the day of the sale, or of the request where the policy says so."""
    return None if sale is None else policy_for(policies, sale.date, requested)
