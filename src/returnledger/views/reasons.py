"""Why events were decided as they were, judged again from what the ledger keeps of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from returnledger.asposted import judged_again
from returnledger.findings import Finding, Refused
from returnledger.inputs import read_all
from returnledger.needs import Needs
from returnledger.planned import PlannedEvent
from returnledger.planner import plan as plan_events
from returnledger.rows import Posted
from returnledger.session import Session, open_session
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
    return explain_in(open_session(settings), what)


def explain_in(session: Session, what: Sequence[str]) -> Explained:
    """Return the decisions on the events of files, or on a posted event, in books that are open."""
    if len(what) == 1 and not Path(what[0]).exists() and what[0] != "-":
        explained = explain_posted(session, what[0])
        if explained is None:
            ids = sorted({str(row[0]) for row in session.store.rows("cases")})
            raise Refused([Finding("id-unknown", None, {"id": what[0], "nearest": nearest(what[0], ids)})])
        return explained
    events, form = read_all(session, what)
    books = session.gather(events)
    first = {planned: own[0] for planned, own in books.posted.items()}
    made = plan_events(events, books, session.context)
    judged = tuple(
        planned if planned.status != "posted" else judged_again(session, _first(first, planned), session.context)
        for planned in made.events
    )
    findings = (*form, *made.findings)
    posted = frozenset(planned.id for planned in made.events if planned.status == "posted")
    return Explained(judged, "", findings, session.sources, 1 if findings else 0, posted)


def explain_posted(session: Session, name: str) -> Explained | None:
    """Return the decisions on the event posted under an id, None where nothing was."""
    entries = session.gather_needs(Needs(events=frozenset({name}))).posted.get(name)
    if not entries:
        return None
    stored = str((entries[0].directive.meta if entries[0].directive else {}).get("rl-decision", ""))
    judged = judged_again(session, entries[0], session.context)
    return Explained((judged,), stored, (), session.sources, posted=frozenset({name}))


def _first(posted: Mapping[str, Posted], planned: PlannedEvent) -> Posted:
    """Return the first entry of a planned event that was posted before, be it under another id."""
    if planned.id in posted:
        return posted[planned.id]
    return next(entry for entry in posted.values() if entry.case == planned.case)
