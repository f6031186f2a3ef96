"""What an entry keeps of how it was decided: the effects with their values and the rows that decided them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decided:
    """One effect as the entry has it: its value and the row that decided; a word without a row has none."""

    effect: str
    value: str
    row: str


def decided(text: str) -> tuple[Decided, ...]:
    """Return the parts of a decision as an entry has it: `verdict allow default; waived window-closed`."""
    found = []
    for part in text.split("; "):
        words = part.split(" ")
        if len(words) >= 3:
            found.append(Decided(words[0], " ".join(words[1:-1]), words[-1]))
        elif len(words) == 2:
            found.append(Decided(words[0], words[1], ""))
    return tuple(found)
