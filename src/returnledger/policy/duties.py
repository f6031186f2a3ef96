"""Which steps of a case two people must take: what the policy keeps apart, and for which returns it does not mind."""

from __future__ import annotations

from dataclasses import replace

from returnledger.policy.chosen import Chosen
from returnledger.policy.conditions import Facts, answer, used
from returnledger.policy.prepare import Policy

EXEMPT, COMPARED = "exempt", "compared"


def separation(policy: Policy, facts: Facts) -> Chosen | None:
    """Return whether the people of the steps are compared (value: compared or exempt); None where nothing is kept apart.

    What only a missing fact could exempt is compared, and the fact is named.
    """
    table = policy.says.separation_of_duties
    if table is None:
        return None
    compared = Chosen("separation", COMPARED, "separation_of_duties", policy.place("separation_of_duties"))
    if policy.exempt is None:
        return compared
    result = answer(policy.exempt, facts)
    told = used(policy.exempt, facts)
    if result.holds:
        place = policy.place("separation_of_duties", "exempt")
        return Chosen("separation", EXEMPT, "separation_of_duties.exempt", place, told)
    return replace(compared, used=told, missing=result.missing)


def pairs_of(policy: Policy) -> tuple[tuple[str, str], ...]:
    """Return the pairs of steps that two people must take."""
    table = policy.says.separation_of_duties
    return tuple((pair[0], pair[1]) for pair in table.pairs if len(pair) == 2) if table is not None else ()
