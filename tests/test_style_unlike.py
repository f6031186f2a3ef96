"""Ledgers as unlike people write them: an order under two spellings or in a tag, costs to a tenth of a cent, serial lots."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from ledgers import POLICY, balances, effect, make, posted, refused

from returnledger import app, views
from returnledger.events.suggest import alike
from returnledger.findings import Refused


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
    assert not app.doctor(settings=settings).remarks
    for n, (event, wanted) in enumerate(events.items()):
        assert effect(posted(settings, f"- {{{event}}}\n", f"{n}.yaml")) == wanted, event
    return settings


def chairs(number: int, units: int, paid: str = 'so: "SO-{}"') -> str:
    """An invoice and a delivery under a link, and a payment that names the whole of the link in metadata."""
    payment = f"\n  {paid.format(number)}" if paid[0] != "^" else ""
    link = f" {paid.format(number)}" if not payment else ""
    return f"""
2026-02-0{number % 10} * "Hughes {number}" "Invoice" ^SO-{number}
  Assets:Trade-Debtors  {units * 180}.00 GBP
  Income:Furniture  -{units * 150}.00 GBP
    sku: "CHAIR"
    qty: {units}
  Liabilities:VAT-Output  -{units * 30}.00 GBP
2026-02-1{number % 10} * "Van run" ^SO-{number} ^van-{number % 10}
  Assets:Stock  -{units} CHAIR {{}}
  Expenses:Cost-of-Sales  {units * 64}.50 GBP
2026-02-2{number % 10} * "Hughes {number}" "BACS"{link}{payment}
  Assets:Lloyds  {units * 180}.00 GBP
  Assets:Trade-Debtors
"""


CHAIRS = '2026-01-05 * "Mill"\n  Assets:Stock  40 CHAIR {64.50 GBP}\n  Liabilities:Creditors\n'


def test_metadata_may_have_the_whole_of_a_link_for_the_name_of_an_order(tmp_path: Path) -> None:
    ledger = CHAIRS + "".join(chairs(number, 1) for number in (2041, 2042, 2043))
    whole = {"Income:Sales-Returns": "150.00", "Liabilities:VAT-Output": "30.00", "Assets:Lloyds": "-180.00",
             "Assets:Stock": "64.50", "Expenses:Cost-of-Sales": "-64.50"}  # fmt: skip
    settings = assert_comes_to(tmp_path, ledger, {"return: SO-2041, date: 2026-03-01": whole}, "GBP")
    assert 'order: [{link: "SO-{}"}, {metadata: "so"}]' in settings.read_text()


def test_one_payment_may_name_several_orders_by_the_whole_of_their_links(tmp_path: Path) -> None:
    ledger = CHAIRS + chairs(2043, 1)
    for number in (2041, 2042):
        ledger += chairs(number, 1).partition("2026-02-2")[0]
    ledger += '\n2026-02-28 * "Hughes" "Both"\n  so: "SO-2041, SO-2042"\n  Assets:Lloyds  360.00 GBP\n'
    ledger += "  Assets:Trade-Debtors\n"
    settings = begun(tmp_path, ledger, "GBP")
    (paid,) = views.sale("2042", settings=settings).sale.tenders
    assert (paid.account, paid.amount) == ("Assets:Lloyds", 180)


def test_a_dutch_shop_delivers_under_the_number_of_its_invoice(tmp_path: Path) -> None:
    sales = "".join(
        f"""
2026-02-0{n} * "BV Jansen" "Factuur" ^F2026-10{n}
  Assets:Debiteuren  {q * 54.45:.2f} EUR
  Income:Omzet  -{q * 45}.00 EUR
    artikel: "BEL"
    aantal: {q}
  Liabilities:BTW  -{q * 9.45:.2f} EUR
2026-02-1{n} * "Magazijn" "Uitgifte"
  factuur: "F2026-10{n}"
  Assets:Voorraad  -{q} BEL {{}}
  Expenses:Kostprijs-Omzet  {q * 12.34:.2f} EUR
