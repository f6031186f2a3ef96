"""The part of the books that estimates need: cohorts with their sales, and every entry that touches an owner."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from returnledger.estimates import ByHand, Pool, link_of, month_of_owner, pool_of
from returnledger.findings import Span
from returnledger.rows import Posted, Sale
from returnledger.terms import Kind

Key = tuple[str, int, Span | None]


@dataclass
class Estimated:
    """Cohorts by month, entries by what they are, and postings by hand by the names that tie them."""

    cohorts: dict[str, dict[str, Sale]] = field(default_factory=dict)
    entries: dict[Key, Posted] = field(default_factory=dict)
    by_hand: dict[str, list[ByHand]] = field(default_factory=dict)

    def add(self, entry: Posted) -> None:
        """Add an entry, once."""
        self.entries.setdefault((entry.id, entry.step, entry.place), entry)

    def owners(self, month: str) -> list[str]:
        """Return the cohorts of a month that have an estimate, the oldest first."""
        first: dict[str, date] = {}
        for entry in self.entries.values():
            for leg in entry.legs:
                if leg.owner and month_of_owner(leg.owner) == month:
                    first[leg.owner] = min(entry.date, first.get(leg.owner, entry.date))
        known = {link_of(owner) for owner in first}
        for name, rows in self.by_hand.items():
            if month_of_owner(name) == month and name not in known and rows:
                first[name] = min(row.date for row in rows)
        return sorted(first, key=lambda owner: (first[owner], owner))

    def pool(
        self, owner: str, entries: Iterable[Posted], sale: Sale | None = None, without: Collection[Posted] = ()
    ) -> Pool:
        """Return the estimate of an owner; of an order, `entries` are its own and `sale` tells its names."""
        if month_of_owner(owner) is not None and sale is None:
            touching = [entry for entry in self._touching(owner) if entry not in without]
            return pool_of(owner, touching, self.by_hand.get(link_of(owner), ()))
        names = (owner, *(sale.links if sale else ()))
        rows = {(row.place, row.account): row for name in names for row in self.by_hand.get(name, ())}
        return pool_of(owner, entries, rows.values())

    def _touching(self, owner: str) -> Iterator[Posted]:
        for entry in self.entries.values():
            own = entry.told.get("owner") == owner or any(leg.owner == owner for leg in entry.legs)
            if own or entry.kind == Kind.VOID:
                yield entry

    def of_orders(self, month: str) -> dict[str, list[Posted]]:
        """Return the entries on the orders of a cohort, by order, by date and step."""
        found: dict[str, list[Posted]] = {order: [] for order in self.cohorts.get(month, ())}
        for entry in sorted(self.entries.values(), key=lambda entry: (entry.date, entry.step)):
            if entry.order in found:
                found[entry.order].append(entry)
        return found
