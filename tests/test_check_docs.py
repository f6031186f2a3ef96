"""The page of every check is true: its first example passes, its second one is refused with exactly the words shown."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from docs_ledger import blocks_of, is_clean, one, planned, said

from returnledger import checks

# What no events can bring about: that two branches posted the same batch.
AFTER_A_MERGE = {"posted-twice"}
CODES = list(checks.TEMPLATES)


def docstring(code: str) -> str:
    module = sys.modules[f"returnledger.checks.{code.replace('-', '_')}"]
    assert module.__doc__
    return module.__doc__


@pytest.mark.parametrize("code", CODES)
def test_the_first_example_passes(code: str, tmp_path: Path) -> None:
    blocks = blocks_of(docstring(code))
    events = [block.text for block in blocks if block.kind == "yaml"]
    plan = planned(tmp_path / "shop", blocks, one(blocks, "beancount"), events[0])
    assert is_clean(plan), said(plan)


@pytest.mark.parametrize("code", CODES)
def test_the_second_example_is_refused_in_these_words(code: str, tmp_path: Path) -> None:
    blocks = blocks_of(docstring(code))
    events = [block.text for block in blocks if block.kind == "yaml"]
    plan = planned(tmp_path / "shop", blocks, one(blocks, "beancount"), events[1], merged=code in AFTER_A_MERGE)
    assert said(plan) == one(blocks, "finding")
    assert f"[{code}]" in said(plan)


@pytest.mark.parametrize("code", CODES)
def test_a_check_is_named_for_its_fault(code: str) -> None:
    module = sys.modules[f"returnledger.checks.{code.replace('-', '_')}"]
    assert callable(getattr(module, code.replace("-", "_")))
    assert docstring(code).split("\n")[0].endswith(".")


def test_every_file_of_checks_is_asked() -> None:
    folder = Path(checks.__file__ or "").parent
    files = {path.stem.replace("_", "-") for path in folder.glob("*.py") if path.stem != "__init__"}
    assert files == set(checks.TEMPLATES)


def test_what_keeps_units_money_and_books_right_is_never_waived() -> None:
    never = {"more-than-sold", "more-than-invoiced", "more-than-paid", "id-already-used", "period-closed"}
    assert not never & checks.WAIVABLE
    assert checks.TEMPLATES.keys() >= checks.WAIVABLE
