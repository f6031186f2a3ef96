"""The lines of a case: how many units of each were asked for, came in, were looked at and credited.

How entries say it, for all who write some. Units are told by metadata of one posting per item (of a note, by its own):

- `rl-qty`: units credited, by a return or a credit note. `rl-goods` kept or never_shipped where none come back;
- `rl-received`: units that came in, by `receive`. Until they are credited they wait (`waiting`): see steps.py;
- `rl-inspected`: units that were looked at, with `rl-condition` and `rl-disposition`;
- `rl-replaced`: units that other goods went out for, in an exchange, before or after they come in;
- `rl-absent`: units credited whose goods never come, by `dispose`;
- `rl-requested`: units a request asks for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from returnledger.money import ZERO
from returnledger.piles import counted, items_of
from returnledger.rows import Posted
from returnledger.terms import Condition, Goods, Kind, Reason

SEEING = frozenset({"return", "receive", "inspect"})  # steps at which somebody looks at the goods


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One line of the order in a case: how many of its units have come how far."""

    line: str
    sku: str
    requested: Decimal = ZERO
    received: Decimal = ZERO
    inspected: Decimal = ZERO
    credited: Decimal = ZERO  # units for which money was given back, those kept and absent among them
    kept: Decimal = ZERO  # credited, and the customer was to keep them
    absent: Decimal = ZERO  # credited, and they never come
    sent_back: Decimal = ZERO  # came in and went back to the customer: they count as never received
    reason: str = ""
    condition: str = ""  # as last said

    @property
    def reason_word(self) -> Reason | None:
        """The reason as a word of the vocabulary, None where none was given."""
        return Reason.of(self.reason) if self.reason in set(Reason) else None

    @property
    def condition_word(self) -> Condition | None:
        """The condition as a word of the vocabulary, None where nobody looked."""
        seen = self.condition in set(Condition) and self.condition != Condition.UNKNOWN
        return Condition.of(self.condition) if seen else None

    @property
    def awaited(self) -> Decimal:
        """Units credited that are still to come."""
        return max(ZERO, self.credited - self.kept - self.absent - self.received)

    @property
    def waiting(self) -> Decimal:
        """Units that came in and are not credited."""
        return max(ZERO, self.received - (self.credited - self.kept - self.absent))

    @property
    def creditable(self) -> Decimal:
        """Units that came in or were asked for and are not credited."""
        return max(self.waiting, self.requested - self.credited)

    @property
    def outstanding(self) -> Decimal:
        """Units credited or asked for that have not come in."""
        return max(self.awaited, self.requested - self.kept - self.absent - self.sent_back - self.received, ZERO)

    @property
    def uninspected(self) -> Decimal:
        """Units that came in and were not looked at."""
        return max(ZERO, self.received - self.inspected)


def lines_of(entries: Iterable[Posted]) -> tuple[CaseLine, ...]:
    """Return how far the units of each line are, in the order in which the case names the lines."""
    lines: dict[str, CaseLine] = {}
    for entry in entries:
        for name, item in items_of(entry):
            own = lines.get(name) or CaseLine(name, item["sku"])
            lines[name] = _line_after(own, entry, item)
    return tuple(lines.values())


def _line_after(own: CaseLine, entry: Posted, item: Mapping[str, str]) -> CaseLine:
    units, goods = counted(item, "qty"), item.get("goods", Goods.RETURNED.value)
    at_once = units if entry.kind == Kind.RETURN and goods != Goods.KEPT else ZERO  # all the steps on one day
    swapped = counted(item, "exchanged")  # came in, and others went out instead of money
    replaced = counted(item, "replaced")  # others went out for them, before or after they come in
    return replace(
        own,
        requested=own.requested + counted(item, "requested"),
        received=own.received + counted(item, "received") - counted(item, "sent-back") + at_once + swapped,
        sent_back=own.sent_back + counted(item, "sent-back"),
        inspected=own.inspected + counted(item, "inspected") + at_once + swapped,
        credited=own.credited + units + swapped + replaced,
        kept=own.kept + (units + replaced if goods == Goods.KEPT else ZERO),
        absent=own.absent + counted(item, "absent"),
        reason=item.get("reason") or own.reason,
        condition=(item.get("condition", "") if entry.kind in SEEING else "") or own.condition,
    )
