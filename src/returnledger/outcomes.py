"""What plan and apply return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from returnledger.assemble import AccountFile, Batch
from returnledger.events import Event
from returnledger.findings import Finding
from returnledger.planned import Plan, PlannedEvent
from returnledger.textfile import SourceText


@dataclass(frozen=True)
class Planned:
    """A plan with everything apply needs: the batch as text, the accounts it opens, and every finding."""

    plan: Plan
    findings: tuple[Finding, ...]
    sources: Mapping[str, SourceText]
    batch: Batch | None = None
    text: str = ""
    exit_code: int = 0
    inputs: tuple[Event, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def events(self) -> tuple[PlannedEvent, ...]:
        """What becomes of each event, in the order of the input."""
        return self.plan.events

    @property
    def accounts(self) -> Mapping[tuple[str, str], Decimal]:
        """The effect on accounts, debits positive."""
        return self.plan.accounts

    @property
    def opened(self) -> tuple[AccountFile, ...]:
        """The accounts that apply would open first, each in a file of its own."""
        return self.batch.accounts if self.batch else ()

    @property
    def pending(self) -> bool:
        """True if apply would write something."""
        return self.batch is not None


@dataclass(frozen=True)
class Applied:
    """What apply did: the events as planned, the file written (empty if none), and what it left undone."""

    planned: Planned
    file: str = ""
    pending_files: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    exit_code: int = 0
    sources: Mapping[str, SourceText] = field(default_factory=dict)

    @property
    def events(self) -> tuple[PlannedEvent, ...]:
        """What became of each event."""
        return self.planned.events

    @property
    def outcome(self) -> str:
        """What was written, in words that the summary of findings ends with; empty where something was."""
        return "" if self.file else "nothing was written"
