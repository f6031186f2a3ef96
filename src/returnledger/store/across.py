"""Finds what other books hold of a sale: payments after the turn of the year, goods that came back by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from returnledger.books import Books
from returnledger.needs import Needs
from returnledger.rows import Place, Sale
from returnledger.sales.follow_ups import FollowUp, shared_out, with_follow_ups
from returnledger.store import follow_ups
from returnledger.store.gather import Source


class Across:
    """Looks through the ledger and all other books."""

    def __init__(self, sources: Sequence[Source]) -> None:
        """Look through these, the ledger first."""
        self._sources = sources
        self._raw: dict[str, Sale | None] = {}

    def rows_of(self, source: Source, sale: Sale) -> list[FollowUp]:
        """Return what books other than `source`, which sold it, hold of a sale, and its share of joint payments."""
        alone, joint = self._rows(source, names_of(source, sale.order))
        for _, rows in sorted(joint.items(), key=lambda pair: (pair[1][0].money.date, pair[0])):
            sales = {name: found for name in rows[0].names if (found := self._sale(name)) is not None}
            if any(found.order == sale.order for found in sales.values()):
                alone += shared_out(rows, sales)[sale.order]
        return alone

    def _rows(self, source: Source, names: Iterable[str]) -> tuple[list[FollowUp], dict[Place, list[FollowUp]]]:
        """Return the rows of one order alone, and by transaction those of several that no book has shared out."""
        alone: dict[object, FollowUp] = {}
        joint: dict[Place, list[FollowUp]] = {}
        for other in self._sources:
            for row in follow_ups.read(other.db, names):
                sold = [name for name in row.names if sells(other, name)]
                if len(row.names) == 1 and not sold and other is not source:
                    alone.setdefault((row.source, row.money.place, row.purpose, row.money.account), row)
                elif len(row.names) > 1 and len(sold) < len(row.names):
                    joint.setdefault(row.source, []).append(row)
        return list(alone.values()), joint

    def _sale(self, name: str) -> Sale | None:
        """Return the sale of that name with what other books hold of it alone."""
        if name not in self._raw:
            self._raw[name] = None
            for source in self._sources:
                found = Books()
                source.reader.gather(Needs(orders=frozenset({name})), found)
                for sale in found.sales.values():
                    self._raw[name] = with_follow_ups(sale, self._rows(source, names_of(source, sale.order))[0])
                    return self._raw[name]
        return self._raw[name]


def names_of(source: Source, order: str) -> list[str]:
    """Return every name of an order in the books that sold it."""
    rows = source.db.execute("SELECT n.name FROM order_name n JOIN sale s ON s.id = n.sale WHERE s.name = ?", (order,))
    return [name for (name,) in rows]


def sells(source: Source, name: str) -> bool:
    """Return True if these books have a sale of that name."""
    return source.db.execute("SELECT 1 FROM order_name WHERE name = ?", (name,)).fetchone() is not None
