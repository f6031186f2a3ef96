"""Documents and vouchers run in series from the ledger, without a gap and without a double, whatever posts them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from beancount.core.data import Transaction
from ledgers import load, make, posted, refused
from test_customs import REQUEST, add

from returnledger import app
from returnledger.findings import Refused
from returnledger.reports.numbering import missing
from returnledger.session import open_session
from returnledger.verification import verify

SALE = """\
2026-01-05 * "Pottery" "Mugs"
  Assets:Inventory    20 MUG {60.00 CNY, 2026-01-05}
  Assets:Bank

2026-10-26 * "张三" "卖出" ^inv-SO-1
  Assets:Bank                           1130.00 CNY
  Income:Sales                         -1000.00 CNY
  Liabilities:Output-VAT                -130.00 CNY
  Expenses:COGS                          600.00 CNY
  Assets:Inventory                          -10 MUG {60.00 CNY, 2026-01-05}
"""
VOUCHERS = 'numbering: {voucher: "记-{year}-{month}-{seq:03}"}\n'


def entries(settings: Path) -> Iterator[tuple[str, str]]:
    for entry in load(settings):
        if isinstance(entry, Transaction) and "rl-id" in entry.meta:
            yield entry.meta["rl-id"], entry.meta.get("rl-voucher", "")


def returned(name: str, day: str, qty: int = 1, more: str = "") -> str:
    return f"- {{return: SO-1, id: {name}, date: {day}, sku: MUG, qty: {qty}{more}}}\n"


def test_without_the_setting_no_voucher_is_written(tmp_path: Path) -> None:
    settings = make(tmp_path, SALE)
    posted(settings, returned("R-1", "2026-11-02"))
    assert list(entries(settings)) == [("R-1", "")]


def test_vouchers_are_numbered_by_month_over_all_entries(tmp_path: Path) -> None:
    settings = make(tmp_path, SALE, more=VOUCHERS)
    posted(
        settings,
        returned("R-1", "2026-11-02", more=", method: later")
        + "- {refund: R-1, id: P-1, date: 2026-11-03}\n"
        + "- {allowance: SO-1, id: A-1, date: 2026-12-01, sku: MUG, amount: 11.30}\n"
        + returned("R-2", "2026-11-20"),
    )
    posted(settings, "- {void: R-2, id: V-1, date: 2026-11-30}\n", "b.yaml")
    posted(settings, returned("R-3", "2026-11-05") + returned("R-4", "2026-12-02"), "c.yaml")
    posted(settings, "- {amend: R-4, id: E-1, date: 2026-12-03, set: {qty: 2}}\n", "d.yaml")
    found = dict(entries(settings))
    assert found == {
        "R-1": "记-2026-11-001",
        "P-1": "记-2026-11-002",
        "R-2": "记-2026-11-003",
        "V-1": "记-2026-11-004",
        "R-3": "记-2026-11-005",
        "A-1": "记-2026-12-001",
        "R-4": "记-2026-12-002",
        "E-1": "记-2026-12-003",
        "R-4/2": "记-2026-12-004",
    }
    assert missing(found.values()) == []
    assert verify(tmp_path / "returns").findings == ()


def test_a_refused_event_leaves_no_gap(tmp_path: Path) -> None:
    settings = make(tmp_path, SALE, more=VOUCHERS)
    events = returned("R-1", "2026-11-02") + returned("R-2", "2026-11-03", 99) + returned("R-3", "2026-11-04")
    (tmp_path / "e.yaml").write_text(events, "utf-8")
    app.apply([tmp_path / "e.yaml"], settings=settings, ready=True)
    assert list(entries(settings)) == [("R-1", "记-2026-11-001"), ("R-3", "记-2026-11-002")]
    ours = [e.meta["rl-number"] for e in load(settings) if isinstance(e, Transaction) and "rl-number" in e.meta]
    assert ours == ["CN-A-2026-0001", "CN-A-2026-0002"] or missing(ours) == []


def test_notes_of_steps_are_no_vouchers(tmp_path: Path) -> None:
    settings = make(tmp_path, SALE, more=VOUCHERS)
    add(settings, REQUEST)
    posted(settings, "- {void: Q-2, id: V-2, date: 2026-11-03}\n" + returned("R-1", "2026-11-03"))
    assert list(entries(settings)) == [("R-1", "记-2026-11-001")]


def test_two_branches_that_gave_one_voucher_twice_are_told_by_the_next_command(tmp_path: Path) -> None:
    settings = make(tmp_path / "one", SALE, more=VOUCHERS)
    other = make(tmp_path / "two", SALE, more=VOUCHERS + "series: B\n")
    posted(settings, returned("R-1", "2026-11-02"))
    posted(other, returned("R-2", "2026-11-02"), "b.yaml")
    for path in (tmp_path / "two" / "returns" / "2026").iterdir():
        (tmp_path / "one" / "returns" / "2026" / path.name).write_bytes(path.read_bytes())
    assert [f.code for f in verify(tmp_path / "one" / "returns").findings] == ["number-used-twice"]
    assert refused(settings, returned("R-3", "2026-11-03"), "c.yaml") == ["number-used-twice"]
    posted(settings, "- {void: R-2, date: 2026-11-03}\n", "d.yaml")
    posted(settings, returned("R-4", "2026-11-03"), "e.yaml")
    assert verify(tmp_path / "one" / "returns").findings == ()


def test_one_step_that_posts_nothing_in_two_batches_is_told_by_the_next_command(tmp_path: Path) -> None:
    settings = make(tmp_path, SALE)
    add(settings, REQUEST)
    add(settings, REQUEST.replace("客户来电", "客户来信"), "copy.beancount")
    assert refused(settings, returned("R-1", "2026-11-02")) == ["posted-twice", "posted-twice"]
    posted(
        settings,
        "- {void: {id: Q-2, batch: copy}, date: 2026-11-03}\n- {void: {id: Q-1, batch: copy}, date: 2026-11-03}\n",
        "b.yaml",
    )
    posted(settings, returned("R-1", "2026-11-04"))
    case = open_session(settings).store.rows("cases")
    assert {row[0] for row in case} == {"Q-1", "R-1"}


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("{year}-{seq}-X", "numbering-goes-on"),
        ("{seq}{year}", "numbering-goes-on"),
        ("记-{month}", "numbering-without-seq"),
        ("记-{day}-{seq}", "numbering-placeholder"),
        ("记-{seq", "numbering-brace"),
        ("CN-{series}-{year}-{seq}", "numbering-shared"),
    ],
)
def test_a_pattern_that_can_not_count_is_refused(tmp_path: Path, pattern: str, code: str) -> None:
    settings = make(tmp_path, SALE, more=f'numbering: {{voucher: "{pattern}"}}\n')
    with pytest.raises(Refused) as told:
        open_session(settings)
    assert [finding.code for finding in told.value.findings] == [code]
    assert re.fullmatch(r"returnledger.yaml|.*/returnledger.yaml", told.value.findings[0].span.file)
