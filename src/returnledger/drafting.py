"""Makes an event out of its fields one by one, as the command `new` gets them, and puts it into a file of events.

The event is written as one line and read by the reader of every file of events: what that does not take is a finding
with its place in the line, and nothing is printed or appended.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePath
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel

from returnledger.batch import replace_file
from returnledger.events import KINDS, Event, Evidence
from returnledger.events.canonical import canonical_text, scalar
from returnledger.events.common import Common, Item
from returnledger.events.models import INLINE
from returnledger.eventsfile import read_events
from returnledger.findings import Finding, Phrase, Refused, Span, Template
from returnledger.i18n import N_
from returnledger.needs import Needs
from returnledger.session import Session, open_session
from returnledger.store.period import posted_on
from returnledger.terms import Kind, Method
from returnledger.textfile import SourceText
from returnledger.words import Word

TEMPLATES: dict[str, Template] = {
    "events-not-appended": Template(
        "the event can't be put at the end of {file}: {reason}",
        "write it there by hand: `{event}`",
    ),
}

SHOWN_AS: Final = "event"  # the name under which findings show the line
_MANY: Final = 500  # names that are offered
# What an event of a kind says nothing without, beside its date; where it can be left out it is not here.
ESSENTIAL: Final[Mapping[str, tuple[str, ...]]] = {"allowance": ("amount",), "amend": ("set",)}
# What is asked first of events that are about goods.
_OF_GOODS: Final = ("sku", "qty", "reason", "condition")
# What is asked first of the steps of a case: who sends goods on has said before why they came back.
_OF_STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "receive": ("sku", "qty"),
    "inspect": ("sku", "qty", "condition", "disposition"),
    "credit_note": ("sku", "qty", "red_invoice"),
    "dispose": ("sku", "qty", "condition", "disposition", "stage"),
    "put_away": ("sku", "qty"),
    "refurbish": ("sku", "qty", "refurbishing_cost", "paid_from", "result"),
    "supplier_return": ("sku", "qty", "supplier", "expect", "tax"),
}
_NOT_ASKED: Final = frozenset(("id", "source", "items"))

How = Literal["one", "many", "pairs", "maps"]


@dataclass(frozen=True, slots=True)
class FieldOfKind:
    """One field that an event of a kind can have: how it is given, what it takes, what it means."""

    name: str
    how: How  # once; several times; as key=value, several times; as a map `sku: MUG, qty: 2`, several times
    takes: str  # NUMBER, YYYY-MM-DD, CODE, TEXT
    description: str
    words: tuple[Word, ...] = ()  # the codes it takes
    essential: bool = False
    early: bool = False  # asked before the others


@dataclass(frozen=True)
class Draft:
    """An event made of fields: None where something is wrong with them."""

    event: Event | None
    line: str
    findings: tuple[Finding, ...] = ()
    sources: Mapping[str, SourceText] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The event as one line of YAML, in its canonical form."""
        return canonical_text(self.event.canonical) if self.event else ""

    @property
    def json(self) -> str:
        """The event as one line of JSON."""
        if self.event is None:
            return ""
        head, reference = next(iter(self.event.canonical.items()))
        rest = {name: value for name, value in self.event.canonical.items() if name != head}
        return json.dumps({"kind": head, "ref": reference, **rest}, ensure_ascii=False)


