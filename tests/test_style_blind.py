"""Goods that come back without a sale: `return: none`, under each choice of the policy."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from ledgers import POLICY, apply, balances, effect, make, posted, refused

from returnledger import app

LEDGER = """\
2026-01-05 * "Supplier" "Purchase"
  Assets:Stock:Mugs            10 MUG {60.00 CNY, 2026-01-05, "first"}
  Equity:Opening

2026-03-02 * "Supplier" "Purchase"
  Assets:Stock:Mugs            10 MUG {65.00 CNY, 2026-03-02}
  Equity:Opening

2026-10-20 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                          113.00 CNY
  Income:Sales                        -100.00 CNY
  Liabilities:Output-VAT               -13.00 CNY
  Expenses:COGS                         60.00 CNY
  Assets:Stock:Mugs                        -1 MUG {60.00 CNY, 2026-01-05, "first"}
"""
ALLOWED = POLICY + "choices: {{blind_returns: allow}}\n"
REVIEWED = POLICY + "choices: {{blind_returns: review}}\n"
METHODS = "methods: {cash: {account: Assets:Bank}}\n"
EVENT = (
    "- {return: none, id: B-1, date: 2026-11-02, customer: C-7, sku: MUG, qty: 2, price_incl_tax: 113.00, "
    "tax_rate: 0.13, cost: 58.00, method: cash}\n"
)


def shop(folder: Path, policy: str = ALLOWED, ledger: str = LEDGER, more: str = METHODS, accounts: str = "") -> Path:
    return make(folder / "a", ledger, policy=policy, more=more, accounts=", inventory: Assets:Stock" + accounts)


def test_two_units_come_back_at_the_price_and_cost_that_the_event_gives(tmp_path: Path) -> None:
    done = posted(shop(tmp_path), EVENT)
    assert effect(done) == {
        "Income:Sales-Returns": "200.00",
        "Liabilities:Output-VAT": "26.00",
        "Assets:Stock:Mugs": "116.00",
        "Expenses:COGS": "-116.00",
        "Assets:Bank": "-226.00",
    }
    (entry,) = done.planned.plan.directives
    assert entry.narration == "Return without a sale: 2 MUG"
    assert "rl-order" not in entry.meta
    assert entry.meta["rl-customer"] == "C-7"
    assert "blind allow choices.blind_returns" in entry.meta["rl-decision"]
    (stock,) = [posting for posting in entry.postings if posting.cost]
    assert (str(stock.cost.date), stock.cost.label, stock.cost.number) == ("2026-11-02", None, Decimal("58.00"))


def test_a_price_without_tax_with_the_tax_of_the_item_does_as_well(tmp_path: Path) -> None:
    event = (
        "- {return: none, id: B-1, date: 2026-11-02, sku: MUG, qty: 2, price: 100.00, tax: 26.00, cost: 58.00, "
        "method: later}\n"
    )
    assert effect(posted(shop(tmp_path), event)) == {
        "Income:Sales-Returns": "200.00",
        "Liabilities:Output-VAT": "26.00",
        "Assets:Stock:Mugs": "116.00",
        "Expenses:COGS": "-116.00",
        "Liabilities:Refund-Payable": "-226.00",
    }


def test_a_named_lot_keeps_its_date_and_label(tmp_path: Path) -> None:
    event = EVENT.replace("cost: 58.00", "lot: first")
    done = posted(shop(tmp_path), event)
    (stock,) = [posting for posting in done.planned.plan.directives[0].postings if posting.cost]
    assert (str(stock.cost.date), stock.cost.label, stock.cost.number) == ("2026-01-05", "first", Decimal("60.00"))
    assert effect(done)["Expenses:COGS"] == "-120.00"


def test_a_lot_that_the_books_do_not_have_is_no_lot(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    done = apply(settings, EVENT.replace("cost: 58.00", "lot: second"))
    (finding,) = done.findings
    assert finding.code == "facts-missing"
    from returnledger.findings_text import sentences

    message, hint = sentences(finding, "en")
    assert message == "it is not known which lot of MUG is meant"
    assert hint.endswith('{65.00 CNY, 2026-03-02}, {60.00 CNY, 2026-01-05, "first"}')


def test_a_policy_that_says_nothing_refuses(tmp_path: Path) -> None:
    settings = shop(tmp_path, POLICY)
    assert refused(settings, EVENT) == ["blind-return"]
    # What such goods lack is not asked where they are refused anyway, and no waiver takes them.
    bare = "- {return: none, date: 2026-11-02, sku: MUG, allow: [blind-return], approved_by: bo, note: why not}\n"
    assert "blind-return" in refused(settings, bare, "b.yaml")


def test_a_policy_of_review_asks_for_a_person(tmp_path: Path) -> None:
    settings = shop(tmp_path, REVIEWED)
    assert refused(settings, EVENT) == ["needs-review"]
    done = posted(settings, EVENT.replace("method: cash", "method: cash, approved_by: zhao.min"), "b.yaml")
    assert "blind review choices.blind_returns" in done.planned.plan.directives[0].meta["rl-decision"]


def test_a_review_may_be_waived_as_the_policy_says(tmp_path: Path) -> None:
    waived = "method: cash, allow: [needs-review], approved_by: li.na, note: a good customer"
    policy = REVIEWED + "waivers: {{needs-review: {{by: [supervisor], up_to: 100}}}}\n"
    more = METHODS + "people: {li.na: [supervisor]}\n"
    done = posted(shop(tmp_path, policy, more=more), EVENT.replace("method: cash", waived))
    assert done.exit_code == 0


@pytest.mark.parametrize(
    ("event", "lacking"),
    [
        ("- {return: none, date: 2026-11-02}", ["what comes back"]),
        (
            "- {return: none, date: 2026-11-02, sku: MUG, method: cash}",
            ["what MUG was sold for", "what MUG cost"],
        ),
        (
            "- {return: none, date: 2026-11-02, sku: MUG, price_incl_tax: 113, cost: 60, method: cash}",
            ["what tax is in the price of MUG"],
        ),
        (
            "- {return: none, date: 2026-11-02, sku: VASE, price_incl_tax: 113, tax_rate: 0.13, cost: 60, method: cash}",
            ["where VASE is kept"],
        ),
        (
            "- {return: none, date: 2026-11-02, sku: MUG, qty: all, price: 100, tax: 13, cost: 60, method: cash}",
            ["how many MUG come back: without a sale there is no all"],
        ),
        (
            "- {return: none, date: 2026-11-02, sku: MUG, qty: 1, unit: box, price: 100, tax: 13, cost: 60, method: cash}",
            ["how many MUG one box holds"],
        ),
    ],
)
def test_what_nobody_says_is_named(tmp_path: Path, event: str, lacking: list[str]) -> None:
    from returnledger.findings_text import sentences

    done = apply(shop(tmp_path), event)
    assert [finding.code for finding in done.findings] == ["facts-missing"] * len(lacking)
    assert [sentences(finding, "en")[0] for finding in done.findings] == [f"it is not known {each}" for each in lacking]
    assert not done.file


def test_money_can_only_go_back_by_a_method_that_the_event_names(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    done = apply(settings, EVENT.replace(", method: cash", ""))
    (finding,) = done.findings
    assert finding.code == "method-not-allowed"
    assert [str(each) for each in finding.values["allowed"]] == ["later", "store_credit", "cash"]
    account = posted(settings, EVENT.replace("method: cash", "account: Assets:Bank"), "b.yaml")
    assert effect(account)["Assets:Bank"] == "-226.00"


def test_the_account_of_the_products_file_wins(tmp_path: Path) -> None:
    settings = shop(tmp_path, more=METHODS + "products: products.yaml\n")
    (settings.parent / "products.yaml").write_text(
        "VASE: {commodity: VASE-1, account: Assets:Stock:Vases}\nCUP: {commodity: MUG}\n", encoding="utf-8"
    )
    main = settings.parent / "main.beancount"
    main.write_text(main.read_text() + "\n2026-01-01 open Assets:Stock:Vases\n", encoding="utf-8")
    event = "- {return: none, date: 2026-11-02, sku: %s, price: 10, tax: 1.30, cost: 4, method: cash}\n"
    assert effect(posted(settings, event % "VASE"))["Assets:Stock:Vases"] == "4"
    assert effect(posted(settings, event % "CUP", "b.yaml"))["Assets:Stock:Mugs"] == "4"


def test_goods_that_are_not_new_are_set_aside_beside_the_stock(tmp_path: Path) -> None:
    done = posted(shop(tmp_path), EVENT.replace("method: cash", "method: cash, condition: damaged"))
    assert effect(done)["Assets:Stock-Hold:Mugs"] == "116.00"


def test_what_was_credited_later_is_refunded_by_a_method(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    posted(settings, EVENT.replace("method: cash", "method: later"))
    assert refused(settings, "- {refund: B-1, date: 2026-11-05}", "b.yaml") == ["method-not-allowed"]
    assert refused(settings, "- {refund: B-1, date: 2026-11-05, method: cash, amount: 226.01}", "c.yaml") == [
        "more-than-paid"
    ]
    done = posted(settings, "- {refund: B-1, date: 2026-11-05, method: cash}", "d.yaml")
    assert effect(done) == {"Liabilities:Refund-Payable": "226.00", "Assets:Bank": "-226.00"}
    assert done.planned.plan.directives[0].narration == "Refund for B-1"


def test_a_void_undoes_it_exactly(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    before = balances(settings)
    posted(settings, EVENT)
    posted(settings, "- {void: B-1, date: 2026-11-03}", "b.yaml")
    assert balances(settings) == before


def test_the_units_count_against_no_sale(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    posted(settings, EVENT)
    assert app.sale("SO-1", settings=settings).lines[0].returnable == 1
    assert posted(settings, "- {return: SO-1, date: 2026-11-04}", "b.yaml").exit_code == 0


def test_reports_show_them_without_an_order_and_the_rate_counts_the_units(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    posted(settings, EVENT)
    asked = 'SELECT "order", date_sold, sku, quantity, revenue, customer FROM returns'
    (row,) = json.loads(app.query(asked, settings=settings, fmt="json"))["rows"]
    assert list(row.values()) == ["", None, "MUG", "2", "200", "C-7"]
    (rate,) = json.loads(app.report("rate", {"by": "sku"}, settings=settings, fmt="json"))["rows"]
    assert (rate["sku"], rate["sold"], rate["returned"]) == ("MUG", "1", "2")
    cohort = json.loads(app.report("rate", {"by": "sku", "metric": "units_cohort"}, settings=settings, fmt="json"))
    assert [each["returned"] for each in cohort["rows"]] == ["0"]
    case = app.status(settings=settings).cases[0]
    assert (case.case, case.order, case.credited, case.refund_due) == ("B-1", "", Decimal("226.00"), 0)


def test_a_sale_from_before_the_books_began_comes_back_the_same_way_with_its_invoice(tmp_path: Path) -> None:
    event = EVENT.replace("method: cash", 'method: cash, invoice: "25442000000012345678", note: order 2019-77')
    settings = shop(tmp_path, more=METHODS + "red_invoice: required\n")
    assert refused(settings, event) == ["red-invoice-missing"]
    done = posted(settings, event.replace("note:", "red_invoice: R-9, note:"), "b.yaml")
    assert done.planned.plan.directives[0].meta["rl-red-invoice"] == "R-9"


def test_goods_that_the_customer_keeps_need_no_cost(tmp_path: Path) -> None:
    event = (
        "- {return: none, id: B-1, date: 2026-11-02, sku: MUG, price_incl_tax: 113.00, tax_rate: 0.13, goods: kept, "
        "method: cash}\n"
    )
    assert effect(posted(shop(tmp_path), event)) == {
        "Income:Sales-Allowances": "100.00",
        "Liabilities:Output-VAT": "13.00",
        "Assets:Bank": "-113.00",
    }


def test_several_items_stand_in_one_entry(tmp_path: Path) -> None:
    event = """\
