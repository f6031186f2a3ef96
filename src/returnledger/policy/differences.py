"""What two versions of a policy say differently: keys and rows added, removed, changed, renamed or moved.

What is compared is what the files mean: comments, layout, the order of keys, and another spelling of the same word or
number change nothing. The order of the rows of a table counts, since the first row that holds decides.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from returnledger.findings import Span
from returnledger.policy.conditions import Condition
from returnledger.policy.prepare import TABLES, Policy

Change = Literal["added", "removed", "changed", "renamed", "moved"]

# Head keys that every new version changes: said first, and no difference in what is decided.
HEAD = ("policy", "version", "valid_from")
CONDITIONS = ("unless", "applies")  # keys outside tables of rows that hold a condition


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two versions say differently.

    `table` is the key at the top of the file, `row` the id or key of what changed in it, `key` what of that row
    changed, empty for the whole row. `old` and `new` are the values as the model has them, a condition for `when`; of a
    row that moved the ids of the rows it stood and stands after. `whole` is the row itself, the new one where there is
    one.
    """

    change: Change
    table: str
    row: str = ""
    key: str = ""
    old: Any = None
    new: Any = None
    whole: Any = None
    old_place: Span | None = None
    new_place: Span | None = None
    asks: Condition | None = None  # when a row that came or went holds


@dataclass(frozen=True, slots=True)
class _Side:
    """One row of one version: what it says key by key, and where."""

    says: Any
    parts: Mapping[str, Any]
    place: Span | None


def differences(old: Policy, new: Policy) -> tuple[Difference, ...]:
    """Return what `new` says otherwise than `old`, in the order of the keys of a policy."""
    if old.digest == new.digest:
        return ()
    found: list[Difference] = []
    for key in type(new.says).model_fields:
        before, after = getattr(old.says, key), getattr(new.says, key)
        name = _alias(new.says, key)
        if key in TABLES:
            found += _rows(name, _prepared(old, key), _prepared(new, key))
        elif name in CONDITIONS:
            found += _value(name, "", _as_read(name, before, old), _as_read(name, after, new), old, new, (name,))
        else:
            found += _value(name, "", before, after, old, new, (name,))
    return tuple(found)


def _alias(model: BaseModel, key: str) -> str:
    return type(model).model_fields[key].alias or key


def _value(
    table: str, row: str, before: Any, after: Any, old: Policy, new: Policy, path: tuple[str | int, ...]
) -> Iterator[Difference]:
    """Yield the differences of one key: part by part where it has parts, row by row where it is a table of rows."""
    if before == after and type(before) is type(after):
        return
    name = ".".join(filter(None, (table, row)))
    if _is_rows(before) and _is_rows(after):
        if name in new.tables:  # rows whose conditions were read, such as window.cases
            yield from _rows(name, _prepared(old, name), _prepared(new, name))
            return
        yield from _rows(name, _sides(before, old, path), _sides(after, new, path))
        return
    if isinstance(before, BaseModel) and isinstance(after, BaseModel):
        for key in type(after).model_fields:
            alias = _alias(after, key)
            yield from _part(table, alias, getattr(before, key, None), getattr(after, key), old, new, (*path, alias))
        return
    tables = [value for value in (before, after) if isinstance(value, Mapping)]
    if None in (before, after) or not tables:
        change: Change = "added" if before is None else "removed" if after is None else "changed"
        was, now = (None if isinstance(value, Mapping) else value for value in (before, after))
        places = None if before is None else old.place(*path), None if after is None else new.place(*path)
        whole, asks = (after, new.unless) if before is None else (before, old.unless)
        yield Difference(
            change, table, row, "", was, now, whole, *places, asks if table == "one_step" and not row else None
        )
    if tables:
        sides = _keyed(before or {}, old, path), _keyed(after or {}, new, path)
        yield from _rows(name, *sides, ordered=False)


def _part(
    table: str, name: str, before: Any, after: Any, old: Policy, new: Policy, path: tuple[str | int, ...]
) -> Iterator[Difference]:
    """Yield the differences of one key of a key: a row by itself, such as the default window, part by part."""
    if isinstance(before, BaseModel) and isinstance(after, BaseModel):
        sides = _Side(before, _parts(before), old.place(*path)), _Side(after, _parts(after), new.place(*path))
        yield from _changed(table, name, *sides)
        return
    if name in CONDITIONS:
        before, after = _as_read(name, before, old), _as_read(name, after, new)
    yield from _value(table, name, before, after, old, new, path)


def _as_read(key: str, value: Any, policy: Policy) -> Any:
    """Return a condition that stands outside tables of rows as it was read; else the value itself."""
    return None if value is None else getattr(policy, key, value)


def _is_rows(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(v, BaseModel) for v in value)


