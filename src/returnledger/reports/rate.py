"""How much of what was sold comes back: in units, in orders and in money.

Goods the customer keeps, allowances and exchanges for goods of the same price are no returned units; the money credited for them counts in the
value rate and is shown apart in a note, so that nothing inflates a rate unseen.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from returnledger.reports import bql, options
from returnledger.reports.rate_counts import KEYS, Counted, Figures, count
from returnledger.reports.source import Source
from returnledger.reports.table import N_, Amount, Cell, Column, Phrase, Report, Row, Table

TITLE = N_("Return rate")
OPTIONS: dict[str, str] = {
    "metric": N_("what is counted: units_period, units_cohort, orders or value"),
    "by": N_(
        "one line for each: sku, category, supplier, customer, channel, country, month, reason, fault, condition or disposition; several with commas"
    ),
    "from": N_("the first day"),
    "to": N_("the last day"),
    "period": N_("a month 2026-11, a quarter 2026-Q4 or a year 2026"),
    "as-of": N_("returns up to this day count"),
    "lines": N_("all, or goods: lines that moved stock"),
    "min-sold": N_("leave out lines that sold less than this"),
    "top": N_("only so many lines, those with most returns"),
}

_VALUE = N_(
    "value rate = revenue credited for goods that came back, goods the customer keeps and allowances / revenue sold, "
    "both without tax"
)
METRICS: dict[str, tuple[str, str]] = {
    "units_period": (
        N_("rate = units received back in the period / units sold in the period"),
        N_("event date: sales by the day of sale, returns by the day they were booked"),
    ),
    "units_cohort": (
        N_("rate = units of the period's sales received back by {as_of} / units sold in the period"),
        N_(
            "sale date: sales of the period, with what came back of them by {as_of}; returns without a known sale are left out"
        ),
    ),
    "orders": (
        N_(
            "rate = orders with goods received back in the period / orders sold in the period; an order counts once per line"
        ),
        N_("event date: sales by the day of sale, returns by the day they were booked"),
    ),
    "value": (
        N_("sorted by value; rate = units received back in the period / units sold in the period"),
        N_("event date: sales by the day of sale, returns by the day they were booked"),
    ),
}


def build(given: Mapping[str, str], source: Source) -> Report:
    """Return the rates of `source` for the options `given`; raises Refused for an option it can't mean."""
    metric = options.choice(given, "metric", METRICS, "units_period")
    keys = options.choices(given, "by", KEYS, "sku")
    only_goods = options.choice(given, "lines", ("all", "goods"), "all") == "goods"
    least, top = options.count(given, "min-sold", 0), options.count(given, "top", 1)
    as_of = until = options.day(given, "as-of")
    first, last = options.period(given)
    if not (first and last and (as_of or metric != "units_cohort")):
        days = _days(source)
        first, last, until = first or days[0], last or days[1], as_of or days[1]
    counted = count(source, metric, keys, (first, last, as_of), only_goods)
    table, notes = _table(counted, metric, least, top, source.currency)
    definition, basis = METRICS[metric]
    return Report(
        name="rate",
        title=Phrase(TITLE),
        table=table,
        definition=Phrase(
            N_("{count}; {value}"), {"count": Phrase(definition, {"as_of": until}), "value": Phrase(_VALUE)}
        ),
        basis=Phrase(basis, {"as_of": until}),
        source=Phrase(N_("the relations sales and returns, query {file}"), {"file": "rate.bql"}),
        period=(first, last),
        filters=tuple((option, given[option]) for option in OPTIONS if option in given and option not in _OF_PERIOD),
        notes=(*_counted_lines(counted, only_goods), *_kept(counted), *notes),
        commit=source.commit,
    )


_OF_PERIOD = ("from", "to", "period")


def _days(source: Source) -> tuple[date | None, date | None]:
    """Return the first and last day of sales and returns."""
    found = {day for name in ("sales", "returns") for day in bql.column(source, name, "date") if day}
    return min(found, default=None), max(found, default=None)


def _table(
    counted: Counted, metric: str, least: int | None, top: int | None, own_currency: str
) -> tuple[Table, tuple[Phrase, ...]]:
    lines = counted.lines()
    shown = [(key, figures) for key, figures in lines.items() if least is None or figures.sold >= least]
    shown.sort(key=lambda line: tuple(_order(cell) for cell in line[0]))
    if "month" not in counted.keys or top:
        shown.sort(key=lambda line: line[1].value_returned if metric == "value" else line[1].returned, reverse=True)
    if top:
        shown = shown[:top]
    rows = tuple((*map(_plain, key[:-1]), *figures.row(), key[-1]) for key, figures in shown)
    blank: Row = (None,) * len(counted.keys)
    totals = tuple(
        (*blank, *figures.row(), currency)
        for currency, figures in sorted(counted.totals.items(), key=lambda t: _order(t[0]))
    ) or ((*blank, *Figures().row(), own_currency),)
    notes: tuple[Phrase, ...] = ()
    if len(shown) < len(lines):
        values = {"shown": len(shown), "all": len(lines)}
        notes = (Phrase(N_("{shown} of {all} lines are shown; the total counts all"), values),)
    return Table(_columns(counted.keys, metric), rows, totals), notes


def _order(cell: Cell) -> tuple[bool, str]:
    return cell is not None, str(cell)


def _plain(cell: Cell) -> Cell:
    return f"{cell:%Y-%m}" if isinstance(cell, date) else (cell or None)


def _columns(keys: tuple[str, ...], metric: str) -> tuple[Column, ...]:
    unit = N_("orders") if metric == "orders" else N_("units")
    given = [Column(key, KEYS[key][1], "code" if KEYS[key][2] else "text", words=KEYS[key][2]) for key in keys]
    return (
        *given,
        Column(
            "sold", N_("sold"), "number", N_("sold in the period; where sales do not know the key, the total"), unit
        ),
        Column("returned", N_("returned"), "number", N_("received back, voids taken off"), unit),
        Column("rate", N_("rate"), "rate", N_("returned / sold"), N_("share of 1")),
        Column("value_sold", N_("value sold"), "money", N_("revenue after discount, without tax")),
        Column("value_returned", N_("value returned"), "money", N_("revenue credited, without tax")),
        Column("rate_value", N_("value rate"), "rate", N_("value returned / value sold"), N_("share of 1")),
        Column("currency", N_("currency"), "currency", N_("the currency of the values")),
    )


def _counted_lines(counted: Counted, only_goods: bool) -> tuple[Phrase, ...]:
    if only_goods:
        return (Phrase(N_("only lines that moved stock are counted")),)
    if not counted.unstocked.sold and not counted.unstocked.returned:
        return ()
    values = {"sold": counted.unstocked.sold, "returned": counted.unstocked.returned}
    return (
        Phrase(
            N_("lines without stock (services, vouchers) are counted: {sold} units sold, {returned} returned"), values
        ),
    )


def _kept(counted: Counted) -> tuple[Phrase, ...]:
    text = N_("value returned includes {kept} for goods that customers keep and {allowed} of allowances")
    return tuple(
        Phrase(
            text,
            {
                "kept": Amount(counted.kept[currency], str(currency)),
                "allowed": Amount(counted.allowed[currency], str(currency)),
            },
        )
        for currency in sorted({*counted.kept, *counted.allowed}, key=str)
        if counted.kept[currency] or counted.allowed[currency]
    )
