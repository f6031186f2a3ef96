"""What has happened to one line of a sale: units that came back, allowances, and what a further part is entitled to.

A part of a line gets its share cumulatively: round(share of everything taken so far) less what the earlier parts got.
The last part is exact, no part is off by more than half a unit, and the order of the parts does not matter. An
allowance lowers what the units still out are worth, and so the shares of later returns, never those already given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from returnledger.given import Behind, Given, behind, units_at
from returnledger.lots import LotKey, kits_of, lot_key, share_of, take_units, weight_of, whole_kits, without
from returnledger.money import FINER, ZERO, cumulative, decimals_of, places, round_to
from returnledger.roles import Role
from returnledger.rows import LotUnits, Part, SaleLine


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a line: units taken back, or an allowance by net and tax, never both."""

    units: Decimal = ZERO
    net: Decimal = ZERO
    tax: Decimal = ZERO
    lots: tuple[tuple[LotKey, Decimal], ...] = ()
    with_goods: bool = True
    unshipped: Decimal = ZERO  # of the units, those that had never been delivered
    given: Given | None = None  # what units taken back were given; None where the share settled them, whatever was paid
    part: bool = False  # components of a kit that came back without the rest of it: `lots`, and no units of the line


@dataclass(frozen=True, slots=True)
class LineHistory:
    """The steps of one line so far, oldest first, voided events left out."""

    line: SaleLine
    steps: tuple[Step, ...]
    decimals: int = 2  # of the sale: shares are rounded to it
    first: Step = Step()  # units that go before others: of the case whose history this is, with the other half posted
    waiting: tuple[Step, ...] = ()  # units that came in and wait for the credit of their case: not taken, and not out

    @property
    def units_taken(self) -> Decimal:
        """Units that came back or were credited and kept."""
        return sum((step.units for step in self.steps), ZERO)

    def left(self, day: date | None = None, *, never_shipped: bool = False) -> Decimal:
        """Return how many units can still come back: of those delivered by the end of `day`, or of those never delivered.

        Where the books show no goods, or all of them as gone, units never delivered are those that were sold.
        """
        waiting = sum((step.units for step in self.waiting), ZERO)
        rest = self.line.units - self.units_taken - waiting
        if not self.line.lots:
            return rest
        if self.line.is_kit:
            return min(rest, whole_kits(self.line, self.lots_left(day)))
        unshipped = sum((step.unshipped for step in self.steps), ZERO)
        booked = self.line.units_out(None)
        if never_shipped and booked < self.line.units:
            return min(rest, self.line.units - booked - unshipped)
        return min(rest, self.line.units_out(day) - self.units_taken - waiting + unshipped)

    @property
    def is_by_cost(self) -> bool:
        """True where shares go by the cost of the lots: some components of a kit came back without the rest of it."""
        return any(step.part for step in self.steps)

    def unbilled(self, units: Decimal) -> Decimal:
        """Return how many of `units` more were delivered and never invoiced: these come back first."""
        return min(units, max(ZERO, self.line.units - self.line.units_billed - self.units_taken))

    def afloat_back(self, units: Decimal) -> tuple[LotUnits, ...]:
        """Return which goods shipped, at cost, `units` more are: the newest first of those not invoiced."""
        if not self.line.afloat:
            return ()
        newest = sorted(self.line.afloat, key=lambda lot: lot.lot.date, reverse=True)
        before = min(self.units_taken, self.line.units - self.line.units_billed)
        return take_units(take_units(newest, before)[1], self.unbilled(units))[0]

    def lots_left(self, day: date | None = None) -> list[LotUnits]:
        """Return what is still out per lot, newest lot first (ties: the later posting first).

        With `day` only what had been delivered by the end of that day.
        """
        used: dict[LotKey, Decimal] = defaultdict(lambda: ZERO)
        for step in (*self.steps, *self.waiting):
            for key, units in step.lots:
                used[key] += units
        left = []
        for sold in self.line.lots:
            take = min(sold.units, used[lot_key(sold)])
            used[lot_key(sold)] -= take
            if sold.units > take and (day is None or sold.shipped is None or sold.shipped <= day):
                left.append(replace(sold, units=sold.units - take))
        # Steps that name no lot (returns booked by hand) use up the newest lots first, as a return would.
        unnamed = sum((step.units - step.unshipped for step in (*self.steps, *self.waiting) if not step.lots), ZERO)
        newest = sorted(enumerate(left), key=lambda pair: (pair[1].lot.date, pair[0]), reverse=True)
        out = [lot for _, lot in newest]
        if unnamed and self.line.is_kit:
            out = without(out, kits_of(self.line, out, unnamed, ZERO))
        elif unnamed:
            out = take_units(out, unnamed)[1]
        before = self.of_first(out)
        return [*before, *without(out, before)] if before else out

    def of_first(self, lots: Iterable[LotUnits]) -> list[LotUnits]:
        """Return which of `lots` are those that go before others."""
        wanted = dict(self.first.lots)
        found = []
        for lot in lots:
            units = min(lot.units, wanted.get(lot_key(lot), ZERO))
            if units:
                wanted[lot_key(lot)] -= units
                found.append(replace(lot, units=units))
        return found

    def after(self, step: Step) -> LineHistory:
        """Return the history after one more step, whose units those that go before others are among first of all."""
        used = dict(step.lots)
        lots = tuple((key, max(ZERO, units - used.get(key, ZERO))) for key, units in self.first.lots)
        first = replace(self.first, units=max(ZERO, self.first.units - step.units), lots=lots)
        return replace(self, steps=(*self.steps, step), first=first)

    def entitled(self, part: Part, units: Decimal, lots: Iterable[LotUnits] = (), *, by_cost: bool = False) -> Decimal:
        """Return what `units` more get of one part, as a positive number for a credit of the sale.

        Where shares go by cost, `lots` are those of the units.
        What earlier units got too little or too much, because an entry between them was voided or came with an earlier
        date, goes with the units still out. Raises nothing: units beyond what is out are the business of a check.
        """
        _, taken, whole, out = self._walk(part)
        units -= self.unbilled(units)
        if by_cost or self.is_by_cost:
            units, gone = Decimal(1), share_of(self.line, list(lots), self.lots_left())
            gone, out = whole * gone, 1 / gone if gone else Fraction(0)
        else:
            gone = whole * Fraction(units) / out if out else whole
        share = round_to(taken + gone, self.decimals) - round_to(taken, self.decimals)
        missing = self._behind(part).amount
        if not missing or units == out:
            return share + missing
        return share + (round_to(Fraction(missing) * Fraction(units) / out, self.decimals) if out else ZERO)

    def units_of(self, part: Part, amount: Decimal) -> Decimal | None:
        """Return what `amount` more of a part is in the currency it was written in, None for one without a price."""
        if part.units is None:
            return None
        due, missing = round_to(self._walk(part)[1], self.decimals), self._behind(part)
        return units_at(part, due - missing.amount + amount) - units_at(part, due) + missing.units

    def _walk(self, part: Part) -> tuple[list[Decimal], Fraction, Fraction, Fraction]:
        """Return each step's share of a part, their sum unrounded, and what is left: of the part, and of the units."""
        whole, out, taken = Fraction(-part.amount), Fraction(self.line.units_billed), Fraction(0)
        given, unbilled = [], Fraction(self.line.units) - out
        left: list[LotUnits] | None = None  # once components came back alone, shares go by the cost of what is left
        for n, step in enumerate(self.steps):
            before = taken
            if left is None and step.part:
                left = LineHistory(self.line, self.steps[:n]).lots_left()
            if left is not None and (step.part or step.units):
                went = [LotUnits(*key, units) for key, units in step.lots]
                gone = whole * share_of(self.line, went, left)
                gone = max(gone, self._allowance_on(part, step)) if step.part and step.given is None else gone
                taken, whole, left = taken + gone, whole - gone, without(left, went)
            elif step.units:
                units = Fraction(step.units) - min(unbilled, Fraction(step.units))
                unbilled -= Fraction(step.units) - units
                gone = whole * units / out if out else Fraction(0)
                taken, whole, out = taken + gone, whole - gone, out - units
            else:
                whole -= self._allowance_on(part, step)
            given.append(round_to(taken, self.decimals) - round_to(before, self.decimals))
        return given, taken, whole, out

    def _behind(self, part: Part) -> Behind:
        """Return by how much what the steps were given falls short of the shares of a part."""
        given = [step.given for step in self.steps]
        if not any(given):
            return Behind()
        parts = self.line.parts
        found = behind(parts, [self._walk(own)[0] for own in parts], given, self.decimals)
        return next((each for own, each in zip(parts, found) if _is_same(own, part)), Behind())

    def remaining(self, tax: bool) -> Decimal:
        """Return the net (or tax) of the line not yet credited by share or allowance, positive."""
        parts = [part for part in self.line.parts if (part.role is Role.OUTPUT_VAT) is tax]
        left = self.lots_left() if self.is_by_cost else ()
        return sum((self.entitled(part, self.line.units - self.units_taken, left) for part in parts), ZERO)

    @property
    def worth(self) -> Decimal:
        """What of the line was neither credited by share nor allowed, tax included, positive."""
        return self.remaining(tax=False) + self.remaining(tax=True)

    def _cost_decimals(self, part: Part) -> int:
        """Return the decimals of a cost: the sale's, or its own where it was booked finer or in another currency.

        A cost that has no end, worked out by the ledger from lots of a total cost, goes back in the decimals of money.
        """
        own = max((places(each.amount) for each in self.line.cogs), default=0)
        if all(part.currency == each.currency for each in self.line.parts):
            return own if self.decimals < own <= self.decimals + FINER else self.decimals
        return max(decimals_of(part.currency), own)

    def cost_back(self, lots: Iterable[LotUnits], part: Part, units: Decimal = ZERO) -> Decimal:
        """Return the cost of goods to give back with `lots`, positive: the cumulative share of the lots' cost weight.

        Of goods kept by value, or whose lots are not known, it is the share of `units`.
        """
        by_units = bool(self.line.value_accounts) or self.line.lot_is_new
        whole = Fraction(self.line.units) if by_units else weight_of(self.line.lots)
        if whole == 0:
            return ZERO
        waiting, sold = (Fraction(0), Fraction(1)) if by_units else self._waiting()

        def at(part: Part, gone: Fraction) -> Fraction:
            """Return which share of a part goes back with so much of the goods: goods not yet sold come back first."""
            share = gone / whole
            if not waiting:
                return share
            if part.role is Role.GOODS_SHIPPED:
                return min(share / waiting, Fraction(1))
            return max(share - waiting, Fraction(0)) / sold if sold else Fraction(0)

        first = next((own for own in self.line.cogs if own.role is Role.INVENTORY), None)
        if first is not None and _is_same(part, first):  # stock kept by value takes what the cost gives, to the cent
            return -sum([self.cost_back(lots, own, units) for own in self.line.cogs if not _is_same(own, part)], ZERO)
        booked = [own for own in self.line.cogs if own.role is not Role.INVENTORY]
        before, behind, decimals = Fraction(0), ZERO, self._cost_decimals(part)
        for step in self.steps:
            if step.with_goods:
                went = Fraction(step.units) if by_units else _weight(step)
                if step.given is not None:
                    due = [
                        cumulative(Fraction(p.amount), at(p, before), at(p, before + went), decimals) for p in booked
                    ]
                    behind += sum(due, ZERO) - step.given.cost
                before += went
        after = before + (Fraction(units) if by_units else weight_of(lots))
        share = cumulative(Fraction(part.amount), at(part, before), at(part, after), decimals)
        return share + behind if after == whole and _is_same(part, booked[0]) else share

    def _waiting(self) -> tuple[Fraction, Fraction]:
        """Return which share of the cost is not yet sold, among goods shipped at cost or by value, and which is."""
        value = sum((Fraction(p.amount) for p in self.line.cogs if p.role is Role.GOODS_SHIPPED), Fraction(0))
        value += weight_of(self.line.afloat)
        if not value:
            return Fraction(0), Fraction(1)
        every = value + sum(
            (Fraction(p.amount) for p in self.line.cogs if p.role is not Role.GOODS_SHIPPED), Fraction(0)
        )
        return value / every, 1 - value / every

    def _allowance_on(self, part: Part, step: Step) -> Fraction:
        """Return how much an allowance takes off one part: its net off the revenue, its tax off the taxes by share."""
        alike = [p for p in self.line.parts if (p.role is Role.OUTPUT_VAT) is (part.role is Role.OUTPUT_VAT)]
        alike = [p for p in alike if p.role is not Role.SALES_DISCOUNTS] or alike
        if part not in alike:
            return Fraction(0)
        amount = step.tax if part.role is Role.OUTPUT_VAT else step.net
        whole = sum((Fraction(p.amount) for p in alike), Fraction(0))
        return Fraction(amount) * Fraction(part.amount) / whole if whole else Fraction(0)


def _weight(step: Step) -> Fraction:
    """Return what the lots of a step cost."""
    return sum((Fraction(lot.number) * Fraction(units) for (*_, lot), units in step.lots), Fraction(0))


def _is_same(part: Part, other: Part) -> bool:
    """Return True for one and the same part: postings of two departments may agree in account and amount."""
    return part == other and part.place == other.place
