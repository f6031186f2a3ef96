"""Books that mix several styles at once, from `init` to the last part of a return; every figure worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from ledgers import POLICY, balances, effect, make, posted

from returnledger import app

HEAD = 'option "operating_currency" "{currency}"\ninclude "returns/**/*.beancount"\n'


def begun(folder: Path, ledger: str, currency: str) -> tuple[Path, app.Initialised]:
    """Begin with `init` in a folder of this ledger; return the settings, with a policy that takes everything back."""
    names = sorted(
        {row.split()[0] for row in ledger.splitlines() if row.startswith("  ") and row.split()[0][0].isupper()}
    )
    stock = [name for name in names if "nventory" in name or "1405" in name]
    opens = [
        f"2000-01-01 open {name}{'  ' if name in stock else ''}{chr(34) + 'FIFO' + chr(34) if name in stock else ''}"
        for name in names
    ]
    folder.mkdir()
    text = HEAD.format(currency=currency) + "\n".join(opens) + "\n" + ledger
    (folder / "main.beancount").write_text(text, encoding="utf-8")
    done = app.init(folder / "main.beancount")
    (folder / "policies" / "small-shop.yaml").write_text(POLICY.format(currency=currency), encoding="utf-8")
    return folder / "returnledger.yaml", done


def back(settings: Path, *events: str) -> list[dict[str, str]]:
    return [effect(posted(settings, f"- {{{event}}}", f"{n}.yaml")) for n, event in enumerate(events)]


THREE_DOCUMENTS = """
2026-01-02 * "晨光" "采购"
  Assets:1405-库存商品     20 BEI {12.005 CNY}
  Assets:1405-库存商品     10 HU {35.00 CNY}
  Liabilities:2202-应付账款:晨光

2026-02-01 * "王芳" "开票 TB-7788"
  dingdan: "TB-7788"
  Assets:1122-应收账款:王芳    316.40 CNY
  Income:6001-主营业务收入     -280.00 CNY
  Liabilities:2221-应交税费:01-销项税额  -36.40 CNY

2026-02-02 * "王芳" "发货 TB-7788"
  dingdan: "TB-7788"
  Assets:1405-库存商品      -4 BEI {} @ 30.00 CNY
  Assets:1405-库存商品      -3 BEI {} @ 20.00 CNY
  Assets:1405-库存商品      -2 HU {} @ 50.00 CNY
  Expenses:6401-主营业务成本

2026-02-03 * "李雷" "开票 TB-7790"
  dingdan: "TB-7790"
  Assets:1122-应收账款:李雷    113.00 CNY
  Income:6001-主营业务收入     -100.00 CNY
  Liabilities:2221-应交税费:01-销项税额  -13.00 CNY

2026-02-04 * "李雷" "发货 TB-7790"
  dingdan: "TB-7790"
  Assets:1405-库存商品      -2 HU {} @ 50.00 CNY
  Expenses:6401-主营业务成本

2026-02-06 * "王芳" "收款" ^TB-7788
  Assets:1012-微信           300.00 CNY
  Assets:1001-库存现金        16.40 CNY
  Assets:1122-应收账款:王芳   -316.40 CNY
"""


def test_an_order_in_metadata_that_its_payment_has_whole_for_a_link(tmp_path: Path) -> None:
    settings, done = begun(tmp_path / "shop", THREE_DOCUMENTS, "CNY")
    assert done.proposal.orders == (("metadata", "dingdan"), ("link", "{}"))
    one, two, rest = back(
        settings,
        "return: TB-7788, date: 2026-02-07, sku: BEI, qty: 2, line: 2",
        "return: TB-7788, date: 2026-02-08, sku: HU, qty: 1",
        "return: TB-7788, date: 2026-02-09",
    )
    assert (one["Assets:1012-微信"], two["Assets:1012-微信"]) == ("-45.20", "-56.50")
    assert (rest["Assets:1012-微信"], rest["Assets:1001-库存现金"]) == ("-198.30", "-16.40")
    assert (one["Expenses:6401-主营业务成本"], rest["Expenses:6401-主营业务成本"]) == ("-24.010", "-95.025")
    left = balances(settings)
    assert left["Income:6001-主营业务收入"] == -100 and "Assets:1122-应收账款:王芳" not in left
    assert left["Expenses:6401-主营业务成本"] == 70  # of the other order alone


def test_links_that_name_something_else_are_not_taken_for_orders(tmp_path: Path) -> None:
    other = '\n2026-02-09 * "王芳" "运费" ^parcel-9\n  Expenses:Freight   9.00 CNY\n  Assets:1001-库存现金  -9.00 CNY\n'
    _, done = begun(tmp_path / "shop", THREE_DOCUMENTS + other, "CNY")
    assert done.proposal.orders == (("metadata", "dingdan"),)


KINDS_OF_TAX = """
2026-01-02 * "Stock"
  Assets:Inventory     50 MUG {4.00 EUR}
  Assets:Inventory     50 BOOK {7.00 EUR}
  Equity:Opening

