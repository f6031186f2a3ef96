"""Sales of several goods in one transaction, told apart by metadata, account, price or what is left; and what can't be."""

from __future__ import annotations

from pathlib import Path

from ledgers import make, posted, refused
from undoing import SAME, assert_undone

BOUGHT = """\
2026-01-02 * "Supplier" "Purchase"
  Assets:Inventory    10 MUG {30.00 CNY, 2026-01-02}
  Assets:Inventory    10 TEE {50.00 CNY, 2026-01-02}
  Equity:Opening

2026-01-09 * "Supplier" "Purchase"
  Assets:Inventory    10 MUG {33.00 CNY, 2026-01-09}
  Equity:Opening

"""

PRICED = """\
2026-02-01 * "Ann" "Order" ^inv-1
  Assets:Bank                180.80 CNY
  Income:Sales              -160.00 CNY
  Liabilities:Output-VAT     -20.80 CNY
  Expenses:COGS              110.00 CNY
  Assets:Inventory               -2 MUG {} @ 50.00 CNY
  Assets:Inventory               -1 TEE {} @ 60.00 CNY
"""

MUG = {
    "Income:Sales": "50.00",
    "Liabilities:Output-VAT": "6.50",
    "Assets:Inventory": "30.00",
    "Expenses:COGS": "-30.00",
    "Assets:Bank": "-56.50",
}
TEE = {
    "Income:Sales": "60.00",
    "Liabilities:Output-VAT": "7.80",
    "Assets:Inventory": "50.00",
    "Expenses:COGS": "-50.00",
    "Assets:Bank": "-67.80",
}
PARTS = (
    "- {return: 1, date: 2026-02-02, sku: MUG, qty: 1}",
    "- {return: 1, date: 2026-02-03, sku: TEE}",
    "- {return: 1, date: 2026-02-04}",
)


def test_the_price_after_at_tells_the_lines_of_one_revenue_posting(tmp_path: Path) -> None:
    assert assert_undone(tmp_path, BOUGHT, PRICED, *PARTS) == [MUG, TEE, MUG]


def test_the_price_may_hold_the_tax(tmp_path: Path) -> None:
    sale = PRICED.replace("@ 50.00", "@ 56.50").replace("@ 60.00", "@ 67.80")
    assert assert_undone(tmp_path, BOUGHT, sale, *PARTS) == [MUG, TEE, MUG]


def test_a_total_price_is_a_price_too(tmp_path: Path) -> None:
    sale = PRICED.replace("@ 50.00", "@@ 100.00")
    assert assert_undone(tmp_path, BOUGHT, sale, *PARTS) == [MUG, TEE, MUG]


def test_unit_price_metadata_on_goods_tells_the_lines(tmp_path: Path) -> None:
    sale = PRICED.replace(" @ 50.00 CNY", "\n    unit_price: 50.00 CNY").replace(" @ 60.00 CNY", "\n    unit_price: 60")
    assert assert_undone(tmp_path, BOUGHT, sale, *PARTS) == [MUG, TEE, MUG]


def test_list_prices_share_a_revenue_with_the_discount_taken_off(tmp_path: Path) -> None:
    sale = PRICED.replace("180.80", "162.72").replace("-160.00", "-144.00").replace("-20.80", "-18.72")
    mug, tee, _ = assert_undone(tmp_path, BOUGHT, sale, *PARTS)
    assert (mug["Income:Sales"], mug["Liabilities:Output-VAT"], mug["Assets:Bank"]) == ("45.00", "5.85", "-50.85")
    assert (tee["Income:Sales"], tee["Liabilities:Output-VAT"], tee["Assets:Bank"]) == ("54.00", "7.02", "-61.02")


def test_a_discount_of_the_order_beside_prices_goes_back_in_shares(tmp_path: Path) -> None:
    sale = """\
2026-02-01 * "Ann" "Order" ^inv-1
  Assets:Receivable          162.72 CNY
  Income:Sales              -160.00 CNY
  Income:Sales-Discounts      16.00 CNY
  Liabilities:Output-VAT     -18.72 CNY
  Expenses:COGS              110.00 CNY
  Assets:Inventory               -2 MUG {} @ 50.00 CNY
  Assets:Inventory               -1 TEE {} @ 60.00 CNY

2026-02-01 * "Ann" "Part payment" ^inv-1
  Assets:Bank                100.00 CNY
  Assets:Receivable         -100.00 CNY
"""
    mug, *_ = assert_undone(tmp_path, BOUGHT, sale, *PARTS)
    assert mug == {
        "Income:Sales": "50.00",
        "Income:Sales-Discounts": "-5.00",
        "Liabilities:Output-VAT": "5.85",
        "Assets:Inventory": "30.00",
        "Expenses:COGS": "-30.00",
        "Assets:Receivable": "-50.85",
    }


