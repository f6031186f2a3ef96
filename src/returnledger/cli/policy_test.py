"""`returnledger policy test`: the cases that a policy must decide as its owner expects."""

from __future__ import annotations

from typing import Annotated

import typer

from returnledger.cli.arguments import Json
from returnledger.cli.policy_check import PolicyFiles
from returnledger.i18n import N_, _


def test(
    ctx: typer.Context,
    files: PolicyFiles = None,
    update: Annotated[
        bool, typer.Option("--update", help=N_("Write what the policy decides into the cases, for review."))
    ] = False,
    boundaries: Annotated[
        bool,
        typer.Option(
            "--boundaries", help=N_("List the edges of every condition and window with what is decided there.")
        ),
    ] = False,
    json: Json = False,
) -> int:
    """Try policies on the cases beside them: given facts, expected effects, and the rows that no case reached.

    The cases of a policy stand in `tests/NAME.yaml` beside its file. The exit code is 1 where one fails.
    """
    console = ctx.obj
    console.outcome = ""
    from returnledger.cli import show_policy_test
    from returnledger.policies.casework import test as try_cases

    with console.progress(_("trying cases")):
        tested = try_cases(files or [], settings=console.settings, update=update, boundaries=boundaries)
    console.sources.update(tested.sources)
    console.out(show_policy_test.render(tested, "json" if json else "text"))
    if not json:
        console.findings(tested.findings)
    return tested.exit_code
