"""Early warnings on returns: spikes, customers who return often, money without goods, period ends, and what returns cost.

From when on something is a warning the policy says under `risk:`; every threshold that was used is printed with its
place, and under each alarm stand the cases that it was counted from. Nothing is refused and nothing is posted by it.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import partial

from returnledger.money import ZERO
from returnledger.policy import Policy, policy_for
from returnledger.policy.model_risk import CostTable, RiskTable
from returnledger.reports import bql, options, ties
from returnledger.reports.alarms import Alarm, Grade, What, cases_table, graded, main_table, rows_table
from returnledger.reports.confidential import Customers
from returnledger.reports.risk_conduct import period_ends, reached, returners, share, without_goods
from returnledger.reports.risk_data import Data, Days, read
from returnledger.reports.risk_spikes import compared_with, spikes
from returnledger.reports.source import Source
from returnledger.reports.table import N_, Column, Phrase, Report, Table, Tie
from returnledger.roles import Role

TITLE = N_("Early warnings")
OPTIONS: dict[str, str] = {
    "period": N_("a month 2026-11, a quarter 2026-Q4 or a year 2026; without it, the last month with a return"),
    "from": N_("the first day"),
    "to": N_("the last day"),
    "reveal": N_("names of customers as the ledger has them, in place of pseudonyms"),
}
_DEFINITION = N_(
    "an alarm has the loudest grade of whose row under `risk:` of the policy all is reached; returns that were undone, "
    "and allowances, are not counted"
)
_BASIS = N_("event date: sales by the day of sale, returns by the day they were booked")

# What each role of our entries costs a shop; fees kept are income, and so come off.
COSTS: tuple[Role, ...] = (
    Role.INVENTORY_WRITE_DOWN,
    Role.SCRAP_LOSS,
    Role.NON_OPERATING_LOSS,
    Role.SHIPPING_REVENUE,
    Role.RESTOCKING_FEE_REVENUE,
)
_NET = (Role.REVENUE, Role.SALES_RETURNS, Role.SALES_ALLOWANCES, Role.SALES_DISCOUNTS)
COST_COLUMNS = (
    Column("what", N_("what"), "code", N_("the role of the accounts"), words=Role),
    Column("account", N_("account"), "text", N_("the account")),
    Column("cost", N_("cost"), "money", N_("debits less credits of the period's entries, voids taken off")),
    Column("currency", N_("currency"), "currency", N_("the currency of the cost")),
)
_NOTES: dict[What, str] = {
    What.SKU: N_(
        "spikes: ratio = orders with a return in the period / orders sold in it and in the {before} days before; usual = "
        "the same over the {earlier} periods before, raised where all else rose, or of all others in the period; "
        "chance = that so many come by chance, times the number of things compared"
    ),
    What.CUSTOMER: N_(
        "customer: ratio = orders with a return / orders bought or returned, in the {days} days to {last}"
    ),
    What.KEPT: N_("money without goods: ratio = credited for such returns / credited for all returns of the period"),
    What.PERIOD_END: N_(
        "period end: ratio = revenue that came back in the {days} days after the end / revenue sold in the period that "
        "ended; usual = the same of the periods before"
    ),
    What.COST: N_("cost: ratio = cost / revenue given back in the period"),
}
_TOLD_AS = {
    **dict.fromkeys((What.ALL, What.SUPPLIER, What.REASON, What.CHANNEL, What.PERSON), What.SKU),
    **dict.fromkeys((What.NEVER_SHIPPED, What.NO_SALE, What.PAID_FIRST), What.KEPT),
}


def build(given: Mapping[str, str], source: Source) -> Report:
    """Return the early warnings of a period; raises Refused for an option it can't mean."""
    reveal = options.flag(given, "reveal")
    first, last = options.period(given)
    data = read(source)
    days = _days(data, first, last)
    policy = policy_for(source.policies, days[1]) if days else policy_for(source.policies, date.max)
    risk = (policy.says.risk if policy else None) or RiskTable()
    customers = Customers(reveal)
    alarms: list[Alarm] = []
    notes: list[Phrase] = []
    costs: dict[tuple[str, str, str], Decimal] = {}
    if days:
        costs = _costs(data, days)
        alarms, notes = _alarms(data, days, risk, policy.currency if policy else source.currency, customers, costs)
    alarms.sort(key=_loudness)
    return Report(
        name="risk",
        title=Phrase(TITLE),
        table=main_table(alarms),
        definition=Phrase(_DEFINITION),
        basis=Phrase(_BASIS),
        source=Phrase(
            N_("the relations sales and returns, and the posted entries, query {file}"), {"file": "risk-returned.bql"}
        ),
        period=days or (first, last),
        filters=(("reveal", "true"),) if reveal else (),
        parts=(cases_table(alarms, risk), _cost_table(costs), rows_table(risk, policy)),
        notes=(
            *_counted(data, days, alarms),
            *_told(alarms, risk, days),
            *notes,
            *_policy_note(policy),
            *_hidden(customers),
        ),
        ties=_ties(source, days, costs),
        commit=source.commit,
    )


