"""Shows what doctor found: the books, the sales that are read, a return that was tried, and remarks."""

from __future__ import annotations

from typing import Any

from returnledger.checkup import Checkup
from returnledger.cli.layout import labelled, place, section
from returnledger.cli.show_plan import to_json
from returnledger.cli.show_reading import coverage_lines, remark_lines, tried_lines
from returnledger.findings import Severity
from returnledger.findings_text import as_data as finding_data
from returnledger.findings_text import ordered
from returnledger.i18n import _, spoken
from returnledger.money import show


def render(result: Checkup, fmt: str) -> str:
    """Return the checkup as text for people, or as JSON."""
    return to_json(as_data(result)) if fmt == "json" else as_text(result)


def as_text(result: Checkup) -> str:
    """Return the checkup for people."""
    lines = labelled(
        [
            (_("ledger"), result.ledger),
            (_("transactions"), f"{result.transactions:,}"),
            (_("files"), f"{result.files:,}"),
            (_("returns"), _("included") if result.included else _("not included")),
            (_("plugins"), ", ".join(result.plugins)),
            (_("archives"), ", ".join(result.archives)),
            (_("register"), result.register),
        ]
    )
    lines += ["", *coverage_lines(result.coverage, result.reasons)]
    if result.example is not None:
        lines += ["", *tried_lines(result.example)]
    remarks = ordered(result.remarks)
    for heading, severity in (
        (_("Errors that stop the work"), Severity.ERROR),
        (_("What would help"), Severity.WARNING),
        (_("Good to know"), Severity.NOTE),
    ):
        told = [line for finding in remarks if finding.severity is severity for line in remark_lines(finding)]
        lines += section(heading, told)
    if not remarks:
        lines += ["", _("nothing to remark")]
    return "\n".join(lines) + "\n"


def as_data(result: Checkup) -> dict[str, Any]:
    """Return the checkup as the record that scripts read."""
    coverage, example = result.coverage, result.example
    return {
        "ledger": result.ledger,
        "transactions": result.transactions,
        "files": result.files,
        "plugins": list(result.plugins),
        "archives": list(result.archives),
        "register": result.register,
        "returns_included": result.included,
        "sales": coverage.sales,
        "sales_read_whole": coverage.whole,
        "reasons": [
            {
                "code": reason.gap.code,
                "count": reason.gap.count,
                "orders": reason.gap.orders,
                "place": place(reason.gap.place) if reason.gap.place else None,
                "finding": finding_data(reason.finding, spoken()) if reason.finding else None,
            }
            for reason in result.reasons
        ],
        "inferred": dict(coverage.inferred),
        "example": None
        if example is None
        else {
            "event": example.event,
            "posts": example.posts,
            "accounts": {
                f"{account} {currency}": show(amount, currency)
                for (account, currency), amount in example.accounts.items()
            },
            "findings": [finding_data(finding, spoken()) for finding in example.findings],
        },
        "remarks": [finding_data(finding, spoken()) for finding in ordered(result.remarks)],
    }
