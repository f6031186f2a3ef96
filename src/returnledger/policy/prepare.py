"""Makes a policy ready to judge: its conditions read, its rows with their places, its digest taken.

The digest is over what the file says, not how it is written: comments, white space and the order of keys don't count,
the order of rows does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from typing import Any

from returnledger.findings import Finding, Span, has_errors
from returnledger.places import Path, Places
from returnledger.policy.conditions import ALWAYS, Condition
from returnledger.policy.lint import lint, same_words
from returnledger.policy.model import PolicyFile, Row, WindowTable
from returnledger.policy.reading import MOST_FINDINGS, ConditionReader
from returnledger.terms import Fault, Reason

TABLES = ("verdicts", "goods", "fees", "shipping_refund", "approvals", "evidence", "refunds")


@dataclass(frozen=True, slots=True)
class PreparedRow:
    """A row of a table: what it says, what it asks, and where it stands."""

    says: Row
    asks: Condition
    place: Span


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of a policy, ready to judge.

    `file` is the path as messages show it, `digest` the algorithm number and sha256 of what the file says, `says` the
    policy as written, `tables` its rows with their conditions, `unless` the condition of one_step.
    """

    name: str
    version: str
    valid_from: date
    currency: str
    file: str
    digest: str
    says: PolicyFile
    places: Places
    tables: Mapping[str, tuple[PreparedRow, ...]]
    unless: Condition | None
    faults: Mapping[Reason, Fault]

    @property
    def window(self) -> WindowTable:
        """Return the table of windows as written."""
        return self.says.window

    @property
    def judged_as_of(self) -> str:
        """Return `sale` or `request`: the day whose policy judges."""
        return self.says.judged_as_of

    @property
    def split_days(self) -> int:
        """Return the days within which refunds to one customer are added up."""
        return self.says.split_days

    def place(self, *path: str | int) -> Span:
        """Return where the value at `path` stands in the policy's file."""
        return self.places.at(*path)


def digest_of(data: object) -> str:
    """Return `1:` and the sha256 of compact JSON of `data`, the texts of a file, with sorted keys."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return f"1:{hashlib.sha256(text.encode()).hexdigest()}"


def prepare(
    says: PolicyFile, data: Mapping[str, Any], places: Places, methods: Collection[str] = ()
) -> tuple[Policy | None, list[Finding]]:
    """Return the policy ready to judge, or None where a finding of severity error keeps it from judging.

    `data` is the file as texts, `methods` are the tenders that the settings name.
    """
    reader = ConditionReader(places, methods)
    tables = {name: tuple(_rows(getattr(says, name), name, reader)) for name in TABLES}
    unless: Condition | None = None
    if says.one_step is not None and says.one_step.unless is not None:
        unless = reader.read(says.one_step.unless, "one_step", ("one_step", "unless"))
    always = {name: [row.asks == ALWAYS for row in rows] for name, rows in tables.items()}
    wrong = chain(same_words(data, places), lint(says, places, always, methods))
    findings = [*reader.findings, *islice(wrong, MOST_FINDINGS)]
    if has_errors(findings):
        return None, findings
    faults = {reason: fault for fault, reasons in says.fault.items() for reason in reasons}
    policy = Policy(
        name=says.name,
        version=says.version,
        valid_from=says.valid_from,
        currency=says.currency,
        file=places.file,
        digest=digest_of(data),
        says=says,
        places=places,
        tables=tables,
        unless=unless,
        faults=faults,
    )
    return policy, findings


def _rows(rows: Iterable[Row], table: str, reader: ConditionReader) -> Iterable[PreparedRow]:
    for position, row in enumerate(rows):
        facts = f"evidence at {getattr(row, 'at', '')}" if table == "evidence" else table
        path: Path = (table, position, "when")
        yield PreparedRow(row, reader.read(row.when, facts, path), reader.places.at(table, position))
