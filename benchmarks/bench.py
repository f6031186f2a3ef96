"""Measures how fast the program is, as ratios taken in one run, since machines differ: `make bench`.

    python benchmarks/bench.py [--sizes 10000,100000,500000] [--morning 100000] [--no-year] [--write]
    python benchmarks/bench.py --decisions                       the decisions that a policy makes in a second, alone

Times are CPU seconds of the process, so that a busy machine does not spoil them; memory is its peak. The year is the
one of examples/online-retail in full where RETURNLEDGER_DATA (else ../shared/data/online_retail) holds its source and
the script that lays it out, and otherwise an imaginary one of the same size. `--write` keeps the table in README.md.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import decisions
import help_cost
import synthetic

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "bench-work"
PAGE = Path(__file__).resolve().parent / "README.md"
EXAMPLE = ROOT / "examples" / "online-retail"
DATA = Path(os.environ.get("RETURNLEDGER_DATA", ROOT.parent / "shared" / "data" / "online_retail"))
YEAR_LINES = 530_000
YEAR_RETURNS = 8_704
MB = 1024 * (1024 if sys.platform == "darwin" else 1)  # what ru_maxrss counts in
QUESTION = "SELECT currency, sum(number) WHERE account ~ '^Assets:Inventory' AND number < 0 GROUP BY currency"
HEAD = "| figure | measured | goal | |\n|---|---|---|---|\n"


@dataclass(frozen=True)
class Cost:
    """What one command took: CPU seconds, seconds by the clock, and megabytes at its peak."""

    seconds: float
    clock: float
    peak: float


@dataclass(frozen=True)
class Figure:
    """One line of the table: what was measured, in which unit, and the most it may be (`least`: the least)."""

    name: str
    value: float
    goal: float | None
    unit: str = ""
    least: bool = False

    @property
    def met(self) -> bool:
        """Whether it is as good as its goal, or has none."""
        if self.goal is None:
            return True
        return self.value >= self.goal if self.least else self.value <= self.goal

    def row(self) -> str:
        """Return the line of the table."""
        measured = f"{self.value:,.0f}{self.unit}" if self.unit else f"{self.value:.3f}"
        bound = "" if self.goal is None else f"{self.goal:,.0f}" if self.least else f"{self.goal:g}"
        goal = "" if self.goal is None else f"{'≥' if self.least else '≤'} {bound}{self.unit}"
        verdict = "" if self.goal is None else "ok" if self.met else "**under**" if self.least else "**over**"
        return f"| {self.name} | {measured} | {goal} | {verdict} |"


def cost(command: Sequence[str], folder: Path, *, cache: str, may_fail: bool = False) -> Cost:
    """Return what a command costs; raises CalledProcessError where it ends with an error and may not."""
    environment = {
        **os.environ,
        "PYTHONDONTWRITEBYTECODE": "",
        "RETURNLEDGER_CACHE": str(WORK / cache),
        "BEANCOUNT_DISABLE_LOAD_CACHE": "1",
    }
    with (WORK / "out.txt").open("wb") as out, (WORK / "err.txt").open("wb") as err:
        start = time.perf_counter()
        process = subprocess.Popen(list(command), cwd=folder, env=environment, stdout=out, stderr=err)
        _, status, used = os.wait4(process.pid, 0)
        clock = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    took = Cost(used.ru_utime + used.ru_stime, clock, used.ru_maxrss / MB)
    print(f"  {took.seconds:8.2f} s {took.peak:6.0f} MB  {' '.join(command)}", flush=True)
    said = (WORK / "err.txt").read_bytes()
    if (process.returncode and not may_fail) or b"Traceback" in said:
        raise subprocess.CalledProcessError(process.returncode, list(command), None, said[-2000:])
    return took


def check(folder: Path) -> Cost:
    """Return what one cold `bean-check` of a ledger costs."""
    return cost([tool("bean-check"), "--no-cache", "main.beancount"], folder, cache="none")


def tool(name: str) -> str:
    """Return a program of this environment."""
    return str(Path(sys.executable).parent / name)


def returnledger(*arguments: str) -> list[str]:
    """Return the command line of returnledger."""
    return [tool("returnledger"), *arguments]


def few(folder: Path, count: int = 20) -> None:
    """Write few.csv: `count` of the returns in events.csv, spread over the year."""
    head, *rows = (folder / "events.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    step = max(1, len(rows) // count)
    (folder / "few.csv").write_text(head + "".join(rows[step // 2 :: step][:count]), encoding="utf-8")


def year(folder: Path) -> str:
    """Lay the year out in `folder`; return what it is."""
    script = DATA / "make_online_retail_ledger.py"
    if not script.is_file():
        synthetic.make(folder, int(YEAR_LINES / 1.875), YEAR_RETURNS)
        return "an imaginary year"
    subprocess.run([sys.executable, str(script), str(folder)], check=True, stdout=subprocess.DEVNULL)
    root = folder / "main.beancount"
    root.write_text(root.read_text(encoding="utf-8") + 'include "returns/**/*.beancount"\n', encoding="utf-8")
    (folder / "returns").mkdir()
    for name in ("returnledger.yaml", "returns/0000.beancount"):
        shutil.copy(EXAMPLE / name, folder / name)
    shutil.copytree(EXAMPLE / "policies", folder / "policies")
    make_events = [sys.executable, str(EXAMPLE / "make_events.py"), "returns.csv", "events.csv"]
    subprocess.run(make_events, cwd=folder, check=True)
    return "a real year"


LOAD = "import returnledger.app; from pathlib import Path; returnledger.ledger.load(Path('main.beancount'))"


def year_figures() -> Iterator[Figure]:
    """Yield the figures of a whole year."""
    folder = WORK / "year"
    what = year(folder)
    few(folder)
    beancheck = check(folder)
    returned = sum(1 for _ in (folder / "events.csv").open(encoding="utf-8")) - 1
    print(f"{what}: {returned:,} returned lines", flush=True)

    built = cost(returnledger("status"), folder, cache="year")
    yield Figure(f"store build, {what} / `bean-check --no-cache`", built.seconds / beancheck.seconds, 0.9)
    loaded = cost([sys.executable, "-c", LOAD], folder, cache="year")
    beyond = (built.seconds - loaded.seconds) / beancheck.seconds
    yield Figure("… of it reading and storing, beyond a load / `bean-check --no-cache`", beyond, 0.25)
    rate = cost(returnledger("report", "rate"), folder, cache="year")
    yield Figure("report rate, store current / `bean-check --no-cache`", rate.seconds / beancheck.seconds, None)
    small = cost(returnledger("apply", "few.csv", "--ready"), folder, cache="year", may_fail=True)
    yield Figure(
        "apply of 20 returns, store current / `bean-check --no-cache`", small.seconds / beancheck.seconds, 0.05
    )
    yield Figure("… its peak memory", small.peak, 150, " MB")
    forget(folder)

    cold = cost(returnledger("report", "rate"), folder, cache="rate")
    yield Figure("report rate, cold / `bean-check --no-cache`", cold.seconds / beancheck.seconds, None)
    whole = cost(returnledger("apply", "events.csv", "--ready"), folder, cache="cold", may_fail=True)
    yield Figure(
        f"apply of {returned:,} returns, cold / `bean-check --no-cache`", whole.seconds / beancheck.seconds, 1.5
    )
    yield Figure("… its peak memory / that of `bean-check`", whole.peak / beancheck.peak, 1.3)
    after = check(folder)
    yield Figure("… `bean-check` of the result, without an error / before", after.seconds / beancheck.seconds, None)
    forget(folder)
    current = cost(returnledger("apply", "events.csv", "--ready"), folder, cache="rate", may_fail=True)
    yield Figure(
        f"apply of {returned:,} returns, store current / `bean-check` of the result",
        current.seconds / after.seconds,
        1.0,
    )
    yield from seeing_figures(folder, after, cache="rate")
    shutil.rmtree(folder)


def seeing_figures(folder: Path, beancheck: Cost, *, cache: str) -> Iterator[Figure]:
    """Yield what it costs to see where the cases stand that the last command posted, all of them and one."""
    posted = [line.split()[1] for line in (WORK / "out.txt").read_text("utf-8").splitlines() if line[:7] == "posted "]
    name = f"{{}}, {len(posted):,} cases / `bean-check` of the result"
    first = cost(returnledger("status"), folder, cache=cache)
    yield Figure(name.format("status, for the first time"), first.seconds / beancheck.seconds, None)
    again = cost(returnledger("status"), folder, cache=cache)
    yield Figure(name.format("status again"), again.seconds / beancheck.seconds, 0.1)
    one = cost(returnledger("show", posted[-1]), folder, cache=cache)
    yield Figure(name.format("show of one case"), one.seconds / beancheck.seconds, 0.1)


def morning_figures(sales: int) -> Iterator[Figure]:
    """Yield what a normal morning costs: a day of sales was appended, a colleague's batch pulled; then 20 returns."""
    for where, one_file, goal in (("in monthly files", False, 0.1), ("in one file", True, 0.4)):
        folder, clone = WORK / "morning", WORK / "clone"
        synthetic.make(folder, sales, 40, one_file=one_file)
        head, *rows = (folder / "events.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        for name, part in (("mine.csv", rows[::2]), ("theirs.csv", rows[1::2])):
            (folder / name).write_text(head + "".join(part), encoding="utf-8")
        cost(returnledger("status"), folder, cache="morning")
        shutil.copytree(folder, clone)
        cost(returnledger("apply", "theirs.csv"), clone, cache="clone")
        shutil.copytree(clone / "returns", folder / "returns", dirs_exist_ok=True)
        synthetic.append_day(folder, sales)
        took = cost(returnledger("apply", "mine.csv"), folder, cache="morning")
        beancheck = check(folder)
        shown = f"the normal morning, {sales:,} sales {where} / `bean-check --no-cache`"
        yield Figure(shown, took.seconds / beancheck.seconds, goal if sales >= 100_000 else None)
        shutil.rmtree(folder)
        shutil.rmtree(clone)


def forget(folder: Path) -> None:
    """Take everything out of the returns of a ledger again."""
    shutil.rmtree(folder / "returns")
    (folder / "returns").mkdir()
    shutil.copy(EXAMPLE / "returns" / "0000.beancount", folder / "returns" / "0000.beancount")


def size_figures(sizes: Sequence[int]) -> Iterator[Figure]:
    """Yield the figures that tell whether cost follows the batch or the ledger."""
    applied: dict[int, Cost] = {}
    for size in sizes:
        folder = WORK / f"sales-{size}"
        synthetic.make(folder, size)
        beancheck = check(folder)
        asked = cost([tool("bean-query"), "-q", "main.beancount", QUESTION], folder, cache="none")
        cold = cost(returnledger("report", "rate"), folder, cache=f"sales-{size}")
        current = cost(returnledger("report", "rate"), folder, cache=f"sales-{size}")
        applied[size] = cost(returnledger("apply", "events.csv"), folder, cache=f"sales-{size}")
        goal = 0.02 if size >= 100_000 else None
        name = f"apply of 20 returns, store current, {size:,} sales / `bean-check --no-cache`"
        yield Figure(name, applied[size].seconds / beancheck.seconds, goal)
        yield Figure("… its peak memory", applied[size].peak, 150, " MB")
        large = size >= 100_000
        name = f"report rate, {size:,} sales, {{}} / units by SKU in bean-query, cold"
        yield Figure(name.format("cold"), cold.seconds / asked.seconds, 0.65 if large else None)
        yield Figure(name.format("store current"), current.seconds / asked.seconds, 0.05 if large else None)
        shutil.rmtree(folder)
    if len(sizes) > 1:
        least, most = min(sizes), max(sizes)
        name = f"apply of 20 returns, {most:,} sales / {least:,} sales"
        yield Figure(name, applied[most].seconds / applied[least].seconds, 1.5)


def decision_figure() -> Figure:
    """Return how many decisions the standard policy makes in a second on one core."""
    return Figure(
        "decisions of policies/standard.yaml", decisions.per_second(), decisions.GOAL, " a second", least=True
    )


def main() -> int:
    """Measure and print the table; return 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="10000,100000", help="sales of the imaginary ledgers")
    parser.add_argument("--no-year", action="store_true", help="leave out the whole year")
    parser.add_argument("--morning", type=int, default=100_000, help="sales of the ledger of the morning, 0 for none")
    parser.add_argument("--write", action="store_true", help="keep the table in benchmarks/README.md")
    parser.add_argument("--decisions", action="store_true", help="measure only the decisions that a policy makes")
    given = parser.parse_args()
    if given.decisions:
        figure = decision_figure()
        print(HEAD + figure.row())
        return 0 if figure.met else 1
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir()
    figures = [Figure("`returnledger --help` / `import typer`", help_cost.ratio(), help_cost.GOAL), decision_figure()]
    figures += size_figures([int(size) for size in given.sizes.split(",") if size])
    if given.morning:
        figures += morning_figures(given.morning)
    if not given.no_year:
        figures += year_figures()
    table = HEAD + "".join(f"{figure.row()}\n" for figure in figures)
    print("\n" + table)
    if given.write:
        page = PAGE.read_text(encoding="utf-8")
        before, _, rest = page.partition("<!-- table -->\n")
        after = rest.partition("<!-- end -->")[2]
        kept = f"Measured on {date.today().isoformat()} with `{' '.join(['bench.py', *sys.argv[1:]])}`.\n\n{table}"
        PAGE.write_text(f"{before}<!-- table -->\n{kept}<!-- end -->{after}", encoding="utf-8")
    shutil.rmtree(WORK)
    return 0 if all(figure.met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
