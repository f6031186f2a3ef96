"""Figures that others have worked out, from published examples and from the issue threads of other systems.

Each test is named by the id of its case; the figures are copied, the ledgers are ours.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from ledgers import POLICY, balances, effect, make, posted, refused

from returnledger import app
from returnledger.money import shares

BUY = """\
2025-01-01 * "Supplier" "Purchase"
  Assets:Inventory    {units} P {{{cost} {currency}, 2025-01-01}}
  Equity:Opening

"""


def buy(units: int, cost: str, currency: str = "CNY") -> str:
    return BUY.format(units=units, cost=cost, currency=currency)


def two_sold(day: str = "2026-05-01", *, bought: int = 5, paid_to: str = "Assets:Receivable", said: str = "") -> str:
    """Return the purchase of units at 50.00 and the sale of two of them, for 100.00 each without tax."""
    told = f"  {said}\n" if said else ""
    sale = f"""\
{day} * "Customer" "Sale" ^inv-S1
{told}  {paid_to:<26} 200.00 CNY
  Income:Sales              -200.00 CNY
  Expenses:COGS              100.00 CNY
  Assets:Inventory               -2 P {{50 CNY, 2025-01-01}}
"""
    return buy(bought, "50") + sale


def test_sr_001_a_return_goes_back_at_the_price_after_trade_discount(tmp_path: Path) -> None:
    ledger = (
        buy(200, "2250")
        + """\
2025-01-01 * "Customer" "Sale" ^inv-S1
  Assets:Receivable          666900.00 CNY
  Income:Sales              -570000.00 CNY
  Liabilities:Output-VAT     -96900.00 CNY
  Expenses:COGS              450000.00 CNY
  Assets:Inventory                -200 P {2250 CNY, 2025-01-01}
"""
    )
    done = posted(make(tmp_path / "a", ledger), "- {return: S1, date: 2025-01-10, sku: P, qty: 10}")
    assert effect(done) == {
        "Income:Sales-Returns": "28500.00",
        "Liabilities:Output-VAT": "4845.00",
        "Assets:Receivable": "-33345.00",
        "Assets:Inventory": "22500",
        "Expenses:COGS": "-22500.00",
    }


def test_sr_003_a_return_of_last_years_sale_reduces_current_revenue(tmp_path: Path) -> None:
    ledger = """\
2021-01-01 * "Supplier" "Purchase"
  Assets:1405-库存商品    1 P {1000000 CNY, 2021-01-01}
  Equity:Opening

2021-11-08 * "客户" "销售" ^inv-S1
  Assets:1122-应收账款                  1356000.00 CNY
  Income:6001-主营业务收入             -1200000.00 CNY
  Liabilities:2221-应交税费:销项税额    -156000.00 CNY
  Expenses:6401-主营业务成本            1000000.00 CNY
  Assets:1405-库存商品                          -1 P {1000000 CNY, 2021-01-01}
"""
    settings = make(tmp_path / "a", ledger, preset="cn", more="framework: asbe_small\n")
    done = posted(settings, "- {return: S1, date: 2022-01-12}")
    assert effect(done) == {
        "Income:6001-主营业务收入": "1200000.00",
        "Liabilities:2221-应交税费:销项税额": "156000.00",
        "Assets:1122-应收账款": "-1356000.00",
        "Assets:1405-库存商品": "1000000",
        "Expenses:6401-主营业务成本": "-1000000.00",
    }


def test_sr_007_an_allowance_touches_neither_stock_nor_cost(tmp_path: Path) -> None:
    ledger = (
        buy(1, "60000")
        + """\
2025-03-01 * "客户" "销售" ^inv-S1
  Assets:1122-应收账款                   113000.00 CNY
  Income:6001-主营业务收入              -100000.00 CNY
  Liabilities:2221-应交税费:销项税额     -13000.00 CNY
  Expenses:6401-主营业务成本              60000.00 CNY
  Assets:Inventory                              -1 P {60000 CNY, 2025-01-01}
"""
    )
    settings = make(tmp_path / "a", ledger, preset="cn", accounts=", inventory: Assets:Inventory")
    done = posted(settings, "- {allowance: S1, date: 2025-04-05, amount: 5650, reason: quality}")
    assert effect(done) == {
        "Income:6001-主营业务收入": "5000.00",
        "Liabilities:2221-应交税费:销项税额": "650.00",
        "Assets:1122-应收账款": "-5650.00",
    }
    assert refused(settings, "- {allowance: S1, date: 2025-04-06, amount: 107350.01, reason: quality}", "b.yaml") == [
        "more-than-invoiced"
    ]


def test_sc_001_a_refund_as_store_credit(tmp_path: Path) -> None:
    ledger = (
        buy(1, "60")
        + """\
