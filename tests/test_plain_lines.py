"""A sale that is read at a glance comes to the very row that reading it piece by piece gives, and so are most sales read."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from random import Random

import pytest
from beancount import loader
from beancount.core.data import Transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from returnledger.sales import read_sales, recognition
from returnledger.sales import sale as reading
from returnledger.settings import Settings
from returnledger.store.encode import dump

SKUS = ("MUG", "杯子", "TEA-2")
PAID = ("Assets:Receivable", "Assets:Bank")
SETTINGS = Settings.model_validate(
    {"ledger": "main.beancount", "operating_currency": "CNY", "accounts": {"preset": "general"}, "policies": []}
)
OPENED = """
option "operating_currency" "CNY"
2026-01-01 open Assets:Receivable
2026-01-01 open Assets:Bank
2026-01-01 open Assets:Inventory "NONE"
2026-01-01 open Income:Sales
2026-01-01 open Income:Discounts
2026-01-01 open Liabilities:Output-VAT
2026-01-01 open Expenses:COGS
2026-01-01 open Expenses:Fees
"""


class Line:
    """A line of a sale as its postings; now and then something in it is not as it should be."""

    def __init__(self, random: Random, number: int, odd: float) -> None:
        self.random, self.odd = random, odd
        units, price = random.randint(1, 9), Decimal(random.randint(1, 9999)) / 100
        self.net = units * price + self.seldom(Decimal("0.01"), 0)
        sku, each = random.choice(SKUS), Decimal(random.randint(1, 99999)) / 1000
        name = self.seldom("", number, 1)
        who = [f"line: {name}"] * (name != "") + [f'sku: "{sku}"'] * self.seldom(0, 1)
        count = [self.seldom(f'qty: "{units} pcs"', f"qty: {units}", f"qty: {units + 1}", 'qty: "some"')]
        said = [f"unit_price: {price} CNY"] * random.randint(0, 1)
        money = self.seldom("USD", "CNY")
        self.sold = self.posting("Income:Sales", f"{-self.net} {money}", [*who, *count * self.seldom(0, 1), *said])
        self.tax = self.posting("Liabilities:Output-VAT", f"{-round(self.net / 10, 2)} CNY", who[:1])
        cost = round(units * each, self.seldom(1, 2)) + self.seldom(Decimal("0.03"), 0)
        self.cost = self.posting("Expenses:COGS", f"{cost} CNY", who[: self.seldom(0, 1, 2)])
        lot = f"{{{each} {self.seldom('USD', 'CNY')}, 2026-01-01}}"
        more = [self.seldom('serial: "A1, A2"', ""), self.seldom('tax_rate: "a tenth"', ""), self.seldom("qty: 1", "")]
        amount = f"{-units} {self.seldom('CUP', sku if sku.isascii() else 'CUP')} {lot}{self.seldom(' @ 9 CNY', '')}"
        self.goods = self.posting("Assets:Inventory", amount, [*who[: self.seldom(1, 2)], *filter(None, more)])
        if random.random() < 0.1:
            self.cost = self.goods = ""
            self.sold += self.seldom("    cost: 3.00 CNY\n", "")

    def seldom(self, *choices):
        """Choose the second of these, but now and then another."""
        usual = choices[1]
        return self.random.choice(choices) if self.random.random() < self.odd else usual

    def posting(self, account: str, amount: str, meta: Iterable[str]) -> str:
        return "".join([f"  {account}  {amount}\n", *(f"    {each}\n" for each in meta)])


def sale(random: Random, order: int, odd: float) -> str:
    """Return a sale: its postings line by line or account by account, with tax by line or without."""
    lines = [Line(random, n, odd) for n in range(1, random.randint(2, 5))]
    kinds = [["sold", "cost", "goods"], ["sold", "tax", "cost", "goods"]][random.randint(0, 1)]
    if random.random() < odd:
        random.shuffle(kinds)
    parts = [[getattr(line, kind) for line in lines] for kind in kinds]
    text = "".join("".join(each) for each in (parts if random.random() < 0.3 else zip(*parts)))
    extra = ["", "  Income:Discounts  2.00 CNY\n", "  Expenses:Fees  1.00 CNY\n", "  Liabilities:Output-VAT  -1 CNY\n"]
    meta = "  cost: 5.00 CNY\n" if random.random() < odd / 4 else ""
    chosen = random.choice(extra) if random.random() < odd else ""
    return f'2026-02-01 * "Ann" "Invoice" ^inv-{order}\n{meta}{text}{chosen}  {random.choice(PAID)}\n\n'


def rows(transactions: list[Transaction], monkeypatch: pytest.MonkeyPatch) -> tuple[list[bytes], int]:
    """Return the sales as rows, and how many of them were read at a glance."""
    seen: list[object] = []
    read = reading.plain_lines
    monkeypatch.setattr(reading, "plain_lines", lambda *of: (seen.append(read(*of)), seen[-1])[1])
    found = [dump(each, str, str) for each, _ in read_sales(transactions, recognition(SETTINGS))]
    monkeypatch.undo()
    return found, sum(lines is not None for lines in seen)


def piece_by_piece(transactions: list[Transaction], monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    monkeypatch.setattr(reading, "plain_lines", lambda *of: None)
    found = [dump(each, str, str) for each, _ in read_sales(transactions, recognition(SETTINGS))]
    monkeypatch.undo()
    return found


@pytest.mark.parametrize(("odd", "least"), [(0.0, 15), (0.03, 1), (0.2, 0)])
def test_a_glance_sees_what_reading_piece_by_piece_does(
    odd: float, least: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    @settings(max_examples=8)
    @given(st.integers(0, 2**32))
    def law(seed: int) -> None:
        random = Random(seed)
        entries, _, _ = loader.load_string(OPENED + "".join(sale(random, n, odd) for n in range(30)))
        transactions = [entry for entry in entries if isinstance(entry, Transaction)]
        seen, plain = rows(transactions, monkeypatch)
        assert seen == piece_by_piece(transactions, monkeypatch)
        assert plain >= least

    law()
