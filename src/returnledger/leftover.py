"""What is left of a file that does not fit its model, so that all that is wrong in it is said at once.

Where a key must be there and is missing or refused, its example stands in for it; all else that the model refuses is
taken out. What is left serves to find more slips, and for nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from returnledger.findings import Finding, Span
from returnledger.shape import Path, example_of, locate, owners, plain_data
from returnledger.yamlfile import Node, read_text

M = TypeVar("M", bound=BaseModel)
_ROUNDS: Final = 8  # what was taken out may leave a map without a key that it needs, and so on
_LOOKED_AT: Final = 500  # more slips than anybody mends at once: of a table with more of them nothing is left


def remainder(model: type[M], node: Node) -> tuple[M | None, Node, frozenset[str], frozenset[Span]]:
    """Return what is left of a map once all that `model` refuses is taken out, so that more can be said of the rest.

    Where a key must be there and is missing or refused, its example stands in for it. With it come the map that is left,
    its keys in which something was taken out, and the places of all that stands beside what was. None where the top of
    the file is no map, or too much is wrong.
    """
    touched: set[str] = set()
    beside: set[Span] = set()
    for _ in range(_ROUNDS):
        data, empty = plain_data(node)
        touched.update(name.text for name, value in node.entries if any(_covers(value, found) for found in empty))
        try:
            return model.model_validate(data), node, frozenset(touched), frozenset(beside)
        except ValidationError as error:
            entries = error.errors(include_url=False)
        gone: set[Path] = set()
        filled: dict[Path, dict[str, Node]] = {}
        around: set[Path] = set()
        gone.update(entry["loc"][:1] for entry in entries[_LOOKED_AT:])
        for entry in entries[:_LOOKED_AT]:
            path, choice = locate(node, entry["loc"])
            lacks = entry["type"] == "missing" and choice == len(entry["loc"]) - 1
            stands_in = _stand_in(model, entry["loc"], node.find(*path)) if lacks else None
            if stands_in is None:
                gone.add(path)
            else:
                filled.setdefault(path, {})[str(entry["loc"][-1])] = stands_in
            around.add(path[:-1] if stands_in is None else path)
        touched.update(str(part) for entry in entries for part in entry["loc"][:1])
        for path in around - {()}:
            beside.update(_spans(node.find(*path)))
        if () in gone:
            break
        node = _without(_with(node, filled), gone)
    return None, node, frozenset(touched), frozenset(beside)


def _stand_in(model: type[BaseModel], loc: Sequence[str | int], beside: Node | None) -> Node | None:
    """Return the example of a key that must be there, standing where the map stands that lacks it; None without one."""
    read = _read_example(example_of(owners(model, loc[:-1]), str(loc[-1])))
    return None if beside is None or read is None else _placed(read, beside)


@lru_cache(maxsize=256)
def _read_example(example: str) -> Node | None:
    """Return an example as a file has it; None for what is no value."""
    read, _ = read_text(f"- {example}\n", "") if example != "..." else ([], [])
    return read[0].items[0] if read and read[0].items else None


def _placed(node: Node, place: Node) -> Node:
    """Return a value as if all of it stood at `place`."""
    items = tuple(_placed(item, place) for item in node.items)
    entries = tuple((_placed(name, place), _placed(value, place)) for name, value in node.entries)
    where = {"file": place.file, "line": place.line, "column": place.column, "end_column": place.end_column}
    return replace(node, items=items, entries=entries, **where)  # type: ignore[arg-type]


def _with(node: Node, filled: Mapping[Path, Mapping[str, Node]]) -> Node:
    """Return a value with keys added to its maps, by their paths."""
    own = filled.get((), {})
    below: dict[str | int, dict[Path, Mapping[str, Node]]] = {}
    for path, keys in filled.items():
        if path:
            below.setdefault(path[0], {})[path[1:]] = keys
    items = tuple(_with(item, below[i]) if i in below else item for i, item in enumerate(node.items))
    entries = [(n, _with(value, below[n.text]) if n.text in below else value) for n, value in node.entries]
    entries += [(Node("scalar", v.file, v.line, v.column, v.end_column, key), v) for key, v in own.items()]
    return replace(node, items=items, entries=tuple(entries))


def _spans(node: Node | None) -> Iterator[Span]:
    """Yield the places of a value and of all that it holds."""
    if node is not None:
        yield node.span
        for name, value in node.entries:
            yield name.span
            yield from _spans(value)
        for item in node.items:
            yield from _spans(item)


def _covers(node: Node, finding: Finding) -> bool:
    """Return whether a finding stands in a value or below it."""
    inner = (*node.items, *(value for _, value in node.entries))
    return finding.span == node.span or any(_covers(each, finding) for each in inner)


def _without(node: Node, paths: Collection[Path]) -> Node:
    """Return a value without what stands at `paths`."""
    gone = {path[0] for path in paths if len(path) == 1}
    below: dict[str | int, list[Path]] = {}
    for path in paths:
        if len(path) > 1:
            below.setdefault(path[0], []).append(path[1:])
    items = tuple(
        _without(item, below[i]) if i in below else item for i, item in enumerate(node.items) if i not in gone
    )
    entries = tuple(
        (name, _without(value, below[name.text]) if name.text in below else value)
        for name, value in node.entries
        if name.text not in gone
    )
    return replace(node, items=items, entries=entries)
