"""Undoes sales for tests: every part of a sale comes back, and each account, commodity and lot must be as before it."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from beancount.core.data import Transaction
from ledgers import effect, load, make, posted

SAME = "revenue_account: same\ndiscounts: mirror\n"


def holdings(settings: Path) -> dict[tuple[str, str], Decimal]:
    """Return what every account holds, lot by lot, after a clean load; what is below Beancount's 28 digits is nothing."""
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for entry in load(settings):
        if isinstance(entry, Transaction):
            for posting in entry.postings:
                cost = posting.cost
                lot = f" {{{cost.number} {cost.currency}, {cost.date}, {cost.label}}}" if cost else ""
                found[posting.account, posting.units.currency + lot] += posting.units.number
    return {key: number for key, number in found.items() if round(number, 20)}


def assert_undone(tmp_path: Path, bought: str, sale: str, *events: str, **options: str) -> list[dict[str, str]]:
    """Post the events one by one; every account must be as before the sale. Return the effect of each event."""
    options.setdefault("more", SAME)
    before = holdings(make(tmp_path / "before", bought, **options))
    settings = make(tmp_path / "after", bought + sale, **options)
    effects = [effect(posted(settings, event, f"{n}.yaml")) for n, event in enumerate(events)]
    after = holdings(settings)
    if "{{" in bought:  # a total cost that does not divide: at most one minor unit stays on cost rounding
        assert abs(after.pop(("Expenses:Cost-Rounding", "CNY"), Decimal(0))) <= Decimal("0.01")
    assert {
        key: (before.get(key), after.get(key)) for key in {*before, *after} if before.get(key) != after.get(key)
    } == {}
    return effects
