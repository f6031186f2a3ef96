"""What is known of the refund of an advance, and what was decided of it: amounts in the customer's currency.

Where the books are kept in another, what money weighs there stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from returnledger.advanceleft import AdvanceLeft
from returnledger.advances.rows import Part
from returnledger.events.advances import AdvanceRefund, AdvanceStage, BrokenBy, Deposit, RetainAs
from returnledger.money import ZERO, round_to
from returnledger.rows import Posted

MOST_EARNEST = Decimal("0.20")  # of a contract's price that can be earnest money: 民法典 586


@dataclass(frozen=True, slots=True)
class AdvanceFacts:
    """What is known of the refund of an advance; amounts in the customer's currency."""

    stage: AdvanceStage
    found: tuple[str, ...] = ()  # the advances that go by the reference
    left: AdvanceLeft | None = None
    said: AdvanceRefund | None = None  # the event, with what the steps before it said
    case: tuple[Posted, ...] = ()  # the steps of the case so far
    stages: tuple[AdvanceStage, ...] = ()  # of these
    papers: tuple[str, ...] = ()  # the evidence of these, by type or path
    due: Decimal = ZERO  # approved and not paid
    due_weight: Decimal = ZERO  # in the books
    deposit: Deposit | None = None
    contract: str | None = None
    contract_total: Decimal | None = None
    rate: Fraction | None = None  # of the day, where the customer's currency is not the books'
    rate_of: str = ""  # the day of the price that says it

    @property
    def opening(self) -> bool:
        """True for the first step of a case."""
        return not self.case

    @property
    def paying(self) -> bool:
        """True where what was approved before is paid."""
        return AdvanceStage.APPROVED in self.stages and self.stage is AdvanceStage.PAID

    @property
    def performed(self) -> Decimal:
        """The share of the contract that was performed."""
        return (self.said.performed if self.said else None) or ZERO

    @property
    def earnest(self) -> Decimal:
        """What counts as earnest money, and of it the share of the contract that was not performed.

        At most a fifth of the contract is earnest money (民法典 586); what was performed in part is lost or doubled in
        part (合同编通则解释 68). A contract whose total nobody says sets no limit.
        """
        if self.left is None:
            return ZERO
        most = self.left.money_in
        if self.contract_total is not None:
            most = min(most, round_to(self.contract_total * MOST_EARNEST, self.left.decimals))
        return round_to(most * (1 - self.performed), self.left.decimals)

    @property
    def may_forfeit(self) -> bool:
        """True where earnest money is lost: the customer alone broke the contract."""
        broken_by = self.said.broken_by if self.said else None
        return self.deposit is Deposit.EARNEST and broken_by in (None, BrokenBy.CUSTOMER)

    @property
    def may_double(self) -> bool:
        """True where earnest money goes back double: we alone broke the contract."""
        broken_by = self.said.broken_by if self.said else None
        return self.deposit is Deposit.EARNEST and broken_by in (None, BrokenBy.US)


@dataclass(frozen=True, slots=True)
class AdvanceBack:
    """What becomes of an advance at one step; nothing of it at a step that posts nothing."""

    facts: AdvanceFacts
    back: Decimal = ZERO  # goes back of the advance, or is moved to another order
    retained: Decimal = ZERO
    wanted: Decimal | None = None  # what the policy keeps, where it says
    retain_as: RetainAs = RetainAs.SERVICE_INCOME
    double: Decimal = ZERO
    penalty: Decimal = ZERO
    interest: Decimal = ZERO
    parts: tuple[Part, ...] = ()  # what leaves the accounts of the advance: debits
    weight: Decimal = ZERO  # of what goes back, in the books as it was booked
    retained_weight: Decimal = ZERO
    retained_tax: Decimal = ZERO  # in the books
    tax_account: str = ""
    tax_rate: Fraction | None = None
    moved_to: str = ""
    moved: tuple[Part, ...] = ()  # of the parts, what is moved: debits still

    @property
    def beyond(self) -> Decimal:
        """What the customer gets beyond the advance."""
        return self.double + self.penalty + self.interest

    @property
    def payable(self) -> Decimal:
        """What the customer gets in all, paid now or later."""
        return self.beyond + (ZERO if self.moved_to else self.back)

    @property
    def taken(self) -> Decimal:
        """What is taken of the advance."""
        return self.back + self.retained

    def today(self, money: Decimal) -> Decimal:
        """Return what money weighs in the books on the day."""
        left = self.facts.left
        if left is None or self.facts.rate is None:
            return money
        return round_to(Fraction(money) * self.facts.rate, left.advance.decimals)


@dataclass(frozen=True, slots=True)
class MoveSpent:
    """A move whose money is no longer there: the advance it went to, what it moved, what is left, and what took it."""

    order: str
    moved: Decimal
    left: Decimal
    currency: str
    taken_by: tuple[str, ...] = ()  # our events, the last first


def steps_of(known: AdvanceFacts) -> tuple[str, ...]:
    """Return the steps that an event takes, those that nobody recorded before it among them."""
    before = set(known.stages)
    asks = () if before else ("request",)
    if known.stage is AdvanceStage.REQUESTED:
        return ("request",)
    if known.stage is AdvanceStage.REJECTED:
        return ()
    if known.stage is AdvanceStage.APPROVED:
        return (*asks, "approve")
    return (*asks, *(() if AdvanceStage.APPROVED in before else ("approve",)), "refund")
