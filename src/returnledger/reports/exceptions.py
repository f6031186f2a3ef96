"""What was done otherwise than the rule: waivers, late steps, one person on two duties, papers that are missing, voids.

All of it is read from the entries, as they were decided and signed; people's roles are those of the settings on the day.
An exception is no offence: a waiver that holds stands here too, so that somebody reads all of them once a period.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from returnledger.reports import bql, options
from returnledger.reports.deviations import Deviation, Noted, kinds_of, table_of
from returnledger.reports.exceptions_duties import approvals, blind, same_person, waivers
from returnledger.reports.exceptions_papers import evidence, typed
from returnledger.reports.exceptions_time import booked_later, late_refunds, late_returns
from returnledger.reports.numbering import missing
from returnledger.reports.posted import Record, records
from returnledger.reports.risk_data import EARLIEST, LATEST
from returnledger.reports.shopbooks import ShopBooks
from returnledger.reports.source import Source
from returnledger.reports.table import N_, Phrase, Report
from returnledger.terms import UNDOING

TITLE = N_("Exceptions")
OPTIONS: dict[str, str] = {
    "period": N_("a month 2026-11, a quarter 2026-Q4 or a year 2026"),
    "from": N_("the first day"),
    "to": N_("the last day"),
}
_DEFINITION = N_(
    "exception = something done otherwise than the policy, the deadline or the separation of duties asks, allowed or not; "
    "events that were undone stand here as voids only"
)

Asked = Callable[[Record, ShopBooks], Iterator[Noted]]
ASKED: tuple[Asked, ...] = (waivers, approvals, same_person, blind, late_returns, booked_later, evidence, typed)


def build(given: Mapping[str, str], source: Source) -> Report:
    """Return the exceptions of a period; raises Refused for an option it can't mean."""
    first, last = options.period(given)
    every = records(source.posted())
    books = _books(source, every)
    low, high = first or EARLIEST, last or max((record.date for record in every), default=LATEST)
    found: list[Noted] = []
    for record in every:
        if record.stands and low <= record.date <= high:
            found += [each for ask in ASKED for each in ask(record, books)]
    found += late_refunds(books, low, high)
    found += _voids(books, low, high)
    found += _numbers(every, low, high)
    found += _edited(source, books, low, high)
    return Report(
        name="exceptions",
        title=Phrase(TITLE),
        table=table_of(found),
        definition=Phrase(_DEFINITION),
        basis=Phrase(N_("event date: the day each entry was booked; a refund that is overdue, the day it was due")),
        source=Phrase(
            N_("the metadata of the posted entries, the settings and the policies, query {file}"),
            {"file": "exceptions.bql"},
        ),
        period=(
            first or min((record.date for record in every), default=None),
            None if not every and not last else high,
        ),
        parts=(kinds_of(found),) if found else (),
        notes=tuple(_notes(found, every, low, high)),
        commit=source.commit,
    )


def _books(source: Source, every: list[Record]) -> ShopBooks:
    sold = {event: day for event, day in bql.ask_relations(source, "exceptions", {}, {}) if day is not None}
    return ShopBooks(source.settings, tuple(source.policies), source.evidence, tuple(every), sold)


def _voids(books: ShopBooks, low: date, high: date) -> Iterator[Noted]:
    known = {record.id: record for record in books.records}
    for record in books.records:
        if record.kind in UNDOING and low <= record.date <= high:
            undone = known.get(record.voids)
            days = (record.date - undone.date).days if undone else None
            yield Noted.of(Deviation.VOID, record, record.voids, days=days)


def _numbers(every: list[Record], low: date, high: date) -> Iterator[Noted]:
    """Yield the numbers that were passed over in the period: those missing at its end and not before it."""
    issued = [(entry.date, entry.number) for record in every for entry in record.entries if entry.number]
    before = set(missing(number for day, number in issued if day < low))
    for number in missing(number for day, number in issued if day <= high):
        if number not in before:
            yield Noted(Deviation.NUMBER_MISSING, None, "", "", "", None, None, number)


def _edited(source: Source, books: ShopBooks, low: date, high: date) -> Iterator[Noted]:
    """Yield what `verify` finds: of the period where the event is known, else always."""
    known = {record.id: record for record in books.records}
    for finding in source.verified():
        record = known.get(finding.event or "")
        if record is None:
            yield Noted(
                Deviation.EDITED, None, finding.event or "", "", "", None, None, finding.code, place=finding.span
            )
        elif low <= record.date <= high:
            yield Noted.of(Deviation.EDITED, record, finding.code, place=finding.span)


def _notes(found: list[Noted], every: list[Record], low: date, high: date) -> Iterator[Phrase]:
    count = sum(1 for record in every if low <= record.date <= high)
    if not found:
        yield Phrase(N_("no exception; posted events looked at: {events}"), {"events": count})
        return
    yield Phrase(N_("exceptions: {count}; posted events looked at: {events}"), {"count": len(found), "events": count})
    if any(each.what is Deviation.EDITED for each in found):
        yield Phrase(N_("`returnledger verify` says what was edited, and `explain CODE` what to do"))
