"""What a replacement under warranty takes of what was set aside for warranty.

Such a provision is one fund for all that was sold: the part of the order is used first, then that of its month, then what
nobody tied to a sale, then the rest, the oldest first. Nothing is taken that a later day has used.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from returnledger.books import Books
from returnledger.draws import Taken, Use, warranty_of
from returnledger.estimatebooks import Estimated
from returnledger.estimates import WARRANTY, Pool, month_of_owner, pool_of
from returnledger.facts import Facts


def provided(facts: Facts, wanted: Decimal, currency: str, books: Books, taken: Taken) -> Iterator[Use]:
    """Yield what of a cost of `wanted` provisions for warranty bear, by owner and account."""
    if books.estimated is None:
        return
    for pool in _pools(facts, books, books.estimated):
        if wanted <= 0:
            return
        for use in warranty_of(pool, wanted, currency, facts.day, taken):
            wanted -= use.amount
            yield use


def _pools(facts: Facts, books: Books, estimated: Estimated) -> Iterator[Pool]:
    sale, line = facts.sale, facts.line
    assert sale is not None and line is not None
    yield estimated.pool(sale.order, books.by_order.get(sale.order, ()), sale)
    first = _first_days(estimated)
    month = f"{line.date:%Y-%m}"
    own = sorted((owner for owner in first if month_of_owner(owner) == month), key=lambda o: (first[o], o))
    yield from (estimated.pool(owner, ()) for owner in own)
    yield _loose(estimated, {sale.order, *sale.links})
    rest = [owner for owner in first if owner not in own and month_of_owner(owner)]
    yield from (estimated.pool(owner, ()) for owner in sorted(rest, key=lambda o: (first[o], o)))


def _first_days(estimated: Estimated) -> dict[str, date]:
    """Return the owners that have a provision for warranty, each with its first day."""
    first: dict[str, date] = {}
    for entry in estimated.entries.values():
        for leg in entry.legs:
            if leg.role == WARRANTY and leg.owner:
                first[leg.owner] = min(entry.date, first.get(leg.owner, entry.date))
    for name, rows in estimated.by_hand.items():
        days = [row.date for row in rows if row.role == WARRANTY]
        if days and month_of_owner(name):
            first[name] = min([*days, first.get(name, days[0])])
    return first


def _loose(estimated: Estimated, order: set[str]) -> Pool:
    """Return what others set aside that is tied neither to the order nor to a month."""
    tied = {
        (row.place, row.account)
        for name, rows in estimated.by_hand.items()
        if name in order or month_of_owner(name)
        for row in rows
    }
    rows = [row for row in estimated.by_hand.get("", ()) if (row.place, row.account) not in tied]
    return pool_of("", estimated.entries.values(), rows)
