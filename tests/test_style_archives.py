"""Last year's sales: in a file of the same ledger, or in books of their own that this year's only look into."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledgers import POLICY, apply, balances, effect, load, posted, refused

from returnledger import app
from returnledger.cli import show_sale
from returnledger.findings import Refused

OLD = """\
option "operating_currency" "CNY"
2025-01-01 open Assets:Bank
2025-01-01 open Assets:Receivable
2025-01-01 open Assets:Inventory:MUG    MUG "FIFO"
2025-01-01 open Income:Sales
2025-01-01 open Liabilities:Output-VAT
2025-01-01 open Expenses:COGS
2025-01-01 open Equity:Opening
2025-01-01 open Equity:Retained

2025-03-01 * "Supplier" "Purchase"
  Assets:Inventory:MUG             10 MUG {30.00 CNY, 2025-03-01}
  Equity:Opening                 -300.00 CNY

2025-11-03 * "Supplier" "Purchase"
  Assets:Inventory:MUG             10 MUG {31.00 CNY, 2025-11-03}
  Equity:Opening                 -310.00 CNY

2025-12-20 * "Ann" "Sale" ^inv-9001
  Assets:Receivable               678.00 CNY
  Income:Sales                   -600.00 CNY
  Liabilities:Output-VAT          -78.00 CNY
  Expenses:COGS                   362.00 CNY
  Assets:Inventory:MUG            -10 MUG {30.00 CNY, 2025-03-01}
  Assets:Inventory:MUG             -2 MUG {31.00 CNY, 2025-11-03}

2025-12-22 * "Ann" "Payment in part" ^inv-9001
  Assets:Bank                     200.00 CNY
  Assets:Receivable              -200.00 CNY
"""
CLOSING = """\
2025-12-31 * "Year-end closing"
  Income:Sales                    600.00 CNY
  Expenses:COGS                  -362.00 CNY
  Equity:Retained                -238.00 CNY
"""
NEW_HEAD = """\
option "operating_currency" "CNY"
include "returns/**/*.beancount"
"""
OPENS = """\
2026-01-01 open Assets:Bank
2026-01-01 open Assets:Receivable
2026-01-01 open Assets:Inventory:MUG    MUG "FIFO"
2026-01-01 open Income:Sales
2026-01-01 open Liabilities:Output-VAT
2026-01-01 open Expenses:COGS
2026-01-01 open Equity:Opening

2026-01-01 * "Opening balances"
  Assets:Bank                     200.00 CNY
  Assets:Receivable               478.00 CNY
  Assets:Inventory:MUG              8 MUG {31.00 CNY, 2025-11-03}
  Liabilities:Output-VAT          -78.00 CNY
  Equity:Opening
"""
SETTINGS = """\
ledger: main.beancount
operating_currency: CNY
accounts: {preset: general}
policies: [policy.yaml]
"""


def books(folder: Path, old: str, new: str, more: str = "sales: {archives: [../2025/main.beancount]}\n") -> Path:
    """Write last year's books and this year's beside each other; return this year's settings."""
    for year, text in (("2025", old), ("2026", new)):
        returns = folder / year / "returns"
        returns.mkdir(parents=True)
        (returns / "0000.beancount").write_text("; placeholder\n", encoding="utf-8")
        (folder / year / "main.beancount").write_text(text, encoding="utf-8")
    for year, extra in (("2025", ""), ("2026", more)):
        (folder / year / "policy.yaml").write_text(POLICY.format(currency="CNY"), encoding="utf-8")
        (folder / year / "returnledger.yaml").write_text(SETTINGS + extra, encoding="utf-8")
    return folder / "2026" / "returnledger.yaml"


def archived(folder: Path, old: str = OLD + CLOSING, new: str = NEW_HEAD + OPENS) -> Path:
    return books(folder, NEW_HEAD + old, new)


def frozen(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted((folder / "2025").rglob("*")) if path.is_file()}


PART = {
    "Income:Sales-Returns": "150.00",
    "Liabilities:Output-VAT": "19.50",
    "Assets:Inventory:MUG": "92.00",
    "Expenses:COGS": "-92.00",
    "Assets:Receivable": "-169.50",
}
REST = {
    "Income:Sales-Returns": "450.00",
    "Liabilities:Output-VAT": "58.50",
    "Assets:Inventory:MUG": "270.00",
    "Expenses:COGS": "-270.00",
    "Assets:Receivable": "-308.50",
    "Assets:Bank": "-200.00",
}