def test_two_revenue_postings_without_metadata_are_told_by_their_amounts(tmp_path: Path) -> None:
    sale = PRICED.replace(
        "  Income:Sales              -160.00 CNY",
        "  Income:Sales:Wear          -60.00 CNY\n  Income:Sales:House        -100.00 CNY",
    )
    mug, tee, _ = assert_undone(tmp_path, BOUGHT, sale, *PARTS)
    assert (mug["Income:Sales:House"], tee["Income:Sales:Wear"]) == ("50.00", "60.00")


def test_a_gift_at_a_price_of_zero_brings_nothing_back_but_itself(tmp_path: Path) -> None:
    sale = PRICED.replace("180.80", "113.00").replace("-160.00", "-100.00").replace("-20.80", "-13.00")
    sale = sale.replace("@ 60.00", "@ 0.00")
    mug, tee, _ = assert_undone(tmp_path, BOUGHT, sale, *PARTS)
    assert mug == MUG
    assert tee == {"Assets:Inventory": "50.00", "Expenses:COGS": "-50.00"}


def test_one_sku_at_two_prices_is_two_lines(tmp_path: Path) -> None:
    sale = """\
2026-02-01 * "Ann" "Order" ^inv-1
  Assets:Bank                163.85 CNY
  Income:Sales              -145.00 CNY
  Liabilities:Output-VAT     -18.85 CNY
  Expenses:COGS               90.00 CNY
  Assets:Inventory               -2 MUG {} @ 50.00 CNY
  Assets:Inventory               -1 MUG {} @ 45.00 CNY
"""
    settings = make(tmp_path / "a", BOUGHT + sale)
    assert refused(settings, "- {return: 1, date: 2026-02-02, sku: MUG, qty: 1}") == ["line-needed"]
    first, *_ = assert_undone(
        tmp_path,
        BOUGHT,
        sale,
        "- {return: 1, date: 2026-02-02, sku: MUG, line: 2}",
        "- {return: 1, date: 2026-02-02, sku: MUG, line: 1, qty: 1}",
        "- {return: 1, date: 2026-02-02}",
    )
    assert (first["Income:Sales"], first["Liabilities:Output-VAT"]) == ("45.00", "5.85")


BY_ACCOUNT = """\
2026-02-01 * "Ann" "Order" ^inv-1
  Assets:Bank                180.80 CNY
  Income:Sales:Mug          -100.00 CNY
  Income:Sales:TEE           -60.00 CNY
  Liabilities:Output-VAT     -20.80 CNY
  Expenses:COGS:Mug           60.00 CNY
  Expenses:COGS:TEE           50.00 CNY
  Assets:Inventory               -2 MUG {}
  Assets:Inventory               -1 TEE {}
"""


def test_revenue_accounts_named_as_the_goods_tell_the_lines(tmp_path: Path) -> None:
    mug, tee, _ = assert_undone(tmp_path, BOUGHT, BY_ACCOUNT, *PARTS)
    assert mug == {
        "Income:Sales:Mug": "50.00",
        "Liabilities:Output-VAT": "6.50",
        "Assets:Inventory": "30.00",
        "Expenses:COGS:Mug": "-30.00",
        "Assets:Bank": "-56.50",
    }
    assert (tee["Income:Sales:TEE"], tee["Expenses:COGS:TEE"]) == ("60.00", "-50.00")


def test_revenue_beside_them_on_an_account_of_its_own_is_a_service(tmp_path: Path) -> None:
    sale = BY_ACCOUNT.replace("180.80", "203.40").replace("-20.80", "-23.40")
    sale = sale.replace("  Liabilities", "  Income:Sales:Engraving     -20.00 CNY\n  Liabilities")
    mug, tee, rest = assert_undone(tmp_path, BOUGHT, sale, *PARTS)
    assert (mug["Assets:Bank"], tee["Assets:Bank"]) == ("-56.50", "-67.80")
    assert rest["Income:Sales:Engraving"] == "20.00"


