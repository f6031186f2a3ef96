"""What a bookkeeper meets in the first hour: the settings that init proposes, an empty file, a line that was forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from returnledger.cli import main

LEDGER = """\
option "operating_currency" "GBP"
2026-01-01 open Assets:Current-Account  GBP
2026-01-01 open Assets:Debtors          GBP
2026-01-01 open Assets:Stock:Prints     PRINT "FIFO"
2026-01-01 open Liabilities:VAT-Out     GBP
2026-01-01 open Income:Turnover         GBP
2026-01-01 open Expenses:Cost-Of-Sales  GBP
2026-01-01 open Equity:Capital          GBP

2026-01-10 * "Print works" "Prints"
  Assets:Stock:Prints          50 PRINT {3.10 GBP, 2026-01-10}
  Equity:Capital          -155.00 GBP

2026-03-06 * "Mr Cope" "Order 5002" ^inv-5002
  Assets:Debtors            48.00 GBP
  Income:Turnover          -40.00 GBP
  Liabilities:VAT-Out       -8.00 GBP
  Assets:Stock:Prints          -4 PRINT {3.10 GBP, 2026-01-10}
  Expenses:Cost-Of-Sales    12.40 GBP

2026-03-08 * "Mr Cope" "Order 5002 paid" ^inv-5002
  Assets:Current-Account    48.00 GBP
  Assets:Debtors           -48.00 GBP
"""
INCLUDE = 'include "returns/**/*.beancount"\n'


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RETURNLEDGER_CACHE", str(tmp_path / "cache"))
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "main.beancount").write_text(LEDGER, encoding="utf-8")
    assert main(["init"]) == 0
    (tmp_path / "main.beancount").write_text(LEDGER + INCLUDE, encoding="utf-8")
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(list(words))
    return (code, *capsys.readouterr())


def write(name: str, text: str) -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def test_the_proposed_policy_allows_the_ways_in_which_the_customers_pay(capsys: pytest.CaptureFixture[str]) -> None:
    name = write("e.yaml", "- {return: 5002, date: 2026-03-10, qty: 1, sku: PRINT, method: current-account}\n")
    code, out, err = said(capsys, "apply", name)
    assert (code, err) == (0, "") and "12.00 GBP paid" in out


def test_a_file_without_events_is_said_to_be_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "plan", "events.yaml") == (0, "there are no events in events.yaml\n", "")
    assert said(capsys, "apply", "events.yaml") == (0, "there are no events in events.yaml\n", "")
    assert said(capsys, "apply", "events.yaml", "--lang", "zh")[1] == "events.yaml 中没有事件\n"


def test_a_posted_event_is_explained_as_posted(capsys: pytest.CaptureFixture[str]) -> None:
    name = write("e.yaml", "- {return: 5002, id: R-1, date: 2026-03-10, qty: 1, sku: PRINT}\n")
    assert said(capsys, "explain", name)[1].startswith("new  R-1  ")
    said(capsys, "apply", name)
    assert said(capsys, "explain", "R-1")[1].startswith("posted  R-1  ")
    assert said(capsys, "explain", name)[1].startswith("posted  R-1  ")
    assert '"status": "posted"' in said(capsys, "explain", "R-1", "--json")[1]


def test_what_is_no_longer_included_is_told_by_verify_and_status(capsys: pytest.CaptureFixture[str]) -> None:
    name = write("e.yaml", "- {return: 5002, id: R-1, date: 2026-03-10, qty: 1, sku: PRINT}\n")
    said(capsys, "apply", name)
    write("main.beancount", LEDGER)
    code, out, err = said(capsys, "verify")
    assert (code, out) == (1, "") and "main.beancount:1:1: error[include-missing]: " in err
    code, out, err = said(capsys, "status")
    assert code == 0 and "warning[include-missing]" in err


def test_a_refund_is_written_with_the_decimals_of_its_currency(capsys: pytest.CaptureFixture[str]) -> None:
    events = "- {return: 5002, id: R-1, date: 2026-03-10, qty: 2, sku: PRINT, method: later}\n"
    name = write("e.yaml", events + "- {refund: R-1, date: 2026-03-11, amount: 20}\n")
    code, out, err = said(capsys, "plan", name)
    assert (code, err) == (0, "")
    assert " 20.00 GBP\n" in out and " 20 GBP\n" not in out


def test_where_nothing_can_come_back_the_next_step_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    name = write("e.yaml", "- {return: 5002, date: 2026-03-10}\n- {return: 5002, date: 2026-03-11}\n")
    assert "\nhint: take it out, nothing is left; `returnledger sale 5002` shows " in said(capsys, "plan", name)[2]


def test_an_event_before_several_balances_is_dated_after_the_last(capsys: pytest.CaptureFixture[str]) -> None:
    balances = "".join(f"2026-{month:02}-01 balance Assets:Current-Account  48.00 GBP\n" for month in (4, 5))
    write("main.beancount", LEDGER + INCLUDE + balances)
    event = "- {{return: 5002, date: {day}, qty: 1, sku: PRINT, reason: wrong_item, condition: new}}\n"
    err = said(capsys, "plan", write("e.yaml", event.format(day="2026-03-10")))[2]
    assert err.count("error[would-break-assertion]") == err.count("hint: date the event 2026-05-01 or later") == 2
    assert said(capsys, "plan", write("e.yaml", event.format(day="2026-05-01")))[0] == 0


def test_a_column_in_which_nothing_stands_makes_room_for_the_others(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "- {return: 5002, id: R-1, date: 2026-03-10, qty: 1, sku: PRINT}\n"
    said(capsys, "apply", write("e.yaml", text + "- {allowance: 5002, date: 2026-03-11, amount: 5.00}\n"))
    monkeypatch.setenv("COLUMNS", "80")
    out = said(capsys, "report", "credit-notes")[1]
    assert max(map(len, out.splitlines())) <= 80
    assert "\nCN-A-2026-0001 2026-03-10 return " in out and "red invoice" in out.split("(no room for: ")[1]


def test_a_file_whose_name_asks_for_a_format_that_is_not_written_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, err = said(capsys, "report", "rate", "-o", "out.xlsx")
    assert (code, out) == (2, "") and err.startswith("error: --format does not take xlsx\n")
    assert not Path("out.xlsx").exists()


def test_the_example_of_events_is_one_of_this_ledger(capsys: pytest.CaptureFixture[str]) -> None:
    text = Path("events.yaml").read_text(encoding="utf-8").replace("\n#  - ", "\n  - ")
    first = "\n".join(line for line in text.splitlines() if "whole order" not in line) + "\n"
    assert "{return: 5002, date: 2026-03-08, sku: PRINT, qty: 1, reason: changed_mind}" in first
    assert said(capsys, "check", write("events.yaml", first))[::2] == (0, "")


@pytest.mark.parametrize("preset", ["general", "cn"])
def test_the_examples_of_an_empty_folder_fit_one_another(
    preset: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / preset
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert (
        "write your purchases and sales there: its last lines show how\n" in said(capsys, "init", "--preset", preset)[1]
    )
    for name, mark, line in (("main.beancount", "; ", ("  ", "20")), ("events.yaml", "#", ("  - ",))):
        lines = Path(name).read_text(encoding="utf-8").splitlines()
        bare = [text.removeprefix(mark) if text.removeprefix(mark).startswith(line) else text for text in lines]
        write(name, "\n".join(text for text in bare if "whole order" not in text) + "\n")
    code, out, err = said(capsys, "apply", "events.yaml")
    assert (code, err) == (0, "") and out.startswith("posted  ")
