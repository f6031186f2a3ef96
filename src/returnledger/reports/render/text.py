"""Reports for a terminal: as wide as it is, Chinese characters counted as two cells, no digit ever cut off."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len, chop_cells

from returnledger.reports.render.cells import (
    above,
    below,
    currency_of,
    for_people,
    heading,
    labelled,
    more,
    only_currency,
    said,
    shown,
)
from returnledger.reports.table import N_, RIGHT_ALIGNED, Column, Report, Table, Translate

_HEADING = 4  # cells that a heading keeps together
_WORD = 8  # cells of a text that stay together even where it may break
_NARROWEST = 12  # cells to which a column of text may shrink even where that breaks a word
# What stays together on a line: up to a blank or mark, where the hyphens of a date are no mark; a Chinese character with
# the punctuation that belongs to it.
_CHINESE = "\u2e80-\u3000\u3003-\u9fff"
_PIECES = re.compile(rf"[（《“]*[{_CHINESE}][，。；：、）》”]*|(?:[^ :/._{_CHINESE}-]|-(?=[0-9]))+[ :/._-]?|[ :/._-]")


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
    columns = [(i, column) for i, column in for_people(table) if not column.heads and not column.below]
    under = [(i, column) for i, column in for_people(table) if column.below]
    heads = [(i, column) for i, column in for_people(table) if column.heads]
    out: list[tuple[int, Column]] = []
    while True:
        page = _Page(table, columns, tr, language, width)
        spare = [(rank, at) for at, (i, column) in enumerate(columns) if (rank := _spare(table, i, column))]
        if page.cells <= width or not spare:
            break
        out.append(columns.pop(max(spare)[1]))
    yield from page.lines(page.named)
    yield page.rule
    last = ""
    for (row, left_out), cells in zip(table.shown(), page.body):
        head = " · ".join(shown(row[i], column, "", language) for i, column in heads)
        if head != last:
            yield from _fold(head, width)
            last = head
        yield from page.lines(cells)
        said_below = [shown(row[i], column, "", language) for i, column in under if row[i] is not None]
        if said_below:
            yield from (f"  {line}" for line in _fold(" · ".join(said_below), max(2, width - 2)))
        if left_out:
            yield said(more(left_out), tr)
    if not page.body:
        yield tr(N_("nothing to show"))
    if page.totals and page.body:
        yield page.rule
        for row, cells in zip(table.totals, page.totals):
            head = " · ".join(shown(row[i], column, "", language) for i, column in heads if row[i] is not None)
            yield from _fold(head, width) if head else ()
            yield from page.lines(cells)
    if out:
        named = [tr(column.heading) for _, column in sorted(out, key=lambda each: each[0])]
        yield tr(N_("(no room for: {columns})")).format(columns=("、" if language == "zh" else ", ").join(named))


def _spare(table: Table, i: int, column: Column) -> int:
    """Return how readily a column is left out, nil for never: a column of text in which no row has anything as any other."""
    blank = bool(table.rows) and column.type not in RIGHT_ALIGNED and all(row[i] is None for row in table.rows)
    return column.spare or int(blank)


class _Page:
    """The cells of a table as texts, and the widths at which they fit a terminal."""

    def __init__(
        self, table: Table, columns: list[tuple[int, Column]], tr: Translate, language: str, width: int
    ) -> None:
        currency = only_currency(table)
        self.kinds = [column for _, column in columns]
        self.named = [heading(column, tr, currency) for column in self.kinds]
        self.body = [
            [shown(row[i], column, own, language) for i, column in columns]
            for row, _ in table.shown()
            for own in (currency_of(table, row),)
        ]
        self.totals = [
            [
                shown(row[i], column, currency_of(table, row), language) if row[i] is not None else ""
                for i, column in columns
            ]
            for row in table.totals
        ]
        for cells in self.totals:
            cells[0] = cells[0] or tr(N_("total"))
        self.widths, self.gap = _fit(self.kinds, self.named, self.body + self.totals, width)
        self.cells = sum(self.widths) + len(self.gap) * (len(self.widths) - 1)
        self.rule = "-" * self.cells

    def lines(self, cells: list[str]) -> Iterator[str]:
        """Yield the lines of one row."""
        return _lines(cells, self.kinds, self.widths, self.gap)


def _fit(columns: list[Column], named: list[str], rows: list[list[str]], width: int) -> tuple[list[int], str]:
    """Return the width of each column and the gap: text shrinks, widest first, headings of numbers break at blanks."""
    needed = [max((cell_len(row[i]) for row in rows), default=0) for i in range(len(columns))]
    least = [max(_longest_piece([name]), min(cell_len(name), _HEADING)) for name in named]
    full = [max(need, cell_len(name)) for need, name in zip(needed, named)]
    unbroken = [max(need, word) for need, word in zip(needed, least)]
    # Headings break first, then the gap narrows, and only then does text break.
    for floors in (unbroken, _floors(columns, needed, least, rows)):
        for gap in ("  ", " "):
            widths = _shrink(full, floors, width - len(gap) * (len(columns) - 1))
            if sum(widths) + len(gap) * (len(columns) - 1) <= width:
                return widths, gap
    return widths, gap


def _shrink(widths: list[int], floors: list[int], room: int) -> list[int]:
    """Return `widths` with the widest made narrower, one cell at a time, until they fit or stand on their floors."""
    widths = list(widths)
    while sum(widths) > room:
        at = max(range(len(widths)), key=lambda i: (widths[i] > floors[i], widths[i]))
        if widths[at] <= floors[at]:
            break
        widths[at] -= 1
    return widths


def _floors(columns: list[Column], needed: list[int], least: list[int], rows: list[list[str]]) -> list[int]:
    """Return how narrow each column may become: numbers and dates not at all, text to its longest piece."""
    return [
        max(needed[i], least[i])
        if column.type in RIGHT_ALIGNED or column.type == "date"
        else min(_NARROWEST, max(least[i], _longest_piece([row[i] for row in rows]), min(needed[i], _WORD)))
        for i, column in enumerate(columns)
    ]


def _longest_piece(texts: list[str]) -> int:
    return max((cell_len(piece) for text in texts for piece in _PIECES.findall(text)), default=1)


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
    """Break `text` into lines of at most `width` cells, after a blank or mark where there is one."""
    lines = []
    while cell_len(text.rstrip()) > width > 1:
        whole = len(chop_cells(text, width)[0])
        ends = [piece.end() for piece in _PIECES.finditer(text)]
        cut = max((end for end in ends if cell_len(text[:end].rstrip()) <= width), default=whole)
        lines.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*lines, text]


def _paragraph(text: str, width: int) -> list[str]:
    first, *rest = _fold(text, width)
    if not rest:
        return [first]
    return [first, *("  " + line for line in _fold(" ".join(rest), width - 2))]
