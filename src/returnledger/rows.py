"""The rows of the books: sales with their lines, lots and payments; those of our own entries are named here too.

Amounts follow Beancount's sign: debits positive, credits negative. Quantities of sales are positive.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from returnledger.declared import Account as Account
from returnledger.declared import Price as Price
from returnledger.findings import Span
from returnledger.frozen import quick
from returnledger.lot import Lot as Lot
from returnledger.lot import LotUnits as LotUnits
from returnledger.money import ZERO, decimals_of, places
from returnledger.posted import COUNTED as COUNTED
from returnledger.posted import SELLS as SELLS
from returnledger.posted import TENDER as TENDER
from returnledger.posted import Dimensions as Dimensions
from returnledger.posted import OwnDirective as OwnDirective
from returnledger.posted import Posted as Posted
from returnledger.posted import PostedLeg as PostedLeg
from returnledger.roles import Role

Place = tuple[str, int]  # file and line of the posting that a fact comes from
Coupon = tuple[Place, str]  # where its discount is booked, and the worth of goods it was for, as metadata says it
Noted = tuple[str, dict[str, str]]  # what is said of a sale: a code, and the values of its sentence
PART_OF = "/"  # between the line of a kit and the component that came back alone: `1/CUP`


def shown(place: Place | None) -> str:
    """Return a place as findings show it, `books/2026.beancount:12`; nothing for what a plugin made."""
    return f"{place[0]}:{place[1]}" if place else ""


@quick
@dataclass(frozen=True, slots=True)
class Part:
    """One amount of a sale: what it is for, its account, and the amount with Beancount's sign.

    Where it was written with a price (`-1000 USD @ 7.20 CNY`) the amount is what it weighs, -7200 CNY, and `units` and
    `commodity` are what was written, -1000 USD.
    """

    role: Role
    account: str
    amount: Decimal
    currency: str
    place: Place | None = field(default=None, compare=False)
    units: Decimal | None = None
    commodity: str | None = None

    @property
    def unit_decimals(self) -> int:
        """The most decimals of the units, at least those of their minor unit."""
        return max(decimals_of(str(self.commodity)), places(self.units or ZERO))

    def share(self, amount: Decimal, units: Decimal | None = None) -> Part:
        """Return this part with another amount, and other units where it has any."""
        if self.units is None:
            return Part(self.role, self.account, amount, self.currency, self.place)
        return Part(self.role, self.account, amount, self.currency, self.place, units, self.commodity)


@quick
@dataclass(frozen=True, slots=True)
class Unbooked:
    """What is known of the cost of a line where no posting of its sale carries it, in lots or as cost of goods."""

    said: Part | None  # as metadata says it, on no account
    counted: bool  # True if metadata says how many units
    account: str = ""  # where such goods are kept by value, once that is found


@quick
@dataclass(frozen=True, slots=True)
class SaleLine:
    """One line of a sale: the units sold, the money they brought by part (revenue, discount, tax), cost and lots."""

    order: str
    line: str
    sku: str
    commodity: str
    units: Decimal
    date: datetime.date
    parts: tuple[Part, ...]  # revenue, discounts and tax, the line's shares of the order's included
    cogs: tuple[Part, ...]  # and what stock kept by value alone gave up for it, as credits
    lots: tuple[LotUnits, ...]  # in the order of their postings; empty for a line without stock
    place: Span
    unit_price: Decimal | None = None  # as metadata says it, else net revenue by unit
    serials: tuple[str, ...] = ()
    invoiced: Decimal | None = None  # units that were invoiced, where fewer than were delivered
    lot_is_new: bool = False  # its lot is made for the goods to come back to: what they left is not known
    afloat: tuple[LotUnits, ...] = ()  # delivered and not yet sold: at cost in an account of goods shipped
    unbooked: Unbooked | None = None  # where the sale shows no goods and no cost of goods

    @property
    def units_billed(self) -> Decimal:
        """Units that the money of the line is for."""
        return self.units if self.invoiced is None else self.invoiced

    def units_out(self, day: datetime.date | None) -> Decimal:
        """Return how many units had been delivered by the end of a day; all of a line without stock."""
        if not self.lots:
            return self.units
        return sum((lot.units for lot in self.lots if day is None or (lot.shipped or self.date) <= day), ZERO)

    @property
    def value_accounts(self) -> tuple[str, ...]:
        """The accounts that keep the goods by value alone, if there are any."""
        own = tuple(part.account for part in self.cogs if part.role is Role.INVENTORY)
        return own or ((self.unbooked.account,) if self.unbooked and self.unbooked.account else ())

    @property
    def cost(self) -> Decimal:
        """Cost of goods as booked, positive; what stock gave up by value is its other side."""
        return sum([part.amount for part in self.cogs if part.role is not Role.INVENTORY], ZERO)

    @property
    def is_kit(self) -> bool:
        """True if the line sold something put together: its lots are of its components."""
        return bool(self.lots) and self.lots[0].commodity != self.commodity

    @property
    def net(self) -> Decimal:
        """Net revenue of the line, positive, without tax, after discounts."""
        return -sum((part.amount for part in self.parts if part.role is not Role.OUTPUT_VAT), ZERO)

    @property
    def tax(self) -> Decimal:
        """Output tax of the line, positive."""
        return -sum((part.amount for part in self.parts if part.role is Role.OUTPUT_VAT), ZERO)

    @property
    def cost_currency(self) -> str | None:
        """The currency that the goods cost, None for a line without cost: it need not be what they bring."""
        return self.cogs[0].currency if self.cogs else None


@quick
@dataclass(frozen=True, slots=True)
class Money:
    """Money that an order moved on one account on one day: a receivable booked or settled, or a tender paid in."""

    account: str
    amount: Decimal
    currency: str
    date: datetime.date
    place: Place | None = field(default=None, compare=False)
    role: Role | None = None  # of what was taken off at payment: a discount, its tax, a rounding
    units: Decimal | None = None  # as written, where it has a price; the amount is then what it weighs
    commodity: str | None = None
    settled: Decimal | None = None  # of a tender in another currency than the invoice: what it paid of it


@dataclass(frozen=True, slots=True)
class Invoiced:
    """What a customer was invoiced in another currency than the sale is booked in: in that currency, and as booked."""

    currency: str
    decimals: int  # the most that the sale used in that currency, at least its minor unit
    units: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Sale:
    """One order as the books show it."""

    order: str
    date: datetime.date
    currency: str
    decimals: int  # the most decimals the sale used in its currency, at least the minor unit
    lines: tuple[SaleLine, ...]
    shipping: tuple[Part, ...] = ()  # shipping revenue and its tax, as booked
    rounding: tuple[Part, ...] = ()
    case: str = ""  # of what stands for the sale of a case that has none
    receivable: tuple[Money, ...] = ()  # every posting to a receivable under the order that is not ours
    tenders: tuple[Money, ...] = ()  # money paid in, debits positive
    advances: tuple[Money, ...] = ()  # paid before the sale: credits when it came in, debits as the sale used it
    settled: tuple[Money, ...] = ()  # taken off at payment, debits positive: settlement discounts, roundings
    returned_by_hand: Mapping[str, Decimal] = field(default_factory=dict)  # line -> units that came back by hand
    credited_by_hand: Mapping[str, tuple[Decimal, Decimal]] = field(default_factory=dict)  # line -> net, tax beyond
    customer: str | None = None
    payee: str | None = None
    links: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)  # of the sale's transaction, as text
    invoice: str | None = None
    delivered: datetime.date | None = None
    shipped: datetime.date | None = None
    place: Span | None = None
    carried: Mapping[Place, Dimensions] = field(default_factory=dict)  # of postings that have what `carry` names
    problems: tuple[tuple[str, Mapping[str, str]], ...] = ()  # what could not be tied: finding code and values
    inferred: tuple[tuple[str, Mapping[str, str]], ...] = ()  # what was concluded, not read: code and values
    coupons: tuple[Coupon, ...] = ()  # that came with a threshold: their shares are parts of the lines
    unshared: tuple[Part, ...] = ()  # money that can't be tied to lines: events take from it by the price they give
    invoiced: Invoiced | None = None  # where the customer was invoiced in another currency

    @property
    def money_currency(self) -> str:
        """The currency of the customer's money: of the invoice, of what is owed, and of the amounts of events."""
        return self.invoiced.currency if self.invoiced else self.currency

    @property
    def money_decimals(self) -> int:
        """The most decimals of the customer's money."""
        return self.invoiced.decimals if self.invoiced else self.decimals

    @property
    def blind(self) -> bool:
        """True for what stands for a sale where the books have none: goods that come back without one."""
        return not self.order

    def dimensions(self, place: Place | None) -> Dimensions:
        """Return what the posting at a place has of the metadata that returns take over."""
        return self.carried.get(place, ()) if place is not None and self.carried else ()

    def line(self, name: str) -> SaleLine | None:
        """Return the line of that name, or None."""
        return next((line for line in self.lines if line.line == name), None)
