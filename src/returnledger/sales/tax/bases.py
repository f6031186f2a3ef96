"""What a tax may have been charged on, and the ways in which taxes and lines fit together.

A base is the lines of one SKU, or delivery. A charge is one tax posting, or several of one account and rate. Both are
few in a sale, so the ways are tried out one by one; beyond a few thousand tries nothing counts as found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from returnledger.money import ZERO, quantum
from returnledger.sales.drafts import Draft
from returnledger.sales.postings import Posting
from returnledger.sales.tax import rates

# A net amount rounded to the cent and the tax on it may together be off by half a cent and a rate of it.
_SLACK = Decimal("0.65")
_TRIES = 5000


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """The lines of one SKU, or delivery where there are no lines: net of discounts, positive, and the rate if said."""

    drafts: tuple[Draft, ...]
    net: Decimal
    rate: Decimal | None = None
    gross: bool = False  # taxed before discount

    def weight(self, draft: Draft) -> Decimal:
        """Return what a line counts in the base."""
        return draft.amount if self.gross else draft.net


@dataclass(frozen=True, slots=True, eq=False)
class Charge:
    """Tax of one account, positive, with the rate if it is said."""

    postings: tuple[Posting, ...]
    amount: Decimal
    rate: Decimal | None = None

    @classmethod
    def of(cls, postings: Sequence[Posting], rate: Decimal | None = None) -> Charge:
        """Return the charge that postings make together."""
        return cls(tuple(postings), -sum([posting.units.number for posting in postings], ZERO), rate)

    @property
    def signs(self) -> int:
        """1 where all postings charge, or all take off; else 2."""
        return len({posting.units.number > 0 for posting in self.postings if posting.units.number}) or 1

    def shown(self, net: Decimal, slack: Decimal, usual: rates.Usual, fine: bool = False) -> Decimal | None:
        """Return the rate of the charge on `net`: the said one if it fits, else a usual one that does; else None."""
        if self.rate is not None:
            return self.rate if rates.fits(self.amount, net, self.rate, slack) else None
        return usual.shown(self.amount, net, slack, fine)


Split = list[tuple[Charge, list[Base]]]


def before_discount(goods: Sequence[Base]) -> list[Base]:
    """Return the bases of goods at their prices before discount."""
    return [replace(base, net=sum([draft.amount for draft in base.drafts], ZERO), gross=True) for base in goods]


def slack_of(bases: Sequence[Base], decimals: int, lenient: bool = False) -> Decimal:
    """Return how far a tax may be off because lines were rounded on their own; lenient: each unit."""
    lines = sum(max(1, len(base.drafts)) for base in bases)
    units = sum([draft.units for base in bases for draft in base.drafts], ZERO) if lenient else ZERO
    return quantum(decimals) * (_SLACK * max(1, lines) + units / 2)


def partition(
    charges: Sequence[Charge], bases: Sequence[Base], decimals: int, usual: rates.Usual, exempt: bool = False
) -> list[Split]:
    """Return the ways in which each charge fell on bases of its own, at most two of them, the roundest rates only.

    Goods are left untaxed only where `exempt` allows it; delivery may be.
    """
    found: list[tuple[int, Split]] = []
    for owners in _dealings(charges, bases, decimals, exempt):
        split = [(charge, [base for base, n in zip(bases, owners) if n == i]) for i, charge in enumerate(charges)]
        odd = _odd(split, decimals, usual)
        if odd is not None:
            found.append((odd, split))
    return _roundest(found)


def common_subset(charges: Sequence[Charge], bases: Sequence[Base], decimals: int, usual: rates.Usual) -> list[Split]:
    """Return the ways in which all charges fell on some of the goods and the others were exempt, at most two of them."""
    taxable = [base for base in bases if base.rate != 0]
    if 2 ** len(taxable) > _TRIES:
        return []
    goods = [base for base in taxable if base.drafts]
    found: list[tuple[int, Split]] = []
    for bits in range(1, 2 ** len(taxable)):
        on = [base for i, base in enumerate(taxable) if bits >> i & 1]
        if all(base in on for base in goods) or not any(base in on for base in goods):
            continue
        split = [(charge, on) for charge in charges]
        odd = _odd(split, decimals, usual)
        if odd is not None:
            found.append((odd, split))
    return _roundest(found)


def _odd(split: Split, decimals: int, usual: rates.Usual) -> int | None:
    """Return how many charges of a split are at a rate that is no whole per cent, None where one is at no usual rate."""
    odd = 0
    for charge, on in split:
        if not on:
            return None
        rate = charge.shown(sum([base.net for base in on], ZERO), slack_of(on, decimals), usual)
        if rate is None or any(base.rate is not None and base.rate != rate for base in on if base.drafts):
            return None
        odd += charge.rate is None and not usual.fine and bool(rate * 100 % 1)
    return odd


def _roundest(found: list[tuple[int, Split]]) -> list[Split]:
    """Return the splits of the fewest odd rates; of those that differ in delivery alone, the one that taxes it."""
    least = min((odd for odd, _ in found), default=0)
    kept: dict[tuple[frozenset[int], ...], Split] = {}
    for odd, split in found:
        if odd == least:
            key = tuple(frozenset(id(base) for base in on if base.drafts) for _, on in split)
            taxed = sum(1 for _, on in split for base in on if not base.drafts)
            before = kept.get(key)
            if before is None or taxed > sum(1 for _, on in before for base in on if not base.drafts):
                kept[key] = split
    return list(kept.values())[:2]


def _dealings(
    charges: Sequence[Charge], bases: Sequence[Base], decimals: int, exempt: bool
) -> Iterator[tuple[int, ...]]:
    """Yield for each way to deal bases to charges the charge of each base, -1 for none; nothing after too many tries."""
    slack = slack_of(bases, decimals)
    rest = [sum([base.net for base in bases[i:]], ZERO) for i in range(len(bases) + 1)]
    tries = 0
    stack: list[tuple[tuple[int, ...], tuple[Decimal, ...]]] = [((), (ZERO,) * len(charges))]
    made = []
    while stack:
        owners, sums = stack.pop()
        tries += 1
        if tries > _TRIES:
            return
        at = len(owners)
        if any(
            charge.rate and not (-slack <= charge.amount - have * charge.rate <= rest[at] * charge.rate + slack)
            for charge, have in zip(charges, sums)
        ):
            continue
        if at == len(bases):
            made.append(owners)
            continue
        base = bases[at]
        if exempt or not base.drafts or base.rate == 0:
            stack.append(((*owners, -1), sums))
        if base.rate != 0:
            for i in range(len(charges)):
                stack.append(((*owners, i), (*sums[:i], sums[i] + base.net, *sums[i + 1 :])))
    yield from made
