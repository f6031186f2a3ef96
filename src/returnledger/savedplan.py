"""A plan kept in a file: the events, and exactly what would be written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from returnledger.events import Event
from returnledger.events.canonical import canonical_text
from returnledger.eventsfile import parse_canonical
from returnledger.findings import Finding, Refused, Span
from returnledger.outcomes import Planned

PLAN_KEY = "returnledger_plan"
_VERSION = 1


def save_plan(planned: Planned) -> str:
    """Return a plan as JSON text that `apply` accepts: the events and exactly what would be written."""
    record: dict[str, Any] = {
        PLAN_KEY: _VERSION,
        "events": [
            {
                "event": canonical_text(event.canonical),
                "file": event.file,
                "line": event.place.line,
                "shown": event.place.file,
            }
            for event in planned.inputs
        ],
        "path": planned.batch.path if planned.batch else "",
        "text": planned.text,
    }
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def _record(path: Path) -> dict[str, Any] | None:
    try:
        record = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) and PLAN_KEY in record else None


def saved_events(path: Path) -> list[Event] | None:
    """Return the events of a saved plan, or None where the file is none."""
    record = _record(path)
    if record is None:
        return None
    try:
        if record[PLAN_KEY] != _VERSION:
            raise ValueError(PLAN_KEY)
        return [_event(row) for row in record["events"]]
    except (KeyError, TypeError, ValueError, Refused) as error:
        values = {"file": str(path), "reason": type(error).__name__}
        raise Refused([Finding("plan-unreadable", None, values)], 2) from error


def _event(row: dict[str, Any]) -> Event:
    """Return one event of a saved plan. Raises one of many errors where somebody has written into it."""
    file, shown, line = row["file"], row["shown"], row["line"]
    if not (isinstance(line, int) and line > 0 and all(isinstance(x, str) and x.isprintable() for x in (file, shown))):
        raise ValueError("place")
    return replace(parse_canonical(str(row["event"])), file=file, place=Span(shown, line), places={})


def saved_text(files: Sequence[str | Path]) -> str | None:
    """Return the text that a saved plan would write, or None where the files are no saved plan."""
    if len(files) != 1 or not str(files[0]).endswith(".json"):
        return None
    record = _record(Path(files[0]))
    return str(record.get("text", "")) if record is not None else None


def stale(file: str | Path, planned: Planned, text: str) -> Finding:
    """Return the finding that names the first event whose entry would differ from the saved plan."""
    changed = next(
        (e for e in planned.events if e.status != "new" or not all(_rendered(d) in text for d in e.directives)), None
    )
    return Finding("plan-stale", None, {"file": str(file), "event": changed.id if changed else "the batch"})


def _rendered(directive: Any) -> str:
    from returnledger.text import render

    return render(directive)
