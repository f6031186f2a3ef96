"""Laws: what is true of every return, allowance, refund and void, of shops and events made up by chance.

What a return must come to is worked out here a second time, from the sale alone, in fractions.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from beancount.core.data import Transaction
from beancount.parser import parser
from hypothesis import given, settings
from hypothesis import strategies as st
from shop import Lot, Order, Shop, Wanted, commodity, day, half_away, holdings, load, of_order, ours, shops

from returnledger import app
from returnledger.money import shares
from returnledger.text import same

ZERO = Decimal(0)
LONG = 60  # times as many examples


def law(quick: int, *strategies: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Let a test try `quick` examples in every run, and many times as many in the long run."""

    def wrap(function: Callable[..., None]) -> Callable[..., None]:
        def test(examples: int) -> None:
            tried = given(*strategies)(function)
            settings(max_examples=examples)(tried)()

        test.__name__, test.__doc__ = function.__name__, function.__doc__
        long = pytest.param(quick * LONG, id="long", marks=pytest.mark.long)
        return pytest.mark.parametrize("examples", [pytest.param(quick, id="quick"), long])(test)

    return wrap


@contextmanager
def books(shop: Shop) -> Iterator[Path]:
    """Give a folder with the books of a shop."""
    with tempfile.TemporaryDirectory(prefix="law-") as folder:
        shop.write(Path(folder))
        yield Path(folder)


def yaml(event: Mapping[str, Any]) -> str:
    """Return an event as a line of YAML."""

    def text(value: Any) -> str:
        if isinstance(value, Mapping):
            return "{" + ", ".join(f"{key}: {text(one)}" for key, one in value.items()) + "}"
        if isinstance(value, (list, tuple)):
            return "[" + ", ".join(text(one) for one in value) + "]"
        return f"{value:f}" if isinstance(value, Decimal) else str(value)

    return f"- {text(event)}\n"


def events_file(folder: Path, events: Sequence[Mapping[str, Any]], name: str = "events.yaml") -> Path:
    """Write events into a file."""
    path = folder / name
    path.write_text("".join(map(yaml, events)) or "[]\n", encoding="utf-8")
    return path


def apply(folder: Path, events: Sequence[Mapping[str, Any]], name: str = "events.yaml") -> app.Applied:
    """Apply events, all of which must be posted."""
    applied = app.apply([events_file(folder, events, name)], settings=folder / "returnledger.yaml")
    assert applied.file, [(f.code, dict(f.values)) for f in applied.findings]
    return applied


def plan(folder: Path, events: Sequence[Mapping[str, Any]], name: str = "events.yaml", **options: Any) -> app.Planned:
    """Plan events."""
    return app.plan([events_file(folder, events, name)], settings=folder / "returnledger.yaml", **options)


# What is to be: worked out from the sale alone


@dataclass
class Expected:
    """What one event must come to."""

    revenue: Decimal = ZERO
    discount: Decimal = ZERO
    tax: Decimal = ZERO
    cogs: Decimal = ZERO
    shipping: Decimal = ZERO
    receivable: Decimal = ZERO
    paid: Decimal = ZERO


