"""`returnledger policy explain`: each effect of an event with its row, and what would change the verdict."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from returnledger.cli.arguments import Json
from returnledger.i18n import N_


def explain(
    ctx: typer.Context,
    what: Annotated[list[str], typer.Argument(metavar="WHAT", help=N_("An order, a posted id, or a file of events."))],
    json: Json = False,
    policy: Annotated[
        Path | None,
        typer.Option("--policy", metavar="FILE", help=N_("Judge by this policy instead of the one in force.")),
    ] = None,
) -> int:
    """Explain how a policy judges: each effect with its value, row, line and statute, and what would change the verdict.

    The facts used and those assumed are named, and the single dates and numbers that would change the verdict.
    """
    raise NotImplementedError
