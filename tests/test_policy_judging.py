"""One item is judged whole: every effect with its row, the facts that follow, and what nobody knows; twenty thousand a
second."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_policy import FACTS, HEAD, ROWS, policy, rows_of

from returnledger.configfile import read_policy
from returnledger.policy import Policy, evaluate
from returnledger.policy.conditions import FactValue, answer
from returnledger.policy.due import advance_deadline, authorisation_expired
from returnledger.policy.judging import Dates, Given, Judgement, judge
from returnledger.terms import Condition, Disposition, Goods, Verdict

POLICIES = Path(__file__).parent.parent / "policies"
DAY = date(2026, 3, 3)
DATES = Dates(sold=date(2026, 3, 1), delivered=DAY, requested=date(2026, 3, 10), received=date(2026, 3, 12))
WINDOW = "window: {default: {days: 7, from: delivered}}"


def standard() -> Policy:
    ready, findings, _ = read_policy(POLICIES / "standard.yaml")
    assert ready is not None, findings
    return ready


def said(ready: Policy, dates: Dates = DATES, **facts: FactValue) -> Judgement:
    return judge(ready, Given({"kind": "return", **facts}, dates))


def row(judgement: Judgement, effect: str) -> tuple[object, str]:
    found = judgement.find(effect)
    assert found is not None
    return found.value, found.row


KNOWN: dict[str, FactValue] = {
    "category": "toys",
    "reason": "changed_mind",
    "customer_returns_90d": Decimal(1),
    "line_amount": Decimal("100.00"),
}


def test_every_effect_of_the_standard_policy_is_said_with_its_row() -> None:
    found = said(standard(), **KNOWN)
    assert {(chosen.effect, chosen.row) for chosen in found.chosen} == {
        ("window", "window.default"),
        ("condition", "condition_from_reason.changed_mind"),
        ("verdict", "default"),
        ("goods", "default"),
        ("freight", "default"),
        ("shipping", "shipping-none"),
        ("approvals", "automatic"),
        ("one_step", "one_step"),
        ("fee", "fee-none"),
        ("disposition", "dispositions.new"),
        ("inspection", "default"),
        ("refund_when", "default"),
        ("limits", "default"),
        ("refunds", "original"),
        ("deadline", "original"),
        ("coupons", "default"),
        ("authorisation", "default"),
        ("advance", "default"),
        ("blind", "default"),
        ("cost", "default"),
        ("closed_period", "choices.closed_period"),
    }
    assert found.window is not None and found.window.last_day == date(2026, 3, 10)
    assert (found.value("verdict"), found.value("goods"), found.fee_amount) == (Verdict.ALLOW, Goods.RETURNED, 0)
    assert found.deadline == date(2026, 3, 19)  # case PC-001
    assert row(found, "approvals") == ((), "automatic")
    disposition = found.find("disposition")
    assert disposition is not None and disposition.value.to is Disposition.RESTOCK
    assert found.find("evidence") is None


def test_pc_001_the_chinese_window_freight_and_deadline_in_one_judgement() -> None:
    """Signed for 2025-03-03, notice 2025-03-10, goods back 2025-03-12: eligible, refund by 2025-03-19, buyer's freight."""
    ready = policy(
        "return_freight: [{id: ours, when: {fault: merchant}, pays: merchant}, {id: theirs, when: {}, pays: customer}]\n"
        "refunds: [{id: week, when: {}, methods: [original], within_days: 7, counted_from: received}]\n",
    )
    days = Dates(delivered=date(2025, 3, 3), requested=date(2025, 3, 10), received=date(2025, 3, 12))
    found = said(ready, days, reason="changed_mind")
    assert found.window is not None
    assert (found.window.last_day, found.window.open, found.value("verdict")) == (days.requested, True, Verdict.ALLOW)
    assert (found.deadline, found.value("freight")) == (date(2025, 3, 19), "customer")
    late = said(ready, days._replace(requested=date(2025, 3, 11)), reason="changed_mind")
    assert late.value("verdict") is Verdict.DENY


