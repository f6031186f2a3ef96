"""Makes frozen rows fast to make: half a million sale lines are made of three million of them.

A frozen dataclass sets its fields by way of `object.__setattr__`, which looks each name up. Here the fields go into an
object of a class with the same slots that anybody may set, which then becomes a row. The rows stay frozen.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any, TypeVar

Row = TypeVar("Row")


def quick(cls: type[Row]) -> type[Row]:
    """Return the frozen dataclass with slots `cls`, none of whose fields has a factory, made faster than by its `__init__`."""
    names = [each.name for each in fields(cls)]  # type: ignore[arg-type]
    known: dict[str, Any] = {"new": object.__new__, "Open": type("Open", (), {"__slots__": tuple(names)})}
    arguments = ["cls"]
    for each in fields(cls):  # type: ignore[arg-type]
        if each.default is not MISSING:
            known[f"default_{each.name}"] = each.default
        arguments.append(each.name if each.default is MISSING else f"{each.name}=default_{each.name}")
    body = [
        "    row = new(Open)",
        *(f"    row.{name} = {name}" for name in names),
        "    row.__class__ = cls",
        "    return row",
    ]
    values = ", ".join(f"self.{name}" for name in names)
    again = f"def __reduce__(self):\n    return type(self), ({values},)"
    exec("\n".join([f"def __new__({', '.join(arguments)}):", *body, again]), known)
    for name in ("__new__", "__reduce__"):
        known[name].__qualname__ = f"{cls.__qualname__}.{name}"
        type.__setattr__(cls, name, known[name])
    type.__delattr__(cls, "__init__")
    return cls
