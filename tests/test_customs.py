"""Steps that post nothing stand in the ledger as custom directives, and everything that walks our directives takes them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from beancount.core.data import Custom, Transaction
from ledgers import balances, load, make, posted, refused

from returnledger import app, books
from returnledger.books import Books
from returnledger.cli import main
from returnledger.entry import Head, entry, note
from returnledger.needs import Needs
from returnledger.planned import Plan, PlannedEvent
from returnledger.proof import NeedsFull, Situation, arrange, fast, prove_text
from returnledger.session import open_session
from returnledger.terms import Kind
from returnledger.text import parse, render, render_batch, same, sealed
from returnledger.verification import verify

DAY = date(2026, 11, 2)
SALE = """\
2026-01-05 * "Pottery" "Mugs"
  Assets:Inventory    9 MUG {60.00 CNY, 2026-01-05}
  Assets:Bank

2026-10-26 * "张三" "卖出" ^inv-SO-1
  Assets:Bank                            226.00 CNY
  Income:Sales                          -200.00 CNY
  Liabilities:Output-VAT                 -26.00 CNY
  Expenses:COGS                          120.00 CNY
  Assets:Inventory                           -2 MUG {60.00 CNY, 2026-01-05}
"""
# As customer service writes it before the goods come: one directive an item, and one for the approval.
REQUEST = """\
2026-10-28 custom "returnledger" "request"
  rl-id: "Q-1"
  rl-kind: "request"
  rl-step: 1
  rl-case: "Q-1"
  rl-order: "SO-1"
  rl-customer: "张三"
  rl-source: "events.yaml"
  rl-line: "1"
  rl-sku: "MUG"
  rl-qty: 2
  rl-reason: "changed_mind"
  note: "客户来电"

2026-10-29 custom "returnledger" "approve"
  rl-id: "Q-2"
  rl-kind: "approve"
  rl-step: 2
  rl-case: "Q-1"
  rl-order: "SO-1"
  rl-customer: "张三"
  rl-source: "events.yaml"
  rl-until: 2026-11-30
