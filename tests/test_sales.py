"""Sales are found in ledgers that this program did not write, in both styles, and tied to the cent and to the lot."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from textwrap import dedent

from beancount import loader
from beancount.core.data import Transaction
from hypothesis import given
from hypothesis import strategies as st

from returnledger.money import ZERO
from returnledger.roles import Role
from returnledger.rows import Part, Sale
from returnledger.sales import read_sales, recognition
from returnledger.sales.tax.rates import delivery_is_taxed
from returnledger.settings import Settings

HEAD = """
option "booking_method" "FIFO"
2026-01-01 open Assets:Inventory:MUG  MUG
2026-01-01 open Assets:Inventory:TEE  TEE
2026-01-01 open Assets:Bank
2026-01-01 open Assets:WeChat
2026-01-01 open Assets:Receivable
2026-01-01 open Liabilities:Output-VAT
2026-01-01 open Liabilities:Vouchers
2026-01-01 open Income:Sales
2026-01-01 open Income:Sales-Discounts
2026-01-01 open Income:Shipping
2026-01-01 open Expenses:COGS
2026-01-01 open Expenses:Freight
2026-01-01 open Expenses:Rounding
2026-01-01 open Equity:Opening
2026-01-02 * "Stock"
  Assets:Inventory:MUG   10 MUG {30.00 CNY}
  Assets:Inventory:TEE   10 TEE {50.00 CNY}
  Equity:Opening       -800.00 CNY
2026-01-03 * "Stock"
  Assets:Inventory:MUG   10 MUG {33.00 CNY}
  Equity:Opening       -330.00 CNY
"""


def sales(text: str, accounts: dict[str, object] | None = None, **more: object) -> dict[str, Sale]:
    entries, errors, _ = loader.load_string(HEAD + dedent(text))
    assert not errors, errors
    settings = Settings.model_validate(
        {"ledger": "main.beancount", "operating_currency": "CNY", "accounts": accounts or {}, **more}
    )
    how = recognition(settings)
    return {sale.order: sale for sale, _ in read_sales((e for e in entries if isinstance(e, Transaction)), how)}


def only(text: str, **more: object) -> Sale:
    (sale,) = sales(text, **more).values()  # type: ignore[arg-type]
    return sale


def amounts(parts: Iterable[Part]) -> dict[str, str]:
    return {part.role.value: str(part.amount) for part in parts}


ONE_SKU = """
2026-02-01 * "张三" "马克杯" ^inv-1001
  Assets:Receivable            113.00 CNY
  Income:Sales                -100.00 CNY
  Liabilities:Output-VAT       -13.00 CNY
  Expenses:COGS                 60.00 CNY
  Assets:Inventory:MUG             -2 MUG {}
"""


def test_a_sale_of_one_sku_without_metadata_is_one_line() -> None:
    sale = only(ONE_SKU)
    (line,) = sale.lines
    assert (sale.order, sale.customer, sale.currency, sale.decimals) == ("1001", "张三", "CNY", 2)
    assert (line.line, line.sku, line.units, line.unit_price) == ("1", "MUG", Decimal(2), Decimal(50))
    assert amounts(line.parts) == {"revenue": "-100.00", "output_vat": "-13.00"}
    assert amounts(line.cogs) == {"cogs": "60.00"}
    assert [(lot.account, lot.units, str(lot.lot)) for lot in line.lots] == [
        ("Assets:Inventory:MUG", Decimal(2), "30.00 CNY, 2026-01-02")
    ]
    assert [(m.account, m.amount) for m in sale.receivable] == [("Assets:Receivable", Decimal("113.00"))]
    assert sale.tenders == () and sale.problems == ()


def test_fifo_over_two_lots_keeps_both_in_order() -> None:
    sale = only(ONE_SKU.replace("-2 MUG", "-12 MUG").replace("60.00", "366.00"))
    assert [(lot.units, lot.lot.number) for lot in sale.lines[0].lots] == [
        (Decimal(10), Decimal("30.00")),
        (Decimal(2), Decimal("33.00")),
    ]
    assert sale.lines[0].units == 12


TWO_LINES = """
2026-02-01 * "Ann" "Order" ^inv-7
  order: "7"
  customer: "C-9"
  delivered: 2026-02-05
  Assets:Receivable            226.00 CNY
  Income:Sales                -100.00 CNY
    line: 1
    sku: "MUG"
    qty: 2
    unit_price: 50.00 CNY
  Income:Sales                -100.00 CNY
    line: 2
    sku: "TEE"
    qty: "1"
  Liabilities:Output-VAT       -26.00 CNY
  Expenses:COGS                 60.00 CNY
    line: 1
  Expenses:COGS                 50.00 CNY
    sku: "TEE"
  Assets:Inventory:MUG             -2 MUG {}
    line: 1
  Assets:Inventory:TEE             -1 TEE {50.00 CNY, 2026-01-02}
    sku: "TEE"
