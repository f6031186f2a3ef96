"""Judges the posted events of a period again, each against the books as they were when it was posted; nothing is written.

The books are gathered once for all events and built up anew in the order of posting: each event of the period is planned
just before its own entries are added. So its sale, what had come back before, and the customer's history are those of
its day, and what another policy would have made of the events before it changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from returnledger.asposted import digest_of, emptied, event_of, in_order, plan_as_posted, take_in_posted
from returnledger.books import Books, posted, standing
from returnledger.context import Context
from returnledger.events import Event
from returnledger.linefacts import chosen_policy
from returnledger.needs import Needs
from returnledger.planned import PlannedEvent, decision_text
from returnledger.planrun import Run
from returnledger.policies.outcome import Change, Outcome, changes, outcome_of
from returnledger.policy import Policy
from returnledger.rows import Posted
from returnledger.session import Session
from returnledger.store.period import posted_on
from returnledger.terms import UNDOING
from returnledger.textfile import gc_paused

Period = tuple[date | None, date | None]


@dataclass(frozen=True, slots=True)
class Unlike:
    """What was posted otherwise than the old policy gives: which effect or account, as posted, and as it is now."""

    what: str
    posted: str
    now: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """One event judged again: what it comes to under both policies, and what differs."""

    id: str
    kind: str
    order: str
    date: date
    old: Outcome
    new: Outcome
    changes: tuple[Change, ...]
    unlike: tuple[Unlike, ...] = ()  # what the old policy does not give as it was posted
    under: str = ""  # the policy in force, where it is another than the old one


@dataclass(frozen=True, slots=True)
class Replay:
    """The events of a period judged again."""

    period: Period
    events: tuple[Replayed, ...]
    voided: int = 0  # events that were undone, and those that undid them
    doubled: int = 0  # further copies of an event, brought in by a merge

    @property
    def changed(self) -> tuple[Replayed, ...]:
        """The events that come out otherwise under the new policy."""
        return tuple(event for event in self.events if event.changes)

    @property
    def unlike(self) -> tuple[Replayed, ...]:
        """The events that were posted otherwise than the old policy gives."""
        return tuple(event for event in self.events if event.unlike)


def replay(session: Session, old: Policy, new: Policy, period: Period) -> Replay:
    """Return what the events posted in `period` come to under `old` and under `new`."""
    with gc_paused():
        return _replay(session, old, new, period)


def _replay(session: Session, old: Policy, new: Policy, period: Period) -> Replay:
    wanted = posted_on(session.store.source, *period)
    known = session.gather_needs(Needs(events=frozenset(wanted)))
    first = {name: known.posted[name][0] for name in wanted if known.posted.get(name)}
    events = {name: event_of(entry) for name, entry in first.items() if entry.event}
    books = session.gather(list(events.values()), (old, new))
    stands = {id(entry) for entries in books.by_case.values() for entry in standing(entries)}
    chosen = [name for name, event in events.items() if event.kind not in UNDOING]
    judged = {name for name in chosen if any(id(entry) in stands for entry in books.posted[name])}
    found = list(_walk(session, books, {name: events[name] for name in judged}, old, new))
    found.sort(key=lambda event: (event.date, event.id))
    copies = sum(max(0, len({e.place for e in books.posted[n] if e.event}) - 1) for n in judged)
    return Replay(period, tuple(found), len(events) - len(judged), copies)


def _walk(session: Session, books: Books, events: Mapping[str, Event], old: Policy, new: Policy) -> Iterator[Replayed]:
    """Yield each event judged again, the books growing by what was posted, in the order in which it was."""
    before = emptied(books)
    runs = [_run(session, before, policy) for policy in (old, new)]
    runs[1].additions, runs[1].glances = runs[0].additions, runs[0].glances
    done: set[str] = set()
    for entry in in_order(entry for own in books.posted.values() for entry in own):
        event = events.get(entry.id)
        if event is not None and entry.id not in done:
            own = books.posted[entry.id]
            yield _again(session, event, own, runs, old)
        done.add(entry.id)
        take_in_posted(entry, digest_of(books, entry), *runs)


def _run(session: Session, books: Books, policy: Policy) -> Run:
    """Return a run in which `policy` judges every sale, whatever the day it is valid from."""
    always = replace(policy, valid_from=date.min)
    return Run(books, Context(session.settings, (always,), session.products))


def _again(session: Session, event: Event, own: Sequence[Posted], runs: Sequence[Run], old: Policy) -> Replayed:
    """Return an event judged by both policies, and whether the old one gives what was posted."""
    made = [plan_as_posted(event, own, run) for run in runs]
    before, after = (outcome_of(planned) for planned in made)
    under = _in_force(session, made[0], old)
    unlike = () if under else tuple(_unlike(made[0], own))
    return Replayed(
        event.id, event.kind.value, own[0].order, own[0].date, before, after, changes(before, after), unlike, under
    )


def _in_force(session: Session, made: PlannedEvent, old: Policy) -> str:
    """Return the policy in force for the event, where the settings list the old policy and it was another one."""
    if all(policy.digest != old.digest for policy in session.policies):
        return ""
    for facts in made.facts:
        if facts.sale is not None:
            policy = chosen_policy(session.policies, facts.sale, facts.requested)
            if policy is not None and policy.digest != old.digest:
                return f"{policy.name} {policy.version}"
    return ""


def _unlike(made: PlannedEvent, own: Sequence[Posted]) -> Iterator[Unlike]:
    """Yield what the old policy does not give as it was posted: refused, decided or booked otherwise."""
    if made.status != "new":
        codes = ", ".join(outcome_of(made).codes) or made.status
        yield Unlike("status", "posted", codes)
        return
    stored = str((own[0].directive.meta if own[0].directive else {}).get("rl-decision", ""))
    yield from _decided_otherwise(stored, decision_text(made))
    planned = [entry for entry in map(posted, made.directives) if entry is not None]
    was, now = _booked(own), _booked(planned)
    for account, currency in sorted(was.keys() | now.keys()):
        pair = was.get((account, currency), Decimal(0)), now.get((account, currency), Decimal(0))
        if pair[0] != pair[1]:
            yield Unlike(account, f"{pair[0]:f} {currency}", f"{pair[1]:f} {currency}")


def _decided_otherwise(stored: str, now: str) -> Iterator[Unlike]:
    """Yield each part of a stored decision that is not among those of today; parts that came to be said since are none."""
    said = Counter(now.split("; "))
    for part in stored.split("; "):
        if part and part not in said:
            effect, _, rest = part.partition(" ")
            other = next((each for each in said if each.partition(" ")[0] == effect), "")
            yield Unlike(effect, rest, other.partition(" ")[2])


def _booked(entries: Iterable[Posted]) -> dict[tuple[str, str], Decimal]:
    """Return what entries book by account, and units of goods by account and commodity."""
    booked: dict[tuple[str, str], Decimal] = {}
    for entry in entries:
        for leg in entry.legs:
            keys = [(leg.account, leg.currency, leg.amount)]
            if leg.commodity is not None and leg.units is not None:
                keys.append((leg.account, leg.commodity, leg.units))
            for account, currency, amount in keys:
                booked[account, currency] = booked.get((account, currency), Decimal(0)) + amount
    return booked
