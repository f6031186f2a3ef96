"""Policies from careless hands: every slip is named at its line and column at once, and the hint mends it as it is typed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from returnledger.cli import main

HEAD = "policy: shop\nversion: 1\nvalid_from: 2026-01-01\ncurrency: CNY\n"
WINDOW = "window: {default: {days: 7, from: delivered}}\n"

# What stands below the head, and each finding as `line:column code`, all of them.
CARELESS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("window: {default: {days: 7, from: deliverd}}\n", ("5:35 word-unknown",)),
    (WINDOW + "verdicts:\n  - {id: a, when: {catgory: digital}, verdict: deny, why: No.}\n", ("7:20 fact-unknown",)),
    (
        WINDOW + "verdicts:\n  - {id: a, when: {reason: defectiv}, verdict: dney, why: No.}\n",
        ("7:28 condition-word-unknown", "7:48 word-unknown"),
    ),
    (
        WINDOW + "fees:\n  - {id: f, when: {}, percent: 120}\n  - {id: g, when: {condition: opend}, percent: 5}\n",
        ("7:32 number-range", "8:31 condition-word-unknown"),
    ),
    (
        "window:\n  default: {days: 7, from: delivered}\n  extensions:\n"
        "    - {name: a, sold: 2026-11-11..2026-10-20, until: 2026-12-15}\n"
        "    - {name: b, sold: 2026-10-20..2026-11-11, until: 2026-10-15}\n",
        ("8:23 day-range-form", "9:54 extension-reversed"),
    ),
    (
        WINDOW
        + "refunds:\n  - {id: r, when: {}, methods: [orignal, paypall], within_days: 7, counted_from: recieved}\n",
        ("7:33 condition-word-unknown", "7:42 condition-word-unknown", "7:82 word-unknown"),
    ),
    (
        WINDOW + "separation_of_duties: {pairs: [[approve, approve], [pack, refund]]}\n",
        ("6:32 pair-not-two", "6:53 word-unknown"),
    ),
    (
        WINDOW + "waivers: {window-close: {by: supervisor}, more-than-sold: {by: supervisor}}\n"
        "limits: [{id: r, per: customr, within_days: 365, max_rate: 40, then: review}]\n",
        ("6:11 waiver-unknown", "6:43 never-waived", "7:23 word-unknown", "7:60 number-range"),
    ),
    (
        WINDOW + 'dispositions:\n  new: {to: restok}\n  opened: {to: hold, sells_at: "850%"}\n',
        ("7:13 word-unknown", "8:32 portion-above-whole"),
    ),
    (
        WINDOW + "evidence:\n  - {id: e, at: aprove, when: {condition: opened}, need: [photo]}\n"
        "  - {id: f, at: request, when: {condition: opened}, need: [photo]}\n",
        ("7:17 word-unknown", "8:33 fact-not-here"),
    ),
    (
        "window: {defalt: {days: 7}}\nverdicts:\n  - {id: a, when: {weekday: sundey}, verdict: deny}\n",
        ("5:9 key-missing", "5:10 key-unknown", "7:5 deny-without-why", "7:29 condition-word-unknown"),
    ),
    (
        WINDOW + "verdicts:\n  - {id: a, when: {any: [], amount: 5..1}, verdict: review}\n",
        ("7:37 condition-unreadable",),
    ),
)


@pytest.fixture(autouse=True)
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RETURNLEDGER_LANG", "en")


def findings(capsys: pytest.CaptureFixture[str], text: str) -> list[dict[str, object]]:
    Path("p.yaml").write_text(text, encoding="utf-8")
    main(["policy", "check", "p.yaml", "--json"])
    found: list[dict[str, object]] = json.loads(capsys.readouterr().out)["findings"]
    return found


@pytest.mark.parametrize(("below", "expected"), CARELESS)
def test_every_slip_is_named_at_once(capsys: pytest.CaptureFixture[str], below: str, expected: tuple[str, ...]) -> None:
    found = findings(capsys, HEAD + below)
    assert tuple(f"{f['line']}:{f['column']} {f['code']}" for f in found) == expected


# A slip, what the hint gives to type in its place, and the text that is replaced by it.
MENDED = (
    ("window: {default: {days: 7, from: deliverd}}\n", "deliverd"),
    (WINDOW + "verdicts:\n  - {id: a, when: {catgory: digital}, verdict: review}\n", "catgory"),
    (WINDOW + "verdicts:\n  - {id: a, when: {reason: defectiv}, verdict: review}\n", "defectiv"),
    (WINDOW + "refunds:\n  - {id: r, when: {}, methods: [orignal]}\n", "orignal"),
    (WINDOW + "waivers: {window-close: {by: supervisor}}\n", "window-close"),
    (WINDOW + "limits: [{id: r, within_days: 365, max_rate: 40, then: review}]\n", "max_rate: 40"),
    (WINDOW + "verdicts:\n  - {id: a, when: {amount: 5..1}, verdict: review}\n", "amount: 5..1"),
    (WINDOW + "separation_of_duties: {pairs: [[approve, approve]]}\n", "[approve, approve]"),
    (WINDOW + "fees:\n  - {id: f, when: {}, percent: 120}\n", "percent: 120"),
    (
        "window: {default: {days: 7, from: delivered}, extensions: [{name: a, sold: 2026-11-11..2026-10-20, until: 2026-12-15}]}\n",
        "sold: 2026-11-11..2026-10-20",
    ),
)


@pytest.mark.parametrize(("below", "slip"), MENDED)
def test_the_hint_mends_the_slip_as_it_is_typed(capsys: pytest.CaptureFixture[str], below: str, slip: str) -> None:
    (found,) = findings(capsys, HEAD + below)
    written = re.findall("`([^`]*)`", str(found["hint"]))[0]
    assert findings(capsys, (HEAD + below).replace(slip, written)) == []


def test_a_catch_all_that_is_missing_is_given_to_be_typed(capsys: pytest.CaptureFixture[str]) -> None:
    text = HEAD + WINDOW + "fees:\n  - {id: f, when: {condition: opened}, percent: 5}\n"
    (found,) = findings(capsys, text)
    row = str(found["hint"]).partition(": ")[2]
    assert findings(capsys, f"{text}  {row}\n") == []


def test_a_version_whose_day_can_not_be_read_is_compared_with_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    Path("old.yaml").write_text(HEAD + WINDOW, encoding="utf-8")
    Path("p.yaml").write_text((HEAD + WINDOW).replace("2026-01-01", "2026-13-40"), encoding="utf-8")
    main(["policy", "check", "old.yaml", "p.yaml", "--json"])
    found = json.loads(capsys.readouterr().out)["findings"]
    assert [f["code"] for f in found] == ["date-not-in-calendar"]
