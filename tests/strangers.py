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

from shop import fair, half_away

ZERO = Decimal(0)
START = date(2026, 1, 5)

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
    },
}

# The choices of a style, each with its values; the first is the plainest.
CHOICES: dict[str, tuple[str, ...]] = {
    "preset": ("general", "cn"),
    "order": ("inv-{}", "SO-{}", "metadata order", "metadata dingdan"),
    "documents": ("one", "goods apart", "invoice, goods", "goods, invoice"),
    "tie": ("line and sku", "sku", "line only", "sku on revenue", "price", "account", "single"),
    "place": ("one account", "by sku", "by place"),
    "lots": ("explicit", "fifo", "labels", "in total"),
    "cost": ("by line", "one", "interpolated"),
    "tax": ("one", "none", "by line", "two accounts", "two rates"),
    "discount": ("none", "none", "by line", "order", "both"),
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
    ),
    "extra": ("none", "none", "gift", "service", "kit", "fraction", "kit and gift", "twice"),
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
    tax: dict[str, Decimal] = field(default_factory=dict)
    rate: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        """Revenue after discounts."""
        return self.amount - self.own_discount - self.discount

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
        self.together: list[tuple[Written, Decimal, str]] = []  # orders that one payment is for

    def account(self, role: str) -> str:
        name = self.names[role]
        self.accounts.setdefault(name, "")
        return name

    def write(self, when: date, text: str) -> None:
        self.blocks.append((when, len(self.blocks), text))

    def next_day(self, most: int = 3) -> date:
        self.day += timedelta(days=self.random.randint(1, most))
        return self.day

    # -- goods

    def stock_account(self, commodity: str) -> str:
        base = self.account("stock")
        if self.style["place"] == "by sku":
            name = f"{base}:{commodity.title()}"
        elif self.style["place"] == "by place":
            name = f"{base}:{self.random.choice(('North', 'South'))}"
        else:
            name = base
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
        if style["discount"] in ("by line", "both"):
            for line in lines:
                if line.amount and random.random() < 0.6:
                    line.own_discount = half_away(line.amount * Decimal(random.randint(1, 20)) / 100, 2)
        order_discount = ZERO
        if style["discount"] in ("order", "both"):
            order_discount = half_away(sum((x.amount for x in lines), ZERO) * Decimal(random.randint(1, 15)) / 100, 2)
            for line, part in zip(lines, fair(order_discount, [x.amount for x in lines], 2), strict=True):
                line.discount = part
        shipping = ZERO if style["shipping"] == "none" else self.money_between(500, 2000)
        taxes = self._tax(lines, shipping if style["shipping"] == "taxed" else ZERO)
        when = self.next_day()
        sale = Written(name, when, when, lines, dict(style), shipping, taxes)
        sale.gross = sum((x.gross for x in lines), shipping + sum(taxes.values(), ZERO))
        if style["rounding"] == "some":
            sale.rounding = half_away(sale.gross, 0) - sale.gross
            sale.gross += sale.rounding
        self._write(sale, order_discount)
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
            elif line.sku != "WRAPPING":
                line.lots = self.take(line.sku, line.units)
        before = Fraction(0)
        for line in lines:
            weight = sum((Fraction(lot[2]) * Fraction(lot[5]) for lot in line.lots), Fraction(0))
            line.cogs = half_away(before + weight, 2) - half_away(before, 2)
            before += weight
        return lines

    def _tax(self, lines: Sequence[Line], shipping: Decimal) -> dict[str, Decimal]:
        """Charge tax on the lines; return that of delivery, by account."""
        style, random, account = self.style, self.random, self.names["tax"]
        if style["tax"] == "none":
            return {}
        rates = [Decimal("0.13")] * len(lines)
        if style["tax"] == "two rates":
            rates = [random.choice((Decimal("0.13"), Decimal("0.09"))) for _ in lines]
        for line, rate in zip(lines, rates, strict=True):
            line.rate = rate
        self.accounts.setdefault(account, "")
        if style["tax"] in ("by line", "two rates"):
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
        return text

    def meta(self, line: Line, where: str) -> str:
        """Return the metadata of a posting of a line, as the style writes it."""
        tie = self.style["tie"]
        text = ""
        if tie in ("line and sku", "line only"):
            text += f"    line: {line.number}\n"
        if tie in ("line and sku", "sku") or (tie == "sku on revenue" and where != "stock"):
            text += f'    sku: "{line.sku}"\n'
        if text and where == "revenue":
            text += f"    qty: {line.units:f}\n"
        return text

    def _write(self, sale: Written, order_discount: Decimal) -> None:
        style = self.style
        revenue = self._revenue(sale)
        goods = self._goods(sale)
        rest = self._rest(sale, order_discount)
        debit, later = self._money(sale)
        cost = self._cost(sale)
        documents = style["documents"]
        if documents == "one" or style["tie"] == "price":
            blocks = [revenue, goods, cost] if style["order_of_postings"] != "stock first" else [goods, cost, revenue]
            if style["order_of_postings"] == "by line" and style["tie"] != "price":
                blocks = [[x for rows in zip(revenue, goods, strict=True) for x in rows], cost]
            text = debit + "".join(x for rows in blocks for x in rows) + rest
            self.write(sale.sold, self.head(sale, sale.sold, "Sale") + text)
        else:
            first = self.head(sale, sale.sold, "Invoice") + debit + "".join(revenue) + rest
            second = "".join(goods) + "".join(cost)
            when = sale.sold
            if documents != "goods apart":
                when = self.next_day()
            if documents == "goods, invoice":  # goods go out first, the invoice follows
                self.write(sale.sold, self.head(sale, sale.sold, "Delivery") + second)
                self.write(when, self.head(sale, when, "Invoice") + debit + "".join(revenue) + rest)
            else:
                self.write(sale.sold, first)
                if second:
                    self.write(when, self.head(sale, when, "Delivery") + second)
            sale.last = max(sale.last, when)
        for text in later:
            when = self.next_day()
            sale.last = when
            self.write(when, self.head(sale, when, "Payment") + text)

    def _revenue(self, sale: Written) -> list[str]:
        if self.style["tie"] == "price":
            total = sum((line.amount for line in sale.lines), ZERO)
            return [f"  {self.account('revenue')}  {-total:f} CNY\n", *[""] * (len(sale.lines) - 1)]
        made = []
        for line in sale.lines:
            account = self.account("revenue")
            if self.style["tie"] == "account":
                account = f"{account}:{line.sku.title()}"
                self.accounts.setdefault(account, "")
            written = line.amount or self.random.random() < 0.5
            text = f"  {account}  {-line.amount:f} CNY\n{self.meta(line, 'revenue')}" if written else ""
            if line.own_discount:
                text += f"  {self.account('discount')}  {line.own_discount:f} CNY\n{self.meta(line, 'discount')}"
            made.append(text)
        return made

    def _goods(self, sale: Written) -> list[str]:
        made = []
        for line in sale.lines:
            text = ""
            price = ""
            if self.style["tie"] == "price":
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

    def _cost(self, sale: Written) -> list[str]:
        stocked = [line for line in sale.lines if line.lots]
        if not stocked:
            return []
        account = self.account("cogs")
        if self.style["cost"] == "by line" and self.style["tie"] not in ("price", "account"):
            return [f"  {account}  {line.cogs:f} CNY\n{self.meta(line, 'cost')}" for line in stocked if line.cogs]
        if self.style["cost"] == "interpolated":
            return [f"  {account}\n"]
        return [f"  {account}  {sum((line.cogs for line in stocked), ZERO):f} CNY\n"]

    def _rest(self, sale: Written, order_discount: Decimal) -> str:
        text = ""
        if order_discount:
            text += f"  {self.account('discount')}  {order_discount:f} CNY\n"
        if sale.shipping:
            text += f"  {self.account('shipping')}  {-sale.shipping:f} CNY\n"
        if self.style["tax"] in ("by line", "two rates"):
            for line in sale.lines:
                for account, amount in line.tax.items():
                    if amount:
                        text += f"  {account}  {-amount:f} CNY\n{self.meta(line, 'tax')}"
            for account, amount in sale.shipping_tax.items():
                text += f"  {account}  {-amount:f} CNY\n"
        else:
            totals: dict[str, Decimal] = defaultdict(Decimal)
            for taxes in (*(line.tax for line in sale.lines), sale.shipping_tax):
                for account, amount in taxes.items():
                    totals[account] += amount
            text += "".join(f"  {account}  {-amount:f} CNY\n" for account, amount in totals.items() if amount)
        if sale.rounding:
            text += f"  {self.account('rounding')}  {-sale.rounding:f} CNY\n"
        return text

    def _money(self, sale: Written) -> tuple[str, list[str]]:
        """Return the debit side of the sale, and its later payments."""
        paid, gross = self.style["paid"], sale.gross
        receivable = self.account("receivable")
        if paid == "own account":
            receivable = f"{receivable}:C{sale.name}"
            self.accounts.setdefault(receivable, "")
        if paid == "now":
            return f"  {self.account('bank')}  {gross:f} CNY\n", []
        if paid == "change":
            given = gross + self.money_between(100, 9000)
            return f"  {self.account('bank')}  {given:f} CNY\n  {self.account('bank')}  {gross - given:f} CNY\n", []
        if paid == "split":
            first = half_away(gross * Decimal("0.37"), 2)
            return f"  {self.account('bank')}  {first:f} CNY\n  {self.account('card')}  {gross - first:f} CNY\n", []
        if paid == "advance":
            when = sale.sold - timedelta(days=1)
            advance = self.account("advance")
            text = f"  {self.account('bank')}  {gross:f} CNY\n  {advance}  {-gross:f} CNY\n"
            self.write(when, self.head(sale, when, "Advance") + text)
            return f"  {advance}  {gross:f} CNY\n", []
        debit = f"  {receivable}  {gross:f} CNY\n"
        payments: list[Decimal] = []
        if paid in ("later", "own account"):
            payments = [gross]
        elif paid == "together":
            self.together.append((sale, gross, receivable))
        elif paid == "part later":
            payments = [half_away(gross / 3, 2)]
        elif paid == "overlapping":
            first = half_away(gross / 4, 2)
            payments = [first, gross - first]
        return debit, [f"  {self.account('bank')}  {n:f} CNY\n  {receivable}  {-n:f} CNY\n" for n in payments if n]

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
        more += "".join(
            f", {role}: {self.names[name]!r}"
            for role, name in (("shipping_revenue", "shipping"), ("sales_discounts", "discount"))
        )
        return (
            "ledger: main.beancount\noperating_currency: CNY\npolicies: [policy.yaml]\n"
            f"accounts: {{preset: {preset}{more}}}\nmethods: {{{methods}}}\n{red}sales: {{order: [{key}]}}\n"
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


def style_of(random: Random) -> dict[str, str]:
    """Return a style by chance, without the choices that contradict each other."""
    style = {name: random.choice(values) for name, values in CHOICES.items()}
    if style["tie"] in ("price", "account", "single", "sku on revenue", "line only"):
        style["extra"] = "none" if style["extra"] != "fraction" else "fraction"
    if style["tie"] in ("price", "account"):  # nothing but the order can be told of discount and tax
        style["discount"] = "order" if style["discount"] != "none" else "none"
        style["tax"] = "one" if style["tax"] in ("by line", "two rates") else style["tax"]
    if style["tie"] == "line only" and style["documents"] != "one":
        style["documents"] = "goods apart"
    if style["tie"] == "account":
        style["discount"] = "none" if style["discount"] == "both" else style["discount"]
    if style["cost"] == "interpolated" and style["documents"] == "one" and style["rounding"] == "some":
        style["cost"] = "one"
    return style


def books_of(random: Random, folder: Path, **fixed: str) -> tuple[Stranger, list[Written]]:
    """Write the books of a stranger with one to three sales into a folder; return them with the sales."""
    style = {**style_of(random), **fixed}
    shop = Stranger(random, style)
    for sku in (*SKUS, "STICKER", *PARTS_OF_KITS):
        for _ in range(random.randint(1, 2)):
            shop.buy(sku, random.randint(4, 9))
    sales = [shop.sell(str(1001 + n)) for n in range(random.randint(1, 2))]
    shop.pay_together()
    (folder / "returns").mkdir(parents=True)
    (folder / "returns" / "0000.beancount").write_text("; placeholder\n", encoding="utf-8")
    (folder / "main.beancount").write_text(shop.ledger(), encoding="utf-8")
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (folder / "returnledger.yaml").write_text(shop.settings(), encoding="utf-8")
    return shop, sales
