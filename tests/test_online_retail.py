"""Real returns of a real shop, booked, agree with what can be worked out from its invoices without returnledger.

The matching below is written again from its description and reads only the CSV files: a returned line takes from the
same customer's lines of the same SKU and price, the most recent sale first, sold on or before the day of the return,
split over several sales if need be, and is refused whole where too few units are left.
"""

from __future__ import annotations

import csv
import importlib.util
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest
from beancount import loader
from beancount.core.data import Transaction

from returnledger import app
from returnledger.findings import Finding

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "online-retail"
# The whole data and the script that lays it out are not part of the project; who has them names their folder.
SOURCE = Path(os.environ.get("RETURNLEDGER_DATA", ""))
MAKER = SOURCE / "make_online_retail_ledger.py"
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


Row = dict[str, str]


def script(path: Path) -> ModuleType:
    """Return a script as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows(name: str, folder: Path = EXAMPLE) -> list[Row]:
    """Return the lines of goods of a CSV file of the example."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row.get("kind", "goods") == "goods"]


def worked_out(sales: Sequence[Row], returns: Sequence[Row]) -> Expected:
    """Match every returned line with the sales, by day and then as the file has them."""
    sold: dict[tuple[str, str, Decimal], list[Sold]] = defaultdict(list)
    for row in sales:
        key = row["customer"], row["sku"], Decimal(row["unit_price"])
        sold[key].append(Sold(row["date"], row["invoice"], int(row["line"]), int(row["qty"])))
    result = Expected(defaultdict(int), Decimal(0), set(), set(), set())
    for row in sorted(returns, key=lambda row: row["date"]):
        name, wanted, price = f"{row['return_invoice']}-{row['line']}", int(row["qty"]), Decimal(row["unit_price"])
        mine = sold.get((row["customer"], row["sku"], price), []) if row["customer"] else []
        fitting = [s for s in mine if s.left and s.day <= row["date"]]
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


def assert_books_agree(work: Path, sales: Sequence[Row], expected: Expected) -> None:
    """Load the books of `work` and compare stock, cost of goods and revenue with what was worked out."""
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

    costs = {row["sku"]: (row["commodity"], Decimal(row["assumed_unit_cost"])) for row in rows("sku_costs.csv", work)}
    # As many were bought as were sold, so what is in stock is what came back.
    lots = {(*costs[sku], "2010-11-30"): Decimal(units) for sku, units in expected.units.items()}
    assert {lot: units for lot, units in stock.items() if units} == lots

    cost_sold = sum(int(row["qty"]) * costs[row["sku"]][1] for row in sales)
    cost_back = sum(units * costs[sku][1] for sku, units in expected.units.items())
    assert balance["Expenses:COGS"] == cost_sold - cost_back

    revenue = sum(int(row["qty"]) * Decimal(row["unit_price"]) for row in sales)
    booked_revenue = -sum(amount for account, amount in balance.items() if account.startswith("Income:Sales"))
    assert booked_revenue == revenue - expected.revenue


@pytest.fixture(scope="module")
def booked(tmp_path_factory: pytest.TempPathFactory) -> tuple[app.Applied, Path]:
    """Return what applying all the events did, and the folder with the books."""
    work = tmp_path_factory.mktemp("shop") / "work"
    shutil.copytree(EXAMPLE, work)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(work)
        return app.apply(["events.csv"], ready=True), work


def test_the_events_are_what_the_script_makes_of_the_credit_notes(tmp_path: Path) -> None:
    script(EXAMPLE / "make_events.py").main([str(EXAMPLE / "returns.csv"), str(tmp_path / "events.csv")])
    assert (tmp_path / "events.csv").read_bytes() == (EXAMPLE / "events.csv").read_bytes()


def test_each_returned_line_is_posted_or_refused_as_worked_out(booked: tuple[app.Applied, Path]) -> None:
    expected, (applied, _) = worked_out(rows("sales.csv"), rows("returns.csv")), booked
    assert (len(expected.posted), len(expected.part), len(expected.none)) == (POSTED, PART, NONE)
    assert {event.id for event in applied.events if event.status == "new"} == expected.posted
    assert {event.id for event in applied.events if event.status == "refused"} == expected.part | expected.none


def test_each_refusal_says_why(booked: tuple[app.Applied, Path]) -> None:
    expected, (applied, _) = worked_out(rows("sales.csv"), rows("returns.csv")), booked
    why: dict[str, list[Finding]] = {
        event.id: list(event.findings) for event in applied.events if event.status == "refused"
    }
    assert {name for name, found in why.items() if [f.code for f in found] == ["more-than-sold"]} == expected.part
    assert {name for name, found in why.items() if [f.code for f in found] == ["unknown-sale"]} == expected.none
    assert all(finding.span is not None for found in why.values() for finding in found)


def test_stock_cost_and_revenue_agree_to_the_cent_and_by_lot(booked: tuple[app.Applied, Path]) -> None:
    sales = rows("sales.csv")
    assert_books_agree(booked[1], sales, worked_out(sales, rows("returns.csv")))


def test_applying_again_books_nothing_more(booked: tuple[app.Applied, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    _, work = booked
    monkeypatch.chdir(work)
    again = app.apply(["events.csv"], ready=True)
    assert again.file == ""
    assert sum(event.status == "posted" for event in again.events) == POSTED


@pytest.mark.long
@pytest.mark.skipif(not MAKER.is_file(), reason=f"RETURNLEDGER_DATA names no folder with {MAKER.name} and its data")
def test_the_whole_year_agrees_to_the_cent_and_by_lot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run([sys.executable, str(MAKER), str(tmp_path)], check=True, stdout=subprocess.DEVNULL)
    with (tmp_path / "main.beancount").open("a", encoding="utf-8") as root:
        root.write('include "returns/**/*.beancount"\n')
    for name in ("returns", "policies"):
        shutil.copytree(EXAMPLE / name, tmp_path / name)
    shutil.copy(EXAMPLE / "returnledger.yaml", tmp_path)
    script(EXAMPLE / "make_events.py").main([str(tmp_path / "returns.csv"), str(tmp_path / "events.csv")])

    source = script(MAKER)
    lines = [line for line in source.read_lines(str(SOURCE / "online_retail.csv.gz")) if line.kind == "goods"]
    sales = [
        {"customer": x.customer, "sku": x.sku, "unit_price": str(x.price), "date": x.date, "qty": str(x.qty),
         "invoice": x.invoice, "line": str(x.line)}
        for x in lines if source.bucket(x) == "sale"
    ]  # fmt: skip
    expected = worked_out(sales, rows("returns.csv", tmp_path))

    monkeypatch.chdir(tmp_path)
    applied = app.apply(["events.csv"], ready=True)
    assert {event.id for event in applied.events if event.status == "new"} == expected.posted
    assert len(applied.events) == 8_704
    assert all(event.findings for event in applied.events if event.status == "refused")
    assert_books_agree(tmp_path, sales, expected)