def test_a_chinese_account_per_sku_is_told_by_the_account_of_the_goods(tmp_path: Path) -> None:
    bought = """\
2026-01-02 * "供应商" "入库"
  Assets:1405-库存商品:杯子-蓝    10 CUP1 {30.00 CNY, 2026-01-02}
  Assets:1405-库存商品:T恤        10 TX-02 {50.00 CNY, 2026-01-02}
  Equity:4001-实收资本

"""
    sale = """\
2026-02-01 * "李四" "销售" ^inv-1
  Assets:1122-应收账款                   180.80 CNY
  Income:6001-主营业务收入:杯子-蓝      -100.00 CNY
  Income:6001-主营业务收入:T恤           -60.00 CNY
  Liabilities:2221-应交税费:销项税额     -20.80 CNY
  Expenses:6401-主营业务成本             110.00 CNY
  Assets:1405-库存商品:杯子-蓝               -2 CUP1 {}
  Assets:1405-库存商品:T恤                   -1 TX-02 {}
"""
    mug, *_ = assert_undone(
        tmp_path,
        bought,
        sale,
        "- {return: 1, date: 2026-02-02, sku: CUP1, qty: 1}",
        "- {return: 1, date: 2026-02-04}",
        preset="cn",
        more="red_invoice: none\n",
    )
    assert mug == {
        "Income:6001-主营业务收入:杯子-蓝": "50.00",
        "Liabilities:2221-应交税费:销项税额": "6.50",
        "Assets:1405-库存商品:杯子-蓝": "30.00",
        "Expenses:6401-主营业务成本": "-30.00",
        "Assets:1122-应收账款": "-56.50",
    }


def test_line_numbers_alone_tie_revenue_and_goods(tmp_path: Path) -> None:
    sale = """\
2026-02-01 * "Ann" "Order" ^inv-1
  Assets:Bank                180.80 CNY
  Income:Sales              -100.00 CNY
    line: 1
  Income:Sales               -60.00 CNY
    line: 2
  Liabilities:Output-VAT     -20.80 CNY
  Expenses:COGS              110.00 CNY
  Assets:Inventory               -2 MUG {}
    line: 1
  Assets:Inventory               -1 TEE {}
    line: 2
"""
    assert assert_undone(tmp_path, BOUGHT, sale, *PARTS) == [MUG, TEE, MUG]


def test_revenue_without_a_name_is_that_of_the_only_goods_without_revenue(tmp_path: Path) -> None:
    sale = PRICED.replace(
        "  Income:Sales              -160.00 CNY",
        '  Income:Sales              -100.00 CNY\n    sku: "MUG"\n  Income:Sales               -60.00 CNY',
    ).replace(" @ 50.00 CNY", "")
    assert assert_undone(tmp_path, BOUGHT, sale.replace(" @ 60.00 CNY", ""), *PARTS) == [MUG, TEE, MUG]


UNTIED = PRICED.replace(" @ 50.00 CNY", "").replace(" @ 60.00 CNY", "")


def test_what_nothing_ties_is_posted_once_the_event_says_it(tmp_path: Path) -> None:
    assert assert_undone(
        tmp_path,
        BOUGHT,
        UNTIED,
        "- {return: 1, date: 2026-02-02, sku: MUG, qty: 1, price_incl_tax: 56.50, tax_rate: 0.13}",
        "- {return: 1, date: 2026-02-03, sku: TEE, price: 60.00, tax: 7.80}",
        "- {return: 1, date: 2026-02-04, sku: MUG, price: 50.00, tax_rate: 0.13}",
    ) == [MUG, TEE, MUG]


def test_what_nothing_ties_needs_all_three_facts_and_never_gives_back_more_than_came_in(tmp_path: Path) -> None:
    settings = make(tmp_path / "a", BOUGHT + UNTIED, more=SAME)
    for said in ("sku: MUG, qty: 1", "sku: MUG, qty: 1, price: 50.00", "sku: MUG, qty: 1, price_incl_tax: 56.50"):
        assert refused(settings, f"- {{return: 1, date: 2026-02-02, {said}}}") == ["facts-missing"]
    assert refused(settings, "- {return: 1, date: 2026-02-02}") == ["facts-missing"]
    posted(settings, "- {return: 1, date: 2026-02-02, sku: MUG, qty: 1, price: 100.00, tax: 13.00}")
    too_much = "- {return: 1, date: 2026-02-03, sku: MUG, qty: 1, price: 60.01, tax: 7.80}"
    assert refused(settings, too_much, "b.yaml") == ["more-than-invoiced"]
    both = """\
return: 1
date: 2026-02-03
items:
  - {sku: MUG, qty: 1, price: 50.00, tax: 3.00}
  - {sku: TEE, qty: 1, price: 50.00, tax: 3.00}
"""
    assert refused(settings, both, "c.yaml") == ["more-than-invoiced"]
    too_much_tax = "- {return: 1, date: 2026-02-03, sku: TEE, qty: 1, price: 10.00, tax: 7.81}"
    assert refused(settings, too_much_tax, "d.yaml") == ["more-than-invoiced"]


