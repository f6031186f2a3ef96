"""What a supplier gives for goods of a case: off what is still owed for the purchase of their lot, the rest as a claim.

The purchase is found by the lot, where it goes by a name, so that it can be told what of it was paid, and where it is the
supplier's. Without it all is a claim, and input tax is what the event says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from returnledger.atcost import came_as, cost_as_came
from returnledger.books import Books
from returnledger.claims import claims
from returnledger.facts import Facts
from returnledger.money import ZERO
from returnledger.moves import Moved
from returnledger.purchaseof import Gone, LineLeft, gone_of, open_payables, purchase_of_lot, share_of_tax
from returnledger.purchaseparts import input_tax, off_open


@dataclass(frozen=True, slots=True)
class Debt:
    """What a supplier gives for units of one pile: amounts are positive."""

    moved: Moved
    expected: Decimal  # credited without tax
    taxes: tuple[tuple[str, str, Decimal], ...] = ()  # role, account, amount
    owed: tuple[tuple[str, Decimal], ...] = ()  # what is owed less, by account
    purchase: str = ""  # whose purchase it was, where something of it is open or taxed

    @property
    def gross(self) -> Decimal:
        """What the supplier gives, tax included."""
        return self.expected + sum((amount for _, _, amount in self.taxes), ZERO)

    @property
    def claim(self) -> Decimal:
        """What the supplier owes, after what is owed to the supplier."""
        return self.gross - sum((amount for _, amount in self.owed), ZERO)


def debts(facts: Facts, moves: Sequence[Moved], books: Books) -> Iterator[Debt]:
    """Yield for each pile what the supplier gives."""
    supplier: str = getattr(facts.event.body, "supplier", None) or ""
    open_: dict[str, dict[str, Decimal]] = {}
    lines: dict[tuple[str, int], LineLeft] = {}
    for moved, expected, tax in claims(facts, moves):
        pile, came = moved.pile, came_as(facts, moved)
        lot = came.lot if came is not None else pile.lot
        purchase = purchase_of_lot(pile.commodity, lot, supplier, books) if lot and facts.day else None
        if purchase is None or lot is None or facts.day is None or purchase.currency != moved.currency:
            yield Debt(moved, expected, tuple(input_tax(facts, tax, {}, facts.decimals)))
            continue
        n, line = next(
            (n, each) for n, each in enumerate(purchase.lines) if (each.commodity, each.lot) == (pile.commodity, lot)
        )
        left = lines.get((purchase.name, n)) or LineLeft(
            line, gone_of(purchase.name, books).get((line.commodity, line.lot), Gone())
        )
        part = left.part(moved.units, facts.decimals)
        lines[purchase.name, n] = left.after(Gone(loose=moved.units), ())
        typed = moved.item is not None and (moved.item.tax is not None or moved.item.tax_rate is not None)
        if not typed:
            tax = share_of_tax(part.tax, expected, cost_as_came(facts, moved), facts.decimals)
        taxes = tuple(input_tax(facts, tax, dict(line.taxes), facts.decimals))
        left_open = open_.setdefault(purchase.name, dict(open_payables(purchase, facts.day, books)))
        owed = tuple(off_open(left_open, expected + tax))
        told = owed or (taxes and line.taxes if typed else part.tax)
        yield Debt(moved, expected, taxes, owed, purchase.name if told else "")
