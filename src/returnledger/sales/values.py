"""Values of metadata, however a ledger writes them: as text, number, amount or date."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from beancount.core.amount import Amount

from returnledger.money import plain

# Line numbers and quantities are the same few numbers again and again.
_plain = lru_cache(maxsize=4096)(plain)


def text_of(value: Any) -> str:
    """Return a metadata value as text: numbers plain, dates in ISO form, amounts with their currency."""
    if type(value) is str:
        return value
    if type(value) is Decimal:
        return _plain(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Amount):
        return f"{value.number:f} {value.currency}"
    return "" if value is None else str(value)


def number_of(value: Any) -> Decimal | None:
    """Return a metadata value as a number, be it written as number, amount or text; None where it is none of these."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, Amount):
        return value.number
    if isinstance(value, str):
        try:
            number = Decimal(value.split()[0]) if value.split() else None
        except InvalidOperation:
            return None
        return number if number is not None and number.is_finite() else None
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
