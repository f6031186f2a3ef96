"""Sales in foreign currency, as people book them: what the customer owes and pays, at the sale's, the carrying and the day's rate."""

from __future__ import annotations

import itertools
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from beancount.core.data import Transaction
from ledgers import effect, load, make, posted

from returnledger import app

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


def written(settings: Path) -> str:
    """Return the text of every batch, the newest last."""
    files = (settings.parent / "returns").rglob("2026-*.beancount")
    return "\n".join(
        file.read_text(encoding="utf-8") for file in sorted(files, key=lambda file: file.stat().st_mtime_ns)
    )


def postings(done: app.Applied) -> list[str]:
    """Return the postings of an apply as they are written, metadata left out."""
    lines = written_lines(done)
    return [" ".join(line.split()) for line in lines if line.startswith("  ") and ":" in line.split()[0][:-1]]


def written_lines(done: app.Applied) -> list[str]:
    return [
        line for d in done.planned.plan.directives for line in app_text(d).splitlines() if not line.startswith("    ")
    ]


def app_text(directive: object) -> str:
    from returnledger.text import render

    return render(directive)  # type: ignore[arg-type]


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
