"""What `returnledger --help` costs beside importing Typer alone: the goal is a ratio of 1.5 at most."""

from __future__ import annotations

import subprocess
import sys
import time

HELP = "import sys; sys.argv[1:] = ['--help']; from returnledger.cli import main; main()"
GOAL = 1.5


def best(code: str, runs: int = 20) -> float:
    """Return the shortest wall-clock seconds of `runs` runs of `code` in a fresh interpreter."""
    seconds = []
    for _run in range(runs):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=True)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def ratio() -> float:
    """Return the cost of the help page as a multiple of importing Typer."""
    return best(HELP) / best("import typer")


if __name__ == "__main__":
    sys.stdout.write(f"returnledger --help / import typer: {ratio():.2f} (goal {GOAL})\n")
