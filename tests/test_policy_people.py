"""Persons and papers: who approves what, for whom one acts, who may waive, and that parts, days and files dodge nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from ledgers import POLICY, apply, make, posted, refused

from returnledger import app
from returnledger.findings import Refused
from returnledger.persons import are_one, unheld
from returnledger.policies.diff import diff
from returnledger.settings import Settings

BUY = """\
2026-01-01 * "Supplier" "Purchase"
  Assets:Inventory    100 P {60 CNY, 2026-01-01}
  Equity:Opening

"""
SALE = """\
{day} * "{customer}" "Sale" ^inv-{order}
  Assets:Bank                {gross} CNY
  Income:Sales              -{net} CNY
  Liabilities:Output-VAT     -{tax} CNY
  Expenses:COGS               {cost} CNY
  Assets:Inventory               -{units} P {{60 CNY, 2026-01-01}}

"""
APPROVALS = """\
approvals:
  - {{id: automatic, when: {{amount: "<=500"}}, by: []}}
  - {{id: supervisor, when: {{amount: "<=5000"}}, by: [supervisor]}}
  - {{id: finance, when: {{}}, by: [finance_manager, cfo]}}
split_days: 30
"""
PEOPLE = """\
people:
  li.na: [clerk]
  wang.wei: [supervisor]
  zhao.min: [finance_manager]
  qian.yi: [cfo]
