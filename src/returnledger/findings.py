"""A finding is what the program has to say about an input: a code and values, at a place, never a sentence.

The sentences are made by findings_text, in the reader's language, from the templates that stand beside each check.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from returnledger.frozen import quick


class Severity(StrEnum):
    """How much a finding weighs: an error stops the write, a warning does not, a note only explains."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@quick
@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a text file: lines and columns count characters from 1; `end_column` is one past the last."""

    file: str
    line: int
    column: int = 1
    end_column: int = 0

    def __str__(self) -> str:
        """Return `file:line:column`, as compilers write it."""
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Template:
    """The English sentences of one code: placeholders in braces are keys of a finding's values."""

    message: str
    hint: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Phrase:
    """A part of a sentence that is translated as sentences are: a text with placeholders, and their values."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say: the code (which names its template), the place, and the values that fill the sentences.

    `because` is a (place, what is set there) pair naming the policy row or setting that decided, if one did.
    `event` is the id of the event it is about.
    """

    code: str
    span: Span | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    severity: Severity = Severity.ERROR
    because: tuple[Span | None, str] | None = None
    event: str | None = None


class Refused(Exception):
    """Raised where reading cannot go on: carries every finding gathered so far and the exit code they mean."""

    def __init__(self, findings: Iterable[Finding], exit_code: int = 1) -> None:
        """Hold `findings`; `exit_code` is 1 for inputs, 2 for usage and configuration, 4 for a conflict."""
        self.findings = tuple(findings)
        self.exit_code = exit_code
        super().__init__(", ".join(sorted({finding.code for finding in self.findings})))


def has_errors(findings: Iterable[Finding]) -> bool:
    """Return True if any finding stops the write."""
    return any(finding.severity is Severity.ERROR for finding in findings)
