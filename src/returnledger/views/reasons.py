"""Why events were decided as they were, judged again from what the ledger keeps of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from returnledger.books import Books
from returnledger.eventsfile import parse_canonical
from returnledger.findings import Finding, Refused
from returnledger.needs import Needs
from returnledger.planned import PlannedEvent
from returnledger.planner import plan as plan_events
from returnledger.session import Session, open_session, read_all
from returnledger.textfile import SourceText
from returnledger.views.names import nearest


@dataclass(frozen=True)
class Explained:
    """Why events were decided as they were; `stored` is what the ledger has of a posted event's decision."""

    events: tuple[PlannedEvent, ...]  # those that are posted as they were before
    stored: str = ""
    findings: tuple[Finding, ...] = ()
    sources: Mapping[str, SourceText] = field(default_factory=dict)
    exit_code: int = 0
    posted: frozenset[str] = frozenset()  # ids of the events that are posted


def explain(what: Sequence[str], *, settings: Path | None = None) -> Explained:
    """Return the decisions on the events of files, or on a posted event: judged again from what the ledger keeps of it."""
    session = open_session(settings)
    if len(what) == 1 and not Path(what[0]).exists() and what[0] != "-":
        return _explain_posted(session, what[0])
    events, form = read_all(session, what)
    made = plan_events(events, session.gather(events), session.context)
    judged = tuple(
        planned if planned.status != "posted" else _again(session, planned.event, planned.case)
        for planned in made.events
    )
    findings = (*form, *made.findings)
    posted = frozenset(planned.id for planned in made.events if planned.status == "posted")
    return Explained(judged, "", findings, session.sources, 1 if findings else 0, posted)


def _explain_posted(session: Session, name: str) -> Explained:
    books = session.gather_needs(Needs(events=frozenset({name})))
    entries = books.posted.get(name)
    if not entries:
        ids = sorted({str(row[0]) for row in session.store.rows("cases")})
        raise Refused([Finding("id-unknown", None, {"id": name, "nearest": nearest(name, ids)})])
    entry = entries[0]
    stored = str((entry.directive.meta if entry.directive else {}).get("rl-decision", ""))
    event = parse_canonical(entry.event, entry.place.file if entry.place else "rl-event")
    return Explained((_again(session, event, entry.case),), stored, (), session.sources, posted=frozenset({name}))


def _again(session: Session, event: Any, case: str) -> PlannedEvent:
    """Return a posted event judged again, as if it and what followed in its case had not been posted."""
    books = session.gather([event])
    gone = {entry.id for entry in books.by_case.get(case, ()) if entry.step >= _step_of(books, event.id)}
    before = books.with_nothing_posted()
    for entry in (entry for own in books.posted.values() for entry in own if entry.id not in gone):
        before.absorb(entry, digest=books.digest_by_id.get(entry.id, "") if entry.event else "")
    before.by_source = {}
    return plan_events([event], before, session.context).events[0]


def _step_of(books: Books, name: str) -> int:
    return min((entry.step for entry in books.posted.get(name, ())), default=1)