"""
        for n, q in ((1, 4), (2, 6), (3, 2))
    )
    ledger = '2026-01-05 * "Leverancier"\n  Assets:Voorraad  40 BEL {12.34 EUR}\n  Liabilities:Crediteuren\n' + sales
    one = {"Income:Sales-Returns": "45.00", "Liabilities:BTW": "9.45", "Assets:Debiteuren": "-54.45",
           "Assets:Voorraad": "12.34", "Expenses:Kostprijs-Omzet": "-12.34"}  # fmt: skip
    assert_comes_to(tmp_path, ledger, {"return: F2026-101, date: 2026-03-01, qty: 1": one})


TAGGED = '2026-01-05 * "Vendor"\n  Assets:Inventory  60 MUG {4.00 EUR}\n  Liabilities:Payables\n' + "".join(
    f"""
2026-02-0{n} * "{who}" "Sale" #{tag}-{1000 + n} #web
  Assets:Receivable  {q * 12}.00 EUR
  Income:Sales  -{q * 10}.00 EUR
  Liabilities:VAT  -{q * 2}.00 EUR
  Assets:Inventory  -{q} MUG {{}}
  Expenses:COGS  {q * 4}.00 EUR
2026-02-1{n} * "{who}" "Paid" #{tag}-{1000 + n}
  Assets:Bank  {q * 12}.00 EUR
  Assets:Receivable
"""
    for n, who, q, tag in ((1, "Amy", 3, "order"), (2, "Ben", 2, "order"), (3, "Cem", 4, "order"))
)


def test_an_order_may_be_named_by_a_tag_alone(tmp_path: Path) -> None:
    one = {"Income:Sales-Returns": "10.00", "Liabilities:VAT": "2.00", "Assets:Bank": "-12.00",
           "Assets:Inventory": "4.00", "Expenses:COGS": "-4.00"}  # fmt: skip
    events = {"return: 1001, date: 2026-03-01, qty: 1": one, "return: '#order-1001', date: 2026-03-02, qty: 1": one}
    settings = assert_comes_to(tmp_path, TAGGED, events)
    assert 'order: [{tag: "order-{}"}]' in settings.read_text()


def test_tags_beside_links_of_the_same_orders_are_no_orders(tmp_path: Path) -> None:
    settings = begun(tmp_path, re.sub(r"(#order-(\d+))", r"\1 ^inv-\2", TAGGED))
    assert 'order: [{link: "inv-{}"}]' in settings.read_text()


def test_a_tag_without_a_place_for_the_number_is_a_finding(tmp_path: Path) -> None:
    settings = make(tmp_path, TAGGED, currency="EUR", more="sales: {order: [{tag: order}]}\n")
    with pytest.raises(Refused) as told:
        app.doctor(settings=settings)
    assert [finding.code for finding in told.value.findings] == ["pattern-without-slot"]


@pytest.mark.parametrize(
    ("typed", "known"),
    [("18", "2026/18"), ("18", "2026/018"), ("so-7", "SO-7"), ("ORDER/2026/18", "order/2026/18"), ("7", "WEB.7")],
)
def test_a_name_in_other_letters_or_by_its_last_part_is_suggested(typed: str, known: str) -> None:
    assert alike(typed, ["XYZ-99001", known]) == [known]


CHEESE = '2026-01-05 * "Dairy"\n  Assets:Stock-On-Hand  6000.00 GBP\n  Liabilities:Creditors\n' + "".join(
    f"""
2026-02-0{n} * "Farm shop" "Invoice" ^FS{70 + n}
  Assets:Debtors  195.00 GBP
  Income:Cheese  -75.00 GBP
    sku: "cheddar-1kg"
    qty: 3
    unit_cost: 11.40
  Income:Cheese  -120.00 GBP
    sku: "stilton-wheel"
    qty: 2
    unit_cost: 31.05
  Assets:Stock-On-Hand  -{cost} GBP
  Expenses:Cost-of-Sales  {cost} GBP
