"""Ledgers of people who never saw this program, each in the habits of a trade and a country: init, then the one-line event.

What comes out is compared with figures worked out by hand. `returns` stands for the account of returns.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from ledgers import effect, posted, refused
from test_style_strangers import begun, concluded

from returnledger import app, views
from returnledger.cli import show_plan
from returnledger.findings import Refused


def assert_returns(folder: Path, ledger: str, currency: str, *events: tuple[str, str]) -> Path:
    """Run init, then post events one by one, each with its whole effect as `account amount, account amount`."""
    settings = begun(folder, ledger, currency)
    for n, (event, wanted) in enumerate(events):
        moved = dict(each.split() for each in wanted.split(", "))
        if "returns" in moved:
            moved["Income:Sales-Returns"] = moved.pop("returns")
        assert effect(posted(settings, f"- {{{event}}}\n", f"{n}.yaml")) == moved, event
    return settings


BOOKS = """
2026-01-05 * "Grosso" "Einkauf"
  Assets:Lager  50 BUCH {9.50 EUR}
  Assets:Lager  50 TASCHE {15.00 EUR}
  Equity:Anfang
2026-03-02 * "Frau Kern" "Rechnung" ^R-1001
  bestellung: "B-77001"
  Assets:Forderungen:Kern  78.50 EUR
  Income:Erlöse-7  -40.00 EUR
    artikel: "BUCH"
  Income:Erlöse-19  -30.00 EUR
    artikel: "TASCHE"
  Liabilities:USt-7  -2.80 EUR
  Liabilities:USt-19  -5.70 EUR
2026-03-03 * "Frau Kern" "Lieferung"
  bestellung: "B-77001"
  Expenses:Wareneinsatz  34.00 EUR
  Assets:Lager  -2 BUCH {}
  Assets:Lager  -1 TASCHE {}
2026-03-09 * "Frau Kern" "Zahlung abzüglich Skonto" ^R-1001
  Assets:Sparkasse  76.93 EUR
  Expenses:Skonti  1.57 EUR
  Assets:Forderungen:Kern  -78.50 EUR
2026-03-12 * "Herr Lang" "Rechnung" ^R-1002
  bestellung: "B-77002"
  Assets:Forderungen:Lang  21.40 EUR
  Income:Erlöse-7  -20.00 EUR
    artikel: "BUCH"
  Liabilities:USt-7  -1.40 EUR
2026-03-13 * "Herr Lang" "Lieferung"
  bestellung: "B-77002"
  Expenses:Wareneinsatz  9.50 EUR
  Assets:Lager  -1 BUCH {}
"""


def test_the_only_payment_of_a_small_ledger_is_found_by_the_link_that_it_alone_shares(tmp_path: Path) -> None:
    bag = "Assets:Lager 15.00, Expenses:Wareneinsatz -15.00, Liabilities:USt-19 5.70, Expenses:Skonti -0.71"
    books = "Assets:Lager 19.00, Expenses:Wareneinsatz -19.00, Liabilities:USt-7 2.80, Expenses:Skonti -0.86"
    unpaid = "Assets:Lager 9.50, Expenses:Wareneinsatz -9.50, Liabilities:USt-7 1.40, Assets:Forderungen:Lang -21.40"
    assert_returns(
        tmp_path,
        BOOKS,
        "EUR",
        ("return: B-77001, date: 2026-03-20, sku: TASCHE", f"{bag}, Assets:Sparkasse -34.99, returns 30.00"),
        ("return: R-1001, date: 2026-03-21", f"{books}, Assets:Sparkasse -41.94, returns 40.00"),
        ("return: 1002, date: 2026-03-21", f"{unpaid}, returns 20.00"),
    )


LICENCE = """
2026-01-05 * "Chips" "Dongles"
  Assets:Stock  50 DONGLE {12.50 USD}
  Equity:Opening
