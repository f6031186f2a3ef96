"""The names that are like one which was not found."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches


def nearest(name: str, known: Sequence[str]) -> str:
    """Return the names like `name` as a question in brackets, "" where none is."""
    close = get_close_matches(name, known, n=3, cutoff=0.6)
    return f" ({', '.join(close)}?)" if close else ""
