"""Inspection: goods fall into conditions, go to their places with what they lose in value, or back to the customer."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from ledgers import balances, effect, make, posted, refused

SALE = """\
2026-01-05 * "Supplier" "Purchase"
  Assets:Inventory:MUG    20 MUG {60.00 CNY, 2026-01-05}
  Equity:Opening

2026-03-01 * "Ann" "Sale" ^inv-SO-1
  Assets:Receivable       1130.00 CNY
  Income:Sales           -1000.00 CNY
  Liabilities:Output-VAT  -130.00 CNY
  Expenses:COGS            600.00 CNY
  Assets:Inventory:MUG        -10 MUG {60.00 CNY, 2026-01-05}

2026-03-02 * "Ann" "Paid" ^inv-SO-1
  Assets:Cash             1130.00 CNY
  Assets:Receivable      -1130.00 CNY
"""
POLICY = """\
policy: test
version: 1
valid_from: 2000-01-01
currency: {currency}
window:
  default: {{days: 365, from: sold}}
fees:
  - {{id: opened, when: {{condition: opened, fault: customer}}, percent: 10}}
  - {{id: none, when: {{}}, percent: 0}}
inspection:
  - {{id: worn, when: {{condition: used}}, outcome: refuse, because: worn goods stay sold}}
condition_from_reason: {{none: new, changed_mind: new}}
dispositions:
  new: {{to: restock}}
  opened: {{to: restock_open_box}}
  damaged: {{to: hold, allowed: [scrap]}}
"""
INSPECTION, CLEARING = "Assets:Inventory-Inspection:MUG", "Liabilities:Returns-Clearing"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return make(tmp_path / "shop", SALE, policy=POLICY)


def three_ways(case: str) -> str:
    return f"""\
- inspect: {case}
  id: I-1
  date: 2026-03-12
  checklist: [serial number, seal]
  items:
    - {{sku: MUG, qty: 2, condition: new}}
    - {{sku: MUG, qty: 1, condition: opened, value: 45.00, selling_cost: 5.00}}
    - {{sku: MUG, qty: 1, condition: damaged, disposition: scrap, location: cage 4}}
