"""The sheet to count returned goods by: what should lie in each of their places, and whether books and cases agree.

The books say how many units an account holds, the cases say which of them came with whom and in what condition. Where the
two differ, goods were moved by hand: the sheet names it before anybody counts. Values tie to the accounts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache

from returnledger.events.canonical import scalar
from returnledger.money import ZERO, plain
from returnledger.piles import piles_of
from returnledger.reports import bql, options, ties
from returnledger.reports.posted import standing_cases
from returnledger.reports.source import Source
from returnledger.reports.table import N_, Column, Phrase, Report, Row, Table, totals
from returnledger.roles import DERIVED, Role
from returnledger.terms import Condition

TITLE = N_("Count sheet for returned goods")
OPTIONS: dict[str, str] = {
    "as-of": N_("the day, at its end"),
    "period": N_("the month, quarter or year at whose end it is"),
    "account": N_("only this account"),
    "sku": N_("only this SKU"),
}
_DEFINITION = N_("difference = units in the books - units of cases; not nil where goods were moved by hand")
COLUMNS = (
    Column("account", N_("account"), "text", N_("where the goods stand"), heads=True),
    Column("role", N_("role"), "code", N_("what the account is for"), words=Role, heads=True),
    Column("sku", N_("SKU"), "text", N_("the stock keeping unit, else the commodity")),
    Column("booked", N_("in the books"), "number", N_("units that the account holds"), N_("units")),
    Column("of_cases", N_("of cases"), "number", N_("units that cases put there and did not take away"), N_("units")),
    Column("difference", N_("books - cases"), "number", N_("in the books less of cases"), N_("units")),
    Column(
        "conditions",
        N_("what was seen"),
        "text",
        N_("units of cases by what the inspector saw"),
        words=Condition,
        spare=True,
    ),
    Column("since", N_("since"), "date", N_("the day the first of them came")),
    Column("value", N_("value"), "money", N_("units in the books at the cost of their lots")),
    Column("currency", N_("currency"), "currency", N_("the currency of the value")),
)
PLACES = tuple(DERIVED)


@dataclass(slots=True)
class _Held:
    """What lies in one place of one commodity, by the books and by the cases."""

    sku: str = ""
    booked: Decimal = ZERO
    of_cases: Decimal = ZERO
    value: Decimal = ZERO
    since: date | None = None
    conditions: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))


def build(given: Mapping[str, str], source: Source) -> Report:
    """Return the count sheet of `source`; raises Refused for an option it can't mean."""
    as_of = options.moment(given)
    day = as_of or bql.last_day(source)
    found = _held(source, as_of)
    asked = {"account": given.get("account"), "sku": given.get("sku")}
    every = [_row(key, own, source) for key, own in sorted(found.items()) if own.booked or own.of_cases]
    rows = [row for row in every if asked["account"] in (None, row[0]) and asked["sku"] in (None, row[2])]
    reported: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for (account, _, currency), own in found.items():
        reported[account, currency] += own.value
    booked = ties.balances(source, as_of)
    return Report(
        name="stocktake",
        title=Phrase(TITLE),
        table=Table(COLUMNS, tuple(rows), totals(COLUMNS, rows, ("booked", "of_cases", "difference", "value"))),
        definition=Phrase(_DEFINITION),
        basis=Phrase(N_("postings dated up to {day}"), {"day": day}),
        source=Phrase(N_("the ledger itself, query {file}"), {"file": "stocktake.bql"}),
        period=(None, day),
        filters=tuple((option, value) for option, value in asked.items() if value is not None),
        notes=(_note(rows),),
        ties=ties.tie(reported, booked, {account for account, _ in booked if source.role_of(account) in PLACES}),
        commit=source.commit,
        events=_events(rows, day),
    )


def _events(rows: Sequence[Row], day: date | None) -> str:
    """Return the sheet as one count an account, with what the books hold: what was counted is written over it."""
    accounts: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in rows:
        booked = row[3]
        if isinstance(booked, Decimal) and booked >= 0:
            accounts[str(row[0])][str(row[2])] += booked
    lines = []
    for account, counts in accounts.items():
        lines += [f"- stocktake: {scalar(account)}", *([f"  date: {day.isoformat()}"] if day else []), "  counts:"]
        lines += [f"    - {{sku: {scalar(sku)}, qty: {plain(units)}}}" for sku, units in counts.items()]
    return "".join(f"{line}\n" for line in lines) or "[]\n"


def _held(source: Source, as_of: date | None) -> dict[tuple[str, str, str], _Held]:
    """Return what lies in the places of returned goods by account, commodity and currency of cost."""
    found: dict[tuple[str, str, str], _Held] = defaultdict(_Held)
    is_place = cache(lambda account: source.role_of(account) in PLACES)
    for account, commodity, currency, returned, sku, quantity, value in bql.ask_ledger(source, "stocktake", as_of):
        if is_place(account):
            own = found[account, commodity, currency]
            own.sku, own.booked, own.value = str(returned or sku or commodity), quantity, value
    for entries in standing_cases(source.posted(), as_of).values():
        for pile in piles_of(entries):
            if pile.lot is not None and is_place(pile.account):
                own = found[pile.account, pile.commodity, pile.lot.currency]
                own.sku = own.sku or pile.sku
                own.of_cases += pile.units
                own.conditions[pile.condition or "unknown"] += pile.units
                own.since = min(filter(None, (own.since, pile.since)), default=None)
    return found


def _row(key: tuple[str, str, str], own: _Held, source: Source) -> Row:
    account, commodity, currency = key
    conditions = ", ".join(f"{condition} {plain(units)}" for condition, units in sorted(own.conditions.items()))
    units = (own.booked, own.of_cases, own.booked - own.of_cases)
    name = own.sku or commodity
    return account, source.role_of(account), name, *units, conditions or None, own.since, own.value, currency


def _note(rows: list[Row]) -> Phrase:
    apart = sum(1 for row in rows if row[5])
    if apart:
        return Phrase(N_("lines on which books and cases differ: {count}"), {"count": apart})
    return Phrase(N_("books and cases agree")) if rows else Phrase(N_("no returned goods lie anywhere"))
