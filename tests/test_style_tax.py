"""Ways to write the tax of a sale: by rate, by account, by state and city, in the price, at month end, or not at all.

Each ledger is one that a user could have written. Every return is worked out by hand, whole and in parts, and after all
parts every account of the sale stands as before it, lot by lot.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import pytest
from beancount.core.data import Transaction
from ledgers import apply, balances, effect, load, make, posted, refused

from returnledger.configfile import read_settings
from returnledger.rows import Sale
from returnledger.sales import read_sales, recognition

STOCK = """\
2026-01-02 * "Supplier" "Stock"
  Assets:Inventory:Mug     10 MUG {30.00 CUR, 2026-01-02}
  Assets:Inventory:Book    10 BOOK {20.00 CUR, 2026-01-02}
  Equity:Opening

"""
ACCOUNTS = (
    ", inventory: Assets:Inventory, output_vat: [Liabilities:VAT, Liabilities:Tax], shipping_revenue: Income:Shipping"
)


def shop(
    folder: Path, sale: str, *, currency: str = "GBP", accounts: str = ACCOUNTS, more: str = "revenue_account: same\n"
) -> Path:
    """A shop with mugs and books, and one sale; returns go to the revenue account, so that nothing must be left."""
    ledger = (STOCK + dedent(sale)).replace("CUR", currency)
    return make(folder, ledger, currency=currency, accounts=accounts, more=more)


def lots(settings: Path) -> dict[tuple[str, str, str], Decimal]:
    """What is in stock, lot by lot."""
    found: dict[tuple[str, str, str], Decimal] = {}
    for entry in load(settings):
        for posting in getattr(entry, "postings", ()):
            if posting.cost:
                key = (posting.account, posting.units.currency, f"{posting.cost.number} {posting.cost.date}")
                found[key] = found.get(key, Decimal(0)) + posting.units.number
    return {key: units for key, units in found.items() if units}


def assert_back_to_the_opening(settings: Path) -> None:
    """See that nothing of the sale is left: only the stock as bought."""
    assert balances(settings) == {
        "Assets:Inventory:Mug": Decimal(300),
        "Assets:Inventory:Book": Decimal(200),
        "Equity:Opening": Decimal(-500),
    }
    assert sorted(lots(settings).values()) == [10, 10]


def one_by_one(settings: Path, items: list[str]) -> list[dict[str, str]]:
    """Post one event per item, and return the effect of each."""
    return [
        effect(posted(settings, f"- {{return: S1, date: 2026-03-{n + 1:02}, {item}}}", f"{n}.yaml"))
        for n, item in enumerate(items, len(list(settings.parent.glob("*.yaml"))))
    ]


def sale_of(settings: Path) -> Sale:
    """The sale as the ledger shows it."""
    read, _, _ = read_settings(settings)
    assert read is not None
    (sale,) = (
        sale for sale, _ in read_sales((e for e in load(settings) if isinstance(e, Transaction)), recognition(read))
    )
    return sale


def said(settings: Path) -> list[tuple[str, dict[str, str]]]:
    """What was concluded about the sale, places left out."""
    return [
        (code, {key: value for key, value in values.items() if key != "where"})
        for code, values in sale_of(settings).inferred
    ]


TWO_RATES = """
    2026-02-01 * "Ann" "Order" ^inv-S1
      Assets:Receivable            172.50 CUR
      Income:Sales                -100.00 CUR
        sku: "MUG"
      Income:Sales                 -50.00 CUR
        sku: "BOOK"
      {high}              -20.00 CUR{meta_high}
      {low}                -2.50 CUR{meta_low}
      Expenses:COGS                140.00 CUR
      Assets:Inventory:Mug             -4 MUG {{}}
      Assets:Inventory:Book            -1 BOOK {{}}
