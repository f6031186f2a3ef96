"""Law packs: every window at its edges, every row reached; a law that binds is never worse for the customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, settings
from hypothesis import given as given_by
from hypothesis import strategies as st

from returnledger.configfile import read_policy
from returnledger.policy import Policy, PolicyFile, prepare, with_laws
from returnledger.policy.fact_names import FACTS, FactType
from returnledger.policy.judging import Dates, Given, Judgement, judge
from returnledger.policy.lawful import gives
from returnledger.policy.prepare import TABLES
from returnledger.shape import shape
from returnledger.terms import Verdict
from returnledger.yamlfile import read_text

ROOT = Path(__file__).parent.parent
POLICIES = ROOT / "policies"
SHOPS = ("standard", "small-shop", "b2b", "marketplace", "advance-refund")
PACKS = tuple(sorted(path.stem for path in POLICIES.glob("*.yaml") if path.stem not in SHOPS))
SETS = [name for name, kind in FACTS.items() if kind is FactType.WORDS]


@lru_cache
def pack(name: str) -> Policy:
    ready, findings, _ = read_policy(POLICIES / f"{name}.yaml", f"policies/{name}.yaml")
    assert ready is not None and findings == [], [(str(f.span), f.code, f.values) for f in findings]
    return ready


def given(facts: Mapping[str, object]) -> Given:
    """Return facts and days as a case of policies/tests writes them."""
    known: dict[str, object] = {}
    dates: dict[str, date] = {}
    for name, value in facts.items():
        if name in Dates._fields:
            assert isinstance(value, date)
            dates[name] = value
        elif name in SETS:
            known[name] = frozenset(value)  # type: ignore[call-overload]
        else:
            known[name] = Decimal(str(value)) if FACTS[name] is FactType.NUMBER else value
    return Given(known, Dates(**dates))  # type: ignore[arg-type]


def cases(name: str) -> list[dict[str, dict[str, object]]]:
    data = yaml.safe_load((POLICIES / "tests" / f"{name}.yaml").read_text(encoding="utf-8"))
    assert data["policy"] == name
    return data["cases"]


def said(found: Judgement) -> dict[str, object]:
    refunds = found.value("refunds")
    verdict = found.find("verdict")
    assert verdict is not None
    window = found.window
    return {
        "verdict": verdict.value,
        "because": verdict.because,
        "last_day": window and window.last_day,
        "in_window": window and window.open,
        "days_late": window and window.days_late,
        "fee": found.fee_amount,
        "freight": found.value("freight"),
        "shipping": found.value("shipping"),
        "inspection": found.value("inspection"),
        "methods": refunds and refunds.methods,
        "refund_by": found.deadline,
        "rows": {effect: found.find(effect).row for effect in ("window", *found.picked) if found.find(effect)},  # type: ignore[union-attr]
    }


@pytest.mark.parametrize("name", PACKS)
def test_every_case_of_a_law_pack_is_so(name: str) -> None:
    law, wrong = pack(name), []
    for case in cases(name):
        found = said(judge(law, given(case["given"])))
        for key, expected in case["expect"].items():
            value = found[key]
            if isinstance(expected, dict):
                assert isinstance(value, dict)
                wrong += [
                    (case["name"], row, value.get(row), text)
                    for row, text in expected.items()
                    if value.get(row) != text
                ]
            elif (str(value) if isinstance(expected, str) else value) != (
                Decimal(str(expected)) if key == "fee" else expected
            ):
                wrong.append((case["name"], key, value, expected))
    assert wrong == []


def rows(law: Policy) -> set[tuple[str, str]]:
    """Return every row of a policy by effect and name."""
    found = {(effect, row.says.id) for table, effect in TABLES.items() for row in law.tables[table]}
    windows = law.windows
    rules = [
        windows.default,
        *windows.by_category.values(),
        *windows.by_fault.values(),
        *(c.rule for c in windows.cases),
    ]
    return found | ({("window", rule.name) for rule in rules} if law.window.fixed else set())


@pytest.mark.parametrize("name", PACKS)
def test_the_cases_of_a_law_pack_reach_every_row(name: str) -> None:
    law = pack(name)
    reached = {
        (chosen.effect, chosen.row) for case in cases(name) for chosen in judge(law, given(case["given"])).chosen
    }
    assert rows(law) - reached == set()


@pytest.mark.parametrize("name", PACKS)
def test_every_row_of_a_law_pack_says_where_it_is_from(name: str) -> None:
    law = pack(name)
    says = law.says
    assert says.statute and says.source and says.jurisdiction and says.applies is not None
    assert says.as_of == date(2026, 11, 21)
    lacking = [row.says.id for table in law.tables.values() for row in table if row.says.source_level not in ("S", "K")]
    windows = [says.window.default, *says.window.by_category.values(), *says.window.by_fault.values()]
    assert lacking == [] and all(row.source_level in ("S", "K") for row in windows)
    assert all(row.chosen.statute for table in law.tables.values() for row in table)


@pytest.mark.parametrize("name", PACKS)
def test_every_refusal_of_a_law_pack_says_why_in_both_languages(name: str) -> None:
    law = pack(name)
    rows = [row.says for table in ("verdicts", "inspection", "fees") for row in law.tables[table]]
    assert [row.id for row in rows if set(row.why) != {"zh", "en"}] == []


@pytest.mark.parametrize("page", ["docs/law.md", "docs/zh/law.md"])
def test_the_page_of_law_packs_names_each_with_its_first_day(page: str) -> None:
    lines = (ROOT / page).read_text(encoding="utf-8").splitlines()
    for name in PACKS:
        line = next(line for line in lines if line.startswith(f"| [{name}]"))
        assert f" {pack(name).valid_from} " in line


# --- the law in a shop's policy

SHOP = """\
policy: shop
version: 1
valid_from: 2026-01-01
currency: CNY
window: {default: {days: 3, from: delivered}}
verdicts: [{id: no-books, when: {sku: BOOK}, verdict: deny, why: Books stay sold.}]
fees: [{id: all-pay, when: {}, percent: 10}]
shipping_refund: [{id: none, when: {}, pays: none}]
return_freight: [{id: them, when: {}, pays: customer}]
refunds: [{id: slow, when: {}, methods: [store_credit], within_days: 30, counted_from: received}]
law: [cn-7day-no-reason, cn-quality]
"""


def shop(text: str = SHOP, packs: tuple[str, ...] = ("cn-7day-no-reason", "cn-quality")) -> Policy:
    """Return a shop's policy with the law packs that bind it."""
    documents, _ = read_text(text, "shop.yaml")
    says, findings = shape(PolicyFile, documents[0], "shop.yaml")
    assert says is not None, findings
    ready, findings = prepare(says, documents[0].data(), documents[0])
    assert ready is not None, findings
    return with_laws(ready, [pack(name) for name in packs])


