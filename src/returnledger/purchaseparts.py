"""What goes back to a supplier of a purchase: the units by account, what they cost, and what the supplier gives for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from returnledger.events import Item
from returnledger.facts import Facts
from returnledger.money import ZERO, filled, round_to, shares
from returnledger.purchaseof import Gone, LineLeft, share_of_tax
from returnledger.purchases import PurchaseLine
from returnledger.roles import Role


@dataclass(frozen=True, slots=True)
class Taken:
    """Units of one line of a purchase that an item takes, from which accounts."""

    left: LineLeft
    part: Gone
    accounts: tuple[tuple[str, Decimal], ...]
    item: Item | None = None
    index: int = 0


@dataclass(frozen=True, slots=True)
class SentBack:
    """Units of one line that go back, and what the supplier gives for them: amounts are positive."""

    line: PurchaseLine
    part: Gone
    accounts: tuple[tuple[str, Decimal], ...]
    expected: Decimal  # credited without tax
    taxes: tuple[tuple[str, str, Decimal], ...] = ()  # role, account, amount
    settled_tax: Decimal = ZERO  # tax that is not given back, by agreement
    owed: tuple[tuple[str, Decimal], ...] = ()  # what is owed less, by account
    claim: Decimal = ZERO
    item: Item | None = None

    @property
    def gross(self) -> Decimal:
        """What the supplier gives, tax included."""
        return self.expected + sum((amount for _, _, amount in self.taxes), ZERO)


def sent_back(facts: Facts, taken: Sequence[Taken], payable: Sequence[tuple[str, Decimal]]) -> Iterator[SentBack]:
    """Yield what goes back with what the supplier gives: off what is owed as far as that goes, the rest as a claim."""
    assert facts.sale is not None
    decimals, open_ = facts.sale.decimals, dict(payable)
    costs = [each.part.cost for each in taken]
    expected: Decimal | None = getattr(facts.event.body, "expect", None)
    credited = costs if expected is None else shares(expected, costs, decimals)
    taxes = tuple(_taxes(taken, credited, decimals))
    for each, amount, tax in zip(taken, credited, taxes, strict=True):
        owed = tuple(off_open(open_, amount + tax))
        yield SentBack(
            each.left.line,
            each.part,
            each.accounts,
            amount,
            tuple(input_tax(facts, tax, dict(each.left.line.taxes), decimals)),
            each.part.tax - tax,
            owed,
            amount + tax - sum((part for _, part in owed), ZERO),
            each.item,
        )


def _taxes(taken: Sequence[Taken], credited: Sequence[Decimal], decimals: int) -> Iterator[Decimal]:
    """Yield the tax that goes back with each part: what the item says, else the purchase's in proportion to the credit."""
    for each, amount in zip(taken, credited, strict=True):
        said = each.item
        if said is not None and said.tax is not None:
            own = [other for other in taken if other.index == each.index]
            yield shares(said.tax, [other.part.cost for other in own], decimals)[own.index(each)]
        elif said is not None and said.tax_rate is not None:
            yield round_to(Fraction(amount) * Fraction(said.tax_rate), decimals)
        else:
            yield share_of_tax(each.part.tax, amount, each.part.cost, decimals)


def off_open(open_: dict[str, Decimal], gross: Decimal) -> Iterator[tuple[str, Decimal]]:
    """Yield what comes off what is owed to the supplier, by account, and take it off there."""
    for account, part in filled(gross, tuple(open_.items())):
        open_[account] -= part
        yield account, part


def input_tax(
    facts: Facts, tax: Decimal, accounts: Mapping[str, Decimal], decimals: int
) -> Iterator[tuple[str, str, Decimal]]:
    """Yield role, account and amount of tax that goes back: on the accounts of the purchase, else that of the settings.

    Where the settings transfer it out, it is on the account for that.
    """
    settings = facts.settings
    role = Role.INPUT_VAT_TRANSFER_OUT if settings.purchase_return_vat == "transfer_out" else Role.INPUT_VAT
    if not tax:
        return
    if not accounts or role is Role.INPUT_VAT_TRANSFER_OUT:
        yield role.value, settings.account_for(role), tax
        return
    for account, part in zip(accounts, shares(tax, list(accounts.values()), decimals), strict=True):
        if part:
            yield role.value, account, part
