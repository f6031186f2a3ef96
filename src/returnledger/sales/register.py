"""Sales of a register: one row per line of an order, for ledgers that hold only the totals of a day or month.

    order,date,customer,line,sku,qty,net,tax,cost,paid,invoice,delivered
    SO-1001,2026-01-05,Ann,1,MUG,2,100.00,13.00,60.00,113.00,INV-77,2026-01-08

A register names no accounts: those of the roles in the settings are meant. What was paid on an order is the sum of
`paid` over its rows; the rest is owed on the receivable. A row of fewer than no units brings goods back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date as Day
from decimal import Decimal

from returnledger.findings import Span
from returnledger.money import ZERO, average, decimals_of, places, show
from returnledger.roles import Role
from returnledger.rows import Money, Noted, Part, Sale, SaleLine
from returnledger.sales.by_hand.returned import deal_back, named


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One row of a register: amounts positive, without tax but for `paid`, in the currency of the books."""

    order: str
    date: Day
    customer: str
    line: str
    sku: str
    quantity: Decimal
    net: Decimal
    tax: Decimal
    cost: Decimal
    paid: Decimal
    method: str
    invoice: str
    delivered: Day | None
    lineno: int


@dataclass(frozen=True, slots=True)
class Bookkeeping:
    """What the settings say of a register's sales: accounts by role, tenders by method, commodities by SKU."""

    file: str
    currency: str
    accounts: Mapping[Role, str]
    methods: Mapping[str, str]  # name of a method -> its account
    commodities: Mapping[str, str] = field(default_factory=dict)  # SKU -> commodity, where the two differ


def sales_of(rows: Iterable[RegisterRow], books: Bookkeeping) -> Iterator[Sale]:
    """Yield the sale of each order of the rows, in the order in which each first shows up."""
    orders: dict[str, list[RegisterRow]] = {}
    for row in rows:
        orders.setdefault(row.order, []).append(row)
    for order, own in orders.items():
        yield _sale(order, own, books)


def _sale(order: str, rows: list[RegisterRow], books: Bookkeeping) -> Sale:
    inferred: list[Noted] = []
    sold = [row for row in rows if row.quantity > 0]
    lines = tuple(_line(row, name, books) for row, name in zip(sold, _names(sold)))
    first = min(row.date for row in sold)
    head = rows[0]
    whole = sum((row.net + row.tax for row in rows), ZERO)
    tenders = tuple(_tenders(rows, whole, books, inferred))
    customer = next((row.customer for row in rows if row.customer), None)
    owed = Money(books.accounts[Role.ACCOUNTS_RECEIVABLE], whole, books.currency, first, (books.file, head.lineno))
    settled = (replace(owed, amount=-money.amount, date=money.date, place=money.place) for money in tenders)
    most = max(places(number) for row in rows for number in (row.net, row.tax, row.cost, row.paid))
    return Sale(
        order=order,
        date=first,
        currency=books.currency,
        decimals=max(decimals_of(books.currency), most),
        lines=lines,
        receivable=(owed, *settled),
        tenders=tenders,
        returned_by_hand=_returned(rows, sold, lines),
        customer=customer,
        payee=customer,
        invoice=", ".join(dict.fromkeys(row.invoice for row in rows if row.invoice)) or None,
        delivered=max((row.delivered for row in sold if row.delivered), default=None),
        place=Span(books.file, head.lineno),
        inferred=tuple(inferred),
    )


def _names(rows: list[RegisterRow]) -> list[str]:
    """Return the line of each row, counted where the register does not say it."""
    taken, names = {row.line for row in rows}, []
    for n, row in enumerate(rows, 1):
        name = row.line or str(n)
        while not row.line and name in taken:
            name += "'"
        taken.add(name)
        names.append(name)
    return names


def _line(row: RegisterRow, name: str, books: Bookkeeping) -> SaleLine:
    place = (books.file, row.lineno)

    def part(role: Role, amount: Decimal) -> tuple[Part, ...]:
        return (Part(role, books.accounts[role], amount, books.currency, place),) if amount else ()

    return SaleLine(
        order=row.order,
        line=name,
        sku=row.sku,
        commodity=books.commodities.get(row.sku, row.sku),
        units=row.quantity,
        date=row.date,
        parts=(*part(Role.REVENUE, -row.net), *part(Role.OUTPUT_VAT, -row.tax)),
        cogs=part(Role.COGS, row.cost),
        lots=(),
        place=Span(*place),
        unit_price=average(row.net, row.quantity),
    )


def _tenders(rows: list[RegisterRow], whole: Decimal, books: Bookkeeping, inferred: list[Noted]) -> Iterator[Money]:
    """Yield what was paid by account; money of which nobody says how it was paid has no account.

    A register joined from a table of orders and one of lines repeats the order's payment on every row: where each row
    says the amount of the whole order, it was paid once.
    """
    paying = [row for row in rows if row.paid]
    if len(rows) > 1 and len(paying) == len(rows) and {row.paid for row in rows} == {whole}:
        inferred.append(("paid-on-every-row", {"amount": show(whole, books.currency)}))
        paying = paying[:1]
    only = next(iter(books.methods)) if len(books.methods) == 1 else ""
    if only and any(not row.method for row in paying):
        inferred.append(("paid-by-only-method", {"method": only}))
    found: dict[str, Money] = {}
    for row in paying:
        method = row.method or only
        account = method if ":" in method else books.methods.get(method, "")
        before = found[account].amount if account in found else ZERO
        found[account] = Money(account, before + row.paid, books.currency, row.date, (books.file, row.lineno))
    yield from (money for money in found.values() if money.amount)


def _returned(rows: list[RegisterRow], sold: list[RegisterRow], lines: tuple[SaleLine, ...]) -> dict[str, Decimal]:
    """Return the units per line that rows of fewer than no units brought back: of that line, else of that SKU."""
    returned: dict[str, Decimal] = {}
    for row in rows:
        if row.quantity < 0:
            mates = [line for line in lines if line.sku == row.sku]
            deal_back(-row.quantity, named(row.line, lines) or mates, returned)
    return returned
