"""Books movements of one account as Beancount does, from what is held and the costs as written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import Any

from beancount.core.amount import Amount
from beancount.core.data import Booking, Posting, Transaction, new_metadata
from beancount.core.inventory import Inventory
from beancount.core.position import Cost, CostSpec
from beancount.parser import parser
from beancount.parser.booking_full import book_reductions, compute_cost_number

from returnledger.money import ZERO
from returnledger.movements import Movement
from returnledger.rows import Lot

Key = tuple[str, int, int]  # file, line of the transaction, line of the posting
Lots = tuple[tuple[Lot, Decimal], ...]  # lots and units with Beancount's sign, in the order of the lots

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
class Rebooked:
    """An account booked again: each posting by its place, and why that could not be done where it could not."""

    groups: Mapping[Key, Booked]
    unknown: str = ""


class CannotTell(Exception):
    """Raised where booking depends on what the movements do not show; the text says on what."""


@dataclass(frozen=True, slots=True)
class Written:
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
            hold(held, movement.commodity, movement.lot, movement.units)
        else:
            later.append(movement)
    try:
        return Rebooked({one.key: one for one in book(transactions_of(later), held, Booking[booking])})
    except CannotTell as reason:
        return Rebooked({}, str(reason))


def in_order(movements: Iterable[Movement]) -> list[Movement]:
    """Return movements in Beancount's order: by day and line number of the transaction, else as they come."""
    return sorted(movements, key=lambda movement: (movement.date, movement.lineno))


def hold(held: Inventory, commodity: str, lot: Lot, units: Decimal) -> None:
    """Add units of a lot to what is held."""
    held.add_amount(Amount(units, commodity), Cost(lot.number, lot.currency, lot.date, lot.label))


def _transaction(group: Written) -> tuple[date, str, int]:
    return group.date, group.key[0], group.key[1]


def _written(ordered: Iterable[Movement]) -> list[Written]:
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
        groups.append(Written(key, day, parts[0].account, commodity, units, parts[0].spec, lots))
    entries = (sorted(entry, key=lambda group: group.key[2]) for _, entry in groupby(groups, key=_transaction))
    return [group for entry in entries for group in entry]


def _lots(parts: Iterable[tuple[Lot, Decimal]]) -> Lots:
    units: dict[Lot, Decimal] = defaultdict(lambda: ZERO)
    for lot, number in parts:
        units[lot] += number
    return tuple(sorted(units.items(), key=lambda part: (part[0].date, part[0].number, part[0].label or "")))


def transactions_of(movements: Iterable[Movement]) -> list[list[Written]]:
    """Return ordered movements as written postings, those of one transaction together."""
    return [list(entry) for _, entry in groupby(_written(movements), key=_transaction)]


def book(transactions: Iterable[Sequence[Written]], held: Inventory, method: Booking) -> Iterator[Booked]:
    """Book transactions one after another on top of what is held, which changes; yield every posting as booked."""
    for transaction in transactions:
        # Beancount books the postings of a transaction by currency of cost, each against what was held before it.
        booked: list[Booked] = []
        for currency in sorted({group.lots[0][0].currency for group in transaction}):
            run = [group for group in transaction if group.lots[0][0].currency == currency]
            booked += _book(run, currency, held, method)
        for one in booked:
            for lot, units in one.lots:
                hold(held, one.commodity, lot, units)
        yield from booked


def _book(run: Sequence[Written], currency: str, held: Inventory, method: Booking) -> list[Booked]:
    """Book the postings of one transaction and currency; all of them have the error if one has."""
    postings = []
    for index, group in enumerate(run):
        spec = cost_spec(group.spec) if group.spec is not None else None
        if spec is None or spec.merge:
            raise CannotTell(NO_COST if group.spec is None else f"the cost {{{group.spec}}} is not read")
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


def _booked(group: Written, lots: Lots, reduced: bool, error: str) -> Booked:
    return Booked(group.key, group.date, group.account, group.commodity, group.units, lots, reduced, error)


def _new_lot(posting: Any, group: Written) -> Lot:
    """Return the lot that an addition makes: as written, its number as booked where Beancount had to work it out."""
    number = compute_cost_number(posting.cost, posting.units)  # type: ignore[no-untyped-call]
    if number is None:
        number = group.lots[0][0].number
    return Lot(number, posting.cost.currency, posting.cost.date, posting.cost.label)


@lru_cache(maxsize=65536)
def is_explicit(spec: str | None) -> bool:
    """Return True if a cost as written names number, currency and date."""
    cost = cost_spec(spec) if spec is not None else None
    if cost is None or cost.merge or not isinstance(cost.currency, str) or cost.date is None:
        return False
    return has_number(spec)


def has_number(spec: str | None) -> bool:
    """Return True if a cost as written has its number, per unit or in total."""
    cost = cost_spec(spec) if spec is not None else None
    if cost is None or not isinstance(cost.number_per, Decimal):
        return False
    return cost.number_total is None or isinstance(cost.number_total, Decimal)


@lru_cache(maxsize=65536)
def says_currency(spec: str | None) -> bool:
    """Return True if a cost as written names its currency."""
    cost = cost_spec(spec) if spec is not None else None
    return cost is not None and isinstance(cost.currency, str)
