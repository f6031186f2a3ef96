"""Values of metadata, however a ledger writes them: as text, number, amount or date."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from beancount.core.amount import Amount

from returnledger.money import plain

_NUMBER = re.compile(r"\s*([-+]?\d+(?:\.\d+)?)\s*(?![\d.,:/-]|[eE]\d)")  # before its unit, if any: 3, 3.5 h, 3pcs

# Line numbers and quantities are the same few numbers again and again.
_plain = lru_cache(maxsize=4096)(plain)


def text_of(value: Any) -> str:
    """Return a metadata value as text: numbers plain, dates in ISO form, amounts with their currency."""
    if type(value) is str:
        return value
    if type(value) is Decimal:
        text = str(value)  # of the number of a line: quicker than to look it up
        return text if text.isdecimal() else _plain(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Amount):
        return f"{value.number:f} {value.currency}"
    return "" if value is None else str(value)


def number_of(value: Any) -> Decimal | None:
    """Return a metadata value as a number, be it written as number, amount or text; None where it is none of these."""
    if type(value) is Decimal:
        return value
    if isinstance(value, Amount):
        return value.number
    if isinstance(value, str):
        found = _NUMBER.match(value)
        return Decimal(found[1]) if found else None
    return None


def day_of(value: Any) -> date | None:
    """Return a metadata value as a day, be it written as a date or as text in ISO form; None where it is neither."""
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            return None
    return None
