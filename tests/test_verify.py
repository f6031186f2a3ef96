"""What was posted is named when it is edited, added to, removed, doubled or made unreadable."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from beancount.core.amount import Amount
from beancount.core.data import Booking, Custom, Directive, Open, Posting, Transaction, new_metadata
from beancount.core.position import Cost
from beancount.parser.grammar import ValueType

from returnledger.events import canonical_text
from returnledger.eventsfile import read_events
from returnledger.findings_text import sentences
from returnledger.text import render, render_batch, sealed
from returnledger.verification import Verified, verify

DAY = date(2026, 11, 2)
EVENTS = """
- {return: SO-1001, date: 2026-11-02, sku: MUG-BLUE, reason: changed_mind, by: li.na}
- {return: SO-1002, date: 2026-11-02, sku: TEE-XL, qty: 2, condition: opened, by: li.na}
- {allowance: SO-1003, date: 2026-11-03, sku: KETTLE, amount: 20.00, reason: quality, by: li.na}
"""


def entries(text: str = EVENTS) -> list[Directive]:
    events, findings, _ = read_events(text.encode(), "events.yaml", kind="yaml")
    assert findings == []
    made: list[Directive] = []
    for n, event in enumerate(events):
        cost = Cost(Decimal("8.10"), "CNY", date(2026, 9, 1), None)
        meta = {
            **new_metadata("", 0),
            "rl-id": event.id,
            "rl-step": Decimal(1),
            "rl-number": f"CN-A-2026-000{n + 1}",
            "rl-event": canonical_text(event.canonical),
        }
        postings = [
            Posting("Assets:Inventory", Amount(Decimal(1), "MUG"), cost, None, None, {"rl-role": "inventory"}),
            Posting("Expenses:COGS", Amount(Decimal("-8.10"), "CNY"), None, None, None, {"rl-role": "cogs"}),
        ]
        made.append(Transaction(meta, DAY, "*", "Li Na", "Return", frozenset(), frozenset({event.id}), postings))
    head = Custom(
        {**new_metadata("", 0), "rl-count": Decimal(len(made))}, DAY, "returnledger", [ValueType("batch", str)]
    )
    return sealed([head, *made])


@pytest.fixture
def returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of returns with one batch of three events and one account file."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "returns"
    (folder / "2026").mkdir(parents=True)
    (folder / "accounts").mkdir()
    (folder / "0000.beancount").write_text("; placeholder\n")
    (folder / ".tmp-1.beancount").write_text("half a batch")
    (folder / "2026" / "batch.beancount").write_text(render_batch(entries(), "returnledger 1"))
    opened = Open(new_metadata("", 0), DAY, "Assets:Inventory-Hold", ["MUG"], Booking.NONE)
    (folder / "accounts" / "Assets_Inventory-Hold.beancount").write_text(render(opened) + "\n")
    return folder


def seen(folder: Path) -> Verified:
    found = verify(folder)
    for finding in found.findings:
        assert all(sentences(finding, "en"))
        assert finding.span is not None and not finding.span.file.startswith("/")
    return found


def codes(folder: Path) -> list[str]:
    return [finding.code for finding in seen(folder).findings]


def batch(folder: Path) -> Path:
    return folder / "2026" / "batch.beancount"


def test_what_was_posted_and_not_touched_has_no_finding(returns: Path) -> None:
    assert seen(returns) == Verified(1, 3, ())
    text = batch(returns).read_text()
    batch(returns).rename(returns / "another-name.beancount")
    assert seen(returns) == Verified(1, 3, ())
    (returns / "another-name.beancount").write_text(";\n;\n" + text.replace("  Assets", "     Assets"))
    assert seen(returns) == Verified(1, 3, ()), "layout says nothing"


EDITS = [
    ("8.10 CNY,", "8.11 CNY,"),
    ("-8.10", "-8.100"),
    ("Assets:Inventory ", "Assets:Other "),
    ('"Return"', '"Returned"'),
    ('"Li Na"', '"Li No"'),
    ('rl-role: "cogs"', 'rl-role: "revenue"'),
    ("rl-step: 1", "rl-step: 2"),
    ("rl-step: 1", 'rl-step: "1"'),
    (", by: li.na", ""),
    ("2026-11-02 *", "2026-11-03 *"),
    ("2026-11-02 *", "2026-11-02 !"),
]


@pytest.mark.parametrize(("old", "new"), EDITS, ids=lambda text: text.strip())
@pytest.mark.parametrize("which", [0, 1, 2])
def test_any_edit_of_a_posted_entry_is_named(returns: Path, which: int, old: str, new: str) -> None:
    text = batch(returns).read_text()
    starts = [match.start() for match in re.finditer(r"^2026-11-\d\d \*", text, re.M)]
    start, end = starts[which], [*starts, len(text)][which + 1]
    if old not in text[start:end]:
        raise AssertionError("not in this entry")
    batch(returns).write_text(text[:start] + text[start:end].replace(old, new, 1) + text[end:])
    found = [finding for finding in seen(returns).findings if finding.code == "batch-entry-edited"]
    id_of = [entry.meta["rl-id"] for entry in entries() if "rl-id" in entry.meta]
    assert [finding.event for finding in found] == [id_of[which]]
    line = text[:start].count("\n") + 1
    assert found[0].span is not None and (found[0].span.file, found[0].span.line) == (
        "returns/2026/batch.beancount",
        line,
    )


def test_an_event_text_that_gives_another_id_is_named(returns: Path) -> None:
    text = batch(returns).read_text()
    batch(returns).write_text(text.replace("sku: KETTLE", "sku: KETTLES"))
    assert set(codes(returns)) == {"batch-entry-edited", "event-not-its-id"}
    batch(returns).write_text(text.replace("{allowance: SO-1003", "{nonsense: SO-1003"))
    assert set(codes(returns)) == {"batch-entry-edited", "event-not-its-id"}


def test_an_added_and_a_removed_entry_are_counted(returns: Path) -> None:
    text = batch(returns).read_text()
    batch(returns).write_text(text + "\n2026-11-02 open Assets:More\n")
    (found,) = seen(returns).findings
    assert (found.code, found.values["what"]) == ("batch-entry-added", "2026-11-02 open")
    last = text.rindex("2026-11-02 *")
    batch(returns).write_text(text[:last])
    (found,) = seen(returns).findings
    assert (found.code, found.values["missing"], found.values["posted"]) == ("batch-entry-removed", 1, 3)


def test_a_changed_head_or_order_is_an_edited_batch(returns: Path) -> None:
    text = batch(returns).read_text()
    batch(returns).write_text(text.replace("rl-count: 3", "rl-count: 4"))
    assert codes(returns) == ["batch-edited"]
    blocks = text.strip().split("\n\n")
    batch(returns).write_text("\n\n".join([*blocks[:-2], blocks[-1], blocks[-2]]) + "\n")
    assert codes(returns) == ["batch-edited"]


def test_a_copied_batch_is_named_once(returns: Path) -> None:
    (returns / "copy.beancount").write_text(batch(returns).read_text())
    assert codes(returns) == ["batch-doubled"]


def test_one_event_in_two_batches_and_one_number_for_two_events_are_named(returns: Path) -> None:
    one = EVENTS.strip().splitlines()[0]
    (returns / "other.beancount").write_text(render_batch(entries(one), "returnledger 1"))
    assert codes(returns) == ["posted-twice"]
    other = "- {return: SO-9, date: 2026-11-02, sku: CUP}"
    (returns / "other.beancount").write_text(render_batch(entries(other), "returnledger 1"))
    (found,) = seen(returns).findings
    assert (found.code, found.values["number"]) == ("number-used-twice", "CN-A-2026-0001")


def test_what_has_no_head_or_two_or_can_not_be_read_is_named(returns: Path) -> None:
    other = render_batch(entries("- {refund: RT-1, date: 2026-11-02, amount: 5.00}"), "returnledger 1").replace(
        "CN-", "CX-"
    )
    text = batch(returns).read_text()
    batch(returns).write_text(text + other)
    assert codes(returns) == ["batch-heads"]
    batch(returns).write_text('2026-11-02 * "mine"\n')
    assert codes(returns) == ["batch-head-missing"]
    batch(returns).write_text(text[:-200] + '"')
    assert codes(returns) == ["batch-unreadable"]
    batch(returns).write_bytes(b"\xff\xfe\x00nonsense")
    assert codes(returns) == ["batch-unreadable"]


@pytest.mark.parametrize("change", ["; more\n", "2026-11-02 open Assets:More\n"])
def test_an_account_file_holds_one_open_and_nothing_else(returns: Path, change: str) -> None:
    (path,) = (returns / "accounts").iterdir()
    path.write_text(path.read_text() + change)
    assert codes(returns) == ["account-file-edited"]
