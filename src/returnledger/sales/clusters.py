"""Joins what belongs to one sale: invoice, delivery and payment may each go by another of its names.

    2026-02-01 * "张三" "Invoice" ^inv-1001        2026-02-02 * "张三" "Delivery"       2026-02-10 * "张三" "Payment" ^inv-1001
      order: "SO-1"                                 order: "SO-1"
      Assets:Receivable    113.00 CNY               Expenses:COGS   60.00 CNY           Assets:Bank         113.00 CNY
      …                                             …                                   Assets:Receivable  -113.00 CNY

Transactions that share one name make a cluster. Clusters that name each other are one sale, but two that are whole by
themselves, each with goods and revenue, stay two: an order that was invoiced in two parts, or one name for two sales.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from beancount.core.data import Transaction

from returnledger.sales.recognition import Recognition
from returnledger.sales.selling import GOODS, MONEY, halves
from returnledger.sales.values import text_of

Key = tuple[int, str]  # which rule of the settings, and what it found


@dataclass(slots=True)
class Cluster:
    """The transactions that go by one name, and the other names they give themselves."""

    key: Key
    transactions: list[Transaction] = field(default_factory=list)
    keys: dict[Key, None] = field(default_factory=dict)
    selling: list[tuple[Transaction, list[Key]]] = field(default_factory=list)
    problems: list[tuple[str, dict[str, str]]] = field(default_factory=list)


class Clusters:
    """All clusters of a ledger, by name."""

    def __init__(self, recognition: Recognition, telling: frozenset[int]) -> None:
        """Start without transactions; `telling` are the rules whose names tell sales apart."""
        self._how, self._telling = recognition, telling
        self._all: dict[Key, Cluster] = {}
        self._mentions: dict[Key, dict[Key, None]] = {}  # a second name -> the clusters that have it

    def add(self, transaction: Transaction, keys: list[Key], selling: bool) -> None:
        """Add a transaction under the first of its names."""
        first = keys[0]
        found = self._all.get(first)
        if found is None:
            found = self._all[first] = Cluster(first, keys={first: None})
        found.transactions.append(transaction)
        if selling:
            found.selling.append((transaction, keys))
        for key in keys[1:]:
            self._mentions.setdefault(key, {})[first] = None
            found.keys[key] = None

    def blame(self, key: Key, problem: tuple[str, dict[str, str]]) -> None:
        """Say why what goes by a name can't be read."""
        self._all[key].problems.append(problem)

    def sales(self) -> list[Cluster]:
        """Return the clusters that sell, in the order in which each first shows up."""
        return [found for found in self._all.values() if found.selling]

    def others(self) -> list[tuple[Key, Cluster]]:
        """Return what is left over that sells nothing, by name."""
        return [(key, found) for key, found in self._all.items() if not found.selling]

    def named(self, key: Key) -> list[Cluster]:
        """Return the sales that go by a name."""
        found = dict.fromkeys([key, *self._mentions.get(key, ())])
        return [self._all[each] for each in found if each in self._all and self._all[each].selling]

    def join(self, as_link: Callable[[Key], Key | None]) -> None:
        """Join clusters that are of one sale; tell apart and mark those that can't be.

        `as_link` gives what a link finds that is the whole of a name in metadata.
        """
        for found in [each for each in self._all.values() if len(each.selling) > 1]:
            self._tell_apart(found)
        for key in list(self._all):
            link = as_link(key)
            if link is not None and link in self._all:
                self._mentions.setdefault(link, {})[key] = None
        for key in list(self._mentions):
            self._join(key)
        by_name: dict[str, list[Cluster]] = {}
        for found in self._all.values():
            if found.selling:
                by_name.setdefault(found.key[1], []).append(found)
        for key in [key for key, found in self._all.items() if not found.selling]:
            alike = by_name.get(key[1], [])
            if not self.named(key) and len(alike) == 1:
                self._merge(alike[0], [self._all[key]])
        for alike in by_name.values():
            if len(alike) == 2 and not any(map(self._whole, alike)) and not _strangers(alike, self._how):
                self._merge(alike[0], alike[1:])

    def _join(self, key: Key) -> None:
        """Join the clusters that go by one name, be it the first or a second name of each."""
        members = [self._all[each] for each in dict.fromkeys([key, *self._mentions[key]]) if each in self._all]
        sales = [each for each in members if each.selling]
        if not sales:
            return
        own = self._all.get(key)
        if len(sales) > 1:
            rest = [each for each in sales if each is not own]
            both = len(sales) == 2 and own is not None and own.selling
            whole = all(self._whole(each) for each in (rest if not both else sales))
            if _strangers(sales, self._how) or (whole and not both):
                return
        first = min(sales, key=lambda each: each.key[0])
        self._merge(first, [each for each in members if each is not first])

    def _merge(self, into: Cluster, others: Iterable[Cluster]) -> None:
        for other in others:
            into.transactions += other.transactions
            into.selling += other.selling
            into.keys |= other.keys
            into.problems += other.problems
            for key in other.keys:
                mentions = self._mentions.setdefault(key, {})
                mentions.pop(other.key, None)
                mentions[into.key] = None
            del self._all[other.key]
        into.transactions.sort(key=lambda each: each.date)
        into.selling.sort(key=lambda each: each[0].date)

    def _whole(self, cluster: Cluster) -> bool:
        """Return True if goods and revenue are both here."""
        found = 0
        for transaction, _ in cluster.selling:
            found |= halves(transaction, self._how)
        return found == GOODS | MONEY

    def _tell_apart(self, cluster: Cluster) -> None:
        """Split a cluster whose sales each have an order of their own; what contradicts itself is a problem."""
        earning = [pair for pair in cluster.selling if halves(pair[0], self._how) & MONEY]
        names = [[key for key in keys[1:] if key[0] in self._telling] for _, keys in cluster.selling]
        if len(earning) < 2 and not any(names):
            return
        distinct = dict.fromkeys(key for own in names for key in own)
        if len(distinct) > 1 and any(key[0] in self._telling for _, keys in earning for key in keys[1:]):
            if len(earning) == len(cluster.selling) and all(len(own) == 1 for own in names):
                self._split(cluster, [own[0] for own in names])
                return
            cluster.problems.append(_two_sales([transaction for transaction, _ in cluster.selling]))
        elif len({_customer(transaction, self._how) for transaction, _ in earning} - {""}) > 1:
            cluster.problems.append(_two_sales([transaction for transaction, _ in earning], self._how))

    def _split(self, cluster: Cluster, keys: list[Key]) -> None:
        """Make a cluster of each order that was sold under one name; what sells nothing stays under it, for all."""
        mentions = self._mentions.setdefault(cluster.key, {})
        for (transaction, _), key in zip(cluster.selling, keys):
            self._mentions[key].pop(cluster.key, None)
            own = self._all.setdefault(key, Cluster(key, keys={key: None}))
            own.transactions.append(transaction)
            own.transactions.sort(key=lambda each: each.date)
            own.selling.append((transaction, [key]))
            own.keys[cluster.key] = None
            mentions[key] = None
        sold = {id(transaction) for transaction, _ in cluster.selling}
        cluster.transactions = [each for each in cluster.transactions if id(each) not in sold]
        cluster.selling = []
        cluster.keys = {cluster.key: None}
        if not cluster.transactions:
            del self._all[cluster.key]


def _customer(transaction: Transaction, how: Recognition) -> str:
    return text_of(transaction.meta.get(how.key("customer"))) or transaction.payee or ""


def _customers(cluster: Cluster, how: Recognition) -> set[str]:
    earning = [each for each, _ in cluster.selling if halves(each, how) & MONEY]
    return {_customer(each, how) for each in earning} - {""}


def _strangers(clusters: Sequence[Cluster], how: Recognition) -> bool:
    """Return True if revenue was earned with different customers: these are no two halves of one sale."""
    customers = [_customers(each, how) for each in clusters]
    return len(set().union(*customers)) > 1 and sum(1 for each in customers if each) > 1


def _two_sales(transactions: Sequence[Transaction], how: Recognition | None = None) -> tuple[str, dict[str, str]]:
    """Return the problem of one name for two sales, with the places of two transactions that contradict each other."""
    first = transactions[0]
    other = transactions[1]
    if how is not None:
        other = next(each for each in transactions if _customer(each, how) not in ("", _customer(first, how)))
    return "two-sales", {"skus": "", "where": _place(first), "also": _place(other)}


def _place(transaction: Transaction) -> str:
    return f"{transaction.meta.get('filename', '')}:{transaction.meta.get('lineno', 0)}"
