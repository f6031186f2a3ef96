"""Sales that an exchange of ours made: other goods went out for those that came back.

Their entry says which order it sells under. It is read as a sale as any other is; what the goods that came back pay of it
is money that came in by the tender which had paid for them. A void undoes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from beancount.core.data import Transaction

from returnledger.roles import Role
from returnledger.rows import SELLS, TENDER
from returnledger.sales.recognition import TENDER as PAYS
from returnledger.sales.recognition import Recognition
from returnledger.sales.values import text_of
from returnledger.terms import Kind

_SELLS = f"rl-{SELLS}"


def sold_in_exchange(transaction: Transaction) -> str:
    """Return the order that an entry of ours is the sale of, or that a void undoes; empty for any other."""
    return text_of(transaction.meta.get(_SELLS)) if "rl-id" in transaction.meta else ""


def standing(transactions: Iterable[Transaction]) -> Iterator[Transaction]:
    """Yield the sales of exchanges that no void undoes."""
    every = list(transactions)
    voided = Counter(text_of(each.meta["rl-voids"]) for each in every if "rl-voids" in each.meta)
    for each in every:
        name = text_of(each.meta["rl-id"])
        if "rl-voids" in each.meta:
            continue
        if voided[name]:
            voided[name] -= 1
        else:
            yield each


def as_sale(transaction: Transaction, how: Recognition) -> Transaction:
    """Return the sale without what is ours, and what goods that came back pay of it as money from the tender that had paid.

    Where that tender is not known it is money of which nobody says how it came in.
    """
    postings: list[Any] = []
    for posting in transaction.postings:
        meta = posting.meta or {}
        if meta.get("rl-role") == Role.EXCHANGE_CLEARING:
            tender = text_of(meta.get(f"rl-{TENDER}"))
            posting = posting._replace(account=tender if how.purpose(tender) == PAYS else "")
        postings.append(posting)
    order = sold_in_exchange(transaction)
    return transaction._replace(
        meta={key: value for key, value in transaction.meta.items() if not key.startswith("rl-")},
        links=frozenset(link for link in transaction.links if order in link),
        tags=transaction.tags - {Kind.EXCHANGE.value},
        postings=postings,
    )
