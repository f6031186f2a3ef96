"""Who took which step: the people whom an event names, and those of the steps that were recorded before it.

A one-line return is all its steps by one person, but for the approval; money that is not paid yet is paid by whoever
takes that step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from returnledger.credits import PAID_FROM
from returnledger.persons import are_one
from returnledger.roles import Role
from returnledger.rows import Posted
from returnledger.settings import Settings
from returnledger.terms import Goods, Kind

_OWN_STEP = (Kind.REQUEST, Kind.RECEIVE, Kind.INSPECT, Kind.CREDIT_NOTE)  # kinds that are one step each
# Kinds that are none of the steps that a policy can keep apart.
_NO_STEP = frozenset(
    (
        *(Kind.REJECT, Kind.CANCEL, Kind.ATTACH, Kind.ACTION, Kind.PUT_AWAY, Kind.REFURBISH),
        *(Kind.SUPPLIER_RETURN, Kind.RECOVERY, Kind.EXPENSE, Kind.PROVISION, Kind.TAX_CREDIT),
        *(Kind.REVALUE, Kind.STOCKTAKE),
    )
)
OF_GOODS = ("receive", "inspect", "dispose")


@dataclass(frozen=True, slots=True)
class Signed:
    """One step that was taken, by whom and on which day; nobody is named where `person` is empty."""

    step: str
    person: str
    day: date


def signed_by(
    kind: str, by: str | None, approved_by: Iterable[str], day: date, *, goods: bool, paid: bool
) -> tuple[Signed, ...]:
    """Return the steps that one event takes; an approval that nobody gave and nobody needs is none."""
    if kind == Kind.REFUND:
        steps: tuple[str, ...] = ("refund",)
    elif kind in _NO_STEP:
        steps = ()
    elif kind in (*_OWN_STEP, Kind.DISPOSE):
        steps = (str(kind),)
    elif kind == Kind.APPROVE:
        steps, approved_by = (), tuple(approved_by) or ((by,) if by else ())
    elif kind == Kind.ALLOWANCE or not goods:
        steps = ("request", "credit_note", *(("refund",) if paid else ()))
    else:
        steps = ("request", "receive", "inspect", "credit_note", "dispose", *(("refund",) if paid else ()))
    approvals = tuple(Signed("approve", name, day) for name in approved_by)
    return (*(Signed(step, by or "", day) for step in steps), *approvals)


def signed_at(steps: Iterable[str], by: str | None, approved_by: Iterable[str], day: date) -> Iterator[Signed]:
    """Yield each step with who took it: the approval those who approved, the others who reports the event."""
    for step in steps:
        if step != "approve":
            yield Signed(step, by or "", day)
    for name in approved_by:
        yield Signed("approve", name, day)


def recorded(case: Iterable[Posted], canonicals: Mapping[str, Mapping[str, object]]) -> Iterator[Signed]:
    """Yield the steps of the entries of a case, by the events as they were written."""
    for entry in case:
        said = canonicals.get(entry.id)
        if not entry.event or said is None:
            continue
        names = said.get("approved_by") or ()
        approved_by = (names,) if isinstance(names, str) else tuple(map(str, names))  # type: ignore[call-overload]
        goods = any(leg.item and leg.item.get("goods", Goods.RETURNED) == Goods.RETURNED for leg in entry.legs)
        paid = any(
            leg.amount < 0 and (leg.role in PAID_FROM or leg.role == Role.STORE_CREDIT_LIABILITY) for leg in entry.legs
        )
        by = said.get("by")
        if entry.kind == Kind.ADVANCE_REFUND:
            yield from _of_advance(entry, str(by or ""), approved_by)
            continue
        yield from signed_by(entry.kind, str(by) if by else None, approved_by, entry.dated, goods=goods, paid=paid)


def _of_advance(entry: Posted, by: str, approved_by: tuple[str, ...]) -> Iterator[Signed]:
    """Yield the steps of one stage in the refund of an advance; the first of a case is its request too."""
    opening, stage = entry.id == entry.case, entry.told.get("stage", "paid")
    if stage == "approved" and not opening and by and not approved_by:
        approved_by = (by,)  # who reports an approval, and names nobody else, has given it
    asks = ("request",) if opening or stage == "requested" else ()
    steps = (*asks, "refund") if stage == "paid" else asks
    yield from signed_at(steps, by, approved_by, entry.dated)


@dataclass(frozen=True, slots=True)
class Clash:
    """Two steps that one person took, or of which one names nobody."""

    first: Signed
    second: Signed

    @property
    def unnamed(self) -> str:
        """The step that names nobody; empty where both do."""
        return next((signed.step for signed in (self.first, self.second) if not signed.person), "")


def clashes(
    settings: Settings, signed: Iterable[Signed], pairs: Iterable[tuple[str, str]], *, names_required: bool = False
) -> Iterator[Clash]:
    """Yield the pairs of steps that the same person took, each two people once; with `names_required` unnamed steps too."""
    every, told = tuple(dict.fromkeys(signed)), set()
    for one, other in pairs:
        for first in every:
            for second in every:
                if (first.step, second.step) != (one, other):
                    continue
                named = bool(first.person and second.person)
                if named and not are_one(settings, (first.person, first.day), (second.person, second.day)):
                    continue
                key = (first.person, second.person) if named else ("", first.step if not first.person else second.step)
                if (named or names_required) and key not in told and key[::-1] not in told:
                    told.add(key)
                    yield Clash(first, second)
