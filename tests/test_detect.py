"""Settings that are proposed from a ledger are read without a finding, and find its sales."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest
from beancount.core.data import Transaction

from returnledger.configfile import read_settings
from returnledger.detect import Proposal, propose, settings_text, starter_ledger, starting
from returnledger.ledger import Loaded, load
from returnledger.roles import Role
from returnledger.rows import Sale
from returnledger.sales import read_sales, recognition
from returnledger.settings import Settings


def ledger(folder: Path, text: str) -> Loaded:
    root = folder / "books.beancount"
    root.write_text(dedent(text), encoding="utf-8")
    loaded = load(root)
    assert loaded.errors == ()
    return loaded


def settings_of(folder: Path, proposal: Proposal, language: str) -> Settings:
    """Return the settings as the reader of returnledger.yaml sees the proposed text, without a finding."""
    path = folder / "returnledger.yaml"
    path.write_text(settings_text(proposal, language), encoding="utf-8")
    settings, findings, _ = read_settings(path)
    assert findings == [] and settings is not None
    return settings


def sales_of(loaded: Loaded, settings: Settings) -> list[Sale]:
    transactions = [entry for entry in loaded.entries if isinstance(entry, Transaction)]
    return [sale for sale, _ in read_sales(transactions, recognition(settings, None, loaded.commodities))]


CHINESE = """
    option "operating_currency" "CNY"
    2026-01-01 open Assets:1405-库存商品:杯子
    2026-01-01 open Assets:1122-应收账款
    2026-01-01 open Assets:1002-银行存款:招行
    2026-01-01 open Assets:1012-其他货币资金:微信
    2026-01-01 open Assets:1012-其他货币资金:支付宝
    2026-01-01 open Income:6001-主营业务收入
    2026-01-01 open Income:6051-运费收入
    2026-01-01 open Liabilities:2221-应交税费:应交增值税
    2026-01-01 open Expenses:6401-主营业务成本
    2026-01-01 open Equity:4001-实收资本
    2026-01-02 * "入库"
      Assets:1405-库存商品:杯子  50 MUG {60 CNY}
      Equity:4001-实收资本
    2026-02-01 * "李四" "销售" ^SO-1001
      Assets:1122-应收账款                     113.00 CNY
      Income:6001-主营业务收入                -100.00 CNY
      Liabilities:2221-应交税费:应交增值税     -13.00 CNY
      Expenses:6401-主营业务成本                60.00 CNY
      Assets:1405-库存商品:杯子                    -1 MUG {60 CNY}
    2026-02-02 * "王五" "销售" ^SO-1002
      Assets:1012-其他货币资金:微信            124.30 CNY
      Income:6001-主营业务收入                -100.00 CNY
      Income:6051-运费收入                     -10.00 CNY
      Liabilities:2221-应交税费:应交增值税     -14.30 CNY
      Expenses:6401-主营业务成本                60.00 CNY
      Assets:1405-库存商品:杯子                    -1 MUG {60 CNY}
    2026-02-03 * "赵六" "销售" ^SO-1003
      Assets:1012-其他货币资金:支付宝          113.00 CNY
      Income:6001-主营业务收入                -100.00 CNY
      Liabilities:2221-应交税费:应交增值税     -13.00 CNY
      Expenses:6401-主营业务成本                60.00 CNY
      Assets:1405-库存商品:杯子                    -1 MUG {60 CNY}
    2026-02-09 * "李四" "收款" ^SO-1001
      Assets:1002-银行存款:招行                113.00 CNY
      Assets:1122-应收账款                    -113.00 CNY
"""


def test_a_chinese_ledger_without_metadata_is_understood(tmp_path: Path) -> None:
    loaded = ledger(tmp_path, CHINESE)
    proposal = propose(loaded)
    assert (proposal.preset, proposal.currency, proposal.first_day) == ("cn", "CNY", date(2026, 1, 2))
    assert proposal.orders == (("link", "SO-{}"),) and proposal.example == "1001"
    assert proposal.accounts == {
        Role.ACCOUNTS_RECEIVABLE: ("Assets:1122-应收账款",),
        Role.INVENTORY: ("Assets:1405-库存商品",),
        Role.OUTPUT_VAT: ("Liabilities:2221-应交税费:应交增值税",),
        Role.REVENUE: ("Income:6001-主营业务收入",),
        Role.SHIPPING_REVENUE: ("Income:6051-运费收入",),
        Role.COGS: ("Expenses:6401-主营业务成本",),
    }
    assert proposal.methods == {
        "wechat": "Assets:1012-其他货币资金:微信",
        "alipay": "Assets:1012-其他货币资金:支付宝",
        "bank": "Assets:1002-银行存款:招行",
    }
    sales = sales_of(loaded, settings_of(tmp_path, proposal, "zh"))
    assert [sale.order for sale in sales] == ["1001", "1002", "1003"]
    assert [sale.problems for sale in sales] == [(), (), ()]
    assert [len(sale.tenders) for sale in sales] == [1, 1, 1]
    assert [part.role for part in sales[1].shipping] == [Role.SHIPPING_REVENUE, Role.OUTPUT_VAT]


ENGLISH = """
    2026-01-01 open Assets:Shop:Stock:Mugs
    2026-01-01 open Assets:Shop:Stock:Tees
    2026-01-01 open Assets:Shop:Customers
    2026-01-01 open Assets:Shop:Till
    2026-01-01 open Income:Webshop
    2026-01-01 open Income:Discounts
    2026-01-01 open Liabilities:Sales-Tax
    2026-01-01 open Expenses:Cost-Of-Sales
    2026-01-01 open Equity:Start
    2026-01-02 * "Purchase"
      Assets:Shop:Stock:Mugs  50 MUG {6.00 USD}
      Assets:Shop:Stock:Tees  50 TEE {5.00 USD}
      Equity:Start
    2026-02-01 * "Order"
      order_no: "A-1"
      client: "C-7"
      Assets:Shop:Customers     29.04 USD
      Income:Webshop           -10.00 USD
        item: "MUG"
        quantity: 1
      Income:Webshop           -16.00 USD
        item: "TEE"
        quantity: 2
      Income:Discounts           2.00 USD
      Liabilities:Sales-Tax     -5.04 USD
      Expenses:Cost-Of-Sales    16.00 USD
      Assets:Shop:Stock:Mugs       -1 MUG {}
        item: "MUG"
      Assets:Shop:Stock:Tees       -2 TEE {}
        item: "TEE"
    2026-02-03 * "Order"
      order_no: "A-2"
      Assets:Shop:Till          12.10 USD
      Income:Webshop           -10.00 USD
        item: "MUG"
        quantity: 1
      Liabilities:Sales-Tax     -2.10 USD
      Expenses:Cost-Of-Sales     6.00 USD
      Assets:Shop:Stock:Mugs       -1 MUG {}
        item: "MUG"
    2026-02-05 * "Paid"
      order_no: "A-1"
      Assets:Shop:Till          29.04 USD
      Assets:Shop:Customers    -29.04 USD
