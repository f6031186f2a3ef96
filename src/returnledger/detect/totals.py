"""Stock and cost of goods of a ledger that holds only totals, where no sale shows them.

    2026-01-31 * "Goods sold in January"
      Expenses:Cost-of-Goods    80.00 EUR
      Assets:Stock             -80.00 EUR

What an entry of its own takes from stock for an expense says it, else goods that are bought at cost, else the names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from returnledger.detect.hints import hints
from returnledger.detect.sample import Sample
from returnledger.money import ZERO
from returnledger.roles import Role
from returnledger.sales.postings import Posting, booked


def goods_of(sample: Sample, every: Iterable[str], taken: Iterable[str]) -> Mapping[Role, Counter[str]]:
    """Return the accounts of stock and cost of goods among those of no role, with how many entries show it."""
    stock: Counter[str] = Counter()
    costs: Counter[str] = Counter()
    bought: Counter[str] = Counter()
    known = set(taken)
    for transaction in sample.rest:
        postings = booked(transaction)
        bought.update({p.account for p in postings if _is_bought(p)} - known)
        for account, spent in _taken_out(postings):
            if account not in known:
                stock[account] += 1
                costs.update({p.account for p in spent} - known)
    left = [account for account in every if account not in known]
    named = Counter(dict.fromkeys((a for a in left if a.startswith("Assets") and hints("inventory", a)), 0))
    spent_on = Counter(dict.fromkeys((a for a in left if a.startswith("Expenses") and hints("cogs", a)), 0))
    return {
        Role.INVENTORY: stock or bought or named,
        Role.COGS: costs or spent_on,
    }


def _is_bought(posting: Posting) -> bool:
    return posting.cost is not None and posting.units.number > 0 and hints("inventory", posting.account)


def _taken_out(postings: Iterable[Posting]) -> Iterator[tuple[str, list[Posting]]]:
    """Yield the asset that an entry credits by value for expenses alone, and these, where a name says stock or its cost."""
    seen = list(postings)
    if any(p.cost is not None or p.account.startswith(("Income", "Liabilities", "Equity")) for p in seen):
        return
    gone = [p for p in seen if p.account.startswith("Assets")]
    spent = [p for p in seen if p.account.startswith("Expenses")]
    if len({p.account for p in gone}) != 1 or not spent or any(p.units.number <= 0 for p in spent):
        return
    if sum([p.units.number for p in gone], ZERO) >= 0:
        return
    account = gone[0].account
    if hints("inventory", account) or any(hints("cogs", p.account) for p in spent):
        yield account, spent
