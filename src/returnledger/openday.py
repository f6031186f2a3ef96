"""Where the policy lets an entry of a closed period stand: on the next open day, the event's own date kept beside it.

What people did they did on the day of the event; what the books were like is asked of the day the entry stands on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from returnledger.facts import Facts
from returnledger.linefacts import chosen_policy
from returnledger.planrun import Run
from returnledger.policy import Policy, evaluate


def on_open_day(base: Facts, facts_of: Callable[[Facts], list[Facts]], run: Run) -> list[Facts]:
    """Return the facts of an event, those of the next open day where its own is closed and every policy moves it."""
    found = facts_of(base)
    day = next_open_day(base.day, base.locked_until)
    policies = list(_policies(found, run))
    if day is None or not policies or any(evaluate.closed_period(p).value != "next_open_day" for p in policies):
        return found
    return facts_of(replace(base, day=day))


def next_open_day(day: date | None, locked_until: date | None) -> date | None:
    """Return the first open day after a closed one; None where the day is open, or no day follows."""
    if day is None or locked_until is None or day > locked_until or locked_until == date.max:
        return None
    return locked_until + timedelta(days=1)


def _policies(found: Sequence[Facts], run: Run) -> Iterator[Policy]:
    """Yield the policies that judge an event; a void goes by that of the sale whose entry it undoes."""
    for facts in found:
        sale = run.books.sales.get(facts.target[0].order) if facts.target else None
        policy = facts.policy or chosen_policy(run.context.policies, sale, facts.target[0].dated if sale else None)
        if policy is not None:
            yield policy
