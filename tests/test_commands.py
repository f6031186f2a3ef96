"""The commands on one small shop: plan, check, apply, sale, status, show, explain, report and query, in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from returnledger.cli import main

LEDGER = """\
option "operating_currency" "CNY"
include "returns/**/*.beancount"
2026-01-01 open Assets:Cash CNY
2026-01-01 open Assets:Receivable CNY
2026-01-01 open Assets:Inventory
2026-01-01 open Income:Sales CNY
2026-01-01 open Liabilities:Output-VAT CNY
2026-01-01 open Expenses:COGS CNY
2026-01-01 open Equity:Opening
2026-01-05 * "Opening"
  Assets:Inventory   100 MUG-BLUE {60.00 CNY}
  Equity:Opening
2026-10-20 * "李娜" "Sale" ^inv-SO-1001
  Assets:Cash                          226.00 CNY
  Income:Sales                        -200.00 CNY
    sku: "MUG-BLUE"
    line: "1"
    qty: 2
  Liabilities:Output-VAT               -26.00 CNY
  Expenses:COGS                        120.00 CNY
  Assets:Inventory                         -2 MUG-BLUE {60.00 CNY, 2026-01-05}
    sku: "MUG-BLUE"
    line: "1"
"""
SETTINGS = """\
ledger: main.beancount
operating_currency: CNY
accounts: {preset: general}
methods: {cash: {account: Assets:Cash}}
policies: [standard.yaml]
"""
POLICY = """\
policy: standard
version: 1
valid_from: 2026-01-01
currency: CNY
window:
  default: {days: 14, from: sold}
