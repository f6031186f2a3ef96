"""Small shops made up for tests: purchases, sales in both styles, payments, settings and a policy, as files in a folder.

A shop knows what it sold as well as the ledger does, so that a test can work out by itself what a return must come to.
Amounts of the model are positive; `fair` and `half_away` are written here anew, on purpose.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from beancount import loader
from beancount.core.data import Directive, Transaction
from hypothesis import assume
from hypothesis import strategies as st

START = date(2026, 1, 5)
DECIMALS = {"CNY": 2, "GBP": 2, "JPY": 0}


def day(number: int) -> date:
    """Return the day that many days after the shop opened."""
    return START + timedelta(days=number)


def half_away(number: Fraction | Decimal | int, decimals: int) -> Decimal:
    """Return `number` rounded half away from zero."""
    scaled = abs(Fraction(number)) * 10**decimals
    whole = int(scaled) + (1 if scaled - int(scaled) >= Fraction(1, 2) else 0)
    return (Decimal(whole) if number >= 0 else -Decimal(whole)).scaleb(-decimals)


def fair(whole: Decimal, weights: Sequence[Decimal], decimals: int) -> list[Decimal]:
    """Deal `whole` out by weight, cent by cent to the largest remainder, the earliest first among equals."""
    cents, total = int(whole.scaleb(decimals)), sum(map(Fraction, weights))
    exact = [Fraction(cents) * Fraction(w) / total if total else Fraction(0) for w in weights]
    dealt = [x.numerator // x.denominator for x in exact]
    for i in sorted(range(len(weights)), key=lambda i: (dealt[i] - exact[i], i))[: cents - sum(dealt)]:
        dealt[i] += 1
    return [Decimal(n).scaleb(-decimals) for n in dealt]


@dataclass(frozen=True)
class Lot:
    """A lot of goods: what a unit cost, and when it was bought."""

    cost: Decimal
    bought: date
    label: str | None = None


@dataclass
class Line:
    """One line of an order; lots in the order of their postings."""

    number: str
    sku: str
    units: Decimal
    amount: Decimal  # before discount, without tax
    lots: tuple[tuple[Lot, Decimal], ...] = ()
    cogs: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)

    @property
    def weight(self) -> Fraction:
        """What the units cost, unrounded."""
        return sum((Fraction(lot.cost) * Fraction(n) for lot, n in self.lots), Fraction(0))

    @property
    def gross(self) -> Decimal:
        """What the customer pays for the line, tax included."""
        return self.amount - self.discount + self.tax


@dataclass
class Order:
    """One sale as it was written into the ledger."""

    name: str
    sold: date
    lines: list[Line]
    shipping: Decimal
    shipping_tax: Decimal
    gross: Decimal
    by_line: bool
    paid: list[tuple[date, str, Decimal]] = field(default_factory=list)

    @property
    def settled(self) -> date:
        """The day of the last payment, else of the sale."""
        return max((when for when, _, _ in self.paid), default=self.sold)

    @property
    def shipping_gross(self) -> Decimal:
        """What the customer paid for delivery, tax included."""
        return self.shipping + self.shipping_tax


@dataclass(frozen=True)
class Wanted:
    """A line to be sold: a service has no goods, a gift no price."""

    sku: str
    units: Decimal
    price: Decimal
    service: bool = False
    gift_is_written: bool = True  # a revenue posting of zero stands in the ledger


ACCOUNTS = {
    "general": {
        "bank": "Assets:Bank",
        "wallet": "Assets:Wallet",
        "receivable": "Assets:Receivable",
        "inventory": "Assets:Inventory",
        "tax": "Liabilities:Output-VAT",
        "payable": "Liabilities:Payables",
        "revenue": "Income:Sales",
        "discounts": "Income:Sales-Discounts",
        "shipping": "Income:Shipping",
        "cogs": "Expenses:COGS",
    },
    "cn": {
        "bank": "Assets:1002-银行存款",
        "wallet": "Assets:1012-微信",
        "receivable": "Assets:1122-应收账款",
        "inventory": "Assets:1405-库存商品",
        "tax": "Liabilities:2221-应交税费:销项税额",
        "payable": "Liabilities:2202-应付账款",
        "revenue": "Income:6001-主营业务收入",
        "discounts": "Income:6001-主营业务收入:销售折扣",
        "shipping": "Income:6051-其他业务收入:运费",
        "cogs": "Expenses:6401-主营业务成本",
    },
}

SKUS = ("MUG-BLUE", "TEE.XL", "85123A", "KETTLE")  # the third is no commodity: stock calls it SKU-85123A
SERVICE = "WRAPPING"


def commodity(sku: str) -> str:
    """Return what the stock of a SKU is called in the ledger."""
    return f"SKU-{sku}" if sku[0].isdigit() else sku


POLICY = """\
policy: everything
version: 1
valid_from: 2020-01-01
currency: {currency}
window: {{default: {{days: 3650, from: sold}}}}
shipping_refund: [{{id: none, when: {{}}, pays: none}}]
condition_from_reason: {{none: new, changed_mind: new, defective: defective, damaged_in_transit: damaged}}
dispositions:
  new: {{to: restock}}
  opened: {{to: restock_open_box, sells_at: "55%", of: price_net, selling_cost: "5%"}}
  damaged: {{to: hold, allowed: [scrap]}}
  defective: {{to: scrap}}
  unknown: {{to: hold}}
{more}"""


@dataclass
class Shop:
    """A shop and its books."""

    currency: str = "CNY"
    preset: str = "general"
    booking: str = "FIFO"
    one_account: bool = False
    more_settings: str = ""
    more_policy: str = ""
    blocks: list[tuple[date, str]] = field(default_factory=list)
    held: dict[str, list[tuple[Lot, Decimal]]] = field(default_factory=lambda: defaultdict(list))
    orders: dict[str, Order] = field(default_factory=dict)
    method_paid: str = "on_return"

    @property
    def decimals(self) -> int:
        """Decimals of the shop's currency."""
        return DECIMALS[self.currency]

    def account(self, role: str) -> str:
        """Return the account of a role."""
        return ACCOUNTS[self.preset][role]

    def stock(self, sku: str) -> str:
        """Return the account that a SKU is sold from."""
        inventory = self.account("inventory")
        return inventory if self.one_account else f"{inventory}:{commodity(sku).replace('.', '-').title()}"

    def money(self, amount: Decimal) -> str:
        """Return an amount as the ledger writes it."""
        return f"{half_away(amount, self.decimals):f} {self.currency}"

    def buy(
        self, sku: str, when: date, units: Decimal, cost: Decimal, *, in_total: bool = False, label: str | None = None
    ) -> None:
        """Buy units at a cost each, or for `cost` in all."""
        each = cost / units if in_total else cost
        named = f', "{label}"' if label else ""
        spec = (
            f"{{{{{cost:f} {self.currency}, {when}{named}}}}}"
            if in_total
            else f"{{{cost:f} {self.currency}, {when}{named}}}"
        )
        text = f'{when} * "Supplier" "Goods"\n  {self.stock(sku)}  {units:f} {commodity(sku)} {spec}\n  {self.account("payable")}\n'
        self.blocks.append((when, text))
        self.held[sku].append((Lot(each, when, label), units))

    def units_held(self, sku: str) -> Decimal:
        """Return how many units can be sold."""
        return sum((n for _, n in self.held[sku]), Decimal(0))

    def take(self, sku: str, units: Decimal, *, newest: bool = False) -> tuple[tuple[Lot, Decimal], ...]:
        """Take units out of stock, the oldest lots first (or the newest); return the lots."""
        self.held[sku].sort(key=lambda row: row[0].bought, reverse=newest)
        taken, left = [], []
        for lot, n in self.held[sku]:
            part = min(n, units)
            units -= part
            if part:
                taken.append((lot, part))
            if n > part:
                left.append((lot, n - part))
        assert not units, "more is sold than the shop has"
        self.held[sku] = left
        return tuple(taken)

    def sell(
        self,
        name: str,
        when: date,
        wanted: Sequence[Wanted],
        *,
        rate: Decimal = Decimal("0.13"),
        by_line: bool = True,
        discount: Decimal = Decimal(0),
        shipping: Decimal = Decimal(0),
        tax_by_line: bool = False,
        explicit: bool = True,
        newest: bool = False,
        paid_now: Decimal = Decimal(0),  # a share of 1 of the gross; the rest is owed
        tenders: Sequence[str] = ("bank",),
    ) -> Order:
        """Sell, and write the sale into the ledger."""
        d = self.decimals
        lines = [Line(str(n), w.sku, w.units, half_away(w.price * w.units, d)) for n, w in enumerate(wanted, 1)]
        explicit = explicit or newest or self.booking == "STRICT"
        for line, w in zip(lines, wanted, strict=True):
            line.lots = () if w.service else self.take(w.sku, w.units, newest=newest)
        before = Fraction(0)
        for line in lines:
            line.cogs = half_away(before + line.weight, d) - half_away(before, d)
            before += line.weight
        for line, part in zip(lines, fair(discount, [line.amount for line in lines], d), strict=True):
            line.discount = part
        nets = [line.amount - line.discount for line in lines]
        if tax_by_line:
            taxes = [half_away(net * rate, d) for net in nets]
            shipping_tax = half_away(shipping * rate, d)
        else:
            *taxes, shipping_tax = fair(half_away((sum(nets) + shipping) * rate, d), [*nets, shipping], d)
        for line, tax in zip(lines, taxes, strict=True):
            line.tax = tax
        gross = sum((line.gross for line in lines), shipping + shipping_tax)
        order = Order(name, when, lines, shipping, shipping_tax, gross, by_line)
        self._write_sale(order, wanted, discount, tax_by_line, explicit, half_away(gross * paid_now, d), tenders)
        self.orders[name] = order
        return order

    def _write_sale(
        self,
        order: Order,
        wanted: Sequence[Wanted],
        discount: Decimal,
        tax_by_line: bool,
        explicit: bool,
        now: Decimal,
        tenders: Sequence[str],
    ) -> None:
        text = f'{order.sold} * "Customer {order.name}" "Sale" ^inv-{order.name}\n  customer: "C-{order.name}"\n'
        parts = fair(now, [Decimal(1)] * len(tenders), self.decimals)
        for tender, part in zip(tenders, parts, strict=True):
            if part:
                order.paid.append((order.sold, self.account(tender), part))
                text += f"  {self.account(tender)}  {self.money(part)}\n"
        if order.gross - now:
            text += f"  {self.account('receivable')}  {self.money(order.gross - now)}\n"
        for line, w in zip(order.lines, wanted, strict=True):
            text += self._line_text(order, line, w, explicit, tax_by_line)
        if discount:
            text += f"  {self.account('discounts')}  {self.money(discount)}\n"
        if order.shipping:
            text += f"  {self.account('shipping')}  {self.money(-order.shipping)}\n"
        tax = order.shipping_tax + (Decimal(0) if tax_by_line else sum((line.tax for line in order.lines), Decimal(0)))
        if tax:
            text += f"  {self.account('tax')}  {self.money(-tax)}\n"
        self.blocks.append((order.sold, text))

    def _line_text(self, order: Order, line: Line, w: Wanted, explicit: bool, tax_by_line: bool) -> str:
        meta = f'    line: {line.number}\n    sku: "{line.sku}"\n' if order.by_line else ""
        quantity = f"    qty: {line.units:f}\n" if order.by_line else ""
        text = ""
        if line.amount or w.gift_is_written:
            text += f"  {self.account('revenue')}  {self.money(-line.amount)}\n{meta}{quantity}"
        if line.lots:
            text += f"  {self.account('cogs')}  {self.money(line.cogs)}\n{meta}"
            if explicit:
                for lot, n in line.lots:
                    label = f', "{lot.label}"' if lot.label else ""
                    spec = f"{{{lot.cost:f} {self.currency}, {lot.bought}{label}}}"
                    text += f"  {self.stock(line.sku)}  {-n:f} {commodity(line.sku)} {spec}\n{meta}"
            else:
                text += f"  {self.stock(line.sku)}  {-line.units:f} {commodity(line.sku)} {{}}\n{meta}"
        if tax_by_line and line.tax:
            text += f"  {self.account('tax')}  {self.money(-line.tax)}\n{meta}"
        return text

    def owed(self, order: Order) -> Decimal:
        """Return what the customer has not paid of the order."""
        return order.gross - sum((amount for _, _, amount in order.paid), Decimal(0))

    def is_on_edge(self, order: Order) -> bool:
        """Return True if the sale leaves next to half a minor unit open: Beancount's 28 digits then say yes or no."""
        left = abs(sum((line.weight - Fraction(line.cogs) for line in order.lines), Fraction(0)))
        apart = abs(left - Fraction(1, 2 * 10**self.decimals))
        return 0 < apart < Fraction(1, 10**20)

    def pay(self, order: Order, when: date, amount: Decimal, tender: str = "bank") -> None:
        """Write a later payment of an order."""
        account = self.account(tender)
        order.paid.append((when, account, amount))
        text = f'{when} * "Customer {order.name}" "Payment" ^inv-{order.name}\n  {account}  {self.money(amount)}\n'
        self.blocks.append((when, text + f"  {self.account('receivable')}  {self.money(-amount)}\n"))

    def ledger(self) -> str:
        """Return the ledger as text."""
        text = f'option "operating_currency" "{self.currency}"\ninclude "returns/**/*.beancount"\n\n'
        for role in ACCOUNTS[self.preset]:
            if role != "inventory":
                text += f"{START} open {self.account(role)}\n"
        for account in sorted({self.stock(sku) for sku in SKUS}):
            text += f'{START} open {account} "{self.booking}"\n'
        return text + "".join(f"\n{block}" for _, block in sorted(self.blocks, key=lambda b: b[0]))

    def settings(self) -> str:
        """Return the settings as text."""
        methods = ", ".join(
            f'{name}: {{account: "{self.account(name)}", paid: {self.method_paid}}}' for name in ("bank", "wallet")
        )
        red = "red_invoice: none\n" if self.preset == "cn" else ""
        rates = "sales: {tax_rates: [0.2, 0.13, 0.06]}\n"  # no country has all of these
        return (
            f"ledger: main.beancount\nreturns: returns/\noperating_currency: {self.currency}\n"
            f"accounts: {{preset: {self.preset}}}\nmethods: {{{methods}}}\npolicies: [policy.yaml]\n{red}{rates}{self.more_settings}"
        )

    def write(self, folder: Path) -> Path:
        """Write everything but events into `folder`; return the settings file."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "returns").mkdir(exist_ok=True)
        placeholder = folder / "returns" / "0000.beancount"
        if not placeholder.exists():
            placeholder.write_text("; placeholder\n", encoding="utf-8")
        (folder / "main.beancount").write_text(self.ledger(), encoding="utf-8")
        (folder / "policy.yaml").write_text(
            POLICY.format(currency=self.currency, more=self.more_policy), encoding="utf-8"
        )
        settings = folder / "returnledger.yaml"
        settings.write_text(self.settings(), encoding="utf-8")
        return settings


# What the ledger says


def load(folder: Path) -> list[Directive]:
    """Load the ledger as Beancount does, without a cache; it has no errors."""
    entries, errors, _ = loader.load_file(str(folder / "main.beancount"))
    assert not errors, "\n".join(f"{e.source.get('filename')}:{e.source.get('lineno')}: {e.message}" for e in errors)
    return list(entries)


Holding = tuple[str, str, Lot | None]  # account, currency or commodity, lot


def holdings(entries: Iterable[Directive]) -> dict[Holding, Decimal]:
    """Return what the entries come to, per account, commodity and lot; what comes to nothing is left out."""
    sums: dict[Holding, Decimal] = defaultdict(Decimal)
    for entry in entries:
        if isinstance(entry, Transaction):
            for posting in entry.postings:
                lot = Lot(posting.cost.number, posting.cost.date, posting.cost.label) if posting.cost else None
                sums[posting.account, posting.units.currency, lot] += posting.units.number
    return {key: number for key, number in sums.items() if number}


def of_order(entries: Iterable[Directive], order: str) -> list[Transaction]:
    """Return the transactions of an order: its sale, its payments, and our own entries."""
    link = f"inv-{order}"
    return [e for e in entries if isinstance(e, Transaction) and (link in e.links or e.meta.get("rl-order") == order)]


def ours(entries: Iterable[Directive]) -> list[Transaction]:
    """Return the entries that were written for events."""
    return [e for e in entries if isinstance(e, Transaction) and "rl-id" in e.meta]


# Shops at random


def awkward(decimals: int, most: int = 300) -> st.SearchStrategy[Decimal]:
    """Amounts with awkward cents: 0.07, 3.33, 99.99, 17 …"""
    return st.integers(1, most * 10**decimals).map(lambda n: Decimal(n).scaleb(-decimals))


@st.composite
def shops(draw: st.DrawFn, *, orders: int = 2, later_sales: bool = True) -> Shop:
    """A shop with a few orders of every kind."""
    currency = draw(st.sampled_from(["CNY", "CNY", "GBP", "JPY"]))
    shop = Shop(
        currency,
        draw(st.sampled_from(["general", "cn"])),
        draw(st.sampled_from(["FIFO", "STRICT"])),
        draw(st.booleans()),
    )
    skus = list(SKUS[: draw(st.integers(1, len(SKUS)))])
    at = 0
    for sku in skus:
        for _ in range(draw(st.integers(1, 3))):
            at += 1
            shop.buy(sku, day(at), **draw(_purchases(shop, label=f"L{at}")))
    for n in range(1, draw(st.integers(1, orders)) + 1):
        at += draw(st.integers(1, 3))
        at = draw(_sold(shop, f"SO-{n}", at, skus))
        if later_sales and draw(st.booleans()):
            at += 1
            shop.buy(skus[0], day(at), **draw(_purchases(shop)))
    return shop


@st.composite
def _purchases(draw: st.DrawFn, shop: Shop, label: str | None = None) -> Mapping[str, object]:
    units = Decimal(draw(st.integers(3, 12)))
    in_total = shop.decimals > 0 and draw(st.integers(0, 3)) == 0
    cost = draw(awkward(shop.decimals, 400 if in_total else 90))
    return {
        "units": units,
        "cost": cost,
        "in_total": in_total,
        "label": label if label and draw(st.booleans()) else None,
    }


@st.composite
def _sold(draw: st.DrawFn, shop: Shop, name: str, at: int, skus: Sequence[str]) -> int:
    by_line = draw(st.booleans())
    able = [sku for sku in skus if shop.units_held(sku) >= 1]
    if not able:
        by_line, able = True, [SERVICE]
    wanted: list[Wanted] = []
    taken: dict[str, Decimal] = defaultdict(Decimal)
    for n in range(draw(st.integers(1, 4)) if by_line else 1):
        sku = draw(st.sampled_from([*able, SERVICE] if by_line else able))
        left = Decimal(9) if sku == SERVICE else shop.units_held(sku) - taken[sku]
        if left < 1:
            continue
        units = Decimal(draw(st.integers(1, int(min(left, 7)))))
        if sku != SERVICE and shop.decimals and units > 1 and draw(st.integers(0, 5)) == 0:
            units -= Decimal("0.5")
        taken[sku] += units
        gift = by_line and n > 0 and sku != SERVICE and draw(st.integers(0, 5)) == 0
        price = Decimal(0) if gift else draw(awkward(shop.decimals))
        wanted.append(Wanted(sku, units, price, sku == SERVICE, draw(st.booleans())))
    if not any(w.price for w in wanted):
        wanted = [*wanted, Wanted(SERVICE, Decimal(1), Decimal(50), True)] if by_line else wanted
    goods = sum((half_away(w.price * w.units, shop.decimals) for w in wanted), Decimal(0))
    discount = half_away(goods * draw(st.sampled_from([0, 0, 1, 7, 15])) / 100, shop.decimals)
    shipping = draw(st.sampled_from([Decimal(0), Decimal(0), Decimal(10), Decimal("12")]))
    paid = draw(st.sampled_from(["unpaid", "part", "now", "two", "later", "part later"]))
    order = shop.sell(
        name,
        day(at),
        wanted,
        rate=draw(st.sampled_from([Decimal("0.13"), Decimal("0.06"), Decimal(0), Decimal("0.2")])),
        by_line=by_line,
        discount=discount,
        shipping=shipping,
        tax_by_line=by_line and draw(st.booleans()),
        explicit=draw(st.booleans()),
        newest=draw(st.integers(0, 3)) == 0,
        paid_now={"now": Decimal(1), "two": Decimal(1), "part": Decimal("0.37")}.get(paid, Decimal(0)),
        tenders=("bank", "wallet") if paid == "two" else (draw(st.sampled_from(["bank", "wallet"])),),
    )
    assume(not shop.is_on_edge(order))
    if paid.endswith("later"):
        at += 1
        owed = shop.owed(order)
        shop.pay(order, day(at), owed if paid == "later" else half_away(owed / 3, shop.decimals) or owed)
    return at
