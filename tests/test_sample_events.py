"""The five sample events of the manual are posted under the standard policy, to the cent."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader

from returnledger import app

ROOT = Path(__file__).parent.parent

EVENTS = """\
defaults: {date: 2026-11-02, by: li.na}
events:
  - {return: SO-1001, sku: MUG-BLUE, reason: changed_mind}
  - {return: SO-1002}                                   # the whole order, refunded the way it was paid
  - {return: SO-1007, sku: TEE-XL, qty: 2, reason: size_too_large, condition: opened, method: wechat}
  - {return: SO-1009, sku: KETTLE, reason: damaged_in_transit, condition: damaged, disposition: hold, evidence: [photos/so-1009.jpg]}
  - {allowance: SO-1010, sku: KETTLE, amount: 20.00, reason: quality}
"""
PRODUCTS = """\
MUG-BLUE: {name: Blue mug, category: kitchen}
KETTLE: {name: Kettle, category: kitchen, supplier: Yongkang}
TEE-XL: {name: T-shirt XL, category: apparel}
"""
SETTINGS = """\
ledger: main.beancount
operating_currency: CNY
accounts: {preset: general}
methods:
  wechat: {account: "Assets:WeChat", paid: on_return}
  cash: {account: "Assets:Cash", paid: on_return}
policies: [standard.yaml]
products: products.yaml
people: {li.na: service, zhao.min: supervisor}
"""
LEDGER = """\
option "operating_currency" "CNY"
include "returns/**/*.beancount"

2026-01-01 open Assets:Cash                     CNY
2026-01-01 open Assets:WeChat                   CNY
2026-01-01 open Assets:Receivable               CNY
2026-01-01 open Assets:Inventory:MUG-BLUE       MUG-BLUE "FIFO"
2026-01-01 open Assets:Inventory:KETTLE         KETTLE "FIFO"
2026-01-01 open Assets:Inventory:TEE-XL         TEE-XL "FIFO"
2026-01-01 open Liabilities:Output-VAT          CNY
2026-01-01 open Income:Sales                    CNY
2026-01-01 open Expenses:COGS                   CNY
2026-01-01 open Equity:Opening-Balances

2026-01-05 * "Stock"
  Assets:Inventory:MUG-BLUE     20 MUG-BLUE {18.00 CNY, 2026-01-05}
  Assets:Inventory:KETTLE       20 KETTLE {66.00 CNY, 2026-01-05}
  Assets:Inventory:TEE-XL       20 TEE-XL {24.00 CNY, 2026-01-05}
  Equity:Opening-Balances

2026-10-26 * "Ann" "One mug, on credit" ^inv-SO-1001
  delivered: 2026-10-29
  Assets:Receivable              45.20 CNY
  Income:Sales                  -40.00 CNY
  Liabilities:Output-VAT         -5.20 CNY
  Expenses:COGS                  18.00 CNY
  Assets:Inventory:MUG-BLUE         -1 MUG-BLUE {}

2026-10-26 * "Bob" "Two shirts and a mug, paid in cash" ^inv-SO-1002
  delivered: 2026-10-29
  Assets:Cash                   180.80 CNY
  Income:Sales                 -120.00 CNY
    line: 1
    sku: "TEE-XL"
    qty: 2
  Income:Sales                  -40.00 CNY
    line: 2
    sku: "MUG-BLUE"
    qty: 1
  Liabilities:Output-VAT        -20.80 CNY
  Expenses:COGS                  66.00 CNY
  Assets:Inventory:TEE-XL           -2 TEE-XL {24.00 CNY, 2026-01-05}
  Assets:Inventory:MUG-BLUE         -1 MUG-BLUE {18.00 CNY, 2026-01-05}

2026-10-10 * "Cem" "Three shirts, paid in cash" ^inv-SO-1007
  delivered: 2026-10-13
  Assets:Cash                   203.40 CNY
  Income:Sales                 -180.00 CNY
  Liabilities:Output-VAT        -23.40 CNY
  Expenses:COGS                  72.00 CNY
  Assets:Inventory:TEE-XL           -3 TEE-XL {}

2026-10-26 * "Dai" "A kettle, paid by WeChat" ^inv-SO-1009
  delivered: 2026-10-30
  Assets:WeChat                 135.60 CNY
  Income:Sales                 -120.00 CNY
  Liabilities:Output-VAT        -15.60 CNY
  Expenses:COGS                  66.00 CNY
  Assets:Inventory:KETTLE           -1 KETTLE {}

