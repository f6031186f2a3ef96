"""Checks that nobody can waive, since there are none of that name: the person who was to waive them never may."""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.checks import WAIVABLE
from returnledger.events.suggest import nearest
from returnledger.findings import Finding, Severity
from returnledger.policies.lints.looking import Look
from returnledger.policy.fact_names import NEVER_WAIVED


def waivers(look: Look) -> Iterator[Finding]:
    """Yield each key under `waivers:` that is no check that can be waived; those that hold always are named elsewhere."""
    known = sorted(WAIVABLE)
    for code in look.policy.says.waivers or {}:
        if code not in WAIVABLE and code not in NEVER_WAIVED:
            values = {"code": code, "nearest": nearest(code, known), "known": known}
            place = look.policy.places.key_at("waivers", code)
            yield Finding("waiver-unknown", place, values, Severity.WARNING)
