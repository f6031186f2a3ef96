"""The edges of numbers that rows set and no condition asks for: the most of a fee, and days to pay or to send back.

A fee is shown where it just reaches its most; a deadline on the day before the last, on the last, and on the day after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from returnledger.money import decimals_of, show
from returnledger.policies.windowedges import Point
from returnledger.policy import Policy
from returnledger.policy.chosen import Chosen
from returnledger.policy.conditions import FactValue, text_of
from returnledger.policy.due import advance_deadline, authorisation
from returnledger.policy.judging import Dates, Given, judge_alone
from returnledger.policy.model_rows import FeeRow, RefundRow
from returnledger.policy.prepare import PreparedRow

_ONE = timedelta(days=1)


def row_edges(policy: Policy, row: PreparedRow, facts: Mapping[str, FactValue], days: Dates) -> Iterator[Point]:
    """Yield the points at the edge of what a row of fees or refunds sets, for facts on which it decides."""
    if isinstance(row.says, FeeRow) and row.says.maximum is not None and row.says.percent:
        yield from _most(policy, row, row.says, facts, days)
    if isinstance(row.says, RefundRow) and row.says.within_days is not None:
        name = row.says.counted_from

        def due(dates: Dates) -> date | None:
            judgement = judge_alone(policy, Given(facts, dates))
            mine = judgement.picked["refunds"].chosen.row == row.says.id
            last = judgement.value("deadline") if mine else None
            return last if isinstance(last, date) else None

        given = {fact: text_of(value) for fact, value in facts.items()}
        for value, outcome in _by_day(due, days):
            start = {name: str(getattr(days, name))}
            yield (
                f"refunds.{row.says.id}.within_days",
                row.place,
                given | start,
                "paid",
                value,
                outcome,
                f"{row.says.id}.within_days",
            )


def other_edges(policy: Policy, days: Dates) -> Iterator[Point]:
    """Yield the points at the edge of how long goods may come, and of when an advance must be back."""
    told = ("authorisation", "valid_days", "received", authorisation, policy.says.authorisation)
    paid = ("advance_deadline", "within_days", "paid", advance_deadline, policy.says.advance_deadline)
    for table, key, fact, counted, says in (told, paid):
        if says is None:
            continue
        start: dict[str, str] = {says.counted_from: str(getattr(days, says.counted_from))}
        for value, outcome in _by_day(_last(policy, counted), days):
            yield f"{table}.{key}", policy.place(table), start, fact, value, outcome, f"{table}.{key}"


def _last(policy: Policy, counted: Callable[[Policy, Dates], Chosen]) -> Callable[[Dates], date | None]:
    def due(dates: Dates) -> date | None:
        last = counted(policy, dates).value
        return last if isinstance(last, date) else None

    return due


def _by_day(due: Callable[[Dates], date | None], days: Dates) -> Iterator[tuple[str, str]]:
    """Yield a day with whether it is in time, and the last day: just before that day, on it and just after."""
    last = due(days)
    if last is None or not date.min < last < date.max:
        return
    for day in (last - _ONE, last, last + _ONE):
        yield day.isoformat(), f"{'in_time' if day <= last else 'late'} ({last.isoformat()})"


def _most(
    policy: Policy, row: PreparedRow, says: FeeRow, facts: Mapping[str, FactValue], days: Dates
) -> Iterator[Point]:
    """Yield what a fee in per cent keeps just below the amount at which it reaches its most, there, and above."""
    assert says.percent and says.maximum is not None
    cent = Decimal(1).scaleb(-decimals_of(policy.currency))
    step = (cent * 100 / says.percent).quantize(cent, ROUND_CEILING)
    at = (says.maximum * 100 / says.percent).quantize(cent, ROUND_CEILING)
    base = "line_amount" if says.of == "paid" else "line_net"
    given = {fact: text_of(value) for fact, value in facts.items() if fact != base}
    for amount in (at - step, at, at + step):
        known = {**facts, base: amount}
        if base == "line_net":  # no more is kept than the goods are worth, whatever their tax
            known["line_amount"] = amount
        judgement = judge_alone(policy, Given(known, days))
        if judgement.picked["fee"].chosen.row == says.id and judgement.fee_amount is not None:
            kept = show(judgement.fee_amount, policy.currency)
            yield f"fees.{says.id}.max", row.place, given, base, show(amount, policy.currency), kept, f"{says.id}.max"
