"""On which days a case took its steps: asked for, approved, goods received, inspected, credited and money paid.

A return in one go took all of them on its day, but for what it says of the day it was asked for and of the day the goods
came. A step that was never taken has no day, and nobody's day is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date

from returnledger.books import standing
from returnledger.credits import OF_OTHERS, PAID_FROM
from returnledger.money import ZERO
from returnledger.roles import Role
from returnledger.rows import Posted
from returnledger.terms import Goods

Said = Callable[[Posted], Mapping[str, date]]  # the days that an event says of itself: requested, received

# Which steps an event of a kind takes; the goods of a return come back or stay, as its items say.
STEPS: Mapping[str, tuple[str, ...]] = {
    "request": ("requested",),
    "approve": ("approved",),
    "receive": ("received",),
    "inspect": ("inspected",),
    "credit_note": ("credited",),
    "allowance": ("requested", "approved", "credited"),
    "return": ("requested", "approved", "received", "inspected", "credited"),
}
# The same for kinds that come in stages; a later stage takes what nobody recorded before.
STAGES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("advance_refund", "requested"): ("requested",),
    ("advance_refund", "approved"): ("requested", "approved"),
    ("advance_refund", "paid"): ("requested", "approved"),
}
OF_GOODS = frozenset(("received", "inspected"))
_PAYING = PAID_FROM | {Role.STORE_CREDIT_LIABILITY.value}


@dataclass(frozen=True, slots=True)
class Milestones:
    """The day of each step of a case; of goods and money the day on which the last of them came, went or was credited."""

    requested: date | None = None
    approved: date | None = None
    received: date | None = None
    inspected: date | None = None
    credited: date | None = None
    refunded: date | None = None  # None while something is still payable


NAMES = tuple(each.name for each in fields(Milestones))


def milestones(entries: Iterable[Posted], said: Said = lambda entry: {}) -> Milestones:
    """Return the days on which a case took its steps, from its entries that stand."""
    days: dict[str, list[date]] = {}
    payable = ZERO
    for entry in standing(entries):
        own = said(entry)
        for step in _steps(entry):
            days.setdefault(step, []).append(own.get(step, entry.dated))
        payable += sum((leg.amount for leg in entry.legs if leg.role == Role.REFUND_PAYABLE), ZERO)
    first = {step: min(found) for step, found in days.items() if step in ("requested", "approved")}
    last = {step: max(found) for step, found in days.items() if step not in first}
    if payable:
        last.pop("refunded", None)
    return Milestones(**first, **last)


def _steps(entry: Posted) -> Iterator[str]:
    """Yield the steps that an entry takes; a second entry of one event takes none again but those of goods and money."""
    came = any((leg.item or {}).get("goods", Goods.RETURNED) == Goods.RETURNED for leg in entry.legs if leg.item)
    stage = entry.kind, entry.told.get("stage", "")
    for step in STAGES.get(stage) or STEPS.get(entry.kind, ()):
        if entry.kind != "return" or step not in OF_GOODS or came:
            yield step
    if entry.kind == "request" and entry.told.get("approval") == "automatic":
        yield "approved"
    if entry.kind not in OF_OTHERS and any(leg.role in _PAYING and leg.amount < 0 for leg in entry.legs):
        yield "refunded"
