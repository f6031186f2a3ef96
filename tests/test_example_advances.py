"""The machine maker's books after all refunds of advances are booked hold what was worked out by hand."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

from sessions import Step, run
from test_examples import holdings

EXAMPLE = Path(__file__).parent.parent / "examples" / "advance-refunds"

# Worked out by hand from main.beancount and the events.
HELD = {
    # 3,000,000 + 113,000 + 339,000 + 226,000 + 250,000 + 150,000 + 21,200 + 4,000 + 45,200 in;
    # 113,000 + 50,000 + 248,600 + 262,500 + 19,080 out.
    ("Assets:1002-银行存款:工行", "CNY"): "3455220.00",
    ("Assets:1002-银行存款:美元", "USD"): "0.00",
    ("Liabilities:2205-合同负债", "CNY"): "-40000.00",  # moved to HT-27
    ("Liabilities:2221-应交税费:待转销项税额", "CNY"): "-5200.00",
    # 39,000 + 26,000; 220,000 of 500,000 net were not used: 28,600 back; 120 on what was kept for drawings.
    ("Liabilities:2221-应交税费:销项税额", "CNY"): "-36520.00",
    ("Liabilities:2241-其他应付款:押金", "CNY"): "-4000.00",
    ("Liabilities:2241-其他应付款:应付退款", "CNY"): "0.00",
    ("Income:6301-营业外收入:没收定金", "CNY"): "-200000.00",
    ("Income:6051-其他业务收入:其他", "CNY"): "-2000.00",
    ("Expenses:6711-营业外支出:违约金", "CNY"): "112500.00",  # 150,000 less the quarter that was performed
    ("Expenses:6603-财务费用:汇兑损益", "CNY"): "-800.00",  # 10,000 x (7.12 - 7.20)
    ("Income:6001-主营业务收入", "CNY"): "-280000.00",
}


def test_the_books_hold_what_was_worked_out_by_hand(tmp_path: Path) -> None:
    work = Path(shutil.copytree(EXAMPLE, tmp_path / "example" / "work"))
    for name in ("requests", "decisions", "payments"):
        said = run(Step("", 0, f"returnledger apply {name}.yaml", ""), work)
        assert "[exit" not in said, said
    held = holdings(work)
    assert {key: held[key] for key in HELD} == {key: Decimal(value) for key, value in HELD.items()}
