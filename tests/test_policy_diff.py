"""`policy diff`: what one policy says otherwise than another, in words, and what it would have changed."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as quick
from hypothesis import strategies as st

from returnledger.cli import main
from returnledger.configfile import read_policy
from returnledger.findings_text import words
from returnledger.policy import Policy
from returnledger.policy.difference_words import difference_words
from returnledger.policy.differences import Difference, differences

POLICIES = Path(__file__).parent.parent / "policies"
STANDARD = (POLICIES / "standard.yaml").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, value in (("RETURNLEDGER_LANG", "en"), ("RETURNLEDGER_CACHE", ""), ("COLUMNS", "80")):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *line: str) -> tuple[int, str, str]:
    code = main(line)
    out, err = capsys.readouterr()
    return code, out, err


def policy_of(text: str, name: str = "p.yaml") -> Policy:
    policy, findings, _ = read_policy(Path(name), name, raw=text.encode())
    assert policy is not None, findings
    return policy


def found(old: str, new: str) -> tuple[Difference, ...]:
    return differences(policy_of(old), policy_of(new))


def told(old: str, new: str, lang: str = "en") -> list[str]:
    return [words(difference_words(each), lang) for each in found(old, new)]


def changed(*pairs: tuple[str, str]) -> str:
    """Return the standard policy with each first text replaced by the second; each must stand there."""
    text = STANDARD
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


# --- in words


@pytest.mark.parametrize(
    ("old", "new", "english", "chinese"),
    [
        (
            "    percent: 5\n",
            "    percent: 10\n",
            "fee fee-opened: 5 % → 10 % of what was paid",
            "手续费 fee-opened：5% → 实付金额的 10%",
        ),
        (
            "    percent: 5\n    of: paid ",
            "    percent: 5\n    of: net ",
            "fee fee-opened: 5 % of what was paid → 5 % of the price without tax",
            "手续费 fee-opened：实付金额的 5% → 不含税价的 5%",
        ),
        ("    max: 200\n", "", "fee fee-opened, at most: 200 → nothing", "手续费 fee-opened，上限：200 → 无"),
        (
            "apparel: {days: 30}",
            "apparel: {days: 14}",
            "window by_category.apparel: 30 → 14 days",
            "退货期 by_category.apparel：30 → 14 天",
        ),
        (
            "default: {days: 7, from: delivered}",
            "default: {days: 7, from: sold}",
            "window default: 7 days from delivery → 7 days from the sale",
            "退货期 default：自送达起 7 天 → 自销售起 7 天",
        ),
        (
            'amount: "<=5000"}, by',
            'amount: "<=2000"}, by',
            "approval supervisor, it holds when: the amount is at most 5,000 → the amount is at most 2,000",
            "审批 supervisor，适用条件：金额不超过 5,000 → 金额不超过 2,000",
        ),
        (
            "by: [finance_manager, cfo]",
            "by: [cfo]",
            "approval finance: finance_manager, cfo → cfo",
            "审批 finance：finance_manager、cfo → cfo",
        ),
        ("verdict: deny", "verdict: review", "verdict no-digital: deny → review", None),
        ("up_to: 500\n", "up_to: 400\n", "one-step returns up_to: 500 → 400", "一步退货 up_to：500 → 400"),
        (
            "unless: {disposition: scrap}",
            "unless: {disposition: [scrap, hold]}",
            "one-step returns unless: the goods are to be scrapped → the goods are to be scrapped or set aside",
            None,
        ),
        ("  transit_days: 5 ", "  transit_days: 3 ", "window transit_days: 5 → 3", None),
        ("split_days: 30", "split_days: 60", "days within which refunds are added up: 30 → 60", None),
        (
            "  unknown: {to: hold}",
            "  unknown: {to: scrap}",
            "disposition of unknown goods: hold → scrap",
            "状况为 unknown 的商品的处置：hold (待定) → scrap (报废)",
        ),
        ("needs-review: {by: supervisor", "needs-review: {by: cfo", "waiver of needs-review: supervisor → cfo", None),
        (
            "zh: 数字商品与礼品卡不退。",
            "zh: 一律不退。",
            "verdict no-digital, reason given: Digital goods and gift cards are excluded. → Digital goods and gift cards "
            "are excluded.",
            "审核结论 no-digital，说明：数字商品与礼品卡不退。 → 一律不退。",
        ),
        ("until: 2026-12-15", "until: 2026-12-20", "window extensions.double-11, until: 2026-12-15 → 2026-12-20", None),
    ],
)
def test_a_change_is_said_in_words(old: str, new: str, english: str, chinese: str | None) -> None:
    after = changed((old, new))
    assert told(STANDARD, after) == [english]
    if chinese:
        assert told(STANDARD, after, "zh") == [chinese]


def test_rows_that_come_and_go_are_told_with_what_they_say() -> None:
    row = "  - {id: gold, when: {customer_group: gold, not: {in_window: true}}, percent: 0}\n"
    after = changed(("fees:\n", f"fees:\n{row}"))
    assert told(STANDARD, after) == [
        "fee gold: new, no fee, when the customer is in the group gold and the customer asks too late"
    ]
    assert told(after, STANDARD) == [
        "fee gold: removed, it was no fee, when the customer is in the group gold and the customer asks too late"
    ]
    assert [(each.change, each.old_place, str(each.new_place)) for each in found(STANDARD, after)] == [
        ("added", None, "p.yaml:45:5")
    ]


def test_a_window_and_a_table_that_come_are_told() -> None:
    after = changed(("custom_made: {days: 0} ", "custom_made: {days: 0}\n    toys: {days: 14} "))
    assert told(STANDARD, after) == ["window by_category.toys: new, 14 days"]
    head = STANDARD[STANDARD.index("policy:") : STANDARD.index("verdicts:")]
    assert told(head, head + "waivers: {window-closed: {by: boss, up_to: 5}}\n") == [
        "waivers: new, the table",
        "waiver of window-closed: new, boss, up to 5",
    ]


def test_the_order_of_rows_counts() -> None:
    first = '  - {id: automatic, when: {amount: "<=500"}, by: []}\n'
    second = '  - {id: supervisor, when: {amount: "<=5000"}, by: [supervisor]}\n'
    after = changed((first + second, second + first))
    assert told(STANDARD, after) == ["approval supervisor: moved, it stood below automatic and stands first"]
    assert told(STANDARD, after, "zh") == ["审批 supervisor：已移动，原在 automatic 之下，现居首位"]


def test_a_row_that_only_has_another_name_is_no_other_row() -> None:
    assert told(STANDARD, changed(("id: fee-opened", "id: fee-used"))) == ["fee fee-used: was called fee-opened"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    percent: 5\n", "    percent: 5.00\n"),
        ('amount: "<=500"', 'amount: "<= 500.0"'),
        ("reason: [defective, wrong_item]", "reason: [质量问题, wrong_item]"),
        ("    per: line\n", ""),
        ("fault: {merchant: [late_delivery]} ", "fault: {商家: [late_delivery]} "),
    ],
)
def test_another_spelling_of_the_same_is_no_difference(old: str, new: str) -> None:
    assert told(STANDARD, changed((old, new))) == []


@given(st.lists(st.sampled_from("abcdefgh"), unique=True, min_size=1), st.randoms())
@quick(max_examples=60, deadline=None)
def test_rows_moved_back_to_their_places_are_the_old_order(names: list[str], chance: object) -> None:
    order = list(names)
    chance.shuffle(order)  # type: ignore[attr-defined]
    head = STANDARD[STANDARD.index("policy:") : STANDARD.index("verdicts:")] + "verdicts:\n"
    text = [
        head + "".join(f"  - {{id: {n}, when: {{sku: {n}}}, verdict: deny}}\n" for n in rows) for rows in (names, order)
    ]
    moved = {each.row for each in found(*text) if each.change == "moved"}
    assert [name for name in names if name not in moved] == [name for name in order if name not in moved]
    assert bool(moved) == (names != order)
    assert found(text[0], text[0]) == ()


def test_the_policies_that_come_along_are_told_apart_in_both_languages() -> None:
    files = [path.read_text(encoding="utf-8") for path in sorted(POLICIES.glob("*.yaml"))]
    for old in files[:3]:
        for new in files:
            for lang in ("en", "zh"):
                for line in told(old, new, lang):
                    assert "{" not in line.replace("{}", "") or "}" in line, line
                    assert "  " not in line and not line.endswith(" "), line


# --- the command


def test_nothing_is_said_of_comments_and_layout(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.yaml").write_text(STANDARD, encoding="utf-8")
    Path("b.yaml").write_text("# by li.na\n" + STANDARD.replace("  # ", "     # "), encoding="utf-8")
    code, out, err = said(capsys, "policy", "diff", "a.yaml", "b.yaml")
    assert (code, err) == (0, "")
    assert out == ("standard 1 (a.yaml) → standard 1 (b.yaml)\n\nboth say the same; comments and layout do not count\n")


def test_the_command_shows_each_difference_with_both_places(capsys: pytest.CaptureFixture[str]) -> None:
    Path("old.yaml").write_text(STANDARD, encoding="utf-8")
    new = changed(("version: 1", "version: 2"), ("    percent: 5\n", "    percent: 10\n"))
    Path("new.yaml").write_text(new, encoding="utf-8")
    code, out, err = said(capsys, "policy", "diff", "old.yaml", "new.yaml")
    assert (code, err) == (0, "")
    assert out == (
        "standard 1 (old.yaml) → standard 2 (new.yaml)\n"
        "\n"
        "  version: 1 → 2  old.yaml:11 → new.yaml:11\n"
        "\n"
        "  fee fee-opened: 5 % → 10 % of what was paid  old.yaml:49 → new.yaml:49\n"
        "\n"
        "0 added, 0 removed, 1 changed, 0 moved\n"
    )
    code, out, err = said(capsys, "policy", "diff", "old.yaml", "new.yaml", "--json")
    record = json.loads(out)
    assert (record["same"], record["old"]["version"], record["new"]["version"]) == (False, "1", "2")
    assert record["differences"][1] == {
        "change": "changed",
        "table": "fees",
        "row": "fee-opened",
        "key": "percent",
        "old": {"percent": "5", "amount": None, "of": "paid"},
        "new": {"percent": "10", "amount": None, "of": "paid"},
        "old_place": "old.yaml:49",
        "new_place": "new.yaml:49",
        "text": "fee fee-opened: 5 % → 10 % of what was paid",
    }


def test_every_line_fits_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    from returnledger.cli.words import cells

    for lang in ("en", "zh"):
        files = (str(POLICIES / "standard.yaml"), str(POLICIES / "small-shop.yaml"))
        code, out, _ = said(capsys, "--lang", lang, "policy", "diff", *files)
        assert code == 0
        assert [line for line in out.splitlines()[1:] if cells(line) > 80 and str(POLICIES) not in line] == []


def test_policies_of_the_settings_go_by_name_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    later = changed(("version: 1", "version: 2"), ("valid_from: 2026-01-01", "valid_from: 2026-06-01"))
    Path("one.yaml").write_text(STANDARD, encoding="utf-8")
    Path("two.yaml").write_text(later, encoding="utf-8")
    Path("returnledger.yaml").write_text(
        "ledger: main.beancount\noperating_currency: CNY\naccounts: {preset: general}\npolicies: [one.yaml, two.yaml]\n",
        encoding="utf-8",
    )
    code, out, err = said(capsys, "policy", "diff", "standard@1", "standard")
    assert (code, err) == (0, "")
    assert out.startswith("standard 1 (one.yaml) → standard 2 (two.yaml)\n\n  version: 1 → 2")
    code, _, err = said(capsys, "policy", "diff", "standard@9", "standard")
    assert code == 2
    assert "error[policy-unknown]: the settings list no policy standard@9" in err
    assert "hint: name one of standard@1, standard@2, a file, or REV:FILE of git" in err


def test_a_policy_of_an_earlier_commit_is_compared(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    inner = folder / "shop"
    inner.mkdir()
    (inner / "p.yaml").write_text(STANDARD, encoding="utf-8")
    who = ("-c", "user.name=li.na", "-c", "user.email=li.na@shop.example")
    for line in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "one"]):
        subprocess.run(["git", *line], cwd=folder, check=True)
    (inner / "p.yaml").write_text(changed(("    percent: 5\n", "    percent: 6\n")), encoding="utf-8")
    code, out, _ = said(capsys, "policy", "diff", "HEAD:shop/p.yaml", "shop/p.yaml")
    assert code == 0
    assert "fee fee-opened: 5 % → 6 % of what was paid" in out
    code, _, err = said(capsys, "policy", "diff", "HEAD:shop/q.yaml", "shop/p.yaml")
    assert code == 2
    assert "error[policy-revision]: git does not show HEAD:shop/q.yaml: " in err


def test_a_file_that_is_missing_or_no_policy_is_refused_at_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.yaml").write_text(STANDARD, encoding="utf-8")
    Path("bad.yaml").write_text(changed(("verdict: deny", "verdict: denied")), encoding="utf-8")
    code, out, err = said(capsys, "policy", "diff", "a.yaml", "none.yaml")
    assert (code, out) == (2, "")
    assert "error[file-missing]: there is no file none.yaml" in err
    code, out, err = said(capsys, "policy", "diff", "a.yaml", "bad.yaml")
    assert (code, out) == (2, "")
    assert "bad.yaml:30:14: error[word-unknown]" in err
