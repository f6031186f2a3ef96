"""`policy test`: cases beside a policy, what came out otherwise than expected, rows that none reached, and edges."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from returnledger.cli import main
from returnledger.policies import casework
from returnledger.policies.check import check
from returnledger.policies.files import read

POLICIES = Path(__file__).parent.parent / "policies"
POLICY = """\
policy: shop
version: 1
valid_from: 2026-01-01
currency: CNY
window:
  default: {days: 7, from: delivered}
  by_fault: {merchant: {days: 90}}
verdicts:
  - {id: no-food, when: {category: food}, verdict: deny, because: excluded, why: {en: Food stays., zh: 食品不退。}}
fees:
  - {id: opened, when: {condition: opened}, percent: 5, max: 200}
  - {id: none, when: {}, percent: 0}
approvals:
  - {id: automatic, when: {amount: "<=500"}, by: []}
  - {id: both, when: {}, by: [supervisor, cfo]}
evidence:
  - {id: photo, at: approve, when: {reason: defective}, need: photo}
refunds:
  - {id: any, when: {}, methods: [original, cash], within_days: 7, counted_from: received}
dispositions: {opened: {to: restock_open_box}}
"""
CASES = """\
policy: shop
cases:
  - name: the seventh day is the last
    given: {delivered: 2026-03-03, requested: 2026-03-10, received: 2026-03-12, category: toys, line_amount: 100.00}
    expect: {verdict: allow, last_day: 2026-03-10, refund_by: 2026-03-19, fee: 0.00, approvals: [], methods: [cash, original],
      rows: {window: window.default, verdict: default, fee: none}}
"""


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RETURNLEDGER_LANG", "en")
    monkeypatch.setenv("RETURNLEDGER_CACHE", "")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("NO_COLOR", raising=False)
    write(CASES)
    return tmp_path


def write(cases: str, policy: str = POLICY) -> None:
    Path("tests").mkdir(exist_ok=True)
    Path("shop.yaml").write_text(policy, encoding="utf-8")
    Path("tests/shop.yaml").write_text(cases, encoding="utf-8")


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["policy", "test", "shop.yaml", *words])
    out, err = capsys.readouterr()
    return code, out, err


def case(given: str, expect: str = "", name: str = "a case") -> str:
    line = f"  - name: {name}\n    given: {given}\n"
    return line + (f"    expect: {expect}\n" if expect else "")


# --- the policies that come along


def all_policies() -> list[Path]:
    return sorted(path for path in POLICIES.glob("*.yaml"))


def test_the_policies_that_come_along_have_nothing_wrong_with_them() -> None:
    checked = check(all_policies())
    assert [(f.code, str(f.span), dict(f.values)) for f in checked.findings] == []


def test_the_policies_that_come_along_pass_their_cases_and_every_row_is_reached() -> None:
    tested = casework.test(all_policies())
    assert [(f.code, str(f.span)) for f in tested.findings] == []
    assert [result.policy.name for result in tested.results if not result.cases] == []
    failed = [(r.policy.name, f.case.name, f.differences) for r in tested.results for f in r.failed]
    assert failed == []
    assert [(r.policy.name, [row.name for row in r.unreached]) for r in tested.results if r.unreached] == []


# --- the runner


def test_a_line_of_dots_the_rows_that_no_case_reached_and_the_sum(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys)
    assert (code, err) == (0, "")
    assert (
        out
        == """\
shop 1  .

shop 1: 4 of 9 rows reached, 44 %
  window.by_fault.merchant  shop.yaml:7
  verdicts.no-food          shop.yaml:9
  fees.opened               shop.yaml:11
  approvals.both            shop.yaml:15
  evidence.photo            shop.yaml:17
  dispositions.opened       shop.yaml:20

