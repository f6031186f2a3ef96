"""Ledgers of strangers in a hurry: what `init` proposes needs no change, and the one-line event posts to the cent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from ledgers import POLICY, effect, posted, refused

from returnledger import app, views

STOCK = """
2026-01-02 * "Supplier" "Stock"
  Assets:Inventory  50 TEE {5.00 EUR}
  Assets:Inventory  50 CAP {3.00 EUR}
  Equity:Opening
"""

OTHER = """
2026-01-06 * "Bob" "Sale" ^inv-2
  Assets:Receivable  12.00 EUR
  Income:Sales:Tee  -10.00 EUR
  Liabilities:VAT  -2.00 EUR
  Assets:Inventory  -1 TEE {}
  Expenses:COGS  5.00 EUR
"""

THREE_TEES_AND_A_CAP = """
2026-01-05 * "Ann" "Sale" ^inv-1
  Assets:Receivable  43.20 EUR
  Income:Sales:Tee  -30.00 EUR
  Income:Sales:Cap  -6.00 EUR
  Liabilities:VAT  -7.20 EUR
  Assets:Inventory  -3 TEE {}
  Assets:Inventory  -1 CAP {}
  Expenses:COGS  18.00 EUR
"""


def begun(folder: Path, ledger: str, currency: str = "EUR") -> Path:
    """Write a ledger with its accounts opened, run init on it, and return the settings as it wrote them."""
    postings = re.findall(r"(?m)^\s+((?:Assets|Liabilities|Income|Expenses|Equity):\S+)(.*)", ledger)
    stock = {name for name, rest in postings if "{" in rest}
    opens = [f"2000-01-01 open {name}{' ' * (name in stock)}{chr(34) + 'FIFO' + chr(34) if name in stock else ''}"
             for name in sorted({name for name, _ in postings})]  # fmt: skip
    head = [f'option "operating_currency" "{currency}"', 'include "returns/**/*.beancount"']
    (folder / "main.beancount").write_text("\n".join([*head, *opens, ledger]), encoding="utf-8")
    app.init(folder / "main.beancount")
    (folder / "policies" / "small-shop.yaml").write_text(POLICY.format(currency=currency), encoding="utf-8")
    return folder / "returnledger.yaml"


def assert_comes_to(folder: Path, ledger: str, events: Mapping[str, Mapping[str, str]], currency: str = "EUR") -> Path:
    """Post events one by one after init, each with the effect on accounts that was worked out by hand."""
    settings = begun(folder, ledger, currency)
    for n, (event, wanted) in enumerate(events.items()):
        assert effect(posted(settings, f"- {{{event}}}\n", f"{n}.yaml")) == wanted, event
    return settings


def concluded(settings: Path, order: str) -> str:
    """Return what `sale` says of an order that was concluded and not read."""
    found = views.sale(order, settings=settings)
    return " ".join(code for code, _ in found.inferred)


def test_codes_of_a_german_chart_of_accounts_are_not_chinese(tmp_path: Path) -> None:
    sales = [
        f"""
2026-01-1{n} * "Meier" "Rechnung 2026-000{n}" ^RE2026-000{n}
  Assets:1400-Forderungen  238.00 EUR
  Income:8400-Erloese-19  -200.00 EUR
  Liabilities:1776-Umsatzsteuer-19  -38.00 EUR
  Assets:3980-Bestand-Waren  -2 STUHL {{}}
  Expenses:3200-Wareneingang  80.00 EUR
"""
        for n in (1, 2)
    ]
    ledger = f"""
2026-01-02 * "Lieferant" "Wareneingang"
  Assets:3980-Bestand-Waren  40 STUHL {{40.00 EUR}}
  Liabilities:1600-Verbindlichkeiten
{"".join(sales)}
2026-01-14 * "Meier" "Zahlung" ^RE2026-0001
  Assets:1200-Bank  238.00 EUR
  Assets:1400-Forderungen
