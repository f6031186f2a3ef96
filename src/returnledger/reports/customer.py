"""One customer: the orders with what came back of them, and every case with what was credited, paid and is due.

Returns, allowances and advances stand together; the customer is named by the code that the ledger uses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from returnledger.money import ZERO
from returnledger.reports import bql, options
from returnledger.reports.casestatus import STATUS
from returnledger.reports.options import nearest, refuse
from returnledger.reports.source import Source
from returnledger.reports.table import N_, Column, Phrase, Report, Row, Table
from returnledger.terms import Kind

TITLE = N_("One customer")
OPTIONS: dict[str, str] = {
    "customer": N_("the customer's code; it may be written right after the name of the report"),
    "from": N_("the first day"),
    "to": N_("the last day"),
    "period": N_("a month 2026-11, a quarter 2026-Q4 or a year 2026"),
}
_DEFINITION = N_("rate = units of the order that came back / units sold; amounts of orders with tax")
COLUMNS = (
    Column("order", N_("order"), "text", N_("the order")),
    Column("date_sold", N_("sold on"), "date", N_("the day of the sale")),
    Column("sold", N_("sold"), "number", N_("units sold"), N_("units")),
    Column("returned", N_("returned"), "number", N_("units that came back by the last day"), N_("units")),
    Column("rate", N_("rate"), "rate", N_("returned / sold"), N_("share of 1")),
    Column("value_sold", N_("value sold"), "money", N_("revenue and tax of the order")),
    Column("value_returned", N_("value returned"), "money", N_("revenue and tax given back by the last day")),
    Column("currency", N_("currency"), "currency", N_("the currency of the amounts")),
)
CASES = (
    Column("case", N_("case"), "text", N_("the id of the case")),
    Column("kind", N_("kind"), "code", N_("the event that opened it"), words=Kind),
    Column("order", N_("order"), "text", N_("the order it belongs to"), spare=True),
    Column("opened", N_("opened"), "date", N_("the day of its first step")),
    STATUS,
    Column("credited", N_("credited"), "money", N_("credited to the customer, tax included")),
    Column("paid", N_("repaid"), "money", N_("paid to the customer")),
    Column("due", N_("due"), "money", N_("credited and not yet paid")),
    Column("currency", N_("currency"), "currency", N_("the currency of the amounts")),
    Column("deadline", N_("deadline"), "date", N_("the day by which it is due, as it was decided")),
)


def build(given: Mapping[str, str], source: Source) -> Report:
    """Return the orders and cases of a customer; raises Refused where nobody or nobody known is named."""
    customer = given.get("customer", "")
    if not customer:
        raise refuse("customer-missing")
    known = {name for relation in ("sales", "cases") for name in bql.column(source, relation, "customer") if name}
    if customer not in known:
        raise refuse("customer-unknown", customer=customer, nearest=nearest(customer, sorted(known)))
    first, last = options.period(given)
    asked = {"customer": customer, "first": first or date.min, "last": last or date.max}
    orders = _orders(source, asked)
    cases = sorted(bql.ask_relations(source, "customer", {}, asked), key=lambda row: (row[3], row[0]))
    return Report(
        name="customer",
        title=Phrase(TITLE),
        table=Table(COLUMNS, tuple(orders), _order_totals(orders)),
        definition=Phrase(_DEFINITION),
        basis=Phrase(N_("orders sold and cases opened in the period")),
        source=Phrase(
            N_("the relations sales, returns and cases, queries {files}"),
            {"files": "customer.bql, customer-orders.bql, customer-returns.bql"},
        ),
        period=(first, last) if first or last else None,
        filters=(("customer", customer),),
        parts=(_cases(cases),) if cases else (),
        notes=() if cases else (Phrase(N_("the customer has no case")),),
        commit=source.commit,
    )


def _orders(source: Source, asked: Mapping[str, object]) -> list[Row]:
    """Return the rows of the orders, by day of sale."""
    back: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
    for order, currency, quantity, revenue, tax in bql.ask_relations(source, "customer-returns", {}, asked):
        back[order, currency] = quantity, revenue + tax
    rows = []
    for order, currency, day, quantity, revenue, tax in bql.ask_relations(source, "customer-orders", {}, asked):
        units, value = back.get((order, currency), (ZERO, ZERO))
        rows.append((order, day, quantity, units, _rate(units, quantity), revenue + tax, value, currency))
    return sorted(rows, key=lambda row: (row[1], row[0]))


def _rate(part: Decimal, whole: Decimal) -> Decimal | None:
    return part / whole if whole else None


def _order_totals(rows: Iterable[Row]) -> tuple[Row, ...]:
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO] * 4)
    for row in rows:
        cells = (row[2], row[3], row[5], row[6])
        sums[str(row[-1])] = [old + cell for old, cell in zip(sums[str(row[-1])], cells) if isinstance(cell, Decimal)]
    return tuple(
        (None, None, sold, returned, _rate(returned, sold), *values, currency)
        for currency, (sold, returned, *values) in sorted(sums.items())
    )


def _cases(rows: list[tuple[Any, ...]]) -> Table:
    """Return the table of cases with the sums of what was credited, paid and is due."""
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO] * 3)
    shown: list[Row] = []
    for case, kind, order, opened, status, _, *amounts, currency, deadline in rows:
        shown.append((case, kind, order or None, opened, status, *amounts, currency, deadline))
        sums[currency] = [old + amount for old, amount in zip(sums[currency], amounts)]
    totals = tuple((*(None,) * 5, *own, currency, None) for currency, own in sorted(sums.items()))
    return Table(CASES, tuple(shown), totals, key="cases", heading=N_("Cases"))
