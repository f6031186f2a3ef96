"""Runs BQL over the relations and over the ledger itself; only what a query names is fetched.

The queries of the reports are files under `queries/`. Their comment stands right after the first word, since
bean-query silently skips a query that begins with a comment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from operator import itemgetter
from typing import Any

import beanquery
from beanquery.parser import ast
from beanquery.query_compile import EvalColumn
from beanquery.tables import Table

from returnledger.relations import RELATIONS
from returnledger.reports.source import PickingSource, Source

_PYTHON_TYPES: dict[str, type] = {"text": str, "number": Decimal, "money": Decimal, "date": date}


@cache
def query_text(name: str) -> str:
    """Return the text of `queries/<name>.bql`."""
    return files("returnledger.reports").joinpath("queries", f"{name}.bql").read_text("utf-8")


@cache
def _parsed(text: str) -> Any:
    # Parsing takes longer than answering from a small ledger; statements are never changed by compiling them.
    return beanquery.parser.parse(text)


def ask_ledger(source: Source, name: str, upto: date | None = None, since: date | None = None) -> list[tuple[Any, ...]]:
    """Return the rows of `queries/<name>.bql` over the ledger's postings dated from `since` to `upto`."""
    connection = beanquery.connect("")
    attach_ledger(connection, source, upto, since)
    return list(connection.execute(_parsed(query_text(name))).fetchall())


def ask_relations(
    source: Source, name: str, replacements: Mapping[str, str], parameters: Mapping[str, object]
) -> list[tuple[Any, ...]]:
    """Return the rows of `queries/<name>.bql` over the relations.

    `replacements` are column names for the names in braces, which BQL has no parameters for; they come from tables in
    the reports, never from a user.
    """
    text = query_text(name)
    for key, value in replacements.items():
        text = text.replace("{" + key + "}", value)
    connection = beanquery.connect("")
    statement = _parsed(text)
    attach_relations(connection, source, named_in(statement))
    return list(connection.execute(statement, parameters).fetchall())


def column(source: Source, relation: str, name: str) -> set[Any]:
    """Return the values of one column of a relation, in half the time of a query that only looks at them."""
    table = RelationTable(relation, [(name, object)], source, everything=False)
    return set(map(table.columns[name], table))


def named_in(statement: Any) -> frozenset[str] | None:
    """Return every name a parsed statement mentions, None where a wildcard asks for all columns.

    Text in double quotes counts: BQL takes it for a column where there is one.
    """
    names = set()
    for node in statement.walk():
        if isinstance(node, ast.Select) and isinstance(node.targets, ast.Asterisk):
            return None
        if isinstance(node, ast.Function) and node.fname == "row":
            return None
        if isinstance(node, (ast.Column, ast.Table)):
            names.add(node.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names.add(node.value)
    return frozenset(names)


def attach_relations(connection: Any, source: Source, names: frozenset[str] | None) -> None:
    """Give `connection` the relations, with the columns in `names` only; None stands for all."""
    for relation, columns in RELATIONS.items():
        picked = [column for column in columns if names is None or column.name in names]
        types = [(column.name, _PYTHON_TYPES[column.type]) for column in picked]
        connection.tables[relation] = RelationTable(relation, types, source, everything=len(picked) == len(columns))


def attach_ledger(connection: Any, source: Source, upto: date | None = None, since: date | None = None) -> None:
    """Give `connection` the tables of Beancount over the ledger's directives dated from `since` to `upto`."""
    entries: Sequence[Any] = source.entries
    if upto or since:
        kept: Iterable[Any] = entries
        if upto:
            kept = (entry for entry in kept if entry.date <= upto)
        if since:
            kept = (entry for entry in kept if entry.date >= since)
        entries = list(kept)
    connection.attach("beancount:", entries=entries, errors=source.errors, options=source.options)


def last_day(source: Source) -> date | None:
    """Return the date of the last directive of the ledger, None where it is empty."""
    return max((entry.date for entry in source.entries), default=None)


class RelationTable(Table):  # type: ignore[misc]
    """A relation as a table of BQL: rows are plain tuples, columns are compiled getters."""

    def __init__(self, name: str, types: Sequence[tuple[str, type]], source: Source, *, everything: bool) -> None:
        """Read `name` from `source`; `types` are the names and types of the wanted columns."""
        picks = everything or isinstance(source, PickingSource)
        every = [column.name for column in RELATIONS[name]]
        wanted = [column for column, _ in types]
        self.name = name
        self.columns = {
            column: _getter(i if picks else every.index(column), kind) for i, (column, kind) in enumerate(types)
        }
        self._source = source
        self._wanted = None if everything else wanted

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        """Yield the rows anew at every pass."""
        if self._wanted is not None and isinstance(self._source, PickingSource):
            return self._source.pick(self.name, self._wanted)
        return self._source.rows(self.name)


def _getter(position: int, kind: type) -> EvalColumn:
    # A class of its own per column, so that calling it is calling itemgetter, without a Python frame in between.
    class Getter(EvalColumn):  # type: ignore[misc]
        __slots__ = ("position",)
        __call__ = staticmethod(itemgetter(position))

    getter = Getter(kind)
    getter.position = position
    return getter