"""
    half = {
        "Income:Sales-Returns": "100.00",
        "Liabilities:1776-Umsatzsteuer-19": "19.00",
        "Assets:3980-Bestand-Waren": "40.00",
        "Expenses:3200-Wareneingang": "-40.00",
    }
    settings = assert_comes_to(
        tmp_path,
        ledger,
        {
            "return: RE2026-0001, date: 2026-02-01, qty: 1": half | {"Assets:1200-Bank": "-119.00"},
            "return: RE2026-0001, date: 2026-02-02": half | {"Assets:1200-Bank": "-119.00"},
            "return: RE2026-0002, date: 2026-02-03, qty: 1": half | {"Assets:1400-Forderungen": "-119.00"},
        },
    )
    assert "preset: general" in settings.read_text()


def test_japanese_books_are_no_chinese_ones(tmp_path: Path) -> None:
    sales = [
        f"""
2026-01-1{n} * "田中" "売上" ^uri-10{n}
  Assets:0売掛金  3300 JPY
  Income:0売上高  -3000 JPY
  Liabilities:0仮受消費税  -300 JPY
  Assets:0商品  -3 TEA {{}}
  Expenses:0売上原価  1500 JPY
"""
        for n in (1, 2)
    ]
    ledger = '2026-01-02 * "仕入"\n  Assets:0商品  40 TEA {500 JPY}\n  Liabilities:0買掛金\n' + "".join(sales)
    one = {
        "Income:Sales-Returns": "1000",
        "Liabilities:0仮受消費税": "100",
        "Assets:0商品": "500",
        "Expenses:0売上原価": "-500",
        "Assets:0売掛金": "-1100",
    }
    settings = assert_comes_to(tmp_path, ledger, {"return: uri-101, date: 2026-02-01, qty: 1": one}, "JPY")
    assert "preset: general" in settings.read_text()


def test_accounts_named_for_goods_after_a_code_tie_their_revenue_and_cost(tmp_path: Path) -> None:
    sales = [
        f"""
2026-01-1{n} * "王女士" "销售" ^XS-{n}
  Assets:1122-应收账款-王女士  158.20 CNY
  Income:6001-主营业务收入-杯子  -60.00 CNY
  Income:6001-主营业务收入-碗  -80.00 CNY
  Liabilities:2221-应交税费-应交增值税-销项税额  -18.20 CNY
  Assets:1405-库存商品-杯子  -3 CUP {{}}
  Assets:1405-库存商品-碗  -2 BOWL {{}}
  Expenses:6401-主营业务成本-杯子  30.00 CNY
  Expenses:6401-主营业务成本-碗  40.00 CNY
"""
        for n in (1, 2)
    ]
    stock = """
2026-01-02 * "供应商" "进货"
  Assets:1405-库存商品-杯子  40 CUP {10.00 CNY}
  Assets:1405-库存商品-碗  40 BOWL {20.00 CNY}
  Liabilities:2202-应付账款
"""
    tax, owed = "Liabilities:2221-应交税费-应交增值税-销项税额", "Assets:1122-应收账款-王女士"
    assert_comes_to(
        tmp_path,
        stock + "".join(sales),
        {
            "return: XS-1, date: 2026-02-01, sku: CUP, qty: 1, red_invoice: '1'": {
                "Income:6001-主营业务收入-杯子": "20.00", tax: "2.60", owed: "-22.60",
                "Assets:1405-库存商品-杯子": "10.00", "Expenses:6401-主营业务成本-杯子": "-10.00",
            },
            "return: XS-1, date: 2026-02-02, red_invoice: '2'": {
                "Income:6001-主营业务收入-杯子": "40.00", "Income:6001-主营业务收入-碗": "80.00", tax: "15.60",
                "Assets:1405-库存商品-杯子": "20.00", "Assets:1405-库存商品-碗": "40.00", owed: "-135.60",
                "Expenses:6401-主营业务成本-杯子": "-20.00", "Expenses:6401-主营业务成本-碗": "-40.00",
            },
        },
        "CNY",
    )  # fmt: skip


def test_services_without_any_sku_are_lines_called_as_their_accounts(tmp_path: Path) -> None:
    ledger = """
2026-01-05 * "Kim" "Invoice" ^inv-1
  Assets:Receivable  242.00 EUR
  Income:Consulting  -150.00 EUR
  Income:Travel  -50.00 EUR
  Liabilities:VAT  -42.00 EUR
2026-01-06 * "Lee" "Invoice" ^inv-2
  Assets:Receivable  242.00 EUR
  Income:Consulting  -200.00 EUR
  Liabilities:VAT  -42.00 EUR
2026-01-08 * "Lee" "Paid" ^inv-2
  Assets:Bank  242.00 EUR
  Assets:Receivable
