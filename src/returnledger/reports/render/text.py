"""Reports for a terminal: as wide as it is, Chinese characters counted as two cells, no digit ever cut off."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len, chop_cells

from returnledger.reports.render.cells import (
    above,
    below,
    clean,
    currency_of,
    for_people,
    heading,
    labelled,
    only_currency,
    said,
    shown,
)
from returnledger.reports.table import N_, RIGHT_ALIGNED, Column, Report, Table, Translate

_NARROWEST = 6  # cells to which a column of text may shrink
_BREAKS = " -:/._"


def to_text(report: Report, tr: Translate, language: str, width: int) -> str:
    """Return `report` in lines of at most `width` cells, as long as its numbers leave room."""
    title = said(report.title, tr)
    lines = [title, "=" * cell_len(title)]
    for label, text in above(report, tr):
        lines += _paragraph(labelled(label, text, tr), width)
    lines += ["", *_table(report.table, tr, language, width)]
    for table in report.parts:
        lines += ["", tr(table.heading), *_table(table, tr, language, width)]
    under = [line for text in below(report, tr) for line in _paragraph(text, width)]
    return "\n".join([*lines, *([""] if under else []), *under]) + "\n"


def _table(table: Table, tr: Translate, language: str, width: int) -> Iterator[str]:
    currency = only_currency(table)
    columns = [(i, column) for i, column in for_people(table) if not column.heads]
    heads = [(i, column) for i, column in for_people(table) if column.heads]
    body = [[shown(row[i], column, currency_of(table, row), language) for i, column in columns] for row in table.rows]
    totals = [
        [
            shown(row[i], column, currency_of(table, row), language) if row[i] is not None else ""
            for i, column in columns
        ]
        for row in table.totals
    ]
    for cells in totals:
        cells[0] = cells[0] or tr(N_("total"))
    named = [heading(column, tr, currency) for _, column in columns]
    widths, gap = _fit([column for _, column in columns], named, body + totals, width)
    kinds = [column for _, column in columns]
    yield from _lines(named, kinds, widths, gap)
    rule = "-" * (sum(widths) + len(gap) * (len(widths) - 1))
    yield rule
    last = ""
    for row, cells in zip(table.rows, body):
        head = " ".join(clean(str(row[i])) for i, _ in heads)
        if head != last:
            yield head
            last = head
        yield from _lines(cells, kinds, widths, gap)
    if not body:
        yield tr(N_("nothing to show"))
    if totals and body:
        yield rule
        for cells in totals:
            yield from _lines(cells, kinds, widths, gap)


def _fit(columns: list[Column], named: list[str], rows: list[list[str]], width: int) -> tuple[list[int], str]:
    """Return the width of each column and the gap: text shrinks, widest first, headings of numbers break at blanks."""
    needed = [max((cell_len(row[i]) for row in rows), default=0) for i in range(len(columns))]
    least = [max(cell_len(word) for word in name.split() or [""]) for name in named]
    full = [max(need, cell_len(name)) for need, name in zip(needed, named)]
    for gap in ("  ", " "):
        spare = width - len(gap) * (len(columns) - 1)
        widths = list(full)
        for floors in ([max(n, least[i]) for i, n in enumerate(needed)], _floors(columns, needed, least)):
            while sum(widths) > spare:
                at = max(range(len(widths)), key=lambda i: (widths[i] - floors[i] > 0, widths[i]))
                if widths[at] <= floors[at]:
                    break
                widths[at] -= 1
        if sum(widths) <= spare:
            break
    return widths, gap


def _floors(columns: list[Column], needed: list[int], least: list[int]) -> list[int]:
    return [
        max(needed[i], least[i])
        if column.type in RIGHT_ALIGNED or column.type == "date"
        else min(_NARROWEST, max(needed[i], least[i]))
        for i, column in enumerate(columns)
    ]


def _lines(cells: list[str], columns: list[Column], widths: list[int], gap: str) -> Iterator[str]:
    folded = [_fold(cell, width) for cell, width in zip(cells, widths)]
    for number in range(max(map(len, folded))):
        parts = [part[number] if number < len(part) else "" for part in folded]
        yield gap.join(
            " " * (width - cell_len(part)) + part
            if column.type in RIGHT_ALIGNED
            else part + " " * (width - cell_len(part))
            for part, column, width in zip(parts, columns, widths)
        ).rstrip()


def _fold(text: str, width: int) -> list[str]:
    """Break `text` into pieces of at most `width` cells, after a blank or mark where there is one."""
    lines = []
    while cell_len(text) > width > 1:
        piece = chop_cells(text, width)[0]
        cut = max(piece.rfind(mark) for mark in _BREAKS) + 1
        if text[len(piece) : len(piece) + 1] == " ":
            cut = len(piece)
        cut = cut if cut > 0 else len(piece)
        lines.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*lines, text]


def _paragraph(text: str, width: int) -> list[str]:
    first, *rest = _fold(text, width)
    if not rest:
        return [first]
    return [first, *("  " + line for line in _fold(" ".join(rest), width - 2))]
