"""What early warnings are counted from: the orders sold and the orders with a return, by day and by what they are about."""

from __future__ import annotations

import calendar
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from returnledger.money import ZERO
from returnledger.reports import bql
from returnledger.reports.posted import Record, records
from returnledger.reports.source import Source
from returnledger.terms import Kind

EARLIEST, LATEST = date(1, 1, 1), date(9999, 12, 31)

Days = tuple[date, date]


class Sold(NamedTuple):
    """What one order sold in one line, in revenue without tax."""

    day: date
    order: str
    sku: str
    supplier: str
    channel: str
    customer: str
    currency: str
    revenue: Decimal


class Back(NamedTuple):
    """One returned line: of which order, sold when, and what was credited for it, without and with tax."""

    day: date
    day_sold: date | None
    order: str  # of a return without a sale, its case
    event: str
    sku: str
    supplier: str
    channel: str
    customer: str
    goods: str
    reason: str
    currency: str
    net: Decimal
    gross: Decimal
    has_sale: bool


@dataclass
class Data:
    """The returns that stand, their records, and the sales that they are measured by; both by day."""

    sold: list[Sold] = field(default_factory=list)
    back: list[Back] = field(default_factory=list)
    records: dict[str, Record] = field(default_factory=dict)  # of every posted event, by id
    by_case: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))  # those that stand

    def people(self, event: str) -> tuple[str, ...]:
        """Return who reported or approved an event."""
        return self.records[event].people if event in self.records else ()

    def cases(self, events: Iterator[str] | set[str]) -> tuple[Record, ...]:
        """Return the records of events, by day."""
        found = {event: self.records[event] for event in events if event in self.records}
        return tuple(sorted(found.values(), key=lambda record: (record.date, record.id)))

    @property
    def first_day(self) -> date | None:
        """The first day on which something was sold or came back."""
        return min((rows[0].day for rows in (self.sold, self.back) if rows), default=None)

    @property
    def last_day(self) -> date | None:
        """The last day on which something was sold or came back."""
        return max((rows[-1].day for rows in (self.sold, self.back) if rows), default=None)

    def sold_in(self, days: Days) -> list[Sold]:
        """Return what was sold in a period."""
        low = bisect_left(self.sold, days[0], key=lambda row: row.day)
        return self.sold[low : bisect_right(self.sold, days[1], key=lambda row: row.day)]

    def back_in(self, days: Days) -> list[Back]:
        """Return what came back in a period."""
        low = bisect_left(self.back, days[0], key=lambda row: row.day)
        return self.back[low : bisect_right(self.back, days[1], key=lambda row: row.day)]


def read(source: Source) -> Data:
    """Return what early warnings are counted from; a return that was undone is left out."""
    data = Data(records={record.id: record for record in records(source.posted())})
    every: Mapping[str, object] = {"first": EARLIEST, "last": LATEST}
    for record in data.records.values():
        if record.stands:
            data.by_case[record.case].append(record)
    data.sold = [Sold._make(row) for row in bql.ask_relations(source, "risk-sold", {}, every)]
    for row in bql.ask_relations(source, "risk-returned", {}, every):
        returned = _back(*row)
        own = data.records.get(returned.event)
        if own is not None and own.stands and own.kind == Kind.RETURN:
            data.back.append(returned)
    data.sold.sort(key=lambda row: (row.day, row.order, row.sku))
    data.back.sort(key=lambda row: (row.day, row.order, row.event, row.sku))
    return data


def _back(day: date, day_sold: date | None, order: str, case: str, event: str, *rest: Any) -> Back:
    sku, supplier, channel, customer, goods, reason, currency, net, tax = rest
    net, gross = net or ZERO, (net or ZERO) + (tax or ZERO)
    about = (sku, supplier, channel, customer, goods, reason, currency)
    return Back(day, day_sold, order or case, event, *about, net, gross, bool(order))


def earlier(first: date, last: date, count: int) -> list[Days]:
    """Return the `count` periods of the same length right before, the nearest first: months before months, else days."""
    whole = first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    length = (last - first).days + 1
    found = []
    for n in range(1, count + 1):
        if whole:
            start = _months_before(first, months * n)
            end = _months_before(first, months * (n - 1)) if start else None
            pair = (start, end - timedelta(days=1)) if start and end else None
        else:
            reaches = first.toordinal() - length * n >= 1
            start = first - timedelta(days=length * n) if reaches else None
            pair = (start, start + timedelta(days=length - 1)) if start else None
        if pair is None:
            break
        found.append(pair)
    return found


def _months_before(day: date, months: int) -> date | None:
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1) if number >= 12 else None


def after(day: date, days: int) -> date:
    """Return the day that many days later, at most the last day of the calendar."""
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))


def by_period(days: Days, before: int) -> Days:
    """Return a period with the days before it, no further back than the calendar goes."""
    return date.fromordinal(max(1, days[0].toordinal() - before)), days[1]
