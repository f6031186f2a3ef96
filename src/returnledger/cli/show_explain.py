"""Shows why an event was decided as it was, or the page of a finding."""

from __future__ import annotations

from difflib import get_close_matches

from returnledger import handbook


def page_of(word: str, lang: str) -> str | None:
    """Return the page of the finding whose code is `word`, or None where it is no code."""
    code = word.replace("_", "-")
    if code not in handbook.codes():
        return None
    return f"{code}\n\n{handbook.section(code, lang)}\n"


def nearest_code(word: str) -> str | None:
    """Return the code most like `word`, or None where none is near."""
    close = get_close_matches(word, handbook.codes(), n=1, cutoff=0.75)
    return close[0] if close else None
