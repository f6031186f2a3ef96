"""Spikes: more orders with a return of one thing than in its earlier periods, or than of all else.

Counted in orders, so that a large order that comes back is one and not a hundred. A period's returns come from its
own sales and those of some days before; that many orders are the chances of a return. Against its own earlier periods
a thing may reach any grade. If all else has risen too, beyond chance, that rise is taken off first: after the
holidays more of everything comes back. Somebody who never booked a return before reaches medium at most: people join.
Against all others of the same period SKUs, suppliers and channels reach medium at most, since some goods come back
more than others all the year.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Literal

from returnledger.money import CONTEXT
from returnledger.policy.model_risk import SpikeRow, SpikeTable
from returnledger.reports.alarms import Against, Alarm, Grade, What, graded
from returnledger.reports.chance import tail, times
from returnledger.reports.risk_data import Back, Data, Days, by_period, earlier
from returnledger.terms import Reason
from returnledger.words import names

OF_SALES = (What.SKU, What.SUPPLIER, What.CHANNEL)  # what sales know too
_EVERYTHING = ""


@dataclass
class _Counts:
    """Of one thing: on which days an order sold it, and on which days an order had a return of it."""

    sold: list[date] = field(default_factory=list)
    back: dict[tuple[str, date], set[str]] = field(default_factory=lambda: defaultdict(set))  # order, day -> events

    def returned(self, days: Days) -> dict[str, set[str]]:
        """Return the orders with a return in a period, each with its events."""
        found: dict[str, set[str]] = defaultdict(set)
        for (order, day), events in self.back.items():
            if days[0] <= day <= days[1]:
                found[order] |= events
        return found

    def orders(self, days: Days) -> int:
        """Return how many orders were sold in a period."""
        return bisect_right(self.sold, days[1]) - bisect_left(self.sold, days[0])


@dataclass(frozen=True, slots=True)
class _Figures:
    """Orders with a return, and orders that they could come from: in the period and in the earlier ones."""

    found: int
    chances: int
    before: int
    chances_before: int


def spikes(data: Data, days: Days, table: SpikeTable) -> tuple[list[Alarm], int]:
    """Return the spikes of a period, and how many orders with a return could not be compared: nothing sold to measure by."""
    past = compared_with(data, days, table)
    whole = _counted(data, What.ALL)[_EVERYTHING]
    everything = _figures(whole, whole, days, past, table)
    alarms = list(_of_one(data, What.ALL, _EVERYTHING, whole, everything, None, 1, days, table))
    unmeasured: set[str] = set()
    for what in map(What.of, table.by):
        counts = _counted(data, what)
        counts.pop(_EVERYTHING, None)
        for key in sorted(counts):
            measure = counts[key] if what in OF_SALES else whole
            figures = _figures(counts[key], measure, days, past, table)
            if figures.found and not figures.chances:
                unmeasured |= counts[key].returned(days).keys()
            elif figures.found:
                alarms += _of_one(data, what, key, counts[key], figures, everything, len(counts), days, table)
    return alarms, len(unmeasured)


def compared_with(data: Data, days: Days, table: SpikeTable) -> list[Days]:
    """Return the earlier periods in which returns were posted at all: before that, nothing says that none came back."""
    since = min((record.date for record in data.records.values()), default=None)
    return [period for period in earlier(*days, table.earlier_periods) if since is not None and period[1] >= since]


def _counted(data: Data, what: What) -> dict[str, _Counts]:
    """Return the counts of everything that `what` tells apart."""
    found: dict[str, _Counts] = defaultdict(_Counts)
    seen: set[tuple[str, str]] = set()
    for row in data.sold:
        key = str(getattr(row, what.value)) if what in OF_SALES else _EVERYTHING
        if what in (What.REASON, What.PERSON) or (key, row.order) in seen:
            continue
        seen.add((key, row.order))
        found[key].sold.append(row.day)
    for back in data.back:
        for key in _keys(data, back, what):
            found[key].back[back.order, back.day].add(back.event)
    return found


def _keys(data: Data, back: Back, what: What) -> Iterable[str]:
    if what is What.ALL:
        return (_EVERYTHING,)
    return data.people(back.event) if what is What.PERSON else (str(getattr(back, what.value)),)


def _figures(own: _Counts, measure: _Counts, days: Days, past: list[Days], table: SpikeTable) -> _Figures:
    before = table.sold_before_days
    return _Figures(
        len(own.returned(days)),
        measure.orders(by_period(days, before)),
        sum(len(own.returned(each)) for each in past),
        sum(measure.orders(by_period(each, before)) for each in past),
    )


def _of_one(
    data: Data,
    what: What,
    key: str,
    counts: _Counts,
    own: _Figures,
    every: _Figures | None,
    compared: int,
    days: Days,
    table: SpikeTable,
) -> Iterator[Alarm]:
    """Yield the loudest alarm on one thing: against its earlier periods, else against all others."""
    is_new = what is What.PERSON and not own.before  # somebody who joined, or took over, has no past
    tried: list[tuple[Against, Literal["high", "medium"], _Figures, Decimal]] = [
        (Against.EARLIER, "medium" if is_new else "high", own, _rise(own, every, table.low.chance))
    ]
    if every is not None and what in OF_SALES:
        others = _Figures(own.found, own.chances, every.found - own.found, max(0, every.chances - own.chances))
        tried.append((Against.OTHERS, "medium", others, Decimal(1)))
    found = []
    for against, highest, figures, rise in tried:
        chances = CONTEXT.multiply(Decimal(figures.chances), rise)
        ratio = times(figures.found, figures.before, chances, Decimal(figures.chances_before))
        if not figures.chances_before or (ratio is not None and ratio <= 1) or figures.found < table.low.orders:
            continue
        chance = tail(figures.found, figures.before, chances, Decimal(figures.chances_before)) * compared
        grade = graded(table, partial(_reached, orders=own.found, ratio=ratio, chance=chance), highest)
        if grade is None:
            continue
        usual = CONTEXT.multiply(CONTEXT.divide(Decimal(figures.before), Decimal(figures.chances_before)), rise)
        events = {event for own_events in counts.returned(days).values() for event in own_events}
        found.append(
            Alarm(
                grade=grade,
                what=what,
                which=_named(what, key),
                cases=data.cases(events),
                row=f"risk.spikes.{grade}",
                found=own.found,
                of=own.chances,
                rate=CONTEXT.divide(Decimal(own.found), Decimal(own.chances)) if own.chances else None,
                usual=usual,
                times=ratio,
                chance=min(Decimal(1), chance),
                against=against,
            )
        )
    order = list(Grade)
    yield from sorted(found, key=lambda alarm: order.index(alarm.grade))[:1]


def _named(what: What, key: str) -> str | None:
    """Return what a thing is called: a reason as the word that it is, so that it is shown in the reader's language."""
    return names(Reason).get(key, key) if what is What.REASON else key or None


def _reached(row: SpikeRow, orders: int, ratio: Decimal | None, chance: Decimal) -> bool:
    return orders >= row.orders and (ratio is None or ratio >= row.times) and chance <= row.chance


def _rise(own: _Figures, every: _Figures | None, chance: Decimal) -> Decimal:
    """Return how many times its earlier rate the rate of all else is, where it has risen beyond `chance`; else 1."""
    if every is None:
        return Decimal(1)
    found, before = every.found - own.found, every.before - own.before
    chances, chances_before = Decimal(every.chances), Decimal(every.chances_before)
    ratio = times(found, before, chances, chances_before)
    if ratio is None or ratio <= 1 or tail(found, before, chances, chances_before) > chance:
        return Decimal(1)
    return ratio
