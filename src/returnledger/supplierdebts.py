"""What a supplier gives for goods of a case: off what is still owed for the purchase of their lot, the rest as a claim.

The purchase is found by the lot, where it goes by a name, so that it can be told what of it was paid, and where it is the
supplier's. Without it all is a claim, and input tax is what the event says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from returnledger.books import Books
from returnledger.claims import claims
from returnledger.facts import Facts
from returnledger.money import ZERO, shares
from returnledger.moves import Moved
from returnledger.purchaseof import Gone, LineLeft, gone_of, open_payables, purchase_of_lot, share_of_tax
from returnledger.roles import Role


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
        pile = moved.pile
        taxes: tuple[tuple[str, str, Decimal], ...] = (settings_tax(facts, tax),) if tax else ()
        purchase = purchase_of_lot(pile.commodity, pile.lot, supplier, books) if pile.lot and facts.day else None
        if purchase is None or pile.lot is None or facts.day is None or purchase.currency != moved.currency:
            yield Debt(moved, expected, taxes)
            continue
        n, line = next(
            (n, each)
            for n, each in enumerate(purchase.lines)
            if (each.commodity, each.lot) == (pile.commodity, pile.lot)
        )
        left = lines.get((purchase.name, n)) or LineLeft(
            line, gone_of(purchase.name, books).get((line.commodity, line.lot), Gone())
        )
        part = left.part(moved.units, facts.decimals)
        lines[purchase.name, n] = left.after(Gone(loose=moved.units), ())
        typed = moved.item is not None and (moved.item.tax is not None or moved.item.tax_rate is not None)
        if not typed and part.tax:
            own = share_of_tax(part.tax, expected, moved.amount, facts.decimals)
            taxes = tuple(_of_purchase(facts, dict(line.taxes), own, facts.decimals))
        rest = expected + sum((amount for _, _, amount in taxes), ZERO)
        left_open = open_.setdefault(purchase.name, dict(open_payables(purchase, facts.day, books)))
        owed = tuple(_off(left_open, rest))
        told = owed or (not typed and part.tax)
        yield Debt(moved, expected, taxes, owed, purchase.name if told else "")


def settings_tax(facts: Facts, tax: Decimal) -> tuple[str, str, Decimal]:
    """Return role, account and amount of input tax that goes back where no purchase says its account."""
    out = facts.settings.purchase_return_vat == "transfer_out"
    role = Role.INPUT_VAT_TRANSFER_OUT if out else Role.INPUT_VAT
    return role.value, facts.settings.account_for(role), tax


def _of_purchase(
    facts: Facts, accounts: dict[str, Decimal], tax: Decimal, decimals: int
) -> Iterator[tuple[str, str, Decimal]]:
    """Yield the tax by the accounts of the purchase, or that of tax transferred out."""
    if facts.settings.purchase_return_vat == "transfer_out":
        yield settings_tax(facts, tax)
        return
    for account, part in zip(accounts, shares(tax, list(accounts.values()), decimals), strict=True):
        if part:
            yield Role.INPUT_VAT.value, account, part


def _off(open_: dict[str, Decimal], rest: Decimal) -> Iterator[tuple[str, Decimal]]:
    """Yield what comes off what is owed, by account, and take it off."""
    for account, left in open_.items():
        part = min(rest, left)
        if part > 0:
            yield account, part
            open_[account] = left - part
            rest -= part
