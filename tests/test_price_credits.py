"""Credit notes of money alone: a lower price or a document that was wrong. No goods, no cost, no returned unit."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledgers import balances, effect, make, posted, refused

SALE = """\
2026-01-05 * "Supplier" "Purchase"
  Assets:Inventory:MUG    3 MUG {60.00 CNY, 2026-01-05}
  Equity:Opening

2026-03-01 * "Ann" "Sale" ^inv-SO-1
  Assets:Receivable       339.00 CNY
  Income:Sales:Mugs      -300.00 CNY
  Liabilities:Output-VAT  -39.00 CNY
  Expenses:COGS           180.00 CNY
  Assets:Inventory:MUG        -3 MUG {60.00 CNY, 2026-01-05}
"""
PAID = """
2026-03-02 * "Ann" "Paid" ^inv-SO-1
  Assets:Cash             339.00 CNY
  Assets:Receivable      -339.00 CNY
"""
ALLOWANCES, VAT, PAYABLE = "Income:Sales-Allowances", "Liabilities:Output-VAT", "Liabilities:Refund-Payable"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return make(tmp_path / "shop", SALE + PAID)


def test_a_price_credit_on_an_order_takes_back_price_and_tax_alone(shop: Path) -> None:
    done = posted(shop, "- {credit_note: SO-1, id: C-1, date: 2026-03-10, amount: 56.50, reason: quality}")
    assert effect(done) == {ALLOWANCES: "50.00", VAT: "6.50", PAYABLE: "-56.50"}
    (entry,) = done.planned.plan.events[0].directives
    assert entry.meta["rl-number"] == "CN-A-2026-0001"
    assert not any("rl-qty" in (posting.meta or {}) for posting in entry.postings)
    done = posted(shop, "- {refund: C-1, id: P-1, date: 2026-03-12}", "p.yaml")
    assert effect(done) == {PAYABLE: "56.50", "Assets:Cash": "-56.50"}


def test_a_price_credit_comes_off_what_is_owed(tmp_path: Path) -> None:
    shop = make(tmp_path / "shop", SALE)
    done = posted(shop, "- {credit_note: SO-1, id: C-1, date: 2026-03-10, amount: 56.50, number: CN-77}")
    assert effect(done) == {ALLOWANCES: "50.00", VAT: "6.50", "Assets:Receivable": "-56.50"}
    assert done.planned.plan.events[0].directives[0].meta["rl-number"] == "CN-77"


@pytest.mark.parametrize("more", ["", ", correction: true"])
def test_units_stay_returnable_for_what_is_left_of_their_price(shop: Path, more: str) -> None:
    posted(shop, f"- {{credit_note: SO-1, id: C-1, date: 2026-03-10, amount: 33.90{more}}}")
    done = posted(shop, "- {return: SO-1, id: R-1, date: 2026-03-11, reason: changed_mind, method: later}", "r.yaml")
    changed = effect(done)
    assert (changed["Income:Sales-Returns"], changed[VAT], changed[PAYABLE]) == ("270.00", "35.10", "-305.10")
    assert changed["Expenses:COGS"] == "-180.00"
    after = balances(shop)
    assert VAT not in after and "Expenses:COGS" not in after
    assert after[PAYABLE] == Decimal("-339.00")


def test_a_correction_goes_back_to_the_accounts_of_the_sale(shop: Path) -> None:
    done = posted(shop, "- {credit_note: SO-1, id: C-1, date: 2026-03-10, amount: 113.00, correction: true}")
    assert effect(done) == {"Income:Sales:Mugs": "100.00", VAT: "13.00", PAYABLE: "-113.00"}


def test_a_correction_of_the_whole_document_leaves_nothing_of_the_sale_but_its_goods(tmp_path: Path) -> None:
    shop = make(tmp_path / "shop", SALE)
    posted(shop, "- {credit_note: SO-1, id: C-1, date: 2026-03-10, amount: 339.00, correction: true}")
    after = balances(shop)
    assert not {"Income:Sales:Mugs", VAT, "Assets:Receivable", PAYABLE} & set(after)
    assert after["Expenses:COGS"] == Decimal("180.00")


def test_a_correction_says_how_much(shop: Path) -> None:
    assert refused(shop, "- {credit_note: SO-1, date: 2026-03-10, correction: true}") == ["facts-missing"]


def test_never_more_than_was_invoiced(shop: Path) -> None:
    assert refused(shop, "- {credit_note: SO-1, date: 2026-03-10, amount: 339.01}") == ["more-than-invoiced"]
    posted(shop, "- {credit_note: SO-1, id: C-1, date: 2026-03-10, amount: 300.00}", "a.yaml")
    assert refused(shop, "- {credit_note: SO-1, date: 2026-03-11, amount: 39.01}", "b.yaml") == ["more-than-invoiced"]
    posted(shop, "- {credit_note: SO-1, id: C-2, date: 2026-03-11, amount: 39.00}", "c.yaml")
    assert VAT not in balances(shop)
    assert refused(shop, "- {allowance: SO-1, date: 2026-03-12, amount: 0.01}", "d.yaml") == ["more-than-invoiced"]


@pytest.mark.parametrize("field", ["fee: 5.00", "shipping: 5.00"])
def test_a_price_credit_has_no_fee_and_no_delivery(shop: Path, field: str) -> None:
    event = f"- {{credit_note: SO-1, date: 2026-03-10, amount: 50.00, {field}}}"
    assert "more-than-invoiced" in refused(shop, event)


@pytest.mark.parametrize("more", ["", ", correction: true"])
def test_a_void_of_a_price_credit_is_exact(shop: Path, more: str) -> None:
    before = balances(shop)
    posted(shop, f"- {{credit_note: SO-1, id: C-1, date: 2026-03-10, amount: 77.77{more}}}")
    posted(shop, "- {void: C-1, date: 2026-03-11}", "v.yaml")
    assert balances(shop) == before
    posted(shop, "- {credit_note: SO-1, id: C-2, date: 2026-03-12, amount: 339.00}", "w.yaml")


def test_in_a_case_the_goods_wait_on_and_are_credited_for_the_rest(shop: Path) -> None:
    posted(shop, "- {receive: SO-1, id: R-1, date: 2026-03-10}")
    done = posted(shop, "- {credit_note: R-1, id: C-1, date: 2026-03-11, amount: 33.90}", "c.yaml")
    assert effect(done) == {ALLOWANCES: "30.00", VAT: "3.90", PAYABLE: "-33.90"}
    assert done.planned.plan.events[0].case == "R-1"
    done = posted(shop, "- {credit_note: R-1, id: C-2, date: 2026-03-12, reason: changed_mind}", "d.yaml")
    assert effect(done)[PAYABLE] == "-305.10"
    after = balances(shop)
    assert VAT not in after and "Liabilities:Returns-Clearing" not in after
    done = posted(shop, "- {refund: R-1, id: P-1, date: 2026-03-13}", "p.yaml")
    assert effect(done) == {PAYABLE: "339.00", "Assets:Cash": "-339.00"}


def test_on_an_order_it_is_a_case_of_its_own_beside_goods_that_wait(shop: Path) -> None:
    posted(shop, "- {receive: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 1}")
    done = posted(shop, "- {credit_note: SO-1, id: C-1, date: 2026-03-11, amount: 33.90}", "c.yaml")
    assert done.planned.plan.events[0].case == "C-1"


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(1, 9000), st.booleans()), min_size=1, max_size=3))
def test_credits_in_parts_and_a_return_of_the_rest_come_to_the_sale(
    tmp_path_factory: pytest.TempPathFactory, parts: list[tuple[int, bool]]
) -> None:
    shop = make(tmp_path_factory.mktemp("parts") / "shop", SALE + PAID)
    for n, (cents, wrong) in enumerate(parts):
        more = ", correction: true" if wrong else ""
        amount = Decimal(cents).scaleb(-2)
        posted(shop, f"- {{credit_note: SO-1, id: C-{n}, date: 2026-03-10, amount: {amount}{more}}}", f"{n}.yaml")
    posted(shop, "- {return: SO-1, id: R-1, date: 2026-03-11, reason: changed_mind, method: later}", "r.yaml")
    after = balances(shop)
    assert VAT not in after and "Expenses:COGS" not in after
    assert sum(amount for account, amount in after.items() if account.startswith("Income:")) == 0
    assert after[PAYABLE] == Decimal("-339.00")
