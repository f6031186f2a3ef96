"""What is said of an account at a glance is never said against what booking it again says."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import event, given, settings
from hypothesis import strategies as st

from returnledger.movements import Movement
from returnledger.replay import glance_at, safe_to_add
from returnledger.rows import Account, Lot

START = date(2026, 1, 1)
STOCK = "Assets:Inventory"
LOTS = (
    Lot(Decimal("10.00"), "CNY", START, None),
    Lot(Decimal("12.00"), "CNY", START, None),
    Lot(Decimal("10.00"), "CNY", START, "B"),
    Lot(Decimal("10.00"), "USD", START, None),
)

DAYS = st.integers(0, 6)
lots = st.sampled_from((LOTS[0],) * 6 + (LOTS[1],) * 3 + LOTS[2:])


@st.composite
def movements(draw: st.DrawFn) -> list[Movement]:
    """Return an account's movements: units come in, and some of them go out later, with costs written in many ways."""
    found = []
    for n in range(draw(st.integers(1, 6))):
        day, lot, units = draw(DAYS), draw(lots), draw(st.integers(1, 5))
        found.append(moved(day, 10 * n + 1, units, lot, str(lot)))
        if draw(st.booleans()):
            spec = draw(st.sampled_from((str(lot), str(lot), str(lot), "", None)))
            out = draw(st.integers(1, units + draw(st.integers(0, 1))))
            found.append(moved(min(6, day + draw(DAYS)), 10 * n + 5, -out, lot, spec))
    return found


def moved(day: int, line: int, units: int, lot: Lot, spec: str | None) -> Movement:
    """Return one movement."""
    return Movement(STOCK, START + timedelta(days=day), "main", line, line + 1, "MUG", Decimal(units), lot, spec)


@given(
    movements(),
    st.lists(st.tuples(DAYS, lots, st.integers(1, 3)), min_size=1, max_size=4),
    st.sampled_from(("FIFO", "STRICT")),
)
@settings(max_examples=400, deadline=None)
def test_a_yes_at_a_glance_is_a_yes_of_replay(
    booked: list[Movement], added: list[tuple[int, Lot, int]], method: str
) -> None:
    account = Account(STOCK, START, None, (), method)
    seen, planned = glance_at(booked), list(booked)
    for day, lot, units in added:
        addition = moved(day, 0, units, lot, None)
        said = seen.allows(account, addition)
        event(f"yes: {said}")
        if said:
            assert safe_to_add(account, planned, addition)
        written = moved(day, 0, units, lot, str(lot))
        planned.append(written)
        seen.add(written)


def test_named_lots_that_never_run_short_are_seen_at_a_glance() -> None:
    first, other = LOTS[0], LOTS[1]
    booked = [moved(0, 1, 5, first, str(first)), moved(2, 5, -3, first, str(first))]
    account = Account(STOCK, START, None, (), "FIFO")
    assert glance_at(booked).allows(account, moved(1, 0, 1, first, None))
    open_cost = [*booked, moved(4, 9, -1, first, "")]
    assert not glance_at(open_cost).allows(account, moved(3, 0, 1, first, None))
    assert glance_at(open_cost).allows(account, moved(5, 0, 1, other, None))
    assert not glance_at(booked).allows(Account(STOCK, START, None, (), "AVERAGE"), moved(1, 0, 1, first, None))
