"""Refunds that are due, by deadline: how many days are left or over, the overdue first.

What is due is what stands on the accounts of refunds payable, by case; the report ties to them. A case without a deadline
has none in the decision that credited it, and stands last. Entries written by hand belong to the case that they link to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from returnledger.money import ZERO
from returnledger.reports import bql, options, ties
from returnledger.reports.confidential import Customers
from returnledger.reports.source import Source
from returnledger.reports.table import N_, Column, Phrase, Report, Row, Table, Tie, totals
from returnledger.roles import Role
from returnledger.terms import Desk, Kind
from returnledger.words import Word

TITLE = N_("Refunds due by deadline")
OPTIONS: dict[str, str] = {
    "as-of": N_("the day, at its end"),
    "period": N_("the month, quarter or year at whose end it is"),
    "customer": N_("only this customer"),
    "reveal": N_("names of customers as the ledger has them, in place of pseudonyms"),
}
_DEFINITION = N_(
    "due = credits less debits of the case on refunds payable; days left = deadline - the day, below nil when over"
)


class Span(Word):
    """How far a refund is from its deadline."""

    LONG_OVER = "over_30", "逾期30天以上", "Over by more than 30 days.", "逾期超过三十天。"
    OVER = "over", "逾期30天以内", "Over by up to 30 days.", "逾期不超过三十天。"
    SOON = "within_7", "7天内到期", "Due within 7 days, that day included.", "七天内到期（含当日）。"
    LATER = "later", "7天后到期", "Due in more than 7 days.", "七天之后到期。"
    NONE = "no_deadline", "无期限", "Without a deadline.", "没有期限。"


COLUMNS = (
    Column("deadline", N_("deadline"), "date", N_("the day by which it is due, as it was decided")),
    Column("days_left", N_("days left"), "number", N_("days until then; below nil when over"), N_("days")),
    Column("case", N_("case"), "text", N_("the id of the case")),
    Column("order", N_("order"), "text", N_("the order it belongs to"), spare=True),
    Column("customer", N_("customer"), "text", N_("the customer's code, or a pseudonym"), spare=True),
    Column("since", N_("since"), "date", N_("the day it became due"), spare=True),
    Column("waits_for", N_("waits for"), "code", N_("the step that comes next"), words=Kind),
    Column("by", N_("by"), "code", N_("who may take it"), words=Desk, spare=True),
    Column("due", N_("due"), "money", N_("credited and not yet paid")),
    Column("currency", N_("currency"), "currency", N_("the currency of the amount")),
)
SPANS = (
    Column("span", N_("deadline"), "code", N_("how far it is from the deadline"), words=Span),
    Column("cases", N_("cases"), "number", N_("cases with money due"), N_("cases")),
    Column("due", N_("due"), "money", N_("credited and not yet paid")),
    Column("currency", N_("currency"), "currency", N_("the currency of the amount")),
)
Key = tuple[str, str]  # case, currency


@dataclass(slots=True)
class _Due:
    """What is due of one case in one currency."""

    amount: Decimal = ZERO
    since: date | None = None
    order: str = ""

    def add(self, day: date, number: Decimal) -> None:
        if not self.amount:
            self.since = day
        self.amount -= number


def build(given: Mapping[str, str], source: Source) -> Report:
    """Return the refunds that are due; raises Refused for an option it can't mean."""
    as_of = options.moment(given)
    day = as_of or bql.last_day(source)
    cases = {case: rest for case, *rest in bql.ask_relations(source, "aging-cases", {}, {})}
    due, accounts = _due(source, as_of, cases)
    customers = Customers(options.flag(given, "reveal"))
    rows = [_row(key, own, cases, customers, day) for key, own in due.items() if own.amount]
    rows = [row for row in rows if given.get("customer") in (None, cases.get(str(row[2]), ("",))[0])]
    rows.sort(key=lambda row: (row[0] or date.max, row[5] or date.max, str(row[2])))
    return Report(
        name="aging",
        title=Phrase(TITLE),
        table=Table(COLUMNS, tuple(rows), totals(COLUMNS, rows, ("due",))),
        definition=Phrase(_DEFINITION),
        basis=Phrase(N_("postings dated up to {day}"), {"day": day}),
        source=Phrase(N_("the ledger itself, query {file}"), {"file": "aging.bql"}),
        period=(None, day),
        filters=tuple((option, given[option]) for option in ("customer", "reveal") if option in given),
        parts=(_spans(rows),) if rows else (),
        notes=() if rows else (Phrase(N_("no refund is due")),),
        ties=_ties(source, as_of, accounts),
        commit=source.commit,
    )


def _due(
    source: Source, as_of: date | None, cases: Mapping[str, Any]
) -> tuple[dict[Key, _Due], dict[tuple[str, str], Decimal]]:
    """Return what is due by case and currency, and what was counted by account and currency."""
    due: dict[Key, _Due] = defaultdict(_Due)
    accounts: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    is_payable = cache(lambda account: source.role_of(account) is Role.REFUND_PAYABLE)
    for day, account, case, order, links, currency, number in bql.ask_ledger(source, "aging", as_of):
        if is_payable(account):
            linked = sorted(link for link in links or () if link in cases)
            own = due[case or (linked[0] if len(linked) == 1 else ""), currency]
            own.add(day, number)
            own.order = own.order or order or ""
            accounts[account, currency] += number
    return due, accounts


def _row(key: Key, own: _Due, cases: Mapping[str, Any], customers: Customers, day: date | None) -> Row:
    case, currency = key
    customer, order, deadline, step, by = cases.get(case, ("", "", None, "", ""))
    left = (deadline - day).days if deadline and day else None
    who = customers.shown(customer)
    about = (case or None, own.order or order or None, who, own.since, step or None, by or None)
    return deadline, left, *about, own.amount, currency


def _span(left: object) -> Span:
    if not isinstance(left, int):
        return Span.NONE
    if left < 0:
        return Span.OVER if left >= -30 else Span.LONG_OVER
    return Span.SOON if left <= 7 else Span.LATER


def _spans(rows: Iterable[Row]) -> Table:
    """Return how much is due by how far it is from its deadline."""
    found: dict[tuple[Span, str], list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for row in rows:
        sums = found[_span(row[1]), str(row[-1])]
        assert isinstance(row[8], Decimal)
        sums[0], sums[1] = sums[0] + 1, sums[1] + row[8]
    order = list(Span)
    keys = sorted(found, key=lambda key: (order.index(key[0]), key[1]))
    table: list[Row] = [(span, *found[span, currency], currency) for span, currency in keys]
    return Table(SPANS, tuple(table), key="spans", heading=N_("By days"))


def _ties(source: Source, as_of: date | None, accounts: Mapping[tuple[str, str], Decimal]) -> tuple[Tie, ...]:
    booked = ties.balances(source, as_of)
    payable = {account for account, _ in booked if source.role_of(account) is Role.REFUND_PAYABLE}
    return ties.tie(accounts, booked, payable)
