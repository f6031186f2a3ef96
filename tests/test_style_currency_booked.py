"""Sales booked in foreign currency itself, foreign cash, rates, events in the customer's currency, voids and what is shown."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from beancount.core.data import Transaction
from ledgers import POLICY, apply, effect, load, make, posted, refused
from test_style_currency import BUY, PAID, PRICES, SALE, postings, stand

from returnledger import app
from returnledger.cli import show_plan, show_sale

PRICED = (
    BUY
    + """\
2026-03-01 * "Ann" "Export" ^inv-SO-1
  Assets:Receivable                       99.99 USD @ 7.20 CNY
  Income:Sales                           -70.00 USD @ 7.20 CNY
    sku: "MUG"
    qty: 3
  Income:Sales                           -40.00 USD @ 7.20 CNY
    sku: "TEE"
    qty: 2
  Income:Sales-Discounts                  10.01 USD @ 7.20 CNY
  Expenses:COGS                          170.00 CNY
  Assets:Inventory                           -3 MUG {40.00 CNY, 2026-01-05}
  Assets:Inventory                           -2 TEE {25.00 CNY, 2026-01-06}

"""
)


@pytest.mark.parametrize("preset", ["general", "cn"])
@pytest.mark.parametrize("order", [("MUG", "TEE", "MUG", "MUG", "TEE"), ("TEE", "TEE", "MUG", "MUG", "MUG")])
def test_revenue_and_discount_at_a_price_go_back_in_both_currencies(
    tmp_path: Path, preset: str, order: tuple[str, ...]
) -> None:
    accounts = ""
    if preset == "cn":
        names = {"revenue": "Sales", "sales_discounts": "Sales-Discounts"}
        accounts = "".join(f', {role}: "Income:{name}"' for role, name in names.items())
        accounts += ', accounts_receivable: "Assets:Receivable", cogs: "Expenses:COGS", inventory: "Assets:Inventory"'
    settings = make(tmp_path / "a", PRICED + PRICES, preset=preset, accounts=accounts)
    for n, sku in enumerate(order):
        posted(settings, f"- {{return: SO-1, date: 2026-04-{11 + n}, sku: {sku}, qty: 1}}", f"{n}.yaml")
    left = stand(settings)
    assert "Assets:Receivable" not in left and "Expenses:COGS" not in left
    assert left["Assets:Inventory"] == {"MUG {40.00 2026-01-05}": 10, "TEE {25.00 2026-01-06}": 10}
    revenue = sum(own.get("USD", Decimal(0)) for name, own in left.items() if name.startswith("Income:Sales"))
    assert revenue == 0
    assert not any("CNY" in own for name, own in left.items() if name.startswith("Income"))
    if preset == "cn":
        assert not any(name.startswith("Income:Sales") for name in left)


def test_one_mug_of_a_sale_at_a_price(tmp_path: Path) -> None:
    done = posted(make(tmp_path / "a", PRICED + PRICES), "- {return: SO-1, date: 2026-04-11, sku: MUG, qty: 3}")
    # The mugs brought 504.00 less 45.86 of the discount of 72.07: 70.00 less 6.37 USD.
    assert postings(done) == [
        "Income:Sales-Returns 63.63 USD @@ 458.14 CNY",
        "Assets:Inventory 3 MUG {40.00 CNY, 2026-01-05}",
        "Expenses:COGS -120.00 CNY",
        "Assets:Receivable -63.63 USD @@ 458.14 CNY",
    ]


DOLLARS = (
    BUY
    + """\
2026-03-01 * "Ann" "Export" ^inv-SO-1
  Assets:Receivable                      113.00 USD
  Income:Sales                          -100.00 USD
  Liabilities:Output-VAT                 -13.00 USD
  Expenses:COGS                          119.99 CNY
  Assets:Inventory                           -3 MUG {40.00 CNY, 2026-01-05}
  Expenses:Cost-Rounding                   0.01 CNY

