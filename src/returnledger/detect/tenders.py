"""Where customers owe and pay: receivables, money, platforms that pay later, gift cards and advances."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from returnledger.detect.hints import hints, method_of
from returnledger.detect.sample import Sample, order_names
from returnledger.sales.postings import Posting, booked
from returnledger.terms import Method
from returnledger.words import names


@dataclass
class Tenders:
    """Accounts with how often: what customers owe on, what they pay with, and what stands between."""

    receivable: Counter[str] = field(default_factory=Counter)
    money: Counter[str] = field(default_factory=Counter)
    platform: Counter[str] = field(default_factory=Counter)
    store_credit: Counter[str] = field(default_factory=Counter)
    advances: Counter[str] = field(default_factory=Counter)

    def methods(self) -> dict[str, tuple[str, int]]:
        """Return the tenders by a short name: what their account hints at, else its last component."""
        found: dict[str, tuple[str, int]] = {}
        for account, n in self.money.most_common():
            last = account.rpartition(":")[2]
            own = re.sub(r"^\d+-", "", last).lower() or last.lower()
            choices = [name for name in (method_of(account), own) if name and name not in names(Method)]
            spare = f"{choices[0] if choices else 'tender'}-{len(found) + 1}"
            found[next((choice for choice in choices if choice not in found), spare)] = (account, n)
        return found


def tenders_of(sample: Sample, taken: frozenset[str]) -> Tenders:
    """Return where customers owe and pay; `taken` are accounts of sales whose role is known."""
    found = Tenders()
    owed: Counter[str] = Counter()
    for seen in sample.sales:
        for posting in seen.other:
            account, number = posting.account, posting.units.number
            if account in taken:
                continue
            if account.startswith("Assets") and number > 0 and not hints("input_tax", account):
                owed[account] += 1
            elif account.startswith("Liabilities") and number > 0:
                if hints("store_credit", account) and not hints("advance", account):
                    found.store_credit[account] += 1
                elif not hints("tax", account):
                    found.advances[account] += 1
    by_name, settled, paid = _settled(sample, owed)
    advanced = _advanced(sample, found)
    _name_liabilities(paid, found)
    for account, n in owed.items():
        if hints("platform", account) and (hints("receivable", account) or account in settled):
            found.platform[account] = n
    named = {a for a in owed if hints("receivable", a) and a not in found.platform}
    acting = {a for a in by_name or (settled if not named else ()) if a not in found.platform and method_of(a) is None}
    # A name says it where there is one; else what payments of orders take off is owed.
    found.receivable = Counter({a: n for a, n in owed.items() if a in (named or acting)})
    parents = {a.rpartition(":")[0] for a in found.receivable if a.count(":") >= 2}
    for account, n in owed.items():
        if account in acting and (account.rpartition(":")[0] in parents or not named):
            found.receivable[account] = n
    debts = {*found.receivable, *found.platform}
    found.money = Counter({a: n for a, n in owed.items() if a not in debts})
    for counted in (paid, advanced):
        found.money.update({a: n for a, n in counted.items() if a not in debts and a not in taken})
    return found


def _settled(sample: Sample, owed: Counter[str]) -> tuple[set[str], set[str], Counter[str]]:
    """Return the accounts that payments of orders take something off, those that any do, and where their money goes."""
    names = {name for seen in sample.sales for name in order_names(seen.transaction)}
    by_name: set[str] = set()
    settled: set[str] = set()
    paid: Counter[str] = Counter()
    for transaction in sample.rest:
        postings = [p for p in booked(transaction) if p.cost is None]
        credits = [p for p in postings if p.units.number < 0 and p.account in owed]
        debits = [p for p in postings if p.units.number > 0 and p.account.startswith("Assets")]
        debits = [p for p in debits if not hints("input_tax", p.account)]  # on a fee that somebody kept
        owing = _owing(postings)
        if not credits or not (debits or owing) or any(p.account.startswith("Equity") for p in postings):
            continue
        is_named = any(name in names for name in order_names(transaction))
        for posting in credits:
            if hints("receivable", posting.account) or method_of(posting.account) is None:
                settled.add(posting.account)
                if is_named:
                    by_name.add(posting.account)
                if is_named or hints("receivable", posting.account):
                    paid.update({p.account for p in debits if p.account != posting.account})
                if is_named:
                    paid.update(owing)
    return by_name, settled, paid


def _name_liabilities(paid: Counter[str], found: Tenders) -> None:
    """Move liabilities that payments use up to gift cards and advances, where they are such by use or by name."""
    for account in [account for account in paid if account.startswith("Liabilities")]:
        if account in found.advances or hints("advance", account):
            found.advances[account] += paid.pop(account)
        elif account in found.store_credit or hints("store_credit", account):
            found.store_credit[account] += paid.pop(account)


def _owing(postings: Sequence[Posting]) -> set[str]:
    """Return the liabilities that a payment uses up: gift cards, points. Beside income they are the tax of a credit."""
    if any(p.account.startswith("Income") for p in postings):
        return set()
    used = {p.account for p in postings if p.units.number > 0 and p.account.startswith("Liabilities")}
    return {account for account in used if not hints("tax", account) and not hints("refunds", account)}


def _advanced(sample: Sample, found: Tenders) -> Counter[str]:
    """Return the accounts that the money of advances went to.

    A liability that nobody paid into is no advance, but something that we owed and customers pay with: wages, points.
    """
    paid: Counter[str] = Counter()
    real: set[str] = set()
    for transaction in sample.rest:
        postings = [p for p in booked(transaction) if p.cost is None]
        credits = [p.account for p in postings if p.units.number < 0 and p.account in found.advances]
        debits = [p.account for p in postings if p.units.number > 0 and p.account.startswith("Assets")]
        if credits and debits:
            real.update(credits)
            paid.update(debits)
    for account in list(found.advances):
        if account not in real and not hints("advance", account):
            paid[account] += found.advances.pop(account)
    return paid
