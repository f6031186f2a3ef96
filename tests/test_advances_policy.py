"""What the policy says of advances is applied: the retained share, evidence by step, approvals, methods and the deadline."""

from __future__ import annotations

from pathlib import Path

import ledgers
from test_advances import (
    BANK,
    FORFEITED,
    LIABILITY,
    OTHER,
    PAYABLE,
    PENDING,
    RECEIPT,
    VAT,
    command,
    earnest,
    moved,
    shop,
)

from returnledger import app

READY = (Path(__file__).parent.parent / "policies" / "advance-refund.yaml").read_text(encoding="utf-8")
PEOPLE = """
people:
  li.na: [clerk]
  zhao.min: [supervisor]
  wang.fang: [finance_manager]
  chen.gang: [cfo]
methods: {bank: {account: "Assets:1002-银行存款"}}
"""
PAPERS = "evidence: [{path: ht.pdf, type: contract}, {path: r.pdf, type: receipt}, {path: a.pdf, type: request}"
ALL = f"{PAPERS}, {{path: b.pdf, type: bank_details}}]"


def ready(folder: Path, ledger: str = RECEIPT, **more: str) -> Path:
    """Return a shop under the ready policy of advances, in force since 2025."""
    policy = READY.replace("valid_from: 2026-01-01", "valid_from: 2025-01-01")
    settings = shop(folder, ledger, more=PEOPLE, **more)
    (folder / "policy.yaml").write_text(policy, encoding="utf-8")
    return settings


SIGNED = "by: li.na, approved_by: [wang.fang, chen.gang]"
TYPED = "advance_refund: HT-01, date: 2025-05-20"


def test_what_the_policy_keeps_is_service_income_up_to_its_most(tmp_path: Path) -> None:
    # 10 % of 113,000 is 11,300, at most 5,000; the receipt bore 13 %: 5,000 / 1.13 = 4,424.78.
    settings = ready(tmp_path)
    events = (
        f"- {{{TYPED}, broken_by: customer, method: bank, {ALL}, by: chen.gang, approved_by: [wang.fang, zhao.min]}}\n"
    )
    codes = ledgers.refused(settings, events)
    assert codes == ["approval-missing"]  # the refund is above 50,000: finance manager and cfo
    events = f"- {{{TYPED}, broken_by: customer, method: bank, {ALL}, {SIGNED}}}\n"
    assert moved(settings, events) == {
        LIABILITY: "100000.00", PENDING: "13000.00", OTHER: "-4424.78", VAT: "-575.22", BANK: "-108000.00",
    }  # fmt: skip
    text = next((tmp_path / "returns").rglob("2025-*.beancount")).read_text(encoding="utf-8")
    assert "advance 10% change-of-mind" in text
    assert "approvals finance_manager/cfo board" in text
    assert "deadline 2025-06-04" in text


def test_nothing_is_kept_where_we_broke_the_contract(tmp_path: Path) -> None:
    settings = ready(tmp_path)
    effect = moved(settings, f"- {{{TYPED}, broken_by: us, {ALL}, {SIGNED}}}\n")
    assert effect == {LIABILITY: "100000.00", PENDING: "13000.00", BANK: "-113000.00"}


def test_earnest_money_is_lost_by_the_policy_up_to_the_cap(tmp_path: Path) -> None:
    settings = ready(tmp_path, earnest())
    said = "deposit: earnest, broken_by: customer, contract_total: 1000000.00"
    effect = moved(settings, f"- {{advance_refund: HT-01, date: 2025-06-10, {said}, {ALL}, {SIGNED}}}\n")
    assert effect == {LIABILITY: "250000.00", FORFEITED: "-200000.00", BANK: "-50000.00"}


def test_another_retained_share_than_the_policy_s_is_refused_or_waived(tmp_path: Path) -> None:
    settings = ready(tmp_path)
    said = f"broken_by: customer, {ALL}, {SIGNED}"
    assert ledgers.refused(settings, f"- {{{TYPED}, retain: 100.00, {said}}}\n") == ["fee-differs"]
    assert ledgers.refused(settings, f"- {{{TYPED}, amount: 113000.00, {said}}}\n") == ["fee-differs"]
    waived = f"- {{{TYPED}, retain: 100.00, {said}, allow: [fee-differs], note: agreed}}\n"
    assert moved(settings, waived)[BANK] == "-112900.00"


def test_what_is_kept_is_counted_once_over_several_refunds(tmp_path: Path) -> None:
    settings = ready(tmp_path)
    said = f"broken_by: customer, {ALL}, {SIGNED}"
    first = moved(settings, f"- {{{TYPED}, amount: 50000.00, {said}}}\n")
    assert first[BANK] == "-50000.00"
    second = moved(settings, f"- {{{TYPED}, id: B, {said}}}\n", "b.yaml")
    assert second[BANK] == "-58000.00"
    assert OTHER not in second
    assert ledgers.balances(settings).keys() == {OTHER, VAT, BANK}


