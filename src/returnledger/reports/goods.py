"""What became of the goods of a case, unit by unit: what was done with them last, what they cost and what was lost.

A return in one step says it of its items; an inspection says it of units received, and a later step of units that were
inspected before, those first that were inspected first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from returnledger.money import ZERO, places, round_to
from returnledger.roles import Role
from returnledger.rows import Posted, PostedLeg
from returnledger.steps import STOCK_ROLES
from returnledger.terms import Goods, Kind

# Metadata by which an item counts its units, in the order in which they say more of what was done with them.
_UNITS = ("disposed", "inspected", "received", "absent", "exchanged", "qty")
_CREDITS = frozenset(("return", "receive", "credit_note", "exchange"))
LOSSES = frozenset(
    (
        "inventory_write_down",
        "scrap_loss",
        "admin_expense",
        "non_operating_loss",
        "donation_expense",
        "supplier_return_loss",
        "refurbishment_expense",
        "pending_asset_loss",
    )
)
_COST = frozenset((Role.COGS.value, "return_asset", Role.COST_ROUNDING.value))
Label = tuple[str, str]  # disposition and condition


@dataclass(slots=True)
class Fate:
    """Units of one SKU with one disposition: how many, what they cost, what was lost on them and what they brought."""

    units: Decimal = ZERO
    cost: Decimal = ZERO
    lost: Decimal = ZERO
    proceeds: Decimal = ZERO

    def add(self, other: Fate) -> None:
        """Add what became of other units."""
        self.units, self.cost = self.units + other.units, self.cost + other.cost
        self.lost, self.proceeds = self.lost + other.lost, self.proceeds + other.proceeds


@dataclass(slots=True)
class _Line:
    """One line of a case while its entries are read."""

    sku: str = ""
    currency: str = ""
    cost: Decimal = ZERO
    labels: list[tuple[str, str, Decimal]] = field(default_factory=list)  # disposition, condition, units
    lost: dict[str, Decimal] = field(default_factory=dict)
    proceeds: dict[str, Decimal] = field(default_factory=dict)
    out: dict[str, Fate] = field(default_factory=dict)  # units that left the shop, by what was done with them
    last: str = ""  # what was done last with any of them

    def label(
        self,
        disposition: str,
        condition: str,
        units: Decimal,
        *,
        new: bool,
        left_as: Iterable[Label] = (),
        out: bool = False,
    ) -> None:
        """Say of units what is done with them: of new ones, else of those that were something else before.

        `left_as` is what the units were by the posting that took them from their place: those come first, even where
        they stay what they are. Those that go `out` are never something else again. What was lost on units goes with
        them to what they become.
        """
        said = frozenset(left_as)
        kept: list[tuple[str, str, Decimal]] = []
        left, whole, along = ZERO if new else units, self.units(), ZERO
        before = sorted(
            self.labels, key=lambda each: (each[:2] not in said, each[0] != "", condition not in ("", each[1]))
        )
        for was, seen, n in before:
            taken = min(left, n) if was != disposition or (was, seen) in said else ZERO
            if taken:
                left -= taken
                self.lose(was, -(lost := _share(self.lost.get(was, ZERO), taken, whole[was])))
                along += lost
                whole[was] -= taken
            kept += [(was, seen, n - taken)] if n > taken else []
        moved, self.last = units if new else units - left, disposition
        if out:
            self.out.setdefault(disposition, Fate()).add(Fate(moved, lost=along))
            self.labels = kept
        else:
            self.lose(disposition, along)
            self.labels = [*kept, (disposition, condition, moved)]

    def units(self) -> dict[str, Decimal]:
        """Return the units that did not leave by what is done with them."""
        found: dict[str, Decimal] = {}
        for disposition, _, n in self.labels:
            found[disposition] = found.get(disposition, ZERO) + n
        return found

    def add(self, leg: PostedLeg, kind: str, at: str, *, out: bool = False) -> None:
        """Add what one posting says was lost on goods that are dealt with so, or was brought by them."""
        # What a revaluation takes off cost of goods was lost when it was written down.
        if leg.role in LOSSES or (leg.role == Role.COGS and kind not in _CREDITS and kind != Kind.REVALUE):
            self.lose(at, leg.amount, out=out)
        elif leg.role == "other_revenue":
            self.proceeds[at] = self.proceeds.get(at, ZERO) - leg.amount

    def lose(self, at: str, amount: Decimal, *, out: bool = False) -> None:
        """Add what was lost on goods that are dealt with so, or on those of them that go `out`."""
        if at in self.out and (out or at not in self.units()):
            self.out[at].lost += amount
        else:
            self.lost[at] = self.lost.get(at, ZERO) + amount


def fates(entries: Sequence[Posted]) -> dict[tuple[str, str, str], Fate]:
    """Return what became of the goods of a case by disposition, SKU and currency, from its entries that stand."""
    lines: dict[str, _Line] = {}
    for entry in entries:
        by_line: dict[str, list[PostedLeg]] = {}
        for leg in entry.legs:
            if leg.line is not None:
                by_line.setdefault(leg.line, []).append(leg)
        for name, legs in by_line.items():
            _read(lines.setdefault(name, _Line()), entry.kind, legs)
        _read_whole(entry, [lines[name] for name in by_line] or list(lines.values()))
    found: dict[tuple[str, str, str], Fate] = {}
    for line in lines.values():
        for disposition, fate in _shared(line):
            found.setdefault((disposition, line.sku, line.currency), Fate()).add(fate)
    return found


def _read(line: _Line, kind: str, legs: Sequence[PostedLeg]) -> None:
    """Add what one entry says of one line."""
    items = [leg.item for leg in legs if leg.item and "sku" in leg.item]
    said = next((item.get("disposition", "") for item in items), None)
    at = said if said is not None else line.last
    stock = [leg for leg in legs if leg.role in STOCK_ROLES]
    gone = [leg.item for leg in stock if leg.item and leg.amount < 0]
    left_as = [(item.get("disposition", ""), item.get("condition", "")) for item in gone]
    out = bool(stock) and all(leg.amount < 0 for leg in stock)
    new = kind in ("return", "receive") or (kind == "exchange" and not out and bool(stock))
    for leg in legs:
        item = leg.item if leg.item and "sku" in leg.item else None
        if item:
            at = item.get("disposition", "") or at
            _count(line, kind, item, left_as, new=new, out=out)
        line.currency = line.currency or leg.currency
        line.add(leg, kind, at, out=out)
        if leg.role == Role.INVENTORY_WRITE_DOWN:
            _to_conditions(line, items, legs, at)
            legs = [each for each in legs if each.role != Role.WRITE_DOWN_ALLOWANCE]
        if kind == "return" and leg.means in _COST and leg.lot is None:
            line.cost -= leg.amount
        elif kind in ("receive", "exchange") and leg.role in STOCK_ROLES and leg.amount > 0:
            line.cost += leg.amount


def _to_conditions(line: _Line, items: Iterable[Mapping[str, str]], legs: Iterable[PostedLeg], at: str) -> None:
    """Give what was written down to the goods that it is of: of several items the allowance says the condition."""
    placed = {item.get("condition", ""): item.get("disposition", "") for item in items}
    for leg in legs:
        condition = (leg.item or {}).get("condition", "") if leg.role == Role.WRITE_DOWN_ALLOWANCE else ""
        if condition in placed and placed[condition] != at:
            line.lose(at, leg.amount)
            line.lose(placed[condition], -leg.amount)


def _read_whole(entry: Posted, lines: Sequence[_Line]) -> None:
    """Add what an entry says of no line: what goods brought together, what somebody paid of a loss; for its first line."""
    at = lines[0].last if lines else ""
    for leg in entry.legs:
        if leg.line is None and lines and entry.kind not in _CREDITS:
            lines[0].add(leg, entry.kind, at)


def _count(line: _Line, kind: str, item: Mapping[str, str], left_as: Iterable[Label], *, new: bool, out: bool) -> None:
    """Label the units of an item; what the customer keeps and what was never shipped is no returned unit."""
    line.sku = line.sku or item.get("sku", "")
    if item.get("goods", Goods.RETURNED.value) != Goods.RETURNED or kind in ("allowance", "credit_note"):
        return
    units = next((Decimal(item[key]) for key in _UNITS if item.get(key)), ZERO)
    if units > 0:
        line.label(item.get("disposition", ""), item.get("condition", ""), units, new=new, left_as=left_as, out=out)


def _shared(line: _Line) -> Iterable[tuple[str, Fate]]:
    """Yield the units of a line by disposition, its cost shared by units; the last one gets what is left."""
    known = {name: Fate(units) for name, units in line.units().items()}
    for name, fate in line.out.items():
        known.setdefault(name, Fate()).add(fate)
    every, left = sum((fate.units for fate in known.values()), ZERO), line.cost
    names = [*known, *(name for name in (*line.lost, *line.proceeds) if name not in known)]
    for at, name in enumerate(dict.fromkeys(names), 1):
        fate = known.get(name, Fate())
        cost = left if at == len(known) else _share(line.cost, fate.units, every)
        left -= cost
        fate.add(Fate(cost=cost, lost=line.lost.get(name, ZERO), proceeds=line.proceeds.get(name, ZERO)))
        yield name, fate


def _share(cost: Decimal, units: Decimal, every: Decimal) -> Decimal:
    return round_to(Fraction(cost) * Fraction(units) / Fraction(every), places(cost)) if units else ZERO
