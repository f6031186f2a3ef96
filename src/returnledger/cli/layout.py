"""Columns of text on a terminal: aligned by cells, headings above, a label beside each value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from returnledger.cli.words import cells, pad
from returnledger.excerpt import clean

GAP = "  "


def columns(rows: Iterable[Sequence[str]], *, right: Iterable[int] = (), indent: int = 2) -> list[str]:
    """Return `rows` as lines with aligned columns; those numbered in `right` are aligned to the right.

    Values are data: control characters in them are shown, not obeyed. The last column is not filled up.
    """
    table = [[clean(value) for value in row] for row in rows]
    if not table:
        return []
    widths = [max(cells(row[i]) for row in table if i < len(row)) for i in range(max(map(len, table)))]
    to_the_right = set(right)
    return [
        (" " * indent + GAP.join(pad(v, widths[i], right=i in to_the_right) for i, v in enumerate(row))).rstrip()
        for row in table
    ]


def labelled(pairs: Iterable[tuple[str, str]], indent: int = 0) -> list[str]:
    """Return lines `label  value` with the values aligned; pairs without a value are left out."""
    return columns([pair for pair in pairs if pair[1]], indent=indent)


def section(heading: str, lines: Sequence[str]) -> list[str]:
    """Return `lines` below `heading` after an empty line; nothing where there are no lines."""
    return ["", heading, *lines] if lines else []
