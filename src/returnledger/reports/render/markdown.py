"""Reports as Markdown tables; nothing in the data can become markup."""

from __future__ import annotations

import re
from collections.abc import Iterator

from returnledger.reports.render.cells import (
    above,
    below,
    currency_of,
    for_people,
    heading,
    labelled,
    more,
    only_currency,
    said,
    shown,
)
from returnledger.reports.table import N_, RIGHT_ALIGNED, Report, Row, Table, Translate

_MARKUP = re.compile(r"([\\`*_{}\[\]<>|~#&!])")


def to_markdown(report: Report, tr: Translate, language: str) -> str:
    """Return `report` as a heading, the lines that define it, its tables, and notes and ties as a list."""
    lines = [f"# {_safe(said(report.title, tr))}", ""]
    over = [f"- {_safe(labelled(label, text, tr))}" for label, text in above(report, tr)]
    lines += [*over, *([""] if over else []), *_table(report.table, tr, language)]
    for table in report.parts:
        lines += ["", f"## {_safe(tr(table.heading))}", "", *_table(table, tr, language)]
    under = [f"- {_safe(line)}" for line in below(report, tr)]
    return "\n".join([*lines, *([""] if under else []), *under]) + "\n"


def _table(table: Table, tr: Translate, language: str) -> Iterator[str]:
    columns, currency = for_people(table), only_currency(table)
    yield _line(_safe(heading(column, tr, currency)) for _, column in columns)
    yield _line("---:" if column.type in RIGHT_ALIGNED else "---" for _, column in columns)
    for row, left_out in table.shown():
        yield _line(_safe(shown(row[i], column, currency_of(table, row), language)) for i, column in columns)
        if left_out:
            yield _line(_safe(said(more(left_out), tr)) if not n else "" for n, _ in enumerate(columns))
    for row in table.totals:
        yield _line(_total(table, row, tr, language))


def _total(table: Table, row: Row, tr: Translate, language: str) -> Iterator[str]:
    for position, (i, column) in enumerate(for_people(table)):
        text = "" if row[i] is None else _safe(shown(row[i], column, currency_of(table, row), language))
        yield f"**{text or tr(N_('total'))}**" if text or not position else ""


def _line(cells: Iterator[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _safe(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)
