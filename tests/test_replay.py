"""Replay of one account agrees with Beancount's own load of the whole ledger, and its shortcut with replay."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

os.environ["BEANCOUNT_DISABLE_LOAD_CACHE"] = "1"

from beancount import loader
from beancount.core.data import Transaction
from hypothesis import given, note, settings
from hypothesis import strategies as st

from returnledger.movements import Movement
from returnledger.replay import below_zero, cost_spec, never_below_zero, rebook, safe_to_add, unchanged
from returnledger.replay.judge import _Case
from returnledger.rows import Account, Lot

START = date(2026, 1, 1)
STOCK = "Assets:Inventory"
METHODS = ("STRICT", "STRICT_WITH_SIZE", "FIFO", "LIFO", "HIFO")
# (day, units, cost as written), one posting each
Step = tuple[int, str, str]


def ledger(steps: Iterable[Step], booking: str) -> str:
    """Return a ledger of one stock account in which each step is a transaction at a line of its own."""
    lines = [f'2000-01-01 open {STOCK} "{booking}"', "2000-01-01 open Equity:Other", ""]
    for day, units, spec in steps:
        lines += [f'{START + timedelta(days=day)} * "x"', f"  {STOCK}  {units} MUG {{{spec}}}", "  Equity:Other", ""]
    return "\n".join(lines) + "\n"


def load(text: str) -> tuple[list[Movement], int]:
    """Return the at-cost movements of a ledger as Beancount books them, and how many errors it has."""
    entries, errors, _ = loader.load_string(text)
    lines = text.splitlines()
    found = []
    for entry in entries:
        for posting in entry.postings if isinstance(entry, Transaction) else ():
            if posting.cost is None:
                continue
            line = lines[posting.meta["lineno"] - 1]
            cost = posting.cost
            found.append(
                Movement(
                    STOCK,
                    entry.date,
                    "main",
                    entry.meta["lineno"],
                    posting.meta["lineno"],
                    posting.units.currency,
                    posting.units.number,
                    Lot(cost.number, cost.currency, cost.date, cost.label),
                    line[line.index("{") + 1 : line.rindex("}")],
                )
            )
    return found, len(errors)


def told(movements: Iterable[Movement]) -> dict[tuple[int, int], Counter[tuple[Lot, Decimal]]]:
    """Return the lots of each posting by its place."""
    found: dict[tuple[int, int], Counter[tuple[Lot, Decimal]]] = {}
    for movement in movements:
        found.setdefault((movement.lineno, movement.posting), Counter())[movement.lot, movement.units] += 1
    return found


PRICES = st.sampled_from(["1.00", "2.00"])
BOUGHT = st.builds(
    lambda units, price, day, label: (str(units), f"{price} CNY" + day + label),
    st.integers(1, 5),
    PRICES,
    st.sampled_from(["", "", ", 2025-12-30", ", 2025-12-31"]),
    st.sampled_from(["", "", "", ', "a"']),
)
SOLD = st.builds(
    lambda units, spec: (str(-units), spec),
    st.integers(1, 4),
    st.sampled_from(
        [
            "",
            "",
            "",
            "1.00 CNY",
            "2025-12-31",
            "CNY",
            '"a"',
            "1.00 CNY, 2025-12-30",
            "2.00 CNY, 2025-12-31",
            "{2.00 CNY}",
        ]
    ),
)
STEPS = st.lists(st.tuples(st.integers(0, 6), BOUGHT | SOLD).map(lambda step: (step[0], *step[1])), max_size=9)
LOTS = st.builds(
    Lot,
    PRICES.map(Decimal),
    st.just("CNY"),
    st.sampled_from([date(2025, 12, 30), date(2025, 12, 31), START]),
    st.sampled_from([None, None, "a"]),
)


def as_written(lot: Lot) -> str:
    return str(lot)


def clean(steps: list[Step], booking: str) -> list[Step]:
    """Return the steps that Beancount books without an error, so that the ledger starts out right."""
    kept: list[Step] = []
    for step in steps:
        if load(ledger([*kept, step], booking))[1] == 0:
            kept.append(step)
    return kept


@settings(max_examples=120, deadline=None)
@given(STEPS, st.sampled_from(METHODS), st.integers(0, 5))
def test_an_account_booked_again_from_any_day_has_the_lots_of_the_load(
    steps: list[Step], booking: str, from_day: int
) -> None:
    movements, _ = load(ledger(clean(steps, booking), booking))
    first = START + timedelta(days=from_day)
    again = rebook(movements, booking, first)
    assert again.unknown == ""
    expected = told(movement for movement in movements if movement.date >= first)
    got = {(key[1], key[2]): Counter(booked.lots) for key, booked in again.groups.items()}
    assert got == {place: Counter(_merged(lots)) for place, lots in expected.items()}
    assert not any(booked.error for booked in again.groups.values())


def _merged(lots: Counter[tuple[Lot, Decimal]]) -> dict[tuple[Lot, Decimal], int]:
    units: Counter[Lot] = Counter()
    for (lot, number), times in lots.items():
        units[lot] += number * times  # type: ignore[assignment]
    return {(lot, Decimal(number)): 1 for lot, number in units.items()}


@settings(max_examples=400, deadline=None)
@given(STEPS, st.sampled_from(METHODS), st.integers(0, 6), st.integers(-3, 3).filter(bool), LOTS, st.integers(0, 9))
def test_replay_says_what_a_load_with_the_new_entry_shows(
    steps: list[Step], booking: str, day: int, units: int, lot: Lot, place: int
) -> None:
    kept = clean(steps, booking)
    place = min(place, len(kept))
    without, _ = load(ledger(kept, booking))
    new = (day, str(units), as_written(lot))
    text = ledger([*kept[:place], new, *kept[place:]], booking)
    note(text)
    added_line = 4 + 4 * place
    withit, errors = load(text)
    old = told(m for m in withit if m.lineno != added_line)
    ours = [m for m in withit if m.lineno == added_line]
    moved = [m if m.lineno < added_line else _down(m) for m in without]
    added = Movement(
        STOCK,
        START + timedelta(days=day),
        "new",
        added_line,
        added_line + 1,
        "MUG",
        Decimal(units),
        lot,
        as_written(lot),
    )
    judged = unchanged(moved, [added], booking)
    if judged.unknown:
        assert judged.unknown == "a cost that is not written would be worked out anew"
        return
    stays = {p: _merged(c) for p, c in old.items()} == {p: _merged(c) for p, c in told(moved).items()}
    as_meant = [(m.lot, m.units) for m in ours] == [(lot, Decimal(units))]
    assert bool(judged) == (stays and as_meant and errors == 0)
    case = _Case(moved, [added], booking, None)
    if case.is_plain():
        assert bool(case.judge())


def _down(movement: Movement) -> Movement:
    return Movement(
        movement.account,
        movement.date,
        movement.file,
        movement.lineno + 4,
        movement.posting + 4,
        movement.commodity,
        movement.units,
        movement.lot,
        movement.spec,
    )


@settings(max_examples=150, deadline=None)
@given(STEPS, st.sampled_from(METHODS), st.integers(0, 6), st.integers(1, 3), LOTS)
def test_units_that_are_safe_to_add_change_nothing_wherever_their_entry_stands(
    steps: list[Step], booking: str, day: int, units: int, lot: Lot
) -> None:
    kept = sorted(clean(steps, booking), key=lambda step: step[0])
    kept = clean(kept, booking)
    without, _ = load(ledger(kept, booking))
    addition = Movement(STOCK, START + timedelta(days=day), "", 0, 0, "MUG", Decimal(units), lot, as_written(lot))
    before = told(without)
    stays = []
    for place in range(len(kept) + 1):
        text = ledger([*kept[:place], (day, str(units), as_written(lot)), *kept[place:]], booking)
        withit, errors = load(text)
        line = 4 + 4 * place
        back = [m if m.lineno < line else _up(m) for m in withit if m.lineno != line]
        ours = [(m.lot, m.units) for m in withit if m.lineno == line]
        stays.append(told(back) == before and errors == 0 and ours == [(lot, Decimal(units))])
    if safe_to_add(Account(STOCK, START, booking=booking), without, addition):
        assert all(stays)
    else:
        assert not all(stays)


def _up(movement: Movement) -> Movement:
    return Movement(
        movement.account,
        movement.date,
        movement.file,
        movement.lineno - 4,
        movement.posting - 4,
        movement.commodity,
        movement.units,
        movement.lot,
        movement.spec,
    )


LINES = st.lists(
    st.tuples(st.sampled_from(["MUG", "MUG", "TEE"]), BOUGHT | SOLD).map(lambda line: (line[0], *line[1])),
    min_size=1,
    max_size=3,
)
ENTRIES = st.lists(st.tuples(st.integers(0, 6), LINES), max_size=6)


def written(entries: Iterable[tuple[int, list[tuple[str, str, str]]]], booking: str) -> str:
    """Return a ledger whose entries have several postings at cost, of two commodities and two currencies."""
    text = f'2000-01-01 open {STOCK} "{booking}"\n2000-01-01 open Equity:Other\n\n'
    for day, lines in entries:
        text += f'{START + timedelta(days=day)} * "x"\n'
        for commodity, units, spec in lines:
            currency = "USD" if commodity == "TEE" else "CNY"
            text += f"  {STOCK}  {units} {commodity} {{{spec.replace('CNY', currency)}}}\n"
        text += "  Equity:Other\n\n"
    return text


@settings(max_examples=250, deadline=None)
@given(ENTRIES, LINES, st.integers(0, 6), st.sampled_from(METHODS))
def test_entries_of_several_postings_are_judged_as_the_load_shows(
    entries: list[tuple[int, list[tuple[str, str, str]]]], lines: list[tuple[str, str, str]], day: int, booking: str
) -> None:
    kept: list[tuple[int, list[tuple[str, str, str]]]] = []
    for entry in entries:
        if load(written([*kept, entry], booking))[1] == 0:
            kept.append(entry)
    without, _ = load(written(kept, booking))
    new = [(commodity, units, spec) for commodity, units, spec in lines if spec.count(",") == 1 and '"' not in spec]
    if not new:
        return
    text = written([*kept, (day, new)], booking)
    note(text)
    withit, errors = load(text)
    top = written(kept, booking).count("\n") + 1
    added = []
    for n, (commodity, units, spec) in enumerate(new):
        number, _currency, bought = spec.replace(",", "").strip("{}").split()
        if "{" in spec:
            return
        currency = "USD" if commodity == "TEE" else "CNY"
        lot = Lot(Decimal(number), currency, date.fromisoformat(bought))
        place = (START + timedelta(days=day), "main", top, top + 1 + n)
        added.append(Movement(STOCK, *place, commodity, Decimal(units), lot, str(lot)))
    judged = unchanged(without, added, booking)
    if judged.unknown:
        return
    ours = [(m.posting, m.commodity, m.lot, m.units) for m in withit if m.lineno == top]
    meant = [(m.posting, m.commodity, m.lot, m.units) for m in added]
    stays = told(m for m in withit if m.lineno != top) == told(without) and Counter(ours) == Counter(meant)
    assert bool(judged) == (stays and errors == 0)


def move(day: int, units: int, spec: str | None, line: int = 1, *, file: str = "a", price: str = "1.00") -> Movement:
    lot = Lot(Decimal(price), "CNY", date(2025, 12, 30))
    return Movement(STOCK, START + timedelta(days=day), file, line, line + 1, "MUG", Decimal(units), lot, spec)


EXPLICIT = "1.00 CNY, 2025-12-30"


def test_equal_line_numbers_are_judged_in_both_orders() -> None:
    held = move(0, 5, EXPLICIT)
    sold = move(2, -5, EXPLICIT, 9)
    back = move(2, -3, EXPLICIT, 9, file="new")
    judged = unchanged([held, sold], [back], "FIFO")
    assert not judged
    assert judged.ties == ((sold.date, 9),)
    assert [change.was.key for change in judged.changes] == [("a", 9, 10)]


def test_a_return_and_its_void_at_one_line_number_depend_on_the_order() -> None:
    other = move(0, 5, "2.00 CNY, 2025-12-30", price="2.00")
    came_back = move(2, 2, EXPLICIT, 9)
    void = move(2, -2, EXPLICIT, 9, file="void")
    assert not unchanged([other, came_back], [void], "STRICT")
    assert unchanged([other, came_back], [move(2, -2, EXPLICIT, 10, file="void")], "STRICT")


def test_a_cost_that_no_file_shows_is_not_judged() -> None:
    assert unchanged([move(0, 5, EXPLICIT), move(2, -1, None)], [move(1, 1, EXPLICIT)], "FIFO").unknown
    assert unchanged([move(0, 5, EXPLICIT), move(2, -1, None)], [move(3, 1, EXPLICIT)], "FIFO")


def test_nothing_can_change_in_an_account_booked_none_but_lots_may_run_short() -> None:
    moves = [move(0, 2, EXPLICIT), move(1, -3, EXPLICIT), move(1, 1, EXPLICIT), move(2, -1, EXPLICIT)]
    assert unchanged(moves[:2], moves[2:], "NONE")
    assert never_below_zero(moves[:3])
    (below,) = below_zero(moves)
    assert (below.date, below.units) == (START + timedelta(days=2), Decimal(-1))


def test_the_text_between_the_braces_is_read_as_beancount_reads_it() -> None:
    total = cost_spec("{100 CNY}")
    assert total is not None and total.number_total == Decimal(100)
    assert cost_spec("") is not None
    assert cost_spec("not a cost") is None


def test_average_booking_is_not_judged() -> None:
    assert unchanged([move(0, 1, EXPLICIT), move(2, -1, "")], [move(1, 1, EXPLICIT)], "AVERAGE").unknown


def test_planned_units_count_when_the_next_are_judged() -> None:
    account = Account(STOCK, START, booking="STRICT")
    other = Lot(Decimal("2.00"), "CNY", date(2025, 12, 30))
    planned = [Movement(STOCK, START, "<planned>", 0, 0, "MUG", Decimal(1), other, None) for _ in range(2)]
    sold = [move(0, 5, EXPLICIT, 1), move(5, -4, "1.00 CNY", 5)]
    assert safe_to_add(account, sold, planned[0])
    assert safe_to_add(account, [*sold, planned[0]], planned[1])
    vague = [move(0, 5, EXPLICIT, 1), move(5, -4, "", 5)]
    assert not safe_to_add(account, vague, planned[0])
    assert not safe_to_add(account, [*vague, planned[0]], planned[1])
