"""Lots bought at a total cost, `{{10.00 EUR}}` for three: whatever the parts, nothing of their fractions stays in the books."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from beancount.core.data import Transaction
from ledgers import load, make, posted

CENT = Decimal("0.01")


def money(random: Random, low: int, high: int) -> Decimal:
    return Decimal(random.randint(low, high)) * CENT


def shop(random: Random, orders: int) -> tuple[str, str, int]:
    """Return a ledger of orders of one to four lines, and events that bring all of each back in random parts."""
    stock, sales, parts = [], [], []
    for n in range(orders):
        order, rows, lines, total = f"A{n}", [], [], Decimal(0)
        one_cost = random.random() < 0.5
        for i in range(random.choice((1, 1, 1, 2, 3, 4))):
            sku = f"SKU{n}-{i}X"
            units = random.choice((2, 3, 3, 6, 7, 9, 11, 13))
            lots = [*sorted(random.sample(range(1, units), random.randint(0, min(2, units - 1)))), units]
            cost = Decimal(0)
            for k, (start, end) in enumerate(zip([0, *lots], lots)):
                worth = money(random, 100, 9999)
                account = f"Assets:Inventory:{sku}"
                stock.append(
                    f'2026-01-0{k + 1} * "Bought"\n  {account}  {end - start} {sku} {{{{{worth} EUR}}}}\n  Equity:Opening\n'
                )
                cost += worth
            price = money(random, 1000, 99999)
            rows.append(f'  Income:Sales  -{price} EUR\n    sku: "{sku}"\n    qty: {units}')
            rows.append(f"  Assets:Inventory:{sku}  -{units} {sku} {{}}")
            if not one_cost:
                rows.append(f'  Expenses:COGS  {cost} EUR\n    sku: "{sku}"')
            lines.append((sku, units, cost))
            total += price
        if one_cost:
            rows.append(f"  Expenses:COGS  {sum(cost for *_, cost in lines)} EUR")
        sales.append(f'2026-02-01 * "Ann" "Order" ^inv-{order}\n  Assets:Cash  {total} EUR\n' + "\n".join(rows) + "\n")
        parts += parts_of(random, order, [(sku, units) for sku, units, _ in lines])
    return "\n".join([*stock, *sales]), "\n".join(parts), orders


def parts_of(random: Random, order: str, left: list[tuple[str, int]]) -> list[str]:
    events, n = [], 0
    while left:
        n += 1
        some = random.sample(left, random.randint(1, len(left)))
        items = {sku: random.randint(1, units) for sku, units in some}
        left = [(sku, units - items.get(sku, 0)) for sku, units in left if units > items.get(sku, 0)]
        said = ", ".join(f"{{sku: {sku}, qty: {qty}}}" for sku, qty in items.items())
        events.append(f"- {{return: {order}, id: {order}-{n}, date: 2026-03-{min(n, 28):02}, items: [{said}]}}")
    return events


def left_of(settings: Path) -> dict[str, dict[tuple[str, object], Decimal]]:
    """Return by order what its entries, the sale included, left on each account."""
    found: dict[str, dict[tuple[str, object], Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for entry in load(settings):
        if isinstance(entry, Transaction):
            for order in (link for link in entry.links if link.startswith("inv-")):
                for p in entry.postings:
                    name = "cost" if p.account in ("Expenses:COGS", "Expenses:Cost-Rounding") else p.account
                    found[order][name.replace("Sales-Returns", "Sales"), p.cost] += p.units.number
    return {order: {key: n for key, n in sums.items() if n} for order, sums in found.items()}


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(n, marks=pytest.mark.long) for n in range(4, 60))])
def test_all_of_a_sale_in_random_parts_leaves_every_account_as_it_was(tmp_path: Path, seed: int) -> None:
    ledger, events, orders = shop(Random(seed), 30)
    settings = make(tmp_path / "shop", ledger, currency="EUR")
    posted(settings, events)
    left = left_of(settings)
    assert len(left) == orders and {order: sums for order, sums in left.items() if sums} == {}


def test_what_had_to_be_put_down_as_rounding_is_little_and_comes_off_again(tmp_path: Path) -> None:
    ledger = """
2026-01-02 * "Bought"
  Assets:Inventory   3 MUG {{10.00 EUR}}
  Equity:Opening

2026-02-01 * "Ann" "Order" ^inv-1
  Assets:Cash       60.00 EUR
  Income:Sales     -60.00 EUR
  Expenses:COGS     10.00 EUR
  Assets:Inventory     -3 MUG {}
"""
    settings = make(tmp_path / "shop", ledger, currency="EUR")
    rounded = []
    for n in (1, 2, 3):
        done = posted(settings, f"- {{return: 1, date: 2026-03-0{n}, sku: MUG, qty: 1}}", f"{n}.yaml")
        entry = next(e for event in done.planned.plan.events for e in event.directives)
        rounded.append([p.units.number for p in entry.postings if p.account == "Expenses:Cost-Rounding"])
    assert rounded == [[], [Decimal("0.002")], [Decimal("-0.002")]]
