"""How much of a ledger's sales is read under given settings, and why the rest is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from beancount.core.data import Transaction

from returnledger.detect.practice import transactions_of
from returnledger.detect.roles import rate_of
from returnledger.detect.sample import Sample, Seen, sample_of
from returnledger.findings import Span
from returnledger.ledger import Loaded
from returnledger.rows import Sale
from returnledger.sales import read_sales, recognition
from returnledger.sales.clusters import Key
from returnledger.sales.group import Names
from returnledger.sales.monthly import apart
from returnledger.sales.other_books import compared
from returnledger.settings import Products, Settings
from returnledger.textfile import gc_paused

NO_ORDER, NOT_READ = "no-order", "not-read"
_LATEST = 25  # whole sales kept to show one of them
_NAMED = 3  # orders named as examples of a reason


@dataclass
class Gap:
    """One reason for which sales are not read whole: its code and values, how many, and where the first stands."""

    code: str
    values: Mapping[str, str]
    count: int = 0
    orders: list[str] = field(default_factory=list)
    place: Span | None = None


@dataclass(frozen=True)
class Coverage:
    """The sales of a ledger: how many there are, how many are read whole, and why the others are not."""

    sales: int
    whole: int
    gaps: tuple[Gap, ...] = ()
    latest: tuple[Sale, ...] = ()  # read whole, the latest first
    inferred: Mapping[str, int] = field(default_factory=dict)  # what was concluded and not read, in how many sales
    unnamed: tuple[Seen, ...] = ()  # what looks like a sale and belongs to no order
    sample: Sample = field(default_factory=lambda: Sample((), ()))
    transactions: int = 0
    rates: Mapping[Fraction, int] = field(default_factory=dict)  # of tax on lines, in how many sales


def costs_by_month(coverage: Coverage, loaded: Loaded, settings: Settings, products: Products) -> bool:
    """Return True if cost of goods stands under no order, against stock kept by value, and the latest sales have none."""
    bare = [sale for sale in coverage.latest if any(line.unbooked for line in sale.lines)]
    if not bare or any(line.lots or line.cogs for sale in coverage.latest for line in sale.lines):
        return False
    how = recognition(settings, products, loaded.commodities)
    names = Names(how)
    nameless = (t for t in transactions_of(loaded.entries) if not keys_of(names, t))
    return any(cost.is_cost and cost.stock for cost in apart(nameless, how))


def coverage_of(loaded: Loaded, settings: Settings, products: Products, listed: Iterable[Sale] = ()) -> Coverage:
    """Read every sale of the ledger with these settings; return what came of it.

    `listed` are the sales of the register, where there is one. The ledger's entries of its time that name no order are
    the totals of these, and no sales beside them.
    """
    with gc_paused():
        return _coverage_of(loaded, settings, products, {sale.order: sale for sale in listed})


def _coverage_of(loaded: Loaded, settings: Settings, products: Products, listed: Mapping[str, Sale]) -> Coverage:
    transactions = transactions_of(loaded.entries)
    how = recognition(settings, products, loaded.commodities)
    gaps: dict[object, Gap] = {}
    whole: list[Sale] = []
    inferred: Counter[str] = Counter()
    rates: Counter[Fraction] = Counter()
    total = complete = 0
    known: set[str] = set()
    for sale, names in _with_listed(read_sales(transactions, how), listed):
        total += 1
        known.update(names)
        known.add(sale.order)
        inferred.update({code for code, _ in sale.inferred})
        if sale.lines and not sale.problems:
            complete += 1
            rates.update({rate for line in sale.lines if line.tax and (rate := rate_of(line.tax, line.net))})
            whole.append(sale)
            if len(whole) > 4 * _LATEST:
                whole = _last(whole)
        for key, gap in _gaps_of(sale):
            _add(gaps, key, gap, sale.order)
    sample = sample_of(transactions)
    names_of = Names(how)
    unnamed = []
    for seen in sample.sales:
        keys = keys_of(names_of, seen.transaction)
        if any(name in known for _, name in keys):
            continue
        if not keys and _is_total(seen.transaction, listed):
            continue
        total += 1
        code = NOT_READ if keys else NO_ORDER
        if not keys:
            unnamed.append(seen)
        _add(gaps, code, Gap(code, {}, place=_place(seen.transaction)), keys[0][1] if keys else "")
    reasons = sorted(gaps.values(), key=lambda gap: -gap.count)
    return Coverage(
        total,
        complete,
        tuple(reasons),
        tuple(_last(whole)),
        inferred,
        tuple(unnamed),
        sample,
        len(transactions),
        rates,
    )


def _with_listed(
    booked: Iterable[tuple[Sale, Iterable[str]]], listed: Mapping[str, Sale]
) -> Iterator[tuple[Sale, Iterable[str]]]:
    """Yield the sales of the ledger, each compared with the register's of its order, then those of the register alone."""
    rest = dict(listed)
    for sale, names in booked:
        own = rest.pop(sale.order, None)
        yield (sale if own is None else compared(sale, own)), names
    for sale in rest.values():
        yield sale, (sale.order, *(sale.invoice.split(", ") if sale.invoice else ()))


def _is_total(transaction: Transaction, listed: Mapping[str, Sale]) -> bool:
    """Return True for an entry of the register's time: from its first sale to the end of the month after its last."""
    if not listed:
        return False
    first, last = min(sale.date for sale in listed.values()), max(sale.date for sale in listed.values())
    months = transaction.date.year * 12 + transaction.date.month - (last.year * 12 + last.month)
    return transaction.date >= first and months <= 1


def keys_of(names: Names, transaction: Transaction) -> list[Key]:
    """Return the orders that a transaction or its postings name."""
    return names.of(transaction) or list(names.on_postings(transaction).values())


def _last(sales: Iterable[Sale]) -> list[Sale]:
    return sorted(sales, key=lambda sale: (sale.date, sale.order), reverse=True)[:_LATEST]


def _gaps_of(sale: Sale) -> Iterable[tuple[object, Gap]]:
    """Yield what keeps a sale from being read whole, each reason once."""
    if not sale.lines and not sale.problems:
        yield "lines", Gap("lines", {}, place=sale.place)
    seen = set()
    for code, values in sale.problems:
        key = code, values.get("fields"), values.get("account")
        if key not in seen:
            seen.add(key)
            yield key, Gap(code, values, place=_said(values.get("where", "")) or sale.place)


def _said(where: str) -> Span | None:
    file, _, line = where.rpartition(":")
    return Span(file, int(line)) if file and line.isdigit() and int(line) else None


def _add(gaps: dict[object, Gap], key: object, gap: Gap, order: str) -> None:
    known = gaps.setdefault(key, gap)
    known.count += 1
    if order and len(known.orders) < _NAMED:
        known.orders.append(order)


def _place(transaction: Transaction) -> Span:
    return Span(str(transaction.meta.get("filename", "")), int(transaction.meta.get("lineno") or 1))
