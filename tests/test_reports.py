"""Reports answer from rows and ledgers made here; what they print is compared, byte for byte, with golden files."""

from __future__ import annotations

import csv
import gettext
import io
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import beanquery
import pytest
from beancount import loader
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from returnledger import reports
from returnledger.books import posted
from returnledger.findings import Refused
from returnledger.relations import RELATIONS, column_names
from returnledger.reports import bql, numbering, rate
from returnledger.reports.problems import TEMPLATES
from returnledger.reports.render import FORMATS, render
from returnledger.reports.table import Column, Phrase, Report, Table
from returnledger.roles import DERIVED, Role
from returnledger.rows import Posted

HERE = Path(__file__).parent
GOLDEN = HERE / "golden" / "reports"
LOCALE = HERE.parent / "src" / "returnledger" / "locale"
QUERIES = sorted((HERE.parent / "src" / "returnledger" / "reports" / "queries").glob("*.bql"))
OVER_RELATIONS = {
    "rate",
    "rate-returned",
    "rate-orders",
    "risk-sold",
    "risk-returned",
    "exceptions",
    "cycle",
    "cutoff",
} | {
    *(
        "clearing-cases",
        "cost-returned",
        "aging-cases",
        "customer",
        "customer-orders",
        "customer-returns",
        "disposition",
        "supplier-sold",
        "supplier-returned",
        "supplier-cases",
    ),
}
MAIN = ("rate", "inventory", "credit-notes")

