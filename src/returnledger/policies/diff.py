"""Compares two policies: what they say differently, and what a period's posted events would have come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from returnledger.findings import Finding, Refused
from returnledger.policies.named import Names
from returnledger.policies.replay import Period, Replay
from returnledger.policies.replay import replay as judge_again
from returnledger.policy import Policy
from returnledger.policy.differences import Difference, differences
from returnledger.reports.options import period, refuse
from returnledger.session import open_session
from returnledger.textfile import SourceText
from returnledger.views.cases import outside


@dataclass(frozen=True)
class Compared:
    """Two policies and what the new one says otherwise."""

    old: Policy
    new: Policy
    differences: tuple[Difference, ...]
    replay: Replay | None = None
    findings: tuple[Finding, ...] = ()
    sources: Mapping[str, SourceText] = field(default_factory=dict)

    @property
    def same(self) -> bool:
        """True where both files say the same, down to the last word: comments and layout don't count."""
        return self.old.digest == self.new.digest

    @property
    def exit_code(self) -> int:
        """Return 1 where the old policy does not give what was posted, else 0: a difference is no fault."""
        return 1 if self.replay is not None and self.replay.unlike else 0


def diff(old: str, new: str, *, settings: Path | None = None, replay: str | None = None) -> Compared:
    """Return what policy `new` says otherwise than `old`; each is a file, NAME@VERSION, or REV:FILE.

    With `replay`, a period such as 2026-Q3, the events posted in it are judged again under both; nothing is posted.
    Raises Refused with exit code 2 where a policy can't be found, or could not judge, or the period is none.
    """
    period = None if replay is None else period_of(replay)
    names = Names(settings)
    before, after = names.find(old), names.find(new)
    judged: Replay | None = None
    said: tuple[Finding, ...] = ()
    if period is not None:
        session = open_session(settings)
        names.sources |= session.sources
        judged = judge_again(session, before, after, period)
        said = (*session.warnings, *outside(session))
    findings = (*names.findings, *said)
    return Compared(before, after, differences(before, after), judged, findings, names.sources)


def period_of(text: str) -> Period:
    """Return the first and last day of a period: a month, quarter or year, or two days with `..` between them."""
    first, dots, last = (part.strip() for part in text.partition(".."))
    if not dots:
        try:
            return period({"period": text})
        except Refused:
            raise refuse("period-unknown", option="replay", value=text) from None
    if not first and not last:
        raise refuse("period-unknown", option="replay", value=text)
    return period({name: day for name, day in (("from", first), ("to", last)) if day})
