"""What people see of the cases: where each stands, what comes next, and the reports on what became of goods and money."""

from __future__ import annotations

from returnledger import reports
from returnledger.cli import report as report_command


def test_the_command_knows_every_report_and_says_what_it_is() -> None:
    assert sorted(report_command.REPORTS) == sorted(reports.REPORTS)
    listed = (report_command.report.__doc__ or "").partition("```")[2]
    assert [name for name in reports.REPORTS if f"\n    {name} " not in listed] == []
