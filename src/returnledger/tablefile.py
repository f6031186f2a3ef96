"""Reads tables of events: one row per item, columns are field names, rows with one id are one event.

    kind,ref,id,date,sku,qty
    return,SO-1001,R-1,2026-11-02,MUG-BLUE,1
    return,SO-1001,R-1,2026-11-02,KETTLE,2

An empty cell is a field that was not written. Lists are divided by semicolons; `meta.department` and `source.id` are
columns of their own. Each cell keeps its line and column.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from returnledger.events.fields import MAX_TEXT, Form
from returnledger.events.models import ITEM_FIELDS, MODELS, Source
from returnledger.events.suggest import suggestion
from returnledger.findings import Finding, Span
from returnledger.yamlfile import MAX_FINDINGS, Node

Row = dict[str, Node]

MAX_COLUMNS: Final = 500

_LISTS: Final = frozenset(("evidence", "tags", "allow", "approved_by"))
_PARTS: Final = ("meta", "source")
_FIELDS: Final = tuple(
    dict.fromkeys(
        ("kind", "ref", *(name for model in MODELS.values() for name in model.model_fields), *sorted(ITEM_FIELDS))
    )
)
_COLUMNS: Final = (
    *(name for name in _FIELDS if name not in _PARTS),
    *(f"source.{name}" for name in Source.model_fields),
)


def read_table(text: str, file: str) -> tuple[list[Node], list[Finding]]:
    """Return one map per event of the table `text`, as YAML would give it, and what is to be said about its form."""
    findings: list[Finding] = []
    rows = _cells(text, file, findings)
    head = next(rows, None)
    if head is None:
        return [], findings
    if len(head) > MAX_COLUMNS:
        return [], [Finding("row-too-long", head[0].span, {"cells": len(head), "columns": MAX_COLUMNS})]
    columns = _columns(head, findings)
    headed = not findings
    events = []
    groups = _groups(rows, columns, findings)
    faulty = {finding.span.line for finding in findings if finding.span}
    for group in groups:
        before = len(findings)
        event = _event(group, findings)
        lines = {cell.line for row, _ in group for cell in row.values()}
        event.sound = headed and len(findings) == before and not lines & faulty
        events.append(event)
    return events, findings


def _cells(text: str, file: str, findings: list[Finding]) -> Iterator[list[Node]]:
    """Yield the cells of each row that is not empty; a row that can't be read ends the table."""
    for row, raw, number in rows_of(text, file, findings):
        yield located(row, raw, file, number)


def rows_of(text: str, file: str, findings: list[Finding]) -> Iterator[tuple[list[str], str, int]]:
    """Yield each row that is not empty as its cells, the text they were read from, and the line it begins at.

    A row that can't be read ends the table and is a finding.
    """
    consumed: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            consumed.append(line)
            yield line

    first = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(lines(), delimiter=delimiter, strict=True)
    number = 1
    while True:
        consumed.clear()
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            span = Span(file, number)
            too_long = Finding("text-too-long", span, {"key": "cell", "length": f">{MAX_TEXT}", "limit": MAX_TEXT})
            findings.append(too_long if "limit" in str(error) else Finding("table-unread", span))
            return
        if any(cell.strip() for cell in row):
            yield row, "".join(consumed), number
        number += len(consumed)


def located(row: list[str], raw: str, file: str, line: int) -> list[Node]:
    """Return the cells of `row` with their places in `raw`, the text they were read from, which begins at `line`."""
    cells = []
    column = start = 0
    for cell in row:
        quoted = raw.startswith('"', start)
        width = len(cell) + 2 + cell.count('"') if quoted else len(cell)
        breaks = cell.count("\n") + cell.count("\r") - cell.count("\r\n")
        cells.append(Node("scalar", file, line, column + 1, 0 if breaks else column + width + 1, cell, False))
        start += width + 1
        line += breaks
        # After a line break in a cell the columns count from the last line of the cell.
        column = start - 1 - max(raw.rfind("\n", 0, start), raw.rfind("\r", 0, start)) if breaks else column + width + 1
    return cells


