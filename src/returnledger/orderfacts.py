"""Works out the money side of an order: what is owed, what was paid in and out, and what is still to be undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from returnledger.books import standing
from returnledger.coupons import CouponFacts, taken_back
from returnledger.credits import COUPON, PAID_FROM, beside_credit, credited_by, with_customer
from returnledger.exchange import Exchange, Rate, exchange_of, of_leg, of_money
from returnledger.money import ZERO, filled, round_to
from returnledger.orderfees import order_fees_of
from returnledger.ordermoney import OrderFacts
from returnledger.roles import Role
from returnledger.rows import TENDER, Money, Part, Posted, PostedLeg, Sale
from returnledger.settlement import known_by, settled_of
from returnledger.steps import NET_ROLES, history_of
from returnledger.terms import CREDITING, PAYING, Kind
from returnledger.unshared import unshared_facts

DELIVERY_ROLES = frozenset(role.value for role in (Role.SHIPPING_REVENUE, Role.OUTPUT_VAT, Role.SALES_DISCOUNTS))
PAYING_ROLES = PAID_FROM | {Role.STORE_CREDIT_LIABILITY.value}


@dataclass(slots=True)
class _Money:
    """What is open, paid and payable of an order, and left of its delivery, as our entries change it one by one."""

    open_on: dict[str, Decimal]  # receivable by account
    paid: dict[str, Decimal]  # what came in and has not gone back, by tender
    shipping: list[Part]
    paid_out: Decimal = ZERO
    payable: Decimal = ZERO

    def take(self, entry: Posted, sale: Sale) -> None:
        """Take one entry on the order into account."""
        currency, paid, beside = sale.money_currency, self.paid, beside_credit(entry.legs)
        for leg in entry.legs:
            if leg.currency != sale.currency:
                continue
            if leg.role == Role.ACCOUNTS_RECEIVABLE:
                self.open_on[leg.account] = self.open_on.get(leg.account, ZERO) + of_leg(leg, currency)
            elif leg.role == Role.REFUND_PAYABLE:
                self.payable -= of_leg(leg, currency)
            elif leg.role in PAYING_ROLES or leg.role == Role.EXCHANGE_CLEARING:
                moved = of_leg(leg, currency)
                if beside and leg.role == Role.STORE_CREDIT_LIABILITY and leg.amount:
                    apart = round_to(Fraction(moved) * Fraction(beside) / Fraction(leg.amount), sale.money_decimals)
                    moved, beside = moved + apart, ZERO
                self.paid_out -= moved
                paid[_tender(leg)] = paid.get(_tender(leg), ZERO) + moved
            elif leg.role == Role.CASH_ROUNDING:
                self.paid_out -= of_leg(leg, currency)  # what a refund settled counts, not the coins it came in
                cash = next((other.account for other in entry.legs if other.role == Role.CASH_BANK), "")
                paid[cash] = paid.get(cash, ZERO) + of_leg(leg, currency)
            elif leg.line is None and leg.means in DELIVERY_ROLES and COUPON not in (leg.item or {}):
                self._give_back(leg)

    def _give_back(self, leg: PostedLeg) -> None:
        """Take what was given back of delivery off the part of it that it is."""
        for i, part in enumerate(self.shipping):
            same = part.account == leg.taxed_on or (leg.instead and not leg.tax_account)
            if part.role == leg.means and same:
                units = None if part.units is None else part.units + (leg.units or ZERO)
                self.shipping[i] = part.share(part.amount + leg.amount, units)
                return


def order_facts(sale: Sale, entries: Iterable[Posted], day: date | None = None, rate: Rate | None = None) -> OrderFacts:
    """Return the money side of an order: what is owed, was paid in and out, and is payable, in the invoice's currency.

    What the customer paid after `day` is still owed on it; our own entries count whenever they are dated. Of an advance
    only what the sale has used is paid in: the rest is still the customer's, and no return pays it back. `rate` is that
    of the day, for a customer who pays another currency.
    """
    currency, owed = sale.money_currency, list(known_by(sale.receivable, sale, day))
    open_on = _by_account(owed, currency)
    paid = _by_account(known_by(sale.tenders, sale, day), currency)
    paid_by = tuple((name, amount) for name, amount in paid.items() if amount > 0)
    paid_in = sum(paid.values(), ZERO) + sum(_by_account(known_by(sale.advances, sale, day), currency).values(), ZERO)
    refunds, entries = _apart(with_customer(entries))
    for leg in (leg for entry in refunds for leg in entry.legs if leg.role in PAYING_ROLES):
        if leg.account in paid:
            paid[leg.account] += of_leg(leg, currency)
    money = _Money(open_on, paid, list(sale.shipping))
    for entry in entries:
        money.take(entry, sale)
    undone = {id(entry) for entry in entries} - {id(entry) for entry in standing(entries)}
    counted = (entry for entry in entries if entry.kind not in PAYING and id(entry) not in undone)
    credited = sum((credited_by(entry.legs) for entry in counted), ZERO)
    exchange = exchange_of(sale, owed, entries, rate)
    return OrderFacts(
        owed=max(ZERO, sum(open_on.values(), ZERO)),
        sold_for=_sold_for(sale),
        paid_in=paid_in,
        paid_out=money.paid_out,
        payable=money.payable,
        credited=credited if exchange is None else exchange.credited[1],
        receivables=tuple((name, amount) for name, amount in open_on.items() if amount > 0),
        overpaid=_overpaid(open_on),
        tenders=tuple((name, amount) for name, amount in paid.items() if amount > 0 and name),
        untold=paid.get("", ZERO),
        paid_by=paid_by,
        shipping_left=tuple(
            part for part, booked in zip(money.shipping, sale.shipping, strict=True) if part.amount * booked.amount > 0
        ),  # a discount on delivery is a debit
        exchange=exchange,
        goods_credited=sum((_goods(entry) for entry in standing(entries)), ZERO) if sale.shipping else ZERO,
        settled=settled_of(sale, entries, day) if sale.settled else (),
        fees=order_fees_of(entries),
        **_billed(sale, day),
        coupons=_coupons(sale, entries) if sale.coupons else None,
        **_rounding_facts(sale, entries, day),
        **unshared_facts(sale, entries),
    )


def _tender(leg: PostedLeg) -> str:
    """Return the account that money of an order leaves: of what paid for other goods the one that had paid for the first."""
    return (leg.item or {}).get(TENDER, "") if leg.role == Role.EXCHANGE_CLEARING else leg.account


def _apart(entries: Iterable[Posted]) -> tuple[list[Posted], tuple[Posted, ...]]:
    """Return what gave back money that was paid in advance and that no sale has used, and the other entries on an order."""
    entries = tuple(entries)
    refunds = {entry.id for entry in entries if entry.kind == Kind.ADVANCE_REFUND}
    apart = [entry for entry in entries if entry.id in refunds or entry.voids in refunds]
    return apart, tuple(entry for entry in entries if entry not in apart) if apart else entries


def _sold_for(sale: Sale) -> Decimal:
    """Return what a sale came to: its lines with their tax, delivery, rounding, and money that no line brought."""
    apart = sum((part.amount for part in (*sale.shipping, *sale.rounding, *sale.unshared)), ZERO)
    return sum((line.net + line.tax for line in sale.lines), ZERO) - apart


def _billed(sale: Sale, day: date | None) -> dict[str, Any]:
    """Return what the customer was billed by a day, and the first day after it on which more was.

    A payment moves nothing of it: what it takes off the receivable comes in elsewhere.
    """
    by_day: dict[date, Decimal] = {}
    for money in (*sale.receivable, *sale.tenders, *sale.advances, *sale.settled):
        by_day[money.date] = by_day.get(money.date, ZERO) + of_money(money, sale.currency)
    billed = sum((amount for on, amount in by_day.items() if day is None or on <= day), ZERO)
    later = [on for on, amount in by_day.items() if day is not None and on > day and amount > 0]
    return {"billed": billed, "billed_later": min(later, default=None)}


def _coupons(sale: Sale, entries: Sequence[Posted]) -> CouponFacts:
    """Return what of the order is still out, and what of its coupons was taken back."""
    out = {line.line: line.units - history_of(line, sale, entries).units_taken for line in sale.lines}
    return CouponFacts(out, taken_back(leg for entry in standing(entries) for leg in entry.legs))


def _by_account(booked: Iterable[Money], currency: str) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for money in booked:
        found[money.account] = found.get(money.account, ZERO) + of_money(money, currency)
    return found


def _overpaid(open_on: Mapping[str, Decimal]) -> tuple[tuple[str, Decimal], ...]:
    """Return what the receivables of an order owe the customer, by account: no more than all of them together do."""
    left = -sum(open_on.values(), ZERO)
    return tuple(filled(left, ((name, -amount) for name, amount in open_on.items())))


def payable_of(case: Iterable[Posted]) -> Decimal:
    """Return what is still payable of a case: credited to refund_payable less paid out of it."""
    return -sum((leg.amount for e in case for leg in e.legs if leg.role == Role.REFUND_PAYABLE), ZERO)


def payable_units(case: Iterable[Posted], exchange: Exchange | None) -> Decimal:
    """Return what is still payable of a case in the currency of the invoice."""
    if exchange is None:
        return payable_of(case)
    legs = (leg for entry in case for leg in entry.legs if leg.role == Role.REFUND_PAYABLE)
    return -sum((of_leg(leg, exchange.invoiced.currency) for leg in legs), ZERO)


def due_of(case: Sequence[Posted], order: OrderFacts) -> Decimal:
    """Return what a refund of a case may pay: what is payable, and what the customer has paid in spite of its credit."""
    legs = [leg for entry in case for leg in entry.legs if leg.role == Role.ACCOUNTS_RECEIVABLE]
    by = order.exchange
    credited = -sum((leg.amount if by is None else of_leg(leg, by.invoiced.currency) for leg in legs), ZERO)
    paid_too_much = sum((amount for _, amount in order.overpaid), ZERO)
    return payable_units(case, by) + max(ZERO, min(credited, paid_too_much))


def _goods(entry: Posted) -> Decimal:
    """Return what a return took back for goods, tax included, before fees."""
    return (
        sum(
            (
                leg.amount
                for leg in entry.legs
                if leg.line is not None
                and (leg.means in NET_ROLES or (leg.means == Role.OUTPUT_VAT and leg.amount > 0))
            ),
            ZERO,
        )
        if entry.kind in CREDITING and not entry.price_only
        else ZERO
    )


def _rounding_facts(sale: Sale, entries: Sequence[Posted], day: date | None) -> dict[str, Any]:
    """Return what is left of the rounding of the document or its payment, and of the units that it was rounded for."""
    paid = [
        Part(Role.ROUNDING, money.account, money.amount, money.currency, money.place)
        for money in known_by(sale.settled, sale, day)
        if money.role is Role.ROUNDING
    ]
    rounding = (*sale.rounding, *paid)
    if not rounding:
        return {}
    undone = sum((leg.amount for entry in entries for leg in entry.legs if leg.role == Role.ROUNDING), ZERO)
    priced = [line for line in sale.lines if line.parts]  # a gift was not rounded
    taken = [history_of(line, sale, entries) for line in priced]
    units = sum((h.line.units - h.units_taken for h in taken if not h.line.is_kit), ZERO)
    units += sum((lot.units for h in taken if h.line.is_kit for lot in h.lots_left()), ZERO)
    return {"rounding_left": () if undone else rounding, "units_left": units}
