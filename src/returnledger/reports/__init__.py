"""Reports answer from the ledger: one query and one small file each, one renderer per format for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from returnledger.reports import (
    advances,
    aging,
    clearing,
    cost,
    credit_notes,
    customer,
    cutoff,
    cycle,
    disposition,
    exceptions,
    inventory,
    liability,
    rate,
    risk,
    stocktake,
    supplier,
)
from returnledger.reports.options import known_only, nearest, refuse
from returnledger.reports.query import run_query
from returnledger.reports.source import Source
from returnledger.reports.table import Report

__all__ = ["MODULES", "OPTIONS", "REPORTS", "TITLES", "Report", "Source", "run", "run_query"]

Build = Callable[[Mapping[str, str], Source], Report]

MODULES = {
    "rate": rate,
    "inventory": inventory,
    "credit-notes": credit_notes,
    "risk": risk,
    "exceptions": exceptions,
    "stocktake": stocktake,
    "supplier": supplier,
    "disposition": disposition,
    "customer": customer,
    "aging": aging,
    "cost": cost,
    "clearing": clearing,
    "cycle": cycle,
    "advances": advances,
    "liability": liability,
    "cutoff": cutoff,
}
REPORTS: dict[str, Build] = {name: module.build for name, module in MODULES.items()}
TITLES: dict[str, str] = {name: module.TITLE for name, module in MODULES.items()}
OPTIONS: dict[str, dict[str, str]] = {name: module.OPTIONS for name, module in MODULES.items()}


def run(name: str, options: Mapping[str, str], source: Source) -> Report:
    """Return the report `name` with `options` (texts by option name, without dashes) over `source`.

    Raises Refused (exit code 2) for a report, option, choice or period that is not known.
    """
    if name not in REPORTS:
        raise refuse("report-unknown", name=name, known=sorted(REPORTS), nearest=nearest(name, sorted(REPORTS)))
    known_only(name, options, tuple(OPTIONS[name]))
    return REPORTS[name](options, source)
