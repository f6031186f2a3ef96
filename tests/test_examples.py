"""The small shop does what its page says: the plan to the letter, the sessions, and balances worked out by hand."""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.core.data import Transaction
from sessions import Step, fits, run, steps_of

ROOT = Path(__file__).parent.parent
SHOP = ROOT / "examples" / "small-shop"
PAGES = (
    SHOP / "README.md",
    ROOT / "examples" / "online-retail" / "README.md",
    ROOT / "examples" / "monthly-totals" / "README.md",
    ROOT / "examples" / "strangers-ledger" / "README.md",
    ROOT / "examples" / "advance-refunds" / "README.md",
    ROOT / "examples" / "appliance-maker" / "README.md",
)
PLANS = {
    "plan.txt": "returnledger plan events.yaml",
    "plan.zh.txt": "returnledger --lang zh plan events.yaml",
    "plan-later.txt": "returnledger apply events.yaml >/dev/null && returnledger plan later.yaml",
}

# Worked out by hand from main.beancount, events.yaml and later.yaml, after both are booked.
BALANCES = {
    ("Assets:1001-库存现金", "CNY"): "203.40",  # 271.20 sold, 67.80 back for the shirt that is kept
    ("Assets:1002-银行存款", "CNY"): "1446.40",  # 100 + 1808 in; 100 + 271.20 + 90.40 out
    ("Assets:1012-微信", "CNY"): "161.21",  # 372.90 + 101.70 + 67.80 in; 148.89 + 62.80 + 101.70 + 67.80 out
    ("Assets:1122-应收账款", "CNY"): "90.40",  # 135.60 - 45.20; SO-1003 owes nothing any more
    ("Assets:1405-库存商品:马克杯", "MUG-BLUE"): "44",  # 80 - 43, 1 + 6 back
    ("Assets:1405-库存商品:水壶", "KETTLE"): "27",  # 30 - 5, 2 back
    ("Assets:1405-库存商品:T恤", "TEE-XL"): "54",  # 60 - 8, 2 back
    ("Assets:1405-库存商品-折价品:水壶", "KETTLE"): "1",
    ("Assets:1405-库存商品-折价品:T恤", "TEE-XL"): "1",
    ("Assets:1405-库存商品-待定:水壶", "KETTLE"): "1",
    ("Assets:1471-存货跌价准备", "CNY"): "-5.20",  # 66 - 75.29 x 85 % x 95 %
    ("Expenses:6701-资产减值损失:存货跌价", "CNY"): "5.20",
    ("Expenses:6602-管理费用:报废损失", "CNY"): "36.00",  # two mugs of 18.00
    ("Liabilities:2241-其他应付款:应付退款", "CNY"): "0.00",
    # Sold at 54 + 204 + 132 + 96 + 724.50 + 66 + 24 = 1300.50; back: a mug 18, kettle 66, shirt 24, two kettles 132,
    # six mugs 3 x 19.50 + 3 x 18, shirt 24, kettle 66, two mugs 36, shirt 24.
    ("Expenses:6401-主营业务成本", "CNY"): "798.00",
    ("Income:6051-其他业务收入:运费", "CNY"): "-10.00",  # of 20 charged, 10 given back
    ("Income:6051-其他业务收入:退货手续费", "CNY"): "-4.42",  # 5.00 less 13 % tax in it
}


def shop(folder: Path) -> Path:
    """Return a copy of the shop that a test may change."""
    return Path(shutil.copytree(SHOP, folder / "shop" / "work"))


