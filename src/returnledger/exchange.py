"""Two currencies of one order: what the customer owes and is paid in, and what the sale is booked in.

The shares of a return are taken in the books' currency at the sale's rate. What they are in the customer's currency
follows cumulatively, so that the parts of an invoice add up to it exactly in both. What is still owed leaves the
receivable at what it weighs there, revaluations included; what goes back to the customer weighs what it does at the
day's rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from returnledger.books import standing
from returnledger.money import CONTEXT, ZERO, round_to
from returnledger.roles import Role
from returnledger.rows import Invoiced, Money, Posted, PostedLeg, Sale
from returnledger.terms import Kind

SETTLES = "settles"  # metadata of a tender in another currency: what it settles in the customer's


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of the customer's currency is worth in the books', and who says so: the event, or a day's price."""

    value: Fraction
    price_of: str = ""  # the day of the price directive; empty where the event says it
    far: bool = False  # out of all proportion to every other rate that is known

    @property
    def number(self) -> Decimal:
        """The rate as it is read: at most ten decimals."""
        return CONTEXT.normalize(round_to(self.value, 10))


@dataclass(frozen=True, slots=True)
class Abroad:
    """A tender in another currency than an order is booked and invoiced in, and what one unit of the books' is in it."""

    account: str
    currency: str
    rate: Rate | None


@dataclass(frozen=True, slots=True)
class Exchange:
    """What an order is in the two currencies so far, our own entries included."""

    invoiced: Invoiced
    currency: str  # of the books
    decimals: int
    credited: tuple[Decimal, Decimal] = (ZERO, ZERO)  # in the customer's currency, and at the sale's rate
    settled: tuple[Decimal, Decimal] = (ZERO, ZERO)  # of that, discounts taken at payment: at the rate of the payment
    owed: Mapping[str, tuple[Decimal, Decimal]] = field(default_factory=dict)  # receivable -> units, what they weigh
    rate: Rate | None = None  # of the day

    @property
    def sold_at(self) -> Fraction:
        """The sale's rate: what one unit of the customer's currency was booked with."""
        return Fraction(self.invoiced.amount) / Fraction(self.invoiced.units)

    def exact(self, amount: Decimal) -> Fraction:
        """Return an amount of the books in the customer's currency at the sale's rate, unrounded."""
        by = self.invoiced
        return Fraction(amount) * Fraction(by.units) / Fraction(by.amount)

    def to_units(self, amount: Decimal) -> Decimal:
        """Return an amount of the books in the customer's currency, at the sale's rate."""
        return round_to(self.exact(amount), self.invoiced.decimals)

    def to_books(self, units: Decimal, most: Decimal | None = None) -> Decimal:
        """Return the customer's money at the sale's rate.

        `most` is an amount of the books that may be asked for in full: it is what its units come to, and no less; and
        what is above its units comes to more.
        """
        by = self.invoiced
        amount = round_to(Fraction(units) * Fraction(by.amount) / Fraction(by.units), self.decimals)
        if most is None:
            return amount
        whole = self.to_units(most)
        if units == whole:
            return most
        return max(amount, most + Decimal(1).scaleb(-self.decimals)) if units > whole else min(amount, most)

    def due(self, amount: Decimal) -> Decimal:
        """Return what a further credit of `amount` in the books is to the customer: its cumulative share."""
        units, before = (own - off for own, off in zip(self.credited, self.settled, strict=True))
        return self.to_units(before + amount) - units

    def today(self, units: Decimal) -> Decimal:
        """Return what units weigh at the rate of the day; at the sale's where none is known, which a check refuses."""
        if self.rate is None:
            return self.to_books(units)
        return round_to(Fraction(units) * self.rate.value, self.decimals)

    def leaving(self, account: str, units: Decimal, booked: Fraction) -> Decimal:
        """Return what units weigh that leave a receivable, `booked` at the sale's rate; the last of them all that is left.

        Where nothing but shares has moved the receivable it still stands at the sale's rate, and they weigh that.
        """
        left, weight = self.owed.get(account, (ZERO, ZERO))
        if units == left:
            return weight
        fair = Fraction(left) * self.sold_at
        slack = 2 * (self.sold_at / 10**self.invoiced.decimals + Fraction(1, 10**self.decimals))
        revalued = fair and abs(Fraction(weight) - fair) > slack
        return round_to(booked * Fraction(weight) / fair if revalued else booked, self.decimals)

    def apart(self, units: Decimal) -> tuple[tuple[str, Decimal], ...]:
        """Return what leaves with the units on receivables that hold a revaluation only, by account."""
        whole = sum((own for own, _ in self.owed.values()), ZERO)
        rows = ((name, weight) for name, (own, weight) in self.owed.items() if not own and weight)
        shares = (
            (name, round_to(Fraction(weight) * Fraction(units) / Fraction(whole), self.decimals))
            for name, weight in rows
            if whole
        )
        return tuple((name, share) for name, share in shares if share)


