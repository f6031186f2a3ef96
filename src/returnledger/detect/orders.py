"""How a ledger names its orders, and under which metadata keys it keeps SKU, quantity and the rest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from returnledger.detect.sample import Sample, Seen
from returnledger.sales.values import text_of

# Keys that shops use, by what they hold; the first is the one that needs no setting.
_ORDER_KEYS = (
    "order",
    "invoice",
    "order_id",
    "order_no",
    "orderid",
    "order-id",
    "order-no",
    "invoice_no",
    "so",
    "bill",
)
_LINE_KEYS: Mapping[str, tuple[str, ...]] = {
    "sku": ("sku", "item", "product", "article", "code", "item_code", "goods"),
    "quantity": ("qty", "quantity", "units", "count", "pieces"),
    "line": ("line", "line_no", "row", "pos", "position"),
    "unit_price": ("unit_price", "price", "unit-price"),
    "serial": ("serial", "serial_no", "imei", "sn"),
}
_HEAD_KEYS: Mapping[str, tuple[str, ...]] = {
    "customer": ("customer", "customer_id", "client", "buyer", "member", "account_no"),
    "delivered": ("delivered", "delivery", "delivery_date", "signed", "received_by_customer"),
    "shipped": ("shipped", "ship_date", "dispatched", "sent"),
    "channel": ("channel", "platform", "store_channel", "marketplace"),
    "country": ("country", "ship_country"),
    "customer_group": ("customer_group", "group", "tier"),
    "contract": ("contract", "contract_no"),
}
_PREFIX = re.compile(r"[^\W\d]*?[A-Za-z]+[-_/.]|[A-Za-z]+(?=\d)|(?=\d)")
_ALIKE = 0.9  # share of different values that makes a name of orders
_COMMON = 0.5  # share of sales that must have it


@dataclass(frozen=True)
class Named:
    """The rules by which orders are found, each with how many sales have it, and the metadata keys that differ."""

    rules: tuple[tuple[str, str, int], ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    example: str = ""
    example_day: date | None = None
    example_sku: str = ""


def read(sample: Sample) -> Named:
    """Return how the sales of a ledger name their orders and what they say in metadata."""
    rules: list[tuple[str, str, int]] = []
    total = len(sample.sales)
    links: dict[str, Counter[str]] = {}
    for seen in sample.sales:
        for link in seen.transaction.links:
            match = _PREFIX.match(link)
            if match:
                links.setdefault(match.group(), Counter())[link] += 1
    best = max(links, key=lambda prefix: (len(links[prefix]), -len(prefix)), default=None)
    if best is not None and _names_orders(links[best], total):
        rules.append(("link", best + "{}", links[best].total()))
    for key in _ORDER_KEYS:
        values = Counter(text_of(seen.transaction.meta[key]) for seen in sample.sales if key in seen.transaction.meta)
        if values and _names_orders(values, total):
            rules.append(("metadata", key, values.total()))
    rules = rules[:1] + [rule for rule in rules[1:] if rule[0] == "metadata"][:2]
    keys = _keys(sample)
    name, sale = _example(sample, rules)
    if sale is None:
        return Named(tuple(rules), keys, name)
    written = [(p.meta or {}).get(keys.get("sku", "sku")) for p in sale.income]
    goods = [text_of(sku) for sku in written if sku] + [p.units.currency for p in sale.stock]
    return Named(tuple(rules), keys, name, sale.transaction.date, next(iter(goods), ""))


def _names_orders(values: Counter[str], total: int) -> bool:
    """Return True if most sales have a value and nearly every value is one order's."""
    return values.total() >= _COMMON * total and len(values) >= _ALIKE * values.total()


def _example(sample: Sample, rules: Iterable[tuple[str, str, int]]) -> tuple[str, Seen | None]:
    """Return the order of the first sale that names one, and that sale."""
    first = next(iter(rules), None)
    if first is None:
        return "", None
    style, pattern, _ = first
    for seen in sample.sales:
        if style == "metadata" and pattern in seen.transaction.meta:
            return text_of(seen.transaction.meta[pattern]), seen
        prefix = pattern.removesuffix("{}")
        for link in sorted(seen.transaction.links):
            if style == "link" and link.startswith(prefix):
                return link.removeprefix(prefix), seen
    return "", None


def _keys(sample: Sample) -> dict[str, str]:
    """Return the metadata keys that are not the usual ones, by what they hold."""
    heads = Counter(key for seen in sample.sales for key in seen.transaction.meta)
    lines = Counter(
        key for seen in sample.sales for posting in (*seen.stock, *seen.income) if posting.meta for key in posting.meta
    )
    found = {}
    for known, counted in ((_LINE_KEYS, lines), (_HEAD_KEYS, heads)):
        for meaning, spellings in known.items():
            used = [key for key in spellings if counted[key]]
            if used and used[0] != spellings[0]:
                found[meaning] = max(used, key=lambda key: counted[key])
    return found