"""
ACCOUNTS = ", cash_bank: Assets:Bank"


def sale(order: str, units: int = 4, customer: str = "Ann", day: str = "2026-02-01") -> str:
    """Return a sale of units at 100.00 and 13 % tax."""
    amounts = {"gross": f"{units * 113}.00", "net": f"{units * 100}.00", "tax": f"{units * 13}.00"}
    return SALE.format(order=order, customer=customer, day=day, units=units, cost=f"{units * 60}.00", **amounts)


def shop(tmp_path: Path, *sales: str, policy: str = APPROVALS, people: str = PEOPLE, more: str = "") -> Path:
    """Return the settings of a shop with these sales, or with one of four units to Ann."""
    ledger = BUY + "".join(sales or (sale("S1"),))
    return make(tmp_path, ledger, accounts=ACCOUNTS, policy=POLICY + policy, more=people + more)


# --- approvals: parts, days, orders, files and events of one batch


def test_parts_of_an_order_add_up_in_one_file(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", sale("S1", 6))
    parts = "".join(f"- {{return: S1, date: 2026-03-01, sku: P, qty: 2, note: part {n}}}\n" for n in (1, 2, 3))
    assert refused(settings, parts) == ["approval-missing"]  # 226, 452, and 678 with the third
    done = apply(settings, parts, ready=True)
    assert [event.status for event in done.events] == ["new", "new", "refused"]
    (finding,) = done.events[2].findings
    assert finding.values["amount"] == "678.00"
    approved = parts.replace("part 3", "part 3, approved_by: wang.wei")
    assert posted(settings, approved).events[2].status == "new"


def test_parts_add_up_over_days_and_files(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", sale("S1", 6))
    posted(settings, "- {return: S1, date: 2026-03-01, sku: P, qty: 2}")
    posted(settings, "- {return: S1, date: 2026-03-09, sku: P, qty: 2}", "b.yaml")
    assert refused(settings, "- {return: S1, date: 2026-03-20, sku: P, qty: 1}", "c.yaml") == ["approval-missing"]


def test_an_order_adds_up_however_long_ago(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", sale("S1", 6))
    posted(settings, "- {return: S1, date: 2026-03-01, sku: P, qty: 4}")
    assert refused(settings, "- {return: S1, date: 2026-09-20, sku: P, qty: 1}", "c.yaml") == ["approval-missing"]


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("2026-03-01", "2026-03-30", ["approval-missing"]),
        ("2026-03-01", "2026-03-31", []),
        ("2026-03-30", "2026-03-01", ["approval-missing"]),  # dated backwards, nothing is won
        ("2026-03-31", "2026-03-01", []),
    ],
)
def test_other_orders_of_the_customer_add_up_within_split_days(
    tmp_path: Path, first: str, second: str, found: list[str]
) -> None:
    settings = shop(tmp_path / "a", sale("S1"), sale("S2"))
    posted(settings, f"- {{return: S1, date: {first}}}")
    done = apply(settings, f"- {{return: S2, date: {second}, sku: P, qty: 1}}", "b.yaml")
    assert [finding.code for finding in done.findings] == found


def test_other_customers_do_not_add_up(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", sale("S1"), sale("S2", customer="Bea"))
    done = posted(settings, "- {return: S1, date: 2026-03-01}\n- {return: S2, date: 2026-03-01}")
    assert [event.status for event in done.events] == ["new", "new"]


def test_an_earlier_requested_day_does_not_hide_a_part(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", sale("S1"), sale("S2"))
    posted(settings, "- {return: S1, date: 2026-04-01}")
    event = "- {return: S2, date: 2026-04-02, requested: 2026-02-02, sku: P, qty: 1}"
    assert refused(settings, event, "b.yaml") == ["approval-missing"]


def test_what_was_voided_does_not_add_up(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", sale("S1"), sale("S2"))
    posted(settings, "- {return: S1, date: 2026-03-01, id: R1}")
    posted(settings, "- {void: R1, date: 2026-05-01}", "v.yaml")  # long after the days that count
    posted(settings, "- {return: S2, date: 2026-03-02}", "b.yaml")
    assert refused(settings, "- {return: S1, date: 2026-03-03, sku: P, qty: 1}", "c.yaml") == ["approval-missing"]


def test_a_void_in_the_same_file_makes_room(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", sale("S1"), sale("S2"))
    posted(settings, "- {return: S1, date: 2026-03-01, id: R1}")
    done = posted(settings, "- {void: R1, date: 2026-03-02}\n- {return: S2, date: 2026-03-02}\n", "b.yaml")
    assert [event.status for event in done.events] == ["new", "new"]


def test_an_allowance_and_goods_kept_add_up_too(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", sale("S1", 6))
    events = (
        "- {allowance: S1, date: 2026-03-01, amount: 200}\n"
        "- {return: S1, date: 2026-03-02, sku: P, qty: 4, goods: kept}\n"
    )
    assert refused(settings, events) == ["approval-missing"]


def test_fees_do_not_lower_what_adds_up(tmp_path: Path) -> None:
    fees = "fees: [{{id: half, when: {{}}, percent: 50}}]\n"
    settings = shop(tmp_path / "a", sale("S1", 5), policy=APPROVALS + fees)
    posted(settings, "- {return: S1, date: 2026-03-01, sku: P, qty: 4}")
    assert refused(settings, "- {return: S1, date: 2026-03-02, sku: P, qty: 1}", "b.yaml") == ["approval-missing"]


def test_delivery_given_back_counts(tmp_path: Path) -> None:
    with_delivery = sale("S1").replace(
        "  Income:Sales ",
        "  Assets:Bank                60.00 CNY\n  Income:Shipping           -60.00 CNY\n  Income:Sales ",
    )
    settings = shop(tmp_path / "a", with_delivery)
    assert refused(settings, "- {return: S1, date: 2026-03-01, shipping: all}") == ["approval-missing"]  # 452 and 60
    posted(settings, "- {return: S1, date: 2026-03-01, shipping: 48}")


def test_what_was_given_back_by_hand_adds_up(tmp_path: Path) -> None:
    by_hand = """\
2026-02-20 * "Ann" "Returned at the counter" ^inv-S1
  Assets:Bank               -339.00 CNY
  Income:Sales               300.00 CNY
  Liabilities:Output-VAT      39.00 CNY
  Expenses:COGS             -180.00 CNY
  Assets:Inventory                3 P {60 CNY, 2026-01-01}

