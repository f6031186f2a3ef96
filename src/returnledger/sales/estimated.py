"""What others booked as expected to come back: it is part of the price, and no sale, return or discount of its own.

A sale may be booked at once with what is expected to come back; then the refund liability is revenue of the goods and the
right of return asset cost of them, as far as their price and cost go. An entry that only sets such an estimate up, or
changes or releases it, is not part of the sale at all.

    2026-01-01 * "Sale" ^inv-1001                      2026-01-31 * "Fewer are expected" ^inv-1001
      Assets:Receivable             10000 CNY            Liabilities:Refund-Liability  100 CNY
      Income:Sales                  -9700 CNY            Income:Sales                 -100 CNY
      Liabilities:Refund-Liability   -300 CNY            Expenses:COGS                  60 CNY
      Expenses:COGS                  5820 CNY            Assets:Return-Asset           -60 CNY
      Assets:Return-Asset             180 CNY
      Assets:Inventory               -100 MUG {60 CNY}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from beancount.core.data import Transaction

from returnledger.roles import Role
from returnledger.sales.postings import booked
from returnledger.sales.recognition import COGS, REVENUE, Recognition

_STANDS_FOR = {Role.REFUND_LIABILITY: REVENUE, Role.RETURN_ASSET: COGS}
# What an entry may move that is about an estimate alone.
_OF_ESTIMATES = frozenset(
    (
        *_STANDS_FOR,
        Role.RETURN_COST_ACCRUED,
        Role.REVENUE,
        Role.SALES_RETURNS,
        Role.COGS,
        Role.FX_GAIN_LOSS,
        Role.WARRANTY_PROVISION,
        Role.WARRANTY_EXPENSE,
    )
)


def without_estimates(transactions: Iterable[Transaction], how: Recognition) -> Iterator[Transaction]:
    """Yield the transactions, those that estimate left out, and of sales the estimate as what it is part of."""
    for transaction in transactions:
        if any(posting.account in how.estimates for posting in transaction.postings):
            if "rl-id" in transaction.meta:
                yield transaction
            elif not all(_only_estimates(posting, how) for posting in booked(transaction)):
                yield _put_back(transaction, how)
        else:
            yield transaction


def _only_estimates(posting: Any, how: Recognition) -> bool:
    return posting.cost is None and how.role_of(posting.account) in _OF_ESTIMATES


def _put_back(transaction: Transaction, how: Recognition) -> Transaction:
    accounts: dict[int, str] = {}
    for own_posting in booked(transaction):
        if own_posting.cost is None:
            accounts.setdefault(how.purpose(own_posting.account), own_posting.account)
    postings: list[Any] = []
    for posting in transaction.postings:
        stands_for = _STANDS_FOR.get(how.role_of(posting.account))  # type: ignore[arg-type]
        own = how.stand_in(stands_for, accounts.get(stands_for)) if stands_for is not None else None
        postings.append(posting if own is None else posting._replace(account=own))
    return transaction._replace(postings=postings)