"""


@pytest.mark.parametrize(
    ("high", "low", "meta_high", "meta_low"),
    [
        ("Liabilities:VAT:20", "Liabilities:VAT:5", "", ""),
        ("Liabilities:VAT:Standard-20", "Liabilities:VAT:Reduced-5", "", ""),
        ("Liabilities:VAT", "Liabilities:VAT", "\n        rate: 0.20", "\n        rate: 0.05"),
        ("Liabilities:VAT", "Liabilities:VAT", '\n        tax_rate: "20%"', '\n        tax_rate: "5%"'),
        ("Liabilities:VAT:Standard", "Liabilities:VAT:Reduced", "", ""),
        ("Liabilities:VAT", "Liabilities:VAT", "", ""),
        ("Liabilities:VAT", "Liabilities:VAT", '\n        sku: "MUG"', '\n        sku: "BOOK"'),
    ],
    ids=["account", "name", "rate", "tax_rate", "amount", "one-account", "sku"],
)
def test_two_rates_in_one_order_fall_on_the_lines_of_each(
    tmp_path: Path, high: str, low: str, meta_high: str, meta_low: str
) -> None:
    sale = TWO_RATES.format(high=high, low=low, meta_high=meta_high, meta_low=meta_low)
    settings = shop(tmp_path / "a", sale)
    book, three, last = one_by_one(settings, ["sku: BOOK", "sku: MUG, qty: 3", "sku: MUG"])
    assert book == {
        "Income:Sales": "50.00",
        low: "2.50",
        "Assets:Receivable": "-52.50",
        "Assets:Inventory:Book": "20.00",
        "Expenses:COGS": "-20.00",
    }
    assert three == {
        "Income:Sales": "75.00",
        high: "15.00",
        "Assets:Receivable": "-90.00",
        "Assets:Inventory:Mug": "90.00",
        "Expenses:COGS": "-90.00",
    }
    assert (last[high], last["Assets:Receivable"]) == ("5.00", "-30.00")
    assert_back_to_the_opening(settings)


def test_what_the_amounts_alone_show_is_told_as_concluded(tmp_path: Path) -> None:
    sale = TWO_RATES.format(high="Liabilities:VAT:Standard", low="Liabilities:VAT:Reduced", meta_high="", meta_low="")
    assert said(shop(tmp_path / "a", sale)) == [
        ("tax-on-lines", {"skus": "MUG", "rate": "20 %"}),
        ("tax-on-lines", {"skus": "BOOK", "rate": "5 %"}),
    ]


ONE_POSTING = """
    2026-02-01 * "Ann" "Order" ^inv-S1
      Assets:Receivable           {total} CUR
      Income:Sales               -{mug} CUR
        sku: "MUG"{mug_rate}
      Income:Sales               -{book} CUR
        sku: "BOOK"{book_rate}
      Liabilities:VAT            -{tax} CUR
      Expenses:COGS                140.00 CUR
      Assets:Inventory:Mug             -4 MUG {{}}
      Assets:Inventory:Book            -1 BOOK {{}}
"""


def one_posting(mug: str, book: str, tax: str, mug_rate: str = "", book_rate: str = "") -> str:
    rates = [f"\n        tax_rate: {rate}" if rate else "" for rate in (mug_rate, book_rate)]
    total = Decimal(mug) + Decimal(book) + Decimal(tax)
    return ONE_POSTING.format(total=total, mug=mug, book=book, tax=tax, mug_rate=rates[0], book_rate=rates[1])


@pytest.mark.parametrize(
    ("mug", "book", "tax", "currency"),
    [
        ("100.00", "50.00", "22.50", "GBP"),  # 15 % is no rate there, 20 % and 5 % are
        ("100.00", "100.00", "25.00", "GBP"),
        ("100.00", "100.00", "22.00", "CNY"),  # 11 %: 13 % and 9 %
        ("200.00", "100.00", "35.00", "CNY"),  # 11.67 %
        ("100.00", "100.00", "13.00", "CNY"),  # 6.5 %: one of them is exempt, and nothing says which
        ("70.00", "30.00", "15.40", "EUR"),  # 19 % and 7 %: 15.4 %
    ],
)
def test_one_tax_posting_for_two_rates_is_not_guessed_at(
    tmp_path: Path, mug: str, book: str, tax: str, currency: str
) -> None:
    settings = shop(tmp_path / "a", one_posting(mug, book, tax), currency=currency)
    done = apply(settings, "- {return: S1, date: 2026-03-01, sku: MUG, qty: 1}")
    (finding,) = done.findings
    assert finding.code == "facts-missing" and "tax_rate" in str(finding.values["fields"])
    assert not done.file


SPLIT_NOT_NEEDED = [
    "- {return: S1, date: 2026-03-01}",
    "- {return: S1, date: 2026-03-01, items: [{sku: MUG, qty: all}, {sku: BOOK, qty: all}]}",
]


@pytest.mark.parametrize("event", SPLIT_NOT_NEEDED)
@pytest.mark.parametrize("accounts", [("22.50",), ("15.00", "7.50")])
def test_a_whole_order_comes_back_whatever_its_tax_was_charged_on(
    tmp_path: Path, event: str, accounts: tuple[str, ...]
) -> None:
    ledger = one_posting("100.00", "50.00", "22.50")
    for n, part in enumerate(accounts[1:]):
        first, other = f"-{accounts[0]} CUR", f"\n      Liabilities:VAT:Other{n}  -{part} CUR"
        ledger = ledger.replace("-22.50 CUR", first + other)
    settings = shop(tmp_path / "a", ledger, currency="GBP")
    done = apply(settings, event)
    assert not done.findings, done.findings
    taxes = [amount for (name, _), amount in sorted(done.planned.accounts.items()) if "VAT" in name]
    assert taxes == [Decimal(part) for part in accounts]


def test_a_rest_of_an_order_needs_to_know_what_its_tax_was_charged_on(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", one_posting("100.00", "50.00", "22.50"), currency="GBP")
    both = "- {return: S1, date: 2026-03-01, items: [{sku: MUG, qty: all, price: 10.00, tax: 2.00}, {sku: BOOK, qty: all}]}"
    assert not apply(settings, both).file


def test_the_rates_of_the_lines_tell_what_one_tax_posting_was_charged_on(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", one_posting("100.00", "50.00", "22.50", "0.20", '"5%"'))
    mug, book, rest = one_by_one(settings, ["sku: MUG, qty: 1", "sku: BOOK", "sku: MUG, qty: 3"])
    assert [part["Liabilities:VAT"] for part in (mug, book, rest)] == ["5.00", "2.50", "15.00"]
    assert said(settings) == []
    assert_back_to_the_opening(settings)


def test_rates_of_the_lines_that_do_not_come_to_the_tax_are_a_finding_with_both_places(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", one_posting("100.00", "50.00", "22.50", "0.20", "0.20"))
    done = apply(settings, "- {return: S1, date: 2026-03-01, sku: MUG, qty: 1}")
    (finding,) = done.findings
    assert finding.code == "taxes-disagree"
    assert (finding.values["tax"], finding.values["expected"]) == ("22.50", "30.00")
    assert str(finding.values["where"]) != str(finding.values["where_line"])


def test_an_exempt_line_is_told_by_its_rate_or_by_the_amount(tmp_path: Path) -> None:
    told = shop(tmp_path / "a", one_posting("100.00", "57.00", "20.00", "", "0"))
    shown = shop(tmp_path / "b", one_posting("100.00", "57.00", "20.00"))
    for settings in (told, shown):
        book, two, rest = one_by_one(settings, ["sku: BOOK", "sku: MUG, qty: 2", "sku: MUG, qty: 2"])
        assert "Liabilities:VAT" not in book
        assert [part["Liabilities:VAT"] for part in (two, rest)] == ["10.00", "10.00"]
        assert_back_to_the_opening(settings)
    assert said(shown) == [("tax-on-lines", {"skus": "MUG", "rate": "20 %"})]


def test_one_rate_on_all_lines_is_shared_by_net_revenue_and_told(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", one_posting("99.99", "50.01", "30.00"))
    assert said(settings) == [("tax-at-one-rate", {"rate": "20 %"})]
    book, one, rest = one_by_one(settings, ["sku: BOOK", "sku: MUG, qty: 1", "sku: MUG, qty: 3"])
    assert [part["Liabilities:VAT"] for part in (book, one, rest)] == ["10.00", "5.00", "15.00"]
    assert_back_to_the_opening(settings)


STATE_AND_CITY = """
    2026-02-01 * "Ann" "Order" ^inv-S1
      Assets:Receivable            {total} CUR
      Income:Sales                -100.00 CUR
        sku: "MUG"
      Income:Sales                 -40.00 CUR
        sku: "BOOK"
      Liabilities:Tax:State        -{state} CUR
      Liabilities:Tax:City         -{city} CUR
      Expenses:COGS                140.00 CUR
      Assets:Inventory:Mug             -4 MUG {{}}
      Assets:Inventory:Book            -1 BOOK {{}}
