"""What returns cost the shop: freight, handling, refurbishment, write-downs, scrap and charges, less what was recovered.

Costs are the postings of our own entries, and every posting on accounts that hold nothing but costs of returns, whoever
wrote it; to these accounts the report ties. What was accrued for taking goods back is a cost when it is spent. A fee kept from the customer, and what a supplier, carrier or liable person
gave above a claim, is recovered. Cost of goods is no cost of a return: it comes back with the goods, and what the goods are
then worth less stands as write-down or loss.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from returnledger.claims import EXPENSE_OF
from returnledger.estimates import ACCRUED
from returnledger.money import ZERO, decimals_of, round_to
from returnledger.reports import bql, options, ties
from returnledger.reports.source import Source
from returnledger.reports.table import N_, Amount, Column, Phrase, Report, Row, Table, Tie
from returnledger.terms import Kind, Spent
from returnledger.words import Word

TITLE = N_("What returns cost")
OPTIONS: dict[str, str] = {
    "from": N_("the first day"),
    "to": N_("the last day"),
    "period": N_("a month 2026-11, a quarter 2026-Q4 or a year 2026"),
}
_DEFINITION = N_(
    "net cost = cost - recovered; per return = net cost / cases with goods that came back in the period; share = net cost / "
    "revenue given back for them, without tax"
)


class Cost(Word):
    """What a return cost the shop."""

    FREIGHT = "freight", "退货运费", "Sending the goods back.", "将商品寄回的运费。"
    HANDLING = "handling", "处理费", "Taking in, inspecting and packing.", "收货、验收与包装。"
    REFURBISHMENT = "refurbishment", "翻新", "Making the goods good again.", "使商品恢复可售。"
    WRITE_DOWN = "write_down", "跌价", "Goods that are worth less than they cost.", "价值低于成本的商品。"
    SCRAP = "scrap", "报废损失", "Goods that are lost, whatever the cause.", "各种原因灭失的商品。"
    DONATION = "donation", "捐赠", "Goods given away.", "捐出的商品。"
    SUPPLIER = "supplier", "退供损失", "What suppliers did not make good.", "供应商未补足的部分。"
    WARRANTY = "warranty", "保修", "Replacements under warranty.", "保修更换。"
    DELIVERY = "delivery", "原运费", "Delivery charges given back.", "退还的原运费。"
    FEE_KEPT = "fee_kept", "手续费收入", "Fees kept from refunds, recovered.", "自退款中扣收的手续费，列为收回。"


_COST_OF: Mapping[str, Cost] = {
    "return_freight_expense": Cost.FREIGHT,
    "return_handling_expense": Cost.HANDLING,
    "refurbishment_expense": Cost.REFURBISHMENT,
    "inventory_write_down": Cost.WRITE_DOWN,
    "scrap_loss": Cost.SCRAP,
    "admin_expense": Cost.SCRAP,
    "non_operating_loss": Cost.SCRAP,
    "donation_expense": Cost.DONATION,
    "supplier_return_loss": Cost.SUPPLIER,
    "warranty_expense": Cost.WARRANTY,
    "shipping_revenue": Cost.DELIVERY,
    "restocking_fee_revenue": Cost.FEE_KEPT,
}
# Accounts that hold nothing but costs of returns: what people book there by hand counts too.
_OF_RETURNS_ONLY = frozenset(
    ("return_freight_expense", "return_handling_expense", "refurbishment_expense", "supplier_return_loss")
)
COLUMNS = (
    Column("what", N_("what"), "code", N_("what it was spent on or lost by"), words=Cost),
    Column("type", N_("expense"), "text", N_("the type of expense, as the event says"), words=Spent, spare=True),
    Column("cost", N_("cost"), "money", N_("debits of the period, voids taken off")),
    Column("recovered", N_("recovered"), "money", N_("credits of the period, voids taken off")),
    Column("net_cost", N_("net cost"), "money", N_("cost less recovered")),
    Column("per_return", N_("per return"), "money", N_("net cost / cases with goods that came back")),
    Column("share", N_("share"), "rate", N_("net cost / revenue given back"), N_("share of 1")),
    Column("currency", N_("currency"), "currency", N_("the currency of the amounts")),
)

Key = tuple[str, Cost, str]  # currency, what, type


def build(given: Mapping[str, str], source: Source) -> Report:
    """Return what the returns of `source` cost in a period; raises Refused for an option it can't mean."""
    first, last = options.period(given)
    last = last or bql.last_day(source)
    within = {"first": first or date.min, "last": last or date.max}
    returned = _returned(bql.ask_relations(source, "cost-returned", {}, within))
    costs, accounts = _costs(source, first, last)
    order = {cost: n for n, cost in enumerate(Cost)}
    keys = sorted(costs, key=lambda key: (key[0], order[key[1]], key[2]))
    return Report(
        name="cost",
        title=Phrase(TITLE),
        table=Table(COLUMNS, tuple(_row(key, costs[key], returned) for key in keys), _totals(costs, returned)),
        definition=Phrase(_DEFINITION),
        basis=Phrase(N_("event date: costs and returns by the day they were booked")),
        source=Phrase(N_("the ledger itself, query {file}"), {"file": "cost.bql"}),
        period=(first, last),
        notes=tuple(
            Phrase(
                N_("cases with goods that came back: {count}, for {revenue} of revenue"),
                {"count": count, "revenue": Amount(revenue, currency)},
            )
            for currency, (count, revenue) in sorted(returned.items())
        ),
        ties=_ties(source, first, last, accounts),
        commit=source.commit,
    )


