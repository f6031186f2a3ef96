"""Goods and credit of a case on different days: either first, in parts, at the lots and to the cent, and undone exactly."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from ledgers import POLICY, balances, effect, make, posted, refused

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


def test_a_sku_without_a_quantity_is_the_one_unit_that_the_case_has_of_it(shop: Path) -> None:
    posted(shop, "- {receive: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 1}")
    done = posted(shop, "- {credit_note: R-1, id: C-1, date: 2026-03-12, sku: MUG}")
    assert effect(done)["Income:Sales-Returns"] == "100.00"
    posted(shop, "- {receive: SO-1, id: R-2, date: 2026-03-13, sku: MUG, qty: 2}")
    assert refused(shop, "- {credit_note: R-2, id: C-2, date: 2026-03-14, sku: MUG}") == ["quantity-missing"]


def test_goods_that_nobody_asked_for_are_judged_when_they_come_into_a_case_too(shop: Path) -> None:
    posted(shop, "- {credit_note: SO-1, id: R-1, date: 2026-03-11, sku: MUG, qty: 1}")
    late = "- {receive: R-1, id: G-1, date: 2027-06-01, sku: MUG, qty: 2}"
    assert refused(shop, late) == ["window-closed"]
    posted(shop, late.replace("qty: 2", "qty: 1"))  # credited, and waited for since


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


ASKED = """\
policy: test
version: 1
valid_from: 2000-01-01
currency: {currency}
window:
  default: {{days: 30, from: sold}}
verdicts:
  - {{id: late-night, when: {{reason: other}}, verdict: review}}
approvals:
  - {{id: small, when: {{amount: "<=150"}}, by: []}}
  - {{id: large, when: {{}}, by: [supervisor]}}
separation_of_duties: {{pairs: [[request, approve]]}}
authorisation: {{valid_days: 10, counted_from: approved}}
condition_from_reason: {{none: new, changed_mind: new}}
dispositions:
  new: {{to: restock}}