2026-03-20 * "Ann" "Payment" ^inv-SO-1
TENDER
"""
)


def test_a_sale_in_dollars_beside_goods_in_yuan_balances_on_both_sides(tmp_path: Path) -> None:
    ledger = DOLLARS.replace("TENDER", "  Assets:Bank:USD 53.00 USD\n  Assets:Receivable -53.00 USD\n")
    settings = make(tmp_path / "a", ledger)
    first = posted(settings, "- {return: SO-1, date: 2026-04-10, qty: 1}", "1.yaml")
    assert effect(first) == {
        "Assets:Inventory": "40.00",
        "Assets:Receivable": "-37.66",
        "Expenses:COGS": "-40.00",
        "Income:Sales-Returns": "33.33",
        "Liabilities:Output-VAT": "4.33",
    }
    posted(settings, "- {return: SO-1, date: 2026-04-11, qty: 1}", "2.yaml")
    posted(settings, "- {return: SO-1, date: 2026-04-12, qty: 1}", "3.yaml")
    left = stand(settings)
    for name in ("Assets:Receivable", "Assets:Bank:USD", "Liabilities:Output-VAT", "Liabilities:Refund-Payable"):
        assert name not in left
    assert left["Income:Sales-Returns"] == {"USD": 100}
    assert left["Assets:Inventory"]["MUG {40.00 2026-01-05}"] == 10
    assert "Expenses:COGS" not in left


def test_goods_bought_and_sold_in_dollars(tmp_path: Path) -> None:
    ledger = """\
2026-01-05 * "Supplier" "Purchase"
  Assets:Inventory    10 MUG {10.00 USD, 2026-01-05}
  Equity:Opening

2026-03-01 * "Ann" "Export" ^inv-SO-1
  Assets:Cash:USD                         60.00 USD
  Income:Sales                           -60.00 USD
  Expenses:COGS                           30.00 USD
  Assets:Inventory                           -3 MUG {10.00 USD, 2026-01-05}
"""
    settings = make(tmp_path / "a", ledger)
    done = posted(settings, "- {return: SO-1, date: 2026-04-10, qty: 2}")
    assert effect(done) == {
        "Assets:Cash:USD": "-40.00",
        "Assets:Inventory": "20.00",
        "Expenses:COGS": "-20.00",
        "Income:Sales-Returns": "40.00",
    }


CASH = (
    BUY
    + """\
2026-03-01 * "Ann" "Over the counter" ^inv-SO-1
  Assets:Cash:Foreign                     30.00 USD @ 7.20 CNY
  Income:Sales                          -216.00 CNY
  Expenses:COGS                          120.00 CNY
  Assets:Inventory                           -3 MUG {40.00 CNY, 2026-01-05}

