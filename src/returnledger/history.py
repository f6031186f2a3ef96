"""What has happened to one line of a sale: units that came back, allowances, and what a further part is entitled to.

A part of a line gets its share cumulatively: round(share of everything taken so far) less what the earlier parts got.
The last part is exact, no part is off by more than half a unit, and the order of the parts does not matter. An
allowance lowers what the units still out are worth, and so the shares of later returns, never those already given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from returnledger.books import standing
from returnledger.money import ZERO, cumulative, round_to
from returnledger.rows import Lot, LotUnits, Part, Posted, SaleLine
from returnledger.terms import Goods, Role

LotKey = tuple[str, Lot]  # account and lot


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a line: units taken back, or an allowance by net and tax, never both."""

    units: Decimal = ZERO
    net: Decimal = ZERO
    tax: Decimal = ZERO
    lots: tuple[tuple[LotKey, Decimal], ...] = ()
    with_goods: bool = True


@dataclass(frozen=True, slots=True)
class LineHistory:
    """The steps of one line so far, oldest first, voided events left out."""

    line: SaleLine
    steps: tuple[Step, ...]
    decimals: int = 2  # of the sale: shares are rounded to it

    @property
    def units_taken(self) -> Decimal:
        """Units that came back or were credited and kept."""
        return sum((step.units for step in self.steps), ZERO)

    def lots_left(self) -> list[LotUnits]:
        """Return what is still out per lot, newest lot first (ties: the later posting first)."""
        used: dict[LotKey, Decimal] = defaultdict(lambda: ZERO)
        for step in self.steps:
            for key, units in step.lots:
                used[key] += units
        left = []
        for sold in self.line.lots:
            take = min(sold.units, used[sold.account, sold.lot])
            used[sold.account, sold.lot] -= take
            if sold.units > take:
                left.append(LotUnits(sold.account, sold.commodity, sold.lot, sold.units - take))
        # Steps that name no lot (returns booked by hand) use up the newest lots first, as a return would.
        unnamed = sum((step.units for step in self.steps if not step.lots), ZERO)
        newest = sorted(enumerate(left), key=lambda pair: (pair[1].lot.date, pair[0]), reverse=True)
        return take_units([lot for _, lot in newest], unnamed)[1] if unnamed else [lot for _, lot in newest]

    def entitled(self, part: Part, units: Decimal) -> Decimal:
        """Return what `units` more get of one part, as a positive number for a credit of the sale.

        Raises nothing: units beyond what is out are the business of a check.
        """
        whole, out, taken = Fraction(-part.amount), Fraction(self.line.units), Fraction(0)
        for step in self.steps:
            if step.units:
                gone = whole * Fraction(step.units) / out if out else Fraction(0)
                taken, whole, out = taken + gone, whole - gone, out - Fraction(step.units)
            else:
                whole -= self._allowance_on(part, step)
        gone = whole * Fraction(units) / out if out else Fraction(0)
        return round_to(taken + gone, self.decimals) - round_to(taken, self.decimals)

    def remaining(self, tax: bool) -> Decimal:
        """Return the net (or tax) of the line not yet credited by share or allowance, positive."""
        parts = [part for part in self.line.parts if (part.role is Role.OUTPUT_VAT) is tax]
        return sum((self.entitled(part, self.line.units - self.units_taken) for part in parts), ZERO)

    @property
    def worth(self) -> Decimal:
        """What of the line was neither credited by share nor allowed, tax included, positive."""
        return self.remaining(tax=False) + self.remaining(tax=True)

    def cost_back(self, lots: Iterable[LotUnits], part: Part) -> Decimal:
        """Return the cost of goods to give back with `lots`, positive: the cumulative share of the lots' cost weight."""
        whole = _weight(self.line.lots)
        if whole == 0:
            return ZERO
        prices = {(lot.account, lot.lot): Fraction(lot.lot.number) for lot in self.line.lots}
        before = sum(
            (
                prices.get(key, Fraction(0)) * Fraction(n)
                for step in self.steps
                if step.with_goods
                for key, n in step.lots
            ),
            Fraction(0),
        )
        after = before + _weight(lots)
        return cumulative(Fraction(part.amount), before / whole, after / whole, self.decimals)

    def _allowance_on(self, part: Part, step: Step) -> Fraction:
        """Return how much an allowance takes off one part: its net off the revenue, its tax off the taxes by share."""
        alike = [p for p in self.line.parts if (p.role is Role.OUTPUT_VAT) is (part.role is Role.OUTPUT_VAT)]
        alike = [p for p in alike if p.role is not Role.SALES_DISCOUNTS] or alike
        if part not in alike:
            return Fraction(0)
        amount = step.tax if part.role is Role.OUTPUT_VAT else step.net
        whole = sum((Fraction(p.amount) for p in alike), Fraction(0))
        return Fraction(amount) * Fraction(part.amount) / whole if whole else Fraction(0)


