"""Payments of a case: which was booked last and stands, and what was ordered and has not left."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from returnledger.cases import Case
from returnledger.credits import PAID_FROM
from returnledger.facts import Facts
from returnledger.money import ZERO
from returnledger.roles import Role
from returnledger.rows import Posted
from returnledger.terms import Kind


def last_paid(facts: Facts) -> tuple[Posted, Decimal] | None:
    """Return the last payment of a case that has not failed since, with what it paid; None where there is none.

    Of an entry that credits and pays at once it is the payment alone.
    """
    left: list[tuple[Posted, Decimal]] = []
    for entry in facts.now.entries if facts.now else ():
        if entry.kind == Kind.REFUND and entry.told.get("stage") == "failed":
            left = left[:-1] if entry.legs else left
        elif entry.kind == Kind.REFUND and any(leg.role in PAID_FROM for leg in entry.legs):
            left.append((entry, sum((leg.amount for leg in entry.legs if leg.role == Role.REFUND_PAYABLE), ZERO)))
        elif entry.kind in _PAYING_AT_ONCE and (paid := _payment_of(entry)) is not None:
            left.append(paid)
    return left[-1] if left else None


def failing(facts: Facts) -> tuple[Posted, Decimal] | None:
    """Return the booked payment that a failure is of; None where it is of what was ordered, which comes first."""
    waits, amount = ordered(facts), getattr(facts.event.body, "amount", None)
    return None if waits and amount in (None, waits) else last_paid(facts)


_PAYING_AT_ONCE = frozenset((Kind.RETURN, Kind.ALLOWANCE, Kind.CREDIT_NOTE))


def _payment_of(entry: Posted) -> tuple[Posted, Decimal] | None:
    """Return the part of an entry that pays what it credits, None where it pays nothing or more than one currency."""
    legs = tuple(
        leg for leg in entry.legs if leg.role in PAID_FROM or (leg.role == Role.REFUND_PAYABLE and leg.amount > 0)
    )
    left = sum((leg.amount for leg in legs), ZERO)
    paid = sum((leg.amount for leg in legs if leg.role == Role.REFUND_PAYABLE), ZERO)
    if left or not paid or len({leg.currency for leg in legs}) != 1:
        return None
    return replace(entry, legs=legs), paid


def ordered(facts: Facts) -> Decimal:
    """Return what was ordered to be paid in a case and has neither left nor failed."""
    return _ordered(facts.now) if facts.now else ZERO


def _ordered(case: Case) -> Decimal:
    open_ = ZERO
    for entry in case.entries:
        if entry.kind != Kind.REFUND:
            continue
        stage, amount = entry.told.get("stage"), Decimal(entry.told.get("amount") or 0)
        if stage == "pending":
            open_ += amount
        elif not entry.legs:
            open_ -= amount
        elif stage != "failed":
            open_ -= sum((leg.amount for leg in entry.legs if leg.role == Role.REFUND_PAYABLE), ZERO)
        open_ = max(ZERO, open_)
    return open_
