"""The states that the facts of a table can be in, as far as its conditions can tell them apart.

A fact is unknown, or (a text or a day) known to be nothing, or has one of finitely many kinds of value: each word, each
number that is named and each gap between two of them, each text that is named and all the others. Sets of states are
bits of a number. What
can't be told for sure (which texts fit two patterns at once) is taken to be possible, so that nothing that can happen
is ever left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from returnledger.policy.conditions import Choice, FactValue, Test
from returnledger.policy.fact_names import FACTS, WEEKDAYS, FactType, words_of

UNKNOWN, NOTHING = 1, 2
MISSING = UNKNOWN | NOTHING
_FIRST = 2  # the bit of the first state that has a value

# Facts that are counted: between two whole numbers lies no value.
_COUNTED = ("customer_returns_90d",)
# Beyond so many patterns, or sets of them that one text may fit, telling them apart would take too long.
_MOST_PATTERNS, _MOST_TEXTS = 300, 2000


@dataclass(slots=True)
class FactStates:
    """The states of one fact: `every` is all of them, `fits` those in which a choice holds.

    `samples` has a value for each state that has one, by the number of its bit.
    """

    every: int = MISSING
    fits: dict[Choice, int] = field(default_factory=dict)
    samples: dict[int, FactValue] = field(default_factory=dict)

    def fit(self, test: Test) -> int:
        """Return the states in which one of the choices of `test` holds."""
        states = 0
        for choice in test.choices:
            states |= self.fits[choice]
        return states


def states_of(fact: str, choices: Collection[Choice]) -> FactStates:
    """Return the states of `fact` that its `choices` in a table can tell apart."""
    kind = FACTS[fact]
    if kind is FactType.NUMBER:
        return _ordered(choices, fact.startswith("days_") or fact in _COUNTED, UNKNOWN)
    if kind is FactType.DAY:
        return _ordered(choices, True, MISSING)
    if kind is FactType.FLAG:
        return _named(choices, (True, False), UNKNOWN, closed=True)
    if kind is FactType.WORD and (known := _vocabulary(fact)):
        return _named(choices, known, UNKNOWN, closed=True)
    if kind is FactType.PATTERN:
        return _patterns(choices)
    return _named(choices, (), MISSING, closed=False)


def has_word(word: str) -> FactStates:
    """Return the states of one word of a set of words: it is in the set, or it is not."""
    samples: dict[int, FactValue] = {_FIRST: frozenset([word]), _FIRST + 1: frozenset()}
    return FactStates(MISSING | 0b11 << _FIRST, {Choice("=", word): 1 << _FIRST}, samples)


def _vocabulary(fact: str) -> tuple[str, ...]:
    """Return all words that `fact` can be, nothing where there may be others (tenders have the shop's own names)."""
    if fact == "weekday":
        return WEEKDAYS
    if fact == "method":
        return ()
    try:
        return tuple(dict.fromkeys(words_of(fact).values()))
    except KeyError:
        return ()


def _named(choices: Iterable[Choice], known: Sequence[FactValue], missing: int, *, closed: bool) -> FactStates:
    """Return a state for each value that is named or known, and one for all others unless `known` is all there is.

    `missing` are the states without a value that the fact can have.
    """
    names = dict.fromkeys([*known, *(choice.low for choice in choices)])
    number = {name: position for position, name in enumerate(names, _FIRST)}
    fits = {choice: 1 << number[choice.low] for choice in choices}
    samples = {position: name for name, position in number.items()}
    if not closed:
        samples[_FIRST + len(number)] = _other(names)
    return FactStates(missing | ((1 << len(samples)) - 1) << _FIRST, fits, samples)


def _other(names: Collection[FactValue]) -> str:
    """Return a text that none of `names` is."""
    text = "other"
    while text in names:
        text += "-other"
    return text


# --- numbers and days


def _ordered(choices: Collection[Choice], whole: bool, missing: int) -> FactStates:
    """Return states in order: below the least number named, that number itself, between it and the next, and so on."""
    ends = sorted({_number(end) for choice in choices for end in (choice.low, choice.high) if end is not None})
    at = {end: _FIRST + 2 * position + 1 for position, end in enumerate(ends)}
    last = _FIRST + 2 * len(ends)
    every = _bits(_FIRST, last)
    if whole:
        for position, end in enumerate(ends):
            if end != _floor(end):
                every &= ~(1 << at[end])
            if position and _floor(ends[position - 1]) + 1 >= end:
                every &= ~(1 << (at[end] - 1))
    fits = {}
    for choice in choices:
        low = at[_number(choice.low)]
        high = low if choice.high is None else at[_number(choice.high)]
        span = {"=": (low, low), "..": (low, high), ">": (low + 1, last), ">=": (low, last)}
        span |= {"<": (_FIRST, low - 1), "<=": (_FIRST, low)}
        fits[choice] = _bits(*span[choice.operator]) & every
    return FactStates(missing | every, fits, _numbers(ends, whole, isinstance(next(iter(choices)).low, date)))


def _numbers(ends: Sequence[Decimal], whole: bool, days: bool) -> dict[int, FactValue]:
    """Return a number, or a day, for each state of a fact whose conditions name `ends`."""
    first = ends[0] - 1 if ends[0] <= 0 or days else Decimal(0)
    found = [first]
    for position, end in enumerate(ends):
        following = ends[position + 1] if position + 1 < len(ends) else end + 2
        found += [end, Decimal(_floor(end) + 1) if whole or following - end > 1 else (end + following) / 2]
    if not days:
        return dict(enumerate(found, _FIRST))
    least, most = date.min.toordinal(), date.max.toordinal()
    return {bit: date.fromordinal(min(max(int(number), least), most)) for bit, number in enumerate(found, _FIRST)}


def _number(value: FactValue) -> Decimal:
    return Decimal(value.toordinal()) if isinstance(value, date) else Decimal(str(value))


def _floor(number: Decimal) -> int:
    return int(number.to_integral_value(ROUND_FLOOR))


def _bits(first: int, last: int) -> int:
    """Return the bits from `first` to `last`, both included."""
    return ((1 << (last - first + 1)) - 1) << first if last >= first else 0


# --- patterns


def _patterns(choices: Collection[Choice]) -> FactStates:
    """Return a state for each text named, and one for each set of patterns that another text can fit at once."""
    texts = {str(choice.low): position for position, choice in enumerate(c for c in choices if c.operator == "=")}
    patterns = [choice for choice in choices if choice.operator == "*"]
    if len(patterns) > _MOST_PATTERNS:
        raise TooMany
    fits = dict.fromkeys(choices, 0)
    for text, position in texts.items():
        for choice in patterns:
            if choice.matches(text):
                fits[choice] |= 1 << (_FIRST + position)
    for choice in choices:
        if choice.operator == "=":
            fits[choice] |= 1 << (_FIRST + texts[str(choice.low)])
    start, sets = _FIRST + len(texts), _sets_of_patterns(patterns)
    for position, fitted in enumerate(sets, start):
        for number, choice in enumerate(patterns):
            if fitted >> number & 1:
                fits[choice] |= 1 << position
    samples: dict[int, FactValue] = {_FIRST + position: text for text, position in texts.items()}
    for position, fitted in enumerate(sets, start):
        for text in _examples(patterns, fitted):
            if text not in texts:
                samples[position] = text
    return FactStates(_bits(0, start + len(sets) - 1), fits, samples)


def _examples(patterns: Sequence[Choice], fitted: int) -> Iterator[str]:
    """Yield texts that fit just the `fitted` of the patterns, those that come to mind."""
    mine = [choice for number, choice in enumerate(patterns) if fitted >> number & 1]
    made = [str(choice.low).replace("*", filling) for choice in mine for filling in ("1", "")] if mine else ["other"]
    for text in made:
        if sum(1 << number for number, choice in enumerate(patterns) if choice.matches(text)) == fitted:
            yield text


def _sets_of_patterns(patterns: Sequence[Choice]) -> list[int]:
    """Return the sets of patterns, as bits, that one text may fit with no others; at least all that can be."""
    found = [(0, 0)]  # the patterns that a text fits, and those that it does not
    for number, pattern in enumerate(patterns):
        wider = sum(1 << i for i, other in enumerate(patterns[:number]) if _within(pattern, other))
        narrower = sum(1 << i for i, other in enumerate(patterns[:number]) if _within(other, pattern))
        apart = sum(1 << i for i, other in enumerate(patterns[:number]) if _apart(pattern, other))
        fits_all = not str(pattern.low).strip("*")
        longer = []
        for fitted, failed in found:
            if not wider & failed and not apart & fitted:
                longer.append((fitted | 1 << number, failed))
            if not narrower & fitted and not fits_all:
                longer.append((fitted, failed | 1 << number))
        found = longer
        if len(found) > _MOST_TEXTS:
            raise TooMany
    return [fitted for fitted, _failed in found]


def _within(inner: Choice, outer: Choice) -> bool:
    """Return whether every text that fits `inner` fits `outer`: a text with something strange at each star tells."""
    return outer.matches(str(inner.low).replace("*", "\0"))


def _apart(one: Choice, other: Choice) -> bool:
    """Return whether surely no text fits both: they begin or end differently."""
    first, second = str(one.low), str(other.low)
    starts = (first.partition("*")[0], second.partition("*")[0])
    ends = (first.rpartition("*")[2], second.rpartition("*")[2])
    begins = starts[0].startswith(starts[1]) or starts[1].startswith(starts[0])
    return not begins or not (ends[0].endswith(ends[1]) or ends[1].endswith(ends[0]))


class TooMany(Exception):
    """Raised where telling all states apart would cost more than it is worth."""
