"""Reads the user's Beancount ledger: its directives as booked and its errors as values.

This is the only module that loads a ledger. Beancount's own cache beside the ledger is never read: it would run code
that stands in it, and it does not notice a new file under a glob.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

os.environ["BEANCOUNT_DISABLE_LOAD_CACHE"] = "1"

from beancount import loader
from beancount.core.data import Balance, Close, Commodity, Custom, Directive, Open, Pad, Price, entry_sortkey
from beancount.ops import validation
from beancount.parser import booking, parser

from returnledger.books import is_lock
from returnledger.findings import Finding, Refused, Span
from returnledger.includes import Include, includes_of
from returnledger.rows import Account
from returnledger.textfile import gc_paused, unreadable_name

Progress = Callable[[str], None]

RENAMED = "accounts begin with "  # how the error of a ledger begins whose accounts have roots of other names

# What ends a load: a folder among the includes, or whatever a plugin of the user raises while it is imported.
_STUMBLES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NameError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)

# Plugins that neither change postings nor forbid them: a new entry cannot alter what they do to the others.
INERT_PLUGINS = frozenset(
    f"beancount.plugins.{name}"
    for name in (
        "auto_accounts",
        "check_commodity",
        "coherent_cost",
        "commodity_attr",
        "implicit_prices",
        "leafonly",
        "noduplicates",
        "nounused",
        "onecommodity",
        "unique_prices",
    )
)


@dataclass(frozen=True, slots=True)
class LedgerError:
    """One error that Beancount found: the file and line it names, and its message."""

    file: str
    line: int
    message: str


@dataclass(frozen=True)
class Loaded:
    """A ledger as Beancount booked it."""

    root: Path
    entries: list[Directive]
    errors: tuple[LedgerError, ...]
    options: Mapping[str, Any]
    files: tuple[str, ...]  # the include closure, the root among it
    includes: tuple[Include, ...]
    plugins: tuple[str, ...] = ()
    accounts: Mapping[str, Account] = field(default_factory=dict)
    commodities: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # commodity -> its metadata
    assertions: tuple[Balance | Pad, ...] = ()
    locks: tuple[Custom, ...] = ()
    prices: tuple[Price, ...] = ()  # as written: those that a plugin makes from postings say nothing of a day's rate

    @property
    def locked_until(self) -> date | None:
        """The last day of the last locked period, None if no period is locked."""
        return max((lock.date for lock in self.locks), default=None)


def load(root: Path, *extra: Path, extra_first: bool = False, progress: Progress | None = None) -> Loaded:
    """Load the ledger at `root` as bean-check does; `extra` are files read as if it included them.

    The options and plugins are always those of the root. Beancount keeps the order of reading where two directives
    have the same day, type and line number: `extra_first` gives the other order of such ties.
    """
    tell = progress or (lambda stage: None)
    root = absolute(root)
    with gc_paused():
        try:
            tell("reading")
            entries, errors, options = loader._parse_recursive([(str(root), True)], None, None)
            files = tuple(options["include"])
            if unread := [found for found in map(unreadable_name, files) if found]:
                raise Refused(unread, 2)
            for path in extra:
                more, more_errors = _parse_extra(absolute(path), files)
                entries = more + entries if extra_first else entries + more
                errors.extend(more_errors)
            entries.sort(key=entry_sortkey)
            tell("booking")
            entries, balance_errors = booking.book(entries, options)  # type: ignore[no-untyped-call]
            tell("checking")
            entries, errors = _transformed(entries, [*errors, *balance_errors], options)
            errors.extend(validation.validate(entries, options, None, None))  # type: ignore[no-untyped-call]
        except _STUMBLES as error:
            raise Refused([_unreadable(root, error)], 2) from error
    return _loaded(root, entries, errors, options, files)


def _unreadable(root: Path, error: Exception) -> Finding:
    """Return the finding for a ledger that Beancount itself gives up on."""
    reason = f"{error.strerror}: {error.filename}" if isinstance(error, OSError) else f"{type(error).__name__}: {error}"
    return Finding("ledger-unreadable", Span(str(root), 1), {"file": root.name, "reason": reason})


def absolute(path: Path) -> Path:
    """Return the path as Beancount names files: from the root of the file system, symbolic links left as they are."""
    return Path(os.path.normpath(path.absolute()))


def _parse_extra(path: Path, files: tuple[str, ...]) -> tuple[list[Directive], list[Any]]:
    if str(path) in files:
        return [], []
    entries, errors, _ = loader._parse_recursive([(str(path), True)], None, None)
    return entries, errors


def _transformed(entries: list[Directive], errors: list[Any], options: Any) -> tuple[list[Directive], list[Any]]:
    """Run Beancount's own steps and the ledger's plugins, with the folders on the path that the ledger asks for."""
    saved = list(sys.path)
    try:
        sys.path[0:0] = options.get("pythonpath", ())
        return loader.run_transformations(entries, errors, options, None)
    finally:
        sys.path[:] = saved


def _loaded(root: Path, entries: list[Directive], errors: list[Any], options: Any, files: tuple[str, ...]) -> Loaded:
    accounts: dict[str, Account] = {}
    closes: dict[str, date] = {}
    commodities: dict[str, Mapping[str, Any]] = {}
    assertions: list[Balance | Pad] = []
    locks: list[Custom] = []
    prices: list[Price] = []
    default = options["booking_method"].value
    for entry in entries:
        if isinstance(entry, Open):
            accounts.setdefault(entry.account, account_of(entry, default))
        elif isinstance(entry, Close):
            closes[entry.account] = entry.date
        elif isinstance(entry, Commodity):
            commodities[entry.currency] = entry.meta
        elif isinstance(entry, Price):
            if not any(key.startswith("__") for key in entry.meta):
                prices.append(entry)
        elif isinstance(entry, (Balance, Pad)):
            assertions.append(entry)
        elif isinstance(entry, Custom) and is_lock(entry):
            locks.append(entry)
    for name, day in closes.items():
        if name in accounts:
            a = accounts[name]
            accounts[name] = Account(a.name, a.opened, day, a.currencies, a.booking)
    return Loaded(
        root=root,
        entries=entries,
        errors=(*renamed(root, options), *(error_of(error) for error in errors)),
        options=options,
        files=files,
        includes=tuple(include for file in files for include in includes_of(Path(file))),
        plugins=tuple(name for name, _ in options["plugin"]),
        accounts=accounts,
        commodities=commodities,
        assertions=tuple(assertions),
        locks=tuple(locks),
        prices=tuple(prices),
    )


def account_of(opened: Open, default_booking: str = "STRICT") -> Account:
    """Return what an `open` says of its account."""
    method = getattr(opened.booking, "value", None) or default_booking
    return Account(opened.account, opened.date, None, tuple(opened.currencies or ()), method)


def error_of(error: Any) -> LedgerError:
    """Return one of Beancount's errors as a value."""
    source, message = error.source or {}, str(error.message).strip()
    first, trace, rest = message.partition("Traceback (most recent call last):")
    if trace:
        message = f"{first.strip()} {rest.strip().splitlines()[-1].strip()}"
    return LedgerError(str(source.get("filename", "")), int(source.get("lineno") or 0), message)


