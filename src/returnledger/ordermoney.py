"""The money of one order as facts: what is owed, was paid in and out, and was taken off at payment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from returnledger.coupons import CouponFacts
from returnledger.exchange import Abroad, Exchange
from returnledger.money import ZERO, filled
from returnledger.orderfees import OrderFee
from returnledger.rows import Part


@dataclass(frozen=True, slots=True)
class Settled:
    """A discount that the customer took by paying early, on one account: it comes off what a return gives back."""

    account: str
    amount: Decimal  # taken, positive for a debit
    rate: Fraction  # of it for each 1.00 of the sale, tax included, that comes back
    earned: Fraction  # what returns so far should have given back of it
    given: Decimal  # what they did
    part: Part  # all of it as it was booked, in the customer's currency where that is another
    units_given: Decimal = ZERO  # what returns gave back in that currency


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """Money of one order so far, our own entries included: in the currency of the invoice, the credit in the sale's."""

    owed: Decimal = ZERO  # what the customer still owes on the order
    sold_for: Decimal = ZERO  # what the sale came to, tax and delivery included, whatever of it came back
    paid_in: Decimal = ZERO
    paid_out: Decimal = ZERO
    billed: Decimal = ZERO  # to the customer by the day of the event
    billed_later: date | None = None  # the first day after it on which more was
    payable: Decimal = ZERO  # credited and not yet paid out
    credited: Decimal = ZERO
    receivables: tuple[tuple[str, Decimal], ...] = ()  # account, what is open on it
    overpaid: tuple[tuple[str, Decimal], ...] = ()  # receivable account, what the customer has paid on it too much
    tenders: tuple[tuple[str, Decimal], ...] = ()  # account, paid in through it less paid out through it
    paid_by: tuple[tuple[str, Decimal], ...] = ()  # account, paid in through it
    settled: tuple[Settled, ...] = ()  # discounts taken at payment
    untold: Decimal = ZERO  # paid in by nobody says which account, as a register may have it
    goods_credited: Decimal = ZERO  # for goods that came back, tax included, where delivery was charged
    shipping_left: tuple[Part, ...] = ()  # shipping not yet refunded, credits as booked
    rounding_left: tuple[Part, ...] = ()  # the rounding of the document not yet undone, as booked
    unshared_net: Decimal = ZERO  # of money that no line is known to have brought: what is not credited yet
    unshared_tax: Decimal = ZERO
    units_left: Decimal = ZERO  # of all priced lines, where the document was rounded: the last unit undoes it
    fees: Mapping[str, OrderFee] = field(
        default_factory=dict
    )  # by row, what rows that charge an order once kept so far
    coupons: CouponFacts | None = None  # where the order had coupons with a threshold
    exchange: Exchange | None = None  # where the customer's currency is not the one of the books
    abroad: tuple[Abroad, ...] = ()  # else: tenders that brought money of another currency

    @property
    def refundable(self) -> Decimal:
        """What may still be paid out at the most: paid in less paid out."""
        return max(ZERO, self.paid_in - self.paid_out)

    def off_owed(self, amount: Decimal) -> Iterator[tuple[str, Decimal]]:
        """Yield what of an amount comes off what the order owes, by account."""
        return filled(min(amount, self.owed), self.receivables)
