"""The transactions of a ledger that look like sales, and those that settle them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from beancount.core.data import Transaction

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
    """Sales, and every transaction that is none."""

    sales: Sequence[Seen]
    rest: Sequence[Transaction]


def sample_of(transactions: Iterable[Transaction]) -> Sample:
    """Return what looks like sales: goods leave stock at cost and income is credited; else income against assets."""
    sales: list[Seen] = []
    services: list[Seen] = []
    rest: list[Transaction] = []
    for transaction in transactions:
        if "rl-id" in transaction.meta:
            continue
        postings = booked(transaction)
        stock = tuple(
            p for p in postings if p.cost is not None and p.units.number < 0 and p.account.startswith("Assets")
        )
        plain = [p for p in postings if p.cost is None]
        income = tuple(p for p in plain if p.account.startswith("Income") and p.units.number <= 0)
        seen = Seen(transaction, stock, income, tuple(p for p in plain if p not in income))
        if stock and sum((p.units.number for p in income), ZERO) < 0:
            sales.append(seen)
        elif not stock and income and any(p.account.startswith("Assets") and p.units.number > 0 for p in plain):
            services.append(seen)
        else:
            rest.append(transaction)
    return Sample(sales or services, rest) if not sales else Sample(sales, [*rest, *(s.transaction for s in services)])
