"""Takes a coupon back where the goods kept no longer reach its threshold, and gives back of it what comes back later.

A coupon was given for goods worth at least its threshold: prices with tax, before the coupon. Once the goods kept are
worth less, its share on them is taken back from the refund; a later return of these goods gives their part of it back, so
that after the last return nothing of it is left. A threshold missed by no more than a minor unit a line counts as reached:
so much may be lost by rounding.

    goods of 200, 100 and 100, coupon 80 from 300 on, paid 320: the return of the 200 gives 160 less 40, then 100 and 100
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from returnledger.credits import COUPON
from returnledger.money import ZERO, round_to
from returnledger.roles import Role
from returnledger.rows import Coupon, Part, PostedLeg, Sale, SaleLine

_THRESHOLD = re.compile(r"([0-9]{1,20}(?:\.[0-9]{1,10})?)(?: ([A-Z][A-Z0-9'._-]*))?")


@dataclass(frozen=True, slots=True)
class CouponFacts:
    """What of an order is out, and what of its coupons was taken back so far."""

    out: Mapping[str, Decimal] = field(default_factory=dict)  # line -> units not yet given back
    taken: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)  # role and account -> taken back


@dataclass(frozen=True, slots=True)
class CouponBack:
    """What one event takes back of the coupons of an order (credits) or gives back of them (debits), and why."""

    parts: tuple[Part, ...] = ()
    kept: Decimal = ZERO  # what the goods kept are worth, with tax and before coupons
    threshold: Decimal = ZERO  # the highest that they do not reach, else the highest there is

    @property
    def amount(self) -> Decimal:
        """What the customer gets less by it; more where it is below zero."""
        return -sum((part.amount for part in self.parts), ZERO)


def threshold_of(coupon: Coupon, currency: str) -> Decimal | None:
    """Return the threshold of a coupon in the currency of the sale, None where its text does not say it."""
    found = _THRESHOLD.fullmatch(coupon[1].strip())
    return Decimal(found[1]) if found and found[2] in (None, currency) else None


def taken_back(legs: Iterable[PostedLeg]) -> dict[tuple[str, str], Decimal]:
    """Return what entries have taken back of coupons, by role and account: tax by its account, the rest together."""
    found: dict[tuple[str, str], Decimal] = {}
    for leg in legs:
        kind = (leg.item or {}).get(COUPON)
        if kind:
            key = (Role.OUTPUT_VAT.value, leg.taxed_on) if kind == "tax" else (Role.SALES_DISCOUNTS.value, "")
            found[key] = found.get(key, ZERO) - leg.amount
    return found


def coupon_back(sale: Sale, facts: CouponFacts, now: Mapping[str, Decimal], most: Decimal) -> CouponBack:
    """Return what a return of the units `now`, by line, takes or gives back of the coupons of its order.

    What the customer gets is lowered by `most` at the most; what is not taken then, a later return takes.
    """
    kept = {line.line: facts.out.get(line.line, line.units) - now.get(line.line, ZERO) for line in sale.lines}
    known = [(coupon, limit) for coupon in sale.coupons if (limit := threshold_of(coupon, sale.currency)) is not None]
    worth = _worth(sale, [coupon for coupon, _ in known], kept)
    slack = Decimal(sum(1 for units in kept.values() if units > 0)).scaleb(-sale.decimals)
    broken = [(coupon, limit) for coupon, limit in known if 0 < worth < limit - slack]
    due: dict[tuple[str, str], Fraction] = {}
    for coupon, _ in broken:
        for line in sale.lines:
            share = _share(line, coupon) * Fraction(kept[line.line]) / Fraction(line.units)
            net = Role.SALES_DISCOUNTS.value, ""
            due[net] = due.get(net, Fraction(0)) + share
            for account, rate in _rates(line, sale):
                key = Role.OUTPUT_VAT.value, account
                due[key] = due.get(key, Fraction(0)) + share * rate
    change = {
        key: round_to(due.get(key, Fraction(0)), sale.decimals) - facts.taken.get(key, ZERO)
        for key in dict.fromkeys((*due, *facts.taken))
    }
    account = next((part.account for line in sale.lines for part in line.parts if _is_of(part, sale.coupons)), "")
    amounts = _at_most(change, most, sale.decimals)
    parts = tuple(
        Part(Role.OUTPUT_VAT if name else Role.SALES_DISCOUNTS, name or account, -amount, sale.currency)
        for (_, name), amount in amounts.items()
        if amount
    )
    limits = [limit for _, limit in broken] or [limit for _, limit in known]
    return CouponBack(parts, worth, max(limits, default=ZERO))


def _at_most(change: Mapping[tuple[str, str], Decimal], most: Decimal, decimals: int) -> dict[tuple[str, str], Decimal]:
    """Return the amounts to take, all together no more than `most`: else each in proportion, the first takes the rest."""
    whole = sum(change.values(), ZERO)
    if whole <= most:
        return dict(change)
    shares = {key: round_to(Fraction(n) * Fraction(most) / Fraction(whole), decimals) for key, n in change.items()}
    first = next(iter(shares))
    shares[first] += most - sum(shares.values(), ZERO)
    return shares


def _is_of(part: Part, coupons: Iterable[Coupon]) -> bool:
    return part.role is Role.SALES_DISCOUNTS and any(part.place == coupon[0] for coupon in coupons)


def _share(line: SaleLine, coupon: Coupon) -> Fraction:
    """Return the share of a coupon that a line has, without tax."""
    return sum((Fraction(part.amount) for part in line.parts if _is_of(part, (coupon,))), Fraction(0))


def _rates(line: SaleLine, sale: Sale) -> list[tuple[str, Fraction]]:
    """Return by account how much tax a unit of money of the line bears; none where tax was charged before discounts."""
    if not line.net or any(code == "tax-before-discount" for code, _ in sale.inferred):
        return []
    return [
        (part.account, Fraction(-part.amount) / Fraction(line.net))
        for part in line.parts
        if part.role is Role.OUTPUT_VAT
    ]


def _worth(sale: Sale, coupons: Iterable[Coupon], kept: Mapping[str, Decimal]) -> Decimal:
    """Return what the goods kept are worth with tax, before coupons."""
    found, coupons = Fraction(0), tuple(coupons)
    for line in sale.lines:
        tax = 1 + sum((rate for _, rate in _rates(line, sale)), Fraction(0))
        shares = sum((_share(line, coupon) for coupon in coupons), Fraction(0))
        found += (Fraction(line.net + line.tax) + shares * tax) * Fraction(kept[line.line]) / Fraction(line.units)
    return round_to(found, sale.decimals)
