"""Reads a register of sales: a CSV file with one row per line of an order, headed in English or Chinese.

    order,date,customer,line,sku,qty,net,tax,cost,paid,invoice,delivered
    SO-1001,2026-01-05,Ann,1,MUG,2,100.00,13.00,60.00,113.00,INV-77,2026-01-08

What was paid on an order may stand in its first row alone. Every fault of the file is a finding at its cell, all at once.
A register may have half a million rows, so places are worked out for faulty cells only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from pydantic_core import PydanticCustomError

from returnledger.events.fields import day_of, line_of, number_of, reference_of
from returnledger.events.suggest import suggestion
from returnledger.findings import Finding, Span, Template
from returnledger.sales.register import RegisterRow
from returnledger.tablefile import MAX_COLUMNS, located, rows_of
from returnledger.textfile import SourceText, decode, gc_paused, source_text
from returnledger.yamlfile import MAX_FINDINGS

TEMPLATES: dict[str, Template] = {
    "register-column": Template(
        "`{key}` is no column of a register of sales",
        "write `{nearest}` if that is meant, or take the column out; the columns are {known}",
    ),
    "register-cell-empty": Template("`{key}` is empty", "write it; an amount that is nothing is 0"),
    "register-quantity-zero": Template("the quantity is zero", "write how many units were sold, or take the row out"),
    "register-signs": Template(
        "`{key}` is {text} beside a quantity of {quantity}",
        "give both the same sign; a discount lowers `net` of the lines that it is for",
    ),
    "register-line-twice": Template(
        "line {line} of order {order} stands in line {first} of the file already",
        "number the lines of an order 1, 2, 3 in column `line`, or take one of the rows out",
    ),
    "register-return-alone": Template(
        "{sku} comes back on order {order}, which sold no such goods by that day",
        "give the row the number of the order that sold them",
    ),
    "register-currency": Template(
        "the row is in {text}; the books are kept in {currency}",
        "write its amounts in {currency}, or book sales in {text} in the ledger",
    ),
    "register-method": Template(
        "`{text}` is no method of the settings",
        "write one of {known}, an account such as Assets:Bank, or add it under `methods:` in the settings",
    ),
    "register-empty": Template("the register {file} has no row of a sale", "add the sales, or take `register` out"),
}

# By column its other headings; those that every register has come first.
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "order": ("订单", "订单号", "订单编号"),
    "date": ("日期", "销售日期"),
    "sku": ("商品编码", "商品", "货号"),
    "qty": ("数量", "quantity"),
    "net": ("不含税金额",),
    "tax": ("税额",),
    "cost": ("成本",),
    "paid": ("已付", "已付金额"),
    "customer": ("客户", "客户名称"),
    "line": ("行", "行号"),
    "invoice": ("发票号", "发票号码"),
    "delivered": ("签收日期",),
    "method": ("付款方式", "支付方式"),
    "currency": ("币种",),
}
NEEDED: Final = ("order", "date", "sku", "qty", "net", "tax", "cost", "paid")
_HEADINGS: Final = {name: column for column, others in COLUMNS.items() for name in (column, *others)}
_AMOUNTS: Final = ("qty", "net", "tax", "cost", "paid")

_Refusal = tuple[str, str, dict[str, Any]]  # column, code, values


@dataclass
class _Reading:
    """What is known of a register while it is read."""

    file: str
    currency: str
    methods: Collection[str]
    findings: list[Finding] = field(default_factory=list)
    lines: dict[tuple[str, str], int] = field(default_factory=dict)  # (order, line) -> where it stands
    heads: dict[str, tuple[str, int]] = field(default_factory=dict)  # order -> customer, and where that stands
    paid: set[str] = field(default_factory=set)  # orders of which a row says what was paid
    sold: dict[tuple[str, str], date] = field(default_factory=dict)  # (order, SKU) -> first day


def read_register(
    raw: bytes, file: str, currency: str, methods: Collection[str] = ()
) -> tuple[list[RegisterRow], list[Finding], SourceText]:
    """Return the rows of a register, what is to be said of its form, and its lines.

    `currency` is that of the books, `methods` are the tenders that the settings name.
    """
    text, findings = decode(raw, file)
    if text is None:
        return [], findings, SourceText(file, ())
    reading = _Reading(file, currency, methods, findings)
    with gc_paused():
        rows = list(_rows(text, reading))
    if not rows and not findings:
        findings.append(Finding("register-empty", Span(file, 1), {"file": file}))
    if len(findings) > MAX_FINDINGS:
        del findings[MAX_FINDINGS:]
        findings.append(Finding("too-many-findings", findings[-1].span, {"limit": MAX_FINDINGS}))
    return rows, findings, source_text(text, file) if findings else SourceText(file, ())


def is_register(head: bytes) -> bool:
    """Return True if this first row of a file is that of a register: every needed column, and none that is unknown."""
    text, findings = decode(head, "")
    row = next(rows_of(text, "", findings), None) if text else None
    if row is None or findings:
        return False
    reading = _Reading("", "", ())
    return _columns(*row, reading) is not None


def _rows(text: str, reading: _Reading) -> Iterator[RegisterRow]:
    findings = reading.findings
    table = rows_of(text, reading.file, findings)
    head = next(table, None)
    if head is None:
        return
    columns = _columns(*head, reading)
    if columns is None:
        return
    returns: list[tuple[RegisterRow, Span]] = []
    for cells, raw, number in table:
        if len(findings) > MAX_FINDINGS:
            return
        if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            span = located(cells, raw, reading.file, number)[len(columns)].span
            findings.append(Finding("row-too-long", span, {"cells": len(cells), "columns": len(columns)}))
            continue
        row, wrong = _row(dict(zip(columns, cells)), number, reading)
        for column, code, values in wrong:
            at = columns.index(column) if column in columns else 0
            spans = located(cells, raw, reading.file, number)
            findings.append(Finding(code, spans[min(at, len(spans) - 1)].span, {"key": column, **values}))
        if row is not None:
            if row.quantity < 0:
                span = located(cells, raw, reading.file, number)[columns.index("sku")].span
                returns.append((row, span))
            yield row
    for row, span in returns:
        sold = reading.sold.get((row.order, row.sku))
        if sold is None or sold > row.date:
            findings.append(Finding("register-return-alone", span, {"sku": row.sku, "order": row.order}))


def _columns(cells: list[str], raw: str, number: int, reading: _Reading) -> list[str] | None:
    """Return the column of each cell of the first row, None where rows can't be read by it."""
    findings, file = reading.findings, reading.file
    before = len(findings)
    if len(cells) > MAX_COLUMNS:
        findings.append(Finding("row-too-long", Span(file, number), {"cells": len(cells), "columns": MAX_COLUMNS}))
        return None
    columns: list[str] = []
    for cell, node in zip(cells, located(cells, raw, file, number)):
        name = cell.strip()
        column = _HEADINGS.get(name.lower(), "")
        if not name and any(rest.strip() for rest in cells[len(columns) + 1 :]):
            findings.append(Finding("column-unnamed", node.span, {"column": len(columns) + 1}))
        elif not column and name:
            findings.append(Finding("register-column", node.span, {"key": name[:100], **suggestion(name, _HEADINGS)}))
        elif column and column in columns:
            findings.append(Finding("column-twice", node.span, {"key": name}))
        columns.append(column)
    for column in NEEDED:
        if column not in columns:
            findings.append(Finding("column-missing", Span(file, number), {"key": column}))
    while columns and not columns[-1]:
        columns.pop()
    return columns if len(findings) == before else None


