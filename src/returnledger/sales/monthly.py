"""Cost of goods that is booked once a month, under no order, and takings that no order tells.

    2026-01-31 * "COGS January"
      Expenses:COGS            5000.00 CNY
      Assets:Inventory        -5000.00 CNY

A `sku` on the postings, or on the transaction, says of which goods it is. What goes out in lots, or together with
revenue, is the cost of that revenue and no month's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from beancount.core.data import Transaction

from returnledger.monthly import Apart
from returnledger.sales.drafts import NO_META
from returnledger.sales.postings import Posting, booked, place_of
from returnledger.sales.recognition import COGS, DISCOUNT, REVENUE, STOCK_VALUE, Recognition
from returnledger.sales.values import number_of, text_of


def apart(transactions: Iterable[Transaction], how: Recognition) -> Iterator[Apart]:
    """Yield the costs and takings of transactions that name no order; ours are passed over."""
    purpose_of = how.purpose
    for transaction in transactions:
        costs: list[Posting] = []
        takings: list[Posting] = []
        stock: list[Posting] = []
        in_lots = False
        for posting in booked(transaction):
            if posting.cost is not None:
                in_lots = True
                break
            purpose = purpose_of(posting.account)
            if purpose == COGS:
                costs.append(posting)
            elif purpose in (REVENUE, DISCOUNT):
                takings.append(posting)
            elif purpose == STOCK_VALUE:
                stock.append(posting)
        if in_lots or bool(costs) is bool(takings) or "rl-id" in transaction.meta:
            continue
        for posting in costs or takings:
            sku, units = _sku(posting, transaction, how), posting.units
            given = {p.account: None for p in stock if _sku(p, transaction, how) in (sku, "")} if costs else {}
            counted = number_of((posting.meta or NO_META).get(how.quantity)) if takings else None
            yield Apart(
                bool(costs), transaction.date, sku, posting.account, units.number, units.currency,
                None if counted is None else abs(counted), tuple(given), place_of(posting),
            )  # fmt: skip


def _sku(posting: Posting, transaction: Transaction, how: Recognition) -> str:
    meta = posting.meta or NO_META
    return text_of(meta[how.sku] if how.sku in meta else transaction.meta.get(how.sku))