def _returned(rows: Iterable[tuple[Any, ...]]) -> dict[str, tuple[int, Decimal]]:
    """Return by currency how many cases had goods that came back, and the revenue given back for them."""
    revenue: dict[str, Decimal] = defaultdict(Decimal)
    units: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for case, currency, _, quantity, amount in rows:
        revenue[currency] += amount
        units[currency, case] += quantity
    return {
        currency: (sum(1 for (own, _), n in units.items() if own == currency and n > 0), revenue[currency])
        for currency in revenue
    }


def _costs(
    source: Source, first: date | None, last: date | None
) -> tuple[dict[Key, list[Decimal]], dict[tuple[str, str], Decimal]]:
    """Return cost and recovered by currency and kind of cost, and what was counted of accounts that hold costs alone."""
    found: dict[Key, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    accounts: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    role_of = cache(source.role_of)
    for _, account, event, kind, expense, role, currency, number in bql.ask_ledger(source, "cost", last, first):
        own = role_of(account)
        if own in _OF_RETURNS_ONLY:
            role = role or str(own)
            accounts[account, currency] += number
        if role == ACCRUED and expense:
            role = EXPENSE_OF[Spent.of(expense)].value
        cost = _COST_OF.get(role or "") if event or own in _OF_RETURNS_ONLY else None
        if cost is not None:
            debit = (number > 0) != (kind == Kind.VOID)
            found[currency, cost, expense or ""][0 if debit else 1] += number if debit else -number
    return {key: sums for key, sums in found.items() if any(sums)}, accounts


def _row(key: Key, sums: list[Decimal], returned: Mapping[str, tuple[int, Decimal]]) -> Row:
    currency, what, expense = key
    return what, expense or None, *_figures(sums, currency, returned), currency


def _figures(
    sums: list[Decimal], currency: str, returned: Mapping[str, tuple[int, Decimal]]
) -> tuple[Decimal, Decimal, Decimal, Decimal | None, Decimal | None]:
    count, revenue = returned.get(currency, (0, ZERO))
    net = sums[0] - sums[1]
    each = round_to(Fraction(net) / count, decimals_of(currency)) if count else None
    return sums[0], sums[1], net, each, net / revenue if revenue else None


def _totals(costs: Mapping[Key, list[Decimal]], returned: Mapping[str, tuple[int, Decimal]]) -> tuple[Row, ...]:
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for (currency, _, _), (cost, recovered) in costs.items():
        sums[currency] = [sums[currency][0] + cost, sums[currency][1] + recovered]
    return tuple((None, None, *_figures(own, currency, returned), currency) for currency, own in sorted(sums.items()))


def _ties(
    source: Source, first: date | None, last: date | None, accounts: Mapping[tuple[str, str], Decimal]
) -> tuple[Tie, ...]:
    booked = {(account, unit): sum_ for account, unit, sum_ in bql.ask_ledger(source, "balances", last, first)}
    return ties.tie(accounts, booked, {account for account, _ in booked if source.role_of(account) in _OF_RETURNS_ONLY})
