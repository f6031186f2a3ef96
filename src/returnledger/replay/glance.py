"""Tells at a glance that units may be added to an account, from a summary of it, without going through it again.

The summary holds what the quick answer of a replay rests on, for every day at once; where it can't say yes, the account
is booked again. A batch of thousands of returns so looks at each account once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from beancount.core.data import Booking

from returnledger.money import ZERO
from returnledger.movements import Movement
from returnledger.replay.booking import is_explicit
from returnledger.rows import Account, Lot

_Labelled = tuple[str, Decimal, str, date]  # commodity, number, currency and day of a lot


@dataclass(slots=True)
class Glance:
    """What all movements of one account have in common."""

    sound: bool = True  # no lot is ever below zero, even if of one line number what reduces comes first
    open_until: date | None = None  # the last day of a movement whose cost as written leaves its lot open
    currencies: set[str] = field(default_factory=set)
    labels: dict[_Labelled, str | None] = field(default_factory=dict)

    def allows(self, account: Account, addition: Movement) -> bool:
        """Return True if adding these units surely changes no booked lot; False where only booking can tell."""
        return (
            self.sound
            and addition.units > 0
            and account.booking in Booking.__members__
            and account.booking != "AVERAGE"
            and (self.open_until is None or self.open_until < addition.date)
            and self.currencies <= {addition.lot.currency}
            and self.labels.get(_labelled(addition), addition.lot.label) == addition.lot.label
        )

    def add(self, movement: Movement) -> None:
        """Take one more movement into account; one that reduces leaves the quick answer open from now on."""
        self._note(movement)
        if movement.units < 0:
            self.sound = False

    def _note(self, movement: Movement) -> None:
        lot, spec = movement.lot, movement.spec
        self.currencies.add(lot.currency)
        if self.labels.setdefault(_labelled(movement), lot.label) != lot.label:
            self.sound = False
        if spec is None or (movement.units <= 0 and not is_explicit(spec)):
            self.open_until = max(self.open_until or movement.date, movement.date)


def glance_at(movements: Iterable[Movement]) -> Glance:
    """Return the summary of an account's movements."""
    found = Glance()
    held: dict[tuple[str, Lot], Decimal] = defaultdict(lambda: ZERO)
    for movement in sorted(movements, key=lambda m: (m.date, m.lineno, m.units > 0)):
        found._note(movement)
        held[movement.commodity, movement.lot] += movement.units
        if held[movement.commodity, movement.lot] < 0:
            found.sound = False
    return found


def _labelled(movement: Movement) -> _Labelled:
    lot = movement.lot
    return movement.commodity, lot.number, lot.currency, lot.date
