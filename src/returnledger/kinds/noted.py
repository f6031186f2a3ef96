"""Plans what is only noted of a case: evidence that comes later, and measures that are tracked until they are done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from returnledger.entry import note
from returnledger.events.canonical import canonical_text
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Severity
from returnledger.kinds.returned import asked
from returnledger.kinds.stepped import finished
from returnledger.onward import case_in
from returnledger.openday import on_open_day
from returnledger.planned import PlannedEvent
from returnledger.planrun import Run, head_of, refused, waive
from returnledger.policyfacts import evidence_told
from returnledger.rows import Posted
from returnledger.terms import Kind

_OF_ACTION = ("what", "who", "due", "done", "by")


def attached(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of evidence that comes later: later steps of the case count it as theirs."""
    facts = on_open_day(base, lambda own: [case_in(own, run.books, run.context)], run)[0]
    missing = []
    if facts.now is not None and not base.event.body.evidence:
        missing = [_missing(facts, Phrase("what is attached"), Phrase("`evidence:` with the paths of the files"))]
    return _noted(facts, {"evidence": evidence_told(base.event)}, missing, run)


def acted(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of a measure: of a case, of a report, or that an earlier one is done."""
    body, opened = base.event.body, _action(base, run)
    facts = on_open_day(base, lambda own: [case_in(_at_case(own, opened), run.books, run.context)], run)[0]
    facts = replace(facts, event=base.event)
    said = {key: value for key in _OF_ACTION if (value := getattr(body, key, None))}
    if opened is not None:
        said["of"] = opened.id
    missing = []
    if not getattr(body, "what", None) and (opened is None or not getattr(body, "done", None)):
        what = Phrase("`what:` to the event; of one that is done, name it by its id with `done:`")
        missing = [_missing(facts, Phrase("what is to be done"), what)]
    return _noted(facts, said, missing, run)


def _action(base: Facts, run: Run) -> Posted | None:
    """Return the earlier action that an event goes on with, None where it names a case or a report."""
    found = [entry for entry in run.books.posted.get(base.event.reference, ()) if entry.kind == Kind.ACTION]
    return found[0] if found and not run.books.is_void(found[0].id) else None


def _at_case(base: Facts, opened: Posted | None) -> Facts:
    return base if opened is None else replace(base, event=replace(base.event, reference=opened.case))


def _missing(facts: Facts, missing: Phrase, fields: Phrase) -> Finding:
    return Finding("facts-missing", facts.event.place, {"missing": missing, "fields": fields}, event=facts.event.id)


def _noted(facts: Facts, said: dict[str, str | date], missing: list[Finding], run: Run) -> PlannedEvent:
    """Return the plan of one note."""
    event = facts.event
    found, before = asked([facts])
    kept, waived = waive(event, [facts], [*found, *before, *missing], None)
    if any(finding.severity is Severity.ERROR for finding in kept):
        return refused(event, [facts], kept)
    case = facts.now.id if facts.now is not None else event.id
    planned = PlannedEvent(event, "refused", case, (facts,), waived=waived)
    head = head_of(event, facts, 1, facts.now.order if facts.now is not None else "", [], run)
    return finished(planned, (note(replace(head, event=canonical_text(event.canonical)), said),), kept, run)
