"""Real returns of a real shop, booked, agree with what can be worked out from its invoices without returnledger.

The matching below is written again from its description and reads only the CSV files: a returned line takes from the
same customer's lines of the same SKU and price, the most recent sale first, sold on or before the day of the return,
split over several sales if need be, and is refused whole where too few units are left.
"""

from __future__ import annotations

import csv
import importlib.util
import shutil
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.core.data import Transaction

from returnledger import app
from returnledger.findings import Finding

EXAMPLE = Path(__file__).parent.parent / "examples" / "online-retail"
CENT = Decimal("0.01")
POSTED, PART, NONE = 291, 8, 123


@dataclass
class Sold:
    """One line of an invoice with the units that the customer still has."""

    day: str
    invoice: str
    line: int
    left: int


@dataclass
class Expected:
    """What the CSV files come to: units back by SKU, their revenue, and each returned line by what became of it."""

    units: dict[str, int]
    revenue: Decimal
    posted: set[str]
    part: set[str]
    none: set[str]


def rows(name: str) -> list[dict[str, str]]:
    """Return the lines of goods of a CSV file of the example."""
    with (EXAMPLE / name).open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row.get("kind", "goods") == "goods"]


def worked_out() -> Expected:
    """Match every returned line with the sales, by day and then as the file has them."""
    sold: dict[tuple[str, str, Decimal], list[Sold]] = defaultdict(list)
    for row in rows("sales.csv"):
        key = row["customer"], row["sku"], Decimal(row["unit_price"])
        sold[key].append(Sold(row["date"], row["invoice"], int(row["line"]), int(row["qty"])))
    result = Expected(defaultdict(int), Decimal(0), set(), set(), set())
    for row in sorted(rows("returns.csv"), key=lambda row: row["date"]):
        name, wanted, price = f"{row['return_invoice']}-{row['line']}", int(row["qty"]), Decimal(row["unit_price"])
        fitting = [s for s in sold[row["customer"], row["sku"], price] if s.left and s.day <= row["date"]]
        if sum(s.left for s in fitting) < wanted:
            (result.part if fitting else result.none).add(name)
            continue
        result.posted.add(name)
        result.units[row["sku"]] += wanted
        result.revenue += wanted * price
        for line in sorted(fitting, key=lambda s: s.day, reverse=True):
            taken = min(wanted, line.left)
            line.left, wanted = line.left - taken, wanted - taken
    return result


@pytest.fixture(scope="module")
def booked(tmp_path_factory: pytest.TempPathFactory) -> tuple[app.Applied, Path]:
    """Return what applying all the events did, and the folder with the books."""
    work = tmp_path_factory.mktemp("shop") / "work"
    shutil.copytree(EXAMPLE, work)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(work)
        return app.apply(["events.csv"], ready=True), work


def test_the_events_are_what_the_script_makes_of_the_credit_notes(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("make_events", EXAMPLE / "make_events.py")
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.main([str(EXAMPLE / "returns.csv"), str(tmp_path / "events.csv")])
    assert (tmp_path / "events.csv").read_bytes() == (EXAMPLE / "events.csv").read_bytes()


def test_each_returned_line_is_posted_or_refused_as_worked_out(booked: tuple[app.Applied, Path]) -> None:
    expected, (applied, _) = worked_out(), booked
    assert (len(expected.posted), len(expected.part), len(expected.none)) == (POSTED, PART, NONE)
    assert {event.id for event in applied.events if event.status == "new"} == expected.posted
    assert {event.id for event in applied.events if event.status == "refused"} == expected.part | expected.none


def test_each_refusal_says_why(booked: tuple[app.Applied, Path]) -> None:
    expected, (applied, _) = worked_out(), booked
    why: dict[str, list[Finding]] = {
        event.id: list(event.findings) for event in applied.events if event.status == "refused"
    }
    assert {name for name, found in why.items() if [f.code for f in found] == ["more-than-sold"]} == expected.part
    assert {name for name, found in why.items() if [f.code for f in found] == ["unknown-sale"]} == expected.none
    assert all(finding.span is not None for found in why.values() for finding in found)


def test_stock_cost_and_revenue_agree_to_the_cent_and_by_lot(booked: tuple[app.Applied, Path]) -> None:
    expected, (_, work) = worked_out(), booked
    entries, errors, _ = loader.load_file(str(work / "main.beancount"))
    assert errors == []
    stock: dict[tuple[str, Decimal, str], Decimal] = defaultdict(Decimal)
    balance: dict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        for posting in entry.postings if isinstance(entry, Transaction) else ():
            if posting.cost is not None:
                stock[posting.units.currency, posting.cost.number, str(posting.cost.date)] += posting.units.number
            else:
                balance[posting.account] += posting.units.number

    costs = {row["sku"]: (row["commodity"], Decimal(row["assumed_unit_cost"])) for row in rows("sku_costs.csv")}
    # As many were bought as were sold, so what is in stock is what came back.
    lots = {(*costs[sku], "2010-11-30"): Decimal(units) for sku, units in expected.units.items()}
    assert {lot: units for lot, units in stock.items() if units} == lots

    sold = rows("sales.csv")
    cost_sold = sum(int(row["qty"]) * costs[row["sku"]][1] for row in sold)
    cost_back = sum(units * costs[sku][1] for sku, units in expected.units.items())
    assert balance["Expenses:COGS"] == cost_sold - cost_back

    revenue = sum(int(row["qty"]) * Decimal(row["unit_price"]) for row in sold)
    booked_revenue = -sum(amount for account, amount in balance.items() if account.startswith("Income:Sales"))
    assert booked_revenue == revenue - expected.revenue
    assert (cost_back, expected.revenue) == (cost_back.quantize(CENT), expected.revenue.quantize(CENT))


def test_applying_again_books_nothing_more(booked: tuple[app.Applied, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    _, work = booked
    monkeypatch.chdir(work)
    again = app.apply(["events.csv"], ready=True)
    assert again.file == ""
    assert sum(event.status == "posted" for event in again.events) == POSTED
