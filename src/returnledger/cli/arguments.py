"""The command line before it is read: global options may stand anywhere, and every command names its options alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from returnledger.i18n import N_

# Options of the program itself; all take a value.
GLOBAL = ("--lang", "--color", "--settings", "--findings")
FORMATS = ("text", "csv", "json", "jsonl", "md", "html", "xlsx", "beancount", "yaml")
SUFFIXES = {"txt": "text", "markdown": "md", "yml": "yaml"}


def globals_first(argv: Sequence[str]) -> list[str]:
    """Return `argv` with the global options and their values moved to the front; nothing after `--` is touched."""
    front: list[str] = []
    rest: list[str] = []
    words = list(argv)
    while words:
        word = words.pop(0)
        if word == "--":
            return [*front, *rest, word, *words]
        if word in GLOBAL:
            front += [word, *words[:1]]
            words = words[1:]
        elif word.startswith(tuple(f"{name}=" for name in GLOBAL)):
            front.append(word)
        else:
            rest.append(word)
    return front + rest


def choice(option: str, choices: Sequence[str]) -> Callable[[str | None], str | None]:
    """Return a callback that lets only `choices` pass and names the nearest one otherwise."""

    def check(value: str | None) -> str | None:
        if value is not None and value not in choices:
            from returnledger.cli.usage import unknown_choice

            raise unknown_choice(option, value, choices)
        return value

    return check


def format_of(chosen: str | None, json: bool, output: Path | None, allowed: Sequence[str]) -> str:
    """Return the format to write: `--json`, `-O`, else what the name of the output file says, else text.

    Raises Usage for a format that the command does not write, also where only the name of the file asks for it.
    """
    wanted = "json" if json else chosen
    if wanted is None and output and output.suffix:
        suffix = output.suffix[1:].lower()
        suffix = SUFFIXES.get(suffix, suffix)
        wanted = suffix if suffix in (*allowed, *FORMATS) else None
    wanted = wanted or "text"
    if wanted not in allowed:
        from returnledger.cli.usage import unknown_choice

        raise unknown_choice("--format", wanted, allowed)
    return wanted


Files = Annotated[
    list[str],
    typer.Argument(metavar="FILE", help=N_("Files of events: YAML, JSONL or CSV; `-` reads standard input.")),
]
Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE", help=N_("Write the result to FILE; its ending gives the format.")),
]
Format = Annotated[
    str | None,
    typer.Option("-O", "--format", metavar="FORMAT", help=N_("The format of the result.")),
]
Json = Annotated[bool, typer.Option("--json", help=N_("Write the result as JSON for scripts."))]
Excel = Annotated[
    bool, typer.Option("--excel", help=N_("Begin CSV with the mark by which spreadsheets know that it is UTF-8."))
]
Ready = Annotated[
    bool,
    typer.Option("--ready", help=N_("Post what can be posted; the rest goes to FILE.pending.yaml.")),
]
Proof = Annotated[
    str,
    typer.Option(
        "--proof",
        metavar="auto|full",
        callback=choice("--proof", ("auto", "full")),
        help=N_("How to prove the entries: auto takes the fast proof where it suffices, full loads the whole ledger."),
    ),
]
Despite = Annotated[
    bool,
    typer.Option(
        "--despite-ledger-errors",
        help=N_("Post although the ledger has errors of its own, where they have nothing to do with the events."),
    ),
]
