"""Where a batch begins: comment lines push its entries behind the entries of the same day whose lots they need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from beancount.core.data import Directive

from returnledger import replay
from returnledger.findings import Finding
from returnledger.money import ZERO
from returnledger.movements import Movement
from returnledger.proof.readback import event
from returnledger.proof.situation import Situation, event_of, movements_of
from returnledger.text import Unwritable, parse, render, render_batch

LIMIT = 500  # comment lines at the head of a batch, at most
_DAYS_AHEAD = 31
_TRIES = 16


@dataclass(frozen=True)
class Arranged:
    """A batch as it will stand in its file: its text, the comment lines at its head, and its directives as parsed."""

    text: str
    padding_lines: int
    directives: list[Directive]


def arrange(
    directives: Sequence[Directive], situation: Situation, header: str = "Written by returnledger", note: str = ""
) -> Arranged | list[Finding]:
    """Return the text of a batch in which each entry stands after the same-day entries it needs, or findings.

    `header` is the first comment line, `note` is written on the first of the further comment lines.
    """
    try:
        text = render_batch(directives, header)
        parsed = parse(text)
    except (Unwritable, AssertionError):
        refused = list(_unwritable(directives))
        if not refused:
            raise
        return refused
    added = {
        account: moves
        for account, moves in movements_of(parsed).items()
        if account in situation.accounts and situation.accounts[account].booking != "NONE"
    }
    padding = _padding(added, situation)
    if padding > LIMIT:
        findings = list(_too_far(added, situation, event_of(parsed)))
        if findings:
            return findings
        padding = 0
    if padding:
        text = render_batch(directives, header, padding, note)
        parsed = parse(text)
    return Arranged(text, padding, parsed)


def _unwritable(directives: Iterable[Directive]) -> Iterator[Finding]:
    for directive in directives:
        try:
            parse(render(directive) + "\n")
        except Unwritable as error:
            yield Finding("not-writable", values={"what": str(error)}, event=event(directive))
        except AssertionError as error:
            yield Finding("text-differs", values={"message": str(error)}, event=event(directive))


def _padding(added: Mapping[str, Sequence[Movement]], situation: Situation) -> int:
    """Return the fewest comment lines with which every lot can be booked and no line number is shared.

    More than LIMIT means that only more would do; 0 is returned as well where none helps.
    """
    # What has no entry of the same day does not depend on where the batch begins.
    days = {a: {m.date for m in moves} for a, moves in added.items()}
    added = {a: m for a, m in added.items() if any(e.date in days[a] for e in situation.movements.get(a, ()))}
    candidates = _candidates(added, situation)
    near = [padding for padding in candidates if padding <= LIMIT]
    if len(candidates) == 1:
        return 0
    if _works(added, situation, 0):
        # It can be booked where it stands; better still where no lot is below zero on the way through the day.
        level = (p for p in near[:_TRIES] if not _dips(added, situation, p) and _works(added, situation, p))
        return next(level, 0) if _dips(added, situation, 0) else 0
    if _works(added, situation, near[-1]):
        # Later is better for what takes out; the first that works is looked for by halves and tried itself.
        low, high = 0, len(near) - 1
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if _works(added, situation, near[middle]) else (middle, high)
        return near[high]
    for ties_allowed in (False, True):
        for padding in near[:_TRIES]:
            if _works(added, situation, padding, ties_allowed):
                return padding
    if near[-1] != candidates[-1] and _works(added, situation, candidates[-1], True):
        return candidates[-1]
    unknown = any(judgement.unknown for _, judgement in judged(added, situation))
    return near[-1] if unknown and any(m.units < 0 for moves in added.values() for m in moves) else 0


def _dips(added: Mapping[str, Sequence[Movement]], situation: Situation, padding: int) -> bool:
    """Return True if a lot that the batch takes from is below zero at some line of a day on which it is taken from."""
    for account, moves in added.items():
        taken = {(m.commodity, m.lot, m.date) for m in moves if m.units < 0}
        if not taken:
            continue
        lots, days = {key[:2] for key in taken}, {key[2] for key in taken}
        held: dict[tuple[str, object], Decimal] = {}
        every = (*situation.movements.get(account, ()), *_shifted(moves, padding))
        for m in sorted((m for m in every if (m.commodity, m.lot) in lots), key=lambda m: (m.date, m.lineno)):
            held[m.commodity, m.lot] = held.get((m.commodity, m.lot), ZERO) + m.units
            if held[m.commodity, m.lot] < 0 and m.date in days:
                return True
    return False


def _candidates(added: Mapping[str, Sequence[Movement]], situation: Situation) -> list[int]:
    """Return the paddings that matter: none, and those that put an entry just behind one of the same day."""
    found = {0}
    for account, moves in added.items():
        days: dict[date, set[int]] = {}
        for m in moves:
            days.setdefault(m.date, set()).add(m.lineno)
        for m in situation.movements.get(account, ()):
            for line in days.get(m.date, ()):
                # One behind, and never level with the next entry of the same day.
                found.add(max(m.lineno - line + 1, 0))
    return sorted(found)


def _shifted(moves: Iterable[Movement], lines: int) -> list[Movement]:
    return [replace(m, lineno=m.lineno + lines, posting=m.posting + lines) for m in moves]


def judged(
    added: Mapping[str, Sequence[Movement]], situation: Situation, padding: int = 0
) -> Iterator[tuple[str, replay.Judgement]]:
    """Yield each account that new movements touch with what they do to it when they stand `padding` lines down."""
    for account, moves in added.items():
        booking = situation.accounts[account].booking
        existing = situation.movements.get(account, ())
        yield account, replay.unchanged(existing, _shifted(moves, padding), booking)


def _works(
    added: Mapping[str, Sequence[Movement]], situation: Situation, padding: int, ties_allowed: bool = False
) -> bool:
    return all(judgement and (ties_allowed or not judgement.ties) for _, judgement in judged(added, situation, padding))


def _too_far(
    added: Mapping[str, Sequence[Movement]], situation: Situation, events: Mapping[int, str]
) -> Iterator[Finding]:
    """Yield a finding for each entry that needs a lot of the same day that comes in too far down its file."""
    for account, judgement in judged(added, situation, LIMIT):
        existing = situation.movements.get(account, ())
        wrong = {booked.key for booked in judgement.failures} or {
            (m.file, m.lineno, m.posting) for m in _shifted(added[account], LIMIT) if judgement.changes and m.units < 0
        }
        for m in added[account]:
            if (m.file, m.lineno + LIMIT, m.posting + LIMIT) not in wrong:
                continue
            needed = [e for e in existing if e.date == m.date and e.lot == m.lot and e.commodity == m.commodity]
            last = max(needed or [e for e in existing if e.date == m.date], key=lambda e: e.lineno, default=m)
            yield Finding(
                "same-day-order",
                values={
                    "account": account,
                    "lot": str(m.lot),
                    "date": m.date,
                    "file": last.file,
                    "line": last.lineno,
                    "limit": LIMIT,
                    "next_date": _next_day(m, added, situation),
                },
                event=events.get(m.lineno),
            )


def _next_day(movement: Movement, added: Mapping[str, Sequence[Movement]], situation: Situation) -> date:
    """Return the first day after its own on which all movements of that entry could be booked."""
    for days in range(1, _DAYS_AHEAD + 1):
        day = movement.date + timedelta(days=days)
        moved = {
            account: [replace(m, date=day) if m.lineno == movement.lineno else m for m in moves]
            for account, moves in added.items()
        }
        if all(judgement for account, judgement in judged(moved, situation, LIMIT) if account == movement.account):
            return day
    return movement.date + timedelta(days=1)