def tenders_abroad(sale: Sale) -> Mapping[tuple[str, str], Fraction]:
    """Return by account and currency what tenders in another currency brought for one unit of the sale's.

    Only of sales that are invoiced in the currency they are booked in.
    """
    found: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
    for money in sale.tenders if sale.invoiced is None else ():
        if money.settled is not None:
            currency, units, paid = money.currency, money.amount, money.settled
        elif money.units is not None and money.commodity is not None and money.currency == sale.currency:
            currency, units, paid = money.commodity, money.units, money.amount
        else:
            continue
        before = found.get((money.account, currency), (ZERO, ZERO))
        found[money.account, currency] = (before[0] + units, before[1] + paid)
    return {key: Fraction(units) / Fraction(paid) for key, (units, paid) in found.items() if units > 0 and paid > 0}


def exchange_of(sale: Sale, booked: Iterable[Money], entries: Iterable[Posted], rate: Rate | None) -> Exchange | None:
    """Return what an order is in two currencies, None where it knows only one; `booked` is what is on receivables."""
    by = sale.invoiced
    if by is None:
        return None
    owed: dict[str, tuple[Decimal, Decimal]] = {}
    units = weight = off = off_weight = ZERO
    for money in booked:
        _add(owed, money.account, of_money(money, by.currency), money.amount)
    entries = tuple(entries)
    for entry in entries:
        for leg in entry.legs:
            if leg.role == Role.ACCOUNTS_RECEIVABLE:
                _add(owed, leg.account, of_leg(leg, by.currency), leg.amount)
    for entry in standing(entries):
        if entry.kind != Kind.REFUND:
            units -= sum((of_leg(leg, by.currency) for leg in entry.legs if leg.role in _CUSTOMER), ZERO)
            weight += sum((leg.amount for leg in entry.legs if _is_share(leg)), ZERO)
            for leg in entry.legs:
                if leg.role == Role.SETTLEMENT_DISCOUNT and leg.commodity == by.currency:
                    off, off_weight = off + (leg.units or ZERO), off_weight + leg.amount
    return Exchange(by, sale.currency, sale.decimals, (units, weight), (off, off_weight), owed, rate)


def _add(owed: dict[str, tuple[Decimal, Decimal]], account: str, units: Decimal, weight: Decimal) -> None:
    before = owed.get(account, (ZERO, ZERO))
    owed[account] = (before[0] + units, before[1] + weight)


def _is_share(leg: PostedLeg) -> bool:
    """Return True if a leg is what an entry gave back at the sale's rate; a bonus is not."""
    return leg.means in _SHARES and not (leg.means == Role.REVENUE and leg.line is None)


def of_leg(leg: PostedLeg, currency: str) -> Decimal:
    """Return what a leg of ours moves in a currency: its units, or what it says it settles."""
    settled = (leg.item or {}).get(SETTLES)
    if settled is not None:
        return abs(Decimal(settled)) * (1 if leg.amount > 0 else -1)
    if leg.lot is None and leg.commodity == currency:
        return leg.units or ZERO
    return leg.amount if leg.currency == currency else ZERO


def of_money(money: Money, currency: str) -> Decimal:
    """Return what money of a sale moved in a currency: its units, or what it paid of the invoice."""
    if money.settled is not None:
        return money.settled
    if money.commodity == currency:
        return money.units or ZERO
    return money.amount if money.currency == currency else ZERO


_CUSTOMER = frozenset(
    role.value
    for role in (
        Role.ACCOUNTS_RECEIVABLE,
        Role.REFUND_PAYABLE,
        Role.STORE_CREDIT_LIABILITY,
        Role.CASH_BANK,
        Role.PLATFORM_RECEIVABLE,
    )
)
_SHARES = frozenset(
    role.value
    for role in (
        Role.REVENUE,
        Role.SALES_RETURNS,
        Role.SALES_ALLOWANCES,
        Role.SALES_DISCOUNTS,
        Role.SHIPPING_REVENUE,
        Role.OUTPUT_VAT,
        Role.ROUNDING,
        Role.SETTLEMENT_DISCOUNT,
        Role.RESTOCKING_FEE_REVENUE,
    )
)