"""


def test_lines_are_told_apart_by_line_and_sku() -> None:
    sale = only(TWO_LINES)
    mug, tee = sale.lines
    assert (mug.line, mug.sku, mug.units, mug.unit_price) == ("1", "MUG", Decimal(2), Decimal("50.00"))
    assert (tee.line, tee.sku, tee.units) == ("2", "TEE", Decimal(1))
    assert amounts(mug.parts) == amounts(tee.parts) == {"revenue": "-100.00", "output_vat": "-13.00"}
    assert [amounts(line.cogs)["cogs"] for line in sale.lines] == ["60.00", "50.00"]
    assert (sale.customer, sale.delivered, sale.problems) == ("C-9", date(2026, 2, 5), ())
    assert sale.metadata == {"order": "7", "customer": "C-9", "delivered": "2026-02-05"}


def test_lines_without_numbers_are_numbered_in_order_of_posting() -> None:
    sale = only(
        TWO_LINES.replace("    line: 1\n    sku", "    sku")
        .replace("    line: 1\n", '    sku: "MUG"\n')
        .replace("    line: 2\n", "")
    )
    assert [(line.line, line.sku) for line in sale.lines] == [("1", "MUG"), ("2", "TEE")]


def test_an_order_discount_is_shared_by_line_amount_and_tax_by_net() -> None:
    sale = only(
        """
        2026-02-01 * "Ann" "Order" ^inv-8
          Assets:Bank                  203.40 CNY
          Income:Sales                -100.00 CNY
            sku: "MUG"
          Income:Sales                -110.00 CNY
            sku: "TEE"
          Income:Sales                  10.00 CNY
            sku: "TEE"
          Income:Sales-Discounts        20.00 CNY
          Liabilities:Output-VAT       -23.40 CNY
          Expenses:COGS                 80.00 CNY
          Assets:Inventory:MUG             -1 MUG {}
          Assets:Inventory:TEE             -1 TEE {}
        """
    )
    mug, tee = sale.lines
    assert [str(part.amount) for part in mug.parts] == ["-100.00", "9.52", "-11.76"]
    assert [str(part.amount) for part in tee.parts] == ["-110.00", "10.00", "10.48", "-11.64"]
    assert sum((line.net for line in sale.lines), ZERO) == 180
    assert [amounts(line.cogs)["cogs"] for line in sale.lines] == ["30.00", "50.00"]
    assert [(m.account, str(m.amount)) for m in sale.tenders] == [("Assets:Bank", "203.40")]


def test_delivery_takes_its_share_of_the_tax_only_where_the_rate_says_so() -> None:
    def delivered(total: str, tax: str) -> Sale:
        return only(ONE_SKU.replace("113.00", total).replace("-13.00 CNY", f"{tax} CNY\n  Income:Shipping  -10.00 CNY"))

    taxed = delivered("124.30", "-14.30")
    assert amounts(taxed.shipping) == {"shipping_revenue": "-10.00", "output_vat": "-1.30"}
    assert taxed.lines[0].tax == Decimal("13.00")
    free = delivered("123.00", "-13.00")
    assert amounts(free.shipping) == {"shipping_revenue": "-10.00"}


@given(
    goods=st.integers(100, 10**7),
    delivery=st.integers(100, 10**5),
    rate=st.sampled_from([3, 6, 9, 13, 19, 20, 21]),
)
def test_the_rate_tells_taxed_delivery_where_the_sums_are_big_enough(goods: int, delivery: int, rate: int) -> None:
    goods_amount, delivery_amount = Decimal(goods * 100), Decimal(delivery * 100)
    tax = (goods_amount + delivery_amount) * rate / 100
    assert delivery_is_taxed([tax], goods_amount, delivery_amount, 2, 2)


def test_payments_join_by_link_or_metadata_and_a_late_freight_bill_does_not() -> None:
    sale = only(
        TWO_LINES
        + """
