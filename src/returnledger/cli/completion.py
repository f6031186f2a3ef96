"""`returnledger completion`: the script that lets a shell complete commands and options."""

from __future__ import annotations

from typing import Annotated

import typer

from returnledger.cli.arguments import choice
from returnledger.i18n import N_

SHELLS = ("bash", "zsh", "fish", "powershell")


def completion(
    ctx: typer.Context,
    shell: Annotated[
        str,
        typer.Argument(metavar="SHELL", callback=choice("SHELL", SHELLS), help=N_("bash, zsh, fish or powershell.")),
    ],
) -> int:
    """Write the completion script of a shell; the shell's start file reads it.

    ```
    returnledger completion bash >> ~/.bashrc
    ```
    """
    from typer import completion as typer_completion

    name = "returnledger"
    script = typer_completion.get_completion_script(  # type: ignore[attr-defined]
        prog_name=name, complete_var=f"_{name.upper()}_COMPLETE", shell=shell
    )
    ctx.obj.out(f"{script}\n")
    return 0