def test_facts_follow_from_others_unless_they_are_given() -> None:
    found = said(standard(), **KNOWN).facts
    assert (found["fault"], found["condition"], found["disposition"]) == ("customer", "new", "restock")
    assert (found["days_since_sale"], found["days_since_delivered"], found["weekday"]) == (9, 7, "tuesday")
    assert (found["amount"], found["in_window"], found["days_late"]) == (Decimal("100.00"), True, 0)
    stated = said(standard(), **{**KNOWN, "fault": "merchant", "condition": "used", "amount": Decimal(900)})
    assert (stated.facts["fault"], stated.facts["condition"], stated.facts["amount"]) == ("merchant", "used", 900)
    assert stated.value("approvals") == ("supervisor",)
    assert row(stated, "condition") == (Condition.USED, "given")


def test_a_condition_that_is_no_word_is_taken_from_the_reason() -> None:
    assert said(standard(), **{**KNOWN, "condition": "splendid"}).facts["condition"] == "new"


def test_a_closed_window_denies_by_the_row_of_the_window() -> None:
    late = DATES._replace(requested=date(2026, 3, 11))
    found = said(standard(), late, **KNOWN)
    verdict = found.find("verdict")
    assert verdict is not None
    assert (verdict.value, verdict.row, verdict.because) == (Verdict.DENY, "window.default", "window_closed")
    assert ("judged", "2026-03-11") in verdict.used
    assert (found.facts["in_window"], found.facts["days_late"]) == (False, 1)
    # Who is denied by a row is denied by that row.
    assert row(said(standard(), late, **{**KNOWN, "category": "digital"}), "verdict") == (Verdict.DENY, "no-digital")


def test_what_nobody_can_say_is_in_time_goes_to_a_person() -> None:
    for dates, missing in ((DATES._replace(requested=None), ("requested",)), (Dates(requested=DAY), None)):
        found = said(standard(), dates, **KNOWN)
        verdict = found.find("verdict")
        assert verdict is not None and verdict.value is Verdict.REVIEW
        assert verdict.missing == missing or (missing is None and "delivered" in verdict.missing)
        assert found.facts.get("in_window") is None


@pytest.mark.parametrize(
    ("table", "facts", "row", "missing"),
    [
        ("by_category: {custom_made: {days: 0}}", {"reason": "style"}, "by_category.custom_made", "category"),
        ("by_fault: {customer: {days: 0}}", {}, "by_fault.customer", "reason"),
        (
            "cases: [{id: sale, when: {discount_percent: '>50'}, days: 0}]",
            {"reason": "style"},
            "cases.sale",
            "discount_percent",
        ),
    ],
)
def test_what_might_have_no_window_at_all_goes_to_a_person(
    table: str, facts: dict[str, FactValue], row: str, missing: str
) -> None:
    ready = policy(head=HEAD.replace(WINDOW, WINDOW.replace("}}", "}, " + table + "}")))
    found = said(ready, **facts).find("verdict")
    assert found is not None
    assert (found.value, found.row, found.missing) == (Verdict.REVIEW, f"window.{row}", (missing,))
    # Where the merchant answers no window is closed.
    assert said(ready, **{**facts, "fault": "merchant"}).value("verdict") is Verdict.ALLOW


def test_a_stated_window_wins_over_unknown_days() -> None:
    assert said(policy(), Dates(), in_window=True).value("verdict") is Verdict.ALLOW
    closed = said(policy(), Dates(), in_window=False).find("verdict")
    assert closed is not None and (closed.value, closed.because) == (Verdict.DENY, "window_closed")


def test_an_allowance_has_no_window() -> None:
    found = said(standard(), DATES._replace(requested=date(2027, 1, 1)), **{**KNOWN, "kind": "allowance"})
    assert found.window is None and found.find("window") is None
    assert found.value("verdict") is Verdict.ALLOW


