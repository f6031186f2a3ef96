"""A law whose threshold is in another currency than the shop's sales: it never binds, and nobody would notice."""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.findings import Finding, Severity
from returnledger.policies.lints.looking import Look
from returnledger.policy.conditions import All, Condition, Not, Test
from returnledger.policy.judgement import AMOUNTS


def law_in_other_currency(look: Look) -> Iterator[Finding]:
    """Yield a finding for each law that the policy names and that can't bind without comparing amounts of a sale."""
    policy = look.policy
    for law in policy.laws:
        if law.currency != policy.currency and law.applies is not None and not _may(law.applies, True):
            position = policy.says.law.index(law.name)
            place = policy.place("law", position) if len(policy.says.law) > 1 else policy.place("law")
            values = {"law": law.name, "theirs": law.currency, "mine": policy.currency}
            yield Finding("law-in-other-currency", place, values, Severity.WARNING)


def _may(condition: Condition, wanted: bool) -> bool:
    """Return whether a condition can come out as wanted though no amount is known."""
    if isinstance(condition, Test):
        return condition.fact not in AMOUNTS
    if isinstance(condition, Not):
        return _may(condition.part, not wanted)
    parts = [_may(part, wanted) for part in condition.parts]
    return all(parts) if isinstance(condition, All) is wanted else any(parts)