"""
    owed = "Assets:Receivable"
    settings = assert_comes_to(
        tmp_path,
        ledger,
        {
            "return: 1, date: 2026-01-20, sku: Travel": {
                "Income:Sales-Returns": "50.00", "Liabilities:VAT": "10.50", owed: "-60.50"},
            "return: 1, date: 2026-01-21": {
                "Income:Sales-Returns": "150.00", "Liabilities:VAT": "31.50", owed: "-181.50"},
            "allowance: 2, date: 2026-01-20, amount: 24.20": {
                "Income:Sales-Allowances": "20.00", "Liabilities:VAT": "4.20", "Assets:Bank": "-24.20"},
            "return: 2, date: 2026-01-22": {
                "Income:Sales-Returns": "180.00", "Liabilities:VAT": "37.80", "Assets:Bank": "-217.80"},
        },
    )  # fmt: skip
    assert "line-by-account" in concluded(settings, "2")


def test_a_service_beside_goods_that_have_their_revenue_is_a_line_of_its_own(tmp_path: Path) -> None:
    ledger = f"""{STOCK}
2026-01-05 * "Kim" "Invoice" ^inv-1
  Assets:Receivable  96.00 EUR
  Income:Sales  -20.00 EUR
    sku: "TEE"
  Income:Sales  -10.00 EUR
    sku: "CAP"
  Income:Printing  -50.00 EUR
  Liabilities:VAT  -16.00 EUR
  Assets:Inventory  -2 TEE {{}}
  Assets:Inventory  -1 CAP {{}}
  Expenses:COGS  13.00 EUR
{OTHER}"""
    assert_comes_to(
        tmp_path,
        ledger,
        {
            "return: 1, date: 2026-02-01, sku: TEE, qty: 1": {
                "Income:Sales-Returns": "10.00", "Liabilities:VAT": "2.00", "Assets:Receivable": "-12.00",
                "Assets:Inventory": "5.00", "Expenses:COGS": "-5.00"},
            "return: 1, date: 2026-02-02": {
                "Income:Sales-Returns": "70.00", "Liabilities:VAT": "14.00", "Assets:Receivable": "-84.00",
                "Assets:Inventory": "8.00", "Expenses:COGS": "-8.00"},
        },
    )  # fmt: skip


@pytest.mark.parametrize(
    "before",
    [
        "  Assets:Cellar  -3 TEE {5.00 EUR, 2026-01-02}\n  Assets:Inventory  3 TEE {5.00 EUR, 2026-01-02}\n",
        "  Assets:Inventory  -6 ROLL {}\n  Assets:Inventory  -3 TAG {}\n  Assets:Inventory  3 TEE {5.00 EUR, 2026-01-02}\n",
    ],
    ids=["moved", "made"],
)
def test_goods_moved_or_made_for_an_order_are_not_sold_twice(tmp_path: Path, before: str) -> None:
    ledger = f"""
2026-01-02 * "Stock"
  Assets:Cellar  9 TEE {{5.00 EUR}}
  Assets:Inventory  9 TEE {{5.00 EUR}}
  Assets:Inventory  9 ROLL {{2.00 EUR}}
  Assets:Inventory  9 TAG {{1.00 EUR}}
  Equity:Opening
2026-01-04 * "For order 1" ^inv-1
{before}
2026-01-05 * "Ann" "Sale" ^inv-1
  Assets:Receivable  36.00 EUR
  Income:Sales:Tee  -30.00 EUR
  Liabilities:VAT  -6.00 EUR
  Assets:Inventory  -3 TEE {{}}
  Expenses:COGS  15.00 EUR
{OTHER}"""
    tees = {"Income:Sales-Returns": "10.00", "Liabilities:VAT": "2.00", "Assets:Receivable": "-12.00",
            "Assets:Inventory": "5.00", "Expenses:COGS": "-5.00"}  # fmt: skip
    twice = {account: f"{2 * float(amount):.2f}" for account, amount in tees.items()}
    events = {"return: 1, date: 2026-02-01, qty: 1": tees, "return: 1, date: 2026-02-02": twice}
    assert_comes_to(tmp_path, ledger, events)


def test_a_credit_note_booked_by_hand_lowers_what_the_rest_is_worth(tmp_path: Path) -> None:
    note = """
