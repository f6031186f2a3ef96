"""A policy file of the wrong form: what holds what, in the reader's language, and what to write there."""

from __future__ import annotations

from pathlib import Path

import pytest

from returnledger.cli import main

HEAD = """\
policy: trial
version: 1
valid_from: 2026-01-01
currency: CNY
window: {default: {days: 7, from: delivered}}
"""


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RETURNLEDGER_CACHE", "")
    monkeypatch.setenv("COLUMNS", "80")


def said(capsys: pytest.CaptureFixture[str], text: str, language: str) -> list[str]:
    """Return the lines that tell what is wrong and what to write, of the first finding."""
    Path("p.yaml").write_text(text, encoding="utf-8")
    assert main(["--lang", language, "policy", "check", "p.yaml"]) == 1
    out, err = capsys.readouterr()
    lines = (err + out).splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("p.yaml:"))
    return [lines[first].split("]: ")[1], lines[first + 3]]


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        (
            "policy\n",
            ["the file holds a text where keys with values are due", "hint: write `policy: ...`"],
            ["整个文件是文本，此处应为键值", "下一步：写 `policy: ...`"],
        ),
        (
            "- a\n- b\n",
            ["the file holds a list where keys with values are due", "hint: write `policy: ...`"],
            ["整个文件是列表，此处应为键值", "下一步：写 `policy: ...`"],
        ),
        (
            HEAD.replace("version: 1", "version: {a: 1}"),
            ["`version` holds keys with values where one text is due", "hint: write `version: ` and one text"],
            ["`version` 是键值，此处应为一段文本", "下一步：写 `version: ` 和一段文本"],
        ),
        (
            HEAD + "fees: text\n",
            ["`fees` holds a text where a list is due", "hint: write `fees: [...]`"],
            ["`fees` 是文本，此处应为列表", "下一步：写 `fees: [...]`"],
        ),
        (
            HEAD + "goods:\n  - text\n",
            ["an item of `goods` holds a text where keys with values are due", "hint: write `- {...: ...}`"],
            ["`goods` 的一项是文本，此处应为键值", "下一步：写 `- {...: ...}`"],
        ),
    ],
)
def test_what_stands_there_and_what_to_write(
    capsys: pytest.CaptureFixture[str], text: str, english: list[str], chinese: list[str]
) -> None:
    assert said(capsys, text, "en") == english
    assert said(capsys, text, "zh") == chinese
