"""One real `apply`, and everything that can go wrong at each of its system calls: the batch is whole or absent.

The program is `returnledger apply` itself, on a ledger with a cached store and two accounts to open. The harness and the
faults are those of test_faults, which also shows that each of them fires and that broken writers are caught.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from faults.crowd import run_crowd
from faults.harness import Forker, build_shim, run_points
from ledgers import make

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the shim of tests/faults is for Linux")

LEDGER = """\
2026-01-05 * "Pottery" "Mugs"
  Assets:Inventory    900 MUG {4.00 EUR, 2026-01-05}
  Assets:Bank

2026-05-11 * "Ann" "Sale" ^inv-1001
  Assets:Bank                  9600.00 EUR
  Income:Sales                -8000.00 EUR
  Liabilities:Output-VAT      -1600.00 EUR
  Expenses:COGS                3200.00 EUR
  Assets:Inventory                -800 MUG {4.00 EUR, 2026-01-05}
"""
EVENTS = "- {return: 1001, date: 2026-05-15, qty: 1, condition: damaged}\n- {return: 1001, date: 2026-05-16, qty: 2}\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a shop whose store is cached, ready to apply."""
    folder = tmp_path_factory.mktemp("shop") / "shop"
    make(folder, LEDGER, currency="EUR")
    (folder / "events.yaml").write_text(EVENTS, encoding="utf-8")
    return folder


def test_every_fault_at_every_call_of_an_apply_leaves_the_batch_whole_or_absent(shop: Path, tmp_path: Path) -> None:
    shim = build_shim(tmp_path)
    if shim is None:
        pytest.skip("no C compiler (cc or gcc) to make the shim with")
    environment = {"RETURNLEDGER_CACHE": "", "RETURNLEDGER_LANG": "en"}
    with Forker("program:main", tmp_path / "scratch", shim) as program:
        report = run_points(
            program,
            ["apply", "events.yaml"],
            shop,
            tmp_path / "work",
            posted="returns/2*/*.beancount",
            needs="returns/accounts/*",
            told="posted",
            ignore=(".lock", "*/.lock", "cache/*"),
            env=environment,
        )
    assert report.problems == []
    assert report.fired == report.points > 300


def sale(number: int, units: int) -> str:
    return (
        f'2026-05-11 * "Ann" "Sale" ^inv-{number}\n'
        f"  Assets:Bank          {units * 10}.00 EUR\n  Income:Sales        -{units * 10}.00 EUR\n"
        f"  Expenses:COGS        {units * 4}.00 EUR\n  Assets:Inventory    -{units} MUG {{4.00 EUR, 2026-01-05}}\n\n"
    )


def assert_a_crowd_posts_each_event_once(
    tmp_path: Path, workers: int, turns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let several programs apply events of their own at once; each one acknowledged is there exactly once."""
    monkeypatch.setenv("RETURNLEDGER_CACHE", "")
    monkeypatch.setenv("RETURNLEDGER_LANG", "en")
    folder = tmp_path / "shop"
    ledger = LEDGER[: LEDGER.index("2026-05-11")] + "".join(sale(w, turns) for w in range(workers))
    make(folder, ledger, currency="EUR")
    for worker in range(workers):
        for turn in range(turns):
            text = f"- {{return: {worker}, id: W{worker}-{turn}, date: 2026-06-01, qty: 1}}\n"
            (folder / f"{worker}-{turn}.yaml").write_text(text, encoding="utf-8")
    done = run_crowd(
        "program:main",
        lambda worker, turn: ["apply", f"{worker}-{turn}.yaml"],
        folder,
        workers,
        turns,
        tmp_path / "scratch",
        told="posted",
    )
    assert done.problems == []
    text = "".join(path.read_text(encoding="utf-8") for path in sorted((folder / "returns").glob("2*/*.beancount")))
    wanted = [f'  rl-id: "W{worker}-{turn}"' for worker in range(workers) for turn in range(turns)]
    assert [text.count(line) for line in wanted] == [1] * (workers * turns)
    shutil.rmtree(folder)


def test_two_programs_that_apply_at_once_post_each_event_exactly_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert_a_crowd_posts_each_event_once(tmp_path, 2, 10, monkeypatch)


@pytest.mark.long
def test_eight_programs_that_apply_at_once_post_each_event_exactly_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert_a_crowd_posts_each_event_once(tmp_path, 8, 50, monkeypatch)
