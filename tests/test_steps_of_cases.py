"""Goods and credit of a case on different days: either first, in parts, at the lots and to the cent, and undone exactly."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from ledgers import balances, effect, make, posted, refused

SALE = """\
2026-01-05 * "Supplier" "Purchase"
  Assets:Inventory:MUG    5 MUG {60.00 CNY, 2026-01-05}
  Assets:Inventory:MUG    5 MUG {65.01 CNY, 2026-02-05}
  Equity:Opening

2026-03-01 * "Ann" "Sale" ^inv-SO-1
  Assets:Receivable       339.00 CNY
  Income:Sales           -300.00 CNY
  Liabilities:Output-VAT  -39.00 CNY
  Expenses:COGS           185.01 CNY
  Assets:Inventory:MUG        -2 MUG {60.00 CNY, 2026-01-05}
  Assets:Inventory:MUG        -1 MUG {65.01 CNY, 2026-02-05}

2026-03-02 * "Ann" "Paid" ^inv-SO-1
  Assets:Cash             339.00 CNY
  Assets:Receivable      -339.00 CNY
"""
INSPECTION, CLEARING = "Assets:Inventory-Inspection:MUG", "Liabilities:Returns-Clearing"
ASSET = "Assets:Return-Asset"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return make(tmp_path / "shop", SALE)


def test_goods_first_then_the_credit(shop: Path) -> None:
    done = posted(shop, "- {receive: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 2}")
    assert effect(done) == {INSPECTION: "125.01", CLEARING: "-125.01"}
    done = posted(shop, "- {credit_note: R-1, id: C-1, date: 2026-03-12, reason: changed_mind}")
    assert effect(done) == {
        "Income:Sales-Returns": "200.00",
        "Liabilities:Output-VAT": "26.00",
        "Expenses:COGS": "-125.01",
        CLEARING: "125.01",
        "Liabilities:Refund-Payable": "-226.00",
    }
    assert CLEARING not in balances(shop)


def test_the_credit_first_then_the_goods(shop: Path) -> None:
    done = posted(shop, "- {credit_note: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 2}")
    assert effect(done)[ASSET] == "125.01"
    assert effect(done)["Expenses:COGS"] == "-125.01"
    done = posted(shop, "- {receive: R-1, id: G-1, date: 2026-03-12}")
    assert effect(done) == {INSPECTION: "125.01", ASSET: "-125.01"}
    assert ASSET not in balances(shop)


def test_one_at_a_time_in_any_order(shop: Path) -> None:
    posted(shop, "- {receive: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 1}")
    posted(shop, "- {credit_note: R-1, id: C-1, date: 2026-03-11, sku: MUG, qty: 3, reason: changed_mind}")
    after = balances(shop)
    assert (after[ASSET], after.get(CLEARING, 0)) == (Decimal("120.00"), 0)
    posted(shop, "- {receive: R-1, id: G-1, date: 2026-03-12, sku: MUG, qty: 1}")
    posted(shop, "- {receive: R-1, id: G-2, date: 2026-03-13}")
    after = balances(shop)
    assert ASSET not in after and CLEARING not in after
    assert after[INSPECTION] == Decimal("185.01")
    assert "Expenses:COGS" not in after


def test_units_that_wait_are_of_their_case_alone(shop: Path) -> None:
    posted(shop, "- {receive: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 2}")
    assert refused(shop, "- {return: SO-1, date: 2026-03-11, sku: MUG, qty: 2}") == ["more-than-sold"]
    posted(shop, "- {return: SO-1, id: R-2, date: 2026-03-11, sku: MUG, qty: 1}", "b.yaml")
    posted(shop, "- {credit_note: R-1, id: C-1, date: 2026-03-12}", "c.yaml")
    after = balances(shop)
    assert "Expenses:COGS" not in after and CLEARING not in after
    assert refused(shop, "- {receive: SO-1, date: 2026-03-13, sku: MUG, qty: 1}") == ["more-than-sold"]


def test_an_order_with_one_case_that_waits_means_that_case(shop: Path) -> None:
    posted(shop, "- {receive: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 2}")
    done = posted(shop, "- {credit_note: SO-1, id: C-1, date: 2026-03-12}")
    assert done.planned.plan.events[0].case == "R-1"


@pytest.mark.parametrize("first", ["receive", "credit_note"])
def test_a_void_of_each_step_is_exact_and_names_what_rests_on_it(shop: Path, first: str) -> None:
    before = balances(shop)
    second = "credit_note" if first == "receive" else "receive"
    posted(shop, f"- {{{first}: SO-1, id: A, date: 2026-03-10, sku: MUG, qty: 2}}")
    between = balances(shop)
    posted(shop, f"- {{{second}: A, id: B, date: 2026-03-11}}")
    assert refused(shop, "- {void: A, date: 2026-03-12}") == ["step-not-allowed"]
    posted(shop, "- {void: B, date: 2026-03-12}", "v.yaml")
    assert balances(shop) == between
    posted(shop, "- {void: A, date: 2026-03-12}", "w.yaml")
    assert balances(shop) == before
    posted(shop, "- {return: SO-1, id: C, date: 2026-03-13}", "x.yaml")


def test_a_refund_pays_what_the_credit_note_left_payable(shop: Path) -> None:
    posted(shop, "- {receive: SO-1, id: R-1, date: 2026-03-10}\n- {credit_note: R-1, id: C-1, date: 2026-03-11}")
    done = posted(shop, "- {refund: R-1, id: P-1, date: 2026-03-12}", "p.yaml")
    assert effect(done) == {"Liabilities:Refund-Payable": "339.00", "Assets:Cash": "-339.00"}
