"""Proposed settings as values and as the commented text of returnledger.yaml; a ledger to start with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from returnledger.terms import Role

_START = date(2020, 1, 1)  # of a ledger that is begun: before anything that will be booked in it


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
    told: tuple[tuple[str, Mapping[str, object]], ...] = ()


def starting(preset: str, ledger: str) -> Proposal:
    """Return the settings of a shop that begins its books."""
    china = preset == "cn"
    account = Role.CASH_BANK.china if china else Role.CASH_BANK.general
    return Proposal(
        ledger=ledger,
        preset=preset,
        currency="CNY" if china else "EUR",
        first_day=_START,
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
    "more": (
        "more: numbering, people, products, red_invoice, restock, discounts: see docs/settings.md",
        "另有 numbering、people、products、red_invoice、restock、discounts，见 docs/settings.md",
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
    yield f"entries_language: {'zh' if proposal.preset == 'cn' else 'en'}"
    yield "accounts:"
    yield f"  preset: {proposal.preset}  {comment('preset')}"
    for role, accounts in proposal.accounts.items():
        value = _quoted(accounts[0]) if len(accounts) == 1 else f"[{', '.join(_quoted(a) for a in accounts)}]"
        yield f"  {role.value}: {value}  {comment('count', n=proposal.counts.get(role, 0))}"
    if proposal.methods:
        yield f"methods:  {comment('methods')}"
        for name, account in proposal.methods.items():
            yield f"  {_quoted(name)}: {{account: {_quoted(account)}, paid: on_return}}"
    yield f"policies: [policies/small-shop.yaml]  {comment('policies')}"
    if proposal.orders or proposal.metadata:
        yield "sales:"
    if proposal.orders:
        rules = ", ".join(f"{{{style}: {_quoted(pattern)}}}" for style, pattern in proposal.orders)
        yield f"  order: [{rules}]  {comment('orders')}"
    if proposal.metadata:
        keys = ", ".join(f"{meaning}: {_quoted(key)}" for meaning, key in proposal.metadata.items())
        yield f"  metadata: {{{keys}}}  {comment('metadata')}"
    yield comment("more")


def _quoted(text: str) -> str:
    """Return text as a YAML scalar in double quotes, which JSON's are."""
    return json.dumps(text, ensure_ascii=False)


# What the books of a shop need before its first sale; everything else is opened when it is first used.
_FIRST = (
    Role.CASH_BANK,
    Role.ACCOUNTS_RECEIVABLE,
    Role.INVENTORY,
    Role.OUTPUT_VAT,
    Role.REVENUE,
    Role.SALES_DISCOUNTS,
    Role.SHIPPING_REVENUE,
    Role.COGS,
)


def starter_ledger(preset: str, currency: str) -> str:
    """Return the text of a ledger to start with: its accounts, the include line of returns, and how to book a sale."""
    china = preset == "cn"
    name = {role: role.china if china else role.general for role in _FIRST}
    capital = "Equity:4001-实收资本" if china else "Equity:Opening-Balances"
    lines = [
        f'option "title" "{"店铺账簿" if china else "Shop"}"',
        f'option "operating_currency" "{currency}"',
        "",
        'include "returns/**/*.beancount"',
        "",
    ]
    for role in _FIRST:
        booking = ' "FIFO"' if role is Role.INVENTORY else ""
        lines.append(f"{_START} open {name[role]}{booking}")
    lines += [f"{_START} open {capital}", ""]
    text = _EXAMPLE[1 if china else 0].format(
        currency=currency, capital=capital, **{role.value: name[role] for role in _FIRST}
    )
    return "\n".join([*lines, *text.strip("\n").split("\n")]) + "\n"


_EXAMPLE = (
    """
; A purchase and a sale look like this (take the semicolons away). The link ^inv-1001 names the order.
;
; 2026-01-05 * "Supplier" "10 mugs"
;   {inventory}   10 MUG {{6.00 {currency}}}
;   {capital}  -60.00 {currency}
;
; 2026-01-10 * "Ann" "2 mugs" ^inv-1001
;   {cash_bank}   24.20 {currency}
;   {revenue}  -20.00 {currency}
;   {output_vat}   -4.20 {currency}
;   {cogs}   12.00 {currency}
;   {inventory}   -2 MUG {{}}
""",
    """
; 进货与销售的写法如下（去掉分号即生效）。链接 ^inv-1001 即订单号。
;
; 2026-01-05 * "供应商" "马克杯 10 只"
;   {inventory}   10 MUG {{30.00 {currency}}}
;   {capital}  -300.00 {currency}
;
; 2026-01-10 * "张三" "马克杯 2 只" ^inv-1001
;   {cash_bank}   113.00 {currency}
;   {revenue}  -100.00 {currency}
;   {output_vat}  -13.00 {currency}
;   {cogs}   60.00 {currency}
;   {inventory}   -2 MUG {{}}
""",
)
