"""`returnledger plan`: what apply would do, to the letter, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from returnledger.cli.arguments import Files, Format, Json, Output, Proof, Ready, format_of
from returnledger.i18n import N_, _

FORMATS = ("text", "json", "beancount")


def plan(
    ctx: typer.Context,
    files: Files,
    output: Output = None,
    fmt: Format = None,
    json: Json = False,
    ready: Ready = False,
    proof: Proof = "auto",
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help=N_("Exit with 3 if something is still to be posted."))
    ] = False,
) -> int:
    """Show what apply would do: the decisions with the rows that made them, the effect on accounts, and the exact text.

    Nothing is written. `-o p.json` keeps the plan, `returnledger apply p.json` carries it out if what it had read is
    still so.
    """
    console = ctx.obj
    wanted = format_of(fmt, json, output, FORMATS)
    from returnledger import app
    from returnledger.cli import show_plan

    with console.progress(_("planning")):
        planned = app.plan(files, settings=console.settings, ready=ready, proof=proof)
    console.sources.update(planned.sources)
    console.result(show_plan.render(planned, wanted, console), output)
    console.findings(planned.findings)
    if planned.exit_code:
        return int(planned.exit_code)
    return 3 if exit_code and planned.pending else 0
