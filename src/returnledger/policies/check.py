"""Says everything that is wrong with policies, each by itself and between them, before they meet a customer.

What keeps a policy from being read is found while reading; what a policy that can be read should not say, by the
questions in `lints`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from returnledger.findings import Finding, has_errors
from returnledger.policies.files import PolicySource, read
from returnledger.policies.lints import BETWEEN, LINTS, Look
from returnledger.policy import same_day_policies
from returnledger.policy.prepare import believed
from returnledger.policy.reading import MOST_FINDINGS
from returnledger.textfile import SourceText

# What tells a version of a policy from the others.
HEAD_KEYS = ("policy", "version", "valid_from", "valid_until")


@dataclass(frozen=True)
class Checked:
    """Which files were checked, and what is to be said of them."""

    files: tuple[PolicySource, ...]
    findings: tuple[Finding, ...]
    sources: Mapping[str, SourceText]

    @property
    def exit_code(self) -> int:
        """Return 1 where a policy could not judge, else 0."""
        return 1 if has_errors(self.findings) else 0


def check(files: Sequence[str | Path] = (), *, settings: Path | None = None) -> Checked:
    """Return what is wrong with the policies of `files`, else of those that the settings list.

    Raises Refused with exit code 2 where the settings are needed and can't be used.
    """
    found = read(files, settings)
    findings = [*found.findings]
    policies = found.legible
    known = tuple(policy for policy in policies if not policy.left_out.keys.intersection(HEAD_KEYS))
    if found.listed:
        findings += same_day_policies(known)
    too_long = {finding.span.file for finding in findings if finding.code == "condition-too-long" and finding.span}
    for policy in policies:
        if policy.file in too_long:
            continue  # more than is ever read to the end: nothing more is asked of it
        look = Look(policy, policies, found.settings, found.products)
        for lint in LINTS:
            findings += islice(believed(lint(look), policy.places, policy.left_out), MOST_FINDINGS)
    if known:
        look = Look(known[0], known, found.settings, found.products)
        for lint in BETWEEN:
            findings += lint(look)
    return Checked(found.files, tuple(findings), found.sources)
