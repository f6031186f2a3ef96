"""How long cases take from one step to the next: request, approval, receipt, inspection, credit, refund.

A step counts from the step before it that the case has. One taken before the step that usually comes first, a credit before
the goods came, has no days and is counted apart. A breach is a refund paid after its deadline, or due and not yet paid when
the deadline was over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from returnledger.reports import bql, options
from returnledger.reports.source import Source
from returnledger.reports.table import N_, Column, Phrase, Report, Row, Table
from returnledger.words import Word

TITLE = N_("How long cases take")
OPTIONS: dict[str, str] = {
    "from": N_("the first day"),
    "to": N_("the last day"),
    "period": N_("a month 2026-11, a quarter 2026-Q4 or a year 2026"),
    "as-of": N_("deadlines up to this day count"),
}
_DEFINITION = N_(
    "days from the step before, as the case has them; p50 and p90: the least number of days that half, and nine of ten, of "
    "the cases did not exceed"
)


class Step(Word):
    """One step of a case, counted from the step before it."""

    APPROVAL = "approval", "批准", "From the request to its approval.", "自申请至批准。"
    RECEIPT = "receipt", "收货", "Until the last goods came.", "至最后一批商品收货。"
    INSPECTION = "inspection", "验收", "Until the last goods were inspected.", "至最后一次验收。"
    CREDIT = "credit", "冲回", "Until the customer was credited.", "至向客户冲回。"
    REFUND = "refund", "付款", "Until all that was due was paid.", "至应付款项付清。"
    WHOLE = "whole", "全程", "From the request to the last payment.", "自申请至付清。"


COLUMNS = (
    Column("step", N_("step"), "code", N_("the step that ends the days counted"), words=Step),
    Column("cases", N_("cases"), "number", N_("cases that took the step"), N_("cases")),
    Column("p50", N_("p50"), "number", N_("days that half of them did not exceed"), N_("days")),
    Column("p90", N_("p90"), "number", N_("days that nine of ten did not exceed"), N_("days")),
    Column("longest", N_("longest"), "number", N_("most days"), N_("days")),
    Column("breaches", N_("breaches"), "number", N_("cases whose deadline was missed"), N_("cases")),
    Column(
        "out_of_order",
        N_("out of order"),
        "number",
        N_("cases that took it before a step that usually comes first"),
        N_("cases"),
    ),
)
_PATH = (Step.APPROVAL, Step.RECEIPT, Step.INSPECTION, Step.CREDIT, Step.REFUND)


@dataclass(slots=True)
class _Counted:
    """What was counted of one step."""

    days: list[int] = field(default_factory=list)
    breaches: int = 0
    out_of_order: int = 0


def build(given: Mapping[str, str], source: Source) -> Report:
    """Return how long the cases of `source` took; raises Refused for an option it can't mean."""
    first, last = options.period(given)
    known = [day for name in ("date_opened", "date_last") for day in bql.column(source, "cases", name)]
    first, last = first or min(known, default=None), last or max(known, default=None)
    as_of = options.day(given, "as-of") or max([*known, *([last] if last else [])], default=None)
    within = {"first": first or date.min, "last": last or date.max}
    counted = {step: _Counted() for step in Step}
    cases = [row for row in bql.ask_relations(source, "cycle", {}, within) if row[1] != "void"]
    for _, _, requested, approved, received, inspected, credited, refunded, deadline, due in cases:
        _count(counted, (requested, approved, received, inspected, credited, refunded))
        until = refunded or (as_of if due > 0 else None)
        if deadline and until and until > deadline:
            counted[Step.REFUND].breaches += 1
    return Report(
        name="cycle",
        title=Phrase(TITLE),
        table=Table(COLUMNS, tuple(_row(step, found) for step, found in counted.items())),
        definition=Phrase(_DEFINITION),
        basis=Phrase(N_("cases opened in the period; deadlines as of {day}"), {"day": as_of}),
        source=Phrase(N_("the relation {relation}, query {file}"), {"relation": "cases", "file": "cycle.bql"}),
        period=(first, last),
        notes=(Phrase(N_("cases of the period, without void ones: {count}"), {"count": len(cases)}),),
        commit=source.commit,
    )


def _count(counted: dict[Step, _Counted], days: Sequence[date | None]) -> None:
    """Add the steps of one case: each from the last before it that the case has, the whole from request to payment."""
    before = days[0]
    for step, day in zip(_PATH, days[1:]):
        if day is None:
            continue
        if before is not None:
            _add(counted[step], before, day)
        before = day if before is None else max(before, day)
    if days[0] is not None and days[-1] is not None:
        _add(counted[Step.WHOLE], days[0], days[-1])


def _add(found: _Counted, start: date, end: date) -> None:
    if end < start:
        found.out_of_order += 1
    else:
        found.days.append((end - start).days)


def _row(step: Step, found: _Counted) -> Row:
    days = sorted(found.days)
    return (
        step,
        Decimal(len(days) + found.out_of_order),
        *(_share(days, percent) for percent in (50, 90, 100)),
        Decimal(found.breaches) if step is Step.REFUND else None,
        Decimal(found.out_of_order),
    )


def _share(days: Sequence[int], percent: int) -> int | None:
    """Return the least number of days that so many of a hundred did not exceed, None where there are none."""
    return days[-(-len(days) * percent // 100) - 1] if days else None
