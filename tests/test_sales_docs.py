"""What docs/sales.md shows of each style of books is true: the effect, what is concluded, and what is refused."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from docs_ledger import blocks_of
from worked import ANSWERS, Example, answers, examples_of

ROOT = Path(__file__).parent.parent
PAGES = {"en": ROOT / "docs" / "sales.md", "zh": ROOT / "docs" / "zh" / "sales.md"}
EVERY = [(lang, example) for lang, page in PAGES.items() for example in examples_of(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("lang", "example"), EVERY, ids=lambda value: getattr(value, "name", value))
def test_an_example_is_true_to_the_letter(lang: str, example: Example, tmp_path: Path) -> None:
    shown = [block for block in example.blocks if block.kind in ANSWERS]
    assert answers(example, tmp_path / "shop", lang) == shown
    assert all(block.text for block in shown), "an answer is empty"


@pytest.mark.parametrize("lang", PAGES)
def test_every_event_of_the_page_has_its_answer(lang: str) -> None:
    page = PAGES[lang].read_text(encoding="utf-8")
    kinds = [block.kind for block in blocks_of(page)]
    assert all(after in ("effect", "finding") for kind, after in pairwise(kinds) if kind == "yaml")


def test_both_pages_show_the_same_examples() -> None:
    english, chinese = ([example for each, example in EVERY if each == lang] for lang in PAGES)
    assert [[b.kind for b in e.blocks] for e in english] == [[b.kind for b in e.blocks] for e in chinese]


@pytest.mark.parametrize("lang", PAGES)
def test_the_contents_lead_to_headings(lang: str) -> None:
    page = PAGES[lang].read_text(encoding="utf-8")
    headings = {re.sub(r"[^\w -]", "", name.lower()).replace(" ", "-") for name in re.findall(r"^#+ (.*)$", page, re.M)}
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= headings