"""
    settings = shop(tmp_path / "a", sale("S1", 6), by_hand)
    assert refused(settings, "- {return: S1, date: 2026-03-02, sku: P, qty: 2}") == ["approval-missing"]
    posted(settings, "- {return: S1, date: 2026-03-02, sku: P, qty: 1}")


def test_a_sale_found_by_itself_adds_up_over_its_orders(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", sale("S1", 2), sale("S2", 3))
    posted(settings, "- {return: S1, date: 2026-03-01, sku: P, qty: 1}")
    event = "- {return: auto, customer: Ann, date: 2026-08-01, sku: P, qty: 4}"
    assert refused(settings, event, "b.yaml") == ["approval-missing"]  # 452 of both orders, and 113 of the first


def test_splitting_never_asks_for_less(tmp_path: Path) -> None:
    """However a refund of six units is cut into events and days, whoever gets more than 500 has it approved."""
    for n, cut in enumerate([(6,), (5, 1), (4, 2), (3, 3), (2, 2, 2), (1, 1, 4), (1, 1, 1, 1, 1, 1)]):
        settings = shop(tmp_path / str(n), sale("S1", 3), sale("S2", 3))
        left = {"S1": 3, "S2": 3}
        events = []
        for k, units in enumerate(cut):
            for order in left:
                part = min(units, left[order])
                if part:
                    events.append(f"- {{return: {order}, date: 2026-03-{k + 1:02}, sku: P, qty: {part}, note: n{k}}}\n")
                    left[order] -= part
                    units -= part
        done = apply(settings, "".join(events), ready=True)
        paid = sum(113 * int(f.quantity or 0) for event in done.events if event.status == "new" for f in event.facts)
        assert paid <= 500
        assert {finding.code for finding in done.findings} == {"approval-missing"}


def test_every_item_is_asked_by_its_own_facts(tmp_path: Path) -> None:
    policy = """\
approvals:
  - {{id: quality, when: {{reason: defective}}, by: [quality_manager]}}
  - {{id: automatic, when: {{}}, by: []}}
evidence:
  - {{id: photo, at: approve, when: {{reason: defective}}, need: [photo]}}
one_step: {{unless: {{disposition: scrap}}}}
"""
    settings = shop(tmp_path / "a", sale("S1", 4), policy=policy, people=PEOPLE + "  sun.li: [quality_manager]\n")
    event = """\
- return: S1
  date: 2026-03-01
  items:
    - {sku: P, qty: 3, reason: changed_mind}
    - {sku: P, qty: 1, reason: defective, condition: damaged, disposition: scrap}
"""
    assert sorted(refused(settings, event)) == ["approval-missing", "evidence-missing", "one-step-limit"]


# --- roles of named people


def test_all_roles_of_a_row_must_be_there(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", sale("S1", 50))
    event = "- {return: S1, date: 2026-03-01, approved_by: %s}"
    done = apply(settings, event % "zhao.min")
    (finding,) = done.findings
    assert (finding.code, finding.values["roles"], finding.values["people"]) == (
        "approval-missing",
        ["cfo"],
        ["qian.yi"],
    )
    assert refused(settings, event % "[wang.wei, qian.yi]") == ["approval-missing"]
    posted(settings, event % "[qian.yi, zhao.min]")


def test_one_person_does_not_stand_for_two_roles_of_a_row(tmp_path: Path) -> None:
    people = "people:\n  zhao.min: [finance_manager, cfo]\n  qian.yi: [cfo]\n"
    settings = shop(tmp_path / "a", sale("S1", 50), people=people)
    event = "- {return: S1, date: 2026-03-01, approved_by: %s}"
    done = apply(settings, event % "zhao.min")
    assert [finding.code for finding in done.findings] == ["approval-missing"]
    posted(settings, event % "[zhao.min, qian.yi]")  # she as the one, he as the other


def test_a_policy_may_let_one_person_stand_for_several_roles(tmp_path: Path) -> None:
    people = "people:\n  zhao.min: [finance_manager, cfo]\n"
    policy = APPROVALS.replace("cfo]}}", "cfo], one_person: true}}")
    settings = shop(tmp_path / "a", sale("S1", 50), people=people, policy=policy)
    done = posted(settings, "- {return: S1, date: 2026-03-01, approved_by: zhao.min}")
    assert [event.status for event in done.events] == ["new"]


DELEGATED = """\
people:
  li.na: [clerk]
  wang.wei:
    roles: [supervisor]
    delegates: [{to: li.na, from: 2026-03-02, until: 2026-03-06}]