# A small shop: two lots of one mug, returns to three accounts, a void, two tax rates and a number left out.
LEDGER = """
option "operating_currency" "CNY"
2026-01-01 open Assets:1002-银行存款
2026-01-01 open Assets:1405-库存商品 "FIFO"
2026-01-01 open Assets:1405-库存商品-待定 "NONE"
2026-01-01 open Assets:1405-库存商品-折价品 "NONE"
2026-01-01 open Assets:1471-存货跌价准备
2026-01-01 open Assets:Broker "STRICT"
2026-01-01 open Liabilities:2221-应交税费:销项税额
2026-01-01 open Liabilities:2241-其他应付款:应付退款
2026-01-01 open Income:6001-主营业务收入
2026-01-01 open Income:6001-主营业务收入:销售退回
2026-01-01 open Income:6001-主营业务收入:销售折让
2026-01-01 open Income:6051-其他业务收入:退货手续费
2026-01-01 open Expenses:6401-主营业务成本
2026-01-01 open Expenses:6701-资产减值损失:存货跌价

2026-01-02 * "进货"
  Assets:1405-库存商品  10 MUG {10.00 CNY, "甲"}
  Assets:1405-库存商品  10 MUG {12.00 CNY, "乙"}
  Assets:1405-库存商品  5 TEA {4.00 CNY}
  Assets:Broker  3 FUND {100.00 CNY}
  Assets:1002-银行存款

2026-02-01 * "c-07" "销售"
  Assets:1405-库存商品  -12 MUG {}
    sku: "马克杯"
  Assets:1405-库存商品  -2 TEA {}
    sku: "tea"
  Expenses:6401-主营业务成本  132.00 CNY
  Income:6001-主营业务收入  -280.00 CNY
  Liabilities:2221-应交税费:销项税额  -34.80 CNY
  Assets:1002-银行存款  314.80 CNY

2026-02-03 * "c-07" "退货"
  rl-id: "RT-1"
  rl-kind: "return"
  rl-case: "RT-1"
  rl-order: "SO-1"
  rl-number: "CN-0001"
  Assets:1405-库存商品-待定  2 MUG {10.00 CNY, 2026-01-02, "甲"}
    rl-role: "inventory_hold"
    rl-line: "1"
    rl-sku: "马克杯"
    rl-qty: 2
    rl-reason: "damaged_in_transit"
    rl-condition: "damaged"
    rl-disposition: "hold"
  Expenses:6401-主营业务成本  -20.00 CNY
    rl-role: "cogs"
    rl-line: "1"
  Income:6001-主营业务收入:销售退回  40.00 CNY
    rl-role: "sales_returns"
    rl-line: "1"
  Liabilities:2221-应交税费:销项税额  5.20 CNY
    rl-role: "output_vat"
    rl-line: "1"
  Liabilities:2241-其他应付款:应付退款  -45.20 CNY
    rl-role: "refund_payable"

2026-02-05 * "c-07" "退货"
  rl-id: "RT-2"
  rl-kind: "return"
  rl-case: "RT-2"
  rl-order: "SO-1"
  rl-number: "CN-0002"
  Assets:1405-库存商品-待定  1 MUG {10.00 CNY, 2026-01-02, "甲"}
    rl-role: "inventory_hold"
    rl-line: "1"
    rl-sku: "马克杯"
    rl-condition: "unknown"
    rl-disposition: "hold"
  Assets:1405-库存商品-折价品  2 MUG {12.00 CNY, 2026-01-02, "乙"}
    rl-role: "inventory_open_box"
    rl-line: "2"
    rl-sku: "马克杯"
    rl-condition: "opened"
    rl-disposition: "restock_open_box"
  Assets:1471-存货跌价准备  -7.50 CNY
    rl-role: "write_down_allowance"
    rl-line: "2"
  Expenses:6701-资产减值损失:存货跌价  7.50 CNY
    rl-role: "inventory_write_down"
    rl-line: "2"
  Expenses:6401-主营业务成本  -34.00 CNY
    rl-role: "cogs"
  Income:6001-主营业务收入:销售退回  60.00 CNY
    rl-role: "sales_returns"
    rl-line: "1"
  Income:6051-其他业务收入:退货手续费  -6.00 CNY
    rl-role: "restocking_fee_revenue"
  Liabilities:2221-应交税费:销项税额  7.80 CNY
    rl-role: "output_vat"
    rl-line: "1"
  Liabilities:2241-其他应付款:应付退款  -61.80 CNY
    rl-role: "refund_payable"

2026-02-06 * "c-07" "折让"
  rl-id: "AL-1"
  rl-kind: "allowance"
  rl-case: "AL-1"
  rl-order: "SO-1"
  rl-number: "CN-0004"
  rl-red-invoice: "红26-11"
  Income:6001-主营业务收入:销售折让  5.00 CNY
    rl-role: "sales_allowances"
    rl-line: "2"
  Liabilities:2221-应交税费:销项税额  0.45 CNY
    rl-role: "output_vat"
    rl-line: "2"
  Liabilities:2241-其他应付款:应付退款  -5.45 CNY
    rl-role: "refund_payable"

2026-02-08 * "c-07" "作废"
  rl-id: "VO-1"
  rl-kind: "void"
  rl-case: "RT-1"
  rl-order: "SO-1"
  rl-voids: "RT-1"
  Assets:1405-库存商品-待定  -2 MUG {10.00 CNY, 2026-01-02, "甲"}
    rl-role: "inventory_hold"
    rl-line: "1"
    rl-sku: "马克杯"
    rl-condition: "damaged"
    rl-disposition: "hold"
  Expenses:6401-主营业务成本  20.00 CNY
    rl-role: "cogs"
    rl-line: "1"
  Income:6001-主营业务收入:销售退回  -40.00 CNY
    rl-role: "sales_returns"
    rl-line: "1"
  Liabilities:2221-应交税费:销项税额  -5.20 CNY
    rl-role: "output_vat"
    rl-line: "1"
  Liabilities:2241-其他应付款:应付退款  45.20 CNY
    rl-role: "refund_payable"

2026-02-09 * "c-08" "退货"
  rl-id: "RT-3"
  rl-kind: "return"
  rl-case: "RT-3"
  rl-order: "SO-1"
  rl-number: "CN-0005"
  Assets:1405-库存商品-待定  1 MUG {10.00 CNY, 2026-01-02, "甲"}
    rl-role: "inventory_hold"
    rl-line: "1"
    rl-condition: "used"
    rl-disposition: "hold"
  Expenses:6401-主营业务成本  -10.00 CNY
    rl-role: "cogs"
  Income:6001-主营业务收入:销售退回  20.00 CNY
    rl-role: "sales_returns"
    rl-line: "1"
  Liabilities:2221-应交税费:销项税额  2.60 CNY
    rl-role: "output_vat"
    rl-line: "1"
  Liabilities:2241-其他应付款:应付退款  -22.60 CNY
    rl-role: "refund_payable"
"""


