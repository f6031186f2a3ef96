"""`returnledger schema`: the JSON Schemas of events, policy and settings, for editors."""

from __future__ import annotations

from typing import Annotated

import typer

from returnledger.cli.arguments import Output, choice
from returnledger.i18n import N_

KINDS = ("events", "policy", "settings", "products")


def schema(
    ctx: typer.Context,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND", callback=choice("KIND", KINDS), help=N_("events, policy, settings or products.")
        ),
    ] = "events",
    output: Output = None,
) -> int:
    """Write the JSON Schema of a kind of file; editors check and complete with it while you type."""
    import json

    from returnledger.schema import Name, schema_for

    name: Name = kind  # type: ignore[assignment]
    ctx.obj.result(json.dumps(schema_for(name), ensure_ascii=False, indent=2), output)
    return 0