"""
    for n, cost in ((1, "96.30"), (2, "96.30"), (3, "90.00"))
)


def test_stock_kept_by_value_is_shared_by_the_cost_that_the_lines_say(tmp_path: Path) -> None:
    one = {"Income:Sales-Returns": "25.00", "Assets:Debtors": "-25.00",
           "Assets:Stock-On-Hand": "11.40", "Expenses:Cost-of-Sales": "-11.40"}  # fmt: skip
    rest = {"Income:Sales-Returns": "170.00", "Assets:Debtors": "-170.00",
            "Assets:Stock-On-Hand": "84.90", "Expenses:Cost-of-Sales": "-84.90"}  # fmt: skip
    events = {
        "return: FS71, date: 2026-03-01, sku: cheddar-1kg, qty: 1": one,
        "return: FS71, date: 2026-03-02": rest,
    }
    settings = assert_comes_to(tmp_path, CHEESE, events, "GBP")
    assert not views.sale("FS72", settings=settings).inferred
    (told,) = [
        values for code, values in views.sale("FS73", settings=settings).sale.inferred if code == "cost-not-as-said"
    ]
    assert (told["cost"], told["said"]) == ("90.00", "96.30")
    assert told["where"] != told["other"]
    cheddar, stilton = views.sale("FS73", settings=settings).sale.lines
    assert (cheddar.cost, stilton.cost) == (Decimal("31.96"), Decimal("58.04"))  # 90.00 by 34.20 and 62.10


def test_cost_that_the_ledger_works_out_in_tenths_of_a_cent_leaves_nothing(tmp_path: Path) -> None:
    ledger = """
2026-01-05 * "Vendor"
  Assets:Inventory  100 NAIL {0.333 EUR}
  Assets:Inventory  100 BOLT {1.117 EUR}
  Liabilities:Payables
2026-02-01 * "Ann" "Invoice" ^inv-1
  Assets:Receivable  19.20 EUR
  Income:Sales  -7.00 EUR
    sku: "NAIL"
    qty: 7
  Income:Sales  -9.00 EUR
    sku: "BOLT"
    qty: 3
  Liabilities:VAT  -3.20 EUR
2026-02-02 * "Delivery" ^inv-1
  Assets:Inventory  -7 NAIL {}
  Assets:Inventory  -3 BOLT {}
  Expenses:COGS
"""
    settings = begun(tmp_path, ledger)
    assert balances(settings)["Expenses:COGS"] == Decimal("5.682")
    for n, part in enumerate((", sku: NAIL, qty: 2", ", sku: BOLT, qty: 1", ", sku: NAIL, qty: 4", "")):
        posted(settings, f"- {{return: 1, date: 2026-03-0{n + 1}{part}}}\n", f"{n}.yaml")
    assert not {"Expenses:COGS", "Expenses:Cost-Rounding"}.intersection(balances(settings))


def test_cost_without_an_end_is_shared_to_the_last_digit(tmp_path: Path) -> None:
    ledger = """
2026-01-05 * "Vendor"
  Assets:Inventory  3 NAIL {{100.00 EUR}}
  Assets:Inventory  7 BOLT {{100.00 EUR}}
  Liabilities:Payables
2026-02-01 * "Ann" "Invoice" ^inv-1
  Assets:Receivable  120.00 EUR
  Income:Sales  -60.00 EUR
    sku: "NAIL"
  Income:Sales  -60.00 EUR
    sku: "BOLT"
2026-02-02 * "Delivery" ^inv-1
  Assets:Inventory  -1 NAIL {}
  Assets:Inventory  -1 BOLT {}
  Expenses:COGS
