"""Returns that were estimated: provisions by order and cohort, what returns use of them, and what is left when they end."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from ledgers import balances, effect, make, posted, refused

from returnledger import app

ESTIMATE = "accounting_model: estimate\nrevenue_account: same\n"

POLICY = """\
policy: test
version: 1
valid_from: 2000-01-01
currency: {currency}
window:
  default: {{days: 30, from: sold}}
condition_from_reason: {{none: new, changed_mind: new}}
dispositions:
  new: {{to: restock, allowed: [scrap]}}
  opened: {{to: restock_open_box, sells_at: "85%", selling_cost: "5%"}}
  damaged: {{to: hold, allowed: [scrap]}}
"""


def shop(folder: Path, ledger: str, **given: str) -> Path:
    given.setdefault("policy", POLICY)
    return make(folder, ledger, more=ESTIMATE + given.pop("more", ""), **given)


def sale(
    order: str,
    day: str,
    units: int,
    price: str,
    cost: str,
    *,
    tax: str = "0",
    paid: str = "Assets:Bank",
    sku: str = "P",
    currency: str = "CNY",
) -> str:
    net, vat = Decimal(price) * units, Decimal(price) * units * Decimal(tax)
    lines = [
        f'{day} * "客户" "Sale" ^inv-{order}',
        f"  {paid}    {net + vat:.2f} {currency}",
        f"  Income:Sales    {-net:.2f} {currency}",
        *([f"  Liabilities:Output-VAT    {-vat:.2f} {currency}"] if vat else []),
        f"  Expenses:COGS    {Decimal(cost) * units:.2f} {currency}",
        f"  Assets:Inventory    {-units} {sku} {{{cost} {currency}, 2017-01-01}}",
    ]
    return "\n".join(lines) + "\n\n"


def buy(units: int, cost: str, sku: str = "P", currency: str = "CNY") -> str:
    return (
        f'2017-01-01 * "Supplier" "Purchase"\n  Assets:Inventory    {units} {sku} {{{cost} {currency}, 2017-01-01}}\n'
        "  Equity:Opening\n\n"
    )


def nil(settings: Path, *accounts: str) -> None:
    found = balances(settings)
    assert {name: found.get(name, 0) for name in accounts} == dict.fromkeys(accounts, 0)


def test_rl_001_and_002_expected_units_are_set_aside_used_and_released(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", buy(100, "60") + sale("S1", "2025-01-01", 100, "100", "60"))
    done = posted(settings, "- {provision: S1, date: 2025-01-01, expected_qty: 3}")
    assert effect(done) == {
        "Income:Sales": "300.00",
        "Liabilities:Refund-Liability": "-300.00",
        "Assets:Return-Asset": "180.00",
        "Expenses:COGS": "-180.00",
    }
    done = posted(
        settings,
        "- {return: S1, date: 2025-01-31, qty: 2}\n- {provision: S1, date: 2025-01-31, closed: true}\n",
        "back.yaml",
    )
    assert effect(done) == {
        "Liabilities:Refund-Liability": "300.00",
        "Assets:Bank": "-200.00",
        "Income:Sales": "-100.00",
        "Assets:Inventory": "120",
        "Expenses:COGS": "60.00",
        "Assets:Return-Asset": "-180.00",
    }
    nil(settings, "Liabilities:Refund-Liability", "Assets:Return-Asset")


def test_rl_004_twenty_percent_then_ten_and_four_hundred_come_back(tmp_path: Path) -> None:
    ledger = buy(5000, "400") + sale("S1", "2018-10-01", 5000, "500", "400", tax="0.16")
    policy = POLICY.replace("days: 30, from: sold", "days: 181, from: sold")
    settings = shop(tmp_path / "a", ledger, policy=policy)
    done = posted(settings, "- {provision: 2018-10, date: 2018-10-01, expected_rate: 0.20}")
    assert effect(done) == {
        "Income:Sales": "500000.00",
        "Liabilities:Refund-Liability": "-500000.00",
        "Assets:Return-Asset": "400000.00",
        "Expenses:COGS": "-400000.00",
    }
    done = posted(settings, "- {provision: 2018-10, date: 2018-12-31, expected_rate: 0.10}", "b.yaml")
    assert effect(done) == {
        "Income:Sales": "-250000.00",
        "Liabilities:Refund-Liability": "250000.00",
        "Assets:Return-Asset": "-200000.00",
        "Expenses:COGS": "200000.00",
    }
    events = "- {return: S1, date: 2019-03-31, qty: 400}\n- {provision: 2018-10, date: 2019-03-31, closed: true}\n"
    done = posted(settings, events, "c.yaml")
    assert effect(done) == {
        "Assets:Inventory": "160000",
        "Liabilities:Output-VAT": "32000.00",
        "Liabilities:Refund-Liability": "250000.00",
        "Assets:Return-Asset": "-200000.00",
        "Income:Sales": "-50000.00",
        "Expenses:COGS": "40000.00",
        "Assets:Bank": "-232000.00",
    }


def test_rl_006_fee_and_cost_of_taking_back_come_off_what_is_expected(tmp_path: Path) -> None:
    ledger = buy(10, "750") + sale("S1", "2018-01-01", 10, "1000", "750", paid="Assets:Receivable")
    settings = shop(tmp_path / "a", ledger)
    event = "- {provision: S1, date: 2018-01-01, expected_rate: 0.10, expected_fee: 100.00, recovery_cost: 50.00}"
    assert effect(posted(settings, event)) == {
        "Income:Sales": "900.00",
        "Liabilities:Refund-Liability": "-900.00",
        "Assets:Return-Asset": "700.00",
        "Expenses:COGS": "-700.00",
    }
    done = posted(settings, "- {return: S1, date: 2018-01-20, qty: 1, fee: 100.00}", "b.yaml")
    assert effect(done) == {
        "Liabilities:Refund-Liability": "900.00",
        "Assets:Receivable": "-900.00",
        "Assets:Inventory": "750",
        "Assets:Return-Asset": "-700.00",
        "Liabilities:Return-Cost-Accrued": "-50.00",
    }
    done = posted(settings, "- {provision: S1, date: 2018-01-31, closed: true}", "c.yaml")
    assert effect(done) == {"Liabilities:Return-Cost-Accrued": "50.00", "Expenses:COGS": "-50.00"}


def test_rl_014_the_cost_of_taking_back_waits_accrued_until_it_is_paid(tmp_path: Path) -> None:
    ledger = buy(100, "60") + sale("S1", "2026-01-01", 100, "100", "60", tax="0.13", paid="Assets:Receivable")
    settings = shop(tmp_path / "a", ledger)
    done = posted(settings, "- {provision: S1, date: 2026-01-01, expected_qty: 10, recovery_cost: 8.00}")
    assert effect(done) == {
        "Income:Sales": "1000.00",
        "Liabilities:Refund-Liability": "-1000.00",
        "Assets:Return-Asset": "520.00",
        "Expenses:COGS": "-520.00",
    }
    done = posted(settings, "- {return: S1, date: 2026-01-28, qty: 10}", "b.yaml")
    assert effect(done) == {
        "Liabilities:Refund-Liability": "1000.00",
        "Liabilities:Output-VAT": "130.00",
        "Assets:Receivable": "-1130.00",
        "Assets:Inventory": "600",
        "Assets:Return-Asset": "-520.00",
        "Liabilities:Return-Cost-Accrued": "-80.00",
    }


def test_sr_004_a_return_after_the_balance_sheet_date_is_of_the_year_before(tmp_path: Path) -> None:
    ledger = """\