condition_from_reason: {none: new, changed_mind: new}
"""
EVENT = "- {return: SO-1001, date: 2026-11-02, sku: MUG-BLUE, qty: 1, reason: changed_mind}\n"
LATE = "- {return: SO-1001, date: 2026-11-08, sku: MUG-BLUE, qty: 1, note: 晚了}\n"


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RETURNLEDGER_LANG", "en")
    monkeypatch.setenv("RETURNLEDGER_CACHE", "")
    monkeypatch.setenv("COLUMNS", "80")
    files = {"main.beancount": LEDGER, "returnledger.yaml": SETTINGS, "standard.yaml": POLICY}
    for name, text in (files | {"good.yaml": EVENT, "late.yaml": LATE}).items():
        Path(name).write_text(text, encoding="utf-8")
    Path("returns").mkdir()
    Path("returns/0000.beancount").write_text("")
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(words)
    out, err = capsys.readouterr()
    return code, out, err


def written() -> list[Path]:
    return sorted(Path("returns").rglob("2*.beancount"))


def test_a_plan_shows_events_decisions_accounts_and_the_very_text(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "plan", "good.yaml")
    assert (code, err) == (0, "")
    first = out.splitlines()[0]
    assert first.startswith("new  RT-20261102-")
    assert first.endswith("Return of SO-1001: 1 MUG-BLUE (changed mind); restock; 113.00 CNY paid")
    assert "  window       2026-11-03  window.default                      standard.yaml:6" in out
    assert "  Assets:Cash             -113.00  CNY\n" in out
    assert written() == []
    said(capsys, "apply", "good.yaml")
    (file,) = written()
    assert out.endswith(file.read_text(encoding="utf-8"))


def test_a_plan_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    first = said(capsys, "plan", "good.yaml", "--lang", "zh")[1].splitlines()[0]
    assert first.startswith("待入账  RT-20261102-")
    assert first.endswith("退货 SO-1001：MUG-BLUE ×1（七天无理由）；重新入库；已付 113.00 CNY")


def test_the_record_of_a_plan_for_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = said(capsys, "plan", "--json", "good.yaml", "late.yaml")
    assert code == 1
    record = json.loads(out)
    new, refused = record["events"]
    assert (new["status"], refused["status"]) == ("new", "refused")
    assert new["decision"]["verdict"] == {"value": "allow", "row": "default", "place": "standard.yaml:1"}
    assert new["window_end"] == "2026-11-03"
    assert new["amounts"]["paid"] == "113.00 CNY"
    assert record["accounts"]["Assets:Cash"] == {"CNY": "-113.00"}
    assert "Assets:Cash" in new["directives"][0]
    (finding,) = refused["findings"]
    assert {"code", "severity", "file", "line", "column", "message", "hint"} <= set(finding)
    assert (finding["code"], finding["file"], finding["line"]) == ("window-closed", "late.yaml", 1)


def test_what_is_refused_is_shown_with_its_line_and_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    code, _out, err = said(capsys, "apply", "late.yaml")
    assert code == 1
    assert "late.yaml:1:27: error[window-closed]: " in err
    assert "  1 | - {return: SO-1001, date: 2026-11-08, sku: MUG-BLUE, qty: 1, note: 晚了}\n" in err
    assert "    |                           ^^^^^^^^^^\n" in err
    assert "because: standard.yaml:6:12 sets window.default\n" in err
    assert err.endswith("1 error; nothing was written\n")
    assert written() == []


@pytest.mark.parametrize("form", ["concise", "json", "github"])
def test_findings_come_in_the_format_that_was_asked_for(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    err = said(capsys, "check", "late.yaml", "--findings", form)[2]
    assert "window-closed" in err
    if form == "json":
        assert json.loads(err)[0]["code"] == "window-closed"
    if form == "github":
        assert err.startswith("::error file=late.yaml,line=1,col=27,")


def test_apply_says_what_it_did_and_the_second_time_that_nothing_is_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "apply", "good.yaml")
    assert (code, err) == (0, "")
    assert out.endswith(f"1 posted in {written()[0]}\n")
    assert out.startswith("posted  RT-20261102-")
    code, out, err = said(capsys, "apply", "good.yaml")
    assert (code, err) == (0, "")
    assert out.startswith("posted  RT-20261102-")
    assert out.endswith("1 posted before, nothing to do\n")
    assert len(written()) == 1


def test_ready_posts_what_can_be_and_names_where_the_rest_is(capsys: pytest.CaptureFixture[str]) -> None:
    Path("both.yaml").write_text(EVENT + LATE, encoding="utf-8")
    code, out, err = said(capsys, "apply", "--ready", "both.yaml")
    assert code == 1
    assert out.endswith(f"1 posted in {written()[0]}; 1 left in both.yaml.pending.yaml\n")
    assert err.endswith("\n1 error\n")
    assert "2026-11-08" in Path("both.yaml.pending.yaml").read_text(encoding="utf-8")


def test_exit_code_3_says_that_something_is_pending(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "plan", "--exit-code", "good.yaml")[0] == 3
    said(capsys, "apply", "good.yaml")
    assert said(capsys, "plan", "--exit-code", "good.yaml")[0] == 0


def test_a_saved_plan_is_applied_as_it_was_shown(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = said(capsys, "plan", "good.yaml", "-o", "p.json")
    assert code == 0
    assert said(capsys, "apply", "p.json")[0] == 0
    assert out.endswith(written()[0].read_text(encoding="utf-8"))


def test_the_text_alone_goes_to_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "plan", "good.yaml", "-o", "batch.beancount") == (0, "", "")
    said(capsys, "apply", "good.yaml")
    assert Path("batch.beancount").read_bytes() == written()[0].read_bytes()


def test_an_order_is_shown_with_what_can_still_come_back(capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "apply", "good.yaml")
    code, out, err = said(capsys, "sale", "SO-1001")
    assert (code, err) == (0, "")
    assert "  1     MUG-BLUE           2              1  200.00  26.00  120.00\n" in out
    assert "  lot              -2  Assets:Inventory        main.beancount:21\n" in out
    assert "                       {60.00 CNY, 2026-01-05}: 1 still out\n" in out
    assert "in the ledger  main.beancount:13\n" in out
    record = json.loads(said(capsys, "sale", "SO-1001", "--json")[1])
    assert record["lines"][0]["returnable"] == "1"
    assert record["paid_out"] == "113.00 CNY"


def test_cases_and_events_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "apply", "good.yaml")
    assert said(capsys, "status")[1] == "1 settled; `returnledger status --all` shows them\n"
    (case,) = json.loads(said(capsys, "status", "--json")[1])["cases"]
    assert (case["order"], case["returned"], case["refund_due"]) == ("SO-1001", "1", "0.00 CNY")
    assert case["id"] in said(capsys, "status", "--all", "--lang", "zh")[1]
    out = said(capsys, "show", case["id"])[1]
    assert f'rl-id: "{case["id"]}"' in out
    assert str(written()[0]) in out
    assert json.loads(said(capsys, "show", "--json", case["id"])[1])["entries"][0]["kind"] == "return"


def test_a_posted_event_and_a_file_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    before = said(capsys, "explain", "good.yaml")[1]
    assert "  condition: new — condition_from_reason.changed_mind — standard.yaml:7\n" in before
    assert "      facts: reason = changed_mind\n" in before
    said(capsys, "apply", "good.yaml")
    name = json.loads(said(capsys, "status", "--json")[1])["cases"][0]["id"]
    after = said(capsys, "explain", name)[1]
    assert "condition_from_reason.changed_mind" in after
    assert "the ledger has: window 2026-11-03 window.default; " in after
    assert json.loads(said(capsys, "explain", name, "--json")[1])["events"][0]["decisions"]


def test_a_finding_is_explained_by_its_page(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = said(capsys, "explain", "window-closed")
    assert code == 0
    assert out.startswith("window-closed\n\nThe customer asked too late.\n")
    assert said(capsys, "explain", "window-closed", "--lang", "zh")[1].startswith("window-closed\n\n客户申请过迟。\n")


def test_a_mistyped_code_is_met_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "explain", "window-close") == (
        2,
        "",
        "error: there is no finding window-close\nhint: did you mean `window-closed`?\n",
    )


def test_a_look_does_not_say_that_nothing_was_written(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "sale", "NOPE")
    assert (code, out) == (1, "")
    assert err.endswith("\n1 error\n")


def test_verify_counts_what_it_found_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "apply", "good.yaml")
    text = "everything is as it was written; batches: 1, entries: 1\n"
    assert said(capsys, "verify") == (0, text, "")
    written()[0].write_text(written()[0].read_text(encoding="utf-8").replace("100.00", "101.00"), encoding="utf-8")
    code, _out, err = said(capsys, "verify")
    assert code == 1
    assert written()[0].name in err


def test_reports_and_queries(capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "apply", "good.yaml")
    assert "50.00 %" in said(capsys, "report", "rate")[1]
    assert json.loads(said(capsys, "report", "rate", "--json")[1])
    assert said(capsys, "report", "rate", "-o", "rate.csv") == (0, "", "")
    assert Path("rate.csv").read_text(encoding="utf-8").startswith("sku,")
    assert "MUG-BLUE" in said(capsys, "query", "SELECT sku, quantity FROM returns")[1]
    code, _out, err = said(capsys, "report", "rates")
    assert (code, "error[report-unknown]" in err) == (2, True)


def test_the_schemas_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    for kind in ("events", "policy", "settings", "products"):
        assert json.loads(said(capsys, "schema", kind)[1])["$schema"]


def test_without_settings_the_hint_names_init(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    Path("returnledger.yaml").unlink()
    monkeypatch.chdir(empty)
    code, out, err = said(capsys, "status")
    assert (code, out) == (2, "")
    assert "returnledger init" in err
