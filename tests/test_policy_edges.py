"""`policy test --boundaries`: numbers that no condition asks for have edges too, and every line fits a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledgers import make, posted

from returnledger.cli import main
from returnledger.cli.words import cells
from returnledger.policies import casework

POLICIES = Path(__file__).parent.parent / "policies"
POLICY = """\
policy: shop
version: 1
valid_from: 2026-01-01
currency: CNY
window: {default: {days: 7, from: delivered}}
fees:
  - {id: ours, when: {fault: merchant}, percent: 0}
  - {id: capped, when: {condition: opened}, percent: 5, max: 200}
  - {id: net, when: {}, percent: 8, of: net, max: 30}
refunds:
  - {id: early, when: {customer_group: gold}, methods: [original], within_days: 3, counted_from: proof_sent}
  - {id: usual, when: {}, methods: [original], within_days: 7, unit: business, counted_from: received}
authorisation: {valid_days: 30, counted_from: approved}
advance_deadline: {within_days: 15, counted_from: approved, warn_days: 3}
"""
SALE = """\
2026-03-01 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("RETURNLEDGER_CACHE", "")


def edges(name: str) -> list[tuple[str, str, str, str]]:
    """Return fact, value, outcome and row of each edge of a name."""
    Path("shop.yaml").write_text(POLICY, encoding="utf-8")
    (result,) = casework.test(["shop.yaml"], boundaries=True).results
    return [(edge.fact, edge.value, edge.outcome, edge.row) for edge in result.edges if edge.name == name]


def test_the_most_of_a_fee_has_an_edge() -> None:
    assert edges("fees.capped.max") == [
        ("line_amount", "3999.80", "199.99", "capped.max"),
        ("line_amount", "4000.00", "200.00", "capped.max"),
        ("line_amount", "4000.20", "200.00", "capped.max"),
    ]
    assert edges("fees.net.max") == [
        ("line_net", "374.87", "29.99", "net.max"),
        ("line_net", "375.00", "30.00", "net.max"),
        ("line_net", "375.13", "30.00", "net.max"),
    ]


def test_days_to_pay_have_an_edge() -> None:
    assert edges("refunds.early.within_days") == [
        ("paid", "2026-02-03", "in_time (2026-02-04)", "early.within_days"),
        ("paid", "2026-02-04", "in_time (2026-02-04)", "early.within_days"),
        ("paid", "2026-02-05", "late (2026-02-04)", "early.within_days"),
    ]
    assert [value for _, value, _, _ in edges("refunds.usual.within_days")] == [
        "2026-02-09",
        "2026-02-10",
        "2026-02-11",
    ]
    assert edges("advance_deadline.within_days")[-1] == (
        "paid",
        "2026-02-17",
        "late (2026-02-16)",
        "advance_deadline.within_days",
    )


def test_an_authorisation_has_an_edge() -> None:
    assert edges("authorisation.valid_days") == [
        ("received", "2026-03-02", "in_time (2026-03-03)", "authorisation.valid_days"),
        ("received", "2026-03-03", "in_time (2026-03-03)", "authorisation.valid_days"),
        ("received", "2026-03-04", "late (2026-03-03)", "authorisation.valid_days"),
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_edges_fit_a_terminal_and_show_no_inner_words(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    files = sorted(str(path) for path in POLICIES.glob("*.yaml"))
    main(["--lang", language, "policy", "test", "--boundaries", *files])
    out = capsys.readouterr().out
    assert [line for line in out.splitlines() if cells(line) > 80] == []
    assert "Decimal(" not in out and "id=" not in out


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_the_ledger_keeps_of_a_decision_fits_a_terminal(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = make(tmp_path / "shop", SALE)
    posted(settings, "- {return: SO-1, id: R1, date: 2026-03-02}")
    for command in (["policy", "explain", "R1"], ["explain", "R1"]):
        assert main(["--lang", language, *command, "--settings", str(settings)]) == 0
        out = capsys.readouterr().out
        assert "rl-decision" not in out and "verdict allow default" in " ".join(out.split())
        stored = out[out.index("账簿中记录" if language == "zh" else "the ledger has") :]
        assert [line for line in stored.splitlines() if cells(line) > 80] == []
