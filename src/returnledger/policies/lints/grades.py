"""Grades of an early warning of which a louder one asks no more, so that the quieter is never given."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from returnledger.findings import Finding, Severity
from returnledger.policies.lints.looking import Look
from returnledger.policy.model_risk import GRADES


def grades(look: Look) -> Iterator[Finding]:
    """Yield each row under `risk:` that never grades, since the louder row beside it holds wherever it does."""
    risk = look.policy.says.risk
    for table in risk.model_fields_set if risk is not None else ():
        part = getattr(risk, table)
        for louder, quieter in pairwise(GRADES):
            said = part.model_fields_set & {louder, quieter}
            if said and _asks_no_more(getattr(part, louder), getattr(part, quieter)):
                place = look.policy.place("risk", table, quieter if quieter in said else louder)
                values = {"table": f"risk.{table}", "louder": louder, "quieter": quieter}
                yield Finding("risk-grade-never", place, values, Severity.WARNING)


def _asks_no_more(louder: Any, quieter: Any) -> bool:
    """Return True if whatever reaches the quieter row reaches the louder; a chance is asked at most, all else at least."""
    for key, asked in louder:
        other = getattr(quieter, key)
        if key == "chance":
            if asked < other:
                return False
        elif asked is not None and (other is None or asked > other):
            return False
    return True
