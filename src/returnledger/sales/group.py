"""Finds the transactions of each order: by links such as `inv-1001` first, then by metadata such as `order: "1001"`.

Tags such as `order-1001` name orders where the settings say so, just as links do.

Metadata may stand on the transaction or, where it has none, on its postings. Our own entries never belong to a sale,
but for what an exchange sells. A
payment that names several orders is kept apart, to be dealt out to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from beancount.core.data import Transaction

from returnledger.sales.clusters import Clusters, Key
from returnledger.sales.exchanged import as_sale, sold_in_exchange, standing
from returnledger.sales.postings import booked
from returnledger.sales.recognition import Recognition
from returnledger.sales.selling import prepays, sells
from returnledger.sales.several import Inseparable, parted, several
from returnledger.sales.values import text_of

BETWEEN = re.compile(r"[\s,;，；、]+")  # names of several orders in one value
_MARK = re.compile(r"[-_/.]")  # parts of a link: `inv-SO-1001` is also called SO-1001


@dataclass(slots=True)
class Group:
    """The transactions of one order, in the order of the ledger."""

    name: str
    transactions: list[Transaction]
    aliases: dict[str, None] = field(default_factory=dict)  # other spellings of the order
    sells: bool = False
    problems: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@dataclass(slots=True)
class Shared:
    """A payment for several orders, and which of its postings (by identity) names which."""

    transaction: Transaction
    orders: tuple[str, ...]
    named: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Groups:
    """All orders of a ledger, the payments for several orders, and advances that name no order."""

    orders: list[Group]
    shared: list[Shared]
    advances: list[Transaction]


class Names:
    """Reads the names of the orders that a transaction belongs to."""

    def __init__(self, recognition: Recognition) -> None:
        """Split the patterns of links once."""
        self._rules: list[tuple[str, str, str]] = []
        for style, pattern in recognition.orders:
            before, _, after = pattern.partition("{}")
            self._rules.append((style, before, after))
        invoice = self._invoice = recognition.key("invoice")
        self._affixes = [
            (i, before, after)
            for i, (style, before, after) in enumerate(self._rules)
            if style != "metadata" and before + after
        ]
        # An order may have several invoices and an invoice several links; the name of an order says which sale is meant.
        self.elsewhere = recognition.elsewhere
        self.telling = frozenset(
            i for i, (style, key, _) in enumerate(self._rules) if style == "metadata" and key != invoice
        )

    def of(self, transaction: Transaction) -> list[Key]:
        """Return the orders a transaction names, by the rules of the settings in their order."""
        found: list[Key] = []
        meta = transaction.meta
        for i, (style, before, after) in enumerate(self._rules):
            if style != "metadata":
                links = transaction.links if style == "link" else transaction.tags
                if links:
                    hits = [link for link in links if link.startswith(before) and link.endswith(after)]
                    if len(hits) > 1:
                        hits.sort()
                    for link in hits:
                        name = link[len(before) : len(link) - len(after)]
                        if name:
                            found.append((i, name))
            elif before in meta:
                name = text_of(meta[before])
                if name:
                    found.append((i, name))
        return found

    def on_postings(self, transaction: Transaction) -> dict[int, Key]:
        """Return the order that each posting names in its metadata, by the identity of the posting."""
        found: dict[int, Key] = {}
        for posting in booked(transaction):
            meta = posting.meta
            if meta:
                for i, (style, key, _) in enumerate(self._rules):
                    if style == "metadata" and key in meta:
                        found[id(posting)] = (i, text_of(meta[key]))
                        break
        return found

    def as_link(self, key: Key) -> Key | None:
        """Return what a link finds that is the whole of a name in metadata: `so: "SO-1001"` is that of `^SO-1001`."""
        name = key[1]
        if self._rules[key[0]][0] == "metadata":
            for i, before, after in self._affixes:
                if name.startswith(before) and name.endswith(after) and len(name) > len(before) + len(after):
                    return i, name[len(before) : len(name) - len(after)]
        return None

    def is_invoice(self, key: Key) -> bool:
        """Return True if a rule found the number of an invoice, and not that of an order."""
        style, before, _ = self._rules[key[0]]
        return style == "metadata" and before == self._invoice

    def spellings(self, key: Key) -> Iterator[str]:
        """Yield the ways in which a user may write what a rule found: the name, and the link in full."""
        style, before, after = self._rules[key[0]]
        yield key[1]
        if key[1][:1] == "#":
            yield key[1][1:]
        if style != "metadata":
            yield f"{before}{key[1]}{after}"
            yield f"{'^' if style == 'link' else '#'}{before}{key[1]}{after}"
            for mark in _MARK.finditer(before[:-1]):
                yield f"{before[mark.end() :]}{key[1]}{after}"

    def label(self, key: Key) -> str:
        """Return what a rule found with its metadata key or prefix, to tell two orders of one name apart."""
        style, before, after = self._rules[key[0]]
        return f"{before}:{key[1]}" if style == "metadata" else f"{before}{key[1]}{after}"


def group(transactions: Iterable[Transaction], recognition: Recognition) -> Groups:
    """Return the orders of the transactions, in the order in which each first shows up."""
    names = Names(recognition)
    clusters = Clusters(recognition, names.telling)
    shared: list[tuple[Transaction, list[Key], dict[int, Key]]] = []
    advances: list[Transaction] = []
    ours: list[tuple[Transaction, list[Key]]] = []
    for transaction in transactions:
        keys = names.of(transaction)
        by_posting: dict[int, Key] = {}
        if not keys:
            by_posting = names.on_postings(transaction)
            keys = list(dict.fromkeys(by_posting.values()))
        if "rl-id" in transaction.meta:
            if order := sold_in_exchange(transaction):
                ours.append((transaction, [key for key in keys if key[1] == order]))
            continue
        if not keys:
            if prepays(transaction, recognition):
                advances.append(transaction)
            continue
        selling = sells(transaction, recognition)
        if selling and by_posting and several(by_posting):
            _part(clusters, transaction, by_posting, recognition)
            continue
        if len(keys) > 1 and not selling:
            alike = [key for key in keys if key[0] == keys[0][0]]
            if len(alike) > 1:
                shared.append((transaction, alike, by_posting))
                continue
        clusters.add(transaction, keys, selling)
    _add_exchanged(clusters, ours, recognition)
    clusters.join(names.as_link)
    return _named(clusters, shared, advances, names)


def _add_exchanged(clusters: Clusters, ours: list[tuple[Transaction, list[Key]]], how: Recognition) -> None:
    """Add the sales of our exchanges that stand, each under its order."""
    keys = {id(transaction): own for transaction, own in ours if own}
    for transaction in standing(transaction for transaction, _ in ours):
        if id(transaction) in keys:
            clusters.add(as_sale(transaction, how), keys[id(transaction)], selling=True)


def _part(clusters: Clusters, transaction: Transaction, named: dict[int, Key], how: Recognition) -> None:
    """Add a transaction to each of its orders with what is that order's; to all of them as one problem where that is not clear."""
    try:
        parts = parted(transaction, named, how)
    except Inseparable as reason:
        clusters.add(transaction, list(dict.fromkeys(named.values())), selling=True)
        clusters.blame(next(iter(named.values())), reason.problem)
        return
    for key, part in parts.items():
        clusters.add(part, [key], sells(part, how))