"""


@pytest.mark.parametrize(("day", "found"), [(1, True), (2, False), (6, False), (7, True)])
def test_a_delegate_has_the_roles_from_the_first_day_to_the_last(tmp_path: Path, day: int, found: bool) -> None:
    settings = shop(tmp_path / "a", sale("S1", 6), people=DELEGATED)
    done = apply(settings, f"- {{return: S1, date: 2026-03-{day:02}, approved_by: li.na}}")
    assert [finding.code for finding in done.findings] == ["approval-missing"] * found


def people_of(text: str, tmp_path: Path) -> Settings:
    """Return the settings of a shop whose people are written so."""
    from returnledger.configfile import read_settings

    settings, findings, _ = read_settings(shop(tmp_path, people=text), "returnledger.yaml")
    assert settings is not None and not findings
    return settings


def test_the_roles_of_an_absent_person_count_once(tmp_path: Path) -> None:
    text = """\
people:
  boss:
    roles: [finance_manager, cfo]
    delegates: [{to: ann, from: 2026-03-01, until: 2026-03-31}, {to: bob, from: 2026-03-01, until: 2026-03-31}]
  ann: [clerk]
  bob: [cfo]
"""
    settings, day = people_of(text, tmp_path / "a"), date(2026, 3, 10)
    roles = ["finance_manager", "cfo"]
    assert unheld(settings, roles, ["ann"], day) == ["cfo"]
    assert unheld(settings, roles, ["ann", "boss"], day) == ["cfo"]  # both stand for the boss
    assert unheld(settings, roles, ["ann", "bob"], day) == []  # he is cfo himself
    assert unheld(settings, roles, ["ann"], day, one_person=True) == []
    assert unheld(settings, roles, ["ann", "bob"], date(2026, 4, 1)) == ["finance_manager"]
    assert unheld(settings, roles, [], day) == roles


def test_two_people_are_one_where_either_acts_for_the_other(tmp_path: Path) -> None:
    settings = people_of(DELEGATED, tmp_path / "a")
    before, during = date(2026, 3, 1), date(2026, 3, 2)
    assert are_one(settings, ("li.na", before), ("li.na", during))
    assert are_one(settings, ("li.na", during), ("wang.wei", before))
    assert are_one(settings, ("wang.wei", during), ("li.na", during))
    assert not are_one(settings, ("li.na", before), ("wang.wei", during))


def test_dealing_roles_to_people_takes_bounded_time(tmp_path: Path) -> None:
    names = [f"p{n}" for n in range(40)]
    roles = [f"r{n}" for n in range(60)]
    every = "\n".join(f"  {name}: [{', '.join(roles)}]" for name in names)
    settings = people_of("people:\n" + every + "\n", tmp_path / "a")
    assert len(unheld(settings, roles, names[:20], date(2026, 3, 1))) >= 40
    assert unheld(settings, roles[:12], names, date(2026, 3, 1)) == []


# --- separation of duties

APART = """\
separation_of_duties:
  pairs: [[request, approve], [inspect, approve], [approve, refund]]
  exempt: {{amount: "<=200"}}