def test_last_years_file_in_the_same_ledger_just_works(tmp_path: Path) -> None:
    closing = CLOSING + (
        '2025-12-31 * "Stock carried over"\n  Assets:Inventory:MUG  -8 MUG {31.00 CNY, 2025-11-03}\n  Equity:Opening\n'
    )
    opening = '2026-01-01 * "Opening stock"\n  Assets:Inventory:MUG  8 MUG {31.00 CNY, 2025-11-03}\n  Equity:Opening\n'
    settings = books(tmp_path, "", NEW_HEAD + 'include "2025.beancount"\n\n' + opening, "")
    (settings.parent / "2025.beancount").write_text(OLD + closing, encoding="utf-8")
    assert effect(posted(settings, "- {return: 9001, date: 2026-01-10, sku: MUG, qty: 3, condition: new}")) == PART
    assert effect(posted(settings, "- {return: 9001, date: 2026-01-12, condition: new}", "b.yaml")) == REST
    load(settings)


def test_a_sale_of_an_archive_comes_back_in_this_years_books_lot_by_lot(tmp_path: Path) -> None:
    settings = archived(tmp_path)
    before = frozen(tmp_path)
    first = posted(settings, "- {return: 9001, date: 2026-01-10, sku: MUG, qty: 3, condition: new}")
    assert effect(first) == PART
    second = posted(settings, "- {return: inv-9001, date: 2026-01-12, condition: new}", "b.yaml")
    assert effect(second) == REST
    assert refused(settings, "- {return: 9001, date: 2026-01-13, sku: MUG, qty: 1}", "c.yaml") == ["more-than-sold"]
    assert frozen(tmp_path) == before
    assert balances(settings)["Assets:Inventory:MUG"] == 8 * 31 + 362
    text = "".join(path.read_text() for path in (settings.parent / "returns" / "2026").iterdir())
    assert "2 MUG {31.00 CNY, 2025-11-03}" in text and "9 MUG {30.00 CNY, 2025-03-01}" in text


def test_what_came_back_last_year_counts_and_numbers_go_on(tmp_path: Path) -> None:
    settings = archived(tmp_path)
    old = tmp_path / "2025" / "returnledger.yaml"
    posted(old, "- {return: 9001, id: R-OLD, date: 2025-12-28, sku: MUG, qty: 3, condition: new}")
    before = frozen(tmp_path)
    done = posted(settings, "- {return: 9001, id: R-NEW, date: 2026-01-12, condition: new}")
    assert effect(done) == REST
    assert [str(d.meta["rl-number"]) for d in done.planned.plan.directives] == ["CN-A-2026-0001"]
    assert refused(settings, "- {return: 9001, id: R-OLD, date: 2026-01-14, sku: MUG, qty: 1}", "c.yaml") == [
        "id-already-used",
        "more-than-sold",
    ]
    again = apply(settings, "- {return: 9001, id: R-OLD, date: 2025-12-28, sku: MUG, qty: 3, condition: new}")
    assert [event.status for event in again.planned.events] == ["posted"]
    assert frozen(tmp_path) == before
    assert [row.case for row in app.status(settings=settings).cases] == ["R-OLD", "R-NEW"]


def test_payments_of_this_year_settle_last_years_invoice(tmp_path: Path) -> None:
    payment = '2026-01-05 * "Ann" "The rest" ^inv-9001\n  Assets:Bank  478.00 CNY\n  Assets:Receivable  -478.00 CNY\n'
    settings = archived(tmp_path, new=NEW_HEAD + OPENS + "\n" + payment)
    done = posted(settings, "- {return: 9001, date: 2026-01-10, sku: MUG, qty: 3, condition: new}")
    assert effect(done) == {
        **{key: value for key, value in PART.items() if key != "Assets:Receivable"},
        "Assets:Bank": "-169.50",
    }