def _weight(lots: Iterable[LotUnits]) -> Fraction:
    return sum((Fraction(lot.units) * Fraction(lot.lot.number) for lot in lots), Fraction(0))


def take_units(lots: list[LotUnits], units: Decimal) -> tuple[tuple[LotUnits, ...], list[LotUnits]]:
    """Take `units` from the front of `lots`; return what was taken and what is left."""
    taken, left = [], []
    for lot in lots:
        n = min(lot.units, units)
        units -= n
        if n:
            taken.append(LotUnits(lot.account, lot.commodity, lot.lot, n))
        if lot.units > n:
            left.append(LotUnits(lot.account, lot.commodity, lot.lot, lot.units - n))
    return tuple(taken), left


def history_of(line: SaleLine, by_hand: Decimal, entries: Iterable[Posted], decimals: int) -> LineHistory:
    """Fold the posted entries of an order into the history of one of its lines.

    `by_hand` is how many units came back by entries that are not ours; they count as the first step.
    """
    steps = [Step(units=by_hand)] if by_hand else []
    for entry in standing(entries):
        steps += _steps(line, entry)
    return LineHistory(line, tuple(steps), decimals)


def _steps(line: SaleLine, entry: Posted) -> Iterable[Step]:
    own = [leg for leg in entry.legs if leg.line == line.line]
    if entry.kind == "allowance":
        net = sum((leg.amount for leg in own if leg.role in ALLOWANCE_ROLES), ZERO)
        tax = sum((leg.amount for leg in own if leg.role == Role.OUTPUT_VAT), ZERO)
        if net or tax:
            yield Step(net=net, tax=tax)
        return
    units, with_goods = ZERO, True
    lots: dict[LotKey, Decimal] = defaultdict(lambda: ZERO)
    for leg in own:
        if leg.item:
            units += Decimal(leg.item.get("qty") or 0)
            with_goods = leg.item.get("goods") != Goods.KEPT
            for key, n in lots_of_text(leg.item.get("lots", ""), line.lots).items():
                lots[key] += n
        if leg.lot and leg.units and leg.role in STOCK_ROLES:
            sold = _sold_as(line, leg.lot, leg.account)
            if sold:
                lots[sold] += leg.units
    if units:
        yield Step(units=units, lots=tuple(lots.items()), with_goods=with_goods)


def _sold_as(line: SaleLine, lot: Lot, account: str) -> LotKey | None:
    """Return the account and lot a returned unit was sold from: the same lot, whatever account it came back to."""
    same = [sold for sold in line.lots if sold.lot == lot or (sold.lot.date, sold.lot.label) == (lot.date, lot.label)]
    same = [sold for sold in same if sold.lot == lot] or same
    found = next((sold for sold in same if sold.account == account), same[0] if same else None)
    return (found.account, found.lot) if found else None


def lots_text(lots: Iterable[LotUnits]) -> str:
    """Return lots as one line of metadata, for items whose stock posting does not show them: `2 {60 CNY, 2026-01-03}`."""
    return "; ".join(f"{lot.units:f} {{{str(lot.lot).replace(chr(34), '')}}}" for lot in lots)


def lots_of_text(text: str, sold: Iterable[LotUnits]) -> Mapping[LotKey, Decimal]:
    """Read `lots_text` back, as lots of the sale; what names no lot of the sale is left out."""
    found: dict[LotKey, Decimal] = defaultdict(lambda: ZERO)
    by_text = {f"{{{str(lot.lot).replace(chr(34), '')}}}": (lot.account, lot.lot) for lot in sold}
    while text:
        units, _, text = text.partition(" ")
        # A label may hold what stands between lots, so a lot is known by its own text and not by where it ends.
        named = max((lot for lot in by_text if text.startswith(lot)), key=len, default=None)
        if named is None:
            text = text.partition("; ")[2]
        else:
            found[by_text[named]] += Decimal(units)
            text = text[len(named) :].removeprefix("; ")
    return found


STOCK_ROLES = frozenset(
    role.value
    for role in (
        Role.INVENTORY,
        Role.INVENTORY_RETURNED,
        Role.INVENTORY_HOLD,
        Role.INVENTORY_OPEN_BOX,
        Role.INVENTORY_DEFECTIVE,
    )
)
ALLOWANCE_ROLES = frozenset({Role.SALES_ALLOWANCES.value, Role.REVENUE.value})