"""


def test_goods_fall_into_three_conditions(shop: Path) -> None:
    posted(shop, "- {receive: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 4}")
    done = posted(shop, three_ways("R-1"), "i.yaml")
    assert effect(done) == {
        INSPECTION: "-240.00",
        "Assets:Inventory:MUG": "120.00",
        "Assets:Inventory-OpenBox:MUG": "60.00",
        "Assets:Inventory-Defective:MUG": "60.00",
        "Expenses:Inventory-Write-Down": "20.00",
        "Assets:Inventory-Allowance": "-20.00",
    }
    assert "case-closed" not in refused(shop, three_ways("R-1").replace("I-1", "I-2"), "j.yaml")
    posted(shop, "- {void: I-1, date: 2026-03-13}", "v.yaml")
    assert balances(shop)[INSPECTION] == Decimal("240.00")


def test_units_add_up_to_those_that_wait(shop: Path) -> None:
    posted(shop, "- {receive: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 3}")
    assert set(refused(shop, three_ways("R-1"))) == {"step-not-allowed"}
    assert refused(shop, "- {inspect: R-1, date: 2026-03-12, sku: MUG, qty: 2, condition: new}") == ["step-not-allowed"]
    assert refused(shop, "- {inspect: R-1, date: 2026-03-12, sku: CUP, condition: new}") != []
    posted(shop, "- {inspect: R-1, id: I-1, date: 2026-03-12, condition: new}", "i.yaml")
    assert INSPECTION not in balances(shop)
    assert refused(shop, "- {inspect: R-1, date: 2026-03-13, condition: new}") == ["step-not-allowed"]


def test_a_disposition_that_the_policy_does_not_have_is_refused(shop: Path) -> None:
    posted(shop, "- {receive: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 1}")
    codes = refused(shop, "- {inspect: R-1, date: 2026-03-12, condition: opened, disposition: restock}")
    assert codes == ["disposition-not-allowed"]


@pytest.mark.parametrize(
    ("framework", "written"),
    [
        ("asbe", {"Expenses:Inventory-Write-Down": "200.00", "Assets:Inventory-Allowance": "-200.00"}),
        ("us_gaap", {"Expenses:Inventory-Write-Down": "200.00"}),
        ("asbe_small", {}),
    ],
)
def test_di_001_goods_graded_b_are_written_down_to_what_they_will_fetch(
    tmp_path: Path, framework: str, written: dict[str, str]
) -> None:
    shop = make(tmp_path / "shop", SALE, policy=POLICY, more=f"framework: {framework}\n")
    posted(shop, "- {credit_note: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 10}")
    posted(shop, "- {receive: R-1, id: G-1, date: 2026-03-11}", "g.yaml")
    done = posted(
        shop, "- {inspect: R-1, id: I-1, date: 2026-03-12, condition: opened, value: 45, selling_cost: 5}", "i.yaml"
    )
    into = "400.00" if framework == "us_gaap" else "600.00"
    assert effect(done) == {INSPECTION: "-600.00", "Assets:Inventory-OpenBox:MUG": into, **written}
    assert not {"Assets:Return-Asset", CLEARING} & balances(shop).keys()


@pytest.mark.parametrize("paid", [False, True])
def test_goods_refused_at_inspection_go_back_and_what_was_credited_too(shop: Path, paid: bool) -> None:
    before = balances(shop)
    posted(shop, "- {receive: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 2}")
    posted(shop, "- {credit_note: R-1, id: C-1, date: 2026-03-11}", "c.yaml")
    if paid:
        posted(shop, "- {refund: R-1, id: P-1, date: 2026-03-11}", "p.yaml")
    done = posted(shop, "- {inspect: R-1, id: I-1, date: 2026-03-12, condition: used}", "i.yaml")
    assert effect(done) == {
        INSPECTION: "-120.00",
        "Expenses:COGS": "120.00",
        "Income:Sales-Returns": "-200.00",
        "Liabilities:Output-VAT": "-26.00",
        ("Assets:Receivable" if paid else "Liabilities:Refund-Payable"): "226.00",
    }
    if not paid:
        assert balances(shop) == before
    posted(shop, "- {return: SO-1, id: R-2, date: 2026-03-13, qty: 10, method: later}", "r.yaml")
    assert "Expenses:COGS" not in balances(shop)


def test_goods_refused_before_their_credit_leave_nothing(shop: Path) -> None:
    before = balances(shop)
    posted(shop, "- {receive: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 3}")
    events = """\
- inspect: R-1
  id: I-1
  date: 2026-03-12
  items: [{sku: MUG, qty: 1, condition: new}, {sku: MUG, qty: 2, condition: used}]
"""
    done = posted(shop, events, "i.yaml")
    assert effect(done) == {INSPECTION: "-180.00", CLEARING: "120.00", "Assets:Inventory:MUG": "60.00"}
    done = posted(shop, "- {credit_note: R-1, id: C-1, date: 2026-03-13}", "c.yaml")
    assert effect(done)["Income:Sales-Returns"] == "100.00"
    posted(
        shop,
        "- {void: C-1, date: 2026-03-14}\n- {void: I-1, date: 2026-03-14}\n- {void: R-1, date: 2026-03-14}",
        "v.yaml",
    )
    assert balances(shop) == before


def test_the_reason_as_found_decides_the_fee_of_the_credit(shop: Path) -> None:
    posted(shop, "- {receive: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 1, reason: defective}")
    posted(shop, "- {inspect: R-1, id: I-1, date: 2026-03-12, condition: opened, found: changed_mind}", "i.yaml")
    done = posted(shop, "- {credit_note: R-1, id: C-1, date: 2026-03-13}", "c.yaml")
    assert effect(done)["Liabilities:Refund-Payable"] == "-101.70"
    assert effect(done)["Income:Restocking-Fees"] == "-10.00"


def test_a_case_whose_goods_are_placed_and_money_paid_takes_no_further_goods(shop: Path) -> None:
    posted(
        shop,
        "- {receive: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 1}\n- {credit_note: R-1, id: C-1, date: 2026-03-10}",
    )
    posted(
        shop,
        "- {inspect: R-1, id: I-1, date: 2026-03-11, condition: new}\n- {refund: R-1, id: P-1, date: 2026-03-12}",
        "b.yaml",
    )
    assert refused(shop, "- {receive: R-1, date: 2026-03-13, sku: MUG, qty: 1}") == ["case-closed"]
    assert not {"Assets:Return-Asset", CLEARING, INSPECTION} & balances(shop).keys()
