"""What is left of an advance after our own entries, and what a part of it takes from each account.

A part takes from each account what the receipt put there in proportion, cumulatively: the parts of an advance add up to
it to the cent, and the last one takes all that is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from returnledger.advances import MAIN, MOVED_TO, ROLES, Advance, Name, Prepaid
from returnledger.advances.rows import Part
from returnledger.books import standing
from returnledger.money import ZERO, decimals_of, places, round_to
from returnledger.roles import Role
from returnledger.rows import Money, Place, Posted, PostedLeg
from returnledger.terms import Kind

_NUMBER = re.compile(r"-?[0-9]{1,60}(\.[0-9]{1,60})?")


@dataclass(frozen=True, slots=True)
class AdvanceLeft:
    """An advance on a day, our own entries included: amounts in the books' currency, and in the customer's."""

    advance: Advance
    parts: tuple[Part, ...] = ()  # as received by the day and not used by sales, below zero
    taken: Mapping[tuple[Role, str, str | None], Decimal] = field(
        default_factory=dict
    )  # by our own entries, above zero
    retained: Decimal = ZERO  # of what these took: kept, in the books' currency, tax included
    units_taken: Decimal = ZERO  # in the customer's currency, where that is another
    came_in: Decimal = ZERO

    @property
    def whole(self) -> Decimal:
        """What there was before our own entries, positive."""
        return -sum((part.amount for part in self.parts), ZERO)

    @property
    def left(self) -> Decimal:
        """What is left in the books' currency, tax included, never below nil."""
        return max(ZERO, self.whole - sum(self.taken.values(), ZERO))

    @property
    def currency(self) -> str:
        """The currency of the customer's money."""
        return self.advance.foreign[0] if self.advance.foreign else self.advance.currency

    @property
    def decimals(self) -> int:
        """The decimals of the customer's money."""
        if self.advance.foreign is None:
            return self.advance.decimals
        return max(decimals_of(self.currency), places(self.advance.foreign[1]))

    @property
    def money_left(self) -> Decimal:
        """What is left in the customer's currency."""
        return max(ZERO, self.money_whole - self.units_taken) if self.advance.foreign else self.left

    @property
    def money_whole(self) -> Decimal:
        """What there was in the customer's currency before our own entries: of what is left by sales its share."""
        if self.advance.foreign is None:
            return self.whole
        came = self.advance.came_in()
        return round_to(Fraction(self.advance.foreign[1]) * Fraction(self.whole) / Fraction(came), self.decimals)

    @property
    def money_in(self) -> Decimal:
        """What the customer paid, in the customer's currency."""
        return self.advance.foreign[1] if self.advance.foreign else self.came_in

    def in_books(self, money: Decimal) -> Decimal:
        """Return what so much more of the customer's money weighs in the books as it was booked."""
        if self.advance.foreign is None:
            return money
        if money == self.money_left:
            return self.left
        before, after = Fraction(self.units_taken), Fraction(self.units_taken + money)
        whole, units = Fraction(self.whole), Fraction(self.money_whole)
        decimals = self.advance.decimals
        return round_to(whole * after / units, decimals) - round_to(whole * before / units, decimals)

    def to_money(self, amount: Decimal) -> Decimal:
        """Return an amount of the books in the customer's currency, at the rate at which it came in."""
        if self.advance.foreign is None or not self.whole:
            return amount
        return round_to(Fraction(amount) * Fraction(self.money_whole) / Fraction(self.whole), self.decimals)

    def weigh(self, money: Decimal) -> Decimal:
        """Return what so much of the customer's money weighs in the books at the rate at which it came in."""
        if self.advance.foreign is None or not self.money_in:
            return money
        came_in = Fraction(self.advance.came_in())
        return round_to(Fraction(money) * came_in / Fraction(self.money_in), self.advance.decimals)

    @property
    def receipt_rate(self) -> Fraction | None:
        """The tax rate of the receipts as a share of the net amount; None where they show no tax."""
        tax = -sum((part.amount for part in self.parts if part.role not in MAIN), ZERO)
        net = -sum((part.amount for part in self.parts if part.role in MAIN), ZERO)
        return Fraction(tax) / Fraction(net) if tax and net else None

    def take(self, amount: Decimal) -> tuple[Part, ...]:
        """Return what `amount` more, in the books' currency, takes from each account: debits that add up to it."""
        gone = [self.taken.get(part.key, ZERO) for part in self.parts]
        room = [max(ZERO, -part.amount - own) for part, own in zip(self.parts, gone, strict=True)]
        amount = min(amount, sum(room, ZERO))
        if amount <= 0:
            return ()
        target = sum(gone, ZERO) + amount
        due, before, decimals = [], ZERO, self.advance.decimals
        whole = Fraction(self.whole)
        for part in self.parts:
            after = before - part.amount
            upto = [round_to(Fraction(target) * Fraction(edge) / whole, decimals) for edge in (before, after)]
            due.append(upto[1] - upto[0])
            before = after
        parts = [min(max(ZERO, wanted - own), most) for wanted, own, most in zip(due, gone, room, strict=True)]
        parts = _add_up(parts, room, amount)
        return tuple(
            replace(part, amount=own, units=self._units(part, own))
            for part, own in zip(self.parts, parts, strict=True)
            if own
        )

    def _units(self, part: Part, amount: Decimal) -> Decimal | None:
        """Return what an amount of a part is in the currency it was written in, cumulatively."""
        if part.units is None:
            return None
        gone = self.taken.get(part.key, ZERO)
        decimals = max(decimals_of(str(part.commodity)), places(part.units))
        edges = (Fraction(gone), Fraction(gone + amount))
        before, after = (round_to(Fraction(part.units) * edge / Fraction(part.amount), decimals) for edge in edges)
        return after - before

    def after(self, parts: Iterable[Part], money: Decimal, retained: Decimal) -> AdvanceLeft:
        """Return what is left once these parts are taken as well."""
        taken = dict(self.taken)
        for part in parts:
            taken[part.key] = taken.get(part.key, ZERO) + part.amount
        return replace(self, taken=taken, units_taken=self.units_taken + money, retained=self.retained + retained)


