"""Reports answer from the ledger: one query and one small file each, one renderer per format for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from returnledger.reports import credit_notes, inventory, rate
from returnledger.reports.options import known_only, nearest, refuse
from returnledger.reports.query import run_query
from returnledger.reports.source import Source
from returnledger.reports.table import Report

__all__ = ["OPTIONS", "REPORTS", "TITLES", "Report", "Source", "run", "run_query"]

Build = Callable[[Mapping[str, str], Source], Report]

REPORTS: dict[str, Build] = {"rate": rate.build, "inventory": inventory.build, "credit-notes": credit_notes.build}
TITLES: dict[str, str] = {"rate": rate.TITLE, "inventory": inventory.TITLE, "credit-notes": credit_notes.TITLE}
OPTIONS: dict[str, dict[str, str]] = {
    "rate": rate.OPTIONS,
    "inventory": inventory.OPTIONS,
    "credit-notes": credit_notes.OPTIONS,
}


def run(name: str, options: Mapping[str, str], source: Source) -> Report:
    """Return the report `name` with `options` (texts by option name, without dashes) over `source`.

    Raises Refused (exit code 2) for a report, option, choice or period that is not known.
    """
    if name not in REPORTS:
        raise refuse("report-unknown", name=name, known=sorted(REPORTS), nearest=nearest(name, sorted(REPORTS)))
    known_only(name, options, tuple(OPTIONS[name]))
    return REPORTS[name](options, source)