def test_an_invoice_carried_over_is_the_same_debt(tmp_path: Path) -> None:
    opening = '2026-01-01 * "Open invoices" ^inv-9001\n  Assets:Receivable  478.00 CNY\n  Equity:Opening  -478.00 CNY\n'
    new = NEW_HEAD + OPENS.replace("  Assets:Receivable               478.00 CNY\n", "") + "\n" + opening
    settings = archived(tmp_path, new=new)
    assert app.sale("9001", settings=settings).order.owed == 478
    assert effect(posted(settings, "- {return: 9001, date: 2026-01-12, condition: new}")) == {
        "Income:Sales-Returns": "600.00",
        "Liabilities:Output-VAT": "78.00",
        "Assets:Inventory:MUG": "362.00",
        "Expenses:COGS": "-362.00",
        "Assets:Receivable": "-478.00",
        "Assets:Bank": "-200.00",
    }


def test_goods_go_to_the_account_that_keeps_them_this_year(tmp_path: Path) -> None:
    new = (NEW_HEAD + OPENS).replace("Assets:Inventory:MUG", "Assets:Inventory:Mugs-2026")
    settings = archived(tmp_path, new=new)
    done = posted(settings, "- {return: 9001, date: 2026-01-10, sku: MUG, qty: 3, condition: new}")
    assert effect(done) == {
        **{key: value for key, value in PART.items() if "Inventory" not in key},
        "Assets:Inventory:Mugs-2026": "92.00",
    }


def test_an_account_that_this_year_has_not_is_named(tmp_path: Path) -> None:
    paid = (
        OLD.replace("200.00 CNY", "678.00 CNY")
        .replace("Assets:Bank ", "Assets:Till ")
        .replace("open Assets:Bank", "open Assets:Till")
    )
    settings = archived(tmp_path, old=paid.replace("-200.00", "-678.00"))
    event = "- {return: 9001, date: 2026-01-10, sku: MUG, qty: 3, condition: new}"
    assert refused(settings, event) == ["account-not-open"]
    done = posted(settings, event.replace("}", ", account: Assets:Bank}"), "b.yaml")
    assert effect(done)["Assets:Bank"] == "-169.50"


def test_an_archive_that_is_missing_is_said_and_errors_of_one_are_warnings(tmp_path: Path) -> None:
    settings = archived(tmp_path)
    file = tmp_path / "2025" / "main.beancount"
    file.write_text(file.read_text() + "\n2025-12-31 balance Assets:Bank  1.00 CNY\n", encoding="utf-8")
    done = apply(settings, "- {return: 9001, date: 2026-01-12, condition: new}")
    assert [(f.code, f.severity.value) for f in done.findings] == [("archive-error", "warning")] and done.file
    file.unlink()
    with pytest.raises(Refused) as caught:
        app.plan([], settings=settings)
    assert caught.value.exit_code == 2
    assert [(f.code, f.span and f.span.line) for f in caught.value.findings] == [("archive-missing", 5)]


def two_years(folder: Path, more: str) -> Path:
    return archived(folder, new=NEW_HEAD + OPENS + "\n" + more)


def test_one_payment_for_invoices_of_two_years_is_shared_out_by_what_each_owes(tmp_path: Path) -> None:
    settings = two_years(
        tmp_path,
        """\
2026-01-04 * "Ann" "Sale" ^inv-9002
  Assets:Receivable               113.00 CNY
  Income:Sales                   -100.00 CNY
  Liabilities:Output-VAT          -13.00 CNY
  Expenses:COGS                    31.00 CNY
  Assets:Inventory:MUG             -1 MUG {31.00 CNY, 2025-11-03}

2026-01-20 * "Ann" "Both invoices" ^inv-9001 ^inv-9002
  Assets:Bank                     591.00 CNY
  Assets:Receivable              -591.00 CNY
""",
    )
    for order, paid in (("9001", "678.00"), ("9002", "113.00")):
        view = app.sale(order, settings=settings)
        money = view.order
        assert [code for code, _ in view.sale.inferred] == ["payment-shared"]
        assert (str(money.owed), str(money.paid_in)) == ("0", paid)