def _columns(head: list[Node], findings: list[Finding]) -> list[Node | None]:
    """Return the name of each column, empty for those without one, None for those not read, which are findings."""
    columns: list[Node | None] = []
    seen: set[str] = set()
    for cell in head:
        name = cell.text.strip()
        key = Node("scalar", cell.file, cell.line, cell.column, cell.end_column, name, False)
        if name in seen:
            findings.append(Finding("column-twice", key.span, {"key": name}))
        elif len(findings) <= MAX_FINDINGS and name and name not in _COLUMNS and not name.startswith("meta."):
            values = {"key": name, "place": Form.TABLE, **suggestion(name, _COLUMNS)}
            findings.append(Finding("key-unknown", key.span, values))
        columns.append(key if not name or name in _COLUMNS or name.startswith("meta.") else None)
        seen.update((name,) if name else ())
    for name in ("kind", "ref"):
        if name not in seen:
            findings.append(Finding("column-missing", head[0].span, {"key": name}))
    return columns if {"kind", "ref"} <= seen else []


def _groups(
    rows: Iterator[list[Node]], columns: list[Node | None], findings: list[Finding]
) -> list[list[tuple[Row, list[Node]]]]:
    """Return the rows, with their keys, of each event: those of one id together, each without id by itself."""
    groups: dict[str | int, list[tuple[Row, list[Node]]]] = {}
    unnamed: set[int] = set()
    for position, cells in enumerate(rows if columns else ()):
        row: Row = {}
        keys = []
        for index, cell in enumerate(cells):
            if not cell.text.strip():
                continue
            if index >= len(columns):
                findings.append(Finding("row-too-long", cell.span, {"cells": len(cells), "columns": len(columns)}))
                break
            key = columns[index]
            if key is not None and key.text:
                row[key.text] = cell
                keys.append(key)
            elif key is not None and index not in unnamed:
                unnamed.add(index)
                findings.append(Finding("column-unnamed", cell.span, {"column": index + 1}))
        if row:
            groups.setdefault(row["id"].text.strip() if "id" in row else position, []).append((row, keys))
    return list(groups.values())


def _event(group: list[tuple[Row, list[Node]]], findings: list[Finding]) -> Node:
    """Return the map of one event, with an item for each of several rows."""
    first = group[0][0]
    named = {key.text: key for _, keys in group for key in keys}
    place = next(iter(first.values()))
    if len(group) == 1:
        return _map(place, {name: _value(name, cell) for name, cell in first.items()}, named)
    whole: Row = {}
    items = []
    for row, _ in group:
        item = {name: _value(name, cell) for name, cell in row.items() if name in ITEM_FIELDS}
        for name, cell in row.items():
            if name in ITEM_FIELDS:
                continue
            known = whole.setdefault(name, cell)
            if known.text.strip() != cell.text.strip():
                values = {"key": name, "text": cell.text, "first": known.text, "line": known.line}
                findings.append(Finding("rows-disagree", cell.span, {**values, "id": first["id"].text.strip()}))
        start = next(iter(row.values()))
        if item:
            items.append(_map(start, item, named))
        else:
            findings.append(
                Finding("row-without-item", start.span, {"id": first["id"].text.strip(), "line": place.line})
            )
    fields = {name: _value(name, cell) for name, cell in whole.items()}
    fields["items"] = Node("list", place.file, place.line, place.column, 0, items=tuple(items))
    return _map(place, fields, named)


def _value(name: str, cell: Node) -> Node:
    """Return the value of a cell as YAML would give it: a list where the field is one, else a text."""
    if name == "ref":
        return cell
    place = (cell.file, cell.line, cell.column, cell.end_column)
    if name in _LISTS:
        parts = (part.strip() for part in cell.text.replace("；", ";").split(";"))
        return Node("list", *place, items=tuple(Node("scalar", *place, part, False) for part in parts if part))
    return Node("scalar", *place, cell.text.strip(), False)


def _map(place: Node, fields: Row, named: dict[str, Node]) -> Node:
    """Return a map of `fields`; those of `meta.` and `source.` become maps of their own."""
    entries: list[tuple[Node, Node]] = []
    parts: dict[str, list[tuple[Node, Node]]] = {}
    for name, value in fields.items():
        key = named.get(name, place)
        at = (key.file, key.line, key.column, key.end_column)
        owner, dot, inner = name.partition(".")
        held = parts.setdefault(owner, []) if dot else entries
        held.append((Node("scalar", *at, inner if dot else name, False), value))
    for owner, inside in parts.items():
        first = inside[0][1]
        at = (first.file, first.line, first.column, 0)
        entries.append((Node("scalar", *at, owner), Node("map", *at, entries=tuple(inside))))
    return Node("map", place.file, place.line, place.column, 0, entries=tuple(entries))