"""
)


def test_foreign_cash_goes_back_at_once_later_or_in_yuan(tmp_path: Path) -> None:
    settings = make(
        tmp_path / "a", CASH + PRICES, more="methods: {wechat: {account: Assets:WeChat, paid: on_return}}\n"
    )
    main = settings.parent / "main.beancount"
    main.write_text(main.read_text() + "\n2000-01-01 open Assets:WeChat CNY\n")
    now = posted(settings, "- {return: SO-1, date: 2026-04-10, qty: 1}", "1.yaml")
    assert postings(now)[-4:] == [
        "Liabilities:Refund-Payable -10.00 USD @@ 73.00 CNY",
        "Liabilities:Refund-Payable 10.00 USD @@ 73.00 CNY",
        "Assets:Cash:Foreign -10.00 USD @@ 73.00 CNY",
        "Income:FX-Gain-Loss 1.00 CNY",
    ]
    later = posted(settings, "- {return: SO-1, id: R-2, date: 2026-04-10, qty: 1, method: later}", "2.yaml")
    assert effect(later)["Liabilities:Refund-Payable"] == "-73.00"
    paid = posted(settings, "- {refund: R-2, date: 2026-04-20, rate: 7.10}", "3.yaml")
    assert postings(paid) == [
        "Liabilities:Refund-Payable 10.00 USD @@ 73.00 CNY",
        "Assets:Cash:Foreign -10.00 USD @@ 71.00 CNY",
        "Income:FX-Gain-Loss -2.00 CNY",
    ]
    other = posted(settings, "- {return: SO-1, id: R-4, date: 2026-04-10, method: wechat}", "4.yaml")
    assert effect(other)["Assets:WeChat"] == "-73.00" and effect(other)["Income:FX-Gain-Loss"] == "1.00"
    assert refused(settings, "- {refund: R-4, date: 2026-04-21}", "5.yaml")
    assert app.verify(settings=settings).exit_code == 0
    assert app.status(settings=settings).cases[0].refund_due == 0
    posted(settings, "- {void: R-4, date: 2026-04-22}", "6.yaml")
    again = posted(settings, "- {return: SO-1, id: R-7, date: 2026-04-22}", "7.yaml")
    assert "Assets:Cash:Foreign -10.00 USD @@ 73.00 CNY" in postings(again)


def test_a_refund_in_two_parts_leaves_nothing_payable(tmp_path: Path) -> None:
    settings = make(tmp_path / "a", CASH + PRICES)
    posted(settings, "- {return: SO-1, id: R-1, date: 2026-04-10, rate: 7.3333, method: later}", "1.yaml")
    posted(settings, "- {refund: R-1, date: 2026-04-11, amount: 10.01}", "2.yaml")
    posted(settings, "- {refund: R-1, date: 2026-04-12}", "3.yaml")
    left = stand(settings)
    assert "Liabilities:Refund-Payable" not in left and "Assets:Cash:Foreign" not in left


def test_a_rate_that_nobody_gives_or_that_is_turned_round_is_refused(tmp_path: Path) -> None:
    settings = make(tmp_path / "a", CASH)
    assert refused(settings, "- {return: SO-1, date: 2026-04-10}") == ["rate-missing"]
    assert refused(settings, "- {return: SO-1, date: 2026-04-10, rate: 0.1389}") == ["rate-unlikely"]
    main = settings.parent / "main.beancount"
    text = main.read_text()
    main.write_text(text + "\n2026-04-11 price USD 7.30 CNY\n")
    assert refused(settings, "- {return: SO-1, date: 2026-04-10}") == ["rate-missing"]
    main.write_text(text + "\n2026-04-09 price USD 0.1389 CNY\n")
    assert refused(settings, "- {return: SO-1, date: 2026-04-10}") == ["rate-unlikely"]
    main.write_text(text + "\n2026-04-09 price CNY 0.125 USD\n")
    done = posted(settings, "- {return: SO-1, date: 2026-04-10, qty: 1}")
    assert "Assets:Cash:Foreign -10.00 USD @@ 80.00 CNY" in postings(done)


def test_prices_are_read_anew_where_only_they_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETURNLEDGER_CACHE", str(tmp_path / "cache"))
    settings = make(tmp_path / "a", CASH + PRICES)
    event = "- {return: SO-1, date: 2026-04-20, qty: 1}"
    file = settings.parent / "e.yaml"
    file.write_text(event)
    seen = []
    main = settings.parent / "main.beancount"
    for price in ("", "2026-04-15 price USD 7.40 CNY\n", "2026-04-15 price USD 7.50 CNY\n", ""):
        main.write_text(main.read_text().split("\n; more\n")[0] + "\n; more\n" + price)
        plan = app.plan([file], settings=settings).plan
        seen.append(plan.accounts[("Assets:Cash:Foreign", "CNY")])
    assert seen == [Decimal("-73.00"), Decimal("-74.00"), Decimal("-75.00"), Decimal("-73.00")]


def test_amounts_of_events_are_in_the_currency_of_the_invoice(tmp_path: Path) -> None:
    settings = make(tmp_path / "a", SALE + PRICES)
    assert refused(settings, "- {return: SO-1, date: 2026-04-10, currency: CNY}") == ["currency-mismatch"]
    assert refused(settings, "- {allowance: SO-1, date: 2026-04-10, amount: 100.01}") == ["more-than-invoiced"]
    assert refused(settings, "- {return: SO-1, date: 2026-04-10, sku: TEE, qty: 1, price_incl_tax: 120.02}") == [
        "price-differs"
    ]
    fee = posted(settings, "- {return: SO-1, date: 2026-04-10, sku: TEE, qty: 1, fee: 1.67, currency: USD}", "1.yaml")
    assert "Income:Restocking-Fees -12.03 CNY" in postings(fee)
    assert "Assets:Receivable -15.00 USD @@ 107.99 CNY" in postings(fee)
    allowed = posted(settings, "- {allowance: SO-1, date: 2026-04-10, sku: MUG, amount: 10.00}", "2.yaml")
    assert "Assets:Receivable -10.00 USD @@ 72.01 CNY" in postings(allowed)
    posted(settings, "- {return: SO-1, date: 2026-04-11}", "3.yaml")
    left = stand(settings)
    assert left["Assets:Receivable"]["USD"] == Decimal("1.67") and left["Income:Restocking-Fees"] == {
        "CNY": Decimal("-12.03")
    }


def test_policy_amounts_are_compared_in_the_policys_currency(tmp_path: Path) -> None:
    policy = (
        POLICY + "approvals: [{{id: small, when: {{amount: '<=500'}}, by: []}}, {{id: big, when: {{}}, by: [boss]}}]\n"
    )
    settings = make(tmp_path / "a", SALE + PRICES, policy=policy)
    assert refused(settings, "- {return: SO-1, date: 2026-04-10}") == ["approval-missing"]  # 720.13 CNY
    posted(settings, "- {return: SO-1, date: 2026-04-10, sku: MUG, qty: 3}")
    foreign = make(tmp_path / "b", SALE + PRICES, policy=policy.replace("currency: {currency}", "currency: EUR"))
    assert "currency-mismatch" in refused(foreign, "- {return: SO-1, date: 2026-04-10}")


def test_a_void_mirrors_both_currencies(tmp_path: Path) -> None:
    paid = PAID.format(units="60.00", bank="433.20", carried="432.08", gain="1.12")
    settings = make(tmp_path / "a", SALE + paid + PRICES)
    before = stand(settings)
    posted(settings, "- {return: SO-1, id: R-1, date: 2026-04-10}", "1.yaml")
    posted(settings, "- {void: R-1, date: 2026-04-11}", "2.yaml")
    assert stand(settings) == before
    once = posted(settings, "- {return: SO-1, id: R-2, date: 2026-04-12}", "3.yaml")
    assert "Assets:Receivable -40.00 USD @@ 288.05 CNY" in postings(once)
    assert app.verify(settings=settings).exit_code == 0


def test_what_is_shown_keeps_the_currencies_apart(tmp_path: Path) -> None:
    paid = PAID.format(units="60.00", bank="433.20", carried="432.08", gain="1.12")
    settings = make(tmp_path / "a", SALE + paid + PRICES)
    file = settings.parent / "e.yaml"
    file.write_text("- {return: SO-1, id: R-1, date: 2026-04-10}")
    plan = app.plan([file], settings=settings).plan
    text = show_plan.as_text(plan, "")
    assert "40.00 USD off what is owed, 60.00 USD paid" in text
    assert "one USD of order SO-1 goes back as 7.3 CNY, by the price of 2026-04-10" in " ".join(text.split())
    amounts = show_plan.as_data(plan, (), "en")["events"][0]["amounts"]
    assert amounts == {
        "gross": "720.13 CNY",
        "due": "720.13 CNY",
        "offset": "40.00 USD",
        "payable": "60.00 USD",
        "paid": "60.00 USD",
    }
    apply(settings, file.read_text(), "e.yaml")
    data = json.loads(show_sale.render(app.sale("SO-1", settings=settings), "json"))
    assert (data["owed"], data["paid_in"], data["paid_out"]) == ("0.00 USD", "60.00 USD", "60.00 USD")
    assert "units" in data["receivable"][0] and show_sale.render(app.sale("SO-1", settings=settings), "text")
    case = app.status(settings=settings).cases[0]
    assert (case.currency, case.credited, case.paid) == ("USD", Decimal("100.00"), Decimal("60.00"))
    for name in ("rate", "credit-notes", "inventory"):
        assert app.report(name, settings=settings)


@pytest.mark.parametrize("ledger", [SALE, PRICED, CASH], ids=["owed", "priced", "cash"])
def test_the_fast_and_the_full_proof_agree(tmp_path: Path, ledger: str) -> None:
    events = "- {return: SO-1, id: R-1, date: 2026-04-10, sku: MUG, qty: 1}\n- {void: R-1, date: 2026-04-11}\n"
    files = []
    for n, proof in enumerate(("auto", "full")):
        settings = make(tmp_path / str(n), ledger + PRICES)
        done = apply(settings, events, proof=proof)
        assert not done.findings
        files.append((settings.parent / done.file).read_text())
    assert files[0] == files[1]


def test_two_invoices_paid_by_one_transfer(tmp_path: Path) -> None:
    sale = SALE[len(BUY) :].replace("100.00 USD @@ 720.13 CNY", "100.00 USD @ 7.2013 CNY")
    ledger = (
        BUY
        + sale
        + sale.replace("SO-1", "SO-2").replace("2026-03-01", "2026-03-05")
        + """\