2026-03-12 * "Globex" "Licence and dongles" ^SI-551
  Assets:AR  1190.00 EUR @@ 1285.20 USD
  Income:Licences  -800.00 EUR @@ 864.00 USD
    item: "LIC-PRO"
  Income:Hardware  -200.00 EUR @@ 216.00 USD
    item: "DONGLE"
  Liabilities:VAT-DE  -190.00 EUR @@ 205.20 USD
  Assets:Stock  -4 DONGLE {}
  Expenses:COGS  50.00 USD
"""


def test_the_rates_of_a_tax_are_those_of_the_currency_that_it_was_charged_in(tmp_path: Path) -> None:
    dongle = "Assets:Stock 12.50, Expenses:COGS -12.50, Liabilities:VAT-DE 10.26, Assets:AR -64.26, returns 54.00"
    assert_returns(
        tmp_path,
        LICENCE,
        "USD",
        ("return: SI-551, date: 2026-03-20, sku: DONGLE, qty: 1", dongle),
        (
            "return: SI-551, date: 2026-03-20, sku: LIC-PRO",
            "Liabilities:VAT-DE 164.16, Assets:AR -1028.16, returns 864.00",
        ),
    )


TILL = """
2026-01-05 * "批发市场" "进货"
  Assets:1405-库存商品  100 G6901234567892 {3.20 CNY}
  Assets:1405-库存商品  100 G6909999000011 {7.50 CNY}
  Equity:4001-实收资本
2026-03-12 * "散客" "小票"
  xiaopiao: "P20260312-0007"
  Assets:1001-库存现金  20.00 CNY
  Assets:1001-库存现金  -3.10 CNY
  Assets:1012-微信  5.00 CNY
  Income:6001-主营业务收入  -10.00 CNY
    wuliaohao: "6901234567892"
    shuliang: 2
  Income:6001-主营业务收入  -11.90 CNY
    wuliaohao: "6909999000011"
    shuliang: 1
  Assets:1405-库存商品  -2 G6901234567892 {}
    wuliaohao: "6901234567892"
  Assets:1405-库存商品  -1 G6909999000011 {}
    wuliaohao: "6909999000011"
  Expenses:6401-主营业务成本  13.90 CNY
2026-03-31 * "月末计提增值税"
  Income:6001-主营业务收入  0.22 CNY
  Liabilities:2221-应交税费:应交增值税  -0.22 CNY
"""


def test_a_key_that_names_each_of_the_goods_by_one_number_is_the_sku(tmp_path: Path) -> None:
    one = "Assets:1405-库存商品 3.20, Expenses:6401-主营业务成本 -3.20, Income:6001-主营业务收入 5.00, Assets:1001-库存现金 -5.00"
    rest = "Assets:1405-库存商品 10.70, Expenses:6401-主营业务成本 -10.70, Income:6001-主营业务收入 16.90"
    event = 'return: P20260312-0007, date: 2026-04-02, sku: "6901234567892", qty: 1'
    last = "return: P20260312-0007, date: 2026-04-03", f"{rest}, Assets:1001-库存现金 -11.90, Assets:1012-微信 -5.00"
    assert_returns(tmp_path, TILL, "CNY", (event, one), last)


PAPER = """
2026-01-05 * "Supplier" "Stock"
  Assets:Inventory  50 BOOK {{9.00 {money}}}
  Assets:Inventory  50 PEN {{1.10 {money}}}
  Equity:Opening
2026-03-12 * "Ann Tremblay" "Order" ^ord1001
  Assets:Accounts-Receivable
  Income:Sales:Book  -40.00 {money}
  Income:Sales:Pen  -10.00 {money}
  Liabilities:{first}  -{all} {money}
  Liabilities:{second}  -{some} {money}
  Assets:Inventory  -2 BOOK {{}}
  Assets:Inventory  -4 PEN {{}}
  Expenses:COGS  22.40 {money}
