"""`returnledger plan`: what apply would do, to the letter, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from returnledger.cli.arguments import Despite, Files, Format, Json, Output, Proof, Ready, format_of
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
    despite_ledger_errors: Despite = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help=N_("Exit with 3 if something is still to be posted."))
    ] = False,
) -> int:
    """Show what apply would do: the decisions with the rows that made them, the effect on accounts, and the exact text.

    Nothing is written to the books. `-o p.json` keeps the plan: `returnledger apply p.json` carries it out if it would
    still be the same.
    """
    console = ctx.obj
    wanted = format_of(fmt, json, output, FORMATS)
    saved = output is not None and wanted == "json" and not json and fmt is None
    from returnledger import app
    from returnledger.cli import show_plan

    with console.progress(_("planning")):
        planned = app.plan(
            files, settings=console.settings, ready=ready, proof=proof, despite_ledger_errors=despite_ledger_errors
        )
    console.sources.update(planned.sources)
    if saved:
        console.result(app.save_plan(planned), output)
        console.out(show_plan.as_text(planned.plan, planned.text, planned.opened))
    elif wanted == "json":
        data = show_plan.as_data(planned.plan, planned.findings, console.language)
        console.result(show_plan.to_json(data), output)
    else:
        text = planned.text if wanted == "beancount" else show_plan.as_text(planned.plan, planned.text, planned.opened)
        if wanted == "text" and not planned.events and not planned.exit_code:
            text = show_plan.nothing(files)
        console.result(text, output)
    console.findings(planned.findings)
    if planned.exit_code:
        return planned.exit_code
    return 3 if exit_code and planned.pending else 0
