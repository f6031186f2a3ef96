"""What people see of the cases: where each stands, what comes next, and the reports on what became of goods and money."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import POLICY, make, posted

from returnledger import reports
from returnledger.cli import report as report_command
from returnledger.relations import column_names
from returnledger.reporting import Source
from returnledger.reports.cycle import _share
from returnledger.reports.table import Report
from returnledger.session import open_session

STOCK = 'sku: "{sku}"\n    line: "{line}"'


def sale(order: str, day: str, *lines: tuple[str, int, int, int], paid: bool = True) -> str:
    """Return a sale at 13 % tax: lines of (sku, units, net of a unit, cost of a unit), paid at once or owed."""
    net = sum(units * price for _, units, price, _ in lines)
    text = f'{day} * "c-{order}" "Sale" ^inv-{order}\n  Assets:{"Bank" if paid else "Receivable"}  {net * Decimal("1.13"):.2f} CNY\n'
    for n, (sku, units, price, cost) in enumerate(lines, 1):
        about = f'    sku: "{sku}"\n    line: "{n}"\n'
        text += f"  Income:Sales  -{units * price:.2f} CNY\n{about}    qty: {units}\n"
        text += f"  Liabilities:Output-VAT  -{units * price * Decimal('0.13'):.2f} CNY\n{about}"
        text += f"  Expenses:COGS  {units * cost:.2f} CNY\n{about}"
        text += f"  Assets:Inventory  -{units} {sku} {{{cost}.00 CNY, 2026-01-02}}\n{about}"
    return text + "\n"


LEDGER = (
    '2026-01-02 * "Purchase"\n  Assets:Inventory  100 MUG {60.00 CNY, 2026-01-02}\n'
    "  Assets:Inventory  100 TEE {25.00 CNY, 2026-01-02}\n  Equity:Opening\n\n"
    + sale("SO-1", "2026-03-01", ("MUG", 4, 100, 60))
    + sale("SO-2", "2026-03-02", ("MUG", 2, 100, 60), ("TEE", 3, 50, 25))
    + sale("SO-3", "2026-03-03", ("TEE", 10, 50, 25), paid=False)
)
METHODS = "methods: {bank: {account: Assets:Bank}}\n"
LATE = (
    POLICY
    + "refunds:\n  - {{id: week, when: {{}}, methods: [original, later, bank], counted_from: received, within_days: 7}}\n"
)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Return the settings of a small shop with three sales."""
    return make(tmp_path, LEDGER, policy=LATE, more=METHODS)


def run(settings: Path, name: str, **options: str) -> Report:
    """Return a report over the ledger of `settings`."""
    return reports.run(
        name, {key.replace("_", "-"): value for key, value in options.items()}, Source(open_session(settings))
    )


def lines(report: Report, key: str) -> dict[Any, dict[str, Any]]:
    """Return the rows of a report by one of their columns."""
    names = [column.key for column in report.columns]
    return {row[names.index(key)]: dict(zip(names, row)) for row in report.rows}


def cases(settings: Path) -> dict[str, Mapping[str, Any]]:
    """Return the rows of the relation `cases` by case."""
    rows = [dict(zip(column_names("cases"), row)) for row in open_session(settings).store.rows("cases")]
    return {str(row["case"]): row for row in rows}


def test_the_command_knows_every_report_and_says_what_it_is() -> None:
    assert sorted(report_command.REPORTS) == sorted(reports.REPORTS)
    listed = (report_command.report.__doc__ or "").partition("```")[2]
    assert [name for name in reports.REPORTS if f"\n    {name} " not in listed] == []


# ── the days of a case ──

STEPS = """
- {return: SO-1, id: R-1, date: 2026-03-20, requested: 2026-03-10, received: 2026-03-18, sku: MUG, qty: 1}
- {return: SO-2, id: R-2, date: 2026-03-21, sku: MUG, qty: 1, method: later}
- {allowance: SO-3, id: A-1, date: 2026-03-22, sku: TEE, amount: 11.30, reason: quality}
- {return: SO-2, id: R-3, date: 2026-03-23, sku: TEE, qty: 1, goods: kept}
"""


def test_a_case_has_a_day_for_each_step_that_was_taken(shop: Path) -> None:
    posted(shop, STEPS)
    found = cases(shop)
    days = [
        name for name in column_names("cases") if name.startswith("date_") and name not in ("date_opened", "date_last")
    ]
    first = {name[5:]: found["R-1"][name] for name in days}
    assert first == {
        "requested": date(2026, 3, 10),
        "approved": date(2026, 3, 20),
        "received": date(2026, 3, 18),
        "inspected": date(2026, 3, 20),
        "credited": date(2026, 3, 20),
        "refunded": date(2026, 3, 20),
    }
    assert found["R-1"]["deadline"] == date(2026, 3, 25)
    assert found["R-2"]["date_refunded"] is None and found["R-2"]["date_credited"] == date(2026, 3, 21)
    assert [found[case]["date_received"] for case in ("A-1", "R-3")] == [None, None]


def test_a_refund_in_two_parts_is_paid_with_the_last(shop: Path) -> None:
    posted(shop, STEPS)
    posted(shop, "- {refund: R-2, id: P-1, date: 2026-03-25, amount: 13.00, method: bank}", "first.yaml")
    assert cases(shop)["R-2"]["date_refunded"] is None
    posted(shop, "- {refund: R-2, id: P-2, date: 2026-03-30, method: bank}", "second.yaml")
    assert cases(shop)["R-2"]["date_refunded"] == date(2026, 3, 30)
    posted(shop, "- {void: P-2, id: V-1, date: 2026-03-31}", "third.yaml")
    assert cases(shop)["R-2"]["date_refunded"] is None


def test_cycle_counts_days_from_step_to_step_and_deadlines_missed(shop: Path) -> None:
    posted(shop, STEPS)
    posted(shop, "- {refund: R-2, id: P-2, date: 2026-03-30, method: bank}", "second.yaml")
    found = lines(run(shop, "cycle"), "step")
    assert (found["approval"]["cases"], found["approval"]["p50"], found["approval"]["longest"]) == (4, 0, 10)
    assert (found["receipt"]["cases"], found["receipt"]["out_of_order"]) == (2, 1)
    assert (found["refund"]["cases"], found["refund"]["longest"], found["refund"]["breaches"]) == (3, 9, 1)
    assert (found["whole"]["p50"], found["whole"]["longest"]) == (9, 10)
    assert lines(run(shop, "cycle", period="2026-02"), "step")["whole"]["cases"] == 0


@given(st.lists(st.integers(0, 50), min_size=1, max_size=40), st.integers(1, 100))
def test_a_percentile_is_the_least_that_so_many_did_not_exceed(days: list[int], percent: int) -> None:
    found = _share(sorted(days), percent)
    assert found is not None and 100 * sum(day <= found for day in days) >= percent * len(days)
    assert 100 * sum(day < found for day in days) < percent * len(days)
