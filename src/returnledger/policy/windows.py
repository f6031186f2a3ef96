"""Until which day goods may come back: of all rows that apply, the latest end counts.

`days: 0` closes the window, unless the fault is the merchant's. Each row says whether calendar or business days count,
whether the day itself or the next is day one, and whether a last day that is a holiday moves. A row that stands
`instead` of others sets those aside that do not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from returnledger.findings import Span
from returnledger.policy.conditions import Facts, answer
from returnledger.policy.counting import days_after
from returnledger.policy.prepare import Policy
from returnledger.policy.rules import CHAINS, Closing, ExtensionRule, WindowRule, WindowRules
from returnledger.terms import Fault


class Dates(NamedTuple):
    """The days of one return, as far as anybody knows them.

    `sold` to `invoiced` are days of the sale, `received` to `credited` of the return; `requested` is the day on which
    the customer asked, `proof_sent` that on which the customer showed that the goods are on their way.
    """

    sold: date | None = None
    shipped: date | None = None
    delivered: date | None = None
    received: date | None = None
    paid: date | None = None
    contract: date | None = None
    invoiced: date | None = None
    requested: date | None = None
    proof_sent: date | None = None
    approved: date | None = None
    inspected: date | None = None
    credited: date | None = None

    @property
    def sent_back(self) -> date | None:
        """The day on which goods came back or were shown to be on their way, whichever was first."""
        known = [day for day in (self.proof_sent, self.received) if day is not None]
        return min(known, default=None)


class Doubt(NamedTuple):
    """A row without days that would close the window, if only somebody knew whether it applies."""

    row: str
    place: Span
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """The window of one item: its last day, from which day it counts, and the row that decided.

    `open` says whether the day that is judged lies in it, `days_late` by how many days it does not; `assumed` names
    the dates that were asked for and that nobody knows, `missing` the facts that could have given another window, by
    the rows `passed_over`. `judged` is the day that is judged, `doubt` a row that might close the window; `business` says
    that business days are counted, `months` how many come after them; `estimated` is the first year whose holidays were
    counted and are not published yet.
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
    judged: date | None = None
    missing: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
    statute: str | None = None
    doubt: Doubt | None = None
    business: bool = False
    months: int = 0
    estimated: int | None = None

    @property
    def known(self) -> bool:
        """Whether both its last day and the day that is judged are known."""
        return self.last_day is not None and self.judged is not None

    @property
    def no_days(self) -> bool:
        """Whether the row that decided gives no time at all, neither days nor months."""
        return self.days == 0 and self.months == 0


# Last day, first day, which day that is, number of days, rule, days that nobody knows.
_End = tuple[date, date, str, int, WindowRule | ExtensionRule, tuple[str, ...]]
_NO_FACTS: Mapping[str, None] = {}


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
    asked: date | None,
    contract: date | None = None,
    invoiced: date | None = None,
    facts: Facts | None = None,
) -> Window:
    """Return the window of an item and whether the day judged lies in it.

    `asked` is the day the customer asked; under `judged_by: received` the day that the goods came back is judged, where
    it is known. Without any day to count from the window is not open. `facts` are for rows with conditions.
    """
    dates = Dates(sold, shipped, delivered, received, paid, contract, invoiced, asked)
    return window_at(policy, category, fault.value, dates, facts or _NO_FACTS)


