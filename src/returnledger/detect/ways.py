"""The ways by which a transaction may name its order, each with the name: its links, its metadata, its tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from beancount.core.data import Transaction

from returnledger.detect import keys
from returnledger.detect.hints import names_an_order
from returnledger.sales.postings import booked
from returnledger.sales.values import text_of

Way = tuple[str, str]  # ("link", prefix), ("metadata", key) or ("tag", prefix)

# The kind of document in small letters comes off, `inv-` of `inv-SO-1001`: what is left is the number people write.
_PREFIX = re.compile(r"[a-z]+[-_/.](?=[A-Z]+[-_/.]?\d)|[^\d]*[-_/.](?=.)|[A-Za-z]+(?=\d)|(?=\d)")


def prefix_of(link: str) -> str | None:
    """Return the part of a link before the number of the order, None for a link without a digit or mark."""
    match = _PREFIX.match(link)
    return match.group() if match else None


def names_of(transaction: Transaction) -> Iterator[tuple[Way, str]]:
    """Yield every way in which a transaction may name its order, with the name."""
    for link in transaction.links or ():
        prefix = prefix_of(link)
        yield ("link", prefix or ""), link.removeprefix(prefix or "")
    for tag in transaction.tags or ():
        prefix = prefix_of(tag)
        if prefix and names_an_order(prefix):
            yield ("tag", prefix), tag.removeprefix(prefix)
    said = set()
    for meta in (transaction.meta, *[p.meta for p in booked(transaction) if p.meta]):
        for key, value in meta.items():
            if not _may_name(key, value):
                continue
            pair = ("metadata", key), text_of(value)
            if pair[1] and pair not in said:
                said.add(pair)
                yield pair


def ways_of(transaction: Transaction, wanted: frozenset[Way]) -> set[Way]:
    """Return the ways among `wanted` by which a transaction names its order."""
    links, tags = transaction.links or (), transaction.tags or ()
    found = {way for way in wanted if way[0] == "link" and any(prefix_of(link) == way[1] for link in links)}
    found |= {way for way in wanted if way[0] == "tag" and any(prefix_of(tag) == way[1] for tag in tags)}
    for way in wanted:
        if way[0] == "metadata":
            key = way[1]
            if key in transaction.meta or any(p.meta and key in p.meta for p in booked(transaction)):
                found.add(way)
    return found


def _may_name(key: str, value: object) -> bool:
    if type(value) is str:
        return not _says_else(key)
    return isinstance(value, Decimal) and names_an_order(key) and value == value.to_integral_value()


@lru_cache(maxsize=4096)
def _says_else(key: str) -> bool:
    """Return True if a metadata key is Beancount's own, or is known to hold something else than an order."""
    return key in ("filename", "lineno") or key[:2] == "__" or (key in keys.KNOWN and not names_an_order(key))
