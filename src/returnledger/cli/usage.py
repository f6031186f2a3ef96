"""What is wrong with a command line, said in our words: the unknown option or command, and the nearest that exists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from returnledger.i18n import N_, _


class Usage(Exception):
    """A command line that can't be carried out: what is wrong, and what to type instead."""

    def __init__(self, message: str, hint: str = "") -> None:
        """Hold both sentences, already in the reader's language."""
        super().__init__(message)
        self.message, self.hint = message, hint


class UnknownCommand(Usage):
    """A command that does not exist."""

    def __init__(self, name: str, commands: Sequence[str], program: str = "returnledger") -> None:
        """Name the nearest of `commands`, which are those of `program`."""
        hint = nearest(name, commands) or _("`{program} --help` lists the commands").format(program=program)
        super().__init__(_("unknown command {name}").format(name=name), hint)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the sentence that suggests the word of `known` nearest to `word`, or nothing when none is near."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.55)
    return _("did you mean `{word}`?").format(word=close[0]) if close else ""


def unknown_choice(what: str, value: str, choices: Sequence[str]) -> Usage:
    """Return the error for a `value` that is none of the `choices` that `what` (an option) takes."""
    message = _("{what} does not take {value}").format(what=what, value=value)
    hint = nearest(value, choices)
    takes = _("it takes {choices}").format(choices=", ".join(choices))
    return Usage(message, f"{hint} {takes}" if hint else takes)


def two_periods(one: str, other: str) -> Usage:
    """Return the error for a period that is given twice, and not the same."""
    message = _("two periods are given: {one} and {other}").format(one=one, other=other)
    return Usage(message, _("write one of them"))


def explained(error: Any) -> Usage:
    """Return a usage error of the command line library in our words."""
    kind = type(error).__name__
    context = getattr(error, "ctx", None)
    page = _("`{command} --help` shows what it takes").format(
        command=context.command_path if context else "returnledger"
    )
    if kind == "NoSuchOption":
        name = error.option_name
        hint = nearest(name, _options(context))
        return Usage(_("unknown option {name}").format(name=name), hint or page)
    if kind == "BadOptionUsage":
        wants = "requires" in error.message or "argument" in error.message
        sentence = N_("option {name} needs a value") if wants else N_("option {name} takes no value")
        return Usage(_(sentence).format(name=error.option_name), page)
    if kind == "MissingParameter":
        return Usage(_("{name} is missing").format(name=_called(error.param)), page)
    if kind == "BadParameter":
        return Usage(_("{name} can't be read from what was given").format(name=_called(error.param)), page)
    if error.message.endswith(")"):
        extra = error.message.rpartition(" (")[2].removesuffix(")")
        return Usage(_("unexpected argument {text}").format(text=extra), page)
    return Usage(_("the command is missing"), page)


def _called(param: Any) -> str:
    """Return an option or argument as its user writes it."""
    if param.param_type_name == "argument":
        return str(param.metavar or param.name).upper()
    return str(max(param.opts, key=len))


def _options(context: Any) -> list[str]:
    """Return the options that a command and the program take."""
    names: list[str] = []
    while context:
        for param in context.command.get_params(context):
            if param.param_type_name == "option":
                names += [name for name in param.opts if name.startswith("--")]
        context = context.parent
    return names
