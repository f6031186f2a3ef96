"""Answers a user's own BQL over the relations and the ledger's tables; what is wrong with it is said in our words.

SELECT category, sum(quantity) AS sold FROM sales GROUP BY category ORDER BY sold DESC
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import beanquery
from beanquery.parser import ast

from returnledger.findings import Finding, Refused, Span
from returnledger.relations import RELATIONS
from returnledger.reports import bql
from returnledger.reports.options import nearest
from returnledger.reports.source import Source
from returnledger.reports.table import N_, Cell, Column, ColumnType, Phrase, Report, Row, Table

TITLE = N_("Query")
FILE = "query"  # the name under which findings point into the text of a query

_READS = (ast.Select, ast.Balances, ast.Journal)
# Functions that look things up in the ledger, whatever the query reads from.
_LEDGER_FUNCTIONS = frozenset(
    {
        *("open_date", "close_date", "open_meta", "currency_meta", "commodity_meta", "account_sortkey"),
        *("convert", "value", "getprice", "possign"),
    }
)
_TYPES: dict[type, ColumnType] = {Decimal: "number", int: "number", date: "date"}

# A query is a user's program, and the library that reads and runs it raises what Python does.
_RUNTIME = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError),
    *(re.error, beanquery.Error),
)

_MESSAGES: tuple[tuple[re.Pattern[str], str, tuple[str, ...]], ...] = (
    (re.compile(r'column "(.*)" not found in table "(.*)"'), "query-column", ("column", "table")),
    (re.compile(r'table "(.*)" does not exist'), "query-table", ("table",)),
    (re.compile(r'no function matches "(.*)" name and argument types'), "query-function", ("call",)),
    (re.compile(r'operator "(.*)" not supported'), "query-types", ("operation",)),
    (re.compile(r"all non-aggregates must be covered .*targets are missing: (.*)"), "query-group", ("columns",)),
)


def run_query(text: str, source: Source) -> Report:
    """Return the answer to the BQL statement `text`; raises Refused with the place where it goes wrong (exit code 1)."""
    _one_statement(text)
    connection: Any = beanquery.connect("")
    try:
        statement = connection.parse(text)
    except beanquery.ParseError as error:
        raise _refused(text, "query-syntax", error.parseinfo.pos, near=_near(text, error.parseinfo.pos)) from None
    except _RUNTIME as error:
        raise _refused(text, "query-wrong", None, reason=_reason(error)) from None
    if not isinstance(statement, _READS):
        raise _refused(text, "query-writes", 0, statement=text.split()[0].upper())
    for node in statement.walk():
        if isinstance(node, ast.Placeholder):
            place = node.parseinfo.pos
            raise _refused(text, "query-syntax", place, near=_near(text, place))
    if _reads_ledger(statement):
        bql.attach_ledger(connection, source)
    bql.attach_relations(connection, source, bql.named_in(statement))
    try:
        cursor = connection.execute(statement)
        columns, rows = cursor.description, cursor.fetchall()
    except beanquery.CompilationError as error:
        raise _explained(text, error, connection) from None
    except _RUNTIME as error:
        raise _refused(text, "query-wrong", None, reason=_reason(error)) from None
    return _report(text, columns, rows, source)


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return str(error) or type(error).__name__


def _one_statement(text: str) -> None:
    if not text.strip():
        raise _refused(text, "query-empty", None)
    # A semicolon opens a comment or ends the statement; the library drops what follows either way.
    bare = re.sub(r"'[^']*'|\"[^\"]*\"|/\*.*?\*/", lambda found: " " * len(found[0]), text, flags=re.DOTALL)
    before, mark, after = bare.partition(";")
    if mark and before.strip() and after.strip():
        start = len(before) + 1
        raise _refused(
            text, "query-second-statement", start + len(after) - len(after.lstrip()), second=text[start:].strip()
        )


def _reads_ledger(statement: Any) -> bool:
    """Return True unless every part of the statement reads a relation and asks nothing of the ledger."""
    if not isinstance(statement, ast.Select):
        return True
    for node in statement.walk():
        if isinstance(node, ast.Function) and node.fname in _LEDGER_FUNCTIONS:
            return True
        if isinstance(node, ast.Select) and not isinstance(node.from_clause, ast.Select):
            clause = node.from_clause
            named = (
                clause.name
                if isinstance(clause, ast.Table)
                else getattr(getattr(clause, "expression", None), "name", None)
            )
            if named not in RELATIONS:
                return True
    return False


def _explained(text: str, error: beanquery.CompilationError, connection: Any) -> Refused:
    place = error.parseinfo.pos if error.parseinfo else None
    for pattern, code, names in _MESSAGES:
        match = pattern.fullmatch(str(error))
        if match and code == "query-column" and place is not None and re.search(r"(?i)\bfrom\s+$", text[:place]):
            # BQL takes a name it does not know after FROM for a column of the postings.
            code, names = "query-table", ("table",)
        if match:
            values: dict[str, object] = dict(zip(names, match.groups()))
            return _refused(text, code, place, **_with_known(values, code, connection))
    return _refused(text, "query-wrong", place, reason=str(error))


def _with_known(values: dict[str, object], code: str, connection: Any) -> dict[str, object]:
    """Add what could have been written: the columns of the table, or the tables."""
    if code == "query-column":
        table = str(values["table"])
        known = _columns_of(table, connection)
        return {**values, "known": known, "nearest": nearest(str(values["column"]), known)}
    if code == "query-table":
        known = sorted(name for name in {*connection.tables, *RELATIONS} if name)
        return {**values, "known": known, "nearest": nearest(str(values["table"]), known)}
    return values


def _columns_of(table: str, connection: Any) -> list[str]:
    if table in RELATIONS:
        return [column.name for column in RELATIONS[table]]
    found = connection.tables.get(table or None)
    return sorted(found.columns) if found is not None else []


def _near(text: str, place: int) -> str:
    return " ".join(text[place : place + 30].split()) or "the end"


def _refused(text: str, code: str, place: int | None, **values: object) -> Refused:
    span = None
    if place is not None:
        before = text[:place]
        line, column = before.count("\n") + 1, place - (before.rfind("\n") + 1) + 1
        word = re.match(r"\w+|\S|", text[place:])
        span = Span(FILE, line, column, column + max(1, len(word[0]) if word else 1))
    return Refused([Finding(code, span, values)])


def _report(text: str, columns: Any, rows: list[tuple[Any, ...]], source: Source) -> Report:
    names: dict[str, int] = {}
    shown = []
    for column in columns:
        names[column.name] = names.get(column.name, 0) + 1
        key = column.name if names[column.name] == 1 else f"{column.name}_{names[column.name]}"
        shown.append(Column(key, key, _type(column.datatype)))
    return Report(
        name="query",
        title=Phrase(TITLE),
        table=Table(tuple(shown), tuple(_cells(row) for row in rows)),
        filters=(("query", " ".join(text.split())),),
        commit=source.commit,
    )


def _type(datatype: Any) -> ColumnType:
    if datatype in _TYPES:
        return _TYPES[datatype]
    return "amount" if getattr(datatype, "__name__", "") in ("Amount", "Position", "Inventory") else "text"


def _cells(row: tuple[Any, ...]) -> Row:
    return tuple(_cell(value) for value in row)


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, (str, bool, int, Decimal, date)):
        return value
    if isinstance(value, (set, frozenset)):
        return ", ".join(sorted(map(str, value)))
    if isinstance(value, dict):
        if hasattr(value, "get_positions"):
            return ", ".join(sorted(map(str, value.get_positions())))
        return ", ".join(f"{key}: {item}" for key, item in value.items() if key not in ("filename", "lineno"))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
