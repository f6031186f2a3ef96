"""What is in stock and what it is worth: units by lot and condition, book value, write-down and net value.

Good, set-aside, open-box and defective goods stand in accounts of their own; the account says the condition. The sums
tie to the balances of those accounts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from returnledger.money import ZERO
from returnledger.piles import piles_of
from returnledger.reports import bql, options, ties
from returnledger.reports.posted import standing_cases
from returnledger.reports.source import Source
from returnledger.reports.table import N_, Column, Phrase, Report, Row, Table, Tie, totals
from returnledger.roles import DERIVED, Role
from returnledger.terms import Condition, Disposition

TITLE = N_("Stock by condition")
OPTIONS: dict[str, str] = {
    "as-of": N_("the day, at its end"),
    "period": N_("the month, quarter or year at whose end it is"),
    "sku": N_("only this SKU"),
    "account": N_("only this account"),
    "condition": N_(
        "only stock of this account role: inventory, inventory_returned, inventory_hold, inventory_open_box or inventory_defective"
    ),
}
STOCK = (Role.INVENTORY, *DERIVED)
_DEFINITION = N_(
    "net value = book value (units at the cost of their lot) - write-down booked for them; age = days since the first "
    "unit of the line came in"
)
COLUMNS = (
    Column("account", N_("account"), "text", N_("where the goods stand"), heads=True),
    Column("sku", N_("SKU"), "text", N_("the stock keeping unit, else the commodity")),
    Column("condition", N_("condition"), "code", N_("what the account is for"), words=Role, heads=True),
    Column("inspected", N_("inspected"), "code", N_("what the inspector saw"), words=Condition, spare=True),
    Column("disposition", N_("disposition"), "code", N_("what is done with the goods"), words=Disposition),
    Column("lot", N_("lot"), "text", N_("date and label of the lot"), spare=True),
    Column("age", N_("age"), "number", N_("days since the first unit of the line came in"), N_("days")),
    Column("quantity", N_("quantity"), "number", N_("units in stock"), N_("units")),
    Column("unit_cost", N_("unit cost"), "money", N_("cost of a unit of the lot")),
    Column("book_value", N_("book value"), "money", N_("quantity at unit cost")),
    Column("write_down", N_("write-down"), "money", N_("booked to the write-down allowance for these units")),
    Column("net_value", N_("net value"), "money", N_("book value less write-down")),
    Column("currency", N_("currency"), "currency", N_("the currency of cost and values")),
)
_AT = {column.key: i for i, column in enumerate(COLUMNS)}

# account, commodity, unit cost, its currency, lot date, lot label
Lot = tuple[str, str, Decimal, str, date | None, str | None]
Labels = tuple[str | None, str | None]
RoleOf = Callable[[str], Role | None]
_NOWHERE: Lot = ("", "", ZERO, "", None, None)


@dataclass(slots=True)
class _Held:
    """The units of one lot in one account."""

    quantity: Decimal = ZERO
    book_value: Decimal = ZERO
    date_first: date | None = None


@dataclass(slots=True)
class _Stock:
    """What the ledger holds, and what booked returns say about it."""

    held: dict[Lot, _Held] = field(default_factory=dict)
    skus: dict[str, str] = field(default_factory=dict)
    labelled: dict[Lot, dict[Labels, _Held]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(_Held)))
    written_down: dict[Lot, dict[Labels, Decimal]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Decimal))
    )
    allowance: dict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))


def build(given: Mapping[str, str], source: Source) -> Report:
    """Return the stock of `source`; raises Refused for an option it can't mean."""
    as_of = options.moment(given)
    condition = options.choice(given, "condition", STOCK, Role.INVENTORY) if "condition" in given else None
    role_of = cache(source.role_of)
    stock = _read(source, role_of, as_of)
    day = as_of or bql.last_day(source)
    rows = [row for lot in sorted(stock.held, key=_order) for row in _rows(stock, lot, role_of, day)]
    wanted = {"sku": given.get("sku"), "account": given.get("account"), "condition": condition}
    shown = [row for row in rows if all(value is None or row[_AT[key]] == value for key, value in wanted.items())]
    return Report(
        name="inventory",
        title=Phrase(TITLE),
        table=Table(
            COLUMNS, tuple(shown), totals(COLUMNS, shown, ("quantity", "book_value", "write_down", "net_value"))
        ),
        definition=Phrase(_DEFINITION),
        basis=Phrase(N_("postings dated up to {day}"), {"day": day}),
        source=Phrase(N_("the ledger itself, query {file}"), {"file": "inventory.bql"}),
        period=(None, day),
        filters=tuple((name, given[name]) for name in OPTIONS if name in given and name not in options.MOMENT),
        notes=_notes(source),
        ties=_ties(source, role_of, as_of, rows, stock),
        commit=source.commit,
    )


