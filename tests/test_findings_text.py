"""Findings as the user sees them: the place, the own line with a caret, because, hint, and the last line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal

import pytest

from returnledger import findings_text
from returnledger.findings import Finding, Severity, Span, Template
from returnledger.findings_text import render, sentences, summary
from returnledger.terms import Reason


@dataclass(frozen=True)
class File:
    lines: tuple[str, ...]


@pytest.fixture(autouse=True)
def two_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    templates = {
        "window-closed": Template(
            "came back {days} days after delivery; the policy allows {allowed}",
            "refuse the return, or have it approved and add `allow: [window-closed]`",
        ),
        "told": Template("{text}", ""),
    }
    monkeypatch.setattr(findings_text, "templates", lambda: templates)


def closed(line: int = 5, column: int = 11, end: int = 21, days: int = 31) -> Finding:
    because = (Span("policies/standard.yaml", 9, 18), "window.by_category.apparel")
    span = Span("events/2026-11.yaml", line, column, end)
    return Finding("window-closed", span, {"days": days, "allowed": 30}, because=because)


def told(text: object, line: int = 1, column: int = 1, end: int = 0, file: str = "a.yaml") -> Finding:
    return Finding("told", Span(file, line, column, end), {"text": text})


def test_a_finding_reads_as_the_design_shows_to_the_letter() -> None:
    source = File(("", "", "", "", "    date: 2026-12-04"))
    assert render([closed()], {"events/2026-11.yaml": source}) == (
        "events/2026-11.yaml:5:11: error[window-closed]: came back 31 days after delivery; the policy allows 30\n"
        "  5 |     date: 2026-12-04\n"
        "    |           ^^^^^^^^^^\n"
        "because: policies/standard.yaml:9:18 sets window.by_category.apparel\n"
        "hint: refuse the return, or have it approved and add `allow: [window-closed]`\n"
    )


def test_the_caret_stands_below_what_it_marks_after_chinese_text_and_tabs() -> None:
    line = "- {return: 订单, sku: 马克杯}"
    text = render([told("x", column=21, end=24)], {"a.yaml": File((line,))})
    shown, caret = text.splitlines()[1:3]
    assert shown == f"  1 | {line}"
    assert caret == "    | " + " " * (20 + 2) + "^" * 6
    tab = render([told("x", column=2, end=3)], {"a.yaml": File(("\tb",))}).splitlines()
    assert tab[1:3] == ["  1 |     b", "    |     ^"]


@pytest.mark.parametrize("column", [1, 40, 500, 990])
def test_a_very_long_line_is_cut_around_the_caret(column: int) -> None:
    line = "汉" * 499 + "X" + "b" * 500
    shown, caret = render([told("x", column=column, end=column + 3)], {"a.yaml": File((line,))}).splitlines()[1:3]
    from rich.cells import cell_len

    assert cell_len(shown) <= 80
    marked = cell_len(caret) - len(caret.rstrip("^").rstrip()) - 1
    assert marked > 0
    assert "…" in shown
    before = caret.rstrip("^")
    at, cells = 0, 0
    while cells < cell_len(before):
        cells += cell_len(shown[at])
        at += 1
    assert cells == cell_len(before)
    assert shown[at:].startswith(line[column - 1 : column + 2])


def test_a_column_past_the_end_of_the_line_marks_the_place_after_it() -> None:
    text = render([told("x", column=99)], {"a.yaml": File(("ab",))})
    assert text.splitlines()[1:3] == ["  1 | ab", "    |   ^"]


def test_data_carries_no_escape_sequences_and_is_no_markup() -> None:
    text = render([told("[red]\x1b[31mboo\x07\u202e", file="a\x1b.yaml")], {"a\x1b.yaml": File(("\x1b[2J[b]x[/b]",))})
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\x07" not in text
    assert "[red]" in text
    assert "[b]x[/b]" in text


def test_identical_findings_are_grouped_and_the_same_place_is_said_once() -> None:
    found = [closed(line) for line in range(1, 10)] + [closed(3), closed(20, days=40)]
    text = render(found, {})
    assert text.count("came back 31") == 1
    assert "also: events/2026-11.yaml:2:11, " in text
    assert "events/2026-11.yaml:6:11 and 3 more\n" in text
    assert text.count("came back 40") == 1
    assert summary(found, "en") == "10 errors; nothing was written"


def test_findings_come_by_file_and_line_and_those_without_a_place_last() -> None:
    found = [Finding("told", None, {"text": "none"}), told("b", 2), told("a", 1), told("0", 9, file="A.yaml")]
    assert [line.rsplit(" ", 1)[1] for line in render(found, {}, "concise").splitlines()] == ["0", "a", "b", "none"]


def test_the_last_line_counts_by_severity_in_both_languages() -> None:
    found = [told("a", 1), told("b", 2), Finding("told", None, {"text": "c"}, Severity.WARNING)]
    assert summary(found, "en") == "2 errors, 1 warning; nothing was written"
    assert summary(found, "zh") == "2 个错误，1 个警告；未写入任何内容"
    assert summary(found[2:], "en", outcome="") == "1 warning"


def test_values_are_shown_as_a_reader_expects() -> None:
    assert sentences(told(Reason.DEFECTIVE), "en")[0] == "defective"
    assert sentences(told(Reason.DEFECTIVE), "zh")[0] == "defective (质量问题)"
    assert sentences(told(Decimal("1E+2")), "en")[0] == "100"
    assert sentences(told(["a", "b"]), "zh")[0] == "a、b"


def test_tools_get_json_and_workflow_commands() -> None:
    (record,) = json.loads(render([closed()], {}, "json"))
    assert record["code"] == "window-closed"
    assert (record["file"], record["line"], record["column"]) == ("events/2026-11.yaml", 5, 11)
    assert record["because"] == {"place": "policies/standard.yaml:9:18", "sets": "window.by_category.apparel"}
    assert render([told("50%: a\nb", file="a,b.yaml")], {}, "github") == (
        "::error file=a%2Cb.yaml,line=1,col=1,title=told::50%25: a b\n"
    )


def test_colours_are_used_only_when_asked_for() -> None:
    sources = {"events/2026-11.yaml": File(("",) * 4 + ("    date: 2026-12-04",))}
    plain = render([closed()], sources)
    assert "\x1b" not in plain
    assert "\x1b[" in render([closed()], sources, colour=True)


@pytest.mark.parametrize("width", [40, 60, 80])
def test_at_a_terminal_every_sentence_fits_and_what_is_to_be_typed_is_whole(width: int) -> None:
    from returnledger.cli.words import cells, wrap

    text = "请写 `until: 2026-11-11`，" * 6 + "or leave the key out " * 6
    plain = render([closed(), told(text)], {}, wrap=wrap, width=width)
    assert max(map(cells, plain.splitlines())) <= width
    assert "\n  " in plain and plain.count("`until: 2026-11-11`") == 6 and "`allow: [window-closed]`" in plain
    painted = render([closed(), told(text)], {}, wrap=wrap, width=width, colour=True)
    assert "\x1b[" in painted and render([closed()], {}).count("\n") == 3
