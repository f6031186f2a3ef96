"""Many processes doing the same kind of work at once, each piece again until it is acknowledged.

    crowd = run_crowd("returnledger.cli:main", lambda worker, turn: ["apply", f"{worker}-{turn}.yaml"], folder, 8, 10, scratch)

A run is acknowledged when it ends with 0 and says `done` (or `told`); refused when it ends with 4 and names lock-held.
Anything else is a problem.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from faults.harness import Forker, Outcome

PATIENCE = 120


@dataclass
class Crowd:
    """What came of it: (worker, turn) of every acknowledged piece with what was said, refusals, and everything odd."""

    acknowledged: dict[tuple[int, int], str] = field(default_factory=dict)
    refused: int = 0
    problems: list[str] = field(default_factory=list)


def run_crowd(
    entry: str,
    argv: Callable[[int, int], Sequence[str]],
    folder: Path,
    workers: int,
    turns: int,
    scratch: Path,
    *,
    told: str = "done",
) -> Crowd:
    """Let `workers` processes do `turns` pieces each, all at once, in `folder`."""
    crowd = Crowd()

    def work(worker: int, program: Forker) -> None:
        until = time.monotonic() + PATIENCE
        for turn in range(turns):
            while not _settled(crowd, (worker, turn), program.run(argv(worker, turn), folder), told):
                if time.monotonic() > until:
                    crowd.problems.append(f"worker {worker} had no turn in {PATIENCE} seconds")
                    return
                # Unequal pauses, or two workers may go on meeting forever.
                time.sleep(0.001 * (1 + worker))

    with ExitStack() as stack, ThreadPoolExecutor(workers) as threads:
        programs = [stack.enter_context(Forker(entry, scratch / str(worker))) for worker in range(workers)]
        list(threads.map(work, range(workers), programs))
    return crowd


def _settled(crowd: Crowd, piece: tuple[int, int], outcome: Outcome, told: str) -> bool:
    """Note what came of one run and return False if it has to be repeated."""
    if outcome.code == 0 and told in outcome.out:
        crowd.acknowledged[piece] = outcome.out
        return True
    if outcome.code == 4 and "lock-held" in outcome.out + outcome.err:
        crowd.refused += 1
        return False
    crowd.problems.append(f"{piece}: {outcome}")
    return True
