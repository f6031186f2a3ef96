"""Payments of a case: which was booked last and stands, and what was ordered and has not left."""

from __future__ import annotations

from decimal import Decimal

from returnledger.cases import Case
from returnledger.credits import PAID_FROM
from returnledger.facts import Facts
from returnledger.money import ZERO
from returnledger.rows import Posted
from returnledger.terms import Kind, Role


def last_paid(facts: Facts) -> tuple[Posted, Decimal] | None:
    """Return the last refund of a case that was paid and has not failed since, with what it paid; None where there is none."""
    left: list[tuple[Posted, Decimal]] = []
    for entry in facts.now.entries if facts.now else ():
        if entry.kind != Kind.REFUND or not entry.legs:
            continue
        paid = sum((leg.amount for leg in entry.legs if leg.role == Role.REFUND_PAYABLE), ZERO)
        if entry.told.get("stage") == "failed":
            left = left[:-1]
        elif any(leg.role in PAID_FROM for leg in entry.legs):
            left.append((entry, paid))
    return left[-1] if left else None


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
