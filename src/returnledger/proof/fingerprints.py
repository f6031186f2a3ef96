"""A short mark of a booked transaction that differs when an account, an amount, a lot or a price of it does."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from beancount.core.data import Directive, Posting, Transaction
from beancount.core.position import Cost

from returnledger.movements import Movement

Place = tuple[str, int, date]  # file, line and day of a directive

PAD = "P"  # the flag of what Beancount posts for a pad


def told(transaction: Transaction) -> list[str]:
    """Return the postings of a booked transaction as sorted texts of account, units, lot and price."""
    return sorted(map(_posting, transaction.postings))


def _posting(posting: Posting) -> str:
    units, cost, price = posting.units, posting.cost, posting.price
    text = f"{posting.account} {units and f'{_digits(units.number)} {units.currency}'}"
    if isinstance(cost, Cost):
        text += f" {{{_digits(cost.number)} {cost.currency}, {cost.date}, {cost.label!r}}}"
    return text if price is None else f"{text} @ {_digits(price.number)} {price.currency}"


def _digits(number: Decimal | None) -> str:
    """Return a number without trailing zeros: 3.0 units are what 3 are, and booking may leave the one or the other."""
    text = str(number)
    if "E" in text:
        return f"{number.normalize():f}" if number else "0"
    return text.rstrip("0").rstrip(".") if "." in text else text


def fingerprint(transaction: Transaction) -> bytes:
    """Return 16 bytes over the accounts, units, lots and prices of a booked transaction, whatever their order."""
    text = f"{transaction.date} {transaction.flag}\n" + "\n".join(told(transaction))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def by_place(
    entries: Iterable[Directive], *, without: str = "", from_day: date | None = None
) -> dict[Place, list[Transaction]]:
    """Return booked transactions by the place they come from; a pad may give several.

    Those of the file `without` are left out, and those before `from_day` except pads, which may look ahead.
    """
    found: dict[Place, list[Transaction]] = {}
    for entry in entries:
        if not isinstance(entry, Transaction) or (from_day and entry.date < from_day and entry.flag != PAD):
            continue
        file = str(entry.meta.get("filename", ""))
        if not without or file != without:
            found.setdefault((file, int(entry.meta.get("lineno", 0)), entry.date), []).append(entry)
    return found


def mark(transactions: Iterable[Transaction]) -> bytes:
    """Return one mark for all transactions that come from one place."""
    return b"".join(sorted(fingerprint(transaction) for transaction in transactions))


def mark_of_lots(transactions: Iterable[Transaction]) -> bytes:
    """Return one mark for the lots alone of all transactions that come from one place; empty where there are none."""
    return _digest(
        f"{posting.account} {_digits(posting.units.number)} {posting.units.currency} "
        f"{_digits(cost.number)} {cost.currency} {cost.date} {cost.label!r}"
        for transaction in transactions
        for posting in transaction.postings
        if isinstance(cost := posting.cost, Cost) and posting.units is not None
    )


def lots_of(movements: Iterable[Movement], *, from_day: date | None = None) -> Mapping[Place, bytes]:
    """Return the marks of lots by the place they come from, as `mark_of_lots` gives them, from rows of a store."""
    found: dict[Place, list[str]] = {}
    for m in movements:
        if from_day is None or m.date >= from_day:
            lot = m.lot
            units = f"{_digits(m.units)} {m.commodity}"
            text = f"{m.account} {units} {_digits(lot.number)} {lot.currency} {lot.date} {lot.label!r}"
            found.setdefault((m.file, m.lineno, m.date), []).append(text)
    return {place: _digest(texts) for place, texts in found.items()}


def _digest(texts: Iterable[str]) -> bytes:
    found = sorted(texts)
    return hashlib.blake2b("\n".join(found).encode("utf-8", "surrogatepass"), digest_size=16).digest() if found else b""


def fingerprints_of(
    entries: Iterable[Directive], *, without: str = "", from_day: date | None = None
) -> Mapping[Place, bytes]:
    """Return the marks of booked transactions by the place they come from (see `by_place`)."""
    return {place: mark(found) for place, found in by_place(entries, without=without, from_day=from_day).items()}
