"""Returns after the balance sheet date under IFRS and US GAAP: the old year bears them while its statements may change."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from beancount.core.data import Transaction
from ledgers import POLICY, balances, effect, load, make, posted

from returnledger import app

# The sale and its figures are those of the worked example SR-004 (ASBE 29), which other frameworks book otherwise.
SALE = """\
2015-11-01 * "Supplier" "Purchase"
  Assets:Inventory    1 PRESS {1000000.00 CNY, 2015-11-01}
  Assets:Inventory    4 MUG {60.00 CNY, 2015-11-01}
  Equity:Opening

2015-11-08 * "Ann" "Sale" ^inv-SO-1
  Assets:Receivable       1404000.00 CNY
  Income:Sales           -1200000.00 CNY
  Liabilities:Output-VAT  -204000.00 CNY
  Expenses:COGS           1000000.00 CNY
  Assets:Inventory                -1 PRESS {1000000.00 CNY, 2015-11-01}

2016-01-05 * "Bob" "Sale of the new year" ^inv-SO-2
  Assets:Bank                 113.00 CNY
  Income:Sales               -100.00 CNY
  Liabilities:Output-VAT      -13.00 CNY
  Expenses:COGS                60.00 CNY
  Assets:Inventory                -1 MUG {60.00 CNY, 2015-11-01}
"""
YEAR = "year_end: {date: 2015-12-31, authorised: 2016-03-31, income_tax_percent: 25, reserve_percent: 10}\n"


def shop(folder: Path, framework: str, more: str = YEAR) -> Path:
    return make(folder, SALE, policy=POLICY, more=f"framework: {framework}\nrevenue_account: same\n{more}")


def of_year(settings: Path, year: int) -> dict[str, Decimal]:
    """Return what our entries dated in a year did to income and expenses."""
    found: dict[str, Decimal] = {}
    for entry in load(settings):
        if isinstance(entry, Transaction) and "rl-id" in entry.meta and entry.date.year == year:
            for posting in entry.postings:
                if posting.account.startswith(("Income", "Expenses")):
                    found[posting.account] = found.get(posting.account, Decimal(0)) + posting.units.number
    return {account: amount for account, amount in found.items() if amount}


RETURN = "- {return: SO-1, id: R-1, date: 2016-01-12, condition: new, reason: quality}\n"
STEPS = """\
- {request: SO-1, id: R-1, date: 2016-01-10, reason: changed_mind}
- {receive: R-1, date: 2016-01-12}
- {inspect: R-1, date: 2016-01-13, condition: new}
- {credit_note: R-1, date: 2016-01-14}
"""


@pytest.mark.parametrize("framework", ["ifrs", "us_gaap"])
@pytest.mark.parametrize("events", [RETURN, STEPS])
def test_the_old_year_bears_it_and_nothing_is_left_between(tmp_path: Path, framework: str, events: str) -> None:
    settings = shop(tmp_path / "shop", framework)
    done = posted(settings, events)
    assert effect(done) == {
        "Income:Sales": "1200000.00",
        "Liabilities:Output-VAT": "204000.00",
        "Expenses:COGS": "-1000000.00",
        "Assets:Inventory": "1000000.00",
        "Assets:Receivable": "-1404000.00",
    }
    assert of_year(settings, 2015) == {"Income:Sales": Decimal("1200000.00"), "Expenses:COGS": Decimal("-1000000.00")}
    assert not of_year(settings, 2016)
    held = balances(settings)
    assert not {"Liabilities:Refund-Liability", "Assets:Return-Asset", "Liabilities:Returns-Clearing"} & set(held)
    assert not any("Prior-Period" in account for account in held)
    assert app.plan([settings.parent / "events.yaml"], settings=settings).batch is None
    (case,) = app.status(settings=settings).cases
    assert not case.clearing and case.opened.year == 2016


def test_after_the_statements_are_authorised_or_the_year_is_closed_it_is_this_year_s(tmp_path: Path) -> None:
    settings = shop(tmp_path / "late", "ifrs", YEAR.replace("2016-03-31", "2016-01-11"))
    posted(settings, RETURN)
    assert not of_year(settings, 2015) and of_year(settings, 2016)["Income:Sales"] == Decimal("1200000.00")
    settings = shop(tmp_path / "closed", "ifrs")
    ledger = settings.parent / "main.beancount"
    ledger.write_text(ledger.read_text("utf-8") + '\n2015-12-31 custom "returnledger" "lock"\n', "utf-8")
    posted(settings, RETURN)
    assert not of_year(settings, 2015) and of_year(settings, 2016)["Income:Sales"] == Decimal("1200000.00")


def test_a_sale_of_the_new_year_and_a_small_enterprise_stay_in_the_new_year(tmp_path: Path) -> None:
    settings = shop(tmp_path / "new", "ifrs")
    posted(settings, "- {return: SO-2, date: 2016-01-12, condition: new}")
    assert not of_year(settings, 2015)
    settings = shop(tmp_path / "small", "asbe_small")
    posted(settings, RETURN)
    assert not of_year(settings, 2015) and of_year(settings, 2016)


def test_a_void_undoes_both_and_the_books_can_go_on(tmp_path: Path) -> None:
    settings = shop(tmp_path / "shop", "ifrs")
    before = balances(settings)
    posted(settings, RETURN)
    posted(settings, "- {void: R-1, date: 2016-01-20}", "b.yaml")
    assert balances(settings) == before
    posted(settings, RETURN.replace("R-1", "R-2").replace("01-12", "01-21"), "c.yaml")
    posted(settings, "- {amend: R-2, date: 2016-01-22, set: {note: again}}", "d.yaml")
    assert of_year(settings, 2015) and not app.verify(settings=settings).findings
