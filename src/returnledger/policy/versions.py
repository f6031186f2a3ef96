"""Which version of a policy judges: the newest that is in force on the day of sale, or on the day the customer asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from returnledger.findings import Finding
from returnledger.policy.prepare import Policy


def policy_for(policies: Sequence[Policy], date_sold: date, date_asked: date | None = None) -> Policy | None:
    """Return the version in force on the day of sale, or on the day asked where that version says so; else None."""
    # A shop that lists law packs alone has them for its policy.
    policies = [policy for policy in policies if not policy.is_law] or policies
    chosen = newest(policies, date_sold)
    judged_by_request = (chosen or newest(policies, date_asked or date_sold)) if policies else None
    if judged_by_request is not None and judged_by_request.judged_as_of == "request":
        return newest(policies, date_asked or date_sold)
    return chosen


def newest(policies: Sequence[Policy], day: date) -> Policy | None:
    """Return the newest of the versions that are in force on `day`, or None."""
    in_force = [policy for policy in policies if policy.valid_from <= day <= (policy.says.valid_until or date.max)]
    return max(in_force, key=lambda policy: policy.valid_from, default=None)


def same_day_policies(policies: Sequence[Policy]) -> list[Finding]:
    """Return a finding for each policy that is valid from the very day another one is."""
    first: dict[tuple[str, date], Policy] = {}
    findings = []
    for policy in policies:
        # Law packs judge beside the shop's policies, each law by itself.
        other = first.setdefault((policy.name if policy.is_law else "", policy.valid_from), policy)
        if other is not policy:
            values = {"file": policy.file, "other": other.file, "date": policy.valid_from}
            findings.append(Finding("policy-same-day", policy.place("valid_from"), values))
    return findings
