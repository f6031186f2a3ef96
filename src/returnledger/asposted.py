"""The books as they were when an event was posted, and what the event comes to against them.

Batches have no clock: they were posted in the order of their last day, of their document numbers, of their names; one that is
dated backwards where its numbers stand. Books are built up anew in that order, and an event is planned, from the line of its
`rl-event`, just before its own entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from returnledger.books import Books, series_of
from returnledger.context import Context
from returnledger.events import Event
from returnledger.eventsfile import parse_canonical
from returnledger.facts import Facts
from returnledger.planned import PlannedEvent
from returnledger.planner import plan_one
from returnledger.planrun import Run, take_in
from returnledger.roles import Role
from returnledger.rows import LotUnits, Posted
from returnledger.session import Session


def event_of(entry: Posted) -> Event:
    """Return the event that the first entry of a posted event keeps, as it was read then."""
    return replace(parse_canonical(entry.event, entry.place.file if entry.place else "rl-event"), file=entry.source)


def in_order(entries: Iterable[Posted]) -> list[Posted]:
    """Return entries in the order in which they were posted.

    Documents are numbered as they are posted: a batch dated backwards comes after those whose numbers it follows.
    """
    by_file: dict[str, list[Posted]] = {}
    for entry in entries:
        by_file.setdefault(entry.place.file if entry.place else "", []).append(entry)
    days = {file: max(entry.date for entry in own) for file, own in by_file.items()}
    numbered: dict[str, dict[str, int]] = {}
    for file, own in by_file.items():
        for series, number in (series_of(entry.number) for entry in own if entry.number and not entry.voids):
            first = numbered.setdefault(series, {})
            first[file] = min(number, first.get(file, number))
    for first in numbered.values():
        latest = date.min
        for file in sorted(first, key=lambda name: (first[name], days[name])):
            latest = days[file] = max(latest, days[file])

    def of_batch(file: str) -> tuple[date, int, str]:
        return days[file], min((first[file] for first in numbered.values() if file in first), default=0), file

    def of_entry(entry: Posted) -> tuple[date, int]:
        return entry.date, entry.place.line if entry.place else 0

    return [entry for file in sorted(by_file, key=of_batch) for entry in sorted(by_file[file], key=of_entry)]


def emptied(books: Books) -> Books:
    """Return the books with nothing posted yet: without our entries and their stock, and without a lock set since."""
    places = {(e.place.file, e.place.line) for own in books.posted.values() for e in own if e.place}
    movements = {
        account: tuple(moved for moved in every if (moved.file, moved.lineno) not in places)
        for account, every in books.movements.items()
    }
    facts = books.with_nothing_posted()
    return replace(facts, movements=movements, canonicals={}, by_source={}, still_said=set(), locked_until=None)


def digest_of(books: Books, entry: Posted) -> str:
    """Return the digest of the event that an entry keeps; empty for its further entries."""
    return books.digest_by_id.get(entry.id, "") if entry.event else ""


def take_in_posted(entry: Posted, digest: str, run: Run, *others: Run) -> None:
    """Add a posted entry to the books that runs share; where one compares people, with the event that names them."""
    policies = (policy for each in (run, *others) for policy in each.context.policies)
    if entry.event and any(policy.says.separation_of_duties is not None for policy in policies):
        run.books.canonicals[entry.id] = event_of(entry).canonical
    take_in(entry, run, digest)


def plan_as_posted(event: Event, own: Sequence[Posted], run: Run) -> PlannedEvent:
    """Return what a posted event, whose entries are `own`, comes to with the books of `run`, which hold what was before.

    Goods go to the accounts to which they went, and what was moved past a closed period is moved again.
    """
    run.went_back, run.ids, run.digests = _went_back(own), {}, {}
    moved = event.body.date is not None and event.body.date < own[0].date
    run.books.locked_until = own[0].date - timedelta(days=1) if moved else None
    return plan_one(event, run)


def judged_again(session: Session, first: Posted, context: Context) -> PlannedEvent:
    """Return the posted event whose first entry is `first`, judged again against the books as they were."""
    event, name = event_of(first), first.id
    books = session.gather([event])
    run = Run(emptied(books), context)
    for entry in in_order(entry for own in books.posted.values() for entry in own):
        if entry.id == name:
            break
        take_in_posted(entry, digest_of(books, entry), run)
    return plan_as_posted(event, books.posted[name], run)


def _went_back(own: Iterable[Posted]) -> Callable[[Facts, LotUnits], bool | None]:
    """Return where goods of a lot went when the event was posted: True for the account they were sold from."""
    sold_from = {(leg.account, leg.lot) for entry in own for leg in entry.legs if leg.role == Role.INVENTORY}
    returned = {(leg.account, leg.lot) for entry in own for leg in entry.legs if leg.role == Role.INVENTORY_RETURNED}

    def went_back(facts: Facts, lot: LotUnits) -> bool | None:
        if (lot.account, lot.lot) in sold_from:
            return True
        aside = facts.settings.derived_account(Role.INVENTORY_RETURNED, lot.account)
        return False if (aside, lot.lot) in returned else None

    return went_back
