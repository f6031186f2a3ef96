"""The table of seconds per suite in CONTRIBUTING.md names every suite and stays within fifteen minutes."""

from __future__ import annotations

from pathlib import Path

from durations import ALL, PAGE, complaints, measured, stated, table

SUITES = {path.stem for path in Path(__file__).parent.glob("test_*.py")}


def test_the_table_names_every_suite_and_no_other() -> None:
    assert set(stated(PAGE.read_text(encoding="utf-8"))) == SUITES, "run `make durations`"


def test_the_suites_together_end_well_within_the_time_of_a_change() -> None:
    assert sum(stated(PAGE.read_text(encoding="utf-8")).values()) <= ALL


def test_a_slow_suite_is_named(tmp_path: Path) -> None:
    report = tmp_path / "tests.xml"
    case = '<testcase classname="tests.test_a" time="{}"/>'
    report.write_text(f"<testsuites><testsuite>{case.format(20)}{case.format(25)}</testsuite></testsuites>")
    assert measured(report) == {"test_a": 45.0}
    assert complaints({"test_a": 45.0}, {"test_a": 11.0}) == ["test_a took 45.0 s; the table says 11.0 s"]
    assert complaints({"test_a": 42.0}, {"test_a": 11.0}) == []
    assert table({"test_a": 45.0}) == "| `test_a` | 45.0 |\n"