2015-01-01 * "Supplier" "Purchase"
  Assets:1405-库存商品    1 P {1000000 CNY, 2015-01-01}
  Equity:Opening

2015-11-08 * "客户" "销售" ^inv-S1
  Assets:1122-应收账款                  1404000.00 CNY
  Income:6001-主营业务收入             -1200000.00 CNY
  Liabilities:2221-应交税费:销项税额    -204000.00 CNY
  Expenses:6401-主营业务成本            1000000.00 CNY
  Assets:1405-库存商品                          -1 P {1000000 CNY, 2015-01-01}
"""
    year = "year_end: {date: 2015-12-31, authorised: 2016-03-31, tax_settled: 2016-02-28, income_tax_percent: 25, reserve_percent: 10}\n"
    event = "- {return: S1, date: 2016-01-12, reason: quality, condition: new, red_invoice: '1'}"
    policy = POLICY.replace("days: 30", "days: 365")
    settings = make(tmp_path / "a", ledger, preset="cn", more=year, policy=policy)
    expected = {
        "Liabilities:2221-应交税费:销项税额": "204000.00",
        "Assets:1122-应收账款": "-1404000.00",
        "Assets:1405-库存商品": "1000000",
        "Liabilities:2221-应交税费:应交所得税": "50000.00",
        "Equity:4104-利润分配:未分配利润": "135000.00",
        "Equity:4101-盈余公积": "15000.00",
    }
    assert effect(posted(settings, event)) == expected
    settings = make(tmp_path / "b", ledger, preset="cn", more=year, policy=policy)
    late = effect(posted(settings, event.replace("2016-01-12", "2016-03-12")))
    tax = expected.pop("Liabilities:2221-应交税费:应交所得税")
    assert late == expected | {"Assets:1811-递延所得税资产": tax}
    settings = make(tmp_path / "c", ledger, preset="cn", more=year, policy=policy)
    after = effect(posted(settings, event.replace("2016-01-12", "2016-04-01")))
    assert after["Income:6001-主营业务收入"] == "1200000.00"
    assert after["Expenses:6401-主营业务成本"] == "-1000000.00"


def test_di_001_goods_expected_back_are_written_down_to_what_they_will_fetch(tmp_path: Path) -> None:
    ledger = buy(10, "60") + sale("S1", "2025-04-20", 10, "100", "60")
    settings = shop(tmp_path / "a", ledger)
    posted(settings, "- {provision: S1, date: 2025-04-30, figures: {refund_liability: 1000.00, return_asset: 600.00}}")
    event = "- {return: S1, date: 2025-05-01, condition: opened, value: 45.00, selling_cost: 5.00}"
    done = effect(posted(settings, event, "b.yaml"))
    assert done["Assets:Inventory-OpenBox"] == "600"
    assert done["Assets:Return-Asset"] == "-600.00"
    assert done["Expenses:Inventory-Write-Down"] == "200.00"
    assert done["Assets:Inventory-Allowance"] == "-200.00"
    assert "Expenses:COGS" not in done
    assert "Income:Sales" not in done


def test_more_than_expected_goes_to_current_revenue_and_cost(tmp_path: Path) -> None:
    ledger = buy(100, "60") + sale("S1", "2026-01-01", 100, "100", "60", tax="0.13", paid="Assets:Receivable")
    settings = shop(tmp_path / "a", ledger)
    posted(settings, "- {provision: 2026-01, date: 2026-01-02, expected_rate: 0.10, recovery_cost: 8.00}")
    done = posted(settings, "- {return: S1, date: 2026-01-28, qty: 12}", "b.yaml")
    assert effect(done) == {
        "Liabilities:Refund-Liability": "1000.00",
        "Income:Sales": "200.00",
        "Liabilities:Output-VAT": "156.00",
        "Assets:Receivable": "-1356.00",
        "Assets:Inventory": "720",
        "Assets:Return-Asset": "-520.00",
        "Liabilities:Return-Cost-Accrued": "-80.00",
        "Expenses:COGS": "-120.00",
    }
    nil(settings, "Liabilities:Refund-Liability", "Assets:Return-Asset")
    done = posted(
        settings, "- {provision: 2026-01, date: 2026-01-29, expected_rate: 0.15, recovery_cost: 8.00}", "c.yaml"
    )
    assert effect(done) == {
        "Income:Sales": "300.00",
        "Liabilities:Refund-Liability": "-300.00",
        "Assets:Return-Asset": "156.00",
        "Expenses:COGS": "-156.00",
    }


def test_units_already_back_are_expected_no_more(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", buy(100, "60") + sale("S1", "2026-01-01", 100, "100", "60"))
    posted(settings, "- {return: S1, date: 2026-01-10, qty: 3}")
    done = posted(settings, "- {provision: 2026-01, date: 2026-01-31, expected_rate: 0.10}", "b.yaml")
    assert effect(done)["Liabilities:Refund-Liability"] == "-700.00"
    assert effect(done)["Assets:Return-Asset"] == "420.00"


def test_what_cannot_be_estimated_is_provided_whole(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", buy(100, "60") + sale("S1", "2026-01-01", 100, "100", "60", tax="0.13"))
    done = posted(settings, "- {provision: S1, date: 2026-01-01, expected_rate: 1}")
    assert effect(done) == {
        "Income:Sales": "10000.00",
        "Liabilities:Refund-Liability": "-10000.00",
        "Assets:Return-Asset": "6000.00",
        "Expenses:COGS": "-6000.00",
    }


def test_a_return_uses_its_orders_estimate_then_its_cohorts_oldest_first(tmp_path: Path) -> None:
    ledger = buy(40, "60") + sale("S1", "2026-01-05", 10, "100", "60") + sale("S2", "2026-01-06", 30, "100", "60")
    settings = shop(tmp_path / "a", ledger)
    posted(
        settings,
        "- {provision: S1, date: 2026-01-10, expected_qty: 1}\n- {provision: 2026-01, date: 2026-01-11, expected_rate: 0.10}\n",
    )
    assert balances(settings)["Liabilities:Refund-Liability"] == -400  # one of S1, three of the thirty of S2
    posted(settings, "- {return: S1, id: R1, date: 2026-01-20, qty: 3}", "b.yaml")
    text = next((settings.parent / "returns").rglob("2026-01-20*.beancount")).read_text(encoding="utf-8")
    assert text.count('rl-owner: "S1"') == 2
    assert text.count('rl-owner: "2026-01"') == 2
    assert balances(settings)["Liabilities:Refund-Liability"] == -100


def test_a_void_gives_the_estimate_back_and_one_that_is_used_is_not_voided(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", buy(100, "60") + sale("S1", "2026-01-01", 100, "100", "60"))
    before = balances(settings)
    posted(settings, "- {provision: 2026-01, id: P1, date: 2026-01-02, expected_qty: 3}")
    posted(settings, "- {return: S1, id: R1, date: 2026-01-03, qty: 2}", "b.yaml")
    assert refused(settings, "- {void: P1, date: 2026-01-04}", "c.yaml") == ["step-not-allowed"]
    posted(settings, "- {void: R1, date: 2026-01-04}\n- {void: P1, date: 2026-01-05}\n", "d.yaml")
    assert balances(settings) == before


def test_postings_by_hand_under_the_link_of_the_owner_count(tmp_path: Path) -> None:
    by_hand = """\
