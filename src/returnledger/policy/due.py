"""Until when money must be back and goods may come: days counted from a step, by the rows that decided.

What counts from a step that nobody has taken has no day yet, and names the step.
"""

from __future__ import annotations

from datetime import date

from returnledger.policy.chosen import Chosen, estimated_holidays
from returnledger.policy.counting import Count
from returnledger.policy.model import RefundRow
from returnledger.policy.prepare import Policy
from returnledger.policy.windows import Dates


def refund_deadline(policy: Policy, refunds: Chosen, dates: Dates) -> Chosen:
    """Return the day by which money must be back (value: date or None), by the row of `refunds` that decided.

    Of what counts from a proof of sending that nobody has seen, the coming of the goods is the proof. A row may wait for a
    day of its own, however many days have passed.
    """
    row = refunds.value
    if not isinstance(row, RefundRow) or row.within_days is None:
        return policy.defaults["deadline"]
    name, start = row.counted_from, getattr(dates, row.counted_from)
    unknown = () if start is not None else (name,)
    if start is None and name == "proof_sent":
        name, start = "received", dates.received
    if start is None:
        return Chosen("deadline", None, refunds.row, refunds.place, missing=unknown, statute=refunds.statute)
    count = policy.refund_counts[row.id]
    last = count.last_day(start)
    told = ((name, start.isoformat()), *estimated_holidays(count.estimated(start, last)))
    waits: date | None = getattr(dates, row.not_before) if row.not_before is not None else None
    if waits is not None:
        last, told = max(last, waits), (*told, (str(row.not_before), waits.isoformat()))
    return Chosen("deadline", last, refunds.row, refunds.place, told, unknown, statute=refunds.statute)


def authorisation(policy: Policy, dates: Dates) -> Chosen:
    """Return the last day on which the goods may come (value: date or None): None where the policy sets no end."""
    row = policy.says.authorisation
    if row is None or policy.authorisation is None:
        return policy.defaults["authorisation"]
    return _counted(policy, "authorisation", policy.authorisation, row.counted_from, dates)


def authorisation_expired(policy: Policy, dates: Dates) -> bool | None:
    """Return whether the goods came after the authorisation had ended; None where a day is unknown.

    A policy that sets no end lets no authorisation expire.
    """
    if policy.authorisation is None:
        return False
    until = authorisation(policy, dates).value
    return None if until is None or dates.received is None else dates.received > until


def advance_deadline(policy: Policy, dates: Dates) -> Chosen:
    """Return the day by which money that was paid before a sale must be back (value: date or None)."""
    row = policy.says.advance_deadline
    if row is None:
        return Chosen("advance_deadline", None, "default", policy.place("advance_deadline"))
    saturday = policy.says.window.saturday if row.saturday is None else row.saturday
    count = Count(row.within_days, 0, row.unit == "business", saturday, country=policy.country)
    return _counted(policy, "advance_deadline", count, row.counted_from, dates)


def _counted(policy: Policy, table: str, count: Count, counted_from: str, dates: Dates) -> Chosen:
    start: date | None = getattr(dates, counted_from)
    place, statute = policy.place(table), policy.says.statute
    if start is None:
        return Chosen(table, None, table, place, missing=(counted_from,), statute=statute)
    last = count.last_day(start)
    told = ((counted_from, start.isoformat()), *estimated_holidays(count.estimated(start, last)))
    return Chosen(table, last, table, place, told, statute=statute)
