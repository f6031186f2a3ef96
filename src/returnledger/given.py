"""What entries gave for the parts of a line, against their shares: what is missing goes with the units still out.

The postings of an entry name role and account. A part of the sale that went back to its own account is compared with
what that account got; parts that went to one account together, as revenue and discounts do to sales returns, are
compared together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from returnledger.money import ZERO, decimals_of, places, round_to
from returnledger.roles import Role
from returnledger.rows import Part
from returnledger.settings import Settings

Key = tuple[str, str]  # role and account


@dataclass(frozen=True, slots=True)
class GivenLeg:
    """What one account got: the amount, and the units where it was written with a price."""

    role: str
    account: str
    amount: Decimal
    units: Decimal | None = None

    @property
    def key(self) -> Key:
        """What tells it from others of the same entry and line; what is below a minor unit has no units."""
        return self.role, self.account


@dataclass(frozen=True, slots=True)
class Given:
    """What an entry gave for units taken back: revenue less discounts, tax, and cost of goods, all positive."""

    net: Decimal
    tax: Decimal
    cost: Decimal
    legs: tuple[GivenLeg, ...] = ()  # of net and tax, by account

    def less(self, back: Given, share: Fraction) -> Given:
        """Return what is left after a share of a credit undone, whose amounts are below zero."""

        def part(amount: Decimal) -> Decimal:
            return amount if share == 1 else round_to(Fraction(amount) * share, places(amount))

        legs = {leg.key: leg for leg in self.legs}
        for leg in back.legs:
            own = legs.get(leg.key)
            if own is not None:
                units = None if own.units is None else own.units + part(leg.units or ZERO)
                legs[leg.key] = GivenLeg(own.role, own.account, own.amount + part(leg.amount), units)
        net, tax, cost = (a + part(b) for a, b in ((self.net, back.net), (self.tax, back.tax), (self.cost, back.cost)))
        return Given(net, tax, cost, tuple(legs.values()))


@dataclass(frozen=True, slots=True)
class Behind:
    """By how much what was given falls short of the shares of a part."""

    amount: Decimal = ZERO
    units: Decimal = ZERO


def net_place(part: Part, settings: Settings, revenue: str, *, kept: bool) -> tuple[Role, str]:
    """Return role and account to which a part that is no tax goes back; `revenue` is the account of the line's revenue."""
    if part.role is Role.SALES_DISCOUNTS and settings.discounts == "mirror":
        return part.role, part.account
    if settings.contra:
        role = Role.SALES_ALLOWANCES if kept else Role.SALES_RETURNS
        return role, settings.account_for(role)
    earned = part.role is Role.REVENUE or settings.role_of(part.account) is Role.REVENUE
    return Role.REVENUE, part.account if earned else revenue


def given_legs(credit: Sequence[Part], settings: Settings, revenue: str, *, kept: bool) -> Iterator[GivenLeg]:
    """Yield the legs that give a credit back, as entries name them."""
    for part in credit:
        role, account = part.role, part.account
        if role is not Role.OUTPUT_VAT:
            role, account = net_place(part, settings, revenue, kept=kept)
        yield GivenLeg(role.value, account, part.amount, part.units)


def behind(
    parts: Sequence[Part], shares: Sequence[Sequence[Decimal]], given: Sequence[Given | None], decimals: int
) -> list[Behind]:
    """Return for each part of a line what is missing: `shares` are those of each step by part, `given` what steps gave.

    Of parts that are compared together the first is told what is missing of all.
    """
    amounts, units = [ZERO] * len(parts), [ZERO] * len(parts)
    before = [ZERO] * len(parts)
    for n, step in enumerate(given):
        due = [own[n] for own in shares]
        due_units = [_units(part, was, due[i]) for i, (part, was) in enumerate(zip(parts, before))]
        before = [was + now for was, now in zip(before, due)]
        if step is None:
            continue
        for group, amount, actual in _groups(parts, step):
            first = next((i for i in group if parts[i].role is not Role.SALES_DISCOUNTS), group[0])
            amounts[first] += sum((due[i] for i in group), ZERO) - amount
            if len({parts[i].commodity for i in group}) == 1 and parts[first].units is not None:
                units[first] += sum((due_units[i] for i in group), ZERO) - actual
    return [Behind(round_to(amount, decimals), each) for amount, each in zip(amounts, units)]


def with_units(part: Part, amount: Decimal, units: Decimal | None) -> Iterator[Part]:
    """Yield a part with another amount and units; what has no price of one sign is told apart, in the books' currency.

    Units that stood before for too much or too little go at the rate of the sale.
    """
    if units and (units > 0) is not (amount > 0):
        weight = amount_at(part, units)
        yield part.share(weight, units)
        amount, units = amount - weight, ZERO
    if amount:
        yield part.share(amount, units)


def amount_at(part: Part, units: Decimal) -> Decimal:
    """Return what so many units of a part weigh at its own rate, in the decimals of its amount."""
    rate = Fraction(part.amount) / Fraction(part.units or 1)
    return round_to(rate * Fraction(units), max(decimals_of(part.currency), places(part.amount)))


def _units(part: Part, before: Decimal, amount: Decimal) -> Decimal:
    return units_at(part, before + amount) - units_at(part, before)


def units_at(part: Part, amount: Decimal) -> Decimal:
    """Return what so much of a part is in the currency it was written in; nothing for one without a price."""
    if part.units is None or not part.amount:
        return ZERO
    return round_to(Fraction(part.units) / Fraction(part.amount) * Fraction(amount), part.unit_decimals)


def _groups(parts: Sequence[Part], step: Given) -> Iterator[tuple[list[int], Decimal, Decimal]]:
    """Yield the parts that are compared together, by number, with the amount and the units that a step gave them."""
    for is_tax in (True, False):
        mine = [i for i, part in enumerate(parts) if (part.role is Role.OUTPUT_VAT) is is_tax]
        amounts: dict[Key, Decimal] = defaultdict(Decimal)
        units: dict[Key, Decimal] = defaultdict(Decimal)
        for leg in step.legs:
            if (leg.role == Role.OUTPUT_VAT) is is_tax:
                amounts[leg.key] += leg.amount
                units[leg.key] += leg.units or ZERO
        claimed: dict[Key, list[int]] = defaultdict(list)
        rest = []
        for i in mine:
            key = (parts[i].role.value, parts[i].account)
            if key in amounts or is_tax:
                claimed[key].append(i)
            else:
                rest.append(i)
        for key, group in claimed.items():
            yield group, amounts.pop(key, ZERO), units.pop(key, ZERO)
        if rest or (mine and amounts):
            yield rest or mine[:1], sum(amounts.values(), ZERO), sum(units.values(), ZERO)
