"""`init` on ledgers that hold only totals, beside one register of sales or several; and on sales at several rates of tax."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from ledgers import apply

from returnledger import app
from returnledger.findings_text import sentences

OPEN = """\
option "operating_currency" "EUR"
include "returns/**/*.beancount"
2025-01-01 open Assets:Bank
2025-01-01 open {stock} {takes}
2025-01-01 open Equity:Opening
2025-01-01 open Income:Shop-Sales
2025-01-01 open Liabilities:VAT
2025-01-01 open {cost}
2025-01-01 open Expenses:Rent

2026-01-31 * "Sales of January"
  Assets:Bank         240.00 EUR
  Income:Shop-Sales  -200.00 EUR
  Liabilities:VAT     -40.00 EUR

2026-02-01 * "Rent"
  Expenses:Rent  100.00 EUR
  Assets:Bank   -100.00 EUR
"""
BOUGHT = '\n2026-01-01 * "Bought"\n  {stock}  50 MUG {{20.00 EUR}}\n  {stock}  50 TEE {{20.00 EUR}}\n  Equity:Opening\n'
BY_VALUE = '\n2026-01-31 * "Cost of January"\n  {cost}  80.00 EUR\n  {stock}  -80.00 EUR\n'
HEAD = "order,date,customer,line,sku,qty,net,tax,cost,paid,invoice,delivered\n"
ROWS = [
    "1001,2026-01-05,Ann,1,MUG,2,100.00,20.00,40.00,120.00,I1,2026-01-07\n",
    "1002,2026-01-09,Ben,1,MUG,1,50.00,10.00,20.00,60.00,I2,2026-01-10\n",
    "1003,2026-01-20,Cyd,1,TEE,1,50.00,10.00,20.00,60.00,I3,2026-01-21\n",
]


def books(
    folder: Path,
    more: str = BY_VALUE,
    stock: str = "Assets:Stock-Goods",
    cost: str = "Expenses:Cost-of-Goods",
    takes: str = "",
) -> Path:
    text = (OPEN + more).format(stock=stock, cost=cost, takes=takes)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "main.beancount").write_text(text, encoding="utf-8")
    (folder / "sales.csv").write_text(HEAD + "".join(ROWS), encoding="utf-8")
    return folder


def begun(folder: Path) -> app.Initialised:
    done = app.init(folder / "main.beancount")
    assert done.exit_code == 0
    return done


def told(done: app.Initialised, sentence: str) -> list[Mapping[str, object]]:
    return [values for text, values in done.proposal.told if sentence in text]


@pytest.mark.parametrize(
    ("more", "stock", "cost", "takes"),
    [
        (BY_VALUE, "Assets:Stock-Goods", "Expenses:Cost-of-Goods", ""),
        (BY_VALUE, "Assets:Lager", "Expenses:Wareneinsatz", ""),
        (BY_VALUE, "Assets:Things", "Expenses:COGS", ""),
        ("", "Assets:Stock-Goods", "Expenses:Cost-of-Goods", ""),
        (BOUGHT, "Assets:Stock-Goods", "Expenses:Cost-of-Goods", 'MUG,TEE "FIFO"'),
    ],
    ids=["by value", "in German", "by the expense", "by name", "bought at cost"],
)
def test_stock_and_cost_are_told_where_no_sale_shows_goods(
    tmp_path: Path, more: str, stock: str, cost: str, takes: str
) -> None:
    done = begun(books(tmp_path / "shop", more, stock, cost, takes))
    said = (tmp_path / "shop" / "returnledger.yaml").read_text(encoding="utf-8")
    assert f'inventory: "{stock}"' in said and f'cogs: "{cost}"' in said
    assert done.example is not None and not done.example.findings
    settings = tmp_path / "shop" / "returnledger.yaml"
    posted = apply(settings, done.example.event)
    assert posted.file, [sentences(finding, "en") for finding in posted.findings]
    assert {stock, cost} <= {account for account, _ in posted.planned.accounts}


def test_goods_that_a_register_calls_otherwise_are_asked_for_before_anything_is_booked(tmp_path: Path) -> None:
    folder = books(tmp_path / "shop", BOUGHT, takes='MUG,TEE "FIFO"')
    text = (folder / "sales.csv").read_text(encoding="utf-8").replace("TEE", "tee-xl")
    (folder / "sales.csv").write_text(text, encoding="utf-8")
    done = begun(folder)
    assert done.example is not None and [finding.code for finding in done.example.findings] == ["facts-missing"]
    sentence, hint = sentences(done.example.findings[0], "en")
    assert "Assets:Stock-Goods takes MUG, TEE and no money" in sentence and "`tee-xl: {commodity: TEE}`" in hint
    (folder / "products.yaml").write_text("tee-xl: {commodity: TEE}\n", encoding="utf-8")
    settings = folder / "returnledger.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + "products: products.yaml\n", encoding="utf-8")
    posted = apply(settings, done.example.event)
    assert posted.file and "1 TEE {20.00 EUR" in posted.planned.text


def test_of_several_registers_the_one_with_most_sales_is_taken_and_the_others_are_named(tmp_path: Path) -> None:
    folder = books(tmp_path / "shop")
    (folder / "a-copy.csv").write_text(HEAD + ROWS[2], encoding="utf-8")
    (folder / "z-copy.csv").write_text(HEAD + ROWS[0] + ROWS[1], encoding="utf-8")
    done = begun(folder)
    assert done.proposal.register == "sales.csv" and done.coverage is not None and done.coverage.whole == 3
    assert [values["files"] for values in told(done, "left out")] == ["a-copy.csv, z-copy.csv"]


MIXED = """\
option "operating_currency" "EUR"
include "returns/**/*.beancount"
2025-01-01 open Assets:Bank
2025-01-01 open Assets:Inventory "FIFO"
2025-01-01 open Equity:Opening
2025-01-01 open Income:Sales
2025-01-01 open {high}
2025-01-01 open {low}
2025-01-01 open Expenses:COGS

2026-01-01 * "Bought"
  Assets:Inventory  50 MUG {{4.00 EUR}}
  Assets:Inventory  50 BOOK {{7.00 EUR}}
  Equity:Opening
"""
SALE = """
2026-02-0{n} * "Ann" "Order" ^inv-{n}
  Assets:Bank               34.50 EUR
  Income:Sales             -20.00 EUR
    sku: "MUG"{of_mug}
  Income:Sales             -10.00 EUR
    sku: "BOOK"{of_book}
  {high}        -4.00 EUR
  {low}         -0.50 EUR
  Expenses:COGS             15.00 EUR
  Assets:Inventory             -2 MUG {{}}
  Assets:Inventory             -1 BOOK {{}}
"""


@pytest.mark.parametrize(
    ("high", "low", "rates"),
    [
        ("Liabilities:VAT:20", "Liabilities:VAT:5", ("", "")),
        ("Liabilities:VAT", "Liabilities:Tax", ('\n    tax_rate: "20%"', '\n    tax_rate: "5%"')),
    ],
    ids=["accounts", "metadata"],
)
def test_the_rates_of_mixed_sales_are_those_of_their_lines(
    tmp_path: Path, high: str, low: str, rates: tuple[str, str]
) -> None:
    names = {"high": high, "low": low, "of_mug": rates[0], "of_book": rates[1]}
    text = MIXED.format(**names) + "".join(SALE.format(n=n, **names) for n in (1, 2, 3))
    (tmp_path / "main.beancount").write_text(text, encoding="utf-8")
    (values,) = told(begun(tmp_path), "tax is charged at")
    assert values["rates"] == "20 % (3), 5 % (3)"
