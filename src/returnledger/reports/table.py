"""What a report is before it is printed: columns with type, unit and definition, rows, and what they tie to.

Nothing in here is a sentence in some language yet: a phrase is an English source text with values, translated when a
renderer prints it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Literal

from returnledger.money import ZERO
from returnledger.words import Word

Translate = Callable[[str], str]
Cell = str | Decimal | int | date | bool | None
Row = tuple[Cell, ...]
Vocabulary = type[Word]

# text as it stands · code of a vocabulary · number of units · money in the row's currency · rate as a share of 1 ·
# ISO day · currency code · amount written with its currency
ColumnType = Literal["text", "code", "number", "money", "rate", "date", "currency", "amount"]
RIGHT_ALIGNED: frozenset[ColumnType] = frozenset({"number", "money", "rate", "amount"})


def N_(text: str) -> str:
    """Mark `text` for translation and return it as it is."""
    return text


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in a phrase: printed with the decimals of its currency, and the currency."""

    number: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """An English source text whose placeholders in braces are keys of `values`."""

    text: str
    values: Mapping[str, Cell | Amount | Phrase] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the key scripts rely on, the heading people read, what it holds and in which unit.

    `words` is the vocabulary of a code column. A column with `heads` set is printed as a heading above its rows on a
    terminal, one with `below` on a line of its own below each row; where a terminal is too narrow for all, `spare` ones are
    left out and named below the table, those with the higher number first.
    """

    key: str
    heading: str
    type: ColumnType
    definition: str = ""
    unit: str = ""
    words: Vocabulary | None = None
    heads: bool = False
    spare: int = 0
    below: bool = False


@dataclass(frozen=True, slots=True)
class Tie:
    """The report's own sum beside the sum the ledger has for it, both in `currency`; `what` names the accounts."""

    what: Phrase
    currency: str
    reported: Decimal
    booked: Decimal

    @property
    def ok(self) -> bool:
        """Return True if both sums are equal to the last digit."""
        return self.reported == self.booked


@dataclass(frozen=True, slots=True)
class Table:
    """Columns, rows, and the rows of totals below them.

    `few` is how many rows under one heading people are shown; programs get all.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    totals: tuple[Row, ...] = ()
    key: str = ""
    heading: str = ""
    few: int | None = None

    def shown(self) -> Iterator[tuple[Row, int]]:
        """Yield the rows that people are shown, each with how many under its heading are left out after it."""
        at = [i for i, column in enumerate(self.columns) if column.heads]
        for _, group in groupby(self.rows, key=lambda row: [row[i] for i in at]):
            rows = list(group)
            kept = rows if self.few is None else rows[: self.few]
            yield from ((row, 0) for row in kept[:-1])
            yield kept[-1], len(rows) - len(kept)

    def currency_at(self) -> int | None:
        """Return the position of the currency column, None where there is none."""
        return next((i for i, column in enumerate(self.columns) if column.type == "currency"), None)


def totals(
    columns: Sequence[Column], rows: Iterable[Row], keys: Sequence[str], by: Sequence[str] = ("currency",)
) -> tuple[Row, ...]:
    """Return the sums of the columns `keys` for each value of the columns `by`, everything else left blank."""
    at = {column.key: i for i, column in enumerate(columns)}
    sums: dict[tuple[Cell, ...], dict[str, Decimal]] = {}
    for row in rows:
        own = sums.setdefault(tuple(row[at[key]] for key in by), dict.fromkeys(keys, ZERO))
        for key in keys:
            cell = row[at[key]]
            own[key] += cell if isinstance(cell, Decimal) else ZERO
    known = ((dict(zip(by, group)), sums[group]) for group in sorted(sums, key=lambda group: [*map(str, group)]))
    return tuple(tuple(own.get(c.key, named.get(c.key)) for c in columns) for named, own in known)


@dataclass(frozen=True, slots=True)
class Report:
    """One report, ready to be printed in any format and language.

    `source` says what was read, `period` the first and last day it covers, `notes` what a reader must know beside the
    figures, `parts` further small tables, `commit` the version of the ledger.
    """

    name: str
    title: Phrase
    table: Table
    definition: Phrase | None = None
    basis: Phrase | None = None
    source: Phrase | None = None
    period: tuple[date | None, date | None] | None = None
    filters: tuple[tuple[str, str], ...] = ()
    parts: tuple[Table, ...] = ()
    notes: tuple[Phrase, ...] = ()
    ties: tuple[Tie, ...] = ()
    commit: str | None = None
    events: str = ""  # as the events that the report is to become, where there are such

    @property
    def columns(self) -> tuple[Column, ...]:
        """Return the columns of the main table."""
        return self.table.columns

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return the rows of the main table, totals not among them."""
        return self.table.rows
