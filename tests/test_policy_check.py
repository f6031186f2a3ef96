"""`policy check`: every slip of a policy at its file, line and column, with what to write instead."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from returnledger.cli import main

SETTINGS = """\
ledger: main.beancount
operating_currency: CNY
accounts: {preset: general}
methods: {cash: {account: Assets:Cash}}
policies: [standard.yaml]
"""
HEAD = """\
policy: standard
version: 1
valid_from: 2026-01-01
currency: CNY
window: {default: {days: 7, from: delivered}}
"""


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RETURNLEDGER_LANG", "en")
    monkeypatch.setenv("RETURNLEDGER_CACHE", "")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(words)
    out, err = capsys.readouterr()
    return code, out, err


# --- the command


def test_the_commands_about_policies_have_a_page_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "policy")
    assert (code, err) == (0, "")
    assert out.startswith("Usage: returnledger policy [OPTIONS] COMMAND ...")
    assert "check    Check policies before they meet a customer" in out
    assert "`returnledger --help` shows the options that every command takes." in out


def test_a_mistyped_command_below_policy_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    code, _out, err = said(capsys, "policy", "chek")
    assert (code, err) == (2, "error: unknown command chek\nhint: did you mean `check`?\n")
    assert "`returnledger policy --help` lists the commands" in said(capsys, "policy", "zzz")[2]


def test_the_policies_of_the_settings_are_checked_unless_files_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    Path("returnledger.yaml").write_text(SETTINGS, encoding="utf-8")
    Path("standard.yaml").write_text(HEAD, encoding="utf-8")
    Path("other.yaml").write_text(HEAD.replace("standard", "other") + "fees: [{id: a, when: {}, percent: 5, max: x}]\n")
    assert said(capsys, "policy", "check") == (0, "standard.yaml  standard 1  nothing to remark\n", "")
    code, out, err = said(capsys, "policy", "check", "other.yaml")
    assert (code, out) == (1, "other.yaml  other 1  1 error\n")
    assert err.startswith("other.yaml:6:43: error[number-form]: ")
    assert err.endswith("\n1 error\n")


def test_a_file_can_be_checked_without_settings(capsys: pytest.CaptureFixture[str]) -> None:
    Path("p.yaml").write_text(HEAD, encoding="utf-8")
    assert said(capsys, "policy", "check", "p.yaml")[0] == 0
    code, _out, err = said(capsys, "policy", "check")
    assert code == 2
    assert "error[settings-not-found]" in err


def test_settings_without_a_policy_say_what_to_add(capsys: pytest.CaptureFixture[str]) -> None:
    Path("returnledger.yaml").write_text(SETTINGS.replace("policies: [standard.yaml]\n", ""), encoding="utf-8")
    code, _out, err = said(capsys, "policy", "check")
    assert code == 2
    assert "error[no-policy-listed]: the settings list no policy\n" in err
    assert "hint: add `policies: [policies/standard.yaml]`, or name the files to look at\n" in err


def test_a_script_gets_files_and_findings(capsys: pytest.CaptureFixture[str]) -> None:
    Path("p.yaml").write_text(HEAD + "fees: [{id: a, when: {amount: '>5'}, percent: 5}]\n", encoding="utf-8")
    code, out, err = said(capsys, "policy", "check", "p.yaml", "--json")
    assert (code, err) == (1, "")
    record = json.loads(out)
    (file,) = record["files"]
    assert file.pop("digest").startswith("1:")
    assert file == {"file": "p.yaml", "policy": "standard", "version": "1", "valid_from": "2026-01-01", "judges": False}
    assert (record["errors"], record["warnings"]) == (1, 0)
    (finding,) = record["findings"]
    assert (finding["code"], finding["file"], finding["line"], finding["column"]) == (
        "catch-all-missing",
        "p.yaml",
        6,
        8,
    )


# --- what is asked of a policy that can be read


def checked(capsys: pytest.CaptureFixture[str], **files: str) -> list[str]:
    """Check the policies of the settings; return each finding as `file:line:column code`, in order."""
    listed = [name for name in files if name not in ("settings", "products")]
    more = files.get("settings", "") + ("products: products.yaml\n" if "products" in files else "")
    names = ", ".join(f"{name}.yaml" for name in listed)
    Path("returnledger.yaml").write_text(SETTINGS.replace("standard.yaml", names) + more, encoding="utf-8")
    for name in (*listed, *(["products"] if "products" in files else [])):
        Path(f"{name}.yaml").write_text(files[name], encoding="utf-8")
    _code, out, err = said(capsys, "policy", "check", "--json")
    assert err == ""
    return [f"{f['file']}:{f['line']}:{f['column']} {f['code']}" for f in json.loads(out)["findings"]]


def message(capsys: pytest.CaptureFixture[str], code: str, language: str = "en") -> tuple[str, str]:
    """Return what the check of the settings' policies says of `code`, and the hint."""
    record = json.loads(said(capsys, "policy", "check", "--json", "--lang", language)[1])
    (finding,) = [finding for finding in record["findings"] if finding["code"] == code]
    return finding["message"], finding["hint"]