def fields_of(kind: Kind) -> tuple[FieldOfKind, ...]:
    """Return the fields that an event of a kind can have, those first that are asked first."""
    about = KINDS[kind]
    infos = dict(about.model.model_fields)
    if about.items:
        infos = {**{name: info for name, info in Item.model_fields.items() if name in INLINE}, **infos}
    essential = ("date", *ESSENTIAL.get(kind.value, ()))
    of_goods = _OF_STEPS.get(kind.value, _OF_GOODS) if about.items else ()
    early = (*essential, *of_goods, *(n for n in infos if n not in Common.model_fields))
    found = []
    for name in dict.fromkeys((*early, *infos)):
        if name not in infos:
            continue
        info = infos[name]
        words = _words(info.annotation) or _words(info.metadata)
        words = tuple(Method) if name == "method" else words
        first = name in essential or name in of_goods
        found.append(
            FieldOfKind(
                name,
                _how(info.annotation),
                _takes(info.annotation, words),
                info.description or "",
                words,
                name in essential or info.is_required(),
                first or (not about.items and name not in Common.model_fields),
            )
        )
    if about.items:
        found.append(FieldOfKind("items", "maps", "MAP", N_("Several items, each with fields of its own.")))
    return tuple(found)


def _parts(annotation: Any) -> Iterable[Any]:
    """Yield every type that an annotation is made of."""
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)


def _words(annotation: Any) -> tuple[Word, ...]:
    for part in _parts(annotation):
        if isinstance(part, type) and issubclass(part, Word):
            return tuple(part)
    return ()


def _how(annotation: Any) -> How:
    held = [part for part in _types(annotation) if issubclass(part, BaseModel) and part is not Evidence]
    if any(get_origin(part) is tuple for part in _parts(annotation)):
        return "maps" if held else "many"  # of a paper its path alone is enough
    return "pairs" if held or any(get_origin(part) is dict for part in _parts(annotation)) else "one"


def _takes(annotation: Any, words: Sequence[Word]) -> str:
    every = set(_types(annotation))
    if words:
        return "CODE"
    if date in every:
        return "YYYY-MM-DD"
    return "NUMBER" if any(part.__name__ == "Decimal" for part in every) else "TEXT"


def _types(annotation: Any) -> Iterable[type]:
    return (part for part in _parts(annotation) if isinstance(part, type))


def draft(kind: Kind, reference: str, given: Mapping[str, Sequence[str]]) -> Draft:
    """Return the event that a kind, a reference and fields make; each field with its values as they were typed."""
    known = {each.name: each for each in fields_of(kind)}
    parts = [f"{kind.value}: {_text(reference)}"]
    parts += [f"{name}: {_value(known[name].how, values)}" for name, values in given.items() if values]
    line = f"- {{{', '.join(parts)}}}\n"
    events, findings, source = read_events(line.encode(), SHOWN_AS, kind="yaml")
    sources = {SHOWN_AS: source}
    event = events[0] if len(events) == 1 else None
    place = Span(SHOWN_AS, 1, 3)
    if reference.strip() and not given.get("date"):
        findings.append(Finding("date-missing", place, {"kind": kind, "reference": reference}))
    said = {str(finding.values.get("key", "")) for finding in findings}
    for each in known.values():
        if each.essential and each.name != "date" and not given.get(each.name) and each.name not in said:
            example = "{qty: 1}" if each.how == "pairs" else "..."
            findings.append(Finding("key-missing", place, {"key": each.name, "place": kind, "example": example}))
    return Draft(None if findings else event, line, tuple(findings), sources)


def _text(value: str) -> str:
    return scalar(value) if value.strip() else "''" if value else "~"


def _value(how: How, values: Sequence[str]) -> str:
    """Return the values of a field as YAML; a map or list in braces or brackets stays as it was typed."""
    if how == "pairs":
        pairs = [value.partition("=") for value in values]
        if len(values) == 1 and values[0].startswith("{"):
            return values[0]
        inner = (f"{_text(name.strip())}: {text if text[:1] in ('[', '{') else _text(text)}" for name, _, text in pairs)
        return "{" + ", ".join(inner) + "}"
    if how == "maps":
        return "[" + ", ".join(value if value.startswith("{") else f"{{{value}}}" for value in values) + "]"
    if how == "many":
        return "[" + ", ".join(value if value.startswith("{") else _text(value) for value in values) + "]"
    return _text(values[-1])


