"""Roles that nobody has: what needs their approval could never be approved."""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.events.suggest import near
from returnledger.findings import Finding, Phrase, Severity, Span
from returnledger.policies.lints.looking import Look


def roles(look: Look) -> Iterator[Finding]:
    """Yield each role that must approve or may waive and that nobody under `people:` of the settings has."""
    if look.settings is None:
        return
    known = sorted({role for person in look.settings.people.values() for role in person.roles})
    for role, place in _named(look):
        if role not in known:
            close = near(role, known)
            sentence = "give it to somebody: `people: {{li.na: [{role}]}}` in the settings"
            if close:
                sentence = "write `{nearest}`, or give it to somebody: `people: {{li.na: [{role}]}}` in the settings"
            hint = Phrase(sentence, {"role": role, "nearest": close[0] if close else ""})
            yield Finding("role-nobody-has", place, {"role": role, "hint": hint}, Severity.WARNING)


def _named(look: Look) -> Iterator[tuple[str, Span]]:
    says, policy = look.policy.says, look.policy
    for position, row in enumerate(says.approvals):
        for index, role in enumerate(row.by):
            yield role, policy.place("approvals", position, "by", index)
    for code, waiver in (says.waivers or {}).items():
        for index, role in enumerate(waiver.by):
            yield role, policy.place("waivers", code, "by", index)
