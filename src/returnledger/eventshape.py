"""Puts one event as it was written, with the defaults of its file, into its final shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from returnledger.eventfields import EVERY, Fields, items_of, known_only, of_event
from returnledger.events import Body, Event, Item
from returnledger.events.canonical import canonical_of
from returnledger.events.fields import line_of, reference_of
from returnledger.events.identity import derived_id, digest_of
from returnledger.events.models import KINDS, MODELS
from returnledger.events.suggest import suggestion
from returnledger.findings import Finding, Span
from returnledger.shape import fields_node, plain_data, refusals
from returnledger.terms import DECIDING, Kind
from returnledger.yamlfile import MAX_FINDINGS, Node

MAX_PARTS: Final = 1000  # no list or map of an event has more values
MAX_COUNTS: Final = 50_000  # a stocktake counts every SKU of a place, each with a few values

_SPELLINGS: Final = {spelling: kind for kind in Kind for spelling in (kind.value, kind.zh, *kind.aliases)}


class Places(Mapping[tuple[str | int, ...], Span]):
    """Where each value of an event stands, by the keys and positions that lead to it."""

    __slots__ = ("_nodes",)

    def __init__(self, nodes: Mapping[tuple[str | int, ...], Node]) -> None:
        """Hold the values by the keys and positions that lead to them."""
        self._nodes = nodes

    def __getitem__(self, path: tuple[str | int, ...]) -> Span:
        return self._nodes[path].span

    def __iter__(self) -> Iterator[tuple[str | int, ...]]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)


def one_by_one(node: Node) -> Iterator[Node]:
    """Yield an event that decides on several cases as one event each: `approve: [R-1, R-2]`; any other as it is.

    An id of its own gets the number of each: `A-1`, `A-2`.
    """
    listed = next((v for key, v in node.entries if _SPELLINGS.get(key.text) in DECIDING and v.kind == "list"), None)
    if listed is None or not listed.items:
        yield node
        return
    for n, one in enumerate(listed.items, start=1):
        entries = tuple(
            (key, one if value is listed else replace(value, text=f"{value.text}-{n}") if key.text == "id" else value)
            for key, value in node.entries
        )
        yield replace(node, entries=entries)


def event_of(node: Node, defaults: Mapping[str, Node], file: str, findings: list[Finding]) -> Event | None:
    """Return the event that the map `node` writes, or None after adding what is to be said of it to `findings`."""
    before = len(findings)
    fields: Fields = {}
    kind: Kind | None = None
    reference = node
    for key, value in node.entries:
        word = _SPELLINGS.get(key.text)
        if word is None:
            fields[key.text] = value
        elif kind is not None:
            findings.append(Finding("kind-twice", key.span, {"first": kind.value, "second": word.value}))
        else:
            kind, reference = word, value
    if kind is None:
        found = _tabular(node, fields, findings)
        if found is None:
            return None
        kind, reference = found
    known_only(node, kind, fields, findings)
    text = _reference(kind, reference, fields, findings)
    items = items_of(kind, fields, defaults, findings)
    if len(findings) > before:
        _say_more(kind, fields, items, reference, findings)
        return None
    body = _shaped(MODELS[kind], of_event(kind, fields), reference, kind, findings)
    shaped = [_shaped(KINDS[kind].item, item, reference, kind, findings) for item in items]
    if len(findings) > before or body is None:
        return None
    goods = tuple(item for item in shaped if isinstance(item, Item))
    return _event(kind, text, body, goods, file, reference, _places(kind, reference, fields, items))


def _tabular(node: Node, fields: Fields, findings: list[Finding]) -> tuple[Kind, Node] | None:
    """Return kind and reference of the form with the keys `kind` and `ref`, or say that there is no kind."""
    kind, reference = fields.pop("kind", None), fields.pop("ref", None)
    known = list(Kind)
    if kind is None:
        first = node.entries[0][0] if node.entries else node
        if first.text and first.text not in EVERY and first.text != "ref":
            values = {"text": first.text, **suggestion(first.text, _SPELLINGS), "known": known}
            findings.append(Finding("kind-unknown", first.span, values))
        else:
            findings.append(
                Finding("kind-missing", node.span, {"known": known, "nearest": "return", "example": "SO-1001"})
            )
        return None
    word = _SPELLINGS.get(kind.text.strip())
    if word is None:
        values = {"text": kind.text, **suggestion(kind.text, _SPELLINGS), "known": known}
        findings.append(Finding("kind-unknown", kind.span, values))
        return None
    if reference is None:
        reference = Node("scalar", kind.file, kind.line, kind.column, kind.end_column)
    return word, reference


def _reference(kind: Kind, node: Node, fields: Fields, findings: list[Finding]) -> str:
    """Return the text of the reference; of a void that names a batch the batch becomes a field."""
    missing = Finding("reference-missing", node.span, {"kind": kind.value, "example": KINDS[kind].example})
    if kind is Kind.VOID and node.kind == "map":
        for key, _ in node.entries:
            if key.text not in ("id", "batch") and len(findings) <= MAX_FINDINGS:
                values = {"key": key.text, "place": kind, "nearest": "batch", "known": ["id", "batch"]}
                findings.append(Finding("key-unknown", key.span, values))
        if (batch := node.get("batch")) is not None:
            fields["batch"] = batch
        node = node.get("id") or Node("scalar", node.file, node.line, node.column, 0)
    if node.null:
        findings.append(missing)
        return ""
    try:
        return reference_of(node.text if node.kind == "scalar" else node.data())
    except PydanticCustomError as error:
        code = error.type if error.type != "text-empty" else ""
        values = {"key": kind.value, **(error.context or {})}
        findings.append(Finding(code, node.span, values) if code else missing)
        return ""


def _shaped(
    model: type[BaseModel], fields: Fields, place: Node, kind: Kind, findings: list[Finding]
) -> BaseModel | None:
    """Return `fields` as `model`, or None after saying what does not fit."""
    data: dict[str, Any] = {}
    for name, node in fields.items():
        if node.kind == "scalar":
            if node.null:
                findings.append(Finding("value-missing", node.span, {"key": name}))
            else:
                data[name] = node.text
        elif _holds_more_than(node, most := MAX_COUNTS if name == "counts" else MAX_PARTS):
            findings.append(Finding("too-many-values", node.span, {"limit": most}))
        else:
            data[name], missing = plain_data(node, name)
            findings += missing
    try:
        return model.model_validate(data)
    except ValidationError as error:
        findings += refusals(error, model, fields_node(fields, place), kind)
        return None


def _holds_more_than(node: Node, most: int) -> bool:
    """Return True if there are more than `most` values in a list or map."""
    waiting = [node]
    while waiting and most >= 0:
        inner = waiting.pop()
        most -= len(inner.items) + len(inner.entries)
        waiting += [*inner.items, *(value for _, value in inner.entries)]
    return most < 0


def _say_more(kind: Kind, fields: Fields, items: list[Fields], place: Node, findings: list[Finding]) -> None:
    """Add what is to be said of the values of an event that is refused for its form, so that all is said at once."""
    _shaped(MODELS[kind], of_event(kind, fields), place, kind, findings)
    for item in items:
        _shaped(KINDS[kind].item, item, place, kind, findings)


def _places(kind: Kind, reference: Node, fields: Fields, items: list[Fields]) -> Places:
    nodes: dict[tuple[str | int, ...], Node] = {(name,): node for name, node in fields.items()}
    nodes |= {(name, key.text): value for name, node in fields.items() for key, value in node.entries}
    nodes[(kind.value,)] = reference
    for index, item in enumerate(items):
        for name, node in item.items():
            nodes[("items", index, name)] = node
            nodes.setdefault(("items", index), node)
    return Places(nodes)


def _event(
    kind: Kind, reference: str, body: Any, items: tuple[Item, ...], file: str, place: Node, places: Places
) -> Event:
    """Return the event with its canonical form and identity."""
    said: Body = body
    canonical = canonical_of(kind, reference, said, items)
    digest = digest_of(canonical)
    source = said.source
    given = said.id
    if given is None and source is not None and source.system and source.id:
        given = line_of(f"{source.system}-{source.id}")
    return Event(
        kind=kind,
        reference=reference,
        body=said,
        items=items,
        canonical=canonical,
        id=given or derived_id(kind, said.date, digest),
        digest=digest,
        given_id=given is not None,
        file=(source.file if source else None) or file,
        place=place.span,
        places=places,
    )
