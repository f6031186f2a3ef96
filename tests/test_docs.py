"""The generated pages are current, links lead somewhere, and every console session in README and docs is true."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from generator import pages
from sessions import fits, run, steps_of

from returnledger.i18n import LANGUAGES

ROOT = Path(__file__).parent.parent
WRITTEN = (ROOT / "README.md", ROOT / "README.zh.md", *sorted((ROOT / "docs").rglob("*.md")))
MANUAL = [path for path in WRITTEN if path.exists()]


@pytest.mark.parametrize("name", list(pages.PAGES))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_generated_page_is_current(name: str, lang: str) -> None:
    path = pages.target(name, lang)
    assert path.exists(), "run `make docs`"
    assert path.read_text(encoding="utf-8") == pages.PAGES[name](lang), "run `make docs`"


@pytest.mark.parametrize("path", MANUAL, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_link_to_a_file_leads_there(path: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in local if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", MANUAL, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_console_session_is_true_to_the_letter(path: Path, tmp_path: Path) -> None:
    folders: dict[str, Path] = {}
    for step in steps_of(path.read_text(encoding="utf-8")):
        if step.folder not in folders:
            folders[step.folder] = tmp_path / f"copy{len(folders)}" / "work"
            if step.folder and step.folder != "empty":
                shutil.copytree(ROOT / step.folder, folders[step.folder])
            else:
                folders[step.folder].mkdir(parents=True)
        output = run(step, folders[step.folder])
        if not fits(step.expected, output):
            assert output == step.expected, f"{path.name}:{step.line}: $ {step.command}"


def test_the_reader_of_sessions_reads_them() -> None:
    page = "<!-- in examples/a -->\n```console\n$ echo a \\\n> b\na b\n$ false\n[exit 1]\n```\n"
    first, second = steps_of(page)
    assert (first.folder, first.command, first.expected, first.line) == ("examples/a", "echo a b", "a b", 3)
    assert (second.command, second.expected) == ("false", "[exit 1]")
    assert fits("a\n...\nd", "a\nb\nc\nd")
    assert fits("a\n...", "a\nb")
    assert not fits("a\n...\nd", "a\nb")
