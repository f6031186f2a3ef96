"""`returnledger explain`: why an event was decided as it was, or what a finding means."""

from __future__ import annotations

from typing import Annotated

import typer

from returnledger.cli.arguments import Json
from returnledger.i18n import N_, _


def explain(
    ctx: typer.Context,
    what: Annotated[
        list[str],
        typer.Argument(metavar="WHAT", help=N_("A posted id, the code of a finding, or a file of events.")),
    ],
    json: Json = False,
) -> int:
    """Explain a decision: which row of the policy decided, the facts it used, and the rows it passed over.

    With the code of a finding, such as `window-closed`, the page of that check is shown.
    """
    console = ctx.obj
    console.outcome = ""
    from returnledger.cli import show_explain

    page = show_explain.page_of(what[0], console.language) if len(what) == 1 else None
    if page is not None:
        console.out(page)
        return 0
    if len(what) == 1 and (suggestion := show_explain.suggested(what[0])):
        from returnledger.cli.usage import Usage

        raise Usage(_("there is no finding {code}").format(code=what[0]), suggestion)
    from returnledger import app

    with console.progress(_("reading the ledger")):
        explained = app.explain(what, settings=console.settings)
    console.sources.update(explained.sources)
    console.out(show_explain.render(explained, "json" if json else "text"))
    console.findings(explained.findings)
    return explained.exit_code