2026-01-20 * "Ann" "Credit note: one tee is stained, she keeps it" ^inv-1
  Assets:Receivable  -12.00 EUR
  Income:Sales:Tee  10.00 EUR
  Liabilities:VAT  2.00 EUR
"""
    cap = {"Income:Sales-Returns": "6.00", "Liabilities:VAT": "1.20", "Assets:Receivable": "-7.20",
           "Assets:Inventory": "3.00", "Expenses:COGS": "-3.00"}  # fmt: skip
    tees = {"Income:Sales-Returns": "20.00", "Liabilities:VAT": "4.00", "Assets:Receivable": "-24.00",
            "Assets:Inventory": "15.00", "Expenses:COGS": "-15.00"}  # fmt: skip
    settings = assert_comes_to(
        tmp_path,
        STOCK + THREE_TEES_AND_A_CAP + OTHER + note,
        {"return: 1, date: 2026-02-01, sku: CAP": cap, "return: 1, date: 2026-02-02": tees},
    )
    assert "credited-by-hand" in concluded(settings, "1")


@pytest.mark.parametrize("contra", [False, True])
@pytest.mark.parametrize("apart", [False, True])
def test_a_return_booked_by_hand_uses_up_its_units_and_their_money(tmp_path: Path, contra: bool, apart: bool) -> None:
    between = '\n2026-01-21 * "Ann" "Back in stock" ^inv-1' if apart else ""
    note = f"""
2026-01-20 * "Ann" "One tee came back" ^inv-1
  Assets:Receivable  -12.00 EUR
  {"Income:Sales-Returns" if contra else "Income:Sales:Tee"}  10.00 EUR
  Liabilities:VAT  2.00 EUR{between}
  Assets:Inventory  1 TEE {{5.00 EUR, 2026-01-02}}
  Expenses:COGS  -5.00 EUR
"""
    settings = begun(tmp_path, STOCK + THREE_TEES_AND_A_CAP + OTHER + note)
    assert refused(settings, "- {return: 1, date: 2026-02-01, sku: TEE, qty: 3}\n") == ["more-than-sold"]
    assert effect(posted(settings, "- {return: 1, date: 2026-02-01}\n")) == {
        "Income:Sales-Returns": "26.00", "Liabilities:VAT": "5.20", "Assets:Receivable": "-31.20",
        "Assets:Inventory": "13.00", "Expenses:COGS": "-13.00",
    }  # fmt: skip


@pytest.mark.parametrize("account", ["Income:Tips", "Income:Donations"])
def test_a_tip_stays_when_the_goods_come_back(tmp_path: Path, account: str) -> None:
    ledger = f"""{STOCK}
2026-01-05 * "Ann" "Sale" ^inv-1
  Assets:Bank  40.00 EUR
  Income:Sales:Tee  -30.00 EUR
  Liabilities:VAT  -6.00 EUR
  {account}  -4.00 EUR
  Assets:Inventory  -3 TEE {{}}
  Expenses:COGS  15.00 EUR
{OTHER}"""
    settings = assert_comes_to(
        tmp_path,
        ledger,
        {
            "return: 1, date: 2026-02-01, qty: 3": {
                "Income:Sales-Returns": "30.00", "Liabilities:VAT": "6.00", "Assets:Bank": "-36.00",
                "Assets:Inventory": "15.00", "Expenses:COGS": "-15.00"},
        },
    )  # fmt: skip
    assert "stays-with-us" in concluded(settings, "1")


def test_what_we_owed_somebody_is_a_tender_when_they_buy_with_it(tmp_path: Path) -> None:
    ledger = f"""{STOCK}{OTHER}
2026-01-07 * "Eva" "Staff sale, off her wages" ^inv-1
  Liabilities:Wages-Payable  24.00 EUR
  Income:Sales:Tee  -20.00 EUR
  Liabilities:VAT  -4.00 EUR
  Assets:Inventory  -2 TEE {{}}
  Expenses:COGS  10.00 EUR
"""
    assert_comes_to(
        tmp_path,
        ledger,
        {
            "return: 1, date: 2026-02-01, qty: 1": {
                "Income:Sales-Returns": "10.00", "Liabilities:VAT": "2.00", "Liabilities:Wages-Payable": "-12.00",
                "Assets:Inventory": "5.00", "Expenses:COGS": "-5.00"},
        },
    )  # fmt: skip


@pytest.mark.parametrize("quantity", ['"3 h"', '"3h"', '"3"', "3", "3 HOURS"])
def test_a_quantity_may_have_its_unit_beside_it(tmp_path: Path, quantity: str) -> None:
    sales = [
        f"""
