"""`returnledger init`: proposes settings from a ledger that exists, or starts an empty folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from returnledger.cli.arguments import choice
from returnledger.i18n import N_, _

PRESETS = ("general", "cn")


def init(
    ctx: typer.Context,
    ledger: Annotated[
        Path | None,
        typer.Argument(metavar="LEDGER", help=N_("The ledger's main file; looked for in the working folder.")),
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option(
            "--preset",
            metavar="general|cn",
            callback=choice("--preset", PRESETS),
            help=N_("The chart of accounts to start from; taken from the ledger's accounts if not given."),
        ),
    ] = None,
) -> int:
    """Read the ledger and write the settings it suggests, a policy to start with, and the folder of returns.

    Says how many of the sales these settings read, and why not the others. No existing file is changed; the one line
    to add to the ledger is printed.
    """
    console = ctx.obj
    from returnledger import app
    from returnledger.cli.show_init import as_text

    with console.progress(_("reading the ledger")):
        result = app.init(ledger, preset=preset, language=console.language)
    console.sources.update(result.sources)
    console.out(as_text(result))
    console.findings(result.findings)
    return int(result.exit_code)
