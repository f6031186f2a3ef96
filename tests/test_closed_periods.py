"""Closed books stay as they are, whatever kind of event comes: it is refused, or stands on the next open day."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
from ledgers import load, make, posted, refused
from test_amend import SALE

from returnledger import books
from returnledger.kinds import PLANNERS
from returnledger.terms import Kind

BEFORE = "- {return: SO-1, id: R-1, date: 2026-11-02, sku: MUG, qty: 1, method: later}\n"
LATER = {
    Kind.RETURN: "- {return: SO-1, id: X-1, date: 2026-11-05, sku: MUG, qty: 1}\n",
    Kind.ALLOWANCE: "- {allowance: SO-1, id: X-1, date: 2026-11-05, sku: MUG, amount: 11.30}\n",
    Kind.REFUND: "- {refund: R-1, id: X-1, date: 2026-11-05}\n",
    Kind.VOID: "- {void: R-1, id: X-1, date: 2026-11-05}\n",
    Kind.AMEND: "- {amend: R-1, id: X-1, date: 2026-11-05, set: {qty: 2}}\n",
}


@pytest.mark.parametrize("kind", list(PLANNERS), ids=str)
def test_every_kind_asks_for_an_open_day(kind: Kind) -> None:
    assert "on_open_day(" in inspect.getsource(inspect.getmodule(PLANNERS[kind]) or PLANNERS[kind])


@pytest.mark.parametrize("kind", list(LATER), ids=str)
def test_what_comes_into_closed_books_is_refused_or_moved_by_policy(tmp_path: Path, kind: Kind) -> None:
    settings = make(tmp_path, SALE)
    posted(settings, BEFORE)
    ledger = tmp_path / "main.beancount"
    ledger.write_text(ledger.read_text("utf-8") + '\n2026-11-30 custom "returnledger" "lock"\n', "utf-8")
    assert refused(settings, LATER[kind], "b.yaml") == ["period-closed"]
    policy = tmp_path / "policy.yaml"
    policy.write_text(policy.read_text("utf-8") + "choices: {closed_period: next_open_day}\n", "utf-8")
    posted(settings, LATER[kind], "b.yaml")
    (entry,) = [row for each in load(settings) if (row := books.posted(each)) is not None and row.id == "X-1"]
    assert (str(entry.date), str(entry.dated)) == ("2026-12-01", "2026-11-05")