"""
    settings = begun(tmp_path, ledger)
    lines = views.sale("1", settings=settings).sale.lines
    assert sum(line.cost for line in lines) == balances(settings)["Expenses:COGS"]


@pytest.mark.parametrize("label", [True, False])
def test_a_serial_number_says_which_lot_comes_back(tmp_path: Path, label: bool) -> None:
    bought = "".join(
        f"  Assets:Inventory  1 PHONE {{{200 + n}.00 EUR{f', {chr(34)}S{n}{chr(34)}' if label else ''}}}\n"
        for n in (1, 2, 3)
    )
    sold = "".join(f'  Assets:Inventory  -1 PHONE {{{200 + n}.00 EUR}}\n    imei: "S{n}"\n' for n in (1, 2))
    ledger = f"""
2026-01-05 * "Vendor"
{bought}  Liabilities:Payables
2026-02-01 * "Ann" "Two phones" ^inv-1
  Assets:Bank  720.00 EUR
  Income:Sales  -600.00 EUR
    sku: "PHONE"
    qty: 2
  Liabilities:VAT  -120.00 EUR
{sold}  Expenses:COGS  403.00 EUR
"""
    settings = begun(tmp_path, ledger)
    done = effect(posted(settings, "- {return: 1, date: 2026-03-01, serial: S1}\n", "0.yaml"))
    assert (done["Assets:Inventory"], done["Expenses:COGS"]) == ("201.00", "-201.00")
    assert refused(settings, "- {return: 1, date: 2026-03-02, serial: S1}\n", "1.yaml") == ["more-than-sold"]
    assert (
        effect(posted(settings, "- {return: 1, date: 2026-03-03, serial: S2}\n", "2.yaml"))["Assets:Inventory"]
        == "202.00"
    )


def test_japanese_tax_in_latin_letters_is_tax(tmp_path: Path) -> None:
    ledger = '2026-01-05 * "仕入"\n  Assets:Shohin  40 TEA {430 JPY}\n  Liabilities:Kaikake\n' + "".join(
        f"""
2026-02-0{n} * "店頭" "レシート"
  receipt_no: "R{n}"
  Assets:Genkin  10000 JPY
  Assets:Genkin  -{10000 - n * 1080} JPY
  Income:Uriage  -{n * 1000} JPY
  Liabilities:Kariuke-Shohizei:8  -{n * 80} JPY
  Assets:Shohin  -{n} TEA {{}}
  Expenses:Shiire  {n * 430} JPY
"""
        for n in (2, 3, 4)
    )
    one = {"Income:Sales-Returns": "1000", "Liabilities:Kariuke-Shohizei:8": "80", "Assets:Genkin": "-1080",
           "Assets:Shohin": "430", "Expenses:Shiire": "-430"}  # fmt: skip
    assert_comes_to(tmp_path, ledger, {"return: R3, date: 2026-03-01, qty: 1": one}, "JPY")


def test_a_payment_goes_by_the_link_that_only_the_delivery_has_beside_its_order(tmp_path: Path) -> None:
    ledger = '2026-01-05 * "厂家"\n  Assets:1405-库存商品:北京仓  50 YUSAN {22.22 CNY}\n'
    ledger += "  Assets:1405-库存商品:上海仓  50 YUSAN {22.22 CNY}\n  Liabilities:2202-应付账款\n"
    for n in (1, 2, 3):
        ledger += f"""
2026-02-0{n} * "商场{n}" "发货单" ^FH{n}
  dingdan: "DD-{n}"
  Assets:1405-库存商品:北京仓  -{n} YUSAN {{}}
  Assets:1405-库存商品:上海仓  -1 YUSAN {{}}
  Expenses:6401-主营业务成本  {(n + 1) * 22.22:.2f} CNY
2026-02-1{n} * "商场{n}" "开票"
  dingdan: "DD-{n}"
  Assets:1122-应收账款:商场{n}  {(n + 1) * 67.8:.2f} CNY
  Income:6001-主营业务收入  -{(n + 1) * 60}.00 CNY
  Liabilities:2221-应交税费:销项税额  -{(n + 1) * 7.8:.2f} CNY
