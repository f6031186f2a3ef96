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
