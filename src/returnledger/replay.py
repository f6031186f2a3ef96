"""Books one stock account again, with and without new entries, to see whether any lot already booked would change.

Beancount chooses the lot of a reduction from what the account holds at that moment, so a return dated last month can
change the cost of a sale of last week without a word. Replay asks Beancount's own booking, in Beancount's own order
(day, then line number), and compares. It starts from the holdings on the first new day, which the booked lots tell.

Where the outcome can be seen without booking, nothing is booked. That is so when, from the first new day on, in the
commodity concerned:

- every reduction names the number, currency and date of its lot, and no two lots differ in their label alone: then it
  can match one lot only, whatever else the account holds;
- no lot is below zero at any time, with and without the new entries, even if among entries of one line number those
  that reduce come first: then a reduction is never taken for an addition, nor an addition for a reduction, and the
  lot that is named always has the units.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import groupby, islice, product
from typing import Any

from beancount.core.amount import Amount
from beancount.core.data import Booking, Posting, Transaction, new_metadata
from beancount.core.inventory import Inventory
from beancount.core.position import Cost, CostSpec
from beancount.parser import parser
from beancount.parser.booking_full import book_reductions, compute_cost_number

from returnledger.books import Account, Lot, Movement
from returnledger.money import ZERO

Key = tuple[str, int, int]  # file, line of the transaction, line of the posting
Lots = tuple[tuple[Lot, Decimal], ...]  # lots and units with Beancount's sign, in the order of the lots

_ORDERS = 16  # how many orders of equal line numbers are booked; beyond that the full proof must tell
_FIRST, _LAST = -1, 10**9  # line numbers before and after all others
NO_COST = "the cost as written is not known"


@dataclass(frozen=True, slots=True)
class Booked:
    """One posting as booking leaves it: its lots, whether it reduced the account, or why it can't be booked."""

    key: Key
    date: date
    account: str
    commodity: str
    units: Decimal
    lots: Lots
    reduced: bool
    error: str = ""


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


@dataclass(frozen=True, slots=True)
class Rebooked:
    """An account booked again: each posting by its place, and why that could not be done where it could not."""

    groups: Mapping[Key, Booked]
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Below:
    """A lot that would hold less than nothing at the end of a day."""

    account: str
    commodity: str
    lot: Lot
    date: date
    units: Decimal


class _CannotTell(Exception):
    """Raised where booking depends on what the movements do not show; the text says on what."""


@dataclass(frozen=True, slots=True)
class _Written:
    """One posting as written: the movements that one line of a file was booked to, put together again."""

    key: Key
    date: date
    account: str
    commodity: str
    units: Decimal
    spec: str | None
    lots: Lots


@lru_cache(maxsize=65536)
def cost_spec(spec: str) -> CostSpec | None:
    """Return what Beancount reads between the braces of a posting, None if it does not read it; `spec` is that text.

    For a total cost the inner braces belong to the text: `{100 CNY}` stands between the braces of `{{100 CNY}}`.
    """
    text = f'2000-01-01 * ""\n  Assets:A  1 XX {{{spec}}}\n'
    entries, errors, _ = parser.parse_string(text)
    entry = entries[0] if len(entries) == 1 and not errors else None
    if not isinstance(entry, Transaction) or len(entry.postings) != 1:
        return None
    cost = entry.postings[0].cost
    return cost if isinstance(cost, CostSpec) else None


def rebook(movements: Sequence[Movement], booking: str, from_day: date | None = None) -> Rebooked:
    """Book the movements of one account from their written costs; those before `from_day` are taken as booked."""
    if booking not in Booking.__members__ or booking == "AVERAGE":
        return Rebooked({}, f"the booking method {booking} is not known")
    held = Inventory()
    later = []
    for movement in in_order(movements):
        if from_day is not None and movement.date < from_day:
            _add(held, movement.commodity, movement.lot, movement.units)
        else:
            later.append(movement)
    try:
        return Rebooked({one.key: one for one in _run(_transactions(later), held, Booking[booking])})
    except _CannotTell as reason:
        return Rebooked({}, str(reason))


def in_order(movements: Iterable[Movement]) -> list[Movement]:
    """Return movements in Beancount's order: by day and line number of the transaction, else as they come."""
    return sorted(movements, key=lambda movement: (movement.date, movement.lineno))


def _add(held: Inventory, commodity: str, lot: Lot, units: Decimal) -> None:
    held.add_amount(Amount(units, commodity), Cost(lot.number, lot.currency, lot.date, lot.label))


def _transaction(group: _Written) -> tuple[date, str, int]:
    return group.date, group.key[0], group.key[1]


