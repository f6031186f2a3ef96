"""The rows of advances: a transaction that moves money paid in advance, and an advance with all that came in and was used.

Amounts follow Beancount's sign: what came in is a credit, below zero, what was used a debit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from returnledger.money import ZERO, decimals_of, places, round_to
from returnledger.roles import Role
from returnledger.rows import Money, Place

MOVED_TO = "advance"  # metadata of a posting of ours: the order that the money was moved to

NameKind = Literal["order", "contract", "link", "customer"]

MAIN = frozenset((Role.CONTRACT_LIABILITY, Role.DEPOSIT_LIABILITY))  # what is owed for the money itself
ROLES = frozenset((*MAIN, Role.OUTPUT_VAT_PENDING, Role.OUTPUT_VAT))  # and the tax that was booked with it


@dataclass(frozen=True, slots=True)
class Name:
    """One name that a transaction gives its advance: what it names, and every way to write it, the name itself first."""

    kind: NameKind
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prepaid:
    """What one transaction of the ledger moves of money paid in advance."""

    date: date
    place: Place
    names: tuple[Name, ...]
    money: tuple[Money, ...]  # each with its role
    tenders: tuple[Money, ...] = ()
    sells: bool = False  # a sale that uses what was paid: its tax is the sale's
    customer: str | None = None
    payee: str | None = None
    links: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def main(self) -> Decimal:
        """What the liability itself moves by: below zero where money came in."""
        return sum((money.amount for money in self.money if money.role in MAIN), ZERO)


@dataclass(frozen=True, slots=True)
class Part:
    """What is left of an advance on one account: a credit, so below zero; units where it was booked with a price."""

    role: Role
    account: str
    amount: Decimal
    units: Decimal | None = None
    commodity: str | None = None

    @property
    def key(self) -> tuple[Role, str, str | None]:
        """What tells parts of one advance apart."""
        return self.role, self.account, self.commodity


@dataclass(frozen=True, slots=True)
class Advance:
    """Money that a customer paid before a sale, in one currency of the books."""

    name: str
    names: tuple[Name, ...]
    currency: str
    received: tuple[Prepaid, ...]
    used: tuple[Prepaid, ...] = ()
    alone: bool = True  # no other advance goes by its name: else `name` carries the currency

    @property
    def first(self) -> Prepaid:
        """The first receipt."""
        return next((flow for flow in self.received if flow.main < 0), self.received[0])

    @property
    def customer(self) -> str | None:
        """The customer as metadata has it, else the payee."""
        return next((flow.customer for flow in self.received if flow.customer), None) or self.first.payee

    @property
    def payers(self) -> frozenset[str]:
        """Who paid it, by every name the receipts have."""
        named = {flow.customer for flow in self.received} | {flow.payee for flow in self.received if flow.main < 0}
        return frozenset(name for name in named if name)

    @property
    def contract(self) -> str | None:
        """The contract that the receipts name."""
        return next((name.spellings[0] for name in self.names if name.kind == "contract"), None)

    @property
    def metadata(self) -> Mapping[str, str]:
        """The metadata of its receipts, the first one's first."""
        said: dict[str, str] = {}
        for flow in self.received:
            said = {**flow.metadata, **said}
        return said

    @property
    def decimals(self) -> int:
        """The most decimals of its amounts in the books, at least those of the minor unit."""
        return max([decimals_of(self.currency), *(places(money.amount) for money in self._money(self.received))])

    @property
    def tenders(self) -> tuple[Money, ...]:
        """The money that came in."""
        return tuple(money for flow in self.received if flow.main < 0 for money in flow.tenders)

    def came_in(self, day: date | None = None) -> Decimal:
        """Return what was received by a day, tax included, positive: the receipts alone, whatever became of them."""
        flows = (flow for flow in self.received if flow.main < 0)
        return -sum((m.amount for m in self._money(flows, day)), ZERO)

    def parts(self, day: date | None = None) -> tuple[Part, ...]:
        """Return what is left by account of what was received by `day`, less what sales and refunds by hand used of it.

        Tax that was due when the money came in (output_vat) leaves with the sales that use the money, in proportion.
        """
        sums: dict[tuple[Role, str, str | None], tuple[Decimal, Decimal]] = {}
        flows = [flow for flow in self.received if day is None or flow.date <= day]
        for money in self._money((*flows, *self.used)):
            assert money.role is not None
            key = money.role, money.account, money.commodity
            amount, units = sums.get(key, (ZERO, ZERO))
            sums[key] = amount + money.amount, units + (money.units or ZERO)
        came = -sum((flow.main for flow in flows if flow.main < 0), ZERO)
        sold = sum((flow.main for flow in self.used if flow.sells), ZERO)
        share = Fraction(max(ZERO, came - sold)) / Fraction(came) if came else Fraction(0)
        if -sum((amount for (role, _, _), (amount, _) in sums.items() if role in MAIN), ZERO) <= 0:
            return ()
        found = []
        for (role, account, commodity), (amount, units) in sums.items():
            if role is Role.OUTPUT_VAT:
                amount = round_to(Fraction(amount) * share, self.decimals)
                units = round_to(Fraction(units) * share, places(units))
            if amount < 0:
                found.append(Part(role, account, amount, units if commodity else None, commodity))
        return tuple(found)

    @property
    def foreign(self) -> tuple[str, Decimal] | None:
        """The currency in which the customer paid and how much, where that is not the one of the books."""
        paid = [money for flow in self.received if flow.main < 0 for money in flow.money]
        held = {money.commodity for money in paid}
        if held != {None}:
            if len(held) != 1:
                return None
            return str(held.pop()), -sum((money.units or ZERO for money in paid), ZERO)
        brought = {money.commodity or money.currency for money in self.tenders}
        if len(brought) != 1 or brought == {self.currency}:
            return None
        units = (money.amount if money.units is None else money.units for money in self.tenders)
        return brought.pop(), sum(units, ZERO)

    @property
    def main_roles(self) -> frozenset[Role]:
        """What the money is owed as: a liability for goods, a security, or both."""
        found = {m.role for m in self._money(self.received) if m.role in MAIN}
        return frozenset(role for role in MAIN if role in found)

    def of(self, roles: frozenset[Role]) -> Advance:
        """Return the part of the advance that is booked in these roles."""

        def own(flows: Iterable[Prepaid]) -> tuple[Prepaid, ...]:
            picked = (replace(f, money=tuple(m for m in f.money if m.role in roles)) for f in flows)
            return tuple(flow for flow in picked if flow.money)

        return replace(self, received=own(self.received), used=own(self.used))

    def _money(self, flows: Iterable[Prepaid], day: date | None = None) -> Iterator[Money]:
        return (money for flow in flows if day is None or flow.date <= day for money in flow.money)
