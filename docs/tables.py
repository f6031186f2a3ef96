"""Tables of the keys of a file: what each key holds, what it is when left out, and what it means."""

from __future__ import annotations

import types
from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from returnledger.i18n import N_, catalogue
from returnledger.words import Word

Say = Callable[[str], str]

_PLAIN = {
    str: N_("text"),
    Decimal: N_("decimal number"),
    date: N_("day"),
    bool: N_("true or false"),
    int: N_("whole number"),
    Any: N_("conditions"),
}


def cell(text: str) -> str:
    """Return `text` as it may stand in a cell of a table."""
    return text.replace("|", "\\|").replace("\n", " ")


def fields_table(model: type[BaseModel], lang: str, said: Collection[str] = ()) -> str:
    """Return the table of the fields of `model`, but for those already `said` elsewhere; nothing where none is left."""
    say = catalogue(lang).gettext
    heads = [say(N_("key")), say(N_("holds")), say(N_("when left out")), say(N_("meaning"))]
    lines = [f"| {' | '.join(heads)} |", "|---|---|---|---|"]
    for name, field in model.model_fields.items():
        if name in said:
            continue
        key = field.alias or name
        meaning = cell(say(field.description or ""))
        lines.append(f"| `{key}` | {cell(holds(field.annotation, say))} | {cell(_default(field, say))} | {meaning} |")
    return "\n".join(lines) if len(lines) > 2 else ""


def holds(annotation: Any, say: Say) -> str:
    """Return in words what a field takes."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return holds(inner[0], say)
    if origin in (Union, types.UnionType):
        parts = [holds(part, say) for part in inner if part is not type(None)]
        return say(N_(" or ")).join(dict.fromkeys(parts))
    if origin is Literal:
        return say(N_(" or ")).join(f"`{value}`" for value in inner)
    if origin in (list, tuple, set, frozenset):
        return say(N_("list of {what}")).format(what=holds(inner[0], say))
    if origin is dict:
        return say(N_("{what} by {key}")).format(what=holds(inner[1], say), key=holds(inner[0], say))
    if isinstance(annotation, type) and issubclass(annotation, Word):
        return say(N_("code of {vocabulary}")).format(vocabulary=annotation.__name__)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    return say(_PLAIN.get(annotation, N_("text")))


def _default(field: Any, say: Say) -> str:
    """Return what a key is when it is left out; a dash where that is nothing."""
    if field.is_required():
        return say(N_("must be given"))
    value = field.default
    if value in (None, PydanticUndefined) or value in ((), [], {}) or isinstance(value, BaseModel | list | dict):
        return "–"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value.value if isinstance(value, Word) else value}`"
