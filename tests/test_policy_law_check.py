"""policy check names each row of a shop that takes away what a law gives, at its place, with the statute."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from returnledger.findings import Finding, Severity
from returnledger.policies.check import check

POLICIES = Path(__file__).parent.parent / "policies"
HEAD = """\
policy: shop
version: 1
valid_from: 2026-01-01
currency: CNY
window: {default: {days: WINDOW, from: delivered}, roll_on_holiday: true, holidays: CN}
"""


def found(folder: Path, text: str, laws: str, window: int = 7) -> list[Finding]:
    """Return what is less than the laws in a shop's policy, whose packs stand beside it."""
    folder.mkdir(exist_ok=True)
    for pack in POLICIES.glob("*.yaml"):
        shutil.copy2(pack, folder)
    file = folder / "shop.yaml"
    file.write_text(HEAD.replace("WINDOW", str(window)) + text + f"law: {laws}\n", encoding="utf-8")
    checked = check([file])
    assert not [f for f in checked.findings if f.severity is Severity.ERROR], checked.findings
    return [finding for finding in checked.findings if finding.code == "less-than-law"]


def told(findings: list[Finding]) -> list[tuple[int, str, str, str]]:
    return [
        (f.span.line if f.span else 0, str(f.values["effect"]), str(f.values["row"]), str(f.values["theirs_row"]))
        for f in findings
    ]


@pytest.mark.parametrize(
    ("text", "law", "expected"),
    [
        ("verdicts: [{id: no, when: {sku: BOOK}, verdict: deny, why: no}]\n", "cn-7day-no-reason", "verdict no default"),
        ("fees: [{id: all, when: {}, percent: 5}]\n", "cn-7day-no-reason", "fee all no-deduction"),
        ("fees: [{id: used, when: {condition: opened}, amount: 9.00}, {id: none, when: {}, percent: 0}]\n",
         "cn-7day-no-reason", "fee used no-deduction"),
        ("return_freight: [{id: them, when: {}, pays: customer}]\n", "cn-quality", "freight them seller"),
        ("refunds: [{id: slow, when: {}, methods: [original], within_days: 8, counted_from: received}]\n",
         "cn-7day-no-reason", "deadline slow seven-days"),
        ("refunds: [{id: card, when: {}, methods: [store_credit], within_days: 7, counted_from: received}]\n",
         "cn-7day-no-reason", "refunds card seven-days"),
        ("shipping_refund: [{id: none, when: {}, pays: none}]\n", "tw-consumer",
         "shipping none no-cost"),
        ("inspection: [{id: opened, when: {condition: opened}, outcome: refuse}]\n",
         "cn-7day-no-reason", "inspection opened not-the-customers-doing"),
    ],
)  # fmt: skip
def test_a_row_that_gives_less_is_named(tmp_path: Path, text: str, law: str, expected: str) -> None:
    rows = [f"{effect} {row} {theirs}" for _, effect, row, theirs in told(found(tmp_path, text, law, window=60))]
    assert rows == ([expected] if expected else [])


def test_a_shorter_window_is_named_at_its_row(tmp_path: Path) -> None:
    (less,) = found(tmp_path, "", "cn-7day-no-reason", window=6)
    assert told([less]) == [(5, "window", "window.default", "window.default")]
    assert less.severity is Severity.WARNING
    assert (less.values["law"], less.values["statute"]) == ("cn-7day-no-reason", "消费者权益保护法 第25条")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "verdicts: [{id: no, when: {category: custom_made}, verdict: deny, why: no}]\n",
        "verdicts: [{id: no, when: {channel: store}, verdict: deny, why: no}]\n",
        "verdicts: [{id: person, when: {customer_returns_90d: '>5'}, verdict: review, why: often}]\n",
        "fees: [{id: late, when: {in_window: false}, percent: 50}, {id: none, when: {}, percent: 0}]\n",
        "refunds: [{id: fast, when: {}, methods: [original, wechat], within_days: 2, counted_from: received}]\n",
        "return_freight: [{id: us, when: {}, pays: merchant}]\n",
    ],
)
def test_a_row_that_takes_nothing_away_is_not_named(tmp_path: Path, text: str) -> None:
    assert told(found(tmp_path, text, "cn-7day-no-reason")) == []


def windows(folder: Path, table: str, law: str, rows: str = "") -> set[str]:
    """Return, of the windows of a shop, each that ends before one of the law, with the law's row."""
    folder.mkdir(exist_ok=True)
    for pack in POLICIES.glob("*.yaml"):
        shutil.copy2(pack, folder)
    file = folder / "shop.yaml"
    head = HEAD.rsplit("window:", 1)[0]
    file.write_text(f"{head}window: {table}\n{rows}law: {law}\n", encoding="utf-8")
    checked = check([file]).findings
    assert not [f for f in checked if f.severity is Severity.ERROR], checked
    less = [f for f in checked if f.code == "less-than-law" and f.values["effect"] in ("window", "limits")]
    return {f"{f.values['row']} {f.values['theirs_row']}" for f in less}


