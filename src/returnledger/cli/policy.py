"""`returnledger policy`: commands about the policy itself, before any return is judged by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer

from returnledger.cli import policy_check, policy_diff, policy_docs, policy_explain, policy_test
from returnledger.cli.help import Command, Group

# The commands in the order of their work; each has its own file.
COMMANDS: tuple[Callable[..., int], ...] = (
    policy_check.check,
    policy_test.test,
    policy_explain.explain,
    policy_diff.diff,
    policy_docs.docs,
)


def policy(ctx: typer.Context) -> int:
    """Check, test and explain the return policy.

    Policies are the files that the settings list under `policies:`; every command also takes files by name.
    """
    if ctx.invoked_subcommand is None:
        ctx.obj.out(ctx.get_help() + "\n")
    return 0


def build() -> Any:
    """Return the commands below `policy`, as a program of their own that the whole program takes in."""
    app = typer.Typer(
        cls=Group,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        invoke_without_command=True,
    )
    for function in COMMANDS:
        app.command(function.__name__, cls=Command, help=function.__doc__)(function)
    app.callback()(policy)
    return app
