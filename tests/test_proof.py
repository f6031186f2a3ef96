"""What is proved of a batch before it is written: its text, its sums, and that nothing in the books changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from beancount.core.amount import Amount
from beancount.core.data import Balance, Directive, Pad, Posting, Transaction, new_metadata
from beancount.core.position import Cost
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from returnledger import ledger
from returnledger.findings import Finding
from returnledger.fullproof import baseline_of, baseline_of_rows, full
from returnledger.movements import Movement
from returnledger.proof import (
    INERT_PLUGINS,
    TEMPLATES,
    Arranged,
    Assertion,
    NeedsFull,
    Situation,
    arrange,
    fast,
    fingerprint,
    prove_text,
)
from returnledger.rows import Lot

DAY = date(2026, 1, 5)
STOCK, HOLD, OTHER = "Assets:Stock:Inventory", "Assets:Stock:Inventory-Hold", "Equity:Other"
LOT = Lot(Decimal("1.00"), "CNY", date(2026, 1, 1))
DEAR = Lot(Decimal("2.00"), "CNY", date(2026, 1, 1))


def entry(event: str, *moves: tuple[str, int, Lot], day: date = DAY, other: str = OTHER, **changes: Any) -> Transaction:
    """Return one of our entries: units of lots in and out of accounts, balanced on another account."""
    postings = []
    for account, units, lot in moves:
        cost = Cost(lot.number, lot.currency, lot.date, lot.label)
        postings.append(Posting(account, Amount(Decimal(units), "MUG"), cost, None, None, {"rl-role": "inventory"}))
    total = -sum((units * lot.number for _, units, lot in moves), Decimal("0.00"))
    if total:
        postings.append(Posting(other, Amount(total, "CNY"), None, None, None, {"rl-role": "cogs"}))
    meta = {**new_metadata("", 0), "rl-id": event}
    made = Transaction(meta, day, "*", None, event, frozenset(), frozenset({event}), postings)
    return made._replace(**changes)


def book(folder: Path, text: str, booking: str = "FIFO") -> Path:
    """Write a ledger of two stock accounts and return its root."""
    root = folder / "main.beancount"
    (folder / "returns").mkdir(exist_ok=True)
    (folder / "returns" / "0000.beancount").write_text("; placeholder\n")
    root.write_text(
        'option "operating_currency" "CNY"\ninclude "returns/*.beancount"\n'
        f'2020-01-01 open {STOCK} "{booking}"\n2020-01-01 open {HOLD} "NONE"\n2020-01-01 open {OTHER}\n\n{text}'
    )
    return root


def situation_of(root: Path) -> Situation:
    """Return what a store would know of a ledger."""
    loaded = ledger.load(root)
    lines = {file: Path(file).read_text().splitlines() for file in loaded.files}
    movements: dict[str, list[Movement]] = {}
    for txn in loaded.entries:
        for posting in txn.postings if isinstance(txn, Transaction) else ():
            if not isinstance(posting.cost, Cost) or posting.units is None:
                continue
            line = lines[txn.meta["filename"]][posting.meta["lineno"] - 1]
            lot = Lot(posting.cost.number, posting.cost.currency, posting.cost.date, posting.cost.label)
            spec = line[line.index("{") + 1 : line.rindex("}")]
            place = (txn.meta["filename"], txn.meta["lineno"], posting.meta["lineno"])
            movements.setdefault(posting.account, []).append(
                Movement(posting.account, txn.date, *place, "MUG", posting.units.number, lot, spec)
            )
    assertions = [
        Assertion("balance" if isinstance(one, Balance) else "pad", one.account, one.date, one.meta["filename"], 1)
        for one in loaded.assertions
        if isinstance(one, (Balance, Pad))
    ]
    return Situation(
        loaded.accounts,
        {account: tuple(moves) for account, moves in movements.items()},
        tuple(assertions),
        loaded.plugins,
        tuple(error.message for error in loaded.errors),
    )


def codes(findings: Sequence[Finding] | NeedsFull) -> list[str]:
    assert not isinstance(findings, NeedsFull), findings
    return [finding.code for finding in findings]


def staged(folder: Path, root: Path, directives: Sequence[Directive]) -> tuple[Arranged, Path]:
    """Write an arranged batch beside the ledger under a hidden name, as a batch stands before it is committed."""
    arranged = arrange(directives, situation_of(root))
    assert isinstance(arranged, Arranged), arranged
    path = folder / "returns" / ".tmp-batch.beancount"
    path.write_text(arranged.text)
    return arranged, path


def bought(day: date, units: int, spec: str) -> str:
    return f'{day} * "x"\n  {STOCK}  {units} MUG {{{spec}}}\n  {OTHER}\n\n'


BASE = bought(date(2026, 1, 1), 5, "1.00 CNY") + bought(date(2026, 1, 1), 5, "2.00 CNY")
SPECS = ("", "1.00 CNY", "2.00 CNY", "1.00 CNY, 2026-01-01", "2.00 CNY, 2026-01-01")
STEPS = st.lists(
    st.tuples(st.integers(1, 8), st.integers(-4, 4).filter(bool), st.sampled_from(SPECS)).filter(
        lambda step: step[1] < 0 or bool(step[2])
    ),
    max_size=6,
)
OURS = st.lists(
    st.tuples(st.integers(1, 8), st.sampled_from([STOCK, STOCK, HOLD]), st.integers(-3, 3).filter(bool), st.sampled_from([LOT, DEAR])),
    min_size=1,
    max_size=3,
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS, OURS, st.sampled_from(["STRICT", "FIFO", "LIFO", "HIFO"]))
def test_the_fast_and_the_full_proof_agree(
    tmp_path: Path, steps: list[tuple[int, int, str]], ours: list[tuple[int, str, int, Lot]], booking: str
) -> None:
    text = BASE
    for day, units, spec in steps:
        more = text + bought(date(2026, 1, day), units, spec)
        if not ledger.load(book(tmp_path, more, booking)).errors:
            text = more
    root = book(tmp_path, text, booking)
    batch = [
        entry(f"E{i}", (account, units, lot), day=date(2026, 1, day))
        for i, (day, account, units, lot) in enumerate(sorted(ours, key=lambda one: one[0]))
    ]
    arranged, path = staged(tmp_path, root, batch)
    note(root.read_text())
    note(arranged.text)
    situation = situation_of(root)
    quick = fast(arranged.directives, arranged.text, situation, str(path))
    slow = full(root, path)
    if isinstance(quick, NeedsFull):
        assert "worked out anew" in quick.reason
        return
    assert bool(quick) == bool(slow), (quick, slow)
    rows = [m for moves in situation.movements.values() for m in moves]
    first = min(one.date for one in batch)
    assert full(root, path, baseline_of_rows([], rows, first)) == slow
    assert {c for c in codes(quick) if c == "would-change-booked-cost"} == {
        c for c in codes(slow) if c == "would-change-booked-cost"
    }
    assert all(finding.event for finding in quick)
    for finding in (*quick, *slow):
        TEMPLATES[finding.code].message.format(**finding.values)
        TEMPLATES[finding.code].hint.format(**finding.values)


def test_a_void_on_the_day_of_its_return_in_a_shorter_file_loads_clean(tmp_path: Path) -> None:
    root = book(tmp_path, bought(date(2026, 1, 1), 1, "2.00 CNY"), "STRICT")
    first, _ = staged(tmp_path, root, [entry(f"R{i}", (STOCK, 1, LOT)) for i in range(9)])
    (tmp_path / "returns" / "return.beancount").write_text(first.text)
    void, path = staged(tmp_path, root, [entry("V1", (STOCK, -9, LOT))])
    assert void.padding_lines > 20
    assert void.text.startswith("; Written by returnledger\n;\n")
    assert codes(fast(void.directives, void.text, situation_of(root), str(path))) == []
    assert full(root, path) == []
    path.rename(tmp_path / "returns" / "void.beancount")
    assert ledger.load(root).errors == ()
    text = (tmp_path / "returns" / "void.beancount").read_text()
    (tmp_path / "returns" / "void.beancount").write_text(text.replace(";\n", ""))
    assert ledger.load(root).errors != (), "without the comment lines the void would stand before its return"


def test_a_batch_never_begins_more_than_500_lines_down(tmp_path: Path) -> None:
    root = book(tmp_path, BASE + "\n" * 700 + bought(DAY, 1, "3.00 CNY"), "STRICT")
    late = Lot(Decimal("3.00"), "CNY", DAY)
    found = arrange([entry("E1", (STOCK, -1, late))], situation_of(root))
    assert isinstance(found, list)
    assert [(f.code, f.event, f.values["next_date"]) for f in found] == [
        ("same-day-order", "E1", DAY + timedelta(days=1))
    ]


@pytest.mark.parametrize("booking", ["STRICT", "FIFO", "NONE"])
def test_entries_at_one_line_number_are_tried_in_both_orders(tmp_path: Path, booking: str) -> None:
    root = book(tmp_path, bought(date(2026, 1, 1), 1, "2.00 CNY"), booking)
    (tmp_path / "returns" / "a.beancount").write_text("\n" * 2 + bought(DAY, 1, "1.00 CNY, 2026-01-01"))
    arranged = arrange([entry("E1", (STOCK, -1, LOT))], Situation())
    assert isinstance(arranged, Arranged)
    path = tmp_path / "returns" / ".tmp-b.beancount"
    path.write_text(arranged.text)
    quick = fast(arranged.directives, arranged.text, situation_of(root), str(path))
    expected = [] if booking == "NONE" else ["would-add-error"]
    assert codes(quick) == expected
    assert codes(full(root, path)) == expected
    better, path = staged(tmp_path, root, [entry("E1", (STOCK, -1, LOT))])
    assert better.padding_lines == (0 if booking == "NONE" else 1)
    assert codes(full(root, path)) == []


def test_goods_added_before_a_fifo_sale_are_refused_and_the_event_is_named(tmp_path: Path) -> None:
    purchases = bought(date(2026, 1, 1), 5, "1.00 CNY") + bought(date(2026, 1, 2), 5, "2.00 CNY")
    root = book(tmp_path, purchases + bought(date(2026, 1, 3), -5, "") + bought(date(2026, 1, 9), -2, ""))
    arranged, path = staged(tmp_path, root, [entry("OK", (HOLD, 1, LOT)), entry("BAD", (STOCK, 1, LOT))])
    for found in (fast(arranged.directives, arranged.text, situation_of(root), str(path)), full(root, path)):
        assert isinstance(found, list)
        assert [finding.code for finding in found] == ["would-change-booked-cost"]
    (quick,) = fast(arranged.directives, arranged.text, situation_of(root), str(path))  # type: ignore[misc]
    assert quick.event == "BAD"
    assert quick.values["was"] == "-2 MUG {2.00 CNY, 2026-01-02}"
    assert quick.values["would_be"] == "-1 MUG {1.00 CNY, 2026-01-01}, -1 MUG {2.00 CNY, 2026-01-02}"


def test_a_lot_below_zero_is_found_where_beancount_finds_nothing(tmp_path: Path) -> None:
    root = book(tmp_path, BASE)
    arranged, path = staged(tmp_path, root, [entry("E1", (HOLD, 1, LOT)), entry("E2", (HOLD, -2, LOT))])
    quick = fast(arranged.directives, arranged.text, situation_of(root), str(path))
    assert codes(quick) == codes(full(root, path)) == ["lot-below-zero"]
    assert isinstance(quick, list) and quick[0].event == "E2"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (f"2026-01-09 balance {STOCK}  10 MUG\n", "would-break-assertion"),
        ("2020-01-01 open Assets:Stock\n2026-01-09 balance Assets:Stock  10 MUG\n", "would-break-assertion"),
        (f"2026-01-01 pad {OTHER} Equity:Opening\n2026-01-09 balance {OTHER}  -15.00 CNY\n", "would-change-pad"),
        (f"2026-01-02 pad {OTHER} Equity:Opening\n2026-01-09 balance {OTHER}  -16.00 CNY\n", "would-change-pad"),
    ],
)
def test_a_later_assertion_asks_for_the_full_proof_which_names_it(tmp_path: Path, more: str, code: str) -> None:
    root = book(tmp_path, BASE + "2020-01-01 open Equity:Opening\n" + more)
    before = ledger.load(root)
    arranged, path = staged(tmp_path, root, [entry("E1", (STOCK, 1, LOT))])
    assert isinstance(fast(arranged.directives, arranged.text, situation_of(root), str(path)), NeedsFull)
    (found,) = full(root, path, baseline_of(before))
    assert (found.code, found.event) == (code, "E1")
    assert found.values["date"] in (date(2026, 1, 9), date(2026, 1, 1), date(2026, 1, 2))


def test_a_balance_before_the_batch_or_of_another_account_needs_no_load(tmp_path: Path) -> None:
    root = book(tmp_path, BASE + f"2026-01-05 balance {STOCK}  10 MUG\n2026-01-09 balance {HOLD}  0 MUG\n")
    arranged, path = staged(tmp_path, root, [entry("E1", (STOCK, 1, LOT))])
    assert fast(arranged.directives, arranged.text, situation_of(root), str(path)) == []
    assert full(root, path) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"account": "Assets:Nowhere"}, "Invalid reference to unknown account 'Assets:Nowhere'"),
        ({"account": "Assets:Late"}, "Invalid reference to inactive account 'Assets:Late'"),
        ({"account": "Assets:Gone"}, "Invalid reference to inactive account 'Assets:Gone'"),
        ({"account": "Assets:Dollars"}, "Invalid currency CNY for account 'Assets:Dollars'"),
    ],
)
def test_an_account_that_takes_no_posting_is_named_by_both_proofs(
    tmp_path: Path, change: dict[str, str], message: str
) -> None:
    root = book(
        tmp_path,
        BASE + "2026-01-06 open Assets:Late\n2020-01-01 open Assets:Gone\n2026-01-04 close Assets:Gone\n"
        "2020-01-01 open Assets:Dollars USD\n",
    )
    arranged, path = staged(tmp_path, root, [entry("E1", (STOCK, 1, LOT), other=change["account"])])
    for found in (fast(arranged.directives, arranged.text, situation_of(root), str(path)), full(root, path)):
        assert isinstance(found, list)
        assert [(f.code, f.values["message"], f.event) for f in found] == [("would-add-error", message, "E1")]


@pytest.mark.parametrize("plugin", sorted(INERT_PLUGINS))
def test_under_an_inert_plugin_both_proofs_agree(tmp_path: Path, plugin: str) -> None:
    config = {
        "beancount.plugins.commodity_attr": ' "{}"',
        "beancount.plugins.currency_accounts": ' "Equity:Currencies"',
    }
    root = book(tmp_path, f'plugin "{plugin}"{config.get(plugin, "")}\n' + BASE + bought(date(2026, 1, 2), -1, ""))
    root.write_text(root.read_text() + bought(date(2026, 1, 3), -1, "").replace("MUG {}", "MUG {} @ 3 CNY"))
    arranged, path = staged(tmp_path, root, [entry("E1", (HOLD, 1, LOT)), entry("E2", (STOCK, 1, DEAR))])
    quick = fast(
        arranged.directives, arranged.text, Situation(**{**vars_of(situation_of(root)), "errors": ()}), str(path)
    )
    assert quick == []
    assert full(root, path) == []


def vars_of(situation: Situation) -> dict[str, Any]:
    return {name: getattr(situation, name) for name in Situation.__dataclass_fields__}


@pytest.mark.parametrize("plugin", ["beancount.plugins.noduplicates", "shop.special", "beancount.plugins.pedantic"])
def test_any_other_plugin_asks_for_the_full_proof(plugin: str) -> None:
    arranged = arrange([entry("E1", (STOCK, 1, LOT))], Situation())
    assert isinstance(arranged, Arranged)
    assert isinstance(fast(arranged.directives, arranged.text, Situation(plugins=(plugin,))), NeedsFull)


def sums_of(*amounts: str, lots: Iterable[tuple[str, str]] = ()) -> list[Finding]:
    postings = [Posting(OTHER, Amount(Decimal(a.split()[0]), a.split()[1]), None, None, None, None) for a in amounts]
    for units, cost in lots:
        lot = Cost(Decimal(cost), "CNY", DAY, None)
        postings.append(Posting(STOCK, Amount(Decimal(units), "MUG"), lot, None, None, None))
    made = entry("E1")._replace(postings=postings)
    arranged = arrange([made], Situation())
    assert isinstance(arranged, Arranged)
    return prove_text([made], arranged.text)


def test_the_postings_of_an_entry_sum_to_exactly_zero() -> None:
    assert sums_of("1.00 CNY", "-1.00 CNY") == []
    assert codes(sums_of("1.00 CNY", "-1.01 CNY")) == ["sum-not-zero"]
    assert sums_of("-10.00 CNY", lots=[("3", "3.333333")]) == []
    assert codes(sums_of("-20.00 CNY", lots=[("3", "3.3322"), ("3", "3.3322")])) == ["sum-not-zero"]
    assert codes(sums_of("-9.99 CNY", lots=[("3", "3.333333")])) == ["sum-not-zero"]
    assert sums_of("-10 JPY", "10 JPY") == []
    assert codes(sums_of("0.125 CNY", "-0.124 CNY")) == ["sum-not-zero"]
    assert sums_of("0.125 CNY", "-0.125 CNY") == []


def test_a_text_that_says_something_else_is_found() -> None:
    made = entry("E1", (STOCK, 1, LOT))
    arranged = arrange([made], Situation())
    assert isinstance(arranged, Arranged)
    assert prove_text([made], arranged.text) == []
    for old, new in ((" 1 MUG", " 2 MUG"), ("-1.00", "-1.000"), ('"E1"', '"E2"'), ("^E1", ""), ("rl-role", "rl-rule")):
        assert old in arranged.text
        found = prove_text([made], arranged.text.replace(old, new, 1))
        assert [f.code for f in found] == ["text-differs"]
    assert codes(prove_text([made], arranged.text + "\n2026-01-01 open Assets:X\n")) == ["text-differs"]
    assert codes(prove_text([made], arranged.text + "\nnonsense here\n")) == ["text-differs"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(OURS, min_size=2, max_size=3), st.randoms(use_true_random=False), st.sampled_from(["STRICT", "FIFO"]))
def test_the_ledger_loads_the_same_whatever_the_files_are_called(
    tmp_path: Path, batches: list[list[tuple[int, str, int, Lot]]], chance: Random, booking: str
) -> None:
    for old in (tmp_path / "returns").glob("*") if (tmp_path / "returns").exists() else ():
        old.unlink()
    root = book(tmp_path, BASE, booking)
    for n, ours in enumerate(batches):
        made = [
            entry(f"E{n}-{i}", (a, u, lot), day=DAY + timedelta(days=d % 2)) for i, (d, a, u, lot) in enumerate(ours)
        ]
        arranged = arrange(sorted(made, key=lambda one: one.date), situation_of(root))
        if isinstance(arranged, Arranged) and fast(arranged.directives, arranged.text, situation_of(root)) == []:
            (tmp_path / "returns" / f"b{n}.beancount").write_text(arranged.text)
    before = ledger.load(root)
    assert before.errors == ()
    files = sorted((tmp_path / "returns").glob("b*.beancount"))
    for n, file in enumerate(chance.sample(files, len(files))):
        file.rename(tmp_path / "returns" / f"c{n}.beancount")
    after = ledger.load(root)
    assert after.errors == ()
    assert sorted(map(marks, transactions(after))) == sorted(map(marks, transactions(before)))


def transactions(loaded: ledger.Loaded) -> list[Transaction]:
    return [one for one in loaded.entries if isinstance(one, Transaction)]


def marks(transaction: Transaction) -> tuple[str, bytes]:
    return transaction.narration or "", fingerprint(transaction)


def test_what_can_not_be_written_is_a_finding_of_its_event() -> None:
    found = arrange([entry("E1", (STOCK, 1, LOT), narration="bell \x07")], Situation())
    assert isinstance(found, list)
    assert [(f.code, f.event, f.values["what"]) for f in found] == [
        ("not-writable", "E1", "the control character U+0007")
    ]


def test_an_entry_that_beancount_does_not_read_is_a_finding_of_its_event() -> None:
    made = entry("E2", (STOCK, 1, LOT), other="Vermögen:Bank")
    found = arrange([entry("E1", (STOCK, 1, LOT)), made], Situation())
    assert isinstance(found, list)
    assert [(f.code, f.event) for f in found] == [("text-differs", "E2")]
