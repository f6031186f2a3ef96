"""Judges whether new movements change a lot that is booked already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import islice, product

from beancount.core.data import Booking
from beancount.core.inventory import Inventory

from returnledger.money import ZERO
from returnledger.movements import Movement
from returnledger.replay.booking import (
    NO_COST,
    Booked,
    CannotTell,
    Key,
    Written,
    book,
    has_number,
    hold,
    in_order,
    is_explicit,
    says_currency,
    transactions_of,
)
from returnledger.rows import Account, Lot

_ORDERS = 16  # how many orders of equal line numbers are booked; beyond that the full proof must tell
_FIRST, _LAST = -1, 10**9  # line numbers before and after all others


@dataclass(frozen=True, slots=True)
class Change:
    """A posting of the books whose lots would change: what they are, and what they would be (none with an error)."""

    was: Booked
    would_be: Booked


@dataclass(frozen=True, slots=True)
class Judgement:
    """What new movements do to an account; true if every booked lot stays and every new movement can be booked.

    `unknown` says why replay can't tell; `ties` are the days and line numbers that new and old entries share.
    """

    changes: tuple[Change, ...] = ()
    failures: tuple[Booked, ...] = ()
    unknown: str = ""
    ties: tuple[tuple[date, int], ...] = ()

    def __bool__(self) -> bool:
        """Return True if nothing changes and everything is known."""
        return not (self.changes or self.failures or self.unknown)


def unchanged(
    existing: Sequence[Movement], added: Sequence[Movement], booking: str, from_day: date | None = None
) -> Judgement:
    """Judge whether `existing` movements of one account book to the same lots with and without `added`.

    `from_day` is the first day that may change (the first of `added` if not given).
    """
    if not added or booking == "NONE":
        return Judgement()
    case = _Case(existing, added, booking, from_day)
    if case.unknown:
        return Judgement(unknown=case.unknown)
    return Judgement(ties=case.ties) if case.is_plain() else case.judge()


class _Case:
    """One question: an account's movements in the commodities concerned, before and from the first new day."""

    def __init__(
        self, existing: Sequence[Movement], added: Sequence[Movement], booking: str, from_day: date | None
    ) -> None:
        self.booking = booking
        self.from_day = from_day or min(movement.date for movement in added)
        commodities = {movement.commodity for movement in added}
        mine = in_order(m for m in existing if m.commodity in commodities)
        self.before = [m for m in mine if m.date < self.from_day]
        self.later = [m for m in mine if m.date >= self.from_day]
        self.added = in_order(added)
        places = {(m.date, m.lineno) for m in self.later}
        self.ties = tuple(sorted({(m.date, m.lineno) for m in added} & places))
        self.unknown = self._why_unknown(existing)

    def _why_unknown(self, existing: Sequence[Movement]) -> str:
        if self.booking not in Booking.__members__ or self.booking == "AVERAGE":
            return f"the booking method {self.booking} is not known"
        if any(m.spec is None for m in self.later):
            return NO_COST
        # A cost without currency is completed from what the account holds, of all commodities.
        currencies = {m.lot.currency for m in existing} | {m.lot.currency for m in self.added}
        if len(currencies) > 1 and not all(says_currency(m.spec) for m in self.later):
            return "the account holds costs in several currencies, and a cost is written without one"
        return ""

    def is_plain(self) -> bool:
        """Return True if the new movements can't change a booked lot, seen without booking (see the module's head)."""
        if not all(m.units > 0 or is_explicit(m.spec) for m in (*self.later, *self.added)):
            return False
        labels: dict[tuple[str, Decimal, str, date], str | None] = {}
        for m in (*self.before, *self.later, *self.added):
            lot = (m.commodity, m.lot.number, m.lot.currency, m.lot.date)
            if labels.setdefault(lot, m.lot.label) != m.lot.label:
                return False
        held: dict[tuple[str, Lot], Decimal] = defaultdict(lambda: ZERO)
        for m in self.before:
            held[m.commodity, m.lot] += m.units
        if any(units < 0 for units in held.values()):
            return False
        return self._never_short(dict(held), self.later) and self._never_short(held, (*self.later, *self.added))

    def _never_short(self, held: Mapping[tuple[str, Lot], Decimal], movements: Iterable[Movement]) -> bool:
        now = dict(held)
        for m in sorted(movements, key=lambda m: (m.date, m.lineno, m.units > 0)):
            now[m.commodity, m.lot] = now.get((m.commodity, m.lot), ZERO) + m.units
            if now[m.commodity, m.lot] < 0:
                return False
        return True

    def judge(self) -> Judgement:
        """Book with the new movements, in every order of equal line numbers, and compare with the ledger's lots."""
        old, new = transactions_of(self.later), transactions_of(self.added)
        orders = list(islice(_orders(old, new), _ORDERS + 1))
        if len(orders) > _ORDERS:
            return Judgement(unknown="too many entries of one day share a line number", ties=self.ties)
        ours = {group.key for entry in new for group in entry}
        written = {group.key: group for entry in (*old, *new) for group in entry}
        changes: dict[Key, Booked] = {}
        failures: dict[Key, Booked] = {}
        try:
            for order in orders:
                for booked in book(order, self._held(), Booking[self.booking]):
                    if not _differs(booked, written[booked.key]):
                        continue
                    (failures if booked.key in ours else changes).setdefault(booked.key, booked)
            return self._told(old, changes, failures)
        except CannotTell as reason:
            return Judgement(unknown=str(reason), ties=self.ties)

    def _told(self, old: list[list[Written]], changes: dict[Key, Booked], failures: dict[Key, Booked]) -> Judgement:
        """Return the judgement, once it is sure that booking the old movements alone gives the ledger's lots."""
        if not changes:
            return Judgement(failures=tuple(failures.values()), ties=self.ties)
        base = {one.key: one for one in book(old, self._held(), Booking[self.booking])}
        for group in (group for entry in old for group in entry):
            if base[group.key].lots != group.lots:
                raise CannotTell("booking the account again does not give the lots of the ledger")
        found = []
        for key, would_be in changes.items():
            was = base[key]
            if was.lots != would_be.lots:
                found.append(Change(was, would_be))
        if not found and not failures and any(base[key].reduced for key in changes):
            raise CannotTell("a cost that is not written would be worked out anew")
        return Judgement(tuple(found), tuple(failures.values()), ties=self.ties)

    def is_safe(self) -> bool:
        """Return True if every booked lot stays; stops at the first that does not."""
        old, new = transactions_of(self.later), transactions_of(self.added)
        written = {group.key: group for entry in (*old, *new) for group in entry}
        try:
            order = next(_orders(old, new))
            return not any(_differs(one, written[one.key]) for one in book(order, self._held(), Booking[self.booking]))
        except CannotTell:
            return False

    def _held(self) -> Inventory:
        held = Inventory()
        for m in self.before:
            hold(held, m.commodity, m.lot, m.units)
        return held


