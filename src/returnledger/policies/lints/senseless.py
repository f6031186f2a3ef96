"""Numbers that a fact can never be, mostly per cent written for a share of 1, and prices above the price."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from returnledger.configfields import MOST_DAYS, Portion
from returnledger.findings import Finding, Severity
from returnledger.policies.lints.looking import Look, comparisons
from returnledger.policy.fact_names import FACTS, FactType
from returnledger.policy.reading import choice_of

_WITHOUT_END = Decimal("Infinity")
# What a fact can be, least and most: more days than a century are slips, a rate is a share of 1.
_BOUNDS: dict[str, tuple[Decimal, Decimal]] = {
    "qty": (Decimal(0), _WITHOUT_END),
    "line_amount": (Decimal(0), _WITHOUT_END),
    "amount": (Decimal(0), _WITHOUT_END),
    "order_amount": (Decimal(0), _WITHOUT_END),
    "discount_percent": (Decimal(0), Decimal(100)),
    "days_since_sale": (Decimal(-MOST_DAYS), Decimal(MOST_DAYS)),
    "days_since_delivered": (Decimal(-MOST_DAYS), Decimal(MOST_DAYS)),
    "days_late": (Decimal(0), Decimal(MOST_DAYS)),
    "customer_returns_90d": (Decimal(0), _WITHOUT_END),
    "customer_rate_365d": (Decimal(0), Decimal(1)),
}


def senseless_numbers(look: Look) -> Iterator[Finding]:
    """Yield a finding for each number of a condition that its fact can never be, and for goods sold above their price."""
    for fact, text, path in comparisons(look.policy):
        if fact in _BOUNDS and FACTS.get(fact) is FactType.NUMBER:
            least, most = _BOUNDS[fact]
            choice = choice_of(fact, text)
            ends = [end for end in (choice.low, choice.high) if isinstance(end, Decimal)] if choice else []
            if any(not least <= end <= most for end in ends):
                values = {"fact": fact, "text": text, "least": least, "most": most}
                code = "number-senseless" if most.is_finite() else "number-below-nil"
                yield Finding(code, look.policy.place(*path), values, Severity.WARNING)
    for condition, row in look.policy.says.dispositions.items():
        for key, portion in (("sells_at", row.sells_at), ("selling_cost", row.selling_cost)):
            if isinstance(portion, Portion) and portion.percent and portion.number > 100:
                place = look.policy.place("dispositions", condition.value, key)
                values = {"key": key, "text": str(portion), "condition": condition.value}
                yield Finding("portion-above-whole", place, values, Severity.WARNING)