def test_goods_that_came_back_by_hand_this_year_are_used_up(tmp_path: Path) -> None:
    settings = two_years(
        tmp_path,
        """\
2026-01-06 * "Ann" "Two mugs back" ^inv-9001
  Assets:Receivable              -113.00 CNY
  Income:Sales                    100.00 CNY
  Liabilities:Output-VAT           13.00 CNY
  Assets:Inventory:MUG              2 MUG {31.00 CNY, 2025-11-03}
  Expenses:COGS                   -62.00 CNY
""",
    )
    view = app.sale("9001", settings=settings)
    assert (view.lines[0].returnable, str(view.order.owed)) == (10, "365.00")
    event = "- {return: 9001, date: 2026-01-12, sku: MUG, qty: 11, condition: new}"
    assert refused(settings, event) == ["more-than-sold"]


def test_a_deposit_of_last_year_is_used_by_a_sale_of_this(tmp_path: Path) -> None:
    deposit = """\
2025-12-28 * "Ben" "Deposit" ^inv-9005
  Assets:Bank                      50.00 CNY
  Liabilities:Contract-Liability  -50.00 CNY
"""
    sale = """\
2026-01-01 open Liabilities:Contract-Liability

2026-01-04 * "Ben" "Sale" ^inv-9005
  Assets:Receivable                63.00 CNY
  Liabilities:Contract-Liability   50.00 CNY
  Income:Sales                   -100.00 CNY
  Liabilities:Output-VAT          -13.00 CNY
  Expenses:COGS                    31.00 CNY
  Assets:Inventory:MUG             -1 MUG {31.00 CNY, 2025-11-03}
"""
    opened = "2025-01-01 open Liabilities:Contract-Liability\n"
    settings = archived(tmp_path, old=OLD + opened + deposit + CLOSING, new=NEW_HEAD + OPENS + sale)
    done = posted(settings, "- {return: 9005, date: 2026-01-12, condition: new}")
    assert effect(done)["Assets:Receivable"] == "-63.00"
    assert effect(done)["Assets:Bank"] == "-50.00"


def test_an_order_number_that_begins_anew_each_year_is_this_years_and_the_other_is_told(tmp_path: Path) -> None:
    settings = two_years(
        tmp_path,
        """\
2026-01-04 * "Ben" "Sale" ^inv-9001
  Assets:Bank                     113.00 CNY
  Income:Sales                   -100.00 CNY
  Liabilities:Output-VAT          -13.00 CNY
  Expenses:COGS                    31.00 CNY
  Assets:Inventory:MUG             -1 MUG {31.00 CNY, 2025-11-03}
""",
    )
    posted(
        tmp_path / "2025" / "returnledger.yaml",
        "- {return: 9001, id: R-OLD, date: 2025-12-28, sku: MUG, qty: 3, condition: new}",
    )
    view = app.sale("9001", settings=settings)
    assert (view.sale.customer, view.lines[0].returnable, view.entries) == ("Ben", 1, ())
    assert [code for code, _ in view.sale.inferred] == ["also-in-old-books"]
    assert effect(posted(settings, "- {return: 9001, date: 2026-01-12, condition: new}"))["Assets:Bank"] == "-113.00"


def test_an_archive_that_the_ledger_includes_as_well_counts_once(tmp_path: Path) -> None:
    old = tmp_path / "2025" / "returnledger.yaml"
    settings = books(tmp_path, NEW_HEAD + OLD, NEW_HEAD + 'include "../2025/main.beancount"\n')
    posted(old, "- {return: 9001, id: R-OLD, date: 2025-12-28, sku: MUG, qty: 3, condition: new}")
    main = settings.parent / "main.beancount"
    main.write_text(main.read_text() + 'include "../2025/returns/**/*.beancount"\n', encoding="utf-8")
    view = app.sale("9001", settings=settings)
    assert (view.lines[0].returnable, str(view.order.owed), len(view.entries)) == (9, "308.50", 1)
    text = app.report("rate", {"by": "sku"}, settings=settings, fmt="csv")
    assert text.splitlines()[1].startswith("MUG,12,3,")


