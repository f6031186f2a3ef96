"""Money that customers paid in advance: what came in, what sales used, what went back, was moved or kept, what is open.

An advance is a receipt, or several, by order, contract, link or customer, as `advance_refund` finds them. What is approved
and not paid is owed; the deadline is that of the case that is under way. Papers are complete where a case has brought all
that the policy asked for at its steps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from beancount.core.data import Transaction

from returnledger.advanceleft import AdvanceLeft, advance_left, moved_in
from returnledger.advances import MAIN, Advance, advances_of
from returnledger.books import standing
from returnledger.events.advances import AdvanceStage
from returnledger.money import ZERO
from returnledger.policyfacts import evidence_types
from returnledger.reports import bql, options, ties
from returnledger.reports.confidential import Customers
from returnledger.reports.posted import Record, records
from returnledger.reports.source import Source
from returnledger.reports.table import N_, Column, Phrase, Report, Row, Table, totals
from returnledger.roles import Role
from returnledger.rows import Posted
from returnledger.sales import recognition
from returnledger.sales.prepaid import PrepaidReader
from returnledger.terms import Kind
from returnledger.words import Word

TITLE = N_("Money paid in advance")
OPTIONS: dict[str, str] = {
    "as-of": N_("the day, at its end"),
    "period": N_("the month, quarter or year at whose end it is"),
    "customer": N_("only this customer"),
    "reveal": N_("names of customers as the ledger has them, in place of pseudonyms"),
}
_DEFINITION = N_(
    "open = received and moved in, less what sales used, what went back, was moved out or kept; owed is approved and not paid"
)


class Papers(Word):
    """Whether a case has brought the papers that were asked for."""

    COMPLETE = "complete", "齐全", "All papers that the policy asked for are there.", "政策要求的佐证材料均已提供。"
    INCOMPLETE = (
        "incomplete",
        "缺少",
        "A paper that the policy asked for was waived.",
        "政策要求的某项佐证材料被特批免除。",
    )


COLUMNS = (
    Column("advance", N_("advance"), "text", N_("the order, contract, link or customer that it goes by")),
    Column("customer", N_("customer"), "text", N_("who paid it"), spare=2),
    Column("contract", N_("contract"), "text", N_("the contract that its receipts name"), spare=2),
    Column("since", N_("since"), "date", N_("the day of the first receipt"), spare=2),
    Column("received", N_("came in"), "money", N_("what came in or was moved in, tax included")),
    Column("used", N_("used"), "money", N_("what sales used of it, or was refunded by hand"), spare=1),
    Column("refunded", N_("refunded"), "money", N_("what went back, paid or owed")),
    Column("moved", N_("moved"), "money", N_("what was moved to other orders"), spare=1),
    Column("retained", N_("retained"), "money", N_("what was kept")),
    Column("open", N_("open"), "money", N_("what is left")),
    Column("owed", N_("owed"), "money", N_("approved and not paid")),
    Column("deadline", N_("deadline"), "date", N_("until when the money of the case under way must be back")),
    Column(
        "papers",
        N_("papers"),
        "code",
        N_("whether all that the policy asked for was brought"),
        words=Papers,
        spare=2,
    ),
    Column("currency", N_("currency"), "currency", N_("the currency of the amounts")),
)
_SUMS = ("received", "used", "refunded", "moved", "retained", "open", "owed")
_ROLES = frozenset((*MAIN, Role.OUTPUT_VAT_PENDING))


@dataclass(slots=True)
class _Book:
    """What the ledger says of advances up to a day."""

    advances: list[Advance] = field(default_factory=list)
    own: dict[str, list[Posted]] = field(default_factory=lambda: defaultdict(list))  # by advance, those that stand
    records: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))  # by advance


def build(given: Mapping[str, str], source: Source) -> Report:
    """Return the advances of `source`; raises Refused for an option it can't mean."""
    as_of = options.moment(given)
    customers, wanted = Customers(options.flag(given, "reveal")), given.get("customer")
    book = _read(source, as_of)
    lefts = [advance_left(advance, book.own[advance.name]) for advance in book.advances]
    asked = [left for left in lefts if wanted is None or wanted in left.advance.payers]
    shown = [_row(left, book, customers) for left in asked]
    return Report(
        name="advances",
        title=Phrase(TITLE),
        table=Table(COLUMNS, tuple(shown), totals(COLUMNS, shown, _SUMS)),
        definition=Phrase(_DEFINITION),
        basis=Phrase(N_("postings dated up to {day}"), {"day": as_of or bql.last_day(source)}),
        source=Phrase(N_("the ledger itself, query {file}"), {"file": "balances.bql"}),
        period=(None, as_of or bql.last_day(source)),
        filters=tuple((name, given[name]) for name in OPTIONS if name in given and name not in options.MOMENT),
        ties=_ties(source, as_of, lefts),
        commit=source.commit,
    )