2026-02-10 * "Ann" "Part payment" ^inv-7
  Assets:Bank                  100.00 CNY
  Assets:Receivable           -100.00 CNY
2026-02-11 * "Ann" "Rest"
  order: "7"
  Assets:WeChat                126.00 CNY
  Assets:Receivable           -126.00 CNY
2026-02-12 * "Carrier" "Freight" ^inv-7
  Expenses:Freight              20.00 CNY
  Assets:Bank                  -20.00 CNY
"""
    )
    assert [str(m.amount) for m in sale.receivable] == ["226.00", "-100.00", "-126.00"]
    assert [(m.account, str(m.amount), m.date.day) for m in sale.tenders] == [
        ("Assets:Bank", "100.00", 10),
        ("Assets:WeChat", "126.00", 11),
    ]


def test_change_given_comes_off_what_was_paid() -> None:
    sale = only(
        ONE_SKU.replace("Assets:Receivable            113.00 CNY", "Assets:Bank  120 CNY\n  Assets:Bank  -7.00 CNY")
    )
    assert [(m.account, str(m.amount)) for m in sale.tenders] == [("Assets:Bank", "113.00")]


def test_a_payment_for_several_orders_is_dealt_out_oldest_first() -> None:
    second = ONE_SKU.replace("1001", "1002").replace("2026-02-01", "2026-02-02")
    found = sales(
        second
        + ONE_SKU
        + """
2026-02-10 * "张三" "合并付款" ^inv-1001 ^inv-1002
  Assets:Bank                  200.00 CNY
  Assets:Receivable           -200.00 CNY
"""
    )
    assert [str(m.amount) for m in found["1001"].receivable] == ["113.00", "-113.00"]
    assert [str(m.amount) for m in found["1002"].receivable] == ["113.00", "-87.00"]
    assert [str(found[order].tenders[0].amount) for order in ("1001", "1002")] == ["113.00", "87.00"]


def test_units_that_came_back_by_hand_use_up_the_line() -> None:
    sale = only(
        ONE_SKU
        + """
2026-02-20 * "张三" "退货" ^inv-1001
  Income:Sales                  50.00 CNY
  Liabilities:Output-VAT         6.50 CNY
  Assets:Receivable            -56.50 CNY
  Assets:Inventory:MUG              1 MUG {30.00 CNY, 2026-01-02}
  Expenses:COGS                -30.00 CNY
"""
    )
    assert sale.returned_by_hand == {"1": Decimal(1)}
    assert amounts(sale.lines[0].parts) == {"revenue": "-100.00", "output_vat": "-13.00"}
    assert sum((m.amount for m in sale.receivable), ZERO) == Decimal("56.50")


def test_our_own_entries_are_never_part_of_a_sale() -> None:
    sale = only(
        ONE_SKU
        + """
2026-02-20 * "张三" "退货" ^inv-1001
  rl-id: "RT-1"
  Income:Sales                  50.00 CNY
  Assets:Receivable            -50.00 CNY