"""


@pytest.mark.parametrize(
    ("money", "first", "all_of", "second", "some", "book", "pen"),
    [
        ("CAD", "GST", "2.50", "PST", "0.70", "1.00 0.00 21.00", "0.13 0.18 2.81"),
        ("USD", "Tax-City", "2.25", "Tax-State", "0.40", "0.90 0.00 20.90", "0.11 0.10 2.71"),
    ],
)
def test_a_tax_of_the_province_may_be_on_some_of_the_goods_and_that_of_the_union_on_all(
    tmp_path: Path, money: str, first: str, all_of: str, second: str, some: str, book: str, pen: str
) -> None:
    ledger = PAPER.format(money=money, first=first, second=second, all=all_of, some=some)
    on_all, _, owed = book.split()
    tax, own, debt = pen.split()
    settings = assert_returns(
        tmp_path,
        ledger,
        money,
        (
            "return: 1001, date: 2026-03-25, sku: BOOK, qty: 1",
            f"Assets:Inventory 9.00, Expenses:COGS -9.00, Liabilities:{first} {on_all}, returns 20.00, "
            f"Assets:Accounts-Receivable -{owed}",
        ),
        (
            "return: 1001, date: 2026-03-25, sku: PEN, qty: 1",
            f"Assets:Inventory 1.10, Expenses:COGS -1.10, Liabilities:{first} {tax}, Liabilities:{second} {own}, "
            f"returns 2.50, Assets:Accounts-Receivable -{debt}",
        ),
    )
    assert "tax-on-lines" in concluded(settings, "1001")


DESKS = """
2026-01-05 * "Maker" "Stock"
  Assets:Stock:Finished  50 DESK {60.00 EUR}
  Equity:Opening
2026-03-12 * "Acme Ltd" "Desks" ^SINV-0007
  Assets:AR:SINV-0007  480.00 EUR
  Income:Furniture  -375.00 EUR
  Income:Assembly  -25.00 EUR
    sku: "ASSEMBLY"
  Liabilities:VAT-20  -80.00 EUR
  Assets:Stock:Finished  -3 DESK {}
  Expenses:COGS  180.00 EUR
"""


def test_goods_are_not_those_of_the_only_sku_where_revenue_without_one_stands_beside_it(tmp_path: Path) -> None:
    settings = begun(tmp_path, DESKS)
    event = "- {return: SINV-0007, date: 2026-03-26, sku: DESK, qty: 2}\n"
    assert refused(settings, event) == ["facts-missing"]
    said = [values for _, values in views.sale("SINV-0007", settings=settings).sale.problems]
    assert [(values["named"], values["goods"]) for values in said] == [("ASSEMBLY", "DESK")]
    (tmp_path / "products.yaml").write_text("ASSEMBLY: {stock: none}\n")
    settings.write_text(settings.read_text() + "products: products.yaml\n")
    assert effect(posted(settings, event)) == {
        "Assets:AR:SINV-0007": "-300.00",
        "Assets:Stock:Finished": "120.00",
        "Expenses:COGS": "-120.00",
        "Income:Sales-Returns": "250.00",
        "Liabilities:VAT-20": "50.00",
    }


POTTERY = """
2026-01-05 * "Pottery" "Mugs and bowls"
  Assets:Stockroom  20 MUG{cost}
  Assets:Stockroom  20 BOWL{cost}
  Equity:Goods  {given}
2026-03-01 * "Ann" "Two mugs" ^inv-1001
  Assets:Bank  120.00 EUR
  Income:Sales  -100.00 EUR
  Liabilities:VAT  -20.00 EUR
  Assets:Stockroom  -2 MUG{cost}
  Expenses:Goods  2 MUG{cost}
2026-03-02 * "Ben" "Two mugs and a bowl" ^inv-1002
  Assets:Bank  180.00 EUR
  Income:Sales  -100.00 EUR
    sku: "MUG"
  Income:Sales  -50.00 EUR
    sku: "BOWL"
  Liabilities:VAT  -30.00 EUR
  Assets:Stockroom  -2 MUG{cost}
  Assets:Stockroom  -1 BOWL{cost}
  Expenses:Goods  2 MUG{cost}
  Expenses:Goods  1 BOWL{cost}
