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
    says = policy.says
    for path, when in (
        (("one_step", "unless"), says.one_step and says.one_step.unless),
        (("separation_of_duties", "exempt"), says.separation_of_duties and says.separation_of_duties.exempt),
        (("applies",), says.applies),
    ):
        yield from _within(when or {}, path)


def _within(when: Mapping[str, Any], path: Path) -> Iterator[tuple[str, str, Path]]:
    for key, value in when.items():
        inner = (*path, key)
        if key == "not" and isinstance(value, Mapping):
            yield from _within(value, inner)
        elif key == "any" and isinstance(value, list):
            for position, part in enumerate(value):
                yield from _within(part if isinstance(part, Mapping) else {}, (*inner, position))
        elif isinstance(value, list):
            yield from ((key, text, (*inner, i)) for i, text in enumerate(value) if isinstance(text, str))
        elif isinstance(value, str):
            yield key, value, inner
