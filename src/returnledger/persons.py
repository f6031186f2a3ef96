"""Who acts for whom, and whether different people hold the roles that a row asks for.

A person who acts for another on a day has that one's roles too, and counts as both: the other and who acts for them are
one person, and two who sign with the roles of the same absent person are one. Whatever each does of their own they do as
two people, though both may act for a third.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from returnledger.settings import Settings

# More roles in one row, and more ways to deal them to people, than any shop has; the rest counts as not held.
MOST_ROLES = 30
MOST_TRIES = 20_000


def principals(settings: Settings, name: str, day: date) -> frozenset[str]:
    """Return for whom a person acts on a day, by the delegations of the settings."""
    return frozenset(
        absent
        for absent, person in settings.people.items()
        for delegate in person.delegates
        if delegate.to == name and delegate.start <= day <= delegate.until
    )


def are_one(settings: Settings, first: tuple[str, date], second: tuple[str, date]) -> bool:
    """Return True if two signatures, each of a person on a day, can be one person's: their own, or for the other."""
    (one, on_one), (other, on_other) = first, second
    return one == other or one in principals(settings, other, on_other) or other in principals(settings, one, on_one)


def stand_ins(settings: Settings, role: str, names: Sequence[str], day: date) -> Iterator[frozenset[str]]:
    """Yield each way in which the people named hold a role: as themselves, or as themselves for another."""
    for name in dict.fromkeys(names):
        if name in settings.people and role in settings.people[name].roles:
            yield frozenset({name})
        for absent in sorted(principals(settings, name, day)):
            if role in settings.people[absent].roles:
                yield frozenset({name, absent})


def unheld(
    settings: Settings, roles: Sequence[str], names: Sequence[str], day: date, *, one_person: bool = False
) -> list[str]:
    """Return the roles that nobody among `names` holds on a day, each role held by another person.

    With `one_person` one may hold several. Of all ways to deal the roles the one that leaves the fewest open counts,
    the earlier roles first.
    """
    wanted = list(dict.fromkeys(roles))
    ways = {role: list(stand_ins(settings, role, names, day)) for role in wanted}
    held = [role for role in wanted if ways[role]]
    if not one_person:
        dealt = held[:MOST_ROLES]
        still_open = set(_fewest_open(dealt, ways, [MOST_TRIES], frozenset()))
        held = [role for role in dealt if role not in still_open]
    return [role for role in wanted if role not in held]


def _fewest_open(
    roles: Sequence[str], ways: Mapping[str, Sequence[frozenset[str]]], tries: list[int], used: frozenset[str]
) -> list[str]:
    """Return the roles left open by the best way to deal them, `used` being people who have one already."""
    if not roles:
        return []
    role, *rest = roles
    best = list(roles)
    for way in (*ways[role], None):
        if way is not None and way & used:
            continue
        if tries[0] <= 0:
            break
        tries[0] -= 1
        left = _fewest_open(rest, ways, tries, used | (way or frozenset()))
        left = left if way is not None else [role, *left]
        best = min(best, left, key=len)
        if not best:
            break
    return best