"""
MUG = "Liabilities:VAT 10.00, Assets:Bank -60.00, returns 50.00"


@pytest.mark.parametrize("cost", [" {30.00 EUR}", ""])
def test_cost_of_goods_may_be_carried_on_in_units_with_a_cost_or_without(tmp_path: Path, cost: str) -> None:
    unit = "30.00" if cost else "1.00"
    goods = f"Assets:Stockroom {unit}, Expenses:Goods -{unit}"
    given = "" if cost else "-20 MUG\n  Equity:Goods  -20 BOWL"
    settings = assert_returns(
        tmp_path,
        POTTERY.format(cost=cost, given=given),
        "EUR",
        ("return: inv-1001, date: 2026-03-05, sku: MUG, qty: 1", f"{goods}, {MUG}"),
        ("return: inv-1002, date: 2026-03-06, sku: MUG, qty: 1", f"{goods}, {MUG}"),
        ("return: inv-1002, date: 2026-03-07, sku: BOWL", f"{goods}, {MUG}"),
    )
    assert refused(settings, "- {return: inv-1001, date: 2026-03-08, sku: MUG, qty: 2}\n") == ["more-than-sold"]


WEB = """
2026-01-05 * "Pottery" "Mugs"
  Assets:Stock  20 MUG {3.00 EUR}
  Assets:Bank
2026-03-01 * "Ann" "Two mugs" ^web1001
  Assets:PayPal  26.42 EUR
  Expenses:PayPal-Fees  0.58 EUR
  Income:Webshop  -18.00 EUR
  Income:Shipping  -4.50 EUR
  Liabilities:VAT  -4.50 EUR
  Expenses:Carrier  3.20 EUR
  Liabilities:DHL  -3.20 EUR
  Expenses:Loyalty  0.18 EUR
  Liabilities:Loyalty-Points  -0.18 EUR
  Expenses:Agent  2.00 EUR
  Assets:Input-VAT  0.40 EUR
  Liabilities:Due-Agent  -2.40 EUR
  Assets:Stock  -2 MUG {}
  Expenses:COGS  6.00 EUR
"""


def test_what_the_shop_owes_for_a_sale_is_no_part_of_what_the_customer_paid(tmp_path: Path) -> None:
    one = "Assets:Stock 3.00, Expenses:COGS -3.00, Liabilities:VAT 1.80, Assets:PayPal -10.80, returns 9.00"
    settings = assert_returns(tmp_path, WEB, "EUR", ("return: web1001, date: 2026-03-05, qty: 1", one))
    sale = views.sale("1001", settings=settings).sale
    assert [values["account"] for code, values in sale.inferred if code == "stays-with-us"] == [
        "Liabilities:DHL",
        "Liabilities:Loyalty-Points",
        "Liabilities:Due-Agent",
    ]
    assert sum(money.amount for money in sale.tenders) == 27


CRATE = """
2026-01-05 * "Brouwer" "Inkoop"
  Assets:Voorraad  240 PILS {0.60 EUR}
  Equity:Kapitaal
2026-03-14 * "Jan Smit" "Half krat" ^F2026-89
  Assets:Kas  16.02 EUR
  Income:Omzet  -12.00 EUR
  Liabilities:BTW-hoog  -2.52 EUR
  Liabilities:Statiegeld  -1.50 EUR
  Assets:Voorraad  -12 PILS {}
  Expenses:Inkoopwaarde-omzet  7.20 EUR
"""


def test_a_deposit_on_bottles_stays_once_the_settings_say_that_it_is_one(tmp_path: Path) -> None:
    settings = begun(tmp_path, CRATE)
    event = "- {return: F2026-89, date: 2026-03-16}\n"
    assert refused(settings, event) == ["facts-missing"]
    told = '  deposit_liability: "Liabilities:Statiegeld"\n'
    settings.write_text(settings.read_text().replace("accounts:\n", f"accounts:\n{told}"))
    assert effect(posted(settings, event)) == {
        "Assets:Kas": "-14.52",
        "Assets:Voorraad": "7.20",
        "Expenses:Inkoopwaarde-omzet": "-7.20",
        "Income:Sales-Returns": "12.00",
        "Liabilities:BTW-hoog": "2.52",
    }
    assert "stays-with-us" in concluded(settings, "2026-89")


PEDIDO = """
2026-01-05 * "Fornecedor" "Compra"
  Assets:Estoque  100 CAMISA {22.00 BRL}
  Assets:Estoque  100 CALCA {41.00 BRL}
  Equity:Capital
