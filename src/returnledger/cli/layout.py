"""Columns of text on a terminal: aligned by cells, headings above, a label beside each value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from returnledger.cli.words import cells, pad, wrap
from returnledger.excerpt import clean
from returnledger.findings import Span
from returnledger.places import seen_from

GAP = "  "
WIDTH = 80


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


def placed(rows: Iterable[Sequence[str]], *, right: Iterable[int] = (), indent: int = 2) -> list[str]:
    """Return `rows`, whose last value is a place, in aligned columns; where the places do not fit they stand below."""
    table = list(rows)
    bodies = columns([row[:-1] for row in table], right=right, indent=indent)
    places = [clean(row[-1]) for row in table]
    lengths = [(cells(body), cells(place)) for body, place in zip(bodies, places, strict=True) if place]
    start = max((body for body, place in lengths if body + len(GAP) + place <= WIDTH), default=0) + len(GAP)
    lines = []
    for body, place in zip(bodies, places, strict=True):
        if not place:
            lines.append(body)
        elif max(start, cells(body) + len(GAP)) + cells(place) <= WIDTH:
            lines.append(pad(body + GAP, start) + place)
        else:
            lines += [body, " " * 2 * indent + place]
    return lines


def paragraph(text: str, indent: int = 2) -> list[str]:
    """Return `text` wrapped to the width of a terminal, its lines indented."""
    return [" " * indent + line for line in wrap(clean(text), WIDTH - indent)]


def place(span: Span | None) -> str:
    """Return file and line of a place; the file as seen from the working folder where it lies below or beside it."""
    if span is None:
        return ""
    file = Path(span.file)
    seen = seen_from(Path.cwd().as_posix(), file.as_posix()) if file.is_absolute() else file.as_posix()
    return f"{seen}:{span.line}"
