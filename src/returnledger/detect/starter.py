"""A ledger to start with: the accounts of a shop, the include line of returns, and how to book a sale."""

from __future__ import annotations

from datetime import date

from returnledger.roles import Role

START = date(2020, 1, 1)  # of a ledger that is begun: before anything that will be booked in it

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
        lines.append(f"{START} open {name[role]}{booking}")
    lines += [f"{START} open {capital}", ""]
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
