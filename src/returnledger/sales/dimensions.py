"""Reads what the settings' `carry` names: the department, store or project of a sale, on its postings and on the whole.

2026-02-01 * "张三" "马克杯" ^inv-1001
  store: "上海"
  Income:Sales                -200.00 CNY
    department: "retail"
"""

from __future__ import annotations

from collections.abc import Iterable

from beancount.core.data import Transaction

from returnledger.rows import Dimensions, Place
from returnledger.sales.postings import booked, place_of
from returnledger.sales.values import text_of


def of_postings(transactions: Iterable[Transaction], keys: tuple[str, ...]) -> dict[Place, Dimensions]:
    """Return the dimensions of each posting that has any, by its place."""
    found: dict[Place, Dimensions] = {}
    for transaction in transactions:
        for posting in booked(transaction):
            meta = posting.meta
            if meta:
                own = tuple((key, text_of(meta[key])) for key in keys if key in meta)
                place = place_of(posting)
                if own and place is not None:
                    found[place] = own
    return found


def of_transactions(transactions: Iterable[Transaction], keys: tuple[str, ...]) -> dict[str, str]:
    """Return the dimensions of a sale: of the first of its transactions that has each."""
    found: dict[str, str] = {}
    for transaction in transactions:
        for key in keys:
            if key in transaction.meta:
                found.setdefault(key, text_of(transaction.meta[key]))
    return found
