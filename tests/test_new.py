"""`returnledger new` writes events from their fields: as options in a script, by questions on a terminal."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import select
import sys
from pathlib import Path

import pytest
from ledgers import make, posted
from test_amend import RETURN, SALE

from returnledger import drafting, i18n
from returnledger.cli import main
from returnledger.events import KINDS
from returnledger.eventsfile import read_events
from returnledger.terms import Kind, Reason


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a shop with one posted return, in which commands run."""
    posted(make(tmp_path, SALE), RETURN)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> int:
    return main(["--lang", "en", *words])


@pytest.mark.parametrize(
    ("words", "event"),
    [
        (
            ("return", "SO-1", "--date", "2026-11-02", "--sku", "MUG", "--qty=1.0", "--reason", "质量问题"),
            "{return: SO-1, date: 2026-11-02, sku: MUG, qty: 1, reason: defective}",
        ),
        (("退货", "SO-1", "--date", "2026-11-02"), "{return: SO-1, date: 2026-11-02}"),
        (
            ("return", "none", "--date", "2026-11-02", "--price_incl_tax", "11.30", "--tax-rate", "0.13"),
            "{return: none, date: 2026-11-02, price_incl_tax: 11.3, tax_rate: 0.13}",
        ),
        (
            ("return", "SO: 1", "--date", "2026-11-02", "--note", "a, b: 'c' {d}", "--approved-by", "x"),
            "{return: 'SO: 1', date: 2026-11-02, approved_by: x, note: 'a, b: ''c'' {d}'}",
        ),
        (
            ("return", "SO-1", "--date", "2026-11-02", "--items", "sku: A, qty: 1", "--items", "{sku: B, qty: 2}"),
            "{return: SO-1, date: 2026-11-02, items: [{sku: A, qty: 1}, {sku: B, qty: 2}]}",
        ),
        (
            ("refund", "R-1", "--date", "2026-11-02", "--meta", "store=北京", "--meta", "till=4", "--tags", "a"),
            "{refund: R-1, date: 2026-11-02, tags: a, meta: {store: 北京, till: '4'}}",
        ),
        (
            (
                "refund",
                "R-1",
                "--date",
                "2026-11-02",
                "--evidence",
                "a.jpg",
                "--evidence",
                "{path: b.jpg, type: photo}",
            ),
            "{refund: R-1, date: 2026-11-02, evidence: [a.jpg, {path: b.jpg, type: photo}]}",
        ),
        (
            ("amend", "R-1", "--date", "2026-11-02", "--set", "qty=1", "--set", "reason=做工材质差"),
            "{amend: R-1, date: 2026-11-02, set: {qty: 1, reason: quality}}",
        ),
        (
            ("amend", "R-1", "--date", "2026-11-02", "--set", "items=[{sku: A, qty: 1}]"),
            "{amend: R-1, date: 2026-11-02, set: {items: [{sku: A, qty: 1}]}}",
        ),
    ],
)
def test_options_make_an_event(words: tuple[str, ...], event: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("new", *words) == 0
    out = capsys.readouterr().out
    event = event.replace("till: '4'", "till: 4")
    assert out == f"- {event}\n"
    (read,), findings, _ = read_events(out.encode(), "e.yaml")
    assert not findings and read.reference == words[1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("return", "SO-1"), "event:1:3: error[date-missing]"),
        (("return", "--date", "2026-11-02"), "event:1:12: error[reference-missing]"),
        (("return", "SO-1", "--date", "2.11.2026"), "error[date-form]"),
        (("return", "SO-1", "--date", "2026-11-02", "--reason", "brocken"), "error[word-unknown]"),
        (("return", "SO-1", "--date", "2026-11-02", "--qty", ""), "error[value-missing]"),
        (("allowance", "SO-1", "--date", "2026-11-02"), "error[key-missing]: `amount` is missing in allowance"),
        (("amend", "R-1", "--date", "2026-11-02"), "error[key-missing]: `set` is missing in amend"),
        (("amend", "R-1", "--date", "2026-11-02", "--set", "qt=1"), "error[key-unknown]"),
        (("amend", "R-1", "--date", "2026-11-02", "--set", "{qty"), "error["),
        (("return", "SO-1", "--date", "2026-11-02", "--items", "sku: A], x: [y"), "error["),
    ],
)
def test_what_is_missing_or_wrong_is_a_finding(
    words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("new", *words) == (0 if words[-1] == "" else 1)
    if words[-1] != "":
        shown = capsys.readouterr()
        assert told in shown.err and shown.out == ""


def test_an_unknown_kind_or_field_is_told_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("new", "retrun", "SO-1") == 2
    assert "did you mean `return`?" in capsys.readouterr().err
    assert run("new", "return", "SO-1", "--reson", "quality") == 2
    assert "did you mean `--reason`?" in capsys.readouterr().err


def test_the_event_can_be_written_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("new", "refund", "R-1", "--date", "2026-11-05", "--method", "later", "--json") == 0
    line = capsys.readouterr().out
    assert json.loads(line) == {"kind": "refund", "ref": "R-1", "date": "2026-11-05", "method": "later"}
    (event,), findings, _ = read_events(line.encode(), "e.jsonl")
    assert not findings and event.reference == "R-1"


@pytest.mark.parametrize(
    ("name", "before", "line"),
    [
        ("a.yaml", None, 1),
        ("a.yaml", "# nothing yet\n", 2),
        ("a.yaml", "- {void: R-1, date: 2026-11-02}", 2),
        ("a.yaml", "defaults: {by: li.na}\nevents:\n  - {void: R-1}\n", 4),
        ("a.yaml", "events:\n- void: R-1\n  date: 2026-11-02\n", 4),
        ("a.jsonl", '{"kind": "void", "ref": "R-1", "date": "2026-11-02"}\n', 2),
    ],
)
def test_an_event_is_put_at_the_end_of_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, before: str | None, line: int
) -> None:
    file = tmp_path / name
    if before is not None:
        file.write_text(before, "utf-8")
    assert run("new", "refund", "R-2", "--date", "2026-11-05", "--append", str(file)) == 0
    assert f"{name}:{line}: - {{refund: R-2, date: 2026-11-05}}" in capsys.readouterr().out
    text = file.read_text("utf-8")
    assert text.startswith(before or "") and "refund" in text.splitlines()[line - 1]
    events, findings, _ = read_events(text.encode(), name)
    assert not findings and events[-1].reference == "R-2"


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("a.yaml", "[{void: R-1}]\n"),
        ("a.yaml", "events:\n  - {void: R-1}\ndefaults: {by: li.na}\n"),
        ("a.csv", "kind,ref\nvoid,R-1\n"),
        ("a.yaml", "- {void: R-1\n"),
    ],
)
def test_a_file_that_can_not_go_on_stays_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, before: str
) -> None:
    file = tmp_path / name
    file.write_text(before, "utf-8")
    assert run("new", "refund", "R-2", "--date", "2026-11-05", "--append", str(file)) == 2
    assert "events-not-appended" in capsys.readouterr().err
    assert file.read_text("utf-8") == before


