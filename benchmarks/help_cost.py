"""What `returnledger --help` costs beside importing Typer alone: the goal is a ratio of 1.5 at most."""

from __future__ import annotations

import os
import subprocess
import sys

HELP = "import sys; sys.argv[1:] = ['--help']; from returnledger.cli import main; main()"
GOAL = 1.5


def seconds(code: str) -> float:
    """Return the CPU seconds of `code` in a fresh interpreter."""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime


def ratio(runs: int = 20) -> float:
    """Return the cost of the help page as a multiple of importing Typer: the least of each, measured in turns."""
    pairs = [(seconds(HELP), seconds("import typer")) for _ in range(runs)]
    return min(cost for cost, _ in pairs) / min(base for _, base in pairs)


if __name__ == "__main__":
    sys.stdout.write(f"returnledger --help / import typer: {ratio():.2f} (goal {GOAL})\n")
