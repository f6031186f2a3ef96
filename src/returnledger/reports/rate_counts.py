"""Counts what was sold and what came back, by the keys of a return rate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from returnledger.money import ZERO
from returnledger.reports import bql
from returnledger.reports.source import Source
from returnledger.reports.table import N_, Cell, Row
from returnledger.terms import Condition, Disposition, Fault, Reason
from returnledger.words import Word

# key -> (its expression over sales and returns, empty where only returns know it; heading; vocabulary)
KEYS: dict[str, tuple[str, str, type[Word] | None]] = {
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

_EARLIEST, _LATEST = date(1, 1, 1), date(9999, 12, 31)

Key = tuple[Cell, ...]


@dataclass(slots=True)
class Figures:
    """What one line of the report counts."""

    sold: Decimal = ZERO
    returned: Decimal = ZERO
    value_sold: Decimal = ZERO
    value_returned: Decimal = ZERO

    def row(self) -> Row:
        """Return the cells from sold to value rate."""
        return (
            self.sold,
            self.returned,
            quotient(self.returned, self.sold),
            self.value_sold,
            self.value_returned,
            quotient(self.value_returned, self.value_sold),
        )


@dataclass(slots=True)
class Counted:
    """Figures by key and currency, which is the last part of a key; sales have no figures by what only returns know, so theirs stand under fewer keys."""

    keys: tuple[str, ...]
    sold: dict[Key, Figures] = field(default_factory=lambda: defaultdict(Figures))
    back: dict[Key, Figures] = field(default_factory=lambda: defaultdict(Figures))
    totals: dict[Cell, Figures] = field(default_factory=lambda: defaultdict(Figures))
    kept: dict[Cell, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    allowed: dict[Cell, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    unstocked: Figures = field(default_factory=Figures)

    def sold_key(self, key: Key) -> Key:
        """Return the part of a line's key under which its sales stand."""
        return (*(part for part, name in zip(key, self.keys) if KEYS[name][0]), key[-1])

    def lines(self) -> dict[Key, Figures]:
        """Return the figures of every line: all keys where sales know them all, else those that came back."""
        keys: Iterable[Key] = dict.fromkeys(self.back)
        if all(KEYS[name][0] for name in self.keys):
            keys = dict.fromkeys([*self.sold, *self.back])
        none = Figures()
        lines = {}
        for key in keys:
            sold, back = self.sold.get(self.sold_key(key), none), self.back.get(key, none)
            lines[key] = Figures(sold.sold, back.returned, sold.value_sold, back.value_returned)
        return lines


def quotient(part: Decimal, whole: Decimal) -> Decimal | None:
    """Return `part` / `whole` as a share of 1 in exact decimal arithmetic of 28 digits; None where there is no whole."""
    return part / whole if whole else None


def count(
    source: Source,
    metric: str,
    keys: tuple[str, ...],
    days: tuple[date | None, date | None, date | None],
    only_goods: bool,
) -> Counted:
    """Return what `metric` counts from the first to the last of `days`, returns up to the third of them only."""
    counted = Counted(keys)
    parameters = {"first": days[0] or _EARLIEST, "last": days[1] or _LATEST, "as_of": days[2] or _LATEST}
    day = "date_sold" if metric == "units_cohort" else "date"
    by_orders = metric == "orders"
    sold_keys = tuple(name for name in keys if KEYS[name][0])
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
    counted: Counted, currency: str, stocked: bool | None, kind: str, goods: str, quantity: Decimal, revenue: Decimal
) -> None:
    """Keep apart what a reader must be able to take off again."""
    if kind == "allowance" or (kind == "credit_note" and not goods):
        counted.allowed[currency] += revenue
    elif goods == "kept":
        counted.kept[currency] += revenue
    if not stocked:
        counted.unstocked.returned += quantity


def _count_orders(source: Source, counted: Counted, parameters: Mapping[str, object], only_goods: bool) -> None:
    """Count orders: those with a line in the period, and those of which units came back, voids taken off."""
    sold_keys = tuple(name for name in counted.keys if KEYS[name][0])
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


def _one_more(figures: Figures, relation: str, quantity: Decimal) -> None:
    if quantity > 0 and relation == "sales":
        figures.sold += 1
    elif quantity > 0:
        figures.returned += 1


def _keys(keys: tuple[str, ...], day: str) -> dict[str, str]:
    """Return the column list of the query for `keys`; a leading constant keeps the list from being empty."""
    columns = [f"{KEYS[key][0] or key} AS key_{key}".replace("{day}", day) for key in keys]
    return {"keys": ", ".join(["0 AS every", *columns]), "names": ", ".join(["every", *(f"key_{key}" for key in keys)])}
