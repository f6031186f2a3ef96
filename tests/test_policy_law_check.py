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
    rows = [f"{effect} {row} {theirs}" for _, effect, row, theirs in told(found(tmp_path, text, law))]
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
