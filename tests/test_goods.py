"""What is done with goods that came back: every way out, to the cent, in parts, and undone exactly.

DI-003 is a worked example of the rules on abnormal losses (Cai Kuai [2016] No. 22; account 1901); its ledger is ours.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import POLICY, apply, balances, effect, make, posted, refused

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


MIXED = """\
policy: test
version: 1
valid_from: 2000-01-01
currency: {currency}
window: {{default: {{days: 365, from: sold}}}}
dispositions:
  defective: {{to: refurbish, allowed: [scrap, donate, hold]}}
  opened: {{to: restock_open_box, allowed: [scrap, donate]}}
  damaged: {{to: hold, allowed: [scrap, donate]}}
approvals:
  - {{id: all, when: {{kind: dispose}}, by: [finance]}}
  - {{id: others, when: {{}}, by: []}}
"""


def mixed(folder: Path) -> Path:
    """Return a shop with a case of three piles: opened for sale, defective to be refurbished, damaged on hold."""
    settings_file = make(folder / "shop", SALE, policy=MIXED, more="people: {fin: [finance]}\n")
    posted(
        settings_file,
        "- {return: SO-1, id: R-1, date: 2025-04-01, reason: defective, items: [{sku: JAM, qty: 2, condition: opened},\n"
        "   {sku: JAM, qty: 3, condition: defective}, {sku: JAM, qty: 4, condition: damaged}]}",
    )
    return settings_file


def test_an_approval_settles_the_proposal_however_it_names_the_goods(tmp_path: Path) -> None:
    shop = mixed(tmp_path)
    posted(
        shop, "- {dispose: R-1, id: D-1, date: 2025-05-03, sku: JAM, qty: 3, condition: defective, disposition: scrap}"
    )
    wrong = (
        "- {dispose: R-1, date: 2025-05-04, stage: approved, approved_by: fin, disposition: scrap, sku: JAM, qty: 4}"
    )
    assert refused(shop, wrong, "w.yaml") == ["step-not-allowed"]
    done = posted(shop, wrong.replace("qty: 4", "qty: 3"), "d.yaml")
    assert effect(done) == {"Assets:Pending-Asset-Loss": "-156.75", "Expenses:Administration": "156.75"}


def test_goods_that_wait_go_before_goods_for_sale_and_what_is_unclear_is_asked(tmp_path: Path) -> None:
    shop = mixed(tmp_path)
    scrap = "- {dispose: R-1, date: 2025-05-03, sku: JAM, qty: %s, disposition: donate, approved_by: fin%s}"
    assert refused(shop, scrap % (2, "")) == ["step-not-allowed"]
    done = posted(shop, scrap % (2, f", location: '{HOLD}'"), "a.yaml")
    assert effect(done)[HOLD] == "-100.00"
    assert effect(posted(shop, scrap % (3, ", condition: defective"), "b.yaml"))[DEFECTIVE] == "-156.75"
    assert effect(posted(shop, scrap % (1, ""), "c.yaml"))[HOLD] == "-50.00"  # the open boxes are for sale


def test_an_unknown_event_is_told_the_ids_that_are_near(tmp_path: Path) -> None:
    settings_file = make(tmp_path / "shop", SALE)
    posted(
        settings_file,
        "- {request: SO-1, id: R-1, date: 2025-04-01, sku: JAM, qty: 1}\n"
        "- {request: SO-1, id: R-2, date: 2025-04-01, sku: JAM, qty: 1}\n",
    )
    posted(settings_file, "- {approve: [R-1, R-2], id: Q, date: 2025-04-02, by: chief}", "q.yaml")
    for name in ("Q", "Q-3"):
        done = apply(settings_file, f"- {{amend: {name}, date: 2025-04-03, set: {{note: x}}}}", "x.yaml")
        (finding,) = done.findings
        assert finding.code == "unknown-case"
        assert set(finding.values["instead"].values["ids"]) == {"Q-1", "Q-2"}


BOUGHT = """\
2025-01-05 * "Works" "Purchase"
  {stock}
  Equity:Opening

2025-03-01 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank             1130.00 CNY
  Income:Sales           -1000.00 CNY{of}
  Liabilities:Output-VAT  -130.00 CNY
  Expenses:COGS            500.00 CNY
  {goods}