def _named(
    clusters: Clusters,
    shared: list[tuple[Transaction, list[Key], dict[int, Key]]],
    advances: list[Transaction],
    names: Names,
) -> Groups:
    """Give each order its name: two orders of one name are told apart by the rule that found them."""
    orders: list[Group] = []
    taken: set[str] = set()
    by_key: dict[Key, Group] = {}
    for cluster in clusters.sales():
        key = cluster.key
        made = Group(key[1], cluster.transactions, sells=True, problems=cluster.problems)
        for other in cluster.keys:
            for spelling in names.spellings(other):
                made.aliases[spelling] = None
        if made.name in taken:
            made.name = names.label(key)
            made.aliases[made.name] = None
        taken.add(made.name)
        by_key[key] = made
        orders.append(made)
    for key, made in by_key.items():
        if names.as_link(key) in by_key and made.name == key[1]:  # another sale goes by it as its link in full
            made.name = names.label(key)
            made.aliases[made.name] = None

    by_name: dict[str, list[Group]] = {}
    for key, made in by_key.items():
        by_name.setdefault(key[1], []).append(made)

    def targets(key: Key) -> dict[str, None]:
        alike = by_name.get(key[1], [])
        named = [by_key[sale.key] for sale in clusters.named(key)] or (alike if len(alike) == 1 else [])
        link = names.as_link(key) if not named else None
        return {each.name: None for each in named} if link is None else targets(link)

    dealt = []
    for transaction, keys, by_posting in shared:
        found: dict[str, None] = {}
        for key in keys:
            found |= targets(key)
        if found and not (names.elsewhere and any(not targets(key) for key in keys)):
            named = {place: next(iter(targets(key))) for place, key in by_posting.items() if len(targets(key)) == 1}
            dealt.append(Shared(transaction, tuple(found), named))
    for key, cluster in clusters.others():
        found = targets(key)
        for name in BETWEEN.split(key[1]) if not found else ():
            found |= targets((key[0], name))
        dealt += [Shared(transaction, tuple(found)) for transaction in cluster.transactions if found]
    return Groups(orders, dealt, advances)
