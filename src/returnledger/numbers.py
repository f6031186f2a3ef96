"""Numbers of documents that must run in series: the next one follows from the ledger and the settings' pattern."""

from __future__ import annotations

import re
from datetime import date

from returnledger.books import Books, series_of
from returnledger.decision import Document
from returnledger.events import Event
from returnledger.settings import Settings
from returnledger.terms import Kind

__all__ = ["next_number", "series_of"]


def next_number(event: Event, day: date, document: Document, settings: Settings, books: Books, ahead: int = 0) -> str:
    """Return the number of the credit note of an event posted on a day: the one it gives, else the next of the series.

    `ahead` counts the numbers that this event has taken already. Empty where nothing is credited.
    """
    given = getattr(event.body, "number", None)
    if given:
        return str(given) if not ahead else ""
    pattern = settings.numbering.credit_note
    if event.kind not in (Kind.RETURN, Kind.ALLOWANCE, Kind.CREDIT_NOTE) or not document.gross:
        return ""
    head, found, tail = pattern.partition("{seq")
    names = {"series": settings.series, "year": f"{day.year:04}", "month": f"{day.month:02}"}
    prefix = _fill(head, names)
    width, _, rest = tail.partition("}")
    last = books.sequences.get(prefix, 0)
    digits = re.sub(r"\D", "", width)
    return f"{prefix}{last + 1 + ahead:0{int(digits or 1)}d}{_fill(rest, names)}" if found else prefix


def _fill(text: str, names: dict[str, str]) -> str:
    for name, value in names.items():
        text = text.replace("{" + name + "}", value)
    return text