def _differs(booked: Booked, written: Written) -> bool:
    """Return True if a posting is booked to other lots than the ledger's, or may be: its cost would be worked out."""
    if booked.lots != written.lots:
        return True
    return not booked.reduced and booked.units < 0 and not has_number(written.spec)


def _orders(old: list[list[Written]], new: list[list[Written]]) -> Iterator[list[list[Written]]]:
    """Yield old and new transactions in Beancount's order, once for each way to order those of one line number."""
    count: dict[tuple[date, int], int] = defaultdict(int)
    ranked = []
    for entry in old:
        place = _place(entry)
        ranked.append(((*place, 2 * count[place] + 1), entry))
        count[place] += 1
    places = sorted({_place(entry) for entry in new} & set(count))
    for ranks in product(*(range(0, 2 * count[place] + 1, 2) for place in places)):
        rank = dict(zip(places, ranks))
        mine = [((*_place(entry), rank.get(_place(entry), 0)), entry) for entry in new]
        yield [entry for _, entry in sorted([*ranked, *mine], key=lambda pair: pair[0])]


def _place(entry: list[Written]) -> tuple[date, int]:
    return entry[0].date, entry[0].key[1]


def safe_to_add(account: Account, movements: Sequence[Movement], addition: Movement) -> bool:
    """Return True if units may be added to an account on that day, wherever in the day their entry stands.

    Judged as the first and as the last entry of its day: no booked lot may change. What can't be told is not safe.
    Movements without a line number are planned and not yet written: they stand at the end of their day, to the lot
    they name.
    """
    if account.booking == "NONE":
        return True
    known = [m if m.lineno > 0 else _planned(m, n) for n, m in enumerate(movements)]
    addition = _planned(addition, len(known))
    first = _Case(known, [replace(addition, lineno=_FIRST)], account.booking, None)
    if first.unknown or first.is_plain():
        return not first.unknown
    last = _Case(known, [replace(addition, lineno=_LAST)], account.booking, None)
    return last.is_safe() and first.is_safe()


def _planned(movement: Movement, number: int) -> Movement:
    return replace(movement, lineno=_LAST - 1, posting=number, spec=str(movement.lot))
