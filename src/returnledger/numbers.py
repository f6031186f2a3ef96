"""Numbers of documents that must run in series: the next one follows from the ledger and the settings' pattern."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date

from beancount.core.data import Transaction

from returnledger.books import Books, series_of
from returnledger.decision import Document
from returnledger.events import Event
from returnledger.rows import OwnDirective
from returnledger.settings import Settings
from returnledger.terms import Kind

__all__ = ["CREDITING", "VOUCHER", "next_number", "series_of", "with_vouchers"]

# Kinds whose entries are credit notes: each gets a number of the series, or keeps the one it gives.
CREDITING = frozenset((Kind.RETURN, Kind.ALLOWANCE, Kind.CREDIT_NOTE))
VOUCHER = "rl-voucher"
_BEFORE = frozenset(("rl-id", "rl-kind", "rl-step", "rl-case", "rl-order", "rl-customer", "rl-number"))


def next_number(event: Event, day: date, document: Document, settings: Settings, books: Books, ahead: int = 0) -> str:
    """Return the number of the credit note of an event posted on a day: the one it gives, else the next of the series.

    `ahead` counts the numbers that this event has taken already. Empty where nothing is credited.
    """
    given = getattr(event.body, "number", None)
    if given:
        return str(given) if not ahead else ""
    if event.kind not in CREDITING or not document.gross:
        return ""
    return _next(settings.numbering.credit_note, day, settings, books, ahead)


def with_vouchers(directives: Iterable[OwnDirective], settings: Settings, books: Books) -> tuple[OwnDirective, ...]:
    """Return the directives of an event, each entry with the next voucher number where the settings number vouchers.

    Notes of steps that post nothing are no vouchers. A number once written stays with its entry: what comes later with an
    earlier date gets a later number, and no number is left out.
    """
    pattern = settings.numbering.voucher
    if pattern is None:
        return tuple(directives)
    taken: Counter[str] = Counter()
    numbered: list[OwnDirective] = []
    for directive in directives:
        if isinstance(directive, Transaction):
            ahead = taken[_head(pattern, directive.date, settings)]
            number = _next(pattern, directive.date, settings, books, ahead)
            taken[_head(pattern, directive.date, settings)] += 1
            own = list(directive.meta.items())
            at = 1 + max(n for n, (key, _) in enumerate(own) if key in _BEFORE)
            numbered.append(directive._replace(meta=dict([*own[:at], (VOUCHER, number), *own[at:]])))
        else:
            numbered.append(directive)
    return tuple(numbered)


def _next(pattern: str, day: date, settings: Settings, books: Books, ahead: int) -> str:
    """Return the number after the last one of its series in the books, `ahead` numbers on."""
    head = _head(pattern, day, settings)
    width = pattern.partition("{seq")[2].partition("}")[0]
    digits = re.sub(r"\D", "", width)
    return f"{head}{books.sequences.get(head, 0) + 1 + ahead:0{int(digits or 1)}d}"


def _head(pattern: str, day: date, settings: Settings) -> str:
    names = {"series": settings.series, "year": f"{day.year:04}", "month": f"{day.month:02}"}
    return _fill(pattern.partition("{seq")[0], names)


def _fill(text: str, names: dict[str, str]) -> str:
    for name, value in names.items():
        text = text.replace("{" + name + "}", value)
    return text
