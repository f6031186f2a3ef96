"""Sales in foreign currency, as people book them: what the customer owes and pays, at the sale's, the carrying and the day's rate."""

from __future__ import annotations

import itertools
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from beancount.core.data import Transaction
from ledgers import effect, load, make, posted, refused

from returnledger import app
from returnledger.text import render

BUY = """\
2026-01-05 * "Supplier" "Purchase"
  Assets:Inventory    10 MUG {40.00 CNY, 2026-01-05}
  Equity:Opening

2026-01-06 * "Supplier" "Purchase"
  Assets:Inventory    10 TEE {25.00 CNY, 2026-01-06}
  Equity:Opening

"""

# 3 mugs and 2 shirts: 100.00 USD, at 7.2013 CNY.
SALE = (
    BUY
    + """\
2026-03-01 * "Ann" "Export" ^inv-SO-1
  Assets:Receivable                      100.00 USD @@ 720.13 CNY
  Income:Sales                          -480.09 CNY
    sku: "MUG"
    qty: 3
  Income:Sales                          -240.04 CNY
    sku: "TEE"
    qty: 2
  Expenses:COGS                          170.00 CNY
  Assets:Inventory                           -3 MUG {40.00 CNY, 2026-01-05}
  Assets:Inventory                           -2 TEE {25.00 CNY, 2026-01-06}

"""
)
PRICES = """\
2026-03-31 price USD 7.25 CNY

2026-04-10 price USD 7.30 CNY

"""
PAID = """\
2026-03-20 * "Ann" "Payment" ^inv-SO-1
  Assets:Bank:USD                         {units} USD @@ {bank} CNY
  Assets:Receivable                      -{units} USD @@ {carried} CNY
  Income:FX-Gain-Loss                    -{gain} CNY

"""


def stand(settings: Path) -> dict[str, dict[str, Decimal]]:
    """Return what is left on every account, by currency or lot."""
    found: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for entry in load(settings):
        if isinstance(entry, Transaction):
            for p in entry.postings:
                lot = f"{p.units.currency} {{{p.cost.number:f} {p.cost.date}}}" if p.cost else p.units.currency
                found[p.account][lot] += p.units.number
    return {name: rows for name, own in found.items() if (rows := {lot: n for lot, n in own.items() if n})}


def postings(done: app.Applied) -> list[str]:
    """Return the postings of an apply as they are written, metadata left out."""
    lines = [line for directive in done.planned.plan.directives for line in render(directive).splitlines()]
    return [" ".join(line.split()) for line in lines if line[:3].strip() and line[:2] == "  " and "rl-" not in line]


def test_an_unpaid_sale_leaves_the_receivable_at_the_rate_it_was_booked_at(tmp_path: Path) -> None:
    done = posted(make(tmp_path / "a", SALE + PRICES), "- {return: SO-1, date: 2026-04-10}")
    assert effect(done) == {
        "Assets:Inventory": "170.00",
        "Assets:Receivable": "-720.13",
        "Expenses:COGS": "-170.00",
        "Income:Sales-Returns": "720.13",
    }
    assert "Assets:Receivable -100.00 USD @@ 720.13 CNY" in postings(done)


@pytest.mark.parametrize("order", list(itertools.permutations(["MUG", "MUG", "MUG", "TEE", "TEE"]))[::17])
def test_any_parts_in_any_order_leave_nothing_in_either_currency(tmp_path: Path, order: tuple[str, ...]) -> None:
    settings = make(tmp_path / "a", SALE + PRICES)
    for n, sku in enumerate(order):
        posted(settings, f"- {{return: SO-1, date: 2026-04-{11 + n}, sku: {sku}, qty: 1}}", f"{n}.yaml")
    left = stand(settings)
    assert "Assets:Receivable" not in left and "Liabilities:Refund-Payable" not in left
    assert left["Income:Sales-Returns"] == {"CNY": Decimal("720.13")}
    assert left["Assets:Inventory"] == {"MUG {40.00 2026-01-05}": 10, "TEE {25.00 2026-01-06}": 10}
    assert "Expenses:COGS" not in left and "Income:FX-Gain-Loss" not in left


