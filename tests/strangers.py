"""Ledgers as strangers write them: every sale in a style of its own, mixed by chance, and what a sale is made of.

A style is a set of choices (how the order is named, which documents it takes, how lines are told apart, where goods
stand, how cost, tax, discounts and payments are booked). The model of a sale knows its amounts line by line, so that a
test can work out what a return must come to without asking the program.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

from beancount import loader
from beancount.core.data import Open, Price, Transaction
from shop import fair, half_away

ZERO = Decimal(0)
START, NEXT_YEAR = date(2026, 1, 5), date(2027, 1, 1)

SKUS = ("MUG", "TEE-XL", "KETTLE", "LAMP")
PARTS_OF_KITS = ("CUP", "PLATE")

NAMES = {
    "general": {
        "bank": "Assets:Bank",
        "card": "Assets:Card",
        "receivable": "Assets:Receivable",
        "advance": "Liabilities:Customer-Advances",
        "stock": "Assets:Inventory",
        "tax": "Liabilities:Output-VAT",
        "revenue": "Income:Sales",
        "discount": "Income:Sales-Discounts",
        "shipping": "Income:Shipping",
        "cogs": "Expenses:COGS",
        "rounding": "Expenses:Rounding",
        "supplier": "Liabilities:Payables",
        "coupons": "Expenses:Coupons",
        "gift": "Liabilities:Gift-Cards",
        "platform": "Assets:Platform",
        "fees": "Expenses:Card-Fees",
        "settlement": "Expenses:Settlement-Discounts",
        "dollars": "Assets:Bank-USD",
        "exchange": "Income:FX-Gain-Loss",
        "shipped": "Assets:Goods-Shipped",
    },
    "cn": {
        "bank": "Assets:1002-银行存款",
        "card": "Assets:1012-微信",
        "receivable": "Assets:1122-应收账款",
        "advance": "Liabilities:2203-预收账款",
        "stock": "Assets:1405-库存商品",
        "tax": "Liabilities:2221-应交税费:销项税额",
        "revenue": "Income:6001-主营业务收入",
        "discount": "Income:6001-主营业务收入:销售折扣",
        "shipping": "Income:6051-其他业务收入:运费",
        "cogs": "Expenses:6401-主营业务成本",
        "rounding": "Expenses:6603-财务费用:尾差",
        "supplier": "Liabilities:2202-应付账款",
        "coupons": "Expenses:6601-销售费用:优惠券",
        "gift": "Liabilities:2241-其他应付款:购物卡",
        "platform": "Assets:1122-应收账款-平台",
        "fees": "Expenses:6603-财务费用:手续费",
        "settlement": "Expenses:6603-财务费用:现金折扣",
        "dollars": "Assets:1002-银行存款-美元",
        "exchange": "Income:6061-汇兑损益",
        "shipped": "Assets:1406-发出商品",
    },
}

# The choices of a style, each with its values; the first is the plainest.
CHOICES: dict[str, tuple[str, ...]] = {
    "preset": ("general", "cn"),
    "order": ("inv-{}", "SO-{}", "metadata order", "metadata dingdan"),
    "keys": ("usual", "usual", "own"),
    "documents": ("one", "goods apart", "invoice, goods", "goods, invoice", "two shipments"),
    "currency": (*["none"] * 6, "receivable", "priced", "whole"),
    "stock": (*["at cost"] * 6, "value", "shipped", "margin"),
    "book": ("this year's", "this year's", "this year's", "last year's"),
    "tie": ("line and sku", "sku", "line only", "sku on revenue", "price", "account", "single"),
    "place": ("one account", "by sku", "by place"),
    "lots": ("explicit", "fifo", "labels", "in total"),
    "cost": ("by line", "one", "interpolated"),
    "tax": ("one", "none", "by line", "two accounts", "two rates", "exempt"),
    "discount": ("none", "none", "by line", "order", "both", "coupon", "all"),
    "shipping": ("none", "none", "untaxed", "taxed"),
    "rounding": ("none", "none", "none", "some"),
    "paid": (
        "unpaid",
        "now",
        "split",
        "later",
        "part later",
        "advance",
        "own account",
        "overlapping",
        "together",
        "change",
        "gift card",
        "platform",
        "settlement discount",
        "card fee",
    ),
    "extra": ("none", "none", "gift", "service", "kit", "fraction", "kit and gift", "twice"),
    "back": ("usual", "usual", "own accounts"),
    "order_of_postings": ("by line", "stock first", "stock last"),
}


@dataclass
class Line:
    """One line of a sale: what it sold, and what the sale booked for it."""

    number: str
    sku: str
    units: Decimal
    amount: Decimal  # before discounts, without tax
    lots: list[tuple[str, str, Decimal, date, str | None, Decimal]] = field(default_factory=list)
    # account, commodity, unit cost, day, label, units
    cogs: Decimal = ZERO
    own_discount: Decimal = ZERO
    discount: Decimal = ZERO  # its share of the order's
    coupon: Decimal = ZERO  # its share of the coupon
    tax: dict[str, Decimal] = field(default_factory=dict)
    rate: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        """Revenue after discounts."""
        return self.amount - self.own_discount - self.discount - self.coupon

    @property
    def gross(self) -> Decimal:
        """What the customer pays for it."""
        return self.net + sum(self.tax.values(), ZERO)


@dataclass
class Written:
    """A sale in the books."""

    name: str
    sold: date
    last: date
    lines: list[Line]
    style: dict[str, str]
    shipping: Decimal = ZERO
    shipping_tax: dict[str, Decimal] = field(default_factory=dict)
    rounding: Decimal = ZERO  # what the document was rounded by: positive where the customer pays more
    gross: Decimal = ZERO


class Stranger:
    """A shop whose books are written in styles drawn by chance."""

    def __init__(self, random: Random, style: dict[str, str]) -> None:
        """Begin the books."""
        self.random, self.style = random, style
        self.names = NAMES[style["preset"]]
        self.blocks: list[tuple[date, int, str]] = []
        self.accounts: dict[str, str] = {}
        self.held: dict[str, list[list[object]]] = defaultdict(list)
        self.day = START
        self.dollars = style["currency"] in ("priced", "whole")  # revenue itself is in dollars
        self.together: list[tuple[Written, Decimal, str]] = []  # orders that one payment is for

    def account(self, role: str) -> str:
        name = self.names[role]
        self.accounts.setdefault(name, "")
        return name

    def money(self, amount: Decimal) -> str:
        """Return an amount of a sale as the style writes it."""
        if not self.dollars:
            return f"{amount:f} CNY"
        return f"{amount:f} USD" + (" @ 7.20 CNY" if self.style["currency"] == "priced" else "")

    def write(self, when: date, text: str) -> None:
        self.blocks.append((when, len(self.blocks), text))

    def next_day(self, most: int = 3) -> date:
        self.day += timedelta(days=self.random.randint(1, most))
        return self.day

    # -- goods

    def stock_account(self, commodity: str, *, at_cost: bool = True) -> str:
        base = self.account("stock") if at_cost or self.style["place"] != "by sku" else self.names["stock"]
        if self.style["place"] == "by sku":
            name = f"{base}:{commodity.title()}"
        elif self.style["place"] == "by place":
            name = f"{base}:{self.random.choice(('North', 'South'))}"
        else:
            name = base
        if not at_cost:
            self.accounts.setdefault(name, "")
            return name
        booking = "STRICT" if self.style["lots"] != "fifo" else "FIFO"
        self.accounts[name] = f'  "{booking}"'
        return name

    def buy(self, commodity: str, units: int) -> None:
        when, account = self.next_day(), self.stock_account(commodity)
        cost = self.money_between(100, 9000)
        label = f"L{len(self.blocks)}" if self.style["lots"] == "labels" else None
        spec = f"{{{cost} CNY, {when}" + (f', "{label}"' if label else "") + "}"
        if self.style["lots"] == "in total":
            total = cost * units + (Decimal("0.01") if self.random.random() < 0.5 else ZERO)  # may not divide
            spec, cost = f"{{{{{total} CNY, {when}}}}}", total / units
        self.write(
            when,
            f'{when} * "Supplier" "Goods"\n  {account}  {units} {commodity} {spec}\n  {self.account("supplier")}\n',
        )
        self.held[commodity].append([account, cost, when, label, Decimal(units)])

    def money_between(self, low: int, high: int) -> Decimal:
        return Decimal(self.random.randint(low, high)).scaleb(-2)

    def take(self, commodity: str, units: Decimal) -> list[tuple[str, str, Decimal, date, str | None, Decimal]]:
        taken = []
        while units:
            lots = [lot for lot in self.held[commodity] if lot[4]]
            if not lots:
                self.buy(commodity, 9)
                continue
            lot = lots[0]  # the oldest: what FIFO takes too, account by account
            n = min(units, lot[4])  # type: ignore[type-var]
            lot[4] -= n  # type: ignore[operator]
            units -= n  # type: ignore[operator]
            taken.append((lot[0], commodity, lot[1], lot[2], lot[3], n))
        return taken  # type: ignore[return-value]

    # -- a sale

    def sell(self, name: str) -> Written:
        style, random = self.style, self.random
        lines = self._lines()
        if style["discount"] in ("by line", "both", "all"):
            for line in lines:
                if line.amount and random.random() < 0.6:
                    line.own_discount = half_away(line.amount * Decimal(random.randint(1, 20)) / 100, 2)
        order_discount = ZERO
        if style["discount"] in ("order", "both", "all"):
            order_discount = half_away(sum((x.amount for x in lines), ZERO) * Decimal(random.randint(1, 15)) / 100, 2)
            for line, part in zip(lines, fair(order_discount, [x.amount for x in lines], 2), strict=True):
                line.discount = part
        coupon = ZERO
        if style["discount"] in ("coupon", "all"):
            coupon = self.money_between(1, 150)
            for line, part in zip(lines, fair(coupon, [x.amount for x in lines], 2), strict=True):
                line.coupon = part
        shipping = ZERO if style["shipping"] == "none" else self.money_between(500, 2000)
        taxes = self._tax(lines, shipping if style["shipping"] == "taxed" else ZERO)
        when = self.next_day()
        sale = Written(name, when, when, lines, dict(style), shipping, taxes)
        sale.gross = sum((x.gross for x in lines), shipping + sum(taxes.values(), ZERO))
        if style["rounding"] == "some" and not self.dollars:
            sale.rounding = half_away(sale.gross, 0) - sale.gross
            sale.gross += sale.rounding
        self._write(sale, order_discount, coupon)
        self.day = sale.last
        return sale

    def _lines(self) -> list[Line]:
        style, random = self.style, self.random
        many = 1 if style["tie"] == "single" else random.randint(2, 3)
        skus = random.sample(SKUS, many)
        lines = []
        for n, sku in enumerate(skus, 1):
            units = Decimal(random.randint(1, 6))
            if style["extra"] == "fraction" and n == 1:
                units += Decimal("0.5")
            price = self.money_between(200, 20000)
            lines.append(Line(str(n), sku, units, half_away(price * units, 2)))
        extra = style["extra"]
        if extra == "twice" and style["tie"] == "line and sku":
            again = Line(str(many + 1), skus[0], Decimal(random.randint(1, 3)), self.money_between(200, 20000))
            lines.append(again)
        if style["tie"] in ("line and sku", "sku"):
            if "gift" in extra:
                lines.append(Line(str(len(lines) + 1), "STICKER", Decimal(random.randint(1, 3)), ZERO))
            if extra == "service":
                lines.append(Line(str(len(lines) + 1), "WRAPPING", Decimal(1), self.money_between(100, 3000)))
            if "kit" in extra:
                kits = random.randint(1, 3)
                lines.append(Line(str(len(lines) + 1), "DINNER-SET", Decimal(kits), self.money_between(3000, 30000)))
        for line in lines:
            if line.sku == "DINNER-SET":
                for component, each in zip(PARTS_OF_KITS, (2, 1), strict=True):
                    line.lots += self.take(component, line.units * each)
            elif line.sku != "WRAPPING" and style["stock"] != "value":
                line.lots = self.take(line.sku, line.units)
        before = Fraction(0)
        for line in lines:
            weight = sum((Fraction(lot[2]) * Fraction(lot[5]) for lot in line.lots), Fraction(0))
            line.cogs = half_away(before + weight, 2) - half_away(before, 2)
            if style["stock"] == "margin" and line.lots:
                line.amount += line.cogs  # nothing is sold below cost
            if style["stock"] == "value" and line.sku != "WRAPPING":
                line.cogs = self.money_between(100, 20000)
            before += weight
        return lines

    def _tax(self, lines: Sequence[Line], shipping: Decimal) -> dict[str, Decimal]:
        """Charge tax on the lines; return that of delivery, by account."""
        style, random, account = self.style, self.random, self.names["tax"]
        if style["tax"] == "none":
            return {}
        rates = [Decimal("0.13")] * len(lines)
        if style["tax"] in ("two rates", "exempt"):
            other = Decimal("0.09") if style["tax"] == "two rates" else ZERO
            rates = [random.choice((Decimal("0.13"), other)) for _ in lines]
        for line, rate in zip(lines, rates, strict=True):
            line.rate = rate
        self.accounts.setdefault(account, "")
        if style["tax"] in ("by line", "two rates", "exempt"):
            for line in lines:
                line.tax = {account: half_away(line.net * line.rate, 2)}
            return {account: half_away(shipping * Decimal("0.13"), 2)} if shipping else {}
        accounts = {account: Decimal("0.13")}
        if style["tax"] == "two accounts":
            accounts = {f"{account}:State": Decimal("0.06"), f"{account}:County": Decimal("0.0125")}
        delivery = {}
        for name, rate in accounts.items():
            self.accounts.setdefault(name, "")
            base = sum((line.net for line in lines), shipping)
            *parts, own = fair(half_away(base * rate, 2), [*(line.net for line in lines), shipping], 2)
            for line, part in zip(lines, parts, strict=True):
                line.tax[name] = part
            if own:
                delivery[name] = own
        return delivery

    # -- the text

    def head(self, sale: Written, when: date, what: str, *, joined: bool = True) -> str:
        order = self.style["order"]
        link = f" ^{order.format(sale.name)}" if joined and not order.startswith("metadata") else ""
        text = f'{when} * "Customer {sale.name}" "{what}"{link}\n'
        if order.startswith("metadata"):
            text += f'  {order.split()[1]}: "{sale.name}"\n'
        if self.style["keys"] == "own" and what in ("Sale", "Invoice"):
            text += f'  kunde: "Customer {sale.name}"\n  liefertag: {sale.sold}\n'
        return text

    def meta(self, line: Line, where: str) -> str:
        """Return the metadata of a posting of a line, as the style writes it."""
        tie, own = self.style["tie"], self.style["keys"] == "own"
        text = ""
        if tie in ("line and sku", "line only"):
            text += f"    {'position' if own else 'line'}: {line.number}\n"
        if tie in ("line and sku", "sku") or (tie == "sku on revenue" and where != "stock"):
            text += f'    {"artikel" if own else "sku"}: "{line.sku}"\n'
        if text and where == "revenue":
            text += f"    {'menge' if own else 'qty'}: {line.units:f}\n"
        return text

    def _write(self, sale: Written, order_discount: Decimal, coupon: Decimal) -> None:
        style = self.style
        revenue = self._revenue(sale)
        rest = self._rest(sale, order_discount, coupon)
        debit, later = self._money(sale)
        documents = style["documents"]
        if documents == "one" or style["tie"] == "price" or style["stock"] == "margin":
            goods, cost = self._goods(sale.lines), self._cost(sale.lines)
            blocks = [revenue, goods, cost] if style["order_of_postings"] != "stock first" else [goods, cost, revenue]
            if style["order_of_postings"] == "by line" and style["tie"] != "price":
                blocks = [[x for rows in zip(revenue, goods, strict=True) for x in rows], cost]
            text = debit + "".join(x for rows in blocks for x in rows) + rest
            self.write(sale.sold, self.head(sale, sale.sold, "Sale") + text)
        else:
            self._documents(sale, debit + "".join(revenue) + rest)
        for text in later:
            when = self.next_day()
            sale.last = when
            self.write(when, self.head(sale, when, "Payment") + text)

    def _documents(self, sale: Written, invoice: str) -> None:
        """Write the invoice and what left stock as documents of their own."""
        style = self.style
        documents = style["documents"]
        whole = "".join(self._goods(sale.lines)) + "".join(self._cost(sale.lines))
        when = sale.sold if documents == "goods apart" else self.next_day()
        if documents == "two shipments":
            self.write(sale.sold, self.head(sale, sale.sold, "Invoice") + invoice)
            for lines in self._halves(sale):
                text = "".join(self._goods(lines)) + "".join(self._cost(lines))
                if text:
                    self.write(when, self.head(sale, when, "Delivery") + text)
                    sale.last = when
                    when = self.next_day()
        elif documents == "goods, invoice" or style["stock"] == "shipped":  # goods go out first, the invoice follows
            if style["stock"] == "shipped":
                out, back = self._shipped(sale.lines)
                whole, invoice = "".join(self._goods(sale.lines)) + out, invoice + back
            if whole:
                self.write(sale.sold, self.head(sale, sale.sold, "Delivery") + whole)
            self.write(when, self.head(sale, when, "Invoice") + invoice)
        else:
            self.write(sale.sold, self.head(sale, sale.sold, "Invoice") + invoice)
            if whole:
                self.write(when, self.head(sale, when, "Delivery") + whole)
        sale.last = max(sale.last, when if documents != "two shipments" else sale.last)

    def _halves(self, sale: Written) -> list[list[Line]]:
        """Return the lines as two shipments took them: some units of each, with their lots and their cost."""
        halves: list[list[Line]] = [[], []]
        before = Fraction(0)
        for line in sale.lines:
            cut = Decimal(self.random.randint(0, int(line.units))) if "DINNER" not in line.sku else line.units
            lots: list[list[tuple[str, str, Decimal, date, str | None, Decimal]]] = [[], []]
            left = cut if "DINNER" not in line.sku else sum((lot[5] for lot in line.lots), ZERO)
            for *lot, n in line.lots:
                first = min(left, n)
                left -= first
                for part, units in zip(lots, (first, n - first), strict=True):
                    if units:
                        part.append((*lot, units))  # type: ignore[arg-type]
            line.cogs = ZERO
            for half, mine, units in zip(halves, lots, (cut, line.units - cut), strict=True):
                weight = sum((Fraction(lot[2]) * Fraction(lot[5]) for lot in mine), Fraction(0))
                if mine:
                    part = Line(line.number, line.sku, units, line.amount, mine)
                    part.cogs = half_away(before + weight, 2) - half_away(before, 2)
                    line.cogs += part.cogs
                    half.append(part)
                before += weight
        return halves

    def _shipped(self, lines: Sequence[Line]) -> tuple[str, str]:
        """Return what goods on their way are debited with as they leave, and what they are cleared by."""
        shipped, cogs = self.account("shipped"), self.account("cogs")
        total = sum((line.cogs for line in lines if line.lots), ZERO)
        if not total:
            return "", ""
        if self.style["cost"] == "by line":
            rows = [(line.cogs, line) for line in lines if line.lots and line.cogs]
            return (
                "".join(f"  {shipped}  {n:f} CNY\n{self.meta(x, 'cost')}" for n, x in rows),
                "".join(
                    f"  {cogs}  {n:f} CNY\n{self.meta(x, 'cost')}  {shipped}  {-n:f} CNY\n{self.meta(x, 'cost')}"
                    for n, x in rows
                ),
            )
        return f"  {shipped}  {total:f} CNY\n", f"  {cogs}  {total:f} CNY\n  {shipped}  {-total:f} CNY\n"

    def _revenue(self, sale: Written) -> list[str]:
        if self.style["tie"] == "price":
            total = sum((line.amount - self._inside(line) for line in sale.lines), ZERO)
            return [f"  {self.account('revenue')}  {self.money(-total)}\n", *[""] * (len(sale.lines) - 1)]
        made = []
        for line in sale.lines:
            account = self.account("revenue")
            if self.style["tie"] == "account":
                account = f"{account}:{line.sku.title()}"
                self.accounts.setdefault(account, "")
            amount = line.amount - self._inside(line)
            written = amount or self.random.random() < 0.5
            text = f"  {account}  {self.money(-amount)}\n{self.meta(line, 'revenue')}" if written else ""
            if line.own_discount:
                text += f"  {self.account('discount')}  {self.money(line.own_discount)}\n{self.meta(line, 'discount')}"
            made.append(text)
        return made

    def _inside(self, line: Line) -> Decimal:
        """Return the cost that a sale by margin takes out of revenue at once."""
        return line.cogs if self.style["stock"] == "margin" else ZERO

    def _goods(self, lines: Sequence[Line]) -> list[str]:
        made = []
        for line in lines:
            text = ""
            price = ""
            if self.style["stock"] == "value":
                account = self.stock_account(line.sku, at_cost=False)
                made.append(f"  {account}  {-line.cogs:f} CNY\n{self.meta(line, 'stock')}" if line.cogs else "")
                continue
            if self.style["tie"] == "price" or self.style["stock"] == "margin":
                exact = Fraction(line.amount) / Fraction(line.units)
                price = f" @ {Decimal(exact.numerator) / Decimal(exact.denominator):f} CNY"
            merged: dict[str, Decimal] = defaultdict(Decimal)
            for account, commodity, cost, bought, label, n in line.lots:
                if self.style["lots"] == "fifo" and self.style["place"] != "by place":
                    merged[f"{account}|{commodity}"] += n
                    continue
                spec = f"{cost} CNY, {bought}" + (f', "{label}"' if label else "")
                text += f"  {account}  {-n:f} {commodity} {{{spec}}}{price}\n{self.meta(line, 'stock')}"
            for key, n in merged.items():
                account, commodity = key.split("|")
                text += f"  {account}  {-n:f} {commodity} {{}}{price}\n{self.meta(line, 'stock')}"
            made.append(text)
        return made

    def _cost(self, lines: Sequence[Line]) -> list[str]:
        stocked = [line for line in lines if line.lots or (self.style["stock"] == "value" and line.cogs)]
        if not stocked or self.style["stock"] == "margin":
            return []
        account = self.account("cogs")
        if self.style["cost"] == "by line" and self.style["tie"] not in ("price", "account"):
            return [f"  {account}  {line.cogs:f} CNY\n{self.meta(line, 'cost')}" for line in stocked if line.cogs]
        if self.style["cost"] == "interpolated":
            return [f"  {account}\n"]
        return [f"  {account}  {sum((line.cogs for line in stocked), ZERO):f} CNY\n"]

    def _rest(self, sale: Written, order_discount: Decimal, coupon: Decimal) -> str:
        text = ""
        if order_discount:
            text += f"  {self.account('discount')}  {self.money(order_discount)}\n"
        if coupon:
            text += f"  {self.account('coupons')}  {self.money(coupon)}\n"
        if sale.shipping:
            text += f"  {self.account('shipping')}  {self.money(-sale.shipping)}\n"
        if self.style["tax"] in ("by line", "two rates", "exempt"):
            for line in sale.lines:
                for account, amount in line.tax.items():
                    if amount:
                        text += f"  {account}  {self.money(-amount)}\n{self.meta(line, 'tax')}"
            for account, amount in sale.shipping_tax.items():
                text += f"  {account}  {self.money(-amount)}\n"
        else:
            totals: dict[str, Decimal] = defaultdict(Decimal)
            for taxes in (*(line.tax for line in sale.lines), sale.shipping_tax):
                for account, amount in taxes.items():
                    totals[account] += amount
            text += "".join(f"  {account}  {self.money(-amount)}\n" for account, amount in totals.items() if amount)
        if sale.rounding:
            text += f"  {self.account('rounding')}  {-sale.rounding:f} CNY\n"
        return text

    def _money(self, sale: Written) -> tuple[str, list[str]]:
        """Return the debit side of the sale, and its later payments."""
        paid, gross = self.style["paid"], sale.gross
        if self.style["currency"] != "none":
            return self._foreign(sale)
        receivable = self.account("receivable")
        if paid == "own account":
            receivable = f"{receivable}:C{sale.name}"
            self.accounts.setdefault(receivable, "")
        at_once = self._at_once(paid, gross)
        if at_once:
            return "".join(f"  {self.account(role)}  {n:f} CNY\n" for role, n in at_once), []
        if paid == "platform":
            platform, fee = self.account("platform"), half_away(gross * Decimal("0.006"), 2)
            text = f"  {self.account('bank')}  {gross - fee:f} CNY\n  {self.account('fees')}  {fee:f} CNY\n"
            return f"  {platform}  {gross:f} CNY\n", [text + f"  {platform}  {-gross:f} CNY\n"]
        if paid == "advance":
            when = sale.sold - timedelta(days=1)
            advance = self.account("advance")
            text = f"  {self.account('bank')}  {gross:f} CNY\n  {advance}  {-gross:f} CNY\n"
            self.write(when, self.head(sale, when, "Advance") + text)
            return f"  {advance}  {gross:f} CNY\n", []
        debit = f"  {receivable}  {gross:f} CNY\n"
        if paid == "settlement discount":
            off = half_away(gross * Decimal("0.02"), 2)
            text = f"  {self.account('bank')}  {gross - off:f} CNY\n  {self.account('settlement')}  {off:f} CNY\n"
            return debit, [text + f"  {receivable}  {-gross:f} CNY\n"]
        if paid == "together":
            self.together.append((sale, gross, receivable))
        payments = self._instalments(gross)
        return debit, [f"  {self.account('bank')}  {n:f} CNY\n  {receivable}  {-n:f} CNY\n" for n in payments if n]

    def _at_once(self, paid: str, gross: Decimal) -> list[tuple[str, Decimal]]:
        """Return what was paid with the sale itself, by role; nothing for a sale on credit."""
        if paid == "now":
            return [("bank", gross)]
        if paid == "change":
            given = gross + self.money_between(100, 9000)
            return [("bank", given), ("bank", gross - given)]
        if paid in ("split", "gift card"):
            first = half_away(gross * Decimal("0.37"), 2)
            return [("bank" if paid == "split" else "gift", first), ("card", gross - first)]
        if paid == "card fee":
            fee = half_away(gross * Decimal("0.015"), 2)
            return [("bank", gross - fee), ("fees", fee)]
        return []

    def _instalments(self, gross: Decimal) -> list[Decimal]:
        """Return what is paid later, payment by payment."""
        paid = self.style["paid"]
        if paid in ("later", "own account", "settlement discount"):
            return [gross]
        if paid == "part later":
            return [half_away(gross / 3, 2)]
        if paid == "overlapping":
            first = half_away(gross / 4, 2)
            return [first, gross - first]
        return []

    def _foreign(self, sale: Written) -> tuple[str, list[str]]:
        """Return the debit side of a sale in dollars, and its payments at another rate."""
        style, receivable, bank = self.style, self.account("receivable"), self.account("dollars")
        owed, gross = sale.gross, sale.gross
        debit = f"  {receivable}  {self.money(gross)}\n"
        if style["currency"] == "receivable":
            owed = half_away(gross / Decimal("7.2"), 2)
            debit = f"  {receivable}  {owed:f} USD @@ {gross:f} CNY\n"
        if style["paid"] == "now":
            return debit.replace(receivable, bank), []
        later, so_far, carried_so_far = [], ZERO, ZERO
        off = half_away(owed * Decimal("0.02"), 2) if style["paid"] == "settlement discount" else ZERO
        for n in self._instalments(owed):
            so_far += n
            if style["currency"] == "whole":
                taken = f"  {self.account('settlement')}  {off:f} USD\n" if off else ""
                later.append(f"  {bank}  {n - off:f} USD\n{taken}  {receivable}  {-n:f} USD\n")
                continue
            carried = half_away(Fraction(gross) * Fraction(so_far) / Fraction(owed), 2) - carried_so_far
            cleared = f"{-n:f} USD @@ {carried:f} CNY"
            if style["currency"] == "priced":
                carried, cleared = n * Decimal("7.20"), f"{-n:f} USD @ 7.20 CNY"
            carried_so_far += carried
            got, taken = (half_away(each * Decimal("7.25"), 2) for each in (n - off, off))
            text = f"  {bank}  {n - off:f} USD @@ {got:f} CNY\n  {receivable}  {cleared}\n"
            text += f"  {self.account('settlement')}  {off:f} USD @@ {taken:f} CNY\n" if off else ""
            gain = half_away(got + taken - carried, 2)
            later.append(text + (f"  {self.account('exchange')}  {-gain:f} CNY\n" if gain else ""))
        return debit, later

    def pay_together(self) -> None:
        """Write one payment for all orders that wait for one."""
        if not self.together:
            return
        when, order = self.next_day(), self.style["order"]
        total = sum((gross for _, gross, _ in self.together), ZERO)
        if order.startswith("metadata"):
            for sale, gross, receivable in self.together:
                text = f"  {self.account('bank')}  {gross:f} CNY\n  {receivable}  {-gross:f} CNY\n"
                self.write(when, self.head(sale, when, "Payment") + text)
        else:
            links = " ".join(f"^{order.format(sale.name)}" for sale, _, _ in self.together)
            text = f'{when} * "Customers" "Payment" {links}\n  {self.account("bank")}  {total:f} CNY\n'
            self.write(when, text + f"  {self.together[0][2]}  {-total:f} CNY\n")
        for sale, _, _ in self.together:
            sale.last = when

    # -- the books as files

    def ledger(self) -> str:
        """Return the ledger as text."""
        text = 'option "operating_currency" "CNY"\ninclude "returns/**/*.beancount"\n\n'
        for name, booking in sorted(self.accounts.items()):
            text += f"2026-01-01 open {name}{booking}\n"
        if self.style["currency"] != "none":
            text += f"\n2026-01-02 price USD 7.20 CNY\n\n{self.day} price USD 7.31 CNY\n"
        return text + "".join(f"\n{block}" for _, _, block in sorted(self.blocks, key=lambda b: b[:2]))

    def settings(self) -> str:
        """Return the settings that the style needs."""
        preset, order = self.style["preset"], self.style["order"]
        key = f"{{metadata: {order.split()[1]}}}" if order.startswith("metadata") else f'{{link: "{order}"}}'
        more = f", rounding: {self.names['rounding']!r}"
        if self.style["paid"] == "advance":
            more += f", contract_liability: {self.names['advance']!r}"
        methods = f'bank: {{account: "{self.names["bank"]}"}}, card: {{account: "{self.names["card"]}"}}'
        red = "red_invoice: none\n" if preset == "cn" else ""
        red += "revenue_account: same\ndiscounts: mirror\n" if self.style["back"] == "own accounts" else ""
        roles = {
            "shipping_revenue": "shipping",
            "store_credit_liability": "gift",
            "platform_receivable": "platform",
            "settlement_discount": "settlement",
            "fx_gain_loss": "exchange",
            "goods_shipped": "shipped",
        }
        more += "".join(f", {role}: {self.names[name]!r}" for role, name in roles.items())
        more += f", sales_discounts: [{self.names['discount']!r}, {self.names['coupons']!r}]"
        keys = ""
        if self.style["keys"] == "own":
            keys = ", metadata: {sku: artikel, quantity: menge, line: position, customer: kunde, delivered: liefertag}"
        if self.style["book"] == "last year's":
            keys += ", archives: [2026/main.beancount]"
        return (
            "ledger: main.beancount\noperating_currency: CNY\npolicies: [policy.yaml]\nproducts: products.yaml\n"
            f"accounts: {{preset: {preset}{more}}}\nmethods: {{{methods}}}\n{red}sales: {{order: [{key}]{keys}}}\n"
        )


POLICY = """\
policy: everything
version: 1
valid_from: 2020-01-01
currency: CNY
window: {default: {days: 3650, from: sold}}
shipping_refund: [{id: none, when: {}, pays: none}]
condition_from_reason: {none: new}
dispositions: {new: {to: restock}, unknown: {to: hold}}
"""
PACK = 2
PRODUCTS = "".join(f"{sku}: {{packs: {{pair: {PACK}}}}}\n" for sku in SKUS)


def style_of(random: Random, **fixed: str) -> dict[str, str]:
    """Return a style by chance, without the choices that contradict each other; what is fixed stays as it is."""
    style = {name: random.choice(values) for name, values in CHOICES.items()} | fixed
    _of_goods(style)
    if style["currency"] != "none":
        if style["paid"] not in ("unpaid", "now", "later", "part later", "overlapping", "settlement discount"):
            style["paid"] = "later"
        if style["tie"] == "price" and style["currency"] != "receivable":
            style["tie"] = "sku"  # a price in yuan says nothing of revenue in dollars
    if style["tie"] in ("price", "account", "single", "sku on revenue", "line only"):
        style["extra"] = "none" if style["extra"] != "fraction" else "fraction"
    if style["tie"] in ("price", "account"):  # nothing but the order can be told of discount and tax
        style["discount"] = "order" if style["discount"] != "none" else "none"
        style["tax"] = "one" if style["tax"] in ("by line", "two rates", "exempt") else style["tax"]
    if style["documents"] == "two shipments" and style["lots"] == "in total":
        style["lots"] = "explicit"  # the cost of each shipment is in whole cents
    if style["tie"] == "line only" and style["documents"] != "one":
        style["documents"] = "goods apart"
    if style["tax"] == "exempt" and style["shipping"] == "taxed":
        style["shipping"] = "untaxed"  # one tax for delivery alone might as well be the line's that has none
    if style["cost"] == "interpolated" and style["documents"] == "one" and style["rounding"] == "some":
        style["cost"] = "one"
    return style


def _of_goods(style: dict[str, str]) -> None:
    """Make what a style says of goods agree with how it keeps them."""
    if style["stock"] == "value":  # nothing else says what was sold, and how much of it
        style["tie"] = "sku" if style["tie"] != "line and sku" else style["tie"]
        style["extra"] = "none" if style["extra"] != "service" else "service"
        if style["documents"] == "two shipments":
            style["documents"] = "invoice, goods"
    elif style["stock"] == "shipped":
        style["documents"] = "goods, invoice"
        style["tie"] = "sku" if style["tie"] in ("price", "line only") else style["tie"]
    elif style["stock"] == "margin":
        style["currency"], style["documents"] = "none", "one"
        style["lots"] = "explicit" if style["lots"] == "in total" else style["lots"]  # revenue is in whole cents
        style["extra"] = "none" if style["extra"] not in ("fraction", "service") else style["extra"]


def carried_over(entries: Sequence[object], currency: str = "CNY") -> str:
    """Return the books of the year after: accounts, and their balances as one entry."""
    text = f'option "operating_currency" "{currency}"\ninclude "returns/**/*.beancount"\n\n'
    held: dict[tuple[str, str, object], Decimal] = defaultdict(Decimal)
    for entry in entries:
        if isinstance(entry, Open):
            booking = f'  "{entry.booking.value}"' if entry.booking else ""
            text += f"{NEXT_YEAR} open {entry.account}{booking}\n"
        elif isinstance(entry, Price):
            text += f"{NEXT_YEAR} price {entry.currency} {entry.amount.number:f} {entry.amount.currency}\n"
        elif isinstance(entry, Transaction):
            for p in entry.postings:
                held[p.account, p.units.currency, p.cost] += p.units.number
    text += f'{NEXT_YEAR} open Equity:Opening\n\n{NEXT_YEAR} * "Opening balances"\n'
    for (account, unit, cost), number in held.items():
        if number and not account.startswith(("Income", "Expenses")):
            label = f', "{cost.label}"' if cost and cost.label else ""  # type: ignore[attr-defined]
            lot = f" {{{cost.number:f} CNY, {cost.date}{label}}}" if cost else ""  # type: ignore[attr-defined]
            text += f"  {account}  {number:f} {unit}{lot}\n"
    return text + "  Equity:Opening\n"


def books_of(random: Random, folder: Path, **fixed: str) -> tuple[Stranger, list[Written]]:
    """Write the books of a stranger with one to three sales into a folder; return them with the sales."""
    shop = Stranger(random, style_of(random, **fixed))
    for sku in (*SKUS, "STICKER", *PARTS_OF_KITS):
        for _ in range(random.randint(1, 2)):
            shop.buy(sku, random.randint(4, 9))
    sales = [shop.sell(str(1001 + n)) for n in range(random.randint(1, 2))]
    shop.pay_together()
    write_books(shop, folder)
    return shop, sales


def write_books(shop: Stranger, folder: Path) -> None:
    """Write the books into a folder: this year's, or last year's beside what this year has of them."""
    (folder / "returns").mkdir(parents=True)
    (folder / "returns" / "0000.beancount").write_text("; placeholder\n", encoding="utf-8")
    text = shop.ledger()
    if shop.style["book"] == "last year's":
        (folder / "2026").mkdir()
        old = folder / "2026" / "main.beancount"
        old.write_text(text.replace('include "returns/**/*.beancount"\n', ""), encoding="utf-8")
        entries, errors, _ = loader.load_file(str(old))
        assert not errors, (text, errors[:2])
        text = carried_over(entries)
        shop.day = NEXT_YEAR
    (folder / "main.beancount").write_text(text, encoding="utf-8")
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (folder / "products.yaml").write_text(PRODUCTS, encoding="utf-8")
    (folder / "returnledger.yaml").write_text(shop.settings(), encoding="utf-8")


def all_entries(folder: Path) -> list[Any]:
    """Load the books, last year's with this year's; both must be clean, and this year's opening entry is left out."""
    found: list[Any] = []
    for path in (folder / "2026" / "main.beancount", folder / "main.beancount"):
        if path.is_file():
            entries, errors, _ = loader.load_file(str(path))
            assert not errors, errors
            found += entries
    return found