ASKED: dict[str, object] = {
    "channel": "online",
    "category": "apparel",
    "order_tags": [],
    "reason": "changed_mind",
    "line_amount": "100.00",
    "sold": date(2026, 3, 1),
    "delivered": date(2026, 3, 3),
    "requested": date(2026, 3, 10),
    "received": date(2026, 3, 12),
}


def chosen(found: Judgement, effect: str) -> tuple[object, str, str]:
    told = found.find(effect)
    assert told is not None
    return told.value, told.row, told.place.file


def test_the_better_for_the_customer_wins_effect_by_effect() -> None:
    found = judge(shop(), given(ASKED))
    law = "policies/cn-7day-no-reason.yaml"
    assert chosen(found, "verdict") == (Verdict.ALLOW, "default", law)
    assert chosen(found, "window") == (date(2026, 3, 10), "window.default", law)
    assert (chosen(found, "fee")[1:], found.fee_amount) == (("no-deduction", law), Decimal(0))
    assert chosen(found, "freight") == ("customer", "them", "shop.yaml")
    assert chosen(found, "shipping") == ("none", "none", "shop.yaml")
    assert (chosen(found, "deadline"), found.deadline) == ((date(2026, 3, 19), "seven-days", law), date(2026, 3, 19))
    assert chosen(found, "refunds")[1:] == ("seven-days", law)
    statutes = {effect: told.statute for effect in ("fee", "verdict", "freight") if (told := found.find(effect))}
    assert statutes == {"fee": "消费者权益保护法 第25条", "verdict": "消费者权益保护法 第25条", "freight": None}
    assert found.law is not None and found.law.policy.name == "cn-7day-no-reason"


def test_two_laws_that_bind_each_give_what_they_have() -> None:
    found = judge(shop(), given(ASKED | {"reason": "defective"}))
    assert chosen(found, "freight") == ("merchant", "seller", "policies/cn-quality.yaml")
    assert [told.value for told in found.chosen if told.effect == "law"] == ["cn-7day-no-reason 1", "cn-quality 1"]


