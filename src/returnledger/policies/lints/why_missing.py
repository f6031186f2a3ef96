"""A denial without a reason: the customer asks why, and neither the staff nor the letter can say."""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.findings import Finding, Severity
from returnledger.policies.lints.looking import Look
from returnledger.terms import Verdict


def why_missing(look: Look) -> Iterator[Finding]:
    """Yield a finding for each row that denies a return, or refuses it once the goods are seen, and does not say why."""
    for row in (*look.policy.tables["verdicts"], *look.policy.tables["inspection"]):
        if row.chosen.value in (Verdict.DENY, "refuse") and not row.chosen.why:
            yield Finding("deny-without-why", row.place, {"id": row.says.id}, Severity.WARNING)
