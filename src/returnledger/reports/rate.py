"""How much of what was sold comes back: in units, in orders and in money.

Goods the customer keeps, allowances and exchanges are no returned units; the money credited for them counts in the
value rate and is shown apart in a note, so that nothing inflates a rate unseen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from returnledger.money import ZERO
from returnledger.reports import bql, options
from returnledger.reports.source import Source
from returnledger.reports.table import N_, Amount, Cell, Column, Phrase, Report, Row, Table
from returnledger.terms import Condition, Disposition, Fault, Reason, Word

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

# key -> (its expression over sales and returns, empty where only returns know it; heading; vocabulary)
_KEYS: dict[str, tuple[str, str, type[Word] | None]] = {
    "sku": ("sku", N_("SKU"), None),
    "category": ("category", N_("category"), None),
    "supplier": ("supplier", N_("supplier"), None),
    "customer": ("customer", N_("customer"), None),
    "channel": ("channel", N_("channel"), None),
    "country": ("country", N_("country"), None),
    "month": ("yearmonth({day})", N_("month"), None),
    "reason": ("", N_("reason"), Reason),
    "fault": ("", N_("fault"), Fault),
    "condition": ("", N_("condition"), Condition),
    "disposition": ("", N_("disposition"), Disposition),
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
_EARLIEST, _LATEST = date(1, 1, 1), date(9999, 12, 31)

Key = tuple[Cell, ...]


@dataclass(slots=True)
class _Figures:
    """What one line of the report counts."""

    sold: Decimal = ZERO
    returned: Decimal = ZERO
    value_sold: Decimal = ZERO
    value_returned: Decimal = ZERO

    def row(self) -> Row:
        return (
            self.sold,
            self.returned,
            quotient(self.returned, self.sold),
            self.value_sold,
            self.value_returned,
            quotient(self.value_returned, self.value_sold),
        )


@dataclass(slots=True)
class _Count:
    """Figures by key and currency; sales have no figures by what only returns know, so theirs stand under fewer keys."""

    keys: tuple[str, ...]
    sold: dict[Key, _Figures] = field(default_factory=lambda: defaultdict(_Figures))
    back: dict[Key, _Figures] = field(default_factory=lambda: defaultdict(_Figures))
    totals: dict[Cell, _Figures] = field(default_factory=lambda: defaultdict(_Figures))
    kept: dict[Cell, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    allowed: dict[Cell, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    unstocked: _Figures = field(default_factory=_Figures)

    def sold_key(self, key: Key) -> Key:
        return (*(part for part, name in zip(key, self.keys) if _KEYS[name][0]), key[-1])

    def lines(self) -> dict[Key, _Figures]:
        """Return the figures of every line: all keys where sales know them all, else those that came back."""
        keys: Iterable[Key] = dict.fromkeys(self.back)
        if all(_KEYS[name][0] for name in self.keys):
            keys = dict.fromkeys([*self.sold, *self.back])
        none = _Figures()
        lines = {}
        for key in keys:
            sold, back = self.sold.get(self.sold_key(key), none), self.back.get(key, none)
            lines[key] = _Figures(sold.sold, back.returned, sold.value_sold, back.value_returned)
        return lines


def quotient(part: Decimal, whole: Decimal) -> Decimal | None:
    """Return `part` / `whole` as a share of 1 in exact decimal arithmetic of 28 digits; None where there is no whole."""
    return part / whole if whole else None


def build(given: Mapping[str, str], source: Source) -> Report:
    """Return the rates of `source` for the options `given`; raises Refused for an option it can't mean."""
    metric = options.choice(given, "metric", METRICS, "units_period")
    keys = options.choices(given, "by", _KEYS, "sku")
    only_goods = options.choice(given, "lines", ("all", "goods"), "all") == "goods"
    least, top = options.count(given, "min-sold", 0), options.count(given, "top", 1)
    as_of = options.day(given, "as-of")
    first, last = options.period(given)
    days = _days(source)
    first, last = first or days[0], last or days[1]
    counted = _count(source, metric, keys, (first, last, as_of), only_goods)
    table, notes = _table(counted, metric, least, top, source.currency)
    shown_as_of = as_of or days[2]
    definition, basis = METRICS[metric]
    return Report(
        name="rate",
        title=Phrase(TITLE),
        table=table,
        definition=Phrase(
            N_("{count}; {value}"), {"count": Phrase(definition, {"as_of": shown_as_of}), "value": Phrase(_VALUE)}
        ),
        basis=Phrase(basis, {"as_of": shown_as_of}),
        source=Phrase(N_("the relations sales and returns, query {file}"), {"file": "rate.bql"}),
        period=(first, last),
        filters=tuple((option, given[option]) for option in OPTIONS if option in given and option not in _OF_PERIOD),
        notes=(*_counted_lines(counted, only_goods), *_kept(counted), *notes),
        commit=source.commit,
    )