"""
NAMED = '\n    sku: "JAM"\n    qty: 10'
STOCKS = {
    "label": ('Assets:Inventory  30 JAM {50.00 CNY, "B-7"}', "", 'Assets:Inventory  -10 JAM {50.00 CNY, "B-7"}'),
    "kit": (
        "Assets:Inventory:Cup  40 CUP {15.00 CNY}\n  Assets:Inventory:Tin  20 TIN {20.00 CNY}",
        "",
        f'Assets:Inventory:Cup  -20 CUP {{}}{NAMED}\n  Assets:Inventory:Tin  -10 TIN {{}}\n    sku: "JAM"',
    ),
    "value": ("Assets:Inventory  1500.00 CNY", NAMED, "Assets:Inventory  -500.00 CNY"),
}
WAYS = {
    "restock": (None, ""),
    "restock_open_box": (
        "{dispose: R-1, disposition: liquidate, proceeds: 113.00, account: Assets:Bank",
        "Expenses:COGS",
    ),
    "hold": ("{dispose: R-1, disposition: donate, approved_by: fin", "Expenses:Donations"),
    "refurbish": ("{refurbish: R-1, result: opened", ""),
    "repair_and_return": ("{dispose: R-1", "Liabilities:Returns-Clearing"),
    "return_to_supplier": ("{supplier_return: R-1, supplier: Works", "Assets:Supplier-Claims"),
    "scrap": ("{dispose: R-1, approved_by: fin, stage: approved, disposition: scrap", "Expenses:Scrap-Loss"),
    "donate": ("{dispose: R-1, approved_by: fin", "Expenses:Donations"),
    "liquidate": ("{dispose: R-1, proceeds: 113.00, account: Assets:Bank", "Expenses:COGS"),
    "return_to_customer": (None, "Liabilities:Returns-Clearing"),
    "missing": ("{dispose: R-1, disposition: missing, approved_by: fin", "Expenses:Scrap-Loss"),
}
EVERY = MIXED.replace("approvals:\n  - {{id: all, when: {{kind: dispose}}, by: [finance]}}\n", "approvals:\n").replace(
    "allowed: [scrap, donate, hold]", f"allowed: [{', '.join(WAYS)}]"
)


@pytest.mark.parametrize("stock", STOCKS)
@pytest.mark.parametrize("to", WAYS)
def test_every_disposition_has_a_way_out_for_all_units_and_no_unit_more(to: str, stock: str, tmp_path: Path) -> None:
    bought, of, goods = STOCKS[stock]
    ledger = BOUGHT.format(stock=bought, of=of, goods=goods)
    settings_file = make(tmp_path / "shop", ledger, policy=EVERY, more="people: {fin: [finance]}\n")
    way, account = WAYS[to]
    lines = [
        "- {receive: SO-1, id: R-1, date: 2025-05-01, sku: JAM, qty: 4, reason: defective}",
        f"- {{inspect: R-1, id: I-1, date: 2025-05-02, sku: JAM, qty: 4, condition: defective, disposition: {to}}}",
    ]
    done = posted(settings_file, "\n".join(lines))
    if way is None:
        expected = {} if account else {"Assets:Inventory": "200.00", "Liabilities:Returns-Clearing": "-200.00"}
        assert stock == "kit" or effect(done) == expected
        return
    paid = ", refurbishing_cost: 9.00, paid_from: Assets:Bank" if to == "refurbish" else ""
    for n, units in enumerate((3, 1)):
        done = posted(settings_file, f"- {way}, date: 2025-05-0{n + 3}, sku: JAM, qty: {units}{paid}}}", f"{n}.yaml")
        if account:
            assert effect(done)[account] == f"{units * 50}.00"
    if to != "refurbish":  # what was made good is for sale, and may be made better still
        assert refused(settings_file, f"- {way}, date: 2025-05-06, sku: JAM, qty: 1}}", "more.yaml")
    left = {name for name in balances(settings_file) if name.startswith("Assets:Inventory-")}
    assert not left or to == "refurbish"


def test_goods_of_a_customer_whose_credit_stands_are_not_given_back(tmp_path: Path) -> None:
    shop = mixed(tmp_path)
    back = "- {dispose: R-1, date: 2025-05-03, sku: JAM, qty: 1, condition: damaged, disposition: return_to_customer}"
    assert "step-not-allowed" in refused(shop, back)
    keeps = "- {inspect: R-2, date: 2025-05-03, sku: JAM, qty: 1, condition: damaged, disposition: customer_keeps}"
    posted(shop, "- {receive: SO-1, id: R-2, date: 2025-05-02, sku: JAM, qty: 1, reason: defective}", "r.yaml")
    assert "step-not-allowed" in refused(shop, keeps, "k.yaml")


@pytest.mark.parametrize("note", ["a", "b", "c"])
def test_exchanges_of_one_day_are_undone_the_later_first_whatever_their_files_are_called(
    note: str, tmp_path: Path
) -> None:
    settings_file = make(tmp_path / "shop", SALE)
    for n in (1, 2):
        event = f"- {{exchange: SO-1, id: X-{n}, date: 2025-04-01, sku: JAM, qty: 1, condition: new, note: {note}{n}}}"
        posted(settings_file, event, f"{n}.yaml")
    done = apply(settings_file, "- {void: X-1, date: 2025-04-02}", "v.yaml")
    assert [str(finding.values["obstacle"].values["ids"]) for finding in done.findings] == ["('X-2',)"]
    posted(settings_file, "- {void: X-2, date: 2025-04-02}", "w.yaml")
    posted(settings_file, "- {void: X-1, date: 2025-04-02}", "v.yaml")


@pytest.mark.parametrize(
    ("event", "units", "account"),
    [
        ("supplier_return: C-1, supplier: S", 2, DEFECTIVE),
        ("dispose: C-1, disposition: scrap", 3, DEFECTIVE),
        ("dispose: C-1, disposition: donate", 10, ""),
        ("supplier_return: C-1, supplier: S, sku: JAM", 2, DEFECTIVE),
    ],
)
def test_without_a_quantity_the_goods_put_there_for_that_are_meant(
    tmp_path: Path, event: str, units: int, account: str
) -> None:
    settings_file = make(tmp_path / "shop", SALE, policy=RULES, more="people: {fin: [finance]}\n")
    posted(
        settings_file,
        "- {request: SO-1, id: C-1, date: 2025-04-01, sku: JAM, qty: 10, reason: defective}\n"
        "- {receive: C-1, date: 2025-04-02}\n"
        "- {inspect: C-1, date: 2025-04-03, items: [\n"
        "   {sku: JAM, qty: 3, condition: damaged, disposition: scrap},\n"
        "   {sku: JAM, qty: 2, condition: damaged, disposition: return_to_supplier},\n"
        "   {sku: JAM, qty: 5, condition: damaged, disposition: hold}]}\n",
    )
    done = posted(settings_file, f"- {{{event}, date: 2025-04-20, approved_by: [fin]}}", "out.yaml")
    (entry,) = done.events[0].directives
    out = [p for p in entry.postings if p.cost is not None and p.units.number < 0]
    assert -sum(p.units.number for p in out) == units
    assert not account or {p.account for p in out} == {account}
