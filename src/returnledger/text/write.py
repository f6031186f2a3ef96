"""Writes directives as Beancount text, every string escaped and every number in full."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from beancount.core.amount import Amount
from beancount.core.data import Custom, Directive, Open, Posting, Transaction
from beancount.core.position import Cost, CostSpec

from returnledger.money import at_price, per_unit

_DIGITS = 28  # Beancount computes with 28 digits; a longer number would come back another one
_LINES = 64  # longer strings are taken by Beancount's parser for a quote that was left open
_WIDTH = 60  # cells of account and number together, so that numbers end in one column
_KEY = re.compile(r"[a-z][a-zA-Z0-9_-]+")
_TAG = re.compile(r"[A-Za-z0-9_/.-]+")
_CURRENCY = re.compile(r"[A-Z]|[A-Z][A-Z0-9'._-]*[A-Z0-9]|/[A-Z0-9'._-]*[A-Z]([A-Z0-9'._-]*[A-Z0-9])?")
_ACCOUNT = re.compile(
    r"([A-Z]|[^\x00-\x7f])([A-Za-z0-9-]|[^\x00-\x7f])*(:([A-Z0-9]|[^\x00-\x7f])([A-Za-z0-9-]|[^\x00-\x7f])*)+"
)
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
PLACE = ("filename", "lineno")  # where a directive stands; not part of what it says


class Unwritable(ValueError):
    """A value that Beancount's text can't hold exactly."""


def quoted(text: str) -> str:
    """Return `text` as a Beancount string with its quotes; raise Unwritable for other control characters."""
    if text.isprintable():  # so is nearly every text, and it holds no character that can't be written
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if text.count("\n") >= _LINES - 1:
        raise Unwritable(f"a text of {text.count(chr(10)) + 1} lines; {_LINES - 1} can be written")
    return '"' + "".join(_character(character) for character in text) + '"'


def _character(character: str) -> str:
    escaped = _ESCAPES.get(character)
    if escaped is not None:
        return escaped
    if unicodedata.category(character) in ("Cc", "Cs"):
        raise Unwritable(f"the control character U+{ord(character):04X}")
    return character


def number(value: Decimal | None) -> str:
    """Return a number in plain digits, in full; raise Unwritable where Beancount would not read the same number."""
    if not isinstance(value, Decimal) or not value.is_finite():
        raise Unwritable(f"the number {value}")
    text = f"{value:f}"
    if len(text) > _DIGITS and sum(character.isdigit() for character in text.lstrip("-0.")) > _DIGITS:
        raise Unwritable(f"the number {text} of more than {_DIGITS} digits")
    return text


@lru_cache(maxsize=4096)
def _matched(pattern: re.Pattern[str], text: str, what: str) -> str:
    if pattern.fullmatch(text) is None:
        raise Unwritable(f"the {what} {text!r}")
    return text


@lru_cache(maxsize=16384)
def _account(text: str) -> str:
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise Unwritable(f"the account {text!r}")
    return _matched(_ACCOUNT, text, "account")


def _amount(value: Amount) -> str:
    return f"{number(value.number)} {_matched(_CURRENCY, value.currency, 'currency')}"


def _value(value: object) -> str:
    """Return one metadata value or custom value as text."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, int):
        return number(Decimal(value))
    if isinstance(value, date):
        return _day(value)
    if isinstance(value, Amount):
        return _amount(value)
    raise Unwritable(f"a value of type {type(value).__name__}")


def _day(day: date) -> str:
    return f"{day.year:04}-{day.month:02}-{day.day:02}"


def _meta(meta: dict[str, Any] | None, indent: str) -> list[str]:
    return [
        f"{indent}{_matched(_KEY, key, 'metadata key')}: {_value(value)}"
        for key, value in (meta or {}).items()
        if key not in PLACE and not key.startswith("__")
    ]


def braces(cost: Cost | CostSpec) -> str:
    """Return the cost of a posting with its braces."""
    total = False
    parts: list[str] = []
    if isinstance(cost, Cost):
        parts.append(f"{number(cost.number)} {_matched(_CURRENCY, cost.currency, 'currency')}")
    else:
        currency = cost.currency if isinstance(cost.currency, str) else None
        per = cost.number_per if isinstance(cost.number_per, Decimal) else None
        if isinstance(cost.number_total, Decimal):
            total = not per
            figure = number(cost.number_total)
            parts.append(
                (figure if total else f"{number(per or Decimal(0))} # {figure}") + (f" {currency}" if currency else "")
            )
        elif per is not None:
            parts.append(number(per) + (f" {currency}" if currency else ""))
        elif currency:
            parts.append(_matched(_CURRENCY, currency, "currency"))
    if cost.date is not None:
        parts.append(_day(cost.date))
    if cost.label is not None:
        parts.append(quoted(cost.label))
    # A currency of one letter is read only before a space.
    text = ", ".join(f"{part} " if re.search(r"(^|\s)[A-Z]$", part) else part for part in parts)
    return f"{{{{{text}}}}}" if total else f"{{{text}}}"


