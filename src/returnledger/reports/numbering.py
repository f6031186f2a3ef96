"""Numbers of documents in their series: what is missing between the first and the last, and what stands there twice."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from returnledger.reports.table import N_, Phrase

_SERIES = re.compile(r"(.*?)([0-9]+)([^0-9]*)", re.DOTALL)
_MANY = 20


def number_notes(issued: Sequence[str | None], without: int) -> tuple[Phrase, ...]:
    """Say what is missing or double among the numbers that were `issued`, and how many documents are `without` one."""
    numbers = [number for number in issued if number]
    notes = [
        Phrase(N_("number {number} stands on {count} documents"), {"number": number, "count": count})
        for number, count in sorted(Counter(numbers).items())
        if count > 1
    ]
    gaps = missing(numbers)
    if gaps:
        shown = ", ".join(gaps[:_MANY]) + (" …" if len(gaps) > _MANY else "")
        notes.append(Phrase(N_("{count} numbers are missing: {numbers}"), {"count": len(gaps), "numbers": shown}))
    elif numbers:
        notes.append(Phrase(N_("no number is missing")))
    if without:
        notes.append(Phrase(N_("{count} documents have no number"), {"count": without}))
    return tuple(notes)


def missing(numbers: Iterable[str]) -> list[str]:
    """Return the numbers between the first and the last of each series that stand on no document.

    A series is what stays the same around the last digits of a number: `CN-A-2026-0007` is the seventh of `CN-A-2026-`.
    """
    series: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for number in numbers:
        match = _SERIES.fullmatch(number)
        if match:
            series[match[1], match[3]][int(match[2])] = len(match[2])
    gaps = []
    for (before, after), held in sorted(series.items()):
        width = min(held.values())
        taken = sorted(held)
        for low, high in pairwise(taken):
            # A jump in a scanned number must not fill the page: what is counted stays within reason.
            gaps += [f"{before}{number:0{width}}{after}" for number in range(low + 1, min(high, low + 1001))]
    return gaps