def _days(data: Data, first: date | None, last: date | None) -> Days | None:
    """Return the period: as given, open ends closed by what the ledger has, else the last month with a return."""
    if first is None and last is None:
        found = max((back.day for back in data.back), default=data.last_day)
        if found is None:
            return None
        return found.replace(day=1), found.replace(day=calendar.monthrange(found.year, found.month)[1])
    low, high = first or data.first_day, last or data.last_day
    return (low, max(low, high)) if low and high else None


def _alarms(
    data: Data,
    days: Days,
    risk: RiskTable,
    currency: str,
    customers: Customers,
    costs: Mapping[tuple[str, str, str], Decimal],
) -> tuple[list[Alarm], list[Phrase]]:
    found, unmeasured = spikes(data, days, risk.spikes)
    ends, waiting = period_ends(data, days, risk.period_end, risk.spikes.earlier_periods, customers)
    alarms = [
        *found,
        *returners(data, days[1], risk.returners, currency, customers),
        *without_goods(data, days, risk.without_goods),
        *ends,
        *_cost_alarms(data, days, risk.cost, costs),
    ]
    notes = []
    if not compared_with(data, days, risk.spikes):
        notes.append(Phrase(N_("no return was posted before this period: nothing is compared with earlier periods")))
    if unmeasured:
        text = N_(
            "returned orders that hold what nobody bought in all that time, and which are not compared by it: {count}"
        )
        notes.append(Phrase(text, {"count": unmeasured}))
    for end in sorted(waiting):
        text = N_("the first {days} days after {end} are not over in the ledger")
        notes.append(Phrase(text, {"days": risk.period_end.days, "end": end}))
    return alarms, notes


def _loudness(alarm: Alarm) -> tuple[int, int, Decimal, str]:
    """Return what alarms are sorted by: grade, what they are about, how many cases, what they name."""
    return list(Grade).index(alarm.grade), list(What).index(alarm.what), Decimal(-alarm.found), str(alarm.which)


# ── what returns cost ──


def _costs(data: Data, days: Days) -> dict[tuple[str, str, str], Decimal]:
    """Return what the entries of a period cost, by role, account and currency; a void's entries take off what they undo."""
    found: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for record in data.records.values():
        for entry in record.entries:
            for leg in entry.legs if days[0] <= entry.date <= days[1] else ():
                if leg.role in COSTS:
                    found[leg.role, leg.account, leg.currency] += leg.amount
    roles = [role.value for role in COSTS]
    order = sorted(found, key=lambda key: (roles.index(key[0]), key[1], key[2]))
    return {key: found[key] for key in order if found[key]}


