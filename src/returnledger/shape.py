"""Puts what a file holds into the shape of a model, and says at which line and column it does not fit.

pydantic finds what does not fit; its words are never shown. Each of its errors becomes one of our codes, at the value or
key that is meant, with the nearest key that is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from returnledger.events.fields import Form, form_of
from returnledger.events.suggest import suggestion
from returnledger.findings import Finding, Phrase, Span
from returnledger.words import Word
from returnledger.yamlfile import MAX_FINDINGS, Node

M = TypeVar("M", bound=BaseModel)
Path = tuple[str | int, ...]

_TYPES: Final = {
    "model_type": "map-expected",
    "model_attributes_type": "map-expected",
    "dict_type": "map-expected",
    "mapping_type": "map-expected",
    "list_type": "list-expected",
    "tuple_type": "list-expected",
    "set_type": "list-expected",
    "frozen_set_type": "list-expected",
    "string_type": "text-expected",
}
_QUOTED: Final = re.compile(r"'([^']*)'")


def shape(model: type[M], node: Node, place: str = "") -> tuple[M | None, list[Finding]]:
    """Return `node` as a `model`, or None with what does not fit; `place` is what the top of the file is called."""
    data, findings = plain_data(node, place)
    if data is None and place:
        return None, findings
    try:
        shaped = model.model_validate(data)
    except ValidationError as error:
        return None, findings + refusals(error, model, node, place or Form.FILE)
    return (None if findings else shaped), findings


def plain_data(node: Node, key: str = "") -> tuple[Any, list[Finding]]:
    """Return `node` as dict, list and str without the keys that have no value, and a finding for each of those.

    `key` is what `node` itself is the value of.
    """
    findings: list[Finding] = []
    return _data(node, key, findings), findings


def _data(node: Node, key: str, findings: list[Finding]) -> Any:
    if node.kind == "scalar":
        if node.null:
            findings.append(Finding("value-missing", node.span, {"key": key}))
            return None
        return node.text
    if node.kind == "list":
        return [_data(item, key, findings) for item in node.items]
    held = ((name, _data(value, name.text, findings)) for name, value in node.entries)
    return {name.text: value for name, value in held if value is not None}


def refusals(error: ValidationError, model: type[BaseModel], node: Node, place: str | Word) -> list[Finding]:
    """Return a finding for each thing in `node` that `model` refused with `error`, at its place."""
    entries = error.errors(include_url=False)[:MAX_FINDINGS]
    located = [(*locate(node, entry["loc"]), entry) for entry in entries]
    findings = []
    seen = set()
    for path, choice, entry in _one_of_each_choice(located):
        # A key without a value has been named already; that it is missing is no second fault.
        if entry["type"] == "missing" and choice is None:
            continue
        finding = _finding(path, entry, model, node, place)
        if (finding.code, finding.span) not in seen:
            findings.append(finding)
            seen.add((finding.code, finding.span))
    return findings


def locate(node: Node, loc: Sequence[str | int]) -> tuple[Path, int | None]:
    """Return the keys and positions of `loc` that are in the file, and how many there were when another part came.

    pydantic puts the names of the choices that it tried between them.
    """
    path: list[str | int] = []
    choice: int | None = None
    here: Node | None = node
    for part in loc:
        inner = here.find(part) if here is not None else None
        if inner is not None:
            path.append(part)
            here = inner
        elif choice is None:
            choice = len(path)
    return tuple(path), choice


def _one_of_each_choice(located: Iterable[tuple[Path, int | None, Any]]) -> list[tuple[Path, int | None, Any]]:
    """Return the errors, and of a value that several choices refused only those of the choice that came furthest."""
    kept: list[tuple[Path, int | None, Any]] = []
    best: dict[Path, tuple[int, int, str | int]] = {}
    tried: list[tuple[Path, int | None, Any, Path, tuple[int, int, str | int]]] = []
    for path, choice, entry in located:
        loc = entry["loc"]
        final = entry["type"] in ("missing", "extra_forbidden") and choice == len(loc) - 1
        if choice is None or final:
            kept.append((path, choice, entry))
            continue
        start, tag = path[:choice], loc[choice]
        key = loc[choice + 1] if tag == "[key]" and choice + 1 < len(loc) else tag
        rank = (len(path), 0 if entry["type"] in ("literal_error", *_TYPES) else 1, key)
        if start not in best or rank[:2] > best[start][:2]:
            best[start] = rank
        tried.append((path, choice, entry, start, rank))
    kept += [(path, choice, entry) for path, choice, entry, start, rank in tried if rank[2] == best[start][2]]
    return kept


def _finding(path: Path, entry: Any, model: type[BaseModel], node: Node, place: str | Word) -> Finding:
    """Return the finding for one error of pydantic."""
    kind, loc = entry["type"], entry["loc"]
    found = entry["input"]
    if kind == "extra_forbidden":
        known = known_keys(owners(model, loc[:-1]))
        key = str(loc[-1])
        values = {"key": key, "place": _place(path[:-1], place), **suggestion(key, known)}
        return Finding("key-unknown", node.key_at(*path), values)
    if kind == "missing":
        key = str(loc[-1])
        example = example_of(owners(model, loc[:-1]), key)
        return Finding("key-missing", node.at(*path), {"key": key, "place": _place(path, place), "example": example})
    names = [part for part in path if isinstance(part, str)]
    is_key = "[key]" in loc
    values = {"key": names[-2] if is_key and len(names) > 1 else names[-1] if names else "", **(entry.get("ctx") or {})}
    span = node.key_at(*path) if is_key else node.at(*path)
    if kind in _TYPES and _TYPES[kind] != "text-expected":
        item = not is_key and bool(path) and isinstance(path[-1], int)
        return misformed(
            _TYPES[kind], span, form_of(found), str(values["key"]), item=item, first=known_keys([model])[0]
        )
    if kind in _TYPES or (kind in ("literal_error", "enum") and not isinstance(found, str)):
        return Finding("text-expected", span, {"key": values["key"], "found": form_of(found)})
    if kind in ("literal_error", "enum"):
        known = _QUOTED.findall(str(values.get("expected", "")))
        values = {"key": values["key"], "text": found[:100], **suggestion(found, known)}
        return Finding("word-unknown", span, values)
    if "-" in kind:
        return Finding(kind, span, values)
    return Finding("value-unread", span, {"key": values["key"], "text": str(found)[:100]})


def misformed(code: str, span: Span, found: Form, key: str = "", *, item: bool = False, first: str = "") -> Finding:
    """Return the finding for a value of another form than its key takes: what holds it, and how it is written.

    `item` is for one of a list of values; without a `key` it is the whole file, whose first key would be `first`.
    """
    subject = Phrase("an item of `{key}`" if item else "`{key}`", {"key": key}) if key else Form.FILE
    before = f"{first}: " if not key else "- " if item else f"{key}: "
    return Finding(
        code, span, {"subject": subject, "before": before, "form": "{...: ...}" if key else "...", "found": found}
    )


def _place(path: Path, place: str | Word) -> str | Word:
    """Return what the mapping at `path` is called: its keys joined by dots, or `place` for the top of the file."""
    return ".".join(str(part) for part in path if isinstance(part, str)) or place


def owners(model: type[BaseModel], loc: Sequence[str | int]) -> list[type[BaseModel]]:
    """Return the models that can stand at `loc` of `model`."""
    known = [model]
    for part in loc:
        named = [owner for owner in known if owner.__name__ == part]
        inner = [
            found
            for owner in known
            for name, field in owner.model_fields.items()
            if part in (field.alias or name, name)
            for found in models_in(field.annotation)
        ]
        known = named or inner or known
    return known


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """Return every model that a type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in models_in(part)]


def known_keys(models: Iterable[type[BaseModel]]) -> list[str]:
    """Return the keys of `models` as files write them, each once."""
    return list(dict.fromkeys(field.alias or name for model in models for name, field in model.model_fields.items()))


def example_of(models: Iterable[type[BaseModel]], key: str) -> str:
    """Return the example of a key, as a file has it; `...` for a key that has none."""
    for model in models:
        for name, field in model.model_fields.items():
            if key in (field.alias or name, name) and field.examples:
                return str(field.examples[0])
    return "..."


def fields_node(fields: Mapping[str, Node], place: Node) -> Node:
    """Return a map of `fields` that were gathered from several places, standing where `place` stands."""
    entries = tuple(
        (Node("scalar", value.file, value.line, value.column, value.end_column, name), value)
        for name, value in fields.items()
    )
    return Node("map", place.file, place.line, place.column, place.end_column, entries=entries)
