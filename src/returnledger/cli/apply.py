"""`returnledger apply`: books the events, in one new file, all or nothing."""

from __future__ import annotations

import typer

from returnledger.cli.arguments import Files, Json, Proof, Ready
from returnledger.i18n import _


def apply(
    ctx: typer.Context,
    files: Files,
    json: Json = False,
    ready: Ready = False,
    proof: Proof = "auto",
) -> int:
    """Book the events: one new file below the folder of returns, complete or not at all.

    Events that are posted already are counted and left alone, so the same file may be applied again. A saved plan
    (`plan -o p.json`) is planned again first, and refused if anything it had read has changed.
    """
    console = ctx.obj
    from returnledger import app
    from returnledger.cli import show_plan

    with console.progress(_("booking")):
        applied = app.apply(files, settings=console.settings, ready=ready, proof=proof)
    console.sources.update(applied.sources)
    console.out(show_plan.render_applied(applied, "json" if json else "text", console))
    console.findings(applied.findings, outcome=applied.outcome)
    return int(applied.exit_code)