2026-02-2{n} * "商场{n}" "回款" ^FH{n}
  Assets:1121-应收票据  {(n + 1) * 67.8:.2f} CNY
  Assets:1122-应收账款:商场{n}
"""
    whole = {"Income:6001-主营业务收入": "120.00", "Liabilities:2221-应交税费:销项税额": "15.60",
             "Assets:1121-应收票据": "-135.60", "Assets:1405-库存商品:北京仓": "22.22",
             "Assets:1405-库存商品:上海仓": "22.22", "Expenses:6401-主营业务成本": "-44.44"}  # fmt: skip
    settings = assert_comes_to(tmp_path, ledger, {"return: DD-1, date: 2026-03-01": whole}, "CNY")
    assert '{link: "FH{}"}' in settings.read_text()


def test_delivery_with_a_number_among_the_lines_is_delivery(tmp_path: Path) -> None:
    ledger = '2026-01-05 * "Vendor"\n  Assets:Inventory  90 PEN {3.00 USD}\n  Liabilities:Payables\n' + "".join(
        f"""
2026-02-0{n} * "Buyer {n}" "Invoice"
  invoice_no: "INV-{n}"
  Assets:Accounts-Receivable  {n * 11 + 5.5:.2f} USD
  Income:Sales  -{n * 10}.00 USD
    sku: "PEN"
    line: 1
  Liabilities:Sales-Tax  -{n}.00 USD
    line: 1
  Income:Shipping  -5.00 USD
    line: 2
  Liabilities:Sales-Tax  -0.50 USD
    line: 2
  Assets:Inventory  -{n} PEN {{}}
    line: 1
  Expenses:COGS  {n * 3}.00 USD
    line: 1
"""
        for n in (2, 3, 4)
    )
    goods = {"Income:Sales-Returns": "30.00", "Liabilities:Sales-Tax": "3.00", "Assets:Accounts-Receivable": "-33.00",
             "Assets:Inventory": "9.00", "Expenses:COGS": "-9.00"}  # fmt: skip
    settings = assert_comes_to(tmp_path, ledger, {"return: INV-3, date: 2026-03-01": goods}, "USD")
    assert not views.sale("INV-2", settings=settings).inferred


def test_freight_kept_by_value_beside_lots_goes_back_with_them(tmp_path: Path) -> None:
    ledger = """
2026-01-05 * "Supplier"
  Assets:Inventory  60 JAR {6.00 EUR}
  Assets:Inventory:Freight-In  60.00 EUR
  Liabilities:Payables
""" + "".join(
        f"""
2026-02-0{n} * "K{n}" "R" ^RX{n}
  Assets:Bank  {n * 24}.00 EUR
  Income:Sales  -{n * 20}.00 EUR
  Liabilities:VAT  -{n * 4}.00 EUR
  Assets:Inventory  -{n} JAR {{}}
  Expenses:COGS:Goods  {n * 6}.00 EUR
  Expenses:COGS:Freight-In  {n}.00 EUR
  Assets:Inventory:Freight-In  -{n}.00 EUR
"""
        for n in (1, 2, 3)
    )
    one = {"Income:Sales-Returns": "20.00", "Liabilities:VAT": "4.00", "Assets:Bank": "-24.00", "Assets:Inventory": "6.00",
           "Assets:Inventory:Freight-In": "1.00", "Expenses:COGS:Goods": "-6.00", "Expenses:COGS:Freight-In": "-1.00"}  # fmt: skip
    events = {f"return: RX3, date: 2026-03-0{n}, qty: 1": one for n in (1, 2, 3)}
    settings = assert_comes_to(tmp_path, ledger, events)
    assert not views.sale("RX2", settings=settings).inferred


def test_a_gift_card_sold_beside_goods_stays_sold(tmp_path: Path) -> None:
    ledger = '2026-01-05 * "Supplier"\n  Assets:Stock  60 BAG {14.00 GBP}\n  Liabilities:Payables\n' + "".join(
        f"""
