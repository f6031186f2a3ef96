"""Adds up what a replay changes: events by kind of change, days earlier and later, and money by currency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from returnledger.policies.outcome import MONEY
from returnledger.policies.replay import Replayed

DATES = ("last_day", "deadline")


@dataclass(frozen=True, slots=True)
class Total:
    """One kind of change: how many events have it, and what it comes to.

    For money, what all these events come to under each policy; for days, how many events get an earlier one and how
    many a later one; for a verdict and the like, from which value to which.
    """

    effect: str
    events: int
    old: str = ""
    new: str = ""
    currency: str = ""
    amount_old: Decimal | None = None
    amount_new: Decimal | None = None
    earlier: int = 0
    later: int = 0


def totals(events: Iterable[Replayed]) -> tuple[Total, ...]:
    """Return the changes of `events` added up by kind, verdicts first and money last."""
    by_pair: dict[tuple[str, str, str], int] = {}
    by_day: dict[str, list[int]] = {}
    money: dict[tuple[str, str], list[Decimal]] = {}
    for event in events:
        for change in event.changes:
            old, new = change.old.text if change.old else "", change.new.text if change.new else ""
            if change.effect in MONEY:
                sums = money.setdefault((change.effect, change.currency), [Decimal(0), Decimal(0), Decimal(0)])
                sums[0] += 1
                sums[1] += change.old.amount or Decimal(0) if change.old else Decimal(0)
                sums[2] += change.new.amount or Decimal(0) if change.new else Decimal(0)
            elif change.effect in DATES and old and new:
                counts = by_day.setdefault(change.effect, [0, 0])
                counts[new > old] += 1
            else:
                key = change.effect, old, new
                by_pair[key] = by_pair.get(key, 0) + 1
    first = [Total(effect, n, old, new) for (effect, old, new), n in sorted(by_pair.items(), key=_by_effect)]
    days = [Total(effect, sum(n), earlier=n[0], later=n[1]) for effect, n in by_day.items()]
    last = [
        Total(effect, int(n), currency=currency, amount_old=old, amount_new=new)
        for (effect, currency), (n, old, new) in sorted(money.items(), key=lambda item: MONEY.index(item[0][0]))
    ]
    return (*first, *days, *last)


def _by_effect(item: tuple[tuple[str, str, str], int]) -> tuple[bool, str, int, str, str]:
    (effect, old, new), count = item
    return effect != "verdict", effect, -count, old, new
