"""Prices with tax at several rates, before a discount or after it; and accounts of tax that are named for no figure."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from ledgers import apply, balances, effect, make, posted

from returnledger import app
from returnledger.findings_text import sentences
from returnledger.roles import Role
from returnledger.rows import SaleLine

STOCK = """
2026-01-02 * "Stock"
  Assets:Inventory     50 MUG {4.00 EUR}
  Assets:Inventory     50 BOOK {7.00 EUR}
  Equity:Opening
"""
ACCOUNTS = ", sales_discounts: Income:Discounts, output_vat: [Liabilities:VAT, Liabilities:Output-VAT]"
MORE = "revenue_account: same\ndiscounts: mirror\n"
PAIRS = [
    ("Liabilities:VAT:20", "Liabilities:VAT:5"),
    ("Liabilities:Output-VAT:Standard", "Liabilities:Output-VAT:Reduced"),
    ("Liabilities:Output-VAT:A", "Liabilities:Output-VAT:B"),
]
# Two mugs at 12.00 with 20 % and a book at 21.00 with 5 %; what each order took off is beside it.
SALE = """
2026-02-01 * "Ann" "Order" ^inv-1001
  Assets:Bank               {paid} EUR
{discount}  Income:Sales             -{revenue} EUR
  {high}        -{of_mugs} EUR
  {low}         -{of_book} EUR
  Expenses:COGS             15.00 EUR
  Assets:Inventory             -2 MUG {{}} @ {mug} EUR
  Assets:Inventory             -1 BOOK {{}} @ {book} EUR
"""


def shop(folder: Path, sale: str) -> Path:
    return make(folder, STOCK + sale, currency="EUR", accounts=ACCOUNTS, more=MORE)


def written(
    accounts: tuple[str, str], paid: str, discount: str, revenue: str, taxes: tuple[str, str], prices: tuple[str, str]
) -> str:
    off = f"  Income:Discounts           {discount} EUR\n" if discount else ""
    names = dict(zip(("high", "low"), accounts)) | dict(zip(("of_mugs", "of_book"), taxes))
    return SALE.format(paid=paid, discount=off, revenue=revenue, mug=prices[0], book=prices[1], **names)


def worth(line: SaleLine) -> tuple[Decimal, dict[str, Decimal]]:
    return line.net, {part.account: -part.amount for part in line.parts if part.role is Role.OUTPUT_VAT}


@pytest.mark.parametrize("accounts", PAIRS, ids=["figures", "kinds", "letters"])
@pytest.mark.parametrize(
    ("paid", "discount", "revenue", "taxes", "nets", "alone"),
    [
        ("45.00", "", "40.00", ("4.00", "1.00"), ("20.00", "20.00"), ""),
        ("40.50", "4.00", "40.00", ("3.60", "0.90"), ("18.00", "18.00"), ""),
        ("39.00", "5.00", "40.00", ("3.00", "1.00"), ("15.00", "20.00"), "MUG"),
        ("39.75", "5.00", "40.00", ("4.00", "0.75"), ("20.00", "15.00"), "BOOK"),
        ("40.50", "", "36.00", ("3.60", "0.90"), ("18.00", "18.00"), ""),
        ("39.00", "", "35.00", ("3.00", "1.00"), ("15.00", "20.00"), "MUG"),
    ],
    ids=["no discount", "on all", "on mugs", "on books", "off already", "off mugs already"],
)
def test_prices_with_tax_at_two_rates_less_a_discount(
    tmp_path: Path,
    accounts: tuple[str, str],
    paid: str,
    discount: str,
    revenue: str,
    taxes: tuple[str, str],
    nets: tuple[str, str],
    alone: str,
) -> None:
    settings = shop(tmp_path / "shop", written(accounts, paid, discount, revenue, taxes, ("12.00", "21.00")))
    shown = app.sale("1001", settings=settings)
    assert not shown.sale.problems
    found = [worth(line) for line in shown.sale.lines]
    assert found == [(Decimal(net), {account: Decimal(tax)}) for net, account, tax in zip(nets, accounts, taxes)]
    told = [str(text.values["on"]) for code, text in shown.inferred if code == "discount-at-one-rate"]
    assert told == ([alone] if alone else [])
    half = Decimal(nets[0]) / 2, Decimal(taxes[0]) / 2
    first = effect(posted(settings, "- {return: 1001, date: 2026-02-20, sku: MUG, qty: 1}"))
    assert Decimal(first[accounts[0]]) == half[1] and Decimal(first["Assets:Bank"]) == -sum(half)
    assert accounts[1] not in first
    posted(settings, "- {return: 1001, date: 2026-02-21}", "b.yaml")
    assert set(balances(settings)) == {"Assets:Inventory", "Equity:Opening"}


def test_one_rate_in_prices_before_a_discount_is_said_as_it_is(tmp_path: Path) -> None:
    vat = "Liabilities:VAT"
    sale = written((vat, vat), "90.00", "16.67", "91.67", ("14.00", "1.00"), ("25.00", "60.00"))
    settings = shop(
        tmp_path / "shop", sale.replace("-14.00 EUR", "-15.00 EUR").replace(f"  {vat}         -1.00 EUR\n", "")
    )
    shown = app.sale("1001", settings=settings)
    assert "revenue-by-price-less-discount" in dict(shown.inferred)
    assert [line.net + line.tax for line in shown.sale.lines] == [Decimal("40.91"), Decimal("49.09")]


NAMED = """
2026-02-01 * "Ann" "Order" ^inv-1001
  Assets:Bank               {paid} EUR
  Income:Sales             -{mugs} EUR
    sku: "MUG"
  Income:Sales             -{book} EUR
    sku: "BOOK"
  {high}        -{of_mugs} EUR
  {low}         -{of_book} EUR
  Expenses:COGS             15.00 EUR
  Assets:Inventory             -2 MUG {{}}
  Assets:Inventory             -1 BOOK {{}}
