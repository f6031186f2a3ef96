"""What a posted entry gave the customer: the money, and before fees what of which goods; a void gives the same back.

return of 113.00 less a fee of 5.65: the customer got 107.35, the credit was worth 113.00
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from returnledger.advances import MAIN, ROLES
from returnledger.money import ZERO, plain
from returnledger.roles import Role
from returnledger.rows import COUNTED, Posted, PostedLeg
from returnledger.terms import PAYING, UNDOING, Goods, Kind


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What an event gave back of one SKU: units that came back, and their worth before fees, tax included."""

    sku: str
    units: Decimal
    gross: Decimal


@dataclass(frozen=True, slots=True)
class CreditOfCustomer:
    """One event that credited a customer: for limits and approvals that splitting must not dodge."""

    event: str
    date: date
    order: str
    amount: Decimal  # what the customer got
    currency: str
    kind: str = ""
    gross: Decimal = Decimal(0)  # before fees, delivery and tax included
    items: tuple[GivenBack, ...] = ()


@dataclass(frozen=True, slots=True)
class SoldTo:
    """One line that a customer was sold."""

    order: str
    date: date
    sku: str


# The mark of legs that take a coupon back or give it back: `net` or `tax`.
COUPON = "coupon"

# Roles whose credit is what the customer gets: against what is owed, payable, as store credit, or for other goods.
CUSTOMER_ROLES = frozenset(
    {
        Role.ACCOUNTS_RECEIVABLE.value,
        Role.REFUND_PAYABLE.value,
        Role.STORE_CREDIT_LIABILITY.value,
        Role.EXCHANGE_CLEARING.value,
    }
)


# Roles of accounts that money leaves when a customer is paid, but for store credit.
PAID_FROM = frozenset({Role.CASH_BANK.value, Role.PLATFORM_RECEIVABLE.value})


_LOST = {Role.STORE_CREDIT_LIABILITY.value, Role.OTHER_REVENUE.value}  # roles of an entry by which store credit expires


# Kinds that deal with the goods or with others than the customer: money they move is none of the customer's.
OF_OTHERS = frozenset(
    (
        *("dispose", "put_away", "refurbish", "supplier_return", "recovery", "expense"),
        *("revalue", "stocktake", "provision", "action"),
    )
)


def with_customer(entries: Iterable[Posted]) -> tuple[Posted, ...]:
    """Return the entries that deal with the customer, with the voids of these alone."""
    entries = tuple(entries)
    others = {entry.id for entry in entries if entry.kind in OF_OTHERS}
    return (
        tuple(e for e in entries if e.id not in others and (not e.voids or e.voids not in others))
        if others
        else entries
    )


def credited_by(legs: Iterable[PostedLeg]) -> Decimal:
    """Return what the legs of an entry give the customer, positive: off what is owed, payable, or as store credit.

    What is paid at once goes through payable, and store credit that paid for the sale gets it back from there: neither
    counts twice.
    """
    found, through, paid = ZERO, ZERO, ZERO
    for leg in legs:
        if leg.role == Role.FX_GAIN_LOSS and not leg.instead:
            found -= leg.amount  # what is given counts at the sale's rate
        elif leg.role in CUSTOMER_ROLES:
            if leg.amount < 0:
                found -= leg.amount
            elif leg.role == Role.REFUND_PAYABLE:
                through += leg.amount
        elif leg.role in PAID_FROM and leg.amount < 0:
            paid -= leg.amount
    return found - max(ZERO, through - paid)


def beside_credit(legs: Sequence[PostedLeg]) -> Decimal:
    """Return what of the store credit in an entry is no money of an order, in the books: a bonus, or what was lost.

    A bonus is above nil; what was lost, which nobody was paid back, below.
    """
    roles = {leg.role for leg in legs}
    if Role.STORE_CREDIT_LIABILITY not in roles:
        return ZERO
    beside = Role.OTHER_REVENUE if roles == _LOST else Role.REVENUE
    own = (leg for leg in legs if leg.line is None and leg.means == beside and COUPON not in (leg.item or {}))
    return sum((leg.amount for leg in own), ZERO)


def negated(entry: Posted) -> tuple[PostedLeg, ...]:
    """Return the legs of an entry with every amount, quantity and item turned round, as a void posts them."""
    return tuple(
        replace(
            leg,
            amount=-leg.amount,
            units=None if leg.units is None else -leg.units,
            item=_negated_item(leg.item),
        )
        for leg in (*entry.legs, *entry.sold)
    )


def _negated_item(item: Mapping[str, str] | None) -> Mapping[str, str] | None:
    if item is None:
        return None
    return {**item, **{key: plain(-Decimal(item[key])) for key in COUNTED if key in item}}


# Roles that a sale earned by: what is taken back of them the customer is credited.
EARNED = frozenset({Role.SALES_RETURNS.value, Role.SALES_ALLOWANCES.value, Role.SALES_DISCOUNTS.value})