2026-10-26 * "Eve" "Two kettles, paid in cash" ^inv-SO-1010
  delivered: 2026-10-30
  Assets:Cash                   271.20 CNY
  Income:Sales                 -240.00 CNY
  Liabilities:Output-VAT        -31.20 CNY
  Expenses:COGS                 132.00 CNY
  Assets:Inventory:KETTLE           -2 KETTLE {}
"""

# What each event does to the accounts, debits positive, worked out by hand; stock at cost.
EFFECTS = [
    {
        "Income:Sales-Returns": "40.00",
        "Liabilities:Output-VAT": "5.20",
        "Assets:Inventory:MUG-BLUE": "18.00",
        "Expenses:COGS": "-18.00",
        "Assets:Receivable": "-45.20",
    },
    {
        "Income:Sales-Returns": "160.00",
        "Liabilities:Output-VAT": "20.80",
        "Assets:Inventory:TEE-XL": "48.00",
        "Assets:Inventory:MUG-BLUE": "18.00",
        "Expenses:COGS": "-66.00",
        "Assets:Cash": "-180.80",
    },
    {
        # Opened: 5 % of the 135.60 paid is kept, 6.78 with its tax of 0.78. Shirts of 60.00 fetch more than they cost.
        "Income:Sales-Returns": "120.00",
        "Liabilities:Output-VAT": "14.82",
        "Income:Restocking-Fees": "-6.00",
        "Assets:Inventory-OpenBox:TEE-XL": "48.00",
        "Expenses:COGS": "-48.00",
        "Assets:WeChat": "-128.82",
    },
    {
        "Income:Sales-Returns": "120.00",
        "Liabilities:Output-VAT": "15.60",
        "Assets:Inventory-Hold:KETTLE": "66.00",
        "Expenses:COGS": "-66.00",
        "Assets:WeChat": "-135.60",
    },
    {"Income:Sales-Allowances": "17.70", "Liabilities:Output-VAT": "2.30", "Assets:Cash": "-20.00"},
]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a shop whose books have the orders that the samples name."""
    files = {"main.beancount": LEDGER, "returnledger.yaml": SETTINGS, "products.yaml": PRODUCTS, "events.yaml": EVENTS}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "returns").mkdir()
    (tmp_path / "returns" / "0000.beancount").write_text("; placeholder\n", encoding="utf-8")
    shutil.copy(ROOT / "policies" / "standard.yaml", tmp_path / "standard.yaml")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_sample_event_is_posted_to_the_cent(shop: Path) -> None:
    applied = app.apply(["events.yaml"])
    assert applied.findings == ()
    assert [event.status for event in applied.events] == ["new"] * 5
    for event, expected in zip(applied.events, EFFECTS, strict=True):
        effect: dict[str, Decimal] = {}
        for posting in (posting for directive in event.directives for posting in directive.postings):
            rate = posting.cost.number if posting.cost else Decimal(1)
            effect[posting.account] = effect.get(posting.account, Decimal(0)) + posting.units.number * rate
        assert {name: value for name, value in effect.items() if value} == {
            name: Decimal(value) for name, value in expected.items()
        }, event.event.reference
    assert loader.load_file(str(shop / "main.beancount"))[1] == []


def test_the_decisions_are_those_of_the_policy(shop: Path) -> None:
    rows = [{chosen.effect: chosen.row for chosen in event.chosen} for event in app.plan(["events.yaml"]).events]
    assert [row["verdict"] for row in rows] == ["default"] * 5
    assert [row.get("fee") for row in rows[:4]] == ["fee-none", "fee-none", "fee-opened", "fee-none"]
    assert [row.get("disposition", "").partition(".")[2] for row in rows[:4]] == ["new", "new", "opened", "damaged"]
    assert [row["approvals"] for row in rows] == ["automatic"] * 5
    assert {row["refunds"] for row in rows} == {"original"}
    # Apparel has thirty days and the sale lies in the autumn's longer period; the latest end counts.
    windows = [event.window_end for event in app.plan(["events.yaml"]).events[:4]]
    assert [str(day) for day in windows] == ["2026-12-15", "2026-12-15", "2026-11-12", "2026-12-15"]
