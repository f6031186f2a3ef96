"""Reads YAML as it stands: every value is text, nothing is repeated, merged, typed or executed.

PyYAML's usual loaders turn 0123 into 83, NO into false, 12:30 into 750 and 19.90 into a float, keep the last of two
equal keys, and can be made to eat all memory by a file of 800 bytes. Here PyYAML's C parser only says which brackets,
keys and texts follow each other, one at a time, so that a hostile file is left as soon as it shows itself. What can't be
read is a finding with the line and the column, in our words.

    >>> documents, findings = read_yaml(b"- {return: SO-1001, qty: 010}", "events.yaml")
    >>> documents[0].data()
    [{'return': 'SO-1001', 'qty': '010'}]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from yaml import CBaseLoader
from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from returnledger.findings import Finding, Span
from returnledger.textfile import decode, forbidden, gc_paused
from returnledger.yamlerrors import explain

__all__ = ["MAX_DEPTH", "MAX_FINDINGS", "MAX_VALUES", "Node", "decode", "read_text", "read_yaml"]

MAX_DEPTH: Final = 12
MAX_VALUES: Final = 4_000_000
MAX_FINDINGS: Final = 1000

_NULL: Final = frozenset(("", "~", "null", "Null", "NULL"))


@dataclass(slots=True, eq=False)
class Node:
    """A value of a file: a text, a list of values, or a map of keys and values, with its place. Never changed.

    `plain` is True for a text without quotes. `sound` is False for a map in which something could not be read. Lines and columns count characters from 1; `end_column` is 0 where the
    value ends on a later line.
    """

    kind: Literal["map", "list", "scalar"]
    file: str
    line: int
    column: int
    end_column: int
    text: str = ""
    plain: bool = True
    items: tuple[Node, ...] = ()
    entries: tuple[tuple[Node, Node], ...] = ()
    sound: bool = True

    @property
    def span(self) -> Span:
        """Return the place of the value as written."""
        return Span(self.file, self.line, self.column, self.end_column)

    @property
    def null(self) -> bool:
        """Return True for no value at all: nothing, `~` or `null` without quotes."""
        return self.kind == "scalar" and self.plain and self.text in _NULL

    def get(self, key: str) -> Node | None:
        """Return the value of `key`, or None where this is no map or has no such key."""
        for name, value in self.entries:
            if name.text == key:
                return value
        return None

    def data(self) -> Any:
        """Return the value as nested dict, list and str."""
        if self.kind == "scalar":
            return self.text
        if self.kind == "list":
            return [item.data() for item in self.items]
        return {key.text: value.data() for key, value in self.entries}

    def find(self, *path: str | int) -> Node | None:
        """Return the value at `path` (keys and positions from 0), or None."""
        node: Node | None = self
        for step in path:
            if node is None:
                return None
            if isinstance(step, int):
                node = node.items[step] if 0 <= step < len(node.items) else None
            else:
                node = node.get(step)
        return node

    def at(self, *path: str | int) -> Span:
        """Return the place of the value at `path`, else of the deepest value on the way to it."""
        node = self
        for step in path:
            found = node.find(step)
            if found is None:
                break
            node = found
        return node.span

    def key_at(self, *path: str | int) -> Span:
        """Return the place of the key that `path` ends in, else what `at` returns."""
        owner = self.find(*path[:-1]) if path else None
        for key, _ in owner.entries if owner else ():
            if key.text == path[-1]:
                return key.span
        return self.at(*path)


def read_yaml(raw: bytes, file: str) -> tuple[list[Node], list[Finding]]:
    """Return one value per YAML document of `raw`, and what is to be said about its form.

    Documents with nothing in them are left out. After a fault of syntax the documents before it are returned.
    """
    text, findings = decode(raw, file)
    if text is None:
        return [], findings
    documents, more = read_text(text, file)
    return documents, findings + more


def read_text(text: str, file: str, indent: int = 0) -> tuple[list[Node], list[Finding]]:
    """Do what `read_yaml` does, for text that has been decoded and holds no forbidden character.

    `indent` is how many columns were put before each line that the user does not have.
    """
    with gc_paused():
        return _Reader(text, file, indent).read()


class _Left(Exception):
    """Reading of this file ends here; what is to be said has been said."""


class _Reader:
    """One pass over one file: takes the parser's events one by one and builds the values."""

    def __init__(self, text: str, file: str, indent: int) -> None:
        self.text = text
        self.file = file
        # Marks count from 0, columns from 1.
        self.first = 1 - indent
        self.findings: list[Finding] = []
        self.left = MAX_VALUES
        self.next: Callable[[], Any] = CBaseLoader(text).get_event

    def read(self) -> tuple[list[Node], list[Finding]]:
        documents: list[Node] = []
        try:
            while (event := self.next()).__class__ is not StreamEndEvent:
                if event.__class__ is DocumentStartEvent:
                    if event.version or event.tags:
                        self.say("directive-used", self.span(event))
                    node = self.value(self.next(), 1)
                    if not node.null:
                        documents.append(node)
        except _Left:
            pass
        except MarkedYAMLError as error:
            self.findings.append(explain(error, self.text, self.file, self.first))
        except YAMLError:
            self.findings.append(Finding("yaml-unread", Span(self.file, 1)))
        return documents, self.findings

    def say(self, code: str, span: Span, **values: object) -> None:
        """Note a finding; leave the file when there are too many."""
        if len(self.findings) >= MAX_FINDINGS:
            self.findings.append(Finding("too-many-findings", span, {"limit": MAX_FINDINGS}))
            raise _Left
        self.findings.append(Finding(code, span, values))

    def span(self, event: Any) -> Span:
        """Return the place of what `event` begins."""
        start, end = event.start_mark, event.end_mark
        end_column = end.column + self.first if end.line == start.line else 0
        return Span(self.file, start.line + 1, start.column + self.first, end_column)

    def value(self, event: Any, depth: int) -> Node:
        """Return the value that begins with `event`, at nesting `depth`."""
        self.left -= 1
        if self.left < 0:
            self.say("too-many-values", self.span(event), limit=MAX_VALUES)
            raise _Left
        kind = event.__class__
        if kind is AliasEvent:
            span = self.span(event)
            self.say("alias-used", span, name=event.anchor)
            return Node("scalar", span.file, span.line, span.column, span.end_column, f"*{event.anchor}")
        if event.anchor is not None or event.tag is not None:
            self.properties(event)
        if kind is ScalarEvent:
            return self.scalar(event)
        if depth > MAX_DEPTH:
            self.say("too-deep", self.span(event), depth=depth, limit=MAX_DEPTH)
            raise _Left
        return self.mapping(event, depth) if kind is MappingStartEvent else self.sequence(event, depth)

    def properties(self, event: Any) -> None:
        """Say that anchors and tags are not read."""
        if event.anchor is not None:
            self.say("anchor-used", self.span(event), name=event.anchor)
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.say("tag-used", self.span(event), tag=tag)

    def scalar(self, event: Any) -> Node:
        start, end, style = event.start_mark, event.end_mark, event.style
        line = start.line
        node = Node(
            "scalar",
            self.file,
            line + 1,
            start.column + self.first,
            end.column + self.first if end.line == line else 0,
            event.value,
            not style,
        )
        # Only double quotes have escapes, by which a character that the file doesn't hold comes into the text.
        if style == '"':
            for code, character, _ in forbidden(event.value):
                self.say(code, node.span, character=character)
                break
        return node

    def sequence(self, event: Any, depth: int) -> Node:
        items: list[Node] = []
        following = self.next
        while (inner := following()).__class__ is not SequenceEndEvent:
            items.append(self.value(inner, depth + 1))
        return self.close(event, inner, "list", items=tuple(items))

    def mapping(self, event: Any, depth: int) -> Node:
        entries: list[tuple[Node, Node]] = []
        seen: dict[str, int] = {}
        before = len(self.findings)
        following = self.next
        while (inner := following()).__class__ is not MappingEndEvent:
            key = self.value(inner, depth + 1)
            value = self.value(following(), depth + 1)
            text = key.text
            if key.kind != "scalar":
                self.say("key-not-text", key.span)
            elif key.plain and (not text or text == "<<" or "：" in text or (":" in text and value.null)):
                self.key_unreadable(key)
            elif text in seen:
                self.say("repeated-key", key.span, key=text, line=seen[text])
            else:
                seen[text] = key.line
                entries.append((key, value))
        node = self.close(event, inner, "map", entries=tuple(entries))
        node.sound = len(self.findings) == before
        return node

    def key_unreadable(self, key: Node) -> None:
        """Say why a plain text can't be a key."""
        if not key.text:
            self.say("key-empty", key.span)
        elif key.text == "<<":
            self.say("merge-key", key.span)
        elif "：" in key.text:
            self.say("full-width-colon", key.span, key=key.text.partition("：")[0].rstrip())
        else:
            name, _, rest = key.text.partition(":")
            self.say("colon-without-space", key.span, text=key.text, example=f"{name}: {rest}")

    def close(
        self,
        first: Any,
        last: Any,
        kind: Literal["map", "list"],
        items: tuple[Node, ...] = (),
        entries: tuple[tuple[Node, Node], ...] = (),
    ) -> Node:
        """Return the list or map from its first and last event."""
        start, end = first.start_mark, last.end_mark
        end_column = end.column + self.first if end.line == start.line else 0
        return Node(
            kind, self.file, start.line + 1, max(start.column + self.first, 1), end_column, "", True, items, entries
        )