def credits_of(entry: Posted) -> Iterator[CreditOfCustomer]:
    """Yield what an entry credited, by currency; a refund only pays what was credited before."""
    by_currency: dict[str, list[PostedLeg]] = {}
    for leg in entry.legs if entry.kind not in PAYING else ():
        by_currency.setdefault(leg.currency, []).append(leg)
    sign = -1 if entry.voids else 1
    for currency, legs in by_currency.items():
        if entry.voids:
            legs = list(negated(replace(entry, legs=tuple(legs))))
        items = tuple(
            GivenBack(item.sku, sign * item.units, sign * item.gross)
            for item in _items(legs)
            if item.units or item.gross
        )
        amount, gross = sign * credited_by(legs), sign * gross_of(legs)
        yield CreditOfCustomer(
            entry.voids or entry.id, entry.dated, entry.order, amount, currency, _kind_of(entry), gross, items
        )


def _kind_of(entry: Posted) -> str:
    """Return the kind of an entry; a credit of money alone counts as what it is, an allowance and no return."""
    return Kind.ALLOWANCE.value if entry.price_only else entry.kind


# What is owed for money paid in advance, and the tax that was booked with it.
ADVANCES = frozenset(role.value for role in MAIN)
OF_ADVANCES = frozenset(role.value for role in ROLES)


def gross_of(legs: Iterable[PostedLeg]) -> Decimal:
    """Return what the legs of an entry take back of a sale, tax and delivery included, before fees.

    Of money paid in advance it is what leaves its accounts. A bonus on store credit lowers revenue and is nothing of the
    sale; the tax of a fee is below zero.
    """
    legs = tuple(legs)
    if any(leg.role in ADVANCES for leg in legs):
        return sum((leg.amount for leg in legs if leg.role in OF_ADVANCES and leg.amount > 0), ZERO)
    return sum(
        (
            leg.amount
            for leg in legs
            if COUPON in (leg.item or {})
            or leg.means in EARNED
            or (leg.means == Role.REVENUE and leg.line is not None)
            or leg.means == Role.SHIPPING_REVENUE
            or (leg.means == Role.OUTPUT_VAT and leg.amount > 0)
        ),
        ZERO,
    )


def _items(legs: Sequence[PostedLeg]) -> Iterator[GivenBack]:
    """Yield what the legs give back, line by line; goods kept are worth money and are no units that came back."""
    by_line: dict[str, list[PostedLeg]] = {}
    for leg in legs:
        if leg.line is not None:
            by_line.setdefault(leg.line, []).append(leg)
    for own in by_line.values():
        said: Mapping[str, str] = next((leg.item for leg in own if leg.item and "sku" in leg.item), {})
        back = said.get("goods") != Goods.KEPT
        yield GivenBack(said.get("sku", ""), Decimal(said.get("qty") or 0) if back else ZERO, gross_of(own))


class Standing:
    """The credits of one customer or order that no void has taken back: one for each event, order and currency, by day."""

    __slots__ = ("_every", "_kept", "credits")

    def __init__(self) -> None:
        """Start with nothing credited."""
        self.credits: list[CreditOfCustomer] = []
        self._every: dict[tuple[str, str, str], list[CreditOfCustomer]] = {}
        self._kept: dict[tuple[str, str, str], CreditOfCustomer] = {}

    def __eq__(self, other: object) -> bool:
        """Return whether the same stands, whatever it was put together from."""
        return isinstance(other, Standing) and self.credits == other.credits

    __hash__ = None  # type: ignore[assignment]

    def add(self, credit: CreditOfCustomer) -> None:
        """Add what one entry credited, or took back by voiding another."""
        key = credit.event, credit.order, credit.currency
        own = self._every.setdefault(key, [])
        own.append(credit)
        before, after = self._kept.pop(key, None), _together(own)
        if before is not None:
            self.credits.remove(before)
        if after is not None:
            self._kept[key] = after
            insort(self.credits, after, key=_day)

    def between(self, first: date, last: date) -> list[CreditOfCustomer]:
        """Return the credits of the days from `first` to `last`."""
        return self.credits[bisect_left(self.credits, first, key=_day) : bisect_right(self.credits, last, key=_day)]


def _day(credit: CreditOfCustomer) -> date:
    return credit.date


def _together(own: Sequence[CreditOfCustomer]) -> CreditOfCustomer | None:
    """Return what entries of one event come to, None where nothing of it stands."""
    first = next((credit for credit in own if credit.kind not in UNDOING), None)
    if first is None or len(own) == 1:
        return first if first is not None and (first.amount > 0 or first.gross > 0 or _units(own) > 0) else None
    amount = sum((credit.amount for credit in own), ZERO)
    gross = sum((credit.gross for credit in own), ZERO)
    if amount > 0 or gross > 0 or _units(own) > 0:
        return replace(first, amount=amount, gross=gross, items=tuple(item for each in own for item in each.items))
    return None


def _units(credits: Iterable[CreditOfCustomer]) -> Decimal:
    return sum((item.units for credit in credits for item in credit.items), ZERO)
