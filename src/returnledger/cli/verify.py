"""`returnledger verify`: whether what was written is still what stands there."""

from __future__ import annotations

import typer

from returnledger.cli.arguments import Json
from returnledger.i18n import _


def verify(ctx: typer.Context, json: Json = False) -> int:
    """Check every file of returns against its digest: what was edited, added, removed or doubled is named."""
    console = ctx.obj
    console.outcome = ""
    from returnledger import app

    with console.progress(_("verifying")):
        result = app.verify(settings=console.settings)
    console.sources.update(result.sources)
    if json:
        import json as _json

        record = {"batches": result.batches, "entries": result.entries}
        console.out(_json.dumps(record, indent=2) + "\n")
    elif not result.findings:
        console.out(
            _("everything is as it was written; batches: {batches}, entries: {entries}").format(
                batches=result.batches, entries=result.entries
            )
            + "\n"
        )
    console.findings(result.findings)
    return result.exit_code
