"""The edges of a policy: what it decides just before, on and just after every number, day and word that it names.

For each row a sale is made up that the row decides, and one fact of it is moved across the edge: a cent below and above
an amount, one below and above a count, the day before and after a date, a word that is named and one that is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from returnledger.findings import Span
from returnledger.money import decimals_of, plain, show
from returnledger.planned import chosen_text
from returnledger.policies.madeup import facts_for, facts_in
from returnledger.policies.numberedges import other_edges, row_edges
from returnledger.policies.windowedges import Point, window_edges
from returnledger.policy import Chosen, Policy, evaluate
from returnledger.policy.conditions import FactValue, text_of
from returnledger.policy.cover import Cover
from returnledger.policy.fact_names import FACTS, FactType, words_of
from returnledger.policy.judging import Dates, Given, judge_alone
from returnledger.policy.limits import limit_facts
from returnledger.policy.model_rows import AdvanceRow, LimitRow
from returnledger.policy.prepare import TABLES, PreparedRow
from returnledger.policy.reach import ADDING_UP
from returnledger.policy.regions import Box, Effort, Space, tests_of
from returnledger.policy.states import TooMany

# How many rows are asked for all edges together: some seconds. A policy that people wrote takes a thousandth of it.
_EFFORT = 3_000_000
_MOST_BOXES = 5  # of one condition: further alternatives are much the same
_MOST_WORDS = 5  # of one list: each further word does the same


@dataclass(frozen=True, slots=True)
class Edge:
    """One point at an edge: the row it belongs to, the fact moved and its value, and what is decided there by which row.

    `given` are the other facts of the sale that was made up.
    """

    name: str
    place: Span
    fact: str
    value: str
    outcome: str
    row: str
    given: Mapping[str, str]


def edges(policy: Policy) -> tuple[list[Edge], PreparedRow | None]:
    """Return the edges of every window and of every row of every table, and the row from which on they are left out.

    A row is named only where there is more to list than anybody reads.
    """
    found = [_of(point) for point in window_edges(policy)]
    others = [*_one_step(policy), *map(_of, other_edges(policy, _in_time(policy))), *_waivers(policy)]
    effort = Effort(_EFFORT)
    for table, effect in TABLES.items():
        for row, listed in _table(policy, table, effect, effort):
            if listed is None:
                return [*found, *others], row
            found += listed
    return [*found, *others], None


def _of(point: Point) -> Edge:
    name, place, given, fact, value, outcome, row = point
    return Edge(name, place, fact, value, outcome, row, given)


def _table(policy: Policy, table: str, effect: str, effort: Effort) -> Iterator[tuple[PreparedRow, list[Edge] | None]]:
    """Yield each row of a table with its edges, None where they take too much work to find."""
    rows = policy.tables[table]
    if not rows:
        return
    try:
        space = Space.of((row.asks for row in rows), effort)
        holds = [space.holds(row.asks) for row in rows]
    except TooMany:
        yield rows[0], None
        return
    above = [] if table in ADDING_UP else [(i, box) for i, boxes in enumerate(holds) for box in boxes]
    cover = Cover(above, space)
    size = sum(map(len, policy.tables.values()))
    for position, row in enumerate(rows):
        listed: list[Edge] = []
        try:
            for box in holds[position][:_MOST_BOXES]:
                effort.spend(len(space.facts))
                known = space.known(box)
                left = cover.leaves([known], position)[0] if all(known.values()) else None
                if left is not None:
                    for edge in _row(policy, table, effect, row, box, facts_in(space, left)):
                        effort.spend(size)
                        listed.append(edge)
                    if not any(edge.name != f"{table}.{row.says.id}" for edge in listed):
                        listed += map(_of, row_edges(policy, row, facts_in(space, left), _in_time(policy)))
        except TooMany:
            yield row, None
            return
        yield row, listed


def _row(
    policy: Policy, table: str, effect: str, row: PreparedRow, box: Box, facts: dict[str, FactValue]
) -> Iterator[Edge]:
    """Yield the edges of one row, each fact moved by itself; a limit has those of its own numbers."""
    moved: dict[str, list[FactValue]] = {}
    for test in tests_of(row.asks):
        if test.fact in {key.partition(" ")[0] for key in box}:
            ends = [end for choice in test.choices[:_MOST_WORDS] for end in (choice.low, choice.high)]
            moved.setdefault(test.fact, []).extend(_points(policy, test.fact, ends, facts.get(test.fact)))
    if isinstance(row.says, LimitRow):
        facts, more = _limit(policy, row.says, facts)
        moved |= more
    for fact, values in moved.items():
        for value in dict.fromkeys(values):
            yield _edge(policy, table, effect, row, facts, fact, value)


def _edge(
    policy: Policy,
    table: str,
    effect: str,
    row: PreparedRow,
    facts: Mapping[str, FactValue],
    fact: str,
    value: FactValue,
) -> Edge:
    others = {name: _shown(policy, name, known) for name, known in facts.items() if name != fact}
    judgement = judge_alone(policy, Given({**facts, fact: value}, _in_time(policy)))
    if effect == "evidence":
        papers = [paper.chosen for paper in judgement.papers if not paper.unknown]
        outcome = ", ".join(dict.fromkeys(need for chosen in papers for need in chosen.value)) or "–"
        by = ", ".join(chosen.row for chosen in papers) or "default"
    else:
        chosen = judgement.find(effect)
        assert chosen is not None
        outcome, by = outcome_text(chosen), chosen.row
    return Edge(f"{table}.{row.says.id}", row.place, fact, _shown(policy, fact, value), outcome, by, others)


def outcome_text(chosen: Chosen) -> str:
    """Return what a row decides in a few words; what is kept of an advance as its row has it."""
    if isinstance(chosen.value, AdvanceRow):
        most = f", {plain(chosen.value.retain_max)}" if chosen.value.retain_max is not None else ""
        return f"{plain(chosen.value.retain_percent)}%{most}"
    return chosen_text(chosen) or "–"


def _shown(policy: Policy, fact: str, value: FactValue) -> str:
    """Return a fact as people read it, amounts with their cents."""
    amount = isinstance(value, Decimal) and "amount" in fact
    return show(Decimal(str(value)), policy.currency) if amount else text_of(value) or "–"


def _in_time(policy: Policy) -> Dates:
    """Return the days of a return of which every step is taken on the day of the sale."""
    day = policy.valid_from + timedelta(days=31) if policy.valid_from.year < date.max.year else policy.valid_from
    return Dates(*[day] * len(Dates._fields))


def _points(policy: Policy, fact: str, ends: Sequence[FactValue], now: FactValue) -> Iterator[FactValue]:
    """Yield the values of `fact` at its edges, and a value beyond them that the row decides on."""
    for end in ends:
        if isinstance(end, Decimal):
            step = _step(policy, fact)
            yield from (end - step, end, end + step)
        elif isinstance(end, date):
            yield from (end + timedelta(days=days) for days in (-1, 0, 1) if date.min < end < date.max)
        elif isinstance(end, bool):
            yield from (True, False)
        elif end is not None and FACTS[fact] is FactType.WORDS:
            yield from (frozenset([str(end)]), frozenset())
        elif end is not None and "*" not in str(end):
            yield end
    if now is not None and not any(isinstance(end, Decimal | date | bool) for end in ends):
        yield now
    if ends and all(isinstance(end, str | None) for end in ends) and FACTS[fact] is not FactType.WORDS:
        yield _unlike([str(end) for end in ends if end is not None], fact)


def _unlike(words: Sequence[str], fact: str) -> str:
    """Return a word that `fact` can be and that no choice names."""
    known = words_of(fact).values() if FACTS[fact] is FactType.WORD else ["other", "other-other"]
    return next((word for word in known if word not in words), "other")


def _step(policy: Policy, fact: str) -> Decimal:
    """Return by how much a fact is moved across an edge: a cent, or one."""
    if "amount" in fact or fact == "line_net":
        return Decimal(1).scaleb(-decimals_of(policy.currency))
    return Decimal("0.01") if "rate" in fact or "percent" in fact else Decimal(1)


def _limit(
    policy: Policy, row: LimitRow, facts: Mapping[str, FactValue]
) -> tuple[dict[str, FactValue], dict[str, list[FactValue]]]:
    """Return facts under which a limit is just not passed, and the values of each of its facts at the edge."""
    most = {"rate": row.max_rate, "returns": row.max_returns, "amount": row.max_amount, "orders": row.min_orders}
    ends = {name: Decimal(most[name.split("_")[1]] or 0) for name in limit_facts(row)}
    known: dict[str, FactValue] = {**facts, **{name: Decimal(0) for name in ends}}
    known |= {name: end for name, end in ends.items() if "orders" in name}
    moved = {name: list(_points(policy, name, [end], None)) for name, end in ends.items() if "orders" not in name}
    return known, moved


def _one_step(policy: Policy) -> Iterator[Edge]:
    """Yield the edges of the largest refund that one line may make."""
    row = policy.says.one_step
    if row is None or row.up_to is None:
        return
    facts = facts_for(policy.unless, holds=False) if policy.unless is not None else {}
    known = {name: _shown(policy, name, value) for name, value in (facts or {}).items()}
    for value in _points(policy, "amount", [row.up_to], None):
        chosen = evaluate.one_step(policy, {**(facts or {}), "amount": value})
        place, text = policy.place("one_step", "up_to"), _shown(policy, "amount", value)
        yield Edge("one_step.up_to", place, "amount", text, chosen_text(chosen), chosen.row, known)


def _waivers(policy: Policy) -> Iterator[Edge]:
    """Yield the edges of what a person may waive."""
    for code, row in (policy.says.waivers or {}).items():
        for value in _points(policy, "amount", [row.up_to], None) if row.up_to is not None else ():
            assert isinstance(value, Decimal)
            chosen = evaluate.waiver(policy, code, value, row.by)
            given = {"role": ", ".join(row.by)}
            place = policy.place("waivers", code)
            text = _shown(policy, "amount", value)
            yield Edge(f"waivers.{code}", place, "amount", text, chosen_text(chosen), chosen.row, given)
