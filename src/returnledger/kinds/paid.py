"""Plans what follows a posted event: the refund of its case, and the void that undoes it."""

from __future__ import annotations

from returnledger.casefacts import case_facts, void_facts
from returnledger.estimateuses import with_uses
from returnledger.facts import Facts
from returnledger.openday import on_open_day
from returnledger.paying import plan_refund, plan_void
from returnledger.planned import PlannedEvent
from returnledger.planrun import Run


def refunded(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of a refund: what is due of a case, or a part of it, is paid."""
    return plan_refund(on_open_day(base, lambda own: [case_facts(own, run.books, run.context)], run)[0], run)


def voided(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of a void: the exact mirror of what it undoes."""
    return plan_void(on_open_day(base, lambda own: [with_uses(void_facts(own, run.books), run.books)], run)[0], run)
