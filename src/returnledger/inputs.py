"""Reads the events of the files that a command is given."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from returnledger.events import Event
from returnledger.eventsfile import read_events
from returnledger.findings import Finding, Template
from returnledger.session import Session
from returnledger.textfile import unreadable_name

TEMPLATES: dict[str, Template] = {
    "events-missing": Template("there is no file {file}", "check the name; `-` reads standard input"),
    "events-unreadable": Template("{file} can't be read: {reason}", "check that it is a file you may read"),
}


def read_all(session: Session, files: Sequence[str | Path]) -> tuple[list[Event], list[Finding]]:
    """Return the events of every file (`-` is standard input) and what is to be said of their form.

    Events are named after their file as seen from the folder of the settings, so that their identity does not depend
    on where the command was run.
    """
    events: list[Event] = []
    findings: list[Finding] = []
    for file in files:
        shown = str(file)
        if unread := unreadable_name(shown):
            findings.append(unread)
            continue
        try:
            raw = sys.stdin.buffer.read() if shown == "-" else Path(file).read_bytes()
        except FileNotFoundError:
            findings.append(Finding("events-missing", None, {"file": shown}))
            continue
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            findings.append(Finding("events-unreadable", None, {"file": shown, "reason": reason}))
            continue
        read, wrong, source = read_events(raw, shown)
        session.sources[source.file] = source
        identity = identity_name(session.folder, shown)
        events += [_named(event, shown, identity) for event in read]
        findings += wrong
    return events, findings


def identity_name(folder: Path, shown: str) -> str:
    """Return the name that identity goes by: relative to the settings' folder, `/` between parts, composed characters."""
    from unicodedata import normalize

    if shown == "-":
        return "-"
    relative = os.path.relpath(Path(shown).absolute(), folder)
    return normalize("NFC", Path(relative).as_posix())


def _named(event: Event, shown: str, identity: str) -> Event:
    return replace(event, file=identity) if event.file == shown else event
