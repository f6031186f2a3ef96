"""How many decisions the standard policy makes in a second on one core: every effect of one item, each with its row.

The items differ in category, reason, condition, amount, days and history; they are made before the clock starts.
"""

from __future__ import annotations

import sys
import time
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle, islice, product
from pathlib import Path

from returnledger.configfile import read_policy
from returnledger.policy.judging import Dates, Given, judge

POLICY = Path(__file__).resolve().parent.parent / "policies" / "standard.yaml"
GOAL = 20_000
SOLD = date(2026, 1, 5)


def items() -> list[Given]:
    """Return a thousand and more items of a shop's year."""
    kinds = product(
        ("toys", "apparel", "custom_made", "digital", None),
        ("changed_mind", "defective", "damaged_in_transit", "late_delivery", "size_too_large", None),
        (None, "new", "opened", "defective"),
        (Decimal("19.90"), Decimal("199.00"), Decimal("1999.00")),
        (1, 8, 31, 120),
    )
    return [
        Given(
            {
                "kind": "return",
                "sku": f"SKU-{number:05d}",
                "category": category,
                "supplier": "acme",
                "customer": f"customer {number}",
                "channel": "online",
                "reason": reason,
                "condition": condition,
                "qty": Decimal(1),
                "line_amount": amount,
                "customer_returns_90d": Decimal(number % 8),
                "evidence": frozenset({"photo"}),
                "order_tags": frozenset(),
            },
            Dates(
                sold=SOLD + timedelta(days=number % 300),
                shipped=SOLD + timedelta(days=number % 300 + 1),
                delivered=SOLD + timedelta(days=number % 300 + 3) if number % 5 else None,
                requested=SOLD + timedelta(days=number % 300 + 3 + later),
                received=SOLD + timedelta(days=number % 300 + 6 + later),
            ),
        )
        for number, (category, reason, condition, amount, later) in enumerate(kinds)
    ]


def per_second(number: int = 60_000) -> float:
    """Return how many of `number` decisions are made in a second of the processor's time."""
    policy, _, _ = read_policy(POLICY)
    assert policy is not None
    given = list(islice(cycle(items()), number))
    start = time.process_time()
    for item in given:
        judge(policy, item)
    return number / (time.process_time() - start)


if __name__ == "__main__":
    print(f"{per_second():,.0f} decisions a second")
    sys.exit()
