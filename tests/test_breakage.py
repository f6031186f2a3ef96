"""Shops that are out of the ordinary: each test here once posted a wrong figure, let too much through, or fell over."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import ledgers as small
import pytest
from beancount import loader
from beancount.core.data import Transaction
from beancount.core.inventory import Inventory

from returnledger import app
from returnledger.costfractions import cost_rounding
from returnledger.findings import Refused
from returnledger.legs import Leg
from returnledger.outcomes import Applied
from returnledger.rows import Lot

SETTINGS = """\
ledger: main.beancount
operating_currency: EUR
accounts:
  preset: general
  inventory: Assets:Inventory
  revenue: Income:Sales
  shipping_revenue: Income:Shipping
  rounding: Income:Rounding
  output_vat: Liabilities:VAT
  cogs: Expenses:COGS
  accounts_receivable: Assets:Receivable
methods: {bank: {account: "Assets:Bank"}}
sales: {order: [{link: "inv-{}"}]}
policies: [policy.yaml]
"""
POLICY = """\
policy: loose
version: 1
valid_from: 2020-01-01
currency: EUR
window: {default: {days: 3650, from: sold}}
condition_from_reason: {none: new}
dispositions:
  new: {to: restock}
  opened: {to: restock_open_box, sells_at: "85%", of: price_net}
  damaged: {to: hold, allowed: [scrap]}
"""
HEAD = """\
include "returns/**/*.beancount"
2026-01-01 open Assets:Bank
2026-01-01 open Assets:Receivable
2026-01-01 open Assets:Inventory
2026-01-01 open Liabilities:VAT
2026-01-01 open Income:Sales
2026-01-01 open Income:Shipping
2026-01-01 open Income:Rounding
2026-01-01 open Expenses:COGS
2026-01-01 open Equity:Opening

2026-01-02 * "Stock"
  Assets:Inventory    100 MUG {4.00 EUR, 2026-01-02}
  Equity:Opening

"""


class Shop:
    """One shop in a folder: its ledger is what the test writes after some stock of mugs."""

    def __init__(self, folder: Path, ledger: str, settings: str = SETTINGS, policy: str = POLICY) -> None:
        self.folder = folder
        (folder / "returns").mkdir()
        (folder / "returns" / "0000.beancount").write_text("; returns\n")
        (folder / "main.beancount").write_text(HEAD + ledger, encoding="utf-8")
        (folder / "returnledger.yaml").write_text(settings, encoding="utf-8")
        (folder / "policy.yaml").write_text(policy, encoding="utf-8")
        self.before = self.balances()

    def apply(self, events: str, *, ready: bool = False) -> Applied:
        """Apply events written as YAML."""
        file = self.folder / "events.yaml"
        file.write_text(events, encoding="utf-8")
        return app.apply([file], settings=self.folder / "returnledger.yaml", ready=ready)

    def refusals(self, events: str) -> list[str]:
        """Return the codes of what is wrong with events, of which none is posted."""
        before = sorted(self.folder.rglob("*.beancount"))
        codes = [finding.code for finding in self.apply(events).planned.findings]
        assert sorted(self.folder.rglob("*.beancount")) == before
        return codes

    def balances(self) -> Mapping[str, Inventory]:
        """Return the balance of every account that has one; the ledger must load without an error."""
        entries, errors, _ = loader.load_file(str(self.folder / "main.beancount"))
        assert not errors, errors
        found: dict[str, Inventory] = {}
        for entry in entries:
            for posting in entry.postings if isinstance(entry, Transaction) else ():
                found.setdefault(posting.account, Inventory()).add_position(posting)
        return {account: balance for account, balance in found.items() if not balance.is_empty()}

    def moved(self, account: str, currency: str = "EUR") -> Decimal:
        """Return by how much the balance of an account has moved since the shop opened."""
        empty = Inventory()
        now, then = self.balances().get(account, empty), self.before.get(account, empty)
        return Decimal(now.get_currency_units(currency).number - then.get_currency_units(currency).number)


@pytest.fixture(autouse=True)
def no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETURNLEDGER_CACHE", "")


def test_delivery_charged_in_two_postings_goes_back_once(tmp_path: Path) -> None:
    shop = Shop(
        tmp_path,
        """\
