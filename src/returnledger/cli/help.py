"""The help pages, in the reader's language: what the command does, its arguments, its options."""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Iterable
from typing import Any

from typer.core import TyperCommand, TyperGroup

from returnledger.cli.words import cells, pad, wrap
from returnledger.i18n import N_, _, blocks

# Pages are written for this width where there is no terminal to ask, and never wider than is easy to read.
_WIDTH, _WIDEST, _NARROWEST = 80, 100, 40

_Rows = list[tuple[str, str]]


class Command(TyperCommand):
    """A command whose help page is ours."""

    def get_help(self, ctx: Any) -> str:
        """Return the help page in the language that is spoken."""
        return page(self, ctx, width())

    def get_help_option(self, ctx: Any) -> Any:
        """Return `--help`, which writes as every result is written."""
        return _ours(super().get_help_option(ctx))


class Group(TyperGroup):
    """The program itself: its help page lists the commands, and an unknown command is our usage error."""

    def get_help(self, ctx: Any) -> str:
        """Return the help page in the language that is spoken."""
        return page(self, ctx, width())

    def get_help_option(self, ctx: Any) -> Any:
        """Return `--help`, which writes as every result is written."""
        return _ours(super().get_help_option(ctx))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the named command; for an unknown one raise the usage error that suggests the nearest."""
        if args[0] not in self.commands and not ctx.resilient_parsing:
            from returnledger.cli.usage import UnknownCommand

            raise UnknownCommand(args[0], list(self.commands), ctx.command_path)
        return super().resolve_command(ctx, args)


def _ours(option: Any) -> Any:
    """Let `--help` write through the console, so that a closed or full output is no surprise."""

    def show(ctx: Any, _param: Any, value: bool) -> None:
        if value and not ctx.resilient_parsing:
            ctx.obj.out(ctx.get_help() + "\n")
            ctx.exit()

    option.callback = show
    return option


def width() -> int:
    """Return how wide a page may be: the terminal's width within reason, 80 columns without one."""
    return max(_NARROWEST, min(shutil.get_terminal_size((_WIDTH, 24)).columns, _WIDEST))


def page(command: Any, ctx: Any, room: int) -> str:
    """Return the whole help page of `command`, at most `room` cells wide."""
    lines = wrap(_("Usage: {line}").format(line=" ".join(_usage(command, ctx))), room)
    for text, example in blocks(inspect.cleandoc(command.help or "")):
        lines += ["", *(_example(text) if example else _indent(wrap(_(text), room - 2), 2))]
    arguments = [_argument(param) for param in command.params if _is_argument(param)]
    options = [_option(param) for param in command.get_params(ctx) if not _is_argument(param) and not param.hidden]
    commands = _commands(command)
    terms = [term for rows in (arguments, *(rows for _heading, rows in commands)) for term, _text in rows]
    lines += _section(_("Arguments"), arguments, room, terms)
    for heading, rows in commands:
        lines += _section(_(heading), rows, room, terms)
    whole = ctx.parent is None
    lines += _section(_("Options that may stand anywhere") if whole else _("Options"), options, room, ())
    if not whole:
        lines += ["", *wrap(_("`returnledger --help` shows the options that every command takes."), room)]
    return "\n".join(lines)


def _is_argument(param: Any) -> bool:
    return bool(param.param_type_name == "argument")


def _usage(command: Any, ctx: Any) -> list[str]:
    names = [_name(param) for param in command.params if _is_argument(param)]
    rest = [_("COMMAND"), "..."] if isinstance(command, Group) else names
    return [ctx.command_path, _("[OPTIONS]"), *rest]


def _name(param: Any) -> str:
    """Return an argument as the usage line shows it."""
    name = (param.metavar or param.name).upper() + ("..." if param.nargs != 1 else "")
    return name if param.required else f"[{name}]"


def _argument(param: Any) -> tuple[str, str]:
    return (param.metavar or param.name).upper() + ("..." if param.nargs != 1 else ""), _(param.help or "")


def _option(param: Any) -> tuple[str, str]:
    """Return the names of an option with what it takes, and its help."""
    if param.name == "help":
        return "--help", _("Show this page.")
    names = ", ".join(sorted(param.opts, key=len))
    return f"{names} {param.metavar}" if param.metavar and not param.is_flag else names, _(param.help or "")


def _commands(command: Any) -> list[tuple[str, _Rows]]:
    """Return the commands of a group by heading, each with the first sentence of its help."""
    panels: dict[str, _Rows] = {}
    for name, sub in getattr(command, "commands", {}).items():
        first = blocks(inspect.cleandoc(sub.help or ""))[0][0]
        panels.setdefault(sub.rich_help_panel or N_("Commands"), []).append((name, _(first)))
    return list(panels.items())


def _section(heading: str, rows: _Rows, room: int, terms: Iterable[str]) -> list[str]:
    """Return a list of terms with what they mean beside them, or below where a term is long.

    All sections that are given the same `terms` line up.
    """
    if not rows:
        return []
    column = min(max(cells(term) for term in (*terms, *(term for term, _text in rows))), 26) + 4
    lines = ["", heading + ("：" if heading and not heading.isascii() else ":")]
    for term, text in rows:
        meaning = wrap(text, room - column)
        if cells(term) + 4 > column:
            lines += [f"  {term}", *_indent(meaning, column)]
        else:
            lines += [pad(f"  {term}", column) + meaning[0], *_indent(meaning[1:], column)]
    return [line.rstrip() for line in lines]


def _indent(lines: list[str], by: int) -> list[str]:
    return [" " * by + line for line in lines]


def _example(text: str) -> list[str]:
    """Return an example as it is, without its fence."""
    kept = [line for line in text.splitlines() if not line.lstrip().startswith("```")]
    return _indent(inspect.cleandoc("\n".join(kept)).splitlines(), 4)
