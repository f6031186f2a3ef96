"""One line of a user's file, shown with its number and carets below the part that matters.

Chinese characters are two cells wide on a terminal, so carets are placed by cells and not by characters. What stands
in a file is data: control characters in it are shown as `�` and never reach the terminal.
"""

from __future__ import annotations

from returnledger.findings import Span

_TAB = 4


def clean(text: str, *, tabs: bool = False) -> str:
    """Return `text` with every control or direction character replaced by `�`, and line breaks and tabs by spaces.

    With `tabs` a tab is kept, for a caller that expands it.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_clean_character(character, tabs) for character in text)


def _clean_character(character: str, tabs: bool) -> str:
    if character == "\t" and tabs:
        return character
    if character in "\t\n\r":
        return " "
    if character.isprintable() or character == "\u3000" or character == "\xa0":
        return character
    return "\ufffd"


def excerpt(line: str, span: Span, width: int = 80, colour: str | None = None) -> list[str]:
    """Return two lines: the user's own with its number, and carets below what `span` marks, placed by terminal cells.

    Nothing is wider than `width` cells; `colour` is that of the carets, None for plain text.
    """
    from rich.cells import cell_len

    start = min(max(span.column - 1, 0), len(line))
    end = max(min(span.end_column - 1, len(line)), start + 1)
    gutter = f"{span.line:>3} | "
    before, marked, after = (_expand(part) for part in (line[:start], line[start:end], line[end:]))
    before, marked, after = _cut(before, marked, after, width - len(gutter))
    caret = paint("^" * max(cell_len(marked), 1), colour)
    frame = "blue" if colour else None
    blank = " " * (len(gutter) - 2) + "| "
    return [
        paint(gutter, frame) + before + marked + after.rstrip(),
        paint(blank, frame) + " " * cell_len(before) + caret,
    ]


def _expand(part: str) -> str:
    return clean(part, tabs=True).replace("\t", " " * _TAB)


def _cut(before: str, marked: str, after: str, room: int) -> tuple[str, str, str]:
    """Return the three parts of a line cut to `room` cells around the marked one, with `…` where text is left out."""
    from rich.cells import cell_len

    if cell_len(before + marked + after) <= room:
        return before, marked, after
    marked = _head(marked, room - 10)
    left = max((room - cell_len(marked)) // 2, room - cell_len(marked) - cell_len(after))
    before = _tail(before, left)
    return before, marked, _head(after, room - cell_len(before) - cell_len(marked))


def _head(text: str, room: int) -> str:
    from rich.cells import cell_len, set_cell_size

    return text if cell_len(text) <= room else set_cell_size(text, max(room - 1, 0)) + "…"


def _tail(text: str, room: int) -> str:
    from rich.cells import cell_len

    if cell_len(text) <= room:
        return text
    while text and cell_len(text) > room - 1:
        text = text[max(1, (cell_len(text) - room) // 2) :]
    return "…" + text


def paint(text: str, colour: str | None) -> str:
    """Return `text` in `colour` for a terminal, or as it is for None."""
    if colour is None:
        return text
    import typer

    return typer.style(text, fg=colour, bold=colour != "blue")
