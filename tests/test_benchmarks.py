"""What `make bench` measures stands on sound books: the imaginary ledgers load, and every return on them is posted."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from beancount import loader

from returnledger import app
from returnledger.configfile import read_policy
from returnledger.policy.judging import judge
from returnledger.terms import Verdict

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

import bench
import decisions
import synthetic


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a small imaginary ledger."""
    synthetic.make(tmp_path, 300, 10)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_imaginary_ledger_loads_and_takes_its_returns(shop: Path) -> None:
    assert loader.load_file(str(shop / "main.beancount"))[1] == []
    applied = app.apply(["events.csv"])
    assert [event.status for event in applied.events] == ["new"] * 10
    assert loader.load_file(str(shop / "main.beancount"))[1] == []
    assert len(list((shop / "sales").iterdir())) == 12


def test_the_same_size_gives_the_same_bytes(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    synthetic.make(other, 300, 10)
    for path in sorted(path for path in shop.rglob("*") if path.is_file()):
        assert path.read_bytes() == (other / path.relative_to(shop)).read_bytes()


def test_a_figure_says_whether_it_meets_its_goal() -> None:
    assert bench.Figure("a / b", 0.5, 0.9).row() == "| a / b | 0.500 | ≤ 0.9 | ok |"
    assert bench.Figure("memory", 151, 150, " MB").row() == "| memory | 151 MB | ≤ 150 MB | **over** |"
    assert bench.Figure("c", 1.25, None).row() == "| c | 1.250 |  |  |"
    fast = bench.Figure("d", 41234.5, 20000, " a second", least=True)
    assert fast.row() == "| d | 41,234 a second | ≥ 20,000 a second | ok |"
    assert bench.Figure("d", 19999, 20000, least=True).row().endswith("| **under** |")


def test_the_decisions_that_are_measured_differ_and_every_effect_is_among_them() -> None:
    policy, _, _ = read_policy(decisions.POLICY)
    assert policy is not None
    verdicts = {judge(policy, item).value("verdict") for item in decisions.items()}
    assert verdicts == set(Verdict)
    assert decisions.per_second(500) > 0


def test_a_few_returns_are_spread_over_the_year(shop: Path) -> None:
    bench.few(shop, 5)
    head, *rows = (shop / "few.csv").read_text(encoding="utf-8").splitlines()
    every = (shop / "events.csv").read_text(encoding="utf-8").splitlines()
    assert head == every[0]
    assert len(rows) == 5
    assert set(rows) < set(every[1:])
