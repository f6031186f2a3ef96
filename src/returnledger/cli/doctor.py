"""`returnledger doctor`: how much of the books is read, what would help, and what is slow."""

from __future__ import annotations

import typer

from returnledger.cli.arguments import Json
from returnledger.i18n import _


def doctor(ctx: typer.Context, json: Json = False) -> int:
    """Read all sales with the settings as they are: how many are whole, why others are not, and what would help.

    Nothing is written. The exit code is 0 whatever is remarked, and 1 where an error of the ledger stops the work.
    """
    console = ctx.obj
    console.outcome = ""
    from returnledger import app
    from returnledger.cli import show_doctor

    with console.progress(_("reading the ledger")):
        result = app.doctor(settings=console.settings)
    console.out(show_doctor.render(result, "json" if json else "text"))
    return int(result.exit_code)