"""


@pytest.mark.parametrize(
    ("state", "city", "book", "mug"),
    [
        ("8.75", "1.40", ("2.50", "0.40"), ("1.56", "0.25")),  # 6.25 % and 1 % on everything
        ("6.25", "1.00", (None, None), ("1.56", "0.25")),  # books are exempt
    ],
)
def test_state_and_city_tax_go_back_each_to_its_own_account(
    tmp_path: Path, state: str, city: str, book: tuple[str | None, str | None], mug: tuple[str, str]
) -> None:
    total = Decimal("140.00") + Decimal(state) + Decimal(city)
    settings = shop(tmp_path / "a", STATE_AND_CITY.format(total=total, state=state, city=city), currency="USD")
    first, second, *_ = one_by_one(settings, ["sku: BOOK", "sku: MUG, qty: 1", "sku: MUG, qty: 1", "sku: MUG, qty: 2"])
    for part, wanted in ((first, book), (second, mug)):
        assert (part.get("Liabilities:Tax:State"), part.get("Liabilities:Tax:City")) == wanted
    assert_back_to_the_opening(settings)


def test_taxes_of_the_union_and_the_state_in_equal_parts(tmp_path: Path) -> None:
    sale = STATE_AND_CITY.format(total="165.20", state="12.60", city="12.60").replace("Tax:State", "Tax:CGST")
    settings = shop(tmp_path / "a", sale.replace("Tax:City", "Tax:SGST"), currency="INR")
    book, mugs = one_by_one(settings, ["sku: BOOK", "sku: MUG, qty: all"])
    assert (book["Liabilities:Tax:CGST"], book["Liabilities:Tax:SGST"]) == ("3.60", "3.60")
    assert (mugs["Liabilities:Tax:CGST"], mugs["Liabilities:Tax:SGST"]) == ("9.00", "9.00")
    assert_back_to_the_opening(settings)


def test_delivery_is_taxed_at_the_rate_of_the_account_that_holds_its_tax(tmp_path: Path) -> None:
    sale = """
        2026-02-01 * "Ann" "Order" ^inv-S1
          Assets:Receivable            184.50 CUR
          Income:Sales                -100.00 CUR
            sku: "MUG"
          Income:Sales                 -50.00 CUR
            sku: "BOOK"
          Income:Shipping              -10.00 CUR
          Liabilities:VAT:20           -22.00 CUR
          Liabilities:VAT:5             -2.50 CUR
          Expenses:COGS                140.00 CUR
          Assets:Inventory:Mug             -4 MUG {}
          Assets:Inventory:Book            -1 BOOK {}
    """
    settings = shop(tmp_path / "a", sale)
    book, mugs = one_by_one(settings, ["sku: BOOK", "sku: MUG, qty: all, shipping: all"])
    assert book["Liabilities:VAT:5"] == "2.50"
    assert (mugs["Liabilities:VAT:20"], mugs["Income:Shipping"]) == ("22.00", "10.00")
    assert said(settings)[-1] == ("delivery-taxed", {})
    assert_back_to_the_opening(settings)


def test_a_fee_takes_its_tax_from_each_account_that_the_line_was_taxed_in(tmp_path: Path) -> None:
    sale = STATE_AND_CITY.format(total="150.15", state="8.75", city="1.40")
    settings = shop(tmp_path / "a", sale, currency="USD")
    done = effect(posted(settings, "- {return: S1, date: 2026-03-01, sku: BOOK, fee: 21.45}"))
    # half of 42.90 is kept: 20.00 net, 1.25 for the state, 0.20 for the city
    assert done["Income:Restocking-Fees"] == "-20.00"
    assert (done["Liabilities:Tax:State"], done["Liabilities:Tax:City"]) == ("1.25", "0.20")


def test_an_allowance_on_two_rates_takes_each_rate_off_its_own_account(tmp_path: Path) -> None:
    sale = TWO_RATES.format(high="Liabilities:VAT:20", low="Liabilities:VAT:5", meta_high="", meta_low="")
    settings = shop(tmp_path / "a", sale)
    done = effect(posted(settings, "- {allowance: S1, date: 2026-03-01, amount: 17.25, reason: quality}"))
    # a tenth of 172.50: 12.00 of the mugs (2.00 tax), 5.25 of the book (0.25 tax)
    assert (done["Liabilities:VAT:20"], done["Liabilities:VAT:5"], done["Income:Sales"]) == ("2.00", "0.25", "15.00")
    one_by_one(settings, ["sku: MUG, qty: 2", "sku: BOOK", "sku: MUG, qty: 2"])
    assert_back_to_the_opening(settings)
    assert refused(settings, "- {allowance: S1, date: 2026-03-09, amount: 0.01, reason: quality}", "z.yaml") == [
        "more-than-invoiced"
    ]


def test_a_lower_price_by_agreement_keeps_the_rate_of_its_line(tmp_path: Path) -> None:
    sale = TWO_RATES.format(high="Liabilities:VAT:20", low="Liabilities:VAT:5", meta_high="", meta_low="")
    settings = shop(tmp_path / "a", sale)
    event = "- {return: S1, date: 2026-03-01, sku: BOOK, price_incl_tax: 42.00%s}"
    assert refused(settings, event % "") == ["price-differs"]
    waived = ", allow: [price-differs], approved_by: wang, note: agreed on the phone"
    done = effect(posted(settings, event % waived, "b.yaml"))
    assert (done["Income:Sales"], done["Liabilities:VAT:5"]) == ("40.00", "2.00")
    assert done["Assets:Receivable"] == "-42.00"


def test_taxes_of_state_and_county_need_no_currency_to_tell_them(tmp_path: Path) -> None:
    ledger = """\