2026-02-01 * "Ann" "Sale" ^inv-1
  Assets:Bank        35.00 EUR
  Income:Sales      -20.00 EUR
  Income:Shipping   -10.00 EUR
  Income:Shipping    -5.00 EUR
  Expenses:COGS       8.00 EUR
  Assets:Inventory      -2 MUG {4.00 EUR, 2026-01-02}
""",
    )
    shop.apply("- {return: 1, id: a, date: 2026-03-01, qty: 1, shipping: all}\n")
    shop.apply("- {return: 1, id: b, date: 2026-03-02, qty: 1, shipping: all}\n")
    assert shop.moved("Income:Shipping") == 15
    assert shop.moved("Assets:Bank") == -35


FREE = """\
2026-02-01 * "Ann" "Sale with a gift" ^inv-1
  Assets:Bank        10.00 EUR
  Income:Sales      -10.00 EUR
    sku: "TEE"
  Expenses:COGS       8.00 EUR
  Assets:Inventory      -2 MUG {4.00 EUR, 2026-01-02}
    sku: "MUG"
"""


@pytest.mark.parametrize("what", ["goods: kept", "condition: damaged, disposition: scrap"])
def test_free_goods_that_are_kept_or_scrapped_use_up_what_can_come_back(tmp_path: Path, what: str) -> None:
    shop = Shop(tmp_path, FREE)
    shop.apply(f"- {{return: 1, id: a, date: 2026-03-01, sku: MUG, qty: 2, {what}}}\n")
    again = shop.refusals(f"- {{return: 1, id: b, date: 2026-03-02, sku: MUG, qty: 1, {what}}}\n")
    assert again == ["more-than-sold"]


@pytest.mark.parametrize("label", ["a}", "x; 1 {4.00 EUR", "{x}; y"])
def test_a_scrapped_lot_is_used_up_whatever_its_label_holds(tmp_path: Path, label: str) -> None:
    shop = Shop(
        tmp_path,
        f"""\
2026-01-05 * "Labelled"
  Assets:Inventory       2 LAB {{4.00 EUR, 2026-01-05, "{label}"}}
  Assets:Inventory       2 LAB {{4.00 EUR, 2026-01-05, "plain"}}
  Equity:Opening

2026-02-01 * "Ann" "Sale" ^inv-1
  Assets:Bank        40.00 EUR
  Income:Sales      -40.00 EUR
  Expenses:COGS      16.00 EUR
  Assets:Inventory      -2 LAB {{4.00 EUR, 2026-01-05, "{label}"}}
  Assets:Inventory      -2 LAB {{4.00 EUR, 2026-01-05, "plain"}}
""",
    )
    shop.apply(
        f"- {{return: 1, id: a, date: 2026-03-01, qty: 2, lot: '{label}', condition: damaged, disposition: scrap}}\n"
    )
    assert shop.refusals(f"- {{return: 1, id: b, date: 2026-03-02, qty: 1, lot: '{label}'}}\n") == ["lot-unknown"]
    shop.apply("- {return: 1, id: c, date: 2026-03-02}\n")
    labels = {position.cost.label for position in shop.balances()["Assets:Inventory"] if position.cost}
    assert labels == {None, "plain"}


def test_money_paid_in_another_currency_is_not_paid_back_in_that_of_the_sale(tmp_path: Path) -> None:
    shop = Shop(
        tmp_path,
        """\
2026-02-01 * "Ann" "Sale" ^inv-1
  Assets:Bank       1500 JPY @@ 12.00 EUR
  Assets:Bank        8.00 EUR
  Income:Sales      -20.00 EUR
  Expenses:COGS       8.00 EUR
  Assets:Inventory      -2 MUG {4.00 EUR, 2026-01-02}
""",
    )
    done = shop.apply("- {return: 1, id: a, date: 2026-03-01}\n")
    assert [finding.code for finding in done.findings] == ["rate-missing"]
    shop.apply("- {return: 1, id: a, date: 2026-03-01, rate: 130}\n")
    assert shop.moved("Assets:Bank") == -8
    assert shop.moved("Assets:Bank", "JPY") == -1560
    assert shop.moved("Liabilities:Refund-Payable") == 0


def test_goods_held_in_another_currency_are_scrapped_at_their_cost(tmp_path: Path) -> None:
    shop = Shop(
        tmp_path,
        """\
