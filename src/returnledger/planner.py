"""The heart: events, the facts of their sales, a policy and settings go in; entries or findings come out.

Pure: the same inputs give the same plan, to the byte. Work goes by date, then by the order of the input. An event that
is refused counts as absent for those after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from returnledger.books import Books
from returnledger.context import Context
from returnledger.events import Event
from returnledger.identity import identity_of
from returnledger.kinds import PLANNERS
from returnledger.numbers import with_vouchers
from returnledger.planned import Plan, PlannedEvent
from returnledger.planrun import Run, absorb, base_facts


def plan(events: Sequence[Event], books: Books, context: Context) -> Plan:
    """Return what the events come to. The books grow by what is planned: pass a slice that nobody else uses."""
    run = Run(books, context, in_files=frozenset(event.digest for event in events))
    order = sorted(range(len(events)), key=lambda i: (events[i].body.date or date.max, i))
    planned: dict[int, PlannedEvent] = {}
    for i in order:
        planned[i] = _plan_event(events[i], run)
    results = tuple(planned[i] for i in range(len(events)))
    return Plan(results, tuple(finding for result in results for finding in result.findings))


def _plan_event(event: Event, run: Run) -> PlannedEvent:
    made = plan_one(event, run)
    if made.status != "new":
        return made
    made = replace(made, directives=with_vouchers(made.directives, run.context.settings, run.books))
    absorb(made, run)
    return made


def plan_one(event: Event, run: Run) -> PlannedEvent:
    """Return what one event comes to with the books of `run` as they are; they grow by nothing."""
    identity = identity_of(event, run.books, run.ids, run.digests, run.in_files)
    if event.id:
        run.ids.setdefault(event.id, event.place)
    run.digests.setdefault(event.digest, event.place)
    if identity.posted:
        entries = run.books.posted.get(run.books.digests.get(event.digest, event.id), ())
        return PlannedEvent(event, "posted", entries[0].case if entries else "")
    return PLANNERS[event.kind](base_facts(event, run, identity), run)
