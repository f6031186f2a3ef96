"""Closed books stay as they are, whatever kind of event comes: it is refused, or stands on the next open day."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from ledgers import load, make, posted, refused
from test_amend import SALE

from returnledger import books
from returnledger.events import KINDS
from returnledger.eventsfile import read_events
from returnledger.facts import Facts
from returnledger.kinds import PLANNERS
from returnledger.planner import plan
from returnledger.session import open_session
from returnledger.terms import Kind

BEFORE = "- {return: SO-1, id: R-1, date: 2026-11-02, sku: MUG, qty: 1, method: later, red_invoice: pending}\n"
LATER = {
    Kind.RETURN: "- {return: SO-1, id: X-1, date: 2026-11-05, sku: MUG, qty: 1}\n",
    Kind.ALLOWANCE: "- {allowance: SO-1, id: X-1, date: 2026-11-05, sku: MUG, amount: 11.30}\n",
    Kind.REFUND: "- {refund: R-1, id: X-1, date: 2026-11-05}\n",
    Kind.REQUEST: "- {request: SO-1, id: X-1, date: 2026-11-05, sku: MUG, qty: 1}\n",
    Kind.RECEIVE: "- {receive: SO-1, id: X-1, date: 2026-11-05, sku: MUG, qty: 1}\n",
    Kind.CREDIT_NOTE: "- {credit_note: SO-1, id: X-1, date: 2026-11-05, sku: MUG, qty: 1}\n",
    Kind.TAX_CREDIT: "- {tax_credit: R-1, id: X-1, date: 2026-11-05, number: '1'}\n",
    Kind.EXPENSE: "- {expense: R-1, id: X-1, date: 2026-11-05, amount: 5.00, type: label}\n",
    Kind.VOID: "- {void: R-1, id: X-1, date: 2026-11-05}\n",
    Kind.AMEND: "- {amend: R-1, id: X-1, date: 2026-11-05, set: {qty: 2}}\n",
}


@pytest.mark.parametrize("kind", list(PLANNERS), ids=str)
def test_every_kind_asks_for_an_open_day(tmp_path: Path, kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = make(tmp_path, SALE)
    posted(settings, BEFORE)
    asked: list[Kind] = []
    for name, module in list(sys.modules.items()):
        if name.startswith("returnledger.kinds.") and hasattr(module, "on_open_day"):

            def recorded(base: Facts, *rest: Any, ask: Any = module.on_open_day) -> Any:
                asked.append(base.event.kind)
                return ask(base, *rest)

            monkeypatch.setattr(module, "on_open_day", recorded)
    reference = "SO-1" if KINDS[kind].names in ("order", "either") else "R-1"
    events, findings, _ = read_events(f"- {{{kind.value}: {reference}, date: 2026-11-05}}".encode(), "e.yaml")
    assert not findings
    session = open_session(settings)
    plan(events, session.gather(events), session.context)
    assert asked[:1] == [kind]


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