def role_of(account: str) -> Role | None:
    """Recognise the accounts of both presets, longest name first."""
    named = [(name, role) for role in Role for name in (role.general, role.china)]
    for name, role in sorted(named, key=lambda pair: -len(pair[0])):
        if account == name or account.startswith(f"{name}:"):
            return role
    return None


class Shop:
    """A source made of given rows and a ledger text, which is loaded when first asked for."""

    currency = "CNY"
    commit: str | None = "3f2a1b9"
    role_of = staticmethod(role_of)

    def __init__(
        self, sales: Sequence[tuple[Any, ...]] = (), returned: Sequence[tuple[Any, ...]] = (), ledger: str = LEDGER
    ):
        self._rows = {"sales": sales, "returns": returned, "cases": ()}
        self._ledger = ledger
        self._loaded: Any = None

    def rows(self, name: str) -> Iterator[tuple[Any, ...]]:
        return iter(self._rows[name])

    def _load(self, part: int) -> Any:
        self._loaded = self._loaded or loader.load_string(self._ledger)
        return self._loaded[part]

    entries = property(lambda self: self._load(0))
    errors = property(lambda self: self._load(1))

    def posted(self) -> Iterator[Posted]:
        return (entry for entry in map(posted, self.entries) if entry is not None)

    options = property(lambda self: self._load(2))

    @property
    def loaded(self) -> bool:
        return self._loaded is not None