def cells(text: str) -> int:
    """Return how many terminal cells `text` takes: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def _posting(posting: Posting) -> list[str]:
    if not isinstance(posting.units, Amount) or not isinstance(posting.units.number, Decimal):
        raise Unwritable(f"a posting to {posting.account} without an amount")
    flag = f"{_flag(posting.flag)} " if posting.flag else ""
    account = flag + _account(posting.account)
    figure = number(posting.units.number)
    gap = max(_WIDTH - cells(account) - len(figure), 2)
    line = f"  {account}{' ' * gap}{figure} {_matched(_CURRENCY, posting.units.currency, 'currency')}"
    if posting.cost is not None:
        line += f" {braces(posting.cost)}"
    if posting.price is not None:
        if posting.cost is not None and posting.cost.currency != posting.price.currency:
            raise Unwritable(f"a price in {posting.price.currency} beside a cost in {posting.cost.currency}")
        line += f" {_price(posting)}"
    return [line, *_meta(posting.meta, "    ")]


def _price(posting: Posting) -> str:
    """Return the price of a posting: in total, where that reads back as the price per unit that it is."""
    price, units = posting.price, posting.units
    assert isinstance(price, Amount) and isinstance(units, Amount) and isinstance(units.number, Decimal)
    if posting.cost is None and isinstance(price.number, Decimal) and units.number:
        total = abs(at_price(units.number, price.number, price.currency))
        if f"{per_unit(total, abs(units.number)):f}" == f"{price.number:f}":
            return f"@@ {_amount(Amount(total, price.currency))}"
    return f"@ {_amount(price)}"


def _flag(flag: str) -> str:
    return _matched(re.compile(r"[*!&?%#]|[A-Z]"), flag, "flag")


def _transaction(entry: Transaction) -> list[str]:
    head = f"{_day(entry.date)} {_flag(entry.flag or '')}"
    if entry.payee is not None:
        head += f" {quoted(entry.payee)}"
    head += f" {quoted(entry.narration or '')}"
    for mark, names in (("#", entry.tags), ("^", entry.links)):
        head += "".join(f" {mark}{_matched(_TAG, name, 'tag or link')}" for name in sorted(names or ()))
    lines = [head, *_meta(entry.meta, "  ")]
    for posting in entry.postings:
        lines += _posting(posting)
    return lines


def _custom(entry: Custom) -> list[str]:
    values = "".join(f" {_custom_value(value.value, value.dtype)}" for value in entry.values or ())
    return [f"{_day(entry.date)} custom {quoted(entry.type)}{values}", *_meta(entry.meta, "  ")]


def _custom_value(value: object, kind: object) -> str:
    """Return one value of a custom directive; a negative number in brackets, or it would come off the one before."""
    if kind == "<AccountDummy>":
        return _account(str(value))
    text = _value(value)
    return f"({text})" if isinstance(value, (int, Decimal)) and text.startswith("-") else text


def _open(entry: Open) -> list[str]:
    head = f"{_day(entry.date)} open {_account(entry.account)}"
    if entry.currencies:
        head += " " + ", ".join(_matched(_CURRENCY, currency, "currency") for currency in entry.currencies)
    if entry.booking is not None:
        head += f' "{entry.booking.value}"'
    return [head, *_meta(entry.meta, "  ")]


def render(directive: Directive) -> str:
    """Return one directive as Beancount text without a trailing line end; raise Unwritable where it can't be exact."""
    if isinstance(directive, Transaction):
        lines = _transaction(directive)
    elif isinstance(directive, Custom):
        lines = _custom(directive)
    elif isinstance(directive, Open):
        lines = _open(directive)
    else:
        raise Unwritable(f"a directive of type {type(directive).__name__}")
    return "\n".join(lines)


def render_batch(directives: Iterable[Directive], header: str, padding_lines: int = 0, note: str = "") -> str:
    """Return a file: a comment of one line, `padding_lines` comment lines, and the directives with blank lines between.

    The padding lines move the entries down, since Beancount orders the entries of one day by line number; `note` is
    written on the first of them.
    """
    for line in (header, note):
        if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in line):
            raise Unwritable(f"the comment {line!r}")
    head = [f"; {header}"] + [f"; {note}" if note and i == 0 else ";" for i in range(padding_lines)]
    return "\n".join(head) + "\n\n" + "\n\n".join(render(directive) for directive in directives) + "\n"
