"""`returnledger policy docs`: the procedure manual that the policy files amount to."""

from __future__ import annotations

from typing import Annotated

import typer

from returnledger.cli.arguments import choice
from returnledger.cli.policy_check import PolicyFiles
from returnledger.i18n import N_


def docs(
    ctx: typer.Context,
    files: PolicyFiles = None,
    language: Annotated[
        str | None,
        typer.Option(
            "--language",
            metavar="zh|en",
            callback=choice("--language", ("zh", "en")),
            help=N_("The language of the manual; without it, both are written."),
        ),
    ] = None,
    fmt: Annotated[
        str,
        typer.Option(
            "--format", metavar="md|html", callback=choice("--format", ("md", "html")), help=N_("Markdown or HTML.")
        ),
    ] = "md",
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar="DIR", help=N_("The folder to write to; `-` is standard output.")),
    ] = None,
) -> int:
    """Write the procedure manual: who may return what until when, what it costs, who approves, which papers, how paid.

    It is made from the policy files, in Chinese and English, for the staff and for the shop's website.
    """
    raise NotImplementedError