def test_a_law_does_not_bind_where_a_fact_is_missing_and_says_which() -> None:
    facts = {name: value for name, value in ASKED.items() if name not in ("channel", "reason")}
    found = judge(shop(), given(facts))
    alone = judge(replace(shop(), laws=()), given(facts))
    assert [told for told in found.chosen if told.effect != "law"] == list(alone.chosen)
    told = [told for told in found.chosen if told.effect == "law"]
    assert [(each.value, each.missing) for each in told] == [("", ("channel",)), ("", ("reason",))]
    assert found.law is None


@pytest.mark.parametrize(
    "changed",
    [{"channel": "store"}, {"category": "custom_made"}, {"country": "DE"}, {"sold": date(2016, 1, 1)}],
    ids=["another channel", "excluded", "another country", "before the law"],
)
def test_a_law_that_does_not_bind_or_gives_no_right_changes_nothing(changed: dict[str, object]) -> None:
    text = SHOP.replace("[cn-7day-no-reason, cn-quality]", "cn-7day-no-reason")
    ready = replace(shop(text), valid_from=date(2000, 1, 1))
    found, alone = (judge(each, given(ASKED | changed)) for each in (ready, replace(ready, laws=())))
    assert [told for told in found.chosen if told.effect != "law"] == list(alone.chosen)


def test_past_the_last_day_of_the_law_its_window_is_shown_and_nothing_else_is_the_laws() -> None:
    found = judge(shop(), given(ASKED | {"requested": date(2026, 3, 11)}))
    assert chosen(found, "window")[0] == date(2026, 3, 10)
    assert chosen(found, "verdict")[0] is Verdict.DENY
    assert chosen(found, "fee")[1:] == ("all-pay", "shop.yaml")


def test_a_verdict_that_denies_what_the_law_allows_is_the_laws() -> None:
    found = judge(shop(), given(ASKED | {"sku": "BOOK", "requested": date(2026, 3, 4)}))
    assert chosen(found, "verdict")[0] is Verdict.ALLOW


def test_goods_that_the_law_refuses_as_found_are_the_shops_to_decide() -> None:
    text = SHOP.replace("{days: 3,", "{days: 30,").replace("[cn-7day-no-reason, cn-quality]", "cn-7day-no-reason")
    found = judge(shop(text), given(ASKED | {"condition": "used"}))
    alone = judge(replace(shop(text), laws=()), given(ASKED | {"condition": "used"}))
    assert [told for told in found.chosen if told.effect != "law"] == list(alone.chosen)
    (law,) = [told for told in found.chosen if told.effect == "law"]
    assert (law.value, law.because) == ("", "gives_no_right")


@pytest.mark.parametrize(("country", "channel"), [("IN", "online"), ("AU", "online")])
def test_a_law_that_counts_no_days_leaves_no_window_to_close(country: str, channel: str) -> None:
    laws = ("in-ecommerce", "au-consumer")
    text = SHOP.replace("[cn-7day-no-reason, cn-quality]", "[in-ecommerce, au-consumer]")
    asked = ASKED | {"country": country, "channel": channel, "reason": "defective", "requested": date(2026, 9, 1)}
    found = judge(shop(text, laws), given(asked))
    assert found.window is None
    assert found.value("verdict") is (Verdict.ALLOW if country == "IN" else Verdict.REVIEW)
    in_time = judge(shop(text, laws), given(asked | {"requested": date(2026, 3, 4)}))
    assert in_time.window is not None and in_time.window.open


def test_a_limit_does_not_take_away_what_the_law_gives() -> None:
    limit = "limits: [{id: often, within_days: 90, max_returns: 1, then: deny}]\n"
    facts = given(ASKED | {"customer_returns_90d": 5})
    assert chosen(judge(replace(shop(SHOP + limit), laws=()), facts), "limits")[0] is Verdict.DENY
    assert chosen(judge(shop(SHOP + limit), facts), "limits")[0] is Verdict.ALLOW


def test_a_shop_that_gives_more_than_the_law_keeps_its_own_rows() -> None:
    text = (
        SHOP.replace("{days: 3,", "{days: 30,").replace("percent: 10", "percent: 0").replace("pays: none", "pays: all")
    )
    text = text.replace("[store_credit], within_days: 30", "[original, store_credit], within_days: 2")
    found = judge(shop(text), given(ASKED | {"sku": "MUG"}))
    assert {told.place.file for told in found.chosen if told.effect != "law"} == {"shop.yaml"}


# --- properties

