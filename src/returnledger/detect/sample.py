"""The transactions of a ledger that look like sales, and those that settle them.

Goods that leave stock at cost while income is credited are a sale. Where an order is booked in two transactions, goods
here and revenue there, the revenue is the sale. Income without goods is a sale where goods are sold to the same income
accounts, or where the ledger sells no goods at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from beancount.core.data import Transaction

from returnledger.detect.hints import hints, names_an_order
from returnledger.money import ZERO
from returnledger.sales.postings import Posting, booked


@dataclass(frozen=True, slots=True)
class Seen:
    """One transaction that looks like a sale: what leaves stock, what is income, what is left."""

    transaction: Transaction
    stock: tuple[Posting, ...]  # at cost, units below zero
    income: tuple[Posting, ...]  # credits of income
    other: tuple[Posting, ...]  # every other posting without cost


@dataclass(frozen=True, slots=True)
class Sample:
    """Sales, transactions in which goods leave stock and nothing is earned, and every other transaction."""

    sales: Sequence[Seen]
    rest: Sequence[Transaction]
    goods: Sequence[Seen] = ()  # goods of orders whose revenue is booked elsewhere; also samples, losses and own use
    earned: Sequence[Seen] = ()  # income that may be sales of something else; part of `rest` as well


def sample_of(transactions: Iterable[Transaction]) -> Sample:
    """Return what looks like sales among the transactions that this program did not write."""
    whole: list[Seen] = []
    goods: list[Seen] = []
    earned: list[Seen] = []
    rest: list[Transaction] = []
    for transaction in transactions:
        if "rl-id" in transaction.meta:
            continue
        seen = seen_in(transaction)
        earns = sum([p.units.number for p in seen.income], ZERO) < 0 and (seen.stock != () or not _gives_back(seen))
        if seen.stock and earns:
            whole.append(seen)
        elif seen.stock and not _moves_within(transaction):
            goods.append(seen)
        elif earns and _is_asked_for(seen) and not _settles(seen):
            earned.append(seen)
        else:
            rest.append(transaction)
    selling = {p.account for seen in whole for p in seen.income}
    if not whole and goods:
        names = {name for seen in goods for name in names_in(seen.transaction)}
        partners = [seen for seen in earned if names.intersection(names_in(seen.transaction))]
        selling = {p.account for seen in partners for p in seen.income}
    if not selling:
        return Sample(earned, rest, goods)
    sales = whole + [seen for seen in earned if any(p.account in selling for p in seen.income)]
    others = [seen for seen in earned if not any(p.account in selling for p in seen.income)]
    sales.sort(key=lambda seen: seen.transaction.date)
    return Sample(sales, rest + [seen.transaction for seen in others], goods, others)


def seen_in(transaction: Transaction) -> Seen:
    """Return the postings of a transaction as those of a sale."""
    stock, income, other = [], [], []
    for posting in booked(transaction):
        root = posting.account.partition(":")[0]
        if posting.cost is not None:
            if posting.units.number < 0 and root == "Assets":
                stock.append(posting)
        elif root == "Income" and posting.units.number <= 0 and not hints("no_sale", posting.account):
            income.append(posting)
        else:
            other.append(posting)
    return Seen(transaction, tuple(stock), tuple(income), tuple(other))


def names_in(transaction: Transaction) -> Iterator[tuple[str, str]]:
    """Yield everything that may tie a transaction to others: its links, and its metadata that are text."""
    for link in transaction.links or ():
        yield "^", link
    for key, value in transaction.meta.items():
        if isinstance(value, str) and key != "filename" and key[:2] != "__":
            yield key, value


def order_names(transaction: Transaction) -> Iterator[tuple[str, str]]:
    """Yield what names an order, as far as keys and links tell."""
    return (name for name in names_in(transaction) if name[0] == "^" or names_an_order(name[0]))


def _gives_back(seen: Seen) -> bool:
    """Return True if more income is debited than earned: a fee kept of a return."""
    given = sum([p.units.number for p in seen.other if p.account.startswith("Income")], ZERO)
    return given > 0 and given + sum([p.units.number for p in seen.income], ZERO) > 0


def _moves_within(transaction: Transaction) -> bool:
    """Return True if what leaves one stock account enters another: goods moved from place to place."""
    at_cost = (p for p in booked(transaction) if p.cost is not None and p.units.number > 0)
    return any(not p.account.startswith("Expenses:") for p in at_cost)


def _is_asked_for(seen: Seen) -> bool:
    """Return True if somebody pays or owes for the income: an asset, or a liability that it uses up, is debited."""
    return any(p.units.number > 0 and p.account.startswith(("Assets", "Liabilities")) for p in seen.other)


def _settles(seen: Seen) -> bool:
    """Return True if money of another currency pays what was owed, and what exchange rates made of it is income."""
    if all(p.price is None for p in seen.other):
        return False
    into = {p.account for p in seen.other if p.account.startswith("Assets") and p.units.number > 0}
    paid = -sum([_weight(p) for p in seen.other if p.account.startswith("Assets") and p.account not in into], ZERO)
    spent = sum([_weight(p) for p in seen.other if p.account.startswith("Expenses")], ZERO)
    gain = -sum([_weight(p) for p in seen.income], ZERO)
    return paid > 2 * gain and paid > 2 * spent


def _weight(posting: Posting) -> Decimal:
    number = posting.units.number
    return number if posting.price is None else Decimal(number * posting.price.number)