2026-01-05 * "Hats"
  Assets:Inventory       2 HAT {5.00 USD, 2026-01-05}
  Equity:Opening

2026-02-01 * "Ann" "Sale" ^inv-1
  Assets:Bank        20.00 EUR
  Income:Sales      -20.00 EUR
  Expenses:COGS      10.00 USD
  Assets:Inventory      -2 HAT {5.00 USD, 2026-01-05}
""",
    )
    shop.apply("- {return: 1, id: a, date: 2026-03-01, qty: 1, condition: damaged, disposition: scrap}\n")
    assert shop.moved("Expenses:Scrap-Loss", "USD") == 5
    shop.apply("- {return: 1, id: b, date: 2026-03-01, qty: 1, condition: opened}\n")
    assert shop.moved("Expenses:Inventory-Write-Down") == 0


TWO = """\
2026-02-01 * "Ann" "Sale" ^inv-1
  Assets:Bank        40.00 EUR
  Income:Sales      -40.00 EUR
  Expenses:COGS      16.00 EUR
  Assets:Inventory      -4 MUG {4.00 EUR, 2026-01-02}
"""


def test_what_is_left_pending_can_be_put_right_and_posted_once(tmp_path: Path) -> None:
    shop = Shop(tmp_path, TWO)
    events = "- {return: 1, date: 2026-03-01, qty: 1}\n- {return: 1, date: 2026-03-01, qty: 9}\n"
    left = Path(shop.apply(events, ready=True).pending_files[0])
    right = left.read_text().replace("qty: 9", "qty: 2")
    left.write_text(right)
    settings = tmp_path / "returnledger.yaml"
    done = app.apply([left], settings=settings)
    assert not done.planned.findings
    assert shop.moved("Assets:Bank") == -30
    assert app.apply([left], settings=settings).file == ""
    left.write_text(right.replace("qty: 2", "qty: 1.5"))
    again = app.apply([left], settings=settings)
    assert [finding.code for finding in again.planned.findings] == ["edited-after-posting", "more-than-sold"]


@pytest.mark.parametrize(
    "changed",
    [
        {"returnledger_plan": 2},
        {"events": "[" * 9},
        {"line": 1e400},
        {"line": -5},
        {"file": "\x1b[31m"},
        {"file": None},
        {"shown": "a\nb"},
        {"event": "{return: 1}\n- {return: 2}"},
    ],
    ids=str,
)
def test_a_saved_plan_that_was_written_into_is_refused_in_words(tmp_path: Path, changed: dict[str, object]) -> None:
    shop = Shop(tmp_path, TWO)
    row = {"event": "{return: 1, date: 2026-03-01, qty: 1}", "file": "e.yaml", "line": 1, "shown": "e.yaml"}
    plan: dict[str, object] = {"returnledger_plan": 1, "events": [row], "text": ""}
    (plan if set(changed) <= set(plan) else row).update(changed)
    saved = tmp_path / "plan.json"
    saved.write_text(json.dumps(plan))
    with pytest.raises(Refused) as refused:
        app.apply([saved], settings=tmp_path / "returnledger.yaml")
    assert [finding.code for finding in refused.value.findings] == ["plan-unreadable"]
    assert shop.moved("Assets:Bank") == 0


def test_a_plan_nested_too_deep_to_be_one_is_read_as_events(tmp_path: Path) -> None:
    Shop(tmp_path, TWO)
    saved = tmp_path / "plan.json"
    saved.write_text('{"returnledger_plan": 1, "events": ' + "[" * 100_000)
    done = app.apply([saved], settings=tmp_path / "returnledger.yaml")
    assert [finding.code for finding in done.planned.findings] == ["too-deep"]


def test_metadata_written_by_hand_among_the_returns_never_ends_the_program(tmp_path: Path) -> None:
    shop = Shop(tmp_path, TWO)
    (tmp_path / "returns" / "hand.beancount").write_text(
        """\
