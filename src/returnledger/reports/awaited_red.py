"""Output tax of credits that waits for its red invoice at the end of a day: a part of the report of liabilities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from returnledger.reports.posted import standing_cases
from returnledger.reports.table import N_, Column, Row, Table, totals
from returnledger.rows import Posted
from returnledger.taxcredits import PENDING, taxes_to_credit

COLUMNS = (
    Column("date", N_("date"), "date", N_("the day of the credit")),
    Column("credit", N_("credit"), "text", N_("number of the credit document, else the id of its event")),
    Column("order", N_("order"), "text", N_("the order it belongs to"), spare=True),
    Column("tax", N_("tax"), "money", N_("output tax that had to wait")),
    Column("red_invoiced", N_("red-invoiced"), "money", N_("of it taken back by red invoices")),
    Column("pending", N_("pending"), "money", N_("of it still waiting")),
    Column("applied", N_("applied for"), "money", N_("of what waits, what is applied for")),
    Column("until", N_("until"), "date", N_("the last day on which what is applied for can be confirmed")),
    Column("currency", N_("currency"), "currency", N_("the currency of the amounts")),
)
_SUMS = ("tax", "red_invoiced", "pending", "applied")


def part(entries: Iterable[Posted], last: date | None) -> tuple[Table, ...]:
    """Return the table of what waits at the end of `last`; nothing where no tax waits."""
    rows = tuple(_rows(entries, last))
    if not rows:
        return ()
    return (
        Table(
            COLUMNS,
            rows,
            totals(COLUMNS, rows, _SUMS),
            key="red_invoices",
            heading=N_("Output tax that waits for its red invoice"),
        ),
    )


def _rows(entries: Iterable[Posted], last: date | None) -> Iterator[Row]:
    waiting = [
        each
        for own in standing_cases(entries, last).values()
        if any(leg.role == PENDING for entry in own for leg in entry.legs)
        for each in taxes_to_credit(own)
        if each.tax_left
    ]
    for each in sorted(waiting, key=lambda each: (each.credit.date, each.credit.number, each.credit.id)):
        until = min((application.until for application in each.applications), default=None)
        left, credit = each.tax_left, each.credit
        yield (
            *(credit.date, credit.number or credit.id, credit.order or None),
            *(each.tax, each.tax - left, left, each.applied[1], until, each.currency),
        )
