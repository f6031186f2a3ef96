"""What became of returned goods and how much of their cost was recovered: by what was done with them last.

The goods are those of cases opened in the period, wherever they are now. What is lost are write-downs, scrap and other
losses booked on them; what they bring when they are sold as scrap or liquidated is recovered. Goods that wait for inspection
have no disposition yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from returnledger.money import ZERO
from returnledger.reports import bql, options
from returnledger.reports.goods import Fate, fates
from returnledger.reports.posted import standing_cases
from returnledger.reports.source import Source
from returnledger.reports.table import N_, Column, Phrase, Report, Row, Table
from returnledger.terms import Disposition

TITLE = N_("Value recovered by disposition")
OPTIONS: dict[str, str] = {
    "by": N_("disposition, or sku: one line for each SKU under its disposition"),
    "sku": N_("only this SKU"),
    "from": N_("the first day"),
    "to": N_("the last day"),
    "period": N_("a month 2026-11, a quarter 2026-Q4 or a year 2026"),
}
_DEFINITION = N_("recovered = cost - lost + proceeds; share = recovered / cost of the goods that came back")
COLUMNS = (
    Column("disposition", N_("disposition"), "code", N_("what was done with the goods last"), words=Disposition),
    Column("sku", N_("SKU"), "text", N_("the stock keeping unit, where lines are by SKU")),
    Column("units", N_("units"), "number", N_("units that came back"), N_("units")),
    Column("cost", N_("cost"), "money", N_("what they cost when they were sold")),
    Column("lost", N_("lost"), "money", N_("write-downs and losses booked on them")),
    Column("proceeds", N_("proceeds"), "money", N_("what they brought when they were sold as scrap or liquidated")),
    Column("recovered", N_("recovered"), "money", N_("cost - lost + proceeds")),
    Column("share", N_("share"), "rate", N_("recovered / cost"), N_("share of 1")),
    Column("currency", N_("currency"), "currency", N_("the currency of the amounts")),
)
_NO_SKU = ""


def build(given: Mapping[str, str], source: Source) -> Report:
    """Return what became of the goods; raises Refused for an option it can't mean."""
    first, last = options.period(given)
    by_sku = options.choice(given, "by", ("disposition", "sku"), "disposition") == "sku"
    within = {"first": first or date.min, "last": last or date.max}
    wanted = {case for case, status in bql.ask_relations(source, "disposition", {}, within) if status != "void"}
    cases = standing_cases((entry for entry in source.posted() if entry.case in wanted), None)
    found: dict[tuple[str, str, str], Fate] = {}
    for entries in cases.values():
        for (disposition, sku, currency), fate in fates(entries).items():
            if given.get("sku") in (None, sku):
                found.setdefault((currency, disposition, sku if by_sku else _NO_SKU), Fate()).add(fate)
    order = {disposition.value: n for n, disposition in enumerate(Disposition)}
    keys = sorted(
        (key for key, fate in found.items() if fate.units or fate.lost or fate.proceeds),
        key=lambda key: (key[0], order.get(key[1], len(order)), key[2]),
    )
    return Report(
        name="disposition",
        title=Phrase(TITLE),
        table=Table(COLUMNS, tuple(_row(key, found[key]) for key in keys), _totals(found)),
        definition=Phrase(_DEFINITION),
        basis=Phrase(N_("cases opened in the period, with all that was done since")),
        source=Phrase(
            N_("the relation {relation} and the posted entries, query {file}"),
            {"relation": "cases", "file": "disposition.bql"},
        ),
        period=(first, last) if first or last else None,
        filters=tuple((option, given[option]) for option in ("by", "sku") if option in given),
        notes=() if keys else (Phrase(N_("no goods came back")),),
        commit=source.commit,
    )


def _row(key: tuple[str, str, str], fate: Fate) -> Row:
    currency, disposition, sku = key
    return disposition or None, sku or None, *_figures(fate), currency


def _figures(fate: Fate) -> tuple[Decimal, Decimal, Decimal, Decimal, Decimal, Decimal | None]:
    recovered = fate.cost - fate.lost + fate.proceeds
    share = recovered / fate.cost if fate.cost else None
    return fate.units, fate.cost, fate.lost, fate.proceeds, recovered, share


def _totals(found: Mapping[tuple[str, str, str], Fate]) -> tuple[Row, ...]:
    sums: dict[str, Fate] = defaultdict(lambda: Fate(ZERO))
    for (currency, _, _), fate in found.items():
        if fate.units or fate.lost or fate.proceeds:
            sums[currency].add(fate)
    return tuple((None, None, *_figures(fate), currency) for currency, fate in sorted(sums.items()))
