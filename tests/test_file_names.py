"""Names of files and folders: spaces and Chinese are as good as any, and one that is not UTF-8 is named, never stumbled over."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from ledgers import apply, make, posted

from returnledger import app, views
from returnledger.checkup import doctor
from returnledger.findings import Refused

LEDGER = """\
2026-05-11 * "Ann" "Sale" ^inv-1001
  Assets:Bank                  36.00 EUR
  Income:Sales                -30.00 EUR
    sku: "MUG"
    qty: 3
  Liabilities:Output-VAT       -6.00 EUR
"""
EVENT = "- {return: 1001, date: 2026-05-15, sku: MUG, qty: 1}\n"
LATIN = os.fsdecode(b"caf\xe9")  # as a zip file of another system unpacks


def named(path: Path, make_it: Callable[[Path], object]) -> Path:
    """Make something at `path`; the test is passed over where the file system takes only UTF-8."""
    try:
        make_it(path)
    except OSError:
        pytest.skip("no file system that takes names other than UTF-8")
    return path


def codes(command: Callable[[], object]) -> list[str]:
    """Return what a command is refused for."""
    with pytest.raises(Refused) as refused:
        command()
    return [finding.code for finding in refused.value.findings]


@pytest.mark.parametrize("folder", ["店 铺 一", "a'b \"c", "#1 {y}]", "été"])
def test_a_folder_may_have_any_readable_name(tmp_path: Path, folder: str) -> None:
    settings = make(tmp_path / folder, LEDGER, currency="EUR")
    assert [event.status for event in posted(settings, EVENT, "退 货.yaml").events] == ["new"]
    assert not app.apply([settings.parent / "退 货.yaml"], settings=settings).file
    assert app.verify(settings=settings).exit_code == 0


@pytest.mark.parametrize(("folder", "characters"), [("shop [old]", "["), ("what? [*]", "?[*")])
def test_a_folder_that_beancount_takes_for_a_pattern_is_named(tmp_path: Path, folder: str, characters: str) -> None:
    settings = make(tmp_path / folder, LEDGER, currency="EUR")
    (finding,) = apply(settings, EVENT).findings
    assert (finding.code, finding.values["characters"]) == ("folder-is-pattern", characters)
    assert [remark.code for remark in doctor(settings=settings).remarks] == ["folder-is-pattern"]
    assert [finding.code for finding in app.status(settings=settings).findings] == ["folder-is-pattern"]


@pytest.mark.parametrize("cached", [True, False])
def test_a_folder_whose_name_is_not_utf8_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cached: bool
) -> None:
    monkeypatch.setenv("RETURNLEDGER_CACHE", str(tmp_path / "cache") if cached else "")
    settings = make(tmp_path / "shop", LEDGER, currency="EUR")
    moved = named(tmp_path / LATIN, lambda path: shutil.move(settings.parent, path)) / settings.name
    (moved.parent / "events.yaml").write_text(EVENT, encoding="utf-8")
    monkeypatch.chdir(moved.parent)
    for command in (
        lambda: app.plan(["events.yaml"]),
        lambda: app.apply(["events.yaml"]),
        lambda: app.status(),
        lambda: doctor(),
        lambda: views.sale("1001"),
    ):
        assert codes(command) == ["name-not-utf8"]


def test_a_file_of_the_ledger_whose_name_is_not_utf8_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETURNLEDGER_CACHE", str(tmp_path / "cache"))
    settings = make(tmp_path / "shop", LEDGER, currency="EUR")
    posted(settings, EVENT)
    named(settings.parent / "returns" / f"{LATIN}.beancount", lambda path: path.write_text("; nothing\n"))
    assert codes(lambda: app.status(settings=settings)) == ["name-not-utf8"]


def test_events_in_a_file_whose_name_is_not_utf8_are_refused(tmp_path: Path) -> None:
    settings = make(tmp_path / "shop", LEDGER, currency="EUR")
    file = named(settings.parent / f"{LATIN}.yaml", lambda path: path.write_text(EVENT))
    done = app.apply([file], settings=settings)
    assert [finding.code for finding in done.findings] == ["name-not-utf8"]
    assert "caf\ufffd" in str(done.findings[0].values["file"])
    assert not done.file


def test_the_command_runs_as_a_module_in_the_plainest_locale(tmp_path: Path) -> None:
    settings = make(tmp_path / "店 铺", LEDGER, currency="EUR")
    (settings.parent / "退货.yaml").write_text(EVENT, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHONUTF8"))}
    done = subprocess.run(
        [sys.executable, "-m", "returnledger", "--lang", "zh", "apply", "退货.yaml"],
        cwd=settings.parent,
        env=kept | {"LC_ALL": "C"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "已入账" in done.stdout.decode("utf-8")
