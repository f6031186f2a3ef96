"""What is expected to come back: whose estimate it is, and what of it stands in the books.

An estimate belongs to an order, or to a cohort: what was sold in a month, of one product group or of all. Its owner is
written on every posting that adds to it or uses it; postings that others wrote by hand count where they share the link
of the owner. What a return may use is what stands on its day and is not used up later, so that no balance ever turns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256

from returnledger.findings import Phrase
from returnledger.frozen import quick
from returnledger.money import ZERO
from returnledger.roles import Role
from returnledger.rows import Place, Posted
from returnledger.terms import Kind

LIABILITY, ASSET = Role.REFUND_LIABILITY.value, Role.RETURN_ASSET.value
ACCRUED, WARRANTY = Role.RETURN_COST_ACCRUED.value, Role.WARRANTY_PROVISION.value
ROLES = (LIABILITY, ASSET, ACCRUED, WARRANTY)

REVALUES = "revalues"  # metadata of a posting that changes what money of another currency stands at

_COHORT = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_LINK = re.compile(r"[^A-Za-z0-9\-_/.]")


def is_month(reference: str) -> bool:
    """Return True if a reference can name a cohort: `2026-11`."""
    return _COHORT.fullmatch(reference) is not None


def owner_of(reference: str, group: str | None) -> str:
    """Return the owner that a provision names: `SO-1001`, `2026-11` or `2026-11/kettles`."""
    return f"{reference}/{group}" if group else reference


def month_of_owner(owner: str) -> str | None:
    """Return the month of a cohort, None for an order."""
    month = owner.partition("/")[0]
    return month if is_month(month) else None


def link_of(owner: str) -> str:
    """Return the link of a cohort, by which postings written by hand are its own.

    A link is ASCII; where that leaves a letter of the name out, a few letters of its digest keep it apart.
    """
    link = _LINK.sub("-", owner)
    return link if link == owner else f"{link}-{sha256(owner.encode()).hexdigest()[:6]}"


@quick
@dataclass(frozen=True, slots=True)
class ByHand:
    """One posting of an estimate that is not ours."""

    role: str
    account: str
    amount: Decimal
    currency: str
    date: date
    place: Place
    commodity: str | None = None
    units: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One posting under an owner: debits positive."""

    date: date
    role: str
    account: str
    currency: str
    commodity: str | None
    amount: Decimal
    units: Decimal
    of: str | None = None  # the customer's currency, which a revaluation is about too


@dataclass(frozen=True, slots=True)
class Stands:
    """What stands on one account: positive for what the role is there for; units where it is another currency."""

    account: str
    commodity: str | None
    of: str | None
    amount: Decimal
    units: Decimal


@dataclass(frozen=True)
class Pool:
    """The estimate of one owner: its postings by date, and what its provisions said."""

    owner: str
    rows: tuple[Row, ...] = ()
    provisions: tuple[Posted, ...] = ()  # those that stand, by date and step
    steps: Mapping[str, int] = field(default_factory=dict)  # the last step of each case of provisions
    _sums: dict[object, list[tuple[date, Decimal, Decimal]]] = field(default_factory=dict, compare=False, repr=False)

    def stands(
        self, role: str, currency: str, day: date | None, of: str | None = None, *, lasting: bool = False
    ) -> tuple[Stands, ...]:
        """Return what stands of a role at the end of a day, by account; `lasting` what of it no later day lacks.

        `of` is the customer's currency, where that is another than the books'.
        """
        found = []
        for key in dict.fromkeys((r.account, r.commodity, r.of) for r in self._of(role, currency) if r.of == of):
            amount, units = self._at((role, currency, *key), day, lasting)
            if amount or units:
                found.append(Stands(*key, amount, units))
        return tuple(found)

    def total(self, role: str, currency: str, day: date | None, of: str | None = None) -> Decimal:
        """Return what stands of a role in a currency, positive for what the role is there for."""
        return sum((each.amount for each in self.stands(role, currency, day, of)), ZERO)

    def monies(self, role: str) -> tuple[tuple[str, str | None], ...]:
        """Return the currencies in which a role has postings: of the books, and of the customer where it is another."""
        return tuple(dict.fromkeys((row.currency, row.of) for row in self.rows if row.role == role))

    def _of(self, role: str, currency: str) -> Iterator[Row]:
        return (row for row in self.rows if row.role == role and row.currency == currency)

    def _at(
        self, key: tuple[str, str, str, str | None, str | None], day: date | None, lasting: bool
    ) -> tuple[Decimal, Decimal]:
        role, currency, account, commodity, of = key
        if key not in self._sums:
            sign = 1 if role == ASSET else -1
            sums, amount, units = [], ZERO, ZERO
            for row in self._of(role, currency):
                if (row.account, row.commodity, row.of) == (account, commodity, of):
                    amount, units = amount + sign * row.amount, units + sign * row.units
                    sums.append((row.date, amount, units))
            self._sums[key] = sums
        sums = self._sums[key]
        before = [each for each in sums if day is None or each[0] <= day]
        now = before[-1] if before else (date.min, ZERO, ZERO)
        if not lasting:
            return now[1], now[2]
        ends = _at_end_of_days([now, *(each for each in sums if day is not None and each[0] > day)])
        return min(each[1] for each in ends), min(each[2] for each in ends)

    @property
    def closed(self) -> Posted | None:
        """The provision that released what was left, where the last one did."""
        last = self.provisions[-1] if self.provisions else None
        return last if last is not None and last.told.get("stage") == "closed" else None

    @property
    def is_of_goods(self) -> bool:
        """True if returns use it: units are expected, or goods stand against the money; a rebate is left alone."""
        return any(entry.told.get("expected") for entry in self.provisions) or any(r.role == ASSET for r in self.rows)

    def recovery(self, sku: str, day: date | None) -> Decimal:
        """Return what taking a unit back is estimated to cost, as the last provision up to a day says."""
        for entry in reversed(self.provisions):
            if day is None or entry.date <= day:
                costs = {name: Decimal(cost) for name, cost in _pairs(entry.told.get("recovery", ""))}
                return costs.get(sku, costs.get("", ZERO))
        return ZERO