def _row(cells: dict[str, str], number: int, reading: _Reading) -> tuple[RegisterRow | None, list[_Refusal]]:
    """Return the row of these cells, or None with what is wrong in them."""
    wrong: list[_Refusal] = []
    cells = {column: cell.strip() for column, cell in cells.items()}

    def read(column: str, how: Callable[[str], Any]) -> Any:
        text = cells.get(column, "")
        if not text:
            if column == "paid" and order in reading.paid:
                return Decimal(0)
            if column in NEEDED:
                wrong.append((column, "register-cell-empty", {}))
            return None
        try:
            return how(text)
        except PydanticCustomError as error:
            wrong.append((column, error.type, dict(error.context or {})))
            return None

    order: str | None = None
    order, sku = read("order", reference_of), read("sku", line_of)
    day, delivered = read("date", day_of), read("delivered", day_of)
    amounts = {column: read(column, number_of) for column in _AMOUNTS}
    if order is not None and amounts["paid"] is not None:
        reading.paid.add(order)
    line, customer, invoice = (read(column, line_of) or "" for column in ("line", "customer", "invoice"))
    method, currency = cells.get("method", ""), cells.get("currency", "")
    if currency and currency != reading.currency:
        wrong.append(("currency", "register-currency", {"text": currency[:24], "currency": reading.currency}))
    if method and method not in reading.methods and ":" not in method:
        wrong.append(("method", "register-method", {"text": method[:100], "known": list(reading.methods)}))
    wrong += _signs(amounts)
    if wrong:
        return None, wrong
    wrong += _repeated(order, line if amounts["qty"] > 0 else "", customer, number, reading)
    if wrong:
        return None, wrong
    if amounts["qty"] > 0:
        reading.sold[order, sku] = min(day, reading.sold.get((order, sku), day))
    return RegisterRow(
        order=order,
        date=day,
        customer=customer,
        line=line,
        sku=sku,
        quantity=amounts["qty"],
        net=amounts["net"],
        tax=amounts["tax"],
        cost=amounts["cost"],
        paid=amounts["paid"],
        method=method,
        invoice=invoice,
        delivered=delivered,
        lineno=number,
    ), wrong


def _signs(amounts: dict[str, Decimal | None]) -> Iterator[_Refusal]:
    quantity = amounts["qty"]
    if quantity is None:
        return
    if not quantity:
        yield "qty", "register-quantity-zero", {}
        return
    for column in ("net", "tax", "cost"):
        amount = amounts[column]
        if amount is not None and amount * quantity < 0:
            yield column, "register-signs", {"text": f"{amount:f}", "quantity": f"{quantity:f}"}


def _repeated(order: str, line: str, customer: str, number: int, reading: _Reading) -> Iterator[_Refusal]:
    """Yield what rows of one order say twice, or differently."""
    if line:
        first = reading.lines.setdefault((order, line), number)
        if first != number:
            yield "line", "register-line-twice", {"line": line, "order": order, "first": first}
    if customer:
        known, at = reading.heads.setdefault(order, (customer, number))
        if known != customer:
            yield "customer", "rows-disagree", {"text": customer, "first": known, "line": at, "id": order}
