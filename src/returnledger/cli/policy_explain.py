"""`returnledger policy explain`: each effect of an event or an order with its row, and what would change it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from returnledger.cli.arguments import Json
from returnledger.i18n import N_, _


def explain(
    ctx: typer.Context,
    what: Annotated[list[str], typer.Argument(metavar="WHAT", help=N_("An order, a posted id, or files of events."))],
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DAY", help=N_("Of an order: the day on which the customer asks; else today.")),
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option("--reason", metavar="REASON", help=N_("Of an order: the reason that the customer gives.")),
    ] = None,
    policy: Annotated[
        str | None,
        typer.Option(
            "--policy",
            metavar="POLICY",
            help=N_("Judge by this policy instead of the one in force: a file, NAME@VERSION, or REV:FILE."),
        ),
    ] = None,
    json: Json = False,
) -> int:
    """Explain how a policy judges: each effect with its value, row, line and statute, and what would change it.

    Of an order, what would be decided for each line that can still come back if the customer asked today. The facts used
    and those assumed are named, the rows that a missing fact could have decided, and the single dates and numbers that
    would have changed the verdict, the fee, the goods or the approvals. Nothing is posted.
    """
    console = ctx.obj
    console.outcome = ""
    from returnledger.cli import show_policy_explain
    from returnledger.policies.explain import explain as judge

    day = date.today() if on is None else _day(on)
    with console.progress(_("reading the ledger")):
        explained = judge(what, on=day, settings=console.settings, policy=policy, reason=reason)
    console.sources.update(explained.sources)
    console.out(show_policy_explain.render(explained, "json" if json else "text"))
    console.findings(explained.findings)
    return explained.exit_code


def _day(text: str) -> date:
    from returnledger.reports.options import day

    found = day({"on": text}, "on")
    assert found is not None
    return found