"""


def test_who_asks_does_not_approve(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", policy=APART)
    event = "- {return: S1, date: 2026-03-01, by: %s, approved_by: %s}"
    done = apply(settings, event % ("li.na", "li.na"))
    (finding,) = done.findings  # request, inspect and refund against approve: one person, said once
    assert (finding.code, finding.values["first"], finding.values["second"]) == ("same-person", "request", "approve")
    assert refused(settings, event % ("li.na", "[wang.wei, li.na]")) == ["same-person"]
    posted(settings, event % ("li.na", "wang.wei"))
    assert stored(settings, "separation compared separation_of_duties")


def stored(settings: Path, text: str) -> bool:
    """Return True if an entry of the ledger has decided so."""
    return any(text in path.read_text(encoding="utf-8") for path in (settings.parent / "returns").rglob("*.beancount"))


def test_small_returns_are_exempt_and_parts_of_a_large_one_are_not(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", sale("S1"), sale("S2"), policy=APART)
    event = "- {return: %s, date: 2026-03-01, sku: P, qty: 1, by: li.na, approved_by: li.na, note: %s}"
    posted(settings, event % ("S1", "one"))
    assert stored(settings, "separation exempt separation_of_duties.exempt")
    assert refused(settings, event % ("S1", "two"), "b.yaml") == ["same-person"]
    posted(settings, event % ("S2", "three"), "c.yaml")  # another order, and no split_days


def test_a_step_that_names_nobody_is_not_compared_unless_the_policy_asks_for_names(tmp_path: Path) -> None:
    event = "- {return: S1, date: 2026-03-01, approved_by: li.na}"
    posted(shop(tmp_path / "a", policy=APART), event)
    settings = shop(tmp_path / "b", policy=APART + "  names_required: true\n")
    done = apply(settings, event)
    assert [finding.code for finding in done.findings] == ["same-person"] * 3  # request, inspect, refund
    posted(settings, "- {return: S1, date: 2026-03-01, approved_by: li.na, by: zhao.min}")


@pytest.mark.parametrize(("day", "found"), [("01", []), ("02", ["same-person"]), ("06", ["same-person"]), ("07", [])])
def test_a_delegate_counts_as_the_person_for_whom_they_act(tmp_path: Path, day: str, found: list[str]) -> None:
    for n, (by, approver) in enumerate((("wang.wei", "li.na"), ("li.na", "wang.wei"))):
        settings = shop(tmp_path / str(n), policy=APART, people=DELEGATED)
        done = apply(settings, f"- {{return: S1, date: 2026-03-{day}, by: {by}, approved_by: {approver}}}")
        assert [finding.code for finding in done.findings] == found


def test_two_deputies_of_one_person_are_two_people(tmp_path: Path) -> None:
    people = """\
people:
  boss: {roles: [cfo], delegates: [{to: a, from: 2026-03-01, until: 2026-03-09}, {to: b, from: 2026-03-01, until: 2026-03-09}]}
  a: [clerk]
  b: [clerk]
"""
    settings = shop(tmp_path / "a", policy=APART, people=people)
    done = posted(settings, "- {return: S1, date: 2026-03-02, by: a, approved_by: b}")
    assert [event.status for event in done.events] == ["new"]


def test_a_refund_is_compared_with_the_steps_recorded_before_it(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", policy=APART)
    posted(settings, "- {return: S1, id: R1, date: 2026-03-01, by: li.na, approved_by: wang.wei, method: later}")
    assert refused(settings, "- {refund: R1, date: 2026-03-05, by: wang.wei}", "b.yaml") == ["same-person"]
    part = "- {refund: R1, date: 2026-03-05, by: wang.wei, amount: 10.00}"
    assert refused(settings, part, "b.yaml") == ["same-person"]  # a small part of a large refund is not exempt
    posted(settings, "- {refund: R1, date: 2026-03-05, by: li.na}", "b.yaml")


def test_a_refund_in_the_same_file_is_compared_too(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", policy=APART)
    event = "- {return: S1, id: R1, date: 2026-03-01, by: li.na, approved_by: wang.wei, method: later}\n"
    assert refused(settings, event + "- {refund: R1, date: 2026-03-05, by: wang.wei}\n") == ["same-person"]


def test_one_line_cannot_be_two_steps_of_goods_that_are_kept_apart(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", policy="separation_of_duties: {{pairs: [[request, inspect]]}}\n")
    event = "- {return: S1, date: 2026-03-01, by: li.na%s}"
    assert refused(settings, event % "") == ["same-person"]
    posted(settings, event % ", goods: kept")  # nothing is inspected


def test_a_pair_of_steps_is_two_different_steps(tmp_path: Path) -> None:
    for n, pair in enumerate(("[request]", "[request, approve, refund]", "[refund, refund]", "[]")):
        settings = shop(tmp_path / str(n), policy=f"separation_of_duties: {{{{pairs: [{pair}]}}}}\n")
        with pytest.raises(Refused, match="pair-not-two"):
            apply(settings, "- {return: S1, date: 2026-03-01}")


# --- waivers

WAIVERS = """\
one_step: {{up_to: 100}}
waivers:
  one-step-limit: {{by: [supervisor], up_to: 300}}
  same-person: {{by: [cfo]}}
  approval-missing: {{by: [cfo]}}
