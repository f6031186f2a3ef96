"""`returnledger policy check`: everything that can be said against a policy before it meets a customer."""

from __future__ import annotations

from typing import Annotated

import typer

from returnledger.cli.arguments import Json
from returnledger.i18n import N_, _

PolicyFiles = Annotated[
    list[str] | None,
    typer.Argument(metavar="FILE", help=N_("Policy files; without any, those that the settings list.")),
]


def check(ctx: typer.Context, files: PolicyFiles = None, json: Json = False) -> int:
    """Check policies before they meet a customer: every slip at its line, with what to write instead.

    The exit code is 1 where a policy could not judge; warnings alone leave it at 0.
    """
    console = ctx.obj
    console.outcome = ""
    from returnledger.policies.check import check as look

    with console.progress(_("checking")):
        checked = look(files or [], settings=console.settings)
    console.sources.update(checked.sources)
    from returnledger.cli import show_policy_check

    console.out(show_policy_check.render(checked, "json" if json else "text"))
    if not json:
        console.findings(checked.findings)
    return checked.exit_code
