"""Returns after the end of a period of sales before it: what the auditor asks about first, and where each was booked.

What an estimate had set aside was in the period's figures already. Under asbe a return before the statements are authorised
adjusts the year before; the rest is in the figures of the day it was booked on. Units are those that came back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from returnledger.estimates import LIABILITY
from returnledger.money import ZERO
from returnledger.reports import bql, options
from returnledger.reports.source import Source
from returnledger.reports.table import N_, Column, Phrase, Report, Row, Table, totals
from returnledger.roles import Role
from returnledger.terms import Goods, Kind

TITLE = N_("Returns after the period end of sales before it")
OPTIONS: dict[str, str] = {
    "as-of": N_(
        "the last day of the period; else the balance sheet date of the settings, else the end of the month before"
    ),
    "period": N_("the month, quarter or year at whose end it is"),
    "to": N_("the last day on which returns count"),
}
_DEFINITION = N_(
    "revenue = given back without tax = estimated + prior period + current; estimated = taken from refund liability; days = "
    "from the period end to the return"
)
COLUMNS = (
    Column("date", N_("date"), "date", N_("the day the return was booked")),
    Column("days", N_("days"), "number", N_("days after the period end"), N_("days"), spare=1),
    Column("sold", N_("sold"), "date", N_("the day of the sale"), spare=2),
    Column("order", N_("order"), "text", N_("the order")),
    Column("event", N_("event"), "text", N_("the id of the event")),
    Column("kind", N_("kind"), "code", N_("what the event reports"), words=Kind, heads=True),
    Column("sku", N_("SKU"), "text", N_("the stock keeping unit"), spare=2),
    Column("quantity", N_("quantity"), "number", N_("units that came back"), N_("units")),
    Column("revenue", N_("revenue"), "money", N_("given back, without tax")),
    Column("estimated", N_("estimated"), "money", N_("of it taken from refund liability")),
    Column("prior_period", N_("prior period"), "money", N_("of it booked to the year before")),
    Column("current", N_("current"), "money", N_("of it booked to current revenue")),
    Column("cost", N_("cost"), "money", N_("cost of the goods that came back"), spare=2),
    Column("currency", N_("currency"), "currency", N_("the currency of the amounts")),
)
_SUMS = ("quantity", "revenue", "estimated", "prior_period", "current", "cost")
Line = tuple[str, str, str, str]  # event, order, line, currency


def build(given: Mapping[str, str], source: Source) -> Report:
    """Return the returns after a period end; raises Refused for an option it can't mean."""
    end, last = _days(given, source)
    found = bql.ask_relations(source, "cutoff", {}, {"end": end, "last": last or date.max})
    rows = _rows(found, _booked(source), end)
    return Report(
        name="cutoff",
        title=Phrase(TITLE),
        table=Table(COLUMNS, tuple(rows), totals(COLUMNS, rows, _SUMS)),
        definition=Phrase(_DEFINITION),
        basis=Phrase(N_("sales up to {end}, given back after it"), {"end": end}),
        source=Phrase(N_("the relation {relation}, query {file}"), {"relation": "returns", "file": "cutoff.bql"}),
        period=(end + timedelta(days=1), last),
        notes=_notes(source, end),
        commit=source.commit,
    )


def _days(given: Mapping[str, str], source: Source) -> tuple[date, date | None]:
    """Return the last day of the period, and the last on which returns count: None where nothing is dated after it."""
    to, known = options.day(given, "to"), bql.last_day(source)
    end = options.moment(given) or _end(source, to or known)
    if to is not None and to <= end:
        raise options.refuse("to-too-early", first=end + timedelta(days=1), last=to)
    return end, to or (known if known and known > end else None)


def _end(source: Source, last: date | None) -> date:
    """Return the balance sheet date of the settings where days follow it, else the end of the month before the last day."""
    year = source.settings.year_end
    if year is not None and (last is None or year.date < last):
        return year.date
    return (last or date(2000, 1, 31)).replace(day=1) - timedelta(days=1)


def _booked(source: Source) -> dict[Line, list[Decimal]]:
    """Return by line of an event what of its revenue an estimate or the year before took; a void takes it back."""
    found: dict[Line, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for entry in source.posted():
        for leg in entry.legs:
            if leg.line is None or leg.instead == Role.COGS or not leg.instead:
                continue
            own = found[entry.id, entry.order, leg.line, leg.currency]
            if (leg.role == LIABILITY and leg.owner) or leg.role == Role.FX_GAIN_LOSS:
                own[0] += leg.amount
            elif leg.role in (Role.PRIOR_PERIOD_ADJUSTMENT, LIABILITY):
                own[1] += leg.amount
    return found


def _rows(found: list[tuple[object, ...]], booked: Mapping[Line, list[Decimal]], end: date) -> list[Row]:
    """Return one row a line of an event, the lots of a line together."""
    together: dict[Line, list[object]] = {}
    for day, sold, order, line, sku, event, kind, goods, quantity, revenue, _tax, cost, currency in found:
        key = (str(event), str(order), str(line), str(currency))
        units = quantity if goods not in (Goods.KEPT, "") else ZERO
        row = together.setdefault(key, [day, sold, order, event, kind, sku, ZERO, ZERO, ZERO, currency])
        for n, amount in ((6, units), (7, revenue), (8, cost)):
            row[n] += amount  # type: ignore[operator]
    rows: list[Row] = []
    for key, (day, sold, order, event, kind, sku, units, revenue, cost, currency) in together.items():
        assert isinstance(day, date) and isinstance(revenue, Decimal)
        estimated, prior = booked.get(key, (ZERO, ZERO))
        rest = revenue - estimated - prior
        days = Decimal((day - end).days)
        own = (estimated, prior, rest, cost, currency)
        rows.append((day, days, sold, order, event, kind, sku, units, revenue, *own))  # type: ignore[arg-type]
    return rows


def _notes(source: Source, end: date) -> tuple[Phrase, ...]:
    year = source.settings.year_end
    if year is None or year.date != end:
        return ()
    if year.authorised is None:
        return (Phrase(N_("the statements of {end} are not authorised yet"), {"end": end}),)
    return (Phrase(N_("the statements of {end} were authorised on {day}"), {"end": end, "day": year.authorised}),)
