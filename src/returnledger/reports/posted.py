"""What was posted, one record an event: who reported and approved it, what was decided, what it gave, where it stands.

Everything is read from the entries: the event as they keep it (`rl-event`), the decision as it was made (`rl-decision`)
and the postings. Nothing is judged anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from returnledger.books import standing
from returnledger.credits import CUSTOMER_ROLES, OF_OTHERS, PAID_FROM, credited_by
from returnledger.events import Event
from returnledger.eventsfile import parse_canonical
from returnledger.findings import Refused, Span
from returnledger.money import ZERO
from returnledger.recorded import Decided, decided
from returnledger.roles import Role
from returnledger.rows import Posted, PostedLeg
from returnledger.terms import Kind

_MONEY = CUSTOMER_ROLES | PAID_FROM


@dataclass(frozen=True, slots=True)
class Record:
    """One posted event with all its entries; `stands` is False where it was undone, or undoes another."""

    id: str
    case: str
    kind: str
    date: date
    orders: tuple[str, ...]
    customer: str
    amount: Decimal  # credited, or paid by a refund or of an advance, tax included; of a void, what it takes back
    currency: str
    entries: tuple[Posted, ...]
    event: Event | None  # None where what the entry keeps can't be read: `verify` says so
    decided: tuple[Decided, ...]
    stands: bool

    @property
    def place(self) -> Span | None:
        """Where its first entry stands."""
        return self.entries[0].place

    @property
    def by(self) -> str:
        """Who reported it, "" where nobody is named."""
        return (self.event.body.by if self.event else None) or ""

    @property
    def approvers(self) -> tuple[str, ...]:
        """Who approved it; an approval that names nobody else is given by who reports it."""
        named = self.event.body.approved_by if self.event else ()
        return named or ((self.by,) if self.kind == Kind.APPROVE and self.by else ())

    @property
    def people(self) -> tuple[str, ...]:
        """Who reported or approved it, each once."""
        return tuple(dict.fromkeys(name for name in (self.by, *self.approvers) if name))

    @property
    def note(self) -> str:
        """What was noted on it."""
        return (self.event.body.note if self.event else None) or ""

    @property
    def voids(self) -> str:
        """The id of the event that it undoes, "" for all but voids."""
        return self.entries[0].voids

    @property
    def legs(self) -> tuple[PostedLeg, ...]:
        """Every posting that we wrote for it."""
        return tuple(leg for entry in self.entries for leg in entry.legs)

    def all(self, effect: str) -> tuple[Decided, ...]:
        """Return what the entry has of an effect."""
        return tuple(each for each in self.decided if each.effect == effect)


def records(entries: Iterable[Posted]) -> list[Record]:
    """Return one record for each posted event, by date, whatever the order of `entries`."""
    ordered = sorted(entries, key=lambda entry: (entry.date, entry.id, entry.step, _where(entry)))
    left = {id(entry) for entry in standing(ordered)}
    own: dict[str, list[Posted]] = {}
    for entry in ordered:
        own.setdefault(entry.id, []).append(entry)
    return [_record(each, any(id(entry) in left for entry in each)) for each in own.values()]


def standing_cases(entries: Iterable[Posted], upto: date | None) -> dict[str, list[Posted]]:
    """Return by case the entries dated up to a day that stand at its end, in the order of their steps."""
    cases: dict[str, list[Posted]] = {}
    for entry in entries:
        if upto is None or entry.date <= upto:
            cases.setdefault(entry.case, []).append(entry)
    return {case: sorted(standing(own), key=lambda entry: (entry.step, entry.date)) for case, own in cases.items()}


def _where(entry: Posted) -> tuple[str, int]:
    return (entry.place.file, entry.place.line) if entry.place else ("", 0)


def _record(entries: Sequence[Posted], stands: bool) -> Record:
    first = entries[0]
    text = next((entry.event for entry in entries if entry.event), "")
    meta = first.directive.meta if first.directive else {}
    amount, currency = _amount(first, [leg for entry in entries for leg in entry.legs])
    return Record(
        id=first.id,
        case=first.case,
        kind=first.kind,
        date=first.date,
        orders=tuple(dict.fromkeys(entry.order for entry in entries if entry.order)),
        customer=next((entry.customer for entry in entries if entry.customer), ""),
        amount=amount,
        currency=currency,
        entries=tuple(entries),
        event=_event(text),
        decided=decided(str(meta.get("rl-decision", ""))),
        stands=stands,
    )


def _event(text: str) -> Event | None:
    try:
        return parse_canonical(text) if text else None
    except Refused:
        return None


def _amount(first: Posted, legs: Sequence[PostedLeg]) -> tuple[Decimal, str]:
    """Return what the legs credit to the customer, or pay where the event is a refund, and its currency."""
    currency = next((leg.currency for leg in legs if leg.role in _MONEY), legs[0].currency if legs else "")
    own = [leg for leg in legs if leg.currency == currency]
    if first.voids:
        own = [replace(leg, amount=-leg.amount) for leg in own]
    if first.kind == Kind.REFUND:
        return paid_by(own), currency
    credited = credited_by(own)
    if first.voids or first.kind == Kind.ADVANCE_REFUND:
        # What was paid without being owed first, at the rate at which it came in.
        owed = credited_by(leg for leg in own if leg.role != Role.FX_GAIN_LOSS)
        return (credited if owed else credited + paid_by(own)), currency
    return credited, currency


def paid_by(legs: Iterable[PostedLeg]) -> Decimal:
    """Return the money that leaves by these legs, positive."""
    return -sum((leg.amount for leg in legs if leg.role in PAID_FROM), ZERO)


def pays(entry: Posted) -> bool:
    """Return True if the entry pays a customer, in money or store credit; what others are paid is none of theirs."""
    if entry.kind in OF_OTHERS:
        return False
    paying = PAID_FROM | {Role.STORE_CREDIT_LIABILITY.value}
    return any(leg.role in paying and leg.amount < 0 for leg in entry.legs)
