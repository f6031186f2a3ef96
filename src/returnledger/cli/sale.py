"""`returnledger sale`: an order as the books show it, and what of it can still come back."""

from __future__ import annotations

from typing import Annotated

import typer

from returnledger.cli.arguments import Json
from returnledger.i18n import N_, _


def sale(
    ctx: typer.Context,
    order: Annotated[str, typer.Argument(metavar="ORDER", help=N_("The order as the ledger names it."))],
    json: Json = False,
) -> int:
    """Show an order: its lines with lots, tax and cost, what was paid, what came back and what still can."""
    console = ctx.obj
    console.outcome = ""
    from returnledger import app
    from returnledger.cli import show_sale

    with console.progress(_("reading the ledger")):
        view = app.sale(order, settings=console.settings)
    console.out(show_sale.render(view, "json" if json else "text"))
    return 0
