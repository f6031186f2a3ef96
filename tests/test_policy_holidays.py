"""Chinese holidays of years that are not arranged yet are only worked out: whoever counts with them is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from ledgers import make

from returnledger import app
from returnledger.cli import main
from returnledger.policy.calendar import is_estimated
from returnledger.policy.counting import Count

FAR = 2090  # no arrangement is published so far ahead
SALE = """\
{year}-01-05 * "Ann" "Sale" ^inv-SO-1
  delivered: {year}-01-10
  Assets:Bank                            113.00 CNY
  Income:Sales                          -113.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {{60.00 CNY, {year}-01-02}}
"""
POLICY = """\
policy: shop
version: 1
valid_from: 2020-01-01
currency: CNY
window: {{{{default: {{{{days: 7, from: delivered, unit: {unit}}}}}, holidays: CN}}}}
refunds: [{{{{id: soon, when: {{{{}}}}, methods: [original], within_days: 7, unit: business, counted_from: received}}}}]
"""


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETURNLEDGER_CACHE", "")
    monkeypatch.setenv("COLUMNS", "80")


def shop(folder: Path, year: int, unit: str = "business") -> Path:
    return make(folder, SALE.format(year=year), policy=POLICY.format(unit=unit))


def concluded(settings: Path, year: int) -> list[str]:
    file = settings.parent / "e.yaml"
    file.write_text(f"- {{return: SO-1, date: {year}-01-12}}\n", encoding="utf-8")
    (planned,) = app.plan([file], settings=settings).events
    return [code for code, _ in planned.inferred]


@pytest.mark.parametrize(
    ("year", "unit", "told"), [(FAR, "business", True), (FAR, "calendar", False), (2026, "business", False)]
)
def test_plan_tells_a_window_that_counts_holidays_not_yet_published(
    tmp_path: Path, year: int, unit: str, told: bool
) -> None:
    assert ("holidays-estimated" in concluded(shop(tmp_path / "a", year, unit), year)) is told


@pytest.mark.parametrize(("language", "sentence"), [("en", "not published yet"), ("zh", "放假安排尚未公布")])
def test_policy_explain_tells_it_of_window_and_deadline(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, sentence: str
) -> None:
    settings = shop(tmp_path / "a", FAR)
    file = tmp_path / "e.yaml"
    file.write_text(f"- {{return: SO-1, date: {FAR}-01-12}}\n", encoding="utf-8")
    main(["--lang", language, "policy", "explain", str(file), "--settings", str(settings)])
    out = " ".join(capsys.readouterr().out.split())
    assert out.count(sentence) == 2 and out.count(f"holidays_{FAR} = estimated") == 2


def test_only_china_arranges_its_holidays_year_by_year() -> None:
    assert is_estimated("CN", FAR) and not is_estimated("CN", 2026) and not is_estimated("CN", 1999)
    assert not is_estimated("GB", FAR) and not is_estimated(None, FAR)
    count = Count(7, business=True, country="CN")
    assert count.estimated(date(2026, 1, 5), date(2026, 1, 14)) is None
    assert Count(7, country="CN").estimated(date(FAR, 1, 5), date(FAR, 1, 14)) is None
    assert Count(7, roll=True, country="CN").estimated(date(2026, 1, 5), date(FAR, 1, 14)) is not None
