"""What a payment takes off the receivable beside money: a reduction of the price, a fee that somebody kept, small change."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from ledgers import apply, balances, effect, make, posted

from returnledger import app
from returnledger.findings_text import sentences

STOCK = """
2026-01-02 * "Stock"
  Assets:Inventory:MUG     20 MUG {3.00 EUR}
  Equity:Opening         -60.00 EUR

2026-02-01 * "Ann" "4 mugs" ^inv-1001
  Assets:Receivable          24.00 EUR
  Income:Sales              -20.00 EUR
  Liabilities:Output-VAT     -4.00 EUR
  Expenses:COGS              12.00 EUR
  Assets:Inventory:MUG          -4 MUG {}
"""
PAYMENT = '\n2026-02-05 * "Ann" "Payment" ^inv-1001\n{}\n  Assets:Receivable -24.00 EUR\n'


def shop(folder: Path, *paid: str, more: str = "", accounts: str = "") -> Path:
    rows = "\n".join(f"  {row} EUR" for row in paid)
    return make(
        folder,
        STOCK + PAYMENT.format(rows),
        currency="EUR",
        more="revenue_account: same\n" + more,
        accounts=accounts,
    )


def in_parts(settings: Path) -> list[dict[str, str]]:
    """Return the mugs one, two and one at a time; what each part did to money and what was taken off."""
    own = ("Income:Sales", "Liabilities:Output-VAT", "Expenses:COGS", "Assets:Inventory:MUG")
    found = []
    for n, qty in enumerate((1, 2, 1)):
        done = posted(settings, f"- {{return: 1001, date: 2026-02-2{n}, sku: MUG, qty: {qty}}}", f"{n}.yaml")
        found.append({name: amount for name, amount in effect(done).items() if name not in own})
    return found


@pytest.mark.parametrize(
    "account",
    [
        "Expenses:Marketing",
        "Expenses:Goodwill",
        "Expenses:Bad-Debts",
        "Expenses:Bad-Debt-Provision",
        "Expenses:Write-Offs",
        "Expenses:Customer-Rebates",
        "Expenses:Skonto",
        "Expenses:Forderungsverluste",
        "Expenses:6701-资产减值损失:坏账",
        "Expenses:6601-销售费用",
        "Income:Discounts-Given",
    ],
)
def test_a_reduction_of_the_price_in_a_payment_is_not_paid_back(tmp_path: Path, account: str) -> None:
    settings = shop(tmp_path / "shop", "Assets:Bank 20.00", f"{account} 4.00")
    shown = app.sale("1001", settings=settings)
    assert {money.account: money.amount for money in shown.sale.tenders} == {"Assets:Bank": 20}
    assert {money.account: money.amount for money in shown.sale.settled} == {account: 4}
    told = dict(shown.inferred)["taken-off"].values
    assert (told["account"], told["amount"]) == (account, "4.00 EUR")
    assert str(told["where"]).startswith("main.beancount:")
    assert in_parts(settings) == [
        {"Assets:Bank": "-5.00", account: "-1.00"},
        {"Assets:Bank": "-10.00", account: "-2.00"},
        {"Assets:Bank": "-5.00", account: "-1.00"},
    ]
    assert balances(settings) == {"Assets:Inventory:MUG": Decimal(60), "Equity:Opening": Decimal(-60)}


@pytest.mark.parametrize(
    ("money", "account"),
    [
        ("Assets:Bank", "Expenses:Bank-Fees"),
        ("Assets:Bank", "Expenses:Bank-Charges"),
        ("Assets:Bank", "Expenses:Stripe"),
        ("Assets:Bank", "Expenses:Merchant-Services"),
        ("Assets:Bank", "Expenses:6603-财务费用:手续费"),
        ("Assets:Bank", "Expenses:6603-财务费用"),
        ("Assets:Bank", "Expenses:Platform-Commission"),
        ("Assets:PayPal", "Expenses:Services"),
        ("Assets:1012-支付宝", "Expenses:Bank-Interest"),
    ],
)
def test_a_fee_that_somebody_kept_was_paid_by_the_customer(tmp_path: Path, money: str, account: str) -> None:
    settings = shop(tmp_path / "shop", f"{money} 20.00", f"{account} 4.00")
    shown = app.sale("1001", settings=settings)
    assert not shown.sale.settled and dict(shown.inferred)["paid-net-of-fee"].values["account"] == account
    assert [each[money] for each in in_parts(settings)] == ["-6.00", "-12.00", "-6.00"]
    assert balances(settings)[account] == 4


def test_a_fee_and_a_reduction_in_one_payment_are_told_apart(tmp_path: Path) -> None:
    settings = shop(tmp_path / "shop", "Assets:Bank 19.50", "Expenses:Bank-Fees 0.50", "Expenses:Marketing 4.00")
    assert in_parts(settings) == [
        {"Assets:Bank": "-5.00", "Expenses:Marketing": "-1.00"},
        {"Assets:Bank": "-10.00", "Expenses:Marketing": "-2.00"},
        {"Assets:Bank": "-5.00", "Expenses:Marketing": "-1.00"},
    ]
    assert balances(settings)["Expenses:Bank-Fees"] == Decimal("0.50")


@pytest.mark.parametrize("account", ["Income:Sales-Allowances", "Income:Sales-Returns"])
def test_an_allowance_in_a_payment_comes_off_in_proportion(tmp_path: Path, account: str) -> None:
    settings = shop(tmp_path / "shop", "Assets:Bank 20.00", f"{account} 4.00")
    assert in_parts(settings) == [
        {"Assets:Bank": "-5.00", account: "-1.00"},
        {"Assets:Bank": "-10.00", account: "-2.00"},
        {"Assets:Bank": "-5.00", account: "-1.00"},
    ]


def test_a_role_in_the_settings_says_it_whatever_the_account_is_called(tmp_path: Path) -> None:
    role = ", settlement_discount: Expenses:Bank-Fees"
    settings = shop(tmp_path / "shop", "Assets:Bank 20.00", "Expenses:Bank-Fees 4.00", accounts=role)
    assert [each["Assets:Bank"] for each in in_parts(settings)] == ["-5.00", "-10.00", "-5.00"]


def test_small_change_that_was_never_paid_goes_back_where_it_was_written_off(tmp_path: Path) -> None:
    settings = shop(tmp_path / "shop", "Assets:Bank 23.95", "Expenses:Bad-Debts 0.05")
    assert [each.get("Expenses:Bad-Debts") for each in in_parts(settings)] == ["-0.01", "-0.03", "-0.01"]
    assert set(balances(settings)) == {"Assets:Inventory:MUG", "Equity:Opening"}


def test_an_income_account_of_any_name_is_still_asked_for(tmp_path: Path) -> None:
    settings = shop(tmp_path / "shop", "Assets:Bank 20.00", "Income:Other 4.00")
    (finding,) = apply(settings, "- {return: 1001, date: 2026-02-20}").findings
    assert finding.code == "facts-missing" and "Income:Other" in sentences(finding, "en")[0]
