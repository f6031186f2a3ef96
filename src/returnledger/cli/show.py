"""`returnledger show`: one posted event with everything that was written for it."""

from __future__ import annotations

from typing import Annotated

import typer

from returnledger.cli.arguments import Json
from returnledger.i18n import N_, _


def show(
    ctx: typer.Context,
    event: Annotated[str, typer.Argument(metavar="ID", help=N_("The id of an event or a case."))],
    json: Json = False,
) -> int:
    """Show what was posted under an id: the event as it was written, its decisions, and its entries."""
    console = ctx.obj
    console.outcome = ""
    from returnledger import app
    from returnledger.cli import show_event

    with console.progress(_("reading the ledger")):
        view = app.show(event, settings=console.settings)
    console.out(show_event.render(view, "json" if json else "text"))
    return 0
