"""The numbers of documents that were posted: who has each, the last of each series, and red invoices that stand."""

from __future__ import annotations

import sqlite3

from returnledger.books import Books
from returnledger.numbers import series_of

_NUMBERS = "SELECT number, event FROM posted WHERE number != '' ORDER BY date, lineno, event, id"
_RED_INVOICES = """\
SELECT red, event, ordr FROM posted WHERE red != '' AND event NOT IN (SELECT voids FROM posted WHERE voids != '')
ORDER BY date, lineno, event, id"""
_SERIES = "SELECT number FROM posted WHERE number != '' UNION ALL SELECT voucher FROM posted WHERE voucher != ''"


def read(db: sqlite3.Connection, books: Books) -> None:
    """Add the numbers of all documents to the books."""
    for number, event in db.execute(_NUMBERS):
        books.numbers.setdefault(number, event)
    for number, event, order in db.execute(_RED_INVOICES):
        books.red_invoices.setdefault(number, {}).setdefault(event, order)
    for (number,) in db.execute(_SERIES):
        series, last = series_of(number)
        books.sequences[series] = max(books.sequences.get(series, 0), last)