def test_one_posting_of_goods_is_dealt_to_two_lines_by_their_quantity(tmp_path: Path) -> None:
    for n, metadata in enumerate(
        ('    sku: "MUG"\n    qty: {}\n', "    qty: {}\n", '    sku: "MUG"\n    unit_price: {}\n')
    ):
        first, second = ("50", "45") if "price" in metadata else ("2", "1")
        sale = f"""\
2026-02-01 * "Ann" "Order" ^inv-1
  Assets:Bank                163.85 CNY
  Income:Sales              -100.00 CNY
{metadata.format(first)}  Income:Sales               -45.00 CNY
{metadata.format(second)}  Liabilities:Output-VAT     -18.85 CNY
  Expenses:COGS               90.00 CNY
  Assets:Inventory               -3 MUG {{}}
"""
        effects = assert_undone(
            tmp_path / str(n),
            BOUGHT,
            sale,
            "- {return: 1, date: 2026-02-02, line: 2}",
            "- {return: 1, date: 2026-02-03, sku: MUG, line: 1, qty: 1}",
            "- {return: 1, date: 2026-02-04}",
        )
        assert [each["Income:Sales"] for each in effects] == ["45.00", "50.00", "50.00"]


def test_two_amounts_for_the_same_goods_are_one_line(tmp_path: Path) -> None:
    sale = """\
2026-02-01 * "Ann" "Order" ^inv-1
  Assets:Bank                163.85 CNY
  Income:Sales:Goods        -100.00 CNY
  Income:Sales:Extended      -45.00 CNY
  Liabilities:Output-VAT     -18.85 CNY
  Expenses:COGS              363.00 CNY
  Assets:Inventory              -11 MUG {}
  Expenses:COGS              -30.00 CNY
  Assets:Inventory                1 MUG {30.00 CNY, 2026-01-02}
"""
    sale = sale[: sale.index("  Expenses:COGS              -30")].replace("363.00", "333.00")
    first, *_ = assert_undone(
        tmp_path,
        BOUGHT,
        sale,
        "- {return: 1, date: 2026-02-02, qty: 1}",
        "- {return: 1, date: 2026-02-03, qty: 4}",
        "- {return: 1, date: 2026-02-04}",
    )
    assert (first["Income:Sales:Goods"], first["Income:Sales:Extended"]) == ("9.09", "4.09")


def test_lines_of_one_sku_without_quantities_are_a_finding(tmp_path: Path) -> None:
    sale = """\
2026-02-01 * "Ann" "Order" ^inv-1
  Assets:Bank                163.85 CNY
  Income:Sales              -100.00 CNY
    line: 1
    sku: "MUG"
  Income:Sales               -45.00 CNY
    line: 2
    sku: "MUG"
  Liabilities:Output-VAT     -18.85 CNY
  Expenses:COGS               90.00 CNY
  Assets:Inventory               -3 MUG {}
"""
    settings = make(tmp_path / "a", BOUGHT + sale)
    assert refused(settings, "- {return: 1, date: 2026-02-02, line: 2, qty: 1}") == ["facts-missing"]


def test_a_price_rounded_to_the_cent_still_tells_the_lines(tmp_path: Path) -> None:
    sale = """\
2026-02-01 * "Ann" "Order" ^inv-1
  Assets:Bank                110.00 CNY
  Income:Sales              -110.00 CNY
  Expenses:COGS              140.00 CNY
  Assets:Inventory               -3 MUG {} @ 16.67 CNY
  Assets:Inventory               -1 TEE {} @ 60.00 CNY
"""
    done = posted(make(tmp_path / "a", BOUGHT + sale), "- {return: 1, date: 2026-02-03, sku: MUG, qty: 3}")
    assert {name: f"{n:f}" for (name, _), n in done.planned.accounts.items()}["Assets:Bank"] == "-50.01"
