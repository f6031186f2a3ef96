"""What the books of another year, or of the ledger beside a register, hold of an order that was sold elsewhere.

A payment in January settles an invoice of December; goods of last year come back by hand. Such transactions name an
order and sell nothing. Each posting of them that matters is one row, kept by transaction, so that a file read anew
brings its own rows and no others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from beancount.core.data import Transaction

from returnledger.money import ZERO
from returnledger.rows import Money, Place, Sale
from returnledger.sales.drafts import NO_META
from returnledger.sales.group import Names
from returnledger.sales.postings import Posting, Recognition, flow_of, place_of, sells
from returnledger.sales.values import text_of

RECEIVABLE, TENDER, BACK = "receivable", "tender", "back"


@dataclass(frozen=True, slots=True)
class Loose:
    """One posting under an order that its own books do not sell: money, or units that came back by hand."""

    name: str  # the order as this transaction has it
    purpose: str
    account: str
    number: Decimal
    currency: str  # of money; of units the commodity
    line: str  # of units that came back, where metadata says it
    date: date
    place: Place | None
    opening: bool  # carried over from the old books by an entry against equity


def loose_of(transactions: Iterable[Transaction], how: Recognition) -> Iterator[Loose]:
    """Yield the rows of transactions that name an order and sell nothing."""
    names = Names(how)
    for transaction in transactions:
        if "rl-id" in transaction.meta:
            continue
        keys = names.of(transaction)
        if not keys or sells(transaction, how):
            continue
        flow = flow_of(transaction, how)
        if not (flow.receivable or flow.back or flow.revenue or flow.discount or flow.tax):
            continue
        opening = any(posting.account.startswith("Equity:") for posting in transaction.postings)
        ways = [(RECEIVABLE, flow.receivable), (TENDER, flow.tenders), (BACK, flow.back)]
        for name in dict.fromkeys(name for _, name in keys):
            for purpose, postings in ways:
                yield from (_row(name, purpose, posting, transaction.date, how, opening) for posting in postings)


def _row(name: str, purpose: str, posting: Posting, day: date, how: Recognition, opening: bool) -> Loose:
    units = posting.units
    line = text_of((posting.meta or NO_META).get(how.line)) if purpose == BACK else ""
    return Loose(name, purpose, posting.account, units.number, units.currency, line, day, place_of(posting), opening)


def with_loose(sale: Sale, rows: Sequence[Loose]) -> Sale:
    """Return the sale with what other books hold of its order.

    An open invoice that was carried over is the same debt once more: it counts only where the old books closed it.
    """
    rows = [row for row in rows if row.date >= sale.date or row.purpose == RECEIVABLE]
    if not rows:
        return sale
    open_here = sum((money.amount for money in sale.receivable), ZERO)
    counting = [row for row in rows if not row.opening or not open_here]
    returned = dict(sale.returned_by_hand)
    for row in counting:
        left = row.number if row.purpose == BACK else ZERO
        mates = [line for line in sale.lines if line.line == row.line and row.line] or [
            line for line in sale.lines if row.currency in (line.commodity, line.sku)
        ]
        for line in mates:
            n = min(left, line.units - returned.get(line.line, ZERO))
            if n > 0:
                returned[line.line] = returned.get(line.line, ZERO) + n
                left -= n
    return replace(
        sale,
        receivable=(*sale.receivable, *_money(counting, RECEIVABLE)),
        tenders=(*sale.tenders, *_money(counting, TENDER)),
        returned_by_hand=returned,
    )


def _money(rows: Iterable[Loose], purpose: str) -> Iterator[Money]:
    for row in rows:
        if row.purpose == purpose:
            yield Money(row.account, row.number, row.currency, row.date, row.place)


def settled_in_ledger(sale: Sale, rows: Sequence[Loose]) -> tuple[Sale, Sequence[Loose]]:
    """Return a sale of a register and the rows of the ledger's, with a payment that both tell counted once.

    `paid` of a register is all that was paid. What the ledger shows of it says through which account; where it shows
    more, one of the two is not true, and the sale has a problem that names both.
    """
    paid = sum((money.amount for money in sale.tenders), ZERO)
    shown = sum((row.number for row in rows if row.purpose == TENDER and row.currency == sale.currency), ZERO)
    if paid <= 0 or shown <= 0:
        return sale, rows
    if shown > paid:
        place = next(row.place for row in rows if row.purpose == TENDER)
        where = f"{place[0]}:{place[1]}" if place else ""
        values = {
            "what": "paid",
            "register": f"{paid:f}",
            "ledger": f"{shown:f}",
            "at": str(sale.place),
            "where": where,
        }
        return replace(sale, problems=(*sale.problems, ("register-disagrees", values))), ()
    left, tenders = shown, []
    for money in sorted(sale.tenders, key=lambda money: money.account != ""):
        part = min(left, money.amount)
        left -= part
        if money.amount > part:
            tenders.append(replace(money, amount=money.amount - part))
    owed = replace(sale.receivable[0], amount=shown)
    return replace(sale, tenders=tuple(tenders), receivable=(*sale.receivable, owed)), rows
