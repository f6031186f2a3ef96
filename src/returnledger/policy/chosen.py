"""What a policy chose for one effect: its value, the row that decided, where it stands, and the facts it looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


HOLIDAYS = "holidays_"  # and a year: its holidays were used, and are not published yet


def estimated_holidays(year: int | None) -> tuple[tuple[str, str], ...]:
    """Return the year from which on holidays were only worked out, as a fact that was used."""
    return () if year is None else ((f"{HOLIDAYS}{year}", "estimated"),)


def estimated_year(used: Iterable[tuple[str, str]]) -> str:
    """Return the year from which on holidays were only worked out, "" where all were published."""
    return next((name.removeprefix(HOLIDAYS) for name, _ in used if name.startswith(HOLIDAYS)), "")
