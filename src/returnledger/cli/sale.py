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
    """Show an order: its lines with lots, tax and cost, what was paid, what came back and what still can.

    Of an order, contract or customer that has only paid in advance it shows the advance.
    """
    console = ctx.obj
    console.outcome = ""
    from returnledger import app
    from returnledger.cli import show_advance, show_sale
    from returnledger.findings import Refused

    with console.progress(_("reading the ledger")):
        try:
            view = app.sale(order, settings=console.settings)
        except Refused:
            advances = app.advance(order, settings=console.settings)
            if not advances:
                raise
            console.out(show_advance.render(advances, "json" if json else "text"))
            return 0
    console.out(show_sale.render(view, "json" if json else "text"))
    return 0