"""


def named(accounts: tuple[str, str], mugs: str, book: str, of_mugs: str, of_book: str) -> str:
    paid = sum(map(Decimal, (mugs, book, of_mugs, of_book)))
    values = {
        "mugs": mugs,
        "book": book,
        "of_mugs": of_mugs,
        "of_book": of_book,
        "high": accounts[0],
        "low": accounts[1],
    }
    return NAMED.format(paid=paid, **values)


@pytest.mark.parametrize("accounts", PAIRS[:2], ids=["figures", "kinds"])
def test_taxes_of_two_kinds_are_not_both_charged_on_all_lines(tmp_path: Path, accounts: tuple[str, str]) -> None:
    # 15.00 would be 10 % of all, and 7.50 would be 5 %; but no line is both at the standard rate and at the reduced one
    settings = shop(tmp_path / "shop", named(accounts, "60.00", "90.00", "15.00", "7.50"))
    done = apply(settings, "- {return: 1001, date: 2026-02-20, sku: MUG, qty: 1}")
    (finding,) = done.findings
    assert finding.code == "facts-missing" and "tax_rate" in sentences(finding, "en")[1]
    right = shop(tmp_path / "right", named(accounts, "60.00", "40.00", "12.00", "2.00"))
    found = [worth(line) for line in app.sale("1001", settings=right).sale.lines]
    assert found == [(60, {accounts[0]: 12}), (40, {accounts[1]: 2})]


def test_taxes_of_the_state_and_the_city_are(tmp_path: Path) -> None:
    sale = named(("Liabilities:VAT:State", "Liabilities:VAT:City"), "60.00", "90.00", "15.00", "7.50")
    settings = shop(tmp_path / "shop", sale)
    found = [worth(line)[1] for line in app.sale("1001", settings=settings).sale.lines]
    assert found == [
        {"Liabilities:VAT:State": 6, "Liabilities:VAT:City": 3},
        {"Liabilities:VAT:State": 9, "Liabilities:VAT:City": Decimal("4.50")},
    ]


@pytest.mark.parametrize("accounts", PAIRS[:2], ids=["figures", "kinds"])
def test_prices_with_tax_that_two_kinds_fit_in_no_way_are_asked_about(
    tmp_path: Path, accounts: tuple[str, str]
) -> None:
    sale = written(accounts, "45.00", "", "38.90", ("4.90", "1.20"), ("12.00", "21.00"))
    done = apply(shop(tmp_path / "shop", sale), "- {return: 1001, date: 2026-02-20, sku: MUG, qty: 1}")
    (finding,) = done.findings
    assert finding.code == "facts-missing" and "tax_rate" in sentences(finding, "en")[1]