2025-06-20 * "Customer" "Sale" ^inv-S1
  Assets:Cash                113.00 CNY
  Income:Sales              -100.00 CNY
  Liabilities:Output-VAT     -13.00 CNY
  Expenses:COGS               60.00 CNY
  Assets:Inventory               -1 P {60 CNY, 2025-01-01}
"""
    )
    done = posted(make(tmp_path / "a", ledger), "- {return: S1, date: 2025-07-01, method: store_credit}")
    assert effect(done) == {
        "Income:Sales-Returns": "100.00",
        "Liabilities:Output-VAT": "13.00",
        "Liabilities:Store-Credit": "-113.00",
        "Assets:Inventory": "60",
        "Expenses:COGS": "-60.00",
    }


def test_sc_003_an_order_coupon_is_shared_over_the_lines(tmp_path: Path) -> None:
    ledger = """\
2025-01-01 * "Supplier" "Purchase"
  Assets:Stock:A    1 A {110 CNY, 2025-01-01}
  Assets:Stock:B    1 B {55 CNY, 2025-01-01}
  Assets:Stock:C    1 C {55 CNY, 2025-01-01}
  Equity:Opening

2025-06-20 * "Customer" "Sale" ^inv-S1
  Assets:Cash                320.00 CNY
  Income:Sales              -176.99 CNY
    line: 1
    sku: "A"
  Income:Sales               -88.50 CNY
    line: 2
    sku: "B"
  Income:Sales               -88.49 CNY
    line: 3
    sku: "C"
  Income:Sales-Discounts      70.80 CNY
  Liabilities:Output-VAT     -36.82 CNY
  Expenses:COGS              220.00 CNY
  Assets:Stock:A                 -1 A {110 CNY, 2025-01-01}
    line: 1
    sku: "A"
  Assets:Stock:B                 -1 B {55 CNY, 2025-01-01}
    line: 2
    sku: "B"
  Assets:Stock:C                 -1 C {55 CNY, 2025-01-01}
    line: 3
    sku: "C"
"""
    settings = make(tmp_path / "a", ledger, accounts=", inventory: Assets:Stock")
    done = posted(settings, "- {return: S1, date: 2025-07-02, sku: A}")
    assert effect(done) == {
        "Income:Sales-Returns": "141.59",
        "Liabilities:Output-VAT": "18.41",
        "Assets:Cash": "-160.00",
        "Assets:Stock:A": "110",
        "Expenses:COGS": "-110.00",
    }


def test_gooderp_1902_two_partial_returns_leave_no_profit(tmp_path: Path) -> None:
    ledger = """\
2025-01-01 * "Supplier" "Purchase"
  Assets:Inventory    10 P {10 CNY, 2025-01-01}
  Equity:Opening

2025-01-02 * "Supplier" "Purchase"
  Assets:Inventory    2 P {15 CNY, 2025-01-02}
  Equity:Opening

2025-02-01 * "Customer" "Sale" ^inv-S1
  Assets:Receivable          240.00 CNY
  Income:Sales              -240.00 CNY
  Expenses:COGS              130.00 CNY
  Assets:Inventory              -12 P {}
"""
    settings = make(tmp_path / "a", ledger)
    posted(settings, "- {return: S1, date: 2025-03-01, qty: 5}\n- {return: S1, date: 2025-03-02, qty: 7}")
    after = balances(settings)
    assert after == {"Assets:Inventory": Decimal(130), "Equity:Opening": Decimal(-130)} | {
        "Income:Sales": Decimal(-240),
        "Income:Sales-Returns": Decimal(240),
    }


def test_erpnext_50944_the_last_part_takes_the_rest_of_the_discount(tmp_path: Path) -> None:
    ledger = (
        buy(10, "100")
        + """\
2025-02-01 * "Customer" "Sale" ^inv-S1
  Assets:Receivable         2000.00 CNY
  Income:Sales             -8000.00 CNY
  Income:Sales-Discounts    6000.00 CNY
  Expenses:COGS             1000.00 CNY
  Assets:Inventory              -10 P {100 CNY, 2025-01-01}
"""
    )
    settings = make(tmp_path / "a", ledger)
    first = posted(settings, "- {return: S1, date: 2025-03-01, qty: 9}")
    last = posted(settings, "- {return: S1, date: 2025-03-02, qty: 1}", "b.yaml")
    assert [effect(done)["Assets:Receivable"] for done in (first, last)] == ["-1800.00", "-200.00"]


def test_posawesome_2800_what_was_paid_goes_back_not_the_gross(tmp_path: Path) -> None:
    ledger = (
        buy(3, "50")
        + """\