1 case, none failed
""".replace("4 of 9", "4 of 10").replace("44 %", "40 %")
    )


def test_a_failure_shows_both_values_and_the_row_that_decided(capsys: pytest.CaptureFixture[str]) -> None:
    write(
        CASES + case("{delivered: 2026-03-03, requested: 2026-03-11, category: toys}", "{verdict: allow, days_late: 0}")
    )
    code, out, err = said(capsys)
    assert (code, err) == (1, "")
    assert out.splitlines()[:9] == [
        "shop 1  .F",
        "",
        "shop 1: a case",
        "  tests/shop.yaml:7",
        "  verdict: expected allow, got deny",
        "    decided by window.default  shop.yaml:6",
        "  days_late: expected 0, got 1",
        "    decided by window.default  shop.yaml:6",
        "",
    ]
    assert out.endswith("2 cases, 1 failed\n")


def test_the_runner_speaks_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    write(CASES + case("{delivered: 2026-03-03, requested: 2026-03-11, category: toys}", "{verdict: 准许}", "晚了一天"))
    _code, out, _err = said(capsys, "--lang", "zh")
    assert "  verdict：预期 allow，实际 deny\n    由 window.default 决定  shop.yaml:6\n" in out
    assert out.endswith("2 个用例，1 个不符\n")


def test_every_effect_can_be_expected() -> None:
    given = (
        "{delivered: 2026-03-03, requested: 2026-03-04, received: 2026-03-05, reason: defective, line_amount: 600.00}"
    )
    expect = (
        "{verdict: review, because: excluded, goods: returned, freight: none, shipping: none, last_day: 2026-06-01, "
        "in_window: true, days_late: 0, fee: 0, approvals: [cfo, supervisor], one_step: true, condition: unknown, "
        "disposition: hold, methods: [original, cash], bonus_percent: 0, refund_by: 2026-03-12, refund_when: none, "
        "evidence: {approve: [photo]}, limits: allow, inspection: accept, coupons: pro_rata, advance_retain: 0.00, "
        "authorisation_until: none, rows: {window: window.by_fault.merchant, verdict: no-food, evidence: photo, "
        "approvals: both, refunds: any, deadline: any, disposition: default}}"
    )
    write("policy: shop\ncases:\n" + case(given, expect))
    (result,) = casework.test(["shop.yaml"]).results
    assert result.failed == ()


def test_lists_are_compared_whatever_their_order_and_numbers_by_value() -> None:
    given = "{delivered: 2026-03-03, requested: 2026-03-04, category: toys, condition: 已拆封, line_amount: 39.9}"
    for expect in ("{fee: 2}", "{fee: 2.00, approvals: []}", "{condition: opened, fee: 2.0}"):
        write("policy: shop\ncases:\n" + case(given, expect))
        (result,) = casework.test(["shop.yaml"]).results
        assert result.failed == (), expect


def test_a_script_gets_cases_rows_and_differences(capsys: pytest.CaptureFixture[str]) -> None:
    write(CASES + case("{delivered: 2026-03-03, requested: 2026-03-11, category: toys}", "{verdict: allow}"))
    code, out, err = said(capsys, "--json")
    assert (code, err) == (1, "")
    (policy,) = json.loads(out)["policies"]
    assert [(c["name"], c["passed"]) for c in policy["cases"]] == [
        ("the seventh day is the last", True),
        ("a case", False),
    ]
    assert policy["cases"][1]["differences"] == [
        {"effect": "verdict", "expected": "allow", "got": "deny", "row": "window.default", "place": "shop.yaml:6"}
    ]
    assert policy["rows"] == 10
    assert {"row": "verdicts.no-food", "place": "shop.yaml:9"} in policy["unreached"]


# --- cases that can't be read


@pytest.mark.parametrize(
    ("cases", "places"),
    [
        ("policy: shop\ncases:\n" + case("{deliverd: 2026-03-03}", "{verdict: allow}"), ["4:13 case-fact-unknown"]),
        ("policy: shop\ncases:\n" + case("{delivered: 03.03.2026}", "{verdict: allow}"), ["4:24 date-form"]),
        ("policy: shop\ncases:\n" + case("{reason: defect}", "{verdict: allow}"), ["4:21 condition-word-unknown"]),
        ("policy: shop\ncases:\n" + case("{line_amount: 1e5}", "{verdict: allow}"), ["4:26 number-form"]),
        ("policy: shop\ncases:\n" + case("{in_window: yes}", "{verdict: allow}"), ["4:24 truth-form"]),
        ("policy: shop\ncases:\n" + case("{sku: [a, b]}", "{verdict: allow}"), ["4:18 text-expected"]),
        ("policy: shop\ncases:\n" + case("{sku: a}", "{verdikt: allow}"), ["5:14 key-unknown"]),
        ("policy: shop\ncases:\n" + case("{sku: a}", "{verdict: alow}"), ["5:23 word-unknown"]),
        ("policy: shop\ncases:\n" + case("{sku: a}", "{last_day: soon}"), ["5:24 date-form"]),
        ("policy: shop\ncases:\n" + case("{sku: a}", "{rows: {fees: a}}"), ["5:21 word-unknown"]),
        ("policy: shop\ncases:\n" + case("{sku: a}", "{evidence: {approved: a}}"), ["5:25 word-unknown"]),
        ("policy: shop\ncases:\n  - {name: a, expect: {verdict: allow}}\n", ["3:5 key-missing"]),
        ("policy: shop\ncases:\n" + 2 * case("{sku: a}", "{verdict: allow}"), ["6:11 case-name-twice"]),
        ("policy: shop\ncases: 5\n", ["2:8 list-expected"]),
        ("cases: []\n", ["1:1 key-missing"]),
    ],
)
def test_a_slip_in_a_case_is_a_finding_at_its_place(
    cases: str, places: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    write(cases)
    code, out, _err = said(capsys, "--json")
    found = [f"{f['line']}:{f['column']} {f['code']}" for f in json.loads(out)["findings"]]
    assert (code, found) == (1, places)


def test_the_nearest_fact_is_suggested(capsys: pytest.CaptureFixture[str]) -> None:
    write("policy: shop\ncases:\n" + case("{deliverd: 2026-03-03}", "{verdict: allow}"))
    err = said(capsys)[2]
    assert "tests/shop.yaml:4:13: error[case-fact-unknown]: `deliverd` is neither a fact nor a day" in err
    assert "hint: write `delivered`; a case can give kind, sku," in err


# --- whose cases


SETTINGS = """\
ledger: main.beancount
operating_currency: CNY
accounts: {preset: general}
policies: [POLICIES]
"""


def listed(*names: str) -> None:
    Path("returnledger.yaml").write_text(SETTINGS.replace("POLICIES", ", ".join(names)), encoding="utf-8")


def test_cases_of_a_policy_that_is_not_there_are_named() -> None:
    listed("shop.yaml")
    Path("tests/other.yaml").write_text(CASES.replace("policy: shop", "policy: shopp"), encoding="utf-8")
    tested = casework.test()
    assert [(f.code, str(f.span)) for f in tested.findings] == [("cases-without-policy", "tests/other.yaml:1:9")]
    assert tested.exit_code == 1
    # Where a file is named, the cases of others are theirs.
    assert casework.test(["shop.yaml"]).findings == ()


def test_a_law_pack_beside_the_policies_is_tried_too() -> None:
    listed("shop.yaml")
    Path("pack.yaml").write_text(POLICY.replace("policy: shop", "policy: pack"), encoding="utf-8")
    Path("tests/pack.yaml").write_text(CASES.replace("policy: shop", "policy: pack"), encoding="utf-8")
    assert [(r.policy.name, len(r.cases)) for r in casework.test().results] == [("shop", 1), ("pack", 1)]


def test_of_several_versions_the_cases_name_one() -> None:
    second = (
        POLICY.replace("version: 1", "version: 2").replace("2026-01-01", "2026-07-01").replace("days: 7", "days: 8")
    )
    Path("shop-2.yaml").write_text(second, encoding="utf-8")
    listed("shop.yaml", "shop-2.yaml")
    assert [f.code for f in casework.test().findings] == ["cases-version-missing"]
    write(CASES.replace("policy: shop\n", "policy: shop\nversion: 1\n"))
    Path("tests/second.yaml").write_text(
        "policy: shop\nversion: 2\ncases:\n" + case("{delivered: 2026-08-03, requested: 2026-08-11}", "{days_late: 0}"),
        encoding="utf-8",
    )
    tested = casework.test()
    assert (tested.findings, tested.exit_code) == ((), 0)
    assert [(r.policy.version, len(r.cases)) for r in tested.results] == [("1", 1), ("2", 1)]


def test_a_folder_stands_for_the_policies_in_it() -> None:
    assert [source.file for source in read([Path()]).files] == ["shop.yaml"]


# --- update


def test_update_changes_what_differs_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    before = """\
# The cases of the shop 店铺
policy: shop

