"""What the books know of money paid in advance under one name: its receipts, what used it, our own entries, what is left."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from returnledger.advanceleft import AdvanceLeft
from returnledger.advanceof import advances_named, left_of
from returnledger.books import standing
from returnledger.money import ZERO
from returnledger.needs import Needs
from returnledger.roles import Role
from returnledger.rows import Posted
from returnledger.session import open_session
from returnledger.terms import Kind


@dataclass(frozen=True)
class AdvanceView:
    """One advance as the books show it, with the steps of its cases that stand."""

    left: AdvanceLeft
    entries: tuple[Posted, ...] = ()

    @property
    def owed(self) -> Decimal:
        """What is approved and not paid."""
        legs = (leg for entry in self.entries for leg in entry.legs if leg.role == Role.REFUND_PAYABLE)
        return -sum((leg.amount for leg in legs), ZERO)


def advance(name: str, *, settings: Path | None = None) -> tuple[AdvanceView, ...]:
    """Return the advances that go by a name (order, contract, link or customer), none where there is none."""
    books = open_session(settings).gather_needs(Needs(advances=frozenset({name})))
    return tuple(
        AdvanceView(
            left_of(each, books),
            tuple(entry for entry in standing(books.by_order.get(each.name, ())) if entry.kind == Kind.ADVANCE_REFUND),
        )
        for each in advances_named(name, books)
    )
