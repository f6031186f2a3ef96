"""Finds the sales in a ledger that this program did not write: order by order, line by line, lot by lot.

A sale may be written in one transaction or in several, by a shop system or by hand. Each way of writing is one module;
they are tried in the order of `STYLES`, and the first that finds lines ties them. What can't be tied is kept as a
problem of the sale: it matters only if that order is returned.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from beancount.core.data import Transaction

from returnledger.money import ZERO, shares
from returnledger.rows import Money, Sale
from returnledger.sales import by_line, single_sku
from returnledger.sales.group import group
from returnledger.sales.postings import Flow, Recognition, flow_of, place_of
from returnledger.sales.sale import Style, sale_of
from returnledger.sales.values import text_of
from returnledger.settings import Products, Settings

STYLES: tuple[Style, ...] = (by_line.drafts, single_sku.drafts)

__all__ = ["STYLES", "Recognition", "read_sales", "recognition"]


def recognition(
    settings: Settings, products: Products | None = None, commodities: Mapping[str, Mapping[str, Any]] | None = None
) -> Recognition:
    """Return how sales are recognised under these settings; `commodities` are the metadata of commodity directives."""
    keys = settings.sales.metadata.model_dump()
    skus = {product.commodity: product.sku for product in products or ()}
    for commodity, meta in (commodities or {}).items():
        if keys["sku"] in meta:
            skus[commodity] = text_of(meta[keys["sku"]])
    rules = settings.sales.order
    return Recognition(
        role_of=settings.role_of,
        orders=tuple(("link", rule.link) if rule.link else ("metadata", rule.metadata or "") for rule in rules),
        keys=keys,
        skus=skus,
    )


def read_sales(transactions: Iterable[Transaction], how: Recognition) -> Iterator[tuple[Sale, tuple[str, ...]]]:
    """Yield every sale with all spellings of its order, those with shared payments last."""
    groups = group(transactions, how)
    waiting: dict[str, tuple[Sale, tuple[str, ...]]] = {}
    wanted = {order for _, orders in groups.shared for order in orders}
    for found in groups.orders:
        sale = sale_of(found, how, STYLES)
        found.transactions = []
        names = tuple(found.aliases)
        if sale.order in wanted:
            waiting[sale.order] = (sale, names)
        else:
            yield sale, names
    for payment, orders in groups.shared:
        sales = [waiting[order][0] for order in orders if order in waiting]
        for sale in dealt(flow_of(payment, how), sales):
            waiting[sale.order] = (sale, waiting[sale.order][1])
    yield from waiting.values()


def dealt(payment: Flow, sales: list[Sale]) -> list[Sale]:
    """Return the sales with a payment for all of them dealt out by what each still owes, oldest order first.

    What is paid beyond that stays with the last of them.
    """
    sales = sorted(sales, key=lambda sale: (sale.date, sale.order))
    day = payment.transactions[0].date
    left = -sum([posting.units.number for posting in payment.receivable], ZERO)
    weights: list[Decimal] = []
    for i, sale in enumerate(sales):
        owed = max(ZERO, sum([money.amount for money in sale.receivable], ZERO))
        share = left if i == len(sales) - 1 else min(left, owed)
        weights.append(share)
        left -= share
    receivable: list[list[Money]] = [[] for _ in sales]
    tenders: list[list[Money]] = [[] for _ in sales]
    for postings, out in ((payment.receivable, receivable), (payment.tenders, tenders)):
        for posting in postings:
            number, currency = posting.units.number, posting.units.currency
            decimals = max(0, -int(number.as_tuple().exponent))
            for i, amount in enumerate(shares(number, weights, decimals)):
                if amount:
                    out[i].append(Money(posting.account, amount, currency, day, place_of(posting)))
    return [
        replace(sale, receivable=(*sale.receivable, *receivable[i]), tenders=(*sale.tenders, *tenders[i]))
        for i, sale in enumerate(sales)
    ]
