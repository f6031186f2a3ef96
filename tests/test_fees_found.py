"""The reason that an inspection finds decides the fee anew, before the credit and after it: the difference is booked."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st
from ledgers import balances, effect, make, posted, refused

SALE = """\
2025-01-05 * "Supplier" "Purchase"
  Assets:Inventory    30 JAM {50.00 CNY, 2025-01-05}
  Equity:Opening

2025-03-01 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank             1130.00 CNY
  Income:Sales           -1000.00 CNY
  Liabilities:Output-VAT  -130.00 CNY
  Expenses:COGS            500.00 CNY
  Assets:Inventory            -10 JAM {50.00 CNY, 2025-01-05}
"""
OWED = SALE.replace("Assets:Bank             1130.00", "Assets:Receivable       1130.00")
POLICY = """\
policy: test
version: 1
valid_from: 2000-01-01
currency: {currency}
window: {{default: {{days: 365, from: sold}}}}
fees:
  - {{id: ours, when: {{fault: merchant}}, percent: 0}}
  - {{id: theirs, when: {{}}, percent: 10}}
dispositions:
  opened: {{to: restock_open_box}}
  defective: {{to: hold}}
"""
FEES, VAT, PAYABLE = "Income:Restocking-Fees", "Liabilities:Output-VAT", "Liabilities:Refund-Payable"
CREDIT = "- {{credit_note: SO-1, id: R-1, date: 2025-04-01, qty: {qty}, reason: {reason}}}\n"
RECEIVE = "- {receive: R-1, id: C-1, date: 2025-04-02}\n"
DEFECTIVE = "- {inspect: R-1, id: I-1, date: 2025-04-03, found: defective, condition: defective}\n"
CHANGED = "- {inspect: R-1, id: I-1, date: 2025-04-03, found: changed_mind, condition: opened}\n"


def shop(folder: Path, events: str, sale: str = SALE, policy: str = POLICY) -> Path:
    settings = make(folder, sale, policy=policy)
    posted(settings, events, "first.yaml")
    return settings


def money(settings: Path, event: str, name: str = "b.yaml") -> dict[str, str]:
    changed = effect(posted(settings, event, name))
    return {account: amount for account, amount in changed.items() if "Inventory" not in account}


def test_a_fee_that_should_not_have_been_kept_goes_back(tmp_path: Path) -> None:
    settings = shop(tmp_path / "shop", CREDIT.format(qty=2, reason="changed_mind") + RECEIVE)
    assert money(settings, DEFECTIVE) == {FEES: "20.00", VAT: "2.60", PAYABLE: "-22.60"}
    assert money(settings, "- {refund: R-1, date: 2025-04-04}", "c.yaml") == {
        PAYABLE: "226.00",
        "Assets:Bank": "-226.00",
    }
    before = balances(settings)
    assert refused(settings, "- {void: I-1, date: 2025-04-05}", "d.yaml") == ["step-not-allowed"]
    assert balances(settings) == before


def test_a_fee_that_should_have_been_kept_is_charged_also_when_all_is_paid(tmp_path: Path) -> None:
    settings = shop(tmp_path / "shop", CREDIT.format(qty=2, reason="defective") + RECEIVE)
    assert money(settings, CHANGED) == {FEES: "-20.00", VAT: "-2.60", PAYABLE: "22.60"}
    posted(settings, "- {void: I-1, date: 2025-04-04}", "c.yaml")
    posted(settings, "- {refund: R-1, date: 2025-04-05}", "d.yaml")
    late = CHANGED.replace("I-1", "I-2").replace("04-03", "04-06")
    assert money(settings, late, "e.yaml") == {FEES: "-20.00", VAT: "-2.60", "Assets:Receivable": "22.60"}


def test_it_comes_off_what_is_owed_where_nothing_was_paid(tmp_path: Path) -> None:
    settings = shop(tmp_path / "shop", CREDIT.format(qty=2, reason="changed_mind") + RECEIVE, OWED)
    assert money(settings, DEFECTIVE) == {FEES: "20.00", VAT: "2.60", "Assets:Receivable": "-22.60"}


def test_before_the_credit_the_reason_as_found_is_that_of_the_credit(tmp_path: Path) -> None:
    receive = "- {receive: SO-1, id: R-1, date: 2025-04-02, qty: 2, reason: changed_mind}\n"
    settings = shop(tmp_path / "shop", receive)
    assert not money(settings, DEFECTIVE)
    assert FEES not in money(settings, "- {credit_note: R-1, date: 2025-04-04}", "c.yaml")


def test_a_fee_of_the_whole_order_is_refused_in_words(tmp_path: Path) -> None:
    policy = POLICY.replace("percent: 10}}", "amount: 15.00, per: order}}")
    settings = shop(tmp_path / "shop", CREDIT.format(qty=2, reason="changed_mind") + RECEIVE, policy=policy)
    assert refused(settings, DEFECTIVE) == ["step-not-allowed"]
    posted(settings, DEFECTIVE.replace("found: defective, ", ""), "b.yaml")


@trials(max_examples=10, deadline=None)
@given(st.integers(1, 7), st.lists(st.integers(1, 3), max_size=4))
def test_looked_at_in_parts_the_fee_is_gone_to_the_cent(
    tmp_path_factory: pytest.TempPathFactory, units: int, parts: list[int]
) -> None:
    odd = POLICY.replace("percent: 10", "percent: 3.33")
    settings = shop(
        tmp_path_factory.mktemp("shop") / "shop", CREDIT.format(qty=units, reason="changed_mind"), policy=odd
    )
    left, n = units, 0
    for part in [*parts, units]:
        part, n = min(part, left), n + 1
        if part:
            left -= part
            posted(settings, f"- {{receive: R-1, date: 2025-04-{n + 1:02}, sku: JAM, qty: {part}}}", f"{n}a.yaml")
            event = f"- {{inspect: R-1, date: 2025-04-{n + 1:02}, found: defective, condition: defective}}"
            posted(settings, event, f"{n}b.yaml")
    held = balances(settings)
    assert FEES not in held
    assert held[PAYABLE] == -units * Decimal("113.00")
