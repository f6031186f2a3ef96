"""`returnledger policy diff`: what changes between two policies, in words and in the returns of a period."""

from __future__ import annotations

from typing import Annotated

import typer

from returnledger.cli.arguments import Json
from returnledger.i18n import N_, _


def diff(
    ctx: typer.Context,
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD", help=N_("The policy that was: a file, NAME@VERSION of the settings, or REV:FILE of git.")
        ),
    ],
    new: Annotated[str, typer.Argument(metavar="NEW", help=N_("The policy that is to be, named likewise."))],
    replay: Annotated[
        str | None,
        typer.Option(
            "--replay",
            metavar="PERIOD",
            help=N_(
                "Judge the events posted in a period again under both: 2026-Q3, 2026-07, 2026, 2026-07-01..2026-09-30."
            ),
        ),
    ] = None,
    json: Json = False,
) -> int:
    """Compare two policies in words: rows added, removed, changed and moved, with their places in both files.

    Comments and layout do not count, nor does another spelling of the same word or number.

    With --replay every event posted in the period is judged again from what the ledger keeps of it, against the books as
    they were; nothing is posted. The exit code is 1 where OLD does not give what was posted.
    """
    console = ctx.obj
    console.outcome = ""
    from returnledger.cli import show_policy_diff
    from returnledger.policies.diff import diff as compare

    with console.progress(_("judging again") if replay else _("comparing")):
        compared = compare(old, new, settings=console.settings, replay=replay)
    console.sources.update(compared.sources)
    console.out(show_policy_diff.render(compared, "json" if json else "text"))
    console.findings(compared.findings)
    return compared.exit_code
