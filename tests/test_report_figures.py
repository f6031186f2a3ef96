"""Reports over whole lives of returns and advances: figures worked out by hand, and all that they tie to."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from ledgers import make, posted

from returnledger import app
from returnledger.cli import main
from returnledger.cli.words import cells
from returnledger.reports import MODULES

EXAMPLES = Path(__file__).parent.parent / "examples"
LIVES = {
    "appliance-maker": ("request", "goods", "after", "provision", "new-year", "closing"),
    "advance-refunds": ("requests", "decisions", "payments"),
    "small-shop": ("events", "later"),
}
CUSTOMERS = {"appliance-maker": "佛山百货", "advance-refunds": "绍兴博远", "small-shop": "客户 C101"}


def lived(name: str, folder: Path) -> Path:
    """Return the settings of a copy of an example in which all its files are booked."""
    work = Path(shutil.copytree(EXAMPLES / name, folder / name / "work"))
    for file in LIVES[name]:
        done = app.apply([work / f"{file}.yaml"], settings=work / "returnledger.yaml")
        assert done.file and not done.findings
    return work / "returnledger.yaml"


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("lives")
    return {name: lived(name, folder) for name in LIVES}


def asked(settings: Path, name: str, **given: str) -> dict[str, Any]:
    options = {key.replace("_", "-"): value for key, value in given.items()}
    return dict(json.loads(app.report(name, options, settings=settings, fmt="json")))


def figures(rows: list[dict[str, Any]], *keys: str) -> list[tuple[str, ...]]:
    return [tuple(str(row[key]).removesuffix(" CNY") for key in keys) for row in rows]


@pytest.mark.parametrize("name", LIVES)
def test_every_report_ties_and_keeps_to_the_page(name: str, lives: dict[str, Path]) -> None:
    for report in MODULES:
        given = {"customer": CUSTOMERS[name]} if report == "customer" else {}
        found = asked(lives[name], report, **given)
        assert [tie for tie in found["ties"] if tie["reported"] != tie["booked"]] == [], report
        for language in ("zh", "en"):
            text = app.report(report, given, settings=lives[name], language=language, width=80)
            assert [line for line in text.splitlines() if cells(line) > 80] == [], (report, language)


def test_the_register_has_credits_that_an_estimate_or_the_year_before_bore_and_no_estimate(
    lives: dict[str, Path],
) -> None:
    register = asked(lives["appliance-maker"], "credit-notes")
    assert figures(register["rows"], "number", "net", "tax", "gross") == [
        ("红冲-2025-0001", "3840.00", "499.20", "4339.20"),
        ("红冲-2026-0001", "3200.00", "416.00", "3616.00"),  # taken from what was set aside
        ("红冲-2026-0002", "1000.00", "130.00", "1130.00"),  # adjusts the year before
    ]
    assert figures(register["tax_by_rate"], "tax_rate", "documents", "net", "tax") == [
        ("0.130000", "3", "8040.00", "1045.20")
    ]
    assert register["notes"] == ["no number is missing"]
    assert {tie["account"] for tie in register["ties"]} >= {
        "Income:6001-主营业务收入",
        "Liabilities:2221-应交税费:销项税额",
    }


def test_what_became_of_goods_counts_each_unit_where_it_went(lives: dict[str, Path]) -> None:
    found = asked(lives["appliance-maker"], "disposition")
    assert figures(found["rows"], "disposition", "units", "cost", "lost") == [
        ("restock", "27", "3720.00", "75.00"),  # 6 at 200.00 and 21 at 120.00; five of these repaired
        ("restock_open_box", "3", "600.00", "52.80"),
        ("return_to_supplier", "2", "400.00", "20.00"),
        ("scrap", "1", "200.00", "185.00"),
    ]


def test_freight_that_was_accrued_is_a_cost_when_it_is_spent(lives: dict[str, Path]) -> None:
    found = asked(lives["appliance-maker"], "cost")
    assert figures(found["rows"], "what", "type", "net_cost")[0] == ("freight", "freight", "64.00")
    assert figures(found["totals"], "net_cost") == [("396.80",)]


def test_exceptions_of_advances_come_to_what_went_back(lives: dict[str, Path]) -> None:
    found = asked(lives["advance-refunds"], "exceptions")
    lost = {(row["order"], row["amount"]) for row in found["rows"] if row["what"] == "evidence_lost"}
    paid = {order: amount for order, amount in sorted(lost) if amount not in ("0.00", "0.00 CNY")}
    assert paid == {
        "HT-11": "113000.00 CNY",
        "HT-12": "248600.00 CNY",
        "HT-13": "50000.00 CNY",
        "HT-14": "262500.00 CNY",  # 150,000.00 and the penalty
        "HT-15": "19080.00 CNY",
        "HT-18": "72000.00 CNY",  # ten thousand dollars at the rate at which they came in
    }


def test_on_a_narrow_page_each_advance_still_adds_up(lives: dict[str, Path]) -> None:
    text = app.report("advances", {}, settings=lives["advance-refunds"], language="en", width=80)
    (row,) = (line.split() for line in text.splitlines() if line.startswith("HT-12 "))
    came, *gone, left, _owed = (Decimal(cell.replace(",", "")) for cell in row[1:])
    assert came - sum(gone) == left == 0
    assert "(no room for: customer, contract, since, deadline, papers)" in text


def test_a_plan_says_its_decisions_in_the_language_of_the_reader(
    lives: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    shop = lives["small-shop"]
    event = shop.parent / "more.yaml"
    event.write_text("- {return: SO-1001, date: 2026-11-04, sku: MUG-BLUE, qty: 1}\n", encoding="utf-8")
    for language, said in (
        ("zh", ("处置 ", "重新入库 (restock)", "7 天内")),
        ("en", ("disposition", "within 7 days")),
    ):
        main(["--lang", language, "--settings", str(shop), "plan", str(event)])
        printed = capsys.readouterr().out
        assert all(word in printed for word in said), printed


SWAPPED = """\
2026-01-01 * "Supplier" "Purchase"
  Assets:Inventory    20 MUG {60.00 CNY, 2026-01-01}
  Assets:Inventory    20 TEE {25.00 CNY, 2026-01-01}
  Equity:Opening

