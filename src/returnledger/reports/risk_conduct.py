"""Conduct that costs a shop money: customers who return often, money without goods, sales that come back after a period end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial

from returnledger.money import CONTEXT, ZERO
from returnledger.policy.model_risk import PeriodEndTable, ReturnerRow, ReturnerTable, ShareRow, WithoutGoodsTable
from returnledger.reports.alarms import Alarm, What, graded
from returnledger.reports.confidential import Customers
from returnledger.reports.posted import Record, pays
from returnledger.reports.risk_data import Back, Data, Days, after, by_period, earlier
from returnledger.terms import Goods


def returners(data: Data, last: date, table: ReturnerTable, currency: str, customers: Customers) -> Iterator[Alarm]:
    """Yield the customers who returned much within the days up to `last`; amounts are compared in `currency`."""
    days = by_period((last, last), table.within_days - 1)
    bought: dict[str, set[str]] = defaultdict(set)
    returned: dict[str, set[str]] = defaultdict(set)
    events: dict[str, set[str]] = defaultdict(set)
    credited: dict[str, Decimal] = defaultdict(Decimal)
    for sold in data.sold_in(days):
        bought[sold.customer].add(sold.order)
    for back in data.back_in(days):
        if back.customer:
            returned[back.customer].add(back.order)
            events[back.customer].add(back.event)
            credited[back.customer] += back.gross if back.currency == currency else ZERO
    for customer in sorted(returned):
        dealt = len(bought[customer] | returned[customer])
        orders = len(returned[customer])
        rate = share(Decimal(orders), Decimal(dealt))
        if dealt < table.min_orders:
            continue
        amount = credited[customer]
        grade = graded(table, partial(_returns_much, orders=orders, rate=rate, amount=amount))
        if grade:
            yield Alarm(
                grade=grade,
                what=What.CUSTOMER,
                which=customers.shown(customer),
                cases=data.cases(events[customer]),
                row=f"risk.returners.{grade}",
                found=orders,
                of=dealt,
                rate=rate,
            )


def _returns_much(row: ReturnerRow, orders: int, rate: Decimal | None, amount: Decimal) -> bool:
    enough = rate is not None and rate >= row.rate if row.rate is not None else True
    return orders >= row.returns and enough and (row.amount is None or amount >= row.amount)


def share(part: Decimal, whole: Decimal) -> Decimal | None:
    """Return a part as a share of 1; None where there is no whole."""
    return CONTEXT.divide(part, whole) if whole else None


def without_goods(data: Data, days: Days, table: WithoutGoodsTable) -> Iterator[Alarm]:
    """Yield in which way, and how much, money went out without goods, in each currency of the period."""
    within = data.back_in(days)
    first = {event for event in {back.event for back in within} if paid_first(data, data.records[event])}
    kinds: dict[What, list[Back]] = {
        What.KEPT: [back for back in within if back.goods == Goods.KEPT],
        What.NEVER_SHIPPED: [back for back in within if back.goods == Goods.NEVER_SHIPPED],
        What.NO_SALE: [back for back in within if not back.has_sale],
        What.PAID_FIRST: [back for back in within if back.event in first],
    }
    credited = _by_currency(within)
    cases = len({back.event for back in within})
    for what, rows in kinds.items():
        for currency, amount in _by_currency(rows).items():
            own = {back.event for back in rows if back.currency == currency}
            rate = share(amount, credited[currency])
            grade = graded(table, partial(reached, rate=rate, cases=len(own)))
            if grade:
                yield Alarm(
                    grade=grade,
                    what=what,
                    which=currency if len(credited) > 1 else None,
                    cases=data.cases(own),
                    row=f"risk.without_goods.{grade}",
                    found=len(own),
                    of=cases,
                    rate=rate,
                )


def reached(row: ShareRow, rate: Decimal | None, cases: int) -> bool:
    """Return True if a share, and the cases that it is made of, are what a row asks."""
    return rate is not None and rate >= row.rate and cases >= row.cases


def paid_first(data: Data, record: Record) -> bool:
    """Return True if a case was paid before the day on which its goods were received, as the event says it."""
    received = getattr(record.event.body, "received", None) if record.event else None
    if received is None:
        return False
    days = [entry.date for each in data.by_case[record.case] for entry in each.entries if pays(entry)]
    return bool(days) and min(days) < received


def _by_currency(rows: Iterable[Back]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for back in rows:
        found[back.currency] += back.gross
    return dict(sorted(found.items()))


def period_ends(
    data: Data, days: Days, table: PeriodEndTable, count: int, customers: Customers
) -> tuple[list[Alarm], list[date]]:
    """Return the alarms on the end before the period and on its own, and the ends whose first days are not over yet."""
    past = earlier(*days, count + 1)
    ends = [days, *past[:1]]
    alarms: list[Alarm] = []
    waiting = []
    for n, sold in enumerate(ends):
        if data.last_day is None or data.last_day < after(sold[1], table.days):
            waiting.append(sold[1])
        if data.last_day is not None and data.last_day > sold[1]:
            alarms += _one_end(data, sold, past[n:], table, customers)
    return alarms, waiting


def _one_end(data: Data, days: Days, past: list[Days], table: PeriodEndTable, customers: Customers) -> Iterator[Alarm]:
    own = _after(data, days, table.days)
    before = [_after(data, each, table.days) for each in past]
    for customer, currency in sorted(own.sold):
        sold, back = own.sold[customer, currency], own.back.get((customer, currency), ZERO)
        if len(own.orders[customer]) < table.min_orders:
            continue
        events = own.events[customer, currency]
        rate = share(back, sold)
        grade = graded(table, partial(reached, rate=rate, cases=len(events)))
        if not grade:
            continue
        earlier_sold = sum((each.sold.get((customer, currency), ZERO) for each in before), ZERO)
        earlier_back = sum((each.back.get((customer, currency), ZERO) for each in before), ZERO)
        usual = share(earlier_back, earlier_sold)
        yield Alarm(
            grade=grade,
            what=What.PERIOD_END,
            which=", ".join(filter(None, (days[1].isoformat(), customers.shown(customer)))),
            cases=data.cases(events),
            row=f"risk.period_end.{grade}",
            found=len(own.returned[customer, currency]),
            of=len(own.orders[customer]),
            rate=rate,
            usual=usual,
            times=share(rate, usual) if rate is not None and usual else None,
        )


class _After:
    """What one period sold and what of it came back right after; "" stands for all customers."""

    def __init__(self) -> None:
        self.sold: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        self.back: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        self.orders: dict[str, set[str]] = defaultdict(set)
        self.returned: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.events: dict[tuple[str, str], set[str]] = defaultdict(set)


def _after(data: Data, days: Days, first_days: int) -> _After:
    found = _After()
    for sold in data.sold_in(days):
        for customer in {"", sold.customer}:
            found.sold[customer, sold.currency] += sold.revenue
            found.orders[customer].add(sold.order)
    for back in data.back_in((after(days[1], 1), after(days[1], first_days))):
        if days[1] < back.day and back.day_sold is not None and days[0] <= back.day_sold <= days[1]:
            for customer in {"", back.customer}:
                found.back[customer, back.currency] += back.net
                found.returned[customer, back.currency].add(back.order)
                found.events[customer, back.currency].add(back.event)
    return found
