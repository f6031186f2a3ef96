"""Plans a revaluation: the allowance is made to fit the goods that are left, case by case, so that each case knows it.

The event is a step of every case whose goods it changes. One that changes nothing is noted, as a case of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from returnledger import checks, rules
from returnledger.decision import Decision
from returnledger.entry import entry, note
from returnledger.events.canonical import canonical_text
from returnledger.facts import Facts
from returnledger.kinds.onestep import failed, stopped
from returnledger.money import plain, show
from returnledger.openday import on_open_day
from returnledger.planned import PlannedEvent, decision_text
from returnledger.planrun import Run, head_of, once
from returnledger.revaluing import Revalued, in_question, obstacles, of_cases, with_policy
from returnledger.rows import OwnDirective


def revalued(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of a revaluation."""

    def facts_of(own: Facts) -> list[Facts]:
        cases = (each.case for each in in_question(own, run.books, run.moved_in))
        return [with_policy(own, cases, run.books, run.context)]

    facts = on_open_day(base, facts_of, run)[0]
    found = [*checks.ask_found(facts), *checks.ask_before(facts)]
    if failed(found):
        return stopped(facts, found)
    piles = in_question(facts, run.books, run.moved_in)
    found += obstacles(facts, piles)
    if failed(found):
        return stopped(facts, found)
    changed = list(of_cases(facts, piles, run.books, run.context))
    case = changed[0][0].case[0].case if changed else facts.event.id
    told = tuple(own for own, _ in changed) or (facts,)
    planned = PlannedEvent(facts.event, "refused", case, told, tuple(Decision() for _ in told))
    made = tuple(_directives(planned, changed, run))
    every = tuple(once([*found, *checks.ask_written(facts, Decision(), made, run.books)]))
    status = "refused" if failed(every) else "new"
    return replace(planned, status=status, directives=made if status == "new" else (), findings=every)


def _directives(
    planned: PlannedEvent, changed: Sequence[tuple[Facts, list[Revalued]]], run: Run
) -> Iterator[OwnDirective]:
    """Yield the entry of each case; where nothing changes, a note that it was looked at."""
    text, policy = canonical_text(planned.event.canonical), decision_text(planned)
    if not changed:
        facts = planned.facts[0]
        head = head_of(planned.event, facts, 1, "", [], run)
        yield note(replace(head, event=text, decision=policy), {"revalued": planned.event.reference})
    for n, (facts, piles) in enumerate(changed):
        assert facts.now is not None
        items = [(each.stood.pile.units, each.stood.pile.sku) for each in piles]
        head = head_of(planned.event, facts, 1, facts.now.order or facts.now.id, items, run)
        decision = "; ".join(filter(None, [*map(_figures, piles), policy]))
        head = replace(head, order=facts.now.order, event=text if n == 0 else "", decision=decision)
        yield entry(head, rules.revalue(facts, piles))


def _figures(each: Revalued) -> str:
    """Return how the figures of a pile were found, as the entry keeps it: units gone and left, and what one is worth."""
    pile = each.stood.pile
    parts = [f"{pile.sku} {pile.condition or 'unknown'}"]
    if each.stood.gone:
        parts.append(f"gone {plain(each.stood.gone)} released {show(each.released, each.currency)}")
    if each.worth is not None:
        parts.append(f"left {plain(each.stood.left)} worth {show(each.worth, each.currency)}")
    return " ".join(parts)