2026-02-01 * "Ann" "Order" ^SO-1
  Assets:Receivable         {owed} EUR
  Income:Shipping           -5.00 EUR
  Income:Sales             -40.00 EUR
  Liabilities:VAT:Normal    -{normal} EUR
  Liabilities:VAT:Reduced   -{reduced} EUR
  Assets:Inventory             -2 MUG {} @ 12.00 EUR
  Assets:Inventory             -1 BOOK {} @ 21.00 EUR
  Expenses:COGS

2026-02-04 * "Stripe" "Payout" ^SO-1
  Assets:Bank               {paid} EUR
  Expenses:Stripe-Fees       1.00 EUR
  Assets:Input-VAT           0.20 EUR
  Assets:Receivable        -{owed} EUR
"""


@pytest.mark.parametrize(
    ("normal", "reduced", "delivery"),
    [("5.00", "1.00", "1.00"), ("4.00", "1.00", "0"), ("4.00", "1.25", "0.25")],
    ids=["normal", "none", "reduced"],
)
def test_prices_with_tax_of_two_kinds_beside_delivery_and_a_fee_with_tax(
    tmp_path: Path, normal: str, reduced: str, delivery: str
) -> None:
    owed = Decimal(45) + Decimal(normal) + Decimal(reduced)
    values = {"owed": owed, "paid": owed - Decimal("1.20"), "normal": normal, "reduced": reduced}
    ledger = KINDS_OF_TAX
    for name, value in values.items():
        ledger = ledger.replace("{" + name + "}", str(value))
    settings, done = begun(tmp_path / "shop", ledger, "EUR")
    assert set(done.proposal.methods.values()) == {"Assets:Bank"}
    shown = app.sale("SO-1", settings=settings).sale
    assert not shown.problems and [(line.net, line.tax) for line in shown.lines] == [(20, 4), (20, 1)]
    assert sum(money.amount for money in shown.tenders) == owed
    one, rest = back(
        settings, "return: SO-1, date: 2026-02-12, sku: MUG, qty: 1", "return: SO-1, date: 2026-02-13, shipping: all"
    )
    assert (one["Assets:Bank"], one["Liabilities:VAT:Normal"]) == ("-12.00", "2.00")
    assert "Liabilities:VAT:Reduced" not in one
    assert Decimal(rest["Assets:Bank"]) == Decimal(-33) - 5 - Decimal(delivery)
    left = balances(settings)
    assert (left["Assets:Bank"], left["Assets:Input-VAT"]) == (Decimal("-1.20"), Decimal("0.20"))
    assert not [account for account in left if "Liabilities" in account or "Shipping" in account]


SHARED = """
2026-02-01 * "Firma A" "Rechnung 301" ^RE-301
  Assets:Kunden:A           357.00 EUR
  Income:Erloese           -200.00 EUR
    sku: "STUHL"
    qty: 4
  Income:Erloese           -100.00 EUR
    sku: "MONTAGE"
  Liabilities:Umsatzsteuer  -57.00 EUR

2026-02-03 * "Firma A" "Rechnung 302" ^RE-302
  Assets:Kunden:A           119.00 EUR
  Income:Erloese           -100.00 EUR
    sku: "STUHL"
    qty: 2
  Liabilities:Umsatzsteuer  -19.00 EUR

