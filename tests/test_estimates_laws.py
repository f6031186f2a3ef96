"""Laws of estimates: whatever is expected, estimated anew, returned and released, no balance turns, nothing is left when
the window closes, and over the whole life profit is what it is without any estimate."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from beancount.core.convert import get_weight
from beancount.core.data import Transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import load, make, posted

UNITS, DAYS = 12, 40
SOLD = date(2026, 1, 5)
POLICY = """\
policy: test
version: 1
valid_from: 2000-01-01
currency: {currency}
window: {{default: {{days: 40, from: sold}}}}
condition_from_reason: {{none: new}}
dispositions: {{new: {{to: restock}}}}
"""
LIABILITY, ASSET, ACCRUED = "Liabilities:Refund-Liability", "Assets:Return-Asset", "Liabilities:Return-Cost-Accrued"


def ledger(price: Decimal, costs: tuple[Decimal, Decimal]) -> str:
    """Twelve units out of two lots, a third each of three orders of one month, with tax."""
    text = (
        f'2025-12-01 * "Works" "Purchase"\n  Assets:Inventory    6 P {{{costs[0]} CNY, 2025-12-01}}\n'
        f"  Assets:Inventory    6 P {{{costs[1]} CNY, 2025-12-02}}\n  Equity:Opening\n\n"
    )
    lots = ((4, 0), (2, 2), (0, 4))
    for n, (first, second) in enumerate(lots):
        net = 4 * price
        tax = (net * Decimal("0.13")).quantize(Decimal("0.01"))
        cost = first * costs[0] + second * costs[1]
        parts = [f"  Assets:Inventory  -{first} P {{{costs[0]} CNY, 2025-12-01}}\n"] if first else []
        parts += [f"  Assets:Inventory  -{second} P {{{costs[1]} CNY, 2025-12-02}}\n"] if second else []
        text += (
            f'{SOLD} * "Ann" "Sale" ^inv-S{n}\n  Assets:Bank  {net + tax} CNY\n  Income:Sales  -{net} CNY\n'
            f"  Liabilities:Output-VAT  -{tax} CNY\n  Expenses:COGS  {cost} CNY\n{''.join(parts)}\n"
        )
    return text


def shop(folder: Path, text: str, model: str) -> Path:
    return make(folder, text, policy=POLICY, more=f"accounting_model: {model}\nrevenue_account: same\n")


def days_of(path: Path) -> list[dict[str, Decimal]]:
    """Return what stands on each account at the end of every day; the ledger is clean."""
    held: dict[str, Decimal] = defaultdict(Decimal)
    ends: dict[date, dict[str, Decimal]] = {}
    for entry in load(path):
        if isinstance(entry, Transaction):
            assert sum(get_weight(posting).number for posting in entry.postings) == 0
            for posting in entry.postings:
                held[posting.account] += get_weight(posting).number
            ends[entry.date] = dict(held)
    return list(ends.values())


def profit(held: dict[str, Decimal]) -> Decimal:
    return sum((amount for name, amount in held.items() if name.startswith(("Income", "Expenses"))), Decimal(0))


@st.composite
def lives(draw: Any) -> list[tuple[str, str, int, Decimal]]:
    """Estimates, of an order or of the month, and returns, in any order, never more than can come back."""
    left, steps = {f"S{n}": 4 for n in range(3)}, []
    for _ in range(draw(st.integers(2, 7))):
        if draw(st.booleans()) and any(left.values()):
            order = draw(st.sampled_from([name for name, units in left.items() if units]))
            units = draw(st.integers(1, left[order]))
            left[order] -= units
            steps.append(("return", order, units, Decimal(0)))
        else:
            owner = draw(st.sampled_from(("2026-01", "2026-01", "S1")))
            out = left["S1"] if owner == "S1" else left["S0"] + left["S2"]
            cost = draw(st.sampled_from((Decimal(0), Decimal("1.05"))))
            steps.append(("provision", owner, draw(st.integers(0, out)), cost))
    return steps


def events(steps: list[tuple[str, str, int, Decimal]], *, estimates: bool) -> str:
    lines = []
    for n, (kind, what, units, cost) in enumerate(steps, start=1):
        day = SOLD + timedelta(n)
        if kind == "return":
            lines.append(f"- {{return: {what}, id: E-{n}, date: {day}, sku: P, qty: {units}}}")
        elif estimates:
            more = f", recovery_cost: {cost}" if cost else ""
            lines.append(f"- {{provision: {what}, id: E-{n}, date: {day}, expected_qty: {units}{more}}}")
    if estimates:
        for owner in dict.fromkeys(what for kind, what, _, _ in steps if kind == "provision"):
            lines.append(f"- {{provision: {owner}, id: C-{owner}, date: {SOLD + timedelta(DAYS)}, closed: true}}")
    return "\n".join(lines) + "\n"


@settings(max_examples=20)
@given(
    steps=lives(),
    price=st.decimals("10.00", "99.99", places=2),
    costs=st.tuples(st.decimals("5.00", "9.99", places=2), st.decimals("5.00", "9.99", places=2)),
)
def test_no_balance_turns_and_profit_is_that_of_the_direct_model(
    tmp_path_factory: Any, steps: list, price: Decimal, costs: tuple[Decimal, Decimal]
) -> None:
    folder, text = tmp_path_factory.mktemp("life"), ledger(price, costs)
    estimated, direct = shop(folder / "a", text, "estimate"), shop(folder / "b", text, "direct")
    done = events(steps, estimates=True)
    if done.strip():
        posted(estimated, done)
    if any(kind == "return" for kind, *_ in steps):
        posted(direct, events(steps, estimates=False))
    days, plain = days_of(estimated), days_of(direct)[-1]
    for held in days:
        assert held.get(LIABILITY, 0) <= 0 <= held.get(ASSET, 0)
        assert held.get(ACCRUED, 0) <= 0
    last = days[-1]
    assert not any(last.get(name) for name in (LIABILITY, ASSET, ACCRUED))
    assert profit(last) == profit(plain)
    for name in ("Assets:Inventory", "Assets:Bank", "Liabilities:Output-VAT"):
        assert last.get(name, 0) == plain.get(name, 0)