2026-01-0{n} * "Ann" "Invoice" ^inv-{n}
  Assets:Receivable  36.00 EUR
  Income:Sales  -30.00 EUR
    sku: "HOUR"
    qty: {quantity}
  Liabilities:VAT  -6.00 EUR
"""
        for n in (5, 6)
    ]
    one = {"Income:Sales-Returns": "10.00", "Liabilities:VAT": "2.00", "Assets:Receivable": "-12.00"}
    assert_comes_to(tmp_path, "".join(sales), {"return: inv-5, date: 2026-02-01, qty: 1": one})


@pytest.mark.parametrize("fee", ["Income:Restocking-Fee", "Income:Sales:Fees"])
def test_a_fee_kept_of_a_return_booked_by_hand_is_no_sale(tmp_path: Path, fee: str) -> None:
    note = f"""
2026-01-20 * "Ann" "One tee came back, less 10 %" ^inv-1
  Income:Sales:Tee  10.00 EUR
  Liabilities:VAT  1.80 EUR
  {fee}  -1.00 EUR
  Assets:Inventory  1 TEE {{5.00 EUR, 2026-01-02}}
  Expenses:COGS  -5.00 EUR
  Assets:Receivable  -10.80 EUR
"""
    rest = {"Income:Sales-Returns": "26.00", "Liabilities:VAT": "5.20", "Assets:Receivable": "-31.20",
            "Assets:Inventory": "13.00", "Expenses:COGS": "-13.00"}  # fmt: skip
    assert_comes_to(tmp_path, STOCK + THREE_TEES_AND_A_CAP + OTHER + note, {"return: 1, date: 2026-02-01": rest})


def test_an_order_called_by_a_hash_and_a_number_is_found_by_the_number(tmp_path: Path) -> None:
    ledger = STOCK + (THREE_TEES_AND_A_CAP + OTHER).replace("^inv-1", "").replace("^inv-2", "")
    for number, name in (("#1001", "Ann"), ("#1002", "Bob")):
        ledger = ledger.replace(f'* "{name}" "Sale" ', f'* "{name}" "Sale"\n  shopify_order: "{number}"')
    cap = {"Income:Sales-Returns": "6.00", "Liabilities:VAT": "1.20", "Assets:Receivable": "-7.20",
           "Assets:Inventory": "3.00", "Expenses:COGS": "-3.00"}  # fmt: skip
    assert_comes_to(tmp_path, ledger, {"return: 1001, date: 2026-02-01, sku: CAP": cap})
    assert views.sale("#1001", settings=tmp_path / "returnledger.yaml").sale.order == "#1001"


@pytest.mark.parametrize("account", ["Liabilities:SalesTax", "Liabilities:OutputVAT", "Liabilities:USt19"])
def test_tax_accounts_are_known_by_their_name_where_no_rate_fits(tmp_path: Path, account: str) -> None:
    ledger = f"""{STOCK}
2026-01-05 * "Ann" "Food is exempt" ^inv-1
  Assets:Bank  38.47 EUR
  Income:Sales:Tee  -30.00 EUR
  Income:Sales:Cap  -6.00 EUR
  {account}  -2.47 EUR
  Assets:Inventory  -3 TEE {{}}
  Assets:Inventory  -1 CAP {{}}
  Expenses:COGS  18.00 EUR
2026-01-06 * "Bob" "Sale" ^inv-2
  Assets:Bank  6.00 EUR
  Income:Sales:Cap  -6.00 EUR
  Assets:Inventory  -1 CAP {{}}
  Expenses:COGS  3.00 EUR
"""
    whole = {"Income:Sales-Returns": "36.00", account: "2.47", "Assets:Bank": "-38.47",
             "Assets:Inventory": "18.00", "Expenses:COGS": "-18.00"}  # fmt: skip
    assert_comes_to(tmp_path, ledger, {"return: 1, date: 2026-02-01": whole})


DELIVERED = """
2026-01-05 * "Ann" "Sale" ^inv-1
  Assets:Bank  42.00 EUR
  Income:Sales  -30.00 EUR
  Income:Shipping  -5.00 EUR
  Liabilities:VAT  -7.00 EUR
  Assets:Inventory  -3 TEE {}
  Expenses:COGS  15.00 EUR
