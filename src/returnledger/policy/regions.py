"""The facts for which a condition holds, as a union of boxes: for each fact the states that it may be in.

    {category: [digital, toys], not: {amount: ">100"}}  →  [{category: {digital, toys}, amount: {up to 100}}]

Three-valued as conditions are: a condition holds, or fails, or is unknown, so there are four regions: where it holds,
where it does not fail, where it fails, and where it does not hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from returnledger.policy.conditions import AnyOf, Choice, Condition, Not, Test
from returnledger.policy.fact_names import FACTS, FactType
from returnledger.policy.reading import MOST_COMPARISONS
from returnledger.policy.states import MISSING, UNKNOWN, FactStates, TooMany, has_word, states_of

Box = Mapping[str, int]  # the states that each fact may be in; a fact that is left out may be in any
# A condition of more boxes than this is not taken apart.
_MOST_BOXES = 200


@dataclass(slots=True)
class Effort:
    """How much more work may be done: counted, so that the same file always gets the same answer."""

    left: int

    @property
    def spent(self) -> bool:
        """True once more was asked for than there was: nothing else is done then."""
        return self.left < 0

    def spend(self, work: int = 1) -> None:
        """Take `work` from what is left; raises TooMany where nothing is."""
        self.left -= work
        if self.left < 0:
            raise TooMany


@dataclass(slots=True)
class Space:
    """All states of the facts that the conditions of one table ask for."""

    effort: Effort
    facts: dict[str, FactStates] = field(default_factory=dict)

    @classmethod
    def of(cls, conditions: Iterable[Condition], effort: Effort) -> Space:
        """Return the space of `conditions`."""
        choices: dict[str, dict[Choice, None]] = {}
        space = cls(effort)
        for condition in conditions:
            for test in tests_of(condition):
                if FACTS[test.fact] is FactType.WORDS:
                    space.facts |= {_word_key(test.fact, str(c.low)): has_word(str(c.low)) for c in test.choices}
                else:
                    choices.setdefault(test.fact, {}).update(dict.fromkeys(test.choices))
        if sum(map(len, choices.values())) > MOST_COMPARISONS:
            raise TooMany
        for fact, named in choices.items():
            effort.spend(len(named))
            space.facts[fact] = states_of(fact, named)
        return space

    def known(self, box: Box) -> dict[str, int]:
        """Return `box` with every fact of the space known and not nothing."""
        return {key: box.get(key, states.every) & ~MISSING for key, states in self.facts.items()}

    def holds(self, condition: Condition) -> list[Box]:
        """Return where `condition` holds."""
        return self._region(condition, True, 0)

    def may_hold(self, condition: Condition) -> list[Box]:
        """Return where `condition` does not fail: it holds, or is unknown."""
        return self._region(condition, True, UNKNOWN)

    def fails(self, condition: Condition) -> list[Box]:
        """Return where `condition` fails."""
        return self._region(condition, False, 0)

    def _region(self, condition: Condition, wanted: bool, unknown: int) -> list[Box]:
        """Return where the answer is `wanted`, or unknown where `unknown` is UNKNOWN."""
        if isinstance(condition, Test):
            return self._of_test(condition, wanted, unknown)
        if isinstance(condition, Not):
            return self._region(condition.part, not wanted, unknown)
        parts = (self._region(part, wanted, unknown) for part in condition.parts)
        return self._one(parts) if isinstance(condition, AnyOf) is wanted else self._every(parts)

    def _of_test(self, test: Test, wanted: bool, unknown: int) -> list[Box]:
        if FACTS[test.fact] is FactType.WORDS:
            sets = [self._sets(_word_key(test.fact, str(c.low)), c, wanted, unknown) for c in test.choices]
            return self._one([box] for box in sets) if wanted else self._every([box] for box in sets)
        states = self.facts[test.fact]
        fit = states.fit(test)
        chosen = (fit if wanted else states.every & ~fit & ~UNKNOWN) | unknown
        return [] if not chosen else [{} if chosen == states.every else {test.fact: chosen}]

    def _sets(self, key: str, choice: Choice, wanted: bool, unknown: int) -> Box:
        states = self.facts[key]
        fit = states.fits[choice]
        return {key: (fit if wanted else states.every & ~fit & ~UNKNOWN) | unknown}

    def _one(self, regions: Iterable[list[Box]]) -> list[Box]:
        """Return the union of `regions`; boxes that ask for the same one fact are made one."""
        single: dict[str, int] = {}
        boxes: list[Box] = []
        for region in regions:
            for box in region:
                self.effort.spend()
                if len(box) == 1:
                    ((key, states),) = box.items()
                    single[key] = single.get(key, 0) | states
                elif box:
                    boxes.append(box)
                else:
                    return [{}]
        boxes += [{} if states == self.facts[key].every else {key: states} for key, states in single.items()]
        return self._few([{}] if {} in boxes else boxes)

    def _every(self, regions: Iterable[list[Box]]) -> list[Box]:
        """Return what all `regions` have in common."""
        common: list[Box] = [{}]
        for region in regions:
            self.effort.spend(len(common) * len(region) + 1)
            met = (meet(one, other) for one, other in product(common, region))
            common = self._few([box for box in met if box is not None])
        return common

    def _few(self, boxes: list[Box]) -> list[Box]:
        if len(boxes) > _MOST_BOXES:
            raise TooMany
        return boxes


def meet(one: Box, other: Box) -> Box | None:
    """Return what two boxes have in common, None if nothing."""
    common = dict(one)
    for key, states in other.items():
        both = common[key] & states if key in common else states
        if not both:
            return None
        common[key] = both
    return common


def tests_of(condition: Condition) -> Iterator[Test]:
    """Yield every comparison that `condition` is made of."""
    if isinstance(condition, Test):
        yield condition
    elif isinstance(condition, Not):
        yield from tests_of(condition.part)
    else:
        for part in condition.parts:
            yield from tests_of(part)


def unread(condition: Condition) -> bool:
    """Return whether a part of `condition` could not be read, or compares with nothing."""
    if isinstance(condition, Test):
        return not condition.choices
    if isinstance(condition, Not):
        return unread(condition.part)
    return any(unread(part) for part in condition.parts)


def _word_key(fact: str, word: str) -> str:
    return f"{fact} has {word}"
