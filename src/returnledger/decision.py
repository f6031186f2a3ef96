"""What was decided about an item, and about the event as a whole: choices with their rows, and what they come to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from returnledger.advancecase import AdvanceBack
from returnledger.coupons import CouponBack
from returnledger.draws import Draw
from returnledger.facts import Facts
from returnledger.money import ZERO
from returnledger.ordermoney import OrderFacts
from returnledger.policy import Chosen, Window
from returnledger.roles import Role
from returnledger.rows import Lot, LotUnits, Part, Sale
from returnledger.signing import Signed
from returnledger.terms import Condition, Disposition, Fault, Goods, Method, Verdict

MayRestock = Callable[[Facts, LotUnits], bool]


@dataclass(frozen=True, slots=True)
class Placed:
    """Units of one lot and the account they come back to; `lot` differs from the sold one where it is re-costed."""

    sold: LotUnits
    role: Role
    account: str
    lot: Lot
    write_down: Decimal  # of these units, positive


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that goes out now: the account it leaves, the role it plays, and how much of what is payable it settles."""

    account: str
    amount: Decimal
    role: Role = Role.CASH_BANK
    weight: Decimal | None = None  # in the books, where the customer's currency is another
    in_books: bool = False  # it leaves in the currency of the books
    units: Decimal | None = None  # what leaves a tender in a third currency
    commodity: str | None = None
    rounding: Decimal = ZERO  # what the customer gets more, below zero less, because cash comes in coins

    @property
    def handed_over(self) -> Decimal:
        """What leaves the account."""
        return self.amount + self.rounding


@dataclass(frozen=True, slots=True)
class Document:
    """What is decided once for the whole of an event.

    What is credited for items is in the currency of the sale; what is offset, payable, paid or store credit in the
    currency of the invoice. Where that is another, what these weigh in the books stands beside them.
    """

    currency: str
    decimals: int
    order: OrderFacts
    sale: Sale | None = None
    gross: Decimal = ZERO  # credited for items, tax included, before fees
    fee: Decimal = ZERO  # kept from the customer, tax included
    fee_policy: Decimal | None = None  # what the policy keeps, where it has fees
    shipping: tuple[Part, ...] = ()  # refunded shipping: debits
    rounding: tuple[Part, ...] = ()  # the rounding of the sale's document, undone with the last unit: mirrored
    settled: tuple[Part, ...] = ()  # of the discounts taken at payment, what comes off again: credits
    freight: Decimal = ZERO  # charged to the customer for sending the goods back, tax included
    coupon: CouponBack | None = None  # what is taken back of coupons whose threshold the goods kept miss, or given back
    due: Decimal = ZERO  # gross + shipping + rounding - settled - coupons - fee
    offset: tuple[tuple[str, Decimal], ...] = ()  # receivable accounts and what each is credited
    swapped: tuple[tuple[str, Decimal], ...] = ()  # what pays for goods that go out: the tender that had paid, amount
    payable: Decimal = ZERO  # credited to refund_payable
    released: tuple[tuple[str, Decimal], ...] = ()  # of a refund: receivable accounts, what was paid on them too much
    store_credit: Decimal = ZERO
    bonus: Decimal = ZERO
    method: str = Method.ORIGINAL.value
    payments: tuple[Payment, ...] = ()
    approval_amount: Decimal = ZERO
    shipping_asked: Decimal | None = None  # typed on the event, where more than what is left was asked
    shipping_policy: Decimal | None = None  # what the policy or a law gives back, where the event types it itself
    chosen: tuple[Chosen, ...] = ()
    deadline: date | None = None
    signed: tuple[Signed, ...] = ()  # the steps that the event takes, and those recorded before it

    advance: AdvanceBack | None = None  # what becomes of an advance

    def find(self, effect: str) -> Chosen | None:
        """Return what was chosen for an effect, or None."""
        return next((chosen for chosen in self.chosen if chosen.effect == effect), None)

    offset_weights: tuple[tuple[str, Decimal, Decimal], ...] = ()  # account, units, weight
    weight: Decimal = ZERO  # of what is payable or store credit, when it arises
    leaving: Decimal = ZERO  # what the part of it weighs that is paid

    due_in_books: bool = True  # False for a refund, which settles what an earlier entry credited

    @property
    def money_currency(self) -> str:
        """The currency of the invoice, in which money is owed and paid."""
        return self.sale.money_currency if self.sale else self.currency

    @property
    def money_decimals(self) -> int:
        """The most decimals of money that is owed and paid."""
        return self.sale.money_decimals if self.sale else self.decimals

    @property
    def paid_or_payable(self) -> Decimal:
        """What goes back to the customer, now or later."""
        return self.payable or self.store_credit

    @property
    def paid(self) -> Decimal:
        """What is settled at once of what is payable."""
        return sum((payment.amount for payment in self.payments), ZERO)

    @property
    def handed_over(self) -> Decimal:
        """What is paid out at once, cash as rounded."""
        return sum((payment.handed_over for payment in self.payments), ZERO)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided about one item."""

    verdict: Verdict = Verdict.ALLOW
    fault: Fault = Fault.UNKNOWN
    condition: Condition = Condition.UNKNOWN
    goods: Goods = Goods.RETURNED
    disposition: Disposition | None = None
    allowed: Disposition | None = None  # what the policy would do with goods of the condition
    placed: tuple[Placed, ...] = ()
    window: Window | None = None
    asked: Window | None = None  # of a step of a case: the window by which its request was judged
    fee: Decimal = ZERO  # tax included
    fee_tax: Decimal = ZERO
    fee_policy: Decimal | None = None  # what the policy charges, where it has fees
    chosen: tuple[Chosen, ...] = ()
    document: Document | None = None
    draw: Draw | None = None  # what it takes of estimates, None where returns are not estimated

    def find(self, effect: str) -> Chosen | None:
        """Return what was chosen for an effect, of the item or of its document, or None."""
        own = next((chosen for chosen in self.chosen if chosen.effect == effect), None)
        return own or (self.document.find(effect) if self.document else None)

    @property
    def write_down(self) -> Decimal:
        """The loss on the item, positive."""
        return sum((placed.write_down for placed in self.placed), ZERO)