def _cost_alarms(
    data: Data, days: Days, table: CostTable, costs: Mapping[tuple[str, str, str], Decimal]
) -> Iterator[Alarm]:
    total: dict[str, Decimal] = defaultdict(Decimal)
    for (_, _, currency), amount in costs.items():
        total[currency] += amount
    within = data.back_in(days)
    for currency, amount in sorted(total.items()):
        events = {
            back.event
            for back in within
            if back.currency == currency and any(leg.role in COSTS for leg in data.records[back.event].legs)
        }
        rate = share(amount, sum((back.net for back in within if back.currency == currency), ZERO))
        count = len(events)
        grade = graded(table, partial(reached, rate=rate, cases=count))
        if grade:
            yield Alarm(
                grade=grade,
                what=What.COST,
                which=currency,
                cases=data.cases(events),
                row=f"risk.cost.{grade}",
                found=count,
                of=len({back.event for back in within}),
                rate=rate,
            )


def _cost_table(costs: Mapping[tuple[str, str, str], Decimal]) -> Table:
    rows = tuple((role, account, amount, currency) for (role, account, currency), amount in costs.items())
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for (_, _, currency), amount in costs.items():
        totals[currency] += amount
    sums = tuple((None, None, amount, currency) for currency, amount in sorted(totals.items()))
    return Table(COST_COLUMNS, rows, sums, key="cost", heading=N_("What the returns of the period cost"))


def _ties(source: Source, days: Days | None, costs: Mapping[tuple[str, str, str], Decimal]) -> tuple[Tie, ...]:
    """Compare the costs with the postings of our entries on the same accounts, as the ledger has them."""
    if not days or not costs:
        return ()
    reported: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    roles: dict[str, set[str]] = defaultdict(set)
    for (role, account, currency), amount in costs.items():
        reported[account, currency] += amount
        roles[account].add(role)
    booked: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for account, role, currency, amount in bql.ask_ledger(source, "risk-cost", days[1], days[0]):
        if role in roles.get(account, ()):
            booked[account, currency] += amount
    return ties.tie(reported, booked, roles)


# ── what stands below ──


def _counted(data: Data, days: Days | None, alarms: list[Alarm]) -> Iterable[Phrase]:
    """Say how much was looked at, and how much of it stands under an alarm, or that there is none."""
    within = {back.event for back in data.back_in(days)} if days else set()
    behind = {record.id for alarm in alarms for record in alarm.cases}
    values = {"cases": len(within), "alarms": len(alarms), "behind": len(behind)}
    if not alarms:
        yield Phrase(N_("no alarm; returns of the period looked at: {cases}"), values)
        return
    yield Phrase(N_("alarms: {alarms}; cases behind them: {behind}; returns of the period: {cases}"), values)


def _told(alarms: list[Alarm], risk: RiskTable, days: Days | None) -> Iterator[Phrase]:
    seen = {_TOLD_AS.get(alarm.what, alarm.what) for alarm in alarms}
    values: dict[What, dict[str, int | date]] = {
        What.SKU: {"before": risk.spikes.sold_before_days, "earlier": risk.spikes.earlier_periods},
        What.CUSTOMER: {"days": risk.returners.within_days, "last": days[1] if days else date.max},
        What.PERIOD_END: {"days": risk.period_end.days},
    }
    yield from (Phrase(text, dict(values.get(what, {}))) for what, text in _NOTES.items() if what in seen)


def _policy_note(policy: Policy | None) -> Iterator[Phrase]:
    if policy is None:
        yield Phrase(N_("no policy is in force on the last day: all thresholds are the defaults"))
    else:
        values = {"name": policy.name, "version": policy.version, "file": policy.file}
        yield Phrase(N_("thresholds of policy {name}, version {version}, in {file}"), values)


def _hidden(customers: Customers) -> Iterator[Phrase]:
    if customers.hidden:
        text = N_("customers with a pseudonym, since the ledger has no code of them: {count}; --reveal shows the names")
        yield Phrase(text, {"count": len(customers.hidden)})
