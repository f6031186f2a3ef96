"""The edges of windows: the day before the last, the last, and the day after; the first and last sale of an extension."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from returnledger.findings import Span
from returnledger.policies.madeup import facts_for, facts_outside
from returnledger.policy import Policy
from returnledger.policy.conditions import FactValue, text_of
from returnledger.policy.judging import Dates, Given, judge_alone
from returnledger.policy.rules import ExtensionRule, WindowRule

# Name and place of the row, other facts, the day that is moved, its value, what is decided, and by which row.
Point = tuple[str, Span, Mapping[str, str], str, str, str, str]
_ONE = timedelta(days=1)
_LATEST = date.max.toordinal() - 40_000  # so that the longest window ends within the calendar


def window_edges(policy: Policy) -> Iterator[Point]:
    """Yield the points at the edges of every window of `policy`."""
    rules, accepted = policy.windows, facts_outside(policy, "verdicts")
    yield from _rule(policy, rules.default, accepted)
    for category, rule in rules.by_category.items():
        yield from _rule(policy, rule, accepted | {"category": category})
    for fault, rule in rules.by_fault.items():
        yield from _rule(policy, rule, accepted | {"fault": fault})
    for case in rules.cases:
        facts = facts_for(next(row.asks for row in policy.tables["window.cases"] if row.says.id == case.row.says.id))
        if facts is not None:
            yield from _rule(policy, case.rule, accepted | facts)
    for extension in rules.extensions:
        yield from _extension(policy, extension, accepted)


def _rule(policy: Policy, rule: WindowRule, facts: Mapping[str, FactValue]) -> Iterator[Point]:
    start = _plain_day(policy)
    last = rule.count.last_day(start)
    name = "invoiced" if rule.start_from == "invoice" else rule.start_from
    given = {fact: text_of(value) for fact, value in facts.items()} | {name: start.isoformat()}
    for day in (last - _ONE, last, last + _ONE) if date.min < last < date.max else (last,):
        if day >= start:
            yield _point(policy, rule.name, rule.place, facts, _all_on(policy, rule.start_from, start, day), given, day)


def _plain_day(policy: Policy) -> date:
    """Return a day of sale within the policy that no extension is for."""
    day = policy.valid_from
    for _ in range(24):
        day = date.fromordinal(min(day.toordinal() + 31, _LATEST))
        if not any(rule.first <= day <= rule.last for rule in policy.windows.extensions):
            break
    return day


def _all_on(policy: Policy, start_from: str, start: date, asked: date) -> Dates:
    """Return the days of a sale that was delivered and paid on its day, and comes back when it is asked for."""
    received = start if start_from == "received" else asked if policy.windows.by_receipt else None
    return Dates(start, start, start, received, start, start, start, asked)


def _extension(policy: Policy, rule: ExtensionRule, facts: Mapping[str, FactValue]) -> Iterator[Point]:
    known = {fact: text_of(value) for fact, value in facts.items()}
    for sold in (rule.first - _ONE, rule.first, rule.last, rule.last + _ONE):
        dates = Dates(sold=sold, delivered=sold, requested=rule.until, received=_if(policy, rule.until))
        given = known | {"requested": rule.until.isoformat()}
        yield _point(policy, rule.name, rule.place, facts, dates, given, sold, "sold")
    for asked in (rule.until - _ONE, rule.until, rule.until + _ONE):
        dates = Dates(sold=rule.last, delivered=rule.last, requested=asked, received=_if(policy, asked))
        given = known | {"sold": rule.last.isoformat()}
        yield _point(policy, rule.name, rule.place, facts, dates, given, asked)


def _if(policy: Policy, day: date) -> date | None:
    return day if policy.windows.by_receipt else None


def _point(
    policy: Policy,
    name: str,
    place: Span,
    facts: Mapping[str, FactValue],
    dates: Dates,
    given: Mapping[str, str],
    day: date,
    moved: str | None = None,
) -> Point:
    judgement = judge_alone(policy, Given(facts, dates))
    window, verdict = judgement.window, judgement.picked["verdict"]
    which = moved or ("received" if policy.windows.by_receipt else "requested")
    if window is None:  # a law that gives no window says nothing of days
        return name, place, given, which, day.isoformat(), str(verdict.value), verdict.chosen.row
    outcome = f"{verdict.value} ({window.last_day})"
    by = window.row if verdict.chosen.row in ("default", window.row) else f"{window.row}, {verdict.chosen.row}"
    return name, place, given, which, day.isoformat(), outcome, by
