"""`returnledger policy diff`: what changes between two policies, in words and in the returns of a period."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from returnledger.cli.arguments import Json
from returnledger.i18n import N_


def diff(
    ctx: typer.Context,
    old: Annotated[Path, typer.Argument(metavar="OLD", help=N_("The policy file that was."))],
    new: Annotated[Path, typer.Argument(metavar="NEW", help=N_("The policy file that is to be."))],
    replay: Annotated[
        str | None,
        typer.Option(
            "--replay",
            metavar="PERIOD",
            help=N_("Judge the posted events of a period again: 2026-11, 2026-Q4, 2026."),
        ),
    ] = None,
    json: Json = False,
) -> int:
    """Compare two policies: rows added, removed and changed, and what becomes of a period's returns under the new one.

    With --replay the posted events of the period are judged by both; nothing is posted.
    """
    raise NotImplementedError
