"""Reports and queries over a shop's books, as text in one of the formats."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from returnledger.findings import Finding, Severity
from returnledger.i18n import catalogue
from returnledger.policy import Policy
from returnledger.roles import Role
from returnledger.rows import Posted
from returnledger.session import Session, ledger_findings, open_session, shown_path
from returnledger.settings import Settings
from returnledger.textfile import gc_paused


class Source:
    """What reports read from: the relations of the store, and the ledger itself where a report asks for postings."""

    def __init__(self, session: Session) -> None:
        """Read from the books of `session`."""
        self._session = session

    @cached_property
    def _loaded(self) -> Any:
        from returnledger.ledger import load

        return load(self._session.ledger)

    @property
    def entries(self) -> Sequence[Any]:
        """The directives of the ledger, booked."""
        return list(self._loaded.entries)

    @property
    def errors(self) -> Sequence[Any]:
        """The errors of the ledger."""
        return list(self._loaded.errors)

    @property
    def options(self) -> Mapping[str, Any]:
        """The options of the ledger."""
        return dict(self._loaded.options)

    @property
    def role_of(self) -> Callable[[str], Role | None]:
        """What an account is for."""
        return self._session.settings.role_of

    @property
    def currency(self) -> str:
        """The operating currency."""
        return self._session.settings.operating_currency

    @property
    def policies(self) -> Sequence[Policy]:
        """The policies of the shop, every version."""
        return self._session.policies

    @property
    def settings(self) -> Settings:
        """The settings of the shop."""
        return self._session.settings

    def posted(self) -> Iterator[Posted]:
        """Everything that was posted, places as a reader types them."""
        for entry in self._session.store.relations.posted():
            place = entry.place
            yield replace(entry, place=replace(place, file=shown_path(Path(place.file)))) if place else entry

    def evidence(self, source: str, path: str) -> str | None:
        """The SHA-256 of a file of evidence, seen from the file of its event; None where there is no such file."""
        file = self._session.folder / Path(source).parent / path
        try:
            with file.open("rb") as found:
                return hashlib.file_digest(found, "sha256").hexdigest()
        except (OSError, ValueError):
            return None

    def verified(self) -> Sequence[Finding]:
        """What is no longer as it was posted."""
        from returnledger.verification import verify

        return verify(self._session.returns).findings

    @cached_property
    def commit(self) -> str | None:
        """The commit of the ledger's repository, with a + where files differ from it; None outside a repository."""
        folder = self._session.folder
        try:
            said = subprocess.run(
                ["git", "describe", "--always", "--dirty=+", "--exclude=*"],
                cwd=folder, capture_output=True, text=True, timeout=5, check=True,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError):
            return None
        return said.stdout.strip() or None

    def rows(self, name: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a relation."""
        return self._session.store.rows(name)

    def pick(self, name: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """The rows of a relation, some columns only."""
        return self._session.store.pick(name, columns)


def report(
    name: str,
    options: Mapping[str, str] | None = None,
    *,
    settings: Path | None = None,
    fmt: str = "text",
    language: str = "en",
    width: int = 80,
    excel: bool = False,
    tell: Callable[[Finding], None] | None = None,
) -> str:
    """Return a report as text in one of the formats text, csv, json, md and, of the count sheet, yaml; raise Refused for unknown names.

    `width` counts cells of a terminal; `excel` puts the mark before CSV by which spreadsheets know its encoding. `tell`
    is called with what the reader should know of the ledger, such as returns that it does not include.
    """
    from returnledger import reports
    from returnledger.reports.render import events_of, render

    session = _told(open_session(settings), tell)
    with gc_paused():
        made = reports.run(name, options or {}, Source(session))
        if fmt == "yaml":
            return events_of(made)
        return render(made, fmt, catalogue(language).gettext, language, width=width, excel=excel)


def _told(session: Session, tell: Callable[[Finding], None] | None) -> Session:
    for finding in ledger_findings(session, despite=True) if tell else ():
        assert tell is not None
        tell(replace(finding, severity=Severity.WARNING))
    return session


def query(
    bql: str,
    *,
    settings: Path | None = None,
    fmt: str = "text",
    language: str = "en",
    width: int = 80,
    excel: bool = False,
    tell: Callable[[Finding], None] | None = None,
) -> str:
    """Return the answer to a query in BQL over sales, returns, cases and the ledger; raise Refused for a wrong one."""
    from returnledger import reports
    from returnledger.reports.render import render

    session = _told(open_session(settings), tell)
    made = reports.run_query(bql, Source(session))
    return render(made, fmt, catalogue(language).gettext, language, width=width, excel=excel)
