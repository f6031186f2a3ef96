"""The relations that reports read, made from the rows: every line sold, every line given back, every case."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from returnledger.estimates import REVALUES
from returnledger.money import ZERO, cumulative, decimals_of, places
from returnledger.products import Products
from returnledger.relations import RELATIONS, column_names
from returnledger.roles import Role
from returnledger.rows import PART_OF, Posted, PostedLeg
from returnledger.steps import STOCK_ROLES
from returnledger.store.caserows import case_row
from returnledger.store.chunks import rows_in
from returnledger.store.closed import closed, remember, version
from returnledger.store.gather import ENTRY, Source
from returnledger.terms import CREDITING, Goods, Kind, Reason
from returnledger.words import names

_BATCH = 10_000  # rows converted at a time

_MONEY_BACK = frozenset(
    role.value for role in (Role.REVENUE, Role.SALES_RETURNS, Role.SALES_ALLOWANCES, Role.SALES_DISCOUNTS)
)

# Column of `sales` -> what to select, and how to turn it into a value.
_SALES: dict[str, tuple[str, str]] = {
    "date": ("l.date", "date"),
    "order": ("s.name", "text"),
    "line": ("l.line", "text"),
    "sku": ("l.sku", "text"),
    "commodity": ("l.commodity", "text"),
    "name": ("l.sku || char(31) || l.commodity", "name"),
    "category": ("l.sku || char(31) || l.commodity", "category"),
    "supplier": ("l.sku || char(31) || l.commodity", "supplier"),
    "customer": ("coalesce(s.customer, '')", "text"),
    "channel": ("coalesce(s.channel, '')", "text"),
    "country": ("coalesce(s.country, '')", "text"),
    "quantity": ("l.units", "number"),
    "revenue": ("l.revenue", "number"),
    "tax": ("l.tax", "number"),
    "cost": ("l.cost", "number"),
    "currency": ("s.currency", "text"),
}


class _Dates(dict[str, date]):
    def __missing__(self, text: str) -> date:
        self[text] = day = date.fromisoformat(text)
        return day


class _Numbers(dict[str, Decimal]):
    def __missing__(self, text: str) -> Decimal:
        self[text] = number = Decimal(text)
        return number


class Relations:
    """Reads relations from the rows of a ledger and of other books; `products` describe the SKUs before the ledger does."""

    def __init__(self, sources: Sequence[Source], products: Products) -> None:
        """Read from these databases, the ledger's first, which nobody changes meanwhile."""
        self._db, self._sources, self._products = sources[0].db, sources, products
        self._about_memo: dict[str, tuple[str, str, str]] = {}

    def rows(self, name: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a relation in the order of its columns."""
        if name == "sales":
            return self._sales(column_names("sales"))
        return self._returns() if name == "returns" else self._cases()

    def pick(self, name: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a relation with only these columns."""
        if name == "sales":
            return self._sales(columns)
        every = [column.name for column in RELATIONS[name]]
        at = [every.index(column) for column in columns]
        return (tuple(row[i] for i in at) for row in self.rows(name))

    # -- sales

    def _sales(self, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        yield from self._sales_of(self._db, columns)
        before = self._sources[:1]
        for source in self._sources[1:]:
            taken = {name for each in before for (name,) in each.db.execute("SELECT name FROM sale")}
            for *row, order in self._sales_of(source.db, [*columns, "order"]):
                if order not in taken:
                    yield tuple(row)
            before = [*before, source]

    def _sales_of(self, db: sqlite3.Connection, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        selected = ", ".join(_SALES[column][0] for column in columns) or "1"
        converters = [self._converter(_SALES[column][1]) for column in columns]
        cursor = db.execute(
            f"SELECT {selected} FROM sale_line l JOIN sale s ON s.id = l.sale ORDER BY s.date, s.name, l.n"
        )
        while batch := cursor.fetchmany(_BATCH):
            if not converters:
                yield from (() for _ in batch)
                continue
            values = zip(*batch, strict=True)
            yield from zip(*(map(c, v) if c else v for c, v in zip(converters, values, strict=True)), strict=True)

    def _converter(self, kind: str) -> Callable[[str], Any] | None:
        if kind == "date":
            return _Dates().__getitem__
        if kind == "number":
            return _Numbers().__getitem__
        if kind in ("name", "category", "supplier"):
            at = ("name", "category", "supplier").index(kind)
            return lambda key: self._about(key)[at]
        return None

    @cached_property
    def _commodities(self) -> dict[str, tuple[str, str, str]]:
        """Return name, category and supplier by commodity, as commodity directives say them."""
        return {
            name: (title or "", category or "", supplier or "")
            for name, title, category, supplier in self._db.execute(
                "SELECT name, title, category, supplier FROM commodity"
            )
        }

    def _about(self, key: str) -> tuple[str, str, str]:
        """Return name, category and supplier of `sku`, char 31, `commodity`."""
        found = self._about_memo.get(key)
        if found is None:
            sku, _, commodity = key.partition("\x1f")
            found = self._commodities.get(commodity, ("", "", ""))
            product = self._products.get(sku)
            if product is not None:
                found = (product.name or found[0], product.category or found[1], product.supplier or found[2])
            self._about_memo[key] = found
        return found

    # -- what was given back

    def case_names(self) -> list[str]:
        """Return the ids of all cases, by the day of their first step, without reading what was posted on them."""
        sql = "SELECT casus, min(date) AS first FROM posted GROUP BY casus ORDER BY first, casus"
        return list(dict.fromkeys(name for source in self._sources for name, _ in source.db.execute(sql)))

    def closed_cases(self) -> tuple[set[str], int]:
        """Return the cases known to wait for nothing, and the version of the rows for `remember_closed`.

        Where other books may change what an order owes nothing is known beforehand.
        """
        return (closed(self._db) if len(self._sources) == 1 else set()), version(self._db)

    def remember_closed(self, cases: Iterable[str], seen: int) -> None:
        """Keep that cases wait for nothing, as they were seen in the rows of a version."""
        if len(self._sources) == 1:
            remember(self._db, cases, seen)

    def posted(self) -> list[Posted]:
        """Return every directive of ours, voids and all, by date and step."""
        return [entry for _, entry in self._posted()]

    def _posted(self) -> list[tuple[tuple[Any, ...], Posted]]:
        found: dict[object, tuple[tuple[Any, ...], Posted]] = {}
        for source in self._sources:
            rows = source.db.execute(f"{ENTRY} ORDER BY date, step, event, lineno, id").fetchall()
            for row, entry in zip(rows, source.reader.entries(rows), strict=True):
                found.setdefault((entry.id, entry.step, entry.place), (row, entry))
        every = list(found.values())
        return sorted(every, key=lambda pair: (pair[1].date, pair[1].step)) if len(self._sources) > 1 else every

    def _returns(self) -> Iterator[tuple[Any, ...]]:
        entries = self._posted()
        kinds: dict[str, str] = {}
        for _, entry in entries:
            if not entry.voids and not entry.sells:  # an exchange for other goods is a return, and a sale
                kinds.setdefault(entry.id, entry.kind)
        sold = self._sold({entry.order for _, entry in entries})
        firsts: dict[str, Posted] = {}
        for _, entry in entries:
            firsts.setdefault(entry.id, entry)
            kind = kinds.get(entry.voids, "") if entry.voids else entry.kind
            if kind not in (*CREDITING, Kind.ALLOWANCE):
                continue
            yield from self._returned(entry, kind, firsts[entry.id], sold)

    def _sold(self, orders: Iterable[str]) -> dict[tuple[str, str], tuple[Any, ...]]:
        """Return sku, commodity, day, customer, channel and country of every line of these orders."""
        sql = (
            "SELECT s.name, l.line, l.sku, l.commodity, l.date, s.customer, s.channel, s.country, s.currency "
            "FROM sale s JOIN sale_line l ON l.sale = s.id WHERE s.name IN"
        )
        orders = set(orders)
        found: dict[tuple[str, str], tuple[Any, ...]] = {}
        for source in self._sources:
            own = {(row[0], row[1]): row[2:] for row in rows_in(source.db, sql, orders)}
            orders -= {order for order, _ in own}
            found |= own
        return found

    def _returned(
        self, entry: Posted, kind: str, first: Posted, sold: dict[tuple[str, str], tuple[Any, ...]]
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of one directive: one per line and lot."""
        by_line: dict[str, list[PostedLeg]] = {}
        for leg in entry.legs:
            if leg.line is not None:
                by_line.setdefault(leg.line, []).append(leg)
        meta = first.directive.meta if first.directive else {}
        decision, number = str(meta.get("rl-decision", "")), first.number
        for line, legs in by_line.items():
            item = next((leg.item for leg in legs if leg.item and REVALUES not in leg.item), None)
            if item is None:
                continue
            known = sold.get((entry.order, line)) or sold.get((entry.order, line.rpartition(PART_OF)[0]))
            sku = item.get("sku") or (known[0] if known else "")
            moved = next((leg.commodity for leg in legs if leg.commodity), "")
            commodity = moved if PART_OF in line else (known[1] if known else "") or moved
            customer, channel, country = (known[3], known[4], known[5]) if known else (None, None, None)
            goods = "" if _of_money(kind, item) else item.get("goods", Goods.RETURNED.value)
            reason = item.get("reason", "")
            head = (
                entry.date, date.fromisoformat(known[2]) if known else None, entry.order, line, sku, commodity,
                *self._about(f"{sku}\x1f{commodity}"), entry.customer or customer or "", channel or "", country or "",
                entry.case, entry.id, kind, goods, reason, _fault(reason), item.get("condition", ""),
                item.get("disposition", ""),
            )  # fmt: skip
            tail = ((known[6] if known else "") or legs[0].currency, decision, number)
            for lot, units, revenue, tax, cost in _by_lot(legs, item, goods, tail[0]):
                yield (*head, lot, units, revenue, tax, cost, *tail)

    def _cases(self) -> Iterator[tuple[Any, ...]]:
        cases: dict[str, list[Posted]] = {}
        for _, entry in self._posted():
            cases.setdefault(entry.case, []).append(entry)
        for case, entries in cases.items():
            entries.sort(key=lambda entry: (entry.step, entry.date))
            yield case_row(case, entries)


def _of_money(kind: str, item: Mapping[str, str]) -> bool:
    """Return True if an item is credited by an amount of money alone, and counts no units."""
    return kind == Kind.ALLOWANCE or (kind == Kind.CREDIT_NOTE and not item.get("qty"))


def _fault(reason: str) -> str:
    word = names(Reason).get(reason)
    return word.fault.value if isinstance(word, Reason) else ""


def _by_lot(
    legs: Sequence[PostedLeg], item: Any, goods: str, currency: str
) -> Iterator[tuple[str, Decimal, Decimal, Decimal, Decimal]]:
    """Yield lot, units, revenue, tax and cost of one returned line; money is shared by units and adds up exactly."""
    revenue = sum((leg.amount for leg in legs if leg.means in _MONEY_BACK), ZERO)
    tax = sum((leg.amount for leg in legs if leg.means == Role.OUTPUT_VAT), ZERO)
    cost = -sum((leg.amount for leg in legs if leg.means == Role.COGS and leg.currency == currency), ZERO)
    stock = [leg for leg in legs if leg.role in STOCK_ROLES and leg.lot and leg.units]
    quantity = Decimal(item.get("qty") or 0) if goods in (Goods.RETURNED, Goods.NEVER_SHIPPED) else ZERO
    if not stock:
        lots = str(item.get("lots", ""))
        lot = lots.partition("{")[2].rstrip("}") if lots and ";" not in lots else ""
        yield lot, quantity, revenue, tax, cost
        return
    total = sum((leg.units or ZERO for leg in stock), ZERO)
    before = ZERO
    decimals = max(decimals_of(legs[0].currency), *(places(number) for number in (revenue, tax, cost)))
    for leg in stock:
        after = before + (leg.units or ZERO)
        part = [
            cumulative(
                Fraction(amount), Fraction(before) / Fraction(total), Fraction(after) / Fraction(total), decimals
            )
            for amount in (revenue, tax, cost)
        ]
        yield str(leg.lot), leg.units or ZERO, part[0], part[1], part[2]
        before = after