_OF_PERIOD = ("from", "to", "period")


def _days(source: Source) -> tuple[date | None, date | None, date | None]:
    """Return the first and last day of sales or returns, and the last day of returns."""
    found = [bql.ask_relations(source, "rate-days", {"relation": name}, {})[:1] for name in ("sales", "returns")]
    firsts = [rows[0][0] for rows in found if rows and rows[0][0]]
    lasts = [rows[0][1] for rows in found if rows and rows[0][1]]
    last = max(lasts, default=None)
    return min(firsts, default=None), last, last


def _count(
    source: Source,
    metric: str,
    keys: tuple[str, ...],
    days: tuple[date | None, date | None, date | None],
    only_goods: bool,
) -> _Count:
    counted = _Count(keys)
    parameters = {"first": days[0] or _EARLIEST, "last": days[1] or _LATEST, "as_of": days[2] or _LATEST}
    day = "date_sold" if metric == "units_cohort" else "date"
    by_orders = metric == "orders"
    sold_keys = tuple(name for name in keys if _KEYS[name][0])
    for *key, currency, stocked, quantity, revenue in bql.ask_relations(
        source, "rate", _keys(sold_keys, "date"), parameters
    ):
        if only_goods and not stocked:
            continue
        for figures in (counted.sold[(*key[1:], currency)], counted.totals[currency]):
            figures.sold += ZERO if by_orders else quantity
            figures.value_sold += revenue
        if not stocked:
            counted.unstocked.sold += quantity
    for *key, currency, stocked, kind, goods, quantity, revenue in bql.ask_relations(
        source, "rate-returned", {**_keys(keys, day), "day": day}, parameters
    ):
        if only_goods and not stocked:
            continue
        for figures in (counted.back[(*key[1:], currency)], counted.totals[currency]):
            figures.returned += ZERO if by_orders else quantity
            figures.value_returned += revenue
        _note(counted, currency, stocked, kind, goods, quantity, revenue)
    if by_orders:
        _count_orders(source, counted, parameters, only_goods)
    return counted


def _note(
    counted: _Count, currency: str, stocked: bool | None, kind: str, goods: str, quantity: Decimal, revenue: Decimal
) -> None:
    """Keep apart what a reader must be able to take off again."""
    if kind == "allowance":
        counted.allowed[currency] += revenue
    elif goods == "kept":
        counted.kept[currency] += revenue
    if not stocked:
        counted.unstocked.returned += quantity


def _count_orders(source: Source, counted: _Count, parameters: Mapping[str, object], only_goods: bool) -> None:
    """Count orders: those with a line in the period, and those of which units came back, voids taken off."""
    sold_keys = tuple(name for name in counted.keys if _KEYS[name][0])
    for relation, keys in (("sales", sold_keys), ("returns", counted.keys)):
        units: dict[tuple[Key, Any], Decimal] = defaultdict(Decimal)
        whole: dict[tuple[str, Any], Decimal] = defaultdict(Decimal)
        for *key, currency, stocked, document, quantity in bql.ask_relations(
            source, "rate-orders", {**_keys(keys, "date"), "relation": relation}, parameters
        ):
            if stocked or not only_goods:
                units[(*key[1:], currency), document] += quantity
                whole[currency, document] += quantity
        side = counted.sold if relation == "sales" else counted.back
        for (line, _), quantity in units.items():
            _one_more(side[line], relation, quantity)
        for (currency, _), quantity in whole.items():
            _one_more(counted.totals[currency], relation, quantity)


def _one_more(figures: _Figures, relation: str, quantity: Decimal) -> None:
    if quantity > 0 and relation == "sales":
        figures.sold += 1
    elif quantity > 0:
        figures.returned += 1


def _keys(keys: tuple[str, ...], day: str) -> dict[str, str]:
    """Return the column list of the query for `keys`; a leading constant keeps the list from being empty."""
    columns = [f"{_KEYS[key][0] or key} AS key_{key}".replace("{day}", day) for key in keys]
    return {"keys": ", ".join(["0 AS every", *columns]), "names": ", ".join(["every", *(f"key_{key}" for key in keys)])}


def _table(
    counted: _Count, metric: str, least: int | None, top: int | None, own_currency: str
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
    ) or ((*blank, *_Figures().row(), own_currency),)
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
    given = [Column(key, _KEYS[key][1], "code" if _KEYS[key][2] else "text", words=_KEYS[key][2]) for key in keys]
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


def _counted_lines(counted: _Count, only_goods: bool) -> tuple[Phrase, ...]:
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


def _kept(counted: _Count) -> tuple[Phrase, ...]:
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
