"""Requests whose order nobody knows, and requests for goods that were sold before the books began."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledgers import POLICY, apply, balances, effect, make, posted, refused
from test_auto import TWO, decision

from returnledger import app
from returnledger.cli.happened import what_happened
from returnledger.findings_text import sentences

BLIND = POLICY + "choices: {{blind_returns: allow}}\n"
ASK = (
    "- {request: none, id: C-1, date: 2026-06-01, customer: Ann, reason: changed_mind, method: cash,\n"
    "   items: [{sku: MUG, qty: 2, price_incl_tax: 113.00, tax_rate: 0.13, cost: 58.00}]}\n"
).replace(", method: cash", "")
CASH = 'methods: {cash: {account: "Assets:Bank", paid: on_return}}\n'


def shop(folder: Path, policy: str = BLIND) -> Path:
    return make(folder, TWO, policy=policy, more=CASH)


def test_the_request_finds_the_sale_and_its_case_is_of_that_order(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a")
    asked = posted(
        settings, "- {request: auto, id: C-1, date: 2026-06-01, customer: Ann, sku: MUG, qty: 2}\n", "a.yaml"
    )
    assert {d.meta["rl-order"] for d in asked.planned.plan.directives} == {"SO-2"}
    assert "auto SO-2 2026-05-01 2 at 65 not SO-1" in decision(asked)
    assert what_happened(asked.planned.plan.events[0]).startswith("Request of SO-2: 2 MUG")
    done = posted(settings, "- {receive: C-1, date: 2026-06-05}\n- {credit_note: C-1, date: 2026-06-06}\n", "b.yaml")
    assert effect(done)["Expenses:COGS"] == "-130.00"
    assert effect(done)["Income:Sales-Returns"] == "200.00"


def test_a_case_is_of_one_order(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a")
    done = apply(settings, "- {request: auto, id: C-1, date: 2026-06-01, customer: Ann, sku: MUG, qty: 4}\n")
    assert not done.file
    ((message, hint),) = [sentences(finding, "en") for finding in done.findings]
    assert "of several orders: SO-2, SO-1" in message
    assert "`request: SO-2`" in hint


@pytest.mark.parametrize(
    "steps", ["receive credit_note", "credit_note receive", "return", "approve receive inspect credit_note"]
)
def test_goods_without_a_sale_are_asked_for_and_come_back_step_by_step(tmp_path: Path, steps: str) -> None:
    settings = shop(tmp_path / "a")
    before = balances(settings)
    noted = posted(settings, ASK, "a.yaml")
    assert not effect(noted)
    assert what_happened(noted.planned.plan.events[0]).startswith("Request without a sale: 2 MUG")
    (note,) = noted.planned.plan.directives
    assert (note.meta["rl-lot"], note.meta["rl-stock"]) == ("58.00 CNY, 2026-06-01", "Assets:Inventory")
    for n, step in enumerate(steps.split(), 2):
        more = {"inspect": ", items: [{sku: MUG, qty: 2, condition: new}]", "return": ", method: later"}.get(step, "")
        posted(settings, f"- {{{step}: C-1, date: 2026-06-{n:02}{more}}}\n", f"{n}.yaml")
    paid = posted(settings, "- {refund: C-1, date: 2026-06-20, method: cash}\n", "z.yaml")
    assert effect(paid) == {"Assets:Bank": "-226.00", "Liabilities:Refund-Payable": "226.00"}
    after = balances(settings)
    change = {name: after.get(name, 0) - before.get(name, 0) for name in before | after}
    stock = [name for name in change if name.startswith("Assets:Inventory") and change[name]]
    assert {name: f"{amount:f}" for name, amount in change.items() if amount and name not in stock} == {
        "Assets:Bank": "-226.00",
        "Expenses:COGS": "-116.00",
        "Income:Sales-Returns": "200.00",
        "Liabilities:Output-VAT": "26.00",
    }
    assert sum(change[name] for name in stock) == 116
    assert {step.step for case in app.status(settings=settings).cases for step in case.steps} <= {"inspect"}


def test_in_parts_and_no_more_than_was_asked_for(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a")
    posted(settings, ASK, "a.yaml")
    first = posted(settings, "- {return: C-1, id: R-1, date: 2026-06-02, qty: 1, sku: MUG, method: later}\n", "b.yaml")
    assert effect(first)["Expenses:COGS"] == "-58.00"
    assert refused(
        settings, "- {return: C-1, id: R-2, date: 2026-06-03, qty: 2, sku: MUG, method: later}\n", "c.yaml"
    ) == ["more-than-sold"]
    last = posted(settings, "- {return: C-1, id: R-2, date: 2026-06-03, method: later}\n", "d.yaml")
    assert effect(last)["Expenses:COGS"] == "-58.00"


def test_the_policy_and_what_nobody_says_are_asked_as_for_a_return(tmp_path: Path) -> None:
    assert refused(shop(tmp_path / "a", POLICY), ASK) == ["blind-return"]
    bare = ASK.replace(", cost: 58.00", "").replace("tax_rate: 0.13", "note: x")
    assert refused(shop(tmp_path / "b"), bare) == ["facts-missing", "facts-missing"]


def test_the_case_ends_when_it_is_withdrawn_and_a_void_takes_the_request_back(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a")
    posted(settings, ASK + "- {cancel: C-1, id: X-1, date: 2026-06-02}\n", "a.yaml")
    assert refused(settings, "- {receive: C-1, date: 2026-06-03}\n", "b.yaml") == ["case-closed"]
    posted(settings, "- {void: X-1, id: V-1, date: 2026-06-03}\n- {void: C-1, id: V-2, date: 2026-06-03}\n", "c.yaml")
    assert balances(settings) == balances(make(tmp_path / "b", TWO))
