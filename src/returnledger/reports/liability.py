"""What is expected to come back: refund liability and right of return asset, from opening to closing, by their owners.

What the first estimate of an owner set aside is accrual, what returns used is actual, and what later estimates changed or
released is true-up. A void takes from the same column. What was credited before its goods came stands on the right of
return asset too, by case. Postings by hand belong to the owner whose link they have: what adds is accrual, the rest
true-up. Output tax of credits that waits for its red invoice stands in a table of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from returnledger.estimates import is_month
from returnledger.money import ZERO
from returnledger.reports import awaited_red, bql, options, ties
from returnledger.reports.source import Source
from returnledger.reports.table import N_, Column, Phrase, Report, Row, Table, totals
from returnledger.roles import Role
from returnledger.terms import Kind
from returnledger.words import Word

TITLE = N_("Refund liability and right of return asset")
OPTIONS: dict[str, str] = {
    "from": N_("the first day"),
    "to": N_("the last day"),
    "period": N_("a month 2026-11, a quarter 2026-Q4 or a year 2026"),
    "account": N_("only this account"),
}
_DEFINITION = N_(
    "closing = opening + accrual + actual + true-up; accrual = the first estimate; actual = used by returns; true-up = later "
    "estimates, and what was released"
)


class Whose(Word):
    """To what a balance belongs."""

    COHORT = "cohort", "批次", "What was sold in a month.", "某月销售的商品。"
    ORDER = "order", "订单", "An order with an estimate of its own.", "单独预计的订单。"
    CASE = "case", "案件", "A case that was credited before its goods came.", "先开贷项、商品未到的案件。"
    UNKNOWN = "unknown", "未知", "An entry that names neither.", "未注明归属的分录。"


COLUMNS = (
    Column("account", N_("account"), "text", N_("the account"), heads=True),
    Column("role", N_("role"), "code", N_("what the account is for"), words=Role, heads=True),
    Column("whose", N_("whose"), "code", N_("a cohort, an order, a case, or unknown"), words=Whose, spare=True),
    Column("owner", N_("owner"), "text", N_("the month of sale with its group, the order or the case")),
    Column("opening", N_("opening"), "money", N_("the balance before the first day")),
    Column("accrual", N_("accrual"), "money", N_("set aside by the first estimate")),
    Column("actual", N_("actual"), "money", N_("used by returns")),
    Column("true_up", N_("true-up"), "money", N_("changed by later estimates, and released")),
    Column("closing", N_("closing"), "money", N_("the balance at the end of the last day")),
    Column("currency", N_("currency"), "currency", N_("the currency of the amounts")),
)
_MONEY = ("opening", "accrual", "actual", "true_up", "closing")
_ROLES = (Role.REFUND_LIABILITY, Role.RETURN_ASSET)
Key = tuple[str, str, str, str]  # account, whose, owner, currency


@dataclass(slots=True)
class _Balance:
    """One balance and what moved it, debits positive."""

    opening: Decimal = ZERO
    accrual: Decimal = ZERO
    actual: Decimal = ZERO
    true_up: Decimal = ZERO

    @property
    def closing(self) -> Decimal:
        return self.opening + self.accrual + self.actual + self.true_up

    @property
    def numbers(self) -> tuple[Decimal, ...]:
        return self.opening, self.accrual, self.actual, self.true_up, self.closing


def build(given: Mapping[str, str], source: Source) -> Report:
    """Return what is expected to come back; raises Refused for an option it can't mean."""
    first, last = options.period(given)
    last = last or bql.last_day(source)
    found = _read(source, first, last)
    rows = [_row(key, own, source) for key, own in sorted(found.items()) if any(own.numbers)]
    wanted = given.get("account")
    shown = [row for row in rows if wanted in (None, row[0])]
    return Report(
        name="liability",
        title=Phrase(TITLE),
        table=Table(COLUMNS, tuple(shown), totals(COLUMNS, shown, _MONEY, by=("role", "currency"))),
        definition=Phrase(_DEFINITION),
        basis=Phrase(N_("event date: by the day the entries stand on")),
        source=Phrase(N_("the ledger itself, query {file}"), {"file": "liability.bql"}),
        period=(first, last),
        filters=(("account", wanted),) if wanted is not None else (),
        parts=awaited_red.part(source.posted(), last) if wanted is None else (),
        ties=_ties(source, last, found),
        commit=source.commit,
    )


def _read(source: Source, first: date | None, last: date | None) -> dict[Key, _Balance]:
    """Return the balances by account, whose they are, owner and currency."""
    found: dict[Key, _Balance] = defaultdict(_Balance)
    is_ours = cache(lambda account: source.role_of(account) in _ROLES)
    rows = [row for row in bql.ask_ledger(source, "liability", last) if is_ours(row[1])]
    kinds = {row[2]: (row[3], row[5]) for row in rows if row[2] and not row[4]}
    known = {str(row[6]) for row in rows if row[6]}
    for day, account, event, kind, voids, step, owner, case, links, currency, number in rows:
        whose, name = _whose(owner, case if event else None, links, known)
        own = found[account, whose, name, currency]
        if first is not None and day < first:
            own.opening += number
            continue
        kind, step = kinds.get(voids, (kind, step)) if voids else (kind, step)
        adds = (number > 0) == (source.role_of(account) is Role.RETURN_ASSET)
        if kind == Kind.PROVISION:
            is_first = str(step) == "1"
        elif event and owner:
            own.actual += number
            continue
        elif event:
            is_first = adds != bool(voids)  # credited before the goods came, and their coming
            if not is_first:
                own.actual += number
                continue
        else:
            is_first = adds
        if is_first:
            own.accrual += number
        else:
            own.true_up += number
    return found


def _whose(owner: Any, case: Any, links: Any, known: set[str]) -> tuple[str, str]:
    if owner:
        name = str(owner)
        return (Whose.COHORT if is_month(name.partition("/")[0]) else Whose.ORDER), name
    if case:
        return Whose.CASE, str(case)
    linked = sorted(link for link in links or () if link in known or is_month(link.partition("/")[0]))
    if linked:
        return (Whose.COHORT if is_month(linked[0].partition("/")[0]) else Whose.ORDER), linked[0]
    return Whose.UNKNOWN, ", ".join(sorted(links or ()))


def _row(key: Key, own: _Balance, source: Source) -> Row:
    account, whose, name, currency = key
    role = source.role_of(account)
    sign = 1 if role is Role.RETURN_ASSET else -1  # a liability is shown as what is owed
    return (account, role, whose, name or None, *(sign * number for number in own.numbers), currency)


def _ties(source: Source, last: date | None, found: Mapping[Key, _Balance]) -> Any:
    reported: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for (account, _, _, currency), own in found.items():
        reported[account, currency] += own.closing
    booked = ties.balances(source, last)
    return ties.tie(reported, booked, {account for account, _ in booked if source.role_of(account) in _ROLES})
