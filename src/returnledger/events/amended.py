"""What an amend changes: the fields of a posted event with their new values, and the event that this makes.

    {amend: R-1, date: 2026-11-05, set: {qty: 1, reason: changed_mind}}

The corrected event is the posted one with these fields in the place of its own, and an id that says of which it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from pydantic import ValidationError

from returnledger.events import Event
from returnledger.events.canonical import canonical_of, written
from returnledger.events.common import Item
from returnledger.events.identity import digest_of
from returnledger.events.models import INLINE, KINDS, OF_BOTH, SHARED
from returnledger.events.suggest import suggestion
from returnledger.findings import Finding, Span
from returnledger.terms import Kind

AMENDS: Final = "amends"  # what an entry tells of an event that was posted again: the id it had before

# Who approved the event, and what they set aside, was said of what it was: the corrected one has what the amend says.
_SIGNED: Final = ("approved_by", "allow")
# What the amend says of itself, it says of the corrected event as well.
_SAID_ANEW: Final = ("by", *_SIGNED, "note", "evidence")
_FORM: Final = re.compile(r"(.+)/([1-9][0-9]{0,5})")


def stem_of(name: str) -> str:
    """Return the id that the first form of an amended event had: `R-1` of `R-1/2`."""
    match = _FORM.fullmatch(name)
    return match[1] if match else name


def next_form(name: str, amended: bool, taken: Collection[str]) -> str:
    """Return the id of the corrected event: R-1/2 of R-1, R-1/3 of R-1/2 where that was `amended` itself."""
    match = _FORM.fullmatch(name) if amended else None
    stem, number = (match[1], int(match[2])) if match else (name, 1)
    while f"{stem}/{number + 1}" in taken:
        number += 1
    return f"{stem}/{number + 1}"


def forms_of(name: str, most: int = 9) -> list[str]:
    """Return ids that the next forms of an event may have, and that others may have taken."""
    match = _FORM.fullmatch(name)
    found = [f"{name}/{number}" for number in range(2, most + 2)]
    if match:
        found += [f"{match[1]}/{int(match[2]) + number}" for number in range(1, most + 1)]
    return found


def corrected(was: Mapping[str, Any], amend: Event, name: str) -> tuple[Event | None, list[Finding]]:
    """Return the event that a posted one becomes, or what of the changes it can't have.

    `was` is the canonical form of the posted event, `name` the id of the corrected one.
    """
    head, reference = next(iter(was.items()))
    kind = next(kind for kind in Kind if kind.value == head)
    changes = dict(amend.canonical.get("set", {}))
    findings = list(_unfit(kind, was, changes, amend))
    if findings:
        return None, findings
    said = {key: value for key, value in was.items() if key not in (head, "id", "source", *_SIGNED)}
    said |= {key: amend.canonical[key] for key in _SAID_ANEW if key in amend.canonical}
    said, items = _with_changes(said, changes)
    try:
        body = KINDS[kind].model.model_validate({"id": name, **said})
        goods = tuple(Item.model_validate(item) for item in items)
    except ValidationError as error:
        return None, list(_refused(error, amend))
    return _event(kind, str(reference), body, goods, amend), []


def digest_again(canonical: Mapping[str, Any]) -> str:
    """Return the digest of a corrected event: of what it says without the id that it got.

    So the same event that somebody mends in its own file as well is seen to be the same.
    """
    return digest_of({key: value for key, value in canonical.items() if key != "id"})


def changes_of(was: Mapping[str, Any], again: Event) -> tuple[tuple[str, str, str], ...]:
    """Return each field in which the corrected event differs from the posted one, with both values as written."""
    now = again.canonical
    names = dict.fromkeys(name for name in (*was, *now) if name not in ("id", "source"))
    return tuple(
        (name, _written(was.get(name)), _written(now.get(name))) for name in names if was.get(name) != now.get(name)
    )


def _written(value: Any) -> str:
    return "" if value is None else written(value)


def _unfit(kind: Kind, was: Mapping[str, Any], changes: Mapping[str, Any], amend: Event) -> Iterable[Finding]:
    """Yield what the event can't have, and what does not say which of its items is meant."""
    known = set(KINDS[kind].model.model_fields) - {"id", "source"}
    known |= INLINE | {"items"} if KINDS[kind].items else set()
    listed = "items" in changes or "items" in was
    for key in changes:
        place = amend.at("set", key)
        if key not in known:
            yield Finding("key-unknown", place, {"key": key, "place": kind, **suggestion(key, sorted(known))})
        elif listed and key in INLINE - SHARED:
            yield Finding("item-beside-items", place, {"key": key})


def _with_changes(said: dict[str, Any], changes: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the fields of the event, and those of each of its items."""
    if "items" in changes:
        said = {key: value for key, value in said.items() if key not in INLINE}
    said = {**said, **changes}
    inline = {key: said.pop(key) for key in list(said) if key in INLINE}
    listed = said.pop("items", None)
    if listed is None:
        return said, [inline] if inline else []
    items = [{**item, **inline} for item in listed]
    if len(items) == 1:  # what one item says, its event says
        said |= {key: items[0].pop(key) for key in sorted(OF_BOTH) if key in items[0]}
    return said, items


def _refused(error: ValidationError, amend: Event) -> Iterable[Finding]:
    """Yield a finding for each value that a field of the event can't have."""
    for entry in error.errors(include_url=False):
        key = str(entry["loc"][0]) if entry["loc"] else ""
        code = entry["type"] if "-" in entry["type"] else "value-unread"
        values = {"key": key, "text": str(entry["input"])[:100], **(entry.get("ctx") or {})}
        yield Finding(code, amend.at("set", key), values)


def _event(kind: Kind, reference: str, body: Any, items: tuple[Item, ...], amend: Event) -> Event:
    canonical = canonical_of(kind, reference, body, items)
    return Event(
        kind=kind,
        reference=reference,
        body=body,
        items=items,
        canonical=canonical,
        id=body.id,
        digest=digest_again(canonical),
        given_id=True,
        file=amend.file,
        place=amend.place,
        places=_places(amend, len(items)),
    )


def _places(amend: Event, count: int) -> dict[tuple[str | int, ...], Span]:
    """Return where the values of the corrected event stand: those that were changed in `set`, those said anew beside it."""
    places: dict[tuple[str | int, ...], Span] = {}
    for path, place in amend.places.items():
        if len(path) == 1 and path[0] in _SAID_ANEW:
            places[path] = place
        elif len(path) == 2 and path[0] == "set":
            places[path[1:]] = place
            places |= {("items", n, path[1]): place for n in range(count)}
    return places
