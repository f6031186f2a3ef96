"""Everything that is shown to a reader and therefore needs a Chinese translation, with the place it comes from."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from returnledger import terms
from returnledger.events.models import MODELS
from returnledger.i18n import blocks
from returnledger.reports import MODULES
from returnledger.roles import Role
from returnledger.words import Word

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "returnledger"

# Modules whose docstrings are pages of the documentation: one section per file of these packages.
DOCUMENTED = ("checks", "rules")


def everything() -> dict[str, str]:
    """Return every text with where it stands: marked strings, findings, help pages, descriptions, documentation."""
    found: dict[str, str] = {}
    for where, text in (*marked(), *sentences(), *help_texts(), *descriptions(), *documentation()):
        if re.search("[A-Za-z]", re.sub(r"\{\w*\}", "", text)):
            found.setdefault(text, where)
    return found


def marked() -> Iterator[tuple[str, str]]:
    """Yield the strings within `_()`, `N_()` and `Phrase()` in the source."""
    for path in (*sorted(PACKAGE.rglob("*.py")), *sorted(Path(__file__).parent.glob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "N_", "Phrase") and node.args:
                text = node.args[0]
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", text.value


def sentences() -> Iterator[tuple[str, str]]:
    """Yield the message and the hint of every finding."""
    from returnledger.findings_text import templates

    for code, template in templates().items():
        yield f"message of {code}", template.message
        yield f"hint of {code}", template.hint


def help_texts() -> Iterator[tuple[str, str]]:
    """Yield the texts of the help pages: paragraphs of each command, and the help of arguments and options."""
    from returnledger.cli.application import build

    program = build()
    # What stands below `new` are kinds and fields, whose words are those of the vocabulary and of the models.
    groups = [command for command in program.commands.values() if command.name != "new"]
    below = [inner for command in groups for inner in getattr(command, "commands", {}).values()]
    for command in (program, *program.commands.values(), *below):
        where = f"help of {command.name or 'returnledger'}"
        yield from paragraphs(where, command.help or "")
        for param in command.params:
            yield where, param.help or ""


ROOTS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "events": (("returnledger.events.models", ("Common", *(model.__name__ for model in MODELS.values()), "Item")),),
    "policy": (("returnledger.policy", ("PolicyFile",)),),
    "settings": (("returnledger.settings", ("Settings",)), ("returnledger.products", ("ProductRow",))),
}


def models_from(names: Iterable[str] = tuple(ROOTS)) -> list[type[BaseModel]]:
    """Return the models of the named kinds of files, with those inside them, each once."""
    roots: list[Any] = [
        getattr(import_module(module), name) for kind in names for module, found in ROOTS[kind] for name in found
    ]
    found: list[type[BaseModel]] = []
    while roots:
        model = roots.pop(0)
        if isinstance(model, type) and issubclass(model, BaseModel) and model not in found:
            found.append(model)
            roots += [inner for field in model.model_fields.values() for inner in models_in(field.annotation)]
    return found


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """Return the models named in a type annotation, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in models_in(part)]


def descriptions() -> Iterator[tuple[str, str]]:
    """Yield what the fields of events, policy and settings mean, and the first paragraph of each model."""
    for model in models_from():
        yield from paragraphs(model.__name__, model.__doc__ or "")
        for name, field in model.model_fields.items():
            yield f"{model.__name__}.{name}", field.description or ""


def documentation() -> Iterator[tuple[str, str]]:
    """Yield the paragraphs of the docstrings that become pages."""
    for vocabulary in (*vars(terms).values(), Role):
        if isinstance(vocabulary, type) and issubclass(vocabulary, Word) and vocabulary is not Word:
            yield from paragraphs(vocabulary.__name__, vocabulary.__doc__ or "")
    for name, module in MODULES.items():
        yield from paragraphs(f"report {name}", module.__doc__ or "")
    for package in DOCUMENTED:
        for path in sorted((PACKAGE / package).glob("*.py")):
            if path.name != "__init__.py":
                where = f"{package}/{path.name}"
                yield from paragraphs(where, ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")


def paragraphs(where: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield the paragraphs of a docstring, examples left out."""
    for block, example in blocks(inspect.cleandoc(text)):
        if not example:
            yield where, block