2025-02-01 * "Customer" "Sale" ^inv-S1
  Assets:Cash                480.00 CNY
  Income:Sales              -550.00 CNY
  Income:Sales-Discounts      70.00 CNY
  Expenses:COGS              150.00 CNY
  Assets:Inventory               -3 P {50 CNY, 2025-01-01}
"""
    )
    done = posted(make(tmp_path / "a", ledger), "- {return: S1, date: 2025-03-01}")
    assert effect(done)["Assets:Cash"] == "-480.00"


def test_erpnext_41343_the_credit_is_what_was_invoiced(tmp_path: Path) -> None:
    ledger = (
        buy(10, "50")
        + """\
2025-02-01 * "Customer" "Sale" ^inv-S1
  Assets:Receivable          701.30 CNY
  Income:Sales              -701.30 CNY
  Expenses:COGS              500.00 CNY
  Assets:Inventory              -10 P {50 CNY, 2025-01-01}
"""
    )
    done = posted(make(tmp_path / "a", ledger), "- {return: S1, date: 2025-03-01, qty: 10}")
    assert effect(done)["Assets:Receivable"] == "-701.30"


def test_erpnext_24259_a_third_return_of_two_units_is_refused(tmp_path: Path) -> None:
    ledger = two_sold("2025-02-01", bought=2)
    settings = make(tmp_path / "a", ledger)
    posted(settings, "- {return: S1, date: 2025-03-01, qty: 1}\n- {return: S1, date: 2025-03-02, qty: 1}")
    assert refused(settings, "- {return: S1, date: 2025-03-03, qty: 1}", "b.yaml") == ["more-than-sold"]


def test_erpnext_dn_a_partial_return_at_original_cost(tmp_path: Path) -> None:
    ledger = (
        buy(50, "100")
        + """\
2025-02-01 * "Customer" "Sale" ^inv-DN1
  Assets:Receivable         2500.00 CNY
  Income:Sales             -2500.00 CNY
  Expenses:COGS              500.00 CNY
  Assets:Inventory               -5 P {100 CNY, 2025-01-01}
"""
    )
    settings = make(tmp_path / "a", ledger)
    done = posted(settings, "- {return: DN1, date: 2025-03-01, qty: 2}")
    assert effect(done) | {} == {
        "Assets:Inventory": "200",
        "Expenses:COGS": "-200.00",
        "Income:Sales-Returns": "1000.00",
        "Assets:Receivable": "-1000.00",
    }
    assert balances(settings)["Assets:Inventory"] == Decimal(4700)


def test_medusa_a_damaged_unit_is_not_restocked(tmp_path: Path) -> None:
    ledger = two_sold("2025-02-01", bought=4)
    settings = make(tmp_path / "a", ledger)
    assert refused(settings, "- {return: S1, date: 2025-03-01, sku: P, qty: 0}", "zero.yaml") == [
        "quantity-not-positive"
    ]
    posted(
        settings,
        "- return: S1\n  date: 2025-03-01\n  items:\n"
        "  - {sku: P, qty: 1, condition: new}\n  - {sku: P, qty: 1, condition: damaged, disposition: scrap}",
    )
    after = balances(settings)
    assert after["Assets:Inventory"] == Decimal(150)  # 3 of 4
    assert after["Expenses:Scrap-Loss"] == Decimal(50)
    assert "Expenses:COGS" not in after


def test_opentaps_fee_and_dimensions_are_carried(tmp_path: Path) -> None:
    ledger = (
        buy(5, "50")
        + """\
2025-02-01 * "Customer" "Sale" ^inv-O1 #online
  division: "GOV"
  department: "SALES"
  Assets:Cash                500.00 CNY
  Income:Sales              -500.00 CNY
  Expenses:COGS              250.00 CNY
  Assets:Inventory               -5 P {50 CNY, 2025-01-01}
