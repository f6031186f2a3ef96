"""What returns take of estimates: money of a refund liability, goods of a right of return asset, cost of a warranty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from returnledger.estimates import ASSET, LIABILITY, WARRANTY, Pool
from returnledger.money import ZERO, round_to


@dataclass(frozen=True, slots=True)
class Use:
    """What a return takes of an estimate: positive, on one account; units where it is another currency."""

    role: str
    owner: str
    account: str
    amount: Decimal
    currency: str
    commodity: str | None = None
    units: Decimal | None = None
    of: str | None = None  # the customer's currency, where a revaluation of it goes


@dataclass(frozen=True, slots=True)
class Draw:
    """What of a return was estimated: its money, and its cost."""

    uses: tuple[Use, ...] = ()
    share: Decimal = ZERO  # of the sale's revenue that the liability stands for, at the sale's rate

    def of(self, *roles: str) -> Decimal:
        """Return what it takes of these roles, in the currency of the books."""
        return sum((use.amount for use in self.uses if use.role in roles), ZERO)


Taken = dict[tuple[str, str, str, str | None, str | None], tuple[Decimal, Decimal]]


def money_of(pool: Pool, wanted: Decimal, currency: str, day: date | None, taken: Taken) -> Iterator[Use]:
    """Yield what a return of `wanted`, in the books' currency, takes of a refund liability in it."""
    yield from _waterfall(pool, LIABILITY, wanted, currency, day, taken)


def goods_of(pool: Pool, wanted: Decimal, currency: str, day: date | None, taken: Taken) -> Iterator[Use]:
    """Yield what goods of a cost of `wanted` take of the right of return asset."""
    yield from _waterfall(pool, ASSET, wanted, currency, day, taken)


def warranty_of(pool: Pool, wanted: Decimal, currency: str, day: date | None, taken: Taken) -> Iterator[Use]:
    """Yield what a replacement that costs `wanted` takes of a provision for warranty."""
    yield from _waterfall(pool, WARRANTY, wanted, currency, day, taken)


def _waterfall(pool: Pool, role: str, wanted: Decimal, currency: str, day: date | None, taken: Taken) -> Iterator[Use]:
    for stand in pool.stands(role, currency, day, lasting=True):
        key = (pool.owner, role, stand.account, None, None)
        gone = taken.get(key, (ZERO, ZERO))
        part = min(wanted, stand.amount - gone[0])
        if part > 0:
            taken[key] = (gone[0] + part, ZERO)
            wanted -= part
            yield Use(role, pool.owner, stand.account, part, currency)


def foreign_money_of(
    pool: Pool, units: Decimal, money: tuple[str, str], day: date | None, taken: Taken, decimals: int
) -> Iterator[Use]:
    """Yield what a return of `units` in the customer's currency takes: at what they stand at, revaluations included."""
    currency, commodity = money
    left = []
    for stand in pool.stands(LIABILITY, currency, day, commodity, lasting=True):
        gone = taken.get((pool.owner, LIABILITY, stand.account, stand.commodity, stand.of), (ZERO, ZERO))
        left.append(replace(stand, amount=stand.amount - gone[0], units=stand.units - gone[1]))
    whole = sum((each.units for each in left), ZERO)
    part = min(units, whole)
    if part <= 0:
        return
    rest = part
    for each in left:
        own = min(rest, each.units) if each.commodity else None
        rest -= own or ZERO
        moved = (
            _share(each.amount, part, whole, decimals)
            if own is None
            else _share(each.amount, own, each.units, decimals)
        )
        key = (pool.owner, LIABILITY, each.account, each.commodity, each.of)
        gone = taken.get(key, (ZERO, ZERO))
        taken[key] = (gone[0] + moved, gone[1] + (own or ZERO))
        if moved or own:
            yield Use(LIABILITY, pool.owner, each.account, moved, currency, each.commodity, own, each.of)


def _share(whole: Decimal, part: Decimal, of: Decimal, decimals: int) -> Decimal:
    return whole if part == of or not of else round_to(Fraction(whole) * Fraction(part) / Fraction(of), decimals)
