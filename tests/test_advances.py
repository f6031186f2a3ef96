"""Money paid in advance goes back, is kept or moved: the worked figures, through the command line from event files."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import ledgers
import pytest

from returnledger import app

POLICY = """\
policy: test
version: 1
valid_from: 2000-01-01
currency: {currency}
window:
  default: {{days: 365, from: sold}}
"""


def shop(folder: Path, ledger: str, **more: str) -> Path:
    """Return the settings of a shop in China whose ledger is this."""
    more.setdefault("preset", "cn")
    return ledgers.make(folder, ledger, **{"policy": POLICY, **more})  # type: ignore[arg-type]


def command(settings: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a user does."""
    said = {**os.environ, "RETURNLEDGER_CACHE": ""}
    line = [str(Path(sys.executable).parent / "returnledger"), *words]
    return subprocess.run(line, cwd=settings.parent, env=said, capture_output=True, text=True, check=False)


def moved(settings: Path, events: str, name: str = "events.yaml") -> dict[str, str]:
    """Apply events and return what they did to each account; the ledger stays clean."""
    done = ledgers.posted(settings, events, name)
    ledgers.load(settings)
    return ledgers.effect(done)


RECEIPT = """\
2025-05-06 * "华东机械" "预收货款" ^inv-HT-01
  Assets:1002-银行存款                        113000.00 CNY
  Liabilities:2205-合同负债                  -100000.00 CNY
  Liabilities:2221-应交税费:待转销项税额       -13000.00 CNY
"""
BANK, LIABILITY = "Assets:1002-银行存款", "Liabilities:2205-合同负债"
PENDING, PAYABLE = "Liabilities:2221-应交税费:待转销项税额", "Liabilities:2241-其他应付款:应付退款"
FORFEITED, PENALTY = "Income:6301-营业外收入:没收定金", "Expenses:6711-营业外支出:违约金"
OTHER, VAT = "Income:6051-其他业务收入:其他", "Liabilities:2221-应交税费:销项税额"


