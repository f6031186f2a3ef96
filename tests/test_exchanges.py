"""Exchanges: goods for goods at their cost, no revenue; what went out can come back, and everything is undone exactly.

EX-001 is a worked example (another colour is no return); its ledger is ours.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import apply, balances, effect, make, posted, refused

SHOP = """\
2025-01-05 * "Works" "Purchase"
  Assets:Inventory:BLUE    5 BLUE {60.00 CNY, 2025-01-05}
  Assets:Inventory:RED     3 RED {62.00 CNY, 2025-01-06}
  Assets:Inventory:BLUE    5 BLUE {61.50 CNY, 2025-02-05}
  Equity:Opening

2025-05-20 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank              339.00 CNY
  Income:Sales            -300.00 CNY
  Liabilities:Output-VAT   -39.00 CNY
  Expenses:COGS            180.00 CNY
  Assets:Inventory:BLUE        -3 BLUE {60.00 CNY, 2025-01-05}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return make(tmp_path / "shop", SHOP)


def test_ex_001_another_colour_is_no_return(shop: Path) -> None:
    done = posted(
        shop,
        "- {exchange: SO-1, date: 2025-06-01, sku: BLUE, qty: 1, condition: new, as: like_for_like, out: [{sku: RED}]}",
    )
    assert effect(done) == {
        "Assets:Inventory:BLUE": "60.00",
        "Assets:Inventory:RED": "-62.00",
        "Expenses:COGS": "2.00",
    }


def test_the_replacement_comes_back_at_its_own_cost_and_the_price_of_its_line(shop: Path) -> None:
    posted(shop, "- {exchange: SO-1, id: X-1, date: 2025-06-01, sku: BLUE, qty: 3, condition: damaged}")
    done = posted(shop, "- {return: SO-1, id: R-1, date: 2025-06-20, condition: new, method: later}")
    assert effect(done) == {
        "Income:Sales-Returns": "300.00",
        "Liabilities:Output-VAT": "39.00",
        "Assets:Inventory:BLUE": "181.50",  # two of the first lot, one of the second
        "Expenses:COGS": "-181.50",
        "Liabilities:Refund-Payable": "-339.00",
    }
    left = balances(shop)
    assert "Expenses:COGS" not in left
    assert "step-not-allowed" in refused(shop, "- {void: X-1, date: 2025-06-21}")


def test_a_void_puts_everything_back(shop: Path) -> None:
    before = balances(shop)
    posted(shop, "- {exchange: SO-1, id: X-1, date: 2025-06-01, sku: BLUE, qty: 2, condition: damaged}")
    posted(shop, "- {void: X-1, date: 2025-06-02}")
    assert balances(shop) == before
    assert effect(posted(shop, "- {return: SO-1, date: 2025-06-20, method: later}"))["Expenses:COGS"] == "-180.00"


def test_a_warranty_replacement_costs_what_it_costs_less_the_faulty_unit(shop: Path) -> None:
    done = posted(
        shop,
        "- {exchange: SO-1, id: X-1, date: 2025-06-01, sku: BLUE, qty: 1, as: warranty, condition: damaged, value: 15.00}",
    )
    assert effect(done) == {
        "Assets:Inventory-Hold:BLUE": "60.00",
        "Assets:Inventory:BLUE": "-60.00",
        "Assets:Inventory-Allowance": "-45.00",
        "Expenses:Warranty": "45.00",
    }


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ("{exchange: SO-1, date: 2025-06-01, sku: BLUE, qty: 4}", "more-than-sold"),
        ("{exchange: SO-9, date: 2025-06-01}", "unknown-sale"),
        ("{exchange: SO-1, date: 2025-06-01, sku: BLUE, qty: 1, out: [{sku: RED}]}", "price-missing"),
        (
            "{exchange: SO-1, date: 2025-06-01, sku: BLUE, qty: 1, as: like_for_like, out: [{sku: GREEN}]}",
            "step-not-allowed",
        ),
        ("{exchange: SO-1, date: 2025-06-01, sku: BLUE, qty: 1, out: [{sku: BLUE, qty: 2}]}", "step-not-allowed"),
    ],
)
def test_what_does_not_fit_is_refused(shop: Path, event: str, code: str) -> None:
    assert code in refused(shop, f"- {event}")


@settings(max_examples=20, deadline=None)
@given(steps=st.lists(st.tuples(st.sampled_from(("exchange", "return")), st.integers(1, 3)), min_size=1, max_size=6))
def test_whatever_is_swapped_and_returned_the_sale_can_be_undone_whole(steps: list, tmp_path_factory: object) -> None:
    shop = make(tmp_path_factory.mktemp("x") / "shop", SHOP)  # type: ignore[attr-defined]
    for n, (kind, units) in enumerate(steps):
        method = ", method: later" if kind == "return" else ""
        event = (
            f"- {{{kind}: SO-1, id: E-{n}, date: 2025-06-{n + 1:02d}, sku: BLUE, qty: {units}, condition: new{method}}}"
        )
        apply(shop, event, f"e{n}.yaml")
        assert sum(balances(shop).values()) == 0
    apply(shop, "- {return: SO-1, date: 2025-07-01, condition: new, method: later}", "last.yaml")
    left = balances(shop)
    assert "Expenses:COGS" not in left
    assert left["Assets:Inventory:BLUE"] == 5 * 60 + 5 * left_cost()
    assert left["Liabilities:Refund-Payable"] == -339


def left_cost() -> object:
    from decimal import Decimal

    return Decimal("61.50")
