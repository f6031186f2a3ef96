"""Proposed settings as values and as the commented text of returnledger.yaml."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from returnledger.detect.goods import Goods
from returnledger.detect.starter import START
from returnledger.roles import Role


@dataclass(frozen=True)
class Proposal:
    """Settings that fit a ledger. `told` says what was found, as sentences with their values, in order."""

    ledger: str
    preset: str
    currency: str
    first_day: date
    orders: tuple[tuple[str, str], ...] = ()  # ("link", "inv-{}"), ("metadata", "order")
    metadata: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[Role, tuple[str, ...]] = field(default_factory=dict)
    methods: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[Role, int] = field(default_factory=dict)  # in how many sales each role was seen
    example: str = ""  # one order of the ledger
    example_day: date = date(2026, 1, 31)  # on or after its sale
    example_sku: str = "SKU"
    entries_language: str = ""  # "" is the preset's
    framework: str = ""  # "" is the preset's, as with the next two
    taxpayer: str = ""
    tax: str = ""
    coins: str = ""  # cash is rounded to multiples of it; "" where it is not
    carry: tuple[str, ...] = ()
    archives: tuple[str, ...] = ()
    register: str = ""  # a file of the sales whose totals the ledger holds
    by_month: bool = False  # cost of goods is booked once a month, and no sale has it
    products: Mapping[str, Goods] = field(default_factory=dict)  # those that need saying
    told: tuple[tuple[str, Mapping[str, object]], ...] = ()


def starting(preset: str, ledger: str) -> Proposal:
    """Return the settings of a shop that begins its books."""
    china = preset == "cn"
    account = Role.CASH_BANK.china if china else Role.CASH_BANK.general
    return Proposal(
        ledger=ledger,
        preset=preset,
        currency="CNY" if china else "EUR",
        first_day=START,
        methods={"bank" if china else "cash": account},
        example_day=date(2026, 1, 12),
        example_sku="MUG",
    )


_COMMENTS: Mapping[str, tuple[str, str]] = {
    "head": (
        "Settings of returnledger: where the books are, what accounts are for, how sales are recognised.",
        "returnledger 设置：账簿位置、科目用途、如何识别销售。",
    ),
    "returns": ("the folder of what is written: one new file per apply", "写入的文件夹：每次 apply 一个新文件"),
    "preset": ("answers what is not said here", "此处未写明的按预设"),
    "count": ("in {n} sales", "见于 {n} 笔销售"),
    "methods": (
        "how customers pay; paid: by_statement where a refund is booked when the bank shows it",
        "收款方式；若退款以银行流水为准，写 paid: by_statement",
    ),
    "policies": (
        "all versions stay listed; the one in force on the day of sale judges",
        "历次版本都保留；按销售当日有效的版本判定",
    ),
    "orders": ("how the order of a transaction is found, tried in this order", "如何找到交易所属订单，按此顺序尝试"),
    "metadata": ("metadata keys of the ledger that differ from the usual ones", "账簿中与通常不同的元数据键"),
    "framework": ("the accounting standards that the accounts follow", "科目所依据的会计准则"),
    "taxpayer": ("the rates of the sales are those of a small-scale taxpayer", "销售所用征收率为小规模纳税人的"),
    "tax": ("no sale has tax; it is split off at the end of the month", "销售时不记税，月末一并计提"),
    "coins": ("sales in cash are rounded to coins", "现金销售按硬币面值取整"),
    "archives": ("books of earlier years, read only", "往年账簿，只读"),
    "register": ("the sales whose totals the ledger holds", "账簿只记总额，逐笔销售见此"),
    "products": ("what the books don't say of goods", "账簿未写明的商品信息"),
    "carry": ("metadata of a sale that its return gets too", "退货也带上的销售元数据"),
    "more": (
        "more: numbering, people, red_invoice, restock, discounts: see docs/settings.md",
        "另有 numbering、people、red_invoice、restock、discounts，见 docs/settings.md",
    ),
}


def settings_text(proposal: Proposal, language: str) -> str:
    """Return returnledger.yaml with comments in `language` ("zh" or "en")."""
    return "\n".join(_lines(proposal, 1 if language == "zh" else 0)) + "\n"


def _lines(proposal: Proposal, language: int) -> Iterator[str]:
    def comment(name: str, **values: object) -> str:
        return "# " + _COMMENTS[name][language].format(**values)

    yield comment("head")
    yield f"ledger: {_quoted(proposal.ledger)}"
    yield f"returns: returns/  {comment('returns')}"
    yield f"operating_currency: {proposal.currency}"
    yield f"entries_language: {proposal.entries_language or ('zh' if proposal.preset == 'cn' else 'en')}"
    for name in ("framework", "taxpayer", "tax"):
        if value := getattr(proposal, name):
            yield f"{name}: {value}  {comment(name)}"
    yield "accounts:"
    yield f"  preset: {proposal.preset}  {comment('preset')}"
    for role, accounts in proposal.accounts.items():
        value = _quoted(accounts[0]) if len(accounts) == 1 else f"[{', '.join(_quoted(a) for a in accounts)}]"
        count = proposal.counts.get(role, 0)
        yield f"  {role.value}: {value}" + (f"  {comment('count', n=count)}" if count else "")
    if proposal.methods:
        yield f"methods:  {comment('methods')}"
        for name, account in proposal.methods.items():
            yield f"  {_quoted(name)}: {{account: {_quoted(account)}, paid: on_return}}"
    if proposal.coins:
        yield f"cash_rounding: {{step: {proposal.coins}, methods: [cash]}}  {comment('coins')}"
    yield f"policies: [policies/small-shop.yaml]  {comment('policies')}"
    if proposal.orders or proposal.metadata or proposal.archives or proposal.register:
        yield "sales:"
    if proposal.orders:
        rules = ", ".join(f"{{{style}: {_quoted(pattern)}}}" for style, pattern in proposal.orders)
        yield f"  order: [{rules}]  {comment('orders')}"
    if proposal.metadata:
        keys = ", ".join(f"{meaning}: {_quoted(key)}" for meaning, key in proposal.metadata.items())
        yield f"  metadata: {{{keys}}}  {comment('metadata')}"
    if proposal.register:
        yield f"  register: {_quoted(proposal.register)}  {comment('register')}"
    if proposal.archives:
        yield f"  archives: [{', '.join(_quoted(name) for name in proposal.archives)}]  {comment('archives')}"
    if proposal.products:
        yield f"products: products.yaml  {comment('products')}"
    if proposal.carry:
        yield f"carry: [{', '.join(_quoted(key) for key in proposal.carry)}]  {comment('carry')}"
    yield comment("more")


def _quoted(text: str) -> str:
    """Return text as a YAML scalar in double quotes, which JSON's are."""
    return json.dumps(text, ensure_ascii=False)
