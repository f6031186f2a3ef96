"""`returnledger status`: where every case stands, and the next step."""

from __future__ import annotations

from typing import Annotated

import typer

from returnledger.cli.arguments import Json
from returnledger.i18n import N_, _


def status(
    ctx: typer.Context,
    json: Json = False,
    everything: Annotated[bool, typer.Option("--all", help=N_("Closed cases as well as open ones."))] = False,
) -> int:
    """Show the open cases: what was asked for, where the goods and the money are, what is due, and the next step."""
    console = ctx.obj
    console.outcome = ""
    from returnledger import app
    from returnledger.cli import show_status

    with console.progress(_("reading the ledger")):
        result = app.status(settings=console.settings)
    console.sources.update(result.sources)
    console.out(show_status.render(result, "json" if json else "text", everything=everything))
    console.findings(result.findings)
    return result.exit_code
