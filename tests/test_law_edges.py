"""The last day of each law pack at its edges, worked out by hand from the calendar, and not from the code.

Each line gives the days of a sale and the last day that the statute gives for it; the day after is late. The holidays are
those that were published: of China with its working weekends, of Germany and France around Easter and Christmas, of Japan's
Golden Week (which moves nothing there), of Korea's Seollal and Chuseok, the federal ones of the United States.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import pytest

from returnledger.configfile import read_policy
from returnledger.policy import Policy
from returnledger.policy.judging import Dates, Given, judge
from returnledger.terms import Verdict

POLICIES = Path(__file__).parent.parent / "policies"


@lru_cache
def pack(name: str, holidays: str | None = None) -> Policy:
    ready, findings, _ = read_policy(POLICIES / f"{name}.yaml", f"{name}.yaml", holidays=holidays)
    assert ready is not None and not findings
    return ready


def days(text: str) -> dict[str, date]:
    """Return the days of `delivered 2026-03-03 sold 2026-03-01`."""
    words = text.split()
    return dict(zip(words[::2], map(date.fromisoformat, words[1::2]), strict=True))


# Last days: pack (and whose holidays count), the facts, then lines of the days of the sale -> the last day.
EDGES: tuple[tuple[str, dict[str, object], str], ...] = (
    (
        "cn-7day-no-reason",
        {"channel": "online"},
        """
        delivered 2024-02-22 -> 2024-02-29
        delivered 2024-02-03 -> 2024-02-18
        delivered 2024-12-25 -> 2025-01-02
        delivered 2025-01-19 -> 2025-01-26
        delivered 2025-01-21 -> 2025-02-05
        delivered 2025-01-28 -> 2025-02-05
        delivered 2025-02-01 -> 2025-02-08
        delivered 2025-03-28 -> 2025-04-07
        delivered 2025-04-20 -> 2025-04-27
        delivered 2025-04-24 -> 2025-05-06
        delivered 2025-05-24 -> 2025-06-03
        delivered 2025-09-21 -> 2025-09-28
        delivered 2025-09-24 -> 2025-10-09
        delivered 2025-10-04 -> 2025-10-11
        delivered 2025-10-05 -> 2025-10-13
        delivered 2025-12-25 -> 2026-01-04
        delivered 2025-12-28 -> 2026-01-04
        delivered 2026-03-28 -> 2026-04-07
        delivered 2026-04-24 -> 2026-05-06
        delivered 2026-05-02 -> 2026-05-09
        delivered 2026-05-03 -> 2026-05-11
        delivered 2026-06-12 -> 2026-06-22
        delivered 2026-09-18 -> 2026-09-28
        delivered 2026-10-03 -> 2026-10-10
        """,
    ),
    (
        "cn-quality",
        {"reason": "defective"},
        """
        delivered 2024-02-25 -> 2024-03-03
        delivered 2026-02-25 -> 2026-03-04
        delivered 2025-12-28 -> 2026-01-04
        delivered 2025-09-24 -> 2025-10-01
        delivered 2026-02-10 -> 2026-02-17
        sold 2026-03-01 shipped 2026-03-02 delivered 2026-03-05 -> 2026-03-12
        """,
    ),
    (
        "cn-quality",
        {"reason": "quality", "category": "listed_goods"},
        """
        delivered 2026-03-05 invoiced 2026-03-10 -> 2026-03-17
        delivered 2026-03-10 invoiced 2026-03-05 -> 2026-03-17
        """,
    ),
    (
        "cn-quality",
        {"reason": "defective", "category": "mobile_phone", "kind": "exchange"},
        """
        delivered 2024-02-18 invoiced 2024-02-20 -> 2024-03-06
        delivered 2025-12-20 invoiced 2025-12-20 -> 2026-01-04
        """,
    ),
    (
        "cn-quality",
        {"reason": "defective", "category": "car", "evidence": frozenset(["safety_fault"])},
        """
        delivered 2025-12-21 invoiced 2025-12-20 -> 2026-02-18
        delivered 2024-01-01 invoiced 2024-01-01 -> 2024-03-01
        """,
    ),
    (
        "cn-prepaid",
        {"category": "prepaid", "order_tags": frozenset()},
        """
        paid 2025-05-01 -> 2025-05-08
        paid 2025-09-24 -> 2025-10-01
        paid 2025-12-27 -> 2026-01-03
        paid 2026-02-10 -> 2026-02-17
        paid 2026-02-22 -> 2026-03-01
        paid 2028-02-22 -> 2028-02-29
        sold 2026-03-01 paid 2026-03-04 delivered 2026-03-09 -> 2026-03-11
        """,
    ),
    (
        "eu-withdrawal DE",
        {"channel": "online", "country": "DE"},
        """
        delivered 2025-04-04 -> 2025-04-22
        delivered 2026-03-20 -> 2026-04-07
        delivered 2026-04-30 -> 2026-05-15
        """,
    ),
    (
        "eu-withdrawal FR",
        {"channel": "online", "country": "FR"},
        """
        delivered 2024-02-15 -> 2024-02-29
        delivered 2026-03-20 -> 2026-04-03
        delivered 2026-03-23 -> 2026-04-07
        delivered 2026-06-30 -> 2026-07-15
        delivered 2025-12-11 -> 2025-12-26
        delivered 2025-12-18 -> 2026-01-02
        """,
    ),
    (
        "eu-withdrawal FR",
        {"channel": "online", "country": "FR", "order_tags": frozenset(["not-informed"])},
        """
        delivered 2024-02-15 -> 2025-02-28
        delivered 2027-02-15 -> 2028-03-01
        delivered 2026-03-03 -> 2027-03-17
        """,
    ),
    (
        "eu-withdrawal FR",
        {"channel": "online", "country": "FR", "category": "service"},
        """
        contract 2026-02-03 delivered 2026-03-03 -> 2026-02-17
        contract 2026-03-09 -> 2026-03-23
        """,
    ),
    (
        "de-withdrawal",
        {"channel": "online", "country": "DE"},
        """
        delivered 2023-12-11 -> 2023-12-27
        delivered 2024-02-15 -> 2024-02-29
        delivered 2025-04-04 -> 2025-04-22
        delivered 2025-12-11 -> 2025-12-29
        delivered 2025-12-18 -> 2026-01-02
        delivered 2026-03-20 -> 2026-04-07
        delivered 2026-04-17 -> 2026-05-04
        delivered 2026-04-30 -> 2026-05-15
        delivered 2026-05-11 -> 2026-05-26
        delivered 2026-09-19 -> 2026-10-05
        """,
    ),
    (
        "uk-consumer",
        {"channel": "online"},
        """
        delivered 2024-02-15 -> 2024-02-29
        delivered 2025-02-15 -> 2025-03-01
        delivered 2025-12-11 -> 2025-12-25
        delivered 2025-12-18 -> 2026-01-01
        delivered 2026-03-20 -> 2026-04-03
        delivered 2026-03-23 -> 2026-04-06
        """,
    ),
    (
        "uk-consumer",
        {"reason": "defective"},
        """
        delivered 2024-01-31 -> 2024-03-01
        delivered 2026-01-31 -> 2026-03-02
        delivered 2025-12-05 -> 2026-01-04
        delivered 2026-03-06 -> 2026-04-05
        """,
    ),
    ("us-store", {"country": "US-CA"}, "sold 2024-01-31 -> 2024-03-01\nsold 2026-01-31 -> 2026-03-02"),
    ("us-store", {"country": "US-NY"}, "sold 2025-12-15 -> 2026-01-14\nsold 2026-06-04 -> 2026-07-04"),
    ("us-store", {"country": "US-NJ"}, "sold 2025-12-20 -> 2026-01-09\nsold 2024-02-10 -> 2024-03-01"),
    ("us-store", {"country": "US-VA"}, "sold 2026-02-10 -> 2026-03-02"),
    ("us-store", {"country": "US-FL"}, "sold 2025-12-27 -> 2026-01-03\nsold 2024-02-22 -> 2024-02-29"),
    ("us-store", {"country": "US-CT"}, "sold 2026-06-27 -> 2026-07-04"),
    ("us-store", {"country": "US-HI"}, "sold 2023-12-31 -> 2024-02-29\nsold 2025-12-31 -> 2026-03-01"),
    (
        "us-store",
        {"country": "US-RI"},
        """
        sold 2025-11-20 -> 2025-12-05
        sold 2026-01-09 -> 2026-01-26
        sold 2026-06-29 -> 2026-07-14
        sold 2026-06-27 -> 2026-07-13
        sold 2026-10-09 -> 2026-10-26
        """,
    ),
    (
        "us-ftc-cooling-off",
        {"channel": "door_to_door", "order_amount": 25},
        """
        sold 2025-10-10 -> 2025-10-15
        sold 2025-12-24 -> 2025-12-29
        sold 2025-12-31 -> 2026-01-05
        sold 2026-01-16 -> 2026-01-21
        sold 2026-02-13 -> 2026-02-18
        sold 2026-06-18 -> 2026-06-23
        sold 2026-07-02 -> 2026-07-08
        sold 2026-11-10 -> 2026-11-14
        sold 2026-11-25 -> 2026-11-30
        sold 2024-02-28 -> 2024-03-02
        """,
    ),
    (
        "jp-mail-order",
        {"channel": "online"},
        """
        delivered 2024-02-22 -> 2024-02-29
        delivered 2023-02-22 -> 2023-03-01
        delivered 2025-12-25 -> 2026-01-01
        delivered 2026-04-26 -> 2026-05-03
        delivered 2026-04-28 -> 2026-05-05
        delivered 2026-09-15 -> 2026-09-22
        """,
    ),
    ("jp-mail-order", {"channel": "door_to_door"}, "contract 2026-03-02 delivered 2026-03-20 -> 2026-03-09"),
    (
        "kr-ecommerce",
        {"channel": "online"},
        """
        contract 2026-02-01 delivered 2026-02-10 -> 2026-02-17
        contract 2026-02-12 delivered 2026-02-10 -> 2026-02-19
        delivered 2025-12-27 -> 2026-01-03
        delivered 2024-02-22 -> 2024-02-29
        delivered 2025-09-28 -> 2025-10-05
        """,
    ),
    (
        "kr-ecommerce",
        {"channel": "online", "reason": "not_as_described"},
        "delivered 2025-11-30 -> 2026-02-28\ndelivered 2023-11-30 -> 2024-02-29\ndelivered 2025-12-31 -> 2026-03-31",
    ),
    (
        "tw-consumer",
        {"channel": "online"},
        """
        delivered 2024-02-22 -> 2024-02-29
        delivered 2025-12-27 -> 2026-01-03
        delivered 2026-02-12 -> 2026-02-19
        delivered 2026-03-27 -> 2026-04-03
        """,
    ),
    (
        "tw-consumer",
        {"channel": "online", "order_tags": frozenset(["not-informed"])},
        "delivered 2025-10-31 -> 2026-02-28\ndelivered 2023-10-31 -> 2024-02-29\ndelivered 2026-03-03 -> 2026-07-03",
    ),
    (
        "b2b",
        {},
        "sold 2026-01-31 invoiced 2026-01-31 -> 2026-03-02\nsold 2024-01-20 invoiced 2024-01-31 -> 2024-03-01",
    ),
    ("b2b", {"reason": "defective"}, "invoiced 2026-01-05 delivered 2025-09-04 -> 2026-03-03"),
    ("marketplace", {"reason": "damaged_in_transit"}, "sold 2026-02-10 delivered 2026-02-14 -> 2026-03-01"),
    (
        "marketplace",
        {"reason": "changed_mind"},
        """
        sold 2026-10-19 delivered 2026-10-22 -> 2026-10-29
        sold 2026-10-20 delivered 2026-10-22 -> 2026-12-15
        sold 2026-11-11 delivered 2026-12-14 -> 2026-12-21
        sold 2026-11-12 shipped 2026-11-14 -> 2026-11-26
        """,
    ),
)


@pytest.mark.parametrize(("name", "facts", "lines"), EDGES)
def test_the_last_day_is_the_one_worked_out_by_hand(name: str, facts: dict[str, object], lines: str) -> None:
    from decimal import Decimal

    law = pack(*name.split())
    known = {key: Decimal(value) if isinstance(value, int) else value for key, value in facts.items()}
    wrong = []
    for line in filter(None, map(str.strip, lines.splitlines())):
        said, _, last = line.partition(" -> ")
        day = date.fromisoformat(last)
        for asked, late in ((day, 0), (day + timedelta(days=1), 1)):
            found = judge(law, Given(known, Dates(**days(said), requested=asked)))  # type: ignore[arg-type]
            window = found.window
            assert window is not None
            told = (window.last_day, window.days_late, found.value("verdict") is Verdict.DENY)
            if told != (day, late, bool(late)):
                wrong.append((line, str(asked), *map(str, told)))
    assert wrong == []


# Until when money is back: pack, facts, days of the return -> the day.
DUE = (
    ("cn-7day-no-reason", {"channel": "online"}, "received 2026-02-12 -> 2026-02-19"),
    ("cn-7day-no-reason", {"channel": "online"}, "received 2025-12-28 -> 2026-01-04"),
    ("eu-withdrawal", {"channel": "online"}, "requested 2026-02-20 received 2026-02-27 -> 2026-03-06"),
    ("eu-withdrawal", {"channel": "online"}, "requested 2026-02-20 received 2026-03-09 -> 2026-03-09"),
    (
        "eu-withdrawal",
        {"channel": "online"},
        "requested 2026-02-20 received 2026-03-09 proof_sent 2026-03-07 -> 2026-03-07",
    ),
    ("uk-consumer", {"channel": "online"}, "received 2026-03-09 proof_sent 2026-03-05 -> 2026-03-19"),
    ("uk-consumer", {"reason": "defective"}, "approved 2025-12-24 received 2025-12-29 -> 2026-01-07"),
    ("us-ftc-cooling-off", {"channel": "door_to_door", "order_amount": 25}, "requested 2025-12-24 -> 2026-01-07"),
    ("us-ftc-cooling-off", {"channel": "door_to_door", "order_amount": 25}, "requested 2026-06-27 -> 2026-07-11"),
    ("in-ecommerce", {"channel": "online", "reason": "late_delivery"}, "requested 2026-01-30 -> 2026-03-01"),
    ("kr-ecommerce", {"channel": "online"}, "received 2026-02-13 -> 2026-02-23"),
    ("kr-ecommerce", {"channel": "online"}, "received 2025-10-02 -> 2025-10-14"),
    ("kr-ecommerce", {"channel": "online"}, "received 2026-09-22 -> 2026-09-29"),
    ("tw-consumer", {"channel": "online"}, "received 2025-12-20 -> 2026-01-04"),
    ("advance-refund", {}, "approved 2026-12-20 -> 2027-01-04"),
    ("b2b", {}, "inspected 2026-01-31 -> 2026-03-02"),
    ("marketplace", {}, "received 2026-02-27 -> 2026-03-01"),
)


@pytest.mark.parametrize(("name", "facts", "line"), DUE)
def test_money_is_due_on_the_day_worked_out_by_hand(name: str, facts: dict[str, object], line: str) -> None:
    from decimal import Decimal

    known = {key: Decimal(value) if isinstance(value, int) else value for key, value in facts.items()}
    said, _, due = line.partition(" -> ")
    found = judge(pack(name), Given(known, Dates(**days(said))))  # type: ignore[arg-type]
    assert found.deadline == date.fromisoformat(due)


# The cents and the words at which a law begins to bind, or a right begins.
BINDS = (
    ("us-ftc-cooling-off", {"channel": "door_to_door", "order_amount": "24.99"}, False),
    ("us-ftc-cooling-off", {"channel": "door_to_door", "order_amount": "25.00"}, True),
    ("us-ftc-cooling-off", {"channel": "temporary_location", "order_amount": "129.99"}, False),
    ("us-ftc-cooling-off", {"channel": "temporary_location", "order_amount": "130.00"}, True),
    ("us-ftc-cooling-off", {"channel": "online", "order_amount": "500.00"}, False),
    ("au-consumer", {"reason": "defective", "line_amount": "100000.00"}, True),
    ("au-consumer", {"reason": "defective", "line_amount": "100000.01"}, False),
    ("au-consumer", {"reason": "changed_mind", "line_amount": "10.00"}, False),
    ("in-ecommerce", {"channel": "online", "reason": "changed_mind"}, False),
    ("in-ecommerce", {"channel": "online", "reason": "late_delivery"}, True),
    ("cn-7day-no-reason", {"channel": "store"}, False),
    ("us-store", {"country": "US-TX"}, False),
    ("us-store", {"country": "US"}, False),
)


@pytest.mark.parametrize(("name", "facts", "bound"), BINDS)
def test_a_law_binds_from_its_edge_on(name: str, facts: dict[str, str], bound: bool) -> None:
    from decimal import Decimal

    from returnledger.policy.lawful import binds

    known = {key: Decimal(value) if key.endswith("amount") else value for key, value in facts.items()}
    assert binds(pack(name), known).holds is bound
