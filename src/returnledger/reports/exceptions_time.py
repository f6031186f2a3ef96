"""Exceptions of time: returns after their window, entries of closed periods, refunds paid late, and refunds still due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from returnledger.money import ZERO
from returnledger.reports.deviations import Deviation, Noted
from returnledger.reports.posted import Record, paid_by, pays
from returnledger.reports.shopbooks import ShopBooks
from returnledger.roles import Role


def late_returns(record: Record, books: ShopBooks) -> Iterator[Noted]:
    """Yield a return that was asked for, or received where that is what counts, after the last day that it keeps."""
    last = day_of(record.entries[0].window_end)
    policy = books.policy(record)
    body = record.event.body if record.event else None
    judged = (body.requested if body else None) or record.entries[0].dated
    if policy is not None and policy.window.judged_by == "received":
        judged = getattr(body, "received", None) or record.entries[0].dated
    if last is not None and judged > last:
        waived = any(each.value == "window-closed" for each in record.all("waived"))
        about = f"window_end: {last.isoformat()}" + ("; window-closed" if waived else "")
        yield Noted.of(Deviation.LATE_RETURN, record, about, days=(judged - last).days)


def booked_later(record: Record, books: ShopBooks) -> Iterator[Noted]:
    """Yield an entry that was booked after the day of its event, because that day's period was closed."""
    for entry in record.entries[:1]:
        if entry.dated < entry.date:
            about, days = f"date: {entry.dated.isoformat()}", (entry.date - entry.dated).days
            yield Noted.of(Deviation.BOOKED_LATER, record, about, days=days)


def late_refunds(books: ShopBooks, low: date, high: date) -> Iterator[Noted]:
    """Yield payments of the period after their deadline, and what was due by its end and is not paid."""
    for own in books.by_case.values():
        # The days of an advance count from its approval, where there is one.
        first = sorted(own, key=lambda record: record.entries[0].told.get("stage") != "approved")
        due = next((day for record in first for day in map(day_of, _deadlines(record)) if day is not None), None)
        if due is None:
            continue
        for record in own:
            for entry in record.entries:
                if pays(entry) and entry.dated > due and low <= entry.date <= high:
                    about, days = f"deadline: {due.isoformat()}", (entry.dated - due).days
                    late = Noted.of(Deviation.LATE_REFUND, record, about, day=entry.date, days=days)
                    paid = paid_by(leg for leg in entry.legs if leg.currency == record.currency)
                    yield replace(late, amount=paid or record.amount, place=entry.place)
        left = unpaid(own, high)
        if due < high and left > 0:
            opened = own[0]
            about, days = f"deadline: {due.isoformat()}", (high - due).days
            overdue = Noted.of(Deviation.REFUND_OVERDUE, opened, about, day=due, days=days)
            yield replace(overdue, amount=left)


def _deadlines(record: Record) -> Iterator[str]:
    for each in record.decided:
        if each.effect == "deadline":
            yield each.value


def unpaid(own: tuple[Record, ...], upto: date) -> Decimal:
    """Return what a case still owes the customer at the end of a day, in the currency of its first event."""
    legs = (leg for record in own for entry in record.entries if entry.date <= upto for leg in entry.legs)
    payable = (leg for leg in legs if leg.role == Role.REFUND_PAYABLE and leg.currency == own[0].currency)
    return -sum((leg.amount for leg in payable), ZERO)


def day_of(text: str) -> date | None:
    """Return the day that an entry keeps as text, None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