def renamed(root: Path, options: Any) -> list[LedgerError]:
    """Return the error that the first components of accounts are other words than Beancount's own, if they are."""
    usual = ("Assets", "Liabilities", "Equity", "Income", "Expenses")
    own = [options[f"name_{word.lower()}"] for word in usual]
    others = [name for name, word in zip(own, usual) if name != word]
    return [LedgerError(str(root), 1, RENAMED + ", ".join(others))] if others else []


def parse_file(path: Path) -> tuple[list[Directive], list[LedgerError]]:
    """Return the directives of one file, sorted but not booked, and its errors of form; its includes are not read."""
    entries, errors, _ = parser.parse_file(str(path))
    return entries, [error_of(error) for error in errors]


def parse_part(raw: bytes, file: str, first_line: int) -> tuple[list[Directive], list[LedgerError], Mapping[str, Any]]:
    """Return the directives, errors and options of a part of a file that starts at line `first_line`."""
    entries, errors, options = parser.parse_string(raw, file, report_firstline=first_line)
    return entries, [error_of(error) for error in errors], options


def parse_text(text: str, file: str = "<text>", first_line: int = 1) -> tuple[list[Directive], list[LedgerError]]:
    """Return the directives of a text, sorted but not booked; `first_line` is where it starts in `file`."""
    entries, errors, _ = parser.parse_string(text, file, report_firstline=first_line)
    return entries, [error_of(error) for error in errors]
