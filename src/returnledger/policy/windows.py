"""Until which day goods may come back: of all rows that apply, the latest end counts.

`days: 0` closes the window, unless the fault is the merchant's. Days are calendar days; the day after the first is day
one, unless the policy says that the day itself is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from returnledger.findings import Span
from returnledger.policy.model import WindowRow, WindowTable
from returnledger.policy.prepare import Policy
from returnledger.terms import Fault


@dataclass(frozen=True, slots=True)
class Window:
    """The window of one item: its last day, from which day it counts, and the row that decided.

    `open` says whether the day that is judged lies in it, `days_late` by how many days it does not; `assumed` names
    the dates that were asked for and that nobody knows.
    """

    last_day: date | None
    start: date | None
    start_from: str
    days: int
    row: str
    place: Span
    open: bool
    days_late: int
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Ends:
    """One row's answer, before the latest is taken."""

    last_day: date
    start: date
    start_from: str
    days: int
    path: tuple[str | int, ...]
    name: str
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Dates:
    sold: date | None
    shipped: date | None
    delivered: date | None
    paid: date | None
    received: date | None

    def start(self, asked_from: str, transit_days: int) -> tuple[date, str, tuple[str, ...]] | None:
        """Return the day to count from, which it is, and the days that are unknown and were passed over."""
        arrived = _later(self.shipped, transit_days)
        chains: dict[str, tuple[tuple[str, date | None], ...]] = {
            "sold": (),
            "paid": (("paid", self.paid),),
            "shipped": (("shipped", self.shipped),),
            "delivered": (("delivered", self.delivered), ("shipped", arrived)),
            "received": (("received", self.received), ("delivered", self.delivered), ("shipped", arrived)),
        }
        unknown: list[str] = []
        for name, day in (*chains[asked_from], ("sold", self.sold)):
            if day is not None:
                return day, name, tuple(unknown)
            unknown.append(name)
        return None


def _later(day: date | None, days: int) -> date | None:
    """Return the day `days` after `day`, at most the last day of the calendar."""
    return None if day is None else date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))


def window_of(
    policy: Policy,
    *,
    category: str | None,
    fault: Fault,
    sold: date | None,
    shipped: date | None,
    delivered: date | None,
    paid: date | None,
    received: date | None,
    asked: date,
) -> Window:
    """Return the window of an item and whether the day judged lies in it.

    `asked` is the day the customer asked; under `judged_by: received` the day that the goods came back is judged, where
    it is known. Without any day to count from the window is not open.
    """
    table = policy.says.window
    dates = _Dates(sold, shipped, delivered, paid, received)
    judged = received if table.judged_by == "received" and received is not None else asked
    ends = list(_ends(table, category, fault, dates))
    if not ends:
        place = policy.place("window", "default")
        return Window(None, None, table.default.counted_from or "delivered", 0, "window.default", place, False, 0, ())
    closing = [end for end in ends if end.days == 0 and end.name.split(".")[1] != "extensions"]
    closed = bool(closing) and fault is not Fault.MERCHANT
    best = closing[0] if closed else max(ends, key=lambda end: end.last_day)
    return Window(
        last_day=best.last_day,
        start=best.start,
        start_from=best.start_from,
        days=best.days,
        row=best.name,
        place=policy.place("window", *best.path),
        open=not closed and judged <= best.last_day,
        days_late=max(0, (judged - best.last_day).days),
        assumed=best.assumed,
    )


def _ends(table: WindowTable, category: str | None, fault: Fault, dates: _Dates) -> Iterator[_Ends]:
    rows: list[tuple[tuple[str, ...], WindowRow]] = [(("default",), table.default)]
    if category is not None and category in table.by_category:
        rows.append((("by_category", category), table.by_category[category]))
    if fault in table.by_fault:
        rows.append((("by_fault", fault.value), table.by_fault[fault]))
    for path, row in rows:
        counted_from = row.counted_from or table.default.counted_from or "delivered"
        found = dates.start(counted_from, table.transit_days)
        if found is not None:
            start, start_from, assumed = found
            reach = row.days if table.count_start == "next_day" else max(row.days - 1, 0)
            last_day = _later(start, reach) or start
            name = ".".join(("window", *path))
            yield _Ends(last_day, start, start_from, row.days, path, name, assumed)
    for position, extension in enumerate(table.extensions):
        if dates.sold is not None and extension.sold[0] <= dates.sold <= extension.sold[1]:
            days = (extension.until - dates.sold).days
            name = f"window.extensions.{extension.name}"
            yield _Ends(extension.until, dates.sold, "sold", days, ("extensions", position), name)