"""


def head(**more: object) -> Head:
    own = {"id": "V-1", "kind": Kind.VOID, "step": 2, "case": "R-1", "order": "SO-1", "date": DAY}
    return Head(**{**own, "payee": None, "narration": "", **more})  # type: ignore[arg-type]


SAID = {"line": "1", "sku": "MUG", "qty": Decimal("2.0"), "until": date(2026, 11, 30), "because": '说 "no"\nor so'}


def test_a_note_says_in_metadata_what_an_entry_would() -> None:
    made = note(head(customer="张三", source="e.yaml", event="{void: R-1}", more={"shop": "北京"}), SAID)
    assert isinstance(made, Custom)
    assert (made.type, [(value.value, value.dtype) for value in made.values]) == ("returnledger", [("void", str)])
    posting = entry(head(customer="张三", source="e.yaml", event="{void: R-1}", more={"shop": "北京"}), (), SAID)
    assert made.meta == posting.meta
    assert render(made) == (
        '2026-11-02 custom "returnledger" "void"\n  rl-id: "V-1"\n  rl-kind: "void"\n  rl-step: 2\n  rl-case: "R-1"\n'
        '  rl-order: "SO-1"\n  rl-customer: "张三"\n  rl-event: "{void: R-1}"\n  rl-source: "e.yaml"\n'
        '  rl-line: "1"\n  rl-sku: "MUG"\n  rl-qty: 2\n  rl-until: 2026-11-30\n  rl-because: "说 \\"no\\"\\nor so"\n'
        '  shop: "北京"'
    )
    assert same(parse(render(made) + "\n")[0], made)


def test_what_a_note_says_is_read_back() -> None:
    made = note(head(said=date(2026, 11, 1), voids="R-1", number="7"), SAID)
    for directive in (made, parse(render(made) + "\n")[0]):
        found = books.posted(directive)
        assert found is not None
        assert (found.id, found.kind, found.step, found.case, found.order) == ("V-1", "void", 2, "R-1", "SO-1")
        assert (found.date, found.dated, found.voids, found.number) == (DAY, date(2026, 11, 1), "R-1", "7")
        assert found.legs == ()
        assert found.told == {
            "line": "1",
            "sku": "MUG",
            "qty": "2",
            "until": "2026-11-30",
            "because": '说 "no"\nor so',
        }
        assert found.directive is directive


def test_what_the_head_says_is_not_said_twice() -> None:
    with pytest.raises(AssertionError, match="case is said by the head"):
        note(head(), {"case": "R-2"})


def test_a_quantity_written_into_by_hand_counts_for_nothing() -> None:
    (directive,) = parse(render(note(head(), SAID)).replace("rl-qty: 2", 'rl-qty: "two"') + "\n")
    found = books.posted(directive)
    assert found is not None and "qty" not in found.told


@pytest.mark.parametrize("name", ["batch", "lock"])
def test_heads_of_batches_and_locks_belong_to_no_event(name: str) -> None:
    for more in ("", '  rl-id: "X"\n'):
        (directive,) = parse(f'2026-11-02 custom "returnledger" "{name}"\n{more}')
        assert books.posted(directive) is None
        assert not books.is_own(directive)
        assert (books.is_batch(directive), books.is_lock(directive)) == (name == "batch", name == "lock")
    (foreign,) = parse('2026-11-02 custom "budget" "request"\n  rl-id: "X"\n')
    assert books.posted(foreign) is None


# -- a batch of notes and entries


def planned() -> Plan:
    from returnledger.eventsfile import read_events

    events, _, _ = read_events(b"- {void: R-1, id: V-1, date: 2026-11-02}\n", "events.yaml")
    made = (note(head(), SAID), note(head(step=3, date=date(2026, 11, 5)), {}))
    return Plan((PlannedEvent(events[0], "new", "R-1", directives=made),))


def test_a_plan_of_notes_changes_no_account_and_makes_a_batch(tmp_path: Path) -> None:
    from returnledger.assemble import assemble

    settings = open_session(make(tmp_path, SALE)).settings
    plan = planned()
    assert len(plan.directives) == 2 and plan.entries == () and plan.accounts == {}
    batch = assemble(plan, {}, settings, ())
    assert batch is not None and batch.accounts == () and batch.path.startswith("2026/2026-11-05-")
    arranged = arrange(batch.directives, Situation(), batch.header)
    assert not isinstance(arranged, list)
    assert prove_text(batch.directives, arranged.text) == []
    assert fast(batch.directives, arranged.text, Situation()) == []
    assert isinstance(fast(batch.directives, arranged.text, Situation(plugins=("my.plugin",))), NeedsFull)


def test_another_text_than_what_a_note_says_is_told() -> None:
    directives = sealed([note(head(), SAID)])
    text = render_batch(directives, "x").replace('"MUG"', '"CUP"')
    (finding,) = prove_text(directives, text)
    assert (finding.code, finding.event) == ("text-differs", "V-1")


# -- in a ledger


def batch_of(text: str) -> str:
    """Return the text of directives as a sealed batch."""
    day = max(re.findall(r"^\d{4}-\d\d-\d\d", text, re.M))
    batch = parse(f'{day} custom "returnledger" "batch"\n  rl-count: 2\n')
    return render_batch(sealed([*batch, *parse(text)]), "returnledger 1")


def shop(folder: Path, text: str = REQUEST) -> Path:
    """Return the settings of a shop in whose books the text stands as a batch of ours."""
    settings = make(folder, SALE)
    add(settings, text)
    return settings


def add(settings: Path, text: str, name: str = "2026-10-29-request.beancount") -> Path:
    path = settings.parent / "returns" / "2026" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(batch_of(text), encoding="utf-8")
    return path


def case(settings: Path, name: str) -> Books:
    return open_session(settings).gather_needs(Needs(events=frozenset({name})))


def test_notes_are_gathered_with_their_case(tmp_path: Path) -> None:
    found = case(shop(tmp_path), "Q-2")
    assert [(e.id, e.step, e.kind, e.told.get("until")) for e in found.by_case["Q-1"]] == [
        ("Q-1", 1, "request", None),
        ("Q-2", 2, "approve", "2026-11-30"),
    ]
    first = found.by_case["Q-1"][0]
    assert first.told == {"line": "1", "sku": "MUG", "qty": "2", "reason": "changed_mind"}
    assert found.by_order["SO-1"] == found.by_case["Q-1"]
    for each in found.by_case["Q-1"]:
        assert each.place is not None
        line = Path(each.place.file).read_text("utf-8").splitlines()[each.place.line - 1]
        assert line == f'{each.date} custom "returnledger" "{each.kind}"'


def test_a_request_takes_nothing_of_the_order_and_credits_nothing(tmp_path: Path) -> None:
    plain = make(tmp_path / "plain", SALE)
    asked = shop(tmp_path / "asked")
    events = "- {return: SO-1, id: R-1, date: 2026-11-02, reason: changed_mind}\n"
    assert posted(plain, events).planned.accounts == posted(asked, events).planned.accounts
    assert balances(plain) == balances(asked)


def test_a_case_of_notes_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = shop(tmp_path)
    monkeypatch.chdir(tmp_path)
    shown = app.show("Q-1", settings=settings)
    assert [entry.step for entry in shown.entries] == [1, 2]
    (view,) = app.status(settings=settings).cases
    assert (view.case, view.kind, view.credited, view.refund_due, view.returnable) == ("Q-1", "request", 0, 0, 2)
    for command in (
        ["show", "Q-1"],
        ["show", "Q-2", "--json"],
        ["status"],
        ["status", "--json"],
        ["report", "exceptions"],
    ):
        assert main(command) in (0, 1), command
    capsys.readouterr()
    main(["show", "Q-1"])
    output = capsys.readouterr().out
    assert '2026-10-28 custom "returnledger" "request"' in output
    assert '  rl-sku: "MUG"' in output


def test_the_relation_of_cases_has_a_case_of_notes(tmp_path: Path) -> None:
    session = open_session(shop(tmp_path))
    (row,) = session.store.rows("cases")
    assert row[:4] == ("Q-1", "SO-1", "张三", "request")
    assert list(session.store.rows("returns")) == []


# -- the store, brought up to date


@pytest.mark.parametrize("proven", [True, False])
def test_a_new_batch_of_notes_is_added_to_the_store_alone(tmp_path: Path, proven: bool) -> None:
    from test_store_partial import opened, rows

    settings = make(tmp_path, SALE)
    cache = tmp_path / "cache" / "a.sqlite"
    opened(tmp_path, cache).close()
    path = add(settings, REQUEST)
    if proven:
        store = opened(tmp_path, cache)
        store.close()
    else:
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    mine, whole = opened(tmp_path, cache), opened(tmp_path)
    assert not mine.rebuilt, mine.why
    assert rows(mine) == rows(whole)
    assert len(rows(mine)["posted"]) == 2


def test_a_batch_of_notes_that_was_edited_or_taken_away_is_read_alone(tmp_path: Path) -> None:
    from test_store_partial import opened, rows

    settings = shop(tmp_path)
    cache = tmp_path / "cache" / "a.sqlite"
    opened(tmp_path, cache).close()
    path = next(settings.parent.glob("returns/2026/*.beancount"))
    text = path.read_text(encoding="utf-8")
    first, _, rest = text.partition("2026-10-29 custom")
    approve = "2026-10-29 custom" + rest.partition("2026-10-29 custom")[2] if "request" in rest else ""
    edits = (
        text.replace("rl-qty: 2", "rl-qty: 1"),
        text.replace("rl-until: 2026-11-30", "rl-until: 2026-12-01"),
        "; moved down\n" + text,
        text.replace('"approve"', '"reject"'),
        first + approve,
        text + '\n2026-10-30 custom "returnledger" "cancel"\n  rl-id: "Q-3"\n  rl-case: "Q-1"\n  rl-step: 3\n',
    )
    for edited in edits:
        path.write_text(edited, encoding="utf-8")
        mine, whole = opened(tmp_path, cache), opened(tmp_path)
        assert not mine.rebuilt, mine.why
        assert rows(mine) == rows(whole)
        mine.close()
    path.unlink()
    mine, whole = opened(tmp_path, cache), opened(tmp_path)
    assert rows(mine) == rows(whole) and rows(mine)["posted"] == []


# -- verify


def test_a_note_that_was_edited_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = shop(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert verify(Path("returns")).findings == ()
    assert verify(Path("returns")).events == 2
    path = next(settings.parent.glob("returns/2026/*.beancount"))
    text = path.read_text(encoding="utf-8")
    for old, new, event in (
        ("rl-qty: 2", "rl-qty: 1", "Q-1"),
        ("rl-until: 2026-11-30", "rl-until: 2027-11-30", "Q-2"),
        ('"approve"', '"reject"', "Q-2"),
        ("2026-10-28 custom", "2026-10-27 custom", "Q-1"),
        ('note: "客户来电"', 'note: "客户来信"', "Q-1"),
    ):
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        (finding,) = verify(Path("returns")).findings
        assert (finding.code, finding.event) == ("batch-entry-edited", event)
    path.write_text(text[: text.index("2026-10-29 custom", text.index("request"))], encoding="utf-8")
    (finding,) = verify(Path("returns")).findings
    assert finding.code == "batch-entry-removed"
    path.write_text(text, encoding="utf-8")
    path.with_name("copy.beancount").write_text(text.replace("rl-step: 1", "rl-step: 01"), encoding="utf-8")
    assert [finding.code for finding in verify(Path("returns")).findings] == ["batch-doubled"]


def test_one_step_of_notes_in_two_batches_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = shop(tmp_path)
    monkeypatch.chdir(tmp_path)
    add(settings, REQUEST.replace("客户来电", "客户来信"), "copy.beancount")
    assert [finding.code for finding in verify(Path("returns")).findings] == ["posted-twice", "posted-twice"]


# -- void


def test_the_void_of_a_note_is_a_note_that_says_the_same_turned_round(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    before = balances(settings)
    posted(settings, "- {void: Q-2, id: V-2, date: 2026-11-03}\n- {void: Q-1, id: V-1, date: 2026-11-03}\n")
    ours = [d for d in load(settings) if isinstance(d, Custom) and d.values[0].value == "void"]
    told = {d.meta["rl-id"]: books.posted(d) for d in ours}
    assert told["V-1"].told == {"line": "1", "sku": "MUG", "qty": "-2", "reason": "changed_mind"}
    assert (told["V-1"].voids, told["V-1"].step, told["V-1"].case) == ("Q-1", 4, "Q-1")
    assert (told["V-2"].voids, told["V-2"].told) == ("Q-2", {"until": "2026-11-30"})
    assert {d.meta["rl-id"]: d.meta.get("rl-until") for d in ours} == {"V-1": None, "V-2": date(2026, 11, 30)}
    assert balances(settings) == before
    assert case(settings, "Q-1").case_of("Q-1") == []
    assert [d for d in load(settings) if isinstance(d, Transaction) and "rl-id" in d.meta] == []


def test_a_note_that_others_rest_on_is_not_voided_and_a_voided_one_not_again(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    assert refused(settings, "- {void: Q-1, date: 2026-11-03}\n") == ["step-not-allowed"]
    posted(settings, "- {void: Q-2, id: V-2, date: 2026-11-03}\n")
    assert refused(settings, "- {void: Q-2, date: 2026-11-04}\n", "more.yaml") == ["step-not-allowed"]
    assert refused(settings, "- {void: V-2, date: 2026-11-04}\n", "more.yaml") == ["step-not-allowed"]


def test_a_void_of_a_note_in_a_closed_period_is_refused(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    ledger = tmp_path / "main.beancount"
    ledger.write_text(ledger.read_text("utf-8") + '\n2026-11-10 custom "returnledger" "lock"\n', "utf-8")
    assert refused(settings, "- {void: Q-2, date: 2026-11-10}\n") == ["period-closed"]


def test_a_batch_of_notes_and_entries_stands_the_full_proof(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    events = "- {void: Q-2, date: 2026-11-03}\n- {return: SO-1, date: 2026-11-03, sku: MUG, qty: 1}\n"
    (tmp_path / "e.yaml").write_text(events, encoding="utf-8")
    full = app.plan([tmp_path / "e.yaml"], settings=settings, proof="full")
    assert not full.findings, full.findings
    done = app.apply([tmp_path / "e.yaml"], settings=settings)
    assert not done.findings
    load(settings)
    assert verify(tmp_path / "returns").findings == ()
