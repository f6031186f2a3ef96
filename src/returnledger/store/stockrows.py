"""The rows of stock: every posting at cost as booked, with its cost as written, and what is held without cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from beancount.core.data import Transaction
from beancount.core.position import Cost

from returnledger.books import lot_of
from returnledger.sales.drafts import NO_META
from returnledger.sales.postings import booked
from returnledger.store.salerows import Numbers
from returnledger.store.sources import Specs

MOVEMENT = "INSERT INTO movement VALUES (NULL,?,?,?,?,?,?,?,?,?,?,?,?)"
PLAIN = "INSERT OR IGNORE INTO plain VALUES (?,?)"

Pair = tuple[str, str]  # account and commodity


class Held:
    """Which commodities accounts hold at cost, and which without."""

    def __init__(self) -> None:
        """Start with nothing held."""
        self.plain: set[Pair] = set()
        self.at_cost: set[Pair] = set()

    @property
    def mixed(self) -> list[str]:
        """The accounts that hold a commodity both ways: one account's replay can't tell them apart."""
        return sorted({account for account, _ in self.plain & self.at_cost})


def movement_rows(
    transactions: Iterable[Transaction], accounts: Numbers, files: Numbers, held: Held | None = None
) -> Iterator[tuple[Any, ...]]:
    """Yield one row per posting at cost, in the order of the transactions; say in `held` what is held how."""
    held = held or Held()
    add_plain, add_at_cost = held.plain.add, held.at_cost.add
    specs, iso = Specs(), lru_cache(maxsize=10_000)(date.isoformat)
    name, lines, last = "", specs[""], dict[str, str]()
    for transaction in transactions:
        head: tuple[str, int, int] | None = None
        for posting in booked(transaction):
            cost, account = posting.cost, posting.account
            units, commodity = posting.units.number, posting.units.currency
            if cost is None:
                if last.get(account) != commodity:  # looked up by account alone: nearly all have one commodity
                    last[account] = commodity
                    add_plain((account, commodity))
                continue
            add_at_cost((account, commodity))
            meta = posting.meta or NO_META
            if head is None:
                name = str(transaction.meta.get("filename", ""))
                head = (transaction.date.isoformat(), files[name], transaction.meta.get("lineno") or 0)
                lines = specs[name]
            line = meta.get("lineno") or 0
            written = (lines if meta.get("filename", name) == name else specs[meta["filename"]]).get(line)
            lot = cost if type(cost) is Cost else lot_of(cost, transaction.date)
            yield (
                accounts[account], *head, line, commodity, str(units), str(lot.number), lot.currency, iso(lot.date), lot.label,
                written[1] if written is not None and written[0] == account else None,
            )  # fmt: skip