2026-03-20 * "Ann" "Payment" ^inv-SO-1 ^inv-SO-2
  Assets:Bank:USD                        150.00 USD @ 7.25 CNY
  Assets:Receivable                     -150.00 USD @ 7.2013 CNY
  Income:FX-Gain-Loss

"""
    )
    settings = make(tmp_path / "a", ledger + PRICES)
    first = app.sale("SO-1", settings=settings).order
    second = app.sale("SO-2", settings=settings).order
    assert (first.owed, first.paid_in, second.owed, second.paid_in) == (0, 100, 50, 50)


def test_auto_takes_sales_of_one_currency(tmp_path: Path) -> None:
    yuan = SALE[len(BUY) :].replace("SO-1", "SO-2").replace("2026-03-01", "2026-03-02")
    ledger = SALE + yuan.replace("100.00 USD @@ 720.13 CNY", "720.13 CNY") + PRICES
    settings = make(tmp_path / "a", ledger)
    done = posted(settings, "- {return: auto, customer: Ann, date: 2026-04-10, sku: MUG, qty: 3}", "1.yaml")
    assert effect(done)["Assets:Receivable"] == "-480.09" and "USD" not in " ".join(postings(done))
    assert refused(settings, "- {return: auto, customer: Ann, date: 2026-04-10, sku: TEE, qty: 3}", "2.yaml")
    dollars = "- {return: auto, customer: Ann, date: 2026-04-10, sku: TEE, qty: 2, currency: USD}"
    assert "Assets:Receivable -33.33 USD @@ 240.04 CNY" in postings(posted(settings, dollars, "3.yaml"))


@pytest.mark.parametrize("qty", [1, 2, 3])
def test_books_in_yen_balance_to_the_yen(tmp_path: Path, qty: int) -> None:
    ledger = """\
