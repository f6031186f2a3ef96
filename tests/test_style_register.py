"""Books that hold only the totals of a month, with a register of sales beside them: what its orders give back."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as settings_of
from hypothesis import strategies as st
from ledgers import balances, effect, make, posted, refused

from returnledger import app
from returnledger.findings import Refused
from returnledger.registerfile import read_register
from returnledger.roles import Role
from returnledger.sales.register import Bookkeeping, sales_of

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


def test_what_was_paid_may_stand_in_the_first_row_of_an_order_alone(tmp_path: Path) -> None:
    blank = (
        REGISTER
        + "SO-3,2026-01-10,Cai,1,MUG,1,50.00,6.50,30.00,113.00,,,bank\nSO-3,2026-01-10,Cai,2,MUG,1,50.00,6.50,30.00,,,,\n"
    )
    done = posted(shop(tmp_path / "b", blank), "- {return: SO-3, date: 2026-02-02, condition: new}")
    assert effect(done)["Assets:Bank"] == "-113.00"
    nowhere = blank.replace("30.00,113.00,,,bank\nSO-3", "30.00,,,,bank\nSO-3").encode()
    rows, findings, _source = read_register(nowhere, "sales.csv", "CNY", ["bank"])
    assert len(rows) == 2 and [(f.code, f.span.line) for f in findings] == [
        ("register-cell-empty", 4),
        ("register-cell-empty", 5),
    ]


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


CHINESE = """\
订单,日期,客户,行,商品编码,数量,不含税金额,税额,成本,已付,发票号,签收日期
D-1,2026-01-05,张三,1,MUG,2,100.00,13.00,60.00,113.00,0077,2026-01-08
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_headings_and_encodings_of_chinese_spreadsheets_are_read(tmp_path: Path, encoding: str) -> None:
    settings = shop(tmp_path)
    (settings.parent / "sales.csv").write_bytes(CHINESE.replace("\n", "\r\n").encode(encoding))
    view = app.sale("D-1", settings=settings)
    assert (view.sale.customer, view.sale.invoice, str(view.sale.delivered)) == ("张三", "0077", "2026-01-08")
    assert ("paid-by-only-method", {"method": "bank"}) in view.sale.inferred
    done = posted(settings, "- {return: D-1, date: 2026-02-02, condition: new}")
    assert effect(done)["Assets:Bank"] == "-113.00"


@pytest.mark.parametrize(
    ("head", "row", "found"),
    [
        ("order,date,sku,qty,net,tax,cost,paid,colour", "S,2026-01-05,MUG,1,1,0,1,0,red", [("register-column", 1, 38)]),
        ("order,date,sku,qty,net,tax,cost", "S,2026-01-05,MUG,1,1,0,1", [("column-missing", 1, 1)]),
        ("order,date,sku,qty,net,tax,cost,paid,SKU", "S,2026-01-05,MUG,1,1,0,1,0,MUG", [("column-twice", 1, 38)]),
        ("order,date,sku,qty,net,tax,cost,paid", "S,2026-01-05,MUG,1,1,0,1", [("register-cell-empty", 2, 24)]),
        ("order,date,sku,qty,net,tax,cost,paid", "S,2026-01-05,MUG,1,1,0,1,0,x", [("row-too-long", 2, 28)]),
        (
            "order,date,sku,qty,net,tax,cost,paid,currency",
            "S,2026-01-05,MUG,1,1,0,1,0,EUR",
            [("register-currency", 2, 28)],
        ),
        (
            "order,date,sku,qty,net,tax,cost,paid,method",
            "S,2026-01-05,MUG,1,1,0,1,0,cheque",
            [("register-method", 2, 28)],
        ),
        ("order,date,sku,qty,net,tax,cost,paid", 'S,2026-01-05,"MUG,1,1,0,1,0', [("table-unread", 2, 1)]),
        ("order,date,sku,qty,net,tax,cost,paid", "", [("register-empty", 1, 1)]),
    ],
)
def test_a_fault_of_form_is_said_at_its_place(
    tmp_path: Path, head: str, row: str, found: list[tuple[str, int, int]]
) -> None:
    settings = shop(tmp_path, f"{head}\n{row}\n")
    with pytest.raises(Refused) as caught:
        app.status(settings=settings)
    assert caught.value.exit_code == 2
    assert [(f.code, f.span.line, f.span.column) for f in caught.value.findings if f.span] == found


