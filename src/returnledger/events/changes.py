"""The model of what an amend changes: the fields of all kinds in one map."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Union

from pydantic import Field, create_model

from returnledger.events.common import Common, Item, Part

# An event keeps its id, which the corrected one goes by, and where it was imported from.
_KEPT: Final = frozenset(("id", "source"))


class Changed(Part):
    """Fields with their new values."""


def changes_of(models: Iterable[type[Common]]) -> type[Changed]:
    """Return the model of the fields that any of `models` has, those of an item among them, and none that must be there.

    Where a field is of another type in another kind, each of them is read; the event that is amended takes its own.
    """
    types: dict[str, list[Any]] = {"items": [tuple[Item, ...]]}
    parts: tuple[type[Part], ...] = (*models, Item)
    for model in parts:
        for name, field in model.model_fields.items():
            whole: Any = field.rebuild_annotation()
            if name not in _KEPT and whole not in types.setdefault(name, []):
                types[name].append(whole)
    fields: dict[str, Any] = {
        name: (Union[tuple(each)], Field(None, description=_said(name, parts)))  # noqa: UP007 - made of a list
        for name, each in types.items()
    }
    return create_model("Changes", __base__=Changed, __doc__=Changed.__doc__, **fields)


def _said(name: str, parts: Iterable[type[Part]]) -> str | None:
    """Return how a kind, or an item, describes a field."""
    found = (part.model_fields[name].description for part in parts if name in part.model_fields)
    return next(found, None)
