"""The page of every posting rule is true: its event on its sale makes exactly the entry that it shows."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from docs_ledger import blocks_of, entries, is_clean, planned, said

from returnledger import rules

MODULES = [sys.modules[rule.__module__] for rule in rules.RULES]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_the_event_makes_the_entry(module: object, tmp_path: Path) -> None:
    blocks = blocks_of(module.__doc__ or "")
    sale, entry = (block.text for block in blocks if block.kind == "beancount")
    (events,) = (block.text for block in blocks if block.kind == "yaml")
    plan = planned(tmp_path / "shop", blocks, sale, events)
    assert is_clean(plan), said(plan)
    assert entries(plan) == entry


def test_every_file_of_rules_is_documented() -> None:
    folder = Path(rules.__file__ or "").parent
    files = {path.stem for path in folder.glob("*.py") if path.stem != "__init__"}
    assert files == {rule.__name__ for rule in rules.RULES}
