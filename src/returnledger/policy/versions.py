"""Which version of a policy judges: the newest that is in force on the day of sale, or on the day the customer asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from returnledger.findings import Finding
from returnledger.policy.prepare import Policy


def policy_for(policies: Sequence[Policy], date_sold: date, date_asked: date | None = None) -> Policy | None:
    """Return the version in force on the day of sale, or on the day asked where that version says so; else None."""
    chosen = _newest(policies, date_sold)
    judged_by_request = (chosen or _newest(policies, date_asked or date_sold)) if policies else None
    if judged_by_request is not None and judged_by_request.judged_as_of == "request":
        return _newest(policies, date_asked or date_sold)
    return chosen


def _newest(policies: Sequence[Policy], day: date) -> Policy | None:
    in_force = [policy for policy in policies if policy.valid_from <= day <= (policy.says.valid_until or date.max)]
    return max(in_force, key=lambda policy: policy.valid_from, default=None)


def same_day_policies(policies: Sequence[Policy]) -> list[Finding]:
    """Return a finding for each policy that is valid from the very day another one is."""
    first: dict[date, Policy] = {}
    findings = []
    for policy in policies:
        other = first.setdefault(policy.valid_from, policy)
        if other is not policy:
            values = {"file": policy.file, "other": other.file, "date": policy.valid_from}
            findings.append(Finding("policy-same-day", policy.place("valid_from"), values))
    return findings