def test_each_step_brings_its_papers_and_its_people(tmp_path: Path) -> None:
    settings = ready(tmp_path)
    asked = "advance_refund: HT-01, id: AR-1, date: 2025-05-10, stage: requested, broken_by: us, by: li.na"
    assert ledgers.refused(settings, f"- {{{asked}}}\n", "a.yaml") == ["evidence-missing"]
    ledgers.posted(settings, f"- {{{asked}, evidence: [{{path: a.pdf, type: request}}]}}\n", "a.yaml")
    waits = command(settings, "status").stdout
    assert "finance manager, cfo" in waits
    approve = "advance_refund: AR-1, date: 2025-05-12, stage: approved"
    signed = "by: wang.fang, approved_by: [wang.fang, chen.gang]"
    papers = "evidence: [{path: c.pdf, type: contract}, {path: r.pdf, type: receipt}]"
    assert ledgers.refused(settings, f"- {{{approve}, {signed}}}\n", "b.yaml") == ["evidence-missing"]
    alone = ledgers.refused(settings, f"- {{{approve}, approved_by: [wang.fang], {papers}}}\n", "b.yaml")
    assert alone == ["approval-missing"]
    effect = moved(settings, f"- {{{approve}, {signed}, {papers}}}\n", "b.yaml")
    assert effect[PAYABLE] == "-113000.00"
    pay = "advance_refund: AR-1, date: 2025-05-20"
    assert ledgers.refused(settings, f"- {{{pay}, by: zhao.min}}\n", "c.yaml") == ["evidence-missing"]
    bank = "evidence: [{path: b.pdf, type: bank_details}]"
    assert ledgers.refused(settings, f"- {{{pay}, by: chen.gang, {bank}}}\n", "c.yaml") == ["same-person"]
    assert moved(settings, f"- {{{pay}, by: zhao.min, {bank}}}\n", "c.yaml")[BANK] == "-113000.00"


def test_who_asked_does_not_approve(tmp_path: Path) -> None:
    settings = ready(tmp_path)
    said = f"broken_by: us, {ALL}, by: chen.gang, approved_by: [wang.fang, chen.gang]"
    assert ledgers.refused(settings, f"- {{{TYPED}, {said}}}\n") == ["same-person"]


def test_money_goes_back_by_the_methods_of_the_policy(tmp_path: Path) -> None:
    settings = ready(tmp_path)
    said = f"broken_by: us, {ALL}, {SIGNED}"
    assert ledgers.refused(settings, f"- {{{TYPED}, method: store_credit, {said}}}\n") == ["method-not-allowed"]


def test_the_money_goes_to_who_paid_it_or_to_whom_that_one_names_in_writing(tmp_path: Path) -> None:
    settings = shop(tmp_path, RECEIPT)
    assert ledgers.refused(settings, f"- {{{TYPED}, payee: 华新贸易}}\n") == ["payee-differs"]
    assert ledgers.refused(settings, f"- {{{TYPED}, payee: 华新贸易, evidence: [letter.pdf]}}\n") == ["payee-differs"]
    event = f"- {{{TYPED}, payee: 华新贸易, evidence: [papers/授权书.pdf]}}\n"
    assert moved(settings, event)[BANK] == "-113000.00"


def test_without_a_policy_on_the_day_of_the_receipt_nothing_is_decided(tmp_path: Path) -> None:
    settings = ready(tmp_path)
    (tmp_path / "policy.yaml").write_text(READY, encoding="utf-8")  # valid from 2026
    assert ledgers.refused(settings, f"- {{{TYPED}, broken_by: us, {ALL}, {SIGNED}}}\n") == ["no-policy"]


def test_the_plan_shows_every_decision(tmp_path: Path) -> None:
    settings = ready(tmp_path)
    (tmp_path / "events.yaml").write_text(f"- {{{TYPED}, broken_by: us, {ALL}, {SIGNED}}}\n", encoding="utf-8")
    (planned,) = app.plan([tmp_path / "events.yaml"], settings=settings).plan.events
    effects = {chosen.effect: chosen.row for chosen in planned.chosen}
    assert effects["advance"] == "our-fault"
    assert effects["deadline"] == "advance_deadline"


def test_splitting_a_refund_does_not_dodge_who_must_approve_it(tmp_path: Path) -> None:
    settings = ready(tmp_path)
    said = f"broken_by: us, {ALL}, by: li.na, approved_by: [zhao.min, wang.fang]"
    moved(settings, f"- {{{TYPED}, amount: 40000.00, {said}}}\n")
    again = f"- {{{TYPED}, id: B, amount: 40000.00, {said}}}\n"
    assert ledgers.refused(settings, again, "b.yaml") == ["approval-missing"]


def test_an_advance_in_dollars_is_approved_by_what_it_weighs_in_the_books(tmp_path: Path) -> None:
    ledger = """\
2025-03-03 * "Acme" "Advance" ^inv-EX-1
  Assets:1002-银行存款:美元          10000.00 USD @ 7.20 CNY
  Liabilities:2205-合同负债         -72000.00 CNY
"""
    settings = ready(tmp_path, ledger)
    event = "advance_refund: EX-1, date: 2025-04-02, rate: 7.20, broken_by: us, by: li.na"
    few = f"- {{{event}, {ALL}, approved_by: [zhao.min, wang.fang]}}\n"
    assert ledgers.refused(settings, few) == ["approval-missing"]
    moved(settings, f"- {{{event}, {ALL}, approved_by: [chen.gang, wang.fang]}}\n")
    assert ledgers.balances(settings) == {}