2026-02-10 * "Firma A" "Zahlung" ^RE-301 ^RE-302
  Assets:Girokonto          466.48 EUR
  Expenses:Skonti             9.52 EUR
  Assets:Kunden:A          -476.00 EUR
"""


def test_a_reduction_in_a_payment_for_two_orders_is_told_of_each_with_its_part(tmp_path: Path) -> None:
    settings, _ = begun(tmp_path / "shop", SHARED, "EUR")
    told = [dict(app.sale(order, settings=settings).inferred)["taken-off"].values for order in ("RE-301", "RE-302")]
    assert [values["amount"] for values in told] == ["7.14 EUR", "2.38 EUR"]
    (one,) = back(settings, "return: RE-302, date: 2026-02-21, sku: STUHL, qty: 1")
    assert (one["Assets:Girokonto"], one["Expenses:Skonti"]) == ("-58.31", "-1.19")


def test_init_tells_the_errors_that_the_ledger_has_of_its_own(tmp_path: Path) -> None:
    _, whole = begun(tmp_path / "whole", SHARED, "EUR")
    assert not [text for text, _ in whole.proposal.told if "errors of its own" in text]
    _, done = begun(tmp_path / "shop", SHARED.replace("Assets:Kunden:A", "Assets:客户:A"), "EUR")
    (values,) = [values for text, values in done.proposal.told if "errors of its own" in text]
    assert str(values["message"]).startswith("Invalid account name") and "main.beancount:" in str(values["place"])


def test_small_tolerances_of_one_line_do_not_hide_in_another(tmp_path: Path) -> None:
    ledger = """
2026-01-02 * "采购"
  Assets:Inventory:North     100 GLOVE {1.335 CNY}
  Assets:Inventory:South     7 MASK {{10.00 CNY}}
  Equity:Opening

2026-02-01 * "宏达" "销售" ^inv-9
  Assets:Receivable         181.48 CNY
  Income:Sales             -100.00 CNY
    sku: "GLOVE"
    qty: 2
    unit: "箱"
  Income:Sales              -62.00 CNY
    sku: "MASK"
  Liabilities:VAT-13        -13.00 CNY
  Liabilities:VAT-9          -5.58 CNY
  Income:Rounding            -0.90 CNY
  Expenses:COGS              32.04 CNY
    sku: "GLOVE"
  Expenses:COGS              10.00 CNY
    sku: "MASK"
  Assets:Inventory:North       -24 GLOVE {}
  Assets:Inventory:South        -7 MASK {}
"""
    accounts = ", output_vat: [Liabilities:VAT-13, Liabilities:VAT-9], rounding: Income:Rounding"
    settings = make(tmp_path / "shop", ledger, accounts=accounts, more="revenue_account: same\n")
    masks, gloves, more, box, rest = back(
        settings,
        "return: 9, date: 2026-02-20, sku: MASK, qty: 3",
        "return: 9, date: 2026-02-21, sku: GLOVE, qty: 5",
        "return: 9, date: 2026-02-22, sku: MASK, qty: 2",
        "return: 9, date: 2026-02-23, sku: GLOVE, qty: 1, unit: 箱",
        "return: 9, date: 2026-02-24",
    )
    assert (masks["Income:Sales"], masks["Liabilities:VAT-9"], masks["Expenses:COGS"]) == ("26.57", "2.39", "-4.29")
    assert (gloves["Income:Sales"], gloves["Liabilities:VAT-13"], gloves["Expenses:COGS"]) == ("20.83", "2.71", "-6.68")
    assert (more["Income:Sales"], more["Liabilities:VAT-9"]) == ("17.72", "1.60")
    assert (box["Income:Sales"], box["Assets:Receivable"], box["Expenses:COGS"]) == ("50.00", "-56.50", "-16.02")
    assert (rest["Income:Sales"], rest["Income:Rounding"]) == ("46.88", "0.90")
    left = balances(settings)
    assert {account for account in left if left[account] and "Inventory" not in account} == {"Equity:Opening"}
