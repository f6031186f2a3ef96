"""`returnledger query`: a question in BQL over sales, returns, cases and the ledger's postings."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from returnledger.cli.arguments import Excel, Format, Json, Output, format_of
from returnledger.i18n import N_, _

FORMATS = ("text", "csv", "json", "md")


def query(
    ctx: typer.Context,
    bql: Annotated[str, typer.Argument(metavar="BQL", help=N_("The query; `-` reads it from standard input."))],
    output: Output = None,
    fmt: Format = None,
    json: Json = False,
    excel: Excel = False,
) -> int:
    """Run a query in BQL over the tables sales, returns and cases, or over the postings of the ledger.

    ```
    returnledger query "SELECT sku, sum(quantity) FROM returns GROUP BY sku"
    ```
    """
    console = ctx.obj
    console.outcome = ""
    wanted = format_of(fmt, json, output, FORMATS)
    if bql == "-":
        import sys

        bql = sys.stdin.buffer.read().decode("utf-8-sig", errors="replace")
    from returnledger import app
    from returnledger.cli.console import terminal_width

    told: list[Any] = []
    with console.progress(_("reading the ledger")):
        text = app.query(
            bql,
            settings=console.settings,
            fmt=wanted,
            language=console.language,
            width=terminal_width(),
            excel=excel,
            tell=told.append,
        )
    console.result(text, output)
    console.findings(told)
    return 0
