"""Reads files of events: YAML, JSON lines and tables, all into the same events.

    - {return: SO-1001, date: 2026-11-02, sku: MUG-BLUE, reason: changed_mind}

    {"kind": "return", "ref": "SO-1001", "date": "2026-11-02", "sku": "MUG-BLUE", "reason": "changed_mind"}

    kind,ref,date,sku,reason
    return,SO-1001,2026-11-02,MUG-BLUE,changed_mind

A file that can't be read gives findings, never an exception.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Final, Literal

from returnledger.eventfields import EVERY
from returnledger.events import Event
from returnledger.events.fields import Form
from returnledger.events.suggest import suggestion
from returnledger.eventshape import event_of, one_by_one
from returnledger.findings import Finding, Refused
from returnledger.jsonfile import read_lines
from returnledger.shape import misformed
from returnledger.tablefile import read_table
from returnledger.textfile import SourceText, decode, gc_paused, source_text
from returnledger.yamlfile import MAX_FINDINGS, Node, read_text

Format = Literal["yaml", "jsonl", "csv"]

_ENDINGS: Final[dict[str, Format]] = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv"}
_TOP: Final = ("defaults", "events")
_FORMS: Final = {"map": Form.MAP, "list": Form.LIST, "scalar": Form.TEXT}

__all__ = ["Format", "SourceText", "parse_canonical", "read_events"]


def read_events(raw: bytes, file: str, *, kind: Format | None = None) -> tuple[list[Event], list[Finding], SourceText]:
    """Return the events of `raw`, what is to be said about their form, and the lines of the file.

    `file` is the name that the user gave; its ending says what it is, where `kind` does not. Events with a finding are
    left out.
    """
    text, findings = decode(raw, file)
    if text is None:
        return [], findings, source_text(raw[: 1 << 20].decode("utf-8", "replace"), file)
    with gc_paused():
        events = _events(text, file, kind or _format_of(text, file), findings)
    if len(findings) > MAX_FINDINGS:
        last = findings[MAX_FINDINGS].span
        findings[MAX_FINDINGS:] = [Finding("too-many-findings", last, {"limit": MAX_FINDINGS})]
    return events, findings, source_text(text, file)


def parse_canonical(text: str, file: str = "rl-event") -> Event:
    """Return the event that a canonical line writes; raise Refused with the findings if it is not exactly one."""
    events, findings, _ = read_events(text.encode(), file, kind="yaml")
    if findings or len(events) != 1:
        raise Refused(findings)
    return events[0]


def _format_of(text: str, file: str) -> Format:
    """Return what the ending of `file` says; else JSON lines where every line looks like one of several, else YAML."""
    ending = PurePath(file).suffix.lower()
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    if not ending and text.startswith('{"'):
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if len(lines) > 1 and all(line.startswith("{") and line.endswith("}") for line in lines):
            return "jsonl"
    return "yaml"


def _events(text: str, file: str, kind: Format, findings: list[Finding]) -> list[Event]:
    """Return the events of a file; what is half read is looked at for its other faults and left out."""
    events = []
    for node, defaults, sound in _written(text, file, kind, findings):
        if len(findings) > MAX_FINDINGS:
            break
        for each in one_by_one(node):
            event = _event(each, defaults, file, findings)
            if event and sound and node.sound:
                events.append(event)
    return events


def _written(
    text: str, file: str, kind: Format, findings: list[Finding]
) -> Iterator[tuple[Node, Mapping[str, Node], bool]]:
    """Yield each event as written, the values that the events of its file share, and whether those could be read."""
    nothing: Mapping[str, Node] = {}
    if kind != "yaml":
        rows, more = read_lines(text, file) if kind == "jsonl" else read_table(text, file)
        findings += more
        yield from ((_without_nulls(row), nothing, True) for row in rows)
        return
    documents, more = read_text(text, file)
    findings += more
    for document in documents:
        before = len(findings)
        nodes, defaults = _nodes(document, findings)
        shared = document.get("defaults")
        sound = len(findings) == before and (shared is None or shared.sound)
        yield from ((node, defaults, sound) for node in nodes)


def _event(node: Node, defaults: Mapping[str, Node], file: str, findings: list[Finding]) -> Event | None:
    if node.kind == "map":
        return event_of(node, defaults, file, findings)
    found = Form.NOTHING if node.null else _FORMS[node.kind]
    findings.append(Finding("event-not-map", node.span, {"found": found}))
    return None


def _without_nulls(node: Node) -> Node:
    """Return a map without the keys whose value is null: programs write all columns, whether or not they hold one."""
    if node.kind != "map" or not any(value.null for _, value in node.entries):
        return node
    entries = tuple(entry for entry in node.entries if not entry[1].null)
    return replace(node, entries=entries)


def _nodes(document: Node, findings: list[Finding]) -> tuple[tuple[Node, ...], Mapping[str, Node]]:
    """Return the events of a YAML document as written, and the values that they share."""
    if document.kind == "list":
        return document.items, {}
    if document.kind == "scalar":
        findings.append(Finding("events-expected", document.span, {"found": Form.TEXT}))
        return (), {}
    if not any(key.text in _TOP for key, _ in document.entries):
        return (document,), {}
    for key, _ in document.entries:
        if key.text not in _TOP and len(findings) <= MAX_FINDINGS:
            values = {"key": key.text, "place": Form.FILE, **suggestion(key.text, _TOP)}
            findings.append(Finding("key-unknown", key.span, values))
    events, shared = document.get("events"), document.get("defaults")
    if events is not None and events.kind != "list" and not events.null:
        findings.append(misformed("list-expected", events.span, _FORMS[events.kind], "events"))
    return events.items if events else (), _defaults(shared, findings)


def _defaults(node: Node | None, findings: list[Finding]) -> Mapping[str, Node]:
    """Return the values that all events of a file share; say which no event can have."""
    if node is None or node.null:
        return {}
    if node.kind != "map":
        findings.append(misformed("map-expected", node.span, _FORMS[node.kind], "defaults"))
        return {}
    defaults = {}
    known = sorted(EVERY - {"items", "id"})
    for key, value in node.entries:
        if key.text in known:
            defaults[key.text] = value
            continue
        if len(findings) > MAX_FINDINGS:
            break
        values = {"key": key.text, "place": "defaults", **suggestion(key.text, known)}
        findings.append(Finding("key-unknown", key.span, values))
    return defaults
