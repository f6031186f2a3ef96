"""Policies and cases from a careless or hostile hand: every finding has its place, nothing runs, and time is bounded."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from returnledger.policies import casework
from returnledger.policies.check import check
from returnledger.policy.conditions import _matches_pattern

POLICIES = Path(__file__).parent.parent / "policies"
HEAD = """\
policy: trial
version: 1
valid_from: 2026-01-01
currency: CNY
window: {default: {days: 7, from: delivered}}
"""
# Seconds of one core: more than any of these takes, far less than a file that gets out of hand.
PATIENCE = 30


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def codes(raw: str | bytes, *, tried: bool = True) -> list[str]:
    """Check and try a policy file of `raw`; every finding must have a place in it; return the codes, each once."""
    Path("p.yaml").write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    start = time.process_time()
    checked = check(["p.yaml"])
    if tried:
        casework.test(["p.yaml"], boundaries=True)
    assert time.process_time() - start < PATIENCE
    lines = (raw if isinstance(raw, bytes) else raw.encode()).count(b"\n") + 1
    for finding in checked.findings:
        assert finding.span is not None and finding.span.file == "p.yaml", finding
        assert 1 <= finding.span.line <= lines and finding.span.column >= 1, finding
    return list(dict.fromkeys(finding.code for finding in checked.findings))


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (HEAD + "verdicts: " + "[" * 5000, "too-deep"),
        (HEAD + "verdicts: [{id: a, when: " + "{not: " * 3000 + "{}" + "}" * 3000 + "}]\n", "too-deep"),
        (HEAD + "a: &a [*a]\n", "anchor-used"),
        ("a: &a {b: *a}\n" + HEAD, "anchor-used"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n" + HEAD, "anchor-used"),
        (HEAD + "<<: {version: 2}\n", "merge-key"),
        (HEAD + "version: 2\n", "repeated-key"),
        (HEAD + "fees: [{id: a, id: b, when: {}, percent: 1}]\n", "repeated-key"),
        (HEAD + "verdicts: !!python/object/apply:os.system [id]\n", "tag-used"),
        ("%TAG ! tag:x\n---\n" + HEAD, "directive-used"),
        (HEAD + "---\n" + HEAD, "one-document"),
        (HEAD.replace("trial", "tri\0al"), "control-character"),
        (HEAD.replace("trial", "tri\u202eal"), "bidi-override"),
        (HEAD.replace("trial", '"tri\\u0000al"'), "control-character"),
        (HEAD.replace("version: 1", "version: "), "value-missing"),
        ("", "file-empty"),
        ("- 1\n", "map-expected"),
        ("\t\n", "tab-used"),
        (HEAD.replace("days: 7", "days: 36501"), "number-range"),
        (HEAD.replace("days: 7", "days: " + "9" * 400), "number-too-long"),
        (HEAD.replace("days: 7", "days: 1e9"), "number-form"),
        (HEAD.replace("days: 7", "days: -1"), "number-range"),
        (HEAD.replace("days: 7", "days: ７"), "number-form"),
        (HEAD.replace("2026-01-01", "2026-02-30"), "date-not-in-calendar"),
        (HEAD + "fees: [{id: a, when: {}, percent: 100.01}]\n", "number-range"),
        (HEAD + "limits: [{id: a, within_days: 365, max_rate: 1.5}]\n", "number-range"),
        (HEAD + "verdicts: [{id: a, when: {amount: '>" + "9" * 300 + "'}, verdict: allow}]\n", "condition-unreadable"),
        (HEAD + "verdicts: [{id: a, when: {amount: '>nan'}, verdict: allow}]\n", "condition-unreadable"),
        (HEAD + "verdicts: [{id: a, when: {amount: 5..1}, verdict: allow}]\n", "condition-unreadable"),
        (HEAD + "verdicts: [{id: a, when: {any: []}, verdict: allow}]\n", "row-never-holds"),
        (HEAD + "verdicts: [{id: a, when: {category: []}, verdict: allow}]\n", "condition-empty"),
        (HEAD + "verdicts: [{id: a, when: {category: {x: y}}, verdict: allow}]\n", "condition-unreadable"),
        (HEAD + "verdicts: [{id: a, when: {amount: __import__('os')}, verdict: allow}]\n", "condition-unreadable"),
        (HEAD + "evidence: [{id: a, at: request, when: {condition: opened}, need: photo}]\n", "fact-not-here"),
        (HEAD + "verdicts: [{id: ../../etc, when: {}, verdict: allow}]\n", "row-id-form"),
    ],
)
def test_a_hostile_policy_is_a_finding(raw: str, code: str) -> None:
    assert code in codes(raw)


@pytest.mark.parametrize("raw", [HEAD.encode("utf-16"), HEAD.encode("utf-32"), b"\xff\xfe\x00", b"\x00" * 1000])
def test_other_encodings_and_bytes_are_findings(raw: bytes) -> None:
    assert codes(raw)


def test_a_mark_at_the_beginning_and_other_line_endings_are_fine() -> None:
    assert codes(b"\xef\xbb\xbf" + HEAD.encode()) == []
    assert codes(HEAD.replace("\n", "\r\n")) == []
    assert codes(HEAD.replace("trial", "店铺").encode("gb18030")) == []


ROWS = {
    "always": "{}",
    "sku": "{sku: S-%d}",
    "pattern": "{sku: 'S-%d-*'}",
    "stars": "{sku: '*%d*a*b*c*'}",
    "number": "{amount: '>%d'}",
    "pairs": "{customer: c%d, amount: '<%d'}",
}


@pytest.mark.parametrize("kind", ["always", "number"])
def test_a_hundred_thousand_rows_end_in_bounded_time(kind: str) -> None:
    when = ROWS[kind]
    rows = (f"- {{id: r{i}, when: {when.replace('%d', str(i))}, verdict: allow}}\n" for i in range(100_000))
    found = codes(HEAD + "verdicts:\n" + "".join(rows), tried=False)
    assert found[0] == ("row-never-reached" if kind == "always" else "condition-too-long")


@pytest.mark.parametrize("kind", ["pattern", "stars", "pairs"])
def test_as_many_comparisons_as_are_read_end_in_bounded_time(kind: str) -> None:
    when = ROWS[kind]
    count = 2400 if kind == "pairs" else 4900
    rows = (f"- {{id: r{i}, when: {when.replace('%d', str(i))}, verdict: allow}}\n" for i in range(count))
    assert set(codes(HEAD + "verdicts:\n" + "".join(rows))) <= {"rows-not-compared", "row-never-reached"}


def test_deep_combinations_end_in_bounded_time() -> None:
    inner = "{any: [{qty: 1, sku: a}, {qty: 2, sku: b}, {qty: 3, sku: c}], not: {amount: 5, category: x}}"
    two = f"{{any: [{inner}, {inner}, {inner}], not: {inner}}}"
    three = f"{{any: [{two}, {two}], not: {two}}}"
    rows = "".join(f"- {{id: r{i}, when: {three}, verdict: deny, why: x}}\n" for i in range(20))
    assert set(codes(HEAD + "verdicts:\n" + rows)) <= {"rows-not-compared", "row-never-reached", "too-deep"}


def test_a_pattern_of_many_stars_is_matched_in_linear_time() -> None:
    start = time.process_time()
    for pattern in ("*a" * 50 + "b", "a*" * 50, "*" * 1000, "*a*" * 300 + "b"):
        _matches_pattern(pattern, "a" * 20_000)
    assert time.process_time() - start < 2


@given(st.text("ab*", max_size=8), st.text("ab", max_size=10))
def test_a_pattern_matches_what_its_stars_can_stand_for(pattern: str, text: str) -> None:
    def slow(p: str, t: str) -> bool:
        if not p:
            return not t
        if p[0] == "*":
            return any(slow(p[1:], t[i:]) for i in range(len(t) + 1))
        return bool(t) and t[0] == p[0] and slow(p[1:], t[1:])

    if "*" in pattern:
        assert _matches_pattern(pattern, text) is slow(pattern, text)


def test_days_at_the_end_of_the_calendar_do_no_harm() -> None:
    far = HEAD.replace("2026-01-01", "2199-12-31").replace("days: 7", "days: 36500")
    assert codes(far + "verdicts: [{id: a, when: {warranty_until: '>=9999-12-31'}, verdict: review}]\n") == []


# --- cases


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("policy: trial\ncases: " + "[" * 3000, "too-deep"),
        ("policy: trial\ncases: &a [*a]\n", "anchor-used"),
        ("policy: trial\ncases: [{name: a, name: b, given: {}}]\n", "repeated-key"),
        (
            "policy: trial\ncases: [{name: a, given: {qty: " + "9" * 500 + "}, expect: {verdict: allow}}]\n",
            "number-too-long",
        ),
        ("policy: trial\ncases: [{name: a, given: {delivered: 0000-00-00}, expect: {}}]\n", "date-not-in-calendar"),
        ("policy: trial\ncases: [{name: a, given: [1], expect: {}}]\n", "map-expected"),
        ("policy: trial\ncases: [5, a, {}]\n", "map-expected"),
        ("policy: [trial]\ncases: []\n", "text-expected"),
        ("policy: tri\0al\ncases: []\n", "control-character"),
    ],
)
def test_hostile_cases_are_findings(raw: str, code: str) -> None:
    Path("p.yaml").write_text(HEAD)
    Path("tests").mkdir()
    Path("tests/p.yaml").write_text(raw)
    tested = casework.test(["p.yaml"], update=True)
    assert code in {finding.code for finding in tested.findings}
    assert all(finding.span is not None and finding.span.file == "tests/p.yaml" for finding in tested.findings)
    assert Path("tests/p.yaml").read_text() == raw


def test_thousands_of_cases_end_in_bounded_time() -> None:
    Path("p.yaml").write_text(HEAD)
    Path("tests").mkdir()
    lines = (f"- {{name: c{i}, given: {{delivered: 2026-03-03, requested: 2026-03-04}}}}\n" for i in range(5_000))
    Path("tests/p.yaml").write_text("policy: trial\ncases:\n" + "".join(lines))
    start = time.process_time()
    tested = casework.test(["p.yaml"], update=True)
    assert (tested.changed, casework.test(["p.yaml"]).exit_code) == (5_000, 0)
    assert time.process_time() - start < 2 * PATIENCE


# --- any damage to a policy that is sound

WORDS = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "- ",
    "\n",
    "'",
    '"',
    "#",
    "&a",
    "*a",
    "!!x",
    "|",
    ">",
    "9" * 40,
    "..",
    "当",
    "\t",
    "\0",
]


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(["standard.yaml", "tests/standard.yaml"]))
def test_no_damage_to_a_policy_or_its_cases_ends_in_a_traceback(chance: random.Random, name: str) -> None:
    texts = {part: (POLICIES / part).read_text(encoding="utf-8") for part in ("standard.yaml", "tests/standard.yaml")}
    text = texts[name]
    for _ in range(chance.randint(1, 4)):
        at, upto = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        if chance.random() < 0.5:
            text = text[:at] + chance.choice(WORDS) + text[at:]
        else:
            text = text[:at] + text[min(upto, at + chance.randint(1, 200)) :]
    texts[name] = text
    Path("tests").mkdir(exist_ok=True)
    for part, damaged in texts.items():
        Path(part).write_text(damaged, encoding="utf-8")
    found = [*check(["standard.yaml"]).findings, *casework.test(["standard.yaml"], boundaries=True).findings]
    assert all(finding.span is not None for finding in found)


def test_a_policy_of_thousands_of_slips_ends_in_bounded_time() -> None:
    slips = "".join(f"  - {{id: a{n}, when: {{reason: defectiv}}, verdict: dney}}\n" for n in range(2000))
    waivers = "".join(f"  w{n}: {{by: x, up: 3}}\n" for n in range(3000))
    for raw in (HEAD + "verdicts:\n" + slips, HEAD + "waivers:\n" + waivers):
        started = time.process_time()
        assert codes(raw)
        assert time.process_time() - started < 20
