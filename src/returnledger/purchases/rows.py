"""The rows of purchases: a transaction with goods of a supplier or what is owed for them, and a purchase as a whole.

Amounts follow Beancount's sign: what is owed is a credit, below zero, input tax a debit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from returnledger.money import ZERO, decimals_of, places, round_to, shares
from returnledger.roles import Role
from returnledger.rows import Lot, Place

NameKind = Literal["order", "invoice", "link", "lot", "payee"]
TELLING: tuple[NameKind, ...] = ("order", "invoice", "link")  # what tells purchases apart, the best first
Names = tuple[tuple[NameKind, tuple[str, ...]], ...]  # of each what it names, and every way to write it

# What is moved beside the goods: what is owed, the tax to be deducted, and what the goods were written down by.
MONEY = (Role.ACCOUNTS_PAYABLE, Role.INPUT_VAT, Role.WRITE_DOWN_ALLOWANCE)


def lot_name(commodity: str, lot: Lot) -> str:
    """Return a lot of goods as a name by which its purchase is found."""
    number = lot.number.normalize()
    return f"{commodity} {number:f} {lot.currency} {lot.date.isoformat()} {lot.label or ''}".rstrip()


@dataclass(frozen=True, slots=True)
class BoughtGoods:
    """Units of one lot that came in with a transaction; below zero where somebody sent them back by hand."""

    sku: str
    commodity: str
    account: str
    units: Decimal
    lot: Lot | None  # None for what was sent back by hand
    rate: Decimal | None = None  # of input tax, as metadata says it

    def is_of(self, name: str) -> bool:
        """Return True if `name` is the SKU or the commodity of the goods."""
        return name in (self.sku, self.commodity)


@dataclass(frozen=True, slots=True)
class BoughtMoney:
    """What a transaction moves on one account; units where it was written with a price."""

    role: Role
    account: str
    amount: Decimal
    currency: str
    units: Decimal | None = None
    commodity: str | None = None
    of: str = ""  # the SKU that the posting names


@dataclass(frozen=True, slots=True)
class Bought:
    """What one transaction of the ledger has to do with a purchase."""

    date: date
    place: Place
    names: Names
    goods: tuple[BoughtGoods, ...] = ()
    money: tuple[BoughtMoney, ...] = ()
    supplier: str | None = None
    payee: str | None = None
    links: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def brings(self) -> bool:
        """True if goods come in."""
        return any(goods.units > 0 for goods in self.goods)

    @property
    def owed(self) -> Decimal:
        """What it adds to what is owed, below zero for what it pays."""
        return -sum((money.amount for money in self.money if money.role is Role.ACCOUNTS_PAYABLE), ZERO)


@dataclass(frozen=True, slots=True)
class PurchaseLine:
    """The units of one lot that came with a purchase, and what was booked for them."""

    line: str
    sku: str
    commodity: str
    lot: Lot
    units: Decimal
    accounts: tuple[str, ...]  # that they came in to
    cost: Decimal  # of all units, in minor units
    taxes: tuple[tuple[str, Decimal], ...] = ()  # input tax by account, positive
    written_down: tuple[tuple[str, Decimal], ...] = ()  # by account, positive
    by_hand: Decimal = ZERO  # units that somebody sent back

    def share(self, whole: Decimal, units: Decimal, decimals: int) -> Decimal:
        """Return what so many units have of an amount of the line."""
        return round_to(Fraction(whole) * Fraction(units) / Fraction(self.units), decimals)


@dataclass(frozen=True, slots=True)
class Purchase:
    """Goods bought under one name, with all that the ledger says of them."""

    name: str
    names: Names
    flows: tuple[Bought, ...]  # by day
    shared: tuple[tuple[date, str, Decimal], ...] = ()  # day, account and what was paid on it

    @property
    def first(self) -> Bought:
        """The first receipt of goods."""
        return next(flow for flow in self.flows if flow.brings)

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies that it was booked in, that of the goods first."""
        goods = [goods.lot.currency for flow in self.flows for goods in flow.goods if goods.lot is not None]
        money = [m for flow in self.flows for m in flow.money]
        return tuple(
            dict.fromkeys([*goods, *(m.currency for m in money), *(m.commodity for m in money if m.commodity)])
        )

    @property
    def currency(self) -> str:
        """The currency that the goods cost."""
        return self.currencies[0]

    @property
    def decimals(self) -> int:
        """The most decimals of its amounts, at least those of the minor unit."""
        return max([decimals_of(self.currency), *(places(m.amount) for flow in self.flows for m in flow.money)])

    @property
    def supplier(self) -> str:
        """Who sold the goods: as metadata says it, else the payee."""
        said = (flow.supplier for flow in self.flows if flow.supplier)
        return next(said, None) or self.first.payee or ""

    def is_of(self, supplier: str) -> bool:
        """Return True if the goods are of a supplier, by whatever name the ledger calls it."""
        known = {name for flow in self.flows for name in (flow.supplier, flow.payee) if name}
        parts = {part for flow in self.flows for m in flow.money for part in m.account.split(":")[1:]}
        return not supplier or not known or supplier in known | parts

    @property
    def lines(self) -> tuple[PurchaseLine, ...]:
        """The lots bought, each with its share of tax and of what was written down."""
        lots: dict[tuple[str, Lot], list[BoughtGoods]] = {}
        for flow in self.flows:
            for goods in flow.goods:
                if goods.lot is not None:
                    lots.setdefault((goods.commodity, goods.lot), []).append(goods)
        units = [sum((goods.units for goods in own), ZERO) for own in lots.values()]
        decimals = self.decimals
        costs = [round_to(Fraction(lot.number) * Fraction(n), decimals) for (_, lot), n in zip(lots, units)]
        firsts = [own[0] for own in lots.values()]
        taxes = self._dealt(Role.INPUT_VAT, firsts, costs, decimals)
        written = self._dealt(Role.WRITE_DOWN_ALLOWANCE, firsts, costs, decimals)
        by_hand = self._by_hand(firsts, units)
        return tuple(
            PurchaseLine(
                str(n + 1),
                firsts[n].sku,
                commodity,
                lot,
                units[n],
                tuple(dict.fromkeys(goods.account for goods in own)),
                costs[n],
                tuple((account, amount) for account, amount in taxes[n].items() if amount > 0),
                tuple((account, -amount) for account, amount in written[n].items() if amount < 0),
                by_hand[n],
            )
            for n, ((commodity, lot), own) in enumerate(lots.items())
        )

    def _dealt(
        self, role: Role, firsts: list[BoughtGoods], costs: list[Decimal], decimals: int
    ) -> list[dict[str, Decimal]]:
        """Return by line and account what was booked in a role: where it names goods for these, else by cost."""
        found: list[dict[str, Decimal]] = [{} for _ in firsts]
        for money in self._booked(role):
            weights = [cost if goods.is_of(money.of) else ZERO for goods, cost in zip(firsts, costs)]
            if not money.of or not any(weights):
                weights = _at_rate(money.amount, firsts, costs) or costs
            for own, part in zip(found, shares(money.amount, weights, decimals) if any(weights) else ()):
                own[money.account] = own.get(money.account, ZERO) + part
        return found

    def _booked(self, role: Role) -> Iterator[BoughtMoney]:
        """Yield what was booked in a role with the purchase; the tax of what went back by hand is that of these units."""
        for flow in self.flows:
            if not any(goods.units < 0 for goods in flow.goods):
                yield from (money for money in flow.money if money.role is role)

    def _by_hand(self, firsts: list[BoughtGoods], units: list[Decimal]) -> list[Decimal]:
        """Return by line how many units somebody sent back: those bought first are taken to go first."""
        back = [ZERO for _ in firsts]
        for gone in (goods for flow in self.flows for goods in flow.goods if goods.units < 0):
            left = -gone.units
            for n, goods in enumerate(firsts):
                part = min(left, units[n] - back[n]) if goods.commodity == gone.commodity else ZERO
                back[n] += part
                left -= part
        return back

    @property
    def payables(self) -> tuple[str, ...]:
        """The accounts on which the supplier is owed, that of the supplier's name or the most owed on first."""
        most: dict[str, Decimal] = {}
        for flow in self.flows:
            for money in flow.money:
                if money.role is Role.ACCOUNTS_PAYABLE and money.amount < 0:
                    most[money.account] = most.get(money.account, ZERO) - money.amount
        mine = [account for account in most if self.supplier and self.supplier in account.split(":")]
        first = mine or sorted(most, key=lambda account: -most[account])[:1]
        return tuple(dict.fromkeys([*first, *(account for account in most if _not_invoiced(account))]))

    def owed(self, account: str, day: date, paid: Iterable[tuple[date, Decimal]] = ()) -> Decimal:
        """Return what is owed on an account on a day and by nothing later paid; `paid` is what our entries took off it."""
        moves = [(flow.date, -m.amount) for flow in self.flows for m in flow.money if m.account == account]
        moves += [(when, -amount) for when, own, amount in self.shared if own == account]
        moves += [(when, -amount) for when, amount in paid]
        left = sum((amount for when, amount in moves if when <= day), ZERO)
        least = left
        for _, amount in sorted(move for move in moves if move[0] > day):
            left += amount
            least = min(least, left)
        return max(ZERO, least)


def _at_rate(tax: Decimal, goods: list[BoughtGoods], costs: list[Decimal]) -> list[Decimal]:
    """Return the costs of the lines whose rate the tax is at, nil for the others; nothing where no rate is known."""
    rates = {each.rate for each in goods}
    if None in rates or len(rates) < 2:
        return []
    for rate in rates:
        own = [cost if each.rate == rate else ZERO for each, cost in zip(goods, costs)]
        if rate and abs(sum(own, ZERO) * rate - tax) <= Decimal("0.01") * len(goods):
            return own
    return [cost * (each.rate or ZERO) for each, cost in zip(goods, costs)]


def _not_invoiced(account: str) -> bool:
    """Return True if an account's name says that goods came in and were not invoiced."""
    return any(word in account.lower() for word in ("暂估", "grni", "grir", "uninvoiced", "not-invoiced", "unbilled"))