def test_a_denial_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    rows = """\
verdicts:
  - {id: digital, when: {category: digital}, verdict: deny}
  - {id: food, when: {category: food}, verdict: deny, why: {zh: 食品不退, en: Food is excluded.}}
  - {id: many, when: {customer_returns_90d: ">5"}, verdict: review}
"""
    assert checked(capsys, standard=HEAD + rows) == ["standard.yaml:7:5 deny-without-why"]
    said_zh, hint = message(capsys, "deny-without-why", "zh")
    assert said_zh == "条目 `digital` 拒绝退货，却没有写明原因"
    assert hint == "添加 `why: {zh: ..., en: ...}`：员工与客户会看到"


@pytest.mark.parametrize(
    ("when", "column", "code"),
    [
        ("{customer_rate_365d: '>40'}", 49, "number-senseless"),
        ("{discount_percent: [5, '>=101']}", 51, "number-senseless"),
        ("{days_since_sale: '>36501'}", 46, "number-senseless"),
        ("{not: {days_late: -1..3}}", 46, "number-senseless"),
        ("{any: [{qty: '<-1'}]}", 41, "number-below-nil"),
        ("{line_amount: '>-5'}", 42, "number-below-nil"),
    ],
)
def test_a_number_that_makes_no_sense_is_named(
    when: str, column: int, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    row = f"verdicts: [{{id: a, verdict: review, when: {when}}}]\n"
    found = [finding for finding in checked(capsys, standard=HEAD + row) if code in finding]
    assert len(found) == 1 and found[0].startswith("standard.yaml:6:")


def test_a_rate_written_in_per_cent_is_told_how_to_write_it(capsys: pytest.CaptureFixture[str]) -> None:
    row = "verdicts: [{id: a, verdict: review, when: {customer_rate_365d: '>40'}}]\n"
    assert checked(capsys, standard=HEAD + row) == ["standard.yaml:6:64 number-senseless"]
    assert message(capsys, "number-senseless") == (
        "`>40` is outside of what `customer_rate_365d` can be, 0 to 1",
        "write a number from 0 to 1; percents are per cent, rates are shares of 1",
    )


def test_goods_that_would_sell_above_their_price_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    rows = "dispositions: {opened: {to: restock_open_box, sells_at: '850%', selling_cost: '5%'}}\n"
    assert checked(capsys, standard=HEAD + rows) == ["standard.yaml:6:57 portion-above-whole"]


def test_extensions_that_lengthen_nothing_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    head = HEAD.replace(
        "{default: {days: 7, from: delivered}}",
        """
  default: {days: 30, from: delivered}
  extensions:
    - {name: last-year, sold: 2025-10-20..2025-11-11, until: 2026-01-31}
    - {name: spring, sold: 2026-01-20..2026-02-20, until: 2026-04-01}
    - {name: new-year, sold: 2026-02-01..2026-02-10, until: 2026-03-31}
    - {name: short, sold: 2026-05-01..2026-05-05, until: 2026-05-20}
    - {name: long, sold: 2026-05-01..2026-05-05, until: 2026-06-30}
    - {name: long-again, sold: 2026-05-01..2026-05-05, until: 2026-06-30}
    - {name: overlapping, sold: 2026-05-04..2026-05-08, until: 2026-06-25}""",
    )
    assert checked(capsys, standard=head) == [
        "standard.yaml:8:7 extension-too-early",
        "standard.yaml:10:7 extension-inside-another",
        "standard.yaml:11:7 extension-inside-another",
        "standard.yaml:13:7 extension-inside-another",
        "standard.yaml:14:33 extensions-overlap",
    ]
    short = head.replace("    - {name: long, sold: 2026-05-01..2026-05-05, until: 2026-06-30}\n", "").replace(
        "    - {name: long-again, sold: 2026-05-01..2026-05-05, until: 2026-06-30}\n", ""
    )
    assert "standard.yaml:11:7 extension-no-longer" in checked(capsys, standard=short)
    assert message(capsys, "extension-no-longer")[0] == (
        "extension `short` lengthens nothing: with 30 days a sale of 2026-05-01 can already come back on 2026-05-20"
    )


PRODUCTS = "MUG: {category: kitchen}\nTEE: {category: apparel}\nBOX: {}\n"


def test_categories_are_those_of_the_products(capsys: pytest.CaptureFixture[str]) -> None:
    head = HEAD.replace("delivered}}", "delivered}, by_category: {aparel: {days: 30}, kitchen: {days: 9}}}")
    rows = "verdicts: [{id: a, when: {not: {category: [apparel, kitchn]}}, verdict: review}]\n"
    assert checked(capsys, standard=head + rows) == []
    assert checked(capsys, standard=head + rows, products=PRODUCTS) == [
        "standard.yaml:5:61 category-unknown",
        "standard.yaml:6:53 category-unknown",
    ]
    only = checked(capsys, standard=head, products=PRODUCTS)
    assert only == ["standard.yaml:5:61 category-unknown"]
    assert message(capsys, "category-unknown") == (
        "no product of products.yaml has the category `aparel`",
        "write `apparel`, or give products the category",
    )


def test_what_keeps_a_policy_from_judging_does_not_hide_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    rows = """\
verdicts:
  - {id: a, when: {category: toys, colour: red}, verdict: allow}
  - {id: b, when: {category: toys}, verdict: deny}
  - {id: c, when: {category: toys, sku: X}, verdict: review}
fees: [{id: d, when: {amount: ">5"}, percent: 5}]
"""
    assert checked(capsys, standard=HEAD + rows) == [
        "standard.yaml:7:36 fact-unknown",
        "standard.yaml:8:5 deny-without-why",
        "standard.yaml:9:5 row-never-reached",
        "standard.yaml:10:8 catch-all-missing",
    ]


def test_a_role_that_nobody_has_can_approve_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    rows = """\
approvals:
  - {id: small, when: {amount: "<=500"}, by: []}
  - {id: large, when: {}, by: [supervisor, cfo]}
waivers: {window-closed: {by: superviser}}
"""
    people = "people: {li.na: supervisor, wang: [clerk]}\n"
    assert checked(capsys, standard=HEAD + rows, settings=people) == [
        "standard.yaml:8:44 role-nobody-has",
        "standard.yaml:9:31 role-nobody-has",
    ]
    assert checked(capsys, standard=HEAD + rows.replace("superviser", "clerk"), settings=people) == [
        "standard.yaml:8:44 role-nobody-has"
    ]
    assert message(capsys, "role-nobody-has") == (
        "nobody has the role `cfo`",
        "write `clerk`, or give it to somebody: `people: {li.na: [cfo]}` in the settings",
    )
    Path("returnledger.yaml").unlink()
    assert said(capsys, "policy", "check", "standard.yaml")[0] == 0


# --- between policies


def test_versions_of_a_policy_follow_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    second = HEAD.replace("version: 1", "version: 2").replace("2026-01-01", "2026-07-01")
    assert checked(capsys, one=HEAD, two=second) == []
    assert checked(capsys, one=HEAD, two=second.replace("version: 2", "version: 1")) == ["two.yaml:2:10 version-twice"]
    swapped = {"one": HEAD.replace("version: 1", "version: 3"), "two": second}
    assert checked(capsys, **swapped) == ["two.yaml:3:13 versions-out-of-order"]
    ended = HEAD + "valid_until: 2026-06-30\n"
    assert checked(capsys, one=ended, two=second) == []
    assert checked(capsys, one=ended.replace("06-30", "07-01"), two=second) == ["one.yaml:6:14 versions-overlap"]
    assert checked(capsys, one=ended.replace("06-30", "06-29"), two=second) == ["one.yaml:6:14 versions-gap"]
    assert checked(capsys, one=ended.replace("2026-06-30", "2025-12-31")) == ["one.yaml:6:14 policy-reversed"]
    same = {"one": HEAD, "two": second.replace("2026-07-01", "2026-01-01")}
    assert "two.yaml:3:13 policy-same-day" in checked(capsys, **same)


def test_a_file_named_twice_is_not_two_versions(capsys: pytest.CaptureFixture[str]) -> None:
    Path("p.yaml").write_text(HEAD, encoding="utf-8")
    assert said(capsys, "policy", "check", "p.yaml", "p.yaml")[0] == 0


# --- what was posted


def batch(name: str, policies: str) -> None:
    path = Path("returns/2026") / f"{name}.beancount"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'2026-02-01 custom "returnledger" "batch"\n  rl-version: "1"\n  rl-policies: "{policies}"\n')