"""
    )
    settings = make(tmp_path / "a", ledger, more="carry: [division, department]\n")
    done = posted(settings, "- {return: O1, date: 2025-03-01, sku: P, qty: 2, fee: 12.50}")
    assert effect(done)["Income:Restocking-Fees"] == "-12.50"
    assert effect(done)["Assets:Cash"] == "-187.50"
    (entry,) = done.planned.plan.directives
    assert (entry.meta["division"], entry.meta["department"]) == ("GOV", "SALES")
    assert "online" in entry.tags


def test_d365_the_last_day_of_ninety(tmp_path: Path) -> None:
    ledger = two_sold()
    settings = make(tmp_path / "a", ledger, policy=POLICY.replace("days: 365", "days: 90"))
    assert refused(settings, "- {return: S1, date: 2026-07-31, qty: 1}", "late.yaml") == ["window-closed"]
    done = posted(settings, "- {return: S1, date: 2026-07-30, qty: 1}")
    assert done.events[0].window_end == date(2026, 7, 30)


def test_pc_001_the_seven_days_of_china_and_the_refund_deadline(tmp_path: Path) -> None:
    ledger = two_sold("2025-03-01", said="delivered: 2025-03-03")
    policy = POLICY.replace("{{days: 365, from: sold}}", "{{days: 7, from: delivered}}") + (
        "refunds: [{{id: week, when: {{}}, methods: [original], within_days: 7, counted_from: received}}]\n"
    )
    settings = make(tmp_path / "a", ledger, policy=policy)
    late = "- {return: S1, date: 2025-03-12, requested: 2025-03-11, received: 2025-03-12, qty: 1}"
    assert refused(settings, late, "late.yaml") == ["window-closed"]
    done = posted(settings, "- {return: S1, date: 2025-03-12, requested: 2025-03-10, received: 2025-03-12, qty: 1}")
    assert done.events[0].window_end == date(2025, 3, 10)
    document = done.events[0].document
    assert document is not None and document.deadline == date(2025, 3, 19)


def test_of_two_copies_after_a_merge_a_void_undoes_the_one_it_names(tmp_path: Path) -> None:
    ledger = two_sold()
    settings = make(tmp_path / "a", ledger)
    done = posted(settings, "- {return: S1, id: R1, date: 2026-05-02, qty: 1}")
    once = balances(settings)
    batch = settings.parent / "returns" / "2026" / Path(done.file).name
    batch.with_name("copy.beancount").write_bytes(batch.read_bytes())
    assert refused(settings, "- {void: R1, date: 2026-05-03}", "v.yaml") == ["posted-twice"]
    assert "posted-twice" in refused(settings, "- {return: S1, date: 2026-05-04, qty: 1}", "x.yaml")
    posted(settings, "- {void: {id: R1, batch: copy}, date: 2026-05-03}", "w.yaml")
    assert balances(settings) == once
    posted(settings, "- {return: S1, date: 2026-05-04, qty: 1}", "x.yaml")
    assert refused(settings, "- {return: S1, date: 2026-05-04, qty: 1, note: one too many}", "y.yaml") == [
        "more-than-sold"
    ]
    posted(settings, "- {void: R1, date: 2026-05-05, note: the other copy}", "z.yaml")


def test_a_later_refund_goes_back_by_a_method_of_the_policy_and_a_disposition_by_the_event_says_so(
    tmp_path: Path,
) -> None:
    ledger = two_sold(paid_to="Assets:Cash")
    policy = POLICY + "refunds: [{{id: as-paid, when: {{}}, methods: [original, later]}}]\n"
    methods = "methods: {till: {account: Assets:Cash}, card: {account: Assets:Card}}\n"
    settings = make(tmp_path / "a", ledger, policy=policy, more=methods)
    event = "- {return: S1, id: R1, date: 2026-05-02, qty: 1, method: later, condition: damaged, disposition: scrap}"
    done = posted(settings, event)
    assert "disposition scrap event" in done.planned.plan.directives[0].meta["rl-decision"]
    assert refused(settings, "- {refund: R1, date: 2026-05-03, method: card}", "b.yaml") == ["method-not-allowed"]
    assert effect(posted(settings, "- {refund: R1, date: 2026-05-03}", "c.yaml"))["Assets:Cash"] == "-100.00"


def test_two_events_of_one_number_after_a_merge_stop_the_next_command_until_one_is_voided(tmp_path: Path) -> None:
    ledger = two_sold()
    settings = make(tmp_path / "a", ledger)
    other = make(tmp_path / "b", ledger)
    posted(settings, "- {return: S1, id: R1, date: 2026-05-02, qty: 1}")
    theirs = posted(other, "- {return: S1, id: R2, date: 2026-05-03, qty: 1}", "theirs.yaml")
    batch = other.parent / "returns" / "2026" / Path(theirs.file).name
    (settings.parent / "returns" / "2026" / batch.name).write_bytes(batch.read_bytes())
    assert "number-used-twice" in refused(settings, "- {allowance: S1, date: 2026-05-04, amount: 1}", "x.yaml")
    posted(settings, "- {void: R2, date: 2026-05-04}", "v.yaml")
    posted(settings, "- {return: S1, id: R3, date: 2026-05-04, qty: 1}", "y.yaml")


def test_an_invoice_paid_in_full_after_a_return_leaves_its_credit_to_be_refunded(tmp_path: Path) -> None:
    ledger = (
        two_sold()
        + """