def window_at(policy: Policy, category: str | None, fault: str | None, dates: Dates, facts: Facts) -> Window:
    """Return the window of an item of `category` whose return is the `fault` of somebody."""
    rules = policy.windows
    judged = dates.requested
    assumed: tuple[str, ...] = ()
    if rules.by_receipt:
        judged, assumed = (judged, ("received",)) if dates.received is None else (dates.received, ())
    applying = [rules.default]
    if category is not None and (rule := rules.by_category.get(category)) is not None:
        applying.append(rule)
    if fault is not None and (rule := rules.by_fault.get(fault)) is not None:
        applying.append(rule)
    missing, passed_over = _add_cases(rules, applying, facts) if rules.cases else ((), ())
    if rules.instead and any(rule.instead for rule in applying):
        applying = [rule for rule in applying if rule.instead or rule.closes]
    best, closing = _ends(applying, dates, rules.transit_days)
    closed = closing is not None and fault != "merchant"
    if best is None:
        row, place, start_from = rules.default.name, rules.default.place, rules.default.start_from
        unknown = CHAINS["delivered"]
        return Window(None, None, start_from, 0, row, place, False, 0, unknown, judged, missing, passed_over)
    if closed and closing is not None:
        best = closing
    elif rules.extensions and dates.sold is not None:
        best = _extended(rules.extensions, dates.sold, best)
    last, start, start_from, days, by, unknown = best
    late = 0 if judged is None else (judged - last).days
    rule = None if isinstance(by, ExtensionRule) else by
    return Window(
        last,
        start,
        start_from,
        days,
        by.name,
        by.place,
        not closed and judged is not None and late <= 0,
        late if late > 0 else 0,
        unknown + assumed if assumed else unknown,
        judged,
        missing,
        passed_over,
        None if rule is None else rule.statute,
        None if closed or rules.closing is None else _doubt(rules.closing, category, fault, facts),
        rule is not None and rule.count.business,
        0 if rule is None else rule.count.months,
        None if rule is None else rule.count.estimated(start, last),
    )


def _ends(applying: list[WindowRule], dates: Dates, transit_days: int) -> tuple[_End | None, _End | None]:
    """Return the latest end of the rows that apply, and that of the first row without days."""
    best: _End | None = None
    closing: _End | None = None
    for rule in applying:
        found = _start(rule.start_from, dates, transit_days)
        if found is None:
            continue
        start, start_from, unknown = found
        last = rule.count.last_day(start)
        end = (last, start, start_from, rule.count.days, rule, unknown)
        if best is None or last > best[0]:
            best = end
        if closing is None and rule.closes:
            closing = end
    return best, closing


def _extended(extensions: Sequence[ExtensionRule], sold: date, best: _End) -> _End:
    """Return the latest of `best` and the extensions for sales of the day `sold`."""
    for each in extensions:
        if each.first <= sold <= each.last and each.until > best[0]:
            best = (each.until, sold, "sold", (each.until - sold).days, each, ())
    return best


def _doubt(closing: Closing, category: str | None, fault: str | None, facts: Facts) -> Doubt | None:
    """Return the first row without days of which nobody knows whether it applies; none where the merchant answers."""
    if fault == "merchant":
        return None
    if closing.category is not None and category is None:
        return Doubt(closing.category.name, closing.category.place, ("category",))
    if closing.fault is not None and facts.get("fault") is None and facts.get("reason") is None:
        return Doubt(closing.fault.name, closing.fault.place, ("reason",))
    for case in closing.cases:
        if case.holds(facts) is None:
            return Doubt(case.rule.name, case.rule.place, answer(case.row.asks, facts).missing)
    return None


def _add_cases(rules: WindowRules, applying: list[WindowRule], facts: Facts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Add the windows whose condition holds; return the missing facts and the rows that only these could decide."""
    missing: list[str] = []
    passed_over: list[str] = []
    for case in rules.cases:
        holds = case.holds(facts)
        if holds:
            applying.append(case.rule)
        elif holds is None:
            passed_over.append(case.row.says.id)
            missing += [fact for fact in answer(case.row.asks, facts).missing if fact not in missing]
    return tuple(missing), tuple(passed_over)


def _start(asked_from: str, dates: Dates, transit_days: int) -> tuple[date, str, tuple[str, ...]] | None:
    """Return the day to count from, which it is, and the days that are unknown and were passed over."""
    if asked_from == "delivered" and dates.delivered is not None:
        return dates.delivered, "delivered", ()
    unknown: list[str] = []
    for name in CHAINS[asked_from]:
        if name == "arrived":
            name, day = "shipped", None if dates.shipped is None else days_after(dates.shipped, transit_days)
        else:
            day = getattr(dates, name)
        if day is not None:
            return day, name, tuple(unknown)
        unknown.append(name)
    return None
