"""`returnledger new`: writes an event from its fields, asked for on a terminal, given as options in scripts."""

from __future__ import annotations

import inspect
import keyword
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from returnledger.cli.help import Command, Group
from returnledger.i18n import N_, spoken

if TYPE_CHECKING:
    from returnledger.drafting import FieldOfKind
    from returnledger.terms import Kind


class Kinds(Group):
    """The kinds of events as commands, which are called by their Chinese names too."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command of a kind that is named by its code, its Chinese name or another word for it."""
        from returnledger.terms import Kind
        from returnledger.words import names

        word = names(Kind).get(args[0])
        return super().resolve_command(ctx, [word.value, *args[1:]] if word is not None else args)


def new(ctx: typer.Context) -> int:
    """Write an event of the KIND that is named: `new return`, `new refund`, `new 退货`.

    On a terminal it asks for what is missing, with the choices that there are; in a script the fields are options, and
    what is missing or wrong is a finding. The event is read as every event is before it is printed, or put at the end
    of a file.

    ```
    returnledger new return SO-1001 --date 2026-11-02 --sku MUG --qty 1
    returnledger new refund R-1 --date 2026-11-05 --append events.yaml
    ```
    """
    if ctx.invoked_subcommand is not None:
        return 0
    if not _is_terminal():
        ctx.obj.out(ctx.get_help() + "\n")
        return 0
    from returnledger.cli.asking import kind_asked

    kind = kind_asked(ctx.obj)
    return 0 if kind is None else _made(ctx.obj, kind, "", {}, None, json=False)


def build(words: Collection[str] | None = None) -> Any:
    """Return the kinds as commands below `new`; of those that are not among `words` only name and help are built."""
    from returnledger.terms import Kind
    from returnledger.words import names

    app = typer.Typer(
        cls=Kinds,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        invoke_without_command=True,
    )
    spellings = names(Kind)
    asked = None if words is None else {spellings[word] for word in words if word in spellings}
    for kind in Kind:
        built = _command(kind) if asked is None or kind in asked else _not_asked
        # A field may be written as in files, with underscores.
        settings = {"token_normalize_func": lambda name: name.replace("_", "-")}
        said = kind.cn if spoken() == "zh" else kind.en
        app.command(kind.value, cls=Command, help=said, context_settings=settings)(built)
    app.callback()(new)
    return app


def _not_asked() -> None:
    """Stand for a kind that is only listed."""


def _command(kind: Kind) -> Callable[..., int]:
    """Return the command that makes events of a kind: one option a field, as its model describes them."""
    from returnledger.drafting import fields_of
    from returnledger.events import KINDS

    fields = {each.name: each for each in fields_of(kind)}
    known_as = {_parameter(name): name for name in fields}

    def command(ctx: typer.Context, **given: Any) -> int:
        reference, file, json = given.pop("reference"), given.pop("append"), given.pop("json")
        values = {
            known_as[name]: [str(value) for value in ([text] if isinstance(text, str) else text)]
            for name, text in given.items()
            if text
        }
        return _made(ctx.obj, kind, reference or "", values, file, json=json)

    kinds: dict[str, Any] = {
        "ctx": typer.Context,
        "reference": Annotated[
            str | None,
            typer.Argument(metavar="REF", help=KINDS[kind].reference, autocompletion=_references(kind)),
        ],
    }
    for name, each in fields.items():
        holds: Any = str | None if each.how == "one" else list[str] | None
        kinds[_parameter(name)] = Annotated[holds, _option(kind, each)]
    kinds["append"] = Annotated[
        Path | None, typer.Option("--append", metavar="FILE", help=N_("Put the event at the end of FILE."))
    ]
    kinds["json"] = Annotated[bool, typer.Option("--json", help=N_("Write the event as a line of JSON."))]
    empty = inspect.Parameter.empty
    parameters = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY if name != "ctx" else inspect.Parameter.POSITIONAL_OR_KEYWORD,
            default=empty if name == "ctx" else False if name == "json" else None,
            annotation=annotation,
        )
        for name, annotation in kinds.items()
    ]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = kinds
    return command


def _parameter(name: str) -> str:
    """Return a field's name as that of a parameter: `as` is no name that Python lets one have."""
    return f"{name}_" if keyword.iskeyword(name) else name


def _option(kind: Kind, each: FieldOfKind) -> Any:
    """Return a field as an option, under its name with hyphens."""
    shapes = {"pairs": "KEY=VALUE", "maps": "MAP"}
    metavar, name = shapes.get(each.how, each.takes), f"--{each.name.replace('_', '-')}"
    return typer.Option(name, metavar=metavar, help=each.description, autocompletion=_values(kind, each))


def _references(kind: Kind) -> Callable[..., list[str]]:
    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        from returnledger.drafting import known_names

        return [name for name in known_names(kind, settings=_settings(ctx)) if name.startswith(incomplete)]

    return complete


def _values(kind: Kind, each: FieldOfKind) -> Callable[..., list[Any]]:
    def complete(ctx: typer.Context, incomplete: str) -> list[Any]:
        if each.name == "sku":
            from returnledger.drafting import known_skus

            # While the option has no value yet, what stands before it is not told apart.
            about = str(ctx.params.get("reference") or next(iter(ctx.args), ""))
            found = known_skus(kind, about, settings=_settings(ctx))
            return [sku for sku in found if sku.startswith(incomplete)]
        chinese = spoken() == "zh"
        return [
            (word.value, word.cn if chinese else f"{word.zh} {word.en}")
            for word in each.words
            if word.value.startswith(incomplete)
        ]

    return complete


def _settings(ctx: typer.Context) -> Path | None:
    return ctx.find_root().params.get("settings")


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _made(
    console: Any, kind: Kind, reference: str, given: dict[str, list[str]], file: Path | None, *, json: bool
) -> int:
    """Print the event, or put it at the end of a file; ask for what is missing where somebody can answer."""
    from returnledger.cli.asking import asked
    from returnledger.drafting import append, draft
    from returnledger.excerpt import clean
    from returnledger.i18n import _

    console.outcome = N_("nothing was written")
    made = draft(kind, reference, given)
    if made.findings and _is_terminal():
        reference, given = asked(console, kind, reference, given)
        made = draft(kind, reference, given)
    console.sources.update(made.sources)
    console.findings(made.findings)
    if made.event is None:
        return 1
    text = made.json if json else f"- {made.text}"
    if file is None:
        console.out(f"{text}\n")
        return 0
    line = append(file, made)
    console.out(_("{file}:{line}: {event}").format(file=clean(file.as_posix()), line=line, event=text) + "\n")
    return 0
