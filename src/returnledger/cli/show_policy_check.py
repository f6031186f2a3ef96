"""Shows which policies were checked, and what was found in each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from returnledger.cli.layout import columns
from returnledger.cli.show_plan import to_json
from returnledger.findings import Severity
from returnledger.findings_text import as_data as finding_data
from returnledger.findings_text import ordered, summary
from returnledger.i18n import _, spoken

if TYPE_CHECKING:
    from returnledger.policies.check import Checked


def render(checked: Checked, fmt: str) -> str:
    """Return one line for each file, or all findings as JSON."""
    if fmt == "json":
        return to_json(as_data(checked))
    rows = []
    for file in checked.files:
        about = [finding for finding in checked.findings if finding.span and finding.span.file == file.file]
        name = f"{file.policy.name} {file.policy.version}" if file.policy else "–"
        rows.append([file.file, name, summary(about, spoken(), outcome="") or _("nothing to remark")])
    return "\n".join(columns(rows, indent=0)) + "\n" if rows else ""


def as_data(checked: Checked) -> dict[str, Any]:
    """Return what was found as the record that scripts read."""
    return {
        "files": [
            {
                "file": file.file,
                "policy": file.policy.name if file.policy else None,
                "version": file.policy.version if file.policy else None,
                "valid_from": file.policy.valid_from.isoformat() if file.policy else None,
                "digest": file.policy.digest if file.policy else None,
                "judges": file.sound,
            }
            for file in checked.files
        ],
        "findings": [finding_data(finding, spoken()) for finding in ordered(checked.findings)],
        "errors": sum(finding.severity is Severity.ERROR for finding in ordered(checked.findings)),
        "warnings": sum(finding.severity is Severity.WARNING for finding in ordered(checked.findings)),
    }
