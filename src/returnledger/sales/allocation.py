"""What allocating the amounts of a sale to its lines came to."""

from __future__ import annotations

from dataclasses import dataclass, field

from returnledger.rows import Coupon, Noted, Part
from returnledger.sales.drafts import Draft


@dataclass
class Allocation:
    """What one or several transactions of a sale came to."""

    drafts: list[Draft] = field(default_factory=list)
    shipping: list[Part] = field(default_factory=list)
    rounding: list[Part] = field(default_factory=list)
    problems: list[Noted] = field(default_factory=list)
    inferred: list[Noted] = field(default_factory=list)  # what was concluded from the amounts, not read
    coupons: list[Coupon] = field(default_factory=list)
    unshared: list[Part] = field(default_factory=list)  # money that can't be allocated to any line
