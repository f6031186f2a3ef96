"""`returnledger status`: where every case stands, and the next step."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from returnledger.cli.arguments import Json
from returnledger.i18n import N_, _


def status(
    ctx: typer.Context,
    json: Json = False,
    everything: Annotated[bool, typer.Option("--all", help=N_("Closed cases as well as open ones."))] = False,
    role: Annotated[
        str | None, typer.Option("--role", metavar="ROLE", help=N_("Only what this role is to do next."))
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DAY", help=N_("The day by which deadlines are judged; today."))
    ] = None,
) -> int:
    """Show the open cases, the overdue first: the next steps, who takes them until when, and what is outstanding.

    Roles are warehouse, finance, supervisor, customer_service and purchasing, and those of the settings.
    """
    console = ctx.obj
    console.outcome = ""
    from returnledger import app
    from returnledger.cli import show_status

    with console.progress(_("reading the ledger")):
        result = app.status(
            settings=console.settings, everything=everything or (json and role is None), role=role, day=_day(as_of)
        )
    console.sources.update(result.sources)
    console.out(show_status.render(result, "json" if json else "text", everything=everything))
    console.findings(result.findings)
    return result.exit_code


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    from returnledger.reports import options

    return options.day({"as-of": text}, "as-of")
