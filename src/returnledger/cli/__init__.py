"""The `returnledger` command: reads arguments, calls one function of the library, prints, exits.

Exit codes: 0 done or nothing to do, 1 findings, 2 usage or configuration, 3 changes pending (`plan --exit-code`),
4 conflict, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from returnledger import i18n


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    from returnledger.cli.console import prepare_streams

    prepare_streams()
    words = list(sys.argv[1:] if argv is None else argv)
    i18n.speak(i18n.language(words, os.environ))
    try:
        return _run(words)
    except KeyboardInterrupt:
        return 130
    finally:
        from returnledger.cli.console import close_streams

        close_streams()


def _run(words: list[str]) -> int:
    """Build the program, run it, and turn what stops it into an exit code."""
    import typer

    from returnledger.cli.application import build
    from returnledger.cli.arguments import globals_first
    from returnledger.cli.console import Console
    from returnledger.cli.usage import Usage, explained

    console = Console(i18n.spoken())
    completing = any(name.startswith("_RETURNLEDGER_COMPLETE") for name in os.environ)
    try:
        program = build(None if completing else words)
        code = program.main(
            globals_first(words) or ["--help"], prog_name="returnledger", standalone_mode=False, obj=console
        )
        return code if isinstance(code, int) else 0
    except Usage as error:
        return _usage(console, error)
    except _usage_error() as error:
        return _usage(console, explained(error))
    except typer.Abort:
        return 130
    except _refused() as refusal:
        console.findings(refusal.findings)
        return int(refusal.exit_code)


def _usage_error() -> type[Any]:
    """Return the class of all usage errors of the command line library."""
    import typer

    return typer.BadParameter.__mro__[1]


def _refused() -> type[Any]:
    """Return the exception that carries findings, which no command raises that did not load it."""
    from returnledger.findings import Refused

    return Refused


def _usage(console: object, error: object) -> int:
    """Say what is wrong with the command line."""
    from returnledger.cli.console import Console
    from returnledger.cli.usage import Usage
    from returnledger.excerpt import clean, paint

    assert isinstance(console, Console)
    assert isinstance(error, Usage)
    label = paint("error", "red" if console.colours(sys.stderr) else None)
    console.err(f"{label}: {clean(error.message)}")
    if error.hint:
        console.err(i18n._("hint: {hint}").format(hint=clean(error.hint)))
    return 2