"""
PEOPLE = "people:\n  wang: [supervisor]\n  li: [clerk]\n"


@pytest.fixture
def counter(tmp_path: Path) -> Path:
    return make(tmp_path / "counter", SALE, policy=ASKED, more=PEOPLE)


def test_a_request_is_approved_received_and_credited(counter: Path) -> None:
    posted(counter, "- {request: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 2, reason: changed_mind, by: li}")
    assert sorted(refused(counter, "- {credit_note: R-1, date: 2026-03-11}")) == [
        "approval-missing",
        "step-not-allowed",
    ]
    assert sorted(refused(counter, "- {approve: R-1, date: 2026-03-11, by: li}")) == ["approval-missing", "same-person"]
    posted(counter, "- {approve: R-1, id: A-1, date: 2026-03-11, by: wang}", "a.yaml")
    assert refused(counter, "- {approve: R-1, date: 2026-03-12, by: wang}", "b.yaml") == ["step-not-allowed"]
    assert refused(counter, "- {receive: R-1, date: 2026-03-22}", "c.yaml") == ["approval-expired"]
    assert refused(counter, "- {receive: R-1, date: 2026-03-20, sku: MUG, qty: 3}", "c.yaml") == ["step-not-allowed"]
    posted(counter, "- {receive: R-1, id: G-1, date: 2026-03-20}", "d.yaml")
    done = posted(counter, "- {credit_note: R-1, id: C-1, date: 2026-04-20}", "e.yaml")  # the window has closed since
    assert effect(done)["Income:Sales-Returns"] == "200.00"
    assert 'rl-reason: "changed_mind"' in (counter.parent / "returns" / done.file).read_text(encoding="utf-8")


def test_small_requests_need_nobody(counter: Path) -> None:
    posted(counter, "- {request: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 1, reason: changed_mind, by: li}")
    posted(counter, "- {return: R-1, id: T-1, date: 2026-03-15}", "b.yaml")
    assert "Expenses:COGS" in balances(counter)
    assert refused(counter, "- {receive: R-1, date: 2026-03-16}") == ["case-closed"]


def test_a_review_waits_for_approve(counter: Path) -> None:
    posted(counter, "- {request: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 1, reason: other, by: li}")
    assert "step-not-allowed" in refused(counter, "- {return: R-1, date: 2026-03-11}")
    posted(counter, "- {approve: [R-1], id: A, date: 2026-03-11, by: wang}", "b.yaml")
    posted(counter, "- {return: R-1, id: T-1, date: 2026-03-12}", "c.yaml")


@pytest.mark.parametrize("kind", ["reject", "cancel"])
def test_a_request_that_ended_takes_no_step_until_the_end_is_void(counter: Path, kind: str) -> None:
    posted(counter, "- {request: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 1, reason: changed_mind, by: li}")
    posted(counter, f"- {{{kind}: R-1, id: X-1, date: 2026-03-11, by: wang, note: not ours}}", "b.yaml")
    for step in ("receive", "credit_note", "return", "approve"):
        assert "case-closed" in refused(counter, f"- {{{step}: R-1, date: 2026-03-12, by: wang}}", "c.yaml")
    assert refused(counter, "- {void: R-1, date: 2026-03-12}", "c.yaml") == ["step-not-allowed"]
    posted(counter, "- {void: X-1, id: V-1, date: 2026-03-12}", "d.yaml")
    posted(counter, "- {receive: R-1, id: G-1, date: 2026-03-13}", "e.yaml")


def test_what_the_policy_does_not_take_back_is_not_asked_for(counter: Path) -> None:
    assert refused(counter, "- {request: SO-1, date: 2026-05-10, sku: MUG, qty: 1}") == ["window-closed"]
    assert refused(counter, "- {approve: SO-1, date: 2026-03-10}") == ["unknown-case"]
    assert refused(counter, "- {reject: R-9, date: 2026-03-10}") == ["unknown-case"]


NEEDS_PHOTO = ASKED + "evidence:\n  - {{id: photo, at: credit_note, when: {{}}, need: [photo]}}\n"


def test_evidence_that_comes_later_counts(tmp_path: Path) -> None:
    shop = make(tmp_path / "shop", SALE, policy=NEEDS_PHOTO, more=PEOPLE)
    posted(shop, "- {request: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 1, reason: changed_mind, by: li}")
    assert refused(shop, "- {credit_note: R-1, date: 2026-03-11}") == ["evidence-missing"]
    assert refused(shop, "- {attach: R-1, date: 2026-03-11}") == ["facts-missing"]
    posted(shop, "- {attach: R-1, id: E-1, date: 2026-03-11, evidence: [photos/a.jpg]}", "e.yaml")
    posted(shop, "- {credit_note: R-1, id: C-1, date: 2026-03-12}", "c.yaml")


def test_a_measure_is_tracked_until_it_is_done(shop: Path) -> None:
    posted(shop, "- {return: SO-1, id: R-1, date: 2026-03-10}")
    posted(shop, "- {action: R-1, id: M-1, date: 2026-03-11, what: better boxes, who: li, due: 2026-04-01}", "m.yaml")
    assert refused(shop, "- {action: R-1, date: 2026-03-12}") == ["facts-missing"]
    posted(shop, "- {action: M-1, id: M-2, date: 2026-03-20, done: 2026-03-19}", "n.yaml")
    posted(shop, "- {action: report rate 2026-Q1, id: M-3, date: 2026-03-20, what: look at sizes}", "o.yaml")
    assert refused(shop, "- {void: M-1, date: 2026-03-21}") == ["step-not-allowed"]
    posted(shop, "- {void: M-2, date: 2026-03-21}", "v.yaml")


@pytest.mark.parametrize("step", ["receive", "credit_note"])
def test_items_of_one_line_are_together_no_more_than_the_case_asked_for(shop: Path, step: str) -> None:
    posted(shop, "- {request: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 2, reason: changed_mind}", "a.yaml")
    twice = "- {%s: R-1, date: 2026-03-11, items: [{sku: MUG, qty: 1}, {sku: MUG, qty: %d}]}"
    assert refused(shop, twice % (step, 2)) == ["step-not-allowed"]
    posted(shop, twice % (step, 1), "b.yaml")


TWO = """
2026-03-03 * "Ann" "Sale" ^inv-SO-2
  Assets:Cash             169.50 CNY
  Income:Sales           -100.00 CNY
    sku: "MUG"
  Income:Sales            -50.00 CNY
    sku: "BOOK"
  Liabilities:Output-VAT  -13.00 CNY
    sku: "MUG"
  Liabilities:Output-VAT   -6.50 CNY
    sku: "BOOK"
  Expenses:COGS            80.00 CNY
  Assets:Inventory:MUG        -1 MUG {60.00 CNY, 2026-01-05}
  Assets:Inventory:BOOK       -1 BOOK {20.00 CNY, 2026-01-05}
