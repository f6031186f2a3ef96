"""The case: one return as its steps so far have left it, read from the ledger alone, in three tracks that know days.

`case_now(entries, day)` folds the entries of a case that stand (`Books.case_of`) into

- the authorisation: was it asked for, approved, rejected, cancelled, or has the approval expired by `day`;
- the goods: of each line the units requested, received, inspected, credited, kept, never to come (`lines`), and where
  every unit is now (`piles`: by line, lot, account, role, condition and disposition);
- the money: what was credited, is payable and was paid, in the currency of the books;

and into what is open on the clearing accounts, by role, line and currency: nil when goods and credit have met.

How entries say it of each line: see caselines.py. Where goods are is told by the postings to stock themselves: see
piles.py. Clearing counts every posting to a clearing role in the case, but for what an estimate owns: those that name their
owner in `rl-owner`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from returnledger.caselines import CaseLine as CaseLine
from returnledger.caselines import lines_of
from returnledger.credits import PAID_FROM, credited_by, with_customer
from returnledger.money import ZERO
from returnledger.piles import Pile, piles_of
from returnledger.roles import Role
from returnledger.rows import Posted, PostedLeg
from returnledger.terms import BRINGING, PAYING, Authorisation, GoodsTrack, Kind, MoneyTrack

CLEARING_ROLES = frozenset({Role.RETURNS_CLEARING.value, Role.RETURN_ASSET.value})
# Places where goods wait for somebody to do something with them.
WAITING_ROLES = frozenset({Role.INVENTORY_INSPECTION.value, Role.INVENTORY_HOLD.value, Role.INVENTORY_DEFECTIVE.value})
AUTOMATIC = "automatic"
_DECIDED = {"approve": Authorisation.APPROVED, "reject": Authorisation.REJECTED, "cancel": Authorisation.CANCELLED}
_DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


@dataclass(frozen=True, slots=True)
class Authorised:
    """The authorisation of a case: how far it is, and who did what on which day."""

    state: Authorisation = Authorisation.NONE
    requested: date | None = None
    requested_by: str = ""
    decided: date | None = None
    decided_by: tuple[str, ...] = ()
    decision: str = ""  # the id of the event that decided
    because: str = ""
    automatic: bool = False  # the policy asks nobody
    until: date | None = None  # the last day on which the goods may come in
    ended: bool = False  # that day is over: what has not come in is not waited for any more


@dataclass(frozen=True, slots=True)
class Case:
    """One case as it stands at the end of a day: who it is, its three tracks, and what is open on clearing accounts."""

    id: str
    order: str
    customer: str
    opened: date
    kind: str  # of the event that opened it
    entries: tuple[Posted, ...]
    authorised: Authorised = Authorised()
    lines: tuple[CaseLine, ...] = ()
    piles: tuple[Pile, ...] = ()
    credited: Decimal = ZERO  # off what was owed, payable, or as store credit
    payable: Decimal = ZERO  # credited to refund payable and not paid out of it
    paid: Decimal = ZERO  # that has left a tender
    clearing: tuple[tuple[str, str, str, Decimal], ...] = ()  # role, line, currency, what is open: debits positive

    def line(self, name: str) -> CaseLine | None:
        """Return the state of one line, None where the case says nothing of it."""
        return next((line for line in self.lines if line.line == name), None)

    def piles_of(self, line: str, *roles: Role) -> tuple[Pile, ...]:
        """Return the piles of a line, of some roles alone where these are given."""
        wanted = {role.value for role in roles}
        return tuple(pile for pile in self.piles if pile.line == line and (not wanted or pile.role in wanted))

    def open_on(self, role: Role, line: str, currency: str | None = None) -> Decimal:
        """Return what is open for a line on a clearing account, debits positive."""
        rows = (row for row in self.clearing if row[:2] == (role.value, line) and currency in (None, row[2]))
        return sum((row[3] for row in rows), ZERO)

    @property
    def came(self) -> date | None:
        """The last day on which goods came in, None before."""
        return max((entry.dated for entry in self.entries if entry.kind in BRINGING), default=None)

    @property
    def to_come(self) -> Decimal:
        """Units that are waited for: those credited, and those asked for while the approval lasts."""
        return sum((each.awaited if self.authorised.ended else each.outstanding for each in self.lines), ZERO)

    @property
    def seen(self) -> date | None:
        """The last day on which goods were looked at, by themselves or as a part of a whole return; None before."""
        return max((entry.dated for entry in self.entries if entry.kind in ("inspect", "return")), default=None)

    @property
    def proven(self) -> date | None:
        """The first day on which the case had a proof that the goods are on their way; None before."""
        told = ((entry.dated, entry.told.get("evidence", "")) for entry in self.entries)
        return min((day for day, papers in told if f"; {papers}".find("; proof_sent ") >= 0), default=None)

    @property
    def pending(self) -> bool:
        """True where goods were proposed to be scrapped, and nobody has decided yet."""
        legs = (leg for entry in self.entries for leg in entry.legs if leg.role == Role.PENDING_ASSET_LOSS)
        return any(sum_ for sum_ in _by_line(legs).values())

    @property
    def exchanged(self) -> bool:
        """True where other goods went out instead of money."""
        return any(entry.kind == Kind.EXCHANGE for entry in self.entries)

    @property
    def goods(self) -> GoodsTrack:
        """How far the goods are, by what is furthest behind."""
        if self.to_come:
            some = any(line.received for line in self.lines)
            return GoodsTrack.PARTLY_RECEIVED if some else GoodsTrack.AWAITED
        if any(line.uninspected for line in self.lines):
            return GoodsTrack.RECEIVED
        if any(pile.role in WAITING_ROLES for pile in self.piles):
            return GoodsTrack.INSPECTED
        return GoodsTrack.PLACED if any(line.received for line in self.lines) else GoodsTrack.NONE

    @property
    def money(self) -> MoneyTrack:
        """How far the money is: what came in is to be credited, what is credited to be paid."""
        if any(line.waiting for line in self.lines):
            return MoneyTrack.TO_CREDIT
        if self.payable > 0:
            return MoneyTrack.PARTLY_PAID if self.paid else MoneyTrack.DUE
        if self.credited or self.exchanged:
            return MoneyTrack.SETTLED
        return MoneyTrack.TO_CREDIT if self.authorised.state is Authorisation.APPROVED else MoneyTrack.NONE

    @property
    def ended(self) -> Posted | None:
        """The entry that ended the case, None while it is open: a refusal, a withdrawal, or the last step of a whole one.

        A void of that entry opens the case again.
        """
        state = self.authorised.state
        moved = any(line.received or line.credited for line in self.lines)
        if state in (Authorisation.REJECTED, Authorisation.CANCELLED) and not moved:
            return next((entry for entry in reversed(self.entries) if entry.id == self.authorised.decision), None)
        done = self.goods in (GoodsTrack.NONE, GoodsTrack.PLACED) and self.money is MoneyTrack.SETTLED
        open_ = self.clearing or any(line.outstanding for line in self.lines)  # late goods are still of this case
        return self.entries[-1] if done and not open_ else None


def _by_line(legs: Iterable[PostedLeg]) -> dict[tuple[str, str], Decimal]:
    """Return what legs come to, by line and currency."""
    found: dict[tuple[str, str], Decimal] = {}
    for leg in legs:
        key = leg.line or "", leg.currency
        found[key] = found.get(key, ZERO) + leg.amount
    return found


def case_now(entries: Sequence[Posted], day: date | None = None) -> Case | None:
    """Return the case that entries that stand come to, in their order; None where there are none.

    `day` says when an approval counts as expired; without one none does.
    """
    if not entries:
        return None
    first = entries[0]
    open_ = {key: amount for key, amount in _clearing(entries).items() if amount}
    lines = lines_of(entries)
    return Case(
        first.case,
        next((entry.order for entry in entries if entry.order), ""),
        next((entry.customer for entry in entries if entry.customer), ""),
        min(max(entry.date, entry.dated) for entry in entries),  # what is booked in the year before came no earlier
        first.kind,
        tuple(entries),
        authorised(entries, day, came=any(line.received for line in lines)),
        lines,
        piles_of(entries),
        sum((credited_by(e.legs) for e in entries if e.kind not in PAYING), ZERO),
        -sum((leg.amount for e in entries for leg in e.legs if leg.role == Role.REFUND_PAYABLE), ZERO),
        _paid(entries),
        tuple((*key, amount) for key, amount in sorted(open_.items())),
    )


def _paid(entries: Iterable[Posted]) -> Decimal:
    """Return what left a tender for the customer and did not come back."""
    legs = (leg for entry in with_customer(entries) for leg in entry.legs)
    return max(ZERO, -sum((leg.amount for leg in legs if leg.role in PAID_FROM), ZERO))


def authorised(entries: Iterable[Posted], day: date | None, *, came: bool = False) -> Authorised:
    """Return how far the authorisation is; an approval ends with its last day, unless goods `came`.

    A request says `rl-by`, on which earlier day the customer asked (`rl-asked`) and, where the policy asks nobody,
    `rl-approval` automatic; an approval says `rl-approved-by` (names, one a comma) and `rl-until`; a refusal `rl-because`.
    """
    own = Authorised()
    for entry in entries:
        said = entry.told
        if entry.kind == Kind.REQUEST:
            asked = day_of(said.get("asked")) or entry.dated
            own = replace(own, requested=asked, requested_by=said.get("by", ""), state=Authorisation.REQUESTED)
            if said.get("approval") == AUTOMATIC:
                own = replace(own, state=Authorisation.APPROVED, automatic=True, until=day_of(said.get("until")))
        elif entry.kind in _DECIDED:
            names = tuple(filter(None, said.get("approved-by", said.get("by", "")).split(", ")))
            own = replace(
                own,
                state=_DECIDED[entry.kind],
                decided=entry.dated,
                decided_by=names,
                decision=entry.id,
                because=said.get("because", ""),
                until=day_of(said.get("until")) or own.until,
                automatic=False,
            )
    late = own.until is not None and day is not None and day > own.until and own.state is Authorisation.APPROVED
    return replace(own, ended=late, state=Authorisation.EXPIRED if late and not came else own.state)


def day_of(text: str | None) -> date | None:
    """Return the day that a step says."""
    return date.fromisoformat(text) if text and _DAY.fullmatch(text) else None


def _clearing(entries: Iterable[Posted]) -> dict[tuple[str, str, str], Decimal]:
    found: dict[tuple[str, str, str], Decimal] = {}
    for entry in entries:
        for leg in entry.legs:
            if leg.role in CLEARING_ROLES and not leg.owner:
                key = leg.role, leg.line or "", leg.currency
                found[key] = found.get(key, ZERO) + leg.amount
    return found
