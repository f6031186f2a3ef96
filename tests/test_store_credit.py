"""Store credit and payments that wait or fail: what is due moves, nothing is credited twice, and everything is undone exactly.

SC-001 is a worked example (refund as store credit, later redeemed); its ledger is ours.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ledgers import apply, balances, effect, make, posted, refused

SALES = """\
2025-01-05 * "Supplier" "Purchase"
  Assets:Inventory    2 CUP {60.00 CNY, 2025-01-05}
  Equity:Opening

2025-06-20 * "Ann" "Sale" ^inv-SO-1
  Assets:Cash              113.00 CNY
  Income:Sales            -100.00 CNY
  Liabilities:Output-VAT   -13.00 CNY
  Expenses:COGS             60.00 CNY
  Assets:Inventory             -1 CUP {60.00 CNY, 2025-01-05}

2025-08-01 * "Ann" "Sale" ^inv-SO-2
  Assets:Receivable        113.00 CNY
  Income:Sales            -100.00 CNY
  Liabilities:Output-VAT   -13.00 CNY
  Expenses:COGS             60.00 CNY
  Assets:Inventory             -1 CUP {60.00 CNY, 2025-01-05}
"""
PAYABLE, CREDIT, CASH = "Liabilities:Refund-Payable", "Liabilities:Store-Credit", "Assets:Cash"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    settings = make(tmp_path / "shop", SALES)
    posted(settings, "- {return: SO-1, id: R-1, date: 2025-07-01, method: later}")
    return settings


def test_sc_001_a_refund_as_store_credit_is_redeemed_on_another_order(shop: Path) -> None:
    assert effect(posted(shop, "- {store_credit: R-1, date: 2025-07-01}")) == {PAYABLE: "113.00", CREDIT: "-113.00"}
    done = posted(shop, "- {store_credit: R-1, date: 2025-08-01, stage: redeemed, order: SO-2}")
    assert effect(done) == {CREDIT: "113.00", "Assets:Receivable": "-113.00"}
    assert CREDIT not in balances(shop) and PAYABLE not in balances(shop)


def test_what_store_credit_paid_goes_back_as_store_credit(shop: Path) -> None:
    posted(shop, "- {store_credit: R-1, date: 2025-07-01}")
    posted(shop, "- {store_credit: R-1, date: 2025-08-01, stage: redeemed, order: SO-2}")
    done = posted(shop, "- {return: SO-2, date: 2025-08-05}")
    assert effect(done)[CREDIT] == "-113.00"
    assert PAYABLE not in effect(done)


def test_a_part_is_paid_and_the_rest_becomes_credit_with_a_bonus(shop: Path) -> None:
    posted(shop, "- {refund: R-1, date: 2025-07-02, amount: 13.00}")
    done = posted(shop, "- {store_credit: R-1, date: 2025-07-03, bonus: 10.00, expires: 2026-07-03}")
    assert effect(done) == {PAYABLE: "100.00", "Income:Sales": "10.00", CREDIT: "-110.00"}
    posted(shop, "- {store_credit: R-1, date: 2025-08-01, stage: redeemed, order: SO-2, amount: 100.00}")
    done = posted(shop, "- {store_credit: R-1, date: 2026-07-04, stage: expired}")
    assert effect(done) == {CREDIT: "10.00", "Income:Other-Revenue": "-10.00"}


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ("{store_credit: R-1, date: 2025-07-02, amount: 113.01}", "step-not-allowed"),
        ("{store_credit: R-1, date: 2025-07-02, expires: 2025-07-01}", "step-not-allowed"),
        ("{store_credit: R-1, date: 2025-07-02, stage: redeemed, order: SO-9, amount: 1.00}", "step-not-allowed"),
        ("{store_credit: R-1, date: 2025-08-02, stage: redeemed, order: SO-2, amount: 1.00}", "store-credit-exceeded"),
        ("{store_credit: R-1, date: 2025-07-02, stage: expired}", "step-not-allowed"),
        ("{store_credit: R-7, date: 2025-07-02}", "unknown-case"),
        ("{refund: R-1, date: 2025-07-02, stage: pending, amount: 200.00}", "step-not-allowed"),
        ("{refund: R-1, date: 2025-07-02, stage: failed}", "step-not-allowed"),
    ],
)
def test_what_does_not_fit_is_refused(shop: Path, event: str, code: str) -> None:
    assert code in refused(shop, f"- {event}")


def test_credit_that_ran_out_pays_nothing(shop: Path) -> None:
    posted(shop, "- {store_credit: R-1, date: 2025-07-03, expires: 2025-07-31}")
    assert "store-credit-expired" in refused(
        shop, "- {store_credit: R-1, date: 2025-08-01, stage: redeemed, order: SO-2}"
    )


def test_an_ordered_payment_moves_nothing_and_is_not_ordered_twice(shop: Path) -> None:
    before = balances(shop)
    posted(shop, "- {refund: R-1, id: P-1, date: 2025-07-02, stage: pending, amount: 100.00}")
    assert balances(shop) == before
    assert "step-not-allowed" in refused(shop, "- {refund: R-1, date: 2025-07-03, stage: pending, amount: 50.00}")
    posted(shop, "- {refund: R-1, id: P-2, date: 2025-07-04, stage: failed}")
    posted(shop, "- {refund: R-1, id: P-3, date: 2025-07-05, stage: pending, amount: 113.00}")
    assert effect(posted(shop, "- {refund: R-1, id: P-4, date: 2025-07-06}")) == {PAYABLE: "113.00", CASH: "-113.00"}


def test_a_payment_that_came_back_is_due_again_and_paid_again(shop: Path) -> None:
    posted(shop, "- {refund: R-1, id: P-1, date: 2025-07-02}")
    done = posted(shop, "- {refund: R-1, id: P-2, date: 2025-07-05, stage: failed}")
    assert effect(done) == {CASH: "113.00", PAYABLE: "-113.00"}
    assert "step-not-allowed" in refused(shop, "- {refund: R-1, id: P-3, date: 2025-07-05, stage: failed}")
    assert effect(posted(shop, "- {refund: R-1, id: P-4, date: 2025-07-06}")) == {PAYABLE: "113.00", CASH: "-113.00"}


def test_voids_of_store_credit_and_failed_payments_are_exact(shop: Path) -> None:
    before = balances(shop)
    posted(shop, "- {refund: R-1, id: P-1, date: 2025-07-02, amount: 13.00}")
    posted(shop, "- {refund: R-1, id: P-2, date: 2025-07-03, stage: failed}")
    posted(shop, "- {store_credit: R-1, id: C-1, date: 2025-07-04, bonus: 5.00}")
    for n, name in enumerate(("C-1", "P-2", "P-1")):
        posted(shop, f"- {{void: {name}, date: 2025-07-1{n}}}", f"v{n}.yaml")
    assert balances(shop) == before


@pytest.mark.parametrize(
    ("first", "key", "then"),
    [
        ("store_credit: R-1, expires: 2026-07-03", "expires", "store_credit: R-1, stage: redeemed, order: SO-2"),
        ("refund: R-1, stage: pending, amount: 100.00", "amount", "refund: R-1, stage: pending, amount: 50.00"),
    ],
)
def test_what_is_written_into_an_entry_by_hand_ends_no_later_step(shop: Path, first: str, key: str, then: str) -> None:
    done = posted(shop, f"- {{{first}, id: E-1, date: 2025-07-03}}", "a.yaml")
    file = shop.parent / str(done.file)
    file.write_text(re.sub(f"rl-{key}: .*", f'rl-{key}: "soon"', file.read_text(encoding="utf-8")), encoding="utf-8")
    assert not apply(shop, f"- {{{then}, date: 2025-08-05}}", "b.yaml").findings