@pytest.mark.parametrize(
    ("table", "law", "expected"),
    [
        ("{default: {days: 30}, cases: [{id: final, when: {order_tags: final}, days: 0}]}", "eu-withdrawal",
         {"window.cases.final window.default"}),
        ("{default: {days: 30}, cases: [{id: sale, when: {sku: 'SALE-*'}, days: 0}]}", "eu-withdrawal",
         {"window.cases.sale window.default"}),
        ("{default: {days: 14}, roll_on_holiday: true}", "eu-withdrawal", set()),
        ("{default: {days: 14}, roll_on_holiday: true, cases: [{id: more, when: {order_tags: not-informed}, days: 30}]}",
         "eu-withdrawal", {"window.cases.more window.cases.not-informed"}),
        ("{default: {days: 20}}", "kr-ecommerce", {"window.default window.cases.mismatch"}),
        ("{default: {days: 31, from: sold}}", "us-store", {"window.default window.cases.hawaii"}),
        ("{default: {days: 61, from: sold}}", "us-store", set()),
        ("{default: {days: 7}}", "cn-quality",
         {"window.default window.cases.sanbao-exchange", "window.default window.cases.car-safety"}),
        ("{default: {days: 60}, roll_on_holiday: true}", "cn-quality", set()),
        ("{default: {days: 3}}", "in-ecommerce", {"window.default must-take-back"}),
        ("{default: {days: 3}}", "au-consumer", {"window.default major-failure"}),
        ("{default: {days: 3650}}", "au-consumer", set()),
        ("{fixed: false, default: {days: 0}}", "au-consumer", set()),
    ],
)  # fmt: skip
def test_each_window_of_the_shop_is_compared_with_each_of_the_law(
    tmp_path: Path, table: str, law: str, expected: set[str]
) -> None:
    assert windows(tmp_path, table, law) == expected


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ("{id: rate, within_days: 365, max_rate: 0.40, min_orders: 5, then: deny}", {"rate default"}),
        ("{id: rate, when: {channel: online}, within_days: 365, max_returns: 9, then: deny}", {"rate default"}),
        ("{id: rate, when: {channel: store}, within_days: 365, max_returns: 9, then: deny}", set()),
        ("{id: rate, when: {category: custom_made}, within_days: 365, max_returns: 9, then: deny}", set()),
        ("{id: rate, within_days: 365, max_returns: 9, then: review}", set()),
    ],
)
def test_a_limit_that_ends_a_right_is_named(tmp_path: Path, limit: str, expected: set[str]) -> None:
    table = "{default: {days: 30, from: delivered}}"
    assert windows(tmp_path, table, "eu-withdrawal", f"limits: [{limit}]\n") == expected


def test_each_law_is_looked_at(tmp_path: Path) -> None:
    text = "return_freight: [{id: them, when: {}, pays: customer}]\nfees: [{id: all, when: {}, percent: 1}]\n"
    less = found(tmp_path, text, "[cn-7day-no-reason, cn-quality]")
    assert {f.values["law"] for f in less} == {"cn-7day-no-reason", "cn-quality"}


def test_a_hostile_policy_is_looked_at_in_bounded_time(tmp_path: Path) -> None:
    words = ", ".join(f"c{n}" for n in range(40))
    rows = "".join(
        f"  - {{id: r{n}, when: {{category: [{words}], any: [{{sku: 'A{n}*'}}, {{supplier: s{n}}}, {{customer: x{n}}}], "
        f"not: {{channel: z{n}}}}}, verdict: deny, why: no}}\n"
        for n in range(60)
    )
    started = time.monotonic()
    found(tmp_path, "verdicts:\n" + rows, "[cn-7day-no-reason, eu-withdrawal, uk-consumer]")
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("days", [30, 90])
def test_hostile_windows_are_looked_at_in_bounded_time(tmp_path: Path, days: int) -> None:
    cases = ", ".join(
        f"{{id: c{n}, when: {{sku: 'A{n}*', any: [{{supplier: s{n}}}, {{customer: x{n}}}], not: {{channel: z{n}}}}}, days: {days}}}"
        for n in range(200)
    )
    started = time.monotonic()
    windows(tmp_path, f"{{default: {{days: {days}}}, cases: [{cases}]}}", "[cn-quality, eu-withdrawal, uk-consumer]")
    assert time.monotonic() - started < 20