2026-01-31 * "Estimate of January" ^2026-01
  Income:Sales                     500.00 CNY
  Liabilities:Refund-Liability    -500.00 CNY
  Assets:Return-Asset              300.00 CNY
  Expenses:COGS                   -300.00 CNY

2026-01-31 * "Less" ^inv-S2
  Liabilities:Refund-Liability      50.00 CNY
  Income:Sales                     -50.00 CNY
"""
    ledger = buy(200, "60") + sale("S1", "2026-01-01", 100, "100", "60") + sale("S2", "2026-01-02", 100, "100", "60")
    settings = shop(tmp_path / "a", ledger + by_hand)
    done = posted(settings, "- {provision: 2026-01, date: 2026-02-01, expected_qty: 7}")
    assert effect(done) == {
        "Income:Sales": "200.00",
        "Liabilities:Refund-Liability": "-200.00",
        "Assets:Return-Asset": "120.00",
        "Expenses:COGS": "-120.00",
    }


def test_a_sale_booked_with_its_estimate_keeps_its_price_and_its_cost(tmp_path: Path) -> None:
    ledger = (
        buy(100, "60")
        + """\
2026-01-01 * "客户" "Sale" ^inv-S1
  Assets:Bank                    10000.00 CNY
  Income:Sales                   -9700.00 CNY
  Liabilities:Refund-Liability    -300.00 CNY
  Expenses:COGS                   5820.00 CNY
  Assets:Return-Asset              180.00 CNY
  Assets:Inventory                   -100 P {60 CNY, 2017-01-01}