def _add_up(parts: list[Decimal], room: Sequence[Decimal], amount: Decimal) -> list[Decimal]:
    """Return the parts with what they lack to the amount, or have too much, dealt where there is room."""
    parts = list(parts)
    missing = amount - sum(parts, ZERO)
    for i, most in enumerate(room):
        more = min(missing, most - parts[i]) if missing > 0 else max(missing, -parts[i])
        parts[i] += more
        missing -= more
    return parts


def advance_left(advance: Advance, own: Iterable[Posted], day: date | None = None) -> AdvanceLeft:
    """Return what is left of an advance on a day; `own` are our entries on it.

    What sales and our own entries take counts whenever it is dated.
    """
    taken: dict[tuple[Role, str, str | None], Decimal] = {}
    units = retained = ZERO
    roles = ROLES - MAIN | advance.main_roles
    for entry in standing(own):
        for role, leg in (each for each in _legs(entry) if each[0] in roles):
            key = role, leg.tax_account or leg.account, leg.commodity
            taken[key] = taken.get(key, ZERO) + leg.amount
        units += _said(entry, "money")
        retained += _said(entry, "retained")
    return AdvanceLeft(advance, advance.parts(day), taken, retained, units, advance.came_in(day))


def moved_in(entries: Iterable[Posted], name: str) -> Iterator[Prepaid]:
    """Yield what our entries that stand moved from other advances to the order `name`, as receipts of it."""
    for entry in standing(entries):
        money = tuple(
            Money(leg.account, leg.amount, leg.currency, entry.date, _place(entry), role, leg.units, leg.commodity)
            for leg in entry.legs
            if leg.item and leg.item.get(MOVED_TO) == name and (role := _role(leg)) is not None
        )
        if money:
            names = (Name("order", (name,)), *([Name("customer", (entry.customer,))] if entry.customer else []))
            yield Prepaid(entry.date, _place(entry), names, money, customer=entry.customer or None)


def _place(entry: Posted) -> Place:
    return (entry.place.file, entry.place.line) if entry.place else ("", 0)


def _said(entry: Posted, key: str) -> Decimal:
    """Return the number that the legs of an entry say under a key."""
    texts = [leg.item[key] for leg in entry.legs if leg.item and key in leg.item]
    return sum((Decimal(text) for text in texts if _NUMBER.fullmatch(text)), ZERO)


def _role(leg: PostedLeg) -> Role | None:
    """Return the role of a leg, if it is one of an advance."""
    return next((role for role in ROLES if role.value == leg.means), None)


def _legs(entry: Posted) -> Iterator[tuple[Role, PostedLeg]]:
    """Yield what an entry took of an advance: debits."""
    for leg in entry.legs:
        role = _role(leg)
        if role is None or leg.amount <= 0:
            continue
        if role is Role.OUTPUT_VAT and entry.kind != Kind.ADVANCE_REFUND:
            continue  # the tax of a return
        yield role, leg
