"""A law whose threshold is in another currency than the sale binds nobody knows when: check and explain say so."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copy2

import pytest
from ledgers import make, posted

from returnledger.cli import main

POLICIES = Path(__file__).parent.parent / "policies"
SALE = """\
2026-03-01 * "Ann" "Sale" ^inv-SO-1
  delivered: 2026-03-03
  channel: "door_to_door"
  country: "US"
  Assets:Bank                            113.00 {currency}
  Income:Sales                          -113.00 {currency}
  Expenses:COGS                           60.00 {currency}
  Assets:Inventory                           -1 MUG {{60.00 {currency}, 2026-01-05}}
"""
SHOP = """\
policy: shop
version: 7
valid_from: 2026-01-01
currency: {currency}
window: {{default: {{days: 3, from: delivered}}}}
law: us-ftc-cooling-off
"""


def shop(folder: Path, currency: str = "CNY") -> Path:
    settings = make(folder, SALE.format(currency=currency), currency=currency, policy=SHOP)
    copy2(POLICIES / "us-ftc-cooling-off.yaml", folder)
    return settings


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETURNLEDGER_CACHE", "")
    monkeypatch.setenv("COLUMNS", "80")


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    main(list(words))
    out, err = capsys.readouterr()
    return " ".join((out + err).split())


def test_check_names_a_law_that_can_never_bind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop(tmp_path / "a")
    told = said(capsys, "--lang", "en", "policy", "check", str(tmp_path / "a" / "policy.yaml"))
    assert "[law-in-other-currency]" in told and "policy.yaml:6:6" in told
    assert (
        "us-ftc-cooling-off asks for amounts in USD; sales in CNY can't be compared with them, so it never binds"
        in told
    )
    chinese = said(capsys, "--lang", "zh", "policy", "check", str(tmp_path / "a" / "policy.yaml"))
    assert "law-in-other-currency" in chinese and "USD" in chinese and "never binds" not in chinese
    shop(tmp_path / "b", "USD")
    told = said(capsys, "--lang", "en", "policy", "check", str(tmp_path / "b" / "policy.yaml"))
    assert "law-in-other-currency" not in told


@pytest.mark.parametrize("language", ["en", "zh"])
def test_explain_says_why_it_does_not_bind(tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str) -> None:
    settings = str(shop(tmp_path / "a"))
    why = "it asks for amounts in a currency that the sale is not in, so it does not bind"
    why = "其条件所比的金额与销售币种不同，因此不适用" if language == "zh" else why
    for command in (["policy", "explain", "SO-1", "--on", "2026-03-05"],):
        told = said(capsys, "--lang", language, *command, "--settings", settings)
        assert why.replace(" ", "") in told.replace(" ", "")  # Chinese is wrapped within words
        record = json.loads(_json(capsys, *command, "--settings", settings))
        (law,) = [each for each in record["events"][0]["lines"][0]["effects"] if each["effect"] == "law"]
        assert law["value"] == "" and law["used"]["currency"] == "USD" and "order_amount" in law["missing"]
    posted(Path(settings), "- {return: SO-1, id: R1, date: 2026-03-05}")
    for words in (["policy", "explain", "R1"], ["explain", "R1"]):
        told = said(capsys, "--lang", language, *words, "--settings", settings)
        assert why.replace(" ", "") in told.replace(" ", "")


def _json(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    main([*words, "--json"])
    return capsys.readouterr().out


def test_in_its_own_currency_it_binds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = str(shop(tmp_path / "a", "USD"))
    told = said(capsys, "--lang", "en", "policy", "explain", "SO-1", "--on", "2026-03-04", "--settings", settings)
    assert "law that binds: us-ftc-cooling-off" in told and "does not bind" not in told
    late = said(capsys, "--lang", "en", "policy", "explain", "SO-1", "--on", "2026-03-05", "--settings", settings)
    assert "it binds, and gives no right to this return" in late