cases:
  # late by a day
  - name: "late, by a day"   # the eighth
    given:
      delivered: 2026-03-03
      requested: 2026-03-11  # one day late
      category: toys
    expect:
      verdict: allow         # to be looked at
      days_late: 0
      last_day: 2026-03-10
      rows:
        window: window.default
        verdict: default     # no row
      approvals:
        - supervisor
        - nobody
  - {name: opened, given: {delivered: 2026-03-03, requested: 2026-03-04, category: toys, condition: opened, line_amount: 39.90},
     expect: {fee: 1.99, evidence: {approve: [photo, contract]}}}
"""
    after = (
        before.replace("verdict: allow  ", "verdict: deny  ")
        .replace("days_late: 0", "days_late: 1")
        .replace("verdict: default  ", "verdict: window.default  ")
        .replace("approvals:\n        - supervisor\n        - nobody", "approvals:\n        [supervisor, cfo]")
        .replace("1.99", "2.00")
        .replace("{approve: [photo, contract]}", "{}")
    )
    write(before)
    code, out, err = said(capsys, "--update")
    assert (code, err) == (0, "")
    assert "2 expectations written to tests/shop.yaml: look at the change before you keep it" in out
    assert Path("tests/shop.yaml").read_text(encoding="utf-8") == after
    assert said(capsys)[0] == 0


def test_a_case_that_expects_nothing_fails_until_it_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    given = "{delivered: 2026-03-03, requested: 2026-03-04, category: toys, condition: opened, line_amount: 39.90}"
    write(
        "policy: shop\ncases:\n"
        + case(given)
        + f"  - {{name: short, given: {given}}}  # here\n"
        + case(given, name="last").rstrip()
    )
    code, out, _err = said(capsys)
    assert code == 1
    assert out.startswith("shop 1  ???\n")
    assert "  nothing is expected yet: write `expect:`, or run it with --update\n" in out
    assert out.endswith("3 cases, none failed, 3 without expectation\n")
    assert said(capsys, "--update")[0] == 0
    lines = Path("tests/shop.yaml").read_text(encoding="utf-8").splitlines()
    assert lines[4:6] == [
        "    expect: {verdict: allow, last_day: 2026-03-10, approvals: [], fee: 2.00, disposition: restock_open_box,",
        "      rows: {window: window.default, verdict: default, approvals: automatic, fee: opened}}",
    ]
    assert lines[6].endswith("approvals: automatic, fee: opened}}}  # here")
    assert said(capsys)[:2][0] == 0


@pytest.mark.parametrize(("encoding", "ending"), [("utf-8-sig", "\n"), ("gb18030", "\r\n"), ("utf-8", "\r\n")])
def test_update_keeps_the_encoding_and_the_line_endings(encoding: str, ending: str) -> None:
    text = "policy: shop\ncases:\n" + case(
        "{delivered: 2026-03-03, category: 玩具}", "{verdict: deny}", "没有日期的退货"
    )
    text += case("{delivered: 2026-03-03, requested: 2026-03-04, category: 玩具}", name="尚无预期")
    Path("tests/shop.yaml").write_bytes(text.replace("\n", ending).encode(encoding))
    assert casework.test(["shop.yaml"], update=True).written == ("tests/shop.yaml",)
    raw = Path("tests/shop.yaml").read_bytes()
    assert raw.decode(encoding).count(ending) == raw.decode(encoding).count("\n") == 9
    assert "expect: {verdict: review}" in raw.decode(encoding)
    assert casework.test(["shop.yaml"]).exit_code == 0


def test_update_of_what_passes_writes_nothing() -> None:
    before = Path("tests/shop.yaml").stat().st_mtime_ns
    tested = casework.test(["shop.yaml"], update=True)
    assert (tested.written, tested.exit_code) == ((), 0)
    assert Path("tests/shop.yaml").stat().st_mtime_ns == before


# --- boundaries


def edges(name: str, policy: str = POLICY) -> list[tuple[str, str, str, str]]:
    write(CASES, policy)
    (result,) = casework.test(["shop.yaml"], boundaries=True).results
    return [(edge.fact, edge.value, edge.outcome, edge.row) for edge in result.edges if edge.name == name]


def test_a_window_has_the_day_before_the_last_and_the_day_after() -> None:
    assert edges("window.default") == [
        ("requested", "2026-02-07", "allow (2026-02-08)", "window.default"),
        ("requested", "2026-02-08", "allow (2026-02-08)", "window.default"),
        ("requested", "2026-02-09", "deny (2026-02-08)", "window.default"),
    ]


def test_an_amount_has_a_cent_below_and_above() -> None:
    assert edges("approvals.automatic") == [
        ("amount", "499.99", "automatic", "automatic"),
        ("amount", "500.00", "automatic", "automatic"),
        ("amount", "500.01", "supervisor/cfo", "both"),
    ]
    yen = POLICY.replace("currency: CNY", "currency: JPY")
    assert [value for _, value, _, _ in edges("approvals.automatic", yen)] == ["499", "500", "501"]


def test_a_count_has_one_below_and_above_and_a_word_another_word() -> None:
    rows = "verdicts:\n  - {id: many, when: {customer_returns_90d: '>5', category: [toys, food]}, verdict: review}\n"
    policy = POLICY.split("verdicts:")[0] + rows
    assert edges("verdicts.many", policy) == [
        ("customer_returns_90d", "4", "allow", "default"),
        ("customer_returns_90d", "5", "allow", "default"),
        ("customer_returns_90d", "6", "review", "many"),
        ("category", "toys", "review", "many"),
        ("category", "food", "review", "many"),
        ("category", "other", "allow", "default"),
    ]


def test_extensions_limits_dates_and_windows_with_conditions_have_edges() -> None:
    policy = """\