def append(file: Path, made: Draft) -> int:
    """Put the event at the end of a file of events, which may not exist yet; return the line on which it stands.

    Raises Refused, with the file as it was, where the file can't be read, or where what is written after its last line
    would not be one event more.
    """
    assert made.event is not None
    try:
        before = file.read_bytes().decode("utf-8") if file.exists() else ""
    except (OSError, ValueError) as error:
        raise _refused(file, made, Phrase("{why}", {"why": getattr(error, "strerror", None) or str(error)})) from error
    gap = "" if not before or before.endswith("\n") else "\n"
    ending = PurePath(file).suffix.lower()
    if ending in (".csv", ".tsv"):
        raise _refused(file, made, Phrase("it is a table, and has columns of its own"))
    if ending in (".jsonl", ".ndjson"):
        forms = [f"{made.json}\n"]
    else:
        forms = [f"{' ' * indent}- {made.text}\n" for indent in (0, 2, 4, 6, 8)]
    known, wrong, _ = read_events(before.encode(), file.name) if before.strip() else ([], [], None)
    for form in forms:
        whole = before + gap + form
        events, findings, _ = read_events(whole.encode(), file.name)
        last = events[-1] if events else None
        one_more = last is not None and (last.kind, last.reference) == (made.event.kind, made.event.reference)
        if len(findings) == len(wrong) and len(events) == len(known) + 1 and one_more:
            replace_file(file, whole.encode())
            return whole.count("\n")
    raise _refused(file, made, Phrase("its last line is not the end of a list of events, one a line"))


def _refused(file: Path, made: Draft, reason: Phrase) -> Refused:
    values = {"file": file.as_posix(), "reason": reason, "event": f"- {made.text}"}
    return Refused([Finding("events-not-appended", Span(file.as_posix(), 1), values)], 2)


def known_names(kind: Kind, *, settings: Path | None = None) -> tuple[str, ...]:
    """Return what an event of a kind can be about in the books, the latest first; nothing where they can't be read.

    Of cases those come first that wait for just this step, then those that are open.
    """
    try:
        session = open_session(settings)
        names = KINDS[kind].names
        cases = _cases(session, kind) if names in ("case", "either") else []
        events = posted_on(session.store.source, None, None)[::-1] if names == "event" else ()
        sold = session.store.pick("sales", ["date", "order"]) if names in ("order", "either") else ()
        orders = [str(order) for _day, order in sorted(sold, reverse=True)]
        first, then = (orders, cases) if kind is Kind.RETURN else (cases, orders)
        return tuple(dict.fromkeys((*first, *then, *events)))[:_MANY]
    except (Refused, OSError, sqlite3.Error):
        return ()


def _cases(session: Session, kind: Kind) -> list[str]:
    """Return the cases that stand, in the order in which a step of a kind is likely to be about them."""
    wanted = session.store.pick("cases", ["case", "status", "next_step"])
    rows = [(str(case), status, step) for case, status, step in wanted if status != "void"][::-1]
    return [case for case, *_ in sorted(rows, key=lambda row: (row[2] != kind.value, row[1] != "open"))]


def known_skus(kind: Kind, reference: str, *, settings: Path | None = None) -> tuple[str, ...]:
    """Return the SKUs of the order that an event is about, by itself or by its case; nothing where there is none."""
    try:
        return _skus(open_session(settings), kind, reference)
    except (Refused, OSError, sqlite3.Error):
        return ()


def _skus(session: Session, kind: Kind, reference: str) -> tuple[str, ...]:
    wanted = frozenset({reference})
    books = session.gather_needs(Needs(orders=wanted, events=frozenset() if KINDS[kind].names == "order" else wanted))
    orders = set(books.names.get(reference, ())) | {entry.order for entry in books.by_case.get(reference, ())}
    lines = [line for order in sorted(orders) if order in books.sales for line in books.sales[order].lines]
    return tuple(dict.fromkeys(line.sku for line in lines if line.sku))