2026-01-02 * "Stock"
  Assets:Inventory    9 TEE {5.46 CNY, 2026-01-02}
  Equity:Opening

2026-01-23 * "Ann" "Sale" ^inv-1
  Assets:Bank              439.64 CNY
  Income:Sales            -449.84 CNY
  Income:Sales-Discounts    49.49 CNY
  Assets:Inventory            -4 TEE {5.46 CNY, 2026-01-02}
  Expenses:COGS             21.84 CNY
  Income:Shipping          -10.27 CNY
  Liabilities:Output-VAT:State   -24.02 CNY
  Liabilities:Output-VAT:County   -5.00 CNY
"""
    done = posted(make(tmp_path / "a", ledger), "- {return: 1, date: 2026-01-25, sku: TEE, qty: 1}")
    assert effect(done)["Liabilities:Output-VAT:State"] == "6.01"
    assert effect(done)["Liabilities:Output-VAT:County"] == "1.25"


def test_a_rate_that_the_country_has_speaks_before_one_that_it_has_not(tmp_path: Path) -> None:
    # 16.82 is 13 % of the goods, and 12 % of goods and delivery: China has no 12 %.
    ledger = """\
2026-01-02 * "Stock"
  Assets:Inventory    9 LAMP {24.59 CNY, 2026-01-02}
  Equity:Opening

2026-02-03 * "Ann" "Sale" ^inv-1
  Assets:Bank              157.00 CNY
  Income:Sales            -129.42 CNY
  Income:Shipping          -10.76 CNY
  Liabilities:Output-VAT   -16.82 CNY
  Assets:Inventory            -1 LAMP {24.59 CNY, 2026-01-02}
  Expenses:COGS             24.59 CNY
