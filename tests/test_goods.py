"""What is done with goods that came back: every way out, to the cent, in parts, and undone exactly.

DI-003 is a worked example of the rules on abnormal losses (Cai Kuai [2016] No. 22; account 1901); its ledger is ours.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import POLICY, balances, effect, make, posted, refused

SALE = """\
2025-01-05 * "Supplier" "Purchase"
  Assets:Inventory    30 JAM {50.00 CNY, 2025-01-05}
  Assets:Inventory    10 JAM {52.25 CNY, 2025-02-05}
  Equity:Opening

2025-03-01 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank             2260.00 CNY
  Income:Sales           -2000.00 CNY
  Liabilities:Output-VAT  -260.00 CNY
  Expenses:COGS           1011.25 CNY
  Assets:Inventory            -15 JAM {50.00 CNY, 2025-01-05}
  Assets:Inventory             -5 JAM {52.25 CNY, 2025-02-05}
"""
RULES = """\
policy: test
version: 1
valid_from: 2000-01-01
currency: {currency}
window: {{default: {{days: 365, from: sold}}}}
dispositions:
  damaged: {{to: hold, allowed: [scrap, donate, liquidate, return_to_supplier, restock]}}
  opened: {{to: restock_open_box, sells_at: "45%", selling_cost: "5%", allowed: [scrap, hold]}}
approvals:
  - {{id: dear, when: {{kind: dispose, amount: ">500"}}, by: [finance]}}
  - {{id: others, when: {{}}, by: []}}
