"""Books that hold only the totals of a month, with a register of sales beside them: what its orders give back."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledgers import balances, effect, make, posted, refused

from returnledger import app
from returnledger.findings import Refused

# A shop that books each month in one entry, and its goods at cost by purchase.
BOOKS = """\
2025-12-20 * "Supplier" "Purchase"
  Assets:Inventory:MUG           100 MUG {30.00 CNY, 2025-12-20}
  Equity:Opening

2026-01-31 * "Sales of January"
  Assets:Bank                 226.00 CNY
  Assets:Receivable           113.00 CNY
  Income:Sales               -300.00 CNY
  Liabilities:Output-VAT      -39.00 CNY

2026-01-31 * "Goods sold in January"
  Expenses:COGS               180.00 CNY
  Assets:Inventory:MUG            -6 MUG {30.00 CNY, 2025-12-20}
"""
REGISTER = """\
order,date,customer,line,sku,qty,net,tax,cost,paid,invoice,delivered,method
SO-1,2026-01-05,Ann,1,MUG,2,100.00,13.00,60.00,113.00,INV-77,2026-01-08,bank
SO-2,2026-01-09,Ben,1,MUG,4,200.00,26.00,120.00,113.00,,2026-01-12,bank
"""
SETTINGS = "sales: {register: sales.csv}\nmethods: {bank: {account: Assets:Bank}}\n"


def shop(folder: Path, register: str = REGISTER, ledger: str = BOOKS, more: str = SETTINGS) -> Path:
    settings = make(folder / "a", ledger, more=more)
    (settings.parent / "sales.csv").write_text(register, encoding="utf-8")
    return settings


def test_a_whole_return_of_a_register_sale_posts_to_the_cent(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    done = posted(settings, "- {return: SO-1, date: 2026-02-02, condition: new}")
    assert effect(done) == {
        "Income:Sales-Returns": "100.00",
        "Liabilities:Output-VAT": "13.00",
        "Assets:Inventory:MUG": "60.00",
        "Expenses:COGS": "-60.00",
        "Assets:Bank": "-113.00",
    }
    assert balances(settings)["Assets:Inventory:MUG"] == 94 * 30 + 60
    assert refused(settings, "- {return: SO-1, date: 2026-02-03, sku: MUG, qty: 1}", "b.yaml") == ["more-than-sold"]


def test_parts_of_a_part_paid_order_add_up_and_what_is_owed_goes_first(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    first = posted(settings, "- {return: SO-2, date: 2026-02-02, sku: MUG, qty: 1, condition: new}")
    assert effect(first) == {
        "Income:Sales-Returns": "50.00",
        "Liabilities:Output-VAT": "6.50",
        "Assets:Inventory:MUG": "30.00",
        "Expenses:COGS": "-30.00",
        "Assets:Receivable": "-56.50",
    }
    rest = posted(settings, "- {return: SO-2, date: 2026-02-03, condition: new}", "b.yaml")
    assert effect(rest) == {
        "Income:Sales-Returns": "150.00",
        "Liabilities:Output-VAT": "19.50",
        "Assets:Inventory:MUG": "90.00",
        "Expenses:COGS": "-90.00",
        "Assets:Receivable": "-56.50",
        "Assets:Bank": "-113.00",
    }


def test_an_order_is_found_by_its_invoice_and_shown_with_the_line_of_the_register(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    view = app.sale("INV-77", settings=settings)
    assert view.sale.order == "SO-1" and view.sale.customer == "Ann"
    assert str(view.sale.place).endswith("sales.csv:2:1")
    assert [(each.line.sku, each.returnable) for each in view.lines] == [("MUG", 2)]


def test_the_register_is_read_again_when_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETURNLEDGER_CACHE", str(tmp_path / "cache"))
    settings = shop(tmp_path)
    assert app.sale("SO-1", settings=settings).order.paid_in == 113
    (settings.parent / "sales.csv").write_text(REGISTER.replace("113.00,INV", "13.00,INV"), encoding="utf-8")
    assert app.sale("SO-1", settings=settings).order.paid_in == 13


def test_every_fault_of_the_file_is_said_at_its_place_at_once(tmp_path: Path) -> None:
    register = """\
order,date,customer,line,sku,qty,net,tax,cost,paid
SO-1,2026-1-05,Ann,1,MUG,2,100.00,13.00,60.00,0
SO-2,2026-01-05,Ann,1,MUG,0,100.00,13.00,60.00,0
SO-3,2026-01-05,Ann,1,MUG,2,"1,000.00",13.00,60.00,0
SO-4,2026-01-05,Ann,1,MUG,2,-100.00,13.00,60.00,0
SO-5,2026-01-05,Ann,1,MUG,2,100.00,13.00,60.00,0
SO-5,2026-01-05,Bob,1,MUG,2,100.00,13.00,60.00,0
SO-6,2026-01-05,Ann,1,MUG,-2,-100.00,-13.00,-60.00,0
"""
    settings = shop(tmp_path, register)
    with pytest.raises(Refused) as caught:
        app.plan([], settings=settings)
    assert caught.value.exit_code == 2
    found = [(f.code, f.span.line, f.span.column) for f in caught.value.findings if f.span]
    assert found == [
        ("date-form", 2, 6),
        ("register-quantity-zero", 3, 27),
        ("number-form", 4, 29),
        ("register-signs", 5, 29),
        ("register-line-twice", 7, 21),
        ("rows-disagree", 7, 17),
        ("register-return-alone", 8, 23),
    ]