TABLES = """\
return_freight: [{id: ours, when: {fault: merchant}, pays: merchant}, {id: theirs, when: {}, pays: customer}]
refund_when: [{id: trusted, when: {customer_group: gold}, at: proof_sent}, {id: normal, when: {}, at: inspected}]
inspection: [{id: opened, when: {category: software, condition: opened}, outcome: refuse, because: unsealed}]
advances:
  - {id: our-fault, when: {broken_by: us}, retain_percent: 0}
  - {id: whim, when: {deposit: 订金}, retain_percent: 10, retain_max: 5000}
  - {id: rest, when: {}, retain_percent: 0}
authorisation: {valid_days: 30, counted_from: approved}
limits:
  - {id: rate, within_days: 365, max_rate: 0.40, min_orders: 5, then: review}
  - {id: many, within_days: 90, max_returns: 9, then: deny}
refunds:
  - {id: fast, when: {customer_group: gold}, methods: [original], within_days: 3, unit: business, counted_from: proof_sent}
  - {id: slow, when: {}, methods: [original], within_days: 10, counted_from: approved}
coupons: clawback
choices: {closed_period: next_open_day, blind_returns: review}
evidence:
  - {id: photo, at: approve, when: {reason: defective}, need: photo}
  - {id: letter, at: refund, when: {customer_group: gold}, need: [letter]}
"""


def tables() -> Policy:
    return policy(TABLES, HEAD.replace(WINDOW, WINDOW.replace("}}", "}, holidays: CN}")))


def test_tables_of_rows_decide_their_effects() -> None:
    plain, gold = said(tables(), customer_group="", reason="style"), said(tables(), customer_group="gold")
    assert row(plain, "freight") == ("customer", "theirs")
    assert row(said(tables(), reason="defective"), "freight") == ("merchant", "ours")
    assert (row(plain, "refund_when"), row(gold, "refund_when")) == (("inspected", "normal"), ("proof_sent", "trusted"))
    assert row(plain, "coupons") == ("clawback", "coupons")
    assert row(plain, "closed_period") == ("next_open_day", "choices.closed_period")
    assert row(plain, "blind") == ("review", "choices.blind_returns")
    software = {"category": "software", "reason": "style"}
    assert row(said(tables(), condition="opened", **software), "inspection") == ("refuse", "opened")
    assert row(said(tables(), condition="new", **software), "inspection") == ("accept", "default")
    assert [chosen.row for chosen in gold.chosen if chosen.effect == "evidence"] == ["photo", "letter"]
    asked = {chosen.row: (chosen.value, chosen.missing) for chosen in gold.chosen if chosen.effect == "evidence"}
    assert asked == {"photo": ((), ("reason",)), "letter": (("letter",), ())}


def test_advances_go_by_who_broke_the_contract_and_by_the_deposit() -> None:
    assert row(said(tables(), broken_by="us"), "advance")[1] == "our-fault"
    assert row(said(tables(), broken_by="customer", deposit="prepayment"), "advance")[1] == "whim"
    unknown = said(tables()).find("advance")
    assert unknown is not None
    assert (unknown.row, unknown.passed_over) == ("rest", ("our-fault", "whim"))


def test_deadlines_and_authorisations_count_from_their_days() -> None:
    dates = DATES._replace(approved=date(2026, 2, 13), proof_sent=date(2026, 2, 12))
    plain, gold = said(tables(), dates, customer_group=""), said(tables(), dates, customer_group="gold")
    assert (plain.deadline, row(plain, "authorisation")[0]) == (date(2026, 2, 23), date(2026, 3, 15))
    assert gold.deadline == date(2026, 2, 24)  # Friday, the worked Saturday, and the day after the Spring Festival
    unknown = said(tables(), customer_group="")
    deadline, authorisation = unknown.find("deadline"), unknown.find("authorisation")
    assert unknown.deadline is None and deadline is not None and deadline.missing == ("approved",)
    assert authorisation is not None and (authorisation.value, authorisation.missing) == (None, ("approved",))
    came = said(tables(), DATES._replace(received=date(2026, 2, 12)), customer_group="gold").find("deadline")
    assert came is not None and (came.value, came.missing) == (date(2026, 2, 24), ("proof_sent",))