"""


def waived(
    approver: str, by: str = "li.na", units: int = 2, code: str = "one-step-limit", note: str = ", note: ok"
) -> str:
    """Return a return that sets a check aside."""
    return (
        f"- {{return: S1, date: 2026-03-01, sku: P, qty: {units}, by: {by}, approved_by: {approver}, "
        f"allow: [{code}]{note}}}"
    )


def test_a_waiver_takes_a_role_within_its_amount(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", policy=WAIVERS)
    assert refused(settings, waived("li.na")) == ["one-step-limit", "waiver-not-allowed"]
    assert refused(settings, waived("qian.yi")) == ["one-step-limit", "waiver-not-allowed"]  # cfo is no supervisor
    assert refused(settings, waived("wang.wei", units=3)) == ["one-step-limit", "waiver-not-allowed"]
    assert refused(settings, waived("wang.wei", note="")) == ["one-step-limit", "waiver-not-allowed"]
    posted(settings, waived("wang.wei"))
    more = waived("wang.wei", units=1, note=", note: again")
    assert refused(settings, more, "b.yaml") == ["one-step-limit", "waiver-not-allowed"]  # 339 in all


def test_who_asked_does_not_waive_where_asking_and_approving_are_kept_apart(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", policy=APART + WAIVERS)
    event = waived("wang.wei", by="wang.wei")
    done = apply(settings, event)
    found = {finding.code: finding for finding in done.findings}
    assert sorted(found) == ["one-step-limit", "same-person", "waiver-not-allowed"]
    assert str(found["waiver-not-allowed"].values["why"].text).startswith("{person} asked for the return")
    both = waived("[wang.wei, qian.yi]", by="wang.wei", code="one-step-limit, same-person")
    # the other one may waive that one person took both steps, but is no supervisor
    assert refused(settings, both) == ["one-step-limit", "waiver-not-allowed"]
    posted(
        settings, waived("[wang.wei, qian.yi]", by="qian.yi", code="one-step-limit").replace("qian.yi]", "zhao.min]")
    )


def test_what_is_exempt_may_be_waived_by_who_asked(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", policy=APART + WAIVERS)
    done = posted(settings, waived("wang.wei", by="wang.wei", units=1))
    assert [event.status for event in done.events] == ["new"]


def test_a_delegate_waives_for_the_days_of_the_delegation(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", policy=WAIVERS, people=DELEGATED)
    assert refused(settings, waived("li.na", by="zhao.min")) == ["one-step-limit", "waiver-not-allowed"]
    posted(settings, waived("li.na", by="zhao.min").replace("03-01", "03-02"))


def test_who_waives_their_own_clash_has_not_waived_it(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", policy=APART)  # no table of waivers: any named person may, but not oneself
    assert refused(settings, waived("li.na", code="same-person")) == ["same-person", "waiver-not-allowed"]


def test_nothing_that_keeps_the_books_right_is_waived_by_anybody(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", policy="")
    assert refused(settings, waived("qian.yi", units=9, code="more-than-sold")) == [
        "more-than-sold",
        "waiver-not-allowed",
    ]


# --- judged again


def test_what_is_explained_later_counts_only_what_was_there_then(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", sale("S1", 8), policy=APPROVALS + APART.replace("<=200", "<=400"))
    events = "".join(
        f"- {{return: S1, id: R{n}, date: 2026-03-{n:02}, sku: P, qty: 2, by: li.na, approved_by: wang.wei}}\n"
        for n in (1, 2, 3)
    )
    posted(settings, events.replace("2026-03-02", "2026-03-01"))
    posted(settings, "- {return: S1, id: R4, date: 2026-04-20, by: li.na, approved_by: wang.wei}", "b.yaml")
    found = {}
    for name in ("R1", "R2", "R3", "R4"):
        (event,) = app.explain([name], settings=settings).events
        assert event.document is not None
        found[name] = (event.document.approval_amount, event.status)
    assert found == {"R1": (226, "new"), "R2": (452, "new"), "R3": (678, "new"), "R4": (904, "new")}


def test_a_year_judged_again_by_a_stricter_policy_finds_who_did_both(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", policy="")
    posted(settings, "- {return: S1, id: R1, date: 2026-03-01, by: li.na, approved_by: wang.wei, method: later}")
    posted(settings, "- {refund: R1, id: F1, date: 2026-03-05, by: wang.wei}", "b.yaml")
    new = settings.parent / "new.yaml"
    rate = "limits: [{id: l, within_days: 365, max_rate: 0.1, then: deny}]\n"
    text = (settings.parent / "policy.yaml").read_text().replace("version: 1", "version: 2")
    new.write_text(text + APART.replace("{{", "{").replace("}}", "}") + rate, encoding="utf-8")
    made = diff(str(settings.parent / "policy.yaml"), str(new), replay="2026", settings=settings)
    assert made.replay is not None
    after = {event.id: event.new.codes for event in made.replay.events}
    assert after == {"R1": (), "F1": ("same-person",)}


# --- evidence


EVIDENCE = """\
evidence:
  - {{id: photo, at: approve, when: {{reason: [defective, wrong_item], amount: ">200"}}, need: [photo]}}
  - {{id: letter, at: request, when: {{amount: ">200"}}, need: [letter, receipt]}}
  - {{id: report, at: inspect, when: {{condition: damaged}}, need: [report]}}