"""
    )
    settings = shop(tmp_path / "a", ledger)
    done = posted(settings, "- {return: S1, date: 2026-01-20, qty: 4}")
    assert effect(done) == {
        "Liabilities:Refund-Liability": "300.00",
        "Income:Sales": "100.00",
        "Assets:Bank": "-400.00",
        "Assets:Inventory": "240",
        "Assets:Return-Asset": "-180.00",
        "Expenses:COGS": "-60.00",
    }


def test_a_rebate_is_left_alone_by_returns(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", buy(100, "60") + sale("S1", "2026-01-01", 100, "100", "60"))
    posted(settings, "- {provision: 2026-01, date: 2026-01-02, figures: {refund_liability: 500.00}}")
    done = posted(settings, "- {return: S1, date: 2026-01-03, qty: 2}", "b.yaml")
    assert "Liabilities:Refund-Liability" not in effect(done)


def test_warranty_is_set_aside_against_its_own_expense(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", buy(100, "60") + sale("S1", "2026-01-01", 100, "100", "60"))
    done = posted(settings, "- {provision: 2026-01, date: 2026-01-02, figures: {warranty_provision: 250.00}}")
    assert effect(done) == {"Expenses:Warranty": "250.00", "Liabilities:Warranty-Provision": "-250.00"}


def test_bad_figures_are_refused_with_the_balance_they_would_leave(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", buy(10, "60") + sale("S1", "2026-01-01", 10, "100", "60"))
    for given, code in (
        ("expected_qty: 1, expected_fee: 120.00", "provision-negative"),
        ("expected_qty: 1, recovery_cost: 80.00", "provision-negative"),
        ("expected_qty: -1", "provision-negative"),
        ("figures: {return_asset: -1.00}", "provision-negative"),
        ("expected_qty: 11", "more-than-sold"),
        ("expected_qty: 1, expected_rate: 0.1", "step-not-allowed"),
        ("expected_qty: 1, closed: true", "step-not-allowed"),
        ("closed: true", "step-not-allowed"),
        ("note: nothing", "facts-missing"),
        ("items: [{sku: Q, expected_qty: 1}]", "not-in-sale"),
    ):
        codes = refused(settings, f"- {{provision: 2026-01, date: 2026-01-15, {given}}}")
        assert set(codes) == {code}, (given, codes)
    assert refused(settings, "- {provision: 2026-02, date: 2026-02-15, expected_rate: 0.1}") == ["unknown-sale"]
    assert refused(settings, "- {provision: S9, date: 2026-02-15, expected_rate: 0.1}") == ["unknown-sale"]


def test_small_enterprises_and_the_direct_model_estimate_nothing(tmp_path: Path) -> None:
    ledger = buy(10, "60") + sale("S1", "2026-01-01", 10, "100", "60")
    event = "- {provision: 2026-01, date: 2026-01-15, expected_rate: 0.1}"
    assert refused(make(tmp_path / "a", ledger), event) == ["step-not-allowed"]
    small = shop(tmp_path / "b", ledger, more="framework: asbe_small\n")
    assert refused(small, event) == ["step-not-allowed"]


def test_the_same_estimate_again_changes_nothing_and_is_noted(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", buy(100, "60") + sale("S1", "2026-01-01", 100, "100", "60"))
    posted(settings, "- {provision: 2026-01, date: 2026-01-02, expected_rate: 0.1}")
    done = posted(settings, "- {provision: 2026-01, date: 2026-01-31, expected_rate: 0.1}", "b.yaml")
    assert effect(done) == {}
    done = posted(settings, "- {provision: 2026-01, date: 2026-02-02, closed: true}", "c.yaml")
    assert effect(done)["Liabilities:Refund-Liability"] == "1000.00"
    assert refused(settings, "- {provision: 2026-01, date: 2026-02-03, expected_rate: 0.1}", "d.yaml") == [
        "step-not-allowed"
    ]


ABROAD = """\
2026-01-01 price USD    7.00 CNY
2026-01-31 price USD    7.20 CNY
2026-02-10 price USD    7.10 CNY

