"""Red invoices that come later: the tax of a credit waits on an account of its own until `tax_credit` brings it."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledgers import apply, balances, effect, make, posted, refused

from returnledger import app
from returnledger.findings_text import render

SALE = """\
2026-01-05 * "Supplier" "Purchase"
  Assets:Inventory:MUG    10 MUG {60.00 CNY, 2026-01-05}
  Assets:Inventory:BOOK   10 BOOK {20.00 CNY, 2026-01-05}
  Equity:Opening

2026-03-01 * "Ann" "Sale" ^inv-SO-1
  invoice: "26312000000012345678"
  Assets:Bank              557.00 CNY
  Income:Sales            -300.00 CNY
    sku: "MUG"
  Income:Sales            -200.00 CNY
    sku: "BOOK"
  Liabilities:Output-VAT-13  -39.00 CNY
    sku: "MUG"
  Liabilities:Output-VAT-9   -18.00 CNY
    sku: "BOOK"
  Expenses:COGS            260.00 CNY
  Assets:Inventory:MUG        -3 MUG {60.00 CNY, 2026-01-05}
  Assets:Inventory:BOOK       -4 BOOK {20.00 CNY, 2026-01-05}
"""
WAITS, HIGH, LOW = "Liabilities:Output-VAT-Pending-Red", "Liabilities:Output-VAT-13", "Liabilities:Output-VAT-9"
CREDIT = "- {credit_note: SO-1, id: C-1, date: 2026-03-10, reason: changed_mind}\n"


def shop_of(folder: Path, how: str = "pending") -> Path:
    return make(folder / "shop", SALE, more=f"red_invoice: {how}\n")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return shop_of(tmp_path)


def said(shop: Path, events: str, name: str = "x.yaml") -> str:
    done = apply(shop, events, name)
    assert not done.file
    return render(done.findings, {}, "concise", "en")


@pytest.mark.parametrize(
    ("how", "more", "account"),
    [
        ("pending", "", WAITS),
        ("pending", ', red_invoice: "26312000000087654321"', HIGH),
        ("required", ", red_invoice: pending", WAITS),
        ("required", ", red_invoice: 待开", WAITS),
        ("none", ", red_invoice: pending", WAITS),
        ("none", "", HIGH),
    ],
)
def test_tax_waits_where_the_settings_or_the_event_say_that_the_red_invoice_comes_later(
    tmp_path: Path, how: str, more: str, account: str
) -> None:
    shop = shop_of(tmp_path, how)
    done = posted(shop, f"- {{return: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 1, method: later{more}}}")
    changed = effect(done)
    assert {name: amount for name, amount in changed.items() if "VAT" in name} == {account: "13.00"}
    assert changed["Liabilities:Refund-Payable"] == "-113.00"


def test_a_sale_of_which_the_books_name_no_invoice_waits_for_none(tmp_path: Path) -> None:
    shop = make(
        tmp_path / "shop", SALE.replace('  invoice: "26312000000012345678"\n', ""), more="red_invoice: pending\n"
    )
    assert effect(posted(shop, CREDIT))[HIGH] == "39.00"


def test_each_tax_account_of_the_sale_gets_its_own_share(shop: Path) -> None:
    assert effect(posted(shop, CREDIT))[WAITS] == "57.00"
    posted(shop, '- {tax_credit: C-1, id: A-1, date: 2026-03-11, confirmation: "4403", stage: applied}', "a.yaml")
    done = posted(shop, '- {tax_credit: C-1, id: T-1, date: 2026-03-12, number: "2631"}', "b.yaml")
    assert effect(done) == {HIGH: "39.00", LOW: "18.00", WAITS: "-57.00"}
    entry = done.planned.plan.events[0].directives[0]
    assert (entry.meta["rl-reason-code"], entry.meta["rl-application"], entry.meta["rl-net"]) == (
        "02",
        "A-1",
        Decimal(500),
    )
    left = balances(shop)
    assert WAITS not in left and HIGH not in left and LOW not in left


def test_the_credit_is_named_by_its_number_its_id_or_its_case(shop: Path) -> None:
    posted(shop, "- {receive: SO-1, id: K-1, date: 2026-03-09, sku: MUG, qty: 2}", "r.yaml")
    posted(shop, "- {credit_note: K-1, id: C-1, date: 2026-03-10}", "c.yaml")
    posted(shop, '- {tax_credit: CN-A-2026-0001, date: 2026-03-11, number: "1", net: 100.00}', "1.yaml")
    posted(shop, '- {tax_credit: C-1, date: 2026-03-12, number: "2", tax: 6.50}', "2.yaml")
    done = posted(shop, '- {tax_credit: K-1, date: 2026-03-13, number: "3"}', "3.yaml")
    assert effect(done) == {HIGH: "6.50", WAITS: "-6.50"}


def test_red_invoices_by_rate_take_from_the_accounts_of_that_rate(shop: Path) -> None:
    posted(shop, CREDIT)
    done = posted(shop, '- {tax_credit: C-1, date: 2026-03-11, number: "1", net: 200.00, tax: 18.00}', "1.yaml")
    assert effect(done) == {LOW: "18.00", WAITS: "-18.00"}
    done = posted(shop, '- {tax_credit: C-1, date: 2026-03-11, number: "2", net: 150.00, tax: 19.50}', "2.yaml")
    assert effect(done) == {HIGH: "19.50", WAITS: "-19.50"}
    assert refused(shop, '- {tax_credit: C-1, date: 2026-03-12, number: "3", net: 160.00, tax: 20.80}', "3.yaml") == [
        "red-invoice-differs",
        "red-invoice-differs",
    ]
    done = posted(shop, '- {tax_credit: C-1, date: 2026-03-12, number: "3"}', "4.yaml")
    assert effect(done) == {HIGH: "19.50", WAITS: "-19.50"}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.integers(1, 45_000), min_size=1, max_size=3))
def test_partial_red_invoices_add_up_and_never_go_above(
    tmp_path_factory: pytest.TempPathFactory, parts: list[int]
) -> None:
    shop = shop_of(tmp_path_factory.mktemp("parts"))
    events, left = CREDIT, 50_000
    for n, part in enumerate(parts):
        net = min(part, left - 1)
        left -= net
        if net > 0:
            events += f"- {{tax_credit: C-1, id: T-{n}, date: 2026-03-11, number: '{n}', net: {Decimal(net) / 100}}}\n"
    posted(shop, events + "- {tax_credit: C-1, id: LAST, date: 2026-03-12, number: last}\n")
    after = balances(shop)
    assert not {WAITS, HIGH, LOW} & set(after)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("net: 500.00, tax: 45.00", ["tax of the red invoice is 45.00", "57.00"]),
        ("net: 501.00, tax: 57.00", ["net of the red invoice is 501.00", "500.00"]),
        ("net: 250.00, tax: 30.00", ["tax of the red invoice is 30.00", "28.50"]),
        ("reason_code: '04'", ["reason_code of the red invoice is 04", "02"]),
        ("tax: -1.00", ["-1.00 is no amount to book"]),
        ("net: 1.001", ["no amount to book"]),
        ("confirmation: x, stage: lapsed", ["nothing is applied for"]),
    ],
)
def test_a_red_invoice_that_does_not_agree_is_refused_with_both_figures(
    shop: Path, event: str, words: list[str]
) -> None:
    posted(shop, CREDIT)
    text = said(shop, f"- {{tax_credit: C-1, date: 2026-03-11, number: '9', {event}}}")
    assert all(word in text for word in words), text


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("tax_credit: C-1, date: 2026-03-11", "does not say the number"),
        ("tax_credit: C-1, date: 2026-03-09, number: '9'", "dated 2026-03-09, before what it is of, 2026-03-10"),
        ("tax_credit: SO-9, date: 2026-03-11, number: '9'", "no event SO-9 is posted"),
        ("tax_credit: R-0, date: 2026-03-11, number: '9'", "no tax of it waits for a red invoice"),
        ("tax_credit: V-0, date: 2026-03-11, number: '9'", "the case was voided"),
    ],
)
def test_a_red_invoice_without_number_credit_or_order_of_days_is_refused(shop: Path, event: str, words: str) -> None:
    more = ", red_invoice: R"
    posted(
        shop,
        f"- {{return: SO-1, id: R-0, date: 2026-03-09, sku: BOOK, qty: 1{more}}}\n"
        "- {return: SO-1, id: V-0, date: 2026-03-09, sku: BOOK, qty: 1}\n- {void: V-0, date: 2026-03-09}\n" + CREDIT,
    )
    assert words in said(shop, f"- {{{event}}}")


def test_what_is_applied_for_at_one_rate_is_confirmed_at_that_rate(shop: Path) -> None:
    applied = "- {tax_credit: C-1, date: 2026-03-11, confirmation: '1', stage: applied, net: 300, tax: 39}\n"
    done = posted(shop, CREDIT + applied + "- {tax_credit: C-1, date: 2026-03-12, number: '1', confirmation: '1'}\n")
    assert effect(done)[HIGH] == "39.00"
    assert effect(posted(shop, "- {tax_credit: C-1, date: 2026-03-12, number: '2'}\n", "b.yaml"))[LOW] == "18.00"


def test_what_is_applied_for_is_spoken_for_until_it_lapses(shop: Path) -> None:
    posted(shop, CREDIT + "- {tax_credit: C-1, id: A-1, date: 2026-03-11, confirmation: '1', stage: 已申请}\n")
    again = "- {tax_credit: C-1, id: A-2, date: 2026-03-15, confirmation: '2', stage: applied}\n"
    assert "all of it is applied for: 1" in said(shop, again)
    assert "net of the red invoice is 100.00" in said(
        shop, "- {tax_credit: C-1, date: 2026-03-12, confirmation: '1', number: '9', net: 100.00, tax: 13.00}\n"
    )
    done = posted(shop, "- {tax_credit: C-1, id: L-1, date: 2026-03-14, stage: lapsed}\n" + again, "b.yaml")
    assert effect(done) == {}
    assert "applied for already, by A-2" in said(shop, again.replace("A-2", "A-3"))
    posted(shop, "- {tax_credit: C-1, id: T-1, date: 2026-03-16, confirmation: '2', number: '9'}\n", "c.yaml")
    assert "its red invoices: 9" in said(shop, "- {tax_credit: C-1, date: 2026-03-17, number: '10'}\n")


def test_reasons_follow_from_the_goods(shop: Path) -> None:
    posted(
        shop,
        "- {return: SO-1, id: K-1, date: 2026-03-10, sku: MUG, qty: 1, goods: kept, reason: quality}\n"
        "- {allowance: SO-1, id: L-1, date: 2026-03-10, sku: BOOK, amount: 21.80}\n"
        "- {credit_note: SO-1, id: W-1, date: 2026-03-10, sku: MUG, amount: 22.60, correction: true}\n",
    )
    for n, (name, code) in enumerate((("K-1", "04"), ("L-1", "04"), ("W-1", "01"))):
        done = posted(shop, f"- {{tax_credit: {name}, date: 2026-03-11, number: '{n}'}}", f"{n}.yaml")
        assert done.planned.plan.events[0].directives[0].meta["rl-reason-code"] == code
    assert "red invoice 0 is that of" in said(shop, CREDIT + "- {tax_credit: C-1, date: 2026-03-12, number: '0'}\n")


def test_goods_that_come_back_and_goods_that_stay_have_a_red_invoice_each(shop: Path) -> None:
    items = "items: [{sku: MUG, qty: 1, condition: new}, {sku: BOOK, qty: 1, condition: new}]"
    posted(shop, f"- {{return: SO-1, id: R-1, date: 2026-03-10, method: later, {items}}}\n")
    assert effect(posted(shop, "- {tax_credit: R-1, date: 2026-03-11, number: '1', reason_code: 销货退回}", "1.yaml"))


def test_a_void_turns_a_red_invoice_round_and_the_credit_waits_for_it(shop: Path) -> None:
    posted(shop, CREDIT + "- {tax_credit: C-1, id: T-1, date: 2026-03-11, number: '1'}\n")
    assert "later steps rest on it: T-1" in said(shop, "- {void: C-1, date: 2026-03-12}\n")
    done = posted(shop, "- {void: T-1, date: 2026-03-12}\n", "b.yaml")
    assert effect(done) == {HIGH: "-39.00", LOW: "-18.00", WAITS: "57.00"}
    posted(shop, "- {tax_credit: C-1, id: T-2, date: 2026-03-13, number: '1'}\n", "c.yaml")
    posted(shop, "- {void: T-2, date: 2026-03-14}\n- {void: C-1, date: 2026-03-14}\n", "d.yaml")
    assert WAITS not in balances(shop)
    assert balances(shop)[HIGH] == Decimal("-39.00")


def test_goods_refused_at_inspection_leave_only_their_rest_to_wait(shop: Path) -> None:
    policy = shop.parent / "policy.yaml"
    worn = "inspection: [{id: worn, when: {condition: used}, outcome: refuse, because: worn}]\n"
    policy.write_text(policy.read_text("utf-8") + worn, "utf-8")
    posted(shop, "- {receive: SO-1, id: K-1, date: 2026-03-09, sku: MUG, qty: 2}", "r.yaml")
    posted(shop, "- {credit_note: K-1, id: C-1, date: 2026-03-10}", "c.yaml")
    item = "items: [{sku: MUG, qty: 1, condition: new}, {sku: MUG, qty: 1, condition: used}]"
    done = posted(shop, f"- {{inspect: K-1, date: 2026-03-11, {item}}}", "i.yaml")
    assert effect(done)[WAITS] == "-13.00"
    assert "net of the red invoice is 200.00" in said(
        shop, "- {tax_credit: C-1, date: 2026-03-12, number: '1', net: 200.00}"
    )
    done = posted(shop, "- {tax_credit: C-1, date: 2026-03-12, number: '1', net: 100.00, tax: 13.00}", "t.yaml")
    assert effect(done) == {HIGH: "13.00", WAITS: "-13.00"}
    assert WAITS not in balances(shop)


def test_a_later_return_of_the_same_line_gets_the_same_shares_whether_or_not_tax_waited(tmp_path: Path) -> None:
    found = []
    for how in ("none", "pending"):
        shop = shop_of(tmp_path / how, how)
        events = "".join(
            f"- {{return: SO-1, id: R-{n}, date: 2026-03-1{n}, sku: MUG, qty: 1, method: later, condition: new}}\n"
            for n in range(3)
        )
        changed = effect(posted(shop, events))
        found.append({name: amount for name, amount in changed.items() if "VAT" not in name})
    assert found[0] == found[1]


def test_status_names_open_red_invoices_with_role_and_last_day(shop: Path) -> None:
    posted(
        shop, CREDIT + "- {tax_credit: C-1, date: 2026-03-11, confirmation: '1', stage: applied, net: 300, tax: 39}\n"
    )
    (case,) = app.status(settings=shop, day=date(2026, 3, 12)).cases
    steps = {step.event: (step.by, step.until, step.amount) for step in case.steps if step.step == "tax_credit"}
    assert steps == {
        "tax_credit: C-1, stage: confirmed": (("finance",), date(2026, 3, 14), Decimal("39.00")),
        "tax_credit: C-1": (("finance",), None, Decimal("18.00")),
    }


def test_reports_show_what_waits_at_a_day_and_the_register_names_red_invoices_that_came(shop: Path) -> None:
    posted(shop, CREDIT + "- {tax_credit: C-1, date: 2026-04-02, number: '261', net: 200, tax: 18}\n")
    for day, row in (("2026-03-31", ("57.00", "0.00", "57.00")), ("2026-04-30", ("57.00", "18.00", "39.00"))):
        report = json.loads(app.report("liability", {"to": day}, settings=shop, fmt="json"))
        (found,) = report["red_invoices"]
        assert tuple(found[key] for key in ("tax", "red_invoiced", "pending")) == tuple(f"{cell} CNY" for cell in row)
        register = json.loads(app.report("credit-notes", {"to": day}, settings=shop, fmt="json"))
        (credit,) = register["rows"]
        assert (credit["tax"], credit["red_invoice"]) == ("57.00 CNY", "261" if day > "2026-04" else None)
        assert all(tie["reported"] == tie["booked"] for tie in register["ties"])


@pytest.mark.parametrize("stage", ["confirmed, number: '261'", "applied, confirmation: '1'"])
def test_a_red_invoice_for_nothing_is_none(shop: Path, stage: str) -> None:
    posted(shop, CREDIT)
    text = said(shop, f"- {{tax_credit: C-1, date: 2026-03-11, stage: {stage}, net: 0.00, tax: 0.00}}\n")
    assert "it is for nothing" in text
