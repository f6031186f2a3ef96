"""`returnledger apply`: books the events, in one new file, all or nothing."""

from __future__ import annotations

import typer

from returnledger.cli.arguments import Despite, Files, Json, Proof, Ready
from returnledger.i18n import _


def apply(
    ctx: typer.Context,
    files: Files,
    json: Json = False,
    ready: Ready = False,
    proof: Proof = "auto",
    despite_ledger_errors: Despite = False,
) -> int:
    """Book the events: one new file below the folder of returns, complete or not at all.

    Events that are posted already are counted and left alone, so the same file may be applied again. A saved plan
    (`plan -o p.json`) is planned again first, and refused if it would now be written otherwise.
    """
    console = ctx.obj
    from returnledger import app
    from returnledger.cli import show_plan

    with console.progress(_("booking")):
        applied = app.apply(
            files, settings=console.settings, ready=ready, proof=proof, despite_ledger_errors=despite_ledger_errors
        )
    console.sources.update(applied.sources)
    if json:
        data = show_plan.as_data(applied.planned.plan, applied.findings, console.language)
        console.out(show_plan.to_json(data | {"file": applied.file, "pending": list(applied.pending_files)}))
    else:
        nothing = not applied.events and not applied.exit_code
        console.out(show_plan.nothing(files) if nothing else show_plan.applied_text(applied))
    console.outcome = applied.outcome
    console.findings(applied.findings)
    return applied.exit_code