ONLINE = st.fixed_dictionaries(
    {
        "channel": st.sampled_from(["online", "store", "door_to_door"]),
        "category": st.sampled_from(["apparel", "custom_made", "digital", "sealed_media"]),
        "order_tags": st.sampled_from([[], ["not-informed"], ["terms-shown"]]),
        "reason": st.sampled_from(["changed_mind", "defective", "damaged_in_transit"]),
        "condition": st.sampled_from(["new", "opened", "used"]),
        "line_amount": st.sampled_from(["0.01", "29.99", "100.00", "1000.00"]),
        "sold": st.just(date(2026, 3, 1)),
        "delivered": st.dates(date(2026, 3, 1), date(2026, 3, 9)),
        "requested": st.dates(date(2026, 3, 2), date(2026, 4, 20)),
        "received": st.dates(date(2026, 3, 2), date(2026, 4, 30)),
    }
)
UNKNOWN = st.sets(
    st.sampled_from(["channel", "category", "order_tags", "reason", "received", "line_amount"]), max_size=2
)
TERMS = st.fixed_dictionaries(
    {
        "days": st.integers(0, 40),
        "start": st.sampled_from(["delivered", "sold"]),
        "verdict": st.sampled_from(["allow", "review", "deny"]),
        "fee": st.sampled_from(
            ["percent: 0", "percent: 7.5", "percent: 100", "amount: 30.00", "percent: 50, max: 9.00"]
        ),
        "shipping": st.sampled_from(["all", "standard", "pro_rata", "none"]),
        "freight": st.sampled_from(["merchant", "customer"]),
        "outcome": st.sampled_from(["accept", "refuse"]),
        "method": st.sampled_from(["original", "store_credit"]),
        "within": st.integers(0, 40),
        "from": st.sampled_from(["received", "requested"]),
    }
)
ORDER: dict[str, list[object]] = {
    "verdict": [Verdict.ALLOW, Verdict.REVIEW, Verdict.DENY],
    "freight": ["merchant", "customer", None],
    "inspection": ["accept", "refuse"],
}


def terms(said: dict[str, object]) -> str:
    return f"""\
policy: shop
version: 1
valid_from: 2026-01-01
currency: CNY
window: {{default: {{days: {said["days"]}, from: {said["start"]}}}}}
verdicts: [{{id: all, when: {{}}, verdict: {said["verdict"]}, why: so it is}}]
fees: [{{id: all, when: {{}}, {said["fee"]}}}]
shipping_refund: [{{id: all, when: {{}}, pays: {said["shipping"]}}}]
return_freight: [{{id: all, when: {{}}, pays: {said["freight"]}}}]
inspection: [{{id: all, when: {{}}, outcome: {said["outcome"]}}}]
refunds: [{{id: all, when: {{}}, methods: [{said["method"]}], within_days: {said["within"]}, counted_from: {said["from"]}}}]
"""


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given_by(ONLINE, UNKNOWN, TERMS, st.sampled_from(PACKS))
def test_with_a_law_no_effect_is_worse_than_under_the_law_alone_nor_than_in_the_shop(
    facts: dict[str, object], unknown: set[str], said: dict[str, object], name: str
) -> None:
    known = given({key: value for key, value in facts.items() if key not in unknown})
    own = shop(terms(said) + f"law: {name}\n", (name,))
    alone, found = judge(replace(own, laws=()), known), judge(own, known)
    bound = [each for each in found.laws if each.asked.holds]
    rest = [told for told in found.chosen if told.effect != "law"]
    if not bound:
        assert rest == list(alone.chosen)
    for other in [alone, *(each.judged for each in bound if gives(each.judged))]:
        assert_not_worse(found, other)
    if not any(gives(each.judged) for each in bound):
        assert (found.fee_amount, found.deadline) == (alone.fee_amount, alone.deadline)


def assert_not_worse(found: Judgement, other: Judgement) -> None:
    """Assert that no effect of `found` is worse for the customer than it is in `other`, which has a table for it."""
    for effect, order in ORDER.items():
        if other.picked[effect].chosen.row != "default":
            assert order.index(found.value(effect)) <= order.index(other.value(effect)), effect
    if other.window is not None and found.window is not None and other.window.open:
        assert found.window.open
        assert found.window.last_day >= other.window.last_day  # type: ignore[operator]
    if other.facts.get("line_amount") is not None and other.value("fee") is not None:
        assert found.fee_amount is not None and other.fee_amount is not None
        assert found.fee_amount <= other.fee_amount
    if other.value("shipping") != "none" and found.value("shipping") != "all":
        assert found.value("shipping") == other.value("shipping") or "pro_rata" in {
            found.value("shipping"),
            other.value("shipping"),
        }
    if other.deadline is not None:
        assert found.deadline is not None and found.deadline <= other.deadline
    if other.policy.is_law and other.value("refunds") is not None:
        assert set(other.value("refunds").methods) <= set(found.value("refunds").methods)