"""
HOLD, DEFECTIVE = "Assets:Inventory-Hold", "Assets:Inventory-Defective"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    settings_file = make(tmp_path / "shop", SALE, policy=RULES, more="people: {fin: [finance]}\n")
    posted(settings_file, "- {return: SO-1, id: R-1, date: 2025-04-01, qty: 20, condition: damaged, reason: defective}")
    return settings_file


def test_di_003_scrap_through_negligence_waits_and_is_borne(shop: Path) -> None:
    proposed = "{dispose: R-1, id: D-1, date: 2025-05-03, disposition: scrap, stage: proposed, qty: 20, sku: JAM"
    done = posted(shop, f"- {proposed}, cause: mismanagement, input_vat: 131.46}}")
    assert effect(done) == {
        HOLD: "-1011.25",
        "Assets:Pending-Asset-Loss": "1142.71",
        "Liabilities:Input-VAT-Transfer-Out": "-131.46",
    }
    done = posted(
        shop,
        "- {dispose: R-1, id: D-2, date: 2025-05-20, stage: approved, approved_by: [fin], salvage: 30.00,\n"
        "   charge: [{party: keeper, amount: 200.00}]}",
    )
    assert effect(done) == {
        "Assets:Pending-Asset-Loss": "-1142.71",
        "Assets:Scrap-Materials": "30.00",
        "Assets:Other-Receivable": "200.00",
        "Expenses:Administration": "912.71",
    }
    assert "Assets:Pending-Asset-Loss" not in balances(shop)


def test_a_disaster_is_a_non_operating_loss_and_keeps_its_input_tax(shop: Path) -> None:
    posted(shop, "- {dispose: R-1, id: D-1, date: 2025-05-03, disposition: scrap, stage: proposed, cause: disaster}")
    done = posted(shop, "- {dispose: R-1, id: D-2, date: 2025-05-20, stage: approved, approved_by: [fin]}")
    assert effect(done) == {"Assets:Pending-Asset-Loss": "-1011.25", "Expenses:Non-Operating-Loss": "1011.25"}


def test_scrap_that_the_policy_wants_approved_is_proposed_by_itself(shop: Path) -> None:
    done = posted(shop, "- {dispose: R-1, id: D-1, date: 2025-05-03, disposition: scrap}")
    assert effect(done) == {HOLD: "-1011.25", "Assets:Pending-Asset-Loss": "1011.25"}
    assert refused(shop, "- {dispose: R-1, id: D-2, date: 2025-05-20, stage: approved}") == ["approval-missing"]


def test_cheap_scrap_is_one_step(shop: Path) -> None:
    done = posted(shop, "- {dispose: R-1, id: D-1, date: 2025-05-03, disposition: scrap, sku: JAM, qty: 3}")
    assert effect(done) == {HOLD: "-156.75", "Expenses:Scrap-Loss": "156.75"}


def test_goods_sold_off_are_a_sale_with_its_tax_and_their_cost(shop: Path) -> None:
    done = posted(
        shop,
        "- {dispose: R-1, date: 2025-05-03, disposition: liquidate, sku: JAM, qty: 5, proceeds: 113.00, account: Assets:Bank}",
    )
    assert effect(done) == {
        HOLD: "-261.25",
        "Expenses:COGS": "261.25",
        "Assets:Bank": "113.00",
        "Income:Other-Revenue": "-100.00",
        "Liabilities:Output-VAT": "-13.00",
    }


def test_goods_given_away_carry_the_tax_of_a_deemed_sale(shop: Path) -> None:
    done = posted(
        shop, "- {dispose: R-1, date: 2025-05-03, disposition: donate, sku: JAM, qty: 5, value: 60.00, tax_rate: 0.13}"
    )
    assert effect(done) == {HOLD: "-261.25", "Expenses:Donations": "300.25", "Liabilities:Output-VAT": "-39.00"}


def test_a_supplier_credits_in_part_and_pays(shop: Path) -> None:
    posted(shop, "- {dispose: R-1, date: 2025-05-01, disposition: return_to_supplier, sku: JAM, qty: 10}")
    done = posted(
        shop,
        "- {supplier_return: R-1, id: S-1, date: 2025-05-03, supplier: Cannery, sku: JAM, qty: 10, expect: 400.00, tax: 52.00}",
    )
    assert effect(done) == {
        DEFECTIVE: "-511.25",
        "Assets:Supplier-Claims": "452.00",
        "Assets:Input-VAT": "-52.00",
        "Expenses:Supplier-Return-Loss": "111.25",
    }
    done = posted(shop, "- {recovery: R-1, date: 2025-06-03, party: supplier, account: Assets:Bank}")
    assert effect(done) == {"Assets:Bank": "452.00", "Assets:Supplier-Claims": "-452.00"}
    assert refused(shop, "- {recovery: R-1, date: 2025-06-04, party: supplier, account: Assets:Bank}") == [
        "step-not-allowed"
    ]


def test_more_than_was_claimed_makes_the_loss_less(shop: Path) -> None:
    posted(
        shop,
        "- {supplier_return: R-1, id: S-1, date: 2025-05-03, supplier: Cannery, sku: JAM, qty: 10, expect: 400.00}",
    )
    done = posted(shop, "- {recovery: R-1, date: 2025-06-03, party: supplier, amount: 450.00, account: Assets:Bank}")
    assert effect(done) == {
        "Assets:Bank": "450.00",
        "Assets:Supplier-Claims": "-400.00",
        "Expenses:Supplier-Return-Loss": "-50.00",
    }


def test_what_was_written_down_leaves_with_the_goods(tmp_path: Path) -> None:
    settings_file = make(tmp_path / "shop", SALE, policy=RULES, more="people: {fin: [finance]}\n")
    done = posted(settings_file, "- {return: SO-1, id: R-1, date: 2025-04-01, qty: 20, condition: opened}")
    assert effect(done)["Assets:Inventory-Allowance"] == "-156.25"  # to 45 % of 100.00 less 5 % of that: 42.75 each
    done = posted(settings_file, "- {dispose: R-1, date: 2025-05-03, disposition: hold, sku: JAM, qty: 7}")
    assert effect(done) == {"Assets:Inventory-OpenBox": "-361.25", HOLD: "361.25"}
    done = posted(
        settings_file,
        "- {dispose: R-1, date: 2025-05-04, disposition: scrap, sku: JAM, qty: all, stage: approved, approved_by: [fin]}",
    )
    assert "Assets:Inventory-Allowance" not in balances(settings_file)
    assert effect(done)["Expenses:Scrap-Loss"] == "855.00"


def test_refurbished_units_cost_more_and_are_worth_what_they_will_sell_for(shop: Path) -> None:
    done = posted(
        shop,
        "- {refurbish: R-1, date: 2025-05-03, sku: JAM, qty: 4, refurbishing_cost: 40.00, result: opened,\n"
        "   capitalise: true, value: 60.00, selling_cost: 5.00, paid_from: Assets:Bank}",
    )
    assert effect(done) == {
        HOLD: "-209.00",
        "Assets:Inventory-OpenBox": "249.00",
        "Assets:Bank": "-40.00",
        "Expenses:Inventory-Write-Down": "29.00",
        "Assets:Inventory-Allowance": "-29.00",
    }


def test_units_are_put_away_where_they_were_sold_from(shop: Path) -> None:
    posted(shop, "- {dispose: R-1, date: 2025-05-03, disposition: restock}")
    done = posted(shop, "- {put_away: R-1, date: 2025-05-04}")
    assert effect(done) == {"Assets:Inventory": "1011.25", "Assets:Inventory-Returned": "-1011.25"}


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ("{dispose: R-9, date: 2025-05-03, disposition: scrap}", "unknown-case"),
        ("{dispose: R-1, date: 2025-05-03, disposition: scrap, sku: JAM, qty: 21}", "step-not-allowed"),
        ("{dispose: R-1, date: 2025-05-03, disposition: scrap, sku: JAM, qty: 0}", "step-not-allowed"),
        ("{dispose: R-1, date: 2025-05-03, disposition: liquidate}", "step-not-allowed"),
        ("{dispose: R-1, date: 2025-05-03, disposition: customer_keeps}", "step-not-allowed"),
        ("{dispose: R-1, date: 2025-05-03, disposition: refurbish}", "disposition-not-allowed"),
        ("{dispose: R-1, date: 2025-05-03, disposition: scrap, qty: 1, sku: JAM, salvage: 60.00}", "step-not-allowed"),
        ("{dispose: R-1, date: 2025-05-03, disposition: scrap, cause: mismanagement}", "step-not-allowed"),
        ("{put_away: R-1, date: 2025-05-03}", "step-not-allowed"),
        ("{recovery: R-1, date: 2025-05-03, amount: 5.00}", "step-not-allowed"),
        ("{recovery: R-1, date: 2025-05-03, party: carrier, amount: -5.00}", "quantity-not-positive"),
        ("{expense: R-1, date: 2025-05-03, type: freight}", "step-not-allowed"),
        ("{expense: R-1, date: 2025-05-03, type: freight, amount: 5.00, paid_from: nowhere}", "step-not-allowed"),
        ("{return: SO-1, date: 2025-05-03, sku: JAM, qty: 1, disposition: missing}", "more-than-sold"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_figures(shop: Path, event: str, code: str) -> None:
    assert code in refused(shop, f"- {event}")


_WAYS = st.sampled_from(
    [
        "{dispose: R-1, disposition: scrap, stage: approved, approved_by: [fin]",
        "{dispose: R-1, disposition: donate",
        "{dispose: R-1, disposition: liquidate, proceeds: 11.30, account: Assets:Bank",
        "{dispose: R-1, disposition: return_to_supplier",
        "{dispose: R-1, disposition: hold",
        "{dispose: R-1, disposition: restock",
        "{supplier_return: R-1, supplier: Cannery, expect: 30.00",
        "{refurbish: R-1, refurbishing_cost: 3.01, result: opened, paid_from: Assets:Bank",
    ]
)


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(st.tuples(_WAYS, st.integers(1, 9)), min_size=1, max_size=5), undo=st.booleans())
def test_units_and_money_are_conserved_whatever_is_done(steps: list, undo: bool, tmp_path_factory: object) -> None:
    folder = tmp_path_factory.mktemp("goods") / "shop"  # type: ignore[attr-defined]
    rules = POLICY.replace(
        "allowed: [scrap]}}\n", "allowed: [scrap, donate, liquidate, return_to_supplier, restock]}}\n"
    )
    settings_file = make(folder, SALE, policy=rules)
    posted(settings_file, "- {return: SO-1, id: R-1, date: 2025-04-01, qty: 20, condition: damaged}")
    before, made = balances(settings_file), []
    from ledgers import apply

    for n, (way, units) in enumerate(steps):
        event = f"- {way}, id: D-{n}, date: 2025-05-{n + 1:02d}, sku: JAM, qty: {units}}}"
        done = apply(settings_file, event, f"e{n}.yaml")
        if done.file:
            made.append(f"D-{n}")
        assert sum(balances(settings_file).values()) == 0
    if undo:
        for n, name in enumerate(reversed(made)):
            posted(settings_file, f"- {{void: {name}, date: 2025-06-{n + 1:02d}}}", f"v{n}.yaml")
        assert balances(settings_file) == before


def test_decimal_shares_of_the_allowance_leave_nothing(tmp_path: Path) -> None:
    settings_file = make(tmp_path / "shop", SALE, policy=RULES, more="people: {fin: [finance]}\n")
    posted(settings_file, "- {return: SO-1, id: R-1, date: 2025-04-01, qty: 20, condition: opened}")
    for n, units in enumerate((1, 2, 3, 7, 7)):
        posted(
            settings_file,
            f"- {{dispose: R-1, date: 2025-05-0{n + 1}, disposition: scrap, sku: JAM, qty: {units}, stage: approved, "
            "approved_by: fin}",
            f"{n}.yaml",
        )
    left = balances(settings_file)
    assert "Assets:Inventory-Allowance" not in left and "Assets:Inventory-OpenBox" not in left
    assert left["Expenses:Scrap-Loss"] + left["Expenses:Inventory-Write-Down"] == Decimal("1011.25")
