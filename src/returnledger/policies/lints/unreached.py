"""Rows that never decide, whatever the sale."""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.findings import Finding
from returnledger.policies.lints.looking import Look
from returnledger.policy import reach


def never_decides(look: Look) -> Iterator[Finding]:
    """Yield a finding for each row that never holds, and for each that the rows above it leave nothing."""
    yield from reach.never_decides(look.policy)
