"""How a ledger names its orders: by links such as `^inv-1001`, by metadata of a transaction or of its postings, by tags.

What names orders is told by behaviour: most sales have it, nearly every value belongs to one sale, and payments or
parcels of the sale have the same value. Several may hold at once: web orders and invoices, old numbers and new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from returnledger.detect import keys
from returnledger.detect.hints import names_an_order, names_something_else
from returnledger.detect.joining import further
from returnledger.detect.sample import Sample, Seen
from returnledger.detect.ways import Way, names_of, ways_of
from returnledger.sales.values import text_of

_ALIKE = 0.9  # share of different values that makes a name of orders; less where the key says so
_HINTED = 0.5
_LEAST = 0.01  # share of sales that a further way must add
_MOST = 5  # ways in all
_LOOKED_AT = 4000  # sales among which ways are looked for


@dataclass(frozen=True)
class Named:
    """The rules by which orders are found, each with how many sales have it, and the metadata keys that differ."""

    rules: tuple[tuple[str, str, int], ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    example: str = ""
    example_day: date | None = None
    example_sku: str = ""
    shared: Mapping[Way, int] = field(default_factory=dict)  # other transactions that name an order of a sale
    unnamed: int = 0  # sales that no rule names


@dataclass
class _Candidate:
    """One way in which sales may name their order."""

    values: Counter[str] = field(default_factory=Counter)
    sales: set[int] = field(default_factory=set)  # by position
    others: set[int] = field(default_factory=set)  # transactions that sell nothing, by position

    @property
    def outside(self) -> int:
        """How many transactions that sell nothing go by the name."""
        return len(self.others)

    def alike(self) -> float:
        return len(self.values) / self.values.total()


def read(sample: Sample) -> Named:
    """Return how the sales of a ledger name their orders and what they say in metadata."""
    found = _candidates(sample)
    chosen = _chosen(found, sample)
    joining = further(sample, frozenset(chosen))
    chosen += [way for way in joining if way not in chosen][: _MOST - len(chosen)]
    counts = {way: len(found[way].sales) if way in found else 0 for way in chosen}
    if len(sample.sales) > _LOOKED_AT:
        counts = Counter(way for seen in sample.sales for way in ways_of(seen.transaction, frozenset(chosen)))
    rules = tuple((style, name if style == "metadata" else name + "{}", counts[style, name]) for style, name in chosen)
    metadata = keys.read(sample)
    order, sale = _example(sample, rules)
    wanted = frozenset(chosen)
    unnamed = sum(1 for seen in sample.sales if not ways_of(seen.transaction, wanted))
    shared = {way: joining.get(way) or (found[way].outside if way in found else 0) for way in chosen}
    if sale is None:
        return Named(rules, metadata, order, shared=shared, unnamed=unnamed)
    sku = next(iter(_goods(sale, metadata)), "")
    return Named(rules, metadata, order, sale.transaction.date, sku, shared, unnamed)


def widened(named: Named, more: Sequence[Seen]) -> Named:
    """Return the rules with the sales counted that were found by them alone."""
    counted = Counter(
        way for seen in more for way in ways_of(seen.transaction, frozenset(_way(rule) for rule in named.rules))
    )
    return replace(named, rules=tuple((*rule[:2], rule[2] + counted[_way(rule)]) for rule in named.rules))


def _way(rule: tuple[str, str, int]) -> Way:
    return rule[0], rule[1].removesuffix("{}")


def _candidates(sample: Sample) -> dict[Way, _Candidate]:
    step = max(1, len(sample.sales) // _LOOKED_AT)
    looked_at = sample.sales[::step] if step > 1 else sample.sales
    found: dict[Way, _Candidate] = {}
    for position, seen in enumerate(looked_at):
        for way, value in names_of(seen.transaction):
            candidate = found.setdefault(way, _Candidate())
            candidate.values[value] += 1
            candidate.sales.add(position)
    usable = {way: each for way, each in found.items() if _is_usable(way, each, len(looked_at))}
    for position, transaction in enumerate((*sample.rest, *(seen.transaction for seen in sample.goods))):
        for way, value in names_of(transaction):
            if way in usable and value in usable[way].values:
                usable[way].others.add(position)
    return usable


def _is_usable(way: Way, candidate: _Candidate, total: int) -> bool:
    """Return True if nearly every value is one sale's, and the key does not name something else."""
    style, name = way
    if names_something_else(name):
        return False
    if len(candidate.sales) < _LEAST * total:
        return False
    is_hinted = names_an_order(name)
    if style == "metadata" and not is_hinted and (name in keys.KNOWN or len(candidate.values) < 2):
        return False
    return candidate.alike() >= (_HINTED if is_hinted else _ALIKE)


def _chosen(found: Mapping[Way, _Candidate], sample: Sample) -> list[Way]:
    """Return the ways to find orders: the best first, then those that name sales which it does not."""
    total = min(len(sample.sales), max(1, len(sample.sales) // max(1, len(sample.sales) // _LOOKED_AT)))
    total = max(total, 1)

    def worth(way: Way) -> tuple[bool, float, bool, str]:
        each = found[way]
        hinted = names_an_order(way[1])
        outside = min(1.0, each.outside / len(each.sales))
        value = len(each.sales) / total + 0.5 * outside + 0.3 * hinted + 0.05 * (way[0] == "link")
        return way[0] != "tag", value, hinted, way[1]

    left = sorted(found, key=worth, reverse=True)
    chosen: list[Way] = []
    named: set[int] = set()
    reached: set[int] = set()
    for way in left:
        each = found[way]
        adds = len(each.sales - named)
        hinted = names_an_order(way[1])
        if not chosen:
            fits = hinted or each.outside > 0 or len(each.sales) >= 0.5 * total
        else:
            fits = adds >= max(1 if hinted or way[0] == "link" else 2, _LEAST * total)
            # A second name of the same sales is worth having where payments or events go by it.
            fits = fits or (hinted and way[0] != "tag" and (each.outside > 0 or len(each.sales) >= 0.5 * total))
            # Whatever it is called: payments or deliveries that go by it alone would be lost without it.
            most = len(each.sales) >= 0.5 * total and each.alike() >= _ALIKE
            fits = fits or len(each.others - reached) >= max(1 if most else 2, _LEAST * total)
        if fits and len(chosen) < _MOST:
            chosen.append(way)
            named |= each.sales
            reached |= each.others
    return sorted(chosen, key=lambda way: way[0] != "link")


def _example(sample: Sample, rules: Iterable[tuple[str, str, int]]) -> tuple[str, Seen | None]:
    """Return the order of the first sale that names one, and that sale."""
    first = max(rules, key=lambda rule: rule[2], default=None)
    if first is None:
        return "", None
    way = first[0], first[1].removesuffix("{}")
    for seen in sample.sales:
        for each, value in sorted(names_of(seen.transaction)):
            if each == way:
                return value, seen
    return "", None


def _goods(sale: Seen, metadata: Mapping[str, str]) -> Sequence[str]:
    """Return the SKUs of a sale, as its metadata or its commodities have them."""
    written = [(p.meta or {}).get(metadata.get("sku", "sku")) for p in sale.income]
    return [text_of(sku) for sku in written if sku] + [p.units.currency for p in sale.stock]