2026-02-05 * "By hand" ^inv-1
  rl-id: "zz"
  rl-kind: 2026-01-01
  rl-step: "a"
  rl-case: TRUE
  rl-order: "1"
  rl-event: "{broken"
  rl-window-end: "x"
  rl-number: "CN-x"
  Income:Sales 0 EUR
    rl-role: "sales_returns"
    rl-line: "1"
    rl-qty: "NaN"
    rl-lots: "a {4.00 EUR, 2026-01-02}; {; b"
  Income:Shipping 0 EUR
    rl-role: 5
    rl-line: "1"
    rl-qty: "x"
"""
    )
    settings = tmp_path / "returnledger.yaml"
    assert shop.apply("- {return: 1, date: 2026-03-01, qty: 1}\n").exit_code == 0
    assert shop.refusals("- {refund: zz, date: 2026-03-01}\n") != []
    for view in (app.sale("1", settings=settings), app.status(settings=settings), app.show("zz", settings=settings)):
        assert view
    assert app.verify(settings=settings).findings
    app.report("rate", settings=settings)
    app.report("credit-notes", settings=settings)


def test_a_payment_after_the_return_was_still_owed_on_its_day(tmp_path: Path) -> None:
    shop = Shop(
        tmp_path,
        """\
2026-02-01 * "Ann" "Sale" ^inv-1
  Assets:Receivable  20.00 EUR
  Income:Sales      -20.00 EUR
  Expenses:COGS       8.00 EUR
  Assets:Inventory      -2 MUG {4.00 EUR, 2026-01-02}

2026-03-20 * "Ann" "Paid in full all the same" ^inv-1
  Assets:Bank        20.00 EUR
  Assets:Receivable -20.00 EUR
""",
    )
    shop.apply("- {return: 1, id: a, date: 2026-03-10, qty: 1}\n")
    assert (shop.moved("Assets:Bank"), shop.moved("Assets:Receivable")) == (0, -10)
    shop.apply("- {return: 1, id: b, date: 2026-03-21, qty: 1}\n")
    assert (shop.moved("Assets:Bank"), shop.moved("Assets:Receivable")) == (-10, -10)


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_stops_nothing(tmp_path: Path, closed: str) -> None:
    Shop(tmp_path, TWO)
    program = f"{shlex.quote(sys.executable)} -c 'from returnledger.cli import main; raise SystemExit(main())'"
    done = subprocess.run(f"{program} check - {closed}", shell=True, cwd=tmp_path, input=b"", capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")


def test_an_amount_finer_than_its_currency_is_refused(tmp_path: Path) -> None:
    shop = Shop(tmp_path, TWO)
    shop.apply("- {return: 1, id: a, date: 2026-03-01, qty: 1, method: later}\n")
    for event in ("refund: a", "allowance: 1"):
        assert shop.refusals(f"- {{{event}, date: 2026-03-02, amount: 5.005}}\n") == ["amount-too-fine"]
    assert shop.refusals("- {return: 1, date: 2026-03-02, qty: 1, fee: 1.005}\n") == ["amount-too-fine"]


@pytest.mark.parametrize("wrong", ["ledger", "form"])
def test_what_is_pending_stays_where_nothing_can_be_posted(tmp_path: Path, wrong: str) -> None:
    Shop(tmp_path, TWO)
    if wrong == "ledger":
        with (tmp_path / "main.beancount").open("a") as ledger:
            ledger.write('\n2026-02-02 * "Unbalanced"\n  Assets:Bank  1.00 EUR\n')
    left = tmp_path / "e.yaml.pending.yaml"
    text = "- {return: 1, date: 2026-03-01, qty: 1}\n- {return: 1, date: 2026-03-02, qty: 9}\n"
    left.write_text(text + ("- {return: 1, date: 2026-03-0x}\n" if wrong == "form" else ""))
    before = left.read_text()
    done = app.apply([left], settings=tmp_path / "returnledger.yaml", ready=True)
    assert (done.exit_code, done.file, done.pending_files) == (1, "", ())
    assert left.read_text() == before


@pytest.mark.parametrize(("rounding", "paid"), [("0.02", "39.98"), ("-0.02", "40.02")])
def test_the_rounding_of_the_document_goes_back_with_the_last_unit(tmp_path: Path, rounding: str, paid: str) -> None:
    shop = Shop(tmp_path, TWO.replace("40.00 EUR\n  Inc", f"{paid} EUR\n  Income:Rounding  {rounding} EUR\n  Inc", 1))
    shop.apply("- {return: 1, id: a, date: 2026-03-01, qty: 1}\n")
    assert shop.moved("Income:Rounding") == 0
    shop.apply("- {return: 1, id: b, date: 2026-03-02}\n")
    assert shop.moved("Income:Rounding") == -Decimal(rounding)
    assert shop.moved("Assets:Bank") == -Decimal(paid)
    shop.apply("- {void: b, date: 2026-03-03}\n")
    assert shop.moved("Income:Rounding") == 0
    shop.apply("- {return: 1, id: c, date: 2026-03-04, goods: kept}\n")
    assert shop.moved("Assets:Bank") == -Decimal(paid)


def test_a_copy_that_a_merge_left_is_settled_by_voiding_it(tmp_path: Path) -> None:
    shop = Shop(tmp_path, TWO)
    settings = tmp_path / "returnledger.yaml"
    event = "- {return: 1, id: a, date: 2026-03-01, qty: 1}\n"
    first = Path(shop.apply(event).file)
    kept = first.read_text()
    first.unlink()
    second = Path(shop.apply(event + "- {return: 1, id: b, date: 2026-03-02, qty: 1}\n").file)
    first.write_text(kept)
    assert "posted-twice" in [finding.code for finding in app.verify(settings=settings).findings]
    shop.apply(f"- {{void: {{id: a, batch: {second.stem}}}, date: 2026-03-03}}\n")
    assert "posted-twice" not in [finding.code for finding in app.verify(settings=settings).findings]


def test_three_units_written_with_a_decimal_are_three_units(tmp_path: Path) -> None:
    # Booking leaves `-3` where the lot held just three, and `-3.0` where a return before has made it four again.
    ledger = """\