policy: shop
version: 1
valid_from: 2026-01-01
currency: CNY
window:
  default: {days: 7, from: delivered}
  cases: [{id: online, when: {channel: online}, days: 14}]
  extensions: [{name: feast, sold: 2026-10-20..2026-11-11, until: 2026-12-15}]
verdicts: [{id: warranty, when: {warranty_until: ">=2026-05-01"}, verdict: review}]
limits: [{id: rate, per: customer, within_days: 365, max_rate: 0.40, min_orders: 5, then: review}]
"""
    assert edges("window.cases.online", policy)[1:] == [
        ("requested", "2026-02-15", "allow (2026-02-15)", "window.cases.online"),
        ("requested", "2026-02-16", "deny (2026-02-15)", "window.cases.online"),
    ]
    assert [(fact, value, outcome) for fact, value, outcome, _ in edges("window.extensions.feast", policy)] == [
        ("sold", "2026-10-19", "deny (2026-10-26)"),
        ("sold", "2026-10-20", "allow (2026-12-15)"),
        ("sold", "2026-11-11", "allow (2026-12-15)"),
        ("sold", "2026-11-12", "deny (2026-11-19)"),
        ("requested", "2026-12-14", "allow (2026-12-15)"),
        ("requested", "2026-12-15", "allow (2026-12-15)"),
        ("requested", "2026-12-16", "deny (2026-12-15)"),
    ]
    assert [(value, outcome) for _, value, outcome, _ in edges("verdicts.warranty", policy)] == [
        ("2026-04-30", "allow"),
        ("2026-05-01", "review"),
        ("2026-05-02", "review"),
    ]
    assert [(value, outcome) for _, value, outcome, _ in edges("limits.rate", policy)] == [
        ("0.39", "allow"),
        ("0.4", "allow"),
        ("0.41", "review"),
    ]


def test_boundaries_are_a_table_by_row(capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "--boundaries")[1]
    assert (
        """
