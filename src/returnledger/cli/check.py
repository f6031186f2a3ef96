"""`returnledger check`: reads, decides and proves, and shows every finding; nothing is written."""

from __future__ import annotations

import typer

from returnledger.cli.arguments import Despite, Files, Proof
from returnledger.i18n import _


def check(ctx: typer.Context, files: Files, proof: Proof = "auto", despite_ledger_errors: Despite = False) -> int:
    """Check events as apply would, and write nothing: every finding of all files, in order."""
    console = ctx.obj
    from returnledger import app

    with console.progress(_("checking")):
        planned = app.plan(files, settings=console.settings, proof=proof, despite_ledger_errors=despite_ledger_errors)
    console.sources.update(planned.sources)
    console.findings(planned.findings)
    if not planned.exit_code:
        statuses = [event.status for event in planned.events]
        new, posted = statuses.count("new"), statuses.count("posted")
        console.out(_("{new} can be posted, {posted} posted before").format(new=new, posted=posted) + "\n")
    return planned.exit_code
