"""Finds the sales in a ledger that this program did not write: order by order, line by line, lot by lot.

A sale may be written in one transaction or in several, by a shop system or by hand. Each way of writing is one module;
they are tried in the order of `STYLES`, and the first that finds lines allocates every amount to them. What can't be allocated is kept as a
problem of the sale: it matters only if that order is returned.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from beancount.core.data import Transaction

from returnledger.roles import Role
from returnledger.rows import Sale
from returnledger.sales import by_line, services, single_sku, unnamed
from returnledger.sales.allocations import Style
from returnledger.sales.estimated import without_estimates
from returnledger.sales.group import group
from returnledger.sales.payments import dealt
from returnledger.sales.postings import flow_of
from returnledger.sales.recognition import COGS, REVENUE, Recognition
from returnledger.sales.sale import sale_of
from returnledger.sales.tax.rates import rate_of
from returnledger.sales.values import text_of
from returnledger.settings import Products, Settings

STYLES: tuple[Style, ...] = (by_line.drafts, single_sku.drafts, unnamed.drafts, services.drafts)

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
    how = Recognition(
        role_of=settings.role_of,
        orders=tuple(rule.way for rule in rules),
        keys=keys,
        skus=skus,
        tax_rates=settings.sales.tax_rates,
        rates=_rates(commodities or {}, skus, keys["tax_rate"]),
        carry=settings.carry,
        stockless=frozenset(product.sku for product in products or () if product.stock == "none"),
        packs={product.sku: frozenset(product.packs.values()) for product in products or () if product.packs},
    )
    how.first_accounts = {
        REVENUE: settings.account_for(Role.REVENUE),
        COGS: settings.account_for(Role.COGS),
    }
    how.elsewhere = bool(settings.sales.register_file or settings.sales.archives)
    return how


def _rates(commodities: Mapping[str, Mapping[str, Any]], skus: Mapping[str, str], key: str) -> dict[str, Decimal]:
    """Return the tax rate of each SKU whose commodity directive says one."""
    found = ((skus.get(name, name), rate_of(meta[key])) for name, meta in commodities.items() if key in meta)
    return {sku: rate for sku, rate in found if rate is not None}


def read_sales(
    transactions: Iterable[Transaction], how: Recognition, *, estimates: bool = True
) -> Iterator[tuple[Sale, tuple[str, ...]]]:
    """Yield every sale with all spellings of its order, those with shared payments last.

    `estimates` False says that no account keeps what is expected to come back.
    """
    groups = group(without_estimates(transactions, how) if estimates else transactions, how)
    waiting: dict[str, tuple[Sale, tuple[str, ...]]] = {}
    wanted = {order for shared in groups.shared for order in shared.orders}
    for found in groups.orders:
        sale = sale_of(found, how, STYLES)
        found.transactions = []
        names = tuple(found.aliases)
        if sale.order in wanted or (groups.advances and sale.advances):
            waiting[sale.order] = (sale, names)
        else:
            yield sale, names
    for shared in groups.shared:
        sales = [waiting[order][0] for order in shared.orders]
        for sale in dealt(flow_of(shared.transaction, how), sales, how, shared.named):
            waiting[sale.order] = (sale, waiting[sale.order][1])
    for transaction in groups.advances:
        sales = [sale for sale, _ in waiting.values() if _is_advance_of(transaction, sale, how)]
        for sale in dealt(flow_of(transaction, how), sales, how):
            waiting[sale.order] = (sale, waiting[sale.order][1])
    yield from waiting.values()


def _is_advance_of(transaction: Transaction, sale: Sale, how: Recognition) -> bool:
    """Return True if a sale used an advance, and goes by the contract or a link of this one."""
    if not any(money.amount > 0 for money in sale.advances):
        return False
    contract = transaction.meta.get(how.key("contract"))
    if contract is not None and text_of(contract) == sale.metadata.get(how.key("contract")):
        return True
    return not transaction.links.isdisjoint(sale.links)
