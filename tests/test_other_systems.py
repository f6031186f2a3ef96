"""Figures of other systems through the command line, to the cent, and never those of a system that got them wrong.

Each test is named by the id of its case and runs `apply --json` as a script would; the ledgers are ours.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from ledgers import balances, make

from returnledger.cli import main

KIT = """\
2025-01-01 * "Supplier" "Three purchases"
  Assets:Inventory    1 C {10 CNY, 2025-01-01}
  Assets:Inventory    1 C {20 CNY, 2025-01-02}
  Assets:Inventory    1 C {60 CNY, 2025-01-03}
  Equity:Opening

"""


def stock(*lots: str) -> str:
    """Purchases, one lot each: `10 P 10`."""
    lines = [
        f"  Assets:Inventory    {units} {sku} {{{cost} CNY, 2025-01-{n:02}}}"
        for n, (units, sku, cost) in enumerate((lot.split() for lot in lots), start=1)
    ]
    return '2025-01-01 * "Supplier" "Purchases"\n' + "\n".join(lines) + "\n  Equity:Opening\n\n"


def sale(order: str, money: str, cogs: str, units: str, *more: str) -> str:
    lines = [
        f'2025-02-01 * "Customer" "Sale" ^inv-{order}',
        f"  Assets:Receivable    {money} CNY",
        *more,
        f"  Expenses:COGS    {cogs} CNY",
        f"  Assets:Inventory    -{units} {{}}",
    ]
    return "\n".join(lines) + "\n\n"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETURNLEDGER_LANG", "en")


class Shop:
    """A ledger on disk, and what `apply` says of events."""

    def __init__(self, folder: Path, ledger: str, capsys: pytest.CaptureFixture[str], more: str = "") -> None:
        self.settings = make(folder, ledger, more=more)
        self.capsys = capsys
        self.files = 0

    def apply(self, events: str) -> tuple[int, dict[str, Decimal], list[str]]:
        """Return the exit code, the effect on each account, and the codes of the findings."""
        self.files += 1
        file = self.settings.parent / f"{self.files}.yaml"
        file.write_text(events, encoding="utf-8")
        code = main(["--settings", str(self.settings), "apply", str(file), "--json"])
        told = json.loads(self.capsys.readouterr().out)
        effect = {account: Decimal(each["CNY"]) for account, each in told.get("accounts", {}).items()}
        codes = [f["code"] for f in told.get("findings", ())]
        codes += [f["code"] for event in told.get("events", ()) for f in event["findings"]]
        return code, effect, codes

    def posted(self, events: str) -> dict[str, Decimal]:
        code, effect, codes = self.apply(events)
        assert (code, codes) == (0, [])
        return effect


def money(**amounts: str) -> dict[str, Decimal]:
    """Amounts by account, `Income__Sales=...` for Income:Sales."""
    return {name.replace("__", ":").replace("_", "-"): Decimal(amount) for name, amount in amounts.items()}


def test_odoo_106243_a_cost_that_fell_before_the_credit_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    later = '2025-02-10 * "Supplier" "Cheaper"\n  Assets:Inventory    5 P {6 CNY, 2025-02-10}\n  Equity:Opening\n'
    shop = Shop(
        tmp_path / "a",
        stock("1 P 10") + sale("S1", "50.00", "10.00", "1 P", "  Income:Sales  -50.00 CNY") + later,
        capsys,
    )
    effect = shop.posted("- {return: S1, date: 2025-03-01}")
    assert (effect["Assets:Inventory"], effect["Expenses:COGS"]) == (10, -10)  # never 6


@pytest.mark.parametrize("goods", ["kept", "returned"])
def test_odoo_276926_a_credit_never_reverses_more_cost_than_was_booked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], goods: str
) -> None:
    later = '2025-02-10 * "Supplier" "Dearer"\n  Assets:Inventory    5 P {20 CNY, 2025-02-10}\n  Equity:Opening\n'
    sold = sale("S1", "100.00", "20.00", "2 P", "  Income:Sales  -100.00 CNY")
    shop = Shop(tmp_path / "a", stock("2 P 10") + sold + later, capsys)
    effect = shop.posted(f"- {{return: S1, date: 2025-03-01, goods: {goods}}}")
    assert effect["Assets:Receivable"] == -100
    assert effect.get("Expenses:COGS", 0) == (0 if goods == "kept" else -20)  # never 40


def test_odoo_kit_the_components_of_the_kit_that_came_back_at_their_own_cost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = KIT
    for n, cost in enumerate(("10", "20", "60"), start=1):
        ledger += (
            f'2025-02-0{n} * "Customer" "Kit" ^inv-D{n}\n  Assets:Receivable    100.00 CNY\n'
            f'  Income:Sales    -100.00 CNY\n    sku: "K"\n    qty: 1\n  Expenses:COGS    {cost}.00 CNY\n    sku: "K"\n'
            f'  Assets:Inventory    -1 C {{{cost} CNY, 2025-01-0{n}}}\n    sku: "K"\n\n'
        )
    effect = Shop(tmp_path / "a", ledger, capsys).posted("- {return: D2, date: 2025-03-01, sku: K, qty: 1}")
    assert effect == money(
        Income__Sales_Returns="100", Assets__Receivable="-100", Assets__Inventory="20", Expenses__COGS="-20"
    )


def test_erpnext_dn_two_of_five_at_their_original_cost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sold = sale("DN1", "2500.00", "500.00", "5 P", "  Income:Sales  -2500.00 CNY")
    shop = Shop(tmp_path / "a", stock("50 P 100") + sold, capsys)
    effect = shop.posted("- {return: DN1, date: 2025-03-01, qty: 2}")
    assert (effect["Assets:Inventory"], effect["Expenses:COGS"]) == (200, -200)
    after = balances(shop.settings)
    assert (after["Assets:Inventory"], after["Assets:Receivable"]) == (4700, 1500)
    assert shop.apply("- {return: DN1, date: 2025-03-02, qty: 4}")[2] == ["more-than-sold"]
    shop.posted("- {return: DN1, date: 2025-03-02, qty: 3}")


def test_forgeflow_cost_comes_from_the_sale_whatever_price_is_entered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = stock("3 P1 10", "5 P2 20", "2 P3 30")
    for order, units, sku, cost in (("M1", 3, "P1", 10), ("M2", 5, "P2", 20), ("M3", 2, "P3", 30)):
        ledger += sale(order, "600.00", f"{units * cost}.00", f"{units} {sku}", "  Income:Sales  -600.00 CNY")
    shop = Shop(tmp_path / "a", ledger, capsys)
    entered = "- {return: M1, date: 2025-03-01, qty: 1, %s}"
    assert shop.apply(entered % "price_incl_tax: 999.00")[2] == ["price-differs"]
    assert shop.apply(entered % "cost: 999.00")[2] == ["cost-not-original"]
    left = Decimal(30)
    for n, (qty, remaining) in enumerate(((1, 20), (2, 0)), start=1):
        effect = shop.posted(f"- {{return: M1, date: 2025-03-0{n}, qty: {qty}}}")
        assert effect["Assets:Inventory"] == -effect["Expenses:COGS"] == 10 * qty
        left -= effect["Assets:Inventory"]
        assert left == remaining
    assert shop.posted("- {return: M2, date: 2025-03-03}")["Assets:Inventory"] == 100
    assert shop.posted("- {return: M3, date: 2025-03-03}")["Assets:Inventory"] == 60


def test_gooderp_1902_two_parts_leave_no_profit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sold = sale("S1", "240.00", "130.00", "12 P", "  Income:Sales  -240.00 CNY")
    shop = Shop(tmp_path / "a", stock("10 P 10", "2 P 15") + sold, capsys, "revenue_account: same\n")
    five = shop.posted("- {return: S1, date: 2025-03-01, qty: 5}")
    seven = shop.posted("- {return: S1, date: 2025-03-02, qty: 7}")
    assert (five["Expenses:COGS"], seven["Expenses:COGS"]) == (-60, -70)  # the two at 15 first
    assert balances(shop.settings) == money(Assets__Inventory="130", Equity__Opening="-130")


def test_erpnext_50944_a_discount_over_two_parts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = ("  Income:Sales  -8000.00 CNY", "  Income:Sales-Discounts  6000.00 CNY")
    shop = Shop(tmp_path / "a", stock("10 P 100") + sale("S1", "2000.00", "1000.00", "10 P", *more), capsys)
    credits = [
        shop.posted(f"- {{return: S1, date: 2025-03-0{n}, qty: {qty}}}")["Assets:Receivable"]
        for n, qty in enumerate((9, 1), start=1)
    ]
    assert credits == [-1800, -200]


def test_posawesome_2800_what_was_paid_goes_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = ("  Income:Sales  -550.00 CNY", "  Income:Sales-Discounts  70.00 CNY")
    ledger = stock("3 P 50") + sale("S1", "480.00", "150.00", "3 P", *more).replace("Receivable", "Cash")
    effect = Shop(tmp_path / "a", ledger, capsys).posted("- {return: S1, date: 2025-03-01}")
    assert (effect["Assets:Cash"], effect["Income:Sales-Returns"]) == (-480, 480)  # never 550


def test_erpnext_41343_both_signs_are_rounded_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # 82.50 less 15 % is 70.125: 70.13 a unit; as one sum, and with the discount in an account of its own
    for n, more in enumerate(
        (("  Income:Sales  -701.30 CNY",), ("  Income:Sales  -825.00 CNY", "  Income:Sales-Discounts  123.70 CNY"))
    ):
        ledger = stock("10 P 50") + sale("S1", "701.30", "500.00", "10 P", *more)
        whole = Shop(tmp_path / f"whole{n}", ledger, capsys)
        assert whole.posted("- {return: S1, date: 2025-03-01, qty: 10}")["Assets:Receivable"] == Decimal("-701.30")
        single = Shop(tmp_path / f"single{n}", ledger, capsys)
        for day in range(1, 11):
            effect = single.posted(f"- {{return: S1, date: 2025-03-{day:02}, qty: 1}}")
            assert effect["Assets:Receivable"] == Decimal("-70.13")


def test_erpnext_24259_a_third_return_of_two_units(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sold = sale("S1", "200.00", "100.00", "2 P", "  Income:Sales  -200.00 CNY")
    shop = Shop(tmp_path / "a", stock("2 P 50") + sold, capsys)
    codes = [shop.apply(f"- {{return: S1, date: 2025-03-0{n}, qty: 1}}")[::2] for n in (1, 2, 3)]
    assert codes == [(0, []), (0, []), (1, ["more-than-sold"])]


def test_opentaps_a_fee_and_the_dimensions_of_the_order_on_every_posting_s_entry(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = stock("5 P 50") + sale("O1", "500.00", "250.00", "5 P", "  Income:Sales  -500.00 CNY")
    ledger = ledger.replace("^inv-O1", '^inv-O1\n  division: "GOV"\n  department: "SALES"').replace(
        "Receivable", "Cash"
    )
    shop = Shop(tmp_path / "a", ledger, capsys, "carry: [division, department]\n")
    effect = shop.posted("- {return: O1, date: 2025-03-01, qty: 2, fee: 12.50}")
    assert (effect["Income:Restocking-Fees"], effect["Assets:Cash"]) == (Decimal("-12.50"), Decimal("-187.50"))
    (batch,) = (tmp_path / "a" / "returns" / "2025").glob("*.beancount")
    text = batch.read_text(encoding="utf-8")
    assert 'division: "GOV"' in text and 'department: "SALES"' in text