class Oracle:
    """A naive bookkeeper of one order, who only knows the sale."""

    def __init__(self, shop: Shop, order: Order) -> None:
        self.decimals = shop.decimals
        self.order = order
        self.units: dict[str, Decimal] = defaultdict(Decimal)
        self.weight: dict[str, Fraction] = defaultdict(Fraction)
        self.out = {
            line.number: [
                [lot, n]
                for _, (lot, n) in sorted(enumerate(line.lots), key=lambda p: (p[1][0].bought, p[0]), reverse=True)
            ]
            for line in order.lines
        }
        self.owed = shop.owed(order)

    def back(
        self, pieces: Sequence[tuple[str, Decimal]], shipping: bool = False
    ) -> tuple[Expected, dict[tuple[str, Lot], Decimal]]:
        """Return what pieces (line, units) of one event must come to, and the lots that come back."""
        due, lots = Expected(), defaultdict(Decimal)
        for number, units in pieces:
            line = next(line for line in self.order.lines if line.number == number)
            before, self.units[number] = self.units[number], self.units[number] + units

            def share(whole: Decimal, before: Decimal = before, line: Any = line, number: str = number) -> Decimal:
                return self._rounded(whole, self.units[number], line.units) - self._rounded(whole, before, line.units)

            due.revenue += share(line.amount)
            due.discount += share(line.discount)
            due.tax += share(line.tax)
            gone = self.weight[number]
            for row in self.out[number]:
                n = min(row[1], units)
                row[1], units = row[1] - n, units - n
                if n:
                    lots[line.sku, row[0]] += n
                    self.weight[number] += Fraction(row[0].cost) * Fraction(n)
            if line.weight:
                so_far = half_away(Fraction(line.cogs) * self.weight[number] / line.weight, self.decimals)
                due.cogs += so_far - half_away(Fraction(line.cogs) * gone / line.weight, self.decimals)
        if shipping:
            due.shipping, due.tax = self.order.shipping, due.tax + self.order.shipping_tax
        whole = due.revenue - due.discount + due.tax + due.shipping
        due.receivable = min(whole, self.owed)
        self.owed -= due.receivable
        due.paid = whole - due.receivable
        return due, dict(lots)

    def _rounded(self, whole: Decimal, units: Decimal, of: Decimal) -> Decimal:
        return half_away(Fraction(whole) * Fraction(units) / Fraction(of), self.decimals)