"""


@pytest.mark.parametrize("with_goods", [False, True])
@pytest.mark.parametrize(("net", "tax"), [("5.00", "1.00"), ("2.00", "0.40")])
def test_delivery_given_back_by_hand_is_not_given_back_again(
    tmp_path: Path, with_goods: bool, net: str, tax: str
) -> None:
    goods = "  Income:Sales  10.00 EUR\n  Liabilities:VAT  2.00 EUR\n" if with_goods else ""
    goods += "  Assets:Inventory  1 TEE {5.00 EUR, 2026-01-02}\n  Expenses:COGS  -5.00 EUR\n" if with_goods else ""
    note = f"""
2026-01-06 * "Ann" "It came late" ^inv-1
  Assets:Bank
  Income:Shipping  {net} EUR
  Liabilities:VAT  {tax} EUR
{goods}"""
    units = 2 if with_goods else 3
    left, left_tax = 5 - float(net), 1 - float(tax)
    whole = {"Income:Sales-Returns": f"{10 * units}.00", "Liabilities:VAT": f"{2 * units + left_tax:.2f}",
             "Assets:Inventory": f"{5 * units}.00", "Expenses:COGS": f"-{5 * units}.00",
             "Assets:Bank": f"-{12 * units + left + left_tax:.2f}"}  # fmt: skip
    if left:
        whole["Income:Shipping"] = f"{left:.2f}"
    ledger = STOCK + DELIVERED + note + OTHER.replace(":Tee", "").replace("Receivable", "Bank")
    settings = assert_comes_to(tmp_path, ledger, {"return: 1, date: 2026-02-01, shipping: all": whole})
    assert "delivery-credited-by-hand" in concluded(settings, "1")


@pytest.mark.parametrize("paid", ["0.00", "12.00"])
def test_a_bad_debt_is_no_payment_and_is_never_paid_out(tmp_path: Path, paid: str) -> None:
    lost = (24 - float(paid)) / 12
    money = f'\n2026-01-20 * "Ann" "Paid" ^inv-1\n  Assets:Bank  {paid} EUR\n  Assets:Receivable\n'
    ledger = f"""{STOCK}{OTHER}
2026-01-05 * "Ann" "Sale" ^inv-1
  Assets:Receivable  24.00 EUR
  Income:Sales:Tee  -20.00 EUR
  Liabilities:VAT  -4.00 EUR
  Assets:Inventory  -2 TEE {{}}
  Expenses:COGS  10.00 EUR
{money if paid != "0.00" else ""}
2026-01-30 * "Ann" "Written off" ^inv-1
  Expenses:Bad-Debt  {10 * lost:.2f} EUR
  Liabilities:VAT  {2 * lost:.2f} EUR
  Assets:Receivable
"""
    one = {"Income:Sales-Returns": "10.00", "Expenses:Bad-Debt": f"{-5 * lost:.2f}",
           "Assets:Inventory": "5.00", "Expenses:COGS": "-5.00"}  # fmt: skip
    if lost < 2:
        one |= {"Liabilities:VAT": f"{2 - lost:.2f}", "Assets:Bank": f"{-6 * (2 - lost):.2f}"}
    events = {"return: 1, date: 2026-02-01, qty: 1": one, "return: 1, date: 2026-02-02": one}
    settings = assert_comes_to(tmp_path, ledger, events)
    assert "written-off" in concluded(settings, "1")


def test_a_deposit_is_no_tax_though_some_rate_fits(tmp_path: Path) -> None:
    ledger = f"""{STOCK}{OTHER}
2026-01-05 * "Ann" "Sale" ^inv-1
  Assets:Receivable  36.75 EUR
  Income:Sales:Tee  -30.00 EUR
  Liabilities:VAT  -6.00 EUR
  Liabilities:Pfand  -0.75 EUR
  Assets:Inventory  -3 TEE {{}}
  Expenses:COGS  15.00 EUR
