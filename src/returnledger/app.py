"""The library behind the program: one function per command, with the same words.

    import returnledger
    planned = returnledger.plan(["events.yaml"])
    applied = returnledger.apply(["events.yaml"])

Bad input raises `findings.Refused`, or comes back as findings of the result; neither leaves a trace in the books.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from returnledger import batch as batchfile
from returnledger import proving
from returnledger.assemble import assemble
from returnledger.events import Event
from returnledger.events.canonical import canonical_text
from returnledger.findings import Finding, Refused, Severity, Span, Template, has_errors
from returnledger.inputs import read_all
from returnledger.outcomes import Applied, Planned
from returnledger.planned import Plan, PlannedEvent
from returnledger.planner import plan as plan_events
from returnledger.reporting import query, report
from returnledger.savedplan import save_plan, saved_events, saved_text, stale
from returnledger.session import Session, ledger_findings, open_session, shown_path
from returnledger.terms import UNDOING, Kind
from returnledger.views import advance, explain, sale, show, status, verify

__all__ = [
    "Applied",
    "Planned",
    "advance",
    "apply",
    "check",
    "doctor",
    "explain",
    "init",
    "plan",
    "query",
    "report",
    "sale",
    "save_plan",
    "show",
    "status",
    "verify",
]

TEMPLATES: dict[str, Template] = {
    "plan-stale": Template(
        "the books have changed since {file} was planned: {event} would now be written otherwise",
        "plan again, look at the new plan, and apply that",
    ),
    "plan-unreadable": Template(
        "{file} is not a plan that returnledger saved: {reason}", "run `returnledger plan -o {file}` again"
    ),
}


def plan(
    files: Sequence[str | Path],
    *,
    settings: Path | None = None,
    ready: bool = False,
    proof: str = "auto",
    despite_ledger_errors: bool = False,
) -> Planned:
    """Return what apply would do with the events of `files` (`-` is standard input); nothing is written.

    With `ready` events that are refused do not keep the others back. `proof` is "auto" or "full". Raises Refused where
    settings or ledger can't be used (exit code 2).
    """
    session = open_session(settings)
    return _planned(session, _inputs(session, files), files, ready, proof, despite_ledger_errors)


def check(files: Sequence[str | Path], *, settings: Path | None = None, proof: str = "auto") -> Planned:
    """Return the same as `plan`: read, decided and proved, with nothing written."""
    return plan(files, settings=settings, proof=proof)


def _inputs(session: Session, files: Sequence[str | Path]) -> tuple[list[Event], list[Finding]]:
    if len(files) == 1 and str(files[0]).endswith(".json") and Path(files[0]).is_file():
        saved = saved_events(Path(files[0]))
        if saved is not None:
            return saved, []
    return read_all(session, files)


def _planned(
    session: Session,
    inputs: tuple[list[Event], list[Finding]],
    files: Sequence[str | Path],
    ready: bool,
    proof: str,
    despite: bool,
) -> Planned:
    """Return the plan of events that were read, proved; what the proof refuses is taken out with `ready`."""
    events, form = inputs
    ledger = ledger_findings(
        session, despite, {event.reference for event in events if event.kind in (*UNDOING, Kind.REFUND)}
    )
    planned, proved = _proved(session, events, ready and not has_errors(ledger), proof)
    findings = [*session.warnings, *form, *ledger, *planned.findings, *proved.findings]
    if despite:
        findings += proving.touching(session, planned)
    # What could not be read is in no pending file: with `ready` as well it keeps everything back.
    blocked = has_errors([*form, *ledger, *proved.findings]) or (has_errors(findings) and not ready)
    batch = None if blocked else proved.batch
    shown = [f for f in findings if f.severity is not Severity.NOTE]
    return Planned(
        planned,
        tuple(_ordered(shown)),
        session.sources,
        batch,
        proved.text if batch else "",
        1 if has_errors(findings) else 0,
        tuple(events),
        tuple(str(file) for file in files),
    )


def _proved(session: Session, events: list[Event], ready: bool, proof: str) -> tuple[Plan, proving.Proved]:
    """Return the plan and its proof; with `ready` events that the proof blames are refused and the rest planned again."""
    refused: dict[str, list[Finding]] = {}
    while True:
        left = [event for event in events if event.id not in refused or not event.id]
        books = session.gather(left)
        made = plan_events(left, books, session.context)
        batch = assemble(made, books.accounts, session.settings, session.policies)
        proved = proving.prove(session, made, batch, books, full=proof == "full")
        blamed = {f.event for f in proved.findings if f.event and f.severity is Severity.ERROR}
        if ready and blamed:
            for finding in proved.findings:
                if finding.event:
                    refused.setdefault(finding.event, []).append(finding)
            continue
        if refused:
            extra = [PlannedEvent(e, "refused", e.id, findings=tuple(refused[e.id])) for e in events if e.id in refused]
            every = (*made.events, *extra)
            made = Plan(every, tuple(finding for event in every for finding in event.findings))
        return made, proved


def _ordered(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda f: (f.span is None, f.span or Span("", 0), f.code))


def apply(
    files: Sequence[str | Path],
    *,
    settings: Path | None = None,
    ready: bool = False,
    proof: str = "auto",
    despite_ledger_errors: bool = False,
) -> Applied:
    """Book the events of `files`, or of a plan saved by `save_plan`, in one new file; all or nothing.

    With `ready` what can be posted is posted, and the rest is left in `<file>.pending.yaml`. The result says what was
    written; nothing was where it has an error. Raises Refused for settings (2), and for a lock held or a stale plan (4).
    """
    session = open_session(settings)
    inputs = _inputs(session, files)
    expected = saved_text(files)
    planned = _planned(session, inputs, files, ready, proof, despite_ledger_errors)
    if expected is not None and planned.text != expected and not _all_posted(planned):
        raise Refused([stale(files[0], planned, expected)], 4)
    if planned.batch is None:
        if any(event.status == "posted" for event in planned.events):
            _settle(session)
        left, warned = _leave(session, planned, ready and not _held_back(planned))
        return Applied(planned, "", left, (*planned.findings, *warned), planned.exit_code, session.sources)
    with batchfile.locked(session.returns):
        if session.refresh():
            planned = _planned(session, inputs, files, ready, proof, despite_ledger_errors)
            if expected is not None and planned.text != expected and planned.batch is not None:
                raise Refused([stale(files[0], planned, expected)], 4)
        if planned.batch is None:
            return Applied(planned, "", (), planned.findings, planned.exit_code, session.sources)
        batchfile.recover(session.returns)
        batchfile.prepare(session.returns)
        opened = [batchfile.Files(file.path, file.text.encode()) for file in planned.batch.accounts]
        path = batchfile.commit(session.returns, opened, batchfile.Files(planned.batch.path, planned.text.encode()))
        untouched = batchfile.touch_placeholder(session.returns)
        with suppress(OSError, sqlite3.Error, Refused):  # the store is a cache: the next command brings it up to date
            session.store.add_batch(path)
        left, warned = _leave(session, planned, ready)
    findings = (*planned.findings, *([untouched] if untouched else []), *warned)
    return Applied(planned, shown_path(path), left, findings, planned.exit_code, session.sources)


def init(*args: Any, **options: Any) -> Any:
    """Propose settings for a ledger: see `init.initialise`."""
    from returnledger.starting import initialise

    return initialise(*args, **options)


def doctor(*, settings: Path | None = None) -> Any:
    """Return how much of the sales is read with the settings that exist, and what would help: see `checkup.Checkup`."""
    from returnledger.checkup import doctor as look

    return look(settings=settings)


def _all_posted(planned: Planned) -> bool:
    return all(event.status == "posted" for event in planned.events)


def _held_back(planned: Planned) -> bool:
    """Return True where more than the refused events is left undone: then a file of the refused alone would mislead."""
    if any(event.status == "new" for event in planned.events):
        return True
    return has_errors([finding for finding in planned.findings if finding not in planned.plan.findings])


def _settle(session: Session) -> None:
    """Make sure that what an apply was stopped in is on disk, or gone, before anybody is told that it was posted."""
    try:
        with batchfile.locked(session.returns):
            batchfile.recover(session.returns)
    except Refused as refused:
        if refused.exit_code == 4:
            raise


def _leave(session: Session, planned: Planned, ready: bool) -> tuple[tuple[str, ...], list[Finding]]:
    """Write what was refused to the pending file of each source, defaults merged in.

    Returns the files written, and warnings: by now the batch may be posted, and nothing may say otherwise.
    """
    if not ready:
        return (), []
    refused: dict[str, list[PlannedEvent]] = {}
    for event in planned.events:
        if event.status == "refused":
            refused.setdefault(event.event.place.file, []).append(event)
    written, warned = [], []
    for file in planned.files:
        name = "stdin" if file == "-" else file
        path = Path(name if name.endswith(PENDING) else name + PENDING)
        left = refused.get(file, [])
        if not left and not path.exists():
            continue
        lines = [_pending_line(event.event) for event in left] or ["[]"]
        try:
            batchfile.replace_file(path, ("\n".join(lines) + "\n").encode())
            written.append(shown_path(path))
        except Refused as refusal:
            warned += [replace(finding, severity=Severity.WARNING) for finding in refusal.findings]
    return tuple(written), warned


PENDING = ".pending.yaml"


def _pending_line(event: Event) -> str:
    """Return an event as a line of the pending file, which keeps where it was first read from."""
    source = event.body.source
    row = source.row if source and source.row else str(event.place.line)
    kept = dict(event.canonical)
    own = dict(kept.pop("source", {}))
    return "- " + canonical_text({**kept, "source": {**own, "file": event.file, "row": row}})
