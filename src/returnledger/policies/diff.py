"""Compares two policies: what they say differently, and what a period's posted events would have come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from returnledger.findings import Finding
from returnledger.policies.named import Names
from returnledger.policy import Policy
from returnledger.policy.differences import Difference, differences
from returnledger.textfile import SourceText


@dataclass(frozen=True)
class Compared:
    """Two policies and what the new one says otherwise."""

    old: Policy
    new: Policy
    differences: tuple[Difference, ...]
    findings: tuple[Finding, ...] = ()
    sources: Mapping[str, SourceText] = field(default_factory=dict)

    @property
    def same(self) -> bool:
        """True where both files say the same, down to the last word: comments and layout don't count."""
        return self.old.digest == self.new.digest

    @property
    def exit_code(self) -> int:
        """Return 0: a difference is no fault."""
        return 0


def diff(old: str, new: str, *, settings: Path | None = None) -> Compared:
    """Return what policy `new` says otherwise than `old`; each is a file, NAME@VERSION, or REV:FILE.

    Raises Refused with exit code 2 where a policy can't be found, or could not judge.
    """
    names = Names(settings)
    before, after = names.find(old), names.find(new)
    return Compared(before, after, differences(before, after), tuple(names.findings), names.sources)
