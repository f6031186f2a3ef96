"""The program as Typer knows it: its global options and its commands, one file each, grouped as a day goes."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any

import typer

from returnledger.cli import (
    apply,
    check,
    completion,
    doctor,
    explain,
    init,
    new,
    plan,
    policy,
    query,
    report,
    sale,
    schema,
    show,
    status,
    verify,
)
from returnledger.cli.arguments import choice
from returnledger.cli.help import Command, Group
from returnledger.i18n import N_

LANGUAGES = ("zh", "en", "auto")
COLOURS = ("auto", "always", "never")
FINDINGS = ("full", "concise", "json", "github")

# The headings of the help page, each with its commands in the order of a day's work.
COMMANDS = (
    (N_("Daily"), (init.init, sale.sale, new.new, check.check, plan.plan, apply.apply)),
    (N_("Look and ask"), (status.status, show.show, explain.explain, report.report, query.query)),
    (N_("Policy"), (policy.policy,)),
    (N_("Keep in order"), (doctor.doctor, verify.verify, schema.schema, completion.completion)),
)


def program(
    ctx: typer.Context,
    lang: Annotated[
        str,
        typer.Option(
            "--lang",
            metavar="zh|en|auto",
            callback=choice("--lang", LANGUAGES),
            help=N_("The language of messages, headings and help; auto follows the environment."),
        ),
    ] = "auto",
    color: Annotated[
        str,
        typer.Option(
            "--color",
            metavar="auto|always|never",
            callback=choice("--color", COLOURS),
            help=N_("Colours: auto means on a terminal, unless NO_COLOR is set."),
        ),
    ] = "auto",
    settings: Annotated[
        Path | None,
        typer.Option(
            "--settings",
            metavar="FILE",
            help=N_("The settings; without this, returnledger.yaml is looked for from the working folder upward."),
        ),
    ] = None,
    findings: Annotated[
        str,
        typer.Option(
            "--findings",
            metavar="full|concise|json|github",
            callback=choice("--findings", FINDINGS),
            help=N_("How findings are shown on standard error."),
        ),
    ] = "full",
    version: Annotated[bool, typer.Option("--version", help=N_("Show the version."))] = False,
) -> int:
    """Customer returns, booked exactly: events in YAML and a written policy in, Beancount entries out."""
    console = ctx.obj
    console.colour, console.settings, console.findings_format = color, settings, findings
    if version:
        from returnledger import VERSION

        console.out(f"returnledger {VERSION}\n")
        raise typer.Exit(0)
    if ctx.invoked_subcommand is None:
        console.out(ctx.get_help() + "\n")
    return 0


def build(words: Collection[str] | None = None) -> Any:
    """Return the program, ready to be run with a list of arguments.

    Of commands that are not among `words` only name and help are built, which is all that the help page needs.
    """
    if words is None:
        typer.main.get_install_completion_arguments()  # makes the shells known to the library
    app = typer.Typer(
        cls=Group,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        invoke_without_command=True,
    )
    app.callback()(program)
    for heading, functions in COMMANDS:
        for function in functions:
            name = function.__name__
            asked = words is None or name in words
            if asked and function is policy.policy:
                app.add_typer(policy.build(), name=name, rich_help_panel=heading, help=function.__doc__)
                continue
            if asked and function is new.new:
                app.add_typer(new.build(words), name=name, rich_help_panel=heading, help=function.__doc__)
                continue
            app.command(name, cls=Command, rich_help_panel=heading, help=function.__doc__)(
                function if asked else _not_asked
            )
    return typer.main.get_command(app)


def _not_asked() -> None:
    """Stand for a command that is only listed."""
