"""Further ways by which payments and deliveries name an order of a sale, beside those that the sales themselves go by."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Set

from returnledger.detect.hints import names_an_order, names_something_else
from returnledger.detect.sample import Sample
from returnledger.detect.ways import Way, names_of, prefix_of
from returnledger.sales.postings import booked
from returnledger.sales.values import text_of

_BETWEEN = re.compile(r"[\s,;，；、]+")  # names of several orders in one value


def further(sample: Sample, chosen: frozenset[Way]) -> dict[Way, int]:
    """Return further ways by which payments and deliveries name an order of a sale, with how many do.

    Such a name stands beside one that the sale has too, or is the number of the sale's order under another key.
    """
    names = {value for seen in sample.sales for way, value in names_of(seen.transaction) if way in chosen}
    links = (link for seen in sample.sales for link in seen.transaction.links or ())
    names |= {link for link in links if ("link", prefix_of(link) or "") in chosen}
    found: Counter[Way] = Counter()
    for transaction in (*sample.rest, *(seen.transaction for seen in sample.goods)):
        said = list(names_of(transaction))
        hinted = [(way, value) for way, value in said if way not in chosen and names_an_order(way[1])]
        if not hinted:
            continue
        beside = any(way in chosen and value in names for way, value in said)
        for way, value in hinted:
            if beside and way[0] == "tag":
                continue
            if beside or not names.isdisjoint(_BETWEEN.split(value)):
                found[way] += 1
    whole = _whole_links(sample, chosen)
    if whole:
        found["link", ""] = whole
    return dict(found.most_common()) | _carried_on(sample, chosen | found.keys())


def _carried_on(sample: Sample, chosen: Set[Way]) -> dict[Way, int]:
    """Return links that a delivery or a sale has beside the name of its order, and its payment has alone.

    Each stands for one order only: links of customers or of purchases do not.
    """
    goods = [seen.transaction for seen in sample.goods]
    owed = {p.account for seen in sample.sales for p in booked(seen.transaction) if p.account[:7] == "Assets:"}
    beside: dict[Way, dict[str, set[tuple[Way, str]]]] = {}
    alone: dict[Way, set[str]] = {}
    for transaction in (*sample.rest, *goods, *(seen.transaction for seen in sample.sales)):
        if not transaction.links:
            continue
        said = list(names_of(transaction))
        named = [(way, value) for way, value in said if way in chosen]
        for way, value in said:
            if way[0] != "link" or way in chosen or names_something_else(way[1]):
                continue
            if named:
                beside.setdefault(way, {}).setdefault(value, set()).update(named)
            elif any(p.account in owed and p.units.number < 0 for p in booked(transaction)):
                alone.setdefault(way, set()).add(value)
    return {
        way: len(values)
        for way, values in alone.items()
        if values <= beside.get(way, {}).keys()
        and all(len(each) == len({name for name, _ in each}) for each in beside[way].values())
    }


def _whole_links(sample: Sample, chosen: frozenset[Way]) -> int:
    """Return how many payments and deliveries have the name of an order, with its prefix, for a link: `^TB-7788`.

    None where there are links that name something else: each would be taken for an order.
    """
    keys_of_orders = {name for style, name in chosen if style == "metadata"}
    if not keys_of_orders or len(keys_of_orders) < len(chosen):
        return 0
    metas = [seen.transaction.meta for seen in sample.sales]
    names = {text_of(meta[key]) for meta in metas for key in keys_of_orders if key in meta}
    others = [*sample.rest, *(seen.transaction for seen in sample.goods)]
    links = [link for t in (*others, *(seen.transaction for seen in sample.sales)) for link in t.links or ()]
    return sum(1 for t in others if t.links) if links and names.issuperset(links) else 0