"""
    done = posted(make(tmp_path / "a", ledger), "- {return: 1, date: 2026-02-05}")
    assert effect(done)["Liabilities:Output-VAT"] == "16.82"


IN_ONE_SUM = """
    2026-02-01 * "张三" "销售" ^inv-S1
      invoice: "25442000000012345678"
      Assets:WeChat                226.00 CUR
      Income:Sales                -226.00 CUR
      Expenses:COGS                 60.00 CUR
      Assets:Inventory:Mug             -2 MUG {}
"""


@pytest.mark.parametrize("tax", ["month_end", "exempt"])
def test_books_without_tax_by_sale_take_the_whole_price_back_and_ask_for_no_red_invoice(
    tmp_path: Path, tax: str
) -> None:
    more = f"revenue_account: same\nred_invoice: required\ntax: {tax}\n"
    settings = shop(tmp_path / "a", IN_ONE_SUM, currency="CNY", more=more)
    given = "qty: 1, price_incl_tax: 113.00, tax_rate: 0.13"
    first, second = one_by_one(settings, [given, "qty: 1, fee: 13.00"])
    assert first == {
        "Income:Sales": "113.00",
        "Assets:WeChat": "-113.00",
        "Assets:Inventory:Mug": "30.00",
        "Expenses:COGS": "-30.00",
    }
    assert (second["Income:Restocking-Fees"], second["Assets:WeChat"]) == ("-13.00", "-100.00")
    assert not [account for account in balances(settings) if "VAT" in account]


def test_a_small_scale_taxpayer_s_tax_goes_back_to_its_one_account(tmp_path: Path) -> None:
    ledger = """\
2026-01-02 * "供应商" "进货"
  Assets:1405-库存商品    10 MUG {30.00 CNY, 2026-01-02}
  Equity:Opening

2026-02-01 * "张三" "销售" ^inv-S1
  Assets:1012-微信                           200.00 CNY
  Income:6001-主营业务收入                  -198.02 CNY
  Liabilities:2221-应交税费:应交增值税        -1.98 CNY
  Expenses:6401-主营业务成本                 120.00 CNY
  Assets:1405-库存商品                           -4 MUG {}
