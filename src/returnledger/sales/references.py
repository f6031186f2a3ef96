"""Tells by which names a transaction may be drawn into one order with others.

Whatever brings transactions together says it here: the store reads an order anew from those that share a name with one
that changed, directly or by way of others, and from no others. A name too many costs time; one too few is a fault.
"""

from __future__ import annotations

from beancount.core.data import Transaction

from returnledger.sales.exchanged import sold_in_exchange
from returnledger.sales.group import BETWEEN, Names
from returnledger.sales.recognition import Recognition
from returnledger.sales.selling import prepays
from returnledger.sales.values import text_of


class References:
    """Reads the names of transactions; of ours only the order that an exchange sells under."""

    def __init__(self, how: Recognition, advances: bool) -> None:
        """Read by these rules; `advances` says that the ledger has some that name no order, but a contract or a link."""
        self._how, self._names, self.advances = how, Names(how), advances
        self._contract = how.key("contract")

    def __call__(self, transaction: Transaction) -> list[str]:
        """Return the names of a transaction, each once."""
        meta = transaction.meta
        if "rl-id" in meta:
            order = sold_in_exchange(transaction)
            return [order] if order else []
        keys = self._names.of(transaction) or self._names.on_postings(transaction).values()
        found: dict[str, None] = {}
        for rule, name in keys:
            for each in (name, *(BETWEEN.split(name) if BETWEEN.search(name) else ())):
                found[each] = None
                if link := self._names.as_link((rule, each)):
                    found[link[1]] = None
        if self.advances and (found or prepays(transaction, self._how)):
            found |= dict.fromkeys(f"\x1f^{link}" for link in sorted(transaction.links))
            if self._contract in meta:
                found[f"\x1f{text_of(meta[self._contract])}"] = None
        return list(found)

    def is_advance(self, transaction: Transaction) -> bool:
        """Return True for an advance that names no order."""
        if "rl-id" in transaction.meta or not prepays(transaction, self._how):
            return False
        return not self._names.of(transaction) and not self._names.on_postings(transaction)
