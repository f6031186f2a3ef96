"""Tells the role of an account from its name, and names the accounts that returned goods go to.

A name stands for the account itself and everything below it; a national code also for the accounts that continue it
with a hyphen, so that `Assets:1405` is `Assets:1405-库存商品`. `Expenses:Book` is never `Expenses:Books`. The longest
name wins. Returned stock goes to a sibling of the account it was sold from, found again by the same suffix:

    Assets:Inventory:MUG-BLUE  →  Assets:Inventory-Returned:MUG-BLUE

Tax and revenue may be kept by rate: `Liabilities:Output-VAT-20` is to `Liabilities:Output-VAT` what an account below it is,
and so is `销项税额-13`. Chinese books name output tax by its word, under whatever accounts and codes lead to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from returnledger.roles import DERIVED, Role

_ILLEGAL = re.compile(r"[^\w-]+|_")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_RATE = re.compile(r"(?<=[^\W\d_])-?\d{1,2}(?:-\d{1,3})?$")  # at the end of a name: -20, 13, -5-5
_OUTPUT_TAX = re.compile(r"(?:^|[:-])\d*(?:销项税额|简易计税)(?:[:-]?\d{1,2}(?:-\d{1,3})?)?$")
# Chinese books name these by their words too, under whatever codes: money paid in advance, its tax, and securities.
_BY_WORD = (
    (Role.OUTPUT_VAT_PENDING, re.compile(r"^Liabilities:(?:.*[:-])?\d*待转销项税额?(?:[:-]?\d{1,2}(?:-\d{1,3})?)?$")),
    (
        Role.CONTRACT_LIABILITY,
        re.compile(r"^Liabilities:(?:.*[:-])?\d*(?:预收账款|预收货款|预收款项?|合同负债)(?:[:-]|$)"),
    ),
    (Role.DEPOSIT_LIABILITY, re.compile(r"^Liabilities:(?:.*[:-])?\d*(?:存入|收取)?(?:押金|保证金)(?:[:-]|$)")),
)
_BY_RATE = (Role.OUTPUT_VAT, Role.REVENUE, Role.SALES_RETURNS, Role.SALES_DISCOUNTS)
PARENT, SKU = "{parent}", "{sku}"


def covers(name: str, account: str) -> bool:
    """Return True if `account` is `name`, stands below it, or continues the national code that `name` ends with."""
    if not account.startswith(name):
        return False
    rest = account[len(name) :]
    if rest == "" or rest[0] == ":":
        return True
    return rest[0] == "-" and name.rpartition(":")[2].isdecimal()


def placeholders(pattern: str) -> list[str]:
    """Return the placeholders in braces of an account pattern, in order."""
    return _PLACEHOLDER.findall(pattern)


def sibling(account: str, suffix: str) -> str:
    """Return the account beside `account` whose last component but one (the last of two) ends in `suffix`."""
    parts = account.split(":")
    place = -1 if len(parts) < 3 else -2
    parts[place] += suffix
    return ":".join(parts)


def _without_suffix(account: str, suffix: str) -> str | None:
    """Return the account of which `account` is the sibling with `suffix`, or None."""
    parts = account.split(":")
    place = -1 if len(parts) < 3 else -2
    if not parts[place].endswith(suffix) or len(parts[place]) == len(suffix):
        return None
    parts[place] = parts[place][: -len(suffix)]
    return ":".join(parts)


def component_of(text: str) -> str:
    """Return `text` as one component of an account: illegal characters become hyphens, the first letter a capital."""
    component = _ILLEGAL.sub("-", text).strip("-") or "Item"
    return component[0].upper() + component[1:]


def _fill(pattern: str, selling_account: str, sku: str) -> str:
    parent, _, last = selling_account.rpartition(":")
    below = ":" in parent
    filled = pattern.replace(PARENT, parent if below else selling_account)
    return filled.replace(SKU, component_of(sku) if sku else last)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts of each role: those that the settings name, and those of the preset for the rest.

    `given` holds names and patterns by role as the settings have them; `china` says which preset fills in.
    """

    given: Mapping[Role, tuple[str, ...]]
    china: bool
    tenders: frozenset[str] = frozenset()
    _seen: dict[str, Role | None] = field(default_factory=dict, compare=False, repr=False)
    _named: dict[str, tuple[bool, Role]] = field(default_factory=dict, compare=False, repr=False)

    def of(self, role: Role) -> tuple[str, ...]:
        """Return the names and patterns of a role: the settings', else the preset's one."""
        return self.given.get(role) or (role.china if self.china else role.general,)

    def first(self, role: Role) -> str:
        """Return the account that new postings of a role go to, where the sale shows none."""
        return next((name for name in self.of(role) if not placeholders(name)), self._preset(role))

    def _preset(self, role: Role) -> str:
        return role.china if self.china else role.general

    def role_of(self, account: str) -> Role | None:
        """Return the role of an account, None for one that plays none."""
        if account not in self._seen:
            self._seen[account] = self._find(account)
        return self._seen[account]

    def _find(self, account: str) -> Role | None:
        named = self._by_name(account)
        if named is None or named in DERIVED or named is Role.INVENTORY:
            found = self._derived_role(account)
            if found is not None:
                return found
        if named is None and any(covers(tender, account) for tender in self.tenders):
            return Role.CASH_BANK
        return named

    def _by_name(self, account: str) -> Role | None:
        """Return the role whose name covers `account` with the most letters; the settings' names before the preset's."""
        names, end = self._names(), len(account)
        while end > 0:
            name = account[:end]
            if name in names and covers(name, account):
                return names[name][1]
            end = max(account.rfind(":", 0, end), account.rfind("-", 0, end))
        stem = _RATE.sub("", account)
        kept = self._by_name(stem) if stem != account else None
        if kept in _BY_RATE:
            return kept
        if not self.china:
            return None
        if Role.OUTPUT_VAT not in self.given and _OUTPUT_TAX.search(account):
            return Role.OUTPUT_VAT
        words = (role for role, word in _BY_WORD if role not in self.given and word.search(account))
        return next(words, None)

    def _names(self) -> Mapping[str, tuple[bool, Role]]:
        """Return what each name stands for, and whether the settings say so: theirs goes before the preset's."""
        if not self._named:
            for role in Role:
                for name in self.of(role):
                    said = role in self.given
                    if not placeholders(name) and (name not in self._named or said > self._named[name][0]):
                        self._named[name] = (said, role)
        return self._named

    def _derived_role(self, account: str) -> Role | None:
        for role, suffixes in DERIVED.items():
            for pattern in self.given.get(role, ()):
                if placeholders(pattern) and self._fits(pattern, account):
                    return role
            for suffix in suffixes:
                stem = _without_suffix(account, suffix)
                if stem is not None and self._by_name(stem) is Role.INVENTORY:
                    return role
        return None

    def _fits(self, pattern: str, account: str) -> bool:
        """Return True if `account` is what `pattern` makes of a stock account."""
        written = re.escape(pattern).replace(re.escape(PARENT), "(?P<parent>.+)", 1)
        match = re.fullmatch(written.replace(re.escape(SKU), "[^:]+"), account)
        if match is None:
            return False
        return PARENT not in pattern or self._by_name(match["parent"]) is Role.INVENTORY

    def derived(self, role: Role, selling_account: str, sku: str = "") -> str:
        """Return the account that goods sold from `selling_account` go to in `role`.

        The settings' name or pattern wins; else it is the sibling with the preset's suffix. `{parent}` is the account
        above the selling account (itself where it has only two components), `{sku}` the item's component below it.
        """
        given = self.given.get(role)
        if given:
            return _fill(given[0], selling_account, sku)
        return sibling(selling_account, DERIVED[role][1 if self.china else 0])