"""
    settings = begun(tmp_path, ledger)
    assert refused(settings, "- {return: 1, date: 2026-02-01}\n") == ["facts-missing"]
    said = [values for _, values in views.sale("1", settings=settings).sale.problems]
    assert [values.get("account") for values in said] == ["Liabilities:Pfand"]
    assert "Pfand" not in settings.read_text()


TWO_TEES = """
2026-01-05 * "Ann" "Sale" ^inv-1
  Assets:Receivable  24.00 EUR
  Income:Sales:Tee  -20.00 EUR
  Liabilities:VAT  -4.00 EUR
  Assets:Inventory  -2 TEE {}
  Expenses:COGS  10.00 EUR
"""


@pytest.mark.parametrize(
    "back", ["  Income:Sales:Tee  10.00 EUR\n  Income:Sales:Cap  -12.00 EUR", "  Income:Sales:Tee  -2.00 EUR"]
)
@pytest.mark.parametrize("cost", ["  Expenses:COGS  1.00 EUR", "  Expenses:COGS  6.00 EUR\n  Expenses:COGS  -5.00 EUR"])
def test_goods_exchanged_by_hand_in_one_entry_came_back(tmp_path: Path, back: str, cost: str) -> None:
    swap = f"""
2026-01-10 * "Ann" "A tee for two caps" ^inv-1
  Assets:Inventory  1 TEE {{5.00 EUR, 2026-01-02}}
  Assets:Inventory  -2 CAP {{}}
{back}
  Liabilities:VAT  -0.40 EUR
{cost}
  Assets:Receivable  2.40 EUR
"""
    settings = begun(tmp_path, STOCK + TWO_TEES + OTHER + swap)
    assert "exchanged-by-hand" in concluded(settings, "1")
    assert refused(settings, "- {return: 1, date: 2026-02-01, sku: TEE, qty: 2}\n") == ["more-than-sold"]
    one = {"Income:Sales-Returns": "6.00", "Liabilities:VAT": "1.20", "Assets:Receivable": "-7.20",
           "Assets:Inventory": "3.00", "Expenses:COGS": "-3.00"}  # fmt: skip
    rest = {"Income:Sales-Returns": "16.00", "Liabilities:VAT": "3.20", "Assets:Receivable": "-19.20",
            "Assets:Inventory": "8.00", "Expenses:COGS": "-8.00"}  # fmt: skip
    assert effect(posted(settings, "- {return: 1, date: 2026-02-01, sku: CAP, qty: 1}\n", "0.yaml")) == one
    assert effect(posted(settings, "- {return: 1, date: 2026-02-02}\n", "1.yaml")) == rest


def test_goods_exchanged_for_others_at_the_same_price_came_back(tmp_path: Path) -> None:
    swap = """
2026-01-10 * "Ann" "A tee for another" ^inv-1
  Assets:Inventory  1 TEE {5.00 EUR, 2026-01-02}
  Assets:Inventory  -1 MUG {}
  Income:Sales:Tee  10.00 EUR
  Income:Sales:Mug  -10.00 EUR
  Expenses:COGS  -1.00 EUR
"""
    mugs = '\n2026-01-02 * "Supplier" "Stock"\n  Assets:Inventory  5 MUG {4.00 EUR}\n  Equity:Opening\n'
    mug = {"Income:Sales-Returns": "10.00", "Liabilities:VAT": "2.00", "Assets:Receivable": "-12.00",
           "Assets:Inventory": "4.00", "Expenses:COGS": "-4.00"}  # fmt: skip
    tee = mug | {"Assets:Inventory": "5.00", "Expenses:COGS": "-5.00"}
    events = {"return: 1, date: 2026-02-01, sku: MUG": mug, "return: 1, date: 2026-02-02": tee}
    assert_comes_to(tmp_path, STOCK + mugs + TWO_TEES + OTHER + swap, events)


def test_an_exchange_whose_money_can_not_be_told_names_both_places(tmp_path: Path) -> None:
    swap = """
2026-01-10 * "Ann" "A tee for two caps, three amounts" ^inv-1
  Assets:Inventory  1 TEE {5.00 EUR, 2026-01-02}
  Assets:Inventory  -2 CAP {}
  Income:Sales:Tee  -1.00 EUR
  Income:Sales:Cap  -1.00 EUR
  Liabilities:VAT  -0.40 EUR
  Expenses:COGS  1.00 EUR
  Assets:Receivable  2.40 EUR
"""
    settings = begun(tmp_path, STOCK + TWO_TEES + OTHER + swap)
    assert refused(settings, "- {return: 1, date: 2026-02-01, sku: TEE, qty: 1}\n") == ["facts-missing"]