"""


@pytest.mark.parametrize("step", ["return", "receive", "credit_note", "exchange"])
@pytest.mark.parametrize(("order", "more"), [("SO-1", "sku: MUG, qty: 2"), ("SO-2", "sku: BOOK, qty: 1")])
def test_a_case_takes_no_more_than_was_asked_for(tmp_path: Path, step: str, order: str, more: str) -> None:
    shop = make(tmp_path / "shop", SALE + TWO)
    posted(shop, f"- {{request: {order}, id: R-1, date: 2026-03-05, sku: MUG, qty: 1, reason: changed_mind}}", "a.yaml")
    assert "step-not-allowed" in refused(shop, f"- {{{step}: R-1, date: 2026-03-06, {more}}}")


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("receive: SO-2, sku: MUG", "credit_note: R-1, sku: BOOK"),
        ("receive: SO-1, sku: MUG, qty: 1", "credit_note: R-1, sku: MUG, qty: 2"),
    ],
)
def test_units_that_a_case_credits_beyond_what_came_in_are_judged_as_those_that_opened_it(
    tmp_path: Path, first: str, then: str
) -> None:
    shop = make(tmp_path / "shop", SALE + TWO, policy=POLICY.replace("days: 365", "days: 7"))
    posted(shop, f"- {{{first}, id: R-1, date: 2026-03-05}}", "a.yaml")
    assert refused(shop, f"- {{{then}, id: C-1, date: 2026-03-26}}") == ["window-closed"]
    posted(shop, f"- {{{then}, id: C-1, date: 2026-03-26, requested: 2026-03-06}}", "b.yaml")


def test_goods_kept_by_value_in_two_places_are_looked_at_for_what_they_stand_at(tmp_path: Path) -> None:
    sale = """\
2026-01-05 * "Supplier" "Purchase"
  Assets:Inventory    200.01 CNY
  Equity:Opening

2026-03-01 * "Ann" "Sale" ^inv-SO-1
  Assets:Cash              226.00 CNY
  Income:Sales            -200.00 CNY
    sku: "MUG"
    qty: 2
  Liabilities:Output-VAT   -26.00 CNY
  Expenses:COGS            120.01 CNY
  Assets:Inventory        -120.01 CNY
"""
    shop = make(tmp_path / "shop", sale)
    came = "- {{receive: {}, id: {}, date: 2026-03-05, sku: MUG, qty: 1, location: {}}}\n"
    posted(shop, came.format("SO-1", "R-1", "A-1") + came.format("R-1", "R-2", "B-7"), "a.yaml")
    items = "[{sku: MUG, qty: 1, condition: damaged}, {sku: MUG, qty: 1, condition: opened, disposition: hold}]"
    done = effect(posted(shop, f"- {{inspect: R-1, id: I-1, date: 2026-03-07, items: {items}}}", "b.yaml"))
    assert done == {"Assets:Inventory-Hold": "120.01", "Assets:Inventory-Inspection": "-120.01"}
    done = effect(posted(shop, "- {credit_note: R-1, id: C-1, date: 2026-03-08}", "c.yaml"))
    assert (done["Expenses:COGS"], done[CLEARING]) == ("-120.01", "120.01")