@pytest.mark.parametrize("name", PLANS)
def test_the_plan_is_the_expected_text(name: str, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    text = run(Step("", 0, PLANS[name], ""), shop(tmp_path)) + "\n"
    expected = SHOP / "expected" / name
    if pytestconfig.getoption("--update"):
        expected.parent.mkdir(exist_ok=True)
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.parent.name)
def test_the_sessions_of_the_page_are_true(path: Path, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    page = path.read_text(encoding="utf-8")
    work = Path(shutil.copytree(path.parent, tmp_path / "example" / "work"))
    said = [(step, run(step, work)) for step in steps_of(page)]
    if pytestconfig.getoption("--update"):
        path.write_text(rewritten(page, said), encoding="utf-8")
        return
    wrong = [
        (step.line, step.command, step.expected, output) for step, output in said if not fits(step.expected, output)
    ]
    assert wrong == []


def rewritten(page: str, said: list[tuple[Step, str]]) -> str:
    """Return the page with what each command prints now; an output with a line `...` stays as it was written."""
    answers = iter(step.expected if "..." in step.expected.splitlines() else output for step, output in said)

    def block(match: re.Match[str]) -> str:
        asked = [line for line in match[1].splitlines() if line.startswith("$ ")]
        lines = [part for line in asked for part in (line, *next(answers).splitlines())]
        return "```console\n" + "\n".join(lines) + "\n```"

    return re.sub(r"^```console\n(.*?)^```$", block, page, flags=re.MULTILINE | re.DOTALL)


def test_the_books_hold_what_was_worked_out_by_hand(tmp_path: Path) -> None:
    work = shop(tmp_path)
    for command in ("returnledger apply events.yaml", "returnledger apply later.yaml"):
        assert "[exit" not in run(Step("", 0, command, ""), work)
    balances = holdings(work)
    assert {key: balances[key] for key in BALANCES} == {key: Decimal(value) for key, value in BALANCES.items()}


# Worked out by hand from the stranger's main.beancount and returns.yaml; then from the return of all that is left.
AFTER_SIX = {
    ("Assets:Warehouse", "GRINDER"): "9",  # 10 - 3, two back
    ("Assets:Warehouse", "DRIPPER"): "8",  # 10 - 3, one back
    ("Assets:Warehouse", "FILTERS"): "37",  # 40 - 6, two back with the kit, one alone
    ("Assets:Warehouse", "BEANS"): "39",  # 70 - 41, ten back from America
    ("Assets:Warehouse-Returned", "BEANS"): "3",
    ("Assets:Bank:Dollar", "USD"): "300.00",  # 500 less 10 of 25 bags
    ("Assets:Bank:Euro", "EUR"): "-182.84",  # 574.33 in and 600 of rent out; 68.97 + 55.92 + 32.28 out
    ("Assets:Debtors", "EUR"): "0.89",  # 63.35 and 40.32 owed; 54.45 + 8.01 and 40.32 taken off
    ("Liabilities:VAT:High-21", "EUR"): "-29.48",  # 64.89; 11.97 + 9.45 + 1.39 + 12.60 back
    ("Liabilities:VAT:Low-9", "EUR"): "-20.49",  # 25.11; 4.62 back
    ("Income:Sales-Returns", "EUR"): "403.92",  # 57 + 51.30 + 45 + 6.62 + 184 + 60
    ("Income:Exchange", "EUR"): "-1.00",  # 5 gained on the wire, 4 lost: 200 USD sold at 0.92 go back at 0.94
    ("Expenses:Cost-Of-Sales", "EUR"): "321.50",  # 530.50; 35 + 27 + 17 + 2.50 + 92.50 + 35 back
}
ALL_BACK = {
    ("Assets:Warehouse", "GRINDER"): "10",
    ("Assets:Warehouse", "DRIPPER"): "10",
    ("Assets:Warehouse", "FILTERS"): "40",
    ("Assets:Debtors", "EUR"): "0.00",
    ("Assets:Debtors", "USD"): "0.00",
    ("Assets:Bank:Dollar", "USD"): "0.00",
    ("Assets:Bank:Euro", "EUR"): "-600.00",
    ("Liabilities:VAT:High-21", "EUR"): "0.00",
    ("Liabilities:VAT:Low-9", "EUR"): "0.00",
    ("Expenses:Cost-Of-Sales", "EUR"): "0.00",
    ("Liabilities:Refund-Payable", "EUR"): "0.00",
}


def test_a_stranger_s_sales_come_back_and_leave_nothing(tmp_path: Path) -> None:
    work = Path(shutil.copytree(ROOT / "examples" / "strangers-ledger", tmp_path / "shop" / "work"))
    setting_up = "returnledger init && echo 'include \"returns/**/*.beancount\"' >> main.beancount"
    assert "[exit" not in run(Step("", 0, setting_up, ""), work)
    assert "[exit" not in run(Step("", 0, "returnledger apply returns.yaml", ""), work)
    held = holdings(work)
    assert {key: held[key] for key in AFTER_SIX} == {key: Decimal(value) for key, value in AFTER_SIX.items()}
    waived = "allow: [window-closed], approved_by: owner, note: all of it"
    rest = "".join(f"- {{return: {order}, date: 2026-03-18, {waived}}}\n" for order in range(4711, 4715))
    (work / "rest.yaml").write_text(rest, encoding="utf-8")
    said = run(Step("", 0, "returnledger apply rest.yaml", ""), work)
    assert "[exit" not in said, said
    held = holdings(work)
    assert {key: held[key] for key in ALL_BACK} == {key: Decimal(value) for key, value in ALL_BACK.items()}
    assert held["Assets:Warehouse", "BEANS"] + held["Assets:Warehouse-Returned", "BEANS"] == 70
    assert held["Income:Sales", "EUR"] + held["Income:Discounts", "EUR"] + held["Income:Sales-Returns", "EUR"] == 0


def holdings(folder: Path) -> dict[tuple[str, str], Decimal]:
    """Return what each account holds, by commodity, after a clean load."""
    entries, errors, _ = loader.load_file(str(folder / "main.beancount"))
    assert errors == []
    held: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for entry in entries:
        if isinstance(entry, Transaction):
            for posting in entry.postings:
                held[posting.account, posting.units.currency] += posting.units.number
    return held


# Worked out by hand from the appliance maker's main.beancount and its files of events, after all are booked.
MAKER = ("request", "goods", "after", "provision", "new-year", "closing")
AFTER_APRIL = {
    ("Assets:1405-库存商品:空气炸锅", "FRYER"): "306",  # 400 - 100, six put away
    ("Assets:1405-库存商品-折价品:空气炸锅", "FRYER"): "3",
    ("Assets:1405-库存商品:电饭煲", "COOKER"): "271",  # 600 - 350, 16 and 5 put away
    ("Assets:1471-存货跌价准备", "CNY"): "-52.80",  # three at 200.00, to 320.00 x 60 % x 95 %
    ("Assets:1403-原材料:残料", "CNY"): "15.00",
    ("Expenses:6602-管理费用:存货损失", "CNY"): "185.00",
    ("Expenses:6602-管理费用:退供损失", "CNY"): "20.00",  # two at 200.00, of which 380.00 is credited
    # 20000 + 6000 + 24000 + 12000 sold; 2400 of fryers and, of December, 16 at 120.00 back;
    # 64.00 of carriage stays, as the estimate accrued it
    ("Expenses:6401-主营业务成本", "CNY"): "57744.00",
    # 102000 sold; 12 at 320.00 and, of December, 16 at 200.00 back; November's five are of the year before
    ("Income:6001-主营业务收入", "CNY"): "-94960.00",
    ("Equity:4104-利润分配:未分配利润", "CNY"): "270.00",  # (1000 - 600) less 25 % tax and 10 % of the rest
    ("Equity:4101-盈余公积", "CNY"): "30.00",
    ("Liabilities:2221-应交税费:应交所得税", "CNY"): "100.00",
}
NOTHING_LEFT = (
    "Equity:6901-以前年度损益调整",
    "Liabilities:2241-其他应付款:退货清算",
    "Liabilities:2241-其他应付款:应付退款",
    "Liabilities:2241-其他应付款:预提退货费用",
    "Liabilities:2801-预计负债:应付退货款",
    "Assets:1485-应收退货成本",
    "Assets:1901-待处理财产损溢",
    "Assets:1221-其他应收款:供应商",
)


def test_an_appliance_maker_s_year_ends_with_nothing_open(tmp_path: Path) -> None:
    work = Path(shutil.copytree(ROOT / "examples" / "appliance-maker", tmp_path / "maker" / "work"))
    for name in MAKER:
        said = run(Step("", 0, f"returnledger apply {name}.yaml", ""), work)
        assert "[exit" not in said, said
    held = holdings(work)
    assert {key: held[key] for key in AFTER_APRIL} == {key: Decimal(value) for key, value in AFTER_APRIL.items()}
    assert {name: held[name, "CNY"] for name in NOTHING_LEFT} == dict.fromkeys(NOTHING_LEFT, 0)
