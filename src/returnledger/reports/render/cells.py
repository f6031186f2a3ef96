"""What the renderers share: one cell, one phrase and the lines around a table, as people read them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from returnledger.money import decimals_of, places, plain, round_to, show
from returnledger.reports.table import N_, Amount, Cell, Column, Phrase, Report, Row, Table, Tie, Translate
from returnledger.words import Word, names

NOTHING = "—"
_RATE_DECIMALS = 6  # of a share of 1, for programs
_PERCENT_DECIMALS = 2
_LABEL, _TIE = N_("{label}: {text}"), N_("ties to {account} {booked} {currency}: ok")
_OFF = N_("does not tie to {account}: the report has {reported} {currency}, the books have {booked} {currency}")
_PERIODS = {
    (True, True): N_("{first} to {last}"),
    (True, False): N_("from {first}"),
    (False, True): N_("to {last}"),
}


def clean(text: str) -> str:
    """Return `text` on one line, without control characters and without marks that turn its direction or hide it."""
    if text.isprintable():
        return text
    spaced = "".join(" " if char in "\t\n\r\v\f\x85\u2028\u2029" else char for char in text)
    return "".join(char for char in spaced if unicodedata.category(char) not in ("Cc", "Cf", "Cs"))


def money(number: Decimal, currency: str) -> str:
    """Return `number` with thousands grouped and at least the decimals of `currency`."""
    return f"{round_to(number, max(decimals_of(currency), places(number))):,f}"


def said(phrase: Phrase, tr: Translate) -> str:
    """Return `phrase` in the reader's language, its values filled in."""
    values = {
        key: said(value, tr) if isinstance(value, Phrase) else _value(value) for key, value in phrase.values.items()
    }
    return tr(phrase.text).format(**values) if values else tr(phrase.text)


def _value(value: Cell | Amount) -> str:
    if isinstance(value, Amount):
        return f"{money(value.number, value.currency)} {value.currency}"
    if isinstance(value, Decimal):
        return f"{Decimal(plain(value)):,f}"
    return NOTHING if value is None else clean(str(value))


def more(count: int) -> Phrase:
    """Return what stands below the rows of a heading where not all are shown."""
    return Phrase(N_("… and {count} more; --json has them all"), {"count": count})


def shown(cell: Cell, column: Column, currency: str, language: str) -> str:
    """Return `cell` as people read it: grouped numbers, rates in percent, codes as words in Chinese."""
    if cell is None or cell == "":
        return NOTHING
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, Decimal | int):
        if column.type == "money":
            return money(Decimal(cell), currency)
        if column.type == "rate":
            return f"{round_to(100 * Decimal(cell), _PERCENT_DECIMALS):,f} %"
        return f"{Decimal(plain(Decimal(cell))):,f}"
    if isinstance(cell, Word) and language == "zh":
        return cell.zh
    if column.words and language == "zh" and isinstance(cell, str):
        known = names(column.words)
        return ", ".join(_in_chinese(part, known) for part in cell.split(", "))
    return clean(str(cell))


def _in_chinese(part: str, known: Mapping[str, Word]) -> str:
    """Return a code, or a code with a number behind it as in `damaged 2`, by its Chinese name."""
    code, blank, rest = part.partition(" ")
    if part in known:
        return known[part].zh
    return known[code].zh + blank + clean(rest) if code in known else clean(part)


def written(cell: Cell, column: Column, currency: str) -> str:
    """Return `cell` for programs: plain numbers, ISO dates, rates as shares of 1 with six decimals, nothing as empty."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal | int):
        number = Decimal(cell)
        if column.type == "rate":
            return f"{round_to(number, _RATE_DECIMALS):f}"
        return show(number, currency) if column.type == "money" else plain(number)
    return cell.isoformat() if isinstance(cell, date) else clean(str(cell))


def currency_of(table: Table, row: Row) -> str:
    """Return the currency of the amounts in `row`, empty where the table has none."""
    at = table.currency_at()
    return "" if at is None else str(row[at] or "")


def only_currency(table: Table) -> str | None:
    """Return the currency if all rows of `table` have the same, empty where there is none, else None."""
    found = {currency_of(table, row) for row in (*table.rows, *table.totals)}
    if len(found) > 1:
        return None
    return found.pop() if found else ""


def heading(column: Column, tr: Translate, currency: str | None) -> str:
    """Return what stands above a column, with the currency where all its amounts have the same."""
    name = clean(tr(column.heading)) if column.heading else ""
    return f"{name} ({currency})" if column.type == "money" and currency else name


def for_people(table: Table) -> list[tuple[int, Column]]:
    """Return the columns that people read: the currency stands in the headings where there is one only."""
    hide = only_currency(table) is not None
    return [(i, column) for i, column in enumerate(table.columns) if not (hide and column.type == "currency")]


def above(report: Report, tr: Translate) -> Iterator[tuple[str, str]]:
    """Yield label and text of what a reader must know before the figures."""
    if report.period and any(report.period):
        first, last = report.period
        yield tr(N_("period")), tr(_PERIODS[first is not None, last is not None]).format(first=first, last=last)
    for label, phrase in (
        (N_("basis"), report.basis),
        (N_("definition"), report.definition),
        (N_("read from"), report.source),
    ):
        if phrase:
            yield tr(label), said(phrase, tr)
    if report.filters:
        yield tr(N_("filters")), ", ".join(f"{option} {clean(value)}" for option, value in report.filters)
    if report.commit:
        yield tr(N_("ledger version")), clean(report.commit)


def below(report: Report, tr: Translate) -> Iterator[str]:
    """Yield the notes and ties that stand under the figures."""
    for note in report.notes:
        yield said(note, tr)
    for tie in report.ties:
        yield tied(tie, tr)


def tied(tie: Tie, tr: Translate) -> str:
    """Return the line that says whether the report agrees with the books."""
    return tr(_TIE if tie.ok else _OFF).format(
        account=said(tie.what, tr),
        booked=money(tie.booked, tie.currency),
        reported=money(tie.reported, tie.currency),
        currency=tie.currency,
    )


def labelled(label: str, text: str, tr: Translate) -> str:
    """Return `label: text` with the punctuation of the language."""
    return tr(_LABEL).format(label=label, text=text)
