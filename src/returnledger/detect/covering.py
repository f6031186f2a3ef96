"""Accounts by name: one name that covers what belongs together, such as an account per SKU, customer or warehouse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from returnledger.detect.hints import hints
from returnledger.detect.sample import Sample
from returnledger.roles import Role
from returnledger.sales.postings import booked

# Below which roles new accounts of the same kind appear as a shop grows.
_GROWING = (Role.REVENUE, Role.COGS, Role.ACCOUNTS_RECEIVABLE, Role.SALES_DISCOUNTS)
# Names that say that an account below a common name is for something else than its siblings.
_OTHERS = ("discount", "shipping", "rounding", "returns", "allowances", "fx", "no_sale", "tax", "fee")


def covering(
    role: Role, accounts: Sequence[str], every: Iterable[str], roles: Mapping[str, Role], sample: Sample
) -> tuple[str, ...]:
    """Return the names that stand for the accounts of a role: common ones where they cover nothing else."""
    if role is Role.INVENTORY:
        return _stock_names(accounts, sample)
    if role not in _GROWING or len(accounts) < 2:
        return tuple(accounts)
    names: dict[str, None] = {}
    everything = set(every) | set(roles)
    for account in accounts:
        parent = account.rpartition(":")[0]
        siblings = [a for a in accounts if a.rpartition(":")[0] == parent]
        others = [a for a in everything if a.startswith(f"{parent}:") and a not in accounts]
        free = ":" in parent and len(siblings) > 1 and not any(_is_other(a, role, roles) for a in others)
        names[parent if free and not (parent in roles and roles[parent] is not role) else account] = None
    return tuple(name for name in names if not any(name != n and name.startswith(f"{n}:") for n in names))


def _is_other(account: str, role: Role, roles: Mapping[str, Role]) -> bool:
    """Return True if an account is for something else, and no role says so in the settings."""
    if account in roles:
        return False  # named itself, with more letters
    return any(hints(name, account.rpartition(":")[2].join((":", ""))) for name in _OTHERS)


def _stock_names(accounts: Sequence[str], sample: Sample) -> tuple[str, ...]:
    """Return a name for each group of stock accounts that covers them and nothing without cost; else the accounts."""
    stock = set(accounts)
    without_cost = {p.account for seen in sample.sales for p in seen.other}
    without_cost |= {p.account for t in sample.rest for p in booked(t) if p.cost is None}
    without_cost -= stock
    groups: dict[str, list[str]] = {}
    for account in accounts:
        groups.setdefault(":".join(account.split(":")[:2]), []).append(account)
    names: list[str] = []
    for group in groups.values():
        names += _common(group, without_cost)
    return tuple(names)


def _common(accounts: Sequence[str], without_cost: set[str]) -> Sequence[str]:
    split = [account.split(":") for account in accounts]
    common: list[str] = []
    for parts in zip(*split):
        if len(set(parts)) > 1:
            break
        common.append(parts[0])
    for length in range(2 if len(accounts) > 1 or len(common) < 3 else len(common) - 1, len(common) + 1):
        name = ":".join(common[:length])
        if length >= 2 and not any(a == name or a.startswith(f"{name}:") for a in without_cost):
            return (name,)
    return accounts