def _written(ordered: Iterable[Movement]) -> list[_Written]:
    """Put the movements of one line together again, the lines of a transaction in their order."""
    lines: dict[tuple[date, str, int, int, str], list[Movement]] = {}
    for movement in ordered:
        place = (movement.date, movement.file, movement.lineno, movement.posting, movement.commodity)
        lines.setdefault(place, []).append(movement)
    groups = []
    for (day, file, lineno, posting, commodity), parts in lines.items():
        units = sum((part.units for part in parts), ZERO)
        lots = _lots((part.lot, part.units) for part in parts)
        key = (file, lineno, posting)
        groups.append(_Written(key, day, parts[0].account, commodity, units, parts[0].spec, lots))
    runs = (sorted(run, key=lambda group: group.key[2]) for _, run in groupby(groups, key=_transaction))
    return [group for run in runs for group in run]


def _lots(parts: Iterable[tuple[Lot, Decimal]]) -> Lots:
    units: dict[Lot, Decimal] = defaultdict(lambda: ZERO)
    for lot, number in parts:
        units[lot] += number
    return tuple(sorted(units.items(), key=lambda part: (part[0].date, part[0].number, part[0].label or "")))


def _transactions(movements: Iterable[Movement]) -> list[list[_Written]]:
    return [list(run) for _, run in groupby(_written(movements), key=_transaction)]


def _run(transactions: Iterable[Sequence[_Written]], held: Inventory, method: Booking) -> Iterator[Booked]:
    """Book transactions one after another on top of what is held, which changes; yield every posting as booked."""
    for transaction in transactions:
        # Beancount books the postings of a transaction by currency of cost, each against what was held before it.
        booked: list[Booked] = []
        for currency in sorted({group.lots[0][0].currency for group in transaction}):
            run = [group for group in transaction if group.lots[0][0].currency == currency]
            booked += _book(run, currency, held, method)
        for one in booked:
            for lot, units in one.lots:
                _add(held, one.commodity, lot, units)
        yield from booked


def _book(run: Sequence[_Written], currency: str, held: Inventory, method: Booking) -> list[Booked]:
    """Book the postings of one transaction and currency; all of them have the error if one has."""
    postings = []
    for index, group in enumerate(run):
        spec = cost_spec(group.spec) if group.spec is not None else None
        if spec is None or spec.merge:
            raise _CannotTell(NO_COST if group.spec is None else f"the cost {{{group.spec}}} is not read")
        if not isinstance(spec.currency, str):
            spec = spec._replace(currency=currency)
        postings.append(Posting(group.account, Amount(group.units, group.commodity), spec, None, None, {"at": index}))
    day, account = run[0].date, run[0].account
    entry = Transaction(new_metadata("", 0), day, "*", None, "", frozenset(), frozenset(), postings)
    found, errors = book_reductions(entry, postings, {account: held}, {account: method})  # type: ignore[no-untyped-call]
    if errors:
        return [_booked(group, (), False, str(errors[0].message)) for group in run]
    parts: dict[int, list[tuple[Lot, Decimal]]] = defaultdict(list)
    reduced: set[int] = set()
    for posting in found:
        index = posting.meta["at"]
        if isinstance(posting.cost, Cost):
            reduced.add(index)
            lot = Lot(posting.cost.number, posting.cost.currency, posting.cost.date, posting.cost.label)
        else:
            lot = _new_lot(posting, run[index])
        parts[index].append((lot, posting.units.number))
    return [_booked(group, _lots(parts[i]), i in reduced, "") for i, group in enumerate(run)]


def _booked(group: _Written, lots: Lots, reduced: bool, error: str) -> Booked:
    return Booked(group.key, group.date, group.account, group.commodity, group.units, lots, reduced, error)


def _new_lot(posting: Any, group: _Written) -> Lot:
    """Return the lot that an addition makes: as written, its number as booked where Beancount had to work it out."""
    number = compute_cost_number(posting.cost, posting.units)  # type: ignore[no-untyped-call]
    if number is None:
        number = group.lots[0][0].number
    return Lot(number, posting.cost.currency, posting.cost.date, posting.cost.label)


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
        if len(currencies) > 1 and not all(_says_currency(m.spec) for m in self.later):
            return "the account holds costs in several currencies, and a cost is written without one"
        return ""

    def is_plain(self) -> bool:
        """Return True if the new movements can't change a booked lot, seen without booking (see the module's head)."""
        if not all(m.units > 0 or _is_explicit(m.spec) for m in (*self.later, *self.added)):
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
        old, new = _transactions(self.later), _transactions(self.added)
        orders = list(islice(_orders(old, new), _ORDERS + 1))
        if len(orders) > _ORDERS:
            return Judgement(unknown="too many entries of one day share a line number", ties=self.ties)
        ours = {group.key for run in new for group in run}
        written = {group.key: group for run in (*old, *new) for group in run}
        changes: dict[Key, Booked] = {}
        failures: dict[Key, Booked] = {}
        try:
            for order in orders:
                for booked in _run(order, self._held(), Booking[self.booking]):
                    if not _differs(booked, written[booked.key]):
                        continue
                    (failures if booked.key in ours else changes).setdefault(booked.key, booked)
            return self._told(old, changes, failures)
        except _CannotTell as reason:
            return Judgement(unknown=str(reason), ties=self.ties)

    def _told(self, old: list[list[_Written]], changes: dict[Key, Booked], failures: dict[Key, Booked]) -> Judgement:
        """Return the judgement, once it is sure that booking the old movements alone gives the ledger's lots."""
        if not changes:
            return Judgement(failures=tuple(failures.values()), ties=self.ties)
        base = {one.key: one for one in _run(old, self._held(), Booking[self.booking])}
        for group in (group for run in old for group in run):
            if base[group.key].lots != group.lots:
                raise _CannotTell("booking the account again does not give the lots of the ledger")
        found = []
        for key, would_be in changes.items():
            was = base[key]
            if was.lots != would_be.lots:
                found.append(Change(was, would_be))
        if not found and not failures and any(base[key].reduced for key in changes):
            raise _CannotTell("a cost that is not written would be worked out anew")
        return Judgement(tuple(found), tuple(failures.values()), ties=self.ties)

    def is_safe(self) -> bool:
        """Return True if every booked lot stays; stops at the first that does not."""
        old, new = _transactions(self.later), _transactions(self.added)
        written = {group.key: group for run in (*old, *new) for group in run}
        try:
            order = next(_orders(old, new))
            return not any(_differs(one, written[one.key]) for one in _run(order, self._held(), Booking[self.booking]))
        except _CannotTell:
            return False

    def _held(self) -> Inventory:
        held = Inventory()
        for m in self.before:
            _add(held, m.commodity, m.lot, m.units)
        return held