def posted(shop: Shop, entry: Transaction) -> Expected:
    """Return what an entry of ours came to."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for posting in entry.postings:
        if posting.cost is None:
            sums[posting.meta["rl-role"]] += posting.units.number
    revenue, discount = sums["revenue"] + sums["sales_returns"] + sums["sales_allowances"], -sums["sales_discounts"]
    return Expected(
        revenue,
        discount,
        sums["output_vat"],
        -sums["cogs"],
        sums["shipping_revenue"],
        -sums["accounts_receivable"],
        -sums["cash_bank"],
    )


def lots_of(entries: Sequence[Transaction]) -> dict[tuple[str, Lot], Decimal]:
    """Return the units by commodity and lot that entries of ours moved."""
    moved: dict[tuple[str, Lot], Decimal] = defaultdict(Decimal)
    for entry in entries:
        for posting in entry.postings:
            if posting.cost is not None:
                lot = Lot(posting.cost.number, posting.cost.date, posting.cost.label)
                moved[posting.units.currency.removeprefix("SKU-"), lot] += posting.units.number
    return {key: n for key, n in moved.items() if n}


def exact_sum(entry: Transaction) -> Fraction:
    """Return what is left over of an entry, unrounded."""
    total = Fraction(0)
    for posting in entry.postings:
        number = Fraction(posting.units.number)
        total += number * Fraction(posting.cost.number) if posting.cost else number
    return total


def _in_cents(entry: Transaction, decimals: int) -> bool:
    """Return True if every lot of an entry weighs whole minor units."""
    weights = (Fraction(p.units.number) * Fraction(p.cost.number) * 10**decimals for p in entry.postings if p.cost)
    return all(weight.denominator == 1 for weight in weights)


# Returns at random


@st.composite
def pieces_of(draw: st.DrawFn, order: Order) -> list[tuple[str, Decimal]]:
    """All units of an order in parts, in any order."""
    pieces = []
    for line in order.lines:
        left = line.units
        while left:
            n = left if left <= 1 else min(left, Decimal(draw(st.integers(1, int(left)))))
            pieces.append((line.number, n))
            left -= n
    return list(draw(st.permutations(pieces)))


def item(shop: Shop, order: Order, number: str, units: Decimal, by_line: bool = True) -> dict[str, Any]:
    """Return units of a line as an item of an event."""
    line = next(line for line in order.lines if line.number == number)
    alike = [other for other in order.lines if other.sku == line.sku]
    named = {"line": number} if by_line or len(alike) > 1 else {}
    return {"sku": line.sku if order.by_line else commodity(line.sku), "qty": units, **named}


@st.composite
def full_return(draw: st.DrawFn, shop: Shop, order: Order) -> list[tuple[dict[str, Any], list[tuple[str, Decimal]]]]:
    """Events that together bring everything back, by date, each with its pieces; the last one brings shipping too."""
    pieces = draw(pieces_of(order))
    made: list[tuple[dict[str, Any], list[tuple[str, Decimal]]]] = []
    when = order.settled
    while pieces:
        n = draw(st.integers(1, 3))
        mine, pieces = pieces[:n], pieces[n:]
        when += timedelta(days=draw(st.integers(0, 9)))
        event: dict[str, Any] = {"return": order.name, "id": f"R-{order.name}-{len(made)}", "date": when}
        items = [item(shop, order, number, units, draw(st.booleans())) for number, units in mine]
        if not pieces:
            event["shipping"] = "all"
            lines = [number for number, _ in mine]
            rest = {number: sum(n for other, n in mine if other == number) for number in lines}
            if draw(st.booleans()):
                mine = [(line.number, rest[line.number]) for line in order.lines if line.number in rest]
                made.append((event, mine))
                continue
            items[-1]["qty"] = "all"
            items[-1].setdefault("line", lines[-1])
        made.append((event | (items[0] if len(items) == 1 else {"items": items}), mine))
    return made


def same_order(events: Sequence[Any], entries: Sequence[Transaction]) -> list[Transaction]:
    """Return the entry of each event."""
    by_id = {entry.meta["rl-id"]: entry for entry in entries}
    return [by_id[event["id"]] for event, _ in events]


@law(60, shops(), st.data())
def test_a_full_return_in_any_parts_and_any_order_leaves_nothing_of_the_sale(shop: Shop, data: st.DataObject) -> None:
    made = {name: data.draw(full_return(shop, order)) for name, order in shop.orders.items()}
    mixed = data.draw(st.permutations([event for events in made.values() for event, _ in events]))
    mixed = sorted(mixed, key=lambda e: (str(e["return"]), int(e["id"].rpartition("-")[2])))
    one_by_one = data.draw(st.booleans())
    with books(shop) as folder:
        sold = load(folder)
        if one_by_one:
            for n, event in enumerate(mixed):
                apply(folder, [event], f"{n}.yaml")
        else:
            apply(folder, mixed)
        entries = load(folder)
        for name, order in shop.orders.items():
            oracle = Oracle(shop, order)
            for (_, pieces), entry in zip(made[name], same_order(made[name], ours(entries)), strict=True):
                last = entry.meta["rl-id"] == made[name][-1][0]["id"]
                due, lots = oracle.back(pieces, shipping=last)
                if shop.preset == "general":
                    due = replace(due, revenue=due.revenue - due.discount, discount=ZERO)
                assert posted(shop, entry) == due
                assert lots_of([entry]) == lots
            _settled(shop, order, entries)
        _untouched(sold, entries)


def _settled(shop: Shop, order: Order, entries: Sequence[Any]) -> None:
    """Nothing is left of an order: no money, no revenue, no tax, no cost, no goods."""
    left = holdings(of_order(entries, order.name))
    sums: dict[str, Decimal] = defaultdict(Decimal)
    stock: dict[tuple[str, Lot], Decimal] = defaultdict(Decimal)
    for (account, unit, lot), number in left.items():
        if lot is not None:
            stock[unit, lot] += number
        else:
            sums[account if account.startswith(("Assets", "Liabilities")) else account.split(":")[0]] += number
            if "Discounts" in account or "折扣" in account:
                assert shop.preset == "general"  # elsewhere each discount goes back to its own account
    assert {key: n for key, n in stock.items() if n} == {}
    entries_of_ours = len(ours(of_order(entries, order.name)))
    rounding = abs(sums.pop("Expenses", ZERO))
    halves = any(n % 1 for line in order.lines for _, n in line.lots)
    if halves or any(lot.cost != round(lot.cost, shop.decimals) for line in order.lines for lot, _ in line.lots):
        assert rounding <= Decimal(entries_of_ours + 1).scaleb(-shop.decimals) / 2
    else:
        assert rounding == 0
    assert {name: n for name, n in sums.items() if n} == {}


def _untouched(before: Sequence[Any], after: Sequence[Any]) -> None:
    """What the ledger said of its own entries it still says, each booked lot included."""

    def told(entries: Sequence[Any]) -> list[Any]:
        kept = [e for e in entries if isinstance(e, Transaction) and "rl-id" not in e.meta]
        return [(e.date, e.narration, e.flag, [(p.account, p.units, p.cost) for p in e.postings]) for e in kept]

    assert told(before) == told(after)


@law(60, shops(), st.data())
def test_each_entry_sums_to_zero_and_reads_back_as_it_was_meant(shop: Shop, data: st.DataObject) -> None:
    events = [event for order in shop.orders.values() for event, _ in data.draw(full_return(shop, order))]
    for n, event in enumerate(events):
        items = event.get("items", [event] if "sku" in event else [])
        for one in items:
            one["condition"] = data.draw(st.sampled_from(["new", "opened", "damaged", "defective", "unknown"]))
        if n % 3 == 0 and event is not events[-1]:
            event["method"] = data.draw(st.sampled_from(["later", "bank", "wallet", "original"]))
    with books(shop) as folder:
        planned = plan(folder, events)
        assert not planned.findings, [(f.code, dict(f.values)) for f in planned.findings]
        half = Fraction(1, 2 * 10**shop.decimals)
        for directive in planned.plan.directives:
            assert abs(exact_sum(directive)) <= (0 if _in_cents(directive, shop.decimals) else half)
        back, errors, _ = parser.parse_string(planned.text)
        assert not errors
        read = {e.meta["rl-id"]: e for e in back if isinstance(e, Transaction)}
        for directive in planned.plan.directives:
            assert same(directive, read[directive.meta["rl-id"]])
        assert planned.text == plan(folder, events, proof="full").text
        apply(folder, events)
        load(folder)


@law(200, st.integers(-9999, 9999), st.lists(st.integers(0, 999), min_size=1, max_size=9), st.integers(0, 3))
def test_shares_of_parts_add_up_to_the_whole(whole: int, weights: list[int], decimals: int) -> None:
    amount = Decimal(whole).scaleb(-decimals)
    dealt = shares(amount, [Decimal(w) for w in weights], decimals)
    assert sum(dealt) == amount
    unit = Decimal(1).scaleb(-decimals)
    for part, weight in zip(dealt, weights, strict=True):
        if sum(weights):
            assert abs(Fraction(part) - Fraction(amount) * weight / sum(weights)) < Fraction(unit)


@law(30, shops(), st.data())
def test_one_return_of_n_is_n_returns_of_one(shop: Shop, data: st.DataObject) -> None:
    order = data.draw(st.sampled_from(list(shop.orders.values())))
    line = data.draw(st.sampled_from(order.lines))
    whole = int(line.units)
    if not whole:
        return
    when = order.settled + timedelta(days=data.draw(st.integers(0, 20)))
    event = {"return": order.name, "date": when}
    together = [event | {"id": "A"} | item(shop, order, line.number, Decimal(whole))]
    singly = [event | {"id": f"B{n}"} | item(shop, order, line.number, Decimal(1)) for n in range(whole)]
    sums = []
    for events in (together, singly):
        with books(shop) as folder:
            apply(folder, events)
            sums.append(holdings(load(folder)))
    one, many = sums
    awkward = any(
        (lot.cost * n).normalize().as_tuple().exponent < -shop.decimals
        for lot, _ in line.lots
        for n in (1, Decimal("0.5"))
    )
    for key in one.keys() | many.keys():
        if (awkward and "ounding" in key[0]) or "尾差" in key[0]:
            continue
        assert one.get(key, ZERO) == many.get(key, ZERO), key


@law(40, shops(), st.data())
def test_plan_after_apply_is_empty_and_a_second_apply_writes_nothing(shop: Shop, data: st.DataObject) -> None:
    events = [event for order in shop.orders.values() for event, _ in data.draw(full_return(shop, order))]
    if data.draw(st.booleans()):
        events = [{key: value for key, value in event.items() if key != "id"} for event in events]
        events = list({yaml(event): event for event in events}.values())
    with books(shop) as folder:
        planned = plan(folder, events)
        if not planned.pending:  # without ids the same part may come back twice: two equal lines are one event
            assert {f.code for f in planned.findings} <= {"more-than-sold", "quantity-missing"}
            return
        apply(folder, events)
        files = listing(folder)
        again = plan(folder, events)
        assert not again.pending and not again.findings
        assert [event.status for event in again.events] == ["posted"] * len(events)
        assert not app.apply([folder / "events.yaml"], settings=folder / "returnledger.yaml").file
        assert listing(folder) == files


def listing(folder: Path) -> dict[str, bytes]:
    """Return every file of the books but events and locks."""
    files = [
        path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".yaml" and path.name != ".lock"
    ]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def told(entry: Transaction) -> Any:
    """Return an entry without what depends on the batch it came in: its number, its file."""
    meta = {
        key: value
        for key, value in entry.meta.items()
        if key.startswith("rl-") and key not in ("rl-number", "rl-source")
    }
    postings = [
        (p.account, p.units, p.cost, sorted((k, str(v)) for k, v in p.meta.items() if k.startswith("rl-")))
        for p in entry.postings
    ]
    return (
        entry.date,
        entry.narration,
        sorted(entry.tags),
        sorted(entry.links),
        sorted(map(str, meta.items())),
        postings,
    )


@law(40, shops(), st.data())
def test_two_applies_are_one_where_no_date_of_the_second_is_before_one_of_the_first(
    shop: Shop, data: st.DataObject
) -> None:
    events = [event for order in shop.orders.values() for event, _ in data.draw(full_return(shop, order))]
    events.sort(key=lambda event: event["date"])
    cut = data.draw(st.integers(0, len(events)))
    found = []
    for batches in ([events], [part for part in (events[:cut], events[cut:]) if part]):
        with books(shop) as folder:
            for n, batch in enumerate(batches):
                apply(folder, batch, f"{n}.yaml")
            found.append(sorted(map(told, ours(load(folder))), key=str))
    assert found[0] == found[1]


@law(40, shops(), st.data())
def test_a_void_undoes_exactly_and_the_goods_can_come_back_again(shop: Shop, data: st.DataObject) -> None:
    order = data.draw(st.sampled_from(list(shop.orders.values())))
    made = [event for event, _ in data.draw(full_return(shop, order))]
    with books(shop) as folder:
        before = holdings(load(folder))
        apply(folder, made, "a.yaml")
        after = holdings(load(folder))
        last = made[-1]["date"]
        voids = [{"void": event["id"], "id": f"V-{n}", "date": last} for n, event in enumerate(reversed(made))]
        apply(folder, voids, "b.yaml")
        assert holdings(load(folder)) == before
        wrong = plan(folder, [{"void": "V-0", "id": "W", "date": last}], "c.yaml")
        assert not wrong.pending and wrong.findings
        wrong = plan(folder, [{"void": made[-1]["id"], "id": "W", "date": last}], "c.yaml")
        assert not wrong.pending and wrong.findings
        apply(folder, [event | {"id": f"{event['id']}x"} for event in made], "d.yaml")
        assert good_stock_together(holdings(load(folder))) == good_stock_together(after)


def good_stock_together(held: Mapping[Any, Decimal]) -> dict[Any, Decimal]:
    """Return holdings with returned goods beside those for sale: which of the two is for the order within a day."""
    sums: dict[Any, Decimal] = defaultdict(Decimal)
    for (account, unit, lot), number in held.items():
        sums[account.replace("-Returned", "").replace("-退货良品", ""), unit, lot] += number
    return {key: number for key, number in sums.items() if number}


@law(25, shops(), st.data())
def test_the_ledger_loads_the_same_however_the_files_of_returns_are_named(shop: Shop, data: st.DataObject) -> None:
    order = data.draw(st.sampled_from(list(shop.orders.values())))
    made = [event for event, _ in data.draw(full_return(shop, order))]
    made += [{"void": made[-1]["id"], "id": "V", "date": made[-1]["date"]}]
    with books(shop) as folder:
        for n, event in enumerate(made):
            apply(folder, [event], f"{n}.yaml")
        meant = sorted(map(told, ours(load(folder))), key=str)
        sums = holdings(load(folder))
        random = Random(data.draw(st.integers(0, 99)))
        for _ in range(3):
            files = [p for p in (folder / "returns").rglob("*.beancount") if p.name != "0000.beancount"]
            random.shuffle(files)
            texts = [(p.name, p.read_text(encoding="utf-8")) for p in files]
            for path in files:
                path.unlink()
            for n, (_, text) in enumerate(texts):
                (folder / "returns" / f"{random.randint(100, 999)}-{n}.beancount").write_text(text, encoding="utf-8")
            entries = load(folder)
            assert sorted(map(told, ours(entries)), key=str) == meant
            assert holdings(entries) == sums


@law(60, shops(), st.data())
def test_what_is_wrong_leaves_no_trace_at_all(shop: Shop, data: st.DataObject) -> None:
    order = data.draw(st.sampled_from(list(shop.orders.values())))
    line = data.draw(st.sampled_from(order.lines))
    when = order.settled + timedelta(days=3)
    good = {"return": order.name, "id": "G", "date": when} | item(shop, order, line.number, min(Decimal(1), line.units))
    event = {"return": order.name, "id": "X", "date": when}
    one = item(shop, order, line.number, line.units)
    wrong: list[dict[str, Any]] = [
        event | one | {"qty": line.units + data.draw(st.sampled_from([Decimal(1), Decimal("0.5"), Decimal(99)]))},
        event | one | {"qty": 0},
        event | one | {"sku": "NO-SUCH-THING"},
        event | {"return": "SO-99"},
        event | one | {"date": order.sold - timedelta(days=1)},
        {"allowance": order.name, "id": "X", "date": when, "amount": order.gross + 1},
        {"allowance": order.name, "id": "X", "date": when, "sku": line.sku, "amount": 0},
        event | {"shipping": order.shipping_gross + 1},
        event | one | {"fee": order.gross + 1},
        {"refund": "NO-SUCH-CASE", "id": "X", "date": when},
        {"void": "NO-SUCH-EVENT", "id": "X", "date": when},
        event | one | {"lot": "no such lot"},
        {key: value for key, value in (event | one).items() if key != "date"},
    ]
    with books(shop) as folder:
        before = listing(folder)
        for case in wrong:
            if case.get("lot") and not line.lots:
                continue
            events = data.draw(st.permutations([case, good] if "void" in case or "refund" in case else [case]))
            path = events_file(folder, events)
            applied = app.apply([path], settings=folder / "returnledger.yaml")
            assert not applied.file, case
            assert any(f.severity == "error" for f in applied.findings), case
            assert applied.exit_code == 1
            assert listing(folder) == before, case


@law(40, shops(), st.data())
def test_never_more_comes_back_than_went_out(shop: Shop, data: st.DataObject) -> None:
    order = data.draw(st.sampled_from(list(shop.orders.values())))
    made = [event for event, _ in data.draw(full_return(shop, order))]
    with books(shop) as folder:
        apply(folder, made, "a.yaml")
        before = listing(folder)
        line = data.draw(st.sampled_from(order.lines))
        when = made[-1]["date"] + timedelta(days=data.draw(st.integers(0, 3)))
        for event in (
            {"return": order.name} | item(shop, order, line.number, Decimal(1)),
            {"return": order.name} | item(shop, order, line.number, Decimal("0.001")),
            {"return": order.name},
            {"return": order.name, "goods": "kept"},
            {"allowance": order.name, "amount": Decimal(1).scaleb(-shop.decimals)},
            {"refund": made[-1]["id"], "amount": Decimal(1).scaleb(-shop.decimals)},
            {"refund": made[-1]["id"]},
        ):
            applied = app.apply(
                [events_file(folder, [event | {"id": "X", "date": when}])], settings=folder / "returnledger.yaml"
            )
            assert not applied.file, event
            assert any(f.severity == "error" for f in applied.findings), event
        assert listing(folder) == before


@law(40, shops(), st.data())
def test_allowances_and_returns_in_any_order_give_back_the_line_and_no_more(shop: Shop, data: st.DataObject) -> None:
    order = data.draw(st.sampled_from(list(shop.orders.values())))
    priced = [line for line in order.lines if line.gross > 0]
    line = data.draw(st.sampled_from(priced))
    when, left, events = order.settled, line.units, []
    for n in range(data.draw(st.integers(1, 4))):
        when += timedelta(days=data.draw(st.integers(0, 2)))
        if data.draw(st.booleans()):
            amount = max(
                half_away(line.gross * data.draw(st.integers(1, 12)) / 100, shop.decimals),
                Decimal(1).scaleb(-shop.decimals),
            )
            events.append(
                {"allowance": order.name, "id": f"E{n}", "date": when, "amount": amount} | {"line": line.number}
            )
        elif left > 1:
            units = Decimal(data.draw(st.integers(1, int(left) - 1))) if left >= 2 else left / 2
            left -= units
            events.append({"return": order.name, "id": f"E{n}", "date": when} | item(shop, order, line.number, units))
    events.append({"return": order.name, "id": "LAST", "date": when} | item(shop, order, line.number, left))
    with books(shop) as folder:
        planned = plan(folder, events)
        if any(f.code == "more-than-invoiced" for f in planned.findings):
            return  # the allowances ate up what the units still out are worth
        apply(folder, events)
        entries = ours(load(folder))
        role_sums: dict[str, Decimal] = defaultdict(Decimal)
        for entry in entries:
            assert posted(shop, entry).tax >= 0 and posted(shop, entry).revenue - posted(shop, entry).discount >= 0
            for posting in entry.postings:
                if posting.cost is None:
                    role_sums[posting.meta["rl-role"]] += posting.units.number
        revenue = sum(role_sums[role] for role in ("revenue", "sales_returns", "sales_allowances", "sales_discounts"))
        assert revenue == line.amount - line.discount
        assert role_sums["output_vat"] == line.tax
        assert -role_sums["cogs"] == line.cogs
        assert lots_of(entries) == dict(Oracle(shop, order).back([(line.number, line.units)])[1].items())


@law(30, shops(), st.data())
def test_a_return_before_later_sales_changes_no_booked_lot(shop: Shop, data: st.DataObject) -> None:
    """Goods come back while the shop goes on buying and selling first in, first out."""
    events = []
    for order in shop.orders.values():
        when = order.settled
        for n, (number, units) in enumerate(data.draw(pieces_of(order))[:3]):
            when += timedelta(days=data.draw(st.integers(0, 4)))
            events.append(
                {"return": order.name, "id": f"{order.name}-{n}", "date": when} | item(shop, order, number, units)
            )
    with books(shop) as folder:
        before = load(folder)
        planned = plan(folder, events, proof="full")
        assert planned.text == plan(folder, events).text
        apply(folder, events)
        _untouched(before, load(folder))


def test_the_same_inputs_give_the_same_bytes_wherever_and_whenever_they_are_read() -> None:
    shop = Shop("CNY", "cn")
    shop.buy("MUG-BLUE", day(1), Decimal(9), Decimal("10.33"))
    shop.buy("KETTLE", day(2), Decimal(9), Decimal(100), in_total=True)
    wanted = [Wanted("MUG-BLUE", Decimal(7), Decimal("19.99")), Wanted("KETTLE", Decimal(3), Decimal("55"))]
    shop.sell(
        "SO-1",
        day(9),
        wanted,
        discount=Decimal(15),
        shipping=Decimal(10),
        paid_now=Decimal("0.4"),
        tenders=("bank", "wallet"),
    )
    events = [
        {
            "return": "SO-1",
            "date": day(12),
            "sku": "MUG-BLUE",
            "qty": 2,
            "condition": "opened",
            "tags": ["b", "a", "c"],
        },
        {"allowance": "SO-1", "date": day(13), "amount": 20, "reason": "quality"},
        {"return": "SO-1", "date": day(14), "reason": "changed_mind", "shipping": "all"},
    ]
    texts = set()
    for n, (zone, locale, seed) in enumerate(
        [
            ("UTC", "C", "0"),
            ("Pacific/Kiritimati", "C.UTF-8", "1"),
            ("America/Los_Angeles", "zh_CN.UTF-8", "77"),
            ("Asia/Shanghai", "tr_TR.UTF-8", "4"),
        ]
    ):
        with books(shop) as folder:
            events_file(folder, events)
            environment = os.environ | {
                "TZ": zone,
                "LC_ALL": locale,
                "LANG": locale,
                "PYTHONHASHSEED": seed,
                "RETURNLEDGER_CACHE": "",
            }
            other = folder / "elsewhere"
            other.mkdir()
            where, file = (folder, "events.yaml") if n % 2 else (other, "../events.yaml")
            code = "import sys; from pathlib import Path; from returnledger import app; "
            code += "print(app.apply([sys.argv[1]], settings=Path(sys.argv[2])).file)"
            command = [sys.executable, "-c", code, file, str(folder / "returnledger.yaml")]
            done = subprocess.run(command, cwd=where, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            other.rmdir()
            texts.add(str({name: text for name, text in listing(folder).items() if name.startswith("returns/")}))
    assert len(texts) == 1


@law(40, shops(orders=1), st.data())
def test_parts_are_exact_in_whatever_order_they_are_posted_voided_and_posted_again(
    shop: Shop, data: st.DataObject
) -> None:
    """Backdated events and voids of early ones: the last part takes what is left, to the cent."""
    order = shop.orders["SO-1"]
    line = data.draw(st.sampled_from([line for line in order.lines if line.gross > 0]))
    left, posted_ids, count = line.units, {}, 0
    with books(shop) as folder:
        for _ in range(data.draw(st.integers(2, 7))):
            when = order.settled + timedelta(days=data.draw(st.integers(0, 9)))
            count += 1
            what = data.draw(st.sampled_from(["return", "return", "allowance", "void"]))
            event: dict[str, Any] = {"id": f"E{count}", "date": when}
            units = ZERO
            if what == "void" and posted_ids:
                target = data.draw(st.sampled_from(sorted(posted_ids)))
                units, since = posted_ids.pop(target)
                path = events_file(folder, [event | {"void": target, "date": max(when, since)}], f"{count}.yaml")
                if app.apply([path], settings=folder / "returnledger.yaml").file:
                    left += units
                else:
                    assert not left and not units  # all units are back at a price that the allowance had lowered
                    posted_ids[target] = (units, since)
                continue
            if what == "allowance":
                event |= {
                    "allowance": order.name,
                    "line": line.number,
                    "amount": Decimal(3) / 10 ** min(shop.decimals, 1),
                }
                path = events_file(folder, [event], f"{count}.yaml")
                if app.apply([path], settings=folder / "returnledger.yaml").file:
                    posted_ids[event["id"]] = (ZERO, when)
                continue
            if left >= 1:
                units = Decimal(data.draw(st.integers(1, int(left))))
                left -= units
                posted_ids[event["id"]] = (units, when)
                event |= {"return": order.name} | item(shop, order, line.number, units)
            else:
                continue
            apply(folder, [event], f"{count}.yaml")
        if left:
            event = {"return": order.name, "id": "LAST", "date": order.settled + timedelta(days=9)}
            apply(folder, [event | item(shop, order, line.number, left)], "last.yaml")
        sums: dict[str, Decimal] = defaultdict(Decimal)
        entries = [e for e in ours(load(folder)) if any(p.meta.get("rl-line") == line.number for p in e.postings)]
        for entry in entries:
            for posting in entry.postings:
                if posting.cost is None:
                    sums[posting.meta["rl-role"]] += posting.units.number
        net = sum(sums[role] for role in ("revenue", "sales_returns", "sales_allowances", "sales_discounts"))
        assert net == line.amount - line.discount
        assert sums["output_vat"] == line.tax
        assert -sums["cogs"] == line.cogs
        assert lots_of(entries) == Oracle(shop, order).back([(line.number, line.units)])[1]


def test_a_lot_at_half_a_cent_comes_back_as_it_was_sold() -> None:
    shop = Shop()
    shop.buy("MUG-BLUE", day(1), Decimal(1), Decimal("2.345"))
    shop.buy("MUG-BLUE", day(2), Decimal(1), Decimal("3.335"))
    order = shop.sell("SO-1", day(9), [Wanted("MUG-BLUE", Decimal(2), Decimal(9))])
    with books(shop) as folder:
        apply(folder, [{"return": "SO-1", "date": day(12)}])
        entries = load(folder)
        _settled(shop, order, entries)
        assert "cost_rounding" not in {p.meta["rl-role"] for e in ours(entries) for p in e.postings}
