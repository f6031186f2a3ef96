"""What is open on the clearing accounts, by case: goods received and not credited, credited and not received, exchanged.

Goods and credit of one case meet in returns_clearing or return_asset, the two sides of an exchange in exchange_clearing. A
case that is closed leaves nothing there. Entries written by hand belong to the case that they link to; what an estimate
expects to come back stands under its own owner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from returnledger.money import ZERO
from returnledger.reports import bql, options, ties
from returnledger.reports.casestatus import STATUS
from returnledger.reports.source import Source
from returnledger.reports.table import N_, Column, Phrase, Report, Row, Table, totals
from returnledger.roles import Role
from returnledger.words import Word

TITLE = N_("Open clearing by case")
OPTIONS: dict[str, str] = {
    "as-of": N_("the day, at its end"),
    "period": N_("the month, quarter or year at whose end it is"),
    "account": N_("only this account"),
}
_DEFINITION = N_(
    "open = debits less credits of the case on the account; age = days since the first posting after which it was not nil"
)
ROLES = ("returns_clearing", "return_asset", "exchange_clearing")


class Whose(Word):
    """To what an open amount belongs."""

    CASE = "case", "案件", "A case of a return or an exchange.", "退货或换货案件。"
    ESTIMATE = "estimate", "预计", "What an estimate expects to come back.", "预计将退回的部分。"
    UNKNOWN = "unknown", "未知", "An entry that names no case.", "未注明案件的分录。"


COLUMNS = (
    Column("account", N_("account"), "text", N_("the clearing account"), heads=True),
    Column("role", N_("role"), "code", N_("what the account is for"), words=Role, heads=True),
    Column("whose", N_("whose"), "code", N_("a case, an estimate, or unknown"), words=Whose, spare=True),
    Column("case", N_("case"), "text", N_("the id of the case, or the owner of the estimate")),
    Column("order", N_("order"), "text", N_("the order it belongs to")),
    STATUS,
    Column("since", N_("since"), "date", N_("the day from which it was not nil")),
    Column("age", N_("days open"), "number", N_("days since then"), N_("days")),
    Column("open", N_("open"), "money", N_("debits less credits")),
    Column("currency", N_("currency"), "currency", N_("the currency of the amount")),
)
_AT = {column.key: i for i, column in enumerate(COLUMNS)}


@dataclass(slots=True)
class _Open:
    """What one case has on one account in one currency."""

    balance: Decimal = ZERO
    since: date | None = None
    order: str = ""

    def add(self, day: date, number: Decimal) -> None:
        if not self.balance:
            self.since = day
        self.balance += number


def build(given: Mapping[str, str], source: Source) -> Report:
    """Return what is open on the clearing accounts of `source`; raises Refused for an option it can't mean."""
    as_of = options.moment(given)
    day = as_of or bql.last_day(source)
    cases = {row[0]: row[1] for row in bql.ask_relations(source, "clearing-cases", {}, {})}
    found = _read(source, as_of, cases)
    rows = [_row(key, each, cases, source, day) for key, each in sorted(found.items()) if each.balance]
    wanted = given.get("account")
    shown = [row for row in rows if wanted in (None, row[0])]
    left = sum(1 for row in rows if row[_AT["status"]] in ("closed", "void"))
    return Report(
        name="clearing",
        title=Phrase(TITLE),
        table=Table(COLUMNS, tuple(shown), totals(COLUMNS, shown, ("open",))),
        definition=Phrase(_DEFINITION),
        basis=Phrase(N_("postings dated up to {day}"), {"day": day}),
        source=Phrase(N_("the ledger itself, query {file}"), {"file": "clearing.bql"}),
        period=(None, day),
        filters=(("account", wanted),) if wanted is not None else (),
        notes=(_note(left, rows),),
        ties=_ties(source, as_of, found),
        commit=source.commit,
    )


def _read(source: Source, as_of: date | None, cases: Mapping[str, str]) -> dict[tuple[str, str, str, str], _Open]:
    """Return what is open by account, whose it is, its name and currency."""
    found: dict[tuple[str, str, str, str], _Open] = defaultdict(_Open)
    is_clearing = cache(lambda account: source.role_of(account) in ROLES)
    for day, account, case, order, owner, links, currency, number in bql.ask_ledger(source, "clearing", as_of):
        if is_clearing(account):
            whose, name = _whose(case, owner, links, cases)
            own = found[account, whose, name, currency]
            own.add(day, number)
            own.order = own.order or order or ""
    return found


def _whose(case: Any, owner: Any, links: Any, cases: Mapping[str, str]) -> tuple[str, str]:
    """Return to what a posting belongs: the estimate that owns it, its case, else the one case that its entry links to."""
    if owner:
        return Whose.ESTIMATE, str(owner)
    if case:
        return Whose.CASE, str(case)
    linked = sorted(link for link in links or () if link in cases)
    return (Whose.CASE, linked[0]) if len(linked) == 1 else (Whose.UNKNOWN, "")


def _row(key: tuple[str, str, str, str], own: _Open, cases: Mapping[str, str], source: Source, day: date | None) -> Row:
    account, whose, name, currency = key
    age = (day - own.since).days if day and own.since else None
    status = cases.get(name) if whose == Whose.CASE else None
    role = source.role_of(account)
    return account, role, whose, name or None, own.order or None, status, own.since, age, own.balance, currency


def _note(left: int, rows: list[Row]) -> Phrase:
    if left:
        return Phrase(N_("closed cases that are not nil: {count}; see them with `returnledger show`"), {"count": left})
    if rows:
        return Phrase(N_("every closed case is nil"))
    return Phrase(N_("nothing is open on the clearing accounts"))


def _ties(source: Source, as_of: date | None, found: Mapping[tuple[str, str, str, str], _Open]) -> Any:
    reported: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for (account, _, _, currency), own in found.items():
        reported[account, currency] += own.balance
    booked = ties.balances(source, as_of)
    return ties.tie(reported, booked, {account for account, _ in booked if source.role_of(account) in ROLES})