class PickingShop(Shop):
    """The same, handing over only the columns that are asked for, and remembering which."""

    def pick(self, name: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        self.picked = columns
        at = [column_names(name).index(column) for column in columns]
        return (tuple(row[i] for i in at) for row in self._rows[name])


BLANK: dict[str, Any] = {"text": "", "number": Decimal(0), "money": Decimal("0.00"), "date": None}


def row(relation: str, **values: Any) -> tuple[Any, ...]:
    """Return a row of `relation`; what is not given is empty."""
    return tuple(values.get(column.name, BLANK[column.type]) for column in RELATIONS[relation])


def sold(day: str, order: str, sku: str, quantity: int, revenue: str, **values: Any) -> tuple[Any, ...]:
    values = {"commodity": sku.upper(), "currency": "CNY", "customer": "c-07", "category": "厨具", **values}
    return row(
        "sales",
        date=date.fromisoformat(day),
        order=order,
        sku=sku,
        quantity=Decimal(quantity),
        revenue=Decimal(revenue),
        **values,
    )


def back(day: str, order: str, sku: str, quantity: int, revenue: str, **values: Any) -> tuple[Any, ...]:
    defaults = {"commodity": sku.upper(), "currency": "CNY", "customer": "c-07", "category": "厨具", "kind": "return"}
    values = {**defaults, "goods": "returned", "reason": "defective", "date_sold": date(2026, 1, 5), **values}
    return row(
        "returns",
        date=date.fromisoformat(day),
        order=order,
        sku=sku,
        quantity=Decimal(quantity),
        revenue=Decimal(revenue),
        **values,
    )


SALES = [
    sold("2026-01-05", "SO-1", "马克杯 蓝|L", 10, "1000.00"),
    sold("2026-01-05", "SO-1", "=cmd()", 3, "30.00", category=""),
    sold("2026-02-10", "SO-2", "马克杯 蓝|L", 20, "2345.50"),
    sold("2026-02-11", "SO-3", "gift\x1b[31m", 1, "8.00", commodity="", customer="c-09"),
]
RETURNED = [
    back("2026-01-20", "SO-1", "马克杯 蓝|L", 2, "200.00"),
    back("2026-02-20", "SO-1", "马克杯 蓝|L", 1, "100.00", reason="changed_mind"),
    back("2026-02-21", "SO-2", "马克杯 蓝|L", 1, "117.28", date_sold=date(2026, 2, 10)),
    back("2026-02-22", "SO-2", "马克杯 蓝|L", -1, "-117.28", date_sold=date(2026, 2, 10)),
    back("2026-02-23", "SO-1", "=cmd()", 0, "10.00", goods="kept"),
    back("2026-02-24", "SO-2", "马克杯 蓝|L", 0, "20.00", kind="allowance", goods="", reason="quality"),
]


@pytest.fixture
def shop() -> Shop:
    return Shop(SALES, RETURNED)


def translator(language: str) -> Callable[[str], str]:
    if language == "en":
        return lambda text: text
    return gettext.translation("reports", LOCALE, [language]).gettext


def by_key(report: Report, key: str = "sku") -> dict[Any, dict[str, Any]]:
    names = [column.key for column in report.columns]
    rows = [dict(zip(names, cells)) for cells in report.rows]
    return {found[key]: found for found in rows}


def total(report: Report) -> dict[str, Any]:
    return dict(zip([column.key for column in report.columns], report.table.totals[0]))


# ── what is printed ──


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", MAIN)
def test_a_report_prints_as_its_golden_file(
    shop: Shop, name: str, form: str, language: str, request: pytest.FixtureRequest
) -> None:
    printed = render(reports.run(name, {}, shop), form, translator(language), language)
    golden = GOLDEN / f"{name}.{language}.{form}"
    if request.config.getoption("--update", default=False):
        golden.write_text(printed, encoding="utf-8", newline="\n")
    assert printed == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", MAIN)
def test_text_keeps_to_eighty_cells(shop: Shop, name: str, language: str) -> None:
    printed = render(reports.run(name, {}, shop), "text", translator(language), language)
    assert [line for line in printed.splitlines() if cell_len(line) > 80] == []


@pytest.mark.parametrize("width", [1, 20, 40, 79, 200])
def test_no_digit_is_cut_at_any_width(shop: Shop, width: int) -> None:
    printed = render(reports.run("rate", {}, shop), "text", translator("en"), width=width)
    assert "3,383.50" in printed and "330.00" in printed


def test_json_has_the_keys_that_scripts_rely_on(shop: Shop) -> None:
    found = json.loads(render(reports.run("rate", {}, shop), "json", translator("zh"), "zh"))
    keys = ["sku", "sold", "returned", "rate", "value_sold", "value_returned", "rate_value"]
    assert list(found["rows"][0]) == keys
    assert found["rows"][0]["value_sold"] == "3345.50 CNY" and found["rows"][0]["rate"] == "0.100000"
    assert found["definition"] and found["basis"] and found["commit"] == "3f2a1b9"


def test_csv_has_plain_numbers_and_no_formulas(shop: Shop) -> None:
    printed = render(reports.run("rate", {}, shop), "csv", translator("en"))
    rows = list(csv.DictReader(io.StringIO(printed)))
    assert {found["sku"] for found in rows} == {"马克杯 蓝|L", "'=cmd()", "gift[31m"}
    assert rows[0]["value_sold"] == "3345.50"
    assert render(reports.run("rate", {}, shop), "csv", translator("en"), excel=True) == "\ufeff" + printed


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", " =x", "\t=x", "\r=x", "\x00=x"])
def test_csv_text_never_begins_like_a_formula(text: str) -> None:
    report = Report("query", Phrase("x"), Table((Column("a", "a", "text"),), ((text,), (Decimal(-1),))))
    cells = [cells[0] for cells in csv.reader(io.StringIO(render(report, "csv", translator("en"))))]
    assert cells[1].startswith("'") and cells[2] == "-1"


@given(st.text(max_size=30))
def test_no_data_breaks_out_of_a_page(text: str) -> None:
    report = Report("query", Phrase("x"), Table((Column("a", "a", "text"), Column("b", "b", "text")), ((text, "b"),)))
    for form in FORMATS:
        printed = render(report, form, translator("en"))
        assert not set(printed) & set("\x1b\x00\x07\x9b\u202e\u2066\u200b")
    assert len(render(report, "md", translator("en")).splitlines()) == 5
    assert json.loads(render(report, "json", translator("en")))["rows"][0]["b"] == "b"


# ── rates ──


def test_goods_kept_and_allowances_are_money_and_no_units(shop: Shop) -> None:
    lines = by_key(reports.run("rate", {}, shop))
    assert (lines["=cmd()"]["returned"], lines["=cmd()"]["value_returned"]) == (0, Decimal("10.00"))
    assert (lines["马克杯 蓝|L"]["returned"], lines["马克杯 蓝|L"]["value_returned"]) == (3, Decimal("320.00"))


def test_a_void_takes_off_what_it_undoes(shop: Shop) -> None:
    assert total(reports.run("rate", {"from": "2026-02-21", "to": "2026-02-22"}, shop))["returned"] == 0


def test_a_cohort_follows_the_sales_of_the_period(shop: Shop) -> None:
    report = reports.run("rate", {"metric": "units_cohort", "period": "2026-01", "by": "month"}, shop)
    assert by_key(report, "month")["2026-01"]["returned"] == 3
    early = reports.run("rate", {"metric": "units_cohort", "period": "2026-01", "as-of": "2026-01-31"}, shop)
    assert total(early)["returned"] == 2


def test_by_reason_what_was_sold_is_the_total(shop: Shop) -> None:
    lines = by_key(reports.run("rate", {"by": "reason"}, shop), "reason")
    assert {name: (line["sold"], line["returned"]) for name, line in lines.items()} == {
        "defective": (34, 2),
        "changed_mind": (34, 1),
        "quality": (34, 0),
    }


def test_orders_count_once_and_not_when_all_is_undone(shop: Shop) -> None:
    found = total(reports.run("rate", {"metric": "orders"}, shop))
    assert (found["sold"], found["returned"], found["rate"]) == (3, 1, Decimal(1) / 3)


def test_lines_without_stock_are_named_and_can_be_left_out(shop: Shop) -> None:
    printed = render(reports.run("rate", {}, shop), "text", translator("en"))
    assert "lines without stock (services, vouchers) are counted: 1 units sold, 0 returned" in printed
    assert total(reports.run("rate", {"lines": "goods"}, shop))["sold"] == 33


def test_hidden_lines_stay_in_the_total(shop: Shop) -> None:
    report = reports.run("rate", {"top": "1", "min-sold": "2"}, shop)
    assert len(report.rows) == 1 and total(report)["sold"] == 34
    assert "1 of 3 lines are shown" in render(report, "text", translator("en"))


def test_two_currencies_are_never_added() -> None:
    shop = Shop([sold("2026-01-05", "1", "a", 1, "10.00"), sold("2026-01-05", "2", "a", 1, "9.00", currency="EUR")])
    report = reports.run("rate", {}, shop)
    assert [line[4] for line in report.rows] == [Decimal("10.00"), Decimal("9.00")]
    assert "currency" in render(report, "text", translator("en"))


def test_an_empty_shop_has_a_report() -> None:
    for form in FORMATS:
        assert render(reports.run("rate", {}, Shop()), form, translator("en"))
    assert total(reports.run("rate", {}, Shop()))["rate"] is None


@pytest.mark.parametrize("metric", list(rate.METRICS))
@pytest.mark.parametrize("key", ["sku", "reason", "month", "customer", "category"])
def test_every_metric_goes_by_every_key(shop: Shop, metric: str, key: str) -> None:
    assert reports.run("rate", {"metric": metric, "by": key}, shop).rows


LINES = st.lists(
    st.tuples(
        st.dates(date(2026, 1, 1), date(2026, 3, 31)),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["x", "y"]),
        st.integers(-3, 9),
        st.decimals(-99, 99, places=2),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(LINES, LINES, st.sampled_from(["sku", "customer", "month", "sku,month", "category"]))
def test_the_lines_of_a_rate_add_up_to_its_total(sales: Any, returned: Any, keys: str) -> None:
    shop = PickingShop(
        [
            row("sales", date=d, order="1", sku=s, customer=c, quantity=Decimal(q), revenue=m, currency="CNY")
            for d, s, c, q, m in sales
        ],
        [
            row("returns", date=d, date_sold=d, order="1", sku=s, customer=c, kind="return", goods="returned")[:15]
            + row("returns", kind="return", goods="returned", quantity=Decimal(q), revenue=m, currency="CNY")[15:]
            for d, s, c, q, m in returned
        ],
    )
    report = reports.run("rate", {"by": keys}, shop)
    names = [column.key for column in report.columns]
    for column in ("sold", "returned", "value_sold", "value_returned"):
        cells = [line[names.index(column)] for line in report.rows]
        assert sum(cells, Decimal(0)) == total(report)[column]
    for line in report.rows:
        cells = dict(zip(names, line))
        assert cells["rate"] == (cells["returned"] / cells["sold"] if cells["sold"] else None)


def test_only_the_columns_that_a_query_names_are_fetched() -> None:
    shop = PickingShop(SALES, RETURNED)
    reports.run_query("SELECT sku, sum(quantity) AS n FROM sales GROUP BY sku", shop)
    assert set(shop.picked) == {"sku", "quantity"}
    assert reports.run("rate", {}, shop) == reports.run("rate", {}, Shop(SALES, RETURNED))
    assert not shop.loaded


# ── stock and documents ──


def test_stock_ties_to_its_accounts_and_leaves_other_holdings_alone(shop: Shop) -> None:
    report = reports.run("inventory", {}, shop)
    assert [(tie.ok, tie.booked) for tie in report.ties] == [
        (True, Decimal("108.00")),
        (True, Decimal("20.00")),
        (True, Decimal("24.00")),
        (True, Decimal("-7.50")),
    ]
    assert "Assets:Broker" not in {cells[0] for cells in report.rows}


def test_units_of_one_lot_are_told_apart_by_what_the_inspector_saw(shop: Shop) -> None:
    report = reports.run("inventory", {"condition": "inventory_hold"}, shop)
    assert [(cells[3], cells[7]) for cells in report.rows] == [("unknown", 1), ("used", 1)]


def test_labels_that_explain_too_few_units_share_one_line(shop: Shop) -> None:
    moved = LEDGER + (
        '2026-02-20 *\n  Assets:1405-库存商品-待定  -1 MUG {10.00 CNY, 2026-01-02, "甲"}\n  Expenses:6401-主营业务成本\n'
    )
    shop = Shop(SALES, RETURNED, moved)
    report = reports.run("inventory", {"condition": "inventory_hold"}, shop)
    assert [(cells[3], cells[7]) for cells in report.rows] == [("unknown, used", 1)]
    assert all(tie.ok for tie in report.ties)


def test_a_stock_account_with_money_in_it_does_not_tie() -> None:
    odd = LEDGER + "2026-02-20 *\n  Assets:1405-库存商品  5.00 CNY\n  Assets:1002-银行存款\n"
    report = reports.run("inventory", {}, Shop(ledger=odd))
    assert [tie.ok for tie in report.ties] == [False, True, True, True]
    printed = render(report, "text", translator("en"))
    assert "does not tie to Assets:1405-库存商品: the report has 108.00 CNY" in printed


def test_stock_as_of_an_earlier_day(shop: Shop) -> None:
    report = reports.run("inventory", {"as-of": "2026-01-31"}, shop)
    assert [cells[7] for cells in report.rows] == [10, 10, 5] and all(tie.ok for tie in report.ties)


def test_the_register_shows_gaps_voids_and_tax_by_rate(shop: Shop) -> None:
    report = reports.run("credit-notes", {}, shop)
    assert [cells[0] for cells in report.rows] == ["CN-0001", "CN-0002", "CN-0004", "CN-0001", "CN-0005"]
    assert [cells[8] for cells in report.rows] == [
        Decimal(text) for text in ("45.20", "61.80", "5.45", "-45.20", "22.60")
    ]
    assert [(cells[0], cells[3]) for cells in report.parts[0].rows] == [
        (Decimal("0.09"), Decimal("0.45")),
        (Decimal("0.13"), Decimal("10.40")),
    ]
    assert all(tie.ok for tie in report.ties) and len(report.ties) == 3
    assert "1 numbers are missing: CN-0003" in render(report, "text", translator("en"))


def test_a_credit_note_written_by_hand_shows_in_the_tie() -> None:
    hand = LEDGER + "2026-02-20 *\n  Income:6001-主营业务收入:销售退回  9.00 CNY\n  Assets:1002-银行存款\n"
    ties = reports.run("credit-notes", {}, Shop(ledger=hand)).ties
    assert [tie.booked - tie.reported for tie in ties if not tie.ok] == [Decimal("9.00")]


def test_a_jump_in_the_numbers_does_not_fill_the_page() -> None:
    assert numbering.missing(["CN-7", "CN-9", "B1", "no number"]) == ["CN-8"]
    assert len(numbering.missing(["1", "999999999"])) == 1000


@pytest.mark.parametrize(
    "path", [path for path in QUERIES if path.stem not in OVER_RELATIONS], ids=lambda path: path.stem
)
def test_a_query_over_the_ledger_runs_in_plain_beanquery(path: Path, shop: Shop) -> None:
    connection = beanquery.connect("beancount:", entries=shop.entries, errors=shop.errors, options=shop.options)
    assert connection.execute(path.read_text(encoding="utf-8")).fetchall()


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_query_opens_with_a_word_and_a_comment(path: Path) -> None:
    # bean-query skips, without a word, whatever begins with a comment.
    assert path.read_text(encoding="utf-8").startswith("SELECT /* ")


def test_bean_query_answers_like_the_report(shop: Shop, tmp_path: Path) -> None:
    from beanquery import shell
    from click.testing import CliRunner

    ledger = tmp_path / "main.beancount"
    ledger.write_text(LEDGER, encoding="utf-8")
    answer = CliRunner().invoke(shell.main, ["--format", "csv", str(ledger), bql.query_text("inventory")])
    rows = [cells for cells in csv.DictReader(io.StringIO(answer.output)) if Decimal(cells["quantity"])]
    assert sum(Decimal(cells["book_value"]) for cells in rows if cells["commodity"] != "FUND") == Decimal("152.00")
    assert len(DERIVED) == 5


# ── refusals and queries ──


@pytest.mark.parametrize(
    ("name", "options", "code"),
    [
        ("rates", {}, "report-unknown"),
        ("rate", {"periode": "2026"}, "option-unknown"),
        ("rate", {"by": "colour"}, "choice-unknown"),
        ("rate", {"by": ""}, "choice-unknown"),
        ("rate", {"metric": "unit"}, "choice-unknown"),
        ("rate", {"period": "2026-13"}, "period-unknown"),
        ("rate", {"period": "2026-Q5"}, "period-unknown"),
        ("rate", {"period": "２０２６"}, "period-unknown"),
        ("rate", {"period": "0000"}, "period-unknown"),
        ("rate", {"from": "2026-02-30"}, "day-unknown"),
        ("rate", {"from": "2026-2-3"}, "day-unknown"),
        ("rate", {"from": "2026-03-01", "to": "2026-02-01"}, "period-backwards"),
        ("rate", {"top": "0"}, "count-expected"),
        ("rate", {"min-sold": "-1"}, "count-expected"),
        ("inventory", {"condition": "new"}, "choice-unknown"),
    ],
)
def test_a_wish_that_can_not_be_meant_is_refused(shop: Shop, name: str, options: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refused:
        reports.run(name, options, shop)
    assert refused.value.exit_code == 2
    assert sentence(refused.value) and refused.value.findings[0].code == code


def sentence(refused: Refused) -> str:
    finding = refused.findings[0]
    template = TEMPLATES[finding.code]
    return template.message.format(**finding.values) + template.hint.format(**finding.values)


@pytest.mark.parametrize(
    ("query", "code", "place"),
    [
        ("", "query-empty", None),
        ("SELECT sku, FROM sales", "query-syntax", (1, 17)),
        ("SELECT\n  skuu FROM sales", "query-column", (2, 3)),
        ("SELECT sku FROM returned", "query-table", (1, 17)),
        ("SELECT frob(sku) FROM sales", "query-function", (1, 8)),
        ("SELECT sku + 1 FROM sales", "query-types", (1, 8)),
        ("SELECT sku, customer, sum(quantity) FROM sales GROUP BY sku", "query-group", None),
        ("SELECT splitcomp(sku, ':', 9) FROM sales", "query-wrong", None),
        ("SELECT sku FROM sales WHERE sku ~ '('", "query-wrong", None),
        ("SELECT %s FROM sales", "query-syntax", (1, 8)),
        ("SELECT sku FROM sales; SELECT 2", "query-second-statement", (1, 24)),
        ("CREATE TABLE x USING 'csv:somewhere'", "query-writes", (1, 1)),
        ("INSERT INTO sales (sku) VALUES ('x')", "query-writes", (1, 1)),
        ("PRINT", "query-writes", (1, 1)),
        ("SELECT sku FROM sales WHERE date = 2026-13-45", "query-wrong", None),
        ("SELECT " + "(" * 3000 + "1" + ")" * 3000, "query-wrong", None),
    ],
)
def test_a_wrong_query_says_where(shop: Shop, query: str, code: str, place: tuple[int, int] | None) -> None:
    with pytest.raises(Refused) as refused:
        reports.run_query(query, shop)
    finding = refused.value.findings[0]
    assert sentence(refused.value) and finding.code == code
    assert place == (finding.span and (finding.span.line, finding.span.column))


WORDS = (
    "SELECT",
    "FROM",
    "sales",
    "WHERE",
    "sku",
    "=",
    "'a'",
    "(",
    ")",
    ",",
    ";",
    "*",
    "sum",
    '"',
    "GROUP",
    "BY",
    "1",
    "/*",
    "*/",
    "%",
    "é",
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(WORDS),
        max_size=9,
    )
)
def test_no_query_ends_in_a_traceback(words: list[str]) -> None:
    try:
        assert reports.run_query(" ".join(words), Shop(SALES, RETURNED, "")).name == "query"
    except Refused as refused:
        assert sentence(refused)


def test_a_query_reads_the_relations_without_the_ledger(shop: Shop) -> None:
    query = 'SELECT "order", sum(quantity) AS units FROM sales WHERE sku != \'x\' GROUP BY "order" ORDER BY units DESC;'
    assert reports.run_query(query, shop).rows[0][1] == 20
    assert reports.run_query("SELECT count(*) AS n FROM cases", shop).rows == ()
    assert not shop.loaded


def test_a_query_joins_nothing_but_may_ask_the_ledger(shop: Shop) -> None:
    report = reports.run_query("SELECT account, sum(position) AS balance, count(*) AS n GROUP BY account", shop)
    assert ("Assets:Broker", "3 FUND {100.00 CNY, 2026-01-02}", 1) in report.rows
    assert [column.type for column in report.columns] == ["text", "amount", "number"]
    wild = reports.run_query("SELECT * FROM returns WHERE sku IN (SELECT sku FROM sales) LIMIT 2", shop)
    assert [column.key for column in wild.columns] == list(column_names("returns")) and len(wild.rows) == 2


# ── the words ──


def test_every_text_of_the_reports_has_its_chinese() -> None:
    chinese = gettext.translation("reports", LOCALE, ["zh"])
    texts = {text for template in TEMPLATES.values() for text in (template.message, template.hint)}
    for options in reports.OPTIONS.values():
        texts |= set(options.values())
    texts |= set(reports.TITLES.values())
    assert {text for text in texts if text != "SKU" and chinese.gettext(text) == text} == set()
