"""Which rows of a policy there are, and which of them decided something in a case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from returnledger.findings import Span
from returnledger.policy import Policy
from returnledger.policy.judging import Judgement


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One row of a policy: its table and id as `table.id`, and where it stands."""

    name: str
    place: Span


def rows_of(policy: Policy) -> list[PolicyRow]:
    """Return everything in `policy` that can decide an effect, in the order of the file."""
    return sorted(_rows(policy), key=lambda row: row.place)


def _rows(policy: Policy) -> Iterator[PolicyRow]:
    windows, says = policy.windows, policy.says
    counted = (windows.default, *windows.by_category.values(), *windows.by_fault.values())
    for rule in counted if policy.window.fixed else ():
        yield PolicyRow(rule.name, rule.place)
    yield from (PolicyRow(extension.name, extension.place) for extension in windows.extensions)
    for table, rows in policy.tables.items():
        yield from (PolicyRow(f"{table}.{row.says.id}", row.place) for row in rows)
    for reason in says.condition_from_reason:
        yield PolicyRow(f"condition_from_reason.{reason}", policy.place("condition_from_reason", reason))
    for condition in says.dispositions:
        yield PolicyRow(f"dispositions.{condition.value}", policy.place("dispositions", condition.value))


def reached(judgement: Judgement) -> set[Span]:
    """Return where the rows stand that decided an effect of `judgement`."""
    places = {picked.chosen.place for picked in judgement.picked.values() if picked.chosen.row != "default"}
    places |= {paper.chosen.place for paper in judgement.papers if not paper.unknown}
    if judgement.window is not None and judgement.window.last_day is not None:
        places.add(judgement.window.place)
    return places
