"""A batch of entries and of steps that post nothing is whole or absent, whatever goes wrong while it is written.

The harness and the faults are those of test_apply_faults; here the batch voids a step without a posting and takes goods
back, so that both kinds of directive stand in it, and the store has both to bring up to date. The faults themselves
belong to `make long`: every run tries them on the same writing of a batch in test_apply_faults.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from faults.harness import Forker, build_shim, run_points
from ledgers import load, make
from test_customs import REQUEST, SALE, add

from returnledger import books
from returnledger.cli import main
from returnledger.verification import verify

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the shim is for Linux")

EVENTS = (
    "- {void: Q-2, id: V-2, date: 2026-11-03}\n- {return: SO-1, id: R-1, date: 2026-11-03, sku: MUG, qty: 1}\n"
    "- {amend: R-1, id: E-1, date: 2026-11-03, set: {qty: 2}}\n"
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a shop with a request in its books, its store cached, ready to apply."""
    folder = tmp_path_factory.mktemp("shop") / "shop"
    settings = make(folder, SALE)
    add(settings, REQUEST)
    (folder / "events.yaml").write_text(EVENTS, encoding="utf-8")
    return folder


def test_the_batch_holds_notes_and_entries(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    shutil.copytree(shop, tmp_path / "shop")
    monkeypatch.chdir(tmp_path / "shop")
    assert main(["apply", "events.yaml"]) == 0
    ours = [row for entry in load(tmp_path / "shop" / "returnledger.yaml") if (row := books.posted(entry))]
    assert sorted((row.id, row.kind, bool(row.legs)) for row in ours) == [
        ("E-1", "amend", True),
        ("Q-1", "request", False),
        ("Q-2", "approve", False),
        ("R-1", "return", True),
        ("R-1/2", "return", True),
        ("V-2", "void", False),
    ]
    assert verify(Path("returns")).findings == ()


@pytest.mark.long
def test_every_fault_leaves_the_batch_whole_or_absent(shop: Path, tmp_path: Path) -> None:
    shim = build_shim(tmp_path)
    if shim is None:
        pytest.skip("no C compiler to make the shim with")
    with Forker("program:main", tmp_path / "scratch", shim) as program:
        report = run_points(
            program,
            ["apply", "events.yaml"],
            shop,
            tmp_path / "work",
            posted="returns/2026/2026-11-*.beancount",
            needs="returns/accounts/*",
            told="posted",
            ignore=(".lock", "*/.lock", "cache/*"),
            env={"RETURNLEDGER_CACHE": "", "RETURNLEDGER_LANG": "en"},
        )
    assert report.problems == []
    assert report.fired == report.points > 200