def _read(source: Source, as_of: date | None) -> _Book:
    """Return the advances of the ledger, and what was posted on them."""
    reader = PrepaidReader(recognition(source.settings))
    flows = [
        flow
        for entry in source.entries
        if isinstance(entry, Transaction) and (as_of is None or entry.date <= as_of)
        for flow in reader.read(entry)
    ]
    posted = [entry for entry in source.posted() if as_of is None or entry.date <= as_of]
    moved: dict[str, list[Posted]] = defaultdict(list)
    for entry in posted:
        if entry.moved_to:
            moved[entry.moved_to].append(entry)
    flows += [flow for name, entries in moved.items() for flow in moved_in(entries, name)]
    book = _Book(sorted(advances_of(flows), key=lambda advance: (advance.first.date, advance.name)))
    names = {advance.name for advance in book.advances}
    for entry in standing(posted):
        if entry.order in names:
            book.own[entry.order].append(entry)
    for record in records(posted):
        if record.stands and record.kind == Kind.ADVANCE_REFUND:
            for order in record.orders:
                book.records[order].append(record)
    return book


def _row(left: AdvanceLeft, book: _Book, customers: Customers) -> Row:
    advance = left.advance
    moved = -sum((leg.amount for entry in book.own[advance.name] for leg in entry.legs if _moves(leg)), ZERO)
    taken = sum(left.taken.values(), ZERO)
    owed = _owed(book.own[advance.name])
    under_way = _under_way(book.records[advance.name], owed)
    received = advance.came_in()
    return (
        advance.name if advance.names[0].kind != "customer" else customers.shown(advance.name),
        customers.shown(advance.customer or ""),
        advance.contract,
        advance.first.date,
        received,
        received - left.whole,
        taken - moved - left.retained,
        moved,
        left.retained,
        left.left,
        sum(owed.values(), ZERO),
        _deadline(under_way),
        _papers(book.records[advance.name]),
        advance.currency,
    )


def _moves(leg: Any) -> bool:
    return bool(leg.item and "advance" in leg.item)


def _owed(entries: Iterable[Posted]) -> dict[str, Decimal]:
    """Return what is approved and not paid, by case."""
    owed: dict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        for leg in entry.legs:
            if leg.role == Role.REFUND_PAYABLE and entry.kind == Kind.ADVANCE_REFUND:
                owed[entry.case] -= leg.amount
    return owed


def _under_way(found: Iterable[Record], owed: Mapping[str, Decimal]) -> list[Record]:
    """Return the steps of cases that wait for a decision or for their money."""
    last: dict[str, str] = {}
    for record in found:
        last[record.case] = record.entries[0].told.get("stage", AdvanceStage.PAID.value)
    waiting = {case for case, stage in last.items() if stage == AdvanceStage.REQUESTED or owed.get(case)}
    return [record for record in found if record.case in waiting]


def _deadline(found: Iterable[Record]) -> date | None:
    """Return the earliest of the days that the steps of cases set, the last step of each."""
    days = {record.case: each.value for record in found for each in record.all("deadline")}
    return min((date.fromisoformat(day) for day in days.values()), default=None)


def _papers(found: Iterable[Record]) -> str | None:
    """Return whether all that was asked for was brought; None where nothing was."""
    found = list(found)
    asked = {kind for record in found for each in record.all("evidence") for kind in each.value.split("/")}
    if not asked:
        return None
    brought = {kind for record in found if record.event for kind in evidence_types(record.event)}
    return Papers.COMPLETE if asked <= brought else Papers.INCOMPLETE


def _ties(source: Source, as_of: date | None, lefts: Iterable[AdvanceLeft]) -> Any:
    """Compare what is open by account with the balance of the account."""
    reported: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for left in lefts:
        for part in left.parts:
            if part.role in _ROLES and part.commodity is None:
                reported[part.account, left.advance.currency] += part.amount + left.taken.get(part.key, ZERO)
    booked = ties.balances(source, as_of)
    accounts = {account for account, _ in booked if source.role_of(account) in _ROLES}
    return ties.tie(reported, booked, accounts)
