"""One writer at a time: whatever is acknowledged is there exactly once, whoever comes second is told so."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.crowd import Crowd, run_crowd
from faults.harness import Forker
from faults.writer import text_of

from returnledger.batch import locked, writing
from returnledger.findings import Refused

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork: the writers are forked")


@pytest.fixture
def room() -> Iterator[Path]:
    """Return a folder in memory where there is one."""
    memory = Path("/dev/shm")
    room = Path(tempfile.mkdtemp(dir=memory if os.access(memory, os.W_OK) else None))
    yield room
    shutil.rmtree(room)


def post_numbered(room: Path, workers: int, turns: int, *extra: str) -> Crowd:
    """Let many writers post batches that carry the next number of one series."""

    def argv(worker: int, turn: int) -> list[str]:
        return ["number", str(room / "returns"), "--id", f"{worker}-{turn}", *extra]

    return run_crowd("writer:main", argv, room, workers, turns, room / "scratch")


def faults_of(crowd: Crowd, room: Path, expected: int) -> list[str]:
    """Return how what is on disk differs from what was acknowledged."""
    found = list(crowd.problems)
    files = sorted((room / "returns" / "2026").iterdir())
    if len(crowd.acknowledged) != expected:
        found.append(f"{len(crowd.acknowledged)} acknowledged of {expected}")
    said = sorted(out.split()[1] for out in crowd.acknowledged.values())
    if (there := [path.stem for path in files]) != said:
        found.append(f"there is {there}, acknowledged was {said}")
    numbers = [int(path.name[:6]) for path in files]
    if numbers != list(range(1, expected + 1)):
        found.append(f"numbers {numbers}")
    found += [f"{path.name} is not whole" for path in files if path.read_bytes() != text_of(path.stem[7:], 0)]
    return found


@pytest.mark.parametrize(
    ("workers", "turns"),
    [
        (2, 50),
        (8, 10),
        pytest.param(2, 200, marks=pytest.mark.long),
        pytest.param(8, 50, marks=pytest.mark.long),
    ],
)
def test_every_acknowledged_batch_is_there_exactly_once(room, workers, turns):
    crowd = post_numbered(room, workers, turns)
    assert faults_of(crowd, room, workers * turns) == []
    assert crowd.refused, "nobody ever met another writer, so nothing was tried"


def test_writers_that_may_wait_all_get_their_turn(room):
    crowd = post_numbered(room, 4, 5, "--wait", "60")
    assert faults_of(crowd, room, 20) == []
    assert crowd.refused == 0


def test_writers_without_the_lock_are_caught(room):
    for _ in range(5):
        crowd = post_numbered(room, 4, 10, "--broken", "no-lock")
        if faults_of(crowd, room, 40):
            return
        shutil.rmtree(room / "returns")
    raise AssertionError("four writers without a lock were never caught")


def test_whoever_comes_second_is_told_that_the_lock_is_held(room):
    returns = room / "returns"
    with locked(returns), Forker("writer:main", room / "scratch") as other:
        refused = other.run(["post", str(returns)], room)
        assert (refused.code, refused.out.split()[0]) == (4, "lock-held")
        assert not (returns / "2026").exists()
    with Forker("writer:main", room / "scratch") as other:
        assert other.run(["post", str(returns)], room).code == 0


def test_the_lock_is_held_against_the_same_process_too(room):
    with locked(room / "returns"), pytest.raises(Refused) as refused, writing(room / "returns"):
        pass
    assert refused.value.exit_code == 4
    assert refused.value.findings[0].values == {"path": (room / "returns").as_posix()}


@pytest.mark.skipif(sys.platform != "linux", reason="no /proc: open files are looked up there")
def test_the_lock_file_stays_and_is_let_go(room):
    with locked(room / "returns"):
        assert (room / "returns" / ".lock").is_file()
    assert (room / "returns" / ".lock").is_file()
    assert not [fd for fd in Path("/proc/self/fd").iterdir() if os.path.realpath(fd).endswith("/.lock")]
