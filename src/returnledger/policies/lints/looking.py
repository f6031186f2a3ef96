"""What a question about a policy can look at: the policy, the others, the settings and the products."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from returnledger.places import Path
from returnledger.policy import Policy
from returnledger.products import Products
from returnledger.settings import Settings


@dataclass(frozen=True, slots=True)
class Look:
    """One policy, all policies that are checked together, and the settings and products where there are any."""

    policy: Policy
    policies: tuple[Policy, ...]
    settings: Settings | None = None
    products: Products | None = None


def comparisons(policy: Policy) -> Iterator[tuple[str, str, Path]]:
    """Yield every value that a condition of `policy` compares a fact with: the fact, the text, and where it stands."""
    for table, rows in policy.tables.items():
        for position, row in enumerate(rows):
            yield from _within(row.says.when, (*table.split("."), position, "when"))
    if policy.says.one_step is not None and policy.says.one_step.unless is not None:
        yield from _within(policy.says.one_step.unless, ("one_step", "unless"))


def _within(when: Mapping[str, Any], path: Path) -> Iterator[tuple[str, str, Path]]:
    for key, value in when.items():
        if key == "not":
            yield from _within(value, (*path, key))
        elif key == "any":
            for position, part in enumerate(value):
                yield from _within(part, (*path, key, position))
        elif isinstance(value, list):
            for position, text in enumerate(value):
                yield key, text, (*path, key, position)
        else:
            yield key, value, (*path, key)
