"""Plain text for the terminal: wrapped and padded by cells, since a Chinese character takes two."""

from __future__ import annotations

from unicodedata import combining, east_asian_width


def cells(text: str) -> int:
    """Return how many terminal cells `text` takes."""
    if text.isascii():
        return len(text)
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Return `text` filled with spaces to `width` cells, the text to the left, or to the `right` for numbers."""
    space = " " * max(0, width - cells(text))
    return space + text if right else text + space


def wrap(text: str, width: int) -> list[str]:
    """Return `text` in lines of at most `width` cells: broken at spaces, and between Chinese characters."""
    lines = [""]
    for piece in _pieces(text):
        line = lines[-1]
        if line and cells(line + piece.rstrip()) > width:
            lines[-1] = line.rstrip()
            lines.append(piece.lstrip())
        else:
            lines[-1] = line + piece
    return [line.rstrip() for line in lines]


def _pieces(text: str) -> list[str]:
    """Return the parts of `text` between which a line may break; Chinese punctuation stays with what it follows."""
    pieces = [""]
    for character in text:
        wide = _cells(character) == 2
        closing = character in "，。；：！？、）》」』”"
        opening = pieces[-1][-1:] in ("（", "《", "「", "『", "“")
        after_wide = bool(pieces[-1]) and _cells(pieces[-1][-1]) == 2
        if pieces[-1] and not closing and not opening and (wide or after_wide or pieces[-1].endswith(" ")):
            pieces.append(character)
        else:
            pieces[-1] += character
    return pieces