2026-01-02 * "Supplier" "Goods"
  Assets:Inventory    4 MUG {10.00 CNY, 2026-01-02}
  Equity:Opening

2026-01-05 * "Ann" "Sale" ^inv-1
  Assets:Bank         20.00 CNY
  Income:Sales       -20.00 CNY
  Expenses:COGS       10.00 CNY
  Assets:Inventory       -1 MUG {10.00 CNY, 2026-01-02}

2026-01-09 * "Ben" "Sale" ^inv-2
  Assets:Bank         60.00 CNY
  Income:Sales       -60.00 CNY
  Expenses:COGS       30.00 CNY
  Assets:Inventory     -3.0 MUG {10.00 CNY, 2026-01-02}
"""
    for proof in ("full", "auto"):
        done = small.apply(small.make(tmp_path / proof, ledger), "- {return: 1, date: 2026-01-07}", proof=proof)
        assert done.file, done.findings


def test_a_cost_without_end_next_to_half_a_cent_is_rounded_away() -> None:
    # 7 × 0.92 / 7 and half of 4.27 come to 3.05499…98: Beancount's 28 digits may make more than half a cent of the rest.
    def goods(units: str, cost: str) -> Leg:
        lot = Lot(Decimal(cost), "CNY", date(2026, 1, 2))
        return Leg("inventory", "Assets:Inventory", Decimal(0), "CNY", "1", "MUG", Decimal(units), lot)

    legs = [goods("7", "0.1314285714285714285714285714"), goods("0.5", "4.27")]
    legs.append(Leg("cogs", "Expenses:COGS", Decimal("-3.05"), "CNY"))
    (rest,) = cost_rounding(legs, "Expenses:Cost-Rounding", "CNY", 2)
    assert rest.amount == Decimal("-0.005")
    half = [goods("0.5", "4.27"), Leg("cogs", "Expenses:COGS", Decimal("-2.13"), "CNY")]
    assert not list(cost_rounding(half, "Expenses:Cost-Rounding", "CNY", 2))  # just half is what the sale leaves, too