def _read(source: Source, role_of: RoleOf, as_of: date | None) -> _Stock:
    stock = _Stock()
    for *lot, sku_returned, sku, quantity, book_value, first in bql.ask_ledger(source, "inventory", as_of):
        if role_of(lot[0]) in STOCK:
            stock.held[_lot(lot)] = _Held(quantity, book_value, first)
            if sku_returned or sku:
                stock.skus.setdefault(lot[1], str(sku_returned or sku))
    entries: dict[tuple[Any, Any], list[tuple[Any, ...]]] = defaultdict(list)
    for event, line, *posting in bql.ask_ledger(source, "inventory-items", as_of):
        entries[event, line].append(tuple(posting))
    for postings in entries.values():
        _read_item(stock, postings)
    _read_allowances(stock, source, as_of)
    return stock


def _lot(values: Iterable[Any]) -> Lot:
    account, commodity, number, currency, day, label = values
    return account, commodity, number, currency, day, label or None


def _read_item(stock: _Stock, postings: list[tuple[Any, ...]]) -> None:
    """Note the labels of one item's units."""
    labels: Labels = (None, None)
    for *_, condition, disposition in postings:
        labels = (condition or labels[0], disposition or labels[1])
    lots = [
        _lot((account, commodity, cost, cost_currency, cost_date, label)) if cost is not None else None
        for _, _, account, _, commodity, cost, cost_currency, cost_date, label, _, _ in postings
    ]
    for lot, (_, day, _, number, *_, condition, disposition) in zip(lots, postings):
        if lot:
            # Units that leave a place say what they were there, those that come what they are from now on.
            held = stock.labelled[lot][condition or labels[0], disposition or labels[1]]
            held.quantity += number
            held.date_first = min(day, held.date_first or day)


def _read_allowances(stock: _Stock, source: Source, as_of: date | None) -> None:
    """Note what was written down on the goods that are still there, as the cases of these goods know it."""
    for entries in standing_cases(source.posted(), as_of).values():
        legs = (leg for entry in entries for leg in entry.legs if leg.role == Role.WRITE_DOWN_ALLOWANCE)
        accounts = {leg.currency: leg.account for leg in legs}
        for pile in piles_of(entries) if accounts else ():
            lot = pile.lot
            at = (pile.account, pile.commodity, lot.number, lot.currency, lot.date, lot.label) if lot else _NOWHERE
            if lot and pile.allowance and at in stock.held:
                stock.allowance[accounts[lot.currency], lot.currency] -= pile.allowance
                stock.written_down[at][pile.condition or None, pile.disposition or None] += pile.allowance


def _rows(stock: _Stock, lot: Lot, role_of: RoleOf, day: date | None) -> list[Row]:
    """Return the lines of one lot in one account: one for each label while labels explain every unit, else one."""
    held = stock.held[lot]
    labelled = {labels: part for labels, part in stock.labelled.get(lot, {}).items() if part.quantity}
    known = sum((part.quantity for part in labelled.values()), ZERO)
    if len(labelled) < 2 or known != held.quantity or any(part.quantity < 0 for part in labelled.values()):
        down = sum(stock.written_down.get(lot, {}).values(), ZERO)
        # Where other units lie among those that came back, no label holds for all of them.
        seen = list(labelled or stock.labelled.get(lot, {})) if known >= held.quantity else []
        parts = [(_joined(seen), held, down)]
    else:
        parts = [(labels, part, stock.written_down.get(lot, {}).get(labels, ZERO)) for labels, part in labelled.items()]
    return [_row(stock, lot, labels, part, down, role_of, day) for labels, part, down in parts if part.quantity or down]


def _joined(seen: list[Labels]) -> Labels:
    sides = [", ".join(sorted({side for side in column if side})) or None for column in zip(*seen)]
    return (sides[0], sides[1]) if sides else (None, None)


def _row(stock: _Stock, lot: Lot, labels: Labels, part: _Held, down: Decimal, role_of: RoleOf, day: date | None) -> Row:
    account, commodity, cost, currency, lot_date, label = lot
    book = part.quantity * cost
    return (
        account,
        stock.skus.get(commodity, commodity),
        role_of(account),
        *labels,
        " ".join(str(word) for word in (lot_date, label) if word) or None,
        (day - part.date_first).days if day and part.date_first else None,
        part.quantity,
        cost,
        book,
        down,
        book - down,
        currency,
    )


def _order(lot: Lot) -> tuple[str, str, str, str, Decimal]:
    return lot[0], lot[1], str(lot[4]), lot[5] or "", lot[2]


def _ties(source: Source, role_of: RoleOf, as_of: date | None, rows: list[Row], stock: _Stock) -> tuple[Tie, ...]:
    reported: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows:
        value = row[_AT["book_value"]]
        assert isinstance(value, Decimal)
        reported[str(row[0]), str(row[-1])] += value
    booked = ties.balances(source, as_of)
    accounts = sorted({account for account, _ in booked})
    stocks = [account for account in accounts if role_of(account) in STOCK]
    # Write-downs reduce: their accounts have a credit balance, as have the sums that items explain.
    allowances = [account for account in accounts if role_of(account) is Role.WRITE_DOWN_ALLOWANCE]
    return (*ties.tie(reported, booked, stocks), *ties.tie(stock.allowance, booked, allowances))


def _notes(source: Source) -> tuple[Phrase, ...]:
    if not source.errors:
        return ()
    return (
        Phrase(
            N_("the ledger has {count} errors of its own; the figures are those of what could be booked"),
            {"count": len(source.errors)},
        ),
    )