2026-02-0{n} * "Shopper {n}" "Till" ^till-{n}
  Assets:Card  {n * 36 + 25}.00 GBP
  Income:Sales  -{n * 30}.00 GBP
    sku: "BAG"
  Liabilities:VAT  -{n * 6}.00 GBP
  Liabilities:Gift-Cards  -25.00 GBP
  Assets:Stock  -{n} BAG {{}}
  Expenses:COGS  {n * 14}.00 GBP
"""
        for n in (1, 2, 3)
    )
    whole = {"Income:Sales-Returns": "60.00", "Liabilities:VAT": "12.00", "Assets:Card": "-72.00",
             "Assets:Stock": "28.00", "Expenses:COGS": "-28.00"}  # fmt: skip
    assert_comes_to(tmp_path, ledger, {"return: till-2, date: 2026-03-01": whole}, "GBP")


DROPPED = '2026-01-05 * "Vendor"\n  Assets:Inventory  5 OTHER {1.00 USD}\n  Liabilities:Accounts-Payable\n' + "".join(
    f"""
2026-02-0{n} * "Buyer {n}" "Sent by the maker" ^DS-{n}
  Assets:Stripe  {n * 43.2:.2f} USD
  Income:Sales  -{n * 40}.00 USD
    sku: "GADGET"
    qty: {n}
  Liabilities:Sales-Tax  -{n * 3.2:.2f} USD
  Expenses:COGS  {n * 22}.00 USD
  Liabilities:Accounts-Payable  -{n * 22}.00 USD
"""
    for n in (1, 2, 3)
)


def test_goods_that_the_maker_sent_ask_what_they_are_worth_here(tmp_path: Path) -> None:
    settings = begun(tmp_path, DROPPED, "USD")
    assert refused(settings, "- {return: DS-2, date: 2026-03-01}\n") == ["cost-unknown"]
    money = {"Income:Sales-Returns": "40.00", "Liabilities:Sales-Tax": "3.20", "Assets:Stripe": "-43.20"}
    event = "- {return: DS-2, date: 2026-03-01, sku: GADGET, qty: 1, cost: 22.00}\n"
    goods = {"Assets:Inventory": "22.00", "Expenses:COGS": "-22.00"}
    assert effect(posted(settings, event, "0.yaml")) == money | goods
    (tmp_path / "products.yaml").write_text("GADGET: {stock: none}\n", encoding="utf-8")
    settings.write_text(settings.read_text() + "products: products.yaml\n", encoding="utf-8")
    assert effect(posted(settings, "- {return: DS-2, date: 2026-03-02}\n", "1.yaml")) == money


def test_a_name_that_is_the_link_of_another_customer_is_told_apart(tmp_path: Path) -> None:
    heads = (
        '"Ann" "Sale" ^SO-7',
        '"Bob" "Sale"\n  order: "SO-7"',
        '"Cem" "Sale" ^SO-8',
        '"Dan" "Sale"\n  order: "SO-9"',
    )
    ledger = TAGGED.partition("\n2026-02-01")[0] + "".join(
        f"\n2026-02-01 * {head}\n  Assets:Bank  10.00 EUR\n  Income:Sales  -10.00 EUR\n  Assets:Inventory  -1 MUG {{}}\n"
        "  Expenses:COGS  4.00 EUR\n"
        for head in heads
    )
    settings = begun(tmp_path, ledger)
    assert refused(settings, "- {return: SO-7, date: 2026-03-01}\n") == ["ambiguous-sale"]
    found = [views.sale(name, settings=settings).sale.payee for name in ("7", "order:SO-7", "SO-8", "SO-9")]
    assert found == ["Ann", "Bob", "Cem", "Dan"]
