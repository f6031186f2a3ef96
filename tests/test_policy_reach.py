"""Rows that can never decide are named, and no row that could decide for any facts is ever named."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from returnledger.findings import Finding
from returnledger.policy import FactValue, Policy, PolicyFile, prepare
from returnledger.policy.conditions import answer
from returnledger.policy.reach import never_decides
from returnledger.shape import shape
from returnledger.terms import Verdict
from returnledger.yamlfile import read_text

HEAD = """\
policy: trial
version: 1
valid_from: 2026-01-01
currency: CNY
window: {default: {days: 7, from: delivered}}
"""


def policy(text: str) -> Policy:
    documents, findings = read_text(HEAD + textwrap.dedent(text), "p.yaml")
    assert findings == []
    says, findings = shape(PolicyFile, documents[0], "p.yaml")
    assert says is not None, findings
    ready, findings = prepare(says, documents[0].data(), documents[0])
    assert ready is not None, findings
    return ready


def found(text: str) -> list[tuple[str, str, object]]:
    """Return (code, row, rows or facts) of every finding on the verdicts written in `text`."""
    rows = textwrap.indent(textwrap.dedent(text).strip("\n"), "  ")
    return [_short(finding) for finding in never_decides(policy(f"verdicts:\n{rows}\n"))]


def _short(finding: Finding) -> tuple[str, str, object]:
    values = finding.values
    return finding.code, str(values["id"]), values.get("rows", values.get("facts"))


# --- covered by one row


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ("{category: [toys, food]}", "{category: toys}"),
        ("{category: [toys, food]}", "{category: food, amount: '>5'}"),
        ("{amount: '>5'}", "{amount: '>=6'}"),
        ("{amount: '>5'}", "{amount: 6..20}"),
        ("{amount: '>=5'}", "{amount: [5, '>9']}"),
        ("{days_since_sale: '>7'}", "{days_since_sale: '>=8'}"),
        ("{warranty_until: '>2026-01-31'}", "{warranty_until: 2026-02-01..2026-03-01}"),
        ("{sku: TEE-*}", "{sku: TEE-RED-*}"),
        ("{sku: '*-XL'}", "{sku: [TEE-RED-XL, CAP-*-XL]}"),
        ("{sku: 'T*E*D'}", "{sku: 'TEE-*-RED'}"),
        ("{not: {category: toys}}", "{category: food}"),
        ("{not: {amount: '<=5'}}", "{amount: '>5'}"),
        ("{any: [{category: toys}, {amount: '>5'}]}", "{amount: '>9', reason: defective}"),
        ("{order_tags: [gift, sample]}", "{order_tags: gift}"),
        ("{fault: [merchant, carrier]}", "{not: {any: [{fault: customer}, {fault: unknown}]}}"),
        ("{in_window: true}", "{not: {in_window: false}}"),
        ("{reason: [质量问题, wrong_item]}", "{reason: defective}"),
        ("{category: toys}", "{any: [{category: toys, amount: 1}, {category: toys, amount: 2}]}"),
    ],
)
def test_a_row_whose_facts_all_match_a_row_above_it_is_named(wide: str, narrow: str) -> None:
    rows = f"- {{id: wide, when: {wide}, verdict: allow}}\n- {{id: narrow, when: {narrow}, verdict: allow}}"
    assert found(rows) == [("row-never-reached", "narrow", ["wide"])]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("{category: toys}", "{category: [toys, food]}"),
        ("{category: toys, amount: '>5'}", "{category: toys}"),
        ("{amount: '>5'}", "{amount: '>=5'}"),
        ("{amount: '<5'}", "{amount: '<=5'}"),
        ("{amount: '>5'}", "{any: [{amount: '>6'}, {category: toys}]}"),
        ("{days_since_sale: '>7'}", "{days_since_sale: '>=7'}"),
        ("{sku: TEE-RED-*}", "{sku: TEE-*}"),
        ("{sku: 'TEE-*-XL'}", "{sku: TEE-XL}"),
        ("{sku: 'A*A'}", "{sku: A}"),
        ("{not: {category: toys}}", "{amount: '>5'}"),
        ("{not: {category: toys, amount: '>5'}}", "{category: toys, amount: '>4'}"),
        ("{order_tags: gift}", "{order_tags: [gift, sample]}"),
        ("{order_tags: gift}", "{order_tags: sample}"),
        ("{fault: [merchant, carrier]}", "{not: {fault: customer}}"),
        ("{reason: defective}", "{fault: merchant}"),
    ],
)
def test_a_row_that_some_facts_reach_is_not_named(above: str, below: str) -> None:
    rows = f"- {{id: above, when: {above}, verdict: allow}}\n- {{id: below, when: {below}, verdict: allow}}"
    assert found(rows) == []


def test_the_finding_stands_at_the_row_and_names_what_is_above() -> None:
    ready = policy(
        """
        fees:
          - {id: any-toy, when: {category: toys}, percent: 5}
          - {id: red-toy, when: {category: toys, sku: "RED-*"}, percent: 0}
          - {id: none, when: {}, percent: 0}
        """
    )
    (finding,) = never_decides(ready)
    assert str(finding.span) == "p.yaml:9:5"
    assert finding.values == {"table": "fees", "id": "red-toy", "rows": ["any-toy"]}


# --- covered by several rows


def test_rows_that_take_a_row_between_them_are_named_together() -> None:
    text = """
    - {id: cheap, when: {category: toys, amount: "<=500"}, verdict: allow}
    - {id: dear, when: {category: toys, amount: ">300"}, verdict: allow}
    - {id: middling, when: {category: toys, amount: 200..900}, verdict: allow}
    """
    assert found(text) == [("row-never-reached", "middling", ["cheap", "dear"])]


def test_a_row_that_decides_only_where_the_fact_is_missing_is_named_as_such() -> None:
    text = """
    - {id: cheap, when: {amount: "<=500"}, verdict: allow}
    - {id: dear, when: {amount: ">500"}, verdict: allow}
    - {id: toys, when: {category: toys}, verdict: allow}
    """
    assert found(text) == [("row-only-missing", "toys", ["cheap", "dear"])]


def test_the_last_row_may_be_there_for_missing_facts_alone() -> None:
    ready = policy(
        """
        approvals:
          - {id: automatic, when: {amount: "<=500"}, by: []}
          - {id: supervisor, when: {amount: ">500"}, by: [supervisor]}
          - {id: nobody-knows, when: {}, by: [finance_manager]}
        """
    )
    assert list(never_decides(ready)) == []


def test_whole_days_leave_no_gap() -> None:
    text = """
    - {id: early, when: {days_since_sale: "<=7"}, verdict: allow}
    - {id: late, when: {days_since_sale: ">=8"}, verdict: allow}
    - {id: toys, when: {category: toys}, verdict: allow}
    """
    assert found(text) == [("row-only-missing", "toys", ["early", "late"])]
    assert found(text.replace("days_since_sale", "amount")) == []


def test_a_row_that_denies_takes_unknown_facts_too() -> None:
    """A denial that only a missing fact could decide goes to a person: no row below it sees such a sale."""
    text = """
    - {id: digital, when: {category: digital}, verdict: deny, why: No.}
    - {id: others, when: {not: {category: digital}}, verdict: deny, why: No.}
    - {id: gold, when: {customer_group: gold}, verdict: allow}
    """
    assert found(text) == [("row-never-reached", "gold", ["digital", "others"])]
    assert found(text.replace("deny", "allow")) == [("row-only-missing", "gold", ["digital", "others"])]


def test_a_denial_below_the_same_allowance_still_stops_what_is_unknown() -> None:
    text = """
    - {id: toys, when: {category: toys}, verdict: allow}
    - {id: no-toys, when: {category: toys}, verdict: deny, why: No.}
    """
    assert found(text) == [("row-only-missing", "no-toys", ["toys"])]


# --- rows that never hold


@pytest.mark.parametrize(
    "when",
    [
        "{amount: '>5', any: [{amount: '<3'}, {amount: 4..5}]}",
        "{category: toys, not: {category: [toys, food]}}",
        "{not: {}}",
        "{sku: TEE-*, not: {sku: 'T*'}}",
        "{in_window: true, any: [{in_window: false}]}",
        "{not: {any: [{fault: [merchant, customer]}, {fault: [carrier, unknown]}]}, fault: merchant}",
        "{days_since_sale: '>7', any: [{days_since_sale: '<8'}]}",
        "{order_tags: gift, not: {order_tags: [gift, sample]}}",
        "{sku: A-1, any: [{sku: 'B*'}, {sku: A-2}]}",
    ],
)
def test_a_row_whose_conditions_exclude_each_other_is_named(when: str) -> None:
    assert [code for code, _, _ in found(f"- {{id: a, when: {when}, verdict: allow}}")] == ["row-never-holds"]


@pytest.mark.parametrize(
    "when",
    [
        "{amount: '>5', any: [{amount: '<3'}, {amount: '<6'}]}",
        "{order_tags: gift, any: [{order_tags: sample}]}",
        "{not: {category: toys}, any: [{not: {category: food}}]}",
        "{sku: 'A*', any: [{sku: '*B'}]}",
        "{qty: '>1', any: [{qty: '<2'}]}",
    ],
)
def test_a_row_that_can_hold_is_not_named(when: str) -> None:
    assert found(f"- {{id: a, when: {when}, verdict: allow}}") == []


def test_evidence_adds_up_and_no_row_takes_from_another() -> None:
    text = """
    evidence:
      - {id: photo, at: approve, when: {}, need: photo}
      - {id: more, at: approve, when: {amount: ">5"}, need: document}
      - {id: odd, at: approve, when: {amount: ">5", not: {amount: ">4"}}, need: document}
    one_step: {up_to: 5, unless: {fault: merchant, not: {fault: merchant}}}
    """
    assert [(f.code, f.values.get("id")) for f in never_decides(policy(text))] == [
        ("row-never-holds", "odd"),
        ("condition-never-holds", None),
    ]


# --- nothing that can happen is ever called impossible

NUMBERS = ["1", "2", "3.5"]
WORDS = ["a", "b", "c"]
COMPARISONS = [f"{operator}{number}" for operator in ("", ">", ">=", "<", "<=") for number in NUMBERS] + [
    "1..2",
    "2..3.5",
]
PATTERNS = ["*", "A*", "AB*", "*B", "A*B", "*A*", "A", "AB", "BA", "AAB"]
TESTS = st.one_of(
    st.tuples(st.just("amount"), st.lists(st.sampled_from(COMPARISONS), min_size=1, max_size=2)),
    st.tuples(st.just("days_late"), st.lists(st.sampled_from(COMPARISONS), min_size=1, max_size=2)),
    st.tuples(st.just("category"), st.lists(st.sampled_from(WORDS), min_size=1, max_size=2)),
    st.tuples(st.just("order_tags"), st.lists(st.sampled_from(WORDS), min_size=1, max_size=2)),
    st.tuples(st.just("sku"), st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=2)),
    st.tuples(st.just("in_window"), st.sampled_from(["true", "false"])),
    st.tuples(st.just("fault"), st.lists(st.sampled_from(["merchant", "customer", "carrier"]), min_size=1, max_size=3)),
)
PLAIN = st.lists(TESTS, max_size=2, unique_by=lambda test: test[0]).map(dict)
CONDITIONS = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.tuples(PLAIN, inner).map(lambda pair: {**pair[0], "not": pair[1]}),
        st.tuples(PLAIN, st.lists(inner, min_size=1, max_size=3)).map(lambda pair: {**pair[0], "any": pair[1]}),
    ),
    max_leaves=4,
)
ROWS = st.lists(st.tuples(CONDITIONS, st.sampled_from(["allow", "review", "deny"])), min_size=1, max_size=5)
VALUES: dict[str, list[FactValue]] = {
    "amount": [None, *(Decimal(n) for n in ("-1", "0.5", "1", "1.5", "2", "3", "3.5", "9"))],
    "days_late": [None, *(Decimal(n) for n in ("0", "1", "2", "3", "4"))],
    "category": [None, "", "a", "b", "c", "other"],
    "order_tags": [None, frozenset(), frozenset("a"), frozenset("b"), frozenset("ab"), frozenset("abc")],
    "sku": [None, "", *(p for p in PATTERNS if "*" not in p), "B", "AXB", "ABX", "XB", "XAX", "XBA", "ZZ"],
    "in_window": [None, True, False],
    "fault": [None, "merchant", "customer", "carrier", "unknown"],
}
FACTS = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()})


def ready_of(rows: list[tuple[dict[str, object], str]]) -> Policy:
    says = {
        "policy": "trial",
        "version": "1",
        "valid_from": "2026-01-01",
        "currency": "CNY",
        "window": {"default": {"days": "7"}},
        "verdicts": [
            {"id": f"r{i}", "when": when, "verdict": verdict, "why": "x"} for i, (when, verdict) in enumerate(rows)
        ],
    }
    import json

    documents, findings = read_text(json.dumps(says), "p.yaml")
    assert findings == []
    read, findings = shape(PolicyFile, documents[0], "p.yaml")
    assert read is not None, findings
    ready, findings = prepare(read, documents[0].data(), documents[0])
    assert ready is not None, findings
    return ready


def deciding(ready: Policy, facts: dict[str, FactValue]) -> str | None:
    for row in ready.tables["verdicts"]:
        holds = answer(row.asks, facts).holds
        if holds or (holds is None and row.says.verdict in (Verdict.DENY, Verdict.REVIEW)):
            return row.says.id
    return None


@settings(max_examples=150, deadline=None)
@given(ROWS, st.lists(FACTS, min_size=20, max_size=20))
def test_no_row_that_decides_is_ever_said_not_to(
    rows: list[tuple[dict[str, object], str]], many: list[dict[str, FactValue]]
) -> None:
    ready = ready_of(rows)
    named = {(finding.code, finding.values["id"]) for finding in never_decides(ready)}
    by_id = {row.says.id: row for row in ready.tables["verdicts"]}
    for facts in many:
        assert ("row-never-reached", deciding(ready, facts)) not in named
        for code, row in named:
            if code == "row-never-holds":
                assert answer(by_id[row].asks, facts).holds is not True
            if code == "row-only-missing" and deciding(ready, facts) == row:
                assert any(value is None or value == "" for value in facts.values())


def _all_facts(names: list[str]) -> Iterator[dict[str, FactValue]]:
    for values in product(*(VALUES[name] for name in names)):
        yield dict(zip(names, values, strict=True))


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_every_row_that_no_facts_reach_is_named(rows: list[tuple[dict[str, object], str]]) -> None:
    """Tried with each combination of facts that the conditions can tell apart; texts and sets are left to the others."""
    ready = ready_of(rows)
    asked = {name for row, _ in rows for name in _names(row)}
    assume(not asked & {"sku", "order_tags"})
    reached = {deciding(ready, facts) for facts in _all_facts(sorted(asked))}
    lint = {f"r{i}" for i in range(len(rows)) if any(when == {} for when, _ in rows[:i])}
    silent = {f"r{i}" for i in range(len(rows))} - reached - lint
    assert (
        silent
        == {f.values["id"] for f in never_decides(ready) if f.code == "row-never-reached"}
        | {
            f.values["id"]
            for f in never_decides(ready)
            if f.code == "row-never-holds" and f.values["id"] not in reached
        }
        - lint
    )


def _names(when: dict[str, object]) -> Iterator[str]:
    for key, value in when.items():
        if key == "not":
            yield from _names(value)  # type: ignore[arg-type]
        elif key == "any":
            for part in value:  # type: ignore[attr-defined]
                yield from _names(part)
        else:
            yield key


# --- bounded work


def seconds(text: str) -> tuple[float, list[str]]:
    ready = policy(text)
    start = time.perf_counter()
    codes = [finding.code for finding in never_decides(ready)]
    return time.perf_counter() - start, codes


def test_two_thousand_rows_are_compared_in_seconds() -> None:
    rows = "\n".join(f"  - {{id: r{i}, when: {{sku: SKU-{i}, amount: '>{i}'}}, percent: 5}}" for i in range(2000))
    last = "  - {id: again, when: {sku: SKU-77, amount: '>100'}, percent: 1}\n  - {id: all, when: {}, percent: 0}\n"
    spent, codes = seconds(f"fees:\n{rows}\n{last}")
    assert codes == ["row-never-reached"]
    assert spent < 10


@pytest.mark.parametrize(
    "row",
    [
        "{any: [{sku: '*%d*'}, {category: c%d}, {customer: '%d'}, {supplier: s%d}], not: {channel: h%d}}",
        "{sku: ['*A%d*B*', '*%d*%d*', 'X*%d*Y*%d']}",
        "{any: [{any: [{qty: %d}, {amount: %d}]}, {any: [{days_late: %d}, {line_amount: %d}]}], not: {country: x%d}}",
        "{amount: '>%d', line_amount: '<%d', qty: '>%d', days_late: '<%d', discount_percent: '>%d'}",
    ],
)
def test_what_would_take_too_long_is_left_and_said(row: str) -> None:
    rows = "\n".join(f"  - {{id: r{i}, when: {row % ((i,) * 5)}, verdict: allow}}" for i in range(200))
    spent, codes = seconds(f"verdicts:\n{rows}\n")
    assert spent < 10
    assert set(codes) <= {"rows-not-compared", "row-never-reached", "row-only-missing"}


def test_days_beyond_the_calendar_of_a_table_do_no_harm() -> None:
    assert found(f"- {{id: a, when: {{warranty_until: '>={date.max}'}}, verdict: allow}}") == []