def test_goods_that_come_after_the_last_day_of_their_authorisation_find_it_expired() -> None:
    approved = Dates(approved=date(2026, 2, 13))
    ready = tables()
    assert authorisation_expired(ready, approved._replace(received=date(2026, 3, 15))) is False
    assert authorisation_expired(ready, approved._replace(received=date(2026, 3, 16))) is True
    assert authorisation_expired(ready, approved) is None
    assert authorisation_expired(ready, Dates(received=date(2026, 3, 16))) is None
    assert authorisation_expired(policy(), Dates(received=date(2026, 3, 16))) is False


def test_money_paid_before_a_sale_has_a_deadline_of_its_own() -> None:
    ready = policy("advance_deadline: {within_days: 15, counted_from: approved, warn_days: 3}")
    found = advance_deadline(ready, Dates(approved=date(2026, 2, 13)))
    assert (found.value, found.row) == (date(2026, 2, 28), "advance_deadline")
    assert advance_deadline(ready, Dates()).missing == ("approved",)
    assert advance_deadline(policy(), Dates(approved=DAY)).value is None


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"rate_365": "0.40", "orders_365": 5, "returns_90": 9}, (Verdict.ALLOW, "default", ())),
        ({"rate_365": "0.41", "orders_365": 5, "returns_90": 9}, (Verdict.REVIEW, "rate", ())),
        ({"rate_365": "0.99", "orders_365": 4, "returns_90": 9}, (Verdict.ALLOW, "default", ())),
        ({"rate_365": "0.99", "orders_365": 9, "returns_90": 10}, (Verdict.DENY, "many", ())),
        ({"orders_365": 4, "returns_90": 9}, (Verdict.ALLOW, "default", ())),
        ({"orders_365": 5, "returns_90": 9}, (Verdict.REVIEW, "rate", ("customer_rate_365d",))),
        ({"rate_365": "0.41", "returns_90": 9}, (Verdict.REVIEW, "rate", ("customer_orders_365d",))),
        ({"rate_365": "0.40", "returns_90": 9}, (Verdict.ALLOW, "default", ())),
        ({"rate_365": "0.1", "orders_365": 9}, (Verdict.REVIEW, "many", ("customer_returns_90d",))),
    ],
)
def test_limits_are_passed_above_their_number(
    facts: Mapping[str, object], found: tuple[Verdict, str, tuple[str, ...]]
) -> None:
    known = {f"customer_{name}d": Decimal(str(value)) for name, value in facts.items()}
    limits = said(tables(), **known).find("limits")
    assert limits is not None
    assert (limits.value, limits.row, limits.missing) == found


@pytest.mark.parametrize(
    ("condition", "amount", "net", "fee"),
    [
        ("opened", "100.01", None, "5.00"),
        ("opened", "100.10", None, "5.01"),  # half a cent goes up
        ("opened", "9999.00", None, "200"),
        ("used", "113.00", "100.00", "10.00"),
        ("used", "113.00", None, None),
        ("damaged", "113.00", None, "12.50"),
        ("damaged", "5.00", None, "5.00"),
        ("new", None, None, "0"),
        ("opened", None, None, None),
    ],
)
def test_the_fee_of_a_line_is_rounded_and_never_more_than_the_line(
    condition: str, amount: str | None, net: str | None, fee: str | None
) -> None:
    fees = """\
fees:
  - {id: opened, when: {condition: opened}, percent: 5, max: 200}
  - {id: net, when: {condition: used}, percent: 10, of: net}
  - {id: flat, when: {condition: damaged}, amount: 12.50}
  - {id: none, when: {}, percent: 0}
"""
    facts: dict[str, FactValue] = {"condition": condition}
    facts |= {name: Decimal(text) for name, text in (("line_amount", amount), ("line_net", net)) if text is not None}
    assert said(policy(fees), **facts).fee_amount == (None if fee is None else Decimal(fee))