def test_a_policy_that_was_changed_after_returns_were_posted_under_it_is_an_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert checked(capsys, standard=HEAD) == []
    digest = json.loads(said(capsys, "policy", "check", "--json")[1])["files"][0]["digest"]
    batch("2026-02-01-a", f"law 1 1:{'0' * 64}; standard 1 {digest}")
    batch("2026-02-02-b", f"other 1 1:{'1' * 64}; my standard 1 1:{'2' * 64}; standard 2 1:{'2' * 64}")
    assert checked(capsys, standard=HEAD) == []
    # A comment and the order of keys change nothing of what it says.
    assert checked(capsys, standard="# ours\ncurrency: CNY\n" + HEAD.replace("currency: CNY\n", "")) == []
    changed = HEAD.replace("days: 7", "days: 8")
    assert checked(capsys, standard=changed) == ["standard.yaml:2:10 policy-changed"]
    assert message(capsys, "policy-changed")[0] == (
        "version 1 of `standard` is not as it was when returns/2026/2026-02-01-a.beancount was posted under it"
    )
    assert said(capsys, "policy", "check")[0] == 1
    assert checked(capsys, standard=changed.replace("version: 1", "version: 3")) == []


def test_returns_posted_under_two_files_of_one_version_are_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    assert checked(capsys, standard=HEAD) == []
    digest = json.loads(said(capsys, "policy", "check", "--json")[1])["files"][0]["digest"]
    batch("2026-02-01-a", f"standard 1 {digest}")
    batch("2026-02-02-b", f"standard 1 1:{'0' * 64}")
    assert checked(capsys, standard=HEAD) == ["standard.yaml:2:10 policy-changed"]
    assert said(capsys, "policy", "check")[0] == 0


def test_a_slip_of_form_does_not_hide_what_else_is_wrong(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.yaml").write_text(
        HEAD.replace("days: 7", "days: 7, unti: 3")
        + """\
verdicts:
  - {id: a, when: {reson: defective}, verdict: allow}
  - {id: b, when: {reason: defectve}, verdict: allow}
  - {id: b, when: {reason: style}, verdict: allow}
fees:
  - {id: opened, when: {condition: opned}, percent: 5}
  - {id: last, when: {}, percent: 120}
refunds:
  - {id: r, when: {}, methods: [orignal], within_days: 7}
""",
        encoding="utf-8",
    )
    code, _, err = said(capsys, "policy", "check", "bad.yaml")
    assert code == 1
    places = [line.split(": error")[0] for line in err.splitlines() if ": error[" in line]
    assert places == [
        "bad.yaml:5:29",
        "bad.yaml:7:20",
        "bad.yaml:8:28",
        "bad.yaml:9:10",
        "bad.yaml:11:36",
        "bad.yaml:12:35",
        "bad.yaml:14:33",
    ]
    assert "catch-all-missing" not in err, "of a table that could not be read whole nothing is concluded"