"""


def test_an_english_ledger_with_its_own_keys_and_names_is_understood(tmp_path: Path) -> None:
    loaded = ledger(tmp_path, ENGLISH)
    proposal = propose(loaded)
    assert (proposal.preset, proposal.currency) == ("general", "USD")
    assert proposal.orders == (("metadata", "order_no"),) and proposal.example == "A-1"
    assert proposal.metadata == {"sku": "item", "quantity": "quantity", "customer": "client"}
    assert proposal.accounts == {
        Role.ACCOUNTS_RECEIVABLE: ("Assets:Shop:Customers",),
        Role.INVENTORY: ("Assets:Shop:Stock",),
        Role.OUTPUT_VAT: ("Liabilities:Sales-Tax",),
        Role.REVENUE: ("Income:Webshop",),
        Role.SALES_DISCOUNTS: ("Income:Discounts",),
        Role.COGS: ("Expenses:Cost-Of-Sales",),
    }
    assert proposal.methods == {"cash": "Assets:Shop:Till"}
    first, second = sales_of(loaded, settings_of(tmp_path, proposal, "en"))
    assert [line.sku for line in first.lines] == ["MUG", "TEE"] and first.customer == "C-7"
    assert [str(line.tax) for line in first.lines] == ["1.94", "3.10"]
    assert [len(sale.tenders) for sale in (first, second)] == [1, 1]


def test_what_was_found_is_told_with_counts(tmp_path: Path) -> None:
    told = [sentence.format(**values) for sentence, values in propose(ledger(tmp_path, CHINESE)).told]
    assert told[:2] == [
        "3 of 5 transactions look like sales, such as order 1001",
        "orders are named by links such as SO-{}: 3 sales, 1 payments and others",
    ]
    assert "cogs: Expenses:6401-主营业务成本, in 3 sales" in told


def test_a_ledger_without_sales_says_so(tmp_path: Path) -> None:
    text = '2026-01-01 open Assets:Bank\n2026-01-01 open Equity:Start\n2026-01-02 * "x"\n  Assets:Bank  1 EUR\n  Equity:Start\n'
    proposal = propose(ledger(tmp_path, text))
    assert proposal.accounts == {} and proposal.example == ""
    assert [sentence.format(**values) for sentence, values in proposal.told] == [
        "no sale was found among 1 transactions: say in returnledger.yaml how sales look"
    ]
    settings_of(tmp_path, proposal, "en")


@pytest.mark.parametrize("preset", ["general", "cn"])
def test_a_ledger_to_start_with_loads_and_its_example_is_a_sale(tmp_path: Path, preset: str) -> None:
    proposal = starting(preset, "main.beancount")
    settings = settings_of(tmp_path, proposal, "zh" if preset == "cn" else "en")
    text = starter_ledger(preset, proposal.currency)
    lines = text.split("\n")
    start = next(n for n, line in enumerate(lines) if line == ";") + 1
    text = "\n".join(lines[:start] + [line.removeprefix("; ").removeprefix(";") for line in lines[start:]])
    (tmp_path / "returns").mkdir()
    (tmp_path / "returns" / "0000.beancount").touch()
    (sale,) = sales_of(ledger(tmp_path, text), settings)
    assert (sale.order, sale.problems, sale.lines[0].units) == ("1001", (), 2)
    assert [money.account for money in sale.tenders] == [proposal.methods["cash" if preset == "general" else "bank"]]
    assert sale.lines[0].tax > 0


def test_a_kit_is_no_product_of_one_commodity(tmp_path: Path) -> None:
    sale = """
2026-01-0{n} * "Kim" "Sale" ^s-{n}
  Assets:Bank  30.00 EUR
  Income:Sales  -30.00 EUR
    sku: "TEASET"
  Assets:Inventory  -1 CUP {{2.00 EUR, 2026-01-01}}
    sku: "TEASET"
  Assets:Inventory  -1 POT {{9.00 EUR, 2026-01-01}}
    sku: "TEASET"
  Expenses:COGS  11.00 EUR
"""
    text = '2026-01-01 open Assets:Bank\n2026-01-01 open Assets:Inventory "NONE"\n2026-01-01 open Income:Sales\n'
    text += "2026-01-01 open Expenses:COGS\n" + "".join(sale.format(n=n) for n in (2, 3, 4))
    assert propose(ledger(tmp_path, text)).products == {}
