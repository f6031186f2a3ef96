"""Reports as CSV: the rows and nothing else, ISO dates, plain numbers, no text that a spreadsheet would run."""

from __future__ import annotations

import csv
import io

from returnledger.reports.render.cells import currency_of, written
from returnledger.reports.table import Cell, Column, Report

_MARK = "\ufeff"
_RUNS = ("=", "+", "-", "@")  # a spreadsheet takes text that begins so for a formula


def to_csv(report: Report, *, excel: bool = False) -> str:
    """Return the rows of `report` under the keys of its columns; `excel` puts a byte order mark in front."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_defused(column.key) for column in report.columns])
    for row in report.rows:
        writer.writerow(
            [_field(cell, column, currency_of(report.table, row)) for cell, column in zip(row, report.columns)]
        )
    return (_MARK if excel else "") + out.getvalue()


def _field(cell: Cell, column: Column, currency: str) -> str:
    text = written(cell, column, currency)
    return _defused(text) if isinstance(cell, str) else text


def _defused(text: str) -> str:
    return f"'{text}" if text.lstrip().startswith(_RUNS) else text
