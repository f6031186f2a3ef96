"""What a policy chose for one effect: its value, the row that decided, where it stands, and the facts it looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from returnledger.findings import Span


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a policy chose for one effect.

    `row` is the id of the deciding row, `default` where no row decided; `used` are the facts it looked at, `missing`
    those that nobody has, `passed_over` the rows above it that only a missing fact could decide. `statute` names the
    law, where a row decided that follows one.
    """

    effect: str
    value: Any
    row: str
    place: Span
    used: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
    why: Mapping[str, str] = field(default_factory=dict)
    because: str | None = None
    statute: str | None = None
