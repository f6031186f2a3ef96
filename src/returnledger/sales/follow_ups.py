"""What the books of another year, or of the ledger beside a register, hold of an order that was sold elsewhere.

A payment in January settles an invoice of December; goods of last year come back by hand. Such transactions name an
order and sell nothing. What each of them moves is kept by transaction, so that a file read anew brings its own rows and
no others. One that names several orders is shared out when the sales of all of them are at hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from beancount.core.data import Transaction

from returnledger.money import ZERO
from returnledger.rows import Money, Place, Sale, shown
from returnledger.sales.by_hand.returned import deal_back, named
from returnledger.sales.clusters import Key
from returnledger.sales.drafts import NO_META
from returnledger.sales.group import Names
from returnledger.sales.payments import Paid, by_debt, counts, shared
from returnledger.sales.postings import flow_of, place_of
from returnledger.sales.recognition import Recognition
from returnledger.sales.selling import sells
from returnledger.sales.values import text_of

BACK, TENDERS, RECEIVABLE = "back", "tenders", "receivable"
MONEY = (RECEIVABLE, TENDERS, "advances", "settled")


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What an entry moved of an order that its own books do not sell: money, or units that came back by hand."""

    name: str  # the order as this transaction has it
    names: tuple[str, ...]  # of all orders that share it
    source: Place  # of the transaction
    purpose: str  # one of MONEY, or BACK
    money: Money  # of what came back by hand: its units, with the commodity for the currency
    line: str  # of units that came back, where metadata says it
    opening: bool  # carried over from the old books by an entry against equity


def follow_ups_of(transactions: Iterable[Transaction], how: Recognition) -> Iterator[FollowUp]:
    """Yield the rows of transactions that name an order and sell nothing."""
    names = Names(how)
    for transaction in transactions:
        if "rl-id" in transaction.meta:
            continue
        keys = names.of(transaction) or list(dict.fromkeys(names.on_postings(transaction).values()))
        if keys and not sells(transaction, how):
            yield from _rows(transaction, keys, how)


def _rows(transaction: Transaction, keys: Sequence[Key], how: Recognition) -> Iterator[FollowUp]:
    flow = flow_of(transaction, how)
    if not counts(flow, date.min):
        return
    money = Paid()
    money.add(flow, how)
    opening = any(posting.account.startswith("Equity:") for posting in transaction.postings)
    source = (str(transaction.meta.get("filename", "")), int(transaction.meta.get("lineno") or 0))
    alike = [name for rule, name in keys if rule == keys[0][0]]
    for name in dict.fromkeys(alike if len(alike) > 1 else [name for _, name in keys]):
        whose = (name, tuple(alike) if len(alike) > 1 else (name,), source)
        for purpose in MONEY:
            for each in getattr(money, purpose):
                yield FollowUp(*whose, purpose, each, "", opening)
        for posting in flow.back:
            line, units = text_of((posting.meta or NO_META).get(how.line)), posting.units
            back = Money(posting.account, units.number, units.currency, transaction.date, place_of(posting))
            yield FollowUp(*whose, BACK, back, line, opening)


def shared_out(rows: Sequence[FollowUp], sales: Mapping[str, Sale]) -> dict[str, list[FollowUp]]:
    """Return what each sale gets of one transaction for several, by order: as much as it owes, the oldest first.

    `sales` are those of the names that the transaction has. Goods that came back stand with the sale that sold such.
    """
    ordered = sorted({sale.order: sale for sale in sales.values()}.values(), key=lambda sale: (sale.date, sale.order))
    first = [row for row in rows if row.name == rows[0].name]
    money = Paid()
    for row in first:
        if row.purpose != BACK:
            getattr(money, row.purpose).append(row.money)
    weights = by_debt(money, ordered)
    found: dict[str, list[FollowUp]] = {sale.order: [] for sale in ordered}
    for row in first:
        if row.purpose == BACK:
            goods = row.money.currency
            sold = [sale for sale in ordered if any(goods in (line.commodity, line.sku) for line in sale.lines)]
            found[(sold or ordered)[0].order].append(row)
            continue
        units = row.money.units
        own = shared(units, weights) if units is not None else [None] * len(ordered)
        for sale, amount, part in zip(ordered, shared(row.money.amount, weights), own):
            if amount or part:
                found[sale.order].append(replace(row, money=replace(row.money, amount=amount, units=part)))
    return found


def with_follow_ups(sale: Sale, rows: Sequence[FollowUp]) -> Sale:
    """Return the sale with what other books hold of its order.

    An open invoice that was carried over is the same debt once more: it counts only where the old books closed it.
    """
    if not rows:
        return sale
    open_here = sum((money.amount for money in sale.receivable), ZERO)
    counting = [row for row in rows if not row.opening or not open_here]
    returned = dict(sale.returned_by_hand)
    for row in counting:
        if row.purpose == BACK and row.money.date >= sale.date:
            goods = row.money.currency
            mates = [line for line in sale.lines if goods in (line.commodity, line.sku)]
            deal_back(row.money.amount, named(row.line, sale.lines) or mates, returned)
    joint = dict.fromkeys((", ".join(row.names), shown(row.source)) for row in counting if row.names[1:])
    notes = (("payment-shared", {"orders": orders, "where": where}) for orders, where in joint)
    return replace(
        sale,
        inferred=(*sale.inferred, *notes),
        receivable=(*sale.receivable, *_money(counting, RECEIVABLE)),
        tenders=(*sale.tenders, *_money(counting, TENDERS)),
        advances=(*sale.advances, *_money(counting, "advances")),
        settled=(*sale.settled, *_money(counting, "settled")),
        returned_by_hand=returned,
    )


def _money(rows: Iterable[FollowUp], purpose: str) -> Iterator[Money]:
    return (row.money for row in rows if row.purpose == purpose)


def settled_in_ledger(sale: Sale, rows: Sequence[FollowUp]) -> tuple[Sale, Sequence[FollowUp]]:
    """Return a sale of a register and the rows of the ledger's, with a payment that both tell counted once.

    `paid` of a register is all that was paid. What the ledger shows of it says through which account; where it shows
    more, one of the two is not true, and the sale has a problem that names both.
    """
    paid = sum((money.amount for money in sale.tenders), ZERO)
    tenders_here = [money for money in _money(rows, TENDERS) if money.currency == sale.currency]
    here = sum((money.amount for money in tenders_here), ZERO)
    if paid <= 0 or here <= 0:
        return sale, rows
    if here > paid:
        values = {
            "what": "paid",
            "register": f"{paid:f}",
            "ledger": f"{here:f}",
            "at": str(sale.place),
            "where": shown(tenders_here[0].place),
        }
        return replace(sale, problems=(*sale.problems, ("register-disagrees", values))), ()
    left, tenders = here, []
    for money in sorted(sale.tenders, key=lambda money: money.account != ""):
        part = min(left, money.amount)
        left -= part
        if money.amount > part:
            tenders.append(replace(money, amount=money.amount - part))
    owed = replace(sale.receivable[0], amount=here)
    return replace(sale, tenders=tuple(tenders), receivable=(*sale.receivable, owed)), rows