2026-03-01 * "Ann" "Export" ^inv-SO-1
  Assets:Receivable                      333.33 USD @@ 50001 JPY
  Income:Sales                          -50001 JPY
    sku: "MUG"
    qty: 7

2026-03-20 * "Ann" "Payment" ^inv-SO-1
  Assets:Bank:USD                        100.00 USD @@ 15100 JPY
  Assets:Receivable                     -100.00 USD @@ 15000 JPY
  Income:FX-Gain-Loss                      -100 JPY

2026-04-01 price USD 152.37 JPY
"""
    settings = make(tmp_path / "a", ledger, currency="JPY")
    for n, units in enumerate((qty, 1, 6 - qty)):
        posted(settings, f"- {{return: SO-1, date: 2026-04-{11 + n}, qty: {units}}}", f"{n}.yaml")
    left = stand(settings)
    assert "Assets:Receivable" not in left and "Assets:Bank:USD" not in left
    assert left["Income:Sales-Returns"] == {"JPY": 50001}


YUAN = """\
2026-03-20 * "Ann" "Payment" ^inv-SO-1
  Assets:Bank:CNY                        730.00 CNY
  Assets:Receivable                     -100.00 USD @@ 730.00 CNY

"""


def test_a_sale_in_dollars_paid_in_yuan(tmp_path: Path) -> None:
    ledger = (
        BUY
        + """\
2026-03-01 * "Ann" "Export" ^inv-SO-1
  Assets:Receivable                      100.00 USD
  Income:Sales                          -100.00 USD
  Expenses:COGS                          120.00 CNY
  Assets:Inventory                           -3 MUG {40.00 CNY, 2026-01-05}

"""
        + YUAN
        + PRICES
    )
    settings = make(tmp_path / "a", ledger)
    later = posted(settings, "- {return: SO-1, id: R-1, date: 2026-04-10, qty: 1, method: later}", "1.yaml")
    assert effect(later)["Liabilities:Refund-Payable"] == "-33.33"
    posted(settings, "- {refund: R-1, date: 2026-04-11}", "2.yaml")
    now = posted(settings, "- {return: SO-1, date: 2026-04-12}", "3.yaml")
    assert "Assets:Bank:CNY -486.69 CNY @@ 66.67 USD" in postings(now)
    assert "Liabilities:Refund-Payable" not in stand(settings)


@pytest.mark.parametrize("paid", ["300.00", "1220.00"])
def test_a_payment_that_takes_no_dollars_off_what_is_owed_is_a_finding(tmp_path: Path, paid: str) -> None:
    payment = f"""\