"""
    more = "taxpayer: small_scale\nred_invoice: none\n"
    settings = make(tmp_path / "a", ledger, preset="cn", more=more)
    first, rest = one_by_one(settings, ["qty: 1", "qty: 3"])
    assert first["Liabilities:2221-应交税费:应交增值税"] == "0.50"  # 0.495
    assert (first["Income:6001-主营业务收入"], first["Assets:1012-微信"]) == ("49.51", "-50.01")
    assert rest["Assets:1012-微信"] == "-149.99"
    assert balances(settings) == {"Assets:1405-库存商品": Decimal(300), "Equity:Opening": Decimal(-300)}


def test_the_rates_of_a_mixture_of_sales_are_read_sale_by_sale(tmp_path: Path) -> None:
    sale = TWO_RATES.format(high="Liabilities:VAT:20", low="Liabilities:VAT:5", meta_high="", meta_low="")
    exempt = sale.replace("inv-S1", "inv-S2").replace("172.50", "150.00")
    exempt = "\n".join(line for line in exempt.splitlines() if "VAT" not in line)
    settings = shop(tmp_path / "a", sale + exempt)
    (taxed,) = one_by_one(settings, ["sku: MUG, qty: 1"])
    assert taxed["Liabilities:VAT:20"] == "5.00"
    free = effect(posted(settings, "- {return: S2, date: 2026-03-02, sku: MUG, qty: 1}", "free.yaml"))
    assert free["Assets:Receivable"] == "-25.00"


def test_rates_that_fit_in_two_ways_are_not_guessed_though_the_accounts_name_them(tmp_path: Path) -> None:
    sale = TWO_RATES.format(high="Liabilities:VAT:20", low="Liabilities:VAT:5", meta_high="", meta_low="")
    alike = sale.replace("172.50", "125.00").replace("-100.00", "-50.00").replace("-20.00", "-10.00")
    settings = shop(tmp_path / "a", alike.replace("125.00", "112.50"))
    assert refused(settings, "- {return: S1, date: 2026-03-01, sku: MUG, qty: 1}") == ["facts-missing"]


def test_rates_in_the_settings_are_the_only_ones_believed(tmp_path: Path) -> None:
    # 17.62 on 200.00 is 8.81 %, as some city may charge it; 10.57 is that on one line of the two, if the settings say so
    known = "revenue_account: same\nsales: {tax_rates: [0.0881]}\n"
    whole = one_posting("120.00", "80.00", "17.62")
    half = one_posting("120.00", "80.00", "10.57")
    done = posted(shop(tmp_path / "a", whole, currency="USD"), "- {return: S1, date: 2026-03-01, sku: BOOK}")
    assert effect(done)["Liabilities:VAT"] == "7.05"
    for name, sale, tax in (("b", whole, "7.05"), ("c", half, None)):
        settings = shop(tmp_path / name, sale, currency="USD", more=known)
        book, _ = one_by_one(settings, ["sku: BOOK", "sku: MUG, qty: all"])
        assert book.get("Liabilities:VAT") == tax
        assert_back_to_the_opening(settings)


def test_the_rate_stands_on_the_revenue_account_or_on_the_commodity(tmp_path: Path) -> None:
    by_account = one_posting("100.00", "50.00", "22.50").replace("Income:Sales  ", "Income:Sales:20", 1)
    by_account = by_account.replace("Income:Sales  ", "Income:Sales:5")
    commodity = '2026-01-01 commodity MUG\n  tax_rate: 0.20\n2026-01-01 commodity BOOK\n  tax_rate: "5%"\n\n'
    for name, sale in (("a", by_account), ("b", commodity + dedent(one_posting("100.00", "50.00", "22.50")))):
        settings = shop(tmp_path / name, sale)
        mug, book, rest = one_by_one(settings, ["sku: MUG, qty: 1", "sku: BOOK", "sku: MUG, qty: 3"])
        assert [part["Liabilities:VAT"] for part in (mug, book, rest)] == ["5.00", "2.50", "15.00"]
        assert_back_to_the_opening(settings)


def test_two_rates_with_discount_coupon_delivery_and_part_payment(tmp_path: Path) -> None:
    # mugs 100.00 and book 50.00; discount 15.00 as 10.00 and 5.00, coupon 4.50 as 3.00 and 1.50: nets 87.00 and 43.50
    sale = """
        2026-02-01 * "Ann" "Invoice" ^inv-S1
          Assets:Receivable            162.00 CUR
          Income:Sales                -100.00 CUR
            sku: "MUG"
            qty: 4
          Income:Sales                 -50.00 CUR
            sku: "BOOK"
            qty: 2
          Income:Discounts              15.00 CUR
          Expenses:Coupons               4.50 CUR
          Income:Shipping              -12.00 CUR
          Income:Shipping                2.00 CUR
          Liabilities:VAT:20           -19.40 CUR
          Liabilities:VAT:5             -2.18 CUR
          Expenses:Rounding              0.08 CUR

        2026-02-02 * "Ann" "Delivery" ^inv-S1
          Expenses:COGS                160.00 CUR
          Assets:Inventory:Mug             -4 MUG {}
          Assets:Inventory:Book            -2 BOOK {}

        2026-02-10 * "Ann" "Part payment" ^inv-S1
          Assets:Bank                   60.00 CUR
          Assets:Receivable            -60.00 CUR
    """
    accounts = ACCOUNTS + ", sales_discounts: [Income:Discounts, Expenses:Coupons]"
    settings = shop(tmp_path / "a", sale, accounts=accounts, more="revenue_account: same\ndiscounts: mirror\n")
    mug, book, rest, last = one_by_one(
        settings, ["sku: MUG, qty: 1", "sku: BOOK, qty: 1", "sku: MUG, qty: 3", "sku: BOOK, qty: 1, shipping: all"]
    )
    assert (mug["Liabilities:VAT:20"], mug["Income:Discounts"], mug["Expenses:Coupons"]) == ("4.35", "-2.50", "-0.75")
    assert (book["Liabilities:VAT:5"], book["Income:Sales"]) == ("1.09", "25.00")
    assert rest["Liabilities:VAT:20"] == "13.05"
    assert (last["Liabilities:VAT:20"], last["Liabilities:VAT:5"], last["Income:Shipping"]) == ("2.00", "1.09", "10.00")
    assert_back_to_the_opening(settings)


def test_of_a_few_cents_no_rate_is_told_and_the_tax_is_shared(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", one_posting("0.04", "0.01", "0.01"), currency="CNY")
    one_by_one(settings, ["sku: BOOK", "sku: MUG, qty: all"])
    assert_back_to_the_opening(settings)


def test_the_tax_of_a_city_may_be_any_fraction_of_a_per_cent(tmp_path: Path) -> None:
    ledger = """\
2026-01-02 * "Stock"
  Assets:Inventory    9 HAT {5.00 USD, 2026-01-02}
  Assets:Inventory    9 COAT {50.00 USD, 2026-01-02}
  Equity:Opening

2026-02-03 * "Ann" "Sale" ^inv-1
  Assets:Bank              544.05 USD
  Income:Sales            -300.00 USD
    sku: "HAT"
  Income:Sales            -200.00 USD
    sku: "COAT"
  Liabilities:Sales-Tax    -44.05 USD
  Assets:Inventory            -9 HAT {5.00 USD, 2026-01-02}
  Assets:Inventory            -2 COAT {50.00 USD, 2026-01-02}
  Expenses:COGS            145.00 USD