2026-05-10 * "Customer" "Pays the whole invoice" ^inv-S1
  Assets:Cash                200.00 CNY
  Assets:Receivable         -200.00 CNY
"""
    )
    settings = make(tmp_path / "a", ledger)
    posted(settings, "- {return: S1, id: R1, date: 2026-05-05, qty: 1}")
    assert balances(settings)["Assets:Receivable"] == Decimal(-100)
    assert app.status(settings=settings).cases[0].refund_due == 100
    assert refused(settings, "- {refund: R1, date: 2026-05-11, amount: 100.01}", "b.yaml") == ["more-than-paid"]
    posted(settings, "- {refund: R1, date: 2026-05-11, amount: 30}", "c.yaml")
    posted(settings, "- {refund: R1, id: P2, date: 2026-05-12}", "d.yaml")
    after = balances(settings)
    assert "Assets:Receivable" not in after and "Liabilities:Refund-Payable" not in after
    assert after["Assets:Cash"] == Decimal(100)
    posted(settings, "- {void: P2, date: 2026-05-13}", "e.yaml")
    assert balances(settings)["Assets:Receivable"] == Decimal(-70)
    assert refused(settings, "- {refund: R1, date: 2026-05-09}", "f.yaml") == ["step-not-allowed"]


def test_a_free_line_named_twice_in_one_event_comes_back_once(tmp_path: Path) -> None:
    ledger = (
        buy(10, "50")
        + """\
2026-05-01 * "Customer" "Sale with a gift" ^inv-S1
  Assets:Receivable          100.00 CNY
  Income:Sales              -100.00 CNY
    line: 1
    sku: "P"
  Income:Sales                 0.00 CNY
    line: 2
    sku: "P"
  Expenses:COGS               50.00 CNY
    line: 1
    sku: "P"
  Assets:Inventory               -1 P {50 CNY, 2025-01-01}
    line: 1
    sku: "P"
  Expenses:COGS              300.00 CNY
    line: 2
    sku: "P"
  Assets:Inventory               -6 P {50 CNY, 2025-01-01}
    line: 2
    sku: "P"
"""
    )
    settings = make(tmp_path / "a", ledger)
    items = "items: [{line: 2, qty: 3}, {line: 1, qty: 1}, {line: 2, qty: %s}]"
    too_many = "- {return: S1, date: 2026-05-02, " + items % "4" + "}"
    assert refused(settings, too_many) == ["more-than-sold"]
    posted(settings, "- {return: S1, date: 2026-05-02, " + items % "all" + "}", "b.yaml")
    after = balances(settings)
    assert after["Assets:Inventory"] == Decimal(500)
    assert "Expenses:COGS" not in after


def test_a_cent_that_can_not_be_shared_goes_to_the_earliest_line_whatever_its_sign() -> None:
    cent, lines = Decimal("0.01"), [Decimal("0.04")] * 3
    assert shares(cent, lines, 2) == [cent, 0, 0]
    assert shares(-cent, lines, 2) == [-cent, 0, 0]


def test_the_rounding_of_a_document_goes_back_with_the_last_unit_that_was_paid_for(tmp_path: Path) -> None:
    ledger = """\
2025-01-01 * "Supplier" "Purchase"
  Assets:Inventory            1 MUG {60 CNY, 2025-01-01}
  Assets:Inventory            1 STICKER {1 CNY, 2025-01-01}
  Equity:Opening

2025-02-01 * "Ann" "Sale" ^inv-S1
  Assets:Bank               113.00 CNY
  Income:Sales             -113.21 CNY
    sku: "MUG"
  Expenses:Rounding           0.21 CNY
  Expenses:COGS              61.00 CNY
  Assets:Inventory              -1 MUG {60 CNY, 2025-01-01}
    sku: "MUG"
  Assets:Inventory              -1 STICKER {1 CNY, 2025-01-01}
    sku: "STICKER"
"""
    settings = make(tmp_path / "a", ledger, accounts=", rounding: Expenses:Rounding")
    first = posted(settings, "- {return: S1, date: 2025-02-03, sku: MUG}")
    assert effect(first)["Assets:Bank"] == "-113.00"
    assert effect(first)["Expenses:Rounding"] == "-0.21"
    second = posted(settings, "- {return: S1, date: 2025-02-04, sku: STICKER}")
    assert effect(second) == {"Assets:Inventory": "1", "Expenses:COGS": "-1.00"}