def test_rates_count_sales_and_returns_of_both_years(tmp_path: Path) -> None:
    settings = archived(tmp_path)
    posted(
        tmp_path / "2025" / "returnledger.yaml",
        "- {return: 9001, id: R-OLD, date: 2025-12-28, sku: MUG, qty: 3, condition: new}",
    )
    posted(settings, "- {return: 9001, id: R-NEW, date: 2026-01-12, sku: MUG, qty: 1, condition: new, method: later}")
    text = app.report("rate", {"by": "sku,customer"}, settings=settings, fmt="csv")
    assert text.splitlines()[1].startswith("MUG,Ann,12,4,")
    assert app.explain(["R-NEW"], settings=settings).events[0].status == "new"
    assert app.show("R-OLD", settings=settings).case.order == "9001"
    assert app.verify(settings=settings).findings == ()


def test_a_refund_of_this_year_pays_what_a_return_of_last_year_left_payable(tmp_path: Path) -> None:
    paid = OLD.replace("200.00 CNY", "678.00 CNY")
    settings = archived(tmp_path, old=paid + CLOSING)
    posted(
        tmp_path / "2025" / "returnledger.yaml",
        "- {return: 9001, id: R-OLD, date: 2025-12-28, sku: MUG, qty: 3, condition: new, method: later}",
    )
    done = posted(settings, "- {refund: R-OLD, date: 2026-01-05}")
    assert effect(done) == {"Liabilities:Refund-Payable": "169.50", "Assets:Bank": "-169.50"}
    assert refused(settings, "- {refund: R-OLD, date: 2026-01-06}", "b.yaml") == ["step-not-allowed"]


def test_the_rows_of_an_archive_are_kept_and_made_anew_when_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RETURNLEDGER_CACHE", str(tmp_path / "cache"))
    settings = archived(tmp_path)
    assert str(app.sale("9001", settings=settings).order.owed) == "478.00"
    file = tmp_path / "2025" / "main.beancount"
    file.write_text(file.read_text().replace("200.00", "100.00"), encoding="utf-8")
    assert str(app.sale("9001", settings=settings).order.owed) == "578.00"
    payment = '2026-01-05 * "Ann" "" ^inv-9001\n  Assets:Bank  78.00 CNY\n  Assets:Receivable  -78.00 CNY\n'
    main = settings.parent / "main.beancount"
    main.write_text(main.read_text() + "\n" + payment, encoding="utf-8")
    assert str(app.sale("9001", settings=settings).order.owed) == "500.00"


def test_books_beside_the_folder_are_shown_as_seen_from_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = archived(tmp_path)
    monkeypatch.chdir(settings.parent)
    text = show_sale.render(app.sale("9001", settings=settings), "text")
    assert "../2025/main.beancount:" in text and str(tmp_path) not in text


def test_a_return_of_last_year_is_voided_in_this_years_books(tmp_path: Path) -> None:
    opens = OPENS.replace("478.00 CNY", "308.50 CNY").replace("-78.00 CNY", "-58.50 CNY")
    kept = "  Assets:Inventory:MUG             10 MUG {31.00 CNY, 2025-11-03}\n  Assets:Inventory:MUG  1 MUG {30.00 CNY, 2025-03-01}\n"
    opens = opens.replace("  Assets:Inventory:MUG              8 MUG {31.00 CNY, 2025-11-03}\n", kept)
    settings = archived(tmp_path, new=NEW_HEAD + opens)
    posted(
        tmp_path / "2025" / "returnledger.yaml",
        "- {return: 9001, id: R-OLD, date: 2025-12-28, sku: MUG, qty: 3, condition: new, method: later}",
    )
    before = frozen(tmp_path)
    assert effect(posted(settings, "- {void: R-OLD, date: 2026-01-05}")) == {
        "Assets:Inventory:MUG": "-92.00",
        "Assets:Receivable": "169.50",
        "Expenses:COGS": "92.00",
        "Income:Sales-Returns": "-150.00",
        "Liabilities:Output-VAT": "-19.50",
    }
    assert frozen(tmp_path) == before
    view = app.sale("9001", settings=settings)
    assert view.lines[0].history.left() == 12
    assert refused(settings, "- {void: R-OLD, id: again, date: 2026-01-06}", "b.yaml") == ["step-not-allowed"]
    posted(settings, "- {return: 9001, id: R-NEW, date: 2026-01-07, sku: MUG, qty: 12}", "c.yaml")
    assert "Assets:Receivable" not in balances(settings)