def _differs(booked: Booked, written: _Written) -> bool:
    """Return True if a posting is booked to other lots than the ledger's, or may be: its cost would be worked out."""
    if booked.lots != written.lots:
        return True
    return not booked.reduced and booked.units < 0 and not _has_number(written.spec)


def _orders(old: list[list[_Written]], new: list[list[_Written]]) -> Iterator[list[list[_Written]]]:
    """Yield old and new transactions in Beancount's order, once for each way to order those of one line number."""
    count: dict[tuple[date, int], int] = defaultdict(int)
    ranked = []
    for run in old:
        place = run[0].date, run[0].key[1]
        ranked.append(((*place, 2 * count[place] + 1), run))
        count[place] += 1
    places = sorted({(run[0].date, run[0].key[1]) for run in new} & set(count))
    for ranks in product(*(range(0, 2 * count[place] + 1, 2) for place in places)):
        rank = dict(zip(places, ranks))
        mine = [((run[0].date, run[0].key[1], rank.get((run[0].date, run[0].key[1]), 0)), run) for run in new]
        yield [run for _, run in sorted([*ranked, *mine], key=lambda pair: pair[0])]


@lru_cache(maxsize=65536)
def _is_explicit(spec: str | None) -> bool:
    """Return True if a cost as written names number, currency and date."""
    cost = cost_spec(spec) if spec is not None else None
    if cost is None or cost.merge or not isinstance(cost.currency, str) or cost.date is None:
        return False
    return _has_number(spec)


def _has_number(spec: str | None) -> bool:
    """Return True if a cost as written has its number, per unit or in total."""
    cost = cost_spec(spec) if spec is not None else None
    if cost is None or not isinstance(cost.number_per, Decimal):
        return False
    return cost.number_total is None or isinstance(cost.number_total, Decimal)


@lru_cache(maxsize=65536)
def _says_currency(spec: str | None) -> bool:
    cost = cost_spec(spec) if spec is not None else None
    return cost is not None and isinstance(cost.currency, str)


def safe_to_add(account: Account, movements: Sequence[Movement], addition: Movement) -> bool:
    """Return True if units may be added to an account on that day, wherever in the day their entry stands.

    Judged as the first and as the last entry of its day: no booked lot may change. What can't be told is not safe.
    """
    if account.booking == "NONE":
        return True
    first = _Case(movements, [replace(addition, lineno=_FIRST)], account.booking, None)
    if first.unknown or first.is_plain():
        return not first.unknown
    last = _Case(movements, [replace(addition, lineno=_LAST)], account.booking, None)
    return last.is_safe() and first.is_safe()


def below_zero(movements: Sequence[Movement], from_day: date | None = None) -> tuple[Below, ...]:
    """Return each lot that is below zero at the end of a day, once, with the first such day (from `from_day` on)."""
    held: dict[tuple[str, Lot], Decimal] = defaultdict(lambda: ZERO)
    found: dict[tuple[str, Lot], Below] = {}
    for day, run in groupby(sorted(movements, key=lambda m: m.date), key=lambda m: m.date):
        moved: dict[tuple[str, Lot], str] = {}
        for m in run:
            held[m.commodity, m.lot] += m.units
            moved[m.commodity, m.lot] = m.account
        for (commodity, lot), account in moved.items():
            if held[commodity, lot] < 0 and (from_day is None or day >= from_day):
                found.setdefault((commodity, lot), Below(account, commodity, lot, day, held[commodity, lot]))
    return tuple(found.values())


def never_below_zero(movements: Sequence[Movement]) -> bool:
    """Return True if no lot is below zero at the end of any day: what Beancount does not check under NONE."""
    return not below_zero(movements)