2026-04-01 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank    1130.00 CNY
  Income:Sales    -1000.00 CNY
  Liabilities:Output-VAT    -130.00 CNY
  Expenses:COGS    600.00 CNY
  Assets:Inventory    -10 MUG {60.00 CNY, 2026-01-01}

"""
SWAPS = """\
- {exchange: SO-1, id: X-1, date: 2026-05-02, sku: MUG, qty: 1, condition: opened, value: 50, as: like_for_like}
- {exchange: SO-1, id: X-2, date: 2026-05-03, sku: MUG, qty: 2, condition: new, out: [{sku: TEE, qty: 2, price_incl_tax: 113.00}]}
- {receive: SO-1, id: X-3, date: 2026-05-04, sku: MUG, qty: 3}
- {inspect: X-3, id: I-3, date: 2026-05-05, items: [{sku: MUG, qty: 3, condition: damaged, disposition: hold}]}
- {exchange: X-3, id: X-4, date: 2026-05-06, as: like_for_like}
"""


def test_what_came_back_in_an_exchange_is_among_the_goods(tmp_path: Path) -> None:
    settings = make(tmp_path, SWAPPED)
    posted(settings, SWAPS)
    found = asked(settings, "disposition")
    assert figures(found["rows"], "disposition", "units", "cost", "lost") == [
        ("restock", "2", "120.00", "0.00"),
        ("restock_open_box", "1", "60.00", "12.50"),
        ("hold", "3", "180.00", "0.00"),
    ]


def test_a_total_of_an_estimate_says_what_it_is_of(lives: dict[str, Path]) -> None:
    text = app.report("liability", {}, settings=lives["appliance-maker"], language="en", width=80)
    heads = [before for before, line in pairwise(text.splitlines()) if line.startswith("total")]
    assert heads == ["refund_liability", "return_asset"]


SUPPLIED = """\
2025-04-10 * "Acme" "Lamps" ^po-77
  Assets:Inventory                    15 LAMP {40.00 CNY}
  Assets:Input-VAT                 78.00 CNY
  Assets:Cash                    -678.00 CNY
"""


def test_what_was_undone_is_neither_sent_back_nor_claimed_nor_recovered(tmp_path: Path) -> None:
    shop = make(tmp_path / "shop", SUPPLIED)

    def score() -> list[tuple[str, ...]]:
        rows = asked(shop, "supplier")["rows"]
        return figures([row for row in rows if row["supplier"]], "sent_back", "claimed", "recovered", "lost", "open")

    posted(shop, "- {supplier_return: po-77, id: S-1, date: 2025-05-04, supplier: Acme, sku: LAMP, qty: 10}", "a.yaml")
    assert score() == [("10", "452.00", "0.00", "0.00", "452.00")]
    final = "- {recovery: S-1, id: C-1, date: 2025-06-01, party: supplier, amount: 400.00, final: true}"
    posted(shop, final, "b.yaml")
    assert score() == [("10", "452.00", "400.00", "52.00", "0.00")]
    posted(shop, "- {void: C-1, id: V-1, date: 2025-06-02}", "c.yaml")
    assert score() == [("10", "452.00", "0.00", "0.00", "452.00")]
    posted(shop, "- {void: S-1, id: V-2, date: 2025-06-03}", "d.yaml")
    assert score() == [("0", "0.00", "0.00", "0.00", "0.00")]
