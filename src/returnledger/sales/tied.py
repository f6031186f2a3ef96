"""What tying the amounts of a sale to its lines came to."""

from __future__ import annotations

from dataclasses import dataclass, field

from returnledger.rows import Part
from returnledger.sales.drafts import NO_META, Draft
from returnledger.sales.postings import Posting

Problem = tuple[str, dict[str, str]]


@dataclass
class Tied:
    """What one or several transactions of a sale came to."""

    drafts: list[Draft] = field(default_factory=list)
    shipping: list[Part] = field(default_factory=list)
    rounding: list[Part] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    inferred: list[Problem] = field(default_factory=list)  # what was concluded from the amounts, not read
    unshared: list[Part] = field(default_factory=list)  # money that can\'t be tied to any line


def where_of(posting: Posting) -> str:
    """Return file and line of a posting as one text, for what is said of it."""
    meta = posting.meta or NO_META
    return f"{meta.get('filename', '')}:{meta.get('lineno', 0)}"
