"""Finds the transactions of each order: by links such as `inv-1001` first, then by metadata such as `order: "1001"`.

Our own entries never belong to a sale. A payment that names several orders is kept apart, to be dealt out to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from beancount.core.data import Transaction

from returnledger.sales.postings import Recognition, sells
from returnledger.sales.values import text_of

Key = tuple[int, str]  # which rule of the settings, and what it found


@dataclass(slots=True)
class Group:
    """The transactions of one order, in the order of the ledger."""

    name: str
    transactions: list[Transaction]
    aliases: dict[str, None] = field(default_factory=dict)  # other spellings of the order
    sells: bool = False


@dataclass(slots=True)
class Groups:
    """All orders of a ledger, and the payments for several orders."""

    orders: list[Group]
    shared: list[tuple[Transaction, tuple[str, ...]]]


class Names:
    """Reads the names of the orders that a transaction belongs to."""

    def __init__(self, recognition: Recognition) -> None:
        """Split the patterns of links once."""
        self._rules: list[tuple[str, str, str]] = []
        for style, pattern in recognition.orders:
            before, _, after = pattern.partition("{}")
            self._rules.append((style, before, after))

    def of(self, transaction: Transaction) -> list[Key]:
        """Return the orders a transaction names, by the rules of the settings in their order."""
        found: list[Key] = []
        links, meta = transaction.links, transaction.meta
        for i, (style, before, after) in enumerate(self._rules):
            if style == "link":
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

    def spellings(self, key: Key) -> Iterator[str]:
        """Yield the ways in which a user may write what a rule found: the name, and the link in full."""
        style, before, after = self._rules[key[0]]
        yield key[1]
        if style == "link":
            yield f"{before}{key[1]}{after}"
            yield f"^{before}{key[1]}{after}"

    def label(self, key: Key) -> str:
        """Return what a rule found with its metadata key or prefix, to tell two orders of one name apart."""
        style, before, after = self._rules[key[0]]
        return f"{before}{key[1]}{after}" if style == "link" else f"{before}:{key[1]}"


def group(transactions: Iterable[Transaction], recognition: Recognition) -> Groups:
    """Return the orders of the transactions, in the order in which each first shows up."""
    names = Names(recognition)
    groups: dict[Key, Group] = {}
    also: dict[Key, dict[Key, None]] = {}  # a second name of a sale -> the sales that have it
    shared: list[tuple[Transaction, list[Key]]] = []
    for transaction in transactions:
        keys = names.of(transaction)
        if not keys or "rl-id" in transaction.meta:
            continue
        first = keys[0]
        selling = sells(transaction, recognition)
        alike = [key for key in keys if key[0] == first[0]] if len(keys) > 1 else keys
        if len(alike) > 1 and not selling:
            shared.append((transaction, alike))
            continue
        found = groups.get(first)
        if found is None:
            found = groups[first] = Group(first[1], [])
        found.transactions.append(transaction)
        if selling:
            found.sells = True
            for key in keys[1:]:
                also.setdefault(key, {})[first] = None
                found.aliases[key[1]] = None
    _join(groups, also)
    return _named(groups, also, shared, names)


def _join(groups: dict[Key, Group], also: dict[Key, dict[Key, None]]) -> None:
    """Let transactions that sell nothing join the one sale that goes by their name."""
    by_name: dict[str, list[Key]] = {}
    for key, found in groups.items():
        if found.sells:
            by_name.setdefault(found.name, []).append(key)
    for key in [key for key, found in groups.items() if not found.sells]:
        sales = list(also.get(key, ())) or by_name.get(key[1], [])
        if len(sales) == 1:
            groups[sales[0]].transactions.extend(groups.pop(key).transactions)
            groups[sales[0]].transactions.sort(key=lambda t: t.date)


def _named(
    groups: dict[Key, Group],
    also: dict[Key, dict[Key, None]],
    shared: list[tuple[Transaction, list[Key]]],
    names: Names,
) -> Groups:
    """Give each order its name: two orders of one name are told apart by the rule that found them."""
    taken: set[str] = set()
    for key, found in groups.items():
        if not found.sells:
            continue
        for spelling in names.spellings(key):
            found.aliases[spelling] = None
        if found.name in taken:
            found.name = names.label(key)
            found.aliases[found.name] = None
        taken.add(found.name)
    dealt = []
    for transaction, keys in shared:
        orders: dict[str, None] = {}
        for key in keys:
            for target in (key, *also.get(key, ())):
                if target in groups and groups[target].sells:
                    orders[groups[target].name] = None
        if orders:
            dealt.append((transaction, tuple(orders)))
    return Groups([found for found in groups.values() if found.sells], dealt)