approvals.automatic  shop.yaml:14
    amount  499.99  automatic       automatic
    amount  500.00  automatic       automatic
    amount  500.01  supervisor/cfo  both
"""
        in out
    )
    record = json.loads(said(capsys, "--boundaries", "--json")[1])["policies"][0]["edges"]
    assert {
        "row": "approvals.automatic",
        "place": "shop.yaml:14",
        "given": {},
        "fact": "amount",
        "value": "500.01",
        "outcome": "supervisor/cfo",
        "decided_by": "both",
    } in record


def test_every_policy_that_comes_along_has_its_edges() -> None:
    tested = casework.test(all_policies(), boundaries=True)
    assert [(f.code, str(f.span)) for f in tested.findings] == []
    for result in tested.results:
        windows = [edge for edge in result.edges if edge.name.startswith("window.")]
        assert windows, result.policy.name


def test_policies_of_one_line_each_stand_together(capsys: pytest.CaptureFixture[str]) -> None:
    main(["policy", "test", str(POLICIES / "small-shop.yaml"), str(POLICIES / "standard.yaml")])
    out = capsys.readouterr().out
    assert out.endswith(
        "\n\nsmall-shop 1: 22 of 22 rows reached, 100 %\nstandard 1: 37 of 37 rows reached, 100 %\n\n49 cases, none failed\n"
    )


def test_every_row_that_can_decide_is_reached_at_its_edges() -> None:
    """Of the standard policy every row with a number or a word is the one that decides at one of its own edges."""
    tested = casework.test([POLICIES / "standard.yaml"], boundaries=True)
    (result,) = tested.results
    for name in {edge.name for edge in result.edges}:
        mine = [edge.row for edge in result.edges if edge.name == name]
        table, _, row = name.partition(".")
        assert any(row in by or name in by for by in mine) or table in ("waivers", "one_step"), name