def test_one_of_three_gets_its_share_of_the_dollars_by_what_it_brought(tmp_path: Path) -> None:
    done = posted(make(tmp_path / "a", SALE + PRICES), "- {return: SO-1, date: 2026-04-10, sku: MUG, qty: 1}")
    # 480.09 / 3 = 160.03 of 720.13 CNY are 22.22 of 100 USD
    assert postings(done) == [
        "Income:Sales-Returns 160.03 CNY",
        "Assets:Inventory 1 MUG {40.00 CNY, 2026-01-05}",
        "Expenses:COGS -40.00 CNY",
        "Assets:Receivable -22.22 USD @@ 160.03 CNY",
    ]


def test_what_was_paid_in_dollars_goes_back_at_the_rate_of_the_day(tmp_path: Path) -> None:
    paid = PAID.format(units="100.00", bank="725.00", carried="720.13", gain="4.87")
    settings = make(tmp_path / "a", SALE + paid + PRICES)
    done = posted(settings, "- {return: SO-1, date: 2026-04-10}")
    assert effect(done) == {
        "Assets:Bank:USD": "-730.00",
        "Assets:Inventory": "170.00",
        "Expenses:COGS": "-170.00",
        "Income:FX-Gain-Loss": "9.87",
        "Income:Sales-Returns": "720.13",
    }
    assert "Assets:Bank:USD -100.00 USD @@ 730.00 CNY" in postings(done)
    left = stand(settings)
    assert (
        "Assets:Bank:USD" not in left and "Assets:Receivable" not in left and "Liabilities:Refund-Payable" not in left
    )


def test_a_part_payment_is_owed_no_more_and_paid_back_in_parts(tmp_path: Path) -> None:
    paid = PAID.format(units="60.00", bank="433.20", carried="432.08", gain="1.12")
    settings = make(tmp_path / "a", SALE + paid + PRICES)
    first = posted(settings, "- {return: SO-1, date: 2026-04-10, sku: MUG, qty: 2}", "1.yaml")
    # 320.06 of 720.13 are 44.44 USD, of which 40.00 are still owed.
    assert "Assets:Receivable -40.00 USD @@ 288.05 CNY" in postings(first)
    assert "Assets:Bank:USD -4.44 USD @@ 32.41 CNY" in postings(first)
    second = posted(settings, "- {return: SO-1, date: 2026-04-11, rate: 7.10}", "2.yaml")
    assert "Assets:Bank:USD -55.56 USD @@ 394.48 CNY" in postings(second)
    left = stand(settings)
    assert (
        "Assets:Bank:USD" not in left and "Assets:Receivable" not in left and "Liabilities:Refund-Payable" not in left
    )
    assert left["Income:Sales-Returns"] == {"CNY": Decimal("720.13")}


def test_dollars_paid_in_yuan_go_back_in_yuan_at_the_rate_of_the_day(tmp_path: Path) -> None:
    ledger = (
        SALE
        + """\
2026-03-20 * "Ann" "Payment" ^inv-SO-1
  Assets:Bank:CNY                        725.00 CNY
  Assets:Receivable                     -100.00 USD @@ 720.13 CNY
  Income:FX-Gain-Loss                     -4.87 CNY

"""
        + PRICES
    )
    settings = make(tmp_path / "a", ledger)
    done = posted(settings, "- {return: SO-1, date: 2026-04-10, sku: TEE, qty: all}")
    assert postings(done) == [
        "Income:Sales-Returns 240.04 CNY",
        "Assets:Inventory 2 TEE {25.00 CNY, 2026-01-06}",
        "Expenses:COGS -50.00 CNY",
        "Liabilities:Refund-Payable -33.33 USD @@ 243.31 CNY",
        "Liabilities:Refund-Payable 33.33 USD @@ 243.31 CNY",
        "Assets:Bank:CNY -243.31 CNY",
        "Income:FX-Gain-Loss 3.27 CNY",
    ]
    assert refused(
        settings,
        "- {return: SO-1, id: R, date: 2026-04-11, method: later}\n- {refund: R, date: 2026-04-12, amount: 70.00}",
        "2.yaml",
    ) == ["more-than-paid"]
    posted(
        settings,
        "- {return: SO-1, date: 2026-04-11, method: later, id: R}\n- {refund: R, date: 2026-04-12, rate: 7.4}",
        "3.yaml",
    )
    assert "Liabilities:Refund-Payable" not in stand(settings)


