"""What of an order or a cohort is expected to come back, and what that is worth: money, goods, and the fee and cost of it.

    100 sold at 100.00, cost 60.00; expected_rate 0.10, 3 are back      7 expected, of 97 that are still out
    expected_fee 11.30, recovery_cost 8.00, tax 13 %                    refund liability 630.00, return asset 364.00

The price is that of the units still out, less allowances and tax; a fee that customers will bear comes off it without
its tax. Goods are worth their cost, or what they will fetch where that is less, less what taking them back costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from returnledger.exchange import exchange_of
from returnledger.money import ZERO
from returnledger.roles import Role
from returnledger.rows import Posted, Sale, SaleLine
from returnledger.steps import history_of

Money = tuple[str, str | None]  # currency of the books, and of the customer where that is another
Categories = Callable[[str], str | None]


@dataclass
class Price:
    """What units still out brought in one currency: without tax, with it, and in the customer's currency."""

    units: Fraction = Fraction(0)
    net: Fraction = Fraction(0)
    gross: Fraction = Fraction(0)
    foreign: Fraction = Fraction(0)


@dataclass
class Goods:
    """The units of one SKU that an owner sold, by the end of a day."""

    sku: str
    sold: Decimal = ZERO
    back: Decimal = ZERO  # came back, goods and all
    left: Decimal = ZERO  # can still come back
    prices: dict[Money, Price] = field(default_factory=dict)
    costs: dict[str, tuple[Fraction, Fraction]] = field(default_factory=dict)  # currency -> units, their cost


@dataclass
class Sold:
    """What an owner sold by the end of a day, and the accounts that it was booked to, by currency."""

    goods: dict[str, Goods] = field(default_factory=dict)
    revenue: dict[str, dict[str, Decimal]] = field(default_factory=dict)  # currency -> account -> amount, positive
    cogs: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    decimals: dict[str, int] = field(default_factory=dict)
    lines: list[tuple[Sale, SaleLine, Decimal]] = field(default_factory=list)  # with what of each is still out

    @property
    def left(self) -> Decimal:
        """Units that can still come back."""
        return sum((each.left for each in self.goods.values()), ZERO)


def sold_by(
    sales: Iterable[Sale], entries: Mapping[str, list[Posted]], day: date | None, month: str | None, group: str | None,
    category_of: Categories,
) -> Sold:  # fmt: skip
    """Return what these sales sold up to a day, in a month and of a group where these are given."""
    found = Sold()
    for sale in sales:
        own = [entry for entry in entries.get(sale.order, ()) if day is None or entry.date <= day]
        for line in sale.lines:
            if (day is not None and line.date > day) or (month is not None and f"{line.date:%Y-%m}" != month):
                continue
            if group is None or group in (category_of(line.sku), line.sku):
                _add(found, sale, line, own)
    return found


def _add(found: Sold, sale: Sale, line: SaleLine, entries: list[Posted]) -> None:
    goods = found.goods.setdefault(line.sku, Goods(line.sku))
    history = history_of(line, sale, entries)
    taken = history.units_taken
    left = line.units - taken
    goods.sold += line.units
    goods.back += sum((step.units for step in history.steps if step.with_goods), ZERO)
    goods.left += left
    found.lines.append((sale, line, left))
    touched = bool(history.steps)
    net = history.remaining(tax=False) if touched else line.net
    tax = history.remaining(tax=True) if touched else line.tax
    exchange = exchange_of(sale, (), (), None)
    money = (sale.currency, exchange.invoiced.currency if exchange else None)
    price = goods.prices.setdefault(money, Price())
    price.units += Fraction(left)
    price.net += Fraction(net)
    price.gross += Fraction(net + tax)
    price.foreign += exchange.exact(net) if exchange else 0
    currency = line.cost_currency or sale.currency
    units, cost = goods.costs.get(currency, (Fraction(0), Fraction(0)))
    own = Fraction(line.cost) * Fraction(left) / Fraction(line.units) if line.units else Fraction(0)
    goods.costs[currency] = units + Fraction(left), cost + own
    for part in line.parts:
        if part.role is Role.REVENUE:
            _count(found.revenue, sale.currency, part.account, -part.amount)
    for part in line.cogs:
        if part.role is Role.COGS:
            _count(found.cogs, currency, part.account, part.amount)
    found.decimals[sale.currency] = max(sale.decimals, found.decimals.get(sale.currency, 0))