- return: none
  id: B-1
  date: 2026-11-02
  method: cash
  items:
    - {sku: MUG, qty: 1, price_incl_tax: 99.99, tax_rate: 0.13, cost: 58.00}
    - {sku: MUG, qty: 1, price: 80, tax: 10.40, lot: first}
"""
    assert effect(posted(shop(tmp_path), event)) == {
        "Income:Sales-Returns": "168.49",
        "Liabilities:Output-VAT": "21.90",
        "Assets:Stock:Mugs": "118.00",
        "Expenses:COGS": "-118.00",
        "Assets:Bank": "-190.39",
    }


def test_stock_that_a_later_sale_would_take_otherwise_stands_beside_it(tmp_path: Path) -> None:
    """A LIFO sale after the day would take the new lot: the goods go to the account of returned goods."""
    later = """
2026-11-20 * "Ben" "Sale" ^inv-SO-2
  Assets:Bank                          113.00 CNY
  Income:Sales                        -100.00 CNY
  Liabilities:Output-VAT               -13.00 CNY
  Expenses:COGS                         65.00 CNY
  Assets:Stock:Mugs                        -1 MUG {}
"""
    settings = make(
        tmp_path / "a",
        LEDGER + later,
        policy=ALLOWED,
        more=METHODS,
        accounts=", inventory: Assets:Stock",
        booking="LIFO",
    )
    done = posted(settings, EVENT)
    assert "Assets:Stock:Mugs" not in effect(done)
    assert effect(done)["Assets:Stock-Returned:Mugs"] == "116.00"


def test_the_plan_as_json_tells_what_decided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from returnledger.cli import main

    settings = shop(tmp_path)
    monkeypatch.chdir(settings.parent)
    Path("e.yaml").write_text(EVENT, encoding="utf-8")
    assert main(["plan", "e.yaml", "--json"]) == 0
    (event,) = json.loads(capsys.readouterr().out)["events"]
    assert event["decision"]["blind"]["value"] == "allow"
    assert main(["plan", "e.yaml", "--lang", "zh"]) == 0
    assert "new" not in capsys.readouterr().out.splitlines()[0]