def _prepared(policy: Policy, table: str) -> dict[str, _Side]:
    """Return the rows of a table by id, their conditions as read."""
    return {
        row.says.id: _Side(row.says, _parts(row.says) | {"when": row.asks}, row.place) for row in policy.tables[table]
    }


def _sides(rows: Sequence[BaseModel], policy: Policy, path: tuple[str | int, ...]) -> dict[str, _Side]:
    found = {}
    for n, row in enumerate(rows):
        name = str(getattr(row, "id", None) or getattr(row, "name", None) or n + 1)
        found[name] = _Side(row, _parts(row), policy.place(*path, n))
    return found


def _keyed(table: Mapping[Any, Any], policy: Policy, path: tuple[str | int, ...]) -> dict[str, _Side]:
    found = {}
    for key, value in table.items():
        text = str(getattr(key, "value", key))
        parts = _parts(value) if isinstance(value, BaseModel) else {"": value}
        found[text] = _Side(value, parts, policy.place(*path, text))
    return found


def _parts(row: BaseModel) -> dict[str, Any]:
    return {_alias(row, key): getattr(row, key) for key in type(row).model_fields if key not in ("id", "name")}


def _rows(
    table: str, before: Mapping[str, _Side], after: Mapping[str, _Side], ordered: bool = True
) -> Iterator[Difference]:
    """Yield the rows that went, came, changed and moved: by the new order, those that went at the place they left."""
    gone = [name for name in before if name not in after]
    come = [name for name in after if name not in before]
    renamed: dict[str, str] = {}
    if ordered:
        alike: dict[str, list[str]] = {}
        for name in reversed(gone):
            alike.setdefault(repr(before[name].parts), []).append(name)
        for name in come:
            if same := alike.get(repr(after[name].parts)):
                renamed[name] = same.pop()
    went_on = set(renamed.values())
    for name in gone:
        if name not in went_on:
            side = before[name]
            asks = side.parts.get("when")
            yield Difference("removed", table, name, old=side.says, whole=side.says, old_place=side.place, asks=asks)
    known = [renamed.get(name, name) for name in after if name in before or name in renamed]
    moved = _moved(list(before), known) if ordered else set()
    stood, stands = _above(before), _above(after)
    for name, side in after.items():
        was = renamed.get(name, name)
        if was not in before:
            asks = side.parts.get("when")
            yield Difference("added", table, name, new=side.says, whole=side.says, new_place=side.place, asks=asks)
            continue
        if name in renamed:
            yield Difference("renamed", table, name, "", was, name, side.says, before[was].place, side.place)
        yield from _changed(table, name, before[was], side)
        if was in moved:
            places = before[was].place, side.place
            yield Difference("moved", table, name, "", stood.get(was), stands.get(name), side.says, *places)


# Keys that say one thing together, by table: what is said of them is one difference, under the first of them.
TOGETHER: dict[str, tuple[tuple[str, ...], ...]] = {
    "fees": (("percent", "amount", "of"),),
    "refunds": (("within_days", "counted_from"),),
    "window": (("days", "from", "unit"),),
    "advances": (("retain_percent", "retain_max"),),
}


def _changed(table: str, name: str, before: _Side, after: _Side) -> Iterator[Difference]:
    done: set[str] = set()
    for keys in TOGETHER.get(table.partition(".")[0], ()):
        was, now = ({key: side.parts[key] for key in keys if key in side.parts} for side in (before, after))
        if was and now:
            done.update(keys)
            if was != now:
                yield Difference("changed", table, name, keys[0], was, now, after.says, before.place, after.place)
    for key in dict.fromkeys((*after.parts, *before.parts)):
        if key in done:
            continue
        pair = before.parts.get(key), after.parts.get(key)
        if pair[0] != pair[1] or type(pair[0]) is not type(pair[1]):
            yield Difference("changed", table, name, key, *pair, after.says, before.place, after.place)


def _above(rows: Mapping[str, _Side]) -> dict[str, str]:
    """Return for each row the one that stands above it; empty for the first."""
    names = list(rows)
    return dict(zip(names, ["", *names]))


def _moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """Return as few rows as possible that, taken away, leave the others in their old order."""
    position = {name: n for n, name in enumerate(before)}
    ends: list[int] = []  # positions that end the longest rising run of each length
    last: list[int] = []  # index into `after` of each
    back: list[int] = []
    for n, name in enumerate(after):
        at = bisect_left(ends, position[name])
        back.append(last[at - 1] if at else -1)
        ends[at : at + 1] = [position[name]]
        last[at : at + 1] = [n]
    kept: set[str] = set()
    n = last[-1] if last else -1
    while n >= 0:
        kept.add(after[n])
        n = back[n]
    return set(after) - kept