2026-03-20 * "Ann" "Pays" ^inv-SO-1
  Assets:Bank:CNY   {paid} CNY
  Assets:Receivable -{paid} CNY

"""
    assert refused(make(tmp_path / "a", SALE + payment + PRICES), "- {return: SO-1, date: 2026-04-10}") == [
        "facts-missing"
    ]


@pytest.mark.parametrize("account", ["Assets:Receivable", "Assets:Cash:USD"])
def test_money_at_cost_is_a_finding(tmp_path: Path, account: str) -> None:
    ledger = CASH.replace(
        "Assets:Cash:Foreign                     30.00 USD @ 7.20 CNY", f"{account}  30.00 USD {{7.20 CNY}}"
    )
    names = ', cash_bank: ["Assets:Cash", "Assets:Bank"]'
    settings = make(tmp_path / "a", ledger + PRICES, accounts=names)
    assert refused(settings, "- {return: SO-1, date: 2026-04-10}") == ["facts-missing"]


def test_a_deposit_at_another_rate_is_part_of_the_invoice(tmp_path: Path) -> None:
    ledger = """\
2026-02-01 * "Ann" "Deposit" ^inv-SO-1
  Assets:Bank:USD                         40.00 USD @ 7.10 CNY
  Liabilities:Contract-Liability         -40.00 USD @ 7.10 CNY

2026-03-01 * "Ann" "Export" ^inv-SO-1
  Liabilities:Contract-Liability          40.00 USD @ 7.10 CNY
  Assets:Receivable                       60.00 USD @ 7.20 CNY
  Income:Sales                          -716.00 CNY
    sku: "MUG"
    qty: 4

"""
    settings = make(tmp_path / "a", ledger + PRICES)
    posted(settings, "- {return: SO-1, date: 2026-04-10, qty: 3}", "1.yaml")
    done = posted(settings, "- {return: SO-1, date: 2026-04-10}", "2.yaml")
    assert "Assets:Bank:USD -25.00 USD @@ 182.50 CNY" in postings(done)
    left = stand(settings)
    assert "Assets:Receivable" not in left and "Assets:Bank:USD" not in left


def test_tax_delivery_and_discount_at_a_price_that_does_not_end(tmp_path: Path) -> None:
    ledger = (
        BUY
        + """\
2026-03-01 * "Ann" "Export" ^inv-SO-1
  Assets:Receivable                      169.49 USD @ 7.1234 CNY
  Income:Sales                          -100.00 USD @ 7.1234 CNY
    sku: "MUG"
    qty: 3
  Income:Sales                           -50.00 USD @ 7.1234 CNY
    sku: "TEE"
    qty: 2
  Income:Sales-Discounts                  10.00 USD @ 7.1234 CNY
  Income:Shipping                         -9.99 USD @ 7.1234 CNY
  Liabilities:Output-VAT                 -19.50 USD @ 7.1234 CNY
  Expenses:COGS                          170.00 CNY
  Assets:Inventory                           -3 MUG {40.00 CNY, 2026-01-05}
  Assets:Inventory                           -2 TEE {25.00 CNY, 2026-01-06}

"""
    )
    settings = make(tmp_path / "a", ledger + PRICES)
    posted(settings, "- {return: SO-1, date: 2026-04-10, sku: MUG, qty: 1}", "1.yaml")
    posted(settings, "- {return: SO-1, date: 2026-04-11, sku: TEE, qty: 2, shipping: 5.00}", "2.yaml")
    posted(settings, "- {return: SO-1, date: 2026-04-12, shipping: all}", "3.yaml")
    left = stand(settings)
    assert set(left) == {"Assets:Inventory", "Income:Sales", "Income:Sales-Discounts", "Income:Sales-Returns"} | (
        {"Equity:Opening"} & set(left)
    )
    assert left["Income:Sales-Returns"] == {"USD": 140}


def test_tax_in_dollars_is_rounded_to_the_cent_of_a_dollar(tmp_path: Path) -> None:
    # 13 % of 1153.56 USD are 149.9628: 149.96 USD, which is two fen less than 13 % in yuan
    ledger = (
        BUY
        + """\
