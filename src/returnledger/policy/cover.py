"""Whether the rows above a row of a table leave anything for it: boxes taken away from a box, piece by piece."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from returnledger.policy.regions import Box, Space


class Cover:
    """The boxes of the rows of a table, in the order of the rows."""

    def __init__(self, boxes: Iterable[tuple[int, Box]], space: Space) -> None:
        """Take boxes with the positions of their rows, ascending."""
        self._space = space
        self._rows: list[int] = []
        self._boxes: list[Box] = []
        self._naming: dict[str, int] = {}  # by fact: the boxes that ask for it, as bits
        self._asking: dict[str, dict[int, int]] = {}  # by fact and states: the boxes that ask for just those
        self._met: dict[tuple[str, int], int] = {}
        for number, (row, box) in enumerate(boxes):
            self._rows.append(row)
            self._boxes.append(box)
            for key, states in box.items():
                self._naming[key] = self._naming.get(key, 0) | 1 << number
                asking = self._asking.setdefault(key, {})
                asking[states] = asking.get(states, 0) | 1 << number

    def one_row(self, region: Iterable[Box], row: int) -> int | None:
        """Return the first of the rows above `row` that takes the whole `region` by itself, None where none does."""
        boxes, common = list(region), None
        for box in boxes:
            meeting = self._meeting(box, self._above(row))
            inside = (self._rows[number] for number in meeting if self._inside(box, self._boxes[number]))
            if len(boxes) == 1:
                return next(inside, None)
            taking = set(inside)
            common = taking if common is None else common & taking
            if not common:
                return None
        return min(common) if common else None

    def leaves(self, region: Iterable[Box], row: int) -> tuple[Box | None, list[int]]:
        """Return a part of `region` that the rows above `row` leave, else None and the rows that take it together."""
        taking: set[int] = set()
        left = [(box, self._above(row)) for box in region]
        while left:
            piece, still = left.pop()
            number = next(self._meeting(piece, still), None)
            if number is None:
                return piece, []
            taking.add(self._rows[number])
            still &= -2 << number
            left += [(rest, still) for rest in self._without(piece, self._boxes[number])]
        return None, sorted(taking)

    def _above(self, row: int) -> int:
        """Return the boxes of the rows above `row`, as bits."""
        return (1 << bisect_left(self._rows, row)) - 1

    def _meeting(self, box: Box, among: int) -> Iterator[int]:
        """Yield which of the boxes `among` have something in common with `box`, in order."""
        for key, states in box.items():
            if key in self._naming:
                among &= ~self._naming[key] | self._with(key, states)
        while among:
            lowest = among & -among
            self._space.effort.spend()
            yield lowest.bit_length() - 1
            among ^= lowest

    def _with(self, key: str, states: int) -> int:
        """Return the boxes that ask for one of the `states` of a fact, as bits."""
        found = self._met.get((key, states))
        if found is None:
            asking = self._asking[key]
            self._space.effort.spend(1 + len(asking) // 16)
            found = 0
            for other, numbers in asking.items():
                if other & states:
                    found |= numbers
            self._met[key, states] = found
        return found

    def _states(self, box: Box, key: str) -> int:
        return box[key] if key in box else self._space.facts[key].every

    def _inside(self, box: Box, other: Box) -> bool:
        return not any(self._states(box, key) & ~states for key, states in other.items())

    def _without(self, piece: Box, other: Box) -> Iterator[Box]:
        """Yield the parts of `piece` outside `other`, which has something in common with it; no two overlap."""
        rest = dict(piece)
        for key, states in other.items():
            mine = self._states(rest, key)
            if outside := mine & ~states:
                yield {**rest, key: outside}
            rest[key] = mine & states