"""
    )
    assert len(sale.receivable) == 1 and sale.returned_by_hand == {}


def test_services_vouchers_and_free_goods_are_lines() -> None:
    sale = only(
        """
        2026-02-01 * "Ann" "Order" ^inv-9
          Assets:Bank                  150.00 CNY
          Income:Sales                -100.00 CNY
            line: "A"
            sku: "FITTING"
            qty: 4
          Liabilities:Vouchers         -50.00 CNY
            line: "B"
            sku: "GIFT50"
          Expenses:COGS                 30.00 CNY
            line: "C"
          Assets:Inventory:MUG             -1 MUG {}
            line: "C"
            sku: "MUG"
        """
    )
    assert [(line.line, line.sku, str(line.units), len(line.lots)) for line in sale.lines] == [
        ("A", "FITTING", "4", 0),
        ("B", "GIFT50", "1", 0),
        ("C", "MUG", "1", 1),
    ]
    assert [str(line.net) for line in sale.lines] == ["100.00", "50.00", "0"]
    assert sale.lines[0].unit_price == 25


def test_the_same_sku_twice_makes_two_lines_and_lots_are_dealt_by_quantity() -> None:
    sale = only(
        """
        2026-02-01 * "Ann" "Order" ^inv-10
          Assets:Bank                  620.00 CNY
          Income:Sales                -400.00 CNY
            sku: "MUG"
            qty: 8
          Income:Sales                -220.00 CNY
            sku: "MUG"
            qty: 4
          Expenses:COGS                366.00 CNY
          Assets:Inventory:MUG            -12 MUG {}
            sku: "MUG"
        """
    )
    first, second = sale.lines
    assert [(str(lot.units), str(lot.lot.number)) for lot in first.lots] == [("8", "30.00")]
    assert [(str(lot.units), str(lot.lot.number)) for lot in second.lots] == [("2", "30.00"), ("2", "33.00")]
    assert [amounts(line.cogs)["cogs"] for line in sale.lines] == ["240.00", "126.00"]
    assert [line.unit_price for line in sale.lines] == [50, 55]


def test_what_cannot_be_tied_is_a_problem_that_names_the_fields() -> None:
    sale = only(
        """
        2026-02-01 * "Ann" "Order" ^inv-11
          Assets:Bank                  200.00 CNY
          Income:Sales                -200.00 CNY
          Assets:Inventory:MUG             -1 MUG {}
          Assets:Inventory:TEE             -1 TEE {}
          Expenses:COGS                 80.00 CNY
        """
    )
    ((code, values),) = sale.problems
    assert (code, values["skus"], values["fields"]) == ("facts-missing", "MUG, TEE", "price, tax, tax_rate")
    assert [line.sku for line in sale.lines] == ["MUG", "TEE"]


def test_quantity_metadata_may_count_packs_and_nothing_else() -> None:
    packs = only(TWO_LINES.replace("qty: 2", "qty: 1"))
    assert packs.problems == () and packs.lines[0].units == 2 and packs.lines[0].unit_price == 25
    ((code, values),) = only(TWO_LINES.replace("qty: 2", "qty: 3")).problems
    assert (code, values["units"], values["quantity"]) == ("quantities-disagree", "2", "3")


def test_an_account_without_a_role_is_named() -> None:
    text = ONE_SKU.replace("Liabilities:Output-VAT", "Liabilities:Vouchers")
    ((code, values),) = only(text).problems
    assert (code, values["account"]) == ("role-unknown", "Liabilities:Vouchers")


def test_two_orders_of_one_name_are_told_apart() -> None:
    by_metadata = ONE_SKU.replace(" ^inv-1001", '\n  order: "1001"')
    assert sorted(sales(ONE_SKU + by_metadata)) == ["1001", "order:1001"]


def test_goods_and_revenue_booked_apart_are_tied_over_the_order() -> None:
    sale = only(
        """
        2026-02-01 * "Ann" "Invoice" ^inv-12
          Assets:Receivable            113.00 CNY
          Income:Sales                -100.00 CNY
          Liabilities:Output-VAT       -13.00 CNY
        2026-02-02 * "Ann" "Delivery" ^inv-12
          Expenses:COGS                 60.00 CNY
          Assets:Inventory:MUG             -2 MUG {}
        """
    )
    (line,) = sale.lines
    assert (line.net, line.tax, line.units) == (Decimal("100.00"), Decimal("13.00"), Decimal(2))
    assert amounts(line.cogs) == {"cogs": "60.00"}


def test_national_codes_and_chinese_names_are_recognised() -> None:
    entries, errors, _ = loader.load_string(
        dedent(
            """
            2026-01-01 open Assets:1405-库存商品:杯子
            2026-01-01 open Assets:1122-应收账款
            2026-01-01 open Income:6001-主营业务收入
            2026-01-01 open Liabilities:2221-应交税费:销项税额
            2026-01-01 open Expenses:6401-主营业务成本
            2026-01-01 open Equity:4001-实收资本
            2026-01-02 * "入库"
              Assets:1405-库存商品:杯子  5 MUG {60 CNY}
              Equity:4001-实收资本
            2026-02-01 * "李四" "销售" ^inv-SO-1
              Assets:1122-应收账款                 113.00 CNY
              Income:6001-主营业务收入            -100.00 CNY
              Liabilities:2221-应交税费:销项税额   -13.00 CNY
              Expenses:6401-主营业务成本            60.00 CNY
              Assets:1405-库存商品:杯子                -1 MUG {60 CNY}
            """
        )
    )
    assert not errors
    settings = Settings.model_validate(
        {"ledger": "main.beancount", "operating_currency": "CNY", "accounts": {"preset": ["cn"]}}
    )
    transactions = [entry for entry in entries if isinstance(entry, Transaction)]
    ((sale, names),) = read_sales(transactions, recognition(settings))
    assert amounts(sale.lines[0].parts) == {"revenue": "-100.00", "output_vat": "-13.00"}
    assert set(names) == {"SO-1", "inv-SO-1", "^inv-SO-1"}
    assert sale.lines[0].parts[0].role is Role.REVENUE


@given(
    prices=st.lists(st.integers(1, 99999), min_size=1, max_size=6),
    discount=st.integers(0, 500),
    rate=st.integers(0, 25),
)
def test_shares_of_discount_and_tax_always_add_up(prices: list[int], discount: int, rate: int) -> None:
    lines = [Decimal(price) / 100 for price in prices]
    off = min(Decimal(discount) / 100, sum(lines))
    tax = ((sum(lines) - off) * rate / 100).quantize(Decimal("0.01"))
    postings = "".join(f'  Income:Sales  -{price:.2f} CNY\n    sku: "S{i}"\n' for i, price in enumerate(lines))
    sale = only(
        f'2026-02-01 * "Order" ^inv-1\n  Assets:Bank  {sum(lines) - off + tax:.2f} CNY\n{postings}'
        f"  Income:Sales-Discounts  {off:.2f} CNY\n  Liabilities:Output-VAT  -{tax:.2f} CNY\n"
    )
    assert sum((line.net for line in sale.lines), ZERO) == sum(lines) - off
    assert sum((line.tax for line in sale.lines), ZERO) == tax


def test_state_and_county_tax_tell_together_whether_delivery_was_taxed() -> None:
    # 33.15 is nearly 7.5 % of the goods alone, but 27.43 is 6 % of goods and delivery and of nothing else.
    assert delivery_is_taxed([Decimal("27.43"), Decimal("5.72")], Decimal("441.92"), Decimal("15.30"), 2, 4)


def test_a_cost_in_mills_does_not_make_the_tax_finer() -> None:
    sale = only(
        """
2026-01-15 * "Stock"
  Assets:Inventory:MUG    5 MUG {9.57 CNY}
  Equity:Opening

2026-02-06 * "Ann" "Sale" ^inv-8
  Assets:Receivable            822.34 CNY
  Income:Sales                -219.03 CNY
    sku: "A"
  Income:Sales                -491.32 CNY
    sku: "B"
  Income:Shipping              -19.64 CNY
  Liabilities:Output-VAT       -92.35 CNY
  Expenses:COGS                 23.925 CNY
  Assets:Inventory:MUG           -2.5 MUG {9.57 CNY, 2026-01-15}
    sku: "A"
"""
    )
    assert amounts(sale.shipping) == {"shipping_revenue": "-19.64"}