def _at_end_of_days(sums: Iterable[tuple[date, Decimal, Decimal]]) -> list[tuple[date, Decimal, Decimal]]:
    """Return the last sum of each day: within a day nothing depends on the order."""
    by_day = {day: (day, amount, units) for day, amount, units in sums}
    return list(by_day.values())


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Yield SKU and number of `8.00` or `MUG 8.00; TEE 3.00`."""
    for part in filter(None, text.split("; ")):
        sku, _, number = part.rpartition(" ")
        if number.replace(".", "", 1).isdecimal():
            yield sku, number


def pool_of(owner: str, entries: Iterable[Posted], by_hand: Iterable[ByHand]) -> Pool:
    """Return the estimate of an owner as entries of ours and postings by hand make it."""
    entries = list(entries)
    rows = [
        Row(
            entry.date,
            leg.role,
            leg.account,
            leg.currency,
            leg.commodity,
            leg.amount,
            leg.units or ZERO,
            leg.commodity or (leg.item or {}).get(REVALUES),
        )
        for entry in entries
        for leg in entry.legs
        if leg.owner == owner
    ]
    rows += [
        Row(h.date, h.role, h.account, h.currency, h.commodity, h.amount, h.units or ZERO, h.commodity) for h in by_hand
    ]
    gone = {entry.voids for entry in entries if entry.voids}
    made = [e for e in entries if e.kind == Kind.PROVISION and e.id not in gone and e.told.get("owner") == owner]
    made.sort(key=lambda entry: (entry.date, entry.step))
    rows.sort(key=lambda row: row.date)
    steps: dict[str, int] = {}
    for entry in entries:
        steps[entry.case] = max(entry.step, steps.get(entry.case, 0))
    return Pool(owner, tuple(rows), tuple(made), steps)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A balance that is wanted: positive for what the role is there for; in units of the customer's currency too."""

    role: str
    currency: str
    amount: Decimal
    of: str | None = None
    units: Decimal = ZERO


@dataclass(frozen=True)
class Estimate:
    """What a provision comes to: what it wants of an owner, what stands, and what is in the way."""

    owner: str
    pool: Pool = Pool("")
    order: str = ""  # empty for a cohort
    wanted: tuple[Wanted, ...] = ()
    closes: bool = False
    sold: Decimal = ZERO
    back: Decimal = ZERO
    left: Decimal = ZERO
    expected: tuple[tuple[str, Fraction], ...] = ()  # units by SKU
    recovery: str = ""  # per unit, by SKU
    revenue: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)  # currency -> account -> weight
    cogs: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    decimals: Mapping[str, int] = field(default_factory=dict)
    rates: Mapping[tuple[str, str], tuple[Fraction, Fraction]] = field(default_factory=dict)  # of the sales, of the day
    links: tuple[str, ...] = ()
    obstacles: tuple[tuple[str, Phrase, Phrase], ...] = ()  # field, what stands in the way, what to do
    missing: bool = False  # the event says nothing of what is expected
    too_many: tuple[tuple[str, Decimal, Decimal], ...] = ()  # SKU, expected, still out
    unknown: tuple[str, ...] = ()  # SKUs that were not sold
    skus: tuple[str, ...] = ()
    negative: tuple[tuple[str, str, Decimal, str, Phrase], ...] = ()  # field, role, amount, currency, why