def _count(table: dict[str, dict[str, Decimal]], currency: str, account: str, amount: Decimal) -> None:
    own = table.setdefault(currency, {})
    own[account] = own.get(account, ZERO) + amount


@dataclass(frozen=True)
class Expectation:
    """What an event expects of a SKU, or of all: a share of what was sold or so many units still to come."""

    rate: Decimal | None = None
    quantity: Decimal | None = None
    fee: Decimal = ZERO  # per unit, tax included, in the customer's currency
    recovery: Decimal = ZERO  # per unit
    worth: Decimal | None = None  # of a unit that came back: what it will fetch less the cost of selling it


@dataclass
class Worth:
    """What is expected to come back: units by SKU, money by currency in the books and the customer's, goods by currency."""

    units: dict[str, Fraction] = field(default_factory=dict)
    money: dict[Money, tuple[Fraction, Fraction]] = field(default_factory=dict)  # in the books, in the other currency
    goods: dict[str, Fraction] = field(default_factory=dict)
    too_many: list[tuple[str, Fraction, Decimal]] = field(default_factory=list)  # SKU, expected, still out


def worth_of(sold: Sold, every: Expectation, own: Mapping[str, Expectation]) -> Worth:
    """Return what is expected of everything sold, and `own` of single SKUs in its place."""
    found = Worth()
    rest = sum((goods.left for sku, goods in sold.goods.items() if sku not in own), ZERO)
    if every.quantity is not None and every.quantity > rest:
        found.too_many.append(("", Fraction(every.quantity), rest))
    for sku, goods in sold.goods.items():
        expects = own.get(sku, every)
        units = _units(goods, expects, rest if sku not in own else None)
        if expects.quantity is not None and sku in own and units > goods.left:
            found.too_many.append((sku, units, goods.left))
        if not units or not goods.left:
            continue
        found.units[sku] = units
        _value(found, goods, units, expects)
    return found


def _units(goods: Goods, expects: Expectation, rest: Decimal | None) -> Fraction:
    """Return how many units of a SKU are still to come; `rest` are those of all that one quantity is for."""
    if expects.quantity is not None:
        if rest is None:
            return Fraction(expects.quantity)
        return Fraction(expects.quantity) * Fraction(goods.left) / Fraction(rest) if rest else Fraction(0)
    if expects.rate is None:
        return Fraction(0)
    wanted = Fraction(expects.rate) * Fraction(goods.sold) - Fraction(goods.back)
    return max(Fraction(0), min(wanted, Fraction(goods.left)))


def _value(found: Worth, goods: Goods, units: Fraction, expects: Expectation) -> None:
    share = units / Fraction(goods.left)
    for money, price in goods.prices.items():
        own = share * price.units
        without_tax = price.net / price.gross if price.gross else Fraction(1)
        fee = Fraction(expects.fee) * without_tax
        before = found.money.get(money, (Fraction(0), Fraction(0)))
        if money[1] is None:
            found.money[money] = before[0] + share * price.net - own * fee, before[1]
        else:
            foreign = share * price.foreign - own * fee
            at_sale = price.net / price.foreign if price.foreign else Fraction(0)
            found.money[money] = before[0] + foreign * at_sale, before[1] + foreign
    for currency, (out, cost) in goods.costs.items():
        each = cost / out if out else Fraction(0)
        if expects.worth is not None:
            each = min(each, Fraction(expects.worth))
        worth = share * out * (each - Fraction(expects.recovery))
        if worth or cost:
            found.goods[currency] = found.goods.get(currency, Fraction(0)) + (worth if cost else Fraction(0))


def skus_of(units: Mapping[str, Fraction]) -> Iterator[str]:
    """Yield the SKUs of which units are expected, in order."""
    return iter(sorted(units))