def test_rows_of_a_law_pack_name_their_statute() -> None:
    text = """\
statute: 消费者权益保护法 第25条
source: the public text
as_of: 2026-11-21
jurisdiction: CN
applies: {channel: [online, tv]}
verdicts: [{id: digital, when: {category: digital}, verdict: deny}]
fees: [{id: none, when: {}, percent: 0, statute: 第25条第3款}]
"""
    found = said(policy(text), category="digital")
    told = {chosen.effect: chosen.statute for chosen in found.chosen}
    assert (told["verdict"], told["fee"], told["goods"]) == ("消费者权益保护法 第25条", "第25条第3款", None)
    assert told["window"] == "消费者权益保护法 第25条"


# --- the same answers as table by table


REASONS = st.sampled_from([None, "changed_mind", "defective", "damaged_in_transit", "late_delivery", "style"])
ITEMS = st.fixed_dictionaries(
    {
        "category": st.sampled_from([None, "toys", "apparel", "digital", "custom_made"]),
        "reason": REASONS,
        "condition": st.sampled_from([None, "new", "opened", "damaged"]),
        "supplier": st.sampled_from([None, "", "acme"]),
        "line_amount": st.one_of(st.none(), st.integers(0, 1_000_000).map(lambda cents: Decimal(cents) / 100)),
        "customer_returns_90d": st.one_of(st.none(), st.integers(0, 9).map(Decimal)),
        "evidence": st.just(frozenset[str]()),
    }
)
DAYS = st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 12, 31)))
SOME_DATES = st.builds(Dates, sold=DAYS, shipped=DAYS, delivered=DAYS, received=DAYS, requested=DAYS)


@settings(max_examples=150, deadline=None)
@given(ITEMS, SOME_DATES)
def test_judging_says_what_each_table_says_by_itself(facts: dict[str, FactValue], dates: Dates) -> None:
    ready = standard()
    found = judge(ready, Given(facts, dates))
    for effect, table in (
        ("goods", evaluate.goods),
        ("fee", evaluate.fee),
        ("shipping", evaluate.shipping),
        ("approvals", evaluate.approvals),
        ("refunds", evaluate.refunds),
        ("one_step", evaluate.one_step),
    ):
        alone = table(ready, found.facts)
        assert found.find(effect) == alone
        assert found.value(effect) == alone.value
    papers = [chosen for chosen in found.chosen if chosen.effect == "evidence"]
    assert papers == list(evaluate.evidence(ready, None, found.facts))
    verdict = found.find("verdict")
    assert verdict is not None
    if verdict.because != "window_closed" and not verdict.row.startswith("window."):
        assert verdict == evaluate.verdict(ready, found.facts)


@settings(max_examples=60, deadline=None)
@given(ROWS, FACTS)
def test_a_row_answers_as_the_walk_through_its_condition_does(
    rows: list[tuple[str, str]], facts: dict[str, FactValue]
) -> None:
    ready = policy(f"verdicts:\n{rows_of(rows)}" if rows else "")
    for prepared in ready.tables["verdicts"]:
        assert prepared.holds(facts) is answer(prepared.asks, facts).holds


# --- laws


@settings(max_examples=60, deadline=None)
@given(ROWS, ROWS, FACTS)
def test_a_row_below_a_catch_all_changes_nothing_of_a_judgement(
    above: list[tuple[str, str]], below: list[tuple[str, str]], facts: dict[str, FactValue]
) -> None:
    closed = [*above, ("{}", "review")]
    short, long = (policy(f"verdicts:\n{rows_of(rows)}") for rows in (closed, [*closed, *below]))
    assert judge(short, Given(facts, DATES)).find("verdict") == judge(long, Given(facts, DATES)).find("verdict")


@settings(max_examples=60, deadline=None)
@given(ROWS, FACTS)
def test_the_first_row_that_holds_decides_a_judgement(rows: list[tuple[str, str]], facts: dict[str, FactValue]) -> None:
    found = judge(policy(f"verdicts:\n{rows_of(rows)}" if rows else ""), Given(facts, DATES)).find("verdict")
    assert found is not None
    for position, one in enumerate(rows):
        alone = judge(policy(f"verdicts:\n{rows_of([one])}"), Given(facts, DATES)).find("verdict")
        assert alone is not None
        if alone.row != "default":
            assert (found.value, found.row) == (alone.value, f"r{position}")
            return
    assert (found.value, found.row) == (Verdict.ALLOW, "default")


