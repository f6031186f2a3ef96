"""Reads what was posted and says what is no longer as it was written: edited, added, removed, doubled or unreadable.

Only the folder of returns is read. Each batch holds in its head a digest over all it says and a short mark of each of
its entries; each first entry holds its event, whose digest gives its id. Who can edit a batch can compute a new
digest, so this shows accidents and honest mistakes; against the rest there are signed tags.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePath
from typing import Any

from beancount.core.data import Directive, Open

from returnledger import ledger
from returnledger.books import is_batch
from returnledger.events.amended import AMENDS, stem_of
from returnledger.eventsfile import parse_canonical
from returnledger.findings import Finding, Refused, Span
from returnledger.proof.problems import VERIFYING
from returnledger.text import Unwritable, digest, in_order, mark, render

TEMPLATES = VERIFYING
ACCOUNTS = "accounts"  # the folder of the files that open accounts
PLACEHOLDER = "0000.beancount"


@dataclass(frozen=True, slots=True)
class Verified:
    """What was seen: how many batches and entries, and what is not as it was posted."""

    files: int
    events: int
    findings: tuple[Finding, ...]


@dataclass
class _Seen:
    """What batches have in common, by which doubles show."""

    digests: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    steps: dict[tuple[str, str, str], list[Span]] = field(default_factory=lambda: defaultdict(list))
    days: dict[str, date] = field(default_factory=dict)  # by event, of its last entry
    numbers: dict[str, dict[str, Span]] = field(default_factory=lambda: defaultdict(dict))
    vouchers: dict[str, dict[str, Span]] = field(default_factory=lambda: defaultdict(dict))
    voids: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # event -> the voids that undo a copy


def verify(returns: Path) -> Verified:
    """Return what the batches below the folder `returns` still say of themselves."""
    seen = _Seen()
    findings: list[Finding] = []
    batches = entries = 0
    for path in sorted(returns.rglob("*.beancount")):
        if any(part.startswith(".") for part in path.relative_to(returns).parts):
            continue
        directives, errors = ledger.parse_file(path)
        name = shown(path)
        if errors:
            values = {"line": errors[0].line, "message": errors[0].message, "file": name}
            findings.append(Finding("batch-unreadable", Span(name, max(errors[0].line, 1)), values))
            continue
        if path.parent == returns / ACCOUNTS:
            findings += _account_file(path, name, directives)
        elif directives or path.name != PLACEHOLDER:
            batches += 1
            entries += sum(not is_batch(entry) for entry in directives)
            findings += _batch(name, directives, seen)
    findings += _doubles(seen)
    return Verified(batches, entries, tuple(findings))


def shown(path: Path) -> str:
    """Return a path as the user would type it: from the working folder, where it lies below it."""
    path, here = path.absolute(), Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()


def _account_file(path: Path, name: str, directives: Sequence[Directive]) -> Iterator[Finding]:
    try:
        written = "".join(f"{render(entry)}\n" for entry in directives)
    except Unwritable:
        written = ""
    right = len(directives) == 1 and isinstance(directives[0], Open)
    if not right or path.read_bytes() != written.encode("utf-8"):
        yield Finding("account-file-edited", Span(name, 1), {"file": name})


def _batch(name: str, directives: Sequence[Directive], seen: _Seen) -> Iterator[Finding]:
    """Yield what is wrong within one batch, and note what others may double."""
    heads = [entry for entry in directives if is_batch(entry)]
    if len(heads) != 1:
        first = int(directives[0].meta["lineno"]) if directives else 1
        code = "batch-heads" if heads else "batch-head-missing"
        yield Finding(code, Span(name, first), {"count": len(heads) or len(directives), "file": name})
    else:
        posted = str(heads[0].meta.get("rl-digest", ""))
        seen.digests[posted].append(name)
        if digest(directives) != posted:
            yield from _edited(name, directives, heads[0])
    for entry in directives:
        if "rl-id" in entry.meta:
            yield from _event(name, entry, seen)


def _edited(name: str, directives: Sequence[Directive], head: Directive) -> Iterator[Finding]:
    """Yield which entries of a batch were edited, added or removed, as far as their marks tell."""
    known = Counter(str(head.meta.get("rl-marks", "")).split())
    posted = sum(known.values())
    others = [entry for entry in in_order(directives) if not is_batch(entry)]
    strange = []
    for entry in others:
        own = mark(entry)
        if known[own] > 0:
            known[own] -= 1
        else:
            strange.append((entry, own))
    missing = sum(known.values())
    # What is neither added nor removed was edited; where counts differ, entries without an id are the added ones.
    edited = min(len(strange), missing)
    strange.sort(key=lambda pair: "rl-id" not in pair[0].meta)
    for n, (entry, own) in enumerate(strange):
        values: dict[str, object] = {"what": _what(entry), "file": name}
        if n < edited:
            values |= {"is_now": own, "known": posted}
            yield Finding("batch-entry-edited", _place(name, entry), values, event=_id(entry))
        else:
            values |= {"count": len(others), "posted": posted}
            yield Finding("batch-entry-added", _place(name, entry), values, event=_id(entry))
    if missing > edited:
        values = {"missing": missing - edited, "posted": posted, "file": name}
        yield Finding("batch-entry-removed", _place(name, head), values)
    if not strange and not missing:
        values = {"is_now": digest(directives), "posted": head.meta.get("rl-digest", ""), "file": name}
        yield Finding("batch-edited", _place(name, head), values)


def _place(name: str, entry: Directive) -> Span:
    return Span(name, int(entry.meta["lineno"]))


def _id(entry: Directive) -> str | None:
    return str(entry.meta["rl-id"]) if "rl-id" in entry.meta else None


def _what(entry: Directive) -> str:
    """Return an entry as a reader finds it: its event, else the first words of its line."""
    return _id(entry) or f"{entry.date} {type(entry).__name__.lower()}"


def _event(name: str, entry: Directive, seen: _Seen) -> Iterator[Finding]:
    own, place = str(entry.meta["rl-id"]), _place(name, entry)
    seen.steps[own, str(entry.meta.get("rl-case", "")), str(entry.meta.get("rl-step", ""))].append(place)
    seen.days[own] = max(entry.date, seen.days.get(own, entry.date))
    if "rl-voids" in entry.meta:
        seen.voids[str(entry.meta["rl-voids"])].add(own)
    number = entry.meta.get("rl-number")
    if number and "rl-voids" not in entry.meta:
        seen.numbers[str(number)].setdefault(stem_of(own) if f"rl-{AMENDS}" in entry.meta else own, place)
    voucher = entry.meta.get("rl-voucher")
    if voucher and "rl-voids" not in entry.meta:
        seen.vouchers[str(voucher)].setdefault(own, place)
    text = entry.meta.get("rl-event")
    if text is None:
        return
    try:
        found = parse_canonical(str(text)).id
    except Refused:
        found = "-"
    if found != own:
        yield Finding("event-not-its-id", place, {"event": own, "is_now": found, "file": name}, event=own)


def _doubles(seen: _Seen) -> Iterator[Finding]:
    """Yield batches, steps and document numbers that stand twice; what a doubled batch holds is not said again."""
    copies: set[str] = set()
    for files in seen.digests.values():
        if len(files) > 1:
            copies.update(files[1:])
            yield Finding("batch-doubled", Span(files[1], 1), {"count": len(files), "files": files})
    for (event, *_), places in seen.steps.items():
        left = [place for place in places if place.file not in copies]
        if len(left) - len(seen.voids.get(event, ())) > 1:
            values: dict[str, Any] = {"id": event, "count": len(left), "places": _places(left)}
            copy = {"batch": PurePath(left[-1].file).stem, "date": seen.days[event]}
            yield Finding("posted-twice", left[1], values | copy, event=event)
    standing = {
        voucher: {event: place for event, place in events.items() if event not in seen.voids}
        for voucher, events in seen.vouchers.items()
    }
    for number, events in (*seen.numbers.items(), *standing.items()):
        if len(events) > 1:
            (first, _), (second, place), *_rest = events.items()
            yield Finding("number-used-twice", place, {"number": number, "other": first}, event=second)


def _places(spans: Iterable[Span]) -> list[str]:
    return [f"{span.file}:{span.line}" for span in spans]
