"""Keeps the table of seconds per suite in CONTRIBUTING.md: `durations.py tests.xml` compares, with `--write` rewrites.

A suite may take three times what the table says and ten seconds more, since machines differ; all of them together must
end well within the fifteen minutes that a change may take.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

PAGE = Path(__file__).parent.parent / "CONTRIBUTING.md"
HEAD = "| suite | seconds |\n|---|---|\n"
ALL = 900.0
FACTOR, GRACE = 3.0, 10.0


def measured(report: Path) -> dict[str, float]:
    """Return the seconds of each suite, as pytest reported them."""
    seconds: dict[str, float] = defaultdict(float)
    for case in ElementTree.parse(report).iter("testcase"):
        name = case.get("classname", "").split(".")
        suite = next((part for part in name if part.startswith("test_")), name[-1])
        seconds[suite] += float(case.get("time", "0"))
    return dict(sorted(seconds.items()))


def stated(page: str) -> dict[str, float]:
    """Return the table as it stands."""
    rows = page.partition(HEAD)[2].splitlines()
    return {match[1]: float(match[2]) for row in rows if (match := re.fullmatch(r"\| `(\w+)` \| ([\d.]+) \|", row))}


def table(seconds: dict[str, float]) -> str:
    """Return the rows of the table."""
    return "".join(f"| `{suite}` | {max(took, 0.1):.1f} |\n" for suite, took in seconds.items())


def complaints(took: dict[str, float], said: dict[str, float]) -> list[str]:
    """Return what is slower than the table allows, or missing from it."""
    slow = [
        f"{suite} took {took[suite]:.1f} s; the table says {said[suite]:.1f} s"
        for suite in took
        if suite in said and took[suite] > FACTOR * said[suite] + GRACE
    ]
    missing = [f"{suite} is not in the table: run `make durations`" for suite in took if suite not in said]
    whole = sum(took.values())
    return [*slow, *missing, *([f"all suites took {whole:.0f} s; {ALL:.0f} s are allowed"] if whole > ALL else [])]


def main(argv: list[str]) -> int:
    """Compare or rewrite the table; return 1 where something is to be said."""
    took = measured(Path(argv[0]))
    page = PAGE.read_text(encoding="utf-8")
    if "--write" in argv:
        before, head, after = page.partition(HEAD)
        rest = "".join(line for line in after.splitlines(keepends=True) if not line.startswith("|"))
        PAGE.write_text(before + head + table(took) + rest, encoding="utf-8")
        return 0
    found = complaints(took, stated(page))
    sys.stderr.write("".join(f"{line}\n" for line in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
