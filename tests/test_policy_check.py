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
    assert "check  Check policies before they meet a customer" in out
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
    assert (code, out) == (1, "other.yaml  –  1 error\n")
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
    assert record["files"] == [
        {"file": "p.yaml", "policy": None, "version": None, "valid_from": None, "digest": None},
    ]
    assert (record["errors"], record["warnings"]) == (1, 0)
    (finding,) = record["findings"]
    assert (finding["code"], finding["file"], finding["line"], finding["column"]) == (
        "catch-all-missing",
        "p.yaml",
        6,
        8,
    )
