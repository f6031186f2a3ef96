"""Which rows of a policy can never decide: their conditions exclude each other, or the rows above take all they ask for.

Nothing is said of a row that could decide for any facts whatever, missing ones included: what can't be told in bounded
work is left alone, and that is said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from returnledger.findings import Finding, Severity
from returnledger.policy.conditions import ALWAYS, Condition, Not, facts_of
from returnledger.policy.cover import Cover
from returnledger.policy.prepare import Policy, PreparedRow
from returnledger.policy.regions import Box, Effort, Space, unread
from returnledger.policy.states import MISSING, TooMany

# Tables in which all rows that hold count, so that none takes anything from those below it.
ADDING_UP = ("evidence", "limits", "window.cases")
# Steps of work for a whole policy: a second or so. A policy that people wrote takes a thousandth of it.
EFFORT = 1_000_000
# More rows than anybody reads in one sentence.
_NAMED = 5


def never_decides(policy: Policy) -> Iterator[Finding]:
    """Yield each row that never holds, that the rows above it leave nothing, or nothing but missing facts."""
    effort = Effort(EFFORT)
    for table, rows in policy.tables.items():
        yield from _table(policy, table, rows, effort)
    for path, condition in (
        (("one_step", "unless"), policy.unless),
        (("separation_of_duties", "exempt"), policy.exempt),
        (("applies",), policy.applies),
    ):
        if condition is not None and not unread(condition):
            yield from _alone(policy, condition, path, effort)


def _table(policy: Policy, table: str, rows: Sequence[PreparedRow], effort: Effort) -> Iterator[Finding]:
    catch_all = next((position for position, row in enumerate(rows) if row.asks == ALWAYS), len(rows))
    compared = {i: row for i, row in enumerate(rows) if i <= catch_all or table in ADDING_UP}
    compared = {i: row for i, row in compared.items() if not unread(row.asks)}
    try:
        space = Space.of((row.asks for row in compared.values()), effort)
    except TooMany:
        yield _not_compared(rows[0], table)
        return
    stops: dict[int, list[Box]] = {}
    for position, row in compared.items():
        try:
            if row.asks != ALWAYS and not space.holds(row.asks):
                yield _never_holds(row, table)
            elif table not in ADDING_UP:
                stops[position] = _stops(row, space)
        except TooMany:
            if effort.left < 0:
                yield _not_compared(row, table)
                return
    yield from _covered(table, rows, space, stops)


def _stops(row: PreparedRow, space: Space) -> list[Box]:
    """Return the facts for which `row` decides if none above does: where it would deny or review, also what is unknown."""
    return space.may_hold(row.asks) if row.stops else space.holds(row.asks)


def _covered(
    table: str, rows: Sequence[PreparedRow], space: Space, stops: Mapping[int, list[Box]]
) -> Iterator[Finding]:
    cover = Cover(((position, box) for position, boxes in stops.items() for box in boxes), space)
    for position, region in stops.items():
        row = rows[position]
        try:
            one = cover.one_row(region, position)
            taking = [one] if one is not None else []
            left: Box | None = None
            if not taking:
                left, taking = cover.leaves(region, position)
            if taking:
                yield _never_reached(row, table, [rows[other].says.id for other in taking])
            elif left is not None and row.asks != ALWAYS:
                yield from _only_missing(cover, space, table, rows, position, left)
        except TooMany:
            yield _not_compared(row, table)
            return


def _only_missing(
    cover: Cover, space: Space, table: str, rows: Sequence[PreparedRow], position: int, left: Box
) -> Iterator[Finding]:
    """Yield a finding where the rows above take all that the row asks for, once every fact is known.

    `left` is a part that they leave: it names a fact that is missing there.
    """
    row = rows[position]
    region = [known for box in space.holds(row.asks) if all((known := space.known(box)).values())]
    rest, taking = cover.leaves(region, position)
    missing = [key.partition(" ")[0] for key, states in left.items() if not states & ~MISSING]
    if rest is None and taking and missing:
        above = _named([rows[other].says.id for other in taking])
        values = {"table": table, "id": row.says.id, "rows": above, "facts": list(dict.fromkeys(missing))}
        yield Finding("row-only-missing", row.place, values, Severity.WARNING)


def _never_holds(row: PreparedRow, table: str) -> Finding:
    values = {"table": table, "id": row.says.id, "facts": _asked_of(row.asks)}
    return Finding("row-never-holds", row.place, values, Severity.WARNING)


def _asked_of(condition: Condition) -> list[str]:
    """Return the facts that a condition asks for; of one that asks for none the word that it is written with."""
    return list(facts_of(condition)) or ["not" if isinstance(condition, Not) else "any"]


def _never_reached(row: PreparedRow, table: str, above: Sequence[str]) -> Finding:
    values = {"table": table, "id": row.says.id, "rows": _named(above)}
    return Finding("row-never-reached", row.place, values, Severity.WARNING)


def _not_compared(row: PreparedRow, table: str) -> Finding:
    return Finding("rows-not-compared", row.place, {"table": table, "id": row.says.id}, Severity.NOTE)


def _named(rows: Collection[str]) -> list[str]:
    return [*list(rows)[:_NAMED], *(["…"] if len(rows) > _NAMED else [])]


def _alone(policy: Policy, condition: Condition, path: Sequence[str], effort: Effort) -> Iterator[Finding]:
    """Yield a finding where a condition that stands outside tables never holds."""
    try:
        if condition != ALWAYS and not Space.of([condition], effort).holds(condition):
            values = {"key": ".".join(path), "facts": _asked_of(condition)}
            yield Finding("condition-never-holds", policy.place(*path), values, Severity.WARNING)
    except TooMany:
        return