def test_what_is_appended_can_be_posted(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("new", "amend", "R-1", "--date", "2026-11-05", "--set", "qty=1", "--append", "b.yaml") == 0
    assert run("apply", "b.yaml") == 0
    assert "Amendment of R-1" in capsys.readouterr().out


@pytest.mark.parametrize("kind", list(Kind), ids=str)
def test_every_field_of_every_kind_is_an_option(kind: Kind, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("new", kind.value, "--help") == 0
    page = capsys.readouterr().out
    fields = {each.name for each in drafting.fields_of(kind)}
    assert set(KINDS[kind].model.model_fields) <= fields | {"items"}
    assert all(f"--{name.replace('_', '-')} " in page for name in fields)


def test_the_choices_of_a_field_are_its_words() -> None:
    fields = {each.name: each for each in drafting.fields_of(Kind.RETURN)}
    assert fields["reason"].words == tuple(Reason) and fields["reason"].takes == "CODE"
    assert (fields["date"].takes, fields["qty"].takes, fields["sku"].takes) == ("YYYY-MM-DD", "NUMBER", "TEXT")
    assert [name for name, each in fields.items() if each.early][:5] == ["date", "sku", "qty", "reason", "condition"]


def test_ids_orders_and_skus_of_the_ledger_are_offered(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert drafting.known_names(Kind.RETURN)[:1] == drafting.known_names(Kind.ALLOWANCE) == ("SO-1",)
    assert drafting.known_names(Kind.REFUND) == drafting.known_names(Kind.VOID) == ("R-1",)
    assert drafting.known_skus(Kind.RETURN, "SO-1") == ("MUG",)
    monkeypatch.chdir("/")
    assert drafting.known_names(Kind.RETURN) == drafting.known_skus(Kind.RETURN, "SO-1") == ()


def test_the_shell_completes_them(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for typed, expected in (
        ("returnledger new re", "return"),
        ("returnledger new return SO", "SO-1"),
        ("returnledger new return SO-1 --sku ", "MUG"),
        ("returnledger new return SO-1 --reason chan", "changed_mind"),
    ):
        monkeypatch.setenv("_RETURNLEDGER_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", typed)
        monkeypatch.setenv("COMP_CWORD", str(len(typed.split()) - (0 if typed.endswith(" ") else 1)))
        with contextlib.suppress(SystemExit):
            main([])
        assert expected in capfd.readouterr().out.split(), typed


# -- on a terminal


def talk(words: list[str], answers: list[str]) -> tuple[str, int]:
    """Run the program on a terminal of its own and answer its questions, each when it waits for one."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ["RETURNLEDGER_CACHE"] = ""
        os.execvp(sys.executable, [sys.executable, "-m", "returnledger", *words])
    shown = b""
    waiting = list(answers)
    while True:
        ready = select.select([terminal], [], [], 60)[0]
        try:
            part = os.read(terminal, 65536) if ready else b""
        except OSError:
            part = b""
        if not part:
            break
        shown += part
        if waiting and shown.endswith(b": "):
            os.write(terminal, (waiting.pop(0) + "\n").encode())
    return shown.decode(), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_terminal_asks_for_what_is_missing_and_again_for_what_does_not_fit(shop: Path) -> None:
    answers = ["SO-1", "2026-11-02", "MUG", "x", "1", "质量问题", "2", "qt", "note", "客户说坏了", ""]
    shown, code = talk(["--lang", "en", "new", "return"], answers)
    assert code == 0
    expected = (
        "{return: SO-1, date: 2026-11-02, sku: MUG, qty: 1, reason: defective, condition: opened, note: 客户说坏了}"
    )
    assert f"- {expected}" in shown.replace("\r", "")
    assert "is not a number in plain digits" in shown and "qt is none of these" in shown
    assert "  1  defective 质量问题" in shown


def test_a_terminal_that_is_told_everything_asks_nothing(shop: Path) -> None:
    shown, code = talk(["new", "refund", "R-1", "--date", "2026-11-05"], [])
    assert (shown.replace("\r", ""), code) == ("- {refund: R-1, date: 2026-11-05}\n", 0)


def test_a_terminal_asks_for_the_kind_in_the_readers_language(shop: Path) -> None:
    shown, code = talk(["--lang", "zh", "new"], ["没有", "作废", "R-1", "2026-11-05", "", "", ""])
    assert code == 0 and "- {void: R-1, date: 2026-11-05}" in shown
    assert "作废" in shown and "没有 不在其中" in shown
    assert i18n.spoken() in ("zh", "en")