"""
    settings = make(tmp_path / "a", ledger, currency="USD", accounts=", output_vat: Liabilities:Sales-Tax")
    done = posted(settings, "- {return: 1, date: 2026-02-05, sku: COAT, qty: 2}")
    assert effect(done)["Liabilities:Sales-Tax"] == "17.62"


def test_chinese_output_tax_kept_by_rate_goes_back_by_rate(tmp_path: Path) -> None:
    ledger = """
    2026-01-02 * "厂家" "进货"
      Assets:1405-库存商品   10 MUG {30.00 CNY}
      Assets:1405-库存商品   10 BOOK {20.00 CNY}
      Liabilities:2202-应付账款  -500.00 CNY

    2026-02-01 * "张三" "卖出" ^inv-S1
      Assets:1122-应收账款           222.00 CNY
      Income:6001-主营业务收入-13  -100.00 CNY
        sku: "MUG"
      Income:6001-主营业务收入-9   -100.00 CNY
        sku: "BOOK"
      Liabilities:2221-应交税费:应交增值税:销项税额-13   -13.00 CNY
      Liabilities:2221-应交税费:应交增值税:销项税额-9     -9.00 CNY
      Expenses:6401-主营业务成本      50.00 CNY
      Assets:1405-库存商品             -1 MUG {30.00 CNY, 2026-01-02}
      Assets:1405-库存商品             -1 BOOK {20.00 CNY, 2026-01-02}
    """
    settings = make(tmp_path / "a", dedent(ledger), preset="cn", more="red_invoice: none\n")
    done = apply(settings, "- {return: S1, date: 2026-03-01, sku: BOOK, qty: 1}")
    assert not done.findings, done.findings
    assert effect(done) == {
        "Income:6001-主营业务收入-9": "100.00",
        "Liabilities:2221-应交税费:应交增值税:销项税额-9": "9.00",
        "Assets:1405-库存商品": "20.00",
        "Expenses:6401-主营业务成本": "-20.00",
        "Assets:1122-应收账款": "-109.00",
    }


EXEMPT_BOOK = {
    "by line": one_posting("20.00", "20.00", "1.65"),
    "by price": """
    2026-02-01 * "Ann" "Order" ^inv-S1
      Assets:Receivable             41.65 CUR
      Income:Sales                 -40.00 CUR
      Liabilities:VAT               -1.65 CUR
      Expenses:COGS                140.00 CUR
      Assets:Inventory:Mug             -4 MUG {} @ 5.00 CUR
      Assets:Inventory:Book            -1 BOOK {} @ 20.00 CUR
""",
}


@pytest.mark.parametrize("style", EXEMPT_BOOK)
@pytest.mark.parametrize("currency", ["USD", "EUR"])
def test_a_low_odd_rate_on_all_lines_that_is_a_believable_one_on_some_is_not_guessed_at(
    tmp_path: Path, style: str, currency: str
) -> None:
    settings = shop(tmp_path / "a", EXEMPT_BOOK[style], currency=currency)
    done = apply(settings, "- {return: S1, date: 2026-03-01, sku: MUG, qty: 1}")
    (finding,) = done.findings
    assert finding.code == "facts-missing" and "tax_rate" in str(finding.values["fields"])
    told = EXEMPT_BOOK[style].replace("-1.65 CUR", '-1.65 CUR\n        sku: "MUG"')
    settings = shop(tmp_path / "b", told, currency=currency)
    book, mug = one_by_one(settings, ["sku: BOOK", "sku: MUG, qty: all"])
    assert sum(Decimal(v) for k, v in book.items() if "VAT" in k) == 0
    assert sum(Decimal(v) for k, v in mug.items() if "VAT" in k) == Decimal("1.65")


@pytest.mark.parametrize(
    ("mug", "book", "tax", "rate", "currency"),
    [
        ("20.00", "20.00", "3.30", "8.25 %", "EUR"),
        ("30.00", "20.00", "4.12", "8.25 %", "GBP"),
        ("20.00", "20.00", "3.30", "8.25 %", "USD"),
        ("70.00", "30.00", "8.88", "8.875 %", "USD"),
        ("20.00", "15.00", "1.40", "4 %", "USD"),
        ("20.00", "20.00", "1.80", "4.5 %", "USD"),
    ],
)
def test_a_common_rate_that_any_state_or_city_may_have_is_read_and_told(
    tmp_path: Path, mug: str, book: str, tax: str, rate: str, currency: str
) -> None:
    settings = shop(tmp_path / "a", one_posting(mug, book, tax), currency=currency)
    assert said(settings) == [("tax-at-one-rate", {"rate": rate})]
    assert not sale_of(settings).problems


BEFORE_COUPON = """
    2026-02-01 * "Ann" "Order" ^inv-S1
      Assets:Receivable             60.00 CUR
      Expenses:Coupons               6.00 CUR
      Income:Sales                 -20.00 CUR
        sku: "MUG"
        tax_rate: 0.20
      Income:Sales                 -40.00 CUR
        sku: "BOOK"
        tax_rate: {rate}
      Liabilities:VAT               -6.00 CUR
      Expenses:COGS                140.00 CUR
      Assets:Inventory:Mug             -4 MUG {{}}
      Assets:Inventory:Book            -1 BOOK {{}}
