"""The rows of the relation `cases`: one case each, with its steps, their days, and the money that it moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from returnledger.books import standing
from returnledger.cases import case_now
from returnledger.credits import beside_credit, with_customer
from returnledger.eventsfile import parse_canonical
from returnledger.findings import Refused
from returnledger.milestones import NAMES, milestones
from returnledger.money import ZERO
from returnledger.nextsteps import PAYMENTS, deadline_of, next_steps, tracks_of
from returnledger.orderfacts import PAYING_ROLES
from returnledger.roles import Role
from returnledger.rows import Posted
from returnledger.terms import Goods, Kind

_OWED = frozenset((Role.ACCOUNTS_RECEIVABLE.value, Role.REFUND_PAYABLE.value))
_PAID = PAYING_ROLES
_SAID = ("requested", "received")


def days_said(entry: Posted) -> Mapping[str, date]:
    """Return the days that an event says of itself beside its date; nothing where it can't be read."""
    if not any(f"{name}: " in entry.event for name in _SAID):
        return {}
    try:
        body = parse_canonical(entry.event).body
    except Refused:
        return {}
    days = {name: getattr(body, name) for name in _SAID}
    return {name: day for name, day in days.items() if day is not None}


def case_row(case: str, entries: Sequence[Posted]) -> tuple[Any, ...]:
    """Return the row of a case, from all its entries in order of their steps."""
    first = entries[0]
    left = standing(entries)
    credited = paid = due = returned = ZERO
    payments = {entry.id for entry in entries if entry.kind in PAYMENTS}
    spent = {entry.id for entry in entries if entry.kind == Kind.STORE_CREDIT and entry.told.get("stage") != "issued"}
    for entry in with_customer(entries):
        about_money = entry.id in payments or entry.voids in payments
        spends = bool({entry.id, entry.voids} & spent)
        bonus = ZERO if spends else beside_credit(entry.legs)
        paid -= bonus
        credited -= ZERO if about_money else bonus
        for leg in entry.legs:
            if leg.role in _PAID and not (spends and leg.role == Role.STORE_CREDIT_LIABILITY):
                paid -= leg.amount
            elif leg.role == Role.REFUND_PAYABLE:
                due -= leg.amount
            if not about_money and (leg.role in _OWED or leg.role in _PAID):
                credited -= leg.amount
            item = leg.item or {}
            if first.kind == Kind.RETURN and item.get("goods", Goods.RETURNED) != Goods.KEPT and leg.item:
                returned += Decimal(item.get("qty") or 0)
    case_left = case_now(left)
    steps = next_steps(case_left) if case_left else ()
    status = "void" if case_left is None else "open" if steps else "closed"
    tracks = tracks_of(case_left)
    customer = next((entry.customer for entry in entries if entry.customer), "")
    order = ", ".join(dict.fromkeys(entry.order for entry in entries if entry.order))
    currency = next((leg.currency for entry in entries for leg in entry.legs), "")
    days = [entry.date for entry in entries]
    taken = milestones(left, days_said)
    return (
        case, order, customer, first.kind, days[0], max(days), Decimal(len(entries)), status, returned, credited, paid,
        due, currency, *(getattr(taken, step) for step in NAMES), deadline_of(left), *tracks,
        steps[0].step if steps else "", ", ".join(steps[0].by) if steps else "",
    )  # fmt: skip
