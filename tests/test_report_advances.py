"""The report of advances shows what came in, went back, was kept and is open, and ties to the accounts."""

from __future__ import annotations

import json
from pathlib import Path

import ledgers
from test_advances import RECEIPT, command, shop
from test_advances_found import BY_CONTRACT, SALE, STOCK
from test_advances_policy import PAPERS, ready

from returnledger.cli.words import cells


def lines(settings: Path, *words: str) -> list[dict[str, object]]:
    done = command(settings, "report", "advances", "--json", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)["rows"]


def test_what_came_in_was_used_and_is_open_by_advance(tmp_path: Path) -> None:
    settings = shop(tmp_path, STOCK + RECEIPT + "\n" + BY_CONTRACT + SALE)
    ledgers.posted(
        settings, "- {advance_refund: HT-01, id: AR-1, date: 2025-07-01, stage: approved, retain: 13000.00}\n"
    )
    ledgers.posted(
        settings, "- {advance_refund: HT-77, date: 2025-07-02, amount: 22600.00, outcome: {transfer: SO-9}}\n", "b.yaml"
    )
    rows = {str(row["advance"]): row for row in lines(settings)}
    keys = ("received", "used", "refunded", "moved", "retained", "open", "owed")
    assert {name: [str(row[key]).removesuffix(" CNY") for key in keys] for name, row in rows.items()} == {
        "HT-01": ["113000.00", "0.00", "100000.00", "0.00", "13000.00", "0.00", "100000.00"],
        "HT-77": ["90400.00", "22600.00", "0.00", "22600.00", "0.00", "45200.00", "0.00"],
        "SO-9": ["22600.00", "0.00", "0.00", "0.00", "0.00", "22600.00", "0.00"],
    }
    said = command(settings, "report", "advances").stdout
    assert said.count(": ok") == 2, said
    assert [row["advance"] for row in lines(settings, "--as-of", "2025-06-30")] == ["HT-01", "HT-77"]


def test_a_request_shows_its_deadline_and_papers(tmp_path: Path) -> None:
    settings = ready(tmp_path)
    event = f"- {{advance_refund: HT-01, id: AR-1, date: 2025-05-10, stage: approved, broken_by: us, {PAPERS}], "
    ledgers.posted(settings, event + "by: li.na, approved_by: [wang.fang, chen.gang]}\n")
    (row,) = lines(settings)
    assert row["deadline"] == "2025-05-25"
    assert row["papers"] == "complete"
    said = command(settings, "--lang", "zh", "report", "advances").stdout
    assert "预收" in said
    assert all(cells(line) <= 80 for line in said.splitlines()), said