"""
COUPONS = ACCOUNTS + ", sales_discounts: Expenses:Coupons"


def test_stated_rates_may_have_been_charged_before_a_coupon(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", BEFORE_COUPON.format(rate="0.05"), accounts=COUPONS)
    assert said(settings) == [("tax-before-discount", {})]
    book, mug = one_by_one(settings, ["sku: BOOK", "sku: MUG, qty: all"])
    assert [part["Liabilities:VAT"] for part in (book, mug)] == ["2.00", "4.00"]
    assert "Liabilities:VAT" not in balances(settings)
    neither = shop(tmp_path / "b", BEFORE_COUPON.format(rate="0.07"), accounts=COUPONS)
    (problem,) = sale_of(neither).problems
    assert problem[0] == "taxes-disagree"


PRICES_WITH_TAX = """
    2026-02-01 * "Ann" "Order" ^inv-S1
      Assets:Receivable             {total} CUR
      Income:Sales                 -{net} CUR
      Liabilities:VAT:VAT-20        -{high} CUR
      Liabilities:VAT:VAT-5         -{low} CUR
      Expenses:COGS                140.00 CUR
      Assets:Inventory:Mug             -4 MUG {{}} @ {mug} CUR
      Assets:Inventory:Book            -1 BOOK {{}} @ {book} CUR
"""


@pytest.mark.parametrize(
    ("mug", "book", "net", "high", "low"),
    [("6.00", "21.00", "40.00", "4.00", "1.00"), ("2.99", "9.99", "19.48", "1.99", "0.48")],
)
def test_prices_with_tax_at_two_rates_are_each_less_the_tax_of_their_own(
    tmp_path: Path, mug: str, book: str, net: str, high: str, low: str
) -> None:
    total = Decimal(net) + Decimal(high) + Decimal(low)
    ledger = PRICES_WITH_TAX.format(mug=mug, book=book, net=net, high=high, low=low, total=total)
    settings = shop(tmp_path / "a", ledger)
    assert not sale_of(settings).problems
    back, rest = one_by_one(settings, ["sku: BOOK", "sku: MUG, qty: all"])
    assert (back["Assets:Receivable"], back["Liabilities:VAT:VAT-5"]) == (f"-{book}", low)
    assert rest["Liabilities:VAT:VAT-20"] == high and "Liabilities:VAT:VAT-5" not in rest
    assert_back_to_the_opening(settings)


def test_prices_with_tax_that_two_rates_fit_in_no_one_way_are_not_guessed_at(tmp_path: Path) -> None:
    neither = PRICES_WITH_TAX.format(mug="6.00", book="21.00", net="39.00", high="4.50", low="1.50", total="45.00")
    both = PRICES_WITH_TAX.format(mug="5.25", book="21.00", net="37.50", high="3.50", low="1.00", total="42.00")
    for n, ledger in enumerate((neither, both)):
        settings = shop(tmp_path / str(n), ledger)
        done = apply(settings, "- {return: S1, date: 2026-03-01, sku: MUG, qty: 1}")
        (finding,) = done.findings
        assert finding.code == "facts-missing" and "tax_rate" in str(finding.values["fields"])


def test_the_rates_on_goods_tell_what_their_prices_include(tmp_path: Path) -> None:
    ledger = PRICES_WITH_TAX.format(mug="6.00", book="21.00", net="40.00", high="4.00", low="1.00", total="45.00")
    one = ledger.replace("-4.00 CUR", "-5.00 CUR").replace("VAT:VAT-20", "VAT").replace("VAT:VAT-5", "VAT")
    one = one.replace("      Liabilities:VAT         -1.00 CUR\n", "")
    one = one.replace("6.00 CUR", "6.00 CUR\n        tax_rate: 0.20").replace(
        "21.00 CUR", "21.00 CUR\n        tax_rate: 0.05"
    )
    settings = shop(tmp_path / "a", one)
    book, mug = one_by_one(settings, ["sku: BOOK", "sku: MUG, qty: all"])
    assert [part["Liabilities:VAT"] for part in (book, mug)] == ["1.00", "4.00"]
    assert_back_to_the_opening(settings)


def test_metadata_that_is_no_number_or_not_what_was_booked_is_told(tmp_path: Path) -> None:
    ledger = one_posting("100.00", "50.00", "30.00", '"20 pct"').replace(
        'sku: "BOOK"', 'sku: "BOOK"\n        qty: "one"\n        unit_price: 45.00'
    )
    told = said(shop(tmp_path / "a", ledger))
    unread = [values["key"] for code, values in told if code == "metadata-unread"]
    assert unread == ["tax_rate", "qty"]
    (price,) = [values for code, values in told if code == "price-not-of-revenue"]
    assert (price["sku"], price["price"], price["revenue"]) == ("BOOK", "45.00", "50.00")
    right = one_posting("100.00", "50.00", "30.00").replace('sku: "BOOK"', 'sku: "BOOK"\n        unit_price: 60.00')
    assert said(shop(tmp_path / "b", right)) == [("tax-at-one-rate", {"rate": "20 %"})]