ORDER = [Verdict.DENY, Verdict.REVIEW, Verdict.ALLOW]


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, 120),
    st.integers(0, 120),
    st.integers(0, 60),
    st.sampled_from(["calendar", "business"]),
    st.booleans(),
    REASONS,
    st.sampled_from([None, "toys", "apparel", "custom_made"]),
    SOME_DATES,
)
def test_under_a_window_alone_a_later_request_never_gets_a_better_verdict(
    a: int, b: int, days: int, unit: str, roll: bool, reason: str | None, category: str | None, dates: Dates
) -> None:
    table = (
        f"window: {{default: {{days: {days}, unit: {unit}, roll_on_holiday: {str(roll).lower()}}}, holidays: CN, "
        "by_category: {apparel: {days: 30}, custom_made: {days: 0}}, by_fault: {merchant: {days: 90}}, "
        "extensions: [{name: feast, sold: 2026-02-01..2026-03-31, until: 2026-04-30}]}"
    )
    ready = policy(head=HEAD.replace(WINDOW, table))
    first = dates.delivered or dates.sold or date(2026, 1, 1)
    verdicts = [
        judge(
            ready,
            Given({"reason": reason, "category": category}, dates._replace(requested=first + timedelta(days=day))),
        ).value("verdict")
        for day in sorted((a, b))
    ]
    assert ORDER.index(verdicts[0]) >= ORDER.index(verdicts[1])


WHENS = st.sampled_from(
    [
        "{fault: customer}",
        "{not: {reason: defective}}",
        "{category: [toys, digital], line_amount: '>50'}",
        "{any: [{in_window: false}, {days_late: '>3'}]}",
        "{days_since_delivered: '>5'}",
        "{amount: '<=100', not: {category: toys}}",
        "{weekday: [saturday, sunday]}",
    ]
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(WHENS, st.sampled_from(["review", "deny"])), max_size=4),
    ITEMS,
    SOME_DATES,
    st.sampled_from(["category", "reason", "line_amount", "sold", "delivered", "requested"]),
    st.booleans(),
)
def test_an_unknown_fact_or_day_never_turns_deny_or_review_into_allow(
    rows: list[tuple[str, str]], facts: dict[str, FactValue], dates: Dates, lost: str, closing: bool
) -> None:
    table = WINDOW.replace(
        "}}",
        "}, by_category: {custom_made: {days: 0}}, by_fault: {merchant: {days: 90}, carrier: {days: 0}}, "
        "cases: [{id: dear, when: {line_amount: '>5000'}, days: 0}, {id: toys, when: {category: toys}, days: 30}]}",
    )
    head = HEAD.replace(WINDOW, table) if closing else HEAD
    ready = policy(f"verdicts:\n{rows_of(rows)}" if rows else "", head)
    before = judge(ready, Given(facts, dates)).value("verdict")
    if lost in facts:
        after = judge(ready, Given(facts | {lost: None}, dates)).value("verdict")
    elif dates.delivered is None and lost == "sold":
        after = judge(ready, Given(facts, dates._replace(shipped=None, sold=None))).value("verdict")
    elif lost == "requested":
        after = judge(ready, Given(facts, dates._replace(requested=None))).value("verdict")
    else:
        return  # a day that another one stands in for gives another window, which is named as assumed
    assert before is Verdict.ALLOW or after is not Verdict.ALLOW


# --- speed


def test_thousands_of_items_are_judged_in_a_second() -> None:
    """Twenty thousand on one core is the goal (benchmarks); here a machine may be busy with other things."""
    ready, number = standard(), 5000
    facts = {**KNOWN, "sku": "TEE-XL", "customer_group": "gold", "evidence": frozenset[str](), "qty": Decimal(1)}
    start = time.process_time()
    for _ in range(number):
        judge(ready, Given(facts, DATES))
    assert number / (time.process_time() - start) > 8000