2026-03-01 * "Ann" "Export" ^inv-SO-1
  Assets:Receivable                     1303.52 USD @ 7.20 CNY
  Income:Sales                          -753.56 USD @ 7.20 CNY
    sku: "MUG"
    qty: 3
  Income:Sales                          -400.00 USD @ 7.20 CNY
    sku: "TEE"
    qty: 2
  Liabilities:Output-VAT                -149.96 USD @ 7.20 CNY
  Expenses:COGS                          170.00 CNY
  Assets:Inventory                           -3 MUG {40.00 CNY, 2026-01-05}
  Assets:Inventory                           -2 TEE {25.00 CNY, 2026-01-06}

"""
    )
    settings = make(tmp_path / "a", ledger + PRICES)
    done = posted(settings, "- {return: SO-1, date: 2026-04-11, sku: TEE, qty: 2}")
    assert "Liabilities:Output-VAT 52.00 USD @@ 374.39 CNY" in postings(done)
    posted(settings, "- {return: SO-1, date: 2026-04-12}", "b.yaml")
    left = stand(settings)
    assert "Assets:Receivable" not in left and "Liabilities:Output-VAT" not in left


def test_a_component_of_a_kit_brings_its_share_in_both_currencies(tmp_path: Path) -> None:
    ledger = (
        BUY
        + """\
2026-03-01 * "Ann" "Export" ^inv-SO-1
  Assets:Receivable                      180.00 USD @ 7.20 CNY
  Income:Sales                          -180.00 USD @ 7.20 CNY
    sku: "SET"
    qty: 2
  Expenses:COGS                          180.00 CNY
  Assets:Inventory                           -2 MUG {40.00 CNY, 2026-01-05}
    sku: "SET"
  Assets:Inventory                           -4 TEE {25.00 CNY, 2026-01-06}
    sku: "SET"

"""
    )
    settings = make(tmp_path / "a", ledger + PRICES)
    done = posted(settings, "- {return: SO-1, date: 2026-04-11, sku: MUG, qty: 1}")
    # 40.00 of 180.00 CNY of cost: 40.00 of 180.00 USD
    assert "Income:Sales-Returns 40.00 USD @@ 288.00 CNY" in postings(done)
    posted(settings, "- {return: SO-1, date: 2026-04-12, sku: TEE, qty: 3}", "b.yaml")
    posted(settings, "- {return: SO-1, date: 2026-04-13}", "c.yaml")
    left = stand(settings)
    assert "Assets:Receivable" not in left and left["Income:Sales"]["USD"] + left["Income:Sales-Returns"]["USD"] == 0


IN_COINS = """
2026-01-02 * "Supplier" "Goods"
  Assets:Inventory  10 MUG {30.00 CNY}
  Equity:Opening  -300.00 CNY

2026-02-01 * "Ann" "Sale" ^inv-1
  Assets:Cash-USD  33.33 USD @ 7.20 CNY
  Income:Sales  -33.33 USD @ 7.20 CNY
    sku: "MUG"
    qty: 3
  Assets:Inventory  -3 MUG {30.00 CNY}
  Expenses:COGS  90.00 CNY

2026-02-10 price USD 7.31 CNY
"""
COINS = "cash_rounding: {step: 0.05, methods: [cash]}\nmethods: {cash: {account: Assets:Cash-USD}}\n"


@pytest.mark.parametrize(
    ("method", "account"), [("cash", "Assets:Cash-USD"), ("store_credit", "Liabilities:Store-Credit")]
)
def test_dollars_go_back_to_the_cent_as_cash_or_credit_whatever_the_coins_of_the_books(
    tmp_path: Path, method: str, account: str
) -> None:
    rows = "refunds: [{{id: any, when: {{}}, methods: [original, store_credit, cash]}}]\n"
    names = ', cash_bank: ["Assets:Cash", "Assets:Cash-USD"]'
    settings = make(tmp_path / "a", IN_COINS, accounts=names, more=COINS, policy=POLICY + rows)
    first = posted(settings, f"- {{return: 1, id: a, date: 2026-02-15, sku: MUG, qty: 1, method: {method}}}")
    assert effect(first)[account] == "-81.21" and f"{account}" in first.planned.text
    posted(settings, f"- {{return: 1, id: b, date: 2026-02-16, method: {method}}}", "b.yaml")
    back = [
        p.units.number
        for entry in load(settings)
        if isinstance(entry, Transaction) and "rl-id" in entry.meta
        for p in entry.postings
        if p.account == account and p.units.currency == "USD"
    ]
    assert back == [Decimal("-11.11"), Decimal("-22.22")]
