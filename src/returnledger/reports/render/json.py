"""Reports as JSON: amounts and numbers are texts, so that no program rounds them; keys never change with the language."""

from __future__ import annotations

import json
from typing import Any

from returnledger.money import show
from returnledger.reports.render.cells import clean, currency_of, said, written
from returnledger.reports.table import Column, Phrase, Report, Row, Table, Translate


def to_json(report: Report, tr: Translate) -> str:
    """Return `report` as one JSON object with rows, totals, definition, basis, notes and ties."""
    first, last = report.period or (None, None)
    document: dict[str, Any] = {
        "report": report.name,
        "title": said(report.title, tr),
        "period": {"from": first and first.isoformat(), "to": last and last.isoformat()},
        "basis": _said(report.basis, tr),
        "definition": _said(report.definition, tr),
        "filters": {option: clean(value) for option, value in report.filters},
        "commit": report.commit,
        "columns": [_column(column, tr) for column in report.columns if column.type != "currency"],
        "rows": [_row(report.table, row) for row in report.rows],
        "totals": [_row(report.table, row) for row in report.table.totals],
        **{table.key: [_row(table, row) for row in table.rows] for table in report.parts},
        "notes": [said(note, tr) for note in report.notes],
        "ties": [
            {
                "account": said(tie.what, tr),
                "reported": f"{show(tie.reported, tie.currency)} {tie.currency}",
                "booked": f"{show(tie.booked, tie.currency)} {tie.currency}",
                "ok": tie.ok,
            }
            for tie in report.ties
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _said(phrase: Phrase | None, tr: Translate) -> str | None:
    return said(phrase, tr) if phrase else None


def _column(column: Column, tr: Translate) -> dict[str, str]:
    found = {"key": column.key, "type": column.type, "unit": column.unit, "definition": column.definition}
    return {key: tr(text) if key in ("unit", "definition") else text for key, text in found.items() if text}


def _row(table: Table, row: Row) -> dict[str, Any]:
    currency = currency_of(table, row)
    found: dict[str, Any] = {}
    for cell, column in zip(row, table.columns):
        if column.type == "currency":
            continue
        text = None if cell is None else written(cell, column, currency)
        if text is not None and column.type == "money" and currency:
            text = f"{text} {currency}"
        found[column.key] = cell if isinstance(cell, bool) else text
    return found
