"""The names that are like one which was not found."""

from __future__ import annotations

from collections.abc import Sequence

from returnledger.events.suggest import alike


def nearest(name: str, known: Sequence[str]) -> str:
    """Return the names like `name` as a question in brackets, "" where none is."""
    close = alike(name, known)
    return f" ({', '.join(close)}?)" if close else ""