"""


def test_the_evidence_of_all_steps_adds_up_and_what_is_missing_is_named(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", policy=EVIDENCE)
    event = "- {return: S1, date: 2026-03-01, sku: P, qty: 3, reason: defective, condition: damaged%s}"
    done = apply(settings, event % ", evidence: [x.jpg, {path: y.pdf, type: receipt}]")
    missing = {tuple(finding.values["needed"]): finding.values["first"] for finding in done.findings}  # type: ignore[call-overload]
    assert missing == {("letter",): "letter", ("report",): "report"}
    papers = "{path: a, type: letter}, {path: b, type: receipt}, {path: c, type: report}"
    posted(settings, event % f", evidence: [x.jpg, {papers}]")


def test_goods_kept_are_not_inspected_and_need_no_paper_of_it(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", policy=EVIDENCE.replace("condition: damaged", ""))
    event = "- {return: S1, date: 2026-03-01, sku: P, qty: 1, reason: changed_mind%s}"
    assert refused(settings, event % "") == ["evidence-missing"]
    posted(settings, event % ", goods: kept")


def test_parts_below_the_amount_do_not_dodge_evidence(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", policy=EVIDENCE)
    event = "- {return: S1, date: 2026-03-01, sku: P, qty: 1, reason: defective, condition: new, note: %s}\n"
    assert refused(settings, event % "one" + event % "two") == ["evidence-missing", "evidence-missing"]


def test_evidence_that_hangs_on_an_unknown_fact_is_named(tmp_path: Path) -> None:
    settings = shop(
        tmp_path / "a", policy=EVIDENCE.replace("  - {{id: letter", "  - {{id: no-letter").replace(">200", ">400")
    )
    file = settings.parent / "e.yaml"
    file.write_text("- {return: S1, date: 2026-03-01, evidence: [{path: a, type: letter}, {path: b, type: receipt}]}\n")
    (event,) = app.explain([str(file)], settings=settings).events
    assert [(c.row, c.missing) for c in event.chosen if c.effect == "evidence" and c.missing] == [
        ("photo", ("reason",))
    ]
