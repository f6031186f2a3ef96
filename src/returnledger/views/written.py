"""Whether what was written is still what stands there."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from returnledger.findings import Finding, Refused, Severity
from returnledger.session import open_session
from returnledger.textfile import SourceText
from returnledger.views.cases import outside


@dataclass(frozen=True)
class VerifyView:
    """Whether what was written is still what stands there."""

    batches: int
    entries: int
    findings: tuple[Finding, ...]
    sources: Mapping[str, SourceText] = field(default_factory=dict)
    exit_code: int = 0


def verify(*, settings: Path | None = None) -> VerifyView:
    """Return what `returns/` still says of itself: every batch against its digest, every event against its id."""
    from returnledger.verification import verify as verify_returns

    session = open_session(settings)
    seen = verify_returns(session.returns)
    findings = list(seen.findings)
    if seen.files:
        with suppress(Refused):  # a ledger that can't be read at all is no fault of what was written
            findings += [replace(finding, severity=Severity.ERROR) for finding in outside(session)]
    return VerifyView(seen.files, seen.events, tuple(findings), session.sources, 1 if findings else 0)
