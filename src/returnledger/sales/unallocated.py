"""Keeps the goods of a sale whose money names no line: what left stock and what it cost, and the money unshared.

An event that says price, tax and which goods then takes its part of that money, never more than the sale brought.
"""

from __future__ import annotations

from collections.abc import Iterable

from returnledger.sales.allocate import allocate
from returnledger.sales.allocation import Allocation
from returnledger.sales.costs import book_margin
from returnledger.sales.drafts import Draft, earn, take
from returnledger.sales.postings import Flow, shown_at
from returnledger.sales.recognition import Recognition


def unallocated(flow: Flow, recognition: Recognition, decimals: int) -> Allocation:
    """Return the goods as lines without money, the money as it stands in the sale, and what an event must say."""
    by_sku: dict[str, Draft] = {}
    for posting in flow.out:
        sku = recognition.sku_of(posting)
        draft = by_sku.setdefault(sku, Draft(None, sku, posting))
        take(draft, posting, flow.transactions[0].date, recognition)
    source = (flow.revenue or flow.out)[0]
    values = {"skus": ", ".join(by_sku), "fields": "price, tax, tax_rate", "where": shown_at(source)}
    goods = list(by_sku.values())
    if not goods:
        return Allocation([], problems=[("facts-missing", values)])
    costs = Flow()
    costs.cogs = flow.cogs
    of_goods = allocate(costs, goods, recognition, decimals)
    money = together([flow])
    money.cogs = []
    whole = Draft(None, "", source)
    for posting in flow.revenue:
        earn(whole, posting)
    if not flow.cogs:
        book_margin(flow, goods, decimals)
        for draft in goods:
            whole.gross += draft.gross
            draft.gross = []
    of_money = allocate(money, [whole], recognition, decimals)
    return Allocation(
        of_goods.drafts,
        shipping=of_money.shipping,
        rounding=of_money.rounding,
        problems=[("facts-missing", values), *flow.problems],
        inferred=[*of_money.inferred, *flow.inferred],
        unshared=[*whole.gross, *whole.own, *whole.tax],
    )


def together(flows: Iterable[Flow]) -> Flow:
    """Return the postings of several transactions as if they were one."""
    whole = Flow()
    for flow in flows:
        for name in Flow.__slots__:
            getattr(whole, name).extend(getattr(flow, name))
    return whole
