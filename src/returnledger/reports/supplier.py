"""Suppliers: how much of their goods comes back and why, and what they made good of what was sent back to them.

A supplier is that of the product, as products or the ledger describe it, and for claims the one that the entry names; a
claim without either belongs to the supplier of the goods of its case. Open claims tie to their accounts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from returnledger.money import ZERO
from returnledger.reports import bql, options, ties
from returnledger.reports.source import Source
from returnledger.reports.table import N_, Column, Phrase, Report, Row, Table
from returnledger.steps import STOCK_ROLES
from returnledger.terms import Fault

TITLE = N_("Suppliers: what comes back, and what they make good")
OPTIONS: dict[str, str] = {
    "from": N_("the first day"),
    "to": N_("the last day"),
    "period": N_("a month 2026-11, a quarter 2026-Q4 or a year 2026"),
    "min-sold": N_("leave out suppliers of whom fewer units were sold, and nothing is open"),
}
_DEFINITION = N_(
    "rate = units that came back / units sold; quality = those for which the seller answers; recovered = paid or credited by "
    "the supplier; open = claims of any time less what was recovered of them"
)
CLAIM, LOSS, PAYABLE = "supplier_claim", "supplier_return_loss", "accounts_payable"
COLUMNS = (
    Column("supplier", N_("supplier"), "text", N_("as products, ledger or entry name it")),
    Column("sold", N_("sold"), "number", N_("units sold in the period"), N_("units")),
    Column("returned", N_("returned"), "number", N_("units that came back in the period"), N_("units")),
    Column("rate", N_("rate"), "rate", N_("returned / sold"), N_("share of 1")),
    Column("quality", N_("quality"), "number", N_("units for which the seller answers"), N_("units")),
    Column("sent_back", N_("sent back"), "number", N_("units sent back to the supplier"), N_("units")),
    Column("claimed", N_("claimed"), "money", N_("claims and credits for what was sent back")),
    Column("recovered", N_("recovered"), "money", N_("paid or credited by the supplier")),
    Column("lost", N_("lost"), "money", N_("what the supplier did not make good")),
    Column("open", N_("open"), "money", N_("claims not yet recovered, at the end")),
    Column("currency", N_("currency"), "currency", N_("the currency of the amounts")),
)


@dataclass(slots=True)
class _Score:
    """What is counted of one supplier."""

    sold: Decimal = ZERO
    returned: Decimal = ZERO
    quality: Decimal = ZERO
    sent_back: Decimal = ZERO
    claimed: Decimal = ZERO
    recovered: Decimal = ZERO
    lost: Decimal = ZERO
    open: Decimal = ZERO


def build(given: Mapping[str, str], source: Source) -> Report:
    """Return the score card of suppliers; raises Refused for an option it can't mean."""
    first, last = options.period(given)
    last, least = last or bql.last_day(source), options.count(given, "min-sold", 0)
    within = {"first": first or date.min, "last": last or date.max}
    scores: dict[tuple[str, str], _Score] = defaultdict(_Score)
    for supplier, quantity in bql.ask_relations(source, "supplier-sold", {}, within):
        scores[supplier, source.currency].sold += quantity
    for supplier, fault, quantity in bql.ask_relations(source, "supplier-returned", {}, within):
        own = scores[supplier, source.currency]
        own.returned += quantity
        own.quality += quantity if fault == Fault.MERCHANT else ZERO
    claims = _claims(source, first, last, scores)
    shown = {
        key: own
        for key, own in sorted(scores.items())
        if least is None or own.sold >= least or own.open or own.sent_back
    }
    booked = ties.balances(source, last)
    return Report(
        name="supplier",
        title=Phrase(TITLE),
        table=Table(COLUMNS, tuple(_row(*key, own) for key, own in shown.items()), _totals(shown)),
        definition=Phrase(_DEFINITION),
        basis=Phrase(N_("event date: sales, returns and claims by the day they were booked")),
        source=Phrase(
            N_("the relations sales and returns, and the posted entries, query {file}"), {"file": "supplier.bql"}
        ),
        period=(first, last),
        filters=(("min-sold", given["min-sold"]),) if "min-sold" in given else (),
        notes=() if shown else (Phrase(N_("neither products nor entries name a supplier")),),
        ties=ties.tie(claims, booked, {account for account, _ in booked if source.role_of(account) == CLAIM}),
        commit=source.commit,
    )


def _claims(
    source: Source, first: date | None, last: date | None, scores: dict[tuple[str, str], _Score]
) -> dict[tuple[str, str], Decimal]:
    """Add what was sent back, claimed, recovered and lost; return what is open by account and currency."""
    accounts: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    role_of = cache(source.role_of)
    postings = bql.ask_ledger(source, "supplier", last)
    named, kinds = _named(source, postings), {row[2]: row[3] for row in postings}
    for day, account, event, own, case, _, payee, role, currency, number, cost, voids in postings:
        kind = kinds.get(voids) if voids else own  # a void takes back what its event counted
        is_claim = role_of(account) == CLAIM and cost is None
        if is_claim:
            accounts[account, currency] += number
        if not is_claim and kind not in ("supplier_return", "recovery"):
            continue
        supplier = named.get(event or "") or named.get(case or "") or (payee if is_claim and not event else "") or ""
        money = currency if cost is None else source.currency
        if is_claim:
            scores[supplier, money].open += number
        if first is None or day >= first:
            played = role or (CLAIM if is_claim else "")
            _add(scores[supplier, money], kind or "", played, number, is_stock=cost is not None, undone=bool(voids))
    return accounts


def _named(source: Source, postings: Iterable[tuple[Any, ...]]) -> dict[str, str]:
    """Return the supplier by event and by case: as postings name it, else that of the goods of the case."""
    named: dict[str, str] = {}
    for _, _, event, _, case, supplier, *_ in postings:
        if supplier:
            named.setdefault(event or "", supplier)
            named.setdefault(case or "", supplier)
    for case, supplier in bql.ask_relations(source, "supplier-cases", {}, {}):
        named.setdefault(case, supplier)
    named.pop("", None)
    return named


def _add(own: _Score, kind: str, role: str, number: Decimal, *, is_stock: bool, undone: bool) -> None:
    """Add one posting of a claim, of goods sent back, or of what was paid or credited for them."""
    if role == LOSS:
        own.lost += number
        if kind == "recovery" and (number < 0) is undone:  # given up, and not paid
            own.recovered -= number
    elif role == CLAIM and (kind == "supplier_return" or (not kind and number > 0)):
        own.claimed += number
    elif role == CLAIM:
        own.recovered -= number
    elif role == PAYABLE and kind == "supplier_return":
        own.claimed, own.recovered = own.claimed + number, own.recovered + number
    elif is_stock and kind == "supplier_return" and role in STOCK_ROLES:
        own.sent_back -= number


def _row(supplier: str, currency: str, own: _Score) -> Row:
    rate = own.returned / own.sold if own.sold else None
    units = (own.sold, own.returned, rate, own.quality, own.sent_back)
    return supplier or None, *units, own.claimed, own.recovered, own.lost, own.open, currency


def _totals(scores: Mapping[tuple[str, str], _Score]) -> tuple[Row, ...]:
    sums: dict[str, _Score] = defaultdict(_Score)
    for (_, currency), own in scores.items():
        for each in fields(_Score):
            setattr(sums[currency], each.name, getattr(sums[currency], each.name) + getattr(own, each.name))
    rows: list[Any] = [_row("", currency, own) for currency, own in sorted(sums.items())]
    return tuple(rows)