2026-03-02 * "Maria Silva" "Pedido"
  pedido: "2026/0042"
  Assets:Clientes:Maria-Silva  300.00 BRL
  Income:Vendas  -150.00 BRL
    produto: "CAMISA"
    qtd: 3
  Income:Vendas  -180.00 BRL
    produto: "CALCA"
    qtd: 2
  Income:Descontos  30.00 BRL
  Assets:Estoque  -3 CAMISA {}
  Assets:Estoque  -2 CALCA {}
  Expenses:CMV  148.00 BRL
2026-03-20 * "Maria Silva" "Parcela 1/3"
  pedido: "2026/0042"
  Assets:Caixa  100.00 BRL
  Assets:Clientes:Maria-Silva  -100.00 BRL
2026-04-20 * "Maria Silva" "Parcela 2/3"
  pedido: "2026/0042"
  Assets:Caixa  100.00 BRL
  Assets:Clientes:Maria-Silva  -100.00 BRL
"""


def test_an_order_of_two_skus_with_a_discount_paid_in_instalments(tmp_path: Path) -> None:
    trousers = "Assets:Estoque 41.00, Expenses:CMV -41.00, returns 81.82"
    assert_returns(
        tmp_path,
        PEDIDO,
        "BRL",
        (
            "return: 2026/0042, date: 2026-04-22, sku: CALCA, qty: 1",
            f"{trousers}, Assets:Clientes:Maria-Silva -81.82",
        ),
        (
            "return: 2026/0042, date: 2026-04-23, sku: CAMISA, qty: all",
            "Assets:Estoque 66.00, Expenses:CMV -66.00, returns 136.36, Assets:Clientes:Maria-Silva -18.18, "
            "Assets:Caixa -118.18",
        ),
        ("return: 2026/0042, date: 2026-04-24", f"{trousers}, Assets:Caixa -81.82"),
    )


def test_what_waits_for_a_refused_event_is_not_called_new(tmp_path: Path) -> None:
    settings = begun(tmp_path, WEB)
    file = tmp_path / "e.yaml"
    file.write_text("- {return: web1001, date: 2026-03-05, qty: 1}\n- {return: web1001, date: 2026-03-06, qty: 9}\n")
    planned = app.plan([file], settings=settings)
    words = [line.split()[0] for line in show_plan.as_text(planned.plan, planned.text).splitlines()[:2]]
    assert words == ["waits", "refused"]
    done = app.apply([file], settings=settings)
    assert [line.split()[0] for line in show_plan.applied_text(done).splitlines()] == ["waits", "refused"]
    ready = app.plan([file], settings=settings, ready=True)
    assert show_plan.as_text(ready.plan, ready.text).startswith("new ")


def test_roots_of_other_names_are_refused_with_what_to_do(tmp_path: Path) -> None:
    text = """option "name_assets" "Activos"
option "name_income" "Ingresos"
include "returns/**/*.beancount"
2000-01-01 open Activos:Caja
2000-01-01 open Ingresos:Ventas
2026-01-05 * "Ana" "Venta" ^inv-1
  Activos:Caja  10.00 EUR
  Ingresos:Ventas  -10.00 EUR
"""
    (tmp_path / "main.beancount").write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as found:
        app.init(tmp_path / "main.beancount")
    assert [(f.code, f.values["names"]) for f in found.value.findings] == [("roots-renamed", "Activos, Ingresos")]
    settings = tmp_path / "returnledger.yaml"
    settings.write_text("ledger: main.beancount\noperating_currency: EUR\n")
    assert refused(settings, "- {return: inv-1, date: 2026-02-01}\n")[-1:] == ["roots-renamed"]