def test_ap_001_an_advance_goes_back_in_full_and_was_not_invoiced(tmp_path: Path) -> None:
    settings = shop(tmp_path, RECEIPT)
    (tmp_path / "events.yaml").write_text("- {advance_refund: HT-01, date: 2025-05-20}\n", encoding="utf-8")
    done = command(settings, "apply", "events.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert ledgers.balances(settings) == {}
    entry = next(e for e in ledgers.load(settings) if getattr(e, "meta", {}).get("rl-kind") == "advance_refund")
    lines = [(posting.account, posting.units.number) for posting in entry.postings]
    assert lines == [(LIABILITY, Decimal(100000)), (PENDING, Decimal(13000)), (BANK, Decimal(-113000))]
    assert not any(account.startswith(("Income", "Expenses", "Equity")) for account, _ in lines)


def test_ap_001_in_a_small_enterprise_is_one_account_both_ways(tmp_path: Path) -> None:
    ledger = """\
2025-05-06 * "华东机械" "预收货款" ^inv-HT-01
  Assets:1002-银行存款                        113000.00 CNY
  Liabilities:2203-预收账款                  -113000.00 CNY
"""
    settings = shop(tmp_path, ledger, more="framework: asbe_small\n")
    effect = moved(settings, "- {advance_refund: HT-01, date: 2025-05-20}\n")
    assert effect == {BANK: "-113000.00", "Liabilities:2203-预收账款": "113000.00"}


def earnest(paid: str = "250000.00", account: str = LIABILITY) -> str:
    return f"""\
2025-05-06 * "华东机械" "收定金" ^inv-HT-01
  Assets:1002-银行存款    {paid} CNY
  {account}   -{paid} CNY
"""


@pytest.mark.parametrize(
    "said",
    ["retain: 200000.00", "retain_as: forfeiture", "retain: 200000.00, retain_as: forfeiture, amount: 50000.00"],
)
def test_ap_003_earnest_money_above_a_fifth_of_the_contract(tmp_path: Path, said: str) -> None:
    settings = shop(tmp_path, earnest())
    head = "advance_refund: HT-01, date: 2025-06-10, deposit: 定金, broken_by: customer, contract_total: 1000000.00"
    effect = moved(settings, f"- {{{head}, {said}}}\n")
    assert effect == {LIABILITY: "250000.00", FORFEITED: "-200000.00", BANK: "-50000.00"}


def test_ap_003_keeping_all_of_it_is_above_the_cap(tmp_path: Path) -> None:
    settings = shop(tmp_path, earnest())
    head = "advance_refund: HT-01, date: 2025-06-10, deposit: earnest, broken_by: customer, contract_total: 1000000.00"
    assert ledgers.refused(settings, f"- {{{head}, retain: 250000.00}}\n") == ["deposit-cap"]


def test_ap_003_under_ifrs_what_is_kept_of_a_contract_is_revenue(tmp_path: Path) -> None:
    ledger = """\
2025-05-06 * "Huadong" "Earnest money" ^inv-HT-01
  Assets:Cash                      250000.00 CNY
  Liabilities:Contract-Liability  -250000.00 CNY
"""
    settings = shop(tmp_path, ledger, preset="general")
    head = "advance_refund: HT-01, date: 2025-06-10, deposit: earnest, broken_by: customer, contract_total: 1000000"
    effect = moved(settings, f"- {{{head}, retain_as: forfeiture}}\n")
    assert effect == {
        "Liabilities:Contract-Liability": "250000.00",
        "Income:Sales": "-200000.00",
        "Assets:Cash": "-50000.00",
    }


def test_ap_007_a_deposit_that_the_customer_left(tmp_path: Path) -> None:
    settings = shop(tmp_path, earnest("300000.00"))
    head = "advance_refund: HT-01, date: 2025-12-31, deposit: earnest, broken_by: customer"
    effect = moved(settings, f"- {{{head}, retain: 300000.00, retain_as: forfeiture, amount: 0.00}}\n")
    assert effect == {LIABILITY: "300000.00", FORFEITED: "-300000.00"}


def test_earnest_money_doubles_for_the_share_of_the_contract_not_performed(tmp_path: Path) -> None:
    # 250,000 paid, a fifth of 1,000,000 counts: 200,000; 60 % performed: 80,000 come on top of the 250,000.
    settings = shop(tmp_path, earnest())
    head = "advance_refund: HT-01, date: 2025-06-10, deposit: earnest, broken_by: us, contract_total: 1000000.00"
    effect = moved(settings, f"- {{{head}, performed: 0.6, double: true}}\n")
    assert effect == {LIABILITY: "250000.00", PENALTY: "80000.00", BANK: "-330000.00"}


def test_earnest_money_is_lost_for_the_share_of_the_contract_not_performed(tmp_path: Path) -> None:
    settings = shop(tmp_path, earnest())
    head = "advance_refund: HT-01, date: 2025-06-10, deposit: earnest, broken_by: customer, contract_total: 1000000.00"
    assert ledgers.refused(settings, f"- {{{head}, performed: 0.6, retain: 80000.01}}\n") == ["deposit-cap"]
    effect = moved(settings, f"- {{{head}, performed: 0.6, retain: 80000.00}}\n")
    assert effect == {LIABILITY: "250000.00", FORFEITED: "-80000.00", BANK: "-170000.00"}


@pytest.mark.parametrize("broken_by", ["both", "force_majeure", "us"])
def test_earnest_money_goes_back_where_the_customer_did_not_break_the_contract(tmp_path: Path, broken_by: str) -> None:
    settings = shop(tmp_path, earnest())
    head = f"advance_refund: HT-01, date: 2025-06-10, deposit: earnest, broken_by: {broken_by}"
    codes = ledgers.refused(settings, f"- {{{head}, retain: 1000.00, retain_as: forfeiture}}\n")
    assert codes == ["forfeit-not-allowed"]
    assert moved(settings, f"- {{{head}}}\n") == {LIABILITY: "250000.00", BANK: "-250000.00"}


@pytest.mark.parametrize("deposit", ["prepayment", "security", "订金", "押金"])
def test_only_earnest_money_doubles_or_is_lost(tmp_path: Path, deposit: str) -> None:
    settings = shop(tmp_path, earnest())
    head = f"advance_refund: HT-01, date: 2025-06-10, deposit: {deposit}"
    assert ledgers.refused(settings, f"- {{{head}, broken_by: us, double: true}}\n") == ["forfeit-not-allowed"]
    lost = f"- {{{head}, broken_by: customer, retain: 10000, retain_as: forfeiture}}\n"
    assert ledgers.refused(settings, lost) == ["forfeit-not-allowed"]


def test_service_income_has_its_own_tax(tmp_path: Path) -> None:
    # 10,600 kept at 6 %: 10,000 and 600; the accounts of the receipt are cleared whole.
    settings = shop(tmp_path, RECEIPT)
    said = "retain: 10600.00, retain_as: 服务收入, tax_rate: 0.06"
    effect = moved(settings, f"- {{advance_refund: HT-01, date: 2025-05-20, {said}}}\n")
    assert effect == {
        LIABILITY: "100000.00", PENDING: "13000.00", OTHER: "-10000.00", VAT: "-600.00", BANK: "-102400.00",
    }  # fmt: skip


def test_kept_as_revenue_it_has_the_tax_rate_of_the_receipt(tmp_path: Path) -> None:
    settings = shop(tmp_path, RECEIPT)
    said = "retain: 11300.00, retain_as: revenue, tax_rate: 0.06"
    effect = moved(settings, f"- {{advance_refund: HT-01, date: 2025-05-20, {said}}}\n")
    assert effect == {
        LIABILITY: "100000.00", PENDING: "13000.00", "Income:6001-主营业务收入": "-10000.00", VAT: "-1300.00",
        BANK: "-101700.00",
    }  # fmt: skip


INVOICED = """\
2025-05-06 * "华东机械" "预收货款，已开票" ^inv-HT-01
  invoice: "25442000000012345678"
  Assets:1002-银行存款                        113000.00 CNY
  Liabilities:2205-合同负债                  -100000.00 CNY
  Liabilities:2221-应交税费:销项税额           -13000.00 CNY
"""


def test_what_was_invoiced_goes_back_against_a_red_invoice(tmp_path: Path) -> None:
    settings = shop(tmp_path, INVOICED)
    event = "advance_refund: HT-01, date: 2025-05-20"
    assert ledgers.refused(settings, f"- {{{event}}}\n") == ["red-invoice-missing"]
    effect = moved(settings, f'- {{{event}, red_invoice: "25442000000099999999"}}\n')
    assert effect == {LIABILITY: "100000.00", VAT: "13000.00", BANK: "-113000.00"}


def test_a_security_goes_back_from_its_own_account(tmp_path: Path) -> None:
    settings = shop(tmp_path, earnest("500.00", "Liabilities:2241-其他应付款:押金"))
    effect = moved(settings, "- {advance_refund: HT-01, date: 2025-06-10}\n")
    assert effect == {"Liabilities:2241-其他应付款:押金": "500.00", BANK: "-500.00"}


def test_approved_in_december_and_paid_in_january(tmp_path: Path) -> None:
    settings = shop(tmp_path, RECEIPT)
    effect = moved(settings, "- {advance_refund: HT-01, id: AR-1, date: 2025-12-30, stage: approved}\n")
    assert effect == {LIABILITY: "100000.00", PENDING: "13000.00", PAYABLE: "-113000.00"}
    effect = moved(settings, "- {advance_refund: AR-1, date: 2026-01-05}\n", "later.yaml")
    assert effect == {PAYABLE: "113000.00", BANK: "-113000.00"}
    assert ledgers.balances(settings) == {}


def test_what_was_approved_is_paid_in_parts_with_interest_on_top(tmp_path: Path) -> None:
    settings = shop(tmp_path, RECEIPT)
    moved(settings, "- {advance_refund: HT-01, id: AR-1, date: 2025-12-30, stage: approved, interest: 10.00}\n")
    moved(settings, "- {advance_refund: AR-1, date: 2026-01-05, amount: 13010.00}\n", "b.yaml")
    more = "- {advance_refund: AR-1, date: 2026-01-06, amount: 100000.01}\n"
    assert ledgers.refused(settings, more, "c.yaml") == ["more-than-paid"]
    effect = moved(settings, "- {advance_refund: AR-1, date: 2026-01-06, interest: 25.00}\n", "d.yaml")
    assert effect == {PAYABLE: "100000.00", "Expenses:6603-财务费用:利息支出": "25.00", BANK: "-100025.00"}
    again = ledgers.refused(settings, "- {advance_refund: AR-1, date: 2026-01-07}\n", "e.yaml")
    assert again == ["step-not-allowed"]


def test_requested_rejected_and_asked_for_again(tmp_path: Path) -> None:
    settings = shop(tmp_path, RECEIPT)
    done = ledgers.posted(settings, "- {advance_refund: HT-01, id: AR-1, date: 2025-05-10, stage: requested}\n")
    assert ledgers.effect(done) == {}
    ledgers.posted(settings, "- {advance_refund: AR-1, date: 2025-05-12, stage: rejected}\n", "b.yaml")
    closed = ledgers.refused(settings, "- {advance_refund: AR-1, date: 2025-05-13}\n", "c.yaml")
    assert closed == ["step-not-allowed"]
    asked = "- {advance_refund: HT-01, id: AR-2, date: 2025-05-14, stage: requested, amount: 50000, retain: 13000.00}\n"
    ledgers.posted(settings, asked, "d.yaml")
    effect = moved(settings, "- {advance_refund: AR-2, date: 2025-05-15, stage: approved}\n", "e.yaml")
    assert effect[PAYABLE] == "-50000.00"
    assert moved(settings, "- {advance_refund: AR-2, date: 2025-05-16}\n", "f.yaml")[BANK] == "-50000.00"
    ledgers.load(settings)


def test_moved_to_another_order_it_can_be_refunded_from_there(tmp_path: Path) -> None:
    settings = shop(tmp_path, RECEIPT)
    event = "- {advance_refund: HT-01, id: AR-1, date: 2025-05-20, outcome: {transfer: HT-02}, amount: 56500.00}\n"
    assert moved(settings, event) == {}
    effect = moved(settings, "- {advance_refund: HT-02, date: 2025-06-01}\n", "b.yaml")
    assert effect == {LIABILITY: "50000.00", PENDING: "6500.00", BANK: "-56500.00"}
    effect = moved(settings, "- {advance_refund: HT-01, date: 2025-06-01}\n", "c.yaml")
    assert effect == {LIABILITY: "50000.00", PENDING: "6500.00", BANK: "-56500.00"}
    assert ledgers.balances(settings) == {}


FOREIGN = """\
2025-03-03 price USD 7.20 CNY

2025-03-03 * "Acme Inc." "Advance" ^inv-EX-9
  Assets:Bank:USD                  10000.00 USD @ 7.20 CNY
  Liabilities:Contract-Liability  -72000.00 CNY

2025-04-01 price USD 7.30 CNY
"""


def test_an_advance_in_another_currency_leaves_at_its_rate_and_is_paid_at_the_day_s(tmp_path: Path) -> None:
    settings = shop(tmp_path, FOREIGN, preset="general")
    moved(settings, "- {advance_refund: EX-9, date: 2025-04-02, amount: 4000.00}\n")
    held = ledgers.balances(settings)
    assert held["Liabilities:Contract-Liability"] == Decimal("-43200.00")
    assert held["Assets:Bank:USD"] == Decimal(6000)
    assert held["Income:FX-Gain-Loss"] == Decimal("400.00")  # 4,000 x (7.30 - 7.20)
    moved(settings, "- {advance_refund: EX-9, date: 2025-04-03, rate: 7.15}\n", "b.yaml")
    held = ledgers.balances(settings)
    assert "Liabilities:Contract-Liability" not in held
    assert "Assets:Bank:USD" not in held
    assert held["Income:FX-Gain-Loss"] == Decimal("100.00")  # less 6,000 x (7.20 - 7.15)


def test_a_foreign_advance_approved_at_one_rate_is_paid_at_another(tmp_path: Path) -> None:
    settings = shop(tmp_path, FOREIGN, preset="general")
    moved(settings, "- {advance_refund: EX-9, id: AR-1, date: 2025-04-02, stage: approved}\n")
    held = ledgers.balances(settings)
    assert held["Income:FX-Gain-Loss"] == Decimal("1000.00")
    moved(settings, "- {advance_refund: AR-1, date: 2025-05-02, rate: 7.10}\n", "b.yaml")
    held = ledgers.balances(settings)
    assert held == {"Income:FX-Gain-Loss": Decimal("-1000.00")}  # 10,000 x (7.10 - 7.20)


def test_voids_give_everything_back(tmp_path: Path) -> None:
    settings = shop(tmp_path, RECEIPT)
    before = ledgers.balances(settings)
    moved(settings, "- {advance_refund: HT-01, id: AR-1, date: 2025-12-30, stage: approved, interest: 10.00}\n")
    moved(settings, "- {advance_refund: AR-1, id: AR-2, date: 2026-01-05}\n", "b.yaml")
    first = ledgers.refused(settings, "- {void: AR-1, date: 2026-01-06}\n", "c.yaml")
    assert first == ["step-not-allowed"]
    moved(settings, "- {void: AR-2, date: 2026-01-06}\n- {void: AR-1, date: 2026-01-06}\n", "d.yaml")
    assert ledgers.balances(settings) == before
    moved(settings, "- {advance_refund: HT-01, date: 2026-01-07}\n", "e.yaml")
    assert ledgers.balances(settings) == {}


def test_no_more_goes_back_than_is_left(tmp_path: Path) -> None:
    settings = shop(tmp_path, RECEIPT)
    event = "advance_refund: HT-01, date: 2025-05-20"
    assert ledgers.refused(settings, f"- {{{event}, amount: 113000.01}}\n") == ["more-than-paid"]
    assert ledgers.refused(settings, f"- {{{event}, amount: 113000.00, retain: 0.01}}\n") == ["more-than-paid"]
    assert ledgers.refused(settings, "- {advance_refund: HT-01, date: 2025-05-05}\n") == ["more-than-paid"]
    moved(settings, f"- {{{event}, amount: 100000.00}}\n")
    assert ledgers.refused(settings, f"- {{{event}, id: B, amount: 13000.01}}\n", "b.yaml") == ["more-than-paid"]
    moved(settings, f"- {{{event}, id: C}}\n", "c.yaml")
    assert ledgers.refused(settings, f"- {{{event}, id: D}}\n", "d.yaml") == ["more-than-paid"]
    assert ledgers.balances(settings) == {}


def test_applying_again_does_nothing(tmp_path: Path) -> None:
    settings = shop(tmp_path, RECEIPT)
    events = "- {advance_refund: HT-01, date: 2025-05-20}\n"
    ledgers.posted(settings, events)
    assert not ledgers.apply(settings, events).file
    plan = app.plan([settings.parent / "events.yaml"], settings=settings)
    assert not plan.plan.directives


def test_a_refund_of_an_advance_is_paid_by_its_own_kind(tmp_path: Path) -> None:
    settings = shop(tmp_path, RECEIPT)
    moved(settings, "- {advance_refund: HT-01, id: AR-1, date: 2025-12-30, stage: approved}\n")
    assert ledgers.refused(settings, "- {refund: AR-1, date: 2026-01-05}\n", "b.yaml") == ["step-not-allowed"]


def test_steps_come_in_their_order_or_are_refused(tmp_path: Path) -> None:
    settings = shop(tmp_path, RECEIPT)
    nobody = "- {advance_refund: HT-01, date: 2025-05-10, stage: rejected}\n"
    assert ledgers.refused(settings, nobody) == ["step-not-allowed"]
    moved(settings, "- {advance_refund: HT-01, id: AR-1, date: 2025-05-10, stage: approved}\n", "b.yaml")
    for stage in ("requested", "approved", "rejected"):
        again = f"- {{advance_refund: AR-1, date: 2025-05-11, stage: {stage}}}\n"
        assert ledgers.refused(settings, again, "c.yaml") == ["step-not-allowed"]
    early = "- {advance_refund: AR-1, date: 2025-05-09}\n"
    assert ledgers.refused(settings, early, "c.yaml") == ["step-not-allowed"]
    changed = "- {advance_refund: AR-1, date: 2025-05-11, retain: 1.00}\n"
    assert ledgers.refused(settings, changed, "c.yaml") == ["step-not-allowed"]
    moved(settings, "- {void: AR-1, id: V-1, date: 2025-05-12}\n", "d.yaml")
    gone = "- {advance_refund: AR-1, date: 2025-05-13}\n"
    assert ledgers.refused(settings, gone, "e.yaml") == ["step-not-allowed"]
    assert ledgers.refused(settings, "- {void: V-1, date: 2025-05-13}\n", "e.yaml") == ["step-not-allowed"]


def test_amounts_below_nil_are_refused(tmp_path: Path) -> None:
    settings = shop(tmp_path, RECEIPT)
    for field in ("amount", "retain", "penalty", "interest", "contract_total"):
        event = f"- {{advance_refund: HT-01, date: 2025-05-20, {field}: -1.00}}\n"
        assert "quantity-not-positive" in ledgers.refused(settings, event), field
    fine = "- {advance_refund: HT-01, date: 2025-05-20, interest: 0.001}\n"
    assert ledgers.refused(settings, fine) == ["amount-too-fine"]