REVALUED = """\
2025-03-01 * "Customer" "Sale" ^inv-S1
  Assets:Receivable        10000.00 USD @ 7.20 CNY
  Income:Sales            -72000.00 CNY
    sku: "SERVICE"
    qty: 10

"""


@pytest.mark.parametrize(
    "adjustment",
    [
        """\
2025-03-31 * "Revaluation" ^inv-S1
  Assets:Receivable          500.00 CNY
  Income:FX-Gain-Loss       -500.00 CNY

2025-04-10 * "Revaluation" ^inv-S1
  Assets:Receivable          500.00 CNY
  Income:FX-Gain-Loss       -500.00 CNY
""",
        """\
2025-03-31 * "Revaluation" ^inv-S1
  Assets:Receivable       -10000.00 USD @ 7.20 CNY
  Assets:Receivable        10000.00 USD @ 7.25 CNY
  Income:FX-Gain-Loss       -500.00 CNY

2025-04-10 * "Revaluation" ^inv-S1
  Assets:Receivable       -10000.00 USD @ 7.25 CNY
  Assets:Receivable        10000.00 USD @ 7.30 CNY
  Income:FX-Gain-Loss       -500.00 CNY
""",
        """\
2025-03-31 * "Revaluation" ^inv-S1
  Assets:Receivable:Revaluation   1000.00 CNY
  Income:FX-Gain-Loss            -1000.00 CNY
""",
    ],
    ids=["value-only", "units", "apart"],
)
def test_fx_001_a_revalued_receivable_leaves_at_its_carrying_rate(tmp_path: Path, adjustment: str) -> None:
    settings = make(tmp_path / "a", REVALUED + adjustment)
    done = posted(settings, "- {return: S1, date: 2025-04-10, qty: 2}", "1.yaml")
    moved = effect(done)
    assert moved["Income:Sales-Returns"] == "14400.00"
    assert moved["Income:FX-Gain-Loss"] == "200.00"
    owed = sum(Decimal(amount) for account, amount in moved.items() if account.startswith("Assets:Receivable"))
    assert owed == -14600
    posted(settings, "- {return: S1, date: 2025-04-11, qty: 3}", "2.yaml")
    posted(settings, "- {return: S1, date: 2025-04-12}", "3.yaml")
    left = stand(settings)
    assert left["Income:FX-Gain-Loss"] == {} if "Income:FX-Gain-Loss" in left else True
    owed_left = {currency for name, own in left.items() if name.startswith("Assets:Receivable") for currency in own}
    assert "USD" not in owed_left


def test_a_revaluation_without_the_link_leaves_the_carrying_rate_as_it_is(tmp_path: Path) -> None:
    adjustment = """\
2025-03-31 * "Revaluation"
  Assets:Receivable          500.00 CNY
  Income:FX-Gain-Loss       -500.00 CNY
"""
    done = posted(make(tmp_path / "a", REVALUED + adjustment), "- {return: S1, date: 2025-04-10, qty: 2}")
    assert effect(done) == {"Income:Sales-Returns": "14400.00", "Assets:Receivable": "-14400.00"}


def test_odoo_219561_a_credit_is_at_the_original_rate(tmp_path: Path) -> None:
    ledger = """\
2025-01-01 * "Customer" "Sale" ^inv-S1
  Assets:Receivable          100.00 EUR @ 2 USD
  Income:Sales              -200.00 USD
    sku: "A"

2025-02-01 price EUR 3 USD
"""
    settings = make(tmp_path / "a", ledger, currency="USD")
    done = posted(settings, "- {return: S1, date: 2025-02-02}")
    assert effect(done) == {"Income:Sales-Returns": "200.00", "Assets:Receivable": "-200.00"}