def test_a_register_that_is_missing_is_said_where_the_settings_name_it(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    (settings.parent / "sales.csv").unlink()
    with pytest.raises(Refused) as caught:
        app.status(settings=settings)
    assert [(f.code, f.span and f.span.line) for f in caught.value.findings] == [("file-missing", 5)]


def test_two_lines_of_one_sku_at_two_prices_come_back_by_line(tmp_path: Path) -> None:
    register = """\
order,date,customer,line,sku,qty,net,tax,cost,paid
SO-1,2026-01-05,Ann,1,MUG,2,100.00,13.00,60.00,186.45
SO-1,2026-01-05,Ann,2,MUG,1,45.00,5.85,30.00,186.45
SO-1,2026-01-05,Ann,3,CARD,1,20.00,2.60,8.00,186.45
"""
    settings = shop(tmp_path, register)
    view = app.sale("SO-1", settings=settings)
    assert view.order.paid_in == view.order.refundable and str(view.order.paid_in) == "186.45"
    assert "paid-on-every-row" in [code for code, _ in view.sale.inferred]
    assert refused(settings, "- {return: SO-1, date: 2026-02-02, sku: MUG, qty: 1}") == ["line-needed"]
    done = posted(settings, "- {return: SO-1, date: 2026-02-02, sku: MUG, line: 2, condition: new}", "b.yaml")
    assert effect(done) == {
        "Income:Sales-Returns": "45.00",
        "Liabilities:Output-VAT": "5.85",
        "Assets:Inventory:MUG": "30.00",
        "Expenses:COGS": "-30.00",
        "Assets:Bank": "-50.85",
    }


def test_thirds_of_a_cent_come_back_exactly_in_the_end(tmp_path: Path) -> None:
    register = (
        "order,date,customer,line,sku,qty,net,tax,cost,paid\nSO-1,2026-01-05,Ann,1,MUG,3,100.00,13.00,50.00,113.00\n"
    )
    settings = shop(tmp_path, register)
    for day, name in ((2, "a.yaml"), (3, "b.yaml"), (4, "c.yaml")):
        posted(settings, f"- {{return: SO-1, date: 2026-02-0{day}, sku: MUG, qty: 1, condition: new}}", name)
    left = balances(settings)
    assert str(left["Income:Sales-Returns"]) == "100.00"
    assert left["Expenses:COGS"] == 180 - 50
    assert left["Assets:Bank"] == 226 - 113


def test_goods_that_the_register_itself_takes_back_are_used_up(tmp_path: Path) -> None:
    register = REGISTER + "SO-2,2026-01-20,Ben,,MUG,-1,-50.00,-6.50,-30.00,0,,,\n"
    settings = shop(tmp_path, register)
    view = app.sale("SO-2", settings=settings)
    assert view.lines[0].returnable == 3
    assert str(view.order.owed) == "56.50"
    done = posted(settings, "- {return: SO-2, date: 2026-02-02, condition: new}")
    assert effect(done)["Income:Sales-Returns"] == "150.00"
    assert effect(done)["Assets:Bank"] == "-113.00"


def test_a_payment_in_the_ledger_settles_an_order_of_the_register_once(tmp_path: Path) -> None:
    payment = """\

2026-01-20 * "Ben" "The rest" ^inv-SO-2
  Assets:Bank                 113.00 CNY
  Assets:Receivable          -113.00 CNY
"""
    settings = shop(tmp_path, REGISTER.replace("120.00,113.00", "120.00,0"), BOOKS + payment)
    view = app.sale("SO-2", settings=settings)
    assert (str(view.order.owed), str(view.order.paid_in)) == ("113.00", "113.00")
    settings = shop(tmp_path / "b", REGISTER, BOOKS + payment)
    view = app.sale("SO-2", settings=settings)
    assert (str(view.order.owed), str(view.order.paid_in)) == ("113.00", "113.00")
    settings = shop(tmp_path / "c", REGISTER.replace("120.00,113.00", "120.00,13.00"), BOOKS + payment)
    event = "- {return: SO-2, date: 2026-02-02, condition: new}"
    assert refused(settings, event) == ["register-disagrees"]


def test_a_ledger_of_bare_sales_gets_its_lines_from_the_register(tmp_path: Path) -> None:
    sale = """\

2026-01-05 * "Ann" "Order SO-1" ^inv-SO-1
  Assets:Bank                 113.00 CNY
  Income:Sales               -100.00 CNY
  Liabilities:Output-VAT      -13.00 CNY
"""
    settings = shop(tmp_path, REGISTER.replace(",113.00,INV-77", ",0,INV-77"), BOOKS + sale)
    done = posted(settings, "- {return: SO-1, date: 2026-02-02, sku: MUG, qty: 1, condition: new}")
    assert effect(done) == {
        "Income:Sales-Returns": "50.00",
        "Liabilities:Output-VAT": "6.50",
        "Assets:Inventory:MUG": "30.00",
        "Expenses:COGS": "-30.00",
        "Assets:Bank": "-56.50",
    }


def test_the_ledger_goes_before_the_register_and_units_of_both_count_once(tmp_path: Path) -> None:
    sale = """\

2026-02-05 * "Cid" "Order SO-3" ^inv-SO-3
  Assets:Bank                  56.50 CNY
  Income:Sales                -50.00 CNY
  Liabilities:Output-VAT       -6.50 CNY
  Expenses:COGS                30.00 CNY
  Assets:Inventory:MUG            -1 MUG {30.00 CNY, 2025-12-20}
"""
    register = REGISTER + "SO-3,2026-02-05,Cid,1,MUG,1,50.00,6.50,30.00,56.50,,,bank\n"
    settings = shop(tmp_path, register, BOOKS + sale)
    events = (
        "- {return: SO-3, id: R-3, date: 2026-02-07, condition: new}\n- {return: SO-1, id: R-1, date: 2026-02-08}\n"
    )
    posted(settings, events)
    text = app.report("rate", {"by": "sku"}, settings=settings, fmt="csv")
    assert text.splitlines()[1].startswith("MUG,7,3,")


def test_the_commands_that_look_know_sales_of_the_register(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    posted(settings, "- {return: SO-2, id: R-2, date: 2026-02-07, sku: MUG, qty: 1, method: later}")
    (case,) = app.status(settings=settings).cases
    assert (case.order, case.customer, case.returned, case.returnable) == ("SO-2", "Ben", 1, 3)
    assert app.show("R-2", settings=settings).case.order == "SO-2"
    assert app.explain(["R-2"], settings=settings).events[0].status == "new"
    assert app.verify(settings=settings).findings == ()
    text = app.report("credit-notes", {}, settings=settings, fmt="csv")
    assert "SO-2" in text
    text = app.query("SELECT customer, sum(quantity) AS n FROM sales GROUP BY customer", settings=settings, fmt="csv")
    assert sorted(text.split()) == ["Ann,2", "Ben,4", "customer,n"]


def test_goods_that_the_ledger_keeps_by_value_come_back_by_value(tmp_path: Path) -> None:
    ledger = """\
2026-01-02 * "Supplier" "Purchases of January"
  Assets:Inventory           1000.00 CNY
  Equity:Opening

2026-01-31 * "Sales of January"
  Assets:Bank                 226.00 CNY
  Assets:Receivable           113.00 CNY
  Income:Sales               -300.00 CNY
  Liabilities:Output-VAT      -39.00 CNY

2026-01-31 * "Goods sold in January, from the stocktake"
  Expenses:COGS               180.01 CNY
  Assets:Inventory           -180.01 CNY
"""
    settings = shop(tmp_path, REGISTER.replace("26.00,120.00", "26.00,120.01"), ledger)
    before = balances(settings)
    first = posted(settings, "- {return: SO-2, date: 2026-02-02, sku: MUG, qty: 1, condition: new}")
    assert effect(first) == {
        "Income:Sales-Returns": "50.00",
        "Liabilities:Output-VAT": "6.50",
        "Assets:Inventory": "30.00",
        "Expenses:COGS": "-30.00",
        "Assets:Receivable": "-56.50",
    }
    damaged = posted(settings, "- {return: SO-2, date: 2026-02-03, sku: MUG, qty: 1, condition: damaged}", "b.yaml")
    assert effect(damaged)["Assets:Inventory-Hold"] == "30.01"
    posted(settings, "- {return: SO-2, date: 2026-02-04, condition: new}", "c.yaml")
    after = balances(settings)
    assert after["Expenses:COGS"] == before["Expenses:COGS"] - Decimal("120.01")
    assert after["Assets:Inventory"] + after["Assets:Inventory-Hold"] == before["Assets:Inventory"] + Decimal("120.01")
    assert "value-of-register" in [code for code, _ in app.sale("SO-2", settings=settings).sale.inferred]


def test_a_lot_that_the_event_names_keeps_its_date_and_every_cent_comes_back(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    first = posted(settings, "- {return: SO-2, date: 2026-02-02, sku: MUG, qty: 1, lot: 2025-12-20, condition: new}")
    assert effect(first)["Assets:Inventory:MUG"] == "30.00"
    text = "".join(path.read_text() for path in (settings.parent / "returns" / "2026").iterdir())
    assert "1 MUG {30.00 CNY, 2025-12-20}" in text
    rest = posted(settings, "- {return: SO-2, date: 2026-02-03, condition: new}", "b.yaml")
    assert (effect(rest)["Assets:Inventory:MUG"], effect(rest)["Expenses:COGS"]) == ("90.00", "-90.00")
    event = "- {return: SO-1, date: 2026-02-04, sku: MUG, qty: 1, lot: 2025-11-11}"
    assert refused(settings, event, "c.yaml") == ["lot-unknown"]


def test_a_free_line_of_the_register_brings_goods_and_no_money(tmp_path: Path) -> None:
    register = REGISTER + "SO-1,2026-01-05,Ann,2,MUG,1,0,0,30.00,0,,,\n"
    settings = shop(tmp_path, register)
    done = posted(settings, "- {return: SO-1, date: 2026-02-02, line: 2, condition: new}")
    assert effect(done) == {"Assets:Inventory:MUG": "30.00", "Expenses:COGS": "-30.00"}


CELLS = st.sampled_from(
    [
        "",
        "0",
        "-1",
        "1.005",
        "1e5",
        "MUG",
        "S-1",
        "2026-01-05",
        "2026-13-01",
        "bank",
        "一",
        '"',
        "x\ny",
        "\u202e",
        "9" * 40,
    ]
)


@settings_of(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.lists(st.lists(CELLS, min_size=8, max_size=11), max_size=4)))
def test_no_register_ends_in_anything_but_findings(content: bytes | list[list[str]]) -> None:
    raw = content
    if not isinstance(raw, bytes):
        head = "order,date,sku,qty,net,tax,cost,paid,line,customer,method\n"
        raw = (head + "\n".join(",".join(row) for row in content)).encode()
    rows, findings, _ = read_register(raw, "sales.csv", "CNY", {"bank"})
    assert findings or rows
    assert all(finding.span and finding.span.line > 0 for finding in findings)
    if not findings:
        books = Bookkeeping("sales.csv", "CNY", {role: role.general for role in Role}, {"bank": "Assets:Bank"})
        assert sum(len(sale.lines) for sale in sales_of(rows, books)) == sum(row.quantity > 0 for row in rows)


def test_doctor_counts_the_sales_of_the_register_and_not_the_totals_of_the_ledger(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    found = app.doctor(settings=settings)
    assert (found.coverage.sales, found.coverage.whole, found.register) == (2, 2, "sales.csv")
    assert [finding.code for finding in found.remarks if finding.code == "sale-without-order"] == []
    assert found.example is not None and found.example.posts and found.example.order == "SO-2"


def test_doctor_says_why_a_sale_of_the_register_is_not_read_whole_and_what_it_does_not_cover(tmp_path: Path) -> None:
    bare = """
2026-01-09 * "Ben" "Order" ^inv-SO-2
  Assets:Receivable           200.00 CNY
  Income:Sales               -200.00 CNY

2026-04-30 * "Sales of April"
  Assets:Bank                 113.00 CNY
  Income:Sales               -100.00 CNY
  Liabilities:Output-VAT      -13.00 CNY
"""
    found = app.doctor(settings=shop(tmp_path, ledger=BOOKS + bare))
    assert (found.coverage.sales, found.coverage.whole) == (3, 1)
    assert {gap.code: gap.count for gap in found.coverage.gaps} == {"register-disagrees": 1, "no-order": 1}


def test_doctor_shows_the_faults_of_a_register(tmp_path: Path) -> None:
    found = app.doctor(settings=shop(tmp_path, REGISTER.replace(",4,", ",0,")))
    assert "register-quantity-zero" in [finding.code for finding in found.remarks]
    assert found.exit_code == 1


def test_init_notices_a_register_beside_a_ledger_of_totals(tmp_path: Path) -> None:
    folder = shop(tmp_path).parent
    (folder / "returnledger.yaml").unlink()
    (folder / "other.csv").write_text("name,price\nMUG,50\n", encoding="utf-8")
    done = app.init(folder / "main.beancount")
    assert done.coverage is not None and (done.coverage.sales, done.coverage.whole) == (2, 2)
    assert 'register: "sales.csv"' in (folder / "returnledger.yaml").read_text(encoding="utf-8")
    again = app.doctor(settings=folder / "returnledger.yaml")
    assert (again.coverage.sales, again.coverage.whole) == (2, 2)


def test_init_tells_of_a_register_that_cannot_be_read_and_leaves_it_out(tmp_path: Path) -> None:
    folder = shop(tmp_path, REGISTER.replace(",4,", ",0,")).parent
    (folder / "returnledger.yaml").unlink()
    done = app.init(folder / "main.beancount")
    assert any(values.get("file") == "sales.csv" and values["count"] == 1 for _, values in done.proposal.told)
    assert "register:" not in (folder / "returnledger.yaml").read_text(encoding="utf-8")
