"""`returnledger policy diff`: what changes between two policies, in words and in the returns of a period."""

from __future__ import annotations

from typing import Annotated

import typer

from returnledger.cli.arguments import Json
from returnledger.i18n import N_


def diff(
    ctx: typer.Context,
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD", help=N_("The policy that was: a file, NAME@VERSION of the settings, or REV:FILE of git.")
        ),
    ],
    new: Annotated[str, typer.Argument(metavar="NEW", help=N_("The policy that is to be, named likewise."))],
    json: Json = False,
) -> int:
    """Compare two policies in words: rows added, removed, changed and moved, with their places in both files.

    Comments and layout do not count, nor does another spelling of the same word or number.
    """
    console = ctx.obj
    console.outcome = ""
    from returnledger.cli import show_policy_diff
    from returnledger.policies.diff import diff as compare

    compared = compare(old, new, settings=console.settings)
    console.sources.update(compared.sources)
    console.out(show_policy_diff.render(compared, "json" if json else "text"))
    console.findings(compared.findings)
    return compared.exit_code