2026-01-01 * "Customer" "Sale" ^inv-S1
  Assets:Receivable    10000.00 USD @ 7.00 CNY
  Income:Sales        -70000.00 CNY
  Expenses:COGS         3000.00 CNY
  Assets:Inventory         -100 P {30 CNY, 2017-01-01}
"""


def test_a_foreign_liability_is_remeasured_and_the_asset_is_not(tmp_path: Path) -> None:
    policy = POLICY.replace("days: 30", "days: 60")
    settings = shop(tmp_path / "a", buy(100, "30") + ABROAD, policy=policy)
    done = posted(settings, "- {provision: S1, date: 2026-01-02, expected_qty: 10}")
    assert effect(done) == {
        "Income:Sales": "7000.00",
        "Liabilities:Refund-Liability": "-7000.00",
        "Assets:Return-Asset": "300.00",
        "Expenses:COGS": "-300.00",
    }
    done = posted(settings, "- {provision: S1, date: 2026-01-31, expected_qty: 10}", "b.yaml")
    assert effect(done) == {"Liabilities:Refund-Liability": "-200.00", "Income:FX-Gain-Loss": "200.00"}
    done = posted(settings, "- {return: S1, id: R1, date: 2026-02-10, qty: 4}", "c.yaml")
    assert effect(done) == {
        "Liabilities:Refund-Liability": "2880.00",
        "Assets:Receivable": "-2800.00",
        "Income:FX-Gain-Loss": "-80.00",
        "Assets:Inventory": "120",
        "Assets:Return-Asset": "-120.00",
    }
    done = posted(settings, "- {return: S1, id: R2, date: 2026-02-10, qty: 10}", "d.yaml")
    assert effect(done) == {
        "Liabilities:Refund-Liability": "4320.00",
        "Income:Sales": "2800.00",
        "Assets:Receivable": "-7000.00",
        "Income:FX-Gain-Loss": "-120.00",
        "Assets:Inventory": "300",
        "Assets:Return-Asset": "-180.00",
        "Expenses:COGS": "-120.00",
    }
    nil(settings, "Liabilities:Refund-Liability", "Assets:Return-Asset")


def test_what_is_released_of_a_foreign_liability_goes_back_at_the_rate_of_the_sale(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", buy(100, "30") + ABROAD, policy=POLICY.replace("days: 30", "days: 20"))
    posted(settings, "- {provision: S1, date: 2026-01-02, expected_qty: 10}")
    done = posted(settings, "- {provision: S1, date: 2026-01-31, expected_qty: 6}", "b.yaml")
    assert effect(done) == {
        "Income:Sales": "-2800.00",
        "Liabilities:Refund-Liability": "2680.00",
        "Income:FX-Gain-Loss": "120.00",
        "Assets:Return-Asset": "-120.00",
        "Expenses:COGS": "120.00",
    }
    done = posted(settings, "- {provision: S1, date: 2026-02-10, closed: true}", "c.yaml")
    assert effect(done) == {
        "Income:Sales": "-4200.00",
        "Liabilities:Refund-Liability": "4320.00",
        "Income:FX-Gain-Loss": "-120.00",
        "Assets:Return-Asset": "-180.00",
        "Expenses:COGS": "180.00",
    }


def test_a_return_of_two_months_uses_both_cohorts(tmp_path: Path) -> None:
    ledger = buy(40, "60") + sale("S1", "2026-01-30", 10, "100", "60") + sale("S2", "2026-02-02", 10, "100", "60")
    settings = shop(tmp_path / "a", ledger)
    events = "- {provision: 2026-01, date: 2026-01-31, expected_qty: 2}\n- {provision: 2026-02, date: 2026-02-02, expected_qty: 3}\n"
    posted(settings, events)
    event = "- {return: auto, customer: 客户, date: 2026-02-20, sku: P, qty: 13}"
    done = posted(settings, event, "b.yaml")
    assert effect(done) == {
        "Liabilities:Refund-Liability": "500.00",
        "Income:Sales": "800.00",
        "Assets:Bank": "-1300.00",
        "Assets:Inventory": "780",
        "Assets:Return-Asset": "-300.00",
        "Expenses:COGS": "-480.00",
    }


def test_cohorts_by_product_group_and_items_by_sku(tmp_path: Path) -> None:
    ledger = (
        buy(20, "60", "KETTLE")
        + buy(20, "20", "CUP")
        + sale("S1", "2026-01-05", 10, "100", "60", sku="KETTLE")
        + sale("S2", "2026-01-06", 20, "40", "20", sku="CUP")
    )
    settings = shop(tmp_path / "a", ledger, more="products: products.yaml\n")
    (settings.parent / "products.yaml").write_text(
        "KETTLE: {category: kettles}\nCUP: {category: 茶杯}\n", encoding="utf-8"
    )
    done = posted(
        settings,
        "- {provision: 2026-01, group: kettles, date: 2026-01-31, expected_rate: 0.2}\n"
        "- {provision: 2026-01, group: 茶杯, date: 2026-01-31, expected_qty: 3}\n",
    )
    assert effect(done)["Liabilities:Refund-Liability"] == "-320.00"
    done = posted(settings, "- {return: S2, date: 2026-01-31, qty: 4}", "b.yaml")
    assert effect(done)["Liabilities:Refund-Liability"] == "120.00"
    other = shop(tmp_path / "b", ledger)
    items = "items: [{sku: KETTLE, expected_qty: 1}, {sku: CUP, expected_rate: 0.1, recovery_cost: 5.00}]"
    done = posted(other, f"- {{provision: 2026-01, date: 2026-01-31, {items}}}")
    assert effect(done) == {
        "Income:Sales": "180.00",
        "Liabilities:Refund-Liability": "-180.00",
        "Assets:Return-Asset": "90.00",
        "Expenses:COGS": "-90.00",
    }


def test_a_fee_with_tax_was_expected_without_it(tmp_path: Path) -> None:
    ledger = buy(10, "60") + sale("S1", "2026-01-01", 10, "100", "60", tax="0.13", paid="Assets:Receivable")
    settings = shop(tmp_path / "a", ledger)
    done = posted(
        settings, "- {provision: S1, date: 2026-01-01, expected_qty: 2, expected_fee: 11.30, recovery_cost: 5.00}"
    )
    assert effect(done)["Liabilities:Refund-Liability"] == "-180.00"
    done = posted(settings, "- {return: S1, date: 2026-01-20, qty: 3, fee: 33.90}", "b.yaml")
    assert effect(done) == {
        "Liabilities:Refund-Liability": "180.00",
        "Income:Sales": "90.00",
        "Liabilities:Output-VAT": "35.10",
        "Assets:Receivable": "-305.10",
        "Assets:Inventory": "180",
        "Assets:Return-Asset": "-110.00",
        "Liabilities:Return-Cost-Accrued": "-10.00",
        "Expenses:COGS": "-60.00",
    }


def test_provisions_after_a_void_have_steps_of_their_own(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", buy(100, "60") + sale("S1", "2026-01-01", 100, "100", "60"))
    posted(settings, "- {provision: 2026-01, id: P1, date: 2026-01-02, expected_qty: 3}")
    posted(settings, "- {provision: 2026-01, id: P2, date: 2026-01-03, expected_qty: 5}", "b.yaml")
    posted(settings, "- {void: P2, date: 2026-01-04}", "c.yaml")
    posted(settings, "- {provision: 2026-01, id: P3, date: 2026-01-05, expected_qty: 4}", "d.yaml")
    assert balances(settings)["Liabilities:Refund-Liability"] == -400
    assert refused(settings, "- {void: P1, date: 2026-01-06}", "e.yaml") == ["step-not-allowed"]


def test_a_provision_dated_before_returns_leaves_them_what_they_used(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", buy(100, "60") + sale("S1", "2026-01-01", 100, "100", "60"))
    posted(settings, "- {provision: 2026-01, date: 2026-01-02, expected_qty: 5}")
    posted(settings, "- {return: S1, date: 2026-01-20, qty: 4}", "b.yaml")
    early = "- {provision: 2026-01, date: 2026-01-10, expected_qty: 3}"
    assert set(refused(settings, early, "c.yaml")) == {"provision-negative"}
    posted(settings, "- {provision: 2026-01, date: 2026-01-10, expected_qty: 4}", "d.yaml")
    nil(settings, "Liabilities:Refund-Liability", "Assets:Return-Asset")


def test_an_expense_takes_what_was_accrued_for_it_first(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", buy(100, "60") + sale("S1", "2026-01-01", 100, "100", "60"))
    posted(settings, "- {provision: 2026-01, date: 2026-01-02, expected_qty: 10, recovery_cost: 8.00}")
    posted(settings, "- {return: S1, id: R1, date: 2026-01-10, qty: 10}", "b.yaml")
    bank = "paid_from: Assets:Bank"
    done = posted(settings, f"- {{expense: R1, date: 2026-01-11, amount: 50.00, type: freight, {bank}}}", "c.yaml")
    assert effect(done) == {"Liabilities:Return-Cost-Accrued": "50.00", "Assets:Bank": "-50.00"}
    done = posted(settings, f"- {{expense: R1, date: 2026-01-12, amount: 40.00, type: handling, {bank}}}", "d.yaml")
    assert effect(done) == {
        "Liabilities:Return-Cost-Accrued": "30.00",
        "Expenses:Return-Handling": "10.00",
        "Assets:Bank": "-40.00",
    }
    nil(settings, "Liabilities:Return-Cost-Accrued")


def test_report_liability_goes_from_opening_to_closing_and_ties(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", buy(100, "60") + sale("S1", "2026-01-01", 100, "100", "60"))
    posted(settings, "- {provision: 2026-01, date: 2026-01-02, expected_qty: 10}")
    posted(settings, "- {return: S1, id: R1, date: 2026-02-03, requested: 2026-01-30, qty: 4}", "b.yaml")
    posted(settings, "- {provision: 2026-01, date: 2026-02-05, expected_qty: 2}", "c.yaml")
    report = json.loads(app.report("liability", {"period": "2026-02"}, settings=settings, fmt="json"))
    found = {
        row["role"]: [row[key] for key in ("opening", "accrual", "actual", "true_up", "closing")]
        for row in report["rows"]
    }
    assert found == {
        "refund_liability": ["1000.00 CNY", "0.00 CNY", "-400.00 CNY", "-400.00 CNY", "200.00 CNY"],
        "return_asset": ["600.00 CNY", "0.00 CNY", "-240.00 CNY", "-240.00 CNY", "120.00 CNY"],
    }
    text = app.report("liability", {}, settings=settings)
    assert "ties to Liabilities:Refund-Liability" in text
    assert "ok" in text


def test_report_cutoff_shows_where_late_returns_were_booked(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", buy(100, "60") + sale("S1", "2026-01-20", 100, "100", "60"))
    posted(settings, "- {provision: 2026-01, date: 2026-01-31, expected_qty: 1}")
    posted(settings, "- {return: S1, id: R1, date: 2026-02-03, qty: 3}", "b.yaml")
    report = json.loads(app.report("cutoff", {"as-of": "2026-01-31"}, settings=settings, fmt="json"))
    (row,) = report["rows"]
    assert [row[key] for key in ("event", "revenue", "estimated", "prior_period", "current", "cost")] == [
        "R1", "300.00 CNY", "100.00 CNY", "0.00 CNY", "200.00 CNY", "180.00 CNY",
    ]  # fmt: skip
    assert json.loads(app.report("cutoff", {"as-of": "2026-02-28"}, settings=settings, fmt="json"))["rows"] == []
